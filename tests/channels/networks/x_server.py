"""A real X API on 127.0.0.1 for tests: the few requests the channel makes, each with its signature checked.

    with XServer() as server:                                              # all is well
        ... server.url, server.environment, server.posts
    with XServer(Fault("/2/tweets", drop=True, take=True, nth=2)) as server: ...   # takes the second, then hangs up

It gives text back as X does: links made short, the picture's link behind the text, & < > as in HTML; and as X, it
refuses the text of a post that is there already.
"""

import html
import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from oauthlib.oauth1 import Client

from tests.channels.networks.http_server import Answer, Fault, HttpServer, Request

OWNER, NAME = "4242", "example_campaign"
KEYS = {
    "consumer_key": "ck-Zq8Zq8",
    "consumer_secret": "cs/Pw+77=Pw",
    "access_token": f"{OWNER}-at-Lm3Lm3",
    "access_token_secret": "as-Tt9&x Tt",
}
UNAUTHORIZED = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
DUPLICATE = {
    "detail": "You are not allowed to create a Tweet with duplicate content.",
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
}
LINK = re.compile(r"https?://[^\s<>]+")
SIGNED = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Post:
    """A post that the account shows. `picture` and `alt` are empty without one; `parent` is what it replies to."""

    id: str
    text: str
    picture: bytes
    alt: str
    parent: str
    at: datetime


class XServer(HttpServer):
    """`posts` is what the account shows, oldest first; `taken` counts also what was deleted since.

    `page` is how many posts a page of the timeline has.
    """

    def __init__(self, *faults: Fault, page: int = 100) -> None:
        super().__init__(*faults)
        self.page = page
        self.posts: list[Post] = []
        self.taken = 0
        self._pictures: dict[str, bytes] = {}
        self._alts: dict[str, str] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What makes this the X of a campaign."""
        return {f"OUTREACH_X__{name.upper()}": value for name, value in {"api": self.url, **KEYS}.items()}

    def answer(self, request: Request) -> Answer:
        if not self._signed(request):
            return Answer(401, UNAUTHORIZED)
        match request.method, request.path.split("/")[2:]:
            case "GET", ["users", "me"]:
                return Answer(200, {"data": {"id": OWNER, "name": "Example", "username": NAME}})
            case "POST", ["media", "upload"]:
                return self._upload(request.parts)
            case "POST", ["media", "metadata"]:
                self._alts[request.json["id"]] = request.json["metadata"]["alt_text"]["text"]
                return Answer(200, {"data": {"id": request.json["id"]}})
            case "POST", ["tweets"]:
                return self._post(request)
            case "DELETE", ["tweets", number]:
                return self._delete(number)
            case "GET", ["users", owner, "tweets"] if owner == OWNER:
                return self._timeline(request.query)
        return Answer(404, {"title": "Not Found Error", "status": 404})

    def put(self, text: str, *, at: datetime | None = None) -> Post:
        """A post that somebody published by hand."""
        return self._keep(text, at=at)

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from the first byte."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = self.url.replace("http://", "https://")

    def close(self) -> None:
        """Refuse connections from now on."""
        self._server.shutdown()
        self._server.server_close()

    def _keep(self, text: str, media: str = "", parent: str = "", at: datetime | None = None) -> Post:
        self.taken += 1
        number = str(1_570_000_000_000_000_000 + self.taken)
        picture, alt = self._pictures.get(media, b""), self._alts.get(media, "")
        self.posts.append(Post(number, text, picture, alt, parent, at or datetime.now(UTC)))
        return self.posts[-1]

    def _signed(self, request: Request) -> bool:
        """Whether the request is signed with the account's keys, for this address (RFC 5849, section 3.4)."""
        given = dict(SIGNED.findall(request.headers.get("Authorization", "")))
        if not {"oauth_nonce", "oauth_timestamp"} <= given.keys():
            return False
        nonce, timestamp = given["oauth_nonce"], given["oauth_timestamp"]
        signer = Client(*KEYS.values(), nonce=nonce, timestamp=timestamp)
        _, headers, _ = signer.sign(f"{self.url}{request.path}{_query(request)}", http_method=request.method)
        return dict(SIGNED.findall(headers["Authorization"])) == given

    def _upload(self, parts: dict[str, bytes]) -> Answer:
        assert parts["media_category"] == b"tweet_image"
        media = str(900 + len(self._pictures))
        self._pictures[media] = parts["media"]
        return Answer(200, {"data": {"id": media, "media_key": f"3_{media}", "expires_after_secs": 86400}})

    def _post(self, request: Request) -> Answer:
        text = request.json["text"]
        if any(post.text == text for post in self.posts):
            return Answer(403, DUPLICATE)
        media = request.json.get("media", {}).get("media_ids", [""])[0]
        post = self._keep(text, media, request.json.get("reply", {}).get("in_reply_to_tweet_id", ""))
        return Answer(201, {"data": {"id": post.id, "text": post.text, "edit_history_tweet_ids": [post.id]}})

    def _delete(self, number: str) -> Answer:
        left = [post for post in self.posts if post.id != number]
        gone, self.posts = len(left) < len(self.posts), left
        return Answer(200, {"data": {"deleted": True}}) if gone else Answer(404, {"title": "Not Found Error"})

    def _timeline(self, asked: dict[str, str]) -> Answer:
        since = datetime.fromisoformat(asked.get("start_time", "2010-11-06T00:00:01Z"))
        posts = [post for post in reversed(self.posts) if post.at >= since]
        begin = int(asked.get("pagination_token", "0"))
        end = begin + self.page
        shown = [as_shown(post) for post in posts[begin:end]]
        meta = {"result_count": len(shown), **({"next_token": str(end)} if end < len(posts) else {})}
        return Answer(200, {"data": shown, "meta": meta} if shown else {"meta": meta})


def _query(request: Request) -> str:
    return f"?{urlencode(request.query, quote_via=quote)}" if request.query else ""


def as_shown(post: Post) -> dict[str, object]:
    """A post as the timeline has it."""
    urls: list[dict[str, str]] = []

    def shorten(address: str, **more: str) -> str:
        short = f"https://t.co/{post.id[-4:]}x{len(urls)}"
        urls.append({"url": short, "expanded_url": address, "display_url": address[8:30], **more})
        return short

    text = html.escape(LINK.sub(lambda link: shorten(link[0]), post.text), quote=False)
    if post.picture:
        text += " " + shorten(f"https://x.com/{NAME}/status/{post.id}/photo/1", media_key=f"3_{post.id}")
    replies = {"referenced_tweets": [{"type": "replied_to", "id": post.parent}]} if post.parent else {}
    return {"id": post.id, "text": text, **({"entities": {"urls": urls}} if urls else {}), **replies}
