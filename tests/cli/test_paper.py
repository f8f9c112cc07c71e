"""Letters and briefs on paper, from the command line."""

from pathlib import Path

import pytest

from tests.conftest import Command

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
