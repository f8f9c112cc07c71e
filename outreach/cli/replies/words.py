"""A message of the inbox in lines for a person, and as JSON for scripts, whose keys are a promise.

Nothing in a message can look like the program's own words.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from shlex import quote

from outreach.cli.common.opening import flag
from outreach.cli.common.terminal.output import on_terminal
from outreach.cli.common.terminal.tables import in_pieces
from outreach.cli.replies.files import attachment_json, attachment_lines, invitation_json, invitation_line
from outreach.inbox.desk.detail import Decision, Detail
from outreach.inbox.desk.items import Item, ItemTie, new_contact
from outreach.inbox.desk.named import NamedAddress, addresses_named, asks_for_no_more, days_back, new_contacts_named
from outreach.inbox.kinds import NO_MORE, Kind, MatchedBy, Stance
from outreach.inbox.matching.addressbook import AddressBook
from outreach.inbox.matching.match import Tie
from outreach.outbox.models import Entry
from outreach.services.desk import OpenedItem
from outreach.services.workspace import Workspace
from outreach.text import local_day, local_minute, unembedded, visible

BAR = "  │ "  # before each line of a message: nothing in it can pass for a line of ours
NARROWEST = 40  # columns that a line of a message is given, however narrow the terminal
LONGEST = 300  # characters of a header that are shown
MOST_CANDIDATES = 10
HEADERS = ("From", "To", "Cc", "Date", "Reply-To", "Auto-Submitted")
UNVERIFIED = "our mail server says dmarc=fail: somebody else may have written it. Ask the mission in another way"
UNCLEAR = "a machine's, it seems; nobody can tell whether the letter arrived"
UNCLEAR_KINDS = "KIND is bounce (it did not arrive), auto-reply (it did), reply (a person wrote), other, or another"
ALSO_SAYS = "A machine, it seems; it also says:"
SAYS_MORE = "(a machine, it seems; it also says more)"  # before the subject in a list
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


def about(opened: OpenedItem) -> Iterable[str]:
    """Say what it is, the headers that matter, and which letters it answers."""
    workspace, found = opened.workspace, opened.detail
    item = found.item
    yield f"Message {item.id}, {_when(workspace, item)}: {kind_words(item)}"
    yield from _headers(found)
    if item.sender_failed:
        yield f"  SENDER NOT VERIFIED: {UNVERIFIED}"
    if item.recipient:
        yield f"  About: {short(item.recipient)}"
    if found.diagnostic:
        yield f"  The server said: {short(found.diagnostic)}"
    if item.fault:
        yield f"Not read in full: {short(item.fault)}"
    yield from (f"News: {line}" for line in news_lines(item))
    yield from _whose(opened)
    attached = opened.attached()
    if attached.invitation:
        yield invitation_line(attached.invitation, workspace.campaign.settings.timezone)
    yield from attachment_lines(attached.listing, item.id, flag(workspace))


def perhaps(workspace: Workspace, item: Item, maybe: Sequence[Tie]) -> Iterable[str]:
    """List the letters that it may answer, each with what to type if it does."""
    for tie in maybe[:MOST_CANDIDATES]:
        yield f"  perhaps {state_name(workspace, tie.mission)}, {tie.case} ({tie.ask}): {MATCHED[tie.matched_by]}"
        whose = f"--mission {tie.mission} --case {tie.case} --ask {tie.ask}"
        yield f"    outreach replies assign {item.id} {whose}{flag(workspace)}"


def decided(workspace: Workspace, said: Sequence[Decision]) -> Iterable[str]:
    """Say what people decided about it, the oldest first."""
    zone = workspace.campaign.settings.timezone
    for each in said:
        words = ", ".join(word for word in (each.kind, each.stance) if word) or "a note"
        case = f" for {each.case}" if each.case else ""
        remark = f": {short(each.note)}" if each.note else ""
        yield f"Marked on {local_day(each.at, zone)}: {words}{case}{remark}"


def text_lines(text: str) -> Iterable[str]:
    """Put the lines of a message behind a bar; break them here, for a terminal would break them without one."""
    width = max(NARROWEST, shutil.get_terminal_size().columns - len(BAR)) if on_terminal() else 0
    for line in visible(unembedded(text)).splitlines():
        yield from ((BAR + piece).rstrip() for piece in (in_pieces(line, width) if width else [line]))


def next_steps(workspace: Workspace, item: Item) -> Iterable[str]:
    """Give what a person may want to type about it."""
    again = flag(workspace)
    if step := what_to_say(item, again):
        yield step
        yield f"  STANCE is one of {', '.join(Stance)}" if item.kind is Kind.REPLY else f"  {UNCLEAR_KINDS}"
    if item.unmatched:
        yield f"Say whose it is: outreach replies assign {item.id} --mission STATE --case SLUG{again}"
    if item.is_open and not (item.unread or item.without_stance or item.is_open_for_news):
        yield off_the_desk(item.id, again)
    state = new_contact(item, workspace.campaign.registry.missions)
    if state and not workspace.rehearsal:
        yield f"A new address of {state_name(workspace, state)}: outreach replies contact {item.id}{again}"
    yield from _contacts_named(workspace, item)
    if not workspace.rehearsal:
        yield from wish_lines(item)
    if item.open_news:
        yield set_aside(item.id, again)


def _contacts_named(workspace: Workspace, item: Item) -> Iterable[str]:
    """Offer the new addresses that it names, each with what speaks against it."""
    if workspace.rehearsal or not addresses_named(item):
        return
    book = AddressBook(workspace.campaign.registry, workspace.campaign.settings)
    for named in new_contacts_named(item, book):
        yield (
            f"It names a new address of {state_name(workspace, named.state)}: "
            f"outreach replies contact {item.id} --address {quote(named.email)}{flag(workspace)}"
        )
        if doubt := doubt_about(named):
            yield f"  Look at it closely: {doubt}"


def doubt_about(named: NamedAddress) -> str:
    """Say what speaks against an address that is named as a mission's new one; blank where nothing does."""
    if named.others:
        return f"it belongs to another mission ({', '.join(named.others)})"
    if named.for_anybody:
        return "anybody can have an address at this provider. Ask the mission in another way"
    return "" if named.theirs else f"nothing shows that its domain is {named.state}'s. Ask the mission in another way"


def news_lines(item: Item) -> Iterable[str]:
    """Say in a line each what it names: new addresses, and the days on which somebody is back."""
    yield from (f"it names a new address, {short(address)}" for address in addresses_named(item))
    for day in map(date.fromisoformat, days_back(item)):
        yield f"away; back on or after {day.day} {day:%B %Y}, it says"
    if asks_for_no_more(item):
        yield "asks for no more letters, it seems"


def wish_lines(item: Item) -> Iterable[str]:
    """Offer to close the addresses of a mission whose words ask for no more letters, and to say that it does not."""
    if not any(what == NO_MORE for what, _ in item.open_news):
        return
    states = {tied.mission for tied in item.ties}
    who = states.pop() if len(states) == 1 else quote(item.sender) if item.sender else "ADDRESS"
    yield f"It asks for no more letters: outreach missions suppress {who} --why 'asked for no more letters'"
    yield "  to close the address. Nothing is closed by itself."
    if item.sender_failed:
        yield "  Your mail server could not verify the sender: ask the mission in another way first."


def what_to_say(item: Item, again: str) -> str:
    """Say what a person can say of a message that is to be read; blank for any other."""
    if item.unread and item.kind is Kind.UNCLEAR:
        return f"Say what it is: outreach replies mark {item.id} --kind KIND{again}"
    if item.unread or item.without_stance:
        return f"Say what it means: outreach replies mark {item.id} --stance STANCE{again}"
    return ""


def set_aside(id_: int, again: str) -> str:
    """Say how to set the news of a message aside: a new address, a day of return, a wish that is none."""
    return f"Once you have seen its news, set it aside: outreach replies mark {id_} --note WHY{again}"


def off_the_desk(id_: int, again: str) -> str:
    """Say how to take a message off the desk that answers no letter."""
    return f"If it is no answer, take it off the desk: outreach replies mark {id_} --kind other{again}"


def kind_words(item: Item) -> str:
    """Say what it is, in a few words: bounce 5.1.1, permanent."""
    if item.kind is Kind.UNCLEAR:
        return f"{item.kind.value}: {UNCLEAR}"
    words = " ".join(part for part in (item.kind.value, item.code) if part)
    return f"{words}, {item.severity}" if item.severity else words


def state_name(workspace: Workspace, code: str) -> str:
    """Name a State with its code: Germany (DEU)."""
    states = workspace.campaign.registry.states
    return f"{states[code].name} ({code})" if code in states else code


def short(text: str, most: int = LONGEST) -> str:
    """Put a text on one line, of so many characters at most."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]} …"


def _when(workspace: Workspace, item: Item) -> str:
    moment, zone = item.arrived_at, workspace.campaign.settings.timezone
    return f"{local_day(moment, zone)}, by {item.origin}" if item.digest is None else local_minute(moment, zone)


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


def _whose(opened: OpenedItem) -> Iterable[str]:
    workspace, item, letters = opened.workspace, opened.detail.item, opened.letters()
    for _, same in groupby(item.ties, lambda tied: replace(tied, case="")):
        about = list(same)  # a letter may ask for several cases
        tied, cases = about[0], ", ".join(each.case for each in about)
        stance = f"; stance: {tied.stance or 'not marked yet'}" if item.kind is Kind.REPLY else ""
        yield f"Answers: {state_name(workspace, tied.mission)}, {cases} ({tied.ask}){stance}"
        if tied.message is not None and tied.message in letters:
            yield f"  {_letter(workspace, letters[tied.message])}"
        yield f"  {MATCHED[tied.matched_by]} ({tied.certainty:.0%} sure)"
    if item.unmatched:
        yield "Answers: nobody knows yet; no letter is tied to it."


def _letter(workspace: Workspace, entry: Entry) -> str:
    when = f" {local_day(entry.taken_at, workspace.campaign.settings.timezone)}" if entry.taken_at else ""
    return f"letter {entry.id}, {entry.key.shown_round}, {entry.status}{when}: {short(entry.subject, 80)}"


def item_json(item: Item) -> dict[str, object]:
    """Make the JSON of a message in a listing."""
    return {
        "id": item.id,
        "at": item.arrived_at.isoformat(),
        "kind": item.kind.value,
        "rule": item.rule,
        "open": item.is_open,
        "unmatched": item.unmatched,
        "to_read": item.unread,
        "source": item.source,
        "origin": item.origin,
        "from": item.sender,
        "name": item.sender_name,
        "subject": item.subject,
        "status": item.code or None,
        "severity": item.severity or None,
        "recipient": item.recipient or None,
        "new_address": item.new_address,
        "sender_check": item.sender_check.value or None,
        "news": {
            "addresses": list(addresses_named(item)),
            "back": list(days_back(item)),
            "no_more": asks_for_no_more(item),
        },
        "fault": item.fault or None,
        "ties": [_tied_json(tied) for tied in item.ties],
        "attachments": [attachment_json(each) for each in item.attachments],
        "invitation": invitation_json(item.invitation),
        "open_news": [said for _, said in item.open_news],
    }


def _tied_json(tied: ItemTie) -> dict[str, object]:
    return {
        "state": tied.mission,
        "case": tied.case,
        "ask": tied.ask,
        "message": tied.message,
        "matched_by": tied.matched_by.value,
        "certainty": tied.certainty,
        "stance": tied.stance.value if tied.stance else None,
    }


def detail_json(opened: OpenedItem) -> dict[str, object]:
    """Make the JSON of a message in full: as the database has it, and what came with it as its file has it."""
    found, attached = opened.detail, opened.attached()
    return {
        **item_json(found.item),
        "attachments": [attachment_json(each) for each in attached.listing.attachments],
        "invitation": invitation_json(attached.invitation),
        "text": opened.text(),
        "links": list(found.links),
        "headers": [list(header) for header in found.headers],
        "message_id": found.message_id or None,
        "diagnostic": found.diagnostic or None,
        "size": found.size,
        "decisions": [_said_json(said) for said in found.decisions],
    }


def candidate_json(tie: Tie) -> dict[str, object]:
    """Make the JSON of a letter that a message may answer."""
    return {
        "state": tie.mission,
        "case": tie.case,
        "ask": tie.ask,
        "message": tie.message,
        "matched_by": tie.matched_by.value,
        "certainty": tie.certainty,
    }


def _said_json(said: Decision) -> dict[str, object]:
    return {
        "at": said.at.isoformat(),
        "by": said.by,
        "case": said.case or None,
        "kind": said.kind or None,
        "stance": said.stance or None,
        "note": said.note,
    }
