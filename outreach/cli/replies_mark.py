"""`outreach replies mark` and `assign`: what people decide about messages that came back."""

from collections.abc import Iterator, Sequence
from shlex import quote

import click
from sqlalchemy import Connection

from outreach.cases.ask import choose_ask
from outreach.cli.options import case_option, folder_option, json_option, rehearse_option
from outreach.cli.output import counted, note, print_json, say
from outreach.cli.replies_words import state_name
from outreach.cli.session import Session, make_scope, open_to_look
from outreach.db.engine import reading, writing
from outreach.errors import UsageError
from outreach.inbox.desk.decisions import Assignment, Mark, letter_among, mistaken_missions, take_back
from outreach.inbox.desk.decisions import assign as do_assign
from outreach.inbox.desk.decisions import mark as do_mark
from outreach.inbox.desk.items import Item, new_contact, some_items
from outreach.inbox.kinds import NEEDS_PROOF, UNSUBSCRIBE, Kind, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Scope
from outreach.outbox.queue import entries
from outreach.outbox.status import Status
from outreach.outbox.store import now

MARK = "a person: outreach replies mark"
ASSIGN = "a person: outreach replies assign"
ids_argument = click.argument("ids", metavar="ID…", type=click.IntRange(1, 2**63 - 1), nargs=-1, required=True)


@click.command()
@ids_argument
@click.option("--stance", type=click.Choice([s.value for s in Stance]), help="What the reply says.")
@click.option("--case", "case_slug", metavar="SLUG", help="For this case only; default: for all that it answers.")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="What it is, where the program was wrong.")
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

    Only a reply is an answer: what you mark as another kind leaves the desk, and its State gets reminders again. What a
    bounce did to its letter stays. Marking again is fine; the newest word counts.
    """
    if not (stance or kind or remark.strip()):
        raise UsageError("say what to mark: --stance STANCE, --kind KIND or --note TEXT")
    session = open_to_look(ctx, rehearse=rehearse)
    case = make_scope(session, case=case_slug).case or ""
    what = Mark(Kind(kind) if kind else None, Stance(stance) if stance else None, case, remark.strip())
    with writing(session.outbox.engine) as connection:
        found = choose(session, connection, ids)
        refuse(session, [objection for item in found if (objection := what.objection(item))])
        do_mark(connection, [item.id for item in found], what, now(), MARK)
    if as_json:
        print_json([item.id for item in found])
        return
    words = " and ".join(word for word in (kind, stance) if word) or "with a note"
    say(f"{counted(len(found), 'message')} marked {words}{f' for {case}' if case else ''}.")


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
    """Say whose a message is, and which case it answers; again for a second case.

    The program learns from it: the next mail from the same address is taken for that mission's. What it had taken for
    another mission's is no longer. With --none a wrong tie is taken back.
    """
    if not none_ and not (mission and case_slug):
        raise UsageError("say whose it is with --mission STATE and --case SLUG, or take it back with --none")
    session = open_to_look(ctx, rehearse=rehearse)
    scope = make_scope(session, case=case_slug, ask=ask_id, mission=mission)
    with writing(session.outbox.engine) as connection:
        found = choose(session, connection, ids)
        if none_:
            number = take_back(connection, ids, now(), ask=scope.ask, case=scope.case, mission=scope.mission)
            words = f"{counted(number, 'tie')} taken back."
        else:
            whose = whose_is_it(session, connection, scope)
            wrong = {mission for item in found for mission in mistaken_missions(item, whose)}
            new = do_assign(connection, found, whose, now(), ASSIGN)
            words = f"{counted(len(new), 'message')} tied to {state_name(session, whose.mission)}, {whose.case}"
            names = ", ".join(state_name(session, mission) for mission in sorted(wrong))
            words += f", and no longer to {names}." if wrong else "."
    if as_json:
        print_json([item.id for item in found])
        return
    say(words)
    if not none_:
        _say_what_follows(session, [item.id for item in found], whose)


def choose(session: Session, connection: Connection, ids: Sequence[int]) -> list[Item]:
    """The messages meant, each once; UsageError when there is no such message."""
    found = some_items(connection, ids)
    refuse(session, [f"there is no message {id_}" for id_ in sorted(set(ids) - set(found))])
    return list(found.values())


def refuse(session: Session, complaints: Sequence[str]) -> None:
    """UsageError with everything that speaks against it, if anything does."""
    if complaints:
        again = f"outreach replies list --all{session.flag}"
        raise UsageError(f"{'; '.join(complaints)}. Nothing was changed; see: {again}")


def whose_is_it(session: Session, connection: Connection, scope: Scope) -> Assignment:
    """What an answer about a case by a mission is tied to: the ask that was put to it, and the letter that did.

    UsageError when the mission was asked several things about the case and the scope does not say which.
    """
    queued = entries(connection, scope)
    letters = [
        entry for entry in queued if entry.key.kind is MessageKind.LETTER and entry.status is not Status.WITHDRAWN
    ]
    asks = sorted({entry.key.ask for entry in letters})
    if scope.ask is None and len(asks) > 1:
        raise UsageError(
            f"{scope.mission} has letters of several asks about {scope.case}: say --ask {' or '.join(asks)}"
        )
    campaign = session.campaign
    ask = scope.ask or (asks[0] if asks else choose_ask(campaign.asks, None, campaign.today()).id)
    return Assignment(ask, scope.case or "", scope.mission or "", letter_among(letters))


def _say_what_follows(session: Session, ids: Sequence[int], whose: Assignment) -> None:
    with reading(session.outbox.engine) as connection:
        found = choose(session, connection, ids)
        letter = next(iter(entries(connection, ids=[whose.letter])), None) if whose.letter else None
    note_without_letter(whose)
    if letter and letter.status is Status.UNCONFIRMED:
        note(f"Letter {letter.id} is unconfirmed. If this shows that it arrived: ")
        note(f"  outreach queue settle {letter.id} --sent{session.flag}")
    for item in found:
        for line in _next_steps(session, item):
            note(line)


def note_without_letter(whose: Assignment) -> None:
    """Say it where an answer will not be seen: listings go by the letters there are."""
    if whose.letter is None:
        note(
            f"{whose.mission} has no letter about {whose.case} in the outbox. The answer is kept and no reminder will "
            "go, but status and report show it only once there is a letter."
        )


def _next_steps(session: Session, item: Item) -> Iterator[str]:
    """What to type next, now that it is known whose this is."""
    flag = session.flag
    if item.rule == UNSUBSCRIBE:
        yield f"It asks for no more letters: {_suppress(item.sender, 'asked for no more letters')}"
        yield f"It is no answer. Say so: outreach replies mark {item.id} --kind other{flag}"
    elif item.kind in NEEDS_PROOF:
        yield "It carries no token of ours, so that changes no letter and closes no address. If it is right:"
        yield f"  {_suppress(item.recipient, f'{item.kind} {item.id}')}"
    elif item.unread:
        yield f"Say what it means: outreach replies mark {item.id} --stance STANCE{flag}"
    new = not session.outbox.rehearsal and new_contact(item, session.campaign.registry.missions)
    if new and item.rule != UNSUBSCRIBE:
        yield f"It came from a new address. Add it with: outreach replies contact {item.id}{flag}"


def _suppress(address: str, why: str) -> str:
    return f"outreach missions suppress {quote(address) if address else 'ADDRESS'} --why '{why}'"
