"""Reads what a form sends: plain fields alone, by the standard library, under limits. Knows no field by name.

There is no parser for uploads in this process: five of them had holes in one year, and nobody uploads anything here.
"""

import asyncio
import re
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
KIND, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
ONE_CLICK_PART = re.compile(rb'name="?List-Unsubscribe"?\s*\r?\n(?:[^\r\n]+\r?\n)*\r?\nOne-Click\s', re.IGNORECASE)
READ_AND_DROPPED = 64 * LONGEST  # of a form that is too long, so that its sender still reads the answer


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


CLICKED = Form({"List-Unsubscribe": ("One-Click",)})


def parse(body: bytes) -> Form:
    """Take a form's body apart (WHATWG URL standard, section 5.1), as UTF-8; text is made storable.

    Raises ValueError for what is no UTF-8, and for more than MOST_FIELDS fields.
    """
    fields = dict[str, list[str]]()
    for name, value in parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS):
        fields.setdefault(name, []).append(storable(value))
    return Form({name: tuple(values) for name, values in fields.items()})


async def read_form(request: Request) -> Form:
    """Read the form that a request brings. Raises HTTPException: 400, 408 (too slow), 411, 413 or 415."""
    if _kind_of(request) != KIND:
        raise HTTPException(415)
    return _parsed(await _read(request))


async def read_click(request: Request) -> Form:
    """Read a form or the one click of a mail program, as `read_form`.

    Mail servers should send the click as multipart/form-data (RFC 8058, section 3.2). It is looked for as it stands.
    """
    if _kind_of(request) != MULTIPART:
        return await read_form(request)
    if not ONE_CLICK_PART.search(await _read(request)):
        raise HTTPException(415)
    return CLICKED


def is_one_click(form: Form) -> bool:
    """Say whether a form is the one click of a mail program (RFC 8058, section 3.1)."""
    return form.one("List-Unsubscribe") == "One-Click"


def _kind_of(request: Request) -> str:
    """Give the kind of content (RFC 9110, section 8.3), "" where it is packed, or in no UTF-8."""
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    if header.get_content_charset("utf-8") != "utf-8" or request.headers.get("content-encoding"):
        return ""
    return header.get_content_type()


def _parsed(body: bytes) -> Form:
    try:
        return parse(body)
    except ValueError:
        raise HTTPException(400) from None


async def _read(request: Request) -> bytes:
    if request.headers.get("transfer-encoding"):  # the connection reads none of it
        raise HTTPException(411, headers={"Connection": "close"})
    try:
        async with asyncio.timeout(PATIENCE):
            return await _read_within_limits(request)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None


async def _read_within_limits(request: Request) -> bytes:
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
