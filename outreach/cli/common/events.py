"""Words what a service tells of while it works, a line or two for each kind of event; decides nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from outreach.channels.base import LongWait
from outreach.cli.common.effects import effect_line
from outreach.cli.common.next_steps import advice, command
from outreach.cli.common.terminal.output import note
from outreach.next_step import Action, NextStep
from outreach.outbox.gate.gate import Held
from outreach.outbox.gate.objections import Reason
from outreach.outbox.gate.remedies import Remedied, Remedy
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Entry
from outreach.outbox.sending.pauses import Cause, Pause
from outreach.services import events
from outreach.text import counted, listed, local_clock, local_minute

MOST_IDS = 10  # in a line
MOST_REASONS = 5
RETURNED = {  # what a mail to supporters' mailbox did → how that is said
    "joins": "joined",
    "is asked": "asked whether it was them",
    "confirms": "confirmed",
    "denies": "said that it was not them",
    "leaves": "left",
    "bounced": "came back for good",
    "complained": "complained",
    "forged": "forged",
}
PASSES = (Remedy.READ_MAIL, Remedy.WAIT)  # what does not speak against a letter for good


def say_event(event: events.Event, *, rehearsal: bool = False, zone: tzinfo | None = None) -> None:
    """Say on standard error what happened. Times are in `zone`; a rehearsal's commands are about its own outbox.

    Events that are shown elsewhere, as progress or as a result, are passed over here.
    """
    for line in _lines(event, rehearsal, zone):
        note(line)


def _lines(event: events.Event, rehearsal: bool, zone: tzinfo | None) -> Iterable[str]:  # noqa: C901 - a table
    match event:
        case events.EvidenceApplied(notes, rehearsed):
            return [effect_line(item, rehearsal=rehearsed) for item in notes]
        case events.HeldBack(held, remedied):
            return _held_lines(held, remedied, rehearsal=rehearsal)
        case events.NoWayOut(channel, ids):
            return _stranded_lines(channel, ids, rehearsal=rehearsal)
        case events.WithdrawnMeanwhile(number):
            they = "They have" if number > 1 else "It has"
            return [f"{counted(number, 'message')} withdrawn by somebody while this run was at work. {they} not left."]
        case events.TimelineSettled(network, there, missing):
            return _settled_lines(network, there, missing)
        case events.Sleeping(until, waiting, to_send):
            what = f"{waiting} waiting, the next" if to_send else "Posts in doubt are looked for again"
            return [f"{what} at {local_clock(until, zone)}. Ctrl-C ends the watch, and what waits stays queued."]
        case events.Watching():
            return ["No letter waits. Watching for supporters' forms and mails, and for letters; Ctrl-C ends it."]
        case events.SupportersWait(why, hint, step):
            hints = [f"  {hint}."] if hint else []
            steps = [f"  {advice(step, rehearsal=rehearsal)}"] if step else []
            return [f"Mails to supporters wait: {why}.".replace("..", "."), *hints, *steps]
        case events.SupportersProgress(counts):
            ends = ", ".join(f"{number} {status.value}" for status, number in counts.items() if number)
            return [f"To supporters so far: {ends}."]
        case events.ListStopped(members, mails):
            return _stopped_list_lines(members, mails)
        case events.UpdateHeld(slug, why):
            return [
                f"Held back: the update {slug} speaks of {why}.",
                f"  Withdraw with: outreach update {slug} --withdraw",
            ]
        case events.ManyToProvider(provider, mails):
            return [
                f"{mails} mails went to {provider} today. From 5000 on, big providers call us bulk senders, for ever.",
                "  Lower [list] per_minute, so that an update takes more than a day.",
            ]
        case events.ReturnsRead(acts, waiting):
            return returns_lines(acts, waiting)
        case events.ReturnsUnread(why):
            return [f"What comes back from supporters is not read: {why}"]
        case events.ChannelPaused(_, pause):
            return pause_lines(pause, zone)
        case events.ServerSilent(wait):
            return [_wait_line(wait)]
        case events.ClockBehind(present, newest):
            clocks = local_minute(present, zone), local_minute(newest, zone)
            return [
                "The clock of this machine says {}, and the outbox was last written at {}: one was wrong.".format(
                    *clocks
                ),
                "  Set the clock, since letters carry its date. No letter waits for more than a day because of it.",
            ]
        case events.LimitsUnknown(network, why, characters):
            server = f"The {network.title()} server does not say how long a post may be"
            return [f"{server} ({why}); {characters} characters are taken."]
        case events.FilesUnreadable(why):
            return [f"{why}\nUntil that is put right, the files as they were before are used."]
        case events.SentFromElsewhere(host, folder):
            return [f"This outbox was last sent from {folder} on {host}. Send from one copy only; see docs/sending.md."]
        case events.NewOutbox(states, cases):
            raised = f"{counted(states, 'State')} raised {listed(cases, MOST_REASONS)}"
            return [
                f"This outbox knows of no letter yet, and by the record {raised}.",
                "If letters were sent from another folder, stop, and copy outreach.db and its journal from there.",
            ]
        case events.OldMailErased(messages, undone):
            done = [f"Erased, by [inbox] keep_days: {counted(messages, 'message')}."] if messages else []
            return [*done, *([f"Not done: {undone}"] if undone else [])]
        case events.WatchBegan(folders):
            return [f"Watching {', '.join(folders)}; Ctrl-C ends it."]
        case events.ConnectionLost(why):
            return [f"{why}. Trying again until it works; Ctrl-C ends this"]
        case events.ConnectionRestored():
            return ["Connected again."]
    return []


def pause_lines(pause: Pause, zone: tzinfo | None) -> list[str]:
    """Say why a channel pauses, in the server's words, and when it goes on."""
    until = local_clock(pause.until, zone)
    why = {
        Cause.LIMIT: f"your provider lets no more through for now. It says: {pause.why}",
        Cause.SAME_WORDS: f"different missions in a row met the same words, so it is not about one letter: {pause.why}",
        Cause.DOUBT: f"letters in a row were lost after the server had the whole text: {pause.why}",
    }[pause.cause]
    next_ = {
        Cause.LIMIT: "What was not sent stays queued. What providers allow: docs/mail-server.md",
        Cause.SAME_WORDS: "Mend what the words name, or ask your mail server's operator. These letters stay queued",
        Cause.DOUBT: "Nobody knows whether they arrived. Look into the archive mailbox, then: outreach queue settle",
    }[pause.cause]
    return [f"Paused until {until}: {why}", f"  {next_}"]


def returns_lines(acts: Mapping[str, int], waiting: int) -> list[str]:
    """Say what mails to the mailbox of supporters did, and how many wait in it for a person."""
    did = [f"{number} {words}" for act, words in RETURNED.items() if (number := acts.get(act, 0))]
    lines = [f"By mail: {listed(did, len(RETURNED))}."] if did else []
    if waiting:
        they = ("wait", "them", "them") if waiting > 1 else ("waits", "it", "it")
        lines.append(
            "{} {} for a person in the mailbox of [returns], flagged: answer {}, then delete {}.".format(
                counted(waiting, "mail"), *they
            )
        )
    return lines


def _stopped_list_lines(members: int, mails: int) -> Iterable[str]:
    yield f"{counted(members, 'member')} complained within 30 days, of {counted(mails, 'mail')}: updates wait."
    yield "  Find out what they did not want. Then raise [list] complaints; mails that ask somebody leave all the same."


def _wait_line(wait: LongWait) -> str:
    """Say for what a silent server is waited, and how long at most (RFC 5321, section 4.5.3.2, asks to be patient)."""
    what = {
        "opening": "to let us in",
        "letter": "to say whether it takes a letter that it has",
        "command": "to answer",
    }[wait.phase]
    minutes = wait.at_most / 60
    long = counted(round(minutes), "minute") if minutes >= 1 else counted(round(wait.at_most), "second")
    return f"Waiting for {wait.host} {what}, for up to {long}."


def _stranded_lines(channel: str, ids: tuple[int, ...], *, rehearsal: bool) -> Iterable[str]:
    what = "no mail server" if channel == "smtp" else "no account"
    yield f"{counted(len(ids), 'message')} for {channel} cannot leave: {what} is configured. See docs/settings.md,"
    yield f"  or withdraw with: {_withdraw(ids, rehearsal=rehearsal)}"


def _settled_lines(network: str, there: int, missing: int) -> Iterable[str]:
    if there:
        yield f"{network}: {counted(there, 'post')} in doubt: on the timeline, so sent."
    if missing:
        yield f"{network}: {counted(missing, 'post')} in doubt: not on the timeline, so queued again."


def _withdraw(ids: tuple[int, ...], *, rehearsal: bool) -> str:
    """Give the command, with the first few ids."""
    return command(NextStep(Action.WITHDRAW, ids=ids[:MOST_IDS]), rehearsal=rehearsal) + (
        " …" if len(ids) > MOST_IDS else ""
    )


def noun_of(entries: Iterable[Entry]) -> str:
    """Give the noun for these messages: reminder, letter, post, or message where there are letters and posts."""
    nouns = {_noun(entry) for entry in entries}
    if len(nouns) == 1:
        return nouns.pop()
    return "message" if "post" in nouns else "letter"


def _noun(entry: Entry) -> str:
    if entry.key.kind is MessageKind.POST:
        return "post"
    if entry.key.kind is MessageKind.DIGEST:
        return "digest"
    return "reminder" if entry.key.round == "reminder" else "letter"


def _held_lines(held: Sequence[Held], remedied: Sequence[Remedied], *, rehearsal: bool) -> Iterable[str]:
    why = listed(sorted(_held_words(held)), MOST_REASONS)
    noun = noun_of(item.entry for item in held)
    yield f"Held back: {counted(len(held), noun)} that may not leave any more: {why}."
    for group in remedied:
        yield f"  {_helps(group, rehearsal=rehearsal)}"
    groups = [group for group in remedied if group.remedy not in PASSES]
    # While one of its cases is not there any more, nothing is sent at all: it has to be restored first.
    keys = [item.entry.key for group in groups for item in group.held if item.reason is not Reason.GONE]
    for key in [key for key in keys if len(key.cases) > 1 and key.kind is MessageKind.LETTER][:1]:
        again = NextStep(Action.SEND_LETTERS, case=key.case, ask=key.ask, round=key.round)
        yield f"  Once they are withdrawn, this asks for the other cases: {command(again, rehearsal=rehearsal)}"


def _helps(group: Remedied, *, rehearsal: bool) -> str:
    """Say what helps a group of messages that are held back; nothing that would only hold them back again."""
    withdraw = f"Withdraw with: {_withdraw(tuple(item.entry.id for item in group.held), rehearsal=rehearsal)}"
    first = advice(group.next_step, rehearsal=rehearsal)
    other = advice(group.then, rehearsal=rehearsal) if group.then else ""
    match group.remedy:
        case Remedy.READ_MAIL:
            return f"{advice(NextStep(Action.READ_REPLIES), rehearsal=rehearsal)} (or add --although-unread)"
        case Remedy.WAIT:
            return "Once the embargo is over they go with the next run."
        case Remedy.REWRITE | Remedy.CONFIRM_FACTS:
            return f"{first}. {withdraw}"
        case Remedy.MEND_ADDRESS:
            return (
                f"{withdraw}. Or mend the address, then: {command(group.then or group.next_step, rehearsal=rehearsal)}"
            )
        case Remedy.GO_THOUGH_LATE | Remedy.PREPARE_ANEW:
            return f"{withdraw}. {other}"
        case Remedy.RESUME_CASE | Remedy.MEND_FILES | Remedy.MEND_ROW | Remedy.APPROVE:
            return f"{first}. {other}".removesuffix(". ")
        case Remedy.WITHDRAW:
            return withdraw


def _held_words(held: Iterable[Held]) -> Iterable[str]:
    """Say what is held back, and why: once for each reason, with the States that it is about."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for item in held:
        key, why = item.entry.key, f"({item.reason.value}: {item.detail})"
        if key.kind is MessageKind.POST:
            found[f"{key.case}, {key.part} on {key.channel}", why] = []
        else:
            found[f"{', '.join(key.cases)} to", why].append(key.mission)
    for (what, why), states in found.items():
        yield " ".join(filter(None, (what, listed(states, separator=" "), why)))
