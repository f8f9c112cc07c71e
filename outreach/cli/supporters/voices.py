"""`outreach voices`: what supporters wrote, like words once: list, show, pass, count without words, set aside."""

from collections.abc import Iterator, Mapping
from datetime import date, tzinfo

import click

from outreach.cli.common.opening import flag, open_to_look, say_rehearsal
from outreach.cli.common.options import folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import note, print_json, print_table, say
from outreach.cli.common.terminal.pager import paged
from outreach.errors import UsageError
from outreach.registry.days import typed_day
from outreach.services.supporters.voices import (
    Decision,
    Overview,
    ShownVoice,
    VoiceChoice,
    decide,
    list_voices,
    show_voice,
)
from outreach.services.workspace import Workspace
from outreach.supporters.guard.deciding import Decided
from outreach.supporters.guard.reading import DECIDED_ABOUT, Group, Heap
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.voices import Voice
from outreach.text import clean_line, counted, listed, local_day, shortened

COLUMNS = ("group", "voices", "status", "since", "language", "quotable", "why", "words")
LONGEST = 80  # characters of words in the list
ERASED = "(erased)"

ids_argument = click.argument("ids", metavar="[ID]…", type=click.IntRange(1, 2**63 - 1), nargs=-1)
group_option = click.option(
    "--group", metavar="N", type=click.IntRange(1, 2**63 - 1), help="All voices of this group of like words."
)
domain_option = click.option(
    "--domain", metavar="D", default="", help="All voices from addresses of exactly this domain."
)
network_option = click.option(
    "--network-of",
    metavar="ID",
    type=click.IntRange(1, 2**63 - 1),
    help="All voices from the network of this one, on its day.",
)
since_option = click.option("--since", metavar="DAY", default="", help="With --domain: of forms from that day on.")


@click.group()
def voices() -> None:
    """Read what supporters wrote before it goes out. Like words are one group, whose number is that of its first voice.

    Words wait for a person; a voice without any counts by itself. No address and no name is shown. What is set aside is
    not counted, and whoever sent it cannot see that.
    """


@voices.command("list")
@click.option(
    "--status",
    "statuses",
    type=click.Choice([status.value for status in DECIDED_ABOUT]),
    multiple=True,
    help="Groups with such voices; default: what waits, to-read or set aside by no person.",
)
@click.option("--ask", "ask_id", metavar="ID", help="Only voices for this ask.")
@group_option
@domain_option
@network_option
@since_option
@rehearse_option
@json_option
@folder_option
@paged
@click.pass_context
def list_(
    ctx: click.Context,
    statuses: tuple[str, ...],
    ask_id: str | None,
    group: int | None,
    domain: str,
    network_of: int | None,
    since: str,
    *,
    rehearse: bool,
    as_json: bool,
) -> None:
    """List what waits for a person, each group once, the largest first: one text stands for all that are like it.

    Why a voice waits stands beside it: a link, an address or account, a phone number, a word of
    contacts/words-to-read.txt, a threat beside the name of somebody in a case, or just that it has words. Of a domain
    or network from which many of a day's voices came, all are set aside; those without words stand below the list.
    """
    workspace = open_to_look(ctx, rehearse=rehearse)
    which = VoiceChoice((), group, domain, network_of, _day(since), ask_id)
    found = list_voices(workspace, which, tuple(map(VoiceStatus, statuses)))
    if as_json:
        print_json([*map(_group_json, found.groups), *map(_heap_json, found.heaps)])
        return
    say_rehearsal(workspace)
    zone = workspace.campaign.settings.timezone
    if found.groups:
        print_table(COLUMNS, [_cells(group, zone) for group in found.groups], wrap=("why",), stacked="why, and words")
    for heap in found.heaps:
        say(_heap_line(heap, zone))
    _say_what_next(workspace, found)


def _cells(group: Group, zone: tzinfo | None) -> tuple[object, ...]:
    since = f"{local_day(group.first_on, zone)}"
    many = (group.number, group.voices, _numbers(group.statuses), since, " ".join(sorted(group.languages)))
    return (*many, group.quotable, _reasons(group), shortened(clean_line(group.shown.words) or ERASED, LONGEST))


def _reasons(group: Group) -> str:
    return "; ".join(filter(None, (why for why, _ in sorted(group.why.items(), key=lambda item: (-item[1], item[0])))))


def _heap_line(heap: Heap, zone: tzinfo | None) -> str:
    where = f" from {heap.domain}" if heap.domain else ""
    days = f"{local_day(heap.first_on, zone)} to {local_day(heap.last_on, zone)}"
    return f"Set aside without words: {counted(heap.voices, 'voice')}{where}, {days} ({heap.why or 'by a person'})."


def _say_what_next(workspace: Workspace, found: Overview) -> None:
    again, zone = flag(workspace), workspace.campaign.settings.timezone
    waiting = sum(group.waiting for group in found.groups) + sum(heap.waiting for heap in found.heaps)
    say(f"{counted(len(found.groups), 'group')}; {counted(waiting, 'voice')} not counted before somebody decides.")
    if found.groups:
        first, read = found.groups[0].number, found.groups[0].shown.number
        note(f"Read one: outreach voices show {first}{again}")
        note(f"Let its words through, and count the others: outreach voices pass {read} --group {first}{again}")
    for heap in found.heaps[:1]:
        which = (
            f"--domain {heap.domain} --since {local_day(heap.first_on, zone)}"
            if heap.domain
            else f"--network-of {heap.one}"
        )
        note(f"Count what was set aside: outreach voices pass {which}{again}")


@voices.command()
@click.argument("number", metavar="[ID]", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--group", metavar="N", type=click.IntRange(1, 2**63 - 1), help="The voice that stands for this group.")
@click.option("--copies", is_flag=True, help="Also the words of every other voice of its group.")
@rehearse_option
@json_option
@folder_option
@paged
@click.pass_context
def show(
    ctx: click.Context, number: int | None, group: int | None, *, copies: bool, rehearse: bool, as_json: bool
) -> None:
    """Show the words of a voice, how it stands and why, and what is like it.

    By the number of a group, the voice that stands for it: the first that may be quoted.
    """
    if (number is None) == (group is None):
        raise UsageError("say which: outreach voices show ID, or --group N")
    workspace = open_to_look(ctx, rehearse=rehearse)
    shown = show_voice(workspace, number or group or 0, copies=copies)
    if as_json:
        print_json(_shown_json(shown))
        return
    say_rehearsal(workspace)
    zone, again = workspace.campaign.settings.timezone, flag(workspace)
    for line in _heading(shown, zone):
        say(line)
    _say_words(shown.voice)
    for copy in shown.copies:
        if copy.voice.number != shown.voice.number:
            say(f"Voice {copy.voice.number}, {copy.voice.status}{_because(copy.why)}:")
            _say_words(copy.voice)
    if shown.voice.status in (VoiceStatus.TO_READ, VoiceStatus.SET_ASIDE):
        this, several = f"{shown.voice.number}", shown.group is not None and shown.group.voices > 1
        which = f"--group {shown.group.number}" if shown.group and several else this
        read = f"{this} {which}" if several else this
        note(f"Let its words through: outreach voices pass {read}{again}")
        note(f"Count it, and quote nothing: outreach voices without-words {which}{again}")
        note(f"Do not count it: outreach voices set-aside {which}{again}")


def _heading(shown: ShownVoice, zone: tzinfo | None) -> Iterator[str]:
    voice, why = shown.voice, _because(shown.why)
    day = f", confirmed on {local_day(voice.confirmed_on, zone)}" if voice.confirmed_on else ""
    quote = "may be quoted" if voice.may_quote else "not to be quoted"
    yield f"Voice {voice.number}, {voice.status}{why}{day}; {voice.language}, {quote}; for {', '.join(voice.cases)}."
    if group := shown.group:
        languages = ", ".join(f"{number} {code}" for code, number in sorted(group.languages.items()))
        yield f"Group {group.number}: {counted(group.voices, 'voice')} ({_numbers(group.statuses)}; {languages})."


def _because(why: str) -> str:
    return f" ({why})" if why else ""


def _say_words(voice: Voice) -> None:
    say()
    for line in (voice.words or ERASED).splitlines():
        say(f"  {line}".rstrip(), hanging=0)
    say()


def _deciding(decision: Decision, help_: str) -> click.Command:
    """Make the command that carries out a decision; all three take the same options."""

    @voices.command(decision.value, help=help_)
    @ids_argument
    @group_option
    @domain_option
    @network_option
    @since_option
    @rehearse_option
    @json_option
    @folder_option
    @click.pass_context
    def command(
        ctx: click.Context,
        ids: tuple[int, ...],
        group: int | None,
        domain: str,
        network_of: int | None,
        since: str,
        *,
        rehearse: bool,
        as_json: bool,
    ) -> None:
        workspace = open_to_look(ctx, rehearse=rehearse)
        done = decide(workspace, VoiceChoice(ids, group, domain, network_of, _day(since)), decision)
        if as_json:
            print_json({"let_through": list(done.let_through), "changed": done.changed, "unchanged": done.stay})
            return
        say_rehearsal(workspace)
        for line in _what_was_done(done):
            say(line)

    return command


_deciding(
    Decision.LET,
    """Let words through that you read, so that a letter may quote them, and count the voices.

    By ID, the words of each. With --group, what waits of the group counts without words, but for the text that you name
    with it because you read it: voices pass 14 --group 12. With --domain or --network-of, what was set aside of it
    counts, and nothing is quoted before you pass it by ID. Domains and networks are known for as long as addresses
    are kept.
    """,
)
_deciding(
    Decision.WITHOUT_WORDS,
    """Count voices and quote nothing of them, also where their words were let through before.

    What a letter quotes that has not left holds that letter back.
    """,
)
_deciding(
    Decision.SET_ASIDE,
    """Do not count voices; nobody outside can tell. They can be passed later.

    Those that a letter which was approved has counted stay so.
    """,
)


def _what_was_done(done: Decided) -> Iterator[str]:
    if done.let_through:
        several = len(done.let_through) > 1
        yield f"{'Voices' if several else 'Voice'} {listed(done.let_through)} may be quoted."
    for status, words in (
        (VoiceStatus.WITHOUT_WORDS, "counted without words"),
        (VoiceStatus.COUNTED, "counted"),
        (VoiceStatus.SET_ASIDE, "set aside"),
    ):
        if number := done.changed.get(status, 0):
            yield f"{counted(number, 'voice')} {words}."
    if not done.changed:
        yield "Nothing was changed."
    if done.stay:
        yield f"Left as they are: {_numbers(done.stay)}."


def _numbers(statuses: Mapping[VoiceStatus, int]) -> str:
    return ", ".join(f"{statuses[status]} {status}" for status in DECIDED_ABOUT if statuses.get(status))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = typed_day(text)
    except ValueError as error:
        raise UsageError(f"--since: {error}") from None
    if day is None:
        raise UsageError(f"--since: '{shortened(text)}' is not a day; write it as year-month-day, such as 2022-09-20")
    return day


def _group_json(group: Group) -> dict[str, object]:
    return {
        "group": group.number,
        "voices": group.voices,
        "waiting": group.waiting,
        "statuses": group.statuses,
        "languages": group.languages,
        "quotable": group.quotable,
        "why": group.why,
        "first_on": group.first_on.isoformat(),
        "last_on": group.last_on.isoformat(),
        "shown": group.shown.number,
        "words": group.shown.words,
    }


def _heap_json(heap: Heap) -> dict[str, object]:
    return {
        "group": None,
        "voices": heap.voices,
        "waiting": heap.waiting,
        "statuses": {VoiceStatus.SET_ASIDE: heap.voices},
        "why": {heap.why: heap.voices},
        "first_on": heap.first_on.isoformat(),
        "last_on": heap.last_on.isoformat(),
        "shown": heap.one,
        "domain": heap.domain or None,
        "words": "",
    }


def _shown_json(shown: ShownVoice) -> dict[str, object]:
    voice = shown.voice
    return {
        "voice": voice.number,
        "status": voice.status,
        "why": shown.why,
        "confirmed_on": voice.confirmed_on.isoformat() if voice.confirmed_on else None,
        "language": voice.language,
        "may_quote": voice.may_quote,
        "cases": list(voice.cases),
        "words": voice.words,
        "group": _group_json(shown.group) if shown.group else None,
        "copies": [
            {"voice": each.voice.number, "status": each.voice.status, "why": each.why, "words": each.voice.words}
            for each in shown.copies
        ],
    }
