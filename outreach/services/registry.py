"""Asks the registry and adds to it: missions, and what States did; knows no outbox."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from outreach.cases.load import case_files, load_cases
from outreach.errors import DataError, Problem, UsageError
from outreach.registry.addresses import private
from outreach.registry.addresses.disguises import mailbox, why_deceptive
from outreach.registry.ambassadors import ambassador_of
from outreach.registry.cells import read_choice
from outreach.registry.load import load_registry
from outreach.registry.missions import FILE
from outreach.registry.model import Act, ActKind, Mission, Registry
from outreach.registry.outcomes import Coverage, Outcomes
from outreach.registry.record import alike, cases_without_file, slips_in_cases
from outreach.registry.recording import act_in_row, append_acts, strike_out
from outreach.registry.selection import gaps, select
from outreach.registry.states import find_state, load_states
from outreach.settings.load import load_settings
from outreach.text import local_day

if TYPE_CHECKING:  # most questions do without DNS
    from outreach.registry.addresses.deliverability import DomainFinding


@dataclass(frozen=True, slots=True)
class ChosenMissions:
    """The missions that a selection names, in its order; the States of it that have no row; what it may leave out."""

    registry: Registry
    missions: tuple[Mission, ...]
    absent: tuple[str, ...]
    gaps: tuple[str, ...]  # words such as "32 of 47 members of 2027 are known"


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts to list; what is None or empty chooses all. `to` is a selection of States, as letters have it."""

    state: str | None = None
    kind: ActKind | None = None
    case: str | None = None
    instrument: str | None = None
    to: tuple[str, ...] = ()
    corrected: bool = False  # those that were struck out, instead of those that stand


@dataclass(frozen=True, slots=True)
class AddedAct:
    """An act that was written to the record, and those of its rows that say the same already."""

    act: Act
    alike: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class RegistryCheck:
    """What a check of contacts/ found. `registry` is None where the files have problems of their own.

    `doubts` are the instruments of which the record names more States than were counted: one of the two is wrong.
    `greetings` says of each State whose ambassador is known, and not greeted by name or sex all the same, why.
    `mailboxes` are addresses that stand in the rows of several missions, each with these (alpha-3).
    """

    registry: Registry | None
    domains: tuple["DomainFinding", ...]
    problems: tuple[Problem, ...]
    doubts: tuple[Coverage, ...] = ()
    greetings: Mapping[str, str] = field(default_factory=dict)
    mailboxes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def choose_missions(folder: Path, words: Sequence[str]) -> ChosenMissions:
    """Give the missions that a selection such as group:WEOG names; all where it is empty. UsageError names faults."""
    registry = load_registry(folder, load_settings(folder).groups)
    chosen = select(registry, words, default=("all",), cases=sorted(_slugs(folder)))
    there = tuple(registry.missions[code] for code in chosen if code in registry.missions)
    absent = tuple(code for code in chosen if code not in registry.missions)
    return ChosenMissions(registry, there, absent, gaps(registry, words))


def find_acts(folder: Path, wanted: ActFilter) -> list[Act]:
    """Give the acts that the filter chooses, in the order of the record. UsageError for a word that is not known."""
    registry = load_registry(folder, load_settings(folder).groups)
    slugs = sorted(_slugs(folder))
    _refuse_unknown(registry, slugs, wanted)
    states = set(select(registry, wanted.to, cases=slugs)) if wanted.to else set(registry.states)
    if wanted.state:
        states &= {find_state(registry.states, wanted.state).code}
    return [
        act
        for act in (registry.corrected if wanted.corrected else registry.acts)
        if act.state in states
        and wanted.kind in (None, act.kind)
        and wanted.case in (None, act.case)
        and wanted.instrument in (None, act.instrument)
    ]


def add_act(folder: Path, act: Act) -> list[AddedAct]:
    """Write an act to the record; one for each member where `with_` is a group. DataError or UsageError for its faults.

    What is blank is filled in where it is known: the State concerned by the case, the day by the instrument.
    """
    settings = load_settings(folder)
    concerned: dict[str, str] = {}
    if act.case:
        cases = load_cases(folder, load_states(), settings.campaign.languages)
        concerned = {slug: case.state_concerned for slug, case in cases.items()}
    act = replace(act, state_concerned=act.state_concerned.strip() or concerned.get(act.case.strip(), ""))
    known = {*concerned, *cases_without_file(load_registry(folder, settings.groups), concerned)}
    written = append_acts(folder, settings.groups, known, act)
    registry = load_registry(folder, settings.groups)
    return [AddedAct(added, tuple(alike(registry, added))) for added in written]


def look_at_act(folder: Path, row: int) -> Act:
    """Give the act that stands in a row of the record. UsageError where there is none."""
    return act_in_row(load_registry(folder, load_settings(folder).groups), row)


def same_occasion(folder: Path, act: Act) -> list[Act]:
    """Give the acts that stand and say of other States that they did this together with this one."""
    registry = load_registry(folder, load_settings(folder).groups)
    told = (act.kind, act.instrument, act.case, act.subject, act.date, act.with_)
    return [
        other
        for other in registry.acts
        if act.with_ and (other.kind, other.instrument, other.case, other.subject, other.date, other.with_) == told
    ]


def correct_act(folder: Path, row: int, *, by: str, why: str) -> Act:
    """Strike the act in this row out, today. UsageError or DataError for what is wrong; then nothing is written."""
    settings = load_settings(folder)
    today = local_day(datetime.now(UTC), settings.timezone)
    return strike_out(folder, settings.groups, row, on=today, by=by, why=why)


def check_registry(folder: Path, *, dns: bool) -> RegistryCheck:
    """Check the files of contacts/; with `dns` also whether the domain of each address takes mail."""
    settings = load_settings(folder)
    try:
        registry = load_registry(folder, settings.groups)
    except DataError as error:
        return RegistryCheck(None, (), error.problems)
    problems = [*registry.problems, *slips_in_cases(registry, _slugs(folder))]
    problems += _deceptive_domains(registry.missions.values())
    findings: tuple[DomainFinding, ...] = ()
    if dns:
        from outreach.registry.addresses.deliverability import look_up

        missions = registry.missions.values()
        findings = tuple(look_up(_domain(address) for mission in missions for address in mission.emails))
        problems += _domain_problems(missions, findings)
    outcomes = Outcomes(registry)
    known = [outcomes.known_in(instrument) for instrument in registry.instruments.values()]
    doubts = tuple(each for each in known if each.count is not None and each.known > each.count)
    today = local_day(datetime.now(UTC), settings.timezone)
    greeted = {code: ambassador_of(mission, today) for code, mission in registry.missions.items()}
    greetings = {code: ambassador.doubt for code, ambassador in greeted.items() if ambassador.doubt}
    return RegistryCheck(registry, findings, tuple(problems), doubts, greetings, _shared(registry.missions.values()))


def _slugs(folder: Path) -> set[str]:
    return {path.stem for path in case_files(folder)}


def _refuse_unknown(registry: Registry, slugs: Sequence[str], wanted: ActFilter) -> None:
    try:
        if wanted.case:
            read_choice(wanted.case, "case", sorted({*slugs, *(act.case for act in registry.acts if act.case)}))
        if wanted.instrument:
            read_choice(wanted.instrument, "instrument", list(registry.instruments))
    except ValueError as error:
        raise UsageError(str(error)) from None


def _shared(missions: Iterable[Mission]) -> dict[str, tuple[str, ...]]:
    """Give the mailboxes that stand in the rows of several missions, whatever their spelling."""
    found = defaultdict[str, list[str]](list)
    for mission in missions:
        for box in dict.fromkeys(map(mailbox, mission.emails)):
            found[box].append(mission.state)
    return {box: tuple(states) for box, states in found.items() if len(states) > 1}


def _deceptive_domains(missions: Iterable[Mission]) -> list[Problem]:
    """Name the addresses whose domain passes for another: what goes there may reach whom nobody meant."""
    return [
        Problem(
            private.FILE if mission.private_row else FILE,
            f"'{address}' may not be what it looks like: {why}. Type it anew, from where it was published",
            mission.private_row or mission.row,
            "email",
        )
        for mission in missions
        for address in mission.emails
        if (why := why_deceptive(_domain(address)))
    ]


def _domain_problems(missions: Iterable[Mission], findings: Sequence["DomainFinding"]) -> list[Problem]:
    """Name each mission and each domain of its addresses that takes no mail."""
    refused = {finding.domain: finding.detail for finding in findings if finding.answer == "takes no mail"}
    return [
        Problem(
            private.FILE if mission.private_row else FILE,
            f"{domain} takes no mail ({refused[domain]})",
            mission.private_row or mission.row,
            "email",
        )
        for mission in missions
        for domain in dict.fromkeys(map(_domain, mission.emails))
        if domain in refused
    ]


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
