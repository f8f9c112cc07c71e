"""Write to States: choose one, and a short letter to its mission; once the ask is over, what States did.

A page a State: three languages of 76 letters and their mail links on one page would be a megabyte.
"""

from collections.abc import Iterator, Sequence

from outreach.grammar import without_article
from outreach.registry.states import in_order
from outreach.site.facts.acting import may_write
from outreach.site.facts.site import Phase, Site
from outreach.site.facts.voices import states_of, voices_at
from outreach.site.frame.page import Page
from outreach.site.frame.translations import translations
from outreach.site.pages.letters import ShortLetter, letter_to
from outreach.site.pages.occasions import occasion

MENU = "write/"


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the page where people choose a State, and the letter to each; no letters where none may be written."""
    ask = site.ask
    if ask is None:
        return
    letters = [letter for code in site.asked[ask.id] if (letter := letter_to(site, code))]
    letters.sort(key=lambda letter: in_order(site.state_name(letter.state, language)))
    yield _choice(site, language, letters)
    for letter in letters:
        yield _letter(site, language, letter)


def _choice(site: Site, language: str, letters: Sequence[ShortLetter]) -> Page:
    _ = translations(language).gettext
    past = site.last_ask
    spoken = voices_at(site, past) if past else ()
    ask = site.ask
    return Page(
        address=MENU,
        language=language,
        template="write.html",
        title=f"{_('Write to States')} | {site.campaign.settings.campaign.title}",
        description=_("Choose a State. A short letter to its mission is ready; you send it from your own address.")
        if letters
        else _("The day on which States could be asked has passed. What they did stays on record."),
        menu=MENU,
        words={
            "letters": letters,
            "cases": tuple(case for case in site.cases.values() if may_write(site, case)),
            "occasion": occasion(ask, language) if ask else "",
            "last_day": ask.last_day if ask else None,
            "over": site.phase is Phase.OVER,
            "spoke": sorted((site.state_name(code, language) for code in states_of(spoken)), key=in_order),
            "past": occasion(past, language) if past else "",
        },
    )


def _letter(site: Site, language: str, letter: ShortLetter) -> Page:
    _ = translations(language).gettext
    name = site.state_name(letter.state, language)
    own = letter if letter.language == language else letter_to(site, letter.state, language)
    return Page(
        address=f"{MENU}{letter.state}/",
        language=language,
        template="letter.html",
        title=_("Letter to %(state)s") % {"state": without_article(name, language)},
        description=_("A short letter to the mission of %(state)s at the United Nations.") % {"state": name},
        menu=MENU,
        words={
            "letter": letter,
            "own": own if own and own.language == language and own is not letter else None,
            "state_named": name,
        },
    )
