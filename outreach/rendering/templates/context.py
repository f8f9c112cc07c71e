"""What a letter template may say: the words it can use, as plain frozen data; docs/templates.md explains each.

Everything here is text, numbers and lists of them: a template can reach nothing else.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InstrumentWords:
    """An instrument a State acted in. `body` is hrc or unga; `number` is 36/21; `session` 36; 0 and "" are unknown.

    In the letter's language, `group` is with whom the State raised a case there: the other Benelux countries; `topic`
    is what the instrument is about: on cooperation with the United Nations. `committee` is that of the General Assembly
    by its number, 0 for none.
    """

    id: str
    kind: str
    title: str
    body: str
    number: str
    session: int
    year: int
    group: str = ""
    topic: str = ""
    committee: int = 0


@dataclass(frozen=True, slots=True)
class OccasionWords:
    """Where a State raised other cases: some of their `names`, the same after "of", and how many more it raised."""

    instrument: InstrumentWords
    names: tuple[str, ...]
    of: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What the State did before the ask's first day, newest last.

    `raised` is where it raised what the letter asks for, `raised_cases` are the slugs of those that it raised, and
    `others` where it raised other ones.
    """

    co_sponsored: tuple[InstrumentWords, ...] = ()
    led: tuple[InstrumentWords, ...] = ()
    joined: tuple[InstrumentWords, ...] = ()
    raised: tuple[InstrumentWords, ...] = ()
    others: tuple[OccasionWords, ...] = ()
    raised_cases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.co_sponsored or self.led or self.joined or self.raised or self.others)


@dataclass(frozen=True, slots=True)
class StateWords:
    """A State, in the letter's language: `name` Belgique, `formal` le Royaume de Belgique, `of` du Royaume …"""

    code: str
    name: str
    formal: str
    of: str
    observer: bool


@dataclass(frozen=True, slots=True)
class ExtraWords:
    """The campaign's own columns: their `names`, and at the same places the `texts` of one mission, often empty.

    A template sees neither of the two: it reaches each text by the name of its column.
    """

    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissionWords:
    """`name` is the mission's full title in the letter's language; `address` its street address, often empty.

    `ambassador` is a name and `ambassador_sex` f or m, both empty unless they were checked in the year before; `extra`
    has the campaign's own columns.
    """

    name: str
    address: str
    ambassador: str = ""
    ambassador_sex: str = ""
    extra: ExtraWords = ExtraWords()


@dataclass(frozen=True, slots=True)
class PersonWords:
    """Somebody of a case who agreed to be named there. Each but `name` may be empty.

    `role` is in the letter's language, where the case has it so; `status` is the word of the case file, such as
    detained; `since` is written out: September 2017.
    """

    name: str
    role: str = ""
    status: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class CaseWords:
    """A case in the letter's language. `people` are names, `mention` is half a sentence for other cases' letters.

    `of_mention` is the mention after "of": del abogado … `persons` are the same people with role and status;
    `background`, `what_happened` and `what_we_want` are sections of the case, in Markdown. `short` is what a subject
    calls it. `suggested_sentence` and `suggested_paragraph` are words for a delegation, and `references` the documents
    of the United Nations that the case stands in, each in words; `reference` is the best of them. `brief` is the case
    in two or three sentences, for a letter that asks for several.
    """

    slug: str
    title: str
    place: str
    mention: str
    people: tuple[str, ...]
    organisations: tuple[str, ...]
    of_mention: str = ""
    persons: tuple[PersonWords, ...] = ()
    background: str = ""
    what_happened: str = ""
    what_we_want: str = ""
    short: str = ""
    suggested_sentence: str = ""
    suggested_paragraph: str = ""
    reference: str = ""
    references: tuple[str, ...] = ()
    brief: str = ""


@dataclass(frozen=True, slots=True)
class AskWords:
    """`text` is the ask as one whole sentence; `date` is written out ("29 September 2022").

    `forum` has no article, the others bring what a sentence needs: of the, at the. `session` is an ordinal, or empty;
    `until` is empty where the ask has one day. `again` is empty, but for a State that did before what is asked.
    `occasion` is where and when, and `request` what is asked, both as short as a subject needs them.
    """

    id: str
    forum: str
    date: str
    text: str
    until: str = ""
    when: str = ""
    session: str = ""
    of_forum: str = ""
    at_forum: str = ""
    forum_short: str = ""
    at_forum_short: str = ""
    again: str = ""
    occasion: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class SenderWords:
    name: str
    role: str
    organisation: str
    email: str
    postal_address: str


@dataclass(frozen=True, slots=True)
class CampaignWords:
    title: str
    hashtag: str
    organisation: str


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """What the campaign is about, in its own words ([theme] of outreach.toml), written out for the case.

    Each is empty where nobody gave it in the letter's language.
    """

    subject: str = ""
    case: str = ""
    cases: str = ""
    norm: str = ""
    view: str = ""
    concern: str = ""
    reminder: str = ""
    thanks: str = ""
    service: str = ""
    persistence: str = ""


@dataclass(frozen=True, slots=True)
class CaseVoicesWords:
    """How many of the people who wrote ask for one case: `short` is what subjects call it, `people` is 1,190 or empty.

    `names` are the organisations and people of the case whom `short` does not name.
    """

    short: str
    people: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestWords:
    """What people ask of a State, for the letter that gathers their requests; `number` is 0 in every other letter.

    `people` is the number written out (1,204), `until` the day up to which they were counted, `since` the day of the
    digest before, or empty. `cases` has a number of its own for each case, left empty where all ask for all of them.
    `countries` are those that enough people gave as theirs, `number_of_countries` counts the others too. `quotes` are
    words of some, each in Markdown and in the language that it was written in. `every_days`: no second one before.
    """

    number: int = 0
    people: str = ""
    until: str = ""
    since: str = ""
    cases: tuple[CaseVoicesWords, ...] = ()
    countries: tuple[str, ...] = ()
    number_of_countries: int = 0
    quotes: tuple[str, ...] = ()
    every_days: int = 0


@dataclass(frozen=True, slots=True)
class LetterContext:
    """All the words of one letter; the template sees each field by its name.

    `cases` are all that the letter asks for; `case` is the first of them. `note` is the paragraph for this State alone,
    in Markdown; `attachments` are names of files. `date` is the day of the letter, written out, and `our_reference` the
    line that names the letter. `digest` is what people ask for, in the letters that gather it.
    """

    language: str
    round: str  # first, reminder, thanks; digest
    state: StateWords
    mission: MissionWords
    record: RecordWords
    case: CaseWords
    other_cases: tuple[CaseWords, ...]
    ask: AskWords
    sender: SenderWords
    campaign: CampaignWords
    theme: ThemeWords = ThemeWords()
    day: str = ""  # up to which years_since counts: today, or the ask's last day once that is past
    cases: tuple[CaseWords, ...] = ()
    note: str = ""
    attachments: tuple[str, ...] = ()
    date: str = ""
    our_reference: str = ""
    digest: DigestWords = DigestWords()
