"""A Mastodon instance, as much of it as the channel uses: account, statuses, media and what it says of itself.

    with Instance() as server:
        ... server.url, server.texts, server.statuses
    with Instance(Fault("/api/v1/statuses", method="POST", take=True, drop=True)) as server: ...

An Idempotency-Key is kept for an hour by `server.now`, which a test may put forward (docs.joinmastodon.org/methods/
statuses, app/services/post_status_service.rb). Text is shown as HTML as Mastodon does it.
"""

import re
import ssl
import time
from datetime import UTC, datetime
from html import escape
from typing import Any

from tests.channels.networks.http_server import Answer, Fault, HttpServer, Request

TOKEN, NAME, ACCOUNT, DOMAIN = (
    "a-token-of-forty-three-characters-or-so",
    "campaign",
    "109876543210",
    "social.example.org",
)
KEPT = 3600  # seconds
LINK = re.compile(r"https?://[^\s]+[\w/]")
TAG = re.compile(r"(?<![\w&])#(\w+)")
MENTION = re.compile(r"(?<![\w/])@(\w+)@([\w.-]+\w)")


class Instance(HttpServer):
    """`known` are the mentions, name@host, of which the server knows the account.

    `processing` is how often a picture is looked at until it is ready; `scopes` is what the token may do; `about` is
    what the server says of itself.
    """

    def __init__(
        self,
        *faults: Fault,
        tls: ssl.SSLContext | None = None,
        known: tuple[str, ...] = (),
        processing: int = 0,
        scopes: str = "read write",
        keeps_keys: bool = True,
        keeps_sources: bool = True,
        about: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(*faults, tls=tls)
        self.known = known
        self.processing = processing
        self.scopes = scopes.split()
        self.keeps_keys = keeps_keys
        self.keeps_sources = keeps_sources
        self.about = about if about is not None else about_itself()
        self.now = time.time()
        self.statuses: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, str] = {}
        self.pictures: dict[str, dict[str, Any]] = {}
        self.taken = 0
        self._keys: dict[str, tuple[str, float]] = {}

    @property
    def texts(self) -> list[str]:
        """The statuses' texts as they were sent, in the order in which they came."""
        return list(self.sources.values())

    def answer(self, request: Request) -> Answer:
        path = request.path.rstrip("/")
        if path == "/api/v2/instance":
            return Answer(body=self.about) if self.about else Answer(404, {"error": "Record not found"})
        if path == "/api/v1/instance":
            return Answer(body={"uri": DOMAIN, "version": "2.0.0", "max_toot_chars": 5000})
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return Answer(401, {"error": "The access token is invalid"})
        needed = "write" if request.method != "GET" else "read"
        if needed not in self.scopes:
            return Answer(403, {"error": "This action is outside the authorized scopes"})
        return self._allowed(request, path)

    def _allowed(self, request: Request, path: str) -> Answer:
        if path == "/api/v1/accounts/verify_credentials":
            return Answer(body={"id": ACCOUNT, "username": NAME, "acct": NAME, "url": f"https://{DOMAIN}/@{NAME}"})
        if path == f"/api/v1/accounts/{ACCOUNT}/statuses":
            return Answer(body=self._page(request))
        if path == "/api/v2/media":
            return self._upload(request)
        if path.startswith("/api/v1/media/"):
            return self._picture(path.rpartition("/")[2])
        if path == "/api/v1/statuses" and request.method == "POST":
            return self._post(request)
        return self._status(request.method, path.removeprefix("/api/v1/statuses/"))

    def _page(self, request: Request) -> list[dict[str, Any]]:
        newest = [self.statuses[key] for key in reversed(self.statuses)]
        if before := request.query.get("max_id"):
            newest = [status for status in newest if int(status["id"]) < int(before)]
        return newest[: int(request.query.get("limit", 20))]

    def _upload(self, request: Request) -> Answer:
        key = str(7000 + len(self.pictures))
        parts = request.parts
        described = parts["description"].decode()
        self.pictures[key] = {"content": parts["file"], "description": described, "waits": self.processing}
        return Answer(202 if self.processing else 200, self._attachment(key))

    def _picture(self, key: str) -> Answer:
        self.pictures[key]["waits"] -= 1
        return Answer(206 if self.pictures[key]["waits"] > 0 else 200, self._attachment(key))

    def _attachment(self, key: str) -> dict[str, Any]:
        ready = self.pictures[key]["waits"] <= 0
        url = f"https://{DOMAIN}/media/{key}.png" if ready else None
        return {"id": key, "type": "image", "url": url, "description": self.pictures[key]["description"]}

    def _post(self, request: Request) -> Answer:
        key, form = request.headers["Idempotency-Key"] or "", request.form
        kept = self._keys.get(key)
        if kept and kept[1] > self.now - KEPT and self.keeps_keys:
            return Answer(body=self.statuses[kept[0]])
        parent = form.get("in_reply_to_id", [""])[0]
        if parent and parent not in self.statuses:
            return Answer(404, {"error": "The post you are trying to reply to does not appear to exist."})
        pictures = form.get("media_ids[]", [])
        if any(self.pictures[each]["waits"] > 0 for each in pictures):
            return Answer(
                422, {"error": "Cannot attach files that have not finished processing. Try again in a moment!"}
            )
        if len(form["status"][0]) > 500:
            return Answer(422, {"error": "Validation failed: Text character limit of 500 exceeded"})
        status = self.put(form["status"][0], parent=parent, language=form.get("language", [""])[0], pictures=pictures)
        self._keys[key] = (status["id"], self.now)
        return Answer(body=status)

    def put(
        self, text: str, *, parent: str = "", language: str = "", pictures: list[str] | None = None
    ) -> dict[str, Any]:
        """A status on the account's timeline, as if somebody had written it."""
        self.taken += 1
        key = str(112_000_000 + self.taken)
        self.sources[key] = text
        self.statuses[key] = {
            "id": key,
            "created_at": datetime.fromtimestamp(self.now, UTC).isoformat().replace("+00:00", "Z"),
            "in_reply_to_id": parent or None,
            "visibility": "public",
            "language": language or None,
            "uri": f"https://{DOMAIN}/users/{NAME}/statuses/{key}",
            "url": f"https://{DOMAIN}/@{NAME}/{key}",
            "content": shown(text, self.known),
            "media_attachments": [self._attachment(each) for each in pictures or []],
            "account": {"id": ACCOUNT, "username": NAME, "acct": NAME},
        }
        return self.statuses[key]

    def _status(self, method: str, path: str) -> Answer:
        key, _, what = path.partition("/")
        if key not in self.statuses or (what == "source" and not self.keeps_sources):
            return Answer(404, {"error": "Record not found"})
        if what == "source":
            return Answer(body={"id": key, "text": self.sources[key], "spoiler_text": ""})
        if method == "DELETE":
            return Answer(body={**self.statuses.pop(key), "text": self.sources.pop(key)})
        return Answer(body=self.statuses[key])


def about_itself(**statuses: object) -> dict[str, Any]:
    told = {"max_characters": 500, "characters_reserved_per_url": 23, "max_media_attachments": 4, **statuses}
    return {"domain": DOMAIN, "version": "4.5.0", "api_versions": {"mastodon": 7}, "configuration": {"statuses": told}}


def shown(text: str, known: tuple[str, ...] = ()) -> str:
    """The text as Mastodon shows it: paragraphs, links cut for the eye, mentions without their host, hashtags."""
    html = escape(text, quote=True)
    html = LINK.sub(_link, html)
    html = MENTION.sub(lambda found: _mention(found, known), html)
    html = TAG.sub(r'<a href="https://x/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>', html)
    paragraphs = re.split(r"\n{2,}", html)
    return "".join("<p>" + paragraph.replace("\n", "<br />") + "</p>" for paragraph in paragraphs)


def _link(found: re.Match[str]) -> str:
    scheme, rest = found[0].split("://", 1)
    cut, hidden = rest[:30], rest[30:]
    return (
        f'<a href="{found[0]}" target="_blank" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
        f'<span class="ellipsis">{cut}</span><span class="invisible">{hidden}</span></a>'
    )


def _mention(found: re.Match[str], known: tuple[str, ...]) -> str:
    if f"{found[1]}@{found[2]}" not in known:
        return found[0]
    return f'<span class="h-card"><a href="https://x/a" class="u-url mention">@<span>{found[1]}</span></a></span>'
