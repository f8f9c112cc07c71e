"""contacts/private.csv is joined to missions.csv by State and counts first; it need not be there, or be complete."""

import shutil
from pathlib import Path

import pytest

from outreach.errors import DataError
from outreach.inbox.matching.addressbook import AddressBook
from outreach.registry.load import load_registry
from outreach.registry.model import Registry
from outreach.settings.settings import Settings
from tests.conftest import CAMPAIGN, give_addresses
from tests.registry.test_load import TODAY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CAMPAIGN / "contacts", tmp_path / "contacts")
    give_addresses(tmp_path, ["DEU", "JPN"])
    return tmp_path


def load(folder: Path, private: str) -> Registry:
    (folder / "contacts" / "private.csv").write_text(private)
    return load_registry(folder, today=TODAY)


def test_its_address_takes_the_place_of_the_public_one_with_its_own_day(folder: Path) -> None:
    before = load_registry(folder, today=TODAY).missions["DEU"]
    after = load(folder, "state,email,source\nDEU,desk@office.example.org,a call\n").missions["DEU"]
    assert after.emails == ("desk@office.example.org",)
    assert (after.verified_on, after.source, after.private_row) == (None, "a call", 2)
    assert after.known_emails == ("desk@office.example.org", "deu@deu.example.org")
    assert (after.language, after.name, after.row) == (before.language, before.name, before.row)


def test_other_cells_count_where_they_say_something(folder: Path) -> None:
    mission = load(folder, "state,email,phone,language\nDEU,,+41 22 000 00 00,\n").missions["DEU"]
    assert mission.emails == ("deu@deu.example.org",)
    assert mission.verified_on is not None
    assert (mission.phone, mission.private_row) == ("+41 22 000 00 00", 0)


def test_a_mission_may_be_there_alone(folder: Path) -> None:
    assert "FJI" not in load_registry(folder, today=TODAY).missions
    mission = load(folder, "state,email,verified_on\nFJI,desk@fji.example.org,2026-01-02\n").missions["FJI"]
    assert mission.emails == ("desk@fji.example.org",)
    assert mission.verified_on is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("state\nDEU\n", "contacts/private.csv, row 1: the header lacks 'email'"),
        ("state,email\nXXX,desk@office.example.org\n", "contacts/private.csv, row 2, column state"),
        ('state,email,note\nDEU,,"a\nFRA,desk@office.example.org,"b"\n', "contacts/private.csv, row 2"),
    ],
)
def test_a_row_that_may_be_any_states_stops_everything(folder: Path, text: str, problem: str) -> None:
    """A letter might go to an address that this row stands for."""
    with pytest.raises(DataError) as error:
        load(folder, text)
    assert problem in str(error.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("state,email\nDEU,nobody\n", "contacts/private.csv, row 2, column email: 'nobody' is not an e-mail address"),
        ("state,email,verified_on\nDEU,,2026-01-02\n", "column verified_on: there is no address beside it"),
        ("state,email\nGermany,desk@office.example.org\n", "column state: 'Germany' is not an alpha-3 code"),
        ("state,email\nDEU,a@example.org\nDEU,b@example.org\n", "row 3, column state: DEU stands in row 2 already"),
        ("state,email,note\nDEU,a@example.org\n", "contacts/private.csv, row 2: has 2 cells"),
    ],
)
def test_other_problems_are_of_one_mission_and_named_by_row_and_column(folder: Path, text: str, problem: str) -> None:
    registry = load(folder, text)
    [found] = registry.problems
    assert problem in str(found)
    assert registry.missions["DEU"].problems == (found,)
    assert not registry.missions["JPN"].problems


def test_mail_from_the_public_address_is_still_the_missions(folder: Path) -> None:
    registry = load(folder, "state,email\nDEU,desk@office.example.org\n")
    book = AddressBook(registry, Settings())
    assert book.missions_at("deu@deu.example.org") == book.missions_at("desk@office.example.org") == {"DEU"}
