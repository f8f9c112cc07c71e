"""Reads the e-mail addresses in a cell of somebody's spreadsheet, however they are written there; asks no server."""

import re
from dataclasses import dataclass

from outreach.registry.addresses.disguises import why_deceptive
from outreach.registry.cells import read_address
from outreach.text import shortened

OUTSIDE = r"\s<>()\[\]{},;:\"/|\\"
# Only from where a word begins, so that no cell makes it slow.
ADDRESS = re.compile(rf"(?<![^{OUTSIDE}@])(?:mailto:)?([^{OUTSIDE}@]++@[^{OUTSIDE}@?]+)(?:\?[^\s,;>]*)?", re.IGNORECASE)
# a@b behind words or brackets, and what may stand between two addresses
BETWEEN = re.compile(
    r"[\s,;:/|<>()\[\]{}\"'«»“”&+-]+|\b(?:and|or|et|ou|und|oder|y|o|e-?mail|mail|cc|to)\b", re.IGNORECASE
)
HIDDEN = re.compile(
    r"[\[({<]\s*(?:at|@|arroba|arobase|dot|punto|point)\s*[\])}>]|\S\s+(?:at|arroba|arobase)\s+\S+\s*(?:\.|\bdot\b)",
    re.IGNORECASE,
)
QUOTES = "'\"‘’“”.,;:"


@dataclass(frozen=True, slots=True)
class MailCell:
    """The addresses of a cell as missions.csv writes them, and what stood beside them and is left out."""

    text: str
    left_out: str


def read_mail_cell(text: str) -> MailCell:
    """Read mailto:a@b, Name <a@b>, a@b (Ambassador), several by comma, slash, semicolon, line break or "and".

    ValueError where something looks like an address and is none, or is written so that nobody can be sure of it.
    """
    addresses: dict[str, str] = {}
    for found in ADDRESS.finditer(text):
        address = read_address(found[1].strip(QUOTES))
        deceptive = why_deceptive(address.rpartition("@")[2])
        if deceptive:
            raise ValueError(f"'{address}' may not be what it looks like: {deceptive}. Type it anew")
        addresses.setdefault(address.casefold(), address)
    rest = ADDRESS.sub(" ", text)
    if HIDDEN.search(rest):
        raise ValueError(
            f"'{shortened(text)}' is an address written so that machines do not read it; write it as name@example.org"
        )
    if "@" in rest or (text and not addresses):
        read_address(" ".join(text.split()))  # says what is wrong with it
        raise ValueError(f"'{shortened(text)}' cannot be told apart into addresses; separate them with ;")
    return MailCell("; ".join(addresses.values()), " ".join(BETWEEN.sub(" ", rest).split()))
