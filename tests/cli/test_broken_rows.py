"""A broken row of contacts/missions.csv through the real command: it is named, its mission waits, the others go."""

import csv
import json
import mailbox
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path

import pytest

from tests.conftest import Command, change_cell, give_addresses

ASKED = ("DEU", "FRA", "ITA")
SEND = ("send", "--case", "beacon", *(word for state in ASKED for word in ("--to", state)))
LONGEST = "x" * 10_001

CELLS = [
    ("state", "GERMANY"),
    ("state", "Germny"),
    ("state", "XXX"),
    ("state", ""),
    ("state", "DE\x00U"),
    ("state", "=DEU"),
    ("mission", "Permanent\nMission"),
    ("mission", "=HYPERLINK(1)"),
    ("mission", LONGEST),
    ("email", "nobody"),
    ("email", "a@b@example.org"),
    ("email", "a b@example.org"),
    ("email", "a@example.org, b@example.org"),
    ("email", "a@example.org;a@example.org"),
    ("email", "deu@deu.example.org\r\nBcc: victim@example.org"),
    ("email", "+deu@deu.example.org"),
    ("email", "@"),
    ("email", "deu@example..org"),
    ("language", "German"),
    ("language", "klingon"),
    ("language", "e\x07n"),
    ("phone", "=1+1"),
    ("phone", "+41\x0022"),
    ("address", "-2"),
    ("address", "Rue\x1bde Lausanne"),
    ("website", "@example.org"),
    ("website", "https://example.org/\u202egro"),
    ("x", "@Example"),
    ("x", "Two Handles"),
    ("bluesky", "no handle"),
    ("mastodon", "@only"),
    ("source", "=cmd"),
    ("source", "https://example.org/\nsecond"),
    ("verified_on", "29/09/2022"),
    ("verified_on", "2022-02-30"),
    ("verified_on", "2099-01-01"),
    ("verified_on", "yes"),
    ("note", LONGEST),
    ("note", "@SUM(A1)"),
    ("fax", "=1"),
]


def add_column(folder: Path, column: str) -> None:
    path = folder / "contacts" / "missions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [{**row, column: ""} for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def others_go(folder: Path, outreach: Command, *words: str) -> None:
    result = outreach(*SEND, folder=folder)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    for word in ("its row cannot be read", *words):
        assert word in result.stdout
    assert sorted(addressees(folder)) == ["fra@fra.example.org", "ita@ita.example.org"]


def addressees(folder: Path) -> list[str]:
    there = mailbox.Maildir(folder / "rehearsal", create=False) if (folder / "rehearsal").exists() else ()
    return [parseaddr(letter["To"])[1] for letter in there]


@pytest.mark.parametrize(("column", "value"), CELLS, ids=[f"{column}-{value[:9]!r}" for column, value in CELLS])
def test_a_broken_cell_keeps_its_mission_alone_from_its_letter(
    campaign_folder: Path, outreach: Command, column: str, value: str
) -> None:
    give_addresses(campaign_folder)
    add_column(campaign_folder, "fax")
    change_cell(campaign_folder, "DEU", column, value)
    others_go(campaign_folder, outreach, f"contacts/missions.csv, row 12, column {column}: ", "1       DEU")


def line_of(text: str, state: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"{state},"))


LINES: dict[str, Callable[[str], str]] = {
    "too many cells": lambda line: f"{line},more",
    "too few cells": lambda line: line.rpartition(",")[0],
    "a comma without quotation marks": lambda line: line.replace(",", ",Permanent Mission, of Germany", 1),
    "a quotation mark that is never closed": lambda line: line.replace(",de", ',"de', 1),
    "twice": lambda line: f"{line}\n{line.replace('deu@', 'other@')}",
    "Latin-1": lambda line: line.replace(",", ",Mission permanente \udce0 Gen\udce8ve", 1).replace(",,", ",", 1),
}


@pytest.mark.parametrize("change", LINES.values(), ids=LINES)
def test_a_broken_line_keeps_its_mission_alone_from_its_letter(
    campaign_folder: Path, outreach: Command, change: Callable[[str], str]
) -> None:
    give_addresses(campaign_folder)
    path = campaign_folder / "contacts" / "missions.csv"
    text = path.read_text(encoding="utf-8")
    line = line_of(text, "DEU")
    # At the end, so that a quotation mark that is never closed swallows nobody who is asked.
    text = text.replace(f"{line}\n", "") + f"{change(line)}\n"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    others_go(campaign_folder, outreach, "contacts/missions.csv, row ", "1       DEU")


def test_as_json_it_is_counted_under_excluded_and_named_under_problems(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    change_cell(campaign_folder, "DEU", "email", "nobody")
    result = outreach(*SEND, "--json", folder=campaign_folder)
    said = json.loads(result.stdout)
    assert (result.returncode, said["sent"], said["excluded"]) == (0, 2, {"its row cannot be read": 1})
    [problem] = said["problems"]
    assert (problem["file"], problem["row"], problem["column"]) == ("contacts/missions.csv", 12, "email")
    assert "contacts/missions.csv, row 12, column email: 'nobody' is not an e-mail address" in result.stderr


def test_once_mended_the_mission_gets_its_letter_and_the_others_none_twice(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    change_cell(campaign_folder, "DEU", "verified_on", "yes")
    others_go(campaign_folder, outreach)
    change_cell(campaign_folder, "DEU", "verified_on", "2026-01-15")
    assert outreach(*SEND, folder=campaign_folder).returncode == 0
    assert len(addressees(campaign_folder)) == len(ASKED)


def test_every_other_command_works_and_names_it(campaign_folder: Path, outreach: Command) -> None:
    change_cell(campaign_folder, "DEU", "email", "nobody")
    where = "contacts/missions.csv, row 12, column email: 'nobody' is not an e-mail address"
    for command in (("status",), ("queue", "list"), ("missions", "list"), ("preview", "--case", "beacon")):
        result = outreach(*command, folder=campaign_folder)
        assert (result.returncode, where in result.stderr) == (0, True), (command, result.stderr)
    shown = outreach("missions", "show", "DEU", folder=campaign_folder)
    assert (shown.returncode, where in shown.stdout) == (0, True)
    for command in (("missions", "check"), ("cases", "check"), ("doctor", "--no-dns")):
        result = outreach(*command, folder=campaign_folder)
        assert (result.returncode, where in result.stdout + result.stderr) == (1, True), (command, result.stderr)


def test_what_is_no_table_of_missions_still_stops_everything(campaign_folder: Path, outreach: Command) -> None:
    path = campaign_folder / "contacts" / "missions.csv"
    text = path.read_text(encoding="utf-8")
    rows = text.partition("\n")[2]
    lacking = text.replace("email", "e-mail", 1)
    for broken in (text.encode("utf-16"), b"", rows.encode(), lacking.encode(), text[:-9].encode()):
        path.write_bytes(broken)
        result = outreach(*SEND, folder=campaign_folder)
        assert result.returncode == 2
        assert "contacts/missions.csv" in result.stderr
    assert addressees(campaign_folder) == []
