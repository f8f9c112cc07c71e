"""`outreach supporters`: what is on file of one person, as proof or to be erased; what is due; what came by mail."""

import sys
from datetime import datetime, tzinfo

import click

from outreach.cli.common.events import returns_lines
from outreach.cli.common.options import campaign_folder, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.outbox.store import now
from outreach.services.supporters.expiring import Expired
from outreach.services.supporters.one_person import Forgotten, InStore, OnFile
from outreach.settings.load import load_settings
from outreach.text import counted, listed, local_day

BY = "a person: outreach supporters forget"


def _typed_address(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> str:
    """Read an address from standard input for `-`: what stands in a command is seen by others on the machine."""
    return sys.stdin.readline().strip() if typed == "-" else typed


address_argument = click.argument("address", callback=_typed_address)


@click.group()
def supporters() -> None:
    """Show, answer or erase what is on file of one supporter; erase what is due; read what came by mail."""


@supporters.command()
@address_argument
@yes_option
@json_option
@folder_option
@click.pass_context
def forget(ctx: click.Context, address: str, *, yes: bool, as_json: bool) -> None:
    """Erase one person for good: address, words, name, country, membership; also in the rehearsal.

    However the address is spelled, it is found; - reads it from standard input, so that it stands in no list of
    processes and no history. Their voices are taken back, and mail to them that waits is withdrawn.
    A letter that left cannot be called back. That they want no mail ever again stays, as a fingerprint.
    """
    from outreach.services.supporters.one_person import forget as carry_out
    from outreach.services.supporters.one_person import look_up

    folder, at = campaign_folder(ctx), now()
    found = look_up(folder, address, at)
    if not as_json:
        _show(found)
    if found and not confirmed("Erase this for good?", NOBODY_TO_ASK, yes=yes, as_json=as_json):
        say("Nothing was erased.")
        return
    done = carry_out(folder, address, at, BY)
    if as_json:
        print_json(_as_json(done))
    else:
        _say_done(done)
    if done.undone:
        ctx.exit(1)


@supporters.command()
@rehearse_option
@json_option
@folder_option
@click.pass_context
def expire(ctx: click.Context, *, rehearse: bool, as_json: bool) -> None:
    """Erase what is due: what nobody confirmed, who left, addresses and words that were kept long enough.

    [web] confirm_days and keep_days say when. Voices that count go on counting. `queue run --watch` does it daily.
    """
    from outreach.services.supporters.expiring import expire as carry_out
    from outreach.services.supporters.opening import open_supporters

    done = carry_out(open_supporters(campaign_folder(ctx), rehearse=rehearse), now())
    if as_json:
        print_json(
            {
                "voices": done.voices,
                "members": done.members,
                "addresses": done.addresses,
                "words": done.words,
                "undone": done.undone,
            }
        )
    else:
        _say_expired(done)
    if done.undone:
        ctx.exit(1)


@supporters.command()
@json_option
@folder_option
@click.pass_context
def fetch(ctx: click.Context, *, as_json: bool) -> None:
    """Read the mailbox of supporters: who joins, confirms or leaves by mail, and mails that came back.

    Each mail has its effect once, and is then removed from the mailbox [returns] for good; nothing of it is kept. What
    is for a person stays there, unread and flagged. `queue run --watch` does it once a minute.
    """
    from outreach.services.supporters.opening import open_supporters
    from outreach.services.supporters.returns.fetching import fetch_returns, require_mailbox

    folder = campaign_folder(ctx)
    require_mailbox(load_settings(folder))
    done = fetch_returns(open_supporters(folder))
    acts = {act.value: number for act, number in done.acts.items()}
    if as_json:
        print_json({"did": acts, "waiting": done.waiting})
        return
    for line in returns_lines(acts, done.waiting) or ["Nothing came that changes anything."]:
        say(line)


@supporters.command()
@address_argument
@rehearse_option
@json_option
@folder_option
@click.pass_context
def proof(ctx: click.Context, address: str, *, rehearse: bool, as_json: bool) -> None:
    """Show what one person agreed to, when, and when they confirmed it. For that person, and for nobody else."""
    from outreach.services.supporters.one_person import proof as look
    from outreach.services.supporters.opening import open_supporters

    folder = campaign_folder(ctx)
    found = look(open_supporters(folder, rehearse=rehearse), address, now())
    zone = load_settings(folder).timezone
    if as_json:
        print_json(_proof_as_json(found, zone))
    else:
        _say_proof(found, zone)


@supporters.command()
@address_argument
@click.option("--case", "case_slug", metavar="SLUG", required=True, help="The case, for example viasna.")
@click.option("--to", "state", metavar="STATE", required=True, help="The State whose mission asks.")
@rehearse_option
@folder_option
@click.pass_context
def wrote(ctx: click.Context, address: str, *, case_slug: str, state: str, rehearse: bool) -> None:
    """Say yes or no to a mission that asks whether somebody wrote to it about a case.

    Yes: a letter that left for this mission counts a confirmed voice of this address for this case. No: everything
    else, and it is never said what. Ask the person first: a yes tells a State who speaks about the case.
    """
    from outreach.services.supporters.one_person import wrote as look
    from outreach.services.supporters.opening import open_supporters

    folder = campaign_folder(ctx)
    found = look(open_supporters(folder, rehearse=rehearse), address, case_slug, state)
    say("yes" if found else "no")
    if found:
        note("Tell the mission only if the person agrees: ask them first.")
    else:
        days = load_settings(folder).web.keep_days
        note(f"No proves nothing: {days} days after somebody confirmed, nobody can tell any more, but for members.")


def _show(found: OnFile) -> None:
    for one in found.stores:
        if not one:
            continue
        say(f"To be erased{' of the rehearsal' if one.rehearsal else ''}: {listed(_what(one), 9)}.")
    if found.rehearsed:
        say(f"{counted(len(found.rehearsed), 'mail')} in the folder rehearsal.")


def _what(one: InStore) -> list[str]:
    words = sum(bool(voice.words) for voice in one.voices)
    return [
        *(["an address"] if one.known else []),
        *([counted(len(one.voices), "voice")] if one.voices else []),
        *([f"the words of {words}"] if words else []),
        *([f"on the list as {one.member.status.value}"] if one.member else []),
        *([f"{counted(one.forms, 'form')} that came in just now"] if one.forms else []),
    ]


def _say_done(done: Forgotten) -> None:
    if done.found:
        say("Erased.")
    else:
        say("There was nobody with this address, in any spelling.")
    if any(one.refused for one in done.found.stores):
        say("That no mail goes there stays, as a fingerprint that nobody can read.")
    for words in done.undone:
        note(f"Not done: {words}")
    if done.still_in:
        note(f"It still stands in {listed(list(done.still_in), 10)}: change these files yourself.")
        note("What they wrote to the team: outreach forget ADDRESS")
    if done.found:
        note("Out of reach: copies of this folder, letters that left, mail left in [returns], what mail servers keep.")


def _as_json(done: Forgotten) -> dict[str, object]:
    return {
        "erased": bool(done.found),
        "stores": [
            {
                "rehearsal": one.rehearsal,
                "known": one.known,
                "voices": len(one.voices),
                "member": one.member.status.value if one.member else None,
                "forms": one.forms,
                "refused": one.refused,
            }
            for one in done.found.stores
        ],
        "rehearsed": len(done.found.rehearsed),
        "undone": list(done.undone),
        "still_in": list(done.still_in),
    }


def _say_expired(done: Expired) -> None:
    gone = [
        (done.voices, "voice", "that nobody confirmed"),
        (done.members, "membership", "that ended or was not confirmed"),
        (done.addresses, "address", "kept long enough"),
        (done.words, "text", "that no letter can quote"),
    ]
    lines = [f"{counted(number, what)} {why}" for number, what, why in gone if number]
    say(f"Erased: {listed(lines, 9)}." if lines else "Nothing is due.")
    if done.undone:
        note(f"Not done: {done.undone}")


def _day(at: datetime | None, zone: tzinfo) -> str | None:
    return None if at is None else local_day(at, zone).isoformat()


def _proof_as_json(found: InStore, zone: tzinfo) -> dict[str, object]:
    return {
        "voices": [
            {
                "number": voice.number,
                "ask": voice.ask,
                "cases": list(voice.cases),
                "agreed_to": voice.agreed_to,
                "agreed_on": _day(voice.agreed_on, zone),
                "confirmed_on": _day(voice.confirmed_on, zone),
                "may_quote": voice.may_quote,
            }
            for voice in found.voices
        ],
        "member": None
        if found.member is None
        else {
            "status": found.member.status.value,
            "origin": found.member.origin,
            "agreed_to": found.member.agreed_to,
            "asked_on": _day(found.member.asked_on, zone),
            "joined_on": _day(found.member.joined_on, zone),
            "ended_on": _day(found.member.ended_on, zone),
        },
    }


def _say_proof(found: InStore, zone: tzinfo) -> None:
    if not found.known:
        say("Nothing is on file of this address, in any spelling.")
        return
    for voice in found.voices:
        confirmed_ = _day(voice.confirmed_on, zone)
        say(
            f"Voice {voice.number}, {voice.ask}, {', '.join(voice.cases)}: agreed to version {voice.agreed_to} of the "
            f"text on {_day(voice.agreed_on, zone)}, {f'confirmed on {confirmed_}' if confirmed_ else 'not confirmed'}"
        )
    if found.member is not None:
        member, joined = found.member, _day(found.member.joined_on, zone)
        say(
            f"Mailing list: agreed to version {member.agreed_to} of the text on {_day(member.asked_on, zone)}, by "
            f"{member.origin}, {f'confirmed on {joined}' if joined else 'not confirmed'}; now {member.status.value}"
        )
