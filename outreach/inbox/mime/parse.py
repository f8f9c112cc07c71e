"""Parses the bytes of a message into a frozen Mail; knows how mail is written (RFC 5322), not what it means."""

from datetime import datetime

from outreach.html_text import Marked, html_to_marked_text
from outreach.inbox.mail import Mail
from outreach.inbox.mime.addresses import addresses, message_ids, parse_date, parse_mailbox
from outreach.inbox.mime.decoding import header_text
from outreach.inbox.mime.quote_marks import QUOTE_MARKS
from outreach.inbox.mime.tree import LONGEST_TEXT, Headers, Tree, header, take_apart

__all__ = ["LONGEST_TEXT", "LOOKED_AT", "read_mail", "take_apart_mail"]

LOOKED_AT = 64_000_000  # bytes; what comes behind them is stored, and not looked at
_CR_TO_LF = bytes.maketrans(b"\r", b"\n")
_RECIPIENTS = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "to", "cc")


def read_mail(raw: bytes) -> Mail:
    """Parse a message as far as it can be read; never raises, in bounded time and memory.

    Where it cannot be taken apart at all, `parts` is empty, `fault` says why, and `headers` are kept all the same.
    """
    tree = take_apart_mail(raw)
    if len(raw) > LOOKED_AT:
        tree.fault(f"only the first {LOOKED_AT // 1_000_000} of its {len(raw) // 1_000_000} MB were looked at")
    name, sender = parse_mailbox(header(tree.headers, "from") or header(tree.headers, "sender"))
    if tree.headers.pairs and not sender:
        tree.fault("it names no sender")
    text, quotes = _text(tree)
    return Mail(
        headers=tuple((known, header_text(value)) for known, value in tree.headers.pairs),
        message_id=next(iter(message_ids(header(tree.headers, "message-id"))), ""),
        in_reply_to=message_ids(header(tree.headers, "in-reply-to")),
        references=message_ids(header(tree.headers, "references")),
        sender=sender,
        sender_name=name,
        return_path=_return_path(tree.headers),
        recipients=_recipients(tree.headers),
        subject=header_text(header(tree.headers, "subject")),
        date=parse_date(header(tree.headers, "date")),
        received_at=_received_at(tree.headers),
        parts=tuple(tree.leaves),
        text=text,
        quotes=quotes,
        size=len(raw),
        fault="; ".join(tree.faults[:5]),
    )


def take_apart_mail(raw: bytes) -> Tree:
    """Take a message apart as `read_mail` does; its leaves are the parts of the Mail, in the same order."""
    return take_apart(_with_lf(raw[:LOOKED_AT]))


def _with_lf(data: bytes) -> bytes:
    """End all lines with LF: those of the Internet (CR LF), of transports that doubled the CR, and of old Macs (CR)."""
    if b"\n" not in data:
        return data.translate(_CR_TO_LF)
    for doubled in (b"\r\r\r\n", b"\r\r\n"):
        data = data.replace(doubled, b"\n")
    returns = data.count(b"\r")
    if returns == data.count(b"\r\n"):  # as in nearly every mail; to delete a byte takes a third of the time
        return data.translate(None, b"\r") if returns else data
    data = data.replace(b"\r\n", b"\n")
    end = data.find(b"\n")
    old_mac = 0 <= data.find(b"\r\r") < end
    return data.translate(_CR_TO_LF) if old_mac else data


def _return_path(headers: Headers) -> str | None:
    value = headers.first.get("return-path")
    return None if value is None else next(iter(addresses(value)), "")


def _recipients(headers: Headers) -> tuple[str, ...]:
    found: dict[str, list[str]] = {name: [] for name in _RECIPIENTS}
    for name, value in headers.pairs:
        if (known := found.get(name.lower())) is not None:
            known.extend(addresses(value))
    return tuple(dict.fromkeys(address for name in _RECIPIENTS for address in found[name]))


def _received_at(headers: Headers) -> datetime | None:
    newest = header(headers, "received")
    return parse_date(newest.rpartition(";")[2]) if newest else None


def _text(tree: Tree) -> tuple[str, tuple[Marked, ...]]:
    """Give the plain text; text made of HTML only when there is no plain text, with the quotes that the HTML marks."""
    plain = "\n".join(part.text for part in tree.shown if part.content_type == "text/plain")
    if plain.strip():
        return plain[:LONGEST_TEXT], ()
    html = "\n".join(part.text for part in tree.shown if part.content_type == "text/html")
    if not html.strip():
        return plain[:LONGEST_TEXT], ()
    text, quotes = html_to_marked_text(html[:LONGEST_TEXT], QUOTE_MARKS)
    return text[:LONGEST_TEXT], quotes
