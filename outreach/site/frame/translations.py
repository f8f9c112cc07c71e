"""The words of the pages in each language: gettext catalogues in translations/, English where there is none.

Each language has one folder with several catalogues (PO files), one a kind of page; together they are one.
"""

import gettext
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Give the translations of a language: its own, those of its base (pt for pt-BR), else English as it stands."""
    for code in dict.fromkeys((language, language.partition("-")[0])):
        folder = files("outreach.site").joinpath("translations", code)
        if folder.is_dir():
            return _together(code, [read_catalogue(code, part.name) for part in folder.iterdir()])
    return gettext.NullTranslations()


def read_catalogue(code: str, name: str) -> Catalog:
    """Read one PO file of a language."""
    with files("outreach.site").joinpath("translations", code, name).open("rb") as file:
        return read_po(file, locale=code.replace("-", "_"))


def _together(code: str, parts: list[Catalog]) -> gettext.NullTranslations:
    whole = Catalog(locale=code.replace("-", "_"))
    for part in parts:
        for message in part:
            if message.id and message.string:
                whole.add(message.id, message.string, context=message.context)
    made = BytesIO()
    write_mo(made, whole)
    made.seek(0)
    return gettext.GNUTranslations(made)
