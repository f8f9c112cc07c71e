"""Supporters: the public forms, the mailing list, digests, the mailbox for what comes back, and who is at work."""

from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from outreach.settings.campaign import MAILBOX, site_address
from outreach.settings.mail import ImapServer, ImapSettings
from outreach.settings.sections import Line, Section


class WebSettings(Section):
    """The public forms. `public_url` is where everybody reaches them; blank: only this machine does.

    `by_mail` is an address to join or confirm by mail. `trusted_proxies` are those that add the client to
    X-Forwarded-For, counted from the right. `min_seconds` is how long a person needs for the form at least.
    `confirm_days`: what nobody confirms expires then; `keep_days`: how long the address of a voice is kept after that.
    Mails at most: `per_network` a day for a client's network, `per_hour` and `per_day` over all. `key` seals.
    """

    public_url: Line = ""
    by_mail: Line = ""
    min_seconds: int = Field(default=3, ge=0, le=600)
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    confirm_days: int = Field(default=7, ge=1, le=30)
    keep_days: int = Field(default=30, ge=1, le=365)
    per_network: int = Field(default=20, ge=1)
    per_hour: int = Field(default=500, ge=1)
    per_day: int = Field(default=4000, ge=1)
    key: SecretStr = SecretStr("")

    @field_validator("public_url")
    @classmethod
    def address(cls, value: str) -> str:
        return site_address(value) if value else ""

    @field_validator("by_mail")
    @classmethod
    def mail_address(cls, value: str) -> str:
        if value and not MAILBOX.fullmatch(value):
            raise ValueError("write one e-mail address, such as join@example.org")
        return value


class ListSettings(Section):
    """The mailing list. `id` is its List-Id (RFC 2919), blank: made from the sender's address.

    `discreet`: subjects of mails say nothing of the campaign. `per_minute`: how many leave at most; 0: no limit.
    `warn_at`: mails a day to one provider from which on we warn; `complaints`: the share of mails that stops updates.
    """

    name: Line = ""
    id: Line = ""
    discreet: bool = False
    per_minute: int = Field(default=60, ge=0)
    warn_at: int = Field(default=4000, ge=1)
    complaints: float = Field(default=0.001, gt=0, le=1)


class DigestSettings(Section):
    """The letters with supporters' voices. `every_days` lie between two to one mission; `least` voices make one.

    `quotes` are quoted at most; countries are named from `countries_from` voices on.
    """

    every_days: int = Field(default=7, ge=1, le=365)
    least: int = Field(default=10, ge=1)
    quotes: int = Field(default=12, ge=0, le=12)
    countries_from: int = Field(default=5, ge=2)


class ReturnsSettings(ImapServer):
    """The mailbox for what comes back from supporters: joining by mail, bounces. Never the mailbox of the letters.

    `address` is where bounces go, with {token}: list+{token}@example.org; blank: to the sender.
    """

    section: ClassVar[str] = "returns"
    folder: Line = "INBOX"
    address: Line = ""

    def is_read_too(self, letters: ImapSettings) -> bool:
        """Say whether the mailbox of the letters is this one: same server, login and folder."""
        here, there = (self.host, self.username), (letters.host, letters.username)
        same = [each.strip().lower() for each in here] == [each.strip().lower() for each in there]
        return bool(self.host) and same and self.folder.lower() in map(str.lower, letters.folders)


class TeamSettings(Section):
    """Who is at work: the name under which somebody prepares and approves."""

    name: Line = ""
