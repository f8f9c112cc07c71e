"""Reads PDFs as far as letters need it: what runs in one, whether it is locked, and what it says of itself (ISO 32000).

The pages are not read. What is packed into streams of objects is unpacked; a name may be written with its characters as
numbers (/J#61vaScript).
"""

import re
import zlib
from collections.abc import Iterator
from html import unescape

MOST_UNPACKED = 30_000_000  # bytes of the objects of one file
_LIVELY = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b")
_SEALED = re.compile(rb"/Encrypt\b")
_BEGINS = re.compile(rb">>\s*stream\r?\n")
_NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OF_ITSELF = re.compile(
    rb"/(?:Title|Author|Subject|Keywords|Creator)\s*(?:\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f\s]*)>)", re.DOTALL
)
_XMP = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def check_pdf(data: bytes) -> None:
    """Raise ValueError, with what to do, for a PDF that is cut off, locked, or holds what runs."""
    if b"%%EOF" not in data[-2048:]:
        raise ValueError("the end of the PDF is missing: save or download it again")
    if _SEALED.search(data):
        raise ValueError("the PDF is locked or encrypted: save it without a password and without restrictions")
    objects = b"\n".join(_objects(data))
    if found := _LIVELY.search(_NUMBERED.sub(lambda each: bytes([int(each[1], 16)]), objects)):
        what = f"the PDF holds a program, a form or another file ({found[0].decode()})"
        raise ValueError(f"{what}, and mail servers refuse such: print it to a new PDF")


def text_of_pdf(data: bytes) -> str:
    """Give what a PDF says of itself: title, author, subject and keywords."""
    said = [_string(found) for page in _objects(data) for found in _OF_ITSELF.finditer(page)]
    said += [unescape(_TAG.sub("\n", found[0].decode("utf-8", "replace"))) for found in _XMP.finditer(data)]
    return "\n".join(said)


def _objects(data: bytes) -> Iterator[bytes]:
    """Give the objects of a file without the contents of its streams; those that are packed into streams too."""
    at, left = 0, MOST_UNPACKED
    while begin := _BEGINS.search(data, at):
        yield data[at : begin.start()]
        end = data.find(b"endstream", begin.end())
        end = len(data) if end < 0 else end
        if b"/ObjStm" in data[max(at, begin.start() - 500) : begin.start()]:
            page = _unpacked(data[begin.end() : end], left)
            left -= len(page)
            yield page
        at = end
    yield data[at:]


def _unpacked(stream: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, max(most, 1))
    except zlib.error:
        return stream


def _string(found: re.Match[bytes]) -> str:
    """Give a text of the file: in brackets, or in hexadecimal; UTF-16 where it begins so."""
    if found[2] is not None:
        digits = re.sub(rb"\s", b"", found[2]).decode()
        raw = bytes.fromhex(digits + "0" * (len(digits) % 2))
    else:
        raw = re.sub(rb"\\(.)", rb"\1", found[1], flags=re.DOTALL)
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    return raw.decode("utf-8", "replace") if raw.startswith(b"\xef\xbb\xbf") else raw.decode("latin-1")
