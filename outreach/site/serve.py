"""Shows a site on this machine only, and builds it again when a file of the campaign has changed."""

from collections.abc import Callable
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from outreach.errors import OutreachError, UsageError
from outreach.site.frame.page import NOT_FOUND
from outreach.site.pages.beside import HEADERS

HERE = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost")  # whoever comes by another name was sent here by a page of somebody else


class Preview(ThreadingHTTPServer):
    """Serves a folder on loopback. `renew` is called before each page; what it raises is shown instead of the page."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int, renew: Callable[[], object]) -> None:
        self.renew, self.one_at_a_time = renew, Lock()
        try:
            super().__init__((HERE, port), partial(_Handler, directory=str(folder)))
        except OSError as error:
            raise UsageError(f"port {port}: {error.strerror}; choose another with --port") from None

    @property
    def address(self) -> str:
        """Give where a browser finds it."""
        return f"http://{HERE}:{self.server_address[1]}/"


class _Handler(SimpleHTTPRequestHandler):
    server: Preview

    def do_GET(self) -> None:
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in NAMES:
            self.send_error(403)
            return
        if self.path.partition("?")[0].endswith(("/", ".html")):
            try:
                with self.server.one_at_a_time:
                    self.server.renew()
            except OutreachError as error:
                self._say(error)
                return
        super().do_GET()

    def _say(self, error: OutreachError) -> None:
        page = f"<!doctype html><html lang=en><title>Not built</title><h1>Not built</h1><pre>{escape(str(error))}</pre>"
        content = page.encode()
        self.send_response(500)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        lost = Path(self.directory) / NOT_FOUND
        if code != 404 or not lost.is_file():
            super().send_error(code, message, explain)
            return
        content = lost.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        for name, value in HEADERS:
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_args: object) -> None:
        """Write no log: who looks at what is nobody's business."""
