"""Letters for a time that a person gives, and quiet hours: what is said, what waits, and what goes when."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.campaign import load_campaign
from outreach.db.engine import reading, writing
from outreach.errors import SettingsError
from outreach.outbox.gate.objections import Reason
from outreach.outbox.models import Scope
from outreach.outbox.queue import LONGEST_WAIT, claim, enqueue, next_due
from outreach.outbox.schedule import Rules
from outreach.outbox.sending.hours import LetterHours
from outreach.outbox.store import now
from outreach.services.sending.letters import SendRequest, plan_letters, queue_letters, send_letters
from outreach.services.sending.running import RunRequest, run_queue
from outreach.services.workspace import open_to_send
from tests.conftest import Command, give_addresses, mail_server

YEAR = now().year + 1
AT, WHEN = f"{YEAR}-03-01 09:00", f"{YEAR}-03-01 09:00 (Europe/Zurich)"
SEND = ("send", "--case", "beacon", "--to", "DEU,FRA", "--rehearse")
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """The campaign, with addresses and an ask in March of next year."""
    give_addresses(campaign_folder)
    path = campaign_folder / "outreach.toml"
    asked = path.read_text("utf-8").replace("date = 2022-09-29", f"date = {YEAR}-03-08")
    path.write_text(asked, "utf-8")
    return campaign_folder


def test_letters_for_a_later_time_wait_for_it_whatever_is_run_until_a_person_makes_one_due(
    folder: Path, outreach: Command
) -> None:
    sent = outreach(*SEND, "--at", AT, folder=folder)
    assert f"  to go at {WHEN}\n" in sent.stdout
    assert f"2 letters queued, to go at {WHEN}.\nSend them with: outreach queue run --watch --rehearse" in sent.stdout
    for option in ([], ["--now"]):
        run = outreach("queue", "run", "--rehearse", *option, folder=folder).stdout
        assert "Nothing was due." in run
        assert "2 still waiting, the next at 09:00 on 01 March. To go on: outreach queue run --watch" in run
    assert "There is nothing to do" in outreach("queue", "retry", "--all", "--rehearse", folder=folder).stdout
    rows = json.loads(outreach("queue", "list", "--rehearse", "--json", folder=folder).stdout)
    assert {row["not_before"] for row in rows} == {f"{YEAR}-03-01T08:00:00+00:00"}
    assert outreach("queue", "list", "--rehearse", folder=folder).stdout.count(f"until 01 Mar {YEAR} 09:00") == 2
    shown = outreach("queue", "show", "1", "--rehearse", folder=folder).stdout
    assert f"queued, to go at {WHEN}" in shown
    assert f"to go at {YEAR}-03-01 08:00 UTC" in outreach("log", "--rehearse", folder=folder).stdout
    status = outreach("status", "--rehearse", folder=folder).stdout
    assert f"letters scheduled  they go at their times, the next at {WHEN}, as long as a run watches" in status
    assert "waiting to be sent" not in status
    again = outreach(*SEND, "--dry-run", folder=folder).stdout
    assert "2 more, queued earlier and not sent yet, go too when their time has come" in again
    assert outreach("queue", "retry", "1", "--rehearse", folder=folder).returncode == 0
    assert "1 sent." in outreach("queue", "run", "--rehearse", folder=folder).stdout


def test_a_time_that_cannot_be_is_told_and_one_after_the_asks_date_is_left_out(folder: Path, outreach: Command) -> None:
    earnest = ("send", "--case", "beacon", "--to", "DEU,FRA", "--dry-run")
    table = [
        (f"{YEAR}-03-01", "write it as in --at"),
        (f"{YEAR}-03-01 09:00 Europe/Bern", "'Europe/Bern' is not a time zone"),
        ("2021-03-28 02:30", "there is no such time; the clocks in Europe/Zurich are set forward then"),
        ("2022-03-01 09:00", "is past. Leave --at out to send as soon as may be"),
    ]
    for at, words in table:
        result = outreach(*earnest, "--at", at, folder=folder, env=mail_server(9))
        assert (result.returncode, words in result.stderr) == (2, True), result.stderr
    late = outreach(*earnest, "--at", f"{YEAR}-03-09 00:30", "--json", folder=folder, env=mail_server(9))
    excluded = {"past the ask's date": 2}
    assert json.loads(late.stdout)["excluded"] == excluded
    tokyo = outreach(*earnest, "--at", f"{YEAR}-03-09 00:30 Asia/Tokyo", "--json", folder=folder, env=mail_server(9))
    assert json.loads(tokyo.stdout)["at"] == f"{YEAR}-03-08T15:30:00+00:00"
    assert json.loads(tokyo.stdout)["planned"] == 2, "it is still the ask's day where the campaign is"


def test_a_watch_sends_a_letter_when_its_time_has_come_and_the_gate_is_asked_again_then(folder: Path) -> None:
    workspace = open_to_send(folder, rehearse=True)
    for state, seconds in (("DEU", 0.3), ("FRA", 0.31)):
        planned = plan_letters(workspace, SendRequest("beacon", to=(state,), at=now() + timedelta(seconds=seconds)))
        assert send_letters(workspace, planned, "test").run.waiting
    case = folder / "cases" / "beacon.md"
    case.write_text(case.read_text("utf-8").replace("state_concerned:", "not_to: [FRA]\nstate_concerned:"), "utf-8")
    done = run_queue(open_to_send(folder, rehearse=True), RunRequest(Scope(), watch=True))
    assert (sum(done.counts.values()), done.held) == (1, 1)


def test_a_planned_letter_waits_however_long_and_one_put_off_by_a_wrong_clock_does_not(folder: Path) -> None:
    workspace, present = open_to_send(folder, rehearse=True), now()
    far = present + 3 * LONGEST_WAIT
    planned = plan_letters(workspace, SendRequest("beacon", to=("DEU",), at=far, after_deadline=True))
    queue_letters(workspace, planned.drafts, "test")
    with writing(workspace.outbox.engine) as connection:
        assert next_due(connection, Scope(), at=present) == far
        assert claim(connection, Scope(), 5, present, "a/1/0") == []
    with reading(workspace.outbox.engine) as connection:
        gate = workspace.gate
        assert gate.held(connection, Scope()) == {}
    queue_letters(workspace, plan_letters(workspace, SendRequest("beacon", to=("FRA",))).drafts, "test")
    with writing(workspace.outbox.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE messages SET not_before = '2999-01-01 00:00:00.000000' WHERE mission = 'FRA'"
        )
        assert next_due(connection, Scope(), at=present) == present
        assert [letter.recipients for letter in claim(connection, Scope(), 5, present, "a/1/0")] == [
            ("fra@fra.example.org",)
        ]


def test_no_letter_leaves_in_quiet_hours_and_the_next_goes_when_they_are_over(folder: Path, outreach: Command) -> None:
    hours = LetterHours(Rules(timedelta(0), 0, (time(22), time(7)), ZURICH))
    workspace, night = open_to_send(folder, rehearse=True), datetime(2999, 1, 1, 23, tzinfo=UTC)
    queue_letters(workspace, plan_letters(workspace, SendRequest("beacon", to=("DEU",))).drafts, "test")
    with writing(workspace.outbox.engine) as connection:
        assert hours.claim(connection, Scope(), 5, night, "a/1/0") == []
        morning = hours.next_due(connection, Scope(), night)
        assert morning == datetime(2999, 1, 2, 6, tzinfo=UTC)
        assert len(hours.claim(connection, Scope(), 5, morning, "a/1/0")) == 1
    path = folder / "outreach.toml"
    clock = now().astimezone(ZURICH)
    first, last = (f"{clock + timedelta(hours=hour):%H:%M}" for hour in (-1, 2))
    path.write_text(path.read_text("utf-8").replace("[letters]\n", f'[letters]\nquiet = "{first}-{last}"\n'), "utf-8")
    plan = outreach("send", "--case", "beacon", "--to", "FRA", "--dry-run", folder=folder, env=mail_server(9)).stdout
    assert f"quiet hours ({first}-{last}): they wait in the queue until" in plan
    path.write_text(path.read_text("utf-8").replace(f"{first}-{last}", "22:00"), "utf-8")
    with pytest.raises(SettingsError, match=r"letters\.quiet: write two times of day"):
        load_campaign(folder)


def test_a_reminder_is_planned_by_the_day_on_which_it_goes(folder: Path) -> None:
    workspace = open_to_send(folder, rehearse=True)
    send_letters(workspace, plan_letters(workspace, SendRequest("beacon", to=("DEU",))), "test")
    days = load_campaign(folder).settings.reminder.after_days
    soon, later = (now() + timedelta(days=number) for number in (1, days + 1))
    found = [plan_letters(workspace, SendRequest("beacon", round="reminder", at=at)).plan for at in (soon, later)]
    assert [[item.reason for item in plan.warnings] for plan in found] == [[Reason.TOO_SOON], []]


def test_a_letter_planned_for_after_the_asks_date_by_somebody_who_knew_goes_then(campaign_folder: Path) -> None:
    workspace = open_to_send(campaign_folder, rehearse=True)
    before, after = datetime(2022, 9, 1, tzinfo=UTC), datetime(2022, 10, 5, tzinfo=UTC)  # the ask is of 29 September
    drafts = plan_letters(workspace, SendRequest("beacon", to=("DEU", "FRA"))).drafts
    with writing(workspace.outbox.engine) as connection:
        enqueue(connection, [drafts[0], replace(drafts[1], not_before=after)], before, "test")
    with reading(workspace.outbox.engine) as connection:
        held = workspace.gate.held(connection, Scope())
    assert [(item.entry.key.mission, item.reason) for item in held.values()] == [("DEU", Reason.PAST_DATE)]
