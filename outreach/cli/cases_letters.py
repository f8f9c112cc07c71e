"""Tries every letter that a campaign's templates would make; knows nothing about who gets one."""

from collections.abc import Iterator
from dataclasses import dataclass

from outreach.campaign import TEMPLATES, Campaign
from outreach.cases.model import ROUNDS, Ask, Case
from outreach.cli.output import counted
from outreach.errors import DataError, Problem
from outreach.registry.model import Mission, State
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.letters.words import letter_context
from outreach.settings.sections import FILE

ONE_PAGE = range(250, 421)  # words of a letter, from address to signature


@dataclass(frozen=True, slots=True)
class _Sort:
    """The letters that one template makes for one ask."""

    case: Case
    ask: Ask
    round: str
    language: str

    def __str__(self) -> str:
        return f"{self.case.slug}, ask {self.ask.id}, {self.round}, {self.language}"


class LetterTrial:
    """Writes every letter there could be and says what is wrong with it; each fault once, not once a State."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._writer = LetterWriter(campaign.templates)
        self.tried = 0

    def problems(self) -> Iterator[Problem]:
        for ask in self._campaign.asks.values():
            for case in self._campaign.cases.values():
                for language in self._campaign.settings.campaign.languages:
                    for round_ in ROUNDS:
                        yield from self._problems_of(_Sort(case, ask, round_, language))

    def _problems_of(self, sort: _Sort) -> list[Problem]:
        """That a template is missing or cannot be rendered, or its letters that are not one page."""
        template = self._template(sort)
        if not template and sort.round != "first":
            return []
        try:
            words = {mission.state: self._words(mission, sort) for mission in self._missions(sort.case)}
        except DataError as error:
            return list(error.problems)
        shortest, longest = min(words, key=words.__getitem__), max(words, key=words.__getitem__)
        return [
            Problem(f"{TEMPLATES}/{template}", _wrong_length(sort, self._campaign.registry.states[code], words[code]))
            for code in dict.fromkeys((shortest, longest))
            if words[code] not in ONE_PAGE
        ]

    def _template(self, sort: _Sort) -> str:
        """The name of the file that makes these letters, or "" where there is none."""
        common = f"{sort.round}.{sort.language}.md"
        own = f"{sort.case.slug}.{common}"
        names = (f"{sort.case.slug}.{sort.language}.md",) if sort.round == "first" else (own, common)
        return next((name for name in names if (self._campaign.templates / name).is_file()), "")

    def _missions(self, case: Case) -> list[Mission]:
        """Whom a letter about the case may go to; where there is nobody one State stands in, to try it all the same."""
        missions = self._campaign.registry.missions.values()
        stand_in = Mission("CHE" if case.state_concerned != "CHE" else "CRI", "", (), "en")
        return [mission for mission in missions if mission.state != case.state_concerned] or [stand_in]

    def _words(self, mission: Mission, sort: _Sort) -> int:
        context = letter_context(
            registry=self._campaign.registry,
            cases=self._campaign.cases,
            settings=self._campaign.settings,
            mission=mission,
            case=sort.case,
            ask=sort.ask,
            round=sort.round,
            language=sort.language,
        )
        self.tried += 1
        return len(self._writer.write(context).text.split())


def _wrong_length(sort: _Sort, state: State, words: int) -> str:
    shortest, longest = ONE_PAGE.start, ONE_PAGE.stop - 1
    short, long = counted(shortest - words, "word"), counted(words - longest, "word")
    advice = f"write {short} more" if words < shortest else f"shorten it by {long}"
    return (
        f"the letter {sort} to {state.name} has {counted(words, 'word')}, and one page is {shortest} to {longest}: "
        f"{advice}. The ask's own sentence (text.{sort.language} in {FILE}) counts too, where the letter has it"
    )
