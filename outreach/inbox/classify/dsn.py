"""Judges delivery status notifications (RFC 3464; RFC 6533 for addresses beyond ASCII); knows no form but theirs."""

import re
from dataclasses import replace

from outreach.inbox.classify.bounce_forms import DELAYED_SUBJECT, FAILED_SUBJECT
from outreach.inbox.classify.report_parts import (
    Fields,
    blocks,
    from_mail_system,
    original_ids,
    report_type,
    sole_recipient,
)
from outreach.inbox.classify.severity import better_code, severity_of
from outreach.inbox.kinds import Kind, Severity
from outreach.inbox.mail import Mail, Part, Report, Verdict

STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_DIAGNOSTIC = 1_000  # characters
# RFC 3464, section 2.3.3. "error" is OpenSMTPD's word for failed. A relayed letter left for where nobody reports.
_ACTIONS = {
    "failed": Kind.BOUNCE,
    "failure": Kind.BOUNCE,
    "error": Kind.BOUNCE,
    "delayed": Kind.DELAY,
    "delivered": Kind.DELIVERED,
    "relayed": Kind.OTHER,
    "expanded": Kind.OTHER,
}
_CLASSES = {"5": Kind.BOUNCE, "4": Kind.DELAY, "2": Kind.DELIVERED}
_RULES = {
    Kind.BOUNCE: "dsn-failed",
    Kind.DELAY: "dsn-delayed",
    Kind.DELIVERED: "dsn-delivered",
    Kind.OTHER: "dsn-relayed",
}
_WEIGHTS = (Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED, Kind.OTHER)
_PER_RECIPIENT = ("final-recipient", "original-recipient", "action", "status", "diagnostic-code")


def judge_dsn(mail: Mail) -> Verdict | None:
    """Judge a delivery report, recipient by recipient; None when it is not one, or says nothing."""
    part = _status_part(mail)
    if part is None:
        return None
    found = blocks(part.text)
    reports = weighed([report for fields in found if (report := _report(fields))])
    if not reports:
        return None
    named = [fields.get("x-original-message-id", "original-message-id") for fields in found]
    named += [_envelope_id(fields.get("original-envelope-id")) for fields in found]
    if len(reports) == 1 and not reports[0].recipient:
        reports = (replace(reports[0], recipient=sole_recipient(mail)),)
    return Verdict(reports[0].kind, _RULES[reports[0].kind], reports, original_ids(mail, named))


def _status_part(mail: Mail) -> Part | None:
    """Find the status part of a report or of what a mail system wrote: people forward the parts of a bounce, too.

    A filter on the way may have attached the whole notification to a message that bears its subject.
    """
    part = next((part for part in mail.parts if part.depth <= 1 and part.content_type in STATUS_PARTS), None)
    if part is None or not (from_mail_system(mail) or report_type(mail) or mail.return_path == ""):
        return None
    bears_its_subject = FAILED_SUBJECT.match(mail.subject) or DELAYED_SUBJECT.match(mail.subject)
    return part if part.depth == 0 or (from_mail_system(mail) and bears_its_subject) else None


def _report(fields: Fields) -> Report | None:
    if not fields.get(*_PER_RECIPIENT[:4]):
        return None
    diagnostic = fields.get("diagnostic-code")
    code = better_code(fields.get("status"), diagnostic)
    action = re.split(r"[^a-z]", fields.get("action").lower(), maxsplit=1)[0]
    kind = _ACTIONS.get(action) or _CLASSES.get(code[:1])
    if kind is None:
        return None
    return Report(
        kind,
        _severity(kind, code, diagnostic),
        code,
        fields.address("final-recipient", "original-recipient", "x-actual-recipient"),
        fields.address("original-recipient"),
        diagnostic.partition(";")[2].strip()[:_DIAGNOSTIC] or diagnostic[:_DIAGNOSTIC],
    )


def _severity(kind: Kind, code: str, diagnostic: str) -> Severity | None:
    if kind is Kind.BOUNCE:
        return severity_of(code, diagnostic)
    return Severity.TRANSIENT if kind is Kind.DELAY else None


def weighed(reports: list[Report]) -> tuple[Report, ...]:
    """Sort reports, the most serious first: permanent bounces, other bounces, delays, then good news."""
    return tuple(sorted(reports, key=lambda one: (_WEIGHTS.index(one.kind), one.severity is not Severity.PERMANENT)))


def _envelope_id(value: str) -> str:
    """Give an ENVID (RFC 3461, section 4.4) that could be ours, which is a token or a Message-ID; else ""."""
    return value if re.fullmatch(r"<?[\w.+-]{10,100}(?:@[\w.-]{1,200})?>?", value) else ""
