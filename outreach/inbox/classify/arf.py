"""Judges complaints: a provider says that a reader reported a letter as spam (RFC 5965, "ARF"; Hotmail's own form)."""

import re

from outreach.inbox.classify.report_parts import (
    Fields,
    blocks,
    original_ids,
    original_parts,
    report_type,
    sole_recipient,
)
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Mail, Part, Report, Verdict

_HEAD = 20_000  # characters of a returned letter that are looked at
_JMRP = re.compile(r"^X-HmXmrOriginalRecipient:\s{0,20}<?([^\s<>]{1,300}@[^\s<>]{1,300})", re.IGNORECASE | re.MULTILINE)


def judge_arf(mail: Mail) -> Verdict | None:
    """Judge a feedback report. It is no complaint where it says not-spam (section 7.3) or auth-failure (RFC 6591)."""
    part = _feedback_part(mail)
    if part is None:
        return None
    fields = Fields(tuple(pair for block in blocks(part.text) for pair in block.pairs))
    said = re.split(r"[^a-z-]", fields.get("feedback-type").lower(), maxsplit=1)[0] or "abuse"
    kind = Kind.OTHER if said in ("not-spam", "auth-failure", "dmarc") else Kind.COMPLAINT
    recipient = fields.address("original-rcpt-to", "removal-recipient", "x-original-rcpt-to") or sole_recipient(mail)
    ids = original_ids(mail, [fields.get("original-message-id"), fields.get("original-envelope-id")])
    return Verdict(kind, "arf" if kind is Kind.COMPLAINT else f"arf-{said}", (Report(kind, None, "", recipient),), ids)


def _feedback_part(mail: Mail) -> Part | None:
    wanted = "message/feedback-report"
    part = next((part for part in mail.parts if part.depth == 0 and part.content_type == wanted), None)
    return part if part and report_type(mail) else None


def judge_jmrp(mail: Mail) -> Verdict | None:
    """Judge a complaint of Hotmail's Junk Mail Reporting Program: the letter attached, the reader in a header of it.

    The header alone is not enough beside a person's words, who may have forwarded a letter.
    """
    named = [match[1].lower() for part in original_parts(mail) if (match := _JMRP.search(part.text[:_HEAD]))]
    from_hotmail = mail.sender.startswith("staff@hotmail.") and mail.subject.lower().startswith("complaint about")
    bare = bool(named) and (not mail.text.strip() or "complaint" in mail.subject.lower())
    if not (from_hotmail or bare):
        return None
    report = Report(Kind.COMPLAINT, None, "", named[0] if named else sole_recipient(mail))
    return Verdict(Kind.COMPLAINT, "jmrp", (report,), original_ids(mail))
