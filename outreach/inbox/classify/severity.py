"""Reads from a status code and a server's words whether trying again could help (RFC 3463); knows no mail."""

import re

from outreach.inbox.kinds import Severity

# Three numbers that are no part of an IP address or a version.
_CODE = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?![\w-]|\.\d)")
_REPLY = re.compile(
    r"(?:^|[:;'\"(#=<>\[-]\s{0,3}|(?:error|code|with|reply|returned)\s)([45])[0-5]\d(?=[ \-'\"#)\]]|$)", re.IGNORECASE
)
_LOOKED_AT = 4_000

# A full mailbox and greylisting pass; so does a queue that gave up, whatever class of code it then writes.
_FULL = (
    r"mailbox(?: is)? full|full mailbox|(?:over|exceed\w{0,3}|out of)(?: \w{1,20}){0,3} (?:quota|storage)"
    r"|over ?quota|quota (?:is )?(?:full|exce)|insufficient (?:system )?storage|mailbox size limit|storage allocation"
    r"|not enough (?:disk )?space|bo[iî]te (?:aux lettres |de r[eé]ception )?(?:\w{1,20} ){0,3}pleine"
    r"|quota (?:de stockage )?d[eé]pass|buz[oó]n (?:\w{1,20} ){0,3}lleno|cuota (?:\w{1,20} ){0,3}excedid"
    r"|postfach (?:\w{1,20} ){0,3}(?:ist )?voll"
)
_GREY = r"gr[ae]y-?\s?list"
_EXPIRED = (
    r"delivery time expired|message expired|retry time(?:out)? (?:exceeded|not reached)|(?:in|on) the queue too long"
    r"|undeliverable for \d{1,4} (?:hour|day)|could not be delivered for|delivery timed? ?out"
    r"|queue time (?:expired|exceeded)"
)
_TRANSIENT = re.compile(f"{_FULL}|{_GREY}|{_EXPIRED}", re.IGNORECASE)
# x.2.2: mailbox full. x.3.1: the system is full. x.4.7: delivery time expired. The others are Exchange's: too much mail
# at once (2.121, 2.122), and an expired queue (4.300, 4.316).
_PASSING = re.compile(r"\d\.(?:2\.(?:2|121|122)|3\.1|4\.(?:7|300|316))")


def code_in(text: str) -> str:
    """Find the most telling enhanced status code: the first that is more than "5.0.0", else the first, else ""."""
    codes = [match[0] for match in _CODE.finditer(text[:_LOOKED_AT])]
    return next((code for code in codes if telling(code)), codes[0] if codes else "")


def telling(code: str) -> bool:
    return bool(code) and not code.endswith(".0.0")


def better_code(status: str, diagnostic: str) -> str:
    """Choose a report's code: its Status, unless that says nothing and the server's own words say more."""
    own, words = code_in(status), code_in(diagnostic)
    if telling(own) or not words:
        return own
    return words if telling(words) or not own else own


def severity_of(code: str, words: str) -> Severity:
    """Say whether a failure may pass. Without any code it is permanent: a server that writes has given up."""
    if _PASSING.fullmatch(code) or _TRANSIENT.search(words[:_LOOKED_AT]):
        return Severity.TRANSIENT
    first = code[:1] if code else _reply_class(words)
    return Severity.TRANSIENT if first == "4" else Severity.PERMANENT


def _reply_class(words: str) -> str:
    match = _REPLY.search(words[:_LOOKED_AT])
    return match[1] if match else ""
