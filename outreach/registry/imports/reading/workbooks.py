"""Has a workbook (.xlsx, .xls, .ods) read by a process of its own, and says in words when it cannot be."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from outreach.errors import DataError, Problem
from outreach.registry.imports.reading.grid import Grid, Spreadsheet

log = logging.getLogger(__name__)
PATIENCE = 120  # seconds, on a slow machine; the process has a limit of its own for what it calculates
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO], section 2.3.4.4
WORD = "WordDocument".encode("utf-16-le")  # a stream of an OLE file: [MS-DOC], section 2.1
NO_ROOM = "needs more memory or time than a list of missions can: copy the rows that matter into a new file"


def is_workbook(start: bytes) -> bool:
    """Say whether a file that begins so may be a workbook: a zip archive or an OLE file."""
    return start.startswith((ZIP, OLE))


def read_workbook(path: Path, name: str, data: bytes) -> Spreadsheet:
    """Give every sheet of the workbook at `path`; DataError where it has a password, is broken or too large."""
    if data.startswith(OLE) and LOCKED in data:
        raise DataError([Problem(name, "has a password: open it, save it without one, and import that")])
    other = _other_document(path, data)
    if other:
        raise DataError([Problem(name, other)])
    answer = _answer(path, name)
    if "refused" in answer:
        raise DataError([Problem(name, str(answer["refused"]))])
    grids = tuple(Grid(sheet["name"], sheet["hidden"], tuple(map(tuple, sheet["rows"]))) for sheet in answer["sheets"])
    return Spreadsheet(name, "a workbook", grids)


def _other_document(path: Path, data: bytes) -> str:
    """Say what to do with a document that is no workbook and lies in the same kind of file as one; "" for others."""
    try:
        parts = set(ZipFile(path).namelist()) if data.startswith(ZIP) else set[str]()
    except (BadZipFile, OSError, NotImplementedError):
        return ""
    if "word/document.xml" in parts or WORD in data:
        return "is a Word document: copy its table into a spreadsheet, and save that"
    if any(part.startswith("Index/") and part.endswith(".iwa") for part in parts):
        return "is a document of Numbers or Pages: export it as .xlsx or CSV"
    return ""


def _answer(path: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "outreach.registry.imports.reading.unpack", str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise DataError([Problem(name, NO_ROOM)]) from None
    if done.returncode:
        log.debug("reading a workbook ended with %d", done.returncode)
        raise DataError([Problem(name, NO_ROOM)])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
