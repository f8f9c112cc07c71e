"""Tells a provider's limit on what we send from every other refusal; knows nothing about queues.

A limit is about us and passes by itself: whoever meets it stops, and goes on later. A mailbox that is full, a letter
that is too large, greylisting, and too many connections or recipients at once are other things, and none of this.

Sources, all read in November 2026:
    Gmail          https://support.google.com/a/answer/3726730 (450 4.2.1 there is about a recipient, who gets too much)
    Microsoft 365  https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online
    Amazon SES     https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
    cPanel         "has exceeded the max emails per hour (313/250 (125%)) allowed", "max defers and failures per hour"
    Postfix        smtpd_client_message_rate_limit: "450 4.7.1 Error: too much mail from", postconf(5);
                   smtpd_client_recipient_rate_limit: "450 4.7.1 Error: too many recipients from"
Hosters word it in many ways, mostly as a plain 550: WORDS has what these have in common.
"""

import re
from dataclasses import dataclass

MINUTES, HOURS = 60.0, 3600.0  # seconds
LONGEST_READ = 2000  # characters of a reply that are looked at


@dataclass(frozen=True, slots=True)
class Limit:
    """A way to say that a limit is reached: an enhanced code, words, or both; and how long it lasts, in seconds."""

    who: str
    lasts: float
    code: str = ""
    words: str = ""


CODES = (
    Limit("Gmail", 24 * HOURS, code=r"[45]\.4\.5", words=r"daily|quota|limit"),
    Limit("Gmail", 1 * HOURS, code=r"4\.7\.0|4\.3\.0", words=r"unusual rate|rate limit"),
    Limit("Zoho", 1 * HOURS, code=r"5\.4\.6", words=r"unusual sending"),
    Limit("Microsoft 365, recipients a day", 24 * HOURS, code=r"5\.1\.90"),
    Limit("Microsoft 365, recipients outside a day", 24 * HOURS, code=r"5\.7\.23[236]"),
    Limit("Microsoft 365, messages of a mailbox", 1 * HOURS, code=r"5\.2\.0", words=r"submission ?quota"),
    Limit("Microsoft 365, messages a minute", 5 * MINUTES, code=r"[45]\.\d+\.\d+", words=r"submission.{0,40}rate"),
    Limit("Microsoft 365, tenant", 24 * HOURS, code=r"5\.7\.7\d\d"),
    Limit("Postfix, recipients", 1 * HOURS, words=r"error: too many recipients from\b"),
    Limit("Microsoft 365, busy", 1 * HOURS, code=r"4\.7\.[5-7]\d\d"),
)

# The first that fits counts. What a reply says of a day, an hour, a minute or a second is how long it lasts.
_A_LIMIT = r"(?:limit|quota|exceed|too (?:many|much)|max(?:imum)?\b|allow|threshold|allotment)"
_EACH = r"(?:per|a|an|each|every|in|/)"
WORDS = tuple(
    Limit("any", lasts, words=rf"(?=.*{_A_LIMIT}).*(?:{period})")
    for period, lasts in (
        (
            r"\bdaily\b|\b(?:per|a|an|each|every|in|/)[ -]?(?:1 ?|24 ?)?day\b|\b24[ -]?h(?:rs?|ours?)?\b|/ ?d\b",
            24 * HOURS,
        ),
        (r"\bmonthly\b|\bper[ -]month\b", 24 * HOURS),
        (
            r"\bhourly\b|\b(?:per|a|an|each|every|in|/)[ -]?(?:1 ?|60 ?min)?(?:hour|hr)\b|/ ?1?h\b|\bby hour\b",
            1 * HOURS,
        ),
        (r"\b(?:per|a|each|every|/)[ -]?\d* ?min(?:ute)?s?\b", 5 * MINUTES),
        (r"\b(?:per|a|each|every|/)[ -]?sec(?:ond)?\b", 1 * MINUTES),
    )
)
_MAIL = r"(?:messages?|mails?|e-?mails?|letters?)"
_SENDING = r"(?:send(?:ing|er)?|sent|outgoing|outbound|submission|relay(?:ing)?|smtp|message|recipient)"
GENERAL = (
    Limit("Amazon SES", 1 * MINUTES, words=r"maximum sending rate"),
    Limit("any", 1 * HOURS, words=rf"\b{_SENDING}s?'?s?[ -](?:rate |volume |count )?(?:limit|quota|allowance)"),
    Limit("any", 1 * HOURS, words=rf"too (?:many|much) (?:{_SENDING} )?{_MAIL}\b"),
    Limit(
        "any",
        1 * HOURS,
        words=r"\brate[- ]?limit|\bsending rate|\bthrottl|\brate\b.{0,30}\bexceed|exceed.{0,30}\brate\b",
    ),
    Limit("any", 1 * HOURS, words=rf"{_MAIL}\b.{{0,30}}\b(?:limit|quota)\b|(?:limit|quota)\b.{{0,20}}\b{_MAIL}\b"),
)
# "quota exceeded", which may be said of a mailbox, too: only where no mailbox is spoken of.
BARE = (
    Limit("any", 1 * HOURS, words=r"(?:limit|quota|threshold)s?\b.{0,30}\b(?:exceeded|reached|hit)\b"),
    Limit("any", 1 * HOURS, words=r"\b(?:exceed\w*|reached|over|hit)\b.{0,40}\b(?:limit|quota|threshold)\b"),
)

# What is said of a letter, of one mailbox, or of how many at once.
_OF_A_LETTER = re.compile(
    r"\bsize\b|too (?:large|big|long)|bytes|\b[KMG]B\b|attachment|line length|header|hop count", re.IGNORECASE
)
_AT_ONCE = re.compile(
    r"gr[ae]y[ -]?list|postgrey|connections?\b|concurren|simultaneous|sessions?\b|thread limit", re.IGNORECASE
)
_OF_A_MAILBOX = re.compile(
    r"mailbox|inbox|storage|disk|space|\bfull\b|recipient.{0,20}\bquota|over (?:its |their |his |the )?quota|"
    r"\buser\b|\baccount\b|trying to (?:contact|reach)|receiving",
    re.IGNORECASE,
)
_RECEIVES_TOO_MUCH = re.compile(r"[45]\.2\.(?:1|2|12[12])(?!\d)|is receiving|receiv(?:es?|ing) (?:mail|too)")
_TOO_MANY_IN_ONE = re.compile(r"[45]\.5\.3(?!\d)|too many recipients", re.IGNORECASE)
_TOO_LARGE = re.compile(r"[45]\.3\.4(?!\d)")


def limit_reached(code: int, text: str) -> float | None:
    """Give for how many seconds a limit of the provider lasts, if a reply says that it is reached; else None.

    `text` is what follows the code, the enhanced code (RFC 3463) included.
    """
    if not 400 <= code < 600:
        return None
    text = " ".join(text[:LONGEST_READ].split())
    enhanced = text.split(" ", 1)[0]
    if found := _first(CODES, text, enhanced):
        return found.lasts
    if _AT_ONCE.search(text) or _RECEIVES_TOO_MUCH.search(text) or _TOO_LARGE.match(text):
        return None
    if found := _first(WORDS, text):
        return None if _OF_A_LETTER.search(text) and not re.search(_MAIL, text, re.IGNORECASE) else found.lasts
    if code == 552 or _OF_A_LETTER.search(text) or _TOO_MANY_IN_ONE.search(text):
        return None
    if found := _first(GENERAL, text):
        return found.lasts
    if _OF_A_MAILBOX.search(text):
        return None
    return found.lasts if (found := _first(BARE, text)) else None


def _first(limits: tuple[Limit, ...], text: str, enhanced: str = "") -> Limit | None:
    for limit in limits:
        if limit.code and not re.fullmatch(limit.code, enhanced):
            continue
        if not limit.words or re.search(limit.words, text, re.IGNORECASE | re.DOTALL):
            return limit
    return None
