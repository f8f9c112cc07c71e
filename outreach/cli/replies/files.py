"""What came with a message, in words and as JSON: its files, an invitation, and what nobody here can read."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, tzinfo

from outreach.inbox.attachments.listing import CALENDAR, PGP, SMIME, TNEF, Listing
from outreach.inbox.desk.items import Item
from outreach.inbox.mail import Attachment, Invitation
from outreach.text import counted, shortened, size_words

LONGEST_NAME = 60  # characters of a file's name in a list
METHODS = {"cancel": "Cancelled", "counter": "Another time is proposed", "declinecounter": "Another time was declined"}
MINE = "open the mail in the mail program that has the key"
SEALED = {
    "signed-data": "signed with S/MIME in a form that only a mail program opens: it cannot be read here",
    "compressed-data": "compressed by S/MIME, a form that only a mail program opens: it cannot be read here",
    "enveloped-data": f"encrypted with S/MIME: nobody here can read it; {MINE}",
    "authenveloped-data": f"encrypted with S/MIME: nobody here can read it; {MINE}",
    "": f"encrypted or signed with S/MIME: it cannot be read here; {MINE}",
}
PACKED = "packed by Outlook (TNEF): it cannot be read here; open it in Outlook, or ask for it once more as a PDF"
UNREAD = {SMIME: "S/MIME: cannot be read", PGP: "PGP: cannot be read", TNEF: "winmail.dat: cannot be read"}


def attachment_lines(listing: Listing, id_: int, again: str) -> Iterator[str]:
    """Name each file with its number, type and size, what to do with one that cannot be read, and how to save it."""
    if listing.attachments:
        yield "Attached:"
    kinds = listing.kinds or ("",) * len(listing.attachments)
    for number, (each, kind) in enumerate(zip(listing.attachments, kinds, strict=True), 1):
        yield f"  {number}  {each.name}, {each.media_type}, {size_words(each.size)}"
        yield from (f"     {line}" for line in _sealed(each, kind, id_, again))
    if listing.more:
        yield f"  and {counted(listing.more, 'file')} more, which are not listed"
    if listing.pictures:
        yield f"  {counted(listing.pictures, 'small picture')} of its text, most often logos: not listed"
    if listing.signatures:
        yield "  It is signed; whether the signature is good was not checked."
    if listing.attachments:
        yield f"  Save: outreach replies save {id_} --to DIR{again}"


def _sealed(each: Attachment, kind: str, id_: int, again: str) -> Iterator[str]:
    if each.media_type == TNEF:
        yield PACKED
    if each.media_type in (SMIME, PGP):
        yield (
            SEALED.get(kind, SEALED[""])
            if each.media_type == SMIME
            else f"encrypted with PGP: nobody here can read it; {MINE}"
        )
        yield f"The whole mail as a file: outreach replies show {id_} --raw{again} > mail-{id_}.eml"


def short_lines(item: Item, zone: tzinfo | None) -> Iterator[str]:
    """Give the lines of a list below a subject: the invitation, and the first file with how many more there are."""
    if item.invitation:
        yield _short_invitation(item.invitation, zone)
    files = [each for each in item.attachments if not (item.invitation and each.media_type == CALENDAR)]
    if files:
        first, *others = sorted(files, key=lambda each: each.media_type not in UNREAD)
        more = f" and {len(others)} more" if others else ""
        name = f"{shortened(first.name, LONGEST_NAME)} ({size_words(first.size)})"
        yield f"+ {UNREAD.get(first.media_type, name)}{more}"


def _short_invitation(found: Invitation, zone: tzinfo | None) -> str:
    """Put day and hour first: a narrow terminal shows little more."""
    kind = {"cancel": "Cancelled", "reply": found.answer.capitalize()}.get(found.method, "") or "Invited"
    starts = datetime.fromisoformat(found.starts) if found.starts else None
    if starts is not None and starts.tzinfo is not None:
        starts = starts.astimezone(zone)
    day = f"{starts.day} {starts:%b %Y}" if starts else "its day cannot be read"
    hour = f"{starts:%H:%M}" if starts and "T" in found.starts else ""
    return f"{kind}: {', '.join(word for word in (f'{day} {hour}'.strip(), found.place, found.what) if word)}"


def invitation_line(found: Invitation, zone: tzinfo | None) -> str:
    """Say in one line what an invitation is to, when in that time zone, and where."""
    kind = METHODS.get(found.method, "Invitation")
    if found.method == "reply":
        kind = f"Answer to an invitation ({found.answer or 'which, it does not say'})"
    repeats = f"repeats {found.repeats}" if found.repeats else ""
    more = f"and {counted(found.more, 'other event')}" if found.more else ""
    when = _when(found, zone) if found.starts else "its day cannot be read: look into the file"
    return f"{kind}: {', '.join(word for word in (found.what, when, found.place, repeats, more) if word)}"


def _when(found: Invitation, zone: tzinfo | None) -> str:
    if "T" not in found.starts:
        last = f" to {_day(date.fromisoformat(found.ends))}" if found.ends else ""
        return f"{_day(date.fromisoformat(found.starts))}{last}, all day"
    starts = datetime.fromisoformat(found.starts)
    ends = datetime.fromisoformat(found.ends) if found.ends else None
    if starts.tzinfo is None:
        where = f"by the clock of “{found.zone}”" if found.zone else "by a clock that it does not name"
    else:
        starts, ends = starts.astimezone(zone), ends.astimezone(zone) if ends else None
        where = getattr(zone, "key", "") or f"{starts:%Z}"
    return f"{_day(starts)}, {starts:%H:%M}{_end(starts, ends)} ({where})"


def _end(starts: datetime, ends: datetime | None) -> str:
    if ends is None:
        return ""
    return f" to {ends:%H:%M}" if ends.date() == starts.date() else f" to {_day(ends)}, {ends:%H:%M}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def attachment_json(each: Attachment) -> dict[str, object]:
    """Make the JSON of a file: its size is in bytes."""
    return {"name": each.name, "type": each.media_type, "size": each.size}


def invitation_json(found: Invitation | None) -> dict[str, object] | None:
    """Make the JSON of an invitation; what it does not say is null."""
    return {name: None if value == "" else value for name, value in asdict(found).items()} if found else None
