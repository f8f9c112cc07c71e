"""Every error a user can meet; knows of the program only what a person can do next.

OutreachError                    exit 2: wrong usage, settings or files; nothing was changed
├── UsageError                   what was typed cannot be done
├── SettingsError                outreach.toml, .env or the environment
├── DataError                    files people edit; carries every Problem found, not only the first
│   └── TemplateError            a letter template; names file, line and the word
├── DatabaseError                the outbox cannot be opened, or is newer than this program
│   └── StorageFailed            the outbox cannot be written (full, read-only): sending stops first
└── MailboxError                 the mailbox does not let us in, or cannot do what is set: login, folder, certificate
    └── MailboxLost              it cannot be reached, or broke off; doing the same again may help

DeliveryError                    what a channel raises; outside the tree above, since the worker records these
├── Deferred                     later: 4xx, or dropped before 354
│   ├── Unreachable              later: no connection to the server could be had at all
│   └── PutOff                   later: some of the recipients, so that the others wait for them
├── Rejected                     never: 5xx for this message
│   └── AllRefused               never: by every recipient
├── NotWanted                    never: whom it was for wants it no more, or is gone; nothing left
├── Unconfirmed                  nobody can know: the line died after the final dot (RFC 1047)
└── Paused                       our own set-up is refused: login, sender, TLS; the run stops
    └── LimitReached             our provider lets no more through for a while; the run stops until then
"""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.next_step import NextStep


class OutreachError(Exception):
    """Something a person can put right. Its text says what is wrong and where, `next_step` what to do about it."""

    exit_code = 2

    def __init__(self, message: str, *, next_step: NextStep | None = None) -> None:
        self.next_step = next_step
        super().__init__(message)


class UsageError(OutreachError):
    """What was typed cannot be done."""


class SettingsError(OutreachError):
    """outreach.toml, .env or the environment do not make sense."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file. `row` counts lines as a spreadsheet does: the header is row 1."""

    file: str
    message: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column:
            where += f", column {self.column}"
        return f"{where}: {self.message}"


class DataError(OutreachError):
    """Files that people edit have problems; `problems` has all of them at once."""

    def __init__(self, problems: Sequence[Problem], *, next_step: NextStep | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems), next_step=next_step)


class TemplateError(DataError):
    """A letter template is broken: `problems` names file, line (as row) and word."""


class DatabaseError(OutreachError):
    """The outbox cannot be opened."""


class StorageFailed(DatabaseError):
    """The outbox cannot be written, so nothing more is sent."""

    exit_code = 1


class MailboxError(OutreachError):
    """The mailbox does not let us in, or cannot do what the settings ask for."""


class MailboxLost(MailboxError):
    """The mailbox cannot be reached, or the connection broke off. What was stored before stays."""

    exit_code = 1


class DeliveryError(Exception):
    """What a channel raises instead of a receipt. `detail` is for the ledger: the server's words, no addresses."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class Deferred(DeliveryError):
    """Not now. The message did not leave; try again, after `retry_after` seconds if the server said so."""

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unreachable(Deferred):
    """No connection to the server could be had: several in a row, and the run ends instead of trying each message.

    `answered`: it is there, and would not let us in for now: a 4xx to the greeting, to EHLO or to the login.
    """

    def __init__(self, detail: str, retry_after: float | None = None, *, answered: bool = False) -> None:
        super().__init__(detail, retry_after)
        self.answered = answered


class PutOff(Deferred):
    """Some of several recipients are not taken for now; `recipients` says which. The others would be."""

    def __init__(self, detail: str, retry_after: float | None, recipients: tuple[str, ...]) -> None:
        super().__init__(detail, retry_after)
        self.recipients = recipients


class Rejected(DeliveryError):
    """Never: the server refused this message for good (5xx). A person looks."""


class AllRefused(Rejected):
    """The server took none of the recipients; of those in `gone` it says that there is no such address."""

    def __init__(self, detail: str, gone: tuple[str, ...]) -> None:
        super().__init__(detail)
        self.gone = gone


class NotWanted(DeliveryError):
    """Whom the message was for wants it no more, or is gone; seen right before it would have left. It is withdrawn."""


class Unconfirmed(DeliveryError):
    """The message may or may not have been taken; only evidence or a person can say (RFC 1047)."""


class Paused(DeliveryError):
    """Nothing can go out until a person mends the set-up; `hint` says what to do. The message did not leave."""

    def __init__(self, detail: str, hint: str) -> None:
        super().__init__(detail)
        self.hint = hint


class LimitReached(Paused):
    """A limit of our provider is reached, which says nothing about the message; it passes in `lasts` seconds."""

    def __init__(self, detail: str, lasts: float) -> None:
        super().__init__(detail, "It passes by itself, and what waits stays queued")
        self.lasts = lasts
