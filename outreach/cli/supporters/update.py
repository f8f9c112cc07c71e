"""`outreach update`: one update of site/updates, to every member of the mailing list, once."""

import math

import click

from outreach.cli.common.options import campaign_folder, folder_option, json_option, rehearse_option, yes_option
from outreach.cli.common.terminal.confirmation import NOBODY_TO_ASK, confirmed
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.errors import UsageError
from outreach.language import language_name
from outreach.outbox.store import now
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.updates import PlannedUpdate
from outreach.text import counted, listed

BY = "a person: outreach update"
HOUR, DAY = 60, 24 * 60  # in minutes


@click.command("update")
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Show the mail and who would get it; queue nothing.")
@click.option("--withdraw", is_flag=True, help="Withdraw what has not left yet of an update.")
@click.option(
    "--settle", type=click.Choice(["sent", "again"]), help="Take what is in doubt for sent, or send it once more."
)
@yes_option
@rehearse_option
@json_option
@folder_option
@click.pass_context
def update_command(
    ctx: click.Context,
    slug: str,
    *,
    dry_run: bool,
    withdraw: bool,
    settle: str | None,
    yes: bool,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Queue an update (site/updates/SLUG.en.md, …) for every member who does not have it, in a language of theirs.

    Called again it goes to whoever joined since. A text that changed after it was queued is refused: members would get
    different words. The mails leave with outreach queue run, [list] per_minute. After a run that was killed a few are
    in doubt: nobody knows whether they arrived, and none of these is sent again by itself.
    """
    from outreach.services.supporters.opening import open_supporters

    found = open_supporters(campaign_folder(ctx), rehearse=rehearse)
    if withdraw or settle:
        _decide(found, slug, settle, as_json=as_json)
    else:
        _send(found, slug, dry_run=dry_run, yes=yes, as_json=as_json)


def _decide(found: Supporters, slug: str, settle: str | None, *, as_json: bool) -> None:
    """Carry out what a person says of mails that wait, or that are in doubt."""
    from outreach.services.supporters.updates import settle_update, withdraw_update

    if settle is None:
        withdrawn = withdraw_update(found, slug, now(), f"{BY} --withdraw")
        words = f"Withdrawn: {counted(withdrawn, 'mail')}. What has left cannot be called back."
        print_json({"withdrawn": withdrawn}) if as_json else say(words)
        return
    settled = settle_update(found, slug, now(), f"{BY} --settle {settle}", sent=settle == "sent")
    words = f"Settled: {counted(settled, 'mail')}, {'taken for sent' if settle == 'sent' else 'to be sent again'}."
    print_json({"settled": settled}) if as_json else say(words)


def _send(found: Supporters, slug: str, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    from outreach.services.supporters.sending import why_they_wait
    from outreach.services.supporters.updates import plan_update, queue_update

    planned = plan_update(found, slug)
    if not as_json:
        _show(found, planned, texts=dry_run)
    if dry_run:
        if as_json:
            print_json(_as_json(planned, 0))
        return
    if why := why_they_wait(found.campaign.settings, rehearsal=found.store.rehearsal):
        raise UsageError(f"an update cannot be sent yet: {why.why}. {why.hint}; nothing was queued")
    number = counted(planned.total, "member")
    if planned.total and not confirmed(f"Send it to {number}?", NOBODY_TO_ASK, yes=yes, as_json=as_json):
        say("Nothing was queued.")
        return
    queued = queue_update(found, planned, now(), BY) if planned.total else 0
    if as_json:
        print_json(_as_json(planned, queued))
    elif queued:
        flag = " --rehearse" if found.store.rehearsal else ""
        say(f"Queued: {counted(queued, 'mail')}. To send them: outreach queue run{flag}")


def _show(found: Supporters, planned: PlannedUpdate, *, texts: bool) -> None:
    if found.store.rehearsal:
        say("REHEARSAL: nothing below reaches a member.")
    for code, mail in planned.mails.items():
        say(f"{language_name(code)}: {mail.subject}")
        if texts:
            say()
            for line in mail.shown.splitlines():
                say(f"  {line}".rstrip(), hanging=2)
            say()
    had = f"; {planned.had} have it" if planned.had else ""
    if planned.doubtful:
        note(f"{counted(planned.doubtful, 'mail')} in doubt: a run ended while it was in flight. See --settle.")
    if not planned.total:
        say(f"Nobody is to get it now{had}.")
        return
    parts = [f"{number} in {language_name(code)}" for code, number in planned.recipients.items()]
    say(f"It goes to {counted(planned.total, 'member')} ({listed(parts, 9)}){had}.")
    if pace := 0 if found.store.rehearsal else found.campaign.settings.list.per_minute:
        say(f"At {pace} a minute ([list] per_minute) this takes {_lasts(math.ceil(planned.total / pace))}.")


def _lasts(minutes: int) -> str:
    if minutes > 2 * DAY:
        return counted(round(minutes / DAY), "day")
    return counted(round(minutes / HOUR), "hour") if minutes > 2 * HOUR else counted(minutes, "minute")


def _as_json(planned: PlannedUpdate, queued: int) -> dict[str, object]:
    return {
        "slug": planned.slug,
        "subjects": {code: mail.subject for code, mail in planned.mails.items()},
        "recipients": dict(planned.recipients),
        "had": planned.had,
        "in_doubt": planned.doubtful,
        "queued": queued,
    }
