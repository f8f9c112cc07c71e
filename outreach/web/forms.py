"""Reads what a form sends: plain fields alone, by the standard library, under limits. Knows no field by name.

There is no parser for uploads in this process: five of them had holes in one year, and nobody uploads anything here.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from outreach.text import storable

LONGEST = 16 * 1024  # bytes of a form
MOST_FIELDS = 50
PATIENCE = 10.0  # seconds that a form may take to arrive
KIND = "application/x-www-form-urlencoded"
READ_AND_DROPPED = 4 * LONGEST  # of a form that is too long: who sent a little too much still reads the answer


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in the order in which they came. A field may be there several times, as boxes are."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def one(self, name: str) -> str:
        """Give the first value of a field; "" where it is not there."""
        return next(iter(self.fields.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Give all values of a field."""
        return self.fields.get(name, ())

    def ticked(self, name: str) -> bool:
        """Say whether a box is ticked."""
        return self.one(name) == "yes"


def parse(body: bytes) -> Form:
    """Take a form's body apart (WHATWG URL standard, section 5.1), as UTF-8; text is made storable.

    Raises ValueError for what is no UTF-8, and for more than MOST_FIELDS fields.
    """
    fields = dict[str, list[str]]()
    for name, value in parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS):
        fields.setdefault(name, []).append(storable(value))
    return Form({name: tuple(values) for name, values in fields.items()})


async def read_form(request: Request) -> Form:
    """Read the form that a request brings. Raises HTTPException: 400, 408 (too slow), 413 or 415."""
    _check_kind(request)
    try:
        async with asyncio.timeout(PATIENCE):
            body = await _read(request)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    try:
        return parse(body)
    except ValueError:
        raise HTTPException(400) from None


def _check_kind(request: Request) -> None:
    """Raise HTTPException (415) for anything but plain fields in UTF-8 (the header: RFC 9110, section 8.3)."""
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    charset = header.get_content_charset("utf-8")
    if header.get_content_type() != KIND or charset != "utf-8" or request.headers.get("content-encoding"):
        raise HTTPException(415)


async def _read(request: Request) -> bytes:
    body, length = bytearray(), 0
    async for piece in request.stream():
        length += len(piece)
        if length <= LONGEST:
            body += piece
        elif length > READ_AND_DROPPED:
            break
    if length > LONGEST:
        raise HTTPException(413, headers={"Connection": "close"})
    return bytes(body)
