"""Where pages stand, and the way from one to another: always relative, so that a site works in any folder."""

from collections.abc import Sequence


def root_path(address: str, language: str, languages: Sequence[str]) -> str:
    """Give the address of a page from the root of the site: "states/DEU/" in French is "fr/states/DEU/"."""
    return address if language == languages[0] else f"{language}/{address}"


def file_of(path: str) -> str:
    """Give the file that a web server answers an address with: "fr/" is "fr/index.html"."""
    return f"{path}index.html" if not path or path.endswith("/") else path


def relative(here: str, there: str) -> str:
    """Give the way from one address to another, both from the root of the site; `there` may have a #mark."""
    place, mark, name = there.partition("#")
    if place == here and mark:
        return f"#{name}"
    folders, target = here.split("/")[:-1], place.split("/")
    same = 0
    while same < len(folders) and same < len(target) - 1 and folders[same] == target[same]:
        same += 1
    way = "../" * (len(folders) - same) + "/".join(target[same:])
    return f"{way or './'}{mark}{name}"
