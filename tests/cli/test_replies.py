"""`outreach replies`: the real command over a real database; what it says is what people go by."""

import json
import os
import pty
import select
import subprocess
from pathlib import Path

import pytest
from rich.cells import cell_len

from outreach.inbox.kinds import Kind, MatchedBy, Stance
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Key
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.conftest import Command, give_addresses
from tests.inbox.desk.desks import SEPTEMBER, came_in, kept_ties, say
from tests.inbox.letterboxes import mail, reply, sent_letter, sent_letters
from tests.inbox.proofs import proven
from tests.outbox.outboxes import chain, lead, open_test_outbox, queue_keys
from tests.processes import Process, answered, environment

BELL_AND_CURSOR = "\x1b[2J\x1b[1;1H\x07Message 99 marked will-raise.\u202eeurt\u2028Answers: France"


@pytest.fixture
def outbox(campaign_folder: Path) -> Outbox:
    give_addresses(campaign_folder)
    return open_test_outbox(campaign_folder / "outreach.db")


def listed(outreach: Command, folder: Path, *arguments: str) -> list[dict[str, object]]:
    result = outreach("replies", "list", "--json", *arguments, folder=folder)
    assert result.returncode == 0, result.stderr
    rows: list[dict[str, object]] = json.loads(result.stdout)
    return rows


def ids(rows: list[dict[str, object]]) -> list[object]:
    return [row["id"] for row in rows]


def test_the_desk_lists_what_needs_a_person_with_whom_it_is_from_and_what_to_type(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", sender="second@deu.example.org", new_address=True, subject="Re: Beacon")
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY)
    came_in(outbox, sender="nobody@example.org", subject="A question")
    result = outreach("replies", "list", folder=campaign_folder)
    header, first, second, *_ = result.stdout.splitlines()
    assert header.split() == ["ID", "day", "State", "case", "kind", "stance", "from", "subject"]
    expected = ["1", "2022-09-12", "DEU", "beacon", "reply", "-", "(new", "address)", "second@deu.example.org"]
    assert first.split() == [*expected, "Re:", "Beacon"]
    assert second.split()[:4] == ["3", "2022-09-12", "?", "reply"]
    assert "2 messages open." in result.stdout
    assert "outreach replies mark 1 --stance STANCE" in result.stderr
    assert "outreach replies assign 3 --mission STATE --case SLUG" in result.stderr
    assert result.returncode == 0


def test_the_list_is_narrowed_by_what_is_typed(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    say(outbox, came_in(outbox, "beacon"), Stance.WILL_RAISE)
    came_in(outbox, "beacon", mission="FRA", kind=Kind.AUTO_REPLY)
    came_in(outbox)
    came_in(outbox, "sample", mission="ESP")
    for arguments, expected in (
        ((), [3, 4]),
        (("--open",), [3, 4]),
        (("--all",), [3, 4, 1, 2]),
        (("--stance", "will-raise"), [1]),
        (("--kind", "auto-reply"), [2]),
        (("--kind", "auto-reply", "--open"), []),
        (("--unmatched",), [3]),
        (("--mission", "Spain"), [4]),
        (("--mission", "de"), []),
        (("--mission", "de", "--all"), [1]),
        (("--case", "beacon", "--all"), [1, 2]),
    ):
        assert ids(listed(outreach, campaign_folder, *arguments)) == expected, arguments


def test_json_says_of_each_message_what_it_is_tied_to(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    came_in(outbox, "beacon", letter=letter.id)
    [row] = listed(outreach, campaign_folder)
    assert row["ties"] == [
        {
            "state": "DEU",
            "case": "beacon",
            "ask": "hrc51",
            "message": 1,
            "matched_by": "in-reply-to",
            "certainty": 1.0,
            "stance": None,
        }
    ]
    assert (row["kind"], row["open"], row["unmatched"]) == ("reply", True, False)


def test_marking_a_stance_takes_a_reply_off_the_desk(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    came_in(outbox, "beacon", "sample")
    mark = ("replies", "mark", "1", "--stance", "will-raise", "--case", "beacon", "--note", "by the ambassador")
    assert outreach(*mark, folder=campaign_folder).stdout == "1 message marked will-raise for beacon.\n"
    assert ids(listed(outreach, campaign_folder)) == [1]
    done = outreach("replies", "mark", "1", "--stance", "supportive", "--case", "sample", folder=campaign_folder)
    assert done.returncode == 0
    assert listed(outreach, campaign_folder) == []
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert "will-raise for beacon: by the ambassador" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mark", "1"), "say what to mark"),
        (("mark", "1", "9", "--stance", "other"), "there is no message 9"),
        (("mark", "2", "--stance", "other"), "only a reply has a stance"),
        (("mark", "3", "--stance", "other"), "say whose it is"),
        (("mark", "1", "--stance", "other", "--case", "sample"), "not tied to sample"),
        (("mark", "1", "--stance", "other", "--case", "nowhere"), "nowhere"),
        (("assign", "3"), "--mission STATE and --case SLUG"),
        (("assign", "3", "--mission", "DEU"), "--mission STATE and --case SLUG"),
        (("assign", "9", "--mission", "DEU", "--case", "beacon"), "there is no message 9"),
        (("assign", "3", "--mission", "Atlantis", "--case", "beacon"), "Atlantis"),
        (("show", "9"), "there is no message 9"),
        (("contact", "9", "--yes"), "there is no message 9"),
        (("contact", "3", "--yes"), "first assign it"),
        (("contact", "1", "--yes"), "is in contacts/missions.csv already"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    campaign_folder: Path, outreach: Command, outbox: Outbox, arguments: tuple[str, ...], words: str
) -> None:
    came_in(outbox, "beacon")
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY)
    came_in(outbox)
    before = listed(outreach, campaign_folder, "--all")
    result = outreach("replies", *arguments, folder=campaign_folder)
    assert (result.returncode, words in result.stderr) == (2, True), result.stderr
    assert listed(outreach, campaign_folder, "--all") == before


def test_a_reply_that_was_an_out_of_office_is_no_answer_any_more(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon")
    outreach("replies", "mark", "1", "--kind", "auto-reply", folder=campaign_folder)
    assert listed(outreach, campaign_folder) == []
    [row] = listed(outreach, campaign_folder, "--all")
    assert (row["kind"], row["rule"]) == ("auto-reply", "person")


def test_what_is_no_reply_any_more_has_no_stance(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    came_in(outbox, "beacon")
    say(outbox, 1, Stance.WILL_RAISE)
    say(outbox, 1, kind=Kind.AUTO_REPLY)
    assert listed(outreach, campaign_folder, "--all", "--stance", "will-raise") == []
    say(outbox, 1, kind=Kind.REPLY)
    assert ids(listed(outreach, campaign_folder, "--all", "--stance", "will-raise")) == [1]


def test_a_message_is_tied_to_the_letter_that_its_mission_got(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    sent_letters(outbox, "FRA", "DEU")
    came_in(outbox, sender="someone@example.org")
    arguments = ("replies", "assign", "1", "--mission", "Germany", "--case", "beacon")
    result = outreach(*arguments, folder=campaign_folder)
    assert "1 message tied to Germany (DEU), beacon." in result.stdout
    assert "outreach replies contact 1" in result.stderr
    [row] = listed(outreach, campaign_folder)
    [tied] = row["ties"]  # type: ignore[misc]
    assert (tied["message"], tied["ask"], tied["matched_by"]) == (2, "hrc51", "person")  # type: ignore[index]


def test_an_answer_of_a_mission_that_was_never_written_to_counts_and_is_said(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox)
    arguments = ("replies", "assign", "1", "--mission", "ITA", "--case", "beacon", "--ask", "hrc51")
    result = outreach(*arguments, folder=campaign_folder)
    assert (result.returncode, "no letter about beacon" in result.stderr) == (0, True)
    assert "status and report show it only once there is a letter" in result.stderr
    assert kept_ties(outbox) == [(1, "beacon", "ITA", "person", True)]


def test_what_a_person_says_takes_the_place_of_what_the_program_took_a_message_for(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    sent_letters(outbox, "DEU", "FRA")
    came_in(outbox, "beacon", "sample", matched_by=MatchedBy.DOMAIN)
    result = outreach("replies", "assign", "1", "--mission", "FRA", "--case", "beacon", folder=campaign_folder)
    assert "1 message tied to France (FRA), beacon, and no longer to Germany (DEU)." in result.stdout
    standing = [tie for *tie, stands in kept_ties(outbox) if stands]
    assert standing == [[1, "beacon", "FRA", "person"]]


def test_what_a_person_said_before_stands_beside_what_a_person_says_now(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", matched_by=MatchedBy.PERSON)
    outreach("replies", "assign", "1", "--mission", "FRA", "--case", "beacon", folder=campaign_folder)
    assert [mission for _, _, mission, _, stands in kept_ties(outbox) if stands] == ["DEU", "FRA"]


def test_a_bounce_that_a_person_ties_keeps_what_its_token_proves_and_says_what_it_does_not_do(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", kind=Kind.BOUNCE, recipient="o'neill@deu.example.org")
    result = outreach("replies", "assign", "1", "--mission", "FRA", "--case", "beacon", folder=campaign_folder)
    assert "changes no letter and closes no address" in result.stderr
    assert """outreach missions suppress 'o'"'"'neill@deu.example.org' --why 'bounce 1'""" in result.stderr
    assert [mission for _, _, mission, _, stands in kept_ties(outbox) if stands] == ["DEU", "FRA"]


def test_a_wish_for_no_more_letters_that_a_person_ties_is_called_no_answer_and_no_contact(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, sender="second@fra.example.org", rule="unsubscribe")
    result = outreach("replies", "assign", "1", "--mission", "FRA", "--case", "beacon", folder=campaign_folder)
    assert "outreach missions suppress second@fra.example.org --why 'asked for no more letters'" in result.stderr
    assert "outreach replies mark 1 --kind other" in result.stderr
    assert "replies contact" not in result.stderr


def test_a_post_that_names_a_mission_is_no_letter_that_it_answers(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    [post] = queue_keys(outbox, Key(MessageKind.POST, "hrc51", "beacon", "", "x", "DEU", "hello"))
    lead(outbox, post, Status.SENT)
    came_in(outbox)
    outreach("replies", "assign", "1", "--mission", "DEU", "--case", "beacon", folder=campaign_folder)
    [row] = listed(outreach, campaign_folder)
    assert [tied["message"] for tied in row["ties"]] == [letter.id]  # type: ignore[attr-defined]


def test_an_unconfirmed_letter_is_named_to_whoever_ties_an_answer_to_it(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    sent_letter(outbox, status=Status.UNCONFIRMED)
    came_in(outbox)
    result = outreach("replies", "assign", "1", "--mission", "DEU", "--case", "beacon", folder=campaign_folder)
    assert "outreach queue settle 1 --sent" in result.stderr


def test_a_wrong_tie_is_taken_back(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    came_in(outbox, "beacon", "sample")
    one = outreach("replies", "assign", "1", "--none", "--case", "beacon", folder=campaign_folder)
    assert one.stdout == "1 tie taken back.\n"
    assert outreach("replies", "assign", "1", "--none", folder=campaign_folder).stdout == "1 tie taken back.\n"
    assert ids(listed(outreach, campaign_folder, "--unmatched")) == [1]


ADD = ("replies", "add", "--mission", "DEU", "--case", "beacon", "--by", "phone", "--ask", "hrc51")


def test_on_a_terminal_adding_an_answer_asks_for_what_is_missing(campaign_folder: Path, outreach: Command) -> None:
    typed = "Germny\nGermany\nbeacon\nphone\n20 septembre 2022\nsupportive\n\nThey will speak.\n"
    status, shown = answered("replies", "add", "--rehearse", folder=campaign_folder, typed=typed)
    nobody = outreach("replies", "add", "--case", "beacon", folder=campaign_folder)
    noted = outreach("replies", "show", "1", "--rehearse", folder=campaign_folder).stdout

    assert "They will speak." in noted
    assert (status, "did you mean Germany (DEU)?" in shown) == (0, True), shown
    assert "Written down as message 1: Germany (DEU), beacon, by phone on 2022-09-20" in shown
    assert (nobody.returncode, "Missing option '--mission'." in nobody.stderr) == (2, True)


def test_an_answer_by_phone_is_written_down_and_counts(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    said = ("--on", "2022-09-20", "--who", "Second Secretary", "--stance", "will-raise", "--note", "They will speak.")
    result = outreach(*ADD, *said, folder=campaign_folder)
    assert result.stdout == "Written down as message 1: Germany (DEU), beacon, by phone on 2022-09-20.\n"
    assert "DEU has no letter about beacon in the outbox" in result.stderr
    [row] = listed(outreach, campaign_folder, "--stance", "will-raise")
    assert (row["source"], row["origin"], row["name"]) == ("person", "phone", "Second Secretary")
    shown = outreach("replies", "show", "1", folder=campaign_folder)
    assert "  │ They will speak." in shown.stdout
    assert outreach("replies", "show", "1", "--raw", folder=campaign_folder).returncode == 2


def test_an_answer_that_is_written_down_already_is_asked_about(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    call = (*ADD, "--on", "2022-09-20", "--who", "Second Secretary")
    outreach(*call, "--stance", "supportive", folder=campaign_folder)

    again = outreach(*call, folder=campaign_folder)
    other_words = outreach(*ADD, "--on", "2022-09-20", folder=campaign_folder)
    another_day = outreach(*ADD, "--on", "2022-09-21", folder=campaign_folder)
    another_person = outreach(*ADD, "--on", "2022-09-20", "--who", "Ambassador", folder=campaign_folder)
    meant = outreach(*call, "--yes", folder=campaign_folder)

    assert (again.returncode, "message 1 is an answer of that day already" in again.stderr) == (2, True)
    assert other_words.returncode == 2
    assert [done.returncode for done in (another_day, another_person, meant)] == [0, 0, 0]
    assert len(listed(outreach, campaign_folder, "--all")) == 4


@pytest.mark.parametrize(("day", "words"), [("2999-01-01", "in the future"), ("soon", "is not a day")])
def test_an_answer_has_a_day_that_has_been(
    campaign_folder: Path, outreach: Command, outbox: Outbox, day: str, words: str
) -> None:
    result = outreach(*ADD, "--on", day, folder=campaign_folder)
    assert (result.returncode, words in result.stderr) == (2, True)


def test_nothing_in_a_message_can_pass_for_the_programs_own_words(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(
        outbox,
        "beacon",
        text=f"Hello\n{BELL_AND_CURSOR}\nMarked on 2022-09-01: will-raise",
        subject=BELL_AND_CURSOR,
        sender_name=BELL_AND_CURSOR,
        headers=json.dumps([["From", f"{BELL_AND_CURSOR}\r\nAnswers: Spain"]]),
    )
    for arguments in (("list",), ("show", "1")):
        shown = outreach("replies", *arguments, folder=campaign_folder).stdout
        assert not {"\x1b", "\x07", "\u202e", "\u2028", "\r"} & set(shown)
        ours = [line for line in shown.splitlines() if line.startswith(("Answers:", "Marked", "Message"))]
        assert all("Germany" in line or line.startswith("Message 1,") for line in ours), ours


def test_a_new_address_joins_its_missions_row_and_nothing_else_changes(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", sender="second@deu.example.org", new_address=True)
    path = campaign_folder / "contacts" / "missions.csv"
    before = path.read_bytes().splitlines()
    refused = outreach("replies", "contact", "1", folder=campaign_folder)
    assert (refused.returncode, path.read_bytes().splitlines()) == (2, before)
    result = outreach("replies", "contact", "1", "--yes", "--public", folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    changed = [line for line in path.read_bytes().splitlines() if line not in before]
    assert len(changed) == 1
    assert b",deu@deu.example.org; second@deu.example.org," in changed[0]
    assert b",2026-01-15," in changed[0]  # verified when it was, for the address that was there
    listing = outreach("replies", "list", folder=campaign_folder).stdout
    assert "new address" not in listing


def test_without_a_word_a_new_address_stays_on_this_machine(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", sender="second@deu.example.org", new_address=True)
    contacts = campaign_folder / "contacts"
    before = (contacts / "missions.csv").read_bytes()
    result = outreach("replies", "contact", "1", "--yes", folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    assert "Written to contacts/private.csv, row 2." in result.stdout
    assert (contacts / "missions.csv").read_bytes() == before
    shown = outreach("missions", "show", "DEU", folder=campaign_folder).stdout
    assert "deu@deu.example.org; second@deu.example.org" in shown
    assert "contacts/private.csv, row 2" in shown
    assert "new address" not in outreach("replies", "list", folder=campaign_folder).stdout


@pytest.mark.parametrize(
    ("email", "doubt"),
    [
        ("new@deu.example.org", ""),
        ("new@fra.example.org", "it belongs to another mission (FRA)"),
        ("new@gmail.com", "anybody can have an address at this provider"),
        ("new@elsewhere.invalid", "nothing shows that its domain is DEU's"),
    ],
)
def test_a_new_address_that_a_message_names_is_offered_with_what_speaks_against_it(
    campaign_folder: Path, outreach: Command, outbox: Outbox, email: str, doubt: str
) -> None:
    news = json.dumps([["address", email], ["back", "2022-10-05"]])
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, news=news)
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert f"News: it names a new address, {email}" in shown
    assert "News: away; back on or after 5 October 2022, it says" in shown
    assert f"It names a new address of Germany (DEU): outreach replies contact 1 --address {email}" in shown
    assert ("Look at it closely" in shown) == bool(doubt)
    assert doubt in shown
    assert "back on or after 5 October 2022" in outreach("replies", "list", "--all", folder=campaign_folder).stdout
    [row] = listed(outreach, campaign_folder, "--all")
    assert row["news"] == {"addresses": [email], "back": ["2022-10-05"], "no_more": False}
    # A machine's, and open all the same, until the address is taken over; the day is over.
    [row] = listed(outreach, campaign_folder)
    assert row["open_news"] == [email]
    status = outreach("status", folder=campaign_folder).stdout
    assert "missions that named a new address: DEU; take it over (outreach replies contact ID --address" in status
    before = (campaign_folder / "contacts" / "missions.csv").read_bytes()
    taken = outreach("replies", "contact", "1", "--address", email, "--yes", folder=campaign_folder)
    assert taken.returncode == 0, taken.stderr
    assert doubt in taken.stderr
    assert (campaign_folder / "contacts" / "missions.csv").read_bytes() == before
    assert email in outreach("missions", "show", "DEU", folder=campaign_folder).stdout
    assert "--address" not in outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert listed(outreach, campaign_folder) == []
    assert "new address" not in outreach("status", folder=campaign_folder).stdout


def test_news_of_a_machine_is_on_the_desk_until_it_is_set_aside(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    news = json.dumps([["address", "new@deu.example.org"], ["back", "9999-10-05"]])
    came_in(outbox, "beacon", kind=Kind.AUTO_REPLY, news=news)
    result = outreach("replies", "list", folder=campaign_folder)
    assert "it names a new address, new@deu.example.org" in result.stdout
    assert "set it aside: outreach replies mark 1 --note WHY" in result.stderr
    assert "--kind other" not in result.stderr
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert "outreach replies contact 1 --address new@deu.example.org" in shown
    assert "outreach replies mark 1 --note WHY" in shown
    status = outreach("status", folder=campaign_folder).stdout
    assert "missions that say when somebody is back: DEU (5 Oct 9999)" in status
    outreach("replies", "mark", "1", "--note", "not theirs", folder=campaign_folder)
    assert listed(outreach, campaign_folder) == []
    status = outreach("status", folder=campaign_folder).stdout
    assert "address named" not in status
    assert "away" not in status


def test_only_what_a_message_names_is_taken_over_from_it(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", news=json.dumps([["address", "new@deu.example.org"]]))
    refused = outreach("replies", "contact", "1", "--address", "other@deu.example.org", "--yes", folder=campaign_folder)
    assert refused.returncode == 2
    assert "does not name other@deu.example.org as a new address: it names new@deu.example.org" in refused.stderr
    unsure = came_in(outbox, "beacon", sender_check="fail", news=json.dumps([["address", "new@deu.example.org"]]))
    assert "--address" not in outreach("replies", "show", str(unsure), folder=campaign_folder).stdout


def test_an_address_whose_letters_only_look_like_a_missions_is_spelt_out(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    """The third letter is Cyrillic: what is added by mistake gets our letters from then on."""
    came_in(outbox, "beacon", sender="deu@de\u0443.example.org", new_address=True)
    came_in(outbox, "beacon", sender="deu@xn--de-vmc.example.org", new_address=True)
    listing = outreach("replies", "list", folder=campaign_folder).stdout.splitlines()
    assert all("xn--de-vmc.example.org" in line for line in listing[1:3])
    for id_ in ("1", "2"):
        asked = outreach("replies", "contact", id_, folder=campaign_folder)
        assert "Look at it closely: its domain, xn--de-vmc.example.org, has letters" in asked.stderr


def test_quotes_are_folded_away_and_the_raw_message_is_one_option_away(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    raw = reply(
        letter, text="We will raise it.\r\n\r\nOn 1 Sep 2022, A. Example wrote:\r\n> Excellency,\r\n> please\r\n"
    )
    came_in(outbox, "beacon", raw=raw, text="We will raise it.", letter=letter.id)
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert "  │ We will raise it." in shown
    assert "letter 1, first, sent 2022-09-01" in shown
    assert "> Excellency" not in shown
    assert "3 lines folded: outreach replies show 1 --all" in shown
    assert "  │ > Excellency," in outreach("replies", "show", "1", "--all", folder=campaign_folder).stdout
    command = ["-C", str(campaign_folder), "replies", "show", "1", "--raw"]
    with Process(command, env=environment({}), stdout=subprocess.PIPE) as process:
        assert process.communicate(timeout=60)[0] == raw


def test_what_an_unmatched_message_may_answer_is_shown_with_what_to_type(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    for case in ("beacon", "sample"):
        sent_letter(outbox, case=case)
    came_in(outbox, raw=mail("deu@deu.example.org", "A question"), sender="deu@deu.example.org")
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert "outreach replies assign 1 --mission DEU --case beacon --ask hrc51" in shown
    [maybe, _] = json.loads(outreach("replies", "show", "1", "--json", folder=campaign_folder).stdout)["candidates"]
    assert (maybe["state"], maybe["matched_by"]) == ("DEU", "address")


def test_when_the_raw_file_is_gone_the_rest_is_shown_and_the_loss_is_said(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", text="We will raise it.")
    result = outreach("replies", "show", "1", folder=campaign_folder)
    assert (result.returncode, "We will raise it." in result.stdout) == (0, True)
    assert "cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("key", "there"), [(b"r", "In-Reply-To:"), (b"a", "> Excellency"), (b"q", "We will raise")])
def test_on_a_terminal_the_raw_message_is_one_key_away(
    campaign_folder: Path, outbox: Outbox, key: bytes, there: str
) -> None:
    letter = sent_letter(outbox)
    text = "We will raise it.\x1b[2J\r\n\r\nOn 1 Sep 2022, A. Example wrote:\r\n> Excellency,\r\n"
    came_in(outbox, "beacon", raw=reply(letter, text=text), text="We will raise it.", letter=letter.id)
    seen = _shown_on_a_terminal(campaign_folder, key)
    assert there in seen
    assert "\x1b[2J" not in seen


def test_on_a_terminal_each_line_of_a_message_stands_behind_a_bar_in_any_script(
    campaign_folder: Path, outbox: Outbox
) -> None:
    text = "尊敬的先生女士" * 12 + "\n" + "\t" * 9 + "尊敬的先生女士"
    came_in(outbox, "beacon", raw=mail("a@example.org", "x"), text=text)
    seen = _shown_on_a_terminal(campaign_folder, b"q")
    wide = [line for line in seen.splitlines() if "尊" in line or "士" in line]
    assert sum(line.count("尊") for line in wide) == 13
    assert all(line.startswith("  │ ") and cell_len(line) <= 80 for line in wide)


def test_a_message_that_could_not_be_read_can_be_taken_off_the_desk(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, kind=Kind.OTHER, rule="unreadable")
    for command in (("list",), ("show", "1")):
        result = outreach("replies", *command, folder=campaign_folder)
        assert "outreach replies mark 1 --kind other" in result.stdout + result.stderr
    came_in(outbox)
    assert ids(listed(outreach, campaign_folder, "--unreadable")) == [1]
    assert outreach("replies", "mark", "1", "2", "--kind", "other", folder=campaign_folder).returncode == 0
    assert listed(outreach, campaign_folder) == []


def _shown_on_a_terminal(folder: Path, key: bytes) -> str:
    """All that `replies show 1` prints on a terminal of 80 columns where somebody types that key."""
    ours, theirs = pty.openpty()
    command = ["-C", str(folder), "replies", "show", "1"]
    env = environment({"COLUMNS": "80"})
    with Process(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        seen = _typing(ours, key)
        process.wait(timeout=30)
    os.close(ours)
    assert process.returncode == 0
    return seen.decode()


def _typing(terminal: int, key: bytes) -> bytes:
    """All that the command prints; the key is pressed when it asks, and again while it takes no notice."""
    seen = b""
    while True:
        if b"done" in seen and not select.select([terminal], [], [], 0.2)[0]:
            os.write(terminal, key)
        try:
            part = os.read(terminal, 65536) if select.select([terminal], [], [], 0.2)[0] else b""
        except OSError:  # Linux says so when the other side is closed
            return seen
        seen += part


def test_a_rehearsal_teaches_no_address(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    """Whoever plays an answer must not write to the real file of missions."""
    rehearsal = open_test_outbox(campaign_folder / "rehearsal.db")
    came_in(rehearsal, "beacon", matched_by=MatchedBy.SHORT_REFERENCE)
    before = (campaign_folder / "contacts" / "missions.csv").read_bytes()
    refused = outreach("replies", "contact", "1", "--yes", "--rehearse", folder=campaign_folder)
    assert refused.returncode == 2
    assert "no evidence of anybody's address" in refused.stderr
    assert (campaign_folder / "contacts" / "missions.csv").read_bytes() == before


def test_a_rehearsal_has_a_desk_of_its_own(campaign_folder: Path, outreach: Command, outbox: Outbox) -> None:
    sent_letter(outbox)
    rehearsal = open_test_outbox(campaign_folder / "rehearsal.db")
    came_in(rehearsal, "beacon", matched_by=MatchedBy.SHORT_REFERENCE)
    assert listed(outreach, campaign_folder) == []
    assert ids(listed(outreach, campaign_folder, "--rehearse")) == [1]
    shown = outreach("replies", "list", "--rehearse", folder=campaign_folder)
    assert "REHEARSAL" in shown.stdout
    assert "outreach replies mark 1 --stance STANCE --rehearse" in shown.stderr


def test_an_answer_that_came_in_before_any_letter_stays_in_sight_after_a_rehearsal(
    campaign_folder: Path, outreach: Command
) -> None:
    """Nothing is configured, and nothing queued; but what came in is real."""
    answered = ("--mission", "FRA", "--case", "beacon", "--by", "phone", "--on", "2022-09-20")
    assert outreach("replies", "add", *answered, folder=campaign_folder).returncode == 0
    assert outreach("send", "--case", "beacon", "--to", "ESP", folder=campaign_folder).returncode == 0
    assert ids(listed(outreach, campaign_folder, "--all")) == [1]


def test_with_nothing_on_file_the_desk_is_empty(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("replies", "list", folder=campaign_folder)
    assert (result.returncode, "0 messages open." in result.stdout) == (0, True)
    assert listed(outreach, campaign_folder, "--all") == []


def test_what_nobody_can_tell_waits_until_a_person_says_what_it_is_and_that_has_its_effect(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    letter = sent_letter(outbox)
    proven(outbox, letter.id, Kind.UNCLEAR, SEPTEMBER, address="", code="", severity="")
    shown = outreach("replies", "show", "1", folder=campaign_folder)
    assert "unclear: a machine's, it seems; nobody can tell whether the letter arrived" in shown.stdout
    assert "outreach replies mark 1 --kind KIND" in shown.stdout
    assert [(row["id"], row["to_read"]) for row in listed(outreach, campaign_folder)] == [(1, True)]
    refused = outreach("replies", "mark", "1", "--kind", "unclear", folder=campaign_folder)
    assert refused.returncode == 2
    marked = outreach("replies", "mark", "1", "--kind", "bounce", folder=campaign_folder)
    assert (marked.returncode, "Letter 1 to DEU came back" in marked.stdout) == (0, True), marked.stderr
    assert chain(outbox, letter.id)[-1] is Status.BOUNCED
    assert listed(outreach, campaign_folder) == []


def test_an_absence_that_says_more_is_shown_as_a_machines_and_with_its_words(
    campaign_folder: Path, outreach: Command, outbox: Outbox
) -> None:
    came_in(outbox, "beacon", rule="absence-and-more", text="Away until 5 October. We will mention the case.")
    assert "(a machine, it seems; it also says more)" in outreach("replies", "list", folder=campaign_folder).stdout
    shown = outreach("replies", "show", "1", folder=campaign_folder).stdout
    assert "A machine, it seems; it also says:\n  │ Away until 5 October. We will mention the case." in shown
