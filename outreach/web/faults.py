"""Answers what cannot be done: each status with its page, in words, with what to do next. Knows no form by name."""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from outreach.errors import OutreachError
from outreach.web.answers import front_of, language_of

log = logging.getLogger(__name__)
AWAY = 503
AGAIN_IN = "120"  # seconds after which a program may ask again
PAGES = frozenset({400, 403, 404, 405, 408, 410, 413, 415, 429, 500, AWAY})  # that have words in fault.html


def fault_page(request: Request, status: int) -> Response:
    """Answer with the page of a status: it is alike for an old link and for one that never was."""
    language = language_of(request)
    front = front_of(request)
    shown = status if status in PAGES else 400
    if (shown, language) not in front.ready.faults:
        look = front.ready.looks[language]
        front.ready.faults[shown, language] = look.render("fault", "/write", {"forms": front.forms, "status": shown})
    headers = {"Retry-After": AGAIN_IN} if status == AWAY else None
    return HTMLResponse(front.ready.faults[shown, language], status, headers)


async def refused(request: Request, error: Exception) -> Response:
    """Answer what was refused on the way: not found, no such method, a form that is none."""
    if not isinstance(error, HTTPException):
        return fault_page(request, 500)
    answer = fault_page(request, error.status_code)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def failed(request: Request, error: Exception) -> Response:
    """Answer what we failed to do: the database is locked, full or away, or a file cannot be read."""
    log.info("a request could not be answered: %(error)s", {"error": type(error).__name__})
    return fault_page(request, AWAY if isinstance(error, OutreachError) else 500)


def no_host() -> Response:
    """Answer a request that is for another name than ours."""
    return PlainTextResponse("There is nothing at this address.\n", 421)
