"""`outreach approve`: a second person lets a digest go, or refuses it."""

import click

from outreach.cli.common.next_steps import advice
from outreach.cli.common.opening import open_to_look, say_rehearsal
from outreach.cli.common.options import folder_option, json_option, rehearse_option
from outreach.cli.common.terminal.output import print_json, say
from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.services.supporters.digests.approving import approve, refuse
from outreach.text import counted


@click.command("approve")
@click.argument("batch")
@click.option("--refuse", "refuses", is_flag=True, help="Refuse it: its letters are withdrawn.")
@click.option("--why", metavar="WORDS", default="", help="Why you refuse it.")
@rehearse_option
@json_option
@folder_option
@click.pass_context
def approve_command(ctx: click.Context, batch: str, *, refuses: bool, why: str, rehearse: bool, as_json: bool) -> None:
    """Approve the letters of a digest that somebody else prepared, as you read them: outreach digest show.

    BATCH stands for every letter, byte for byte; its first 12 signs do. Who you are is [team] name, best in your own
    environment (OUTREACH_TEAM__NAME): it keeps mistakes out, and nobody who has the machine in their hands. Nothing is
    sent by this; the letters leave with the next run of the queue.
    """
    if why and not refuses:
        raise UsageError("--why is for --refuse; leave it out, or refuse")
    workspace = open_to_look(ctx, rehearse=rehearse)
    done = refuse(workspace, batch, why) if refuses else approve(workspace, batch)
    digest, held = done.view.digest, [letter for letter in done.view.letters if letter.held]
    if as_json:
        print_json(
            {
                "digest": digest.number,
                "batch": done.view.batch,
                "decision": done.view.decision.decision if done.view.decision else None,
                "voices": done.voices,
                "withdrawn": done.withdrawn,
                "held": len(held),
            }
        )
        return
    say_rehearsal(workspace)
    if refuses:
        say(f"Digest {digest.number} is refused: {counted(done.withdrawn, 'letter')} withdrawn, and their voices free.")
        say(advice(NextStep(Action.PREPARE_DIGEST, ask=digest.ask), rehearsal=workspace.rehearsal))
        return
    letters = len(done.view.letters) - len(held)
    say(f"Digest {digest.number} is approved: {counted(letters, 'letter')} with {counted(done.voices, 'new voice')}.")
    if held:
        why_held = ", ".join(sorted({letter.held.reason.value for letter in held if letter.held}))
        say(f"{counted(len(held), 'letter')} may not leave all the same: {why_held}. See: outreach digest show")
    say(advice(NextStep(Action.RUN_QUEUE), rehearsal=workspace.rehearsal))
