"""Write to States: the form, the letter to look at, and what is sent. Only the last stores anything."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach.errors import OutreachError
from outreach.registry.states import in_order
from outreach.services.supporters.forms import Checked, Typed, check_writing
from outreach.web.answers import front_of, language_of, network_of, page, ready_page, see_other
from outreach.web.faults import AWAY
from outreach.web.forms import Form, read_form
from outreach.web.front import Front
from outreach.web.public.faulty import ROBOTS, faults_of

WRITE, LOOK, SENT = "/write", "/write/look", "/write/sent"
AGREED_TO = "write 1"  # the version of what the form and the letter say; tests/web keeps its words
GONE = 410


async def show(request: Request) -> Response:
    """Show the form, with all cases ticked."""
    front, language = _open_front(request), language_of(request)
    return ready_page(request, WRITE, "write", language, lambda: _empty(front, language), WRITE)


async def look(request: Request) -> Response:
    """Show the letter as a mission would get it; or the form again, to change it or with what is wrong."""
    form = await read_form(request)
    front, language = _open_front(request), language_of(request, form.one("language"))
    _require_open(front)
    typed = _typed(form, language)
    faults, checked = _check(front, form, typed)
    shown = form.one("time") if front.forms.is_fresh(form.one("time"), WRITE) else front.forms.sign_time(WRITE)
    if faults or form.ticked("change"):
        words = _words(front, language, typed, faults, shown)
        return page(request, "write", language, words, status=422 if faults else 200, path=WRITE)
    return await _letter(request, language, typed, checked, shown)


async def send(request: Request) -> Response:
    """Keep what was written, and lead on: to the same page whoever it was."""
    form = await read_form(request)
    front, language = _open_front(request), language_of(request, form.one("language"))
    _require_open(front)
    typed, shown = _typed(form, language), form.one("time")
    faults, checked = _check(front, form, typed)
    if faults:
        words = _words(front, language, typed, faults, front.forms.sign_time(WRITE))
        return page(request, "write", language, words, status=422, path=WRITE)
    if not front.forms.is_fresh(shown, WRITE):
        return await _letter(request, language, typed, checked, front.forms.sign_time(WRITE), "old", 422)
    if front.forms.is_too_quick(shown, WRITE):
        return await _letter(request, language, typed, checked, shown, "quick", 422)
    try:
        await run_in_threadpool(front.forms.accept, replace(checked.arrival, network=network_of(request)))
    except OutreachError:
        return await _letter(request, language, typed, checked, front.forms.sign_time(WRITE), "away", AWAY)
    return see_other(request, SENT, language)


async def sent(request: Request) -> Response:
    """Say what comes next."""
    return ready_page(request, SENT, "sent", language_of(request), lambda: {"joining": False})


def _open_front(request: Request) -> Front:
    """Give the front; raises HTTPException while no form is taken."""
    front = front_of(request)
    front.require_open()
    return front


def _require_open(front: Front) -> None:
    if not front.forms.offer.is_open:
        raise HTTPException(GONE)


def _typed(form: Form, language: str) -> Typed:
    return Typed(
        cases=form.all("case"),
        to=form.one("to"),
        states=form.all("state"),
        words=form.one("words"),
        may_quote=form.ticked("quote"),
        name=form.one("name"),
        country=form.one("country"),
        email=form.one("email"),
        joins=form.ticked("list"),
        language=language,
    )


def _check(front: Front, form: Form, typed: Typed) -> tuple[dict[str, str], Checked]:
    """Give what is wrong, by field, and what was read."""
    checked = check_writing(typed, front.forms.offer, AGREED_TO)
    return faults_of(checked, form.one(ROBOTS)), checked


def _empty(front: Front, language: str) -> Mapping[str, object]:
    """Give the words of the form before anybody typed, with a letter as an example."""
    typed = Typed(cases=tuple(case.slug for case in front.forms.offer.cases), language=language)
    arrival = check_writing(typed, front.forms.offer, AGREED_TO).arrival
    return {**_words(front, language, typed, {}), "look": front.forms.look(arrival)}


def _words(
    front: Front, language: str, typed: Typed, faults: Mapping[str, str], shown: str | None = None
) -> dict[str, object]:
    look = front.ready.looks[language]
    names = sorted(((code, look.state(code)) for code in front.forms.offer.states), key=lambda pair: in_order(pair[1]))
    words = {"typed": typed, "faults": faults, "states": names, "look": None}
    return words if shown is None else {**words, "signed_time": shown}


async def _letter(
    request: Request, language: str, typed: Typed, checked: Checked, shown: str, note: str = "", status: int = 200
) -> Response:
    front = front_of(request)
    names = front.ready.looks[language]
    found = await run_in_threadpool(front.forms.look, checked.arrival)
    words = {
        "typed": typed,
        "offer": front.forms.offer,
        "look": found,
        "note": note,
        "signed_time": shown,
        "chosen": [names.state(code) for code in typed.states],
        "country": names.state(checked.arrival.country) if checked.arrival.country else "",
    }
    return page(request, "look", language, words, status=status, path=WRITE)
