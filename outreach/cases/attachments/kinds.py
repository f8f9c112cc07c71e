"""Says what a file is that goes with letters, whether a mission can open it safely, and what it says; opens no path.

PDF, pictures, plain text and documents of a word processor go. What runs, what unpacks, and what tells more than its
writer meant (where a picture was taken, remarks in a document) is refused, with words that say what to do.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import PurePath

from outreach.text import control_in

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ALLOWED = "PDF, PNG, JPEG, TXT, DOCX and ODT"
MOST_UNPACKED = 30_000_000  # bytes of the text of a document; a page has some 10 kB
GPS = 0x8825  # the tag of Exif that says where a picture was taken
_WORDS_OF = {
    "html": "a web page: save it as PDF",
    "htm": "a web page: save it as PDF",
    "zip": "an archive, which many mail servers refuse: attach what is in it, each for itself",
    "docm": "a document with macros: save it as PDF",
    "doc": "a document that may hold macros: save it as PDF",
    "rtf": "a document that may hold programs: save it as PDF",
    "svg": "a picture that may hold programs: save it as PNG or PDF",
}
_BEGINNINGS = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"PK\x03\x04", "an archive or a document"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"#!", "a program"),
    (b"\xd0\xcf\x11\xe0", "a document of an old Office"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"{\\rtf", "RTF"),
)
_LIVELY_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia)\b")
_SEALED_PDF = re.compile(rb"/Encrypt\b")
_REMARKS_IN_DOCX = re.compile(r"<w:(?:ins|del|moveFrom|moveTo|commentReference)\b")
_REMARKS_IN_ODT = re.compile(r"<(?:text:tracked-changes|office:annotation)\b")
_TAG = re.compile(r"<[^>]*>")
_END_OF_PARAGRAPH = re.compile(r"</(?:w:p|text:p|text:h)>")


@dataclass(frozen=True, slots=True)
class KindOfFile:
    """What may go with letters: its media type, its name for people, and what checks the bytes and reads their text."""

    media_type: str
    word: str
    read: Callable[[bytes], str]


def kind_of(name: str) -> KindOfFile:
    """Give the kind of a file by the ending of its name; ValueError with what to do where such files do not go."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if kind := _KINDS.get(ending):
        return kind
    if not ending:
        raise ValueError(f"its name has no ending that says what it is: {ALLOWED} can be attached")
    raise ValueError(f".{ending} is {_WORDS_OF.get(ending, f'no kind of file that goes: {ALLOWED} do')}")


def text_in(data: bytes, media_type: str) -> str:
    """Give the text in a file that was attached; "" where this program cannot read it."""
    kind = next((kind for kind in _KINDS.values() if kind.media_type == media_type), None)
    try:
        return kind.read(data) if kind else ""
    except ValueError:
        return ""


def word_for(media_type: str) -> str:
    """Name a kind of file for people: PDF; a media type of which this program has no word as it is."""
    return next((kind.word for kind in _KINDS.values() if kind.media_type == media_type), media_type)


def _looks_like(data: bytes) -> str:
    begins = data[:64].lstrip().lower()
    return next((word for mark, word in _BEGINNINGS if data.startswith(mark) or begins.startswith(mark.lower())), "")


def _must_begin(data: bytes, word: str) -> None:
    found = _looks_like(data)
    if found != word:
        raise ValueError(f"its name says {word}, and it is {found or 'something else'}: give it the file that is meant")


def _pdf(data: bytes) -> str:
    _must_begin(data, "PDF")
    if b"%%EOF" not in data[-2048:]:
        raise ValueError("the end of the PDF is missing: save or download it again")
    if _SEALED_PDF.search(data):
        raise ValueError("the PDF is locked or encrypted: save it without a password and without restrictions")
    if found := _LIVELY_PDF.search(data):
        what = f"the PDF holds a program or another file ({found[0].decode()})"
        raise ValueError(f"{what}, and mail servers refuse such: print it to a new PDF")
    return ""


def _picture(data: bytes, word: str) -> str:
    _must_begin(data, word)
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=[word]) as picture:
            picture.verify()
        with Image.open(BytesIO(data), formats=[word]) as picture:  # one that was verified cannot be read
            taken_at = picture.getexif().get_ifd(GPS)
    except Exception:  # noqa: BLE001 - a broken picture can raise whatever Pillow can
        raise ValueError("the picture is damaged: save or download it again") from None
    if taken_at:
        raise ValueError("the picture says where it was taken (GPS): take that out, or save it anew without its data")
    return ""


def _png(data: bytes) -> str:
    return _picture(data, "PNG")


def _jpeg(data: bytes) -> str:
    return _picture(data, "JPEG")


def _text(data: bytes) -> str:
    found = _looks_like(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = found or "not UTF-8"
    if found:
        raise ValueError(f"its name says TXT, and it is {found}: save it as plain text in UTF-8")
    if control := control_in(text.replace("\r\n", "\n")):
        raise ValueError(f"the text has the control character U+{ord(control):04X}: delete it")
    return text


def _docx(data: bytes) -> str:
    return _document(data, "DOCX", "word/document.xml", _REMARKS_IN_DOCX)


def _odt(data: bytes) -> str:
    return _document(data, "ODT", "content.xml", _REMARKS_IN_ODT)


def _document(data: bytes, word: str, main: str, remarks: re.Pattern[str]) -> str:
    """Check a document of a word processor, which is an archive, and give its text with a line for each paragraph."""
    if not data.startswith(b"PK\x03\x04"):
        _must_begin(data, word)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if main not in names:
                raise ValueError(f"its name says {word}, and it is another archive: attach what is in it")
            if any(re.search(r"vba|macros?/|^Basic/|^Scripts/|embeddings/|activeX|\.bin$", each) for each in names):
                raise ValueError("the document holds macros or other files: save it as PDF")
            if archive.getinfo(main).file_size > MOST_UNPACKED:
                raise ValueError("the document unpacks to more than any letter needs: save it as PDF")
            page = archive.read(main).decode("utf-8", "replace")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise ValueError("the document is damaged or locked: save it again, without a password") from None
    if remarks.search(page):
        raise ValueError("the document has comments or tracked changes: accept or delete them, or save it as PDF")
    return unescape(_TAG.sub("", _END_OF_PARAGRAPH.sub("\n", page)))


_KINDS = {
    "pdf": KindOfFile("application/pdf", "PDF", _pdf),
    "png": KindOfFile("image/png", "PNG", _png),
    "jpg": KindOfFile("image/jpeg", "JPEG", _jpeg),
    "jpeg": KindOfFile("image/jpeg", "JPEG", _jpeg),
    "txt": KindOfFile("text/plain", "TXT", _text),
    "docx": KindOfFile(DOCX, "DOCX", _docx),
    "odt": KindOfFile(ODT, "ODT", _odt),
}
