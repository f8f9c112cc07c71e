"""Was it you? A page with two buttons: opening it changes nothing, since programs open links too."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach.services.supporters.links.confirming import Asked, Standing
from outreach.web.answers import front_of, language_of, page
from outreach.web.forms import read_form
from outreach.web.public.tokens import found, token_of

CONFIRM = "/c/{token}"
NO_NUMBER = -1  # of a form that is not ours: nothing has it


async def show(request: Request) -> Response:
    """Show what is asked, or how it was answered."""
    return _page(request, await found(front_of(request).forms.asked, token_of(request)))


async def answer(request: Request) -> Response:
    """Take the answer. As often as anybody sends it, the first counts."""
    form = await read_form(request)
    said, typed = form.one("answer"), form.one("number")
    if said not in ("yes", "no"):
        raise HTTPException(400)
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else NO_NUMBER
    asked = await found(front_of(request).forms.decide, token_of(request), yes=said == "yes", number=number)
    return _page(request, asked, form.one("language"), changed=asked.standing is Standing.OPEN)


def _page(request: Request, asked: Asked, language: str = "", *, changed: bool = False) -> Response:
    if asked.standing is Standing.GONE:  # as if it had never been
        raise HTTPException(404)
    front = front_of(request)
    chosen = language_of(request, language, asked.language)
    looks = front.ready.looks[chosen]
    words = {
        "asked": asked,
        "changed": changed,
        "cases": front.forms.campaign.cases,
        "names": looks.states_of(asked.voice.missions) if asked.voice else [],
    }
    return page(request, "confirm", chosen, words)
