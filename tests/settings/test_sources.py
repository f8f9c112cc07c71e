"""Where settings come from: outreach.toml, .env and the environment."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from outreach.settings.load import load_settings
from tests.conftest import CAMPAIGN
from tests.settings.written import SECRET, SECRET_KEYS, campaign


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
[letters]
attach_max_mb = 2
quiet = "21:00-06:30"
bulk = true

[reminder]
after_days = 7

[inbox]
keep_days = 365
[report]
publish_answers = true

[site]
url = "https://example.org/campaign/"
contact = "page@example.org"
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
[theme]
service.en = "words"
cases.en = "words"
concern.en = "words"
reminder.en = "words"
thanks.en = "words"
subject.en = "words"
view.en = "words"
card.en = "words"
case.en = "words"
persistence.en = "words"
[web]
public_url = "https://act.example.org"
by_mail = "join@example.org"
min_seconds = 5
trusted_proxies = 1
confirm_days = 3
keep_days = 10
per_network = 5
per_hour = 50
per_day = 500
[list]
name = "News"
id = "news.example.org"
discreet = true
per_minute = 10
warn_at = 100
complaints = 0.01
[digest]
every_days = 14
least = 5
quotes = 6
countries_from = 3
[returns]
host = "localhost"
port = 1143
security = "none"
username = "list"
folder = "List"
address = "list+{token}@example.org"
timeout = 30
ca_file = "ca.pem"
[team]
name = "Ana"
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


def test_a_campaign_without_a_mail_server_rehearses() -> None:
    found = load_settings(CAMPAIGN)
    assert [ask.id for ask in found.ask] == ["hrc51"]
    assert not found.mail_server_configured


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


def test_settings_cannot_be_changed_by_accident(tmp_path: Path) -> None:
    found = load_settings(campaign(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        found.smtp.port = 25
