"""What a mail server's reply means for a message; knows nothing about connections.

    reply               while opening   MAIL        RCPT        archive     DATA        after the final dot
    a provider's limit  LimitReached at every step (limits.py): it passes, and says nothing about the letter
    421                 Deferred at every step (and the connection is closed)
    4xx                 Deferred at every step (STARTTLS refused: Paused)
    530 534 535 538     Paused at every step: the login
    5.7.x               Paused          Paused      Rejected    Paused      Rejected    Rejected
    552 5.2.2 5.3.4     Rejected at every step: this message, or this mailbox
    any other 5xx       Paused          Paused      Rejected    Paused      Rejected    Rejected
    out of turn         Deferred: the message did not leave                             Unconfirmed

A reply while the letter is on its way means what it would mean after the final dot; only, nothing is in doubt then:
without the dot no server has the letter (RFC 5321, section 4.1.1.4). A 4xx or 5xx before a 421 is what counts.
One that comes when our dot has left may be of before the dot: a yes after it, or silence, makes it Unconfirmed.

"Out of turn" is a 1xx, 2xx or 3xx where another was due (a yes is 250, 251 or 252), a number that is no code, or a
reply that cannot be read.
A syntax or sequence error (500, 501, 503, 504, 555) is an "other 5xx": up to MAIL every letter would meet it, so
the run pauses; later it belongs to this letter, which is rejected with the server's words. So does a policy (5.7.x):
whether it is about one letter or about us, nobody knows from one reply. The run compares (outbox/sending/fuse.py).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from outreach.channels.smtp.limits import limit_reached
from outreach.errors import Deferred, DeliveryError, LimitReached, Paused, Rejected, Unconfirmed
from outreach.text import LONGEST_READ, server_words

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
_NO_SUCH = re.compile(
    r"no such|unknown|does ?n[o']t exist|not exist|not found|no mailbox|invalid (?:recipient|mailbox|address)",
    re.IGNORECASE,
)
_TOO_MANY = re.compile(r"too many (?:recipients|rcpts?)|recipients? limit", re.IGNORECASE)
_WAIT = re.compile(r"(?:in|after|for)\s+(\d{1,5})\s*(s|m)(?:ec|in|econds?|inutes?|ecs|ins)?\b", re.IGNORECASE)

LOGIN_CODES = frozenset({530, 534, 535, 538})
LOGIN_HINT = (
    "The server wants a login it accepts: check OUTREACH_SMTP__USERNAME and OUTREACH_SMTP__PASSWORD, and "
    "that [smtp] security is what your provider says; then: outreach doctor"
)
POLICY_HINT = (
    "The server refuses our mail as a matter of policy. Ask its operator, with its words; check that the "
    "login may use the sender's address, and SPF, DKIM and DMARC with: outreach doctor"
)
SENDER_HINT = (
    "The server refuses our sender address: check [sender] email and [smtp] envelope, and that this login "
    "may use them; then: outreach doctor"
)
SERVER_HINT = "Check [smtp] host, port and security: this server does not take mail from us; then: outreach doctor"
TLS_HINT = (
    "The server does not offer encryption as asked, and letters never go in the clear: check [smtp] port and "
    'security ("starttls" usually goes with 587, "tls" with 465); then: outreach doctor'
)
ARCHIVE_HINT = "The server refuses the archive address: correct [smtp] archive, or leave it empty"


class SmtpStep(StrEnum):
    """The part of the conversation a reply belongs to; the value is how a person reads it."""

    GREETING = "greeting"
    HELLO = "EHLO"
    TLS = "STARTTLS"
    LOGIN = "AUTH"
    RESET = "RSET"
    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    ARCHIVE = "RCPT of the archive"
    DATA = "DATA"
    TEXT = "before the final dot"
    BODY = "after the final dot"


_OPENING = frozenset({SmtpStep.GREETING, SmtpStep.HELLO, SmtpStep.TLS, SmtpStep.LOGIN, SmtpStep.RESET})
_HINTS = {
    SmtpStep.SENDER: SENDER_HINT,
    SmtpStep.ARCHIVE: ARCHIVE_HINT,
    SmtpStep.LOGIN: LOGIN_HINT,
    SmtpStep.TLS: TLS_HINT,
}


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """A server's reply: its code, and its text as it came (lines joined by LF, stray bytes as surrogates)."""

    code: int
    text: str

    @property
    def positive(self) -> bool:
        """Whether it is a yes to a command, or to a letter: no other number of a server that is in step."""
        return self.code in (250, 251, 252)

    @property
    def words(self) -> str:
        """Give code and text, fit for a ledger and a terminal."""
        return server_words(f"{self.code} {self.text}")

    @property
    def enhanced(self) -> tuple[int, int, int] | None:
        """Read the enhanced status code (RFC 3463), or None."""
        match = _ENHANCED.match(self.text)
        return (int(match[1]), int(match[2]), int(match[3])) if match else None

    def stands_beside(self, more: bytes) -> bool:
        """Say whether it is still the answer, though the server went on talking: it took leave, or said the same."""
        kinds = {line[:1] for line in more.splitlines() if line.strip() and line[:3] != b"421"}
        return kinds <= {str(self.code)[:1].encode()}


def failure(step: SmtpStep, reply: SmtpReply) -> DeliveryError:
    """Give the error that a reply other than the hoped-for one means at this step (see the table above)."""
    detail = server_words(f"{step}: {reply.code} {reply.text}")
    if lasts := limit_reached(reply.code, reply.text):
        return LimitReached(detail, max(lasts, retry_after(reply.text) or 0))
    if 500 <= reply.code < 600:
        return _permanent(step, reply, detail)
    if 400 <= reply.code < 500:
        if step is SmtpStep.TLS and reply.code != 421:
            return Paused(detail, TLS_HINT)
        return Deferred(detail, retry_after(reply.text))
    if step is SmtpStep.BODY:
        return Unconfirmed(detail)
    return Deferred(server_words(f"{step}: the server answered out of turn: {reply.code} {reply.text}"))


def _permanent(step: SmtpStep, reply: SmtpReply, detail: str) -> DeliveryError:
    category = reply.enhanced[:2] if reply.enhanced else (5, 0)
    if step is SmtpStep.ARCHIVE:
        return Paused(detail, ARCHIVE_HINT)
    if reply.code in LOGIN_CODES:
        return Paused(detail, LOGIN_HINT)
    if category == (5, 7) and (step in _OPENING or step is SmtpStep.SENDER):
        return Paused(detail, _HINTS.get(step, POLICY_HINT) if step in _OPENING else POLICY_HINT)
    if reply.code == 552 or reply.enhanced in ((5, 2, 2), (5, 3, 4)):
        return Rejected(detail)
    if step in _OPENING or step is SmtpStep.SENDER:
        return Paused(detail, _HINTS.get(step, SERVER_HINT))
    return Rejected(detail)


def speaks_of_address(reply: SmtpReply) -> bool:
    """Say whether a refused RCPT means that there is no such address (RFC 3463, section 3.2), now or ever."""
    if reply.enhanced:
        return reply.enhanced[:2] == (5, 1) and reply.enhanced[2] not in (7, 8, 9)  # those are about the sender
    return reply.code in (550, 551, 553) and _NO_SUCH.search(reply.text[:LONGEST_READ]) is not None


def wants_fewer(reply: SmtpReply) -> bool:
    """Say whether the server takes no more recipients in this transaction (RFC 5321, section 4.5.3.1.10)."""
    return (reply.code in (452, 552) and reply.enhanced in (None, (4, 5, 3), (5, 5, 3))) and (
        reply.enhanced is not None or _TOO_MANY.search(reply.text[:LONGEST_READ]) is not None
    )


def retry_after(text: str) -> float | None:
    """Read how many seconds the server asks us to wait ("greylisted, try again in 5 minutes"); None if it does not."""
    match = _WAIT.search(text[:LONGEST_READ])
    if match is None:
        return None
    return float(int(match[1]) * (60 if match[2].lower() == "m" else 1))
