"""Variables that are no settings."""

import re
from pathlib import Path

import pytest

from outreach.settings.faults import unknown_variables
from outreach.settings.load import load_settings
from outreach.settings.settings import every_setting
from tests.conftest import REPOSITORY
from tests.settings.written import SECRET, campaign, refusal


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
    named = set(re.findall(r"\bOUTREACH_[A-Z_]*[A-Z]", text))
    assert len(named) > 15
    assert unknown_variables({}, named, every_setting()) == []
