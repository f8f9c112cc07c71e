"""Judges whether a machine answered, by the standard's header, other headers, subject and body; knows no bounces.

A wrong "reply" for an out-of-office says "answered", which is a lie; a wrong "auto-reply" for a person's words hides an
answer. So headers and the start of a subject are sure, and a body needs two signs.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from outreach.inbox.classify import automatic_words as words
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Mail, Rule, Verdict

LONGEST_BODY = 2_000  # characters: notices in two languages with a disclaimer are that long
NEAR_START = 400
LONGEST_SUBJECT = 300

Test = Callable[[Mail], bool]


def header_value(mail: Mail, name: str) -> str | None:
    """Give the first header of this lower-case name, stripped and in lower case; None without one."""
    length = len(name)
    for known, value in mail.headers:
        if len(known) == length and known.lower() == name:
            return value.strip().lower()
    return None


def _rule(name: str, test: Test) -> Rule:
    verdict = Verdict(Kind.AUTO_REPLY, name)
    return Rule(name, lambda mail: verdict if test(mail) else None)


# --- the standard --------------------------------------------------------------------------------------------------


def _auto_submitted(mail: Mail) -> str:
    """Give the keyword, without comments and parameters (RFC 3834, section 5)."""
    value = header_value(mail, "auto-submitted")
    return re.split(r"[;(\s]", value, maxsplit=1)[0] if value else ""


def _submitted_by_a_machine(mail: Mail) -> bool:
    """Accept any value but "no" (RFC 3834, section 5), except on newsletters: lists say "auto-generated", too."""
    if _auto_submitted(mail) in ("", "no"):
        return False
    answers = bool(mail.in_reply_to or mail.references)
    return answers or (header_value(mail, "list-id") is None and header_value(mail, "list-unsubscribe") is None)


# --- headers of single programs ------------------------------------------------------------------------------------


def _has(name: str) -> Test:
    """Test for a header whose value does not say no."""
    return lambda mail: header_value(mail, name) not in (None, "", "no", "false", "0", "none")


def _says(name: str, *values: str) -> Test:
    return lambda mail: header_value(mail, name) in values


def _precedence_junk(mail: Mail) -> bool:
    """Test for what vacation(1) sets; "bulk" is for lists and newsletters as well, and only a sign."""
    return header_value(mail, "precedence") == "junk" and header_value(mail, "list-id") is None


def _null_sender(mail: Mail) -> bool:
    """Test for an empty envelope sender, which no person's program sets (RFC 5321, section 4.5.5; RFC 3834, 3.3)."""
    return (header_value(mail, "return-path") or "").replace(" ", "") == "<>"


# --- subjects ------------------------------------------------------------------------------------------------------

# A gateway's tag may stand first; Re:, AW:, TR: may not: "Re: Automatic reply: …" is a person's.
_TAG = r"\s*(?:[\[(*<]{1,3}[^\])*>]{1,30}[\])*>]{1,3}\s*:?\s*)?"
_END = r"[\s.!]*(?:$|[:–—]|-\s|\s-|[(\[])"


def _any(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(forms)})"


def _subject(pattern: str) -> Test:
    match = re.compile(pattern).match
    return lambda mail: match(mail.subject[:LONGEST_SUBJECT].lower()) is not None


_OUTLOOK = _subject(_TAG + _any(re.escape(prefix.lower()) for prefix in words.OUTLOOK_PREFIXES) + r"\s*[:：]")
_NOTES = _subject(rf"(?!\w{{2,3}}\s?:)[^:]{{2,80}}?\s{_any(words.NOTES_SUBJECTS)}\s*(?:\([^)]{{0,60}}\))?\s*\.?\s*$")
_CHALLENGE = _subject(_TAG + _any(words.CHALLENGES))
_MODERATION = _subject(_TAG + _any(words.MODERATIONS))


def _moderation(mail: Mail) -> bool:
    """Test whether a list holds the letter back; Mailman says so in a header of its own too."""
    return _MODERATION(mail) or header_value(mail, "x-list-administrivia") == "yes"


# --- bodies --------------------------------------------------------------------------------------------------------

_QUOTE = re.compile(r"^(?:>|-{3,} ?\w|(?:from|de|von)\s?:)", re.MULTILINE)
_TICKET = re.compile(r"\[[^\]]{0,40}\d{4,}\]|\b(?:ticket|case|request) ?#? ?[a-z-]{0,10}\d{4,}")
_MACHINE_SENDER = re.compile(
    r"no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?repondre|no[-_.]?responder|auto[-_.]?respon|mailer"
)


def _says_so_elsewhere(mail: Mail) -> bool:
    """Test for signs that are not enough by themselves.

    X-Auto-Response-Suppress asks others not to answer automatically (MS-OXCMAIL, section 2.1.3.2.20): Exchange sets it
    on its own automatic replies, but a gateway may set it on people's mail, and ticket systems and mailings set it on
    whatever they send.
    """
    return (
        header_value(mail, "x-auto-response-suppress") not in (None, "", "none")
        or header_value(mail, "precedence") in ("bulk", "junk")
        or _MACHINE_SENDER.search(mail.sender.partition("@")[0]) is not None
        or _TICKET.search(mail.subject[:LONGEST_SUBJECT].lower()) is not None
    )


def _body(first_forms: tuple[str, ...], second_forms: tuple[str, ...], substance_forms: tuple[str, ...]) -> Test:
    """Test for a short text that begins with one sign and has another, and neither quotes nor speaks of our asks.

    People quote what they answer; machines seldom do.
    """
    first, second, substance = (re.compile(_any(forms)) for forms in (first_forms, second_forms, substance_forms))

    def test(mail: Mail) -> bool:
        if len(mail.text) > LONGEST_BODY or "\n>" in mail.text or not first.search(mail.text[:NEAR_START].lower()):
            return False
        text = mail.text.lower()
        if substance.search(text) or _QUOTE.search(text):
            return False
        return second.search(text) is not None or _says_so_elsewhere(mail)

    return test


def _receipt(language: words.LanguageForms) -> Test:
    """Test for a receipt that says it is a machine's: a person who acknowledges receipt uses the very same words."""
    return _body(language.receipts, language.machine, language.substance)


# --- the table -----------------------------------------------------------------------------------------------------


def _rules() -> Iterator[Rule]:
    """Give the rules, the surest first."""
    yield _rule("rfc3834-auto-replied", lambda mail: _auto_submitted(mail) == "auto-replied")
    yield _rule("rfc3834-auto-submitted", _submitted_by_a_machine)
    for name in (
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-response",
        "x-mail-autoreply",
        "x-autoreply-from",
        "x-autogenerated",
        "x-fc-machinegenerated",
    ):
        yield _rule(name, _has(name))
    yield _rule("x-post-messageclass", _says("x-post-messageclass", "9; autoresponder"))
    yield _rule("delivered-to-autoresponder", _says("delivered-to", "autoresponder"))
    for name in ("precedence", "x-precedence", "preference"):
        yield _rule(f"{name}-auto-reply", _says(name, "auto_reply", "auto-reply", "autoreply"))
    yield _rule("precedence-junk", _precedence_junk)
    yield _rule("subject-outlook", _OUTLOOK)
    for language in words.LANGUAGES:
        yield _rule(f"subject-automatic-{language.language}", _subject(_TAG + _any(language.subjects) + _END))
    yield _rule("subject-notes", _NOTES)
    yield _rule("list-moderation", _moderation)
    yield _rule("challenge", _CHALLENGE)
    for language in words.LANGUAGES:
        seconds = (*language.seconds, *language.machine)
        yield _rule(f"body-absence-{language.language}", _body(language.absences, seconds, language.substance))
    for language in words.LANGUAGES:
        yield _rule(f"body-receipt-{language.language}", _receipt(language))
    yield _rule("null-sender", _null_sender)


AUTOMATIC: tuple[Rule, ...] = tuple(_rules())
