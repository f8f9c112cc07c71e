"""Names what a message that came back is made of, and what is said of it; parses nothing and judges nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from outreach.html_text import Marked
from outreach.inbox.kinds import Kind, Severity


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree, in the order of the message, also inside attached messages.

    `text` is decoded, of at most parse.LONGEST_TEXT characters, and empty for what is not text. `depth` counts the
    attached messages (message/rfc822 and the like) around it. `size` is that of its content, in bytes.
    """

    content_type: str  # lower case, without parameters: text/plain, message/delivery-status
    text: str
    filename: str = ""
    depth: int = 0
    size: int = 0
    disposition: str = ""  # attachment, inline, or blank (RFC 2183)
    content_id: str = ""  # without angle brackets; HTML shows the picture of cid:…
    variant: str = ""  # the parameter that says what kind of it: smime-type (RFC 8551), method (RFC 6047)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message, decoded. Addresses are lower case; Message-IDs keep their angle brackets.

    `recipients` are the addresses that it came to, the envelope's first: X-Original-To, Delivered-To, Envelope-To,
    X-Envelope-To, To, Cc. `fault` says why it could not be read in full; blank when it could.
    """

    headers: tuple[tuple[str, str], ...] = ()  # unfolded and decoded, names as they were written
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    return_path: str | None = None  # "" is the null sender; None: there is no such header
    recipients: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None  # aware; None when it is missing or nonsense
    received_at: datetime | None = None  # of the newest Received header
    parts: tuple[Part, ...] = ()
    text: str = ""  # what a person reads: text/plain, or text made of text/html; quotes and all
    quotes: tuple[Marked, ...] = ()  # where the HTML that `text` was made of says that mail programs quote
    size: int = 0  # bytes
    fault: str = ""
    first: Mapping[str, str] = field(init=False, repr=False, compare=False)  # the first header of each lower-case name

    def __post_init__(self) -> None:
        first: dict[str, str] = {}
        for name, value in self.headers:
            first.setdefault(name.lower(), value)
        object.__setattr__(self, "first", first)

    def header(self, name: str) -> str:
        """Give the first header of this name, or ""."""
        return self.first.get(name.lower(), "")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message: its name is one clean line, and may be anything; `size` is in bytes."""

    name: str
    media_type: str  # application/pdf, lower case
    size: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a message invites to (RFC 5545, 5546).

    `starts` and `ends` are ISO 8601: a day, a moment with its offset, or one without, where nobody can tell the time
    zone that it is in. Both are blank where they cannot be read. An `ends` that is a day is the last one.
    """

    what: str = ""
    method: str = ""  # request, cancel, reply, counter, …
    starts: str = ""
    ends: str = ""
    zone: str = ""  # as the invitation names it
    place: str = ""
    repeats: str = ""  # daily, weekly, monthly, yearly
    answer: str = ""  # to an invitation of ours: accepted, declined, tentative
    more: int = 0  # other events in it


@dataclass(frozen=True, slots=True)
class Report:
    """What a bounce, delay or notification says about one recipient (RFC 3464, section 2.3)."""

    kind: Kind
    severity: Severity | None = None
    code: str = ""  # 5.1.1 (RFC 3463); blank when it does not say
    recipient: str = ""  # Final-Recipient, lower case
    original_recipient: str = ""
    diagnostic: str = ""  # the server's words, one line


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is, and the rule that says so.

    `reports` are per recipient, the most serious first. `original_ids` are Message-IDs of the original letter, as the
    report or the headers that it returns name them.
    """

    kind: Kind
    rule: str
    reports: tuple[Report, ...] = ()
    original_ids: tuple[str, ...] = ()

    @property
    def report(self) -> Report:
        """Give the most serious report, or an empty one."""
        return self.reports[0] if self.reports else Report(self.kind)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the classifier's table: `judge` gives a verdict, or None when this rule has nothing to say of a mail."""

    name: str
    judge: Callable[[Mail], Verdict | None]


@dataclass(frozen=True, slots=True)
class Classified:
    """A message and what it is."""

    mail: Mail
    verdict: Verdict = field(default_factory=lambda: Verdict(Kind.OTHER, "none"))
