"""Who gets a digest, about which cases, who does not, and why. Pure but for what it is handed to count with.

What speaks against a letter to a State speaks against a digest to it, case by case: the plan of letters decides that.
Besides, a mission gets one only so often, and only where enough people ask.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case
from outreach.outbox.gate.objections import Reason, closed_addresses
from outreach.outbox.letters.plan import Exclusion, Facts, LetterRequest, PlannedLetter, make_plan
from outreach.registry.selection import select
from outreach.rendering.letters.digest import DigestFacts, Quote
from outreach.rendering.letters.several import several_text
from outreach.supporters.digest.quotes import Quotes
from outreach.supporters.digest.ranges import Range, next_range
from outreach.supporters.digest.tally import Audience, Count, Tally


@dataclass(frozen=True, slots=True)
class LastDigest:
    """The last digest that stands for a mission: whether it `waits` to leave, and on which day a server took it."""

    number: int
    waits: bool
    taken: date | None
    came_back: bool = False
    same_ask: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the databases know before a digest is planned.

    `upto` is the last running number there is, `taken` mission → the ranges that its letters count, `last` mission →
    its last digest, of whatever ask; `suppressed` address (lower case) → why nothing goes there.
    """

    upto: int
    taken: Mapping[str, Sequence[Range]] = field(default_factory=dict)
    last: Mapping[str, LastDigest] = field(default_factory=dict)
    suppressed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedDigest:
    """A letter to be, to one mission: where it goes, what it asks for, which voices it counts and what it says."""

    planned: PlannedLetter
    cases: tuple[Case, ...]
    within: Range
    facts: DigestFacts

    @property
    def mission(self) -> str:
        """Name the State."""
        return self.planned.mission.state


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """Who gets a letter, who is left out, who would be left out in earnest, and which cases are not in which letter."""

    letters: tuple[PlannedDigest, ...]
    excluded: tuple[Exclusion, ...]
    warnings: tuple[Exclusion, ...] = ()
    without: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Reads the voices of a range: to count them, and to quote them."""

    tally: Callable[[Range], Tally]
    quotes: Callable[[Range], Quotes]


class DigestPlanner:
    """Plans the letters of one ask."""

    def __init__(
        self, campaign: Campaign, ask: Ask, cases: Sequence[Case], known: Known, source: Source, *, rehearsal: bool
    ) -> None:
        self._campaign = campaign
        self._ask = ask
        self._cases = tuple(cases)
        self._known = known
        self._source = source
        self._rehearsal = rehearsal
        self._today = campaign.today()
        self._tallies = dict[Range, Tally]()
        self._quotes = dict[Range, Quotes]()
        self._of_the_ask = frozenset(select(campaign.registry, ask.to, (), tuple(campaign.cases)))
        self._raised = {a.state for a in campaign.registry.acts if a.kind == "raised" and a.case in campaign.cases}

    def plan(self, to: Sequence[str] = ()) -> DigestPlan:
        """Plan a letter to each mission of the selection; raises UsageError for one that makes no sense."""
        found = self._judged(to)
        letters, excluded = list[PlannedDigest](), list(found.excluded)
        for planned in found.letters:
            if why := self._too_soon(planned.mission.state):
                excluded.append(why)
                continue
            within = next_range(self._known.taken.get(planned.mission.state, ()), self._known.upto)
            letter = self._letter(planned, within) if within else Exclusion(planned.mission.state, *self._few(0))
            if isinstance(letter, Exclusion):
                excluded.append(letter)
            else:
                letters.append(letter)
        there = {letter.mission for letter in letters}
        return DigestPlan(
            tuple(letters),
            tuple(sorted(excluded, key=lambda item: item.state)),
            tuple(item for item in found.warnings if item.state in there),
            tuple(item for item in found.without if item.state in there),
        )

    def again(self, mission: str, within: Range) -> PlannedDigest | Exclusion:
        """Plan the letter once more whose voices are reserved already; or say why there is none any more."""
        found = self._judged([mission])
        if not found.letters:
            why = [item for item in found.excluded if item.state == mission]
            return why[0] if why else Exclusion(mission, Reason.NO_ADDRESS)
        return self._letter(found.letters[0], within, least=1)

    def _judged(self, to: Sequence[str]) -> "_Judged":
        first, *others = self._cases
        request = LetterRequest(first, self._ask, to=tuple(to), rehearsal=self._rehearsal, others=tuple(others))
        facts = [
            Facts(
                suppressed=closed_addresses(self._campaign, case, self._known.suppressed),
                untold=_untold(self._campaign, self._ask, case, several=bool(others)),
            )
            for case in self._cases
        ]
        about = {case.slug: theirs for case, theirs in zip(others, facts[1:], strict=True)}
        whole = Facts(suppressed=facts[0].suppressed, untold=facts[0].untold, others=about)
        plan = make_plan(self._campaign, request, whole, self._today)
        return _Judged(plan.letters, plan.excluded, plan.warnings, plan.without)

    def _letter(self, planned: PlannedLetter, within: Range, least: int | None = None) -> PlannedDigest | Exclusion:
        state = planned.mission.state
        audience = Audience(state, state in self._of_the_ask, state not in self._raised)
        if within not in self._tallies:
            self._tallies[within] = self._source.tally(within)
        open_ = planned.cases or (self._cases[0].slug,)
        count = self._tallies[within].count(audience, open_)
        if count.number < (self._campaign.settings.digest.least if least is None else least):
            return Exclusion(state, *self._few(count.number))
        cases = tuple(case for case in self._cases if case.slug in open_ and count.by_case.get(case.slug))
        if within not in self._quotes:
            self._quotes[within] = self._source.quotes(within)
        quotes = self._quotes[within].choose(audience, [case.slug for case in cases])
        return PlannedDigest(planned, cases, within, self._facts(state, count, quotes))

    def _facts(self, state: str, count: Count, quotes: tuple[Quote, ...]) -> DigestFacts:
        settings, last = self._campaign.settings.digest, self._known.last.get(state)
        # That people in a State write against what it did is nothing that any letter says, however many they are.
        silent = {case.state_concerned for case in self._campaign.cases.values()}
        named = {
            code: many
            for code, many in count.countries.items()
            if many >= settings.countries_from and code not in silent
        }
        return DigestFacts(
            number=count.number,
            until=self._today,
            by_case=count.by_case,
            countries={code: many for code, many in named.items() if code in self._campaign.registry.states},
            number_of_countries=len(count.countries),
            quotes=quotes,
            since=last.taken if last and last.same_ask and not last.came_back else None,
            every_days=settings.every_days,
        )

    def _too_soon(self, state: str) -> Exclusion | None:
        last, days = self._known.last.get(state), self._campaign.settings.digest.every_days
        if last is None:
            return None
        if last.waits:
            return Exclusion(state, Reason.DIGEST_TOO_SOON, f"digest {last.number} has not left yet")
        if last.taken and self._today < last.taken + timedelta(days=days):
            return Exclusion(
                state,
                Reason.DIGEST_TOO_SOON,
                f"digest {last.number} left on {last.taken}; the next may on {last.taken + timedelta(days=days)}",
            )
        return None

    def _few(self, number: int) -> tuple[Reason, str]:
        return Reason.TOO_FEW, f"{number} new, at least {self._campaign.settings.digest.least}"


@dataclass(frozen=True, slots=True)
class _Judged:
    letters: tuple[PlannedLetter, ...]
    excluded: tuple[Exclusion, ...]
    warnings: tuple[Exclusion, ...]
    without: tuple[Exclusion, ...]


def _untold(campaign: Campaign, ask: Ask, case: Case, *, several: bool) -> dict[str, str]:
    """Say of each language in which nobody can write this letter why: it needs the case's title and the ask's words."""
    found = dict[str, str]()
    for language in campaign.settings.campaign.languages:
        if not case.title.get(language):
            found[language] = f"cases/{case.slug}.md has no title in {language}"
        elif not ask.text.get(language):
            found[language] = f"outreach.toml has no text.{language} in the ask {ask.id}"
        elif several and not several_text(ask, language):
            found[language] = f"outreach.toml has no text_several.{language} in the ask {ask.id}"
    return found
