"""`outreach missions verify` and `set`: what they write in contacts/ and refuse, and that nothing else changes."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.text import latest_day
from tests.conftest import Command

HEADER = "state,mission,email,language,phone,address,website,x,bluesky,mastodon,source,verified_on,note,Desk officer"
FRENCH = 'FRA,"Mission, permanente",fra@fra.example.org,fr,,,,,,,"a ""list""",2022-01-02,,'
GERMAN = "DEU,,deu@deu.example.org,en,+41 22 000,,,,,,page,2022-01-02,,Bob"
SPANISH = "ESP,,,es,,,,,,,,,,"


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    return campaign_folder


def write(folder: Path, *rows: str, end: str = "\n", bom: str = "", separator: str = ",") -> Path:
    path = folder / "contacts" / "missions.csv"
    text = bom + "".join(line.replace(",", separator) + end for line in (HEADER, *rows))
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def today(folder: Path) -> date:
    assert 'timezone = "Europe/Zurich"' in (folder / "outreach.toml").read_text("utf-8")
    return datetime.now(ZoneInfo("Europe/Zurich")).date()


@pytest.mark.parametrize(("end", "bom", "separator"), [("\n", "", ","), ("\r\n", "\ufeff", ";")])
def test_set_writes_these_cells_and_no_other_byte(
    folder: Path, outreach: Command, end: str, bom: str, separator: str
) -> None:
    french = FRENCH.replace("Mission, permanente", "Mission permanente")
    path = write(folder, french, GERMAN, SPANISH, end=end, bom=bom, separator=separator)
    said = ("--phone", "", "--website", "https://deu.example.org", "--column", "desk officer=Carla", "--language", "fr")
    done = outreach("missions", "set", "DEU", *said, "--yes", folder=folder)
    assert done.stdout.splitlines() == [
        "DEU Germany: deu@deu.example.org (contacts/missions.csv, row 3)",
        "  changed language: en → fr",
        "  cleared phone: +41 22 000",
        "  new website: https://deu.example.org",
        "  changed Desk officer: Bob → Carla",
        "Written to contacts/missions.csv.",
    ]
    german = "DEU,,deu@deu.example.org,fr,,,https://deu.example.org,,,,page,2022-01-02,,Carla"
    rows = [line.replace(",", separator) + end for line in (HEADER, french, german, SPANISH)]
    assert path.read_bytes().decode() == bom + "".join(rows)


def test_a_new_address_is_not_verified_and_its_source_says_so(folder: Path, outreach: Command) -> None:
    path = write(folder, GERMAN)
    done = outreach("missions", "set", "de", "--email", "new@DEU.example.org", "--yes", folder=folder)
    day = today(folder)
    assert f"set by hand on {day}" in path.read_text("utf-8")
    assert done.stdout.splitlines() == [
        "DEU Germany: new@deu.example.org (contacts/missions.csv, row 2)",
        "  changed email: deu@deu.example.org → new@deu.example.org",
        f"  changed source: page → page ; set by hand on {day}",
        "  cleared verified_on: 2022-01-02 (it vouched for what was there before, not for this)",
        "Written to contacts/missions.csv.",
        "Not verified, so DEU gets no letter yet. Seen at its source? Then: outreach missions verify DEU",
    ]


def test_a_new_address_that_was_seen_is_verified(folder: Path, outreach: Command) -> None:
    path = write(folder, GERMAN)
    emails = ("--email", "a@deu.example.org", "--email", "b@deu.example.org")
    done = outreach(
        "missions", "set", "DEU", *emails, "--on", "2024-05-06", "--source", "site", "--yes", "--json", folder=folder
    )
    (told,) = json.loads(done.stdout)
    assert (told["emails"], told["verified_on"]) == (["a@deu.example.org", "b@deu.example.org"], "2024-05-06")
    assert told["changes"][1] == {
        "file": "contacts/missions.csv",
        "row": 2,
        "column": "source",
        "old": "page",
        "new": "site",
    }
    assert "DEU,,a@deu.example.org; b@deu.example.org,en,+41 22 000,,,,,,site,2024-05-06,,Bob" in path.read_text()


def test_the_same_address_in_other_letters_keeps_its_day(folder: Path, outreach: Command) -> None:
    write(folder, GERMAN)
    done = outreach("missions", "set", "DEU", "--email", "deu@DEU.example.org", "--yes", folder=folder)
    assert done.stdout.splitlines()[-1] == "Nothing to change."


def test_a_mission_without_a_row_gets_one(folder: Path, outreach: Command) -> None:
    path = write(folder, GERMAN)
    said = ("--email", "per@per.example.org", "--language", "es", "--verified", "--source", "https://per.example.org")
    done = outreach("missions", "set", "Peru", *said, "--column", "Fax=none", "--yes", folder=folder)
    assert "PER Peru: per@per.example.org (contacts/missions.csv, row 3) (a new row)" in done.stdout
    assert "  new Fax: none (a new column)" in done.stdout
    rows = path.read_text("utf-8").splitlines()
    assert rows[0] == f"{HEADER},Fax"
    assert rows[2] == f"PER,,per@per.example.org,es,,,,,,,https://per.example.org,{today(folder)},,,none"


def test_a_broken_cell_is_mended_by_setting_it(folder: Path, outreach: Command) -> None:
    path = write(folder, GERMAN.replace("deu@deu.example.org", "deu at deu").replace("Bob", "B\udce9b"))
    done = outreach("missions", "set", "DEU", "--email", "deu@deu.example.org", "--yes", folder=folder)
    assert (done.returncode, "row 2, column Desk officer" in done.stderr) == (2, True)
    mend = ("--email", "deu@deu.example.org", "--column", "Desk officer=Bob", "--yes")
    assert outreach("missions", "set", "DEU", *mend, folder=folder).returncode == 0
    assert "DEU,,deu@deu.example.org,en," in path.read_text("utf-8")
    assert outreach("missions", "list", "--to", "DEU", folder=folder).stdout.split()[-4:-1] == [
        "en",
        "unverified",
        "WEOG",
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((GERMAN + ",x",), "contacts/missions.csv, row 2: has 15 cells where the header has 14"),
        ((GERMAN, GERMAN), "contacts/missions.csv, row 3, column state: DEU stands in row 2 already"),
        ((GERMAN.replace("DEU", "Germany"),), "row 2, column state: 'Germany' is not an alpha-3 code"),
        (("Nowhere" + GERMAN[3:],), "It may be the row of DEU: mend it first"),
        ((GERMAN, '"ESP' + SPANISH[3:]), "contacts/missions.csv, row 3"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_place(
    folder: Path, outreach: Command, rows: tuple[str, ...], words: str
) -> None:
    path = write(folder, *rows)
    before = path.read_bytes()
    state = "AUT" if rows[0] == GERMAN and rows[-1] != GERMAN else "DEU"
    done = outreach("missions", "set", state, "--phone", "+41 22 111", "--yes", folder=folder)
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    assert path.read_bytes() == before


def test_another_broken_row_stops_nothing(folder: Path, outreach: Command) -> None:
    write(folder, FRENCH.replace("fra@fra.example.org", "nonsense"), GERMAN)
    done = outreach("missions", "set", "DEU", "--phone", "+41 22 111", "--yes", folder=folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Written to contacts/missions.csv.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("--email", "nobody"), "--email: 'nobody' is not an e-mail address"),
        (("--language", "klingon"), "--language: "),
        (("--phone", "=1+1"), "--phone: begins with '='"),
        (("--website", "a\nb"), "--website: has a line break inside"),
        (("--x", "two handles"), "--x: 'two handles' is not a handle on x"),
        (("--column", "=cmd=x"), "--column '=cmd=x': write it as NAME=TEXT"),
        (("--column", "state=FRA"), "--column state: this column is not your own; name the State before the options"),
        (("--column", "Verified_on=x"), "this column is not your own; say --on DAY"),
        (("--column", "Fax=@SUM(1)"), "--column Fax: begins with '@'"),
        (("--column", "…=x"), "a column needs a name of letters or digits"),
        (("--on", "2999-01-01"), "--on: 2999-01-01 is in the future"),
        ((), "say what to set"),
    ],
)
def test_what_cannot_stand_in_the_file_is_refused(
    folder: Path, outreach: Command, said: tuple[str, ...], words: str
) -> None:
    path = write(folder, GERMAN)
    before = path.read_bytes()
    done = outreach("missions", "set", "DEU", *said, "--yes", folder=folder)
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    assert path.read_bytes() == before


def test_verify_says_which_addresses_it_vouches_for(folder: Path, outreach: Command) -> None:
    path = write(folder, FRENCH, GERMAN)
    asked = outreach("missions", "verify", "DEU", "fr", folder=folder)
    assert (asked.returncode, asked.stderr) == (
        2,
        "outreach: nothing was changed: without a terminal to ask on, say --yes\n",
    )
    done = outreach("missions", "verify", "DEU", "fr", "--source", "https://list.example.org", "--yes", folder=folder)
    assert done.stdout.splitlines() == [
        "DEU Germany: deu@deu.example.org (contacts/missions.csv, row 3)",
        "  changed source: page → page ; https://list.example.org",
        f"  changed verified_on: 2022-01-02 → {today(folder)}",
        "FRA France: fra@fra.example.org (contacts/missions.csv, row 2)",
        '  changed source: a "list" → a "list" ; https://list.example.org',
        f"  changed verified_on: 2022-01-02 → {today(folder)}",
        "Written to contacts/missions.csv.",
    ]
    assert path.read_text("utf-8").count(f"{today(folder)}") == 2
    again = outreach("missions", "verify", "DEU", "FRA", "--yes", folder=folder)
    assert again.stdout.splitlines()[-1] == "Nothing to change."


def test_verify_refuses_a_mission_without_an_address_and_a_day_to_come(folder: Path, outreach: Command) -> None:
    path = write(folder, GERMAN, SPANISH)
    before = path.read_bytes()
    nothing = outreach("missions", "verify", "DEU", "ESP", "--yes", folder=folder)
    assert nothing.returncode == 2
    assert "ESP has no address to vouch for; give it one: outreach missions set ESP --email ADDRESS" in nothing.stderr
    day = (today(folder) + timedelta(days=1)).isoformat()
    future = outreach("missions", "verify", "DEU", "--on", day, "--yes", folder=folder)
    assert (future.returncode, f"--on: {day} is in the future" in future.stderr) == (2, True)
    assert path.read_bytes() == before


def test_addresses_of_the_private_file_are_verified_and_set_there(folder: Path, outreach: Command) -> None:
    path = write(folder, GERMAN)
    before = path.read_bytes()
    private = folder / "contacts" / "private.csv"
    private.write_text("state,email,source\nDEU,own@deu.example.org,card\n")
    done = outreach("missions", "verify", "DEU", "--on", "2025-01-02", "--yes", folder=folder)
    assert done.stdout.splitlines()[0] == "DEU Germany: own@deu.example.org (contacts/private.csv, row 2)"
    assert private.read_text() == "state,email,source,verified_on\nDEU,own@deu.example.org,card,2025-01-02\n"
    outreach("missions", "set", "DEU", "--email", "other@deu.example.org", "--source", "call", "--yes", folder=folder)
    assert private.read_text() == "state,email,source,verified_on\nDEU,other@deu.example.org,call,\n"
    assert path.read_bytes() == before


def test_what_is_private_makes_the_private_file(folder: Path, outreach: Command) -> None:
    write(folder, GERMAN)
    done = outreach("missions", "set", "DEU", "--phone", "+41 79 000", "--private", "--yes", folder=folder)
    private = folder / "contacts" / "private.csv"
    assert done.stdout.splitlines()[-1] == "Written to contacts/private.csv."
    assert private.read_text() == "state,email,source,verified_on,note,phone\nDEU,,,,,+41 79 000\n"
    assert private.stat().st_mode & 0o777 == 0o600
    assert "phone     +41 79 000" in outreach("missions", "show", "DEU", folder=folder).stdout


def test_an_address_in_disguise_or_of_another_mission_is_named(folder: Path, outreach: Command) -> None:
    write(folder, GERMAN, FRENCH)
    done = outreach(
        "missions", "set", "DEU", "--email", "fra@fra.example.org; a@p\u0430ypal.example.org", "--yes", folder=folder
    )
    assert "Look at it closely: fra@fra.example.org is an address of FRA too." in done.stderr
    assert "may not be what it looks like" in done.stderr


def test_a_day_that_has_begun_elsewhere_is_not_in_the_future() -> None:
    assert latest_day(datetime(2026, 11, 30, 9, 59, tzinfo=UTC)) == date(2026, 11, 30)
    assert latest_day(datetime(2026, 11, 30, 10, 0, tzinfo=UTC)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("language", "sex", "address", "salutation"),
    [
        ("en", "", "H.E. Ambassador Anna Example, Permanent Representative", "Dear Ambassador Anna Example,"),
        ("fr", "f", "Son Excellence Madame Anna Example, la Représentante permanente", "Madame l’Ambassadrice,"),
        ("fr", "m", "Son Excellence Monsieur Anna Example, le Représentant permanent", "Monsieur l’Ambassadeur,"),
        (
            "fr",
            "",
            "Son Excellence Madame la Représentante permanente ou Monsieur le Représentant permanent",
            "Madame l’Ambassadrice, Monsieur l’Ambassadeur,",
        ),
        ("es", "f", "Excma. Sra. Anna Example, Representante Permanente", "Señora Embajadora:"),
        ("es", "m", "Excmo. Sr. Anna Example, Representante Permanente", "Señor Embajador:"),
    ],
)
def test_the_layouts_greet_by_name_and_sex_where_they_are_known(
    tmp_path: Path, outreach: Command, language: str, sex: str, address: str, salutation: str
) -> None:
    folder = tmp_path / "campaign"
    outreach("init", str(folder), "--example", folder=tmp_path)
    name = ("--ambassador", "Anna Example", "--ambassador-sex", sex)
    assert outreach("missions", "set", "DEU", *name, "--yes", folder=folder).returncode == 0
    chosen = ("--case", "viasna", "--mission", "DEU", "--language", language, "--format", "text")
    letter = outreach("preview", *chosen, folder=folder).stdout
    assert (address in " ".join(letter.split()), salutation in letter.splitlines()) == (True, True), letter
    old = ("--ambassador-sex", sex, "--ambassador-checked-on", "2020-01-01")
    assert outreach("missions", "set", "DEU", *old, "--yes", folder=folder).returncode == 0
    assert "Anna" not in outreach("preview", *chosen, folder=folder).stdout
    why = "DEU: its ambassador is not greeted by name: the name was checked on 2020-01-01, over a year ago"
    assert why in outreach("missions", "check", folder=folder).stderr


def test_a_mailbox_in_the_rows_of_two_missions_is_in_doubt(folder: Path, outreach: Command) -> None:
    write(folder, GERMAN)
    for state, email in (("FRA", "shared@example.org"), ("DEU", "Shared+letters@example.org")):
        done = outreach("missions", "set", state, "--email", email, "--source", "a note", "--yes", folder=folder)
        assert done.returncode == 0, done.stderr
    checked = outreach("missions", "check", folder=folder)
    assert "In doubt: shared@example.org stands in the rows of DEU, FRA" in checked.stderr
    assert checked.returncode == 0, "two States may share a mission"


def test_another_ambassador_has_not_the_sex_of_the_one_before(folder: Path, outreach: Command) -> None:
    path = write(folder, GERMAN)
    done = outreach("missions", "set", "DEU", "--ambassador", "A", "--ambassador-sex", "f", "--yes", folder=folder)
    assert "was that meant?" not in done.stdout  # ambassador_checked_on is a column of ours
    assert path.read_text("utf-8").splitlines()[1].endswith(f",Bob,A,f,{today(folder)}")
    outreach("missions", "set", "DEU", "--ambassador", "B", "--yes", folder=folder)
    assert path.read_text("utf-8").splitlines()[1].endswith(f",Bob,B,,{today(folder)}")
    outreach("missions", "set", "DEU", "--ambassador", "", "--yes", folder=folder)
    assert path.read_text("utf-8").splitlines()[1].endswith(",Bob,,,")
