"""`outreach replies mark` and `assign`: what people decide about messages that came back."""

from collections.abc import Iterator
from shlex import quote

import click

from outreach.cli.common.effects import effect_line
from outreach.cli.common.opening import flag, open_to_look
from outreach.cli.common.options import case_option, folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.cli.replies.words import state_name, what_to_say
from outreach.errors import UsageError
from outreach.inbox.desk.decisions import Assignment
from outreach.inbox.desk.items import Item, new_contact
from outreach.inbox.kinds import NEEDS_PROOF, SAYABLE, UNSUBSCRIBE, Kind, Stance
from outreach.outbox.status import Status
from outreach.services import desk
from outreach.services.desk import Assigned
from outreach.services.workspace import Workspace
from outreach.text import counted

MARK = "a person: outreach replies mark"
ASSIGN = "a person: outreach replies assign"
ids_argument = click.argument("ids", metavar="ID…", type=click.IntRange(1, 2**63 - 1), nargs=-1, required=True)


@click.command()
@ids_argument
@click.option("--stance", type=click.Choice([s.value for s in Stance]), help="What the reply says.")
@click.option("--case", "case_slug", metavar="SLUG", help="For this case only; default: for all that it answers.")
@click.option("--kind", type=click.Choice([k.value for k in SAYABLE]), help="What it is, where the program was wrong.")
@click.option("--note", "remark", metavar="TEXT", default="", help="What others should know; kept with the decision.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def mark(
    ctx: click.Context,
    ids: tuple[int, ...],
    stance: str | None,
    case_slug: str | None,
    kind: str | None,
    remark: str,
    *,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Say what a reply means (--stance), or what a message really is (--kind).

    Only a reply is an answer: a message that you mark as another kind leaves the desk, and its State gets reminders
    again. What you say of an unclear message has its effect on the letter. A bounce marked as another kind does not
    change its letter back. You can mark again; the newest mark counts.
    """
    if not (stance or kind or remark.strip()):
        raise UsageError("say what to mark: --stance STANCE, --kind KIND or --note TEXT")
    workspace = open_to_look(ctx, rehearse=rehearse)
    marked = desk.mark(
        workspace,
        ids,
        MARK,
        kind=Kind(kind) if kind else None,
        stance=Stance(stance) if stance else None,
        case=case_slug,
        note=remark,
    )
    if as_json:
        print_json(marked.ids)
        return
    words = " and ".join(word for word in (kind, stance) if word) or "with a note"
    case = workspace.scope(case=case_slug).case
    say(f"{counted(len(marked.ids), 'message')} marked {words}{f' for {case}' if case else ''}.")
    for effect in marked.notes:
        say(effect_line(effect, rehearsal=workspace.rehearsal))


@click.command()
@ids_argument
@click.option("--mission", metavar="STATE", help="Whose it is: DEU, de or Germany.")
@case_option
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the one that its letter was about.")
@click.option("--none", "none_", is_flag=True, help="Take back what it is tied to, all or as the options narrow it.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def assign(
    ctx: click.Context,
    ids: tuple[int, ...],
    mission: str | None,
    case_slug: str | None,
    ask_id: str | None,
    *,
    none_: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Say which mission a message is from, and which case it answers; repeat it for a second case.

    The program learns from it: it ties the next mail from the same address to that mission, and no longer to another
    one. With --none a wrong tie is taken back.
    """
    if not none_ and not (mission and case_slug):
        raise UsageError("say whose it is with --mission STATE and --case SLUG, or take it back with --none")
    workspace = open_to_look(ctx, rehearse=rehearse)
    scope = workspace.scope(case=case_slug, ask=ask_id, mission=mission)
    if none_:
        number = desk.take_back_ties(workspace, ids, scope)
        print_json(list(dict.fromkeys(ids))) if as_json else say(f"{counted(number, 'tie')} taken back.")
        return
    assigned = desk.assign(workspace, ids, scope, ASSIGN)
    if as_json:
        print_json([item.id for item in assigned.items])
        return
    names = ", ".join(state_name(workspace, state) for state in assigned.mistaken)
    whose = assigned.whose
    say(
        f"{counted(assigned.new, 'message')} tied to {state_name(workspace, whose.mission)}, {whose.case}"
        f"{f', and no longer to {names}' if names else ''}."
    )
    _say_what_follows(workspace, assigned)


def _say_what_follows(workspace: Workspace, assigned: Assigned) -> None:
    note_without_letter(assigned.whose)
    letter = assigned.letter
    if letter and letter.status is Status.UNCONFIRMED:
        note(f"Letter {letter.id} is unconfirmed. If this shows that it arrived: ")
        note(f"  outreach queue settle {letter.id} --sent{flag(workspace)}")
    for item in assigned.items:
        for line in _next_steps(workspace, item):
            note(line)


def note_without_letter(whose: Assignment) -> None:
    """Warn where an answer will not be seen: listings only show those to letters that exist."""
    if whose.letter is None:
        note(
            f"{whose.mission} has no letter about {whose.case} in the outbox. The answer is kept and no reminder will "
            "go, but status and report show it only once there is a letter."
        )


def _next_steps(workspace: Workspace, item: Item) -> Iterator[str]:
    """Give what to type next, now that it is known whose this is."""
    again = flag(workspace)
    if item.rule == UNSUBSCRIBE:
        yield f"It asks for no more letters: {_suppress(item.sender, 'asked for no more letters')}"
        yield f"It is no answer. Say so: outreach replies mark {item.id} --kind other{again}"
    elif item.kind in NEEDS_PROOF:
        yield "It carries no token of ours, so that changes no letter and closes no address. If it is right:"
        yield f"  {_suppress(item.recipient, f'{item.kind} {item.id}')}"
    elif step := what_to_say(item, again):
        yield step
    new = not workspace.rehearsal and new_contact(item, workspace.campaign.registry.missions)
    if new and item.rule != UNSUBSCRIBE:
        yield f"It came from a new address. Add it with: outreach replies contact {item.id}{again}"


def _suppress(address: str, why: str) -> str:
    return f"outreach missions suppress {quote(address) if address else 'ADDRESS'} --why '{why}'"
