"""`--csv` on every listing: the same facts as --json, safe for a spreadsheet."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import Command

LISTINGS = ("cases list", "asks list", "queue list", "log", "missions list", "record list", "status")


@pytest.mark.parametrize("listing", LISTINGS)
def test_every_listing_prints_a_row_for_each_thing_that_json_has(
    campaign_folder: Path, outreach: Command, listing: str
) -> None:
    outreach("send", "--case", "beacon", "--to", "DEU", "--to", "FRA", folder=campaign_folder)
    found = outreach(*listing.split(), "--json", folder=campaign_folder).stdout
    records = [json.loads(line) for line in found.splitlines()] if listing == "log" else json.loads(found)
    printed = outreach(*listing.split(), "--csv", folder=campaign_folder)
    rows = list(csv.DictReader(io.StringIO(printed.stdout, newline="")))
    assert (printed.returncode, len(rows)) == (0, len(records))
    assert not printed.stdout.startswith("\ufeff")


def test_several_values_stand_in_one_cell_and_nothing_in_it_is_run(campaign_folder: Path, outreach: Command) -> None:
    case = campaign_folder / "cases" / "beacon.md"
    case.write_text(case.read_text(encoding="utf-8").replace("title:\n  en: ", "title:\n  en: =", 1), encoding="utf-8")
    printed = outreach("cases", "list", "--csv", folder=campaign_folder).stdout
    row = next(row for row in csv.DictReader(io.StringIO(printed, newline="")) if row["case"] == "beacon")
    assert row["title"].startswith("en: =")
    assert row["historical"] in ("yes", "no")
    assert "; " in row["consent"]


def test_an_empty_listing_prints_nothing(campaign_folder: Path, outreach: Command) -> None:
    assert outreach("replies", "list", "--csv", folder=campaign_folder).stdout == ""
