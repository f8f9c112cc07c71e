"""Judges Outlook's own receipts of reading, which come in words or in a winmail.dat, not as RFC 8098 has it."""

import re

from outreach.inbox.classify.absences import sentences
from outreach.inbox.classify.automatic import own_words
from outreach.inbox.classify.phrases import find, fold, plain
from outreach.inbox.classify.report_parts import original_ids
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Mail, Verdict

_LONGEST = 1_000  # characters of a receipt
_AFTER = 120  # characters that may follow "was read": when, and in which time zone
_SUBJECT = 300
_SUBJECTS = frozenset({"read-subject", "unread-subject"})
_WORDS = frozenset({"read", "unread"})
_CLASS = re.compile(r"report\.ipm\.note\.(ipnrn|ipnnrn)", re.IGNORECASE)
# To, Subject and Sent of our letter, each on a line of its own.
_FIELD = re.compile(r"^[ \t]*[^\W\d][^\n:：]{0,30}[:：][ \t]*\S", re.MULTILINE)
_FEWEST_FIELDS = 2


def judge_outlook(mail: Mail) -> Verdict | None:
    """Judge a receipt by its class, or by its subject and form; None for anything that says more."""
    if named := next((match for _, value in mail.headers if (match := _CLASS.search(value[:200]))), None):
        return _verdict(mail, read=named[1].lower() == "ipnrn")
    head, colon, _ = mail.subject[:_SUBJECT].partition(":" if ":" in mail.subject else "：")
    words = plain(fold(head))
    found = [one for one in find(words, _SUBJECTS) if one.start == 1 and one.end >= len(words) - 1] if colon else []
    if not found:
        return None
    text = own_words(mail).strip()
    if not text:
        return _verdict(mail, read=found[0].use == "read-subject") if _has_tnef(mail) else None
    said = _said(text)
    return _verdict(mail, read=said == "read") if said else None


def _said(text: str) -> str:
    """Say whether a text is a receipt of reading ("read"), or of deleting unread ("unread"); "" for others."""
    if len(text) > _LONGEST or len(_FIELD.findall(text)) < _FEWEST_FIELDS:
        return ""
    last = text.rsplit("\n\n", 1)[-1]
    if len(last) > _AFTER * 2:
        return ""
    found = [phrase for sentence in sentences(fold(last)) for phrase in find(sentence, _WORDS)]
    if not found or not any(character.isdigit() for character in last):
        return ""
    return max(found, key=lambda phrase: phrase.use == "unread").use


def _has_tnef(mail: Mail) -> bool:
    return any(
        part.content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or part.filename == "winmail.dat"
        for part in mail.parts
    )


def _verdict(mail: Mail, *, read: bool) -> Verdict:
    """Give the verdict: a letter that was deleted unread has arrived, as with RFC 8098."""
    ids = original_ids(mail)
    return Verdict(Kind.READ, "outlook-read", (), ids) if read else Verdict(Kind.DELIVERED, "outlook-not-read", (), ids)
