"""Nothing has changed only where nothing was touched that a build depends on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.outbox.store import open_outbox
from outreach.settings.load import load_settings
from outreach.site.unchanged import look_of, unchanged_since
from tests.site.sites import DAY, built, with_pages

Touch = Callable[[Path, Path, pytest.MonkeyPatch], object]


def since(folder: Path, output: Path) -> str:
    return unchanged_since(output, look_of(folder, None, (), DAY))


def test_what_was_just_built_is_seen_to_be_unchanged(campaign_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert since(with_pages(campaign_folder), output) == ""
    built(campaign_folder, output)
    assert since(campaign_folder, output) == f"{DAY}"
    assert unchanged_since(output, look_of(campaign_folder, None, ("en",), DAY)) == ""
    assert unchanged_since(output, look_of(campaign_folder, "https://example.org/", (), DAY)) == ""
    assert unchanged_since(output, look_of(campaign_folder, None, (), None)) == ""


TOUCHED: dict[str, Touch] = {
    "a case": lambda folder, _out, _env: append(folder / "cases" / "beacon.md"),
    "the record": lambda folder, _out, _env: append(folder / "contacts" / "record.csv"),
    "a new page": lambda folder, _out, _env: (folder / "site" / "resources.csv").write_text("title,url\n"),
    "a page taken away": lambda folder, _out, _env: (folder / "site" / "page.es.md").unlink(),
    "settings": lambda folder, _out, _env: append(folder / "outreach.toml"),
    ".env": lambda folder, _out, _env: (folder / ".env").write_text("OUTREACH_SITE__CONTACT=facts@example.org\n"),
    "the environment": lambda _folder, _out, env: env.setenv("OUTREACH_SITE__CONTACT", "facts@example.org"),
    "another outbox": lambda _folder, _out, env: env.setenv("OUTREACH_DATABASE_URL", "sqlite:///other.db"),
    "the outbox": lambda folder, _out, _env: open_outbox(folder, load_settings(folder), rehearsal=False),
    "what was built": lambda _folder, out, _env: append(out / "index.html"),
    "a file taken from what was built": lambda _folder, out, _env: (out / "site.css").unlink(),
    "the mark": lambda _folder, out, _env: (out / ".outreach-site").write_text("{}"),
}


def append(path: Path) -> None:
    path.write_text(f"{path.read_text('utf-8')}\n", "utf-8")


@pytest.mark.parametrize("what", TOUCHED)
def test_whatever_was_touched_is_looked_at(
    what: str, campaign_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out"
    built(with_pages(campaign_folder), output)
    TOUCHED[what](campaign_folder, output, monkeypatch)
    assert since(campaign_folder, output) == ""


def test_secrets_of_the_environment_are_in_no_mark(
    campaign_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out"
    built(with_pages(campaign_folder), output)
    monkeypatch.setenv("OUTREACH_SMTP__PASSWORD", "hunter2")
    monkeypatch.setenv("OUTREACH_WEB__KEY", "k" * 43)
    assert since(campaign_folder, output) == f"{DAY}", "a fingerprint of a password could be guessed from"


def test_a_touch_that_changed_nothing_is_noted(campaign_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    built(with_pages(campaign_folder), output)
    case = campaign_folder / "cases" / "beacon.md"
    case.write_bytes(case.read_bytes())
    assert since(campaign_folder, output) == ""
    assert built(campaign_folder, output).fresh
    assert since(campaign_folder, output) == f"{DAY}"
