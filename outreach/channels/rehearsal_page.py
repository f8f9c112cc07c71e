"""Writes the page letters.html of a rehearsal: what was kept, each text to unfold; knows only the folder's files."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import Message
from html import escape
from pathlib import Path
from urllib.parse import quote

from outreach.mime.attachment import without_files

PAGE = "letters.html"
MOST_TEXTS = 500  # of more letters the page has links alone
ENDED = re.compile(r"(\.[0-9a-f]{16})?(\.eml)?(:.*)?$")
HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Rehearsal</title>
<style>
body { font: 1rem/1.5 sans-serif; max-width: 50rem; margin: 1rem auto; padding: 0 1rem; }
summary { padding: .2rem 0; cursor: pointer; }
pre { white-space: pre-wrap; font: inherit; border-left: 3px solid #bbb; padding-left: 1rem; }
</style>
"""


def write_page(folder: Path) -> None:
    """Write the page about the Maildir in `folder`; without room on the disk it stays as it was.

    Only its owner can read it, as the letters.
    """
    with suppress(OSError):
        files = [file for part in ("new", "cur") for file in (folder / part).iterdir()]
        files.sort(key=lambda file: file.name.casefold())
        draft = folder / "tmp" / f"{PAGE}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as page:
            page.writelines(_lines(files))
        draft.replace(folder / PAGE)


def _lines(files: list[Path]) -> Iterator[str]:
    yield HEAD
    yield f"<h1>A rehearsal: {len(files)} kept here</h1>\n"
    yield "<p>Nothing of this left the machine. Click on a line to read it.</p>\n"
    for number, file in enumerate(files):
        name = " · ".join(ENDED.sub("", file.name).split("."))
        link = f'<a href="{file.parent.name}/{quote(file.name)}">in your mail program</a>'
        message = (
            # The older policy reads no header field before it is asked for, which takes a quarter of the time.
            message_from_bytes(without_files(file.read_bytes()), policy=policy.compat32)
            if number < MOST_TEXTS
            else None
        )
        if message is None:
            yield f"<p>{escape(name)}: {link}</p>\n"
            continue
        subject, to = (escape(_header(message, name)) for name in ("Subject", "To"))
        yield f"<details><summary><b>{escape(name)}</b> {subject}</summary>\n<p>{to} ({link})</p>\n"
        yield f'<pre dir="auto">{escape(_text(message))}</pre></details>\n'


def _header(message: Message, name: str) -> str:
    """Give a header field in plain characters; "" without it."""
    return str(policy.default.header_fetch_parse(name, str(message.get(name, ""))))


def _text(message: Message) -> str:
    """Give the plain text of a message; "" where it has none that can be read."""
    for part in message.walk():
        if part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment":
            with suppress(LookupError, ValueError):
                payload = part.get_payload(decode=True)
                return (
                    payload.decode(part.get_content_charset("ascii"), "replace") if isinstance(payload, bytes) else ""
                )
            break
    return ""
