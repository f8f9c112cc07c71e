"""Finds who raised whom, where and when, by the record; States that spoke as a group are one voice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from outreach.cases.model import Ask
from outreach.registry.model import Act, Instrument, reaches
from outreach.registry.outcomes import Quote
from outreach.site.facts.site import Site


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a voice named of one State concerned (alpha-3).

    `case` is the slug of a case that pages tell; then `subjects` has names only where not the whole case was meant.
    Without a case they are names as the record has them.
    """

    case: str
    subjects: tuple[str, ...]
    concerned: str


@dataclass(frozen=True, slots=True)
class Voice:
    """What one State, or several in one voice, said on one occasion. `when` is as precise as known, "" if unknown.

    `states` are alpha-3 codes; `group` is how they spoke together, as the record has it, "" for one alone.
    """

    states: tuple[str, ...]
    group: str
    when: str
    where: str  # the instrument's id
    instrument: Instrument | None
    named: tuple[Named, ...]
    sources: tuple[str, ...]
    quotes: tuple[Quote, ...]


def voices_at(site: Site, ask: Ask) -> tuple[Voice, ...]:
    """Give who spoke on the occasion that an ask is about: in what was held on its days; who named most comes first.

    An act whose day is not known to be one of these counts where others spoke in the same on such a day.
    """
    first, last = ask.date.isoformat(), ask.last_day.isoformat()
    raised = [act for act in site.acts if act.kind == "raised"]
    held = {act.instrument for act in raised if first <= _when(site, act) <= last}
    found = _voices(site, (act for act in raised if act.instrument in held))
    return tuple(sorted(found, key=lambda voice: (-sum(max(len(n.subjects), 1) for n in voice.named), voice.states)))


def voices_about(site: Site, case: str) -> tuple[Voice, ...]:
    """Give who raised a case, whenever that was; the newest first."""
    found = _voices(site, (act for act in site.acts if act.kind == "raised" and act.case == case))
    return tuple(sorted(found, key=lambda voice: (voice.when, voice.where), reverse=True))


def raised_since(site: Site, case: str, ask: Ask) -> tuple[Voice, ...]:
    """Give who raised a case since an ask's first day; the newest first."""
    return tuple(voice for voice in voices_about(site, case) if reaches(voice.when, ask.date))


def states_of(voices: Iterable[Voice]) -> frozenset[str]:
    """Give all States in these voices."""
    return frozenset(state for voice in voices for state in voice.states)


def _when(site: Site, act: Act) -> str:
    return site.campaign.registry.when(act)


def _voices(site: Site, acts: Iterable[Act]) -> list[Voice]:
    """Put acts together: one State's on one occasion, then the States that named the same in the same group."""
    said: dict[tuple[str, str, str, str], list[Act]] = defaultdict(list)
    for act in acts:
        said[act.instrument, _when(site, act), act.with_, act.state].append(act)
    together: dict[tuple[str, str, str, frozenset[tuple[str, str]]], dict[str, list[Act]]] = defaultdict(dict)
    for (where, when, group, state), own in said.items():
        whom = frozenset((act.case, act.subject) for act in own)
        alone = group or state
        together[where, when, alone, whom][state] = own
    return [_voice(site, where, when, by_state) for (where, when, _, _), by_state in together.items()]


def _voice(site: Site, where: str, when: str, by_state: dict[str, list[Act]]) -> Voice:
    acts = [act for own in by_state.values() for act in own]
    return Voice(
        states=tuple(sorted(by_state)),
        group=acts[0].with_,
        when=when,
        where=where,
        instrument=site.campaign.registry.instruments.get(where),
        named=tuple(_named(site, acts)),
        sources=tuple(dict.fromkeys(act.source for act in acts if act.source)),
        quotes=tuple(dict.fromkeys(Quote(act.quote, act.quote_language) for act in acts if act.quote)),
    )


def _named(site: Site, acts: Iterable[Act]) -> Iterable[Named]:
    """Give whom acts named: first the cases that pages tell, then others by the State concerned."""
    cases: dict[str, dict[str, None]] = defaultdict(dict)
    others: dict[str, dict[str, None]] = defaultdict(dict)
    for act in acts:
        own = act.case in site.cases
        (cases if own else others)[act.case if own else act.state_concerned][act.subject] = None
    for slug, subjects in cases.items():
        case = site.cases[slug]
        people = {person.name for person in case.people}
        named = people.intersection(subjects)
        part = tuple(subjects) if named and named != people and named == subjects.keys() else ()
        yield Named(slug, part, case.state_concerned)
    for concerned, subjects in others.items():
        yield Named("", tuple(filter(None, subjects)), concerned)
