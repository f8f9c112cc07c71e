"""The words of the pages in each language: gettext catalogues in translations/, English where there is none.

Each language has one folder with several catalogues (PO files), one a kind of page; together they are one. A package
of pages that stand elsewhere has catalogues of its own, used with those of the site.
"""

import gettext
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SITE = "outreach.site"


@cache
def translations(language: str, *others: str) -> gettext.NullTranslations:
    """Give the translations of a language: its own, those of its base (pt for pt-BR), else English as it stands.

    `others` are packages with catalogues beside those of the site.
    """
    for code in dict.fromkeys((language, language.partition("-")[0])):
        found = [(package, files(package).joinpath("translations", code)) for package in (SITE, *others)]
        parts = [(package, part.name) for package, folder in found if folder.is_dir() for part in folder.iterdir()]
        if parts:
            return _together(code, [read_catalogue(code, name, package) for package, name in parts])
    return gettext.NullTranslations()


def read_catalogue(code: str, name: str, package: str = SITE) -> Catalog:
    """Read one PO file of a language."""
    with files(package).joinpath("translations", code, name).open("rb") as file:
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
