"""Reads a campaign's cases and texts for what a slip or the time makes untrue; writes no letter."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from outreach.campaign import Campaign
from outreach.cases.concerned import unnamed_state, wrong_state
from outreach.cases.model import FOLDER, Case
from outreach.cases.proofreading import misspelt_names, names_in, names_missing, passages_that_age
from outreach.errors import Problem
from outreach.language import language_name
from outreach.registry import missions
from outreach.registry.states import unnamed_in
from outreach.services.checks.texts import Sort, Text, texts_of_case
from outreach.settings.words import NO_WORDS, words_file
from outreach.text import listed

MOST_PASSAGES = 4  # that a warning quotes of one text
YEARS = re.compile(r"year|\ban|año")
CHANGED = ("released", "free", "dead")  # statuses of which what was written before is not true any more
ALL_NAMES = "case.people"  # a template that says so names everybody


def faults(campaign: Campaign) -> Iterator[Problem]:
    """Give what is wrong for certain: a State concerned that the case contradicts, names in two spellings."""
    for case in campaign.cases.values():
        yield from wrong_state(case, campaign.registry.states)
        names = [person.name for person in case.people]
        for text in texts_of_case(campaign.folder, case, campaign.settings.campaign.languages):
            for item in misspelt_names(text.words, names):
                message = f"'{item.written}': the case spells it {item.name}; one person, one spelling"
                yield Problem(text.file, message, item.row)


def warnings(campaign: Campaign) -> Iterator[Problem]:
    """Give what a person should look at: addresses that nobody knows, words that age, names that are left out."""
    yield from _unknown_addresses(campaign)
    yield from _unnamed_states(campaign)
    for case in campaign.cases.values():
        yield from unnamed_state(case, campaign.registry.states)
        yield from changed_people(campaign.folder, case, campaign.settings.campaign.languages)
        for text in texts_of_case(campaign.folder, case, campaign.settings.campaign.languages):
            yield from _ageing(text)
            if text.sort is Sort.LETTER and ALL_NAMES not in text.words:
                yield from _left_out(text, case)


def _unknown_addresses(campaign: Campaign) -> Iterator[Problem]:
    """Warn of States concerned of which no e-mail is known: nobody would notice theirs in the row of another State.

    In a campaign that knows no e-mail at all there is nothing to slip.
    """
    known = {code for code, mission in campaign.registry.missions.items() if mission.known_emails}
    concerned = dict.fromkeys(case.state_concerned for case in campaign.cases.values())
    for code in concerned if known else ():
        if code not in known:
            name = campaign.registry.states[code].name
            slip = "a slip that puts it in another row would not be noticed. Add it; the case is not sent there"
            yield Problem(missions.FILE, f"has no e-mail of {name} ({code}): {slip}")


def _unnamed_states(campaign: Campaign) -> Iterator[Problem]:
    """Warn of the States that letters in a language call by their English name, for want of one that is right."""
    for language in campaign.settings.campaign.languages:
        own = campaign.settings.words.get(language, NO_WORDS).states
        missing = [code for code in unnamed_in(language) if code in campaign.registry.missions and code not in own]
        if missing:
            name = language_name(language)
            why = f"no name of {listed(missing, separator=' ')} in {name} that a letter may say"
            what = f"so the English one stands: write them here, such as states.{missing[0]} = …"
            yield Problem(words_file(language), f"{why}, {what}")


def changed_people(folder: Path, case: Case, languages: Sequence[str]) -> Iterator[Problem]:
    """Give the texts of a case that name people who are released, free or dead: do they still say what is true?

    The texts are its `mention`, its story, translations of it, and the templates of its own, in `languages`.
    """
    if not any(person.status in CHANGED for person in case.people):
        return
    file = f"{FOLDER}/{case.slug}.md"
    for language, words in case.mention.items():
        if who := _changed(case, words):
            yield Problem(file, who, column=f"mention.{language}")
    for text in texts_of_case(folder, case, languages):
        everybody = (
            "\n".join(person.name for person in case.people) if text.template and ALL_NAMES in text.words else ""
        )
        if who := _changed(case, f"{text.words}\n{everybody}"):
            yield Problem(text.file, who)


def _changed(case: Case, words: str) -> str:
    """Say whom the words name though they are released, free or dead; "" for nobody."""
    named = names_in(words, [person.name for person in case.people])
    people = [
        f"{person.name}, who is {person.status}{f' since {person.since}' if person.since else ''}"
        for person in case.people
        if person.status in CHANGED and person.name in named
    ]
    return f"names {listed(people, separator='; ')}: see that it is still true" if people else ""


def _ageing(text: Text) -> Iterator[Problem]:
    found = passages_that_age(text.words, text.language)
    if found:
        quoted = listed((f"'{item.words}' (row {item.row})" for item in found), MOST_PASSAGES)
        hint = '. A template counts years itself: {{ years_since("2017-09") }}' if YEARS.search(quoted) else ""
        yield Problem(text.file, f"true on some day only: {quoted}{hint if text.template else ''}")


def _left_out(text: Text, case: Case) -> Iterator[Problem]:
    """Warn of people whom a letter leaves out though it names others; not of those who did not agree to letters."""
    agreed = [person.name for person in case.people if case.consent_of(person).letters]
    if missing := names_missing(text.words, [name for name in agreed if name not in case.withheld]):
        yield Problem(text.file, f"names some of the people, and not {listed(missing)}")
