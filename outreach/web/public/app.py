"""The application of the public forms: which address is whose, and what goes on beside requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from outreach.services.supporters.public import PublicForms
from outreach.web.answers import front_of, language_of, see_other
from outreach.web.faults import refused
from outreach.web.front import Front
from outreach.web.gate import Gate
from outreach.web.headers import WithHeaders
from outreach.web.public import confirm, join, leave, mission, voice, write

THREADS = 2  # at a time: the database takes one that writes, and each has memory of its own
Handler = Callable[[Request], Awaitable[Response]]
FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def make_app(forms: PublicForms) -> Starlette:
    """Make the application. Raises DataError where the campaign's site/ cannot be read."""
    app = Starlette(
        routes=[
            Route("/", _first),
            _page_with_form(write.WRITE, write.show, write.send),
            Route(write.LOOK, write.look, methods=["POST"]),
            Route(write.SENT, write.sent),
            _page_with_form(join.JOIN, join.show, join.send),
            Route(join.LOOK, join.look, methods=["POST"]),
            Route(join.SENT, join.sent),
            _page_with_form(confirm.CONFIRM, confirm.show, confirm.answer),
            _page_with_form(voice.VOICE, voice.show, voice.take_back),
            _page_with_form(leave.LEAVE, leave.show, leave.leave),
            _page_with_form(mission.MISSION, mission.show, mission.stop),
            Route("/health", _health),
            Route("/site.css", _style),
            Route("/icon.svg", _icon),
            Route("/robots.txt", _robots),
        ],
        middleware=[Middleware(WithHeaders), Middleware(Gate, from_the_site=frozenset({write.LOOK, join.LOOK}))],
        exception_handlers={HTTPException: refused},
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.state.front = Front(forms)
    return app


def _page_with_form(path: str, show: Handler, send: Handler) -> Route:
    """Give the route of a page that is shown, and whose form is sent to its own address."""

    async def both(request: Request) -> Response:
        return await (send if request.method == "POST" else show)(request)

    return Route(path, both, methods=["GET", "POST"])


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    front: Front = app.state.front
    going_on = [asyncio.create_task(work) for work in (front.keep_renewing(), front.keep_taking_in())]
    try:
        yield
    finally:
        for task in going_on:
            task.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)


async def _first(request: Request) -> Response:
    return see_other(request, write.WRITE, language_of(request))


async def _health(request: Request) -> Response:
    """Say that we are there and the store can be read; 503 by the gate where it cannot."""
    await run_in_threadpool(front_of(request).forms.check)
    return PlainTextResponse("ok\n")


async def _style(request: Request) -> Response:
    return Response(front_of(request).ready.style, headers=FOR_AN_HOUR, media_type="text/css")


async def _icon(request: Request) -> Response:
    return Response(front_of(request).ready.icon, headers=FOR_AN_HOUR, media_type="image/svg+xml")


async def _robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
