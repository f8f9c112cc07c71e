"""An address that came in joins its mission's row, and no other byte of the file changes."""

from datetime import date
from pathlib import Path

import pytest

from outreach.errors import DataError, UsageError
from outreach.registry.addresses.contacts import NewAddress, add_address, plan_address

HEADER = "state,mission,email,language,phone,address,website,x,bluesky,mastodon,source,verified_on,note"
DAY = date(2022, 9, 12)


def folder_with(tmp_path: Path, *rows: str, end: str = "\n", bom: str = "", separator: str = ",") -> Path:
    (tmp_path / "contacts").mkdir()
    text = bom + end.join(line.replace(",", separator) for line in (HEADER, *rows)) + end
    (tmp_path / "contacts" / "missions.csv").write_bytes(text.encode())
    return tmp_path


def text_of(folder: Path, file: str = "missions") -> str:
    return (folder / "contacts" / f"{file}.csv").read_bytes().decode()


def new(email: str = "second@deu.example.org", state: str = "DEU", *, first: bool = False) -> NewAddress:
    return NewAddress(state, email, "reply on 2022-09-12", DAY, first, public=True)


def own(email: str = "second@deu.example.org", *, first: bool = False) -> NewAddress:
    return NewAddress("DEU", email, "reply on 2022-09-12", DAY, first)


FRENCH = 'FRA,"Mission, permanente",fra@fra.example.org,fr,,,,,,,"a ""list""",2022-01-02,'
BLANK = "DEU,,,en,,,,,,,,,"
KNOWN = "DEU,,deu@deu.example.org,en,,,,,,,page,2022-01-02,"


@pytest.mark.parametrize(("end", "bom"), [("\n", ""), ("\r\n", "\ufeff")])
def test_the_only_address_of_a_row_is_vouched_for_by_the_day_it_was_seen(tmp_path: Path, end: str, bom: str) -> None:
    folder = folder_with(tmp_path, FRENCH, BLANK, end=end, bom=bom)
    changes = add_address(folder, new())
    row = "DEU,,second@deu.example.org,en,,,,,,,reply on 2022-09-12,2022-09-12,"
    assert text_of(folder) == bom + end.join((HEADER, FRENCH, row, ""))
    assert changes.row == 3


def test_a_second_address_leaves_the_verification_of_the_first_alone(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, KNOWN, FRENCH)
    add_address(folder, new())
    row = "DEU,,deu@deu.example.org; second@deu.example.org,en,,,,,,,page ; reply on 2022-09-12,2022-01-02,"
    assert text_of(folder) == f"{HEADER}\n{row}\n{FRENCH}\n"


def test_an_address_nobody_verified_is_not_vouched_for_by_the_reply_from_another(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, KNOWN.replace("2022-01-02", ""))
    changes = add_address(folder, new(first=True))
    assert changes.after["email"] == "second@deu.example.org; deu@deu.example.org"
    assert "verified_on" not in changes.after


def test_a_file_with_semicolons_gets_several_addresses_in_quotation_marks(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, KNOWN, separator=";")
    add_address(folder, new())
    assert ';"deu@deu.example.org; second@deu.example.org";' in text_of(folder)


def test_a_mission_that_has_no_row_gets_one(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, FRENCH)
    assert add_address(folder, new()).row == 3
    assert text_of(folder).splitlines()[2].startswith("DEU,,second@deu.example.org,,")


@pytest.mark.parametrize("email", ["deu@deu.example.org", "DEU@deu.example.org", "fra@fra.example.org", "no address"])
def test_what_is_there_already_or_is_no_address_is_refused(tmp_path: Path, email: str) -> None:
    folder = folder_with(tmp_path, KNOWN, FRENCH)
    before = text_of(folder)
    for attempt in (plan_address, add_address):
        with pytest.raises(UsageError):
            attempt(folder, new(email))
    assert text_of(folder) == before


def test_a_file_with_problems_is_mended_first(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "DEU,,too,few")
    with pytest.raises(DataError):
        add_address(folder, new())


def test_looking_changes_nothing(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, BLANK)
    before = text_of(folder)
    assert plan_address(folder, new()).after["email"] == "second@deu.example.org"
    assert text_of(folder) == before


def test_an_address_of_somebodys_own_goes_to_the_private_file_which_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, FRENCH, BLANK)
    before = text_of(folder)
    changes = add_address(folder, own())
    assert text_of(folder) == before
    assert text_of(folder, "private") == (
        "state,email,source,verified_on,note\nDEU,second@deu.example.org,reply on 2022-09-12,2022-09-12,\n"
    )
    assert (changes.file, changes.row, changes.verified) == ("contacts/private.csv", 2, True)
    assert (folder / "contacts" / "private.csv").stat().st_mode & 0o777 == 0o600


def test_the_private_row_begins_with_the_public_addresses_and_their_day(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, KNOWN)
    add_address(folder, own())
    row = "DEU,deu@deu.example.org; second@deu.example.org,page ; reply on 2022-09-12,2022-01-02,"
    assert text_of(folder, "private").splitlines()[1] == row
    add_address(folder, own("third@deu.example.org", first=True))
    emails = "third@deu.example.org; deu@deu.example.org; second@deu.example.org"
    assert text_of(folder, "private").splitlines()[1] == row.replace(
        "deu@deu.example.org; second@deu.example.org", emails
    )


def test_a_private_row_without_an_address_keeps_what_it_says(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, BLANK)
    (folder / "contacts" / "private.csv").write_text("state,email,phone,note\nDEU,,,call after noon\n")
    add_address(folder, own())
    assert text_of(folder, "private").splitlines() == [
        "state,email,phone,note,source,verified_on",
        "DEU,second@deu.example.org,,call after noon,reply on 2022-09-12,2022-09-12",
    ]


def test_an_address_that_either_file_has_is_not_added_again(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, KNOWN)
    with pytest.raises(UsageError, match=r"is in contacts/missions.csv already: row 2, DEU"):
        add_address(folder, own("deu@deu.example.org"))
    assert not (folder / "contacts" / "private.csv").exists()
    add_address(folder, own())
    with pytest.raises(UsageError, match=r"is in contacts/private.csv already: row 2, DEU"):
        add_address(folder, new())
