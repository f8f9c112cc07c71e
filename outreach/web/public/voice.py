"""My voice: what it says, what became of it, and a button to take it back."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach.services.supporters.links.own_voice import OwnVoice, VoiceStanding
from outreach.web.answers import front_of, language_of, page
from outreach.web.forms import read_form
from outreach.web.public.tokens import found, token_of

VOICE = "/v/{token}"


async def show(request: Request) -> Response:
    """Show the voice."""
    return _page(request, await found(front_of(request).forms.own_voice, token_of(request)))


async def take_back(request: Request) -> Response:
    """Take it back; again it is as once."""
    form = await read_form(request)
    if form.one("do") != "take-back":
        raise HTTPException(400)
    own = await found(front_of(request).forms.take_back, token_of(request))
    return _page(request, own, form.one("language"))


def _page(request: Request, own: OwnVoice, language: str = "") -> Response:
    if own.standing is VoiceStanding.GONE:  # as if it had never been
        raise HTTPException(404)
    front = front_of(request)
    chosen = language_of(request, language, own.voice.language if own.voice else "")
    zone = front.forms.campaign.settings.timezone
    looks = front.ready.looks[chosen]
    words = {
        "own": own,
        "cases": front.forms.campaign.cases,
        "names": looks.states_of(own.voice.missions) if own.voice else [],
        "letters": [(each.made_at.astimezone(zone).date(), looks.sorted_states(each.missions)) for each in own.letters],
    }
    return page(request, "voice", chosen, words)
