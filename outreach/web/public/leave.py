"""Leave the mailing list: by a button, or by the one click that mail programs offer (RFC 8058)."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from outreach.services.supporters.links.leaving import Leaving
from outreach.web.answers import front_of, language_of, page
from outreach.web.forms import is_one_click, read_click
from outreach.web.public.tokens import found, token_of

LEAVE = "/l/{token}"


async def show(request: Request) -> Response:
    """Show whose membership it is."""
    return _page(request, await found(front_of(request).forms.leaving, token_of(request)))


async def leave(request: Request) -> Response:
    """Do what a button says, or leave by one click; again it is as once."""
    form, forms, token = await read_click(request), front_of(request).forms, token_of(request)
    if is_one_click(form):
        await found(forms.leave, token)
        return PlainTextResponse("You have left the mailing list.\n")
    doing = {"leave": forms.leave, "rejoin": forms.rejoin, "never-again": forms.never_again}
    if form.one("do") not in doing:
        raise HTTPException(400)
    return _page(request, await found(doing[form.one("do")], token), form.one("language"))


def _page(request: Request, leaving: Leaving, language: str = "") -> Response:
    return page(request, "leave", language_of(request, language, leaving.language), {"leaving": leaving})
