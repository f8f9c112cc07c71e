"""`outreach preview`: look at a letter as text, as HTML in the browser, as .eml, or by mail; or at posts."""

import asyncio
import sys
import tempfile
import webbrowser
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import click
from click.core import ParameterSource

from outreach.campaign import Campaign
from outreach.cases.ask import choose_ask
from outreach.cases.load import find_case
from outreach.cases.model import Round
from outreach.channels.base import Outgoing
from outreach.channels.registry import make_channel
from outreach.cli.opening import open_to_preview, open_to_send
from outreach.cli.options import folder_option, read_networks, rehearse_option, round_option, via_option
from outreach.cli.output import note, say
from outreach.cli.preview_posts import preview_posts
from outreach.db.engine import reading
from outreach.errors import DeliveryError, OutreachError, UsageError
from outreach.mime.headers import dated
from outreach.outbox.letters.drafts import Drafter
from outreach.outbox.letters.facts import read_facts
from outreach.outbox.letters.plan import Exclusion, Facts, LetterRequest, PlannedLetter, make_plan, planned_letter
from outreach.outbox.models import Scope
from outreach.outbox.objections import Reason
from outreach.outbox.store import now
from outreach.registry.cells import read_address
from outreach.registry.model import Mission
from outreach.registry.states import find_state
from outreach.services.workspace import Workspace
from outreach.settings.accounts import NETWORKS
from outreach.settings.campaign import LANGUAGES

LETTERS_ONLY = ("--round", "--format", "--open", "--send-to")
POSTS_ONLY = ("--via",)


class NotDelivered(OutreachError):
    """The test letter to oneself did not go through."""

    exit_code = 1


@click.command()
@click.option("--case", "case_slug", metavar="SLUG", required=True, help="The case, for example viasna.")
@click.option(
    "--mission",
    "state",
    metavar="STATE",
    help="Whose letter or post: DEU, de or Germany; default: the first to get one.",
)
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@round_option
@click.option("--language", type=click.Choice(LANGUAGES), help="Instead of the mission's own.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "html", "eml"]), default="text", help="As what; default: text."
)
@click.option("--open", "open_", is_flag=True, help="Show the HTML in the browser.")
@click.option("--send-to", "send_to", metavar="ADDRESS", help="Mail it, marked [TEST], to yourself; not in the ledger.")
@click.option("--posts", "posts_", is_flag=True, help="The posts of the case instead, with their lengths.")
@via_option
@rehearse_option
@folder_option
@click.pass_context
def preview(
    ctx: click.Context,
    case_slug: str,
    state: str | None,
    ask_id: str | None,
    round_: Round,
    language: str | None,
    format_: str,
    send_to: str | None,
    via: tuple[str, ...],
    *,
    open_: bool,
    posts_: bool,
    rehearse: bool,
) -> None:
    """Look at a letter before anyone else does: byte for byte what `send` would send, its date aside.

    With --posts look at the posts of the case instead: each text, and what it counts on each network.
    """
    _refuse_mixture(ctx, posts=posts_)
    workspace = (open_to_send if send_to else open_to_preview)(ctx, rehearse=rehearse)
    campaign = workspace.campaign
    case = find_case(campaign.cases, case_slug)
    ask = choose_ask(campaign.asks, ask_id, campaign.today())
    if posts_:
        networks = read_networks(via) or NETWORKS
        preview_posts(workspace, case, ask, networks=networks, language=language or "", named=state or "")
        return
    request = LetterRequest(case=case, ask=ask, round=round_, rehearsal=workspace.rehearsal)
    chosen = choose_letter(workspace, request, state)
    drafter = Drafter(campaign, request, workspace.outbox, workspace.channel)
    if send_to:
        _send_test(workspace, drafter, chosen, language, send_to)
    elif open_:
        _open(drafter, chosen, language, case.slug)
    else:
        _print(drafter, chosen, language, format_)


def _refuse_mixture(ctx: click.Context, *, posts: bool) -> None:
    """Options that speak of letters have no meaning for posts, and the other way round."""
    typed = [
        option.opts[0]
        for option in ctx.command.params
        if option.name and ctx.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
    ]
    wrong = [name for name in typed if name in (LETTERS_ONLY if posts else POSTS_ONLY)]
    if wrong:
        raise UsageError(f"{wrong[0]} is for {'letters, not for --posts' if posts else 'posts: add --posts'}")


def choose_letter(workspace: Workspace, request: LetterRequest, name: str | None) -> PlannedLetter:
    """The letter to the State named, or the first that would be written, exactly as `send` would plan it.

    A letter that would be left out can be looked at all the same; why it would be is said on standard error.
    """
    campaign = workspace.campaign
    named = find_state(campaign.registry.states, name).code if name else None
    gate = workspace.gate
    with reading(workspace.outbox.engine) as connection:
        answered, suppressed = gate.answers(connection, Scope()), gate.suppressions(connection)
        facts = read_facts(connection, campaign, request, workspace.channel, answered=answered, suppressed=suppressed)
    plan = make_plan(campaign, replace(request, to=(named,) if named else ()), facts, campaign.today())
    if plan.letters:
        if not named:
            who = campaign.registry.states[plan.letters[0].mission.state].name
            note(f"The letter to {who}; another one with --mission STATE")
        return plan.letters[0]
    if not plan.excluded:
        raise UsageError("nobody would get this letter; say whose to show with --mission STATE")
    return _left_out(campaign, request, facts, plan.excluded[0])


def _left_out(campaign: Campaign, request: LetterRequest, facts: Facts, exclusion: Exclusion) -> PlannedLetter:
    who = campaign.registry.states[exclusion.state].name
    if exclusion.reason is Reason.STATE_CONCERNED:
        raise UsageError(f"{who} is the State concerned in {request.case.slug}: it gets no letter")
    if exclusion.reason is Reason.ALREADY_ASKED:
        note(f"{who}: in the outbox already ({exclusion.detail}), as it was queued; here it is as written today.")
    else:
        note(f"{who} would get no letter ({exclusion.reason.value}); here it is all the same.")
    mission = campaign.registry.missions.get(exclusion.state) or Mission(exclusion.state, "", (), "en")
    return planned_letter(mission, request, facts)


def _print(drafter: Drafter, planned: PlannedLetter, language: str | None, format_: str) -> None:
    if format_ == "eml":
        sys.stdout.buffer.write(dated(drafter.draft(planned, language).content, now()))
        return
    letter = drafter.letter(planned, language)
    if format_ == "html":
        click.echo(letter.html)
        return
    say(f"Subject: {letter.subject}")
    say()
    for line in letter.text.splitlines():
        say(line, hanging=0)


def _open(drafter: Drafter, planned: PlannedLetter, language: str | None, slug: str) -> None:
    letter = drafter.letter(planned, language)
    folder = Path(tempfile.mkdtemp(prefix="outreach-"))
    path = folder / f"{slug}.{planned.mission.state}.{letter.language}.html"
    path.write_text(letter.html, encoding="utf-8")
    opened = webbrowser.open(path.as_uri())
    say(f"{'Opened' if opened else 'No browser was found; open this file yourself:'} {path}")


def _own_address(campaign: Campaign, text: str) -> str:
    """An address of one's own: a mission gets letters only through `send`, once."""
    try:
        address = read_address(text)
    except ValueError as error:
        raise UsageError(f"--send-to: {error}") from None
    for mission in campaign.registry.missions.values():
        if address.lower() in (email.lower() for email in mission.emails):
            raise UsageError(f"--send-to: {text} is the address of a mission ({mission.state}), not your own")
    return address


def _send_test(
    workspace: Workspace, drafter: Drafter, planned: PlannedLetter, language: str | None, address: str
) -> None:
    letter = drafter.letter(planned, language)
    marked = letter.with_subject(f"[TEST] {letter.subject}")
    to_us = replace(planned, recipients=(_own_address(workspace.campaign, address),))
    draft = drafter.compose(to_us, marked, f"test-{token_hex(8)}")
    channel = make_channel(workspace.channel, workspace.campaign.folder, workspace.campaign.settings)

    async def nothing_to_record() -> None:
        return None

    async def deliver() -> str:
        async with channel:
            receipt = await channel.send(
                Outgoing(
                    message_id=draft.message_id,
                    token=draft.token,
                    sender=workspace.campaign.settings.sender.email,
                    recipients=draft.recipients,
                    content=dated(draft.content, now()),
                    committed=nothing_to_record,
                )
            )
        return receipt.detail

    try:
        detail = asyncio.run(deliver())
    except DeliveryError as error:
        raise NotDelivered(f"the test letter did not go through: {error.detail}. Check with: outreach doctor") from None
    where = "the folder rehearsal" if workspace.rehearsal else address
    sys.stdout.flush()
    say(f"A test letter went to {where}; the ledger does not know of it. {detail}")
