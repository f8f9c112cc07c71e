"""What is said when a setting is wrong: which, where, and how to write it."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.settings.load import load_settings
from tests.settings.written import campaign, refusal


def test_every_wrong_value_is_named_at_once_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SMTP__CONNECTIONS", "many")
    toml = '[campaign]\ntitel = "x"\n[smtp]\nport = 99999\n[[ask]]\nid = "Not An Id"\nforum = "f"\ntext.en = "x"\n'
    words = refusal(campaign(tmp_path, toml, "OUTREACH_REMINDER__AFTER_DAYS=-1\n")).splitlines()
    assert sorted(line.partition(": ")[0] for line in words) == [
        ".env OUTREACH_REMINDER__AFTER_DAYS, column reminder.after_days",
        "environment OUTREACH_SMTP__CONNECTIONS, column smtp.connections",
        "outreach.toml, column ask.1.date",
        "outreach.toml, column ask.1.id",
        "outreach.toml, column campaign.titel",
        "outreach.toml, column smtp.port",
    ]


def test_the_place_is_where_the_value_that_counted_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three are wrong; the environment's was the one that was taken."""
    monkeypatch.setenv("OUTREACH_SMTP__PORT", "high")
    words = refusal(campaign(tmp_path, "[smtp]\nport = -1\n", "OUTREACH_SMTP__PORT=low\n"))
    assert words.startswith("environment OUTREACH_SMTP__PORT, column smtp.port: ")
    monkeypatch.delenv("OUTREACH_SMTP__PORT")
    assert refusal(tmp_path).startswith(".env OUTREACH_SMTP__PORT, column smtp.port: ")
    (tmp_path / ".env").unlink()
    assert refusal(tmp_path).startswith("outreach.toml, column smtp.port: ")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[smpt]\nport = 25\n", "outreach.toml, column smpt: there is no such setting"),
        ("[smtp]\nhots = 'x'\n", "outreach.toml, column smtp.hots: there is no such setting"),
        ("title = #EndReprisals\n", "outreach.toml: not valid TOML"),
        ('[campaign]\nlanguages = ["en", "xx"]\n', "outreach.toml, column campaign.languages.2: "),
        ('[campaign]\ntitle = "a\\nb"\n', "outreach.toml, column campaign.title: "),
        ('[campaign]\ntitle = "a\\u0000b"\n', "outreach.toml, column campaign.title: "),
        ('[sender]\nname = "a\\u2028b"\n', "outreach.toml, column sender.name: "),
        ('[sender]\npostal_address = "a\\rb"\n', "outreach.toml, column sender.postal_address: "),
        ('[smtp]\nsecurity = "ssl"\n', "outreach.toml, column smtp.security: "),
        ("[smtp]\nconnections = 0\n", "outreach.toml, column smtp.connections: "),
        ("[smtp]\nper_minute = -1\n", "outreach.toml, column smtp.per_minute: "),
        ("[smtp]\ntimeout = 0\n", "outreach.toml, column smtp.timeout: "),
        ('smtp = "mail.example.org"\n', "outreach.toml, column smtp: "),
        ('[groups]\nBENELUX = "BEL"\n', "outreach.toml, column groups.BENELUX: "),
        ('[[ask]]\nid = "a"\n', "outreach.toml, column ask.a.forum: "),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, toml: str, words: str) -> None:
    assert words in refusal(campaign(tmp_path, toml))


A_DAY = "write a day as date = 2022-09-29"
AN_ASK = '[[ask]]\nid = "hrc51"\nforum = "f"\ntext.en = "x"\n'


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (f'{AN_ASK}date = "29.9.2022"\n', f"ask.hrc51.date: {A_DAY}"),
        (f"{AN_ASK}date = 29.9\n", f"ask.hrc51.date: {A_DAY}"),
        (f"{AN_ASK}date = true\n", f"ask.hrc51.date: {A_DAY}"),
        (f"{AN_ASK}date = 2022-09-29T10:00:00\n", f"ask.hrc51.date: {A_DAY}"),
        (f"{AN_ASK}", "ask.hrc51.date: missing"),
        (
            f'{AN_ASK}date = 2022-09-29\nfourm = "f"\n',
            "ask.hrc51.fourm: there is no such setting; see docs/settings.md",
        ),
        ('[smtp]\nport = "abc"\n', "smtp.port: write a whole number"),
        ("[smtp]\nport = 2.5\n", "smtp.port: write a whole number"),
        ("[reminder]\nafter_days = -3\n", "reminder.after_days: write 0 or more"),
        ("[smtp]\nport = 99999\n", "smtp.port: write 65535 or less"),
        ("[smtp]\ntimeout = 0\n", "smtp.timeout: write more than 0"),
        (
            '[[ask]]\nid = "HRC 51"\nforum = "f"\ntext.en = "x"\ndate = 2022-09-29\n',
            "ask.1.id: write small letters, digits and hyphens, such as hrc51",
        ),
        ('[smtp]\ntimeout = "soon"\n', "smtp.timeout: write a number"),
        ("[smtp]\ntimeout = nan\n", "smtp.timeout: "),
        ('[posts]\npicture = "perhaps"\n', "posts.picture: write true or false"),
        ('[smtp]\nsecurity = "ssl"\n', "smtp.security: write 'starttls', 'tls' or 'none'"),
        ("[smtp]\nhost = 5\n", "smtp.host: write a text, in quotes"),
        (f'[smtp]\nhost = "{"x" * 501}"\n', "smtp.host: write at most 500 characters"),
        ('[smtp]\nhost = "a\\tb"\n', "smtp.host: write one line, without tabs and other control characters"),
        ("[smtp]\nhots = 'x'\n", "smtp.hots: there is no such setting; did you mean smtp.host?"),
        ("[SMPT]\nhost = 'x'\n", "SMPT: there is no such setting; did you mean smtp?"),
        ("'smtp.host' = 'x'\n", "smtp.host: there is no such setting; see docs/settings.md"),
        ("[zzz]\nhost = 'x'\n", "zzz: there is no such setting; see docs/settings.md"),
        ('smtp = "mail.example.org"\n', "smtp: write a section, with its settings below it"),
        ('[groups]\nBENELUX = "BEL"\n', 'groups.BENELUX: write a list, such as ["one", "two"]'),
    ],
)
def test_a_wrong_value_is_told_how_to_write_it(tmp_path: Path, toml: str, words: str) -> None:
    assert refusal(campaign(tmp_path, toml)).startswith(f"outreach.toml, column {words}")


def test_a_value_that_could_be_of_two_kinds_is_told_both(tmp_path: Path) -> None:
    assert refusal(campaign(tmp_path, "[imap]\nfolder = 5\n")).splitlines() == [
        "outreach.toml, column imap.folder: write a text, in quotes",
        'outreach.toml, column imap.folder: write a list, such as ["one", "two"]',
    ]


def test_an_ask_goes_by_its_id_and_without_a_usable_one_by_its_number_from_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ['id = "same"', 'id = "same"', 'id = "Not An Id"', "", "id = 5", 'id = "own"']
    toml = "".join(f'[[ask]]\n{line}\nforum = "f"\ntext.en = "x"\n' for line in ids)
    words = refusal(campaign(tmp_path, toml)).splitlines()
    dates = [line for line in words if line.endswith("date: missing")]
    assert [line.split(".")[2] for line in dates] == ["1", "2", "3", "4", "5", "own"]
    monkeypatch.setenv("OUTREACH_ASK", '[{"forum": "f"}]')
    assert "environment OUTREACH_ASK, column ask.1.date: missing" in refusal(tmp_path), "the file's ids are not its"


def test_a_variable_that_is_no_number_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SMTP__PORT", "abc")
    words = refusal(campaign(tmp_path))
    assert words == "environment OUTREACH_SMTP__PORT, column smtp.port: write a whole number"


@pytest.mark.parametrize(
    ("toml", "tip"),
    [
        ("title = #EndReprisals\n", 'Values of text need quotes: title = "…"'),
        ("title = Campaign\n", 'Values of text need quotes: title = "…"'),
        ("[[ask]]\ndate = 2022-02-30\n", "Write a day as date = 2022-09-29"),
        ("[[ask]]\ndate = 2022-19-29\n", "Write one setting a line; a text in quotes, a day as date = 2022-09-29"),
        ("[smtp]\nport = 1\n[smtp]\nport = 2\n", "Write each [section] once, with all its settings below it"),
        ("[smtp]\nport = 1\nport = 2\n", "Write each setting once"),
        ('title = "no end\n', None),
    ],
)
def test_what_is_no_toml_is_named_with_its_line_and_only_a_tip_that_fits(
    tmp_path: Path, toml: str, tip: str | None
) -> None:
    words = refusal(campaign(tmp_path, toml))
    assert words.startswith("outreach.toml: not valid TOML: ")
    assert "(at line " in words
    assert words.endswith(f"). {tip}" if tip else ")")


def test_a_list_in_a_variable_that_is_no_json_is_told_how_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_ASK", "hrc51")
    words = refusal(campaign(tmp_path))
    assert words.startswith("environment or .env: ")
    assert '["en", "fr"]' in words


@pytest.mark.parametrize("name", ["outreach.toml", ".env"])
def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path, name: str) -> None:
    campaign(tmp_path)
    (tmp_path / name).write_bytes("# Genève\n".encode("latin-1"))
    assert refusal(tmp_path).startswith(f"{name}: not UTF-8 (")


def test_a_folder_without_outreach_toml_is_told_what_to_type(tmp_path: Path) -> None:
    assert "outreach init DIR" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("zone", "good"),
    [
        ("Europe/Zurich", True),
        ("UTC", True),
        ("Europe/Geneva", False),
        ("", False),
        ("../../etc/passwd", False),
        ("/etc/localtime", False),
        ("Europe", False),
    ],
)
def test_a_time_zone_is_known_or_refused_with_an_example(tmp_path: Path, zone: str, good: bool) -> None:
    folder = campaign(tmp_path, f'[campaign]\ntimezone = "{zone}"\n')
    if good:
        assert load_settings(folder).timezone == ZoneInfo(zone)
    else:
        words = refusal(folder)
        assert words.startswith("outreach.toml, column campaign.timezone: ")
        assert "Europe/Zurich" in words
