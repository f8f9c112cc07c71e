"""Words the short letter that a visitor may send to a mission, in the mission's language; knows no page.

It is short enough for a mail link. It asks what the campaign asks, in the campaign's own sentence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from outreach.cases.model import Ask, Case
from outreach.cases.theme import theme_texts
from outreach.errors import DataError, UsageError
from outreach.outbox.gate.objections import why_closed
from outreach.registry.model import Mission
from outreach.rendering.letters.words import ask_words, letter_language
from outreach.rendering.posts.intents import mailto
from outreach.site.facts.acting import may_write
from outreach.site.facts.site import Site
from outreach.site.frame.translations import translations
from outreach.text import unwrapped

LONGEST = 900  # characters of the text: with its line breaks and accents a mail link carries it


@dataclass(frozen=True, slots=True)
class ShortLetter:
    """A letter to one mission. `link` opens it in a mail program, "" where it would be too long for that.

    `address` is the mission's own, where that is public and somebody verified it, on `verified_on` at `source`.
    """

    state: str
    language: str
    subject: str
    body: str
    cases: tuple[str, ...]
    link: str
    address: str = ""
    verified_on: date | None = None
    source: str = ""
    website: str = ""


@lru_cache(maxsize=1024)
def letter_to(site: Site, state: str, language: str = "") -> ShortLetter | None:
    """Write the letter to a State's mission, in the mission's language or another; None where none may be written.

    It names no case that is closed to that State, above all none that the State itself is concerned in.
    """
    ask = site.ask
    cases = [case for case in site.cases.values() if may_write(site, case, state)]
    if ask is None or not cases:
        return None
    mission = site.campaign.registry.missions.get(state) or Mission(state, "", (), site.languages[0])
    wanted = language or letter_language(mission, site.campaign.settings)
    for code in dict.fromkeys((wanted, *site.languages)):
        told = [case for case in cases if _name(case, code)]
        try:
            subject, body = _written(site, ask, told, state, code)
        except DataError:  # the campaign has no words for this in that language
            continue
        address = public_address(mission)
        if any(why_closed(site.campaign, case, {}, address) for case in told if address):
            address = ""
        return ShortLetter(
            state=state,
            language=code,
            subject=subject,
            body=body,
            cases=tuple(case.slug for case in told),
            link=_link(subject, body, address),
            address=address,
            verified_on=mission.verified_on if address else None,
            source=mission.source if address else "",
            website=mission.website if mission.website.startswith(("https://", "http://")) else "",
        )
    return None


def public_address(mission: Mission) -> str:
    """Give the mission's address where it may be printed: from contacts/missions.csv, verified, with its source.

    What stands in contacts/private.csv is nobody else's business, and a row with problems is not to be trusted.
    """
    if mission.private_row or mission.problems or not (mission.emails and mission.verified_on and mission.source):
        return ""
    return mission.emails[0]


def _link(subject: str, body: str, address: str) -> str:
    try:
        return mailto(subject, body, to=address)
    except UsageError:
        return ""


def _written(site: Site, ask: Ask, cases: Sequence[Case], state: str, language: str) -> tuple[str, str]:
    """Give subject and body, the fullest that is short enough."""
    if not cases:
        raise DataError([])
    raised = {act.case for act in site.acts if act.kind == "raised" and act.state == state}
    again = all(case.slug in raised for case in cases)
    names = [_short(case, language) for case in cases]
    words = ask_words(ask, language, again=again, asked=names)
    subject = f"{words.occasion}: {_request(words.request, names)}"
    for body in _bodies(site, ask, cases, words.text, language):
        if len(body) <= LONGEST:
            break
    return subject, body


def _request(request: str, names: Sequence[str]) -> str:
    """Give a request without the names of the cases behind a colon: the letter has them, and subjects are short."""
    before, colon, _ = request.partition(":")
    return before.strip() if colon and names[0] not in before else request


def _bodies(site: Site, ask: Ask, cases: Sequence[Case], text: str, language: str) -> Iterator[str]:
    """Give the letter in ever shorter forms: with the norm, without it, with short names, with fewer names."""
    long = [_name(case, language) for case in cases]
    short = [_short(case, language) for case in cases]
    norm = theme_texts(site.campaign.settings.theme, cases[0], ask, language).get("norm", "")
    yield _body(site, text, long, norm, language)
    yield _body(site, text, long, "", language)
    yield _body(site, text, short, norm, language)
    for count in range(len(short), 0, -1):
        yield _body(site, text, short[:count], "", language)


def _body(site: Site, text: str, names: Sequence[str], norm: str, language: str) -> str:
    _ = translations(language).gettext
    title = site.campaign.settings.campaign.title
    opening = _("I join the request of the campaign %(campaign)s.") % {"campaign": title}
    listed = "\n".join(f"– {name}" for name in names)
    closing = f"{_('Please accept, Excellency, the assurances of my highest consideration.')}\n\n{_('[Your name]')}"
    parts = (_("Excellency,"), f"{opening} {text}", listed, norm, closing)
    return "\n\n".join(part for part in parts if part)


def _name(case: Case, language: str) -> str:
    return unwrapped(case.mention.get(language) or case.title.get(language, ""))


def _short(case: Case, language: str) -> str:
    return unwrapped(case.short.get(language) or _name(case, language))
