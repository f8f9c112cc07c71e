"""Judges message disposition notifications: what became of a letter in the reader's program (RFC 8098, RFC 6533)."""

import re

from outreach.inbox.classify.report_parts import Fields, blocks, original_ids, report_type
from outreach.inbox.classify.severity import code_in, severity_of
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Mail, Report, Verdict
from outreach.text import clean_line

_PARTS = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
_REJECTED = re.compile(
    r"^(?!>)[^\n]{0,300}\b(?:was|been) automatically (?:rejected|refused)", re.IGNORECASE | re.MULTILINE
)
_TYPE = re.compile(r"displayed|deleted|dispatched|processed|denied|failed")
# RFC 8098, section 3.2.6.2; the last three are RFC 3798's. Deleted, sent on or filed unread: it arrived, and nobody
# says that it was displayed. Denied: the reader does not want us to know, so we do not conclude anything. A mailbox
# whose filter refuses a letter says "deleted", and "automatically rejected" in words (RFC 5429, section 2.1.1).
_KINDS = {
    "displayed": Kind.READ,
    "deleted": Kind.DELIVERED,
    "dispatched": Kind.DELIVERED,
    "processed": Kind.DELIVERED,
    "denied": Kind.OTHER,
    "rejected": Kind.BOUNCE,
    "failed": Kind.OTHER,
}


def judge_mdn(mail: Mail) -> Verdict | None:
    """Judge a notification of reading, deletion or refusal; None when it is not one."""
    part = next((part for part in mail.parts if part.depth == 0 and part.content_type in _PARTS), None)
    if part is None or not report_type(mail):
        return None
    for fields in blocks(part.text):
        # manual-action/MDN-sent-manually; displayed/error
        disposition = _TYPE.match(fields.get("disposition").lower().partition(";")[2].strip())
        if disposition:
            said = "rejected" if _REJECTED.search(mail.text[:2_000]) else disposition[0]
            return Verdict(
                _KINDS[said],
                f"mdn-{said}",
                (_report(mail, fields, said),),
                original_ids(mail, [fields.get("original-message-id")]),
            )
    return None


def _report(mail: Mail, fields: Fields, said: str) -> Report:
    recipient = fields.address("final-recipient", "original-recipient")
    original = fields.address("original-recipient")
    if said != "rejected":
        return Report(_KINDS[said], None, "", recipient, original, fields.get("disposition"))
    words = clean_line(mail.text[:1_000])
    return Report(Kind.BOUNCE, severity_of(code_in(words), words), code_in(words), recipient, original, words)
