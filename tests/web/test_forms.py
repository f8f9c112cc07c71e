"""Forms are plain fields within limits; whatever else comes is refused with its own status."""

import asyncio
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from outreach.text import storable
from outreach.web import forms
from outreach.web.forms import KIND, LONGEST, MOST_FIELDS, Form, parse, read_form

TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def request(pieces: Iterable[bytes], kind: str = KIND, **headers: str) -> Request:
    """A request whose body arrives in these pieces."""
    left: Iterator[bytes] = iter(pieces)
    raw = [(b"content-type", kind.encode("latin-1")), *((k.encode(), v.encode()) for k, v in headers.items())]

    async def receive() -> Message:
        piece = next(left, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    return Request({"type": "http", "method": "POST", "headers": raw}, receive)


def read(pieces: Iterable[bytes], kind: str = KIND, **headers: str) -> Form:
    return asyncio.run(read_form(request(pieces, kind, **headers)))


def status(pieces: Iterable[bytes], kind: str = KIND, **headers: str) -> int:
    with pytest.raises(HTTPException) as caught:
        read(pieces, kind, **headers)
    return caught.value.status_code


@given(st.lists(st.tuples(TYPED, TYPED), max_size=MOST_FIELDS), st.integers(1, 7))
def test_what_was_typed_arrives_in_whatever_pieces(pairs: list[tuple[str, str]], length: int) -> None:
    body = urlencode(pairs).encode()[:LONGEST]
    found = parse(body)
    assert found == read([body[at : at + length] for at in range(0, len(body), length)])
    if len(urlencode(pairs)) <= LONGEST:
        wanted = dict[str, list[str]]()
        for name, value in pairs:
            wanted.setdefault(name, []).append(storable(value))
        assert {name: list(values) for name, values in found.fields.items()} == wanted


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_are_refused(body: bytes) -> None:
    try:
        found = parse(body)
    except ValueError:
        return
    for values in found.fields.values():
        assert all("\0" not in value and "\r" not in value for value in values)


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_kind_of_content_is_plain_fields_or_refused(kind: str) -> None:
    try:
        form = read([b"a=b"], kind)
    except HTTPException as error:
        refused = error.status_code
    else:
        refused = 415 if form != Form({"a": ("b",)}) else 0
    assert refused in (0, 415)


@pytest.mark.parametrize("kind", [KIND, f"{KIND}; charset=UTF-8", KIND.upper(), f'{KIND};charset="utf-8"'])
def test_plain_fields_in_utf8_are_read(kind: str) -> None:
    assert read([b"words=caf%C3%A9&case=a&case=b&empty="], kind) == Form(
        {"words": ("café",), "case": ("a", "b"), "empty": ("",)}
    )


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "", "text/plain", f"{KIND}; charset=utf-16"]
)
def test_nothing_but_plain_fields_is_taken(kind: str) -> None:
    assert status([b"a=b"], kind) == 415


def test_nothing_packed_is_taken() -> None:
    assert status([b"a=b"], **{"content-encoding": "gzip"}) == 415


def test_a_form_has_a_longest_length() -> None:
    assert len(read([b"a=" + b"x" * (LONGEST - 2)]).one("a")) == LONGEST - 2
    assert status([b"a=" + b"x" * (LONGEST - 1)]) == 413


def test_of_an_endless_form_little_is_read() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 10_000
            yield b"x" * 10_000

    assert status(endless()) == 413
    assert taken < 100 * LONGEST


def test_a_form_has_a_greatest_number_of_fields() -> None:
    assert len(read([b"&".join([b"a=1"] * MOST_FIELDS)]).all("a")) == MOST_FIELDS
    assert status([b"&".join([b"a=1"] * (MOST_FIELDS + 1))]) == 400


@pytest.mark.parametrize("body", [b"a=%ff", b"a=\xff", b"%c3=a", b"a=%ed%a0%80"])
def test_what_is_no_utf8_is_refused(body: bytes) -> None:
    assert status([body]) == 400


def test_a_form_that_trickles_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PATIENCE", 0.01)

    async def never() -> Message:
        await asyncio.Event().wait()
        return {}

    waiting = Request({"type": "http", "method": "POST", "headers": [(b"content-type", KIND.encode())]}, never)
    with pytest.raises(HTTPException) as caught:
        asyncio.run(read_form(waiting))
    assert caught.value.status_code == 408


def test_the_first_value_of_a_field_counts() -> None:
    form = parse(b"a=1&a=2&list=yes&quote=on")
    assert (form.one("a"), form.one("b"), form.all("b")) == ("1", "", ())
    assert form.ticked("list")
    assert not form.ticked("quote")
