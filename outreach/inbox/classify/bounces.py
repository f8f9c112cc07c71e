"""Judges whether a mail that follows no standard is a bounce or delay all the same; knows no letters and no tokens.

A mail system says so in a form that we know (`bounce_forms.py`), in one that flufl.bounce knows, or at least in its
subject. flufl.bounce comes behind our own forms because it names only the address: neither code nor reason, and it
calls a full mailbox permanent.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from email.message import Message

from outreach.inbox.classify.bounce_forms import (
    ANSWER,
    DELAYED_SUBJECT,
    FAILED_SUBJECT,
    STILL_TRYING,
    find_form,
    kind_of,
    notice_text,
    reports_in,
)
from outreach.inbox.classify.dsn import weighed
from outreach.inbox.classify.report_parts import from_daemon, from_mail_system, original_ids, report_type
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Mail, Report, Verdict
from outreach.inbox.mime.addresses import tidy

_ROOM = 3_000  # characters before the opening, in what a mail system wrote
_SMALL_ROOM = 60  # and in what anybody may have written: who forwards a bounce puts words of their own first
_FLUFL_READS = 10_000

logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())


def judge_form(mail: Mail) -> Verdict | None:
    """Judge a bounce, delay or success in a form of one mail system."""
    room = _room(mail)
    found = find_form(mail.text, room) if room else None
    if found is None:
        return None
    form, words = found
    kind = kind_of(form, words)
    return _verdict(mail, form.name, reports_in(mail, words, kind, form.recipient))


def _room(mail: Mail) -> int:
    """Say how far from the top a notice may begin, in characters; 0: this cannot be one."""
    if _from_system(mail):
        return _ROOM
    return _SMALL_ROOM if mail.return_path == "" or FAILED_SUBJECT.match(mail.subject) else 0


def _from_system(mail: Mail) -> bool:
    if from_daemon(mail):
        return True
    if mail.return_path != "" and ANSWER.match(mail.subject):
        return False
    if from_mail_system(mail) or _report_of_delivery(mail) or mail.header("X-Failed-Recipients"):
        return True
    return mail.return_path == "" and _calls_itself_bounce(mail)


def _calls_itself_bounce(mail: Mail) -> bool:
    return bool(FAILED_SUBJECT.match(mail.subject) or DELAYED_SUBJECT.match(mail.subject))


def _report_of_delivery(mail: Mail) -> bool:
    return report_type(mail) in ("?", "delivery-status")


def judge_flufl(mail: Mail) -> Verdict | None:
    """Judge by flufl.bounce, but only what a mailer-daemon wrote or what calls itself a failure: some of it is rash."""
    if not (from_daemon(mail) or (_from_system(mail) and _calls_itself_bounce(mail))):
        return None
    transient, permanent = _flufl(mail)
    words = notice_text(mail.text)
    known = {report.recipient: report for report in reports_in(mail, words, Kind.BOUNCE)}
    reports = [_about(address, Kind.BOUNCE, mail, known) for address in sorted(permanent)]
    reports += [_about(address, Kind.DELAY, mail, known) for address in sorted(transient - permanent)]
    return _verdict(mail, "flufl", reports) if reports else None


def _flufl(mail: Mail) -> tuple[set[str], set[str]]:
    """Ask flufl.bounce; gives addresses with temporary and with permanent failures.

    It sees a small message made of what was read, never the original.
    """
    from flufl.bounce import Recipients, all_failures

    message = Message()
    for name in ("From", "Subject", "X-Mailer", "X-Failed-Recipients"):
        if mail.header(name):
            message[name] = mail.header(name)[:1_000].encode("ascii", "replace").decode()
    text = "\n".join(line[:500] for line in mail.text[:_FLUFL_READS].split("\n"))
    message.set_payload(text.encode("ascii", "replace").decode())
    found: tuple[Recipients, Recipients] = (frozenset(), frozenset())
    with suppress(ValueError, TypeError, LookupError, AttributeError):  # a detector met what its author did not foresee
        found = all_failures(message)
    temporary, permanent = ({tidy(one.decode("ascii", "replace")) for one in some} for some in found)
    return {one for one in temporary if "@" in one}, {one for one in permanent if "@" in one}


def _about(address: str, kind: Kind, mail: Mail, known: dict[str, Report]) -> Report:
    """Add code and reason as our own reading of the lines found them."""
    if kind is Kind.BOUNCE and address in known:
        return known[address]
    return replace(reports_in(mail, f"{address}\n{notice_text(mail.text)}", kind)[0], recipient=address)


def judge_subject(mail: Mail) -> Verdict | None:
    """Judge by the subject where a mail system calls it a failure or a delay, in words that no form knows."""
    if not _from_system(mail):
        return None
    delayed = DELAYED_SUBJECT.match(mail.subject)
    if not delayed and not FAILED_SUBJECT.match(mail.subject):
        return None
    words = notice_text(mail.text)
    kind = Kind.DELAY if delayed or STILL_TRYING.search(words) else Kind.BOUNCE
    return _verdict(mail, "mailer-daemon", reports_in(mail, words, kind))


def _verdict(mail: Mail, rule: str, reports: list[Report]) -> Verdict:
    found = weighed(reports)
    return Verdict(found[0].kind, rule, found, original_ids(mail))
