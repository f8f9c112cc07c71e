"""Gives pages their cards, the pictures of 1200 × 630 that a link to them shows; decides which page has its own.

Drawing one takes about 20 ms, so it is for pages that people pass on: the first page, each kind of page, each case,
each update, each State that raised something. All others show the card of their kind.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from outreach.cases.asks.sentence import words_of
from outreach.cases.theme import theme_texts
from outreach.errors import TemplateError, UsageError
from outreach.grammar import written_date
from outreach.outbox.posts.pictures import web_address
from outreach.rendering.cards.card import LINK_SIZE, NameCard, alt_text
from outreach.rendering.cards.colours import Looks
from outreach.rendering.cards.draw import draw
from outreach.rendering.letters.words import state_words
from outreach.settings.words import NO_WORDS
from outreach.site.content.picture_files import picture_for_site
from outreach.site.facts.site import Site
from outreach.site.frame.addresses import root_path
from outreach.site.frame.page import NOT_FOUND, File, Page
from outreach.text import unwrapped

FOLDER = "cards"
LONGEST_LINE = 145  # characters under a name
_SENTENCE_END = re.compile(r"(?<=[.!?…。؟])\s+")
ALONE = ("about/", "privacy/", NOT_FOUND)  # pages that show the card of the first page


@dataclass(frozen=True, slots=True)
class Carded:
    """Pages with the addresses of their cards, the cards, and why some could not be drawn, by the page's address."""

    pages: tuple[Page, ...]
    files: tuple[File, ...]
    undrawn: dict[str, str]


def with_cards(site: Site, made: Iterable[Page]) -> Carded:
    """Draw the cards of a site's pages. A page whose card cannot be drawn shows that of its kind, or the first page's.

    Nothing is drawn that may not be told. The same pages give the same bytes. Without an address of the site there are
    no cards: what shows a link asks for the whole address of its picture.
    """
    made = tuple(made)
    maker = _Maker(site, made)
    if site.rehearsal:
        return Carded(made, (), {})
    for page in made:
        if page.card == "" and maker.has_own(page):
            maker.draw(page)
    pages = tuple(page if page.card else maker.with_card(page) for page in made)
    return Carded(pages, tuple(File(path, png) for path, (png, _) in maker.drawn.items()), maker.undrawn)


class _Maker:
    """Draws the cards of one site; `drawn` has them by their paths, with what they say."""

    def __init__(self, site: Site, made: Iterable[Page]) -> None:
        self.site = site
        self.drawn: dict[str, tuple[bytes, str]] = {}
        self.undrawn: dict[str, str] = {}
        self._pictures = {picture.case: name for name, picture in site.content.pictures.items()}
        self._raised = {act.state for act in site.acts if act.kind == "raised"}
        self._titles = {(page.address, page.language): page.title for page in made}
        font = site.campaign.settings.posts.font
        theme = site.content.theme
        self._looks = Looks(theme.deep, theme.spark, (str((site.campaign.folder / font).absolute()),) if font else ())

    def has_own(self, page: Page) -> bool:
        """Say whether people pass this page on by itself."""
        kind, _, rest = page.address.rstrip("/").partition("/")
        if not rest:
            return page.address not in ALONE
        return kind in ("cases", "updates") or (kind == "states" and rest in self._raised)

    def with_card(self, page: Page) -> Page:
        """Give a page the address of its card: its own, that of its kind, or that of the first page."""
        kind = page.address.partition("/")[0]
        for address in (page.address, f"{kind}/", ""):
            if (path := self._path(address, page.language)) in self.drawn:
                return replace(page, card=path, card_says=self.drawn[path][1])
        return page

    def draw(self, page: Page) -> None:
        """Draw a page's own card, without its line where that is too long, and without a picture that is none."""
        card, picture = self._card(page), self._picture(page)
        if self.site.untold.why_not([alt_text(card)]):
            return
        for tried in (card, replace(card, line="")):
            try:
                png = draw(tried, LINK_SIZE, self._looks, picture)
            except (TemplateError, UsageError) as error:
                self.undrawn[root_path(page.address, page.language, self.site.languages)] = _why(error)
            else:
                self.undrawn.pop(root_path(page.address, page.language, self.site.languages), None)
                self.drawn[self._path(page.address, page.language)] = (png, alt_text(tried))
                return

    def _path(self, address: str, language: str) -> str:
        return f"{FOLDER}/{root_path(address.strip('/') or 'index', language, self.site.languages)}.png"

    def _card(self, page: Page) -> NameCard:
        settings = self.site.campaign.settings
        kind, _, rest = page.address.rstrip("/").partition("/")
        return NameCard(
            name=self._name(page, kind, rest),
            line=self._line(page, kind, rest),
            above=tuple(filter(None, self._above(page, kind, rest))),
            hashtag=settings.campaign.hashtag,
            address=web_address(self.site.url),
            credit=self._credit(page),
            language=page.language,
        )

    def _name(self, page: Page, kind: str, rest: str) -> str:
        if not page.address:
            return self.site.content.pages[page.language].hero or page.title
        if kind == "cases" and (case := self.site.cases.get(rest)):
            return unwrapped(case.title.get(page.language) or next(iter(case.title.values())))
        if kind == "states" and rest in self.site.campaign.registry.states:
            return self._state(rest, page.language)
        return page.title.partition(" | ")[0]  # without the site's own name

    def _line(self, page: Page, kind: str, rest: str) -> str:
        """Give one line that can be read on a phone: the description, of a case what the theme says, a first sentence.

        Nothing is cut: what is too long is not said. A case's first sentence alone would seldom tell of the reprisal.
        """
        whole = unwrapped(page.description)
        case, theme = self.site.cases.get(rest), self.site.campaign.settings.theme
        of_theme = theme_texts(theme, case, self.site.ask, page.language)["card"] if kind == "cases" and case else ""
        lines = (whole, of_theme, _SENTENCE_END.split(whole, maxsplit=1)[0])
        return next((line for line in lines if 0 < len(line) <= LONGEST_LINE and not line.endswith("…")), "")

    def _above(self, page: Page, kind: str, rest: str) -> Iterator[str]:
        """Say what stands over the name: of a case its State and the ask's day, of a State what its page is about."""
        if kind == "cases" and (case := self.site.cases.get(rest)):
            yield self._state(case.state_concerned, page.language)
        if kind in ("", "cases", "write") and self.site.ask:
            yield words_of(self.site.ask, page.language)["date"]
        if kind == "states" and rest:
            yield self._titles.get(("states/", page.language), "")
        if kind == "updates":
            for update in self.site.content.updates:
                if update.slug == rest:
                    yield written_date(update.day, page.language)

    def _state(self, code: str, language: str) -> str:
        own = self.site.campaign.settings.words.get(language, NO_WORDS)
        return state_words(self.site.campaign.registry.states[code], language, own).name

    def _picture_name(self, page: Page) -> str:
        kind, _, rest = page.address.rstrip("/").partition("/")
        if not page.address:
            return self.site.content.pages[page.language].picture
        return self._pictures.get(rest, "") if kind == "cases" and rest in self.site.cases else ""

    def _picture(self, page: Page) -> bytes | None:
        name = self._picture_name(page)
        return picture_for_site(self.site.campaign.folder, name) if name else None

    def _credit(self, page: Page) -> str:
        name = self._picture_name(page)
        return self.site.content.pictures[name].credit if name else ""


def _why(error: TemplateError | UsageError) -> str:
    return error.problems[0].message if isinstance(error, TemplateError) else str(error)
