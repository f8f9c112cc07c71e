"""Gives all that people wrote in site/, piece by piece, with the place of each; judges none of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from outreach.publishing.files import named
from outreach.publishing.updates import UNDER
from outreach.site.content.model import Content
from outreach.site.content.pages import SECTIONS, STEM
from outreach.site.content.pictures import FILE as PICTURES
from outreach.site.content.resources import FILE as RESOURCES


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of site/, where they stand, and their language; "" where nobody said it."""

    text: str
    file: str
    column: str  # of a table, a line of front matter, or the heading of a section; blank for the text below
    language: str = ""
    row: str = ""  # of a table: the name of the picture


def words_of(content: Content) -> Iterator[Words]:
    """Give all words of site/ that a page may show."""
    return chain(_pages(content), _updates(content), _resources(content), _pictures(content))


def _pages(content: Content) -> Iterator[Words]:
    for language, page in content.pages.items():
        places = {key: key for key in ("title", "description", "hero", "lead")} | SECTIONS
        for place, key in places.items():
            yield Words(getattr(page, key), named(f"{STEM}.{language}.md"), place, language)


def _updates(content: Content) -> Iterator[Words]:
    for update in content.updates:
        for language, text in update.texts.items():
            for place, words in {"title": text.title, "summary": text.summary, "": text.body}.items():
                yield Words(words, named(f"{UNDER}/{update.slug}.{language}.md"), place, language)


def _resources(content: Content) -> Iterator[Words]:
    for resource in content.resources:
        for column in ("title", "url", "source"):
            yield Words(getattr(resource, column), named(RESOURCES), column, resource.language)


def _pictures(content: Content) -> Iterator[Words]:
    for picture in content.pictures.values():
        yield Words(picture.file, named(PICTURES), "file")
        for column in ("credit", "licence"):
            yield Words(getattr(picture, column), named(PICTURES), column, row=picture.file)
        for language, text in picture.alt.items():
            yield Words(text, named(PICTURES), f"alt.{language}", language, picture.file)
