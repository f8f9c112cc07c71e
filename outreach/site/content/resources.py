"""Reads site/resources.csv: reports, films and news that the page points to."""

from collections.abc import Iterator
from functools import partial

from outreach.errors import DataError, Problem
from outreach.language import language_code
from outreach.publishing.files import SiteFiles, named
from outreach.registry.cells import read_choice, read_rough_date
from outreach.registry.sheets.sheet import Sheet, read_sheet
from outreach.registry.sheets.table import rows_of
from outreach.site.content.cells import read_text, read_web_address
from outreach.site.content.model import Resource

FILE = "resources.csv"
KINDS = ("report", "film", "news")
COLUMNS = ("title", "url", "kind", "date", "language", "source")


def read_resources(files: SiteFiles, problems: list[Problem]) -> tuple[Resource, ...]:
    """Read the resources in the order of the file; none where there is no file.

    A resource without an address is one all the same: nobody knows where it is, and the page shows its title alone.
    """
    sheet = sheet_of(files, FILE, problems)
    return tuple(_resources(sheet, problems)) if sheet else ()


def sheet_of(files: SiteFiles, name: str, problems: list[Problem]) -> Sheet | None:
    """Read a table of site/; None where there is none, or where it cannot be read."""
    if not (path := files.readable(name)):
        return None
    try:
        return read_sheet(path, named(name))
    except DataError as error:
        problems.extend(error.problems)
        return None


def _resources(sheet: Sheet, problems: list[Problem]) -> Iterator[Resource]:
    first = dict[tuple[str, str], int]()
    for row in rows_of(sheet, COLUMNS, problems):
        resource = Resource(
            title=row.read("title", partial(read_text, what="its own title"), ""),
            url=row.read("url", read_web_address, ""),
            kind=row.read("kind", partial(read_choice, what="kind", known=KINDS), ""),
            date=row.read("date", read_rough_date, ""),
            language=row.read("language", _read_language, ""),
            source=row.read("source", partial(read_text, what="where you know of it from"), ""),
        )
        key = (resource.title.casefold(), row.cells.get("url", ""))
        if key in first and resource.title:
            row.note("title", f"stands in row {first[key]} already: keep one row")
        first.setdefault(key, row.row)
        yield resource


def _read_language(text: str) -> str:
    """Return the code of the language that it is in; blank where nobody knows."""
    return language_code(text) if text else ""
