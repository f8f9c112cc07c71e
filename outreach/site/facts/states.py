"""What each State was asked and did, by the public rule: acts with their sources, cases, the Council, corrections.

What is not on record is not known, and is never said to be a no.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from outreach.cases.model import Case
from outreach.registry.model import Act, ActKind, Instrument, State, Term
from outreach.registry.outcomes import Quote
from outreach.reports.page.history import Source, sources
from outreach.reports.page.stages import Stage
from outreach.reports.progress import Progress
from outreach.site.facts.as_of import is_after
from outreach.site.facts.sg_reports import SgReport, sg_reports
from outreach.site.facts.site import Site
from outreach.text import without_accents

ORDER: tuple[ActKind, ...] = ("raised", "led", "joined", "co-sponsored")  # of one day


class Standing(StrEnum):
    """What a State is to a case. There is no word for what nobody knows."""

    ASKED = "asked"
    LISTED = "listed"  # among those that the ask is meant for
    CONCERNED = "concerned"
    NEITHER = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One case or situation that was raised: a case of the campaign (its slug), or what a source calls it.

    `names` are those that the acts give, each once, none where the source names nobody. `concerned` is the State
    concerned, "" where nobody says it.
    """

    case: str
    names: tuple[str, ...]
    concerned: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What a State did on one occasion. `instrument` is None where it is no longer in instruments.csv.

    `when` is as precise as known, "" when nobody knows. `matters` are what it raised there; `with_` is with whom.
    """

    state: str
    kind: ActKind
    when: str
    where: str
    instrument: Instrument | None
    with_: str
    matters: tuple[Matter, ...]
    sources: tuple[Source, ...]
    quotes: tuple[Quote, ...]
    read_twice: bool


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case of the campaign and a State: whether it was asked, and when it raised it, as precise as known."""

    case: Case
    standing: Standing
    raised: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Raiser:
    """Who raised a matter, and when, as precise as known."""

    state: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """A case or situation in a State that others raised, and who they were."""

    matter: Matter
    raisers: tuple[Raiser, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """An act that was on record and was wrong: what it said, when that was corrected, and why."""

    deed: Deed
    on: str
    why: str


@dataclass(frozen=True, slots=True)
class StateFacts:
    """All that the pages may say of a State. Newest deeds first; those of which nobody knows the day stand last."""

    state: State
    deeds: tuple[Deed, ...] = ()
    lines: tuple[CaseLine, ...] = ()
    about: tuple[About, ...] = ()
    terms: tuple[Term, ...] = ()  # on the Human Rights Council, the newest first
    reports: tuple[SgReport, ...] = ()  # none where the campaign is about something else
    struck: tuple[Struck, ...] = ()

    @property
    def concerned(self) -> tuple[Case, ...]:
        """Give the cases of the campaign that are about what happened in this State."""
        return tuple(line.case for line in self.lines if line.standing is Standing.CONCERNED)

    @property
    def asked(self) -> bool:
        """Say whether it was asked about any case."""
        return any(line.standing is Standing.ASKED for line in self.lines)

    @property
    def raised_cases(self) -> tuple[str, ...]:
        """Give the slugs of the campaign's cases that it raised."""
        return tuple(line.case.slug for line in self.lines if line.raised)

    @property
    def matters(self) -> tuple[Matter, ...]:
        """Give every case or situation that it raised, each once."""
        return distinct(matter for deed in self.deeds for matter in deed.matters)

    def of(self, *kinds: ActKind) -> tuple[Deed, ...]:
        """Give what it did of these kinds."""
        return tuple(deed for deed in self.deeds if deed.kind in kinds)

    @property
    def named_in(self) -> tuple[SgReport, ...]:
        """Give the Secretary-General's reports that name it, as far as is known."""
        return tuple(report for report in self.reports if self.state.code in report.named)


def all_states(site: Site) -> dict[str, StateFacts]:
    """Give alpha-3 → what is known of each State; every State is there."""
    deeds = _deeds(site, site.acts)
    struck = _struck(site)
    about = _about(deeds)
    listed = listed_states(site)
    asked = {(row.state, row.case) for row in site.subject.rows if _is_asked(site, row)}
    raised: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, done in deeds.items():
        for deed in reversed(done):
            for matter in deed.matters:
                raised[code, matter.case].append(deed.when)
    terms: dict[str, list[Term]] = defaultdict(list)
    for term in sorted(site.campaign.registry.terms, key=lambda term: term.first, reverse=True):
        if term.first <= site.day:
            terms[term.state].append(term)
    wanted = site.campaign.settings.site.sg_reports
    reports = tuple(report for report in sg_reports() if wanted and not is_after(report.year, site.day))
    return {
        code: StateFacts(
            state=state,
            deeds=tuple(deeds.get(code, ())),
            lines=tuple(
                CaseLine(case, _standing(case, code, asked, listed), tuple(dict.fromkeys(raised.get((code, slug), ()))))
                for slug, case in site.cases.items()
            ),
            about=tuple(about.get(code, ())),
            terms=tuple(terms.get(code, ())),
            reports=reports,
            struck=tuple(struck.get(code, ())),
        )
        for code, state in site.campaign.registry.states.items()
    }


def listed_states(site: Site) -> frozenset[str]:
    """Give the States that the page's ask is meant for."""
    return frozenset(site.asked.get(site.ask.id, ())) if site.ask else frozenset()


def distinct(matters: Iterable[Matter]) -> tuple[Matter, ...]:
    """Give matters each once: a case of the campaign is one, however many people it has, and so is a name.

    Sources spell names differently: Felix, Félix and Félix Alejandro Maradiaga are one.
    """
    found = list[Matter]()
    for matter in matters:
        at = next((at for at, other in enumerate(found) if is_same(matter, other)), None)
        if at is None:
            found.append(matter)
        else:
            names = found[at].names
            more = [name for name in matter.names if not any(_same_name(name, other) for other in names)]
            found[at] = Matter(matter.case, (*names, *more), found[at].concerned)
    return tuple(found)


def is_same(one: Matter, other: Matter) -> bool:
    """Say whether two acts are about the same case or situation."""
    if one.case or other.case:
        return one.case == other.case
    if not one.names or not other.names:
        return one == other
    return one.concerned == other.concerned and _same_name(one.names[0], other.names[0])


@lru_cache(maxsize=65536)
def _same_name(one: str, other: str) -> bool:
    if one == other:
        return True
    words, others = (without_accents(name).replace("-", " ").split() for name in (one, other))
    ends = words[:1] == others[:1] and words[-1:] == others[-1:]
    return ends and ({*words} <= {*others} or {*others} <= {*words})


def _is_asked(site: Site, row: Progress) -> bool:
    return row.taken_at is not None and site.subject.stage(row) not in (Stage.NOT_ASKED, Stage.CONCERNED)


def _standing(case: Case, state: str, asked: set[tuple[str, str]], listed: frozenset[str]) -> Standing:
    if case.state_concerned == state:
        return Standing.CONCERNED
    if (state, case.slug) in asked:
        return Standing.ASKED
    return Standing.LISTED if state in listed and not case.is_closed_to(state) else Standing.NEITHER


def _deeds(site: Site, acts: Iterable[Act]) -> dict[str, list[Deed]]:
    """Give alpha-3 → what the State did, the newest first; acts of one occasion are one deed."""
    registry = site.campaign.registry
    together: dict[tuple[str, ActKind, str, str, str], list[Act]] = defaultdict(list)
    led = {(act.state, act.instrument) for act in acts if act.kind == "led"}
    for act in acts:
        kind: ActKind = "led" if act.kind == "joined" and (act.state, act.instrument) in led else act.kind
        together[act.state, kind, registry.when(act), act.instrument, act.with_].append(act)
    found: dict[str, list[Deed]] = defaultdict(list)
    for (state, kind, when, where, with_), same in together.items():
        found[state].append(
            Deed(
                state=state,
                kind=kind,
                when=when,
                where=where,
                instrument=registry.instruments.get(where),
                with_=with_,
                matters=distinct(_matter(site, act) for act in same if act.kind == "raised"),
                sources=tuple(dict.fromkeys(source for act in same for source in sources(act.source))),
                quotes=tuple(dict.fromkeys(Quote(act.quote, act.quote_language) for act in same if act.quote)),
                read_twice=all(act.second_reader for act in same),
            )
        )
    for done in found.values():
        done.sort(key=lambda deed: (ORDER.index(deed.kind), deed.where))
        done.sort(key=lambda deed: deed.when, reverse=True)
    return found


def _matter(site: Site, act: Act) -> Matter:
    """Give what an act is about. Whom a case of the campaign concerns, its own file says."""
    concerned = site.cases[act.case].state_concerned if act.case in site.cases else act.state_concerned
    return Matter(act.case, (act.subject,) if act.subject else (), concerned)


def _about(deeds: Mapping[str, Sequence[Deed]]) -> dict[str, list[About]]:
    """Give alpha-3 → what others raised of what happened in that State, and who did; what most raised stands first."""
    raised = [(matter, deed) for done in deeds.values() for deed in reversed(done) for matter in deed.matters]
    found: dict[str, list[About]] = {}
    by_state: dict[str, list[tuple[Matter, Deed]]] = defaultdict(list)
    for matter, deed in raised:
        if matter.concerned:
            by_state[matter.concerned].append((matter, deed))
    for code, told in by_state.items():
        lines = list[About]()
        for matter in distinct(matter for matter, _ in told):
            whens: dict[str, list[str]] = defaultdict(list)
            for other, deed in told:
                if is_same(matter, other):
                    whens[deed.state].append(deed.when)
            lines.append(About(matter, tuple(Raiser(state, tuple(sorted({*w}))) for state, w in sorted(whens.items()))))
        found[code] = sorted(lines, key=lambda line: (not line.matter.case, -len(line.raisers), line.matter.names))
    return found


def _struck(site: Site) -> dict[str, list[Struck]]:
    """Give alpha-3 → what was struck out of the record, the newest first; nothing of a case that may not be told."""
    found: dict[str, list[Struck]] = defaultdict(list)
    for act in sorted(site.campaign.registry.corrected, key=lambda act: act.corrected_on, reverse=True):
        hidden = act.case in site.campaign.cases and act.case not in site.cases
        if (
            not hidden
            and not is_after(act.corrected_on, site.day)
            and not site.untold.why_not((act.subject, act.quote, act.correction))
        ):
            (deed,) = _deeds(site, [act])[act.state]
            found[act.state].append(Struck(deed, act.corrected_on, act.correction))
    return found
