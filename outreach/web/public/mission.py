"""A mission wants no more letters: the one click of [sender] unsubscribe_url (RFC 8058), or a button."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from outreach.web.answers import front_of, language_of, page
from outreach.web.forms import is_one_click, read_click
from outreach.web.public.tokens import LETTER_TOKEN, token_of

MISSION = "/m/{token}"


async def show(request: Request) -> Response:
    """Show the button, whatever the token: opening a link says nothing and changes nothing."""
    token_of(request, LETTER_TOKEN)
    return page(request, "mission", language_of(request), {"stopped": False})


async def stop(request: Request) -> Response:
    """Write no more to the addresses of that letter; again it is as once."""
    form, token = await read_click(request), token_of(request, LETTER_TOKEN)
    if not is_one_click(form) and form.one("do") != "stop":
        raise HTTPException(400)
    if not await run_in_threadpool(front_of(request).forms.stop_mission, token):
        raise HTTPException(404)
    if is_one_click(form):
        return PlainTextResponse("No more letters of ours will be sent to this address.\n")
    return page(request, "mission", language_of(request, form.one("language")), {"stopped": True})
