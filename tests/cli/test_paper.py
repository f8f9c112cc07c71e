"""Letters and briefs on paper, from the command line."""

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.processes import answered

ALL = ("preview", "--case", "beacon", "--all", "--format", "pdf")


def test_every_letter_is_printed_under_a_name_that_sorts(campaign_folder: Path, outreach: Command) -> None:
    pytest.importorskip("typst", reason="typst is the extra outreach[pdf]")
    toml = campaign_folder / "outreach.toml"
    toml.write_text(toml.read_text("utf-8").replace('"co-sponsored:reprisals-2022"', '["DEU", "FRA", "JPN"]'), "utf-8")
    refused = outreach(*ALL, folder=campaign_folder)
    assert (refused.returncode, "--output letters/" in refused.stderr) == (2, True)
    done = outreach(*ALL, "--output", str(campaign_folder / "letters"), folder=campaign_folder)
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted((campaign_folder / "letters").iterdir())
    assert [file.name for file in files] == [f"{state}-beacon-first.pdf" for state in ("DEU", "FRA", "JPN")]
    assert all(file.read_bytes().startswith(b"%PDF-") and file.stat().st_mode & 0o077 == 0 for file in files)
    assert b"/Lang(fr)" in files[1].read_bytes()
    alone = campaign_folder / "one.pdf"
    one = (*ALL[:3], "--mission", "FRA", "--format", "pdf", "--output", str(alone))
    assert f"Printed: {alone}" in outreach(*one, folder=campaign_folder).stdout
    assert alone.read_bytes() == files[1].read_bytes()
    here = ("preview", "--case", "beacon", "--mission", "FRA", "--format", "pdf")
    first, again = (answered(*here, folder=campaign_folder, typed="") for _ in range(2))
    assert (first[0], "Printed: FRA-beacon-first.pdf" in first[1]) == (0, True)
    assert (again[0], "is there already: to write it anew, add --output" in " ".join(again[1].split())) == (2, True)
    folder = campaign_folder / "several"
    several = ("preview", "--case", "beacon", "--case", "sample", "--mission", "DEU", "--format", "pdf")
    printed = outreach(*several, "--output", f"{folder}/", folder=campaign_folder)
    assert printed.returncode == 0, printed.stderr
    assert [file.name for file in folder.iterdir()] == ["DEU-beacon+sample-first.pdf"]


def test_a_brief_says_the_case_on_one_page_in_the_language_that_is_wanted(
    campaign_folder: Path, outreach: Command
) -> None:
    pytest.importorskip("typst", reason="typst is the extra outreach[pdf]")
    text = "\n".join(f"## {heading}\n\nDes mots.\n" for heading in ("Story behind", "What happened", "What we want"))
    for language in ("en", "fr"):
        done = outreach(
            "brief",
            "--case",
            "beacon",
            "--language",
            language,
            "--output",
            f"{campaign_folder}/paper",
            folder=campaign_folder,
        )
        if language == "fr":
            assert (done.returncode, "cases/beacon.fr.md: not there" in done.stderr) == (2, True)
            (campaign_folder / "cases" / "beacon.fr.md").write_text(text, "utf-8")
            done = outreach(*done.args[3:], folder=campaign_folder)
        assert done.returncode == 0, done.stderr
        pdf = (campaign_folder / "paper" / f"beacon-brief.{language}.pdf").read_bytes()
        assert f"/Lang({language})".encode() in pdf
        assert b"/Type/Pages/Count 1/" in pdf


def test_a_brief_waits_for_what_a_letter_waits_for(campaign_folder: Path, outreach: Command) -> None:
    case = campaign_folder / "cases" / "beacon.md"
    text = case.read_text("utf-8")
    for was, now, words in (
        ("  letters: yes", "  letters: no", "no consent for letters"),
        ("state_concerned:", "embargo: 2099-01-01\nstate_concerned:", "until 2099-01-01"),
        ("state_concerned:", "withheld: [Beacon]\nstate_concerned:", "a withheld name"),
        ("state_concerned:", "stopped: {on: 2026-01-01, why: danger}\nstate_concerned:", "danger"),
    ):
        case.write_text(text.replace(was, now, 1), "utf-8")
        done = outreach("brief", "--case", "beacon", "--output", f"{campaign_folder}/b.pdf", folder=campaign_folder)
        assert (done.returncode, done.stdout, words in done.stderr) == (2, "", True), (words, done.stderr)
    assert not (campaign_folder / "b.pdf").exists()
