"""A message of the inbox in lines for a person; its text can never look like the program's own words."""

import shutil
from collections.abc import Iterable, Sequence

from outreach.cli.output import clean, fitted, on_terminal
from outreach.cli.session import Session
from outreach.db.engine import reading
from outreach.inbox.desk.detail import Decision, Detail
from outreach.inbox.desk.items import Item, ItemTie, new_contact
from outreach.inbox.kinds import Kind, MatchedBy, Stance
from outreach.inbox.matching.match import Tie
from outreach.outbox.models import Entry
from outreach.outbox.queue import entries

BAR = "  │ "  # before each line of a message: nothing in it can pass for a line of ours
NARROWEST = 40  # columns that a line of a message is given, however narrow the terminal
LONGEST = 300  # characters of a header that are shown
MOST_CANDIDATES = 10
HEADERS = ("From", "To", "Cc", "Date", "Reply-To", "Auto-Submitted")
MATCHED = {
    MatchedBy.ENVELOPE: "the address it came to carries the letter's token",
    MatchedBy.ORIGINAL_MESSAGE_ID: "it returns the letter's Message-ID",
    MatchedBy.IN_REPLY_TO: "its In-Reply-To names the letter",
    MatchedBy.REFERENCES: "its References name the letter",
    MatchedBy.TOKEN: "it quotes the letter's token",
    MatchedBy.SHORT_REFERENCE: "it quotes the letter's reference",
    MatchedBy.ADDRESS: "the sender is an address of this mission",
    MatchedBy.DOMAIN: "the sender's domain is this mission's alone",
    MatchedBy.LEARNT: "a person tied this sender to the mission before",
    MatchedBy.PERSON: "a person said so",
}


def about(session: Session, found: Detail) -> Iterable[str]:
    """What it is, the headers that matter, and which letters it answers."""
    item = found.item
    yield f"Message {item.id}, {_when(session, item)}: {kind_words(item)}"
    yield from _headers(found)
    if item.recipient:
        yield f"  About: {short(item.recipient)}"
    if found.diagnostic:
        yield f"  The server said: {short(found.diagnostic)}"
    if item.fault:
        yield f"Not read in full: {short(item.fault)}"
    yield from _whose(session, item)


def perhaps(session: Session, item: Item, maybe: Sequence[Tie]) -> Iterable[str]:
    """The letters that it may answer, each with what to type if it does."""
    for tie in maybe[:MOST_CANDIDATES]:
        yield f"  perhaps {state_name(session, tie.mission)}, {tie.case} ({tie.ask}): {MATCHED[tie.matched_by]}"
        whose = f"--mission {tie.mission} --case {tie.case} --ask {tie.ask}"
        yield f"    outreach replies assign {item.id} {whose}{session.flag}"


def decided(session: Session, said: Sequence[Decision]) -> Iterable[str]:
    """What people said of it, oldest first."""
    zone = session.campaign.settings.timezone
    for each in said:
        words = ", ".join(word for word in (each.kind, each.stance) if word) or "a note"
        case = f" for {each.case}" if each.case else ""
        remark = f": {short(each.note)}" if each.note else ""
        yield f"Marked on {each.at.astimezone(zone):%Y-%m-%d}: {words}{case}{remark}"


def text_lines(text: str) -> Iterable[str]:
    """The lines of a message behind a bar, broken here: a terminal would break them without one."""
    width = max(NARROWEST, shutil.get_terminal_size().columns - len(BAR)) if on_terminal() else 0
    for line in clean(text).splitlines():
        yield from ((BAR + piece).rstrip() for piece in (fitted(line, width) if width else [line]))


def next_steps(session: Session, item: Item) -> Iterable[str]:
    """What a person may want to type about it."""
    flag = session.flag
    if item.unread:
        yield f"Say what it means: outreach replies mark {item.id} --stance STANCE{flag}"
        yield f"  STANCE is one of {', '.join(Stance)}"
    if item.unmatched:
        yield f"Say whose it is: outreach replies assign {item.id} --mission STATE --case SLUG{flag}"
    if item.is_open and not item.unread:
        yield off_the_desk(item.id, flag)
    state = new_contact(item, session.campaign.registry.missions)
    if state and not session.outbox.rehearsal:
        yield f"A new address of {state_name(session, state)}: outreach replies contact {item.id}{flag}"


def off_the_desk(id_: int, flag: str) -> str:
    """What to type about a message that is no letter's business."""
    return f"If it is no answer, take it off the desk: outreach replies mark {id_} --kind other{flag}"


def kind_words(item: Item) -> str:
    """What it is, in a few words: bounce 5.1.1, permanent."""
    words = " ".join(part for part in (item.kind.value, item.code) if part)
    return f"{words}, {item.severity}" if item.severity else words


def state_name(session: Session, code: str) -> str:
    """Germany (DEU)."""
    states = session.campaign.registry.states
    return f"{states[code].name} ({code})" if code in states else code


def short(text: str, most: int = LONGEST) -> str:
    """The text on one line, of so many characters at most."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]} …"


def _when(session: Session, item: Item) -> str:
    moment = item.arrived_at.astimezone(session.campaign.settings.timezone)
    return f"{moment:%Y-%m-%d}, by {item.origin}" if item.digest is None else f"{moment:%Y-%m-%d %H:%M}"


def _headers(found: Detail) -> Iterable[str]:
    item = found.item
    if item.digest is None:
        yield f"  Who: {short(item.sender_name) or '(not noted)'}"
        return
    first: dict[str, str] = {}
    for name, value in found.headers:
        first.setdefault(name.lower(), value)
    if item.sender:
        first.setdefault("from", f"{item.sender_name} <{item.sender}>".strip())
    for name in HEADERS:
        if name.lower() in first:
            yield f"  {name}: {short(first[name.lower()])}"
    yield f"  Subject: {short(item.subject)}"
    yield f"  Rule: {item.rule}"


def _whose(session: Session, item: Item) -> Iterable[str]:
    letters = _letters(session, item.ties)
    for tied in item.ties:
        stance = f"; stance: {tied.stance or 'not marked yet'}" if item.kind is Kind.REPLY else ""
        yield f"Answers: {state_name(session, tied.mission)}, {tied.case} ({tied.ask}){stance}"
        if tied.message in letters:
            yield f"  {_letter(session, letters[tied.message])}"
        yield f"  {MATCHED[tied.matched_by]} ({tied.certainty:.0%} sure)"
    if item.unmatched:
        yield "Answers: nobody knows yet; no letter is tied to it."


def _letters(session: Session, ties: Sequence[ItemTie]) -> dict[int | None, Entry]:
    ids = [tied.message for tied in ties if tied.message is not None]
    if not ids:
        return {}
    with reading(session.outbox.engine) as connection:
        return {entry.id: entry for entry in entries(connection, ids=ids)}


def _letter(session: Session, entry: Entry) -> str:
    when = f" {entry.taken_at.astimezone(session.campaign.settings.timezone):%Y-%m-%d}" if entry.taken_at else ""
    return f"letter {entry.id}, {entry.key.round}, {entry.status}{when}: {short(entry.subject, 80)}"
