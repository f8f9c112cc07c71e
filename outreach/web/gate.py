"""The door before all pages: only our own names, no form from a foreign page, and an answer whatever happens."""

from collections.abc import Awaitable, Callable, Collection

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outreach.web.answers import front_of
from outreach.web.faults import failed, fault_page, no_host

READING = frozenset({"GET", "HEAD", "OPTIONS"})
Failed = Callable[[Request, Exception], Awaitable[Response]]


class Gate:
    """Lets requests through to an application. Forms to `from_the_site` may come from the static site's pages, too."""

    def __init__(self, app: ASGIApp, from_the_site: Collection[str]) -> None:
        self.app, self.from_the_site = app, from_the_site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        if refusal := self._refused(request):
            await refusal(scope, receive, send)
            return
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except Exception as error:  # the last door: people get words, and no log gets an address
            if begun:
                raise
            await (await failed(request, error))(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        headers = Headers(scope=request.scope)
        ours, host = front_of(request).ours, headers.get("host", "")
        if not ours.is_our_host(host):
            return no_host()
        if request.method in READING:
            return None
        origin, fetched_from = headers.get("origin", ""), headers.get("sec-fetch-site", "")
        may_be_site = request.scope["path"] in self.from_the_site
        return (
            fault_page(request, 403) if ours.is_foreign(origin, fetched_from, host, may_be_site=may_be_site) else None
        )
