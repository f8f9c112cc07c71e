"""Words what came back did to letters and addresses, with what to type about it; decides nothing."""

from outreach.cli.common.next_steps import command
from outreach.inbox.evidence.effects import EffectNote, Happened
from outreach.next_step import Action

# {detail} and the like are the fields of a note; what comes after bad news stands in AFTERWARDS.
SENTENCES = {
    Happened.LEFT: "was {was}, but it left: {detail}",
    Happened.LATE: "is late, and a server goes on trying: {detail}",
    Happened.CAME_BACK: "came back: {detail}",
    Happened.CAME_BACK_IN_PART: "came back from one of its {addresses} addresses: {detail}",
    Happened.CAME_BACK_FROM_ELSEWHERE: "came back from an address that it was not sent to: {detail}",
    Happened.CAME_BACK_THOUGH_READ: "came back, though somebody has read it: {detail}",
    Happened.CAME_BACK_AGAIN: "came back once more: {detail}",
    Happened.ARRIVED_AFTER_ALL: "came back, and yet {detail}",
    Happened.LEFT_THOUGH_WITHDRAWN: "was withdrawn, and yet {detail}",
    Happened.ABOUT_AN_EARLIER_SENDING: "was queued again since mail {mail}: that changes nothing",
    Happened.REPORTED_AS_SPAM: "was reported as spam (mail {mail}); its addresses get no more letters",
    Happened.ASKED_TO_STOP: "led to a wish for no more letters (mail {mail}); its addresses get no more letters",
}
AFTERWARDS = {
    Action.CHECK_SETUP: "That is about our own set-up, not the address",
    Action.RETRY: "It may pass; to try once more",
    Action.SHOW_MISSION: "See the address",
    Action.SHOW_REPLY: "Anybody who saw the letter could write that; see who did",
}
CLOSED = "That address gets no more letters; correct it"


def effect_line(note: EffectNote, *, rehearsal: bool) -> str:
    """Give a line for a person: Letter 5 to DEU came back: 550 5.1.1 user unknown (mail 3). See the address: …"""
    said = SENTENCES[note.happened].format(
        detail=note.detail, was=note.was.value, addresses=note.addresses, mail=note.mail
    )
    line = f"Letter {note.letter} to {note.mission} {said}"
    if note.next_step is None:
        return line
    bad_address = note.closed and note.next_step.action is Action.SHOW_MISSION
    lead = CLOSED if bad_address else AFTERWARDS[note.next_step.action]
    return f"{line}. {lead}: {command(note.next_step, rehearsal=rehearsal)}"
