"""What needs a person today: every end but a good one is named, once, with its next step."""

import json
import shlex
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.cli.common.next_steps import command
from outreach.db.engine import writing
from outreach.inbox.kinds import Kind, Stance
from outreach.next_step import Action, NextStep
from outreach.outbox.addresses import AddressRefusal, with_refusals
from outreach.outbox.gate.objections import Reason
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Key, Scope
from outreach.outbox.queue import enqueue
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.outbox.suppressions import suppress
from outreach.reports.attention import MOST_REMINDERS, Attention, Need, attention
from tests.conftest import Command, change_cell, give_addresses
from tests.inbox.desk.desks import came_in, say
from tests.inbox.proofs import proven
from tests.outbox.outboxes import HOLDER, WAYS, draft, lead, queue_keys
from tests.reports.overviews import overview_of

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
CHECKED = ("checked_on: 2022-09-01\nchecked_by: the tests\n", "")  # in the case's file, and that nobody ever did
# Held back by the files of the campaign, which have a test of their own.
BY_HAND = {need for need in Need if need.startswith("held_by_")}
# Ends that nobody need do anything about: it went, it arrived, a person took it back.
AT_REST = {Status.SENT, Status.DELIVERED, Status.WITHDRAWN}
NEEDS = {
    status: Need.BOUNCED_UNEXPLAINED if status is Status.BOUNCED else Need(status.value)
    for status in set(Status) - AT_REST
}


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """The campaign, with an address for each mission, and its ask two months ahead."""
    give_addresses(campaign_folder)
    set_ask(campaign_folder, NOW.date() + 60 * DAY)
    return campaign_folder


def set_ask(folder: Path, day: date) -> None:
    """Put the campaign's ask on that day."""
    path = folder / "outreach.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("date = 2022-09-29", f"date = {day}"), encoding="utf-8")
    assert str(day) in path.read_text(encoding="utf-8")


def outbox_of(folder: Path, *, rehearsal: bool = False) -> Outbox:
    return open_outbox(folder, load_campaign(folder).settings, rehearsal=rehearsal)


def letter(
    outbox: Outbox,
    status: Status = Status.SENT,
    mission: str = "DEU",
    round_: str = "first",
    case: str = "beacon",
    at: datetime = NOW,
) -> int:
    channel = "rehearsal" if outbox.rehearsal else "smtp"
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", case, round_, channel, mission), at=at)
    lead(outbox, message, status, at)
    return message


def post(outbox: Outbox, status: Status, part: str = "solidarity.en", *, mission: str = "", at: datetime = NOW) -> int:
    [message] = queue_keys(outbox, Key(MessageKind.POST, "hrc51", "beacon", "", "x", mission, part), at=at)
    lead(outbox, message, status, at)
    return message


def needs(folder: Path, outbox: Outbox, scope: Scope | None = None) -> dict[Need, int]:
    """What needs a person, and how many."""
    found = told(load_campaign(folder), outbox, scope)
    assert len({each.need for each in found}) == len(found)
    return {each.need: each.number for each in found}


def told(campaign: Campaign, outbox: Outbox, scope: Scope | None = None) -> list[Attention]:
    return attention(overview_of(campaign, outbox, scope))


def bounced(outbox: Outbox, message: int, code: str = "5.1.1", severity: str = "permanent") -> None:
    proven(outbox, message, Kind.BOUNCE, NOW, code=code, severity=severity)


def refused_in_part(outbox: Outbox, mission: str) -> None:
    """A letter to two addresses, of which the server took one."""
    key = Key(MessageKind.LETTER, "hrc51", "beacon", "first", "rehearsal" if outbox.rehearsal else "smtp", mission)
    token, address = outbox.token(key), f"{mission}@{mission}.example.org".lower()
    recipients = ("embassy@example.org", address)
    one = replace(draft(1), key=key, token=token, message_id=f"<{token}@example.org>", recipients=recipients)
    with writing(outbox.engine) as connection:
        [message] = enqueue(connection, [one], NOW, "test")
    lead(outbox, message, Status.SENDING, NOW)
    words = with_refusals("250 ok", {2: AddressRefusal("RCPT: 550 5.1.1 unknown", gone=True)}, 2)
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(message, Status.SENDING, Status.SENT, NOW, "test", words, holder=HOLDER)])


@pytest.mark.parametrize("status", sorted(Status))
def test_every_end_but_a_good_one_needs_a_person(folder: Path, status: Status) -> None:
    """DESIGN.md, section 4, rule 8: nobody is left in silence."""
    outbox = outbox_of(folder)
    letter(outbox, status)
    assert needs(folder, outbox) == ({} if status in AT_REST else {NEEDS[status]: 1})


POSTS = {
    Status.UNCONFIRMED: Need.POSTS_UNCONFIRMED,
    Status.REJECTED: Need.POSTS_REJECTED,
    Status.QUEUED: Need.POSTS_DUE,
    Status.DEFERRED: Need.POSTS_DUE,
    Status.CLAIMED: Need.POSTS_IN_FLIGHT,
    Status.SENDING: Need.POSTS_IN_FLIGHT,
}


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.BOUNCED, Status.DELIVERED}))
def test_every_end_of_a_post_but_a_good_one_needs_a_person(folder: Path, status: Status) -> None:
    outbox = outbox_of(folder)
    post(outbox, status)
    assert needs(folder, outbox) == ({} if status in AT_REST else {POSTS[status]: 1})


def test_an_unconfirmed_post_leads_to_a_look_at_the_account(folder: Path) -> None:
    outbox = outbox_of(folder)
    post(outbox, Status.UNCONFIRMED)
    found = told(load_campaign(folder), outbox)
    assert found == [Attention(Need.POSTS_UNCONFIRMED, 1, NextStep(Action.SETTLE))]


def test_a_post_whose_time_has_not_come_needs_a_run_that_watches(folder: Path) -> None:
    outbox = outbox_of(folder)
    post(outbox, Status.DEFERRED, at=NOW + DAY)
    post(outbox, Status.QUEUED, part="ask.en")
    found = told(load_campaign(folder), outbox)
    assert found == [
        Attention(Need.POSTS_DUE, 1, NextStep(Action.RUN_QUEUE)),
        Attention(Need.POSTS_SCHEDULED, 1, NextStep(Action.WATCH_QUEUE)),
    ]


def test_a_post_to_a_mission_is_no_letter_that_could_be_followed_by_a_reminder(folder: Path) -> None:
    outbox = outbox_of(folder)
    post(outbox, Status.SENT, mission="DEU", at=NOW - 30 * DAY)
    assert needs(folder, outbox) == {}


def test_what_needs_a_person_is_counted_and_the_gravest_comes_first(folder: Path) -> None:
    outbox = outbox_of(folder)
    found = (Status.QUEUED, Status.SENT, Status.REJECTED, Status.UNCONFIRMED, Status.QUEUED)
    for status, mission in zip(found, ("AUT", "BEL", "CHE", "DEU", "ESP"), strict=True):
        letter(outbox, status, mission)
    assert list(needs(folder, outbox).items()) == [(Need.UNCONFIRMED, 1), (Need.REJECTED, 1), (Need.QUEUED, 2)]


BOUNCED = NextStep(Action.LIST_MESSAGES, statuses=("bounced",))
NOTICES = NextStep(Action.LIST_REPLIES, kind="bounce")


@pytest.mark.parametrize(
    ("code", "severity", "need", "step", "then"),
    [
        ("5.1.1", "permanent", Need.BOUNCED_FOR_GOOD, BOUNCED, Action.RETRY_AT_NEW_ADDRESS),
        ("", "", Need.BOUNCED_UNEXPLAINED, NOTICES, Action.RETRY),
        ("", "permanent", Need.BOUNCED_UNEXPLAINED, NOTICES, Action.RETRY),
        ("5.4.4", "permanent", Need.BOUNCED_UNEXPLAINED, NOTICES, Action.RETRY),
        ("4.2.2", "transient", Need.BOUNCED_FOR_NOW, BOUNCED, Action.RETRY),
        ("5.7.1", "permanent", Need.BOUNCED_BY_POLICY, NextStep(Action.CHECK_SETUP), Action.RETRY),
        ("5.7.1", "transient", Need.BOUNCED_BY_POLICY, NextStep(Action.CHECK_SETUP), Action.RETRY),
    ],
)
def test_a_letter_that_came_back_is_told_by_why(
    folder: Path, code: str, severity: str, need: Need, step: NextStep, then: Action
) -> None:
    outbox = outbox_of(folder)
    bounced(outbox, letter(outbox, Status.BOUNCED), code, severity)
    assert told(load_campaign(folder), outbox) == [Attention(need, 1, step, NextStep(then))]


def test_the_newest_bounce_of_a_letter_says_why(folder: Path) -> None:
    outbox = outbox_of(folder)
    message = letter(outbox, Status.BOUNCED)
    bounced(outbox, message, "4.2.2", "transient")
    bounced(outbox, message, "5.7.1")
    assert needs(folder, outbox) == {Need.BOUNCED_BY_POLICY: 1}


def test_a_mission_that_answered_all_the_same_needs_nothing(folder: Path) -> None:
    """By telephone, say: then it does not matter any more that the letter came back or was late."""
    outbox = outbox_of(folder)
    bounced(outbox, letter(outbox, Status.BOUNCED))
    proven(outbox, letter(outbox, mission="FRA", at=NOW - 3 * DAY), Kind.DELAY, NOW - 2 * DAY)
    assert needs(folder, outbox) == {Need.BOUNCED_FOR_GOOD: 1, Need.DELAYED: 1}
    for mission in ("DEU", "FRA"):
        say(outbox, came_in(outbox, "beacon", mission=mission), Stance.ACKNOWLEDGED)
    assert needs(folder, outbox) == {}


def test_one_of_several_addresses_that_came_back_is_told_until_the_registry_is_mended(folder: Path) -> None:
    outbox = outbox_of(folder)
    bounced(outbox, letter(outbox))
    assert needs(folder, outbox) == {Need.BOUNCED_IN_PART: 1}
    path = folder / "contacts" / "missions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("deu@deu.", "mission@deu."), encoding="utf-8")
    assert needs(folder, outbox) == {}


def test_one_of_several_addresses_that_was_refused_is_told_until_the_registry_is_mended(folder: Path) -> None:
    outbox = outbox_of(folder)
    refused_in_part(outbox, "DEU")
    assert needs(folder, outbox) == {Need.REFUSED_IN_PART: 1}
    path = folder / "contacts" / "missions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("deu@deu.", "mission@deu."), encoding="utf-8")
    assert needs(folder, outbox) == {}


@pytest.mark.parametrize(
    ("age", "status", "number"),
    [
        pytest.param(timedelta(hours=25), Status.SENT, 1, id="more than a day"),
        pytest.param(timedelta(hours=23), Status.SENT, 0, id="less than a day"),
        pytest.param(timedelta(hours=25), Status.DELIVERED, 0, id="it arrived"),
    ],
)
def test_a_delay_is_told_after_a_day_without_better_news(
    folder: Path, age: timedelta, status: Status, number: int
) -> None:
    outbox = outbox_of(folder)
    message = letter(outbox, status, at=NOW - 2 * DAY)
    for _ in range(2):  # servers repeat themselves
        proven(outbox, message, Kind.DELAY, NOW - age)
    assert needs(folder, outbox).get(Need.DELAYED, 0) == number


def test_the_desks_work_is_told(folder: Path) -> None:
    outbox = outbox_of(folder)
    letter(outbox)
    came_in(outbox, "beacon", sender="someone@deu.example.org", new_address=True)
    came_in(outbox)
    came_in(outbox, kind=Kind.OTHER, rule="unreadable")
    assert needs(folder, outbox) == {Need.UNREAD: 1, Need.UNMATCHED: 1, Need.UNREADABLE: 1, Need.NEW_ADDRESS: 1}


def test_a_state_is_due_a_reminder_after_the_days_of_the_settings(folder: Path) -> None:
    outbox = outbox_of(folder)
    letter(outbox, mission="DEU", at=NOW - 10 * DAY)
    letter(outbox, mission="FRA", at=NOW - 9 * DAY)
    letter(outbox, Status.DELIVERED, mission="AUT", at=NOW - 30 * DAY)
    remind = NextStep(Action.SEND_LETTERS, case="beacon", ask="hrc51", round="reminder")
    assert told(load_campaign(folder), outbox) == [Attention(Need.REMINDER_DUE, 2, remind)]


@pytest.mark.parametrize("why", ["answered", "reminded", "reminder taken back", "came back", "past", "not taken"])
def test_no_reminder_is_due(folder: Path, why: str) -> None:
    outbox = outbox_of(folder)
    first = {"came back": Status.BOUNCED, "not taken": Status.UNCONFIRMED}.get(why, Status.SENT)
    letter(outbox, first, at=NOW - 20 * DAY)
    if why == "answered":
        say(outbox, came_in(outbox, "beacon"), Stance.OTHER)
    if why.startswith("reminde"):
        letter(outbox, Status.WITHDRAWN if "taken back" in why else Status.SENT, round_="reminder", at=NOW)
    if why == "past":
        path = folder / "outreach.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"{NOW.date() + 60 * DAY}", f"{NOW.date() - 3 * DAY}"), encoding="utf-8")
    assert Need.REMINDER_DUE not in needs(folder, outbox)


def test_an_auto_reply_is_no_reason_not_to_remind(folder: Path) -> None:
    outbox = outbox_of(folder)
    message = letter(outbox, at=NOW - 20 * DAY)
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, letter=message)
    assert needs(folder, outbox) == {Need.REMINDER_DUE: 1}


def test_many_cases_that_are_due_reminders_do_not_bury_the_rest(folder: Path) -> None:
    text = (folder / "outreach.toml").read_text(encoding="utf-8")
    ask = text[text.index("[[ask]]") :]
    more = [f"more-{number}" for number in range(MOST_REMINDERS + 2)]
    with (folder / "outreach.toml").open("a", encoding="utf-8") as file:
        file.writelines("\n" + ask.replace('id = "hrc51"', f'id = "{name}"') for name in more)
    outbox = outbox_of(folder)
    for name in more:
        [message] = queue_keys(outbox, Key(MessageKind.LETTER, name, "beacon", "first", "smtp", "DEU"))
        lead(outbox, message, Status.SENT, NOW - 20 * DAY)
    found = told(load_campaign(folder), outbox)
    assert [each.number for each in found] == [1] * MOST_REMINDERS + [2]
    assert found[-1] == Attention(Need.MORE_REMINDERS_DUE, 2, NextStep(Action.EXPORT_STATUS))


def test_a_reminder_that_was_overtaken_by_an_answer_is_told_as_held_back(folder: Path) -> None:
    outbox = outbox_of(folder)
    for mission in ("DEU", "FRA"):
        letter(outbox, mission=mission, at=NOW - 20 * DAY)
        letter(outbox, Status.QUEUED, mission, "reminder")
    say(outbox, came_in(outbox, "beacon"), Stance.WILL_RAISE)
    assert needs(folder, outbox) == {Need.HELD_BACK: 1, Need.QUEUED: 1}
    [held] = [each for each in told(load_campaign(folder), outbox) if each.need is Need.HELD_BACK]
    assert (held.number, held.reasons) == (1, ((Reason.ANSWERED, 1),))


def test_a_reminder_that_a_row_holds_back_names_the_row_and_not_an_answer(folder: Path) -> None:
    outbox = outbox_of(folder)
    letter(outbox, mission="DEU", at=NOW - 20 * DAY)
    letter(outbox, Status.QUEUED, "DEU", "reminder")
    change_cell(folder, "DEU", "email", "nobody")
    found = told(load_campaign(folder), outbox)
    assert Attention(Need.HELD_BY_ROW, 1, NextStep(Action.CHECK_MISSIONS)) in found
    assert Need.HELD_BACK not in {each.need for each in found}


def test_letters_that_are_held_back_are_told_with_what_helps_and_never_with_a_run(
    folder: Path, outreach: Command
) -> None:
    """Also first letters, and where all that waits is held: `queue run` would only refuse them again."""
    outbox, run = outbox_of(folder), NextStep(Action.RUN_QUEUE)
    first, second = letter(outbox, Status.QUEUED), letter(outbox, Status.DEFERRED, "FRA")
    case = folder / "cases" / "beacon.md"
    before, concerned = case.read_text("utf-8"), "state_concerned:"
    table = [
        (concerned, f"embargo: 2999-01-01\n{concerned}", Need.HELD_BY_EMBARGO, "queue list --status queued"),
        (concerned, f"stopped:\n  on: 2022-01-01\n  why: asked\n{concerned}", Need.HELD_BY_STOP, "--case beacon"),
        ("letters: yes", "letters: no", Need.HELD_BACK, "queue list --status queued"),
        (concerned, f"not_to: [DEU, FRA]\n{concerned}", Need.HELD_BACK, "queue list --status queued"),
        (*CHECKED, Need.HELD_BY_FACTS, "cases confirm beacon"),
        (concerned, f"withheld: file\n{concerned}", Need.HELD_BY_FILES, "cases check"),
        (concerned, f"withheld: [Letter]\n{concerned}", Need.HELD_BY_WORDS, f"queue rewrite {first} {second}"),
    ]
    for old, new, need, typed in table:
        assert old in before
        case.write_text(before.replace(old, new, 1), "utf-8")
        found = told(load_campaign(folder), outbox)
        assert [(each.need, each.number) for each in found] == [(need, 2)], (new, found)
        assert typed in command(found[0].next_step, rehearsal=False)
        assert found[0].next_step != run
    case.write_text(before, "utf-8")
    assert needs(folder, outbox) == {Need.QUEUED: 1, Need.DEFERRED: 1}
    suppress(outbox, "m0@m0.example.org", "they asked for it")
    [rows, shown, cells] = [outreach("status", *option, folder=folder).stdout for option in (["--json"], [], ["--csv"])]
    assert [(row["state"], row["held"], row["held_detail"]) for row in json.loads(rows)] == [
        ("DEU", "suppressed", "they asked for it"),
        ("FRA", "suppressed", "they asked for it"),
    ]
    assert "held back  letters to an address that nothing goes to (they asked for it)" in shown
    assert cells.splitlines()[1].endswith(",suppressed: they asked for it")


def test_a_reminder_that_waits_for_mail_to_be_read_is_told_apart_and_none_is_due(folder: Path) -> None:
    outbox = outbox_of(folder)
    for mission in ("DEU", "FRA"):
        letter(outbox, mission=mission, at=NOW - 20 * DAY)
    letter(outbox, Status.QUEUED, "DEU", "reminder")
    for mission in ("DEU", "FRA"):
        came_in(outbox, "beacon", mission=mission, kind=Kind.UNCLEAR if mission == "DEU" else Kind.REPLY)
    assert needs(folder, outbox) == {Need.HELD_UNREAD: 1, Need.UNREAD: 2}


def test_a_reply_by_a_persons_word_waits_for_a_stance_and_is_not_to_be_read(folder: Path) -> None:
    outbox = outbox_of(folder)
    letter(outbox)
    say(outbox, came_in(outbox, "beacon"), kind=Kind.REPLY)
    assert needs(folder, outbox) == {Need.WITHOUT_STANCE: 1}


def test_only_what_is_in_scope_is_told(folder: Path) -> None:
    outbox = outbox_of(folder)
    letter(outbox, Status.REJECTED, case="beacon")
    letter(outbox, Status.UNCONFIRMED, case="sample")
    assert needs(folder, outbox, Scope(case="beacon")) == {Need.REJECTED: 1}


def everything(outbox: Outbox) -> None:
    """One of each thing that needs a person."""
    missions = iter(("AUT", "BEL", "CHE", "ESP", "FIN", "IRL", "LUX", "NLD", "PRT", "SWE"))
    for status in WAYS:
        letter(outbox, status, next(missions), at=NOW + DAY if status in (Status.CLAIMED, Status.SENDING) else NOW)
    bounced(outbox, letter(outbox, Status.BOUNCED, "AUS"), "5.7.1")
    bounced(outbox, letter(outbox, Status.BOUNCED, "CAN"), "4.2.2", "transient")
    bounced(outbox, letter(outbox, Status.BOUNCED, "JPN"))
    bounced(outbox, letter(outbox, Status.SENT, "DEU"))
    delayed = letter(outbox, Status.SENT, "DNK", at=NOW - 20 * DAY)
    proven(outbox, delayed, Kind.DELAY, NOW - 2 * DAY)
    came_in(outbox, "beacon", mission="FRA", sender="someone@fra.example.org", new_address=True)
    came_in(outbox, "beacon", mission="FRA", sender_check="fail")
    complaint = came_in(outbox, "beacon", kind=Kind.COMPLAINT, mission="NZL")
    suppress(outbox, "nzl@nzl.example.org", f"reported as spam (mail {complaint})")
    came_in(outbox)
    came_in(outbox, kind=Kind.OTHER, rule="unreadable")
    letter(outbox, Status.SENT, "FRA", at=NOW - 20 * DAY)
    letter(outbox, Status.QUEUED, "FRA", "reminder")
    say(outbox, came_in(outbox, "beacon", mission="NOR"), kind=Kind.REPLY)
    letter(outbox, Status.SENT, "NOR", at=NOW - 20 * DAY)
    letter(outbox, Status.QUEUED, "NOR", "reminder")
    refused_in_part(outbox, "GBR")
    planned = Key(MessageKind.LETTER, "hrc51", "sample", "first", "rehearsal" if outbox.rehearsal else "smtp", "GBR")
    with writing(outbox.engine) as connection:
        enqueue(connection, [replace(draft(99), key=planned, not_before=NOW + DAY)], NOW, "test")
    came_in(outbox, "beacon", mission="ITA", sender_check="fail")
    told = json.dumps([["address", "new@mlt.example.org"], ["back", "9999-10-05"]])
    came_in(outbox, "beacon", mission="MLT", kind=Kind.AUTO_REPLY, news=told)
    came_in(outbox, "beacon", mission="ITA", news='[["no-more", "it"]]')


@pytest.mark.parametrize("rehearsal", [False, True], ids=["in earnest", "rehearsal"])
def test_every_command_that_is_named_can_be_typed_and_means_this_outbox(
    folder: Path, outreach: Command, *, rehearsal: bool
) -> None:
    outbox = outbox_of(folder, rehearsal=rehearsal)
    everything(outbox)
    found = told(load_campaign(folder), outbox)
    # Posts and voices have tests of their own; nobody's address is learnt or closed from a rehearsal.
    others = {need for need in Need if need.startswith(("posts_", "digests_", "voices_"))} | {
        Need.MORE_REMINDERS_DUE,
        *BY_HAND,
    }
    assert {each.need for each in found} == set(Need) - others - (
        {Need.NEW_ADDRESS, Need.NAMED_ADDRESS, Need.ASKS_FOR_NO_MORE} if rehearsal else set()
    )
    shown = outreach("status", *(["--rehearse"] if rehearsal else []), folder=folder)
    commands = {command(each.next_step, rehearsal=rehearsal) for each in found}
    afterwards = {command(each.then, rehearsal=rehearsal) for each in found if each.then}
    assert all(each in shown.stdout for each in commands | afterwards)
    for listing in {each for each in commands if " list" in each}:
        typed = shlex.split(listing)[1:]
        assert ("--rehearse" in typed) == rehearsal
        result = outreach(*typed, folder=folder)
        assert result.returncode == 0, f"{listing}: {result.stderr}"


def test_a_claimed_letter_of_a_dead_run_waits_again(folder: Path) -> None:
    """What is shown as held is held by somebody: open_outbox puts right what a dead run left."""
    outbox = outbox_of(folder)
    [message] = queue_keys(outbox, Key(MessageKind.LETTER, "hrc51", "beacon", "first", "smtp", "DEU"))
    holder, over = "another-machine/1/0.00", NOW - DAY
    with writing(outbox.engine) as connection:
        step = Transition(message, Status.QUEUED, Status.CLAIMED, over, "test", held_by=holder, lease_until=over)
        advance(connection, [step])
    assert needs(folder, outbox_of(folder)) == {Need.QUEUED: 1}
