"""What each State's record lets a letter say: acts before the ask's first day, as words; reads no files."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from outreach.grammar import of_state
from outreach.language import grammar_of
from outreach.registry.model import Act, ActKind, Instrument, Registry, reaches
from outreach.registry.states import named_state
from outreach.rendering.templates.context import InstrumentWords, OccasionWords, RecordWords
from outreach.text import unwrapped

SESSION = re.compile(r"^(hrc|unga)(\d+)(?:-|$)")
NUMBER = re.compile(r"(\d+/\d+)$")
COMMITTEES = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
COMMITTEE = re.compile(rf"\b({'|'.join(COMMITTEES)}) Committee\b")
MOST_NAMES = 2  # of one occasion in a letter of one page
# A name is words with capitals and the particles of names; "Legal team of …" describes, in a language of its own.
PARTICLES = frozenset({"al", "el", "bin", "ben", "ibn", "de", "da", "del", "la", "van", "von", "y"})
GROUPS = {
    "BENELUX": {"en": "the Benelux countries", "fr": "les pays du Benelux", "es": "los países del Benelux"},
    "Nordic-Baltic": {
        "en": "the Nordic-Baltic countries",
        "fr": "les pays nordiques et baltes",
        "es": "los países nórdicos y bálticos",
    },
    "CANZ": {"en": "the CANZ countries", "fr": "les pays du groupe CANZ", "es": "los países del grupo CANZ"},
}
# With whom a member of the group raised a case.
OTHERS = {
    "BENELUX": {
        "en": "the other Benelux countries",
        "fr": "les autres pays du Benelux",
        "es": "los demás países del Benelux",
    },
    "Nordic-Baltic": {
        "en": "the other Nordic-Baltic countries",
        "fr": "les autres pays nordiques et baltes",
        "es": "los demás países nórdicos y bálticos",
    },
    "CANZ": {
        "en": "the other CANZ countries",
        "fr": "les autres pays du groupe CANZ",
        "es": "los demás países del grupo CANZ",
    },
}
ANY_OTHERS = {
    "en": "the other members of the {} group",
    "fr": "les autres membres du groupe {}",
    "es": "los demás miembros del grupo {}",
}
ANY_GROUP = {"en": "the {} group", "fr": "le groupe {}", "es": "el grupo {}"}
BETWEEN_STATES = re.compile(r"\s*(?:\bfor\b|\bon behalf of\b|\band\b|[,;()])\s*")


@dataclass(frozen=True, slots=True)
class Window:
    """Which acts count, for one ask.

    For asking: what was done up to `until`, the ask's first day; of cases raised, only what was raised before that day,
    and not in the ask's own session of its own body, such as (`hrc`, 51). For thanks: what was raised on `since` or
    later. None: no such limit.
    """

    until: date | None = None
    since: date | None = None
    session: tuple[str, int] = ("", 0)

    def holds(self, act: Act, when: str, instrument: InstrumentWords) -> bool:
        """Say whether an act counts. One that nobody can date is left unspoken.

        Days are compared at the precision known: 2022 is not after 2022-09-29. Of a case raised in that year nobody can
        say that it was before: a letter never thanks for what it asks.
        """
        if not when:
            return False
        if act.kind != "raised":
            return self.until is None or when <= self.until.isoformat()[: len(when)]
        if self.since and not reaches(when, self.since):
            return False
        if self.until is None:
            return True
        own = self.session[1] and self.session == (instrument.body, instrument.session)
        return not own and when < self.until.isoformat()[: len(when)]


def records(registry: Registry, cases: Collection[str], window: Window, language: str = "en") -> dict[str, RecordWords]:
    """Give each State's record as far as the window lets it count. `raised` is where it raised one of these cases."""
    words = {key: instrument_words(instrument, language) for key, instrument in registry.instruments.items()}
    acts_by_state = _acts_by_state(registry, words, window)
    groups = _Groups(registry, language)
    return {state: _record(acts, cases, words, groups) for state, acts in acts_by_state.items()}


def raised_by_state(registry: Registry) -> dict[str, frozenset[str]]:
    """Give the cases of the campaign that each State raised, whenever that was."""
    raised: dict[str, set[str]] = {}
    for act in registry.acts:
        if act.kind == "raised" and act.case:
            raised.setdefault(act.state, set()).add(act.case)
    return {state: frozenset(cases) for state, cases in raised.items()}


def instrument_words(instrument: Instrument, language: str = "en") -> InstrumentWords:
    """Take session and body from the id (hrc36-21 → 36, hrc), number from the symbol, year from the date.

    The committee of the General Assembly is the one that the title names.
    """
    session = SESSION.match(instrument.id)
    number = NUMBER.search(instrument.symbol)
    committee = COMMITTEE.search(instrument.title) if session and session[1] == "unga" else None
    return InstrumentWords(
        id=instrument.id,
        kind=instrument.kind,
        title=instrument.title,
        body=session[1] if session else "",
        number=number[1] if number else "",
        session=int(session[2]) if session else 0,
        year=int(instrument.date[:4] or 0),
        topic=unwrapped(instrument.topic.get(language, "")),
        committee=COMMITTEES.index(committee[1]) + 1 if committee else 0,
    )


class _Groups:
    """The groups that acts were done with, as half a sentence in a language: the other Benelux countries."""

    def __init__(self, registry: Registry, language: str) -> None:
        self._registry = registry
        self.language = language
        self._names = dict[str, str]()

    def instrument(self, words: InstrumentWords, act: Act) -> InstrumentWords:
        """Add to an instrument with whom the State of the act spoke there."""
        return replace(words, group=self._words(act.with_, act.state))

    def _words(self, with_: str, state: str) -> str:
        """Name the group that the words of a source mean, by its name or by its members; "" for any other.

        Of a State that belongs to it, name the other members.
        """
        if with_ not in self._names:
            self._names[with_] = self._name(with_) if with_ else ""
        name = self._names[with_]
        member = state in self._registry.groups.get(name, ())
        known = OTHERS.get(name, ANY_OTHERS) if member else GROUPS.get(name, ANY_GROUP)
        grammar = grammar_of(self.language)
        return known[grammar].format(name) if name and grammar else name

    def _name(self, with_: str) -> str:
        groups = {**dict.fromkeys(GROUPS, ()), **self._registry.groups}
        plain = with_.casefold()
        if named := [name for name in groups if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", plain)]:
            return max(named, key=len)
        found = [named_state(self._registry.states, part) for part in BETWEEN_STATES.split(with_) if part]
        codes = {state.code for state in found if state}
        return next((name for name, members in groups.items() if codes and codes == set(members)), "")


def _acts_by_state(registry: Registry, words: dict[str, InstrumentWords], window: Window) -> dict[str, list[Act]]:
    """Give each State's acts that count, oldest first."""
    known = [act for act in registry.acts if act.instrument in registry.instruments]
    acts: dict[str, list[Act]] = {}
    for when, _, act in sorted([(registry.when(act), act.instrument, act) for act in known], key=itemgetter(0, 1)):
        if window.holds(act, when, words[act.instrument]):
            acts.setdefault(act.state, []).append(act)
    return acts


def _record(
    acts: Sequence[Act], cases: Collection[str], words: dict[str, InstrumentWords], groups: _Groups
) -> RecordWords:
    raised = [act for act in acts if act.kind == "raised"]
    asked_for = [act for act in raised if act.case in cases]
    return RecordWords(
        co_sponsored=_instruments(acts, "co-sponsored", words),
        led=_instruments(acts, "led", words),
        joined=_instruments(acts, "joined", words),
        raised=tuple([groups.instrument(words[key], act) for key, act in _occasions(asked_for).items()]),
        others=tuple(_others([act for act in raised if act.case not in cases], words, groups)),
        raised_cases=tuple(sorted({act.case for act in asked_for})),
    )


def is_name(subject: str) -> bool:
    """Say whether what an act is about is a name, which is the same in every language, and no description."""
    words = subject.split()
    capital = [word[0].isupper() for word in words]
    return (
        len(words) > 1
        and all(big or word.partition("-")[0] in PARTICLES for big, word in zip(capital, words, strict=True))
        and capital[-1]
        and subject.replace("-", "").replace("'", "").replace(".", "").replace(" ", "").isalpha()
    )


def _occasions(acts: Iterable[Act]) -> dict[str, Act]:
    """Give instrument → the first act there, which says together with whom, in the order of the acts."""
    found = dict[str, Act]()
    for act in acts:
        found.setdefault(act.instrument, act)
    return found


def _others(acts: Sequence[Act], words: dict[str, InstrumentWords], groups: _Groups) -> Iterable[OccasionWords]:
    """Give the occasions on which a State raised other cases, the oldest first.

    Only people and organisations that are no case of this campaign are named here: whether a letter may name another
    of the campaign's cases is not for the record to say.
    """
    for key, first in _occasions(acts).items():
        there = [act for act in acts if act.instrument == key]
        names = list(dict.fromkeys(act.subject for act in there if not act.case and is_name(act.subject)))
        told = names[:MOST_NAMES]
        rest = {act.case or act.subject for act in there} - set(told)
        of = tuple([of_state(name, groups.language) for name in told])
        yield OccasionWords(groups.instrument(words[key], first), tuple(told), of, len(rest))


def _instruments(acts: Iterable[Act], kind: ActKind, words: dict[str, InstrumentWords]) -> tuple[InstrumentWords, ...]:
    """Give each instrument once, in the order of the acts."""
    return tuple(
        [words[instrument] for instrument in dict.fromkeys(act.instrument for act in acts if act.kind == kind)]
    )
