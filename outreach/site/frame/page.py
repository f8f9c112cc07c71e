"""A page before it is HTML: where it stands, what it is called, and the words of its template."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NOT_FOUND = "404.html"  # what hosts show at any address where there is nothing


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language.

    `address` is within the language: "" for the first page, "states/DEU/", "404.html". `template` stands in templates/
    and gets `words`. `menu` is the address of the entry of the menu that it belongs to. `card` is the address of its
    picture for links, from the root of the site, or "", and `card_says` its words. `kind` is what it is to a program
    that shows links. `indexed`: search engines may show it. `alone`: there is no such page in other languages.
    """

    address: str
    language: str
    template: str
    title: str
    description: str
    words: Mapping[str, object] = field(default_factory=dict[str, object])
    menu: str = ""
    card: str = ""
    card_says: str = ""
    kind: str = "website"
    indexed: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file beside the pages: CSS, CSV, a picture; `path` from the root of the site."""

    path: str
    content: bytes
