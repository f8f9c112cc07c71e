"""`outreach update` and `outreach members`: what people see, and the one file in which addresses stand."""

import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.db.engine import reading
from outreach.outbox.models import messages
from outreach.outbox.store import now
from outreach.supporters.store import Store
from outreach.supporters.tables import members
from tests.conftest import Command
from tests.services.supporters.lists import SLUG, fill_list, write_update
from tests.supporters.stores import KEY, open_here

ENV = {"OUTREACH_WEB__KEY": KEY}
PEOPLE = (
    "E-Mail;Language\nnoor@example.org;fr\nNoor@EXAMPLE.org;fr\nleyla@example.org;\nno address;en\n'=x@example.org;pt\n"
)


@pytest.fixture
def store(campaign_folder: Path) -> Store:
    write_update(campaign_folder)
    return open_here(campaign_folder, rehearsal=True)


def test_a_dry_run_shows_the_mail_and_whom_it_goes_to(campaign_folder: Path, store: Store, outreach: Command) -> None:
    fill_list(store, 130, now())
    done = outreach("update", SLUG, "--dry-run", "--rehearse", folder=campaign_folder, env=ENV)
    assert done.stdout == (
        "REHEARSAL: nothing below reaches a member.\n"
        "English: Twelve States spoke\n"
        "\n"
        "  Twelve States spoke\n"
        "\n"
        "  Yesterday twelve States spoke.\n"
        "\n"
        "  --\n"
        "  You get this because you asked for updates from #EndReprisals and\n"
        "  confirmed it. To leave the list, open this page:\n"
        "\n"
        "  [link]\n"
        "\n"
        "French: Douze États ont parlé\n"
        "\n"
        "  Douze États ont parlé\n"
        "\n"
        "  Hier, douze États ont parlé.\n"
        "\n"
        "  --\n"
        "  Vous recevez ce message parce que vous avez demandé les nouvelles de\n"
        "  #EndReprisals et l’avez confirmé. Pour quitter la liste, ouvrez\n"
        "  cette page\u00a0:\n"
        "\n"
        "  [link]\n"
        "\n"
        "It goes to 130 members (86 in English, 44 in French).\n"
    )


def test_an_update_is_queued_once_and_the_next_step_is_said(
    campaign_folder: Path, store: Store, outreach: Command
) -> None:
    fill_list(store, 2, now())
    command = ("update", SLUG, "--rehearse")
    assert "say --yes" in outreach(*command, folder=campaign_folder, env=ENV).stderr
    first = outreach(*command, "--yes", folder=campaign_folder, env=ENV)
    again = outreach(*command, "--yes", folder=campaign_folder, env=ENV)
    assert first.stdout.endswith("Queued: 2 mails. To send them: outreach queue run --rehearse\n")
    assert again.stdout.endswith("Nobody is to get it now; 2 have it.\n")
    told = outreach(*command, "--yes", "--json", folder=campaign_folder, env=ENV)
    assert json.loads(told.stdout)["had"] == 2
    done = outreach(*command, "--withdraw", folder=campaign_folder, env=ENV)
    assert done.stdout == "Withdrawn: 2 mails. What has left cannot be called back.\n"


def test_members_are_counted_and_nobody_is_named(campaign_folder: Path, store: Store, outreach: Command) -> None:
    command = ("members", "count", "--rehearse")
    assert "Nobody has asked" in outreach(*command, folder=campaign_folder, env=ENV).stdout
    fill_list(store, 5, now())
    done = outreach(*command, folder=campaign_folder, env=ENV)
    assert "Members: 2 in Spanish, 2 in French, 1 in English." in done.stdout
    assert "@" not in done.stdout


def test_an_export_needs_a_yes_and_makes_a_file_that_only_its_owner_reads(
    campaign_folder: Path, store: Store, outreach: Command, tmp_path: Path
) -> None:
    fill_list(store, 2, now())
    file = tmp_path / "members.csv"
    command = ("members", "export", str(file), "--rehearse")
    assert outreach(*command, folder=campaign_folder, env=ENV).returncode == 2
    assert not file.exists()
    done = outreach(*command, "--yes", folder=campaign_folder, env=ENV)
    assert done.stdout.startswith("Wrote 2 members into")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [row.split(",")[:2] for row in file.read_text("utf-8").splitlines()] == [
        ["email", "language"], ["m1@example.org", "fr"], ["m2@example.org", "es"],
    ]  # fmt: skip
    assert "is there already" in outreach(*command, "--yes", folder=campaign_folder, env=ENV).stderr


def test_an_import_asks_each_person_once_and_puts_nobody_on_the_list(
    campaign_folder: Path, store: Store, outreach: Command, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    command = ("members", "import", str(file), "--rehearse", "--yes")
    done = outreach(*command, folder=campaign_folder, env=ENV)
    again = outreach(*command, folder=campaign_folder, env=ENV)
    assert "Asked: 3, the last at " in done.stdout
    assert "people.csv: no e-mail address that mail can reach in row 5." in done.stderr
    assert "1 row with an address that stands above already" in done.stderr
    assert "Left out: 3 asked before." in again.stdout
    assert "example" not in done.stdout + done.stderr
    with reading(store.engine) as connection:
        asked = connection.execute(select(members.c.status, members.c.origin)).all()
        assert {tuple(row) for row in asked} == {("asked", "import")}
        times = list(connection.scalars(select(messages.c.not_before).order_by(messages.c.not_before)))
        languages = set(connection.scalars(select(messages.c.language)))
    seconds = [(later - times[0]).total_seconds() for later in times[:3]]
    assert seconds == [0, 1, 2]  # [list] per_minute is 60
    assert len(times) == 6  # and a reminder each
    assert languages == {"en", "fr"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,language\nNoor,en\n", "people.csv, row 1: has no column `email`"),
        ("email\nno\xf6r@example.org\n", "people.csv: is not UTF-8 text"),
        (None, "people.csv: cannot be read"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    text: str | None, said: str, campaign_folder: Path, store: Store, outreach: Command, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    if text is not None:
        file.write_bytes(text.encode("latin-1"))
    done = outreach("members", "import", str(file), "--rehearse", "--yes", folder=campaign_folder, env=ENV)
    assert done.returncode == 2
    assert said in done.stderr
