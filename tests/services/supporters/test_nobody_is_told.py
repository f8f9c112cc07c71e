"""Who supports a campaign stands in one file, sealed; and whoever fills in forms learns of nobody from that."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select

from outreach.db.engine import reading
from outreach.services.supporters.arriving import accept
from outreach.services.supporters.links.confirming import decide
from outreach.services.supporters.links.own_voice import take_back
from outreach.services.supporters.one_person import forget
from outreach.supporters.people import VOICE
from outreach.supporters.tables import arrivals
from tests.services.supporters.campaigns import arrive, joins, open_here, tokens, writes
from tests.supporters.stores import KEY, NOW

NETWORK = "203.0.113.0/24"
PEOPLE = [f"supporter{number:02}@friends{number:02}.example.org" for number in range(50)]


def found_in(folder: Path, *words: str) -> list[tuple[str, str]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    texts = [(path.name, path.read_bytes().lower()) for path in files]
    return [(name, word) for name, text in texts for word in words if word.lower().encode() in text]


def test_of_fifty_supporters_no_file_has_an_address_a_name_a_word_or_a_network(tmp_path: Path) -> None:
    opened = open_here(tmp_path, per_network=500)
    for number, address in enumerate(PEOPLE):
        form = writes(address, words="Free the keepers", name="Noor of Example", joins=number % 2 == 0)
        arrive(opened, form if number % 3 else joins(address), at=NOW)
    said_yes = tokens(opened)[:40]
    for token in said_yes:
        decide(opened, token, yes=True, at=NOW)
    decide(opened, tokens(opened)[45], yes=False, at=NOW)
    take_back(opened, opened.store.sealer.token(VOICE, 1), NOW)
    accept(opened, writes("late@friends99.example.org"), NOW)
    private = (*(address.partition("@")[0] for address in PEOPLE), "friends", "keepers", "of example", "203.0.113")
    assert found_in(tmp_path, *private) == []
    assert [name for name, _ in found_in(tmp_path, "supporter:")] != []  # what is looked for would be found


def test_who_is_forgotten_is_in_no_file_not_even_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outreach.toml").write_text("")
    monkeypatch.setenv("OUTREACH_WEB__KEY", KEY)
    opened = open_here(tmp_path)
    arrive(opened, *(writes(address, network="") for address in PEOPLE[:5]))
    marks = [opened.store.sealer.fingerprint(address) for address in PEOPLE[:5]]
    done = forget(tmp_path, PEOPLE[0], NOW, "a test")
    assert (done.undone, done.still_in) == ((), ())
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [mark in everything for mark in marks] == [False, True, True, True, True]


def test_a_form_is_the_same_work_for_everybody(tmp_path: Path) -> None:
    """Member, stranger, refused and capped: the same statements, and as many bytes on the disk."""
    opened = open_here(tmp_path)
    arrive(opened, writes("member@example.org", joins=True), writes("denied@example.org"))
    yes, no = tokens(opened)
    decide(opened, yes, yes=True, at=NOW)
    decide(opened, no, yes=False, at=NOW)
    arrive(opened, *[joins("capped@example.org")] * 3)
    statements = list[str]()

    def note(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(opened.store.engine, "before_cursor_execute", note)
    seen = []
    for name in ("member", "denied", "capped", "nobody"):
        statements.clear()
        accept(opened, writes(f"{name}@example.org"), NOW)
        seen.append(list(statements))
    assert seen == [seen[0]] * 4
    assert [statement.split()[0] for statement in seen[0]] == ["BEGIN", "INSERT"]
    with reading(opened.store.engine) as connection:
        assert len({len(sealed) for sealed in connection.scalars(select(arrivals.c.sealed))}) == 1
