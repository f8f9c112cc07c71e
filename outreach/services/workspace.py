"""A campaign that is opened to be worked on: its files, read once, and the right outbox, opened once."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from outreach.campaign import Campaign, load_campaign
from outreach.cases.asks.ask import choose_ask
from outreach.cases.concerned import wrong_state
from outreach.cases.load import find_case
from outreach.cases.model import Case
from outreach.channels.base import Account, Channel
from outreach.channels.registry import make_channel
from outreach.db.engine import reading
from outreach.errors import DataError, StorageFailed, UsageError
from outreach.inbox.desk.answers import reminder_objections
from outreach.inbox.evidence.pending import letters_with_pending_evidence
from outreach.inbox.matching.addressbook import normalized
from outreach.next_step import Action, NextStep
from outreach.outbox.copies.copies import missed, note_place
from outreach.outbox.copies.journal import Line
from outreach.outbox.gate.gate import Gate
from outreach.outbox.gate.objections import Objection, for_the_people
from outreach.outbox.models import Draft, Entry, Scope
from outreach.outbox.queue import asks_written_to, number_of_messages
from outreach.outbox.store import (
    PSEUDONYM,
    Outbox,
    existing_outbox,
    open_outbox,
    recover_from_dead_runs,
    shows_rehearsal,
)
from outreach.outbox.suppressions import suppressed
from outreach.registry.states import find_state
from outreach.services.events import EvidenceApplied, Listener, NewOutbox, SentFromElsewhere, ignore
from outreach.settings.accounts import NETWORKS
from outreach.settings.sections import PREFIX, is_example, is_loopback
from outreach.settings.settings import Settings
from outreach.settings.signer import WHAT_NEXT, nobody_signs
from outreach.text import counted, listed

if TYPE_CHECKING:
    from outreach.supporters.store import Store


@dataclass(slots=True)
class _RealOutbox:
    """The real outbox beside a rehearsal, opened when it is first asked for and there is one."""

    opened: Outbox | None = None


@dataclass(slots=True)
class _Supporters:
    """The store of supporters beside an outbox, opened when it is first asked for and there is one."""

    opened: "Store | None" = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """An opened campaign. Every service works on one; a face opens it once a command, or once a request."""

    campaign: Campaign
    outbox: Outbox
    _real: _RealOutbox = field(default_factory=_RealOutbox, repr=False, compare=False)
    _supporters: _Supporters = field(default_factory=_Supporters, repr=False, compare=False)

    @property
    def rehearsal(self) -> bool:
        """Whether everything here is a rehearsal, which reaches nobody."""
        return self.outbox.rehearsal

    @property
    def channel(self) -> str:
        """Name the channel that letters leave through."""
        return self.outbox.channel

    @property
    def channels(self) -> tuple[str, ...]:
        """Name the channels that messages can leave through from here: letters, and posts by their networks."""
        settings = self.campaign.settings
        if self.rehearsal:
            return (self.channel, *NETWORKS)
        return ((self.channel,) if settings.mail_server_configured else ()) + settings.networks

    def open_channel(self, name: str) -> Channel:
        """Make the channel of that name; in a rehearsal all lead to the folder on this machine."""
        campaign, wanted = self.campaign, "rehearsal" if self.rehearsal else name
        return make_channel(wanted, campaign.folder, campaign.settings)

    def open_account(self, name: str) -> Account:
        """Make the account on a network; UsageError where it is not one that can be looked at."""
        channel = make_channel(name, self.campaign.folder, self.campaign.settings)
        if not isinstance(channel, Account):
            raise UsageError(f"the channel '{name}' is no account whose posts can be looked at")
        return channel

    def grace(self, network: str) -> timedelta:
        """Say how long a post that got no answer may still come up on a timeline.

        None on Bluesky, where a record cannot be made twice.
        """
        return timedelta(minutes=self.campaign.settings.mastodon.settle_minutes if network == "mastodon" else 0)

    @property
    def gate(self) -> Gate:
        """Give what says of each message that waits what speaks against it, by the files as they were read."""
        return Gate(
            self.campaign,
            reminder_objections,
            self.suppressions,
            earnest=not self.rehearsal,
            digests=self.digest_objections,
        )

    def digest_objections(self, connection: Connection, waits: Sequence[Entry]) -> Mapping[int, Sequence[Objection]]:
        """Give what speaks against letters with supporters' voices: nobody approved them, or a quote is gone."""
        from outreach.services.supporters.digests.approving import digest_objections  # with all that opens seals

        return digest_objections(self, connection, waits)

    def supporters(self) -> "Store | None":
        """Open the store of supporters beside the outbox, once; None where there is none. Needs the key."""
        from outreach.supporters.store import existing_store

        if self._supporters.opened is None:
            campaign = self.campaign
            self._supporters.opened = existing_store(campaign.folder, campaign.settings, rehearsal=self.rehearsal)
        return self._supporters.opened

    def suppressions(self, connection: Connection) -> Mapping[str, str]:
        """Read address (lower case) → why it is not written to: by the real outbox, also in a rehearsal.

        `connection` is one to this workspace's own outbox.
        """
        if not self.rehearsal:
            return self._with_erased(suppressed(connection), self.outbox)
        real = self._real_outbox()
        if real is None:
            return {}
        with reading(real.engine) as theirs:
            return self._with_erased(suppressed(theirs), real)

    def _with_erased(self, closed: dict[str, str], outbox: Outbox) -> dict[str, str]:
        """Add the addresses of missions that were closed, and then erased: what stands for them is still closed."""
        if any(address.endswith(PSEUDONYM) for address in closed):
            for mission in self.campaign.registry.missions.values():
                for email in mission.known_emails:
                    if why := closed.get(outbox.pseudonym(normalized(email))):
                        closed.setdefault(email.lower(), why)
        return closed

    def _real_outbox(self) -> Outbox | None:
        if self._real.opened is None:
            self._real.opened = existing_outbox(self.campaign.folder, self.campaign.settings, rehearsal=False)
        return self._real.opened

    def reloaded(self) -> "Workspace":
        """Read the files again that people edit, and put right what other runs left that died meanwhile.

        What is open stays open. Raises DataError or SettingsError.
        """
        unwritable = recover_from_dead_runs(self.outbox.engine)
        return replace(
            self, campaign=load_campaign(self.campaign.folder), outbox=replace(self.outbox, unwritable=unwritable)
        )

    def scope(
        self,
        *,
        case: str | None = None,
        ask: str | None = None,
        channel: str | None = None,
        mission: str | None = None,
    ) -> Scope:
        """Say which messages the filters mean; a mission is named by alpha-3, alpha-2 or name.

        Cases and asks that are gone from the campaign can still be looked for as long as the outbox has letters of
        them. UsageError for a name that means nothing.
        """
        campaign = self.campaign
        there = set[tuple[str, str]]()
        if case or ask:
            with reading(self.outbox.engine) as connection:
                there = asks_written_to(connection)
        if case is not None and case not in {slug for slug, _ in there}:
            case = find_case(campaign.cases, case).slug
        if ask is not None and ask not in {id_ for _, id_ in there}:
            ask = choose_ask(campaign.asks, ask, campaign.today()).id
        state = find_state(campaign.registry.states, mission).code if mission else None
        return Scope(case, ask, None, channel, state)


def open_to_look(folder: Path, *, rehearse: bool = False, tell: Listener = ignore) -> Workspace:
    """Open for listings: the real outbox, or the rehearsal's when asked for or when nothing was ever sent in earnest.

    Raises OutreachError for files, settings or an outbox that cannot be read.
    """
    campaign = load_campaign(folder)
    rehearsal = shows_rehearsal(campaign.folder, campaign.settings, asked_for=rehearse)
    workspace = _open(campaign, rehearsal=rehearsal)
    with suppress(StorageFailed):  # an outbox that cannot be written can be looked at
        apply_evidence(workspace, tell)
    return workspace


def open_to_preview(folder: Path, *, rehearse: bool = False) -> Workspace:
    """Open for looking at what would be sent: like `open_to_send`, but a sender that is only an example may look."""
    campaign = load_campaign(folder)
    return _open(campaign, rehearsal=rehearse or not campaign.settings.mail_server_configured)


def open_to_send(folder: Path, *, rehearse: bool = False, tell: Listener = ignore) -> Workspace:
    """Open for sending: in earnest when a mail server is configured, else a rehearsal."""
    workspace = open_to_preview(folder, rehearse=rehearse)
    if not workspace.rehearsal:
        _require_mail_server(workspace.campaign.settings)
    apply_evidence(workspace, tell)
    if not workspace.rehearsal and (raised := _raised_before(workspace)):
        tell(raised)
    require_only_copy(workspace, tell)
    return workspace


def open_to_go_on(folder: Path, *, rehearse: bool = False, tell: Listener = ignore) -> Workspace:
    """Open for working off what is queued: the outbox that listings show.

    The real one needs a mail server or an account; UsageError says so.
    """
    workspace = open_to_look(folder, rehearse=rehearse, tell=tell)
    require_way_out(workspace)
    apply_evidence(workspace, tell)
    require_only_copy(workspace, tell)
    return workspace


def open_to_post(folder: Path, via: Sequence[str], *, rehearse: bool = False, tell: Listener = ignore) -> Workspace:
    """Open for posting: in earnest when an account is configured, else a rehearsal.

    UsageError for a network of `via` that has no account while others have, or whose account is set up by half.
    """
    campaign = load_campaign(folder)
    settings = campaign.settings
    begun = [name for name in via or settings.accounts if settings.accounts[name].begun]
    if not rehearse and (settings.networks or begun):
        for name in dict.fromkeys([*begun, *via]):
            if missing := settings.accounts[name].missing:
                names = ", ".join(f"{PREFIX}{name}__{key}".upper() for key in missing)
                raise UsageError(
                    f"{name} has no account to post from: set {names} in the environment or in .env; "
                    "or leave it out with --via; or add --rehearse"
                )
    workspace = _open(campaign, rehearsal=rehearse or not settings.networks)
    require_only_copy(workspace, tell)
    return workspace


def require_only_copy(workspace: Workspace, tell: Listener) -> None:
    """Raise UsageError while the journal beside the outbox knows messages that left and the outbox does not.

    Tells once when the outbox was sent from another machine or folder the last time. Call before anything is sent.
    """
    unknown = missed(workspace.outbox)
    if unknown:
        raise UsageError(
            f"{unknown_to_outbox(unknown)}. If a newer copy of the outbox is somewhere, put it back; fetch the mailbox "
            "that gets copies of the letters",
            next_step=NextStep(Action.ADOPT_JOURNAL),
        )
    if elsewhere := note_place(workspace.outbox, workspace.campaign.folder):
        tell(SentFromElsewhere(elsewhere.host, elsewhere.folder))


def _raised_before(workspace: Workspace) -> NewOutbox | None:
    """Say what shows that letters may have been sent, where the outbox knows of none: a colleague's fresh copy."""
    with reading(workspace.outbox.engine) as connection:
        if number_of_messages(connection):
            return None
    campaign = workspace.campaign
    raised = [act for act in campaign.registry.acts if act.kind == "raised" and act.case in campaign.cases]
    cases = tuple(sorted({act.case for act in raised}))
    return NewOutbox(len({act.state for act in raised}), cases) if raised else None


def unknown_to_outbox(lines: Sequence[Line]) -> str:
    """Say which messages may have left that the outbox does not know of."""
    named = [
        f"{', '.join(line.key.cases)} to {line.key.mission or line.key.channel} ({_round_of(line)})" for line in lines
    ]
    return (
        f"the journal beside the outbox knows {counted(len(lines), 'message')} that the outbox does not, as after an "
        f"older copy was put back, or when somebody sent from another copy. They may have left: {listed(named, 8)}"
    )


def _round_of(line: Line) -> str:
    return f"{line.key.ask}, {line.key.shown_round}" if line.key.mission else f"{line.key.ask}, {line.key.part}"


def _open(campaign: Campaign, *, rehearsal: bool) -> Workspace:
    return Workspace(campaign, open_outbox(campaign.folder, campaign.settings, rehearsal=rehearsal))


def require_way_out(workspace: Workspace) -> None:
    """Raise UsageError where nothing can leave: in earnest, with neither a mail server nor an account set up."""
    settings = workspace.campaign.settings
    if not workspace.rehearsal and (settings.mail_server_configured or not settings.networks):
        _require_mail_server(settings)


def require_checked_facts(workspace: Workspace, cases: Iterable[Case], drafts: Iterable[Draft] = ()) -> None:
    """Raise where something about one of the cases would leave in earnest that may be untrue; nothing is queued then.

    UsageError for facts that nobody has checked lately, also those of other cases that the drafts mention; DataError
    for a State concerned that the case contradicts.
    """
    campaign = workspace.campaign
    if workspace.rehearsal:
        return
    for case in (cases := tuple(cases)):
        if len(cases) > 1 and for_the_people(case, "", campaign.today()):
            continue  # in no letter, whatever its facts
        if wrong := wrong_state(case, campaign.registry.states):
            raise DataError(wrong)
        if unchecked := campaign.unchecked_facts(case, campaign.today()):
            without = "" if len(cases) == 1 else ". To write without it, name the other cases with --case"
            raise UsageError(
                f"{unchecked}, so nothing about it leaves; nothing was queued{without}",
                next_step=NextStep(Action.CONFIRM_FACTS, case=case.slug),
            )
    for slug in sorted({named.case for draft in drafts for named in draft.names} & campaign.cases.keys()):
        if unchecked := campaign.unchecked_facts(campaign.cases[slug], campaign.today()):
            raise UsageError(
                f"{unchecked}, and these mention it; nothing was queued. Confirm it, or take `mentions: yes` out of "
                f"cases/{slug}.md",
                next_step=NextStep(Action.CONFIRM_FACTS, case=slug),
            )


def _require_mail_server(settings: Settings) -> None:
    """Raise UsageError where there is no mail server, or a sender that nobody can answer."""
    if not settings.mail_server_configured:
        raise UsageError(
            "no mail server is configured, so nothing can be sent in earnest. Set [smtp] host in outreach.toml or "
            "OUTREACH_SMTP__HOST; to work on the rehearsal instead, add --rehearse",
            next_step=NextStep(Action.CHECK_SETUP),
        )
    # A server on this machine may be for trying things out, so there it is allowed.
    if is_example(settings.sender.email) and not is_loopback(settings.smtp.host):
        raise UsageError(
            f"the sender {settings.sender.email} is an example, where no answer would arrive. "
            "Set [sender] email in outreach.toml to your own address"
        )
    if (why := nobody_signs(settings)) and not is_loopback(settings.smtp.host):
        raise UsageError(f"{why}. {WHAT_NEXT}")


def apply_evidence(workspace: Workspace, tell: Listener) -> None:
    """Let mail on file change letters that a run held when it came: none of them goes a second time."""
    with reading(workspace.outbox.engine) as connection:
        if not letters_with_pending_evidence(connection):
            return
    from outreach.inbox.evidence.apply import apply_pending_evidence  # all that reads mail, for what hardly ever is

    if notes := apply_pending_evidence(workspace.outbox):
        tell(EvidenceApplied(tuple(notes), workspace.rehearsal))
