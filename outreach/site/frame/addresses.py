"""Where pages stand, and the way from one to another: always relative, so that a site works in any folder."""

from collections.abc import Sequence
from posixpath import relpath


def root_path(address: str, language: str, languages: Sequence[str]) -> str:
    """Give the address of a page from the root of the site: "states/DEU/" in French is "fr/states/DEU/"."""
    return address if language == languages[0] else f"{language}/{address}"


def file_of(path: str) -> str:
    """Give the file that a web server answers an address with: "fr/" is "fr/index.html"."""
    return f"{path}index.html" if not path or path.endswith("/") else path


def relative(here: str, there: str) -> str:
    """Give the way from one address to another, both from the root of the site; `there` may have a #mark."""
    place, mark, name = there.partition("#")
    folder = here.rpartition("/")[0]
    if place == here and mark:
        return f"#{name}"
    way = relpath(place or ".", folder or ".")
    if not place or place.endswith("/"):
        way += "/"
    return f"{way}{mark}{name}" if way == "./" else f"{way.removeprefix('./')}{mark}{name}"
