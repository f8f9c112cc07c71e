"""Lists and shows the voices that people decide about, like words once, and carries out what they decide."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection

from outreach.cases.asks.ask import choose_ask
from outreach.db.engine import reading, writing
from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.store import now
from outreach.services.supporters.digests.preparing import store_of
from outreach.services.workspace import Workspace
from outreach.supporters.guard.deciding import Decided, Deciding
from outreach.supporters.guard.listed import load_listed
from outreach.supporters.guard.reading import (
    WAITS,
    Copy,
    Group,
    Heap,
    are,
    count_waiting,
    group_number,
    group_of,
    read_copies,
    read_groups,
    read_heaps,
    same_network,
    unknown,
    why_of,
)
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import voices
from outreach.supporters.voices import Voice, read_voice
from outreach.text import listed

NOBODY = "a person"


class Decision(StrEnum):
    """What a person may decide; the value is the command's word."""

    LET = "pass"
    WITHOUT_WORDS = "without-words"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """Which voices are meant: by number, a group, a domain, or the network of a voice on its day.

    `since` narrows a domain to forms from that day on. A number with a group is the text of it that somebody read.

    With none of these, all are, for an ask or for any: only looking takes that.
    """

    numbers: tuple[int, ...] = ()
    group: int | None = None
    domain: str = ""
    network_of: int | None = None
    since: date | None = None
    ask: str | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for what does not go together."""
        named = len(list(filter(None, self._named)))
        if named > 2 or (named == 2 and not self.names_text):
            raise UsageError("name voices by ID, or --group N, or --domain D, or --network-of ID; only one of these")
        if self.since and not self.domain:
            raise UsageError("--since DAY goes with --domain D")

    def __bool__(self) -> bool:
        return any(self._named)

    @property
    def names_text(self) -> bool:
        """Say whether it is a group, and the one text of it that somebody read."""
        return self.group is not None and len(self.numbers) == 1 and not (self.domain or self.network_of)

    @property
    def _named(self) -> tuple[object, ...]:
        return (self.numbers, self.group, self.domain, self.network_of)


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to decide about: groups of like words, and heaps of voices without words that were set aside."""

    groups: tuple[Group, ...] = ()
    heaps: tuple[Heap, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownVoice:
    """A voice and why it is what it is; its group, None where it has no words; and all copies, where asked for."""

    voice: Voice
    why: str
    group: Group | None
    copies: tuple[Copy, ...] = ()


def list_voices(workspace: Workspace, which: VoiceChoice, statuses: Collection[VoiceStatus] = ()) -> Overview:
    """List what waits for a person; or the groups with a voice of one of these statuses.

    With set-aside among them, also those without words that anybody set aside.

    Raises UsageError for an ask that there is not, DataError for a list of words to read that cannot be read.
    """
    load_listed(workspace.campaign.folder)
    store = workspace.supporters()
    if store is None:
        return Overview()
    with reading(store.engine) as connection:
        conditions = _conditions(workspace, store, connection, which)
        conditions.append(are(statuses) if statuses else WAITS)
        heaps = read_heaps(store, connection, conditions)
        return Overview(tuple(read_groups(store, connection, conditions)), tuple(heaps))


def voices_waiting(workspace: Workspace) -> int:
    """Count the voices that wait for a person."""
    store = workspace.supporters()
    if store is None:
        return 0
    with reading(store.engine) as connection:
        return count_waiting(connection)


def show_voice(workspace: Workspace, number: int, *, copies: bool = False) -> ShownVoice:
    """Show a voice by its number; by that of a group (its first voice's), the one that stands for it.

    Raises UsageError for a number that no confirmed voice has.
    """
    store = store_of(workspace)
    with reading(store.engine) as connection:
        group = group_of(connection, number)
        if group is None:
            voice = _wordless(store, connection, number)
            return ShownVoice(voice, why_of(connection, number), None)
        found = _group(store, connection, group)
        voice = found.shown if number == group else read_voice(store, connection, number)
        others = read_copies(store, connection, group) if copies else []
        return ShownVoice(voice, why_of(connection, voice.number), found, tuple(others))


def decide(workspace: Workspace, which: VoiceChoice, decision: Decision) -> Decided:
    """Carry out what a person decided about voices, all in one transaction.

    Passing voices by number lets the words of each through; passing a group counts what waits of it, and lets the text
    through that is named with it; passing a domain or network counts what was set aside of it, and quotes nobody.
    Raises UsageError where nothing is named, or what is named is not there.
    """
    if not which:
        raise UsageError("say which voices: by their numbers, a group, a domain or a network", next_step=_list())
    if which.names_text and decision is not Decision.LET:
        raise UsageError("name voices by their numbers or a group, and not both", next_step=_list())
    store = store_of(workspace)
    name = " ".join(workspace.campaign.settings.team.name.split()) or NOBODY
    with writing(store.engine) as connection:
        deciding = Deciding(connection, now(), f"{name}: voices {decision}")
        conditions = _conditions(workspace, store, connection, which)
        match decision:
            case Decision.WITHOUT_WORDS:
                deciding.without_words(*conditions)
            case Decision.SET_ASIDE:
                deciding.set_aside(*conditions)
            case Decision.LET if which.domain or which.network_of:
                deciding.count(*conditions)
            case Decision.LET if which.group is not None:
                deciding.pass_group(_known_group(connection, which.group), next(iter(which.numbers), None))
            case Decision.LET:
                deciding.pass_voices(which.numbers)
    return deciding.decided


def _conditions(
    workspace: Workspace, store: Store, connection: Connection, which: VoiceChoice
) -> list[ColumnElement[bool]]:
    found = list[ColumnElement[bool]]()
    if which.numbers:
        _refuse_unknown(connection, which.numbers)
        found.append(voices.c.id.in_(which.numbers))
    if which.group is not None:
        found.append(group_number == _known_group(connection, which.group))
    if which.domain:
        found.append(voices.c.domain == store.sealer.domain(which.domain.strip().rpartition("@")[2]))
    if which.network_of is not None:
        _refuse_unknown(connection, (which.network_of,))
        found.append(voices.c.network == same_network(which.network_of))
    if which.since:
        begins = datetime.combine(which.since, datetime.min.time(), workspace.campaign.settings.timezone or UTC)
        found.append(voices.c.agreed_on >= begins.astimezone(UTC))
    if which.ask:
        found.append(voices.c.ask == choose_ask(workspace.campaign.asks, which.ask, workspace.campaign.today()).id)
    return found


def _known_group(connection: Connection, number: int) -> int:
    group = group_of(connection, number)
    if group is None:
        raise UsageError(f"there is no group {number}", next_step=_list())
    return group


def _group(store: Store, connection: Connection, group: int) -> Group:
    return read_groups(store, connection, [group_number == group])[0]


def _wordless(store: Store, connection: Connection, number: int) -> Voice:
    _refuse_unknown(connection, (number,))
    return read_voice(store, connection, number)


def _refuse_unknown(connection: Connection, numbers: Collection[int]) -> None:
    if missing := unknown(connection, numbers):
        raise UsageError(
            f"there is no confirmed voice {listed(missing)}: it was taken back, or never was", next_step=_list()
        )


def _list() -> NextStep:
    return NextStep(Action.LIST_VOICES)
