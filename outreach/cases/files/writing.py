"""Writes a new case file, every field of it explained; reads no files, and knows nothing about what is sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from outreach.cases.files.editing import quoted
from outreach.cases.files.translations import SUGGESTED
from outreach.cases.model import STATUSES, Use
from outreach.cases.people import SCOPES

# What stands in a section until somebody writes it: a comment, which no letter says.
GUIDANCE = {
    "Story behind": "Who they are, what they do, and how they worked with the United Nations: two to four sentences.",
    "What happened": "What was done to them, when, and by whom: only what a source says.",
    "What we want": "After “What we hope for”: what should happen, and what States should say: one or two sentences.",
    SUGGESTED: "What a delegation can say: one sentence of at most 30 words; then a paragraph of at most 60.",
}
HEAD = """\
---
# A case: whom it is about, and what may be said. Lines that begin with # are for you, and nothing says them.
# Every field is in docs/cases.md of the program. After a change: outreach cases check

# What the case is called, in each language of the campaign.
title:{title}
# Where, with its preposition, as it stands in a sentence: in Belarus, au Bélarus, en Belarús.
place:{place}
# Half a sentence by which a letter names the case, after "against": the members of the Archive (Belarus).
mention:{mention}
# What a subject calls it, in each language, if the half sentence is long: The Archive. The State follows by itself.
short:
# The State concerned, the one that did this, by its three letters. Its mission never gets a letter about the case.
state_concerned: {state}

# Each person: name as they spell it, role, status ({statuses}),
# since (2027, 2027-01 or 2027-01-31) and source, where that is written. Leave out what nobody knows.
# A role is in the language of this file; in more: {{en: archivist, fr: archiviste}}. Letters say it where they have it.
people:{people}
# Organisations that it was done to, each with its article: the Archive; in more: {{en: the Archive, fr: les Archives}}.
organisations:{organisations}

# What they agreed to. What is not yes is no, and without `letters: yes` no letter leaves. `mentions`: whether letters
# about other cases may name this one. `source`: who agreed, when, and where that is written down.
consent:{consent}

# Nothing leaves before this day, such as 2027-09-01.
embargo:

# Where the facts are written; at least one.
sources:{sources}

# Documents of the United Nations that the case stands in: kind, body, symbol, date, paragraph, source (docs/cases.md).
references:

# When somebody last found all of this true, and who. `outreach cases confirm {slug}` asks, and writes it here.
checked_on:{checked_on}
checked_by:{checked_by}
---
"""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person of a new case; what is empty nobody knows. `role` is a text, or one in each language."""

    name: str
    role: str | Mapping[str, str] = ""
    status: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case that somebody begins. `title`, `place` and `mention` by language; `state` is an alpha-3 code.

    `consent` are the uses that they agreed to: none, unless somebody says so. `sections` has what is written already.
    """

    slug: str
    title: Mapping[str, str]
    place: Mapping[str, str]
    mention: Mapping[str, str]
    state: str
    people: tuple[NewPerson, ...] = ()
    organisations: tuple[str | Mapping[str, str], ...] = ()
    consent: tuple[Use, ...] = ()
    consent_source: str = ""
    sources: tuple[str, ...] = ()
    checked_on: str = ""
    checked_by: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)


def case_text(new: NewCase) -> str:
    """Write the case as a file of cases/, with a line of guidance in each section that nobody has written yet."""
    agreed = ((use, "yes" if use in new.consent else "no") for use in SCOPES)
    head = HEAD.format(
        slug=new.slug,
        title=_by_language(new.title),
        place=_by_language(new.place),
        mention=_by_language(new.mention),
        state=new.state,
        statuses=", ".join(STATUSES),
        people="".join(_person(person) for person in new.people),
        organisations=_listed(new.organisations),
        consent=_keys([*agreed, ("source", quoted(new.consent_source))]),
        sources=_listed(new.sources),
        checked_on=f" {new.checked_on}".rstrip(),
        checked_by=f" {quoted(new.checked_by)}" if new.checked_by else "",
    )
    return head + "".join(_sections(new))


def _sections(new: NewCase) -> Iterator[str]:
    for heading, guidance in GUIDANCE.items():
        text = new.sections.get(heading, "").strip()
        yield f"\n## {heading}\n\n{text or f'<!-- {guidance} -->'}\n"


def _by_language(texts: Mapping[str, str]) -> str:
    return _keys((language, quoted(text)) for language, text in texts.items())


def _keys(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"\n  {key}: {value}" for key, value in pairs)


def _listed(texts: Iterable[str | Mapping[str, str]]) -> str:
    return "".join(f"\n  - {_one_or_more(text)}" for text in texts)


def _one_or_more(text: str | Mapping[str, str]) -> str:
    """Give a text as a YAML value; of several languages on one line."""
    if isinstance(text, str):
        return quoted(text)
    return "{" + ", ".join(f"{language}: {quoted(said)}" for language, said in text.items()) + "}"


def _person(person: NewPerson) -> str:
    known = {"role": _one_or_more(person.role) if person.role else "", "status": person.status, "since": person.since}
    more = "".join(f"\n    {key}: {value}" for key, value in known.items() if value)
    return f"\n  - name: {quoted(person.name)}{more}"
