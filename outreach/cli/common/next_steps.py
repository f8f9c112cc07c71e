"""Words what a person should do next as the command to type; decides nothing."""

from dataclasses import dataclass
from shlex import quote

import click

from outreach.errors import OutreachError
from outreach.next_step import Action, NextStep

REHEARSAL = "outreach.rehearsal"  # in a click context: whether the outbox that was opened is the rehearsal's


@dataclass(frozen=True, slots=True)
class Words:
    """How an action is worded. `lead` introduces the command, which stands after a colon.

    In `usage`, `{ids}` stands for a field of the step, or for a placeholder where that is empty, and `[case]` for an
    option that is there when the field is. `both` says that the command takes --rehearse.
    """

    lead: str
    usage: str
    both: bool = True


WORDS: dict[Action, Words] = {
    Action.LIST_MESSAGES: Words("See", "queue list [case] [statuses] [state]"),
    Action.RUN_QUEUE: Words("Send them with", "queue run [case] [after_deadline]"),
    Action.WATCH_QUEUE: Words("Send them with", "queue run --watch [case] [after_deadline]"),
    Action.RETRY: Words("Queue it again with", "queue retry {ids}"),
    Action.RETRY_WITHDRAWN: Words("Queue what was withdrawn again with", "queue retry --all --withdrawn [case]"),
    Action.RETRY_AT_NEW_ADDRESS: Words("Write to the new address with", "queue retry {ids} --new-address"),
    Action.REWRITE: Words("Write it anew with", "queue rewrite {ids}"),
    Action.WITHDRAW: Words("Withdraw with", "queue withdraw {ids}"),
    Action.SETTLE: Words("Settle with", "queue settle [ids]"),
    Action.SETTLE_AS_SENT: Words("Settle with", "queue settle {ids} --sent"),
    Action.SETTLE_AS_NOT_SENT: Words("Settle with", "queue settle {ids} --not-sent"),
    Action.SEND_LETTERS: Words("Send with", "send --case {case} [ask] [round] [after_deadline] [include_unverified]"),
    Action.PUBLISH_POSTS: Words("Publish with", "post --case {case} [ask] [after_deadline]"),
    Action.DELETE_POST: Words("Delete it with", "post --delete {ids}"),
    Action.LIST_REPLIES: Words("See", "replies list [case] [state] [kind]"),
    Action.READ_REPLIES: Words("Read it", "replies list --open [case] [state]"),
    Action.LIST_ALL_REPLIES: Words("See", "replies list --all [case] [state]"),
    Action.LIST_UNMATCHED_MAIL: Words("See", "replies list --unmatched"),
    Action.LIST_UNREADABLE_MAIL: Words("See", "replies list --unreadable"),
    Action.SHOW_REPLY: Words("See", "replies show {ids}"),
    Action.MARK_REPLY: Words("Say what it means", "replies mark {ids} --stance {stance}"),
    Action.MARK_AS_NO_ANSWER: Words("If it is no answer, take it off the desk", "replies mark {ids} --kind other"),
    Action.ASSIGN_REPLY: Words("Say whose it is", "replies assign {ids} --mission {state} --case {case}"),
    Action.ADD_CONTACT: Words("Add its address with", "replies contact {ids} [state]"),
    Action.IMPORT_MAIL: Words("Mail that was exported by hand", "inbox import PATH…"),
    Action.SHOW_MISSION: Words("See", "missions show {state}", both=False),
    Action.SUPPRESS_ADDRESS: Words("Write there no more", "missions suppress {who} --why {reason}", both=False),
    Action.UNSUPPRESS_ADDRESS: Words("Write there again with", "missions unsuppress {who}", both=False),
    Action.CHECK_MISSIONS: Words("See all problems with", "missions check", both=False),
    Action.LIST_CASES: Words("See", "cases list", both=False),
    Action.CHECK_CASES: Words("See all problems with", "cases check", both=False),
    Action.NEW_CASE: Words("Make one with", "cases new {case}", both=False),
    Action.NEW_ASK: Words("Add one with", "asks new", both=False),
    Action.CONFIRM_FACTS: Words("Confirm them with", "cases confirm {case}", both=False),
    Action.RESUME_CASE: Words("Let it go on with", "cases resume {case}", both=False),
    Action.WITHDRAW_CASE: Words("Withdraw them with", "queue withdraw --case {case}"),
    Action.LIST_VOICES: Words("See", "voices list"),
    Action.LIST_DIGESTS: Words("See", "digest list"),
    Action.PREPARE_DIGEST: Words("Prepare one with", "digest prepare [ask]"),
    Action.APPROVE_DIGEST: Words("Somebody who did not prepare it approves it with", "approve {batch}"),
    Action.SHOW_STATUS: Words("See", "status [case] [ask]"),
    Action.EXPORT_STATUS: Words("See", "status --csv [case] [ask]"),
    Action.READ_LEDGER: Words("See", "log [case] [ask] [state] [channel]"),
    Action.REPORT_TO_ALL: Words("Make the page again with", "report --public"),
    Action.REPORT_TO_TEAM: Words("For the team alone", "report [case] [ask]"),
    Action.CHECK_SETUP: Words("Check with", "doctor", both=False),
    Action.MAKE_KEY: Words("Make one with", "web key", both=False),
    Action.ADOPT_JOURNAL: Words("Take it that they may have left", "doctor --adopt", both=False),
}


def command(step: NextStep, *, rehearsal: bool) -> str:
    """Give the command to type, for example: outreach queue retry 5 --rehearse."""
    words = WORDS[step.action]
    ids = " ".join(map(str, step.ids))
    required = {
        "ids": ids or "ID",
        "case": " --case ".join(step.case.split("+")) or "SLUG",  # a letter may ask for several
        "state": step.state or "STATE",
        "who": quote(step.address) if step.address else step.state or "ADDRESS",
        "reason": quote(step.reason) if step.reason else "WHY",
        "stance": step.stance or "STANCE",
        "batch": step.batch or "BATCH",
    }
    optional = {
        "ids": ids,
        "case": f"--case {step.case}" if step.case else "",
        "ask": f"--ask {step.ask}" if step.ask else "",
        "round": f"--round {step.round}" if step.round else "",
        "state": f"--mission {step.state}" if step.state else "",
        "channel": f"--channel {step.channel}" if step.channel else "",
        "kind": f"--kind {step.kind}" if step.kind else "",
        "statuses": " ".join(f"--status {status}" for status in step.statuses),
        "after_deadline": "--after-deadline" if step.after_deadline else "",
        "include_unverified": "--include-unverified" if step.include_unverified else "",
    }
    parts = [
        optional[part.strip("[]")] if part.startswith("[") else part.format_map(required)
        for part in words.usage.split()
    ]
    flag = "--rehearse" if rehearsal and words.both else ""
    return " ".join(filter(None, ("outreach", *parts, flag)))


def advice(step: NextStep, *, rehearsal: bool) -> str:
    """Give the command with what introduces it, for example: See: outreach queue list."""
    return f"{WORDS[step.action].lead}: {command(step, rehearsal=rehearsal)}"


def remember_outbox(ctx: click.Context, *, rehearsal: bool) -> None:
    """Note which outbox a command has opened, so that the next step of an error is about the same one."""
    ctx.meta[REHEARSAL] = rehearsal


def add_advice(error: OutreachError, ctx: click.Context) -> None:
    """Word the next step of an error, if it has one, as a note of the exception (PEP 678)."""
    if error.next_step is not None:
        error.add_note(advice(error.next_step, rehearsal=ctx.meta.get(REHEARSAL, False)))


def message(error: OutreachError) -> str:
    """Give the error's words and its notes, as sentences one after another."""
    text = str(error)
    for said in getattr(error, "__notes__", ()):
        text = f"{text.removesuffix('.')}. {said}"
    return text
