"""What pages of personal links share: the token of an address, and what is done with it off the event loop.

A token is looked at only where it has the form of one; whatever else stands there is not found, and costs nothing.
"""

import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

TOKEN = re.compile(r"[a-z2-7]{26}")
LETTER_TOKEN = re.compile(r"[A-Za-z0-9._-]{8,80}")  # of a letter to a mission, as the outbox makes them
P = ParamSpec("P")
R = TypeVar("R")


def token_of(request: Request, form: re.Pattern[str] = TOKEN) -> str:
    """Give the token in a request's address; raises HTTPException (404) for what cannot be one."""
    token: str = request.path_params["token"]
    if not form.fullmatch(token):
        raise HTTPException(404)
    return token


async def found(call: Callable[P, R | None], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a service that knows a token; raises HTTPException (404) where it gives None."""
    result = await run_in_threadpool(call, *args, **kwargs)
    if result is None:
        raise HTTPException(404)
    return result
