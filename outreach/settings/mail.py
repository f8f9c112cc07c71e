"""Who signs letters, the server they leave through, and the mailbox that answers come to: sender, smtp and imap."""

from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator

from outreach.settings.campaign import Language
from outreach.settings.sections import Line, Section, is_loopback


class SenderSettings(Section):
    """Who signs the letters, and where answers go."""

    name: Line = ""
    role: Line | dict[Language, Line] = ""
    organisation: Line = ""
    email: Line = ""
    reply_to: Line = ""
    postal_address: str = Field(default="", pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$", max_length=500)
    unsubscribe_url: Line = ""


class MailServer(Section):
    """What every mail server needs; it is spoken to in the clear only on this machine.

    `ca_file` is a PEM file of the campaign folder; `load_settings` gives it as a whole path.
    """

    host: Line = ""
    port: int = Field(default=0, ge=0, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line = ""
    password: SecretStr = SecretStr("")
    ca_file: Line = ""

    @model_validator(mode="after")
    def plain_text_stays_home(self) -> Self:
        if self.host and self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                f'security = "none" would send mail and password in the clear to {self.host}; it is only for '
                'a server on this machine. Use "starttls" or "tls"'
            )
        return self


class SmtpSettings(MailServer):
    """`per_minute` and `per_domain_per_minute` are letters; 0 is no limit.

    `timeout` is how many seconds an answer may take before the end of a letter is sent (RFC 5321, section 4.5.3.2).
    `dkim_selector` is the name of the key that the server signs with, for `outreach doctor`.
    """

    connections: int = Field(default=2, ge=1, le=50)
    per_minute: int = Field(default=0, ge=0)
    per_domain_per_minute: int = Field(default=0, ge=0)
    archive: Line = ""
    envelope: Line = ""
    dkim_selector: Line = ""
    timeout: float = Field(default=300, gt=0, le=600)

    @property
    def effective_port(self) -> int:
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class InboxSettings(Section):
    """`keep_days`: what came so long ago is erased when mail is fetched, but for what waits for a person; 0: never."""

    keep_days: int = Field(default=0, ge=0, le=36_500)


class ImapServer(MailServer):
    """A mailbox on an IMAP server, and its login. `section` is what the settings call it.

    `authserv` are the names that our own mail server gives itself in Authentication-Results (RFC 8601, section 2.5).
    `timeout` is seconds.
    """

    section: ClassVar[str]
    security: Literal["starttls", "tls", "none"] = "tls"
    authserv: Line | tuple[Line, ...] = ()
    timeout: float = Field(default=60, gt=0, le=600)

    @property
    def own_servers(self) -> tuple[str, ...]:
        names = (self.authserv,) if isinstance(self.authserv, str) else self.authserv
        return tuple(name for name in names if name)

    @property
    def effective_port(self) -> int:
        return self.port or (993 if self.security == "tls" else 143)


class ImapSettings(ImapServer):
    """`folder` is one name or several. `after`: what happens to a message that is on file; `move` goes to `moved_to`.

    `poll_seconds` is how often `--watch` looks where the server cannot say that mail came.
    """

    section: ClassVar[str] = "imap"
    folder: Line | tuple[Line, ...] = "INBOX"
    after: Literal["keep", "flag", "move"] = "keep"
    moved_to: Line = "outreach"
    poll_seconds: float = Field(default=60, ge=1, le=86_400)

    @property
    def folders(self) -> tuple[str, ...]:
        return (self.folder,) if isinstance(self.folder, str) else self.folder
