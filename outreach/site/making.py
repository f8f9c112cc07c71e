"""Makes all pages and files of a site, before any is written: every kind of page in every language, cards, data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.publishing.untold import words_of_page
from outreach.site.cards import with_cards
from outreach.site.facts.site import Site
from outreach.site.frame.page import File, Page
from outreach.site.frame.rendering import Renderer
from outreach.site.pages import (
    about,
    beside,
    campaign,
    case,
    database,
    news,
    pictures,
    record,
    states,
    style,
    write,
)

TEXTS = (".html", ".xml", ".csv", ".json", ".txt", ".svg")  # files with words in them
# One function a kind of page: a site and a language in, its pages out, in the order of the menu.
KINDS: tuple[Callable[[Site, str], Iterator[Page]], ...] = (
    campaign.pages,
    case.pages,
    write.pages,
    states.pages,
    record.pages,
    database.pages,
    news.pages,
    about.pages,
)
# What stands beside the pages: style, data, pictures, feeds.
BESIDE: tuple[Callable[[Site], Iterable[File]], ...] = (
    style.files,
    pictures.files,
    states.files,
    database.files,
    news.files,
)


@dataclass(frozen=True, slots=True)
class Made:
    """The pages of a site, all its files, and why pages have no card of their own, by their addresses."""

    pages: tuple[Page, ...]
    files: tuple[File, ...]
    undrawn: Mapping[str, str]


def make_site(site: Site) -> Made:
    """Make the whole site. Raises UsageError where a file would say what may not be told."""
    carded = with_cards(site, make_pages(site))
    files = (*render(site, carded.pages), *other_files(site, carded.pages), *carded.files)
    _check_words(site, files)
    return Made(carded.pages, files, carded.undrawn)


def make_pages(site: Site) -> Iterator[Page]:
    """Make every page in every language, before it is HTML."""
    for language in site.languages:
        for kind in KINDS:
            yield from kind(site, language)


def render(site: Site, made: Iterable[Page]) -> Iterator[File]:
    """Render pages, each by its language."""
    made = tuple(made)
    addresses = {code: frozenset(page.address for page in made if page.language == code) for code in site.languages}
    renderers = {language: Renderer(site, language, addresses[language]) for language in site.languages}
    for page in made:
        yield from renderers[page.language].files([page])


def other_files(site: Site, made: Iterable[Page]) -> Iterator[File]:
    """Make the files that are no pages."""
    for make in BESIDE:
        yield from make(site)
    yield from beside.files(site, made)


def _check_words(site: Site, files: Iterable[File]) -> None:
    """Raise UsageError, before anything is written, where a file says what may not be told."""
    for file in files:
        if file.path.endswith(TEXTS) and (why := site.untold.why_not(words_of_page(file.content.decode()))):
            raise UsageError(
                f"{file.path} would say {why}; so nothing was written. Take it out of site/, of contacts/, or of the "
                "case that says it",
                next_step=NextStep(Action.CHECK_CASES),
            )
