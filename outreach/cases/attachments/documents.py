"""Reads documents of a word processor (DOCX, ODT) and says what keeps one from going with letters; opens no path.

A document is an archive of XML files. What any of them says is read: pages, headers, notes, descriptions of pictures,
addresses of links, and who made it.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from io import BytesIO

from outreach.cases.attachments.pictures import is_placed

MOST_UNPACKED = 30_000_000  # bytes of all the text of a document; a page has some 10 kB
_FOREIGN = re.compile(r"vba|macros?/|^Basic/|^Scripts/|embeddings/|activeX|\.bin$")
_REMARKS = re.compile(
    r"<w:(?:ins|del|moveFrom|moveTo|commentReference)\b|<(?:text:tracked-changes|office:annotation)\b"
)
# What a reader's program fetches when it opens the document; a link is followed only by a person.
_ELSEWHERE_IN_DOCX = re.compile(r"<Relationship\b(?=[^>]*TargetMode=\"External\")(?![^>]*/hyperlink\")[^>]*>")
_ELSEWHERE_IN_ODT = re.compile(r'<(?!text:a\b|draw:a\b|meta:)[\w:-]+\s[^>]*xlink:href="(?:\w+:)?//')
_TAG = re.compile(r"<[^>]*>")
_GAP = re.compile(r"</(?:w:p|text:p|text:h)>|<(?:w:br|w:cr|w:tab|text:line-break|text:tab|text:s)\b[^>]*>")
_SAID_IN_TAGS = re.compile(r'\b(?:descr|title|Target|xlink:href|svg:title|office:name)="([^"]*)"')


def check_document(data: bytes, word: str, main: str) -> None:
    """Raise ValueError, with what to do, for a document that cannot go; `main` is the file in it that has its pages."""
    with _opened(data) as archive:
        names = archive.namelist()
        if main not in names:
            raise ValueError(f"its name says {word}, and it is another archive: attach what is in it")
        if any(_FOREIGN.search(each) for each in names):
            raise ValueError("the document holds macros or other files: save it as PDF")
        if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
            raise ValueError("the document unpacks to more than any letter needs: save it as PDF")
        pages = list(_pages(archive))
        pictures = (each for each in archive.infolist() if each.filename.lower().endswith((".jpg", ".jpeg", ".png")))
        if any(is_placed(archive.read(each)) for each in pictures):
            raise ValueError("a picture in the document says where it was taken (GPS): take that out of the picture")
    if any(_REMARKS.search(page) for page in pages):
        raise ValueError("the document has comments or tracked changes: accept or delete them, or save it as PDF")
    if any(_ELSEWHERE_IN_DOCX.search(page) or _ELSEWHERE_IN_ODT.search(page) for page in pages):
        raise ValueError("the document fetches something from elsewhere when it is opened: save it as PDF")


def text_of_document(data: bytes) -> str:
    """Give everything that a document says, with a line for each paragraph; ValueError where it is damaged."""
    with _opened(data) as archive:
        pages = list(_pages(archive))
    said = (_TAG.sub("", _GAP.sub("\n", page)) + "\n" + "\n".join(_SAID_IN_TAGS.findall(page)) for page in pages)
    return unescape("\n".join(said))


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError):
        raise ValueError("the document is damaged or locked: save it again, without a password") from None


def _written(names: list[str]) -> list[str]:
    return [each for each in names if each.lower().endswith((".xml", ".rels"))]


def _pages(archive: zipfile.ZipFile) -> Iterator[str]:
    """Give the XML of a document, file by file, up to as much as any letter needs."""
    left = MOST_UNPACKED
    for name in _written(archive.namelist()):
        with archive.open(name) as file:
            page = file.read(left)
        left -= len(page)
        yield page.decode("utf-8", "replace")
