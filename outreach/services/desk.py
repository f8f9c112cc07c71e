"""The desk: read what came back, say what it means and whose it is; what stands behind `replies`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from outreach.cases.asks.ask import choose_ask
from outreach.db.engine import reading, writing
from outreach.errors import StorageFailed, UsageError
from outreach.inbox.attachments.attached import Attached, read_attached
from outreach.inbox.attachments.listing import Listing
from outreach.inbox.desk import decisions
from outreach.inbox.desk.decisions import Assignment, Mark, OfflineAnswer, letter_among, mistaken_missions
from outreach.inbox.desk.detail import Detail, candidates, detail, folded_text
from outreach.inbox.desk.items import AsOf, Item, ItemFilter, items, some_items
from outreach.inbox.desk.named import NamedAddress, addresses_named, judged
from outreach.inbox.evidence.apply import apply_decided
from outreach.inbox.evidence.effects import EffectNote
from outreach.inbox.kinds import PERSON, Kind, Stance
from outreach.inbox.matching.addressbook import AddressBook, ascii_domain
from outreach.inbox.matching.match import Tie
from outreach.inbox.mime.parse import read_mail
from outreach.inbox.raw_messages import raw_messages_beside
from outreach.next_step import Action, NextStep
from outreach.outbox.models import Entry, Scope
from outreach.outbox.queue import entries
from outreach.outbox.status import Status
from outreach.outbox.store import now
from outreach.registry.addresses.contacts import Changes, NewAddress, add_address, plan_address
from outreach.registry.states import find_state
from outreach.services.workspace import Workspace
from outreach.text import local_day

T = TypeVar("T")
ANSWERING = frozenset({Kind.REPLY, Kind.AUTO_REPLY})


@dataclass(slots=True)
class OpenedItem:
    """A message at the desk, with its raw file, which is read when something of it is asked for.

    `file_lost` says why the file could not be read, once that was tried in vain; blank else.
    """

    workspace: Workspace
    detail: Detail
    file_lost: str = ""
    _file: bytes | None = field(default=None, repr=False)
    _attached: Attached | None = field(default=None, repr=False)

    def raw(self) -> bytes:
        """Read the message as it came.

        UsageError when it came without mail, or was erased; StorageFailed when its file is gone.
        """
        item = self.detail.item
        if item.digest is None:
            raise UsageError(f"message {item.id} came by {item.origin}: there is no mail to show")
        if item.file_erased:
            raise UsageError(f"message {item.id} was erased, and its mail with it; there is no mail to show")
        if self._file is None:
            self._file = raw_messages_beside(self.workspace.outbox.engine.url).read(item.digest)
        return self._file

    def folded(self) -> str:
        """Give what is no new text of it: quotes and signature; blank when its file cannot be read."""
        shown = partial(folded_text, self.workspace.campaign, self.detail.text)
        return self._of_the_file(shown, "").strip("\n")

    def attached(self) -> Attached:
        """Give what came with it, read from its file; where there is no file, what was noted when it came."""
        if self._attached is None:
            item = self.detail.item
            noted = Attached(Listing(item.attachments), item.invitation)
            self._attached = self._of_the_file(self._read_attached, noted)
        return self._attached

    def text(self) -> str:
        """Give what is new text of it; of mail stored without, the words of what is attached."""
        return self.detail.text if self.detail.text.strip() else self.attached().text

    def _read_attached(self, raw: bytes) -> Attached:
        campaign = self.workspace.campaign
        return read_attached(raw, read_mail(raw), AddressBook(campaign.registry, campaign.settings).is_own)

    def candidates(self) -> tuple[Tie, ...]:
        """Give the letters that a message may answer which is tied to none, for a person to choose from."""
        if not self.detail.item.unmatched:
            return ()
        with reading(self.workspace.outbox.engine) as connection:
            return self._of_the_file(lambda raw: candidates(connection, self.workspace.campaign, raw), ())

    def letters(self) -> dict[int, Entry]:
        """Give the letters that it is tied to, by id."""
        ids = [tied.message for tied in self.detail.item.ties if tied.message is not None]
        if not ids:
            return {}
        with reading(self.workspace.outbox.engine) as connection:
            return {entry.id: entry for entry in entries(connection, ids=ids)}

    def _of_the_file(self, look: Callable[[bytes], T], otherwise: T) -> T:
        if self.detail.item.digest is None or self.detail.item.file_erased or self.file_lost:
            return otherwise
        try:
            raw = self.raw()
        except StorageFailed as error:
            self.file_lost = str(error)
            return otherwise
        return look(raw)


@dataclass(frozen=True, slots=True)
class Marked:
    """What a person said of messages: their ids, and what it did to letters, where an unclear one got its true kind."""

    ids: tuple[int, ...]
    notes: tuple[EffectNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Assigned:
    """What messages were tied to: `new` of them were not before; they are no longer taken for those in `mistaken`.

    `letter` is the one that they answer, None when the mission got none about it. `items` are the messages now.
    """

    whose: Assignment
    new: int
    mistaken: tuple[str, ...]
    letter: Entry | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class AddedAnswer:
    """An answer that came without mail: its id, and what it is tied to."""

    id: int
    whose: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """What adding the address of a reply to its mission would change.

    `spelt_out` is its domain in plain letters, where it has letters that may only look like others; `suppressed` is
    why nothing is sent there at present. Both are blank where that is not so. `named` is what speaks for and against an
    address that the reply names, and None for the sender's.
    """

    new: NewAddress
    changes: Changes
    spelt_out: str
    suppressed: str
    named: NamedAddress | None = None


def list_items(workspace: Workspace, wanted: ItemFilter) -> list[Item]:
    """List the messages wanted, the oldest first."""
    with reading(workspace.outbox.engine) as connection:
        return items(connection, wanted, _as_of(workspace, connection))


def _as_of(workspace: Workspace, connection: Connection) -> AsOf:
    campaign = workspace.campaign
    return AsOf(campaign.registry.missions, campaign.today(), workspace.suppressions(connection))


def open_item(workspace: Workspace, id_: int) -> OpenedItem:
    """Open the message of that id; UsageError when there is no such message."""
    with reading(workspace.outbox.engine) as connection:
        found = detail(connection, id_, _as_of(workspace, connection))
    if found is None:
        raise UsageError(f"there is no message {id_}", next_step=NextStep(Action.LIST_ALL_REPLIES))
    return OpenedItem(workspace, found)


def mark(
    workspace: Workspace,
    ids: Sequence[int],
    by: str,
    *,
    kind: Kind | None = None,
    stance: Stance | None = None,
    case: str | None = None,
    note: str = "",
) -> Marked:
    """Put on file what a person says of messages, and let it have its effect on letters.

    UsageError when it cannot be said of one of them.
    """
    what = Mark(kind, stance, workspace.scope(case=case).case or "", note.strip())
    with writing(workspace.outbox.engine) as connection:
        found = _choose(connection, ids)
        _refuse([objection for item in found if (objection := what.objection(item))])
        marked = tuple(item.id for item in found)
        decisions.mark(connection, marked, what, now(), by)
        notes = apply_decided(connection, marked, kind, now()) if kind else ()
    return Marked(marked, notes)


def assign(workspace: Workspace, ids: Sequence[int], scope: Scope, by: str) -> Assigned:
    """Tie messages to the letter of the scope's mission about its case; UsageError when it is not clear which ask."""
    with writing(workspace.outbox.engine) as connection:
        found = _choose(connection, ids)
        whose = _whose(workspace, connection, scope)
        wrong = sorted({mission for item in found for mission in mistaken_missions(item, whose)})
        new = decisions.assign(connection, found, whose, now(), by)
    with reading(workspace.outbox.engine) as connection:
        letter = next(iter(entries(connection, ids=[whose.letter])), None) if whose.letter else None
        after = tuple(_choose(connection, ids))
    return Assigned(whose, len(new), tuple(wrong), letter, after)


def take_back_ties(workspace: Workspace, ids: Sequence[int], scope: Scope) -> int:
    """Take back what messages are tied to, all or as the scope narrows it; how many ties that were."""
    with writing(workspace.outbox.engine) as connection:
        _choose(connection, ids)
        return decisions.take_back(connection, ids, now(), ask=scope.ask, case=scope.case, mission=scope.mission)


def letters_after(workspace: Workspace, day: date, scopes: Sequence[Scope]) -> dict[str, date]:
    """Give, by case, the day on which the letter left that an answer of `day` would be to, where that is later.

    A letter that has not left is none: an answer to another letter, or to none, may come before it.
    """
    zone = workspace.campaign.settings.timezone
    with reading(workspace.outbox.engine) as connection:
        whose = [_whose(workspace, connection, scope) for scope in scopes]
        ids = [each.letter for each in whose if each.letter]
        left = {entry.id: entry.taken_at for entry in entries(connection, ids=ids)}
    days = {each.case: taken for each in whose if each.letter and (taken := left.get(each.letter))}
    return {case: local_day(taken, zone) for case, taken in days.items() if local_day(taken, zone) > day}


def alike(workspace: Workspace, answer: OfflineAnswer, scopes: Sequence[Scope]) -> int | None:
    """Find an answer written down before that may be this very one: same day, way, mission, and one of its cases.

    Another person who is named said another one. It gives the newest message's id, or None.
    """
    zone = workspace.campaign.settings.timezone
    with reading(workspace.outbox.engine) as connection:
        asked = {(each.ask, each.case, each.mission) for each in (_whose(workspace, connection, s) for s in scopes)}
        found = items(connection, ItemFilter(only_open=False))
    who = answer.who.casefold()
    same = (
        item.id
        for item in found
        if item.source == PERSON and not item.erased and item.origin == answer.by
        if local_day(item.arrived_at, zone) == answer.on
        if not who or not item.sender_name or item.sender_name.casefold() == who
        if asked & {(tied.ask, tied.case, tied.mission) for tied in item.ties}
    )
    return max(same, default=None)


def add_answer(workspace: Workspace, answer: OfflineAnswer, scopes: Sequence[Scope], by: str) -> AddedAnswer:
    """Put on file an answer that came without mail, about the cases of the scopes; UsageError for a day to come."""
    if answer.on > workspace.campaign.today():
        raise UsageError(f"--on: {answer.on} is in the future; an answer has been given before it is written down")
    zone = workspace.campaign.settings.timezone
    with writing(workspace.outbox.engine) as connection:
        whose = [_whose(workspace, connection, scope) for scope in scopes]
        return AddedAnswer(decisions.add_offline_answer(connection, answer, whose, zone, now(), by), tuple(whose))


def plan_contact(
    workspace: Workspace, id_: int, mission: str | None, *, named: str = "", first: bool, public: bool
) -> ContactPlan:
    """Say what adding a reply's address to its mission's row would change; UsageError when nothing shows whose it is.

    It is the sender's, or the one that the message names as new, if that is `named`. It goes to contacts/private.csv,
    or where it is `public` to contacts/missions.csv.
    Never from a rehearsal: the mail in its inbox is no evidence of anybody's address.
    """
    if workspace.rehearsal:
        raise UsageError(
            "mail in a rehearsal's inbox is no evidence of anybody's address, and contacts/ is the real one: nothing "
            "was changed. Mail that is real belongs in the real inbox: import it there"
        )
    found = _new_address(workspace, open_item(workspace, id_).detail.item, mission, named.strip().lower())
    new = replace(found, first=first, public=public)
    changes = plan_address(workspace.campaign.folder, new)
    with reading(workspace.outbox.engine) as connection:
        closed = workspace.suppressions(connection)
    book = AddressBook(workspace.campaign.registry, workspace.campaign.settings)
    judgement = judged(new.email, new.state, book) if named else None
    return ContactPlan(new, changes, ascii_domain(new.email), closed.get(new.email.lower(), ""), judgement)


def add_contact(workspace: Workspace, new: NewAddress) -> Changes:
    """Write the address into its mission's row; what that changed, and in which file."""
    return add_address(workspace.campaign.folder, new)


def _new_address(workspace: Workspace, item: Item, mission: str | None, named: str) -> NewAddress:
    campaign = workspace.campaign
    if named and named not in addresses_named(item):
        known = ", ".join(addresses_named(item))
        says = f"it names {known}" if known else "it names none"
        raise UsageError(f"message {item.id} does not name {named} as a new address: {says}")
    if not named and (item.kind not in ANSWERING or not item.sender):
        raise UsageError(f"message {item.id} ({item.kind}) is no reply by mail: it shows no address of a mission")
    if item.sender_failed:
        raise UsageError(
            f"the sender of message {item.id} could not be verified, so it shows no address of a mission. Ask the "
            "mission in another way, and write what it says into contacts/missions.csv"
        )
    theirs = sorted({tied.mission for tied in item.ties})
    state = find_state(campaign.registry.states, mission).code if mission else ""
    if state and state not in theirs:
        raise UsageError(
            f"message {item.id} is not tied to {state}", next_step=NextStep(Action.ASSIGN_REPLY, ids=(item.id,))
        )
    if not state and len(theirs) != 1:
        which = f"is tied to {', '.join(theirs)}: add --mission" if theirs else "is tied to no mission: first assign it"
        raise UsageError(f"message {item.id} {which}", next_step=NextStep(Action.SHOW_REPLY, ids=(item.id,)))
    day = local_day(item.arrived_at, campaign.settings.timezone)
    source = f"{'named in ' if named else ''}{item.kind.value} from {item.sender} on {day}"
    return NewAddress(state or theirs[0], named or item.sender, source, day)


def _whose(workspace: Workspace, connection: Connection, scope: Scope) -> Assignment:
    """Say what an answer about a case by a mission is tied to: the ask that was put to it, and the letter that did.

    UsageError when the mission was asked several things about the case and the scope does not say which.
    """
    queued = entries(connection, scope)
    letters = [entry for entry in queued if entry.key.kind.to_mission and entry.status is not Status.WITHDRAWN]
    asks = sorted({entry.key.ask for entry in letters})
    if scope.ask is None and len(asks) > 1:
        raise UsageError(
            f"{scope.mission} has letters of several asks about {scope.case}: say --ask {' or '.join(asks)}"
        )
    campaign = workspace.campaign
    ask = scope.ask or (asks[0] if asks else choose_ask(campaign.asks, None, campaign.today()).id)
    return Assignment(ask, scope.case or "", scope.mission or "", letter_among(letters))


def _choose(connection: Connection, ids: Sequence[int]) -> list[Item]:
    """Give the messages meant, each once; UsageError when there is no such message."""
    found = some_items(connection, ids)
    _refuse([f"there is no message {id_}" for id_ in sorted(set(ids) - set(found))])
    return list(found.values())


def _refuse(complaints: Sequence[str]) -> None:
    """Raise UsageError with everything that speaks against it, if anything does."""
    if complaints:
        raise UsageError(f"{'; '.join(complaints)}. Nothing was changed", next_step=NextStep(Action.LIST_ALL_REPLIES))
