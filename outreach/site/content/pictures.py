"""Reads site/pictures/pictures.csv and looks at the files beside it: each picture has a row, and each row a picture."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial

from outreach.errors import Problem
from outreach.language import language_name
from outreach.publishing.files import SiteFiles, named
from outreach.registry.sheets.sheet import Sheet
from outreach.registry.sheets.table import Fields, rows_of
from outreach.site.content.cells import read_text
from outreach.site.content.model import Picture
from outreach.site.content.picture_files import ENDINGS, size_on_page
from outreach.site.content.resources import sheet_of
from outreach.text import did_you_mean, either, shortened

UNDER = "pictures"
FILE = f"{UNDER}/pictures.csv"
# Names that every file host and every address takes as they are (RFC 3986, section 2.3: unreserved characters).
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
NO_CONSENT = ("no", "non", "none", "nein", "n/a", "na", "unknown", "inconnu", "pending", "withdrawn", "?", "-", "–")
WHAT = {
    "credit": "whose picture it is, as it is to be named beside it",
    "licence": "what allows us to show it, such as CC BY 4.0, or a written permission and its day",
    "consent": "who in the picture agreed to it, and when; or: nobody in it",
}


def read_pictures(
    files: SiteFiles, languages: Sequence[str], cases: Collection[str], problems: list[Problem]
) -> dict[str, Picture]:
    """Read the pictures by the names of their files; each is described in all of `languages`, those of the site."""
    there = [name for name in files.listed(UNDER) if f"{UNDER}/{name}" != FILE]
    sheet = sheet_of(files, FILE, problems)
    pictures = dict[str, Picture]()
    with_row = set[str]()
    for row in _rows(sheet, languages, problems) if sheet else ():
        file = row["file"]
        if file in with_row:
            row.note("file", f"'{shortened(file)}' has a row already: keep one")
            continue
        with_row.add(file)
        if (picture := _picture(row, languages, cases, files, there)) and file not in pictures:
            pictures[file] = picture
    for name in there:
        if name not in with_row:
            message = f"has no row in {named(FILE)}: say there what it shows and who allows it, or take it out"
            problems.append(Problem(named(f"{UNDER}/{name}"), f"{message}; the name of a draft begins with _"))
    return pictures


def _rows(sheet: Sheet, languages: Sequence[str], problems: list[Problem]) -> Iterator[Fields]:
    columns = ("file", *(f"alt.{language}" for language in languages), *WHAT)
    return rows_of(sheet, columns, problems)


def _picture(
    row: Fields, languages: Sequence[str], cases: Collection[str], files: SiteFiles, there: Collection[str]
) -> Picture | None:
    """Read one row and look at its file; what is wrong with either is noted at the row."""
    alt = {
        language: row.read(f"alt.{language}", partial(read_text, what=_what_it_shows(language)), "")
        for language in languages
    }
    known = {column: row.read(column, partial(read_text, what=what), "") for column, what in WHAT.items()}
    if known["consent"].strip(" .").casefold() in NO_CONSENT:
        row.note(
            "consent",
            f"'{shortened(known['consent'])}' is no consent: take the picture out of {named(UNDER)}, or write "
            f"{WHAT['consent']}",
        )
    case = row["case"]
    if case and case not in cases:
        row.note("case", f"there is no case '{shortened(case)}'{did_you_mean(case, cases)}")
    file = row.read("file", partial(_read_name, there=there), "")
    path = files.readable(f"{UNDER}/{file}") if file else None
    if path is None:
        return None
    try:
        width, height = size_on_page(path)
    except ValueError as error:
        row.note("file", f"'{file}' {error}")
        return None
    return Picture(file, alt, **known, width=width, height=height, case=case)


def _what_it_shows(language: str) -> str:
    return f"what the picture shows, in {language_name(language)}, for people who do not see it"


def _read_name(text: str, there: Collection[str]) -> str:
    """Return the name of a picture that lies beside the table."""
    if not text:
        raise ValueError(f"missing: write the name of the picture, a file in {named(UNDER)}")
    if not NAME.fullmatch(text) or not text.lower().endswith(ENDINGS):
        raise ValueError(
            f"{shortened(text)!a} is no name for a picture: call the file a-z, 0-9, - and _, with {either(ENDINGS)}"
        )
    if text not in there:
        near = did_you_mean(text, there) if there else ""
        raise ValueError(f"there is no file {named(f'{UNDER}/{text}')}: put it there, or take the row out{near}")
    return text
