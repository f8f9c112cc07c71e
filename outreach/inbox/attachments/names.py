"""Makes the name of a file that somebody sent safe to write here and on any machine; knows no file system."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 150  # bytes in UTF-8, below the 255 that file systems take, with room for a number
LONGEST_SUFFIX = 20
_ELSEWHERE_SPECIAL = re.compile(r'[<>:"|?*$`\\]')
# Names of devices on Windows, with any ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)", re.IGNORECASE)
# Programs, and documents that can hold one: what a desktop runs when somebody clicks on it.
_PROGRAMS = frozenset(
    """
    app apk appimage bat chm cmd com cpl desktop dll dmg docm dotm exe gadget hta htm html inf iso jar js jse jnlp lnk
    mht mhtml msc msi msix one pif pkg ps1 py rb reg rtf scf scr sh svg url vb vbe vbs vhd wsf wsh xhtml xlam xll xlsm
    xltm pptm potm ppam
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def safe_name(name: str, otherwise: str = "attachment") -> str:
    """Give a name without folders, controls, marks that reorder or hide text, and what a shell or Windows reserves.

    It is never blank, begins with no dot or dash, and keeps its ending.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if character.isspace() else character for character in last if _is_shown(character))
    plain = " ".join(_ELSEWHERE_SPECIAL.sub("_", seen).split()).lstrip(".-_ ").rstrip(". ")
    if _DEVICE.match(plain):
        plain = f"file-{plain}"
    return _cut(plain) or otherwise


def numbered(name: str, number: int) -> str:
    """Give the name of the second, third, … file of a name: note-2.pdf."""
    if number < 2:
        return name
    path = PurePosixPath(name)
    return f"{path.stem}-{number}{path.suffix}"


def may_run(name: str) -> bool:
    """Say whether a desktop would run a file of this name, or what is in it."""
    return any(ending.lower() in _PROGRAMS for ending in name.split(".")[1:])


def _is_shown(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _cut(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix.encode()) <= LONGEST_SUFFIX else ""
    stem = name[: len(name) - len(suffix)]
    return stem.encode()[: LONGEST - len(suffix.encode())].decode("utf-8", "ignore").rstrip(". ") + suffix
