"""Doctor sees who else can read private files: others on this machine, and whoever shares the repository."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.channels.checks.settings import Check, Result
from outreach.services.checks.private_files import check_permissions, check_repository
from outreach.starter.make import GITIGNORE

TODAY = date(2022, 9, 1)
EMBARGOED = "embargo: 2022-12-01\n"


@pytest.fixture
def repository(campaign_folder: Path) -> Path:
    """The campaign of the tests in a repository of its own, with the .gitignore that `init` makes."""
    (campaign_folder / ".gitignore").write_text(GITIGNORE)
    git(campaign_folder, "init", "--quiet")
    return campaign_folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def found(folder: Path) -> list[Check]:
    return check_repository(folder, load_campaign(folder).cases, TODAY)


def embargo(folder: Path, slug: str) -> None:
    path = folder / "cases" / f"{slug}.md"
    path.write_text(path.read_text().replace("state_concerned:", f"{EMBARGOED}state_concerned:", 1))


def test_a_password_that_others_can_read_is_named_with_what_to_type(campaign_folder: Path) -> None:
    (campaign_folder / ".env").write_text("OUTREACH_SMTP__PASSWORD=x\n")
    (campaign_folder / ".env").chmod(0o644)
    (campaign_folder / "rehearsal").mkdir(mode=0o755)
    check = check_permissions(campaign_folder)
    assert check.result is Result.WARNING
    assert check.found == "others on this machine can read .env, rehearsal"
    assert check.next == "Type: chmod go-rwx .env; chmod -R go-rwx rehearsal"
    subprocess.run(check.next.removeprefix("Type: "), shell=True, cwd=campaign_folder, check=True)
    assert check_permissions(campaign_folder).result is Result.OK


def test_a_folder_that_a_group_shares_lets_the_group_read(campaign_folder: Path) -> None:
    campaign_folder.chmod(0o770)
    (campaign_folder / ".env").touch()
    (campaign_folder / ".env").chmod(0o660)
    assert check_permissions(campaign_folder).result is Result.OK
    (campaign_folder / ".env").chmod(0o664)
    assert check_permissions(campaign_folder).next == "Type: chmod o-rwx .env"


def test_a_link_that_leads_nowhere_stops_nothing(campaign_folder: Path) -> None:
    (campaign_folder / "old.db").symlink_to(campaign_folder / "gone")
    assert check_permissions(campaign_folder).result is Result.OK


def test_without_a_repository_nothing_is_said(campaign_folder: Path) -> None:
    assert found(campaign_folder) == []


def test_without_git_nothing_is_said(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert found(repository) == []


def test_a_repository_with_nothing_private_is_well(repository: Path) -> None:
    (repository / "contacts" / "private.csv").write_text("state,email\n")
    (repository / "outreach.db").touch()
    git(repository, "add", ".")
    assert [check.result for check in found(repository)] == [Result.OK]


def test_private_files_that_git_tracks_are_named(repository: Path) -> None:
    (repository / "contacts" / "private.csv").write_text("state,email\n")
    (repository / "outreach.inbox" / "ab").mkdir(parents=True)
    (repository / "outreach.inbox" / "ab" / "1.eml").touch()
    git(repository, "add", "--force", ".")
    (check,) = found(repository)
    assert check.result is Result.WARNING
    assert "contacts/private.csv" in check.found
    assert "git rm -r --cached -- contacts/private.csv outreach.inbox/;" in check.next


def test_private_files_that_nothing_keeps_out_are_named(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.pyc\n")
    (repository / ".env").touch()
    (check,) = found(repository)
    assert check.found == "nothing keeps .env out of the next commit"
    assert check.next == "Add these lines to .gitignore: .env"


@pytest.mark.parametrize("name", ["report.html", "report.csv", "report-october.csv", "answer.eml"])
def test_reports_and_exported_mail_are_kept_out_and_named_where_they_are_not(repository: Path, name: str) -> None:
    (repository / name).touch()
    git(repository, "add", ".")
    assert [check.result for check in found(repository)] == [Result.OK]
    (repository / ".gitignore").write_text("*.pyc\n")
    (check,) = found(repository)
    assert check.found == f"nothing keeps {name} out of the next commit"
    git(repository, "add", ".")
    (check,) = found(repository)
    assert check.found.startswith(f"the repository has {name}:")


def test_a_case_under_embargo_that_git_tracks_is_named(repository: Path) -> None:
    embargo(repository, "beacon")
    assert [check.result for check in found(repository)] == [Result.OK]
    git(repository, "add", ".")
    (check,) = found(repository)
    assert (check.name, check.result) == ("git, cases", Result.WARNING)
    assert "cases/beacon.md (embargo until 2022-12-01)" in check.found
    assert "git rm --cached -- cases/beacon" in check.next


def test_a_case_that_nobody_agreed_to_is_named_when_git_tracks_it(repository: Path) -> None:
    path = repository / "cases" / "beacon.md"
    text = path.read_text()
    for word in ("letters: yes", "posts: yes", "web: yes"):
        text = text.replace(word, word.replace("yes", "no"))
    path.write_text(text)
    git(repository, "add", ".")
    (check,) = found(repository)
    assert "cases/beacon.md (no consent to anything)" in check.found
