"""The nouns of site/: its words, resources, pictures and looks; no files, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from outreach.publishing.model import Update


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of the campaign's page in one language: site/page.xx.md.

    `film` is an address, `picture` the name of a file in site/pictures/; blank where there is none. The sections are
    Markdown, blank where the file does not have them. `done_on` is the day that *We did it* is about: before it, nobody
    knows of it yet.
    """

    language: str
    title: str
    description: str
    hero: str
    lead: str
    film: str = ""
    picture: str = ""
    we_did_it: str = ""
    what_we_want: str = ""
    how: str = ""
    done_on: date | None = None
    documented: str = ""  # what is said above the documented cases


@dataclass(frozen=True, slots=True)
class Resource:
    """A report, a film or news: a row of site/resources.csv. `date` is as precise as is known: 2022, 2022-09, a day."""

    title: str
    url: str
    kind: str  # report, film, news
    date: str
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown: a row of site/pictures/pictures.csv, and its file there."""

    file: str
    alt: Mapping[str, str]  # by language
    credit: str
    licence: str
    consent: str  # who agreed to it, and when; "nobody in it" where nobody is
    width: int
    height: int
    case: str = ""  # the slug of the case whose page shows it, blank for the campaign's own


@dataclass(frozen=True, slots=True)
class Theme:
    """How the pages look: two colours (#rrggbb), checked for contrast, and a logo in site/pictures/ or none."""

    deep: str = "#0b4251"
    spark: str = "#f2b84b"
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All of site/. `pages` are keyed by language, `pictures` by file name; newest updates first."""

    pages: Mapping[str, PageWords]
    resources: tuple[Resource, ...] = ()
    updates: tuple[Update, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict[str, Picture])
    theme: Theme = field(default_factory=Theme)
