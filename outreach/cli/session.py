"""What commands open before they work: the campaign, and the right outbox, said out loud when it is the rehearsal's."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import click

from outreach.campaign import Campaign, load_campaign
from outreach.cases.ask import choose_ask
from outreach.cases.load import find_case
from outreach.channels.base import Account, Channel
from outreach.channels.registry import make_channel
from outreach.cli.next_steps import remember_outbox
from outreach.cli.options import campaign_folder
from outreach.cli.output import note, say
from outreach.db.engine import reading
from outreach.errors import StorageFailed, UsageError
from outreach.inbox.desk import answers
from outreach.inbox.evidence.pending import letters_with_pending_evidence
from outreach.outbox.letters.plan import AnswerObjections
from outreach.outbox.models import Scope
from outreach.outbox.queue import asks_written_to
from outreach.outbox.store import Outbox, open_outbox, shows_rehearsal
from outreach.registry.states import find_state
from outreach.settings.accounts import NETWORKS
from outreach.settings.sections import PREFIX, is_example, is_loopback
from outreach.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class Session:
    campaign: Campaign
    outbox: Outbox

    @property
    def channel(self) -> str:
        """The name of the channel that letters leave through."""
        return self.outbox.channel

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that messages can leave through from here: letters, and posts by their networks."""
        settings = self.campaign.settings
        if self.outbox.rehearsal:
            return (self.channel, *NETWORKS)
        return ((self.channel,) if settings.mail_server_configured else ()) + settings.networks

    def open_channel(self, name: str) -> Channel:
        """The channel of that name; in a rehearsal all lead to the folder on this machine."""
        campaign, wanted = self.campaign, "rehearsal" if self.outbox.rehearsal else name
        return make_channel(wanted, campaign.folder, campaign.settings)

    def open_account(self, name: str) -> Account:
        """The account on a network; UsageError where it is not one that can be looked at."""
        channel = make_channel(name, self.campaign.folder, self.campaign.settings)
        if not isinstance(channel, Account):
            raise UsageError(f"the channel '{name}' is no account whose posts can be looked at")
        return channel

    def grace(self, network: str) -> timedelta:
        """How long a post that got no answer may still come up on a timeline; a Bluesky record cannot be made twice."""
        return timedelta(minutes=self.campaign.settings.mastodon.settle_minutes if network == "mastodon" else 0)

    @property
    def flag(self) -> str:
        """What a next command needs to mean the same outbox."""
        return " --rehearse" if self.outbox.rehearsal else ""

    def answered(self) -> AnswerObjections:
        """Who answered what, by the inbox of this very outbox; read anew each time, for answers come in meanwhile."""
        with reading(self.outbox.engine) as connection:
            return answers.answered(connection, Scope())


def open_to_look(ctx: click.Context, *, rehearse: bool) -> Session:
    """For listings: the real outbox, or the rehearsal's when asked for or when nothing was ever sent in earnest."""
    campaign = load_campaign(campaign_folder(ctx))
    rehearsal = shows_rehearsal(campaign.folder, campaign.settings, asked_for=rehearse)
    remember_outbox(ctx, rehearsal=rehearsal)
    session = Session(campaign, open_outbox(campaign.folder, campaign.settings, rehearsal=rehearsal))
    with suppress(StorageFailed):  # an outbox that cannot be written can be looked at
        _settle(session)
    return session


def open_to_preview(ctx: click.Context, *, rehearse: bool) -> Session:
    """For looking at what would be sent: like open_to_send, but a sender that is only an example may look too."""
    campaign = load_campaign(campaign_folder(ctx))
    rehearsal = rehearse or not campaign.settings.mail_server_configured
    remember_outbox(ctx, rehearsal=rehearsal)
    return Session(campaign, open_outbox(campaign.folder, campaign.settings, rehearsal=rehearsal))


def open_to_send(ctx: click.Context, *, rehearse: bool) -> Session:
    """For sending: in earnest when a mail server is configured, else a rehearsal."""
    session = open_to_preview(ctx, rehearse=rehearse)
    if not session.outbox.rehearsal:
        _require_mail_server(session.campaign.settings)
    _settle(session)
    return session


def open_to_go_on(ctx: click.Context, *, rehearse: bool) -> Session:
    """For working off what is queued: the outbox that listings show; the real one needs a mail server or an account."""
    session = open_to_look(ctx, rehearse=rehearse)
    settings = session.campaign.settings
    if not session.outbox.rehearsal and (settings.mail_server_configured or not settings.networks):
        _require_mail_server(settings)
    _settle(session)
    return session


def _require_mail_server(settings: Settings) -> None:
    """Raise UsageError where only a configured mail server, and a sender that can be answered, can go on."""
    if not settings.mail_server_configured:
        raise UsageError(
            "no mail server is configured, so nothing can be sent in earnest. Set [smtp] host in outreach.toml or "
            "OUTREACH_SMTP__HOST, then try: outreach doctor. To work on the rehearsal instead, add --rehearse"
        )
    # A server on this machine may be for trying things out, so there it is allowed.
    if is_example(settings.sender.email) and not is_loopback(settings.smtp.host):
        raise UsageError(
            f"the sender {settings.sender.email} is an example, where no answer would arrive. "
            "Set [sender] email in outreach.toml to your own address"
        )


def open_to_post(ctx: click.Context, via: Sequence[str], *, rehearse: bool) -> Session:
    """For posting: in earnest when an account is configured, else a rehearsal.

    UsageError for a network of `via` that has no account while others have, or whose account is set up by half.
    """
    campaign = load_campaign(campaign_folder(ctx))
    settings = campaign.settings
    begun = [name for name in via or settings.accounts if settings.accounts[name].begun]
    if not rehearse and (settings.networks or begun):
        for name in dict.fromkeys([*begun, *via]):
            if missing := settings.accounts[name].missing:
                raise UsageError(f"{_without_account(name, missing)}; or leave it out with --via; or add --rehearse")
    rehearsal = rehearse or not settings.networks
    remember_outbox(ctx, rehearsal=rehearsal)
    return Session(campaign, open_outbox(campaign.folder, settings, rehearsal=rehearsal))


def _without_account(network: str, missing: Sequence[str]) -> str:
    names = ", ".join(f"{PREFIX}{network}__{name}".upper() for name in missing)
    return f"{network} has no account to post from: set {names} in the environment or in .env"


def _settle(session: Session) -> None:
    """Say and settle which letters left, by mail that came in while a run held them: none goes a second time."""
    with reading(session.outbox.engine) as connection:
        if not letters_with_pending_evidence(connection):
            return
    # All that reads mail, for what hardly ever is.
    from outreach.cli.effects import effect_line
    from outreach.inbox.evidence.apply import apply_pending_evidence

    for effect in apply_pending_evidence(session.outbox):
        note(effect_line(effect, rehearsal=session.outbox.rehearsal))


def say_rehearsal(session: Session) -> None:
    """Say it first, so that nobody takes a rehearsal for the real thing."""
    if session.outbox.rehearsal:
        say("REHEARSAL: nothing below reached a mission.")
    if session.outbox.unwritable:
        note(f"A run ended early, and what it left could not be put right: {session.outbox.unwritable}")
        note("What is shown as claimed or sending below is held by nobody.")


def make_scope(
    session: Session,
    *,
    case: str | None = None,
    ask: str | None = None,
    channel: str | None = None,
    mission: str | None = None,
) -> Scope:
    """What the filters mean; a mission is named by alpha-3, alpha-2 or name.

    Cases and asks that are gone from the campaign can still be looked for as long as the outbox has letters of them.
    """
    campaign = session.campaign
    there = _asks_written_to(session) if case or ask else set()
    if case is not None and case not in {slug for slug, _ in there}:
        case = find_case(campaign.cases, case).slug
    if ask is not None and ask not in {id_ for _, id_ in there}:
        ask = choose_ask(campaign.asks, ask, campaign.today()).id
    state = find_state(campaign.registry.states, mission).code if mission else None
    return Scope(case, ask, None, channel, state)


def _asks_written_to(session: Session) -> set[tuple[str, str]]:
    with reading(session.outbox.engine) as connection:
        return asks_written_to(connection)
