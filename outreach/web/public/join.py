"""Join the mailing list: a form with one field, that the static site has too. Only sending it stores anything."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from outreach.errors import OutreachError
from outreach.services.supporters.forms import check_joining
from outreach.web.answers import front_of, language_of, network_of, page, ready_page, see_other
from outreach.web.faults import AWAY
from outreach.web.forms import Form, read_form
from outreach.web.public.faulty import ROBOTS, faults_of

JOIN, LOOK, SENT = "/join", "/join/look", "/join/sent"
AGREED_TO = "join 1"  # the version of what the form says; tests/web keeps its words


async def show(request: Request) -> Response:
    """Show the form."""
    front_of(request).require_open(by_files=False)
    return ready_page(request, JOIN, "join", language_of(request), lambda: _words("", {}), JOIN)


async def look(request: Request) -> Response:
    """Show the form with the address that another page of ours asked for."""
    form = await read_form(request)
    front_of(request).require_open(by_files=False)
    return _again(request, form, {}, 200)


async def send(request: Request) -> Response:
    """Keep that somebody wants to join, and lead on: to the same page whoever it was."""
    form = await read_form(request)
    front, language, shown = front_of(request), language_of(request, form.one("language")), form.one("time")
    front.require_open(by_files=False)
    checked = check_joining(form.one("email"), language, AGREED_TO)
    if faults := faults_of(checked, form.one(ROBOTS)):
        return _again(request, form, faults, 422)
    if not front.forms.is_fresh(shown, JOIN):
        return _again(request, form, {}, 422, "old")
    if front.forms.is_too_quick(shown, JOIN):
        return _again(request, form, {}, 422, "quick")
    try:
        await run_in_threadpool(front.forms.accept, replace(checked.arrival, network=network_of(request)))
    except OutreachError:
        return _again(request, form, {}, AWAY, "away")
    return see_other(request, SENT, language)


async def sent(request: Request) -> Response:
    """Say what comes next."""
    return ready_page(request, SENT, "sent", language_of(request), lambda: {"joining": True})


def _again(request: Request, form: Form, faults: Mapping[str, str], status: int, note: str = "") -> Response:
    front, shown = front_of(request), form.one("time")
    if not front.forms.is_fresh(shown, JOIN):
        shown = front.forms.sign_time(JOIN)
    words = {**_words(form.one("email"), faults, note), "signed_time": shown}
    return page(request, "join", language_of(request, form.one("language")), words, status=status, path=JOIN)


def _words(email: str, faults: Mapping[str, str], note: str = "") -> dict[str, object]:
    return {"email": email, "faults": faults, "note": note}
