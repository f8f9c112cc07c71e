"""Reads what delivery reports are made of: blocks of fields, the original message that they return, who wrote them.

It reads a parsed Mail and judges nothing: what a report means is for dsn.py, mdn.py, arf.py and bounces.py to say.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from outreach.inbox.mail import Mail, Part
from outreach.inbox.mime.addresses import addresses, tidy
from outreach.inbox.mime.decoding import header_text
from outreach.text import clean_line

MOST_IDS = 10
_ORIGINAL = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_ID_LINE = re.compile(
    r"^[ \t>]{0,8}(?:X-(?:MS-Exchange-)?(?:Original-)?)?Message-ID:\s{0,80}(<[^<>\s]{1,998}>)",
    re.IGNORECASE | re.MULTILINE,
)
_TO_LINE = re.compile(r"^(?:To|Cc):(.{1,2000})", re.IGNORECASE | re.MULTILINE)
_DAEMONS = re.compile(
    r"\"?(?:mail(?:er)?-?daemon|postmaster|system administrator|mdaemon|mail[.-]?delivery[\w.-]{0,40}|mmdf|uucp"
    r"|bounces?|microsoftexchange\w{0,60}|delivery-?(?:failure|notification|status)?)(?:[+-][^@]{0,60})?\"?@",
    re.IGNORECASE,
)
_DAEMON_PATHS = re.compile(r"(?:mailer-?daemon|postmaster)@", re.IGNORECASE)
_DAEMON_NAMES = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|daemon)|system ?administrator|administrateur syst|administrador del sis"
    r"|microsoft (?:outlook|exchange)|postmaster",
    re.IGNORECASE,
)


def original_parts(mail: Mail) -> list[Part]:
    """Give the parts that return the original letter, or its headers."""
    return [part for part in mail.parts if part.depth == 0 and part.content_type in _ORIGINAL]


def original_ids(mail: Mail, named: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the original letter's Message-IDs: named by the report, in the returned headers, quoted in the text.

    An Original-Envelope-Id stands as it was written: ours is a letter's bare token.
    """
    texts = [*(part.text[:20_000] for part in original_parts(mail)), mail.text]
    found = [clean_line(known) for known in named if known]
    found += [match[1] for text in texts if "message-id" in text.lower() for match in _ID_LINE.finditer(text)]
    return tuple(dict.fromkeys(found))[:MOST_IDS]


def sole_recipient(mail: Mail) -> str:
    """Say to whom the original letter went, when that was one address only; else ""."""
    for part in original_parts(mail):
        head = part.text[:20_000].partition("\n\n")[0]
        found = {address for match in _TO_LINE.finditer(head) for address in addresses(match[1])}
        found -= set(mail.recipients)
        if len(found) == 1:
            return found.pop()
    return ""


def report_type(mail: Mail) -> str:
    """Give the report-type of a multipart/report (RFC 6522, section 3), "?" when it names none; "" for other mail."""
    content_type = mail.header("Content-Type").lower()
    if not content_type.startswith("multipart/report"):
        return ""
    match = re.search(r"report-type\s{0,5}=\s{0,5}\"?([a-z0-9-]{1,60})", content_type)
    return match[1] if match else "?"


def from_mail_system(mail: Mail) -> bool:
    """Say whether the sender is the kind of address or name that only mail systems write from."""
    if _DAEMONS.match(mail.sender) or _DAEMON_PATHS.match(mail.return_path or ""):
        return True
    return not mail.return_path and bool(_DAEMON_NAMES.match(mail.sender_name))


def from_daemon(mail: Mail, *, by_address: bool = False) -> bool:
    """Say whether a mailer-daemon wrote it, by From (`by_address`) or by the envelope as well.

    Other system names are people's, too: a postmaster answers letters.
    """
    daemons = ("mailer-daemon@", "mailerdaemon@")
    return mail.sender.startswith(daemons) or (not by_address and (mail.return_path or "").startswith(daemons))


# --- fields ----------------------------------------------------------------------------------------------------------

_FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)")
_MOST = 200  # blocks
_VALUE = 2_000
_EMBEDDED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")


@dataclass(frozen=True, slots=True)
class Fields:
    """One block of a report (RFC 3464, section 2.1), in the order in which it was written; names are lower case."""

    pairs: tuple[tuple[str, str], ...]

    def get(self, *names: str) -> str:
        """Give the first value of the first of these names that has one, or ""."""
        return next((value for name in names for known, value in self.pairs if known == name and value), "")

    def address(self, *names: str) -> str:
        return next((found for name in names if (found := typed_address(self.get(name)))), "")


def blocks(text: str) -> list[Fields]:
    """Read the blocks of a report; a second Final-Recipient begins a new one, and lines without a field are skipped."""
    found: list[Fields] = []
    pairs: list[tuple[str, str]] = []
    for line in re.sub(r"\n[ \t]+(?=\S)", " ", text).split("\n"):
        match = _FIELD.match(line)
        name = match[1].lower() if match else ""
        again = name == "final-recipient" and any(known == name for known, _ in pairs)
        if pairs and (again or not line.strip()):
            found.append(Fields(tuple(pairs)))
            pairs = []
        if len(found) >= _MOST:
            return found
        if match:
            pairs.append((name, clean_line(match[2][:_VALUE])))
    return [*found, Fields(tuple(pairs))] if pairs else found


def typed_address(value: str) -> str:
    """Read the address in "rfc822; a@b" or "utf-8; ü@b" (RFC 3464, section 2.3.1; RFC 6533, section 3), or give "".

    Some servers write it as encoded words, which are for names only (RFC 2047, section 5).
    """
    value = header_text(value)
    kind, mark, rest = value.partition(";")
    if not mark:
        kind, rest = "", value
    if kind.strip().lower() in ("utf-8", "utf8"):
        rest = _EMBEDDED.sub(_character, rest)
    return next(iter(addresses(rest)), "") or (tidy(rest) if "@" in rest and len(rest) < 300 else "")


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number <= 0xDFFF else "\ufffd"
