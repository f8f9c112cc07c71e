"""Lists the files that came with a message, without opening one; leaves aside what is only part of how it is written.

Left aside are the bodies, reports of machines, signatures, small pictures that the text shows (logos, most often), and
our own letter where it was sent back.
"""

import mimetypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from outreach.inbox.mail import Attachment, Mail, Part
from outreach.inbox.mime.addresses import parse_mailbox
from outreach.inbox.mime.tree import ATTACHED, REPORTS
from outreach.text import clean_line

MOST = 50  # files that are listed of one message
LONGEST_NAME = 120  # characters
LARGE_PICTURE = 150_000  # bytes; a note verbale may be pasted into the text as a picture
CALENDAR, SMIME, TNEF = "text/calendar", "application/pkcs7-mime", "application/ms-tnef"
PGP = "application/pgp-encrypted"  # the encrypted message, whatever part it stands in
_PGP_VERSION = "application/x-pgp-version"  # what RFC 3156 puts before it, under the same name
_OCTETS = "application/octet-stream"
_SAME = {
    "application/ics": CALENDAR,
    "application/calendar": CALENDAR,
    "text/x-vcalendar": CALENDAR,
    "application/x-pkcs7-mime": SMIME,
    "application/vnd.ms-tnef": TNEF,
    PGP: _PGP_VERSION,
}
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_REPORTS = REPORTS | {"text/rfc822-headers"}
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_BY_ENDING = {".p7m": SMIME, ".ics": CALENDAR, "winmail.dat": TNEF, ".pgp": PGP, ".gpg": PGP}
_NAMES = {
    CALENDAR: "invitation.ics",
    SMIME: "smime.p7m",
    TNEF: "winmail.dat",
    PGP: "encrypted.asc",
}

IsOwn = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a message, at most MOST; `places` are the indexes of their parts, `kinds` tell S/MIME forms apart.

    `pictures` and `signatures` count what is not listed, `more` the files beyond MOST.
    """

    attachments: tuple[Attachment, ...] = ()
    places: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    pictures: int = 0
    signatures: int = 0
    more: int = 0


def list_attachments(mail: Mail, is_own: IsOwn) -> Listing:
    """List the files of a message; `is_own` says of an address whether it is ours. Never raises."""
    parts = mail.parts
    shown = "".join(part.text for part in parts if part.content_type == "text/html" and not part.filename).lower()
    has_words = bool(mail.text.strip())
    found, pictures, signatures = list[tuple[int, Part]](), 0, 0
    for at, part in _of_others(parts, is_own):
        if part.content_type in _SIGNATURES:
            signatures += 1
        elif _is_picture_of_the_text(part, shown) and has_words:
            pictures += 1
        elif _is_file(part):
            found.append((at, part))
    found = _without_doubles(found)
    return Listing(
        tuple(_attachment(part, number) for number, (_, part) in enumerate(found[:MOST], 1)),
        tuple(at for at, _ in found[:MOST]),
        tuple(part.variant for _, part in found[:MOST]),
        pictures,
        signatures,
        max(0, len(found) - MOST),
    )


def attached_messages(parts: Sequence[Part], is_own: IsOwn) -> Iterator[int]:
    """Give the indexes of the outermost attached messages that are not our own letter."""
    for at, part in _of_others(parts, is_own):
        if part.content_type in ATTACHED and part.depth == 0:
            yield at


def is_armoured(text: str) -> bool:
    """Say whether a text is nothing but an encrypted message of PGP (RFC 9580, section 6.2)."""
    return text.lstrip().startswith(_ARMOUR)


def _of_others(parts: Sequence[Part], is_own: IsOwn) -> Iterator[tuple[int, Part]]:
    """Give the parts with their indexes, without our own letters and what is in them."""
    ours: int | None = None
    for at, part in enumerate(parts):
        if ours is not None and part.depth > ours:
            continue
        is_ours = part.content_type in ATTACHED and is_own(_sender(part.text))
        ours = part.depth if is_ours else None
        if not is_ours:
            follows = at > 0 and parts[at - 1].content_type == PGP
            yield at, replace(part, content_type=PGP if follows else _media_type(part))


def _sender(headers: str) -> str:
    value = next((line[5:] for line in headers.split("\n") if line[:5].lower() == "from:"), "")
    return parse_mailbox(value)[1]


def _is_picture_of_the_text(part: Part, html: str) -> bool:
    is_shown = bool(part.content_id) and f"cid:{part.content_id.lower()}" in html
    return part.content_type.startswith("image/") and is_shown and part.size < LARGE_PICTURE


def _is_file(part: Part) -> bool:
    if part.content_type in _REPORTS or part.content_type == _PGP_VERSION:
        return False
    if part.content_type in ATTACHED or part.content_type == CALENDAR:
        return True
    if part.content_type.startswith("text/"):
        return bool(part.filename) or part.disposition == "attachment"
    return part.size > 0 or bool(part.filename)


def _without_doubles(found: list[tuple[int, Part]]) -> list[tuple[int, Part]]:
    """Leave out the nameless form of an invitation that is attached with a name, too."""
    calendars = {at: part.filename for at, part in found if part.content_type == CALENDAR}
    named = any(calendars.values())
    return [(at, part) for at, part in found if not named or calendars.get(at) != ""]


def _media_type(part: Part) -> str:
    """Name what a part is: by its type, by its name where that says nothing, or by the text that is encrypted."""
    name = part.filename.lower()
    if part.content_type == _OCTETS:
        return next((known for ending, known in _BY_ENDING.items() if name.endswith(ending)), _OCTETS)
    if part.content_type == "text/plain" and not name and is_armoured(part.text):
        return PGP
    return _SAME.get(part.content_type, part.content_type)


def _attachment(part: Part, number: int) -> Attachment:
    known = clean_line(part.content_type)[:100]
    name = clean_line(part.filename, LONGEST_NAME) or _name(part, known, number)
    return Attachment(name, known, part.size)


def _name(part: Part, known: str, number: int) -> str:
    if known in ATTACHED:
        subject = next((line[8:] for line in part.text.split("\n") if line[:8].lower() == "subject:"), "")
        return f"{clean_line(subject, LONGEST_NAME - 4) or 'message'}.eml"
    return _NAMES.get(known) or f"attachment-{number}{mimetypes.guess_extension(known) or ''}"
