"""How mail programs begin our letter below an answer, in the languages of missions: wordings of our own, by program.

In clients.txt, a line "=== program" is followed by what the writer answered, "~~~", and what the program wrote below.
"""

from pathlib import Path


def read_clients() -> dict[str, tuple[str, str]]:
    """Read the answer and the quote of each program."""
    found = {}
    for entry in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, rest = entry.removesuffix("\n").partition("\n")
        answer, _, quote = rest.partition("\n~~~\n")
        found[name] = (answer, quote)
    return found


CLIENTS = read_clients()
