"""A Bluesky account's own server (PDS), as much of it as the channel uses: sessions, records, blobs and handles.

    with Pds() as server:
        ... server.url, server.texts, server.records
    with Pds(Fault("createRecord", take=True, drop=True)) as server: ...

Records are checked as the lexicon says (https://atproto.com/lexicons/app-bsky-feed), keys as a TID. A key that is there
already is refused with the 500 that the PDS gives (bluesky-social/atproto#3718), or as `taken` says.
"""

import json
import re
import ssl
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from tests.channels.networks.http_server import Answer, Fault, HttpServer, Request

HANDLE, PASSWORD, DID = "campaign.example.org", "abcd-efgh-ijkl-mnop", "did:plc:ourownaccount234567abcde"
COLLECTION = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
TAKEN = Answer(500, {"error": "InternalServerError", "message": "Internal Server Error"})


class Pds(HttpServer):
    """`known` maps handles to DIDs, `records` maps keys to records; `lasts` is how many seconds a login lasts.

    `overwrites`: a key that is there already is written again, as a careless server might. `document` is the account's
    own, which names the server where a login goes on.
    """

    def __init__(
        self,
        *faults: Fault,
        tls: ssl.SSLContext | None = None,
        known: dict[str, str] | None = None,
        taken: Answer = TAKEN,
        lasts: int = 7200,
        overwrites: bool = False,
        document: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(*faults, tls=tls)
        self.known = known or {}
        self.taken = taken
        self.lasts = lasts
        self.overwrites = overwrites
        self.document = document
        self.records: dict[str, dict[str, Any]] = {}
        self.written = 0
        self.blobs: dict[str, bytes] = {}
        self.tokens: list[str] = []

    @property
    def texts(self) -> list[str]:
        """The posts' texts, in the order in which they came."""
        return [record["text"] for record in self.records.values()]

    def answer(self, request: Request) -> Answer:
        name = request.path.removeprefix("/xrpc/")
        call = getattr(self, "_" + name.replace("com.atproto.", "").replace(".", "_"), None)
        if call is None:
            return Answer(501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"})
        return call(request)

    def _server_createSession(self, request: Request) -> Answer:  # noqa: N802
        given = request.json
        if given["identifier"] not in (HANDLE, DID) or given["password"] != PASSWORD:
            return error(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session()

    def _server_refreshSession(self, request: Request) -> Answer:  # noqa: N802
        return self._session() if self._allowed(request) else error(400, "ExpiredToken", "Token has been revoked")

    def _identity_resolveHandle(self, request: Request) -> Answer:  # noqa: N802
        did = self.known.get(request.query["handle"])
        return Answer(body={"did": did}) if did else error(400, "InvalidRequest", "Unable to resolve handle")

    def _repo_uploadBlob(self, request: Request) -> Answer:  # noqa: N802
        if not self._allowed(request):
            return error(401, "AuthMissing", "Authentication Required")
        link = cid(request.body)
        self.blobs[link] = request.body
        said = {"ref": {"$link": link}, "mimeType": request.headers["Content-Type"], "size": len(request.body)}
        return Answer(body={"blob": {"$type": "blob", **said}})

    def _repo_getRecord(self, request: Request) -> Answer:  # noqa: N802
        key = request.query["rkey"]
        if request.query["repo"] != DID or key not in self.records:
            return error(400, "RecordNotFound", f"Could not locate record: {uri(key)}")
        return Answer(body={"uri": uri(key), "cid": cid(self.records[key]), "value": self.records[key]})

    def _repo_listRecords(self, request: Request) -> Answer:  # noqa: N802
        found = [{"uri": uri(key), "cid": cid(value), "value": value} for key, value in self.records.items()]
        return Answer(body={"records": found})

    def _repo_createRecord(self, request: Request) -> Answer:  # noqa: N802
        given = request.json
        if not self._allowed(request):
            return error(401, "AuthMissing", "Authentication Required")
        key, record = given["rkey"], given["record"]
        if given["repo"] != DID or given["collection"] != COLLECTION or not TID.fullmatch(key):
            return error(400, "InvalidRequest", "Invalid record key or repo")
        if wrong := self._wrong(record):
            return error(400, "InvalidRequest", f"Invalid {COLLECTION} record: {wrong}")
        if key in self.records and not self.overwrites:
            return self.taken
        self.records[key] = record
        self.written += 1
        return Answer(body={"uri": uri(key), "cid": cid(record), "validationStatus": "valid"})

    def _repo_deleteRecord(self, request: Request) -> Answer:  # noqa: N802
        if not self._allowed(request):
            return error(401, "AuthMissing", "Authentication Required")
        self.records.pop(request.json["rkey"], None)
        return Answer()

    def _session(self) -> Answer:
        tokens = [jwt(kind, self.lasts, len(self.tokens)) for kind in ("access", "refresh")]
        self.tokens += tokens
        body = {"handle": HANDLE, "did": DID, "accessJwt": tokens[0], "refreshJwt": tokens[1], "active": True}
        return Answer(body=body | ({"didDoc": self.document} if self.document else {}))

    def _allowed(self, request: Request) -> bool:
        return (request.headers["Authorization"] or "").removeprefix("Bearer ") in self.tokens

    def _wrong(self, record: dict[str, Any]) -> str:
        if record.get("$type") != COLLECTION or not isinstance(record.get("createdAt"), str):
            return "Record must have $type and createdAt"
        size = len(record["text"].encode())
        if size > 3000:
            return "Record/text must not be longer than 3000 bytes"
        for facet in record.get("facets", []):
            if not 0 <= facet["index"]["byteStart"] < facet["index"]["byteEnd"] <= size:
                return "Record/facets outside of the text"
        for image in record.get("embed", {}).get("images", []):
            if image["image"]["ref"]["$link"] not in self.blobs:
                return "Could not find blob"
        return ""


def error(status: int, name: str, message: str) -> Answer:
    return Answer(status, {"error": name, "message": message})


def uri(key: str) -> str:
    return f"at://{DID}/{COLLECTION}/{key}"


def cid(thing: object) -> str:
    """Something that looks like a CID and is another for other content."""
    content = thing if isinstance(thing, bytes) else json.dumps(thing, sort_keys=True).encode()
    return "bafyrei" + sha256(content).hexdigest()[:52].translate(str.maketrans("0189", "wxyz"))


def jwt(kind: str, lasts: int, number: int) -> str:
    """A token as the SDK reads it: three parts, of which it looks at exp."""
    now = int(time.time())
    parts = ({"alg": "none"}, {"scope": f"com.atproto.{kind}", "sub": DID, "iat": now, "exp": now + lasts, "n": number})
    head, payload = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    signature = urlsafe_b64encode(sha256(f"{kind}{number}".encode()).digest()).decode().rstrip("=")
    return f"{head}.{payload}.{signature}"


def place(server: HttpServer | str) -> dict[str, Any]:
    """A DID document that says the account's server is there."""
    url = server if isinstance(server, str) else server.url
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": url}
    return {"@context": ["https://www.w3.org/ns/did/v1"], "id": DID, "service": [service]}
