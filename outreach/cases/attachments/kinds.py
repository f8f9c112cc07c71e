"""Says what a file is that goes with letters, whether a mission can open it safely, and what it says; opens no path.

PDF, pictures, plain text and documents of a word processor go. What runs, what unpacks, and what tells more than its
writer meant (where a picture was taken, remarks in a document) is refused, with words that say what to do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from outreach.cases.attachments.documents import check_document, text_of_document
from outreach.cases.attachments.pdf import check_pdf, text_of_pdf
from outreach.cases.attachments.pictures import check_picture, text_of_picture
from outreach.text import control_in

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ALLOWED = "PDF, PNG, JPEG, TXT, DOCX and ODT"
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


@dataclass(frozen=True, slots=True)
class KindOfFile:
    """What may go with letters: its media type, its name for people, what refuses bytes, and what reads their text.

    `check` raises ValueError, with what to do. `text` reads what was taken, even where it would be refused today.
    """

    media_type: str
    word: str
    check: Callable[[bytes], None]
    text: Callable[[bytes], str]


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
        return kind.text(data) if kind else ""
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


def _pdf(data: bytes) -> None:
    _must_begin(data, "PDF")
    check_pdf(data)


def _png(data: bytes) -> None:
    _must_begin(data, "PNG")
    check_picture(data, "PNG")


def _jpeg(data: bytes) -> None:
    _must_begin(data, "JPEG")
    check_picture(data, "JPEG")


def _text(data: bytes) -> None:
    found = _looks_like(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, found = "", found or "not UTF-8"
    if found:
        raise ValueError(f"its name says TXT, and it is {found}: save it as plain text in UTF-8")
    if control := control_in(text.replace("\r\n", "\n")):
        raise ValueError(f"the text has the control character U+{ord(control):04X}: delete it")
    if not text.strip():
        raise ValueError("the file says nothing: write what it should say, or leave it out")


def _docx(data: bytes) -> None:
    _archive(data, "DOCX", "word/document.xml")


def _odt(data: bytes) -> None:
    _archive(data, "ODT", "content.xml")


def _archive(data: bytes, word: str, main: str) -> None:
    if not data.startswith(b"PK\x03\x04"):
        _must_begin(data, word)
    check_document(data, word, main)


def _plain(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


_KINDS = {
    "pdf": KindOfFile("application/pdf", "PDF", _pdf, text_of_pdf),
    "png": KindOfFile("image/png", "PNG", _png, text_of_picture),
    "jpg": KindOfFile("image/jpeg", "JPEG", _jpeg, text_of_picture),
    "jpeg": KindOfFile("image/jpeg", "JPEG", _jpeg, text_of_picture),
    "txt": KindOfFile("text/plain", "TXT", _text, _plain),
    "docx": KindOfFile(DOCX, "DOCX", _docx, text_of_document),
    "odt": KindOfFile(ODT, "ODT", _odt, text_of_document),
}
