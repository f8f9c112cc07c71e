"""Where settings come from, which goes first, and what is said when one is wrong."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from outreach.account_settings import SECRETS
from outreach.errors import SettingsError
from outreach.settings import Settings, every_setting, is_loopback, load_settings
from outreach.settings_faults import unknown_variables
from tests.conftest import REPOSITORY

SECRET = "hunter2-and-more"
SECRET_KEYS = {name for names in SECRETS.values() for name in names}


def campaign(folder: Path, toml: str = "", dotenv: str | None = None) -> Path:
    (folder / "outreach.toml").write_text(toml, encoding="utf-8")
    if dotenv is not None:
        (folder / ".env").write_text(dotenv, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(folder)
    return str(caught.value)


# Where they come from


def test_an_empty_file_is_a_campaign_that_rehearses(tmp_path: Path) -> None:
    found = load_settings(campaign(tmp_path))
    assert not found.mail_server_configured
    assert found.campaign.languages == ("en", "fr", "es")
    assert (found.ask, found.groups, found.database_url) == ((), {}, "")


@pytest.mark.parametrize(
    ("environment", "dotenv", "expected"),
    [
        (None, None, "toml"),
        (None, "dotenv", "dotenv"),
        ("environment", None, "environment"),
        ("environment", "dotenv", "environment"),
    ],
)
def test_the_environment_goes_before_dotenv_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str | None, dotenv: str | None, expected: str
) -> None:
    if environment:
        monkeypatch.setenv("OUTREACH_SMTP__USERNAME", environment)
    line = f"OUTREACH_SMTP__USERNAME={dotenv}\n" if dotenv else None
    folder = campaign(tmp_path, '[smtp]\nusername = "toml"\nport = 2525\n', line)
    found = load_settings(folder).smtp
    assert (found.username, found.port) == (expected, 2525), "one value is overridden, its neighbours stand"


def test_each_value_of_a_section_may_come_from_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SMTP__HOST", "mail.example.org")
    folder = campaign(tmp_path, "[smtp]\nport = 2525\n", f"OUTREACH_SMTP__PASSWORD={SECRET}\n")
    found = load_settings(folder).smtp
    assert (found.host, found.port, found.password.get_secret_value()) == ("mail.example.org", 2525, SECRET)


def test_a_variable_may_be_written_in_small_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("outreach_smtp__port", "2525")
    assert load_settings(campaign(tmp_path)).smtp.port == 2525


def test_the_dotenv_of_the_campaign_is_read_and_not_the_one_of_the_shells_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shell").mkdir()
    (tmp_path / "shell" / ".env").write_text("OUTREACH_SMTP__HOST=wrong.example.org\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "shell")
    assert load_settings(campaign(tmp_path)).smtp.host == ""


def test_foreign_lines_in_dotenv_are_ignored(tmp_path: Path) -> None:
    """.env is not ours alone: other programs keep theirs there."""
    dotenv = f"# for compose\nPOSTGRES_PASSWORD={SECRET}\nexport EDITOR=vi\nSMTP__PORT=1\n\nOUTREACH_SMTP__PORT=2525\n"
    assert load_settings(campaign(tmp_path, dotenv=dotenv)).smtp.port == 2525


def test_an_empty_dotenv_changes_nothing(tmp_path: Path) -> None:
    assert load_settings(campaign(tmp_path, "[smtp]\nport = 2525\n", "")).smtp.port == 2525


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "outreach.toml").write_bytes(b"\xef\xbb\xbf[smtp]\nport = 2525\n")
    assert load_settings(tmp_path).smtp.port == 2525


EVERYTHING = """
database_url = "sqlite:///kept.db"
[campaign]
title = "#EndReprisals"
hashtag = "#EndReprisals"
organisation = "An organisation"
languages = ["fr", "en"]
timezone = "Africa/Nairobi"
[sender]
name = "A name"
role = "Coordinator"
organisation = "Another"
email = "campaign@example.org"
reply_to = "answers@example.org"
postal_address = "1 Street\\nGeneva"
unsubscribe_url = "https://example.org/stop"
[smtp]
host = "mail.example.org"
port = 2525
security = "tls"
username = "campaign"
connections = 5
per_minute = 60
per_domain_per_minute = 20
archive = "archive@example.org"
envelope = "bounces+{token}@example.org"
timeout = 30
[imap]
host = "imap.example.org"
port = 993
security = "tls"
username = "campaign"
folder = "Answers"
after = "move"
[reminder]
after_days = 7
[posts]
link = "https://example.org/campaign"
picture = false
font = "fonts/Own.ttf"
spacing_minutes = 45
per_day = 6
quiet = "21:30-08:00"
timezone = "America/New_York"
[x]
api = "https://api.example.org"
timeout = 20
[bluesky]
service = "https://pds.example.org"
handle = "campaign.example.org"
timeout = 20
[mastodon]
instance = "https://social.example.org"
timeout = 20
[groups]
BENELUX = ["BEL", "NLD", "LUX"]
[[ask]]
id = "hrc51"
forum = "A forum"
date = 2022-09-29
to = ["all", "!TUR"]
text.en = "Raise it."
[[ask]]
id = "unga77"
forum = "Another forum"
date = 2022-10-14
text.fr = "Évoquez-le."
"""


def test_every_section_and_every_key_is_read(tmp_path: Path) -> None:
    found = load_settings(campaign(tmp_path, EVERYTHING))
    for name, section in found:
        if isinstance(section, BaseModel):
            left_out = set(type(section).model_fields) - section.model_fields_set - SECRET_KEYS
            assert not left_out, f"[{name}] {left_out}: write them into EVERYTHING above"
    assert found.campaign.languages == ("fr", "en")
    assert found.sender.postal_address == "1 Street\nGeneva"
    assert (found.smtp.security, found.smtp.effective_port, found.smtp.timeout) == ("tls", 2525, 30)
    assert (found.imap.folder, found.imap.after) == ("Answers", "move")
    assert found.reminder.after_days == 7
    assert found.groups == {"BENELUX": ("BEL", "NLD", "LUX")}
    assert [(ask.id, ask.date, ask.to) for ask in found.ask] == [
        ("hrc51", date(2022, 9, 29), ("all", "!TUR")),
        ("unga77", date(2022, 10, 14), ()),
    ]
    assert found.database_url == "sqlite:///kept.db"
    assert set(type(found).model_fields) == found.model_fields_set


def test_the_repositorys_own_settings_are_right() -> None:
    found = load_settings(REPOSITORY)
    assert [ask.id for ask in found.ask] == ["hrc51"]
    assert not found.mail_server_configured, "a fresh clone rehearses"


@pytest.mark.parametrize(
    ("variable", "value", "path", "expected"),
    [
        ("OUTREACH_CAMPAIGN__TITLE", "Another", ("campaign", "title"), "Another"),
        ("OUTREACH_CAMPAIGN__LANGUAGES", '["en"]', ("campaign", "languages"), ("en",)),
        ("OUTREACH_SENDER__EMAIL", "me@example.org", ("sender", "email"), "me@example.org"),
        ("OUTREACH_SMTP__CONNECTIONS", "7", ("smtp", "connections"), 7),
        ("OUTREACH_IMAP__FOLDER", "Post", ("imap", "folder"), "Post"),
        ("OUTREACH_REMINDER__AFTER_DAYS", "3", ("reminder", "after_days"), 3),
        ("OUTREACH_DATABASE_URL", "sqlite:///other.db", ("database_url",), "sqlite:///other.db"),
    ],
)
def test_each_section_can_be_overridden_from_the_environment(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    path: tuple[str, ...],
    expected: object,
) -> None:
    monkeypatch.setenv(variable, value)
    found: object = load_settings(campaign(tmp_path, EVERYTHING))
    for name in path:
        found = getattr(found, name)
    assert found == expected


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_without_a_port_it_is_the_usual_one(tmp_path: Path, security: str, port: int) -> None:
    found = load_settings(campaign(tmp_path, f'[smtp]\nhost = "localhost"\nsecurity = "{security}"\n'))
    assert found.smtp.effective_port == port


def test_bounces_return_to_the_envelope_and_without_one_to_the_sender(tmp_path: Path) -> None:
    sender = '[sender]\nemail = "campaign@example.org"\n'
    assert load_settings(campaign(tmp_path, sender)).envelope_sender("abc") == "campaign@example.org"
    with_envelope = sender + '[smtp]\nenvelope = "bounces+{token}@example.org"\n'
    assert load_settings(campaign(tmp_path, with_envelope)).envelope_sender("abc") == "bounces+abc@example.org"


# What is said when one is wrong


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
        ('[campaign]\nlanguages = ["en", "de"]\n', "outreach.toml, column campaign.languages.2: "),
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


# A variable that is no setting


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("OUTREACH_SMPT__HOST", "OUTREACH_SMPT__HOST; did you mean OUTREACH_SMTP__HOST?"),
        ("OUTREACH_SMTP_HOST", "OUTREACH_SMTP_HOST; did you mean OUTREACH_SMTP__HOST?"),
        ("outreach_smpt__host", "outreach_smpt__host; did you mean OUTREACH_SMTP__HOST?"),
        ("OUTREACH__SMTP__HOST", "OUTREACH__SMTP__HOST; did you mean OUTREACH_SMTP__HOST?"),
        ("OUTREACH_SMTP__HOTS", "OUTREACH_SMTP__HOTS; did you mean OUTREACH_SMTP__HOST?"),
        ("OUTREACH_DATABASE_URL__X", "OUTREACH_DATABASE_URL__X; did you mean OUTREACH_DATABASE_URL?"),
        ("OUTREACH_SMTP__PORT__X", "OUTREACH_SMTP__PORT__X; did you mean OUTREACH_SMTP__PORT?"),
        ("OUTREACH_QQQ", "OUTREACH_QQQ; see docs/settings.md"),
        ("OUTREACH_", "OUTREACH_; see docs/settings.md"),
    ],
)
def test_a_mistyped_name_is_refused_with_the_nearest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    """Ignored, it would mean a rehearsal where letters were to leave."""
    campaign(tmp_path, dotenv=f"# ours\n\n{name}={SECRET}\n")
    assert refusal(tmp_path) == f".env, line 3: there is no such setting {words}"
    (tmp_path / ".env").unlink()
    monkeypatch.setenv(name, SECRET)
    assert refusal(tmp_path) == f"environment: there is no such setting {words}"


def test_every_mistyped_name_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_IMPA__HOST", "x")
    words = refusal(campaign(tmp_path, dotenv="OUTREACH_A1=x\nEDITOR=vi\nOUTREACH_SMTP__HOTS=x\n"))
    assert [line.partition(": ")[0] for line in words.splitlines()] == [".env, line 1", ".env, line 3", "environment"]


def test_a_value_that_slipped_into_a_name_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"OUTREACH_SMTP__PASSWORD:{SECRET}", "")
    words = refusal(campaign(tmp_path))
    assert words.startswith("environment: a name that begins with OUTREACH_ is no setting")
    assert SECRET not in words


def test_other_variables_of_ours_and_groups_of_any_name_are_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_DEBUG", "1")
    monkeypatch.setenv("OUTREACH_SMTP__HOST", "")
    monkeypatch.setenv("OUTREACHED", "x")
    dotenv = "outreach_debug=1\nOUTREACH_GROUPS__BENE-LUX='[\"BEL\"]'\nOUTREACH_SMTP='{\"port\": 2525}'\n"
    found = load_settings(campaign(tmp_path, dotenv=dotenv))
    assert (found.groups, found.smtp.port) == ({"bene-lux": ("BEL",)}, 2525)


def test_every_variable_that_the_documentation_or_the_makefile_names_is_known() -> None:
    pages = [REPOSITORY / name for name in ("README.md", "Makefile", "outreach.toml", "outreach/cli/main.py")]
    text = "".join(page.read_text(encoding="utf-8") for page in [*pages, *(REPOSITORY / "docs").glob("*.md")])
    named = set(re.findall(r"OUTREACH_[A-Z_]*[A-Z]", text))
    assert len(named) > 50
    assert unknown_variables({}, named, every_setting()) == []


# A .env that cannot be read


UNREADABLE = "not NAME=value; is a quote not closed?"


@pytest.mark.parametrize(
    ("dotenv", "lines"),
    [
        (f'A=1\nOUTREACH_SMTP__PASSWORD="{SECRET}\n', [2]),
        (f"A=1\n\n# a comment\n\nOUTREACH_SMTP__PASSWORD='{SECRET}\nB=2\n", [5]),
        (f"OUTREACH_SMTP__PASSWORD {SECRET}\nB=2\n= {SECRET}\n", [1, 3]),
        (f"A=1\r\n\r\nOUTREACH_SMTP__PASSWORD: {SECRET}\r\n", [3]),
        (f"OUTREACH_SMTP__PASSWORD:{SECRET}\n", [1]),
        (f"OUTREACH_SMTP__PASSWORD:{SECRET}==\n", [1]),
        ("OUTREACH_SMTP__HOST\n", [1]),
    ],
)
def test_a_line_of_dotenv_that_sets_nothing_is_refused_by_its_number(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    dotenv: str,
    lines: list[int],
) -> None:
    words = refusal(campaign(tmp_path, dotenv=dotenv))
    assert words.splitlines() == [f".env, line {line}: {UNREADABLE}" for line in lines]
    assert (caplog.text, capfd.readouterr().err) == ("", ""), "a library speaks for itself"


def _folder(path: Path) -> None:
    path.mkdir()


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _loop(path: Path) -> None:
    path.symlink_to(".env")


def _locked(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    path.chmod(0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_folder, ".env: not a file but a folder or device"),
        (os.mkfifo, ".env: not a file but a folder or device"),
        (_dangling, ".env: a link to a file that does not exist"),
        (_loop, ".env: cannot be read: Too many levels of symbolic links"),
        pytest.param(
            _locked,
            ".env: cannot be read: Permission denied",
            marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything"),
        ),
    ],
)
def test_a_dotenv_that_is_there_and_cannot_be_read_is_refused(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(campaign(tmp_path) / ".env")
    assert refusal(tmp_path).startswith(words)


def test_a_dotenv_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("OUTREACH_SMTP__PORT=2525\n", encoding="utf-8")
    (campaign(tmp_path) / ".env").symlink_to("secrets")
    assert load_settings(tmp_path).smtp.port == 2525


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


# Secrets


@pytest.mark.parametrize("section", ["smtp", "imap"])
def test_a_password_in_the_file_is_refused_and_told_where_it_belongs(tmp_path: Path, section: str) -> None:
    words = refusal(campaign(tmp_path, f'[{section}]\npassword = "{SECRET}"\n'))
    assert words.startswith(f"outreach.toml, column {section}.password: ")
    assert f"OUTREACH_{section.upper()}__PASSWORD" in words
    assert SECRET not in words


def test_a_database_url_with_a_password_in_the_file_is_refused(tmp_path: Path) -> None:
    words = refusal(campaign(tmp_path, f'database_url = "postgresql://team:{SECRET}@db.example.org/outreach"\n'))
    assert "OUTREACH_DATABASE_URL" in words
    assert SECRET not in words


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OUTREACH_SMTP__PASSWORD", SECRET),
        ("OUTREACH_IMAP__PASSWORD", SECRET),
        ("OUTREACH_SMTP__PORT", SECRET),  # pasted into the wrong line
        ("OUTREACH_SMTP__SECURITY", SECRET),
        ("OUTREACH_CAMPAIGN__TIMEOUT", SECRET),
        ("OUTREACH_SMTP__USERNAME", f"{SECRET}\n{SECRET}"),
        ("OUTREACH_SMTP", f'{{"port": "{SECRET}"}}'),
        ("OUTREACH_SMTP", SECRET),
        ("OUTREACH_GROUPS", SECRET),
        ("OUTREACH_DATABASE_URL", f"postgresql://team:{SECRET}@db.example.org/outreach"),
    ],
)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_no_value_from_the_environment_appears_in_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, variable: str, value: str
) -> None:
    """Whatever else is wrong: what was set may be a secret in the wrong place."""
    dotenv = f'{variable}="{value}"\n' if place == ".env" and '"' not in value else ""
    if not dotenv:
        monkeypatch.setenv(variable, value)
    words = refusal(campaign(tmp_path, "[reminder]\nafter_days = -1\n", dotenv))
    assert SECRET not in words


def test_a_password_is_shown_nowhere_by_accident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SMTP__PASSWORD", SECRET)
    found = load_settings(campaign(tmp_path))
    assert SECRET not in f"{found} {found!r} {found.model_dump()} {found.model_dump_json()}"
    assert found.smtp.password.get_secret_value() == SECRET


# A line in the clear stays on this machine


HERE = ["localhost", "LOCALHOST", "localhost.localdomain", "127.0.0.1", "127.8.8.8", "::1", "[::1]"]
ELSEWHERE = [
    "mail.example.org",
    "192.0.2.1",
    "10.0.0.1",
    "0.0.0.0",
    "::",
    "2001:db8::1",
    "localhost.example.org",
    "127.0.0.1.example.org",
    "127.1",
    "2130706433",
    "0x7f000001",
    " localhost",
]


@pytest.mark.parametrize("host", HERE)
def test_a_server_on_this_machine_may_speak_in_the_clear(tmp_path: Path, host: str) -> None:
    assert is_loopback(host)
    found = load_settings(campaign(tmp_path, f'[smtp]\nhost = "{host}"\nsecurity = "none"\n'))
    assert found.smtp.security == "none"


@pytest.mark.parametrize("host", ELSEWHERE)
def test_to_any_other_server_nothing_goes_in_the_clear(tmp_path: Path, host: str) -> None:
    assert not is_loopback(host)
    words = refusal(campaign(tmp_path, f'[smtp]\nhost = "{host}"\nsecurity = "none"\n'))
    assert words.startswith("outreach.toml, column smtp: ")
    assert '"starttls" or "tls"' in words


def test_also_when_the_parts_come_from_different_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SMTP__SECURITY", "none")
    folder = campaign(tmp_path, '[smtp]\nhost = "localhost"\n')
    assert load_settings(folder).smtp.security == "none"
    (folder / ".env").write_text("OUTREACH_SMTP__HOST=mail.example.org\n", encoding="utf-8")
    assert "in the clear" in refusal(folder)


def test_settings_cannot_be_changed_by_accident(tmp_path: Path) -> None:
    found: Settings = load_settings(campaign(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        found.smtp.port = 25
