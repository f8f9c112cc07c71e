"""The headers that every answer has: nothing is loaded, framed, kept or told to others. Knows no page."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

IN_PAGE = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
POLICY = f"{IN_PAGE}; frame-ancestors 'none'"  # which a page cannot say of itself
KEEP_NOTHING = (b"cache-control", b"no-store")
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"x-robots-tag", b"noindex"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class WithHeaders:
    """Adds HEADERS to each answer of an application, and Cache-Control: no-store where it says nothing of that."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                cached = any(name == b"cache-control" for name, _ in own)
                message = {**message, "headers": [*own, *HEADERS, *(() if cached else (KEEP_NOTHING,))]}
            await send(message)

        await self.app(scope, receive, send_with_headers)
