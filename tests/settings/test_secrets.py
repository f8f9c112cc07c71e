"""What is secret stays out of files and errors, and nothing goes in the clear to another machine."""

from pathlib import Path

import pytest

from outreach.settings.load import load_settings
from outreach.settings.sections import is_loopback
from outreach.settings.settings import every_secret
from tests.settings.written import SECRET, campaign, refusal


def test_every_password_key_and_token_is_known_to_be_secret() -> None:
    assert every_secret() == {
        "smtp": ("password",),
        "imap": ("password",),
        "web": ("key",),
        "returns": ("password",),
        "x": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
        "bluesky": ("password",),
        "mastodon": ("token",),
    }


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
