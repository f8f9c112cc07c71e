"""The nouns of a case and an ask; no files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from outreach.cases.asks.forum import Forum
from outreach.settings.words import LanguageWords

FOLDER = "cases"  # of the campaign, where each case has its file
Day = date  # an ask has a field of that name
Round = Literal["first", "reminder", "thanks"]  # which letter of an ask
ROUNDS: tuple[Round, ...] = get_args(Round)
Use = Literal["letters", "posts", "web", "mentions"]  # what people can agree to; `mentions`: what is about other cases
Translated = dict[str, str]  # language → text


# How somebody is, on the day that `since` names: words of this program, chosen so that each asks for something else.
PersonStatus = Literal[
    "detained", "convicted", "house arrest", "disappeared", "in exile", "released", "free", "dead", "unknown"
]
STATUSES: tuple[PersonStatus, ...] = get_args(PersonStatus)

# How the people are, beside how they were when somebody last spoke to them.
Condition = Literal["better", "same", "worse"]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)


# What a document of the United Nations is.
ReferenceKind = Literal[
    "opinion", "views", "communication", "urgent appeal", "letter", "report", "concluding observations", "resolution",
    "statement",
]  # fmt: skip
REFERENCE_KINDS: tuple[ReferenceKind, ...] = get_args(ReferenceKind)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the people concerned agreed to, and where that is written down. Silence is no."""

    letters: bool = False
    posts: bool = False
    web: bool = False
    source: str = ""
    mentions: bool = False  # whether letters and posts about other cases may name this one
    given_on: str = ""  # as precise as known
    asked_again_on: str = ""

    def covers(self, use: Use) -> bool:
        """Say whether they agreed to that use."""
        return {"letters": self.letters, "posts": self.posts, "web": self.web, "mentions": self.mentions}[use]


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str = ""  # in the language of the case's own file
    status: PersonStatus = "unknown"
    since: str = ""  # as precise as known; of a status that is unknown: since when
    source: str = ""
    consent: Consent | None = None  # only where it differs from the case's; then whole
    roles: Translated = field(default_factory=dict)  # other language → role


@dataclass(frozen=True, slots=True)
class Stopped:
    """That nothing about a case may leave, from which day on, and why."""

    on: date
    why: str


@dataclass(frozen=True, slots=True)
class CaseEvent:
    date: str  # as precise as known: 2020, 2020-08, 2020-08-09
    text: str  # in the language of the case's own file
    source: str = ""  # only where it is not the case's
    texts: Translated = field(default_factory=dict)  # other language → text


@dataclass(frozen=True, slots=True)
class Reference:
    """A document of the United Nations that a case stands in. What is empty nobody knows.

    `body` is who wrote it, in each language that somebody gave. `date` is as precise as known.
    """

    kind: ReferenceKind
    body: Translated
    source: str
    symbol: str = ""
    paragraph: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """The story of a case in one language: heading → Markdown as the file orders them, and the row of each heading."""

    file: str  # as people know it: cases/viasna.fr.md
    story: dict[str, str]
    rows: dict[str, int] = field(default_factory=dict, compare=False)
    begins: dict[str, int] = field(default_factory=dict, compare=False)  # the row of the first words under each


@dataclass(frozen=True, slots=True)
class Case:
    """One file of cases/: the people or organisations that it is about, and the State concerned."""

    slug: str
    title: Translated
    place: Translated  # "in Belarus", "au Bélarus", "en Belarús"
    mention: Translated  # half a sentence by which letters name this case
    state_concerned: str  # alpha-3
    people: tuple[Person, ...]
    organisations: tuple[str, ...]  # in the language of the case's own file, else in the first that has a name
    dates: tuple[CaseEvent, ...]
    consent: Consent
    sources: tuple[str, ...]
    embargo: date | None  # nothing leaves before this day
    story: dict[str, str]  # heading → Markdown, in the order of the file
    short: Translated = field(default_factory=dict)  # what subjects call it, where that is not the mention
    references: tuple[Reference, ...] = ()  # documents of the United Nations that it stands in
    withheld: tuple[str, ...] = ()  # names that nothing of ours may say any more
    withheld_in_file: bool = False  # whether the case relies on contacts/withheld.txt
    not_to: tuple[str, ...] = ()  # alpha-3 of States that get nothing about the case, beside the State concerned
    checked_on: str = ""  # when somebody last found the facts true, as precise as known
    checked_by: str = ""
    condition: Condition | None = None  # how the people were on that day, beside the time before
    stopped: Stopped | None = None
    historical: bool = False  # an example of what was: not to be sent until somebody confirms the facts
    language: str = "en"  # that the story is written in
    translations: dict[str, Telling] = field(default_factory=dict)  # language → the story in it
    rows: dict[str, int] = field(default_factory=dict, compare=False)  # of the headings of the case's own file
    begins: dict[str, int] = field(default_factory=dict, compare=False)  # of the first words under them
    unfinished: tuple[str, ...] = ()  # headings of the sections that nobody has written yet: nothing leaves until then
    attach: dict[str, tuple[str, ...]] = field(default_factory=dict)  # language, or "" for all → files for its letters
    organisation_names: tuple[Translated, ...] = ()  # of each organisation: other language → name
    names_unknown: bool = False  # whether it relies on contacts/withheld.txt, and this copy of the campaign has none

    @property
    def name(self) -> str:
        """Give its title in English, or in the first language that it has one in."""
        return self.title.get("en") or next(iter(self.title.values()), self.slug)

    def consent_of(self, person: Person) -> Consent:
        """Give what one person of the case agreed to: the case's consent, but for what is said of the person alone."""
        return person.consent or self.consent

    def people_for(self, use: Use) -> tuple[Person, ...]:
        """Give the people of the case who agreed to be named there."""
        return tuple(person for person in self.people if self.consent_of(person).covers(use))

    def organisations_in(self, language: str) -> tuple[str, ...]:
        """Give the names of the organisations in a language; where nobody gave one, the name that there is."""
        if language == self.language or not self.organisation_names:
            return self.organisations
        pairs = zip(self.organisations, self.organisation_names, strict=True)
        return tuple(names.get(language, name) for name, names in pairs)

    def role_in(self, person: Person, language: str) -> str:
        """Give the role of one of its people in a language; "" where nobody gave it so."""
        return person.role if language == self.language else person.roles.get(language, "")

    def told_in(self, language: str) -> Telling | None:
        """Give the story in a language, from the case's own file or a translation; None where nobody told it so."""
        if language == self.language:
            return Telling(f"cases/{self.slug}.md", self.story, self.rows, self.begins)
        return self.translations.get(language)

    def attached(self, language: str) -> tuple[str, ...]:
        """Give the files that go with its letters in a language, as the case names them."""
        return self.attach.get("", ()) or self.attach.get(language, ())

    def is_closed_to(self, state: str) -> bool:
        """Say whether a State (alpha-3) gets nothing that names the case: the State concerned, or one of `not_to`."""
        return state == self.state_concerned or state in self.not_to


@dataclass(frozen=True, slots=True)
class Ask:
    """What we ask of a State: one [[ask]] of outreach.toml. `to` is its default selection.

    `date` is its first day, `until` the last on which asking makes sense, where that is another. `session` is 0 where
    it belongs to none. `forum` is where, as settings say it; `names` has it by language. `text` is written out, and
    `again` is the same sentence for a State that did before what is asked. `several` and `several_again` are the
    campaign's own sentence for several cases in one letter.
    """

    id: str
    forum: str
    date: date
    to: tuple[str, ...]
    text: Translated
    until: Day | None = None
    session: int = 0
    names: Forum = field(default_factory=Forum)
    again: Translated = field(default_factory=dict)
    short: Translated = field(default_factory=dict)  # where and when, as a subject begins: HRC51, 29 Sept
    request: Translated = field(default_factory=dict)  # what a subject asks, with {{ case }} in it
    words: Mapping[str, LanguageWords] = field(default_factory=dict)  # the campaign's own, by language
    several: Translated = field(default_factory=dict)
    several_again: Translated = field(default_factory=dict)

    @property
    def days(self) -> str:
        """Give its days as ISO 8601 has them: 2022-09-29, or 2022-09-29/2022-10-07."""
        return f"{self.date}/{self.until}" if self.until else f"{self.date}"

    @property
    def last_day(self) -> Day:
        """Give the last day on which asking makes sense."""
        return self.until or self.date
