"""`outreach cases confirm`, `stop` and `resume`, and what leaves only while the facts were checked lately."""

import json
import os
import pty
from pathlib import Path

import pytest

from tests.channels.networks.environments import AT_ONCE, instance
from tests.channels.networks.mastodon_server import Instance
from tests.channels.smtp.smtp_server import SmtpServer
from tests.cli.posts.typed import TALKING, write
from tests.conftest import Command, give_addresses, mail_server
from tests.processes import Process, environment, read_all

SEND = ("send", "--case", "beacon", "--to", "DEU", "--to", "FRA", "--after-deadline", "--yes")
CONFIRM = ("cases", "confirm", "beacon", "--yes", "--by", "A. Friend")


def case_file(folder: Path) -> Path:
    return folder / "cases" / "beacon.md"


def grow_old(folder: Path, *, historical: bool = False) -> str:
    """Let the facts of the case be of September 2022, and 30 days the limit; the text of its file."""
    settings = folder / "outreach.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("facts_days = 36500", ""), encoding="utf-8")
    path = case_file(folder)
    text = path.read_text(encoding="utf-8").replace("checked_by: the tests\n", "")
    if historical:
        text = text.replace("checked_on:", "historical: yes\nchecked_on:")
    path.write_text(text, encoding="utf-8")
    return text


def today(folder: Path) -> str:
    from outreach.campaign import load_campaign

    return f"{load_campaign(folder).today()}"


def test_in_earnest_nothing_is_queued_while_nobody_has_checked_the_facts(
    campaign_folder: Path, outreach: Command
) -> None:
    grow_old(campaign_folder)
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
        refused = outreach(*SEND, folder=campaign_folder, env=env)
        assert refused.returncode == 2
        assert "nobody has checked the facts of beacon since 2022-09-01" in refused.stderr
        assert "outreach cases confirm beacon" in refused.stderr
        assert json.loads(outreach("queue", "list", "--json", folder=campaign_folder, env=env).stdout) == []
        dry = json.loads(outreach(*SEND, "--dry-run", "--json", folder=campaign_folder, env=env).stdout)
        assert dry["excluded"] == {"facts not checked lately": 2}
        assert outreach(*CONFIRM, folder=campaign_folder, env=env).returncode == 0
        assert "nobody has checked the facts of sample" in outreach(*SEND, folder=campaign_folder, env=env).stderr
        others = ("cases", "confirm", "sample", "specimen", "--yes", "--by", "A. Friend")
        assert outreach(*others, folder=campaign_folder, env=env).stdout.count("by A. Friend") == 2
        assert outreach(*SEND, folder=campaign_folder, env=env).returncode == 0
    assert len(server.messages) == 2


def test_what_waits_does_not_leave_once_its_facts_are_old(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        nowhere = mail_server(server.port)
    outreach(*SEND, folder=campaign_folder, env=nowhere)  # nobody listens any more: both wait
    grow_old(campaign_folder)
    with SmtpServer() as server:
        done = outreach("queue", "run", "--after-deadline", folder=campaign_folder, env=mail_server(server.port))
    assert server.messages == []
    assert "Held back: 2 letters" in done.stderr + done.stdout
    assert (
        "facts not checked lately: nobody has checked the facts of beacon since 2022-09-01" in done.stderr + done.stdout
    )


def test_a_rehearsal_and_a_preview_warn_and_go_on(campaign_folder: Path, outreach: Command) -> None:
    grow_old(campaign_folder, historical=True)
    rehearsed = outreach("send", "--case", "beacon", folder=campaign_folder)
    assert rehearsed.returncode == 0
    for said in (rehearsed.stdout, outreach("preview", "--case", "beacon", folder=campaign_folder).stderr):
        assert "beacon is historical: an example, not to be sent" in said
        assert "In earnest nothing would leave: nobody has checked the facts of beacon since 2022-09-01" in said
    assert "historical: an example, not to be sent" in outreach("cases", "list", folder=campaign_folder).stdout


def test_posts_in_earnest_are_refused_too(campaign_folder: Path, outreach: Command) -> None:
    grow_old(campaign_folder)
    env = {"OUTREACH_BLUESKY__HANDLE": "campaign.example.org", "OUTREACH_BLUESKY__PASSWORD": "p"}
    done = outreach("post", "--case", "beacon", "--after-deadline", "--yes", folder=campaign_folder, env=env)
    assert done.returncode == 2
    assert "nobody has checked the facts of beacon since 2022-09-01" in done.stderr
    assert json.loads(outreach("queue", "list", "--json", folder=campaign_folder, env=env).stdout) == []


def test_confirming_writes_the_day_and_who_and_nothing_else(campaign_folder: Path, outreach: Command) -> None:
    before = grow_old(campaign_folder, historical=True)

    done = outreach(*CONFIRM, "--condition", "same", folder=campaign_folder)

    day = today(campaign_folder)
    assert done.stdout == f"beacon: checked on {day} by A. Friend; the people are the same as before\n"
    changed = before.replace("historical: yes\nchecked_on: 2022-09-01", f"checked_on: {day}")
    head, fence, story = changed.partition("\n---\n")
    assert case_file(campaign_folder).read_text(encoding="utf-8") == (
        f'{head}\nchecked_by: "A. Friend"\ncondition: same{fence}{story}'
    )


def test_without_a_terminal_it_takes_a_name_and_a_yes(campaign_folder: Path, outreach: Command) -> None:
    before = case_file(campaign_folder).read_bytes()
    for options in ([], ["--yes"], ["--by", "A. Friend"], ["--yes", "--by", " "]):
        done = outreach("cases", "confirm", "beacon", *options, folder=campaign_folder)
        assert done.returncode == 2
        assert "outreach cases confirm beacon --yes --by NAME" in done.stderr
    assert case_file(campaign_folder).read_bytes() == before


def test_worse_stops_the_case(campaign_folder: Path, outreach: Command) -> None:
    done = outreach(*CONFIRM, "--condition", "worse", folder=campaign_folder)

    assert "worse than before" in done.stdout
    assert f"It is stopped, since {today(campaign_folder)}: worse since we spoke" in done.stdout
    assert "outreach cases resume beacon" in done.stdout


def test_the_last_answer_is_shown_with_its_day_before_a_preview(campaign_folder: Path, outreach: Command) -> None:
    path = case_file(campaign_folder)
    path.write_text(path.read_text("utf-8").replace("checked_by:", "condition: better\nchecked_by:"), "utf-8")

    said = outreach("preview", "--case", "beacon", folder=campaign_folder).stderr

    assert (
        "Is the person better, the same, worse since we spoke? Last answer: better than before, on 2022-09-01" in said
    )


def test_a_case_is_stopped_and_says_how_much_waits(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
    outreach(*SEND, folder=campaign_folder, env=env)  # nobody listens any more: both wait

    done = outreach("cases", "stop", "beacon", "--why", 'She asked: "no more"', folder=campaign_folder, env=env)

    assert done.returncode == 0
    assert f'beacon is stopped, since {today(campaign_folder)}: She asked: "no more"\n' in done.stdout
    assert (
        "2 letters that name it wait and cannot leave.\n  Withdraw them with: outreach queue withdraw --case beacon"
        in (done.stdout)
    )
    other = outreach("cases", "stop", "sample", "--why", "They asked us", folder=campaign_folder, env=env)
    assert "2 letters that name it wait and cannot leave." in other.stdout, "the letters mention it"
    again = outreach("cases", "stop", "beacon", "--why", "other", folder=campaign_folder, env=env)
    assert "beacon is stopped already, since" in again.stdout
    assert 'She asked: "no more"' in again.stdout
    assert "STOPPED" in outreach("cases", "list", folder=campaign_folder).stdout


def test_a_case_that_is_stopped_says_which_posts_are_out_and_how_to_delete_them(
    campaign_folder: Path, outreach: Command
) -> None:
    write(campaign_folder, "".join(f"=== post-{number}\nNumber {number}\n" for number in range(7)))
    stop = ("cases", "stop", "beacon", "--why", "asked to")
    with Instance() as server:
        env = {**instance(server.url), **AT_ONCE}
        assert outreach(*TALKING, "--language", "en", folder=campaign_folder, env=env).returncode == 0
        outreach("post", "--delete", "2", "--yes", folder=campaign_folder, env=env)
        done = outreach(*stop, folder=campaign_folder, env=env)
    said = done.stdout.splitlines()
    place = said.index("6 posts that name it are out, and anybody can read what is out:")
    assert said[place + 1].startswith("  1  post-0.en on mastodon  http")
    assert [line.split()[0] for line in said[place + 1 : place + 6]] == ["1", "3", "4", "5", "6"]
    assert said[place + 6 : place + 8] == ["  and 7", "  Delete it with: outreach post --delete ID"]
    assert "take the links down. Make the page again with: outreach report --public\n" in done.stdout


def test_posts_of_a_rehearsal_are_not_out(campaign_folder: Path, outreach: Command) -> None:
    outreach(*TALKING, folder=campaign_folder)
    done = outreach("cases", "stop", "beacon", "--why", "asked to", folder=campaign_folder)
    assert done.returncode == 0
    assert " out, and anybody" not in done.stdout


def test_a_case_can_be_stopped_whatever_is_wrong_elsewhere(campaign_folder: Path, outreach: Command) -> None:
    (campaign_folder / "cases" / "sample.md").write_text("no case", encoding="utf-8")
    (campaign_folder / "outreach.toml").write_text("[[[", encoding="utf-8")

    done = outreach("cases", "stop", "beacon", "--why", "She asked us to", folder=campaign_folder)

    assert done.returncode == 0
    assert "What waits could not be counted" in done.stdout
    assert "\nstopped:\n  on: " in case_file(campaign_folder).read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [("stop", "becon", "--why", "x"), ("confirm", "becon"), ("resume", "becon")])
def test_a_case_that_is_not_there_is_answered_with_the_nearest(
    campaign_folder: Path, outreach: Command, words: tuple[str, ...]
) -> None:
    done = outreach("cases", *words, folder=campaign_folder)
    assert (done.returncode, "did you mean beacon?" in done.stderr) == (2, True)


def test_a_stopped_case_goes_on_once_its_facts_are_confirmed(campaign_folder: Path, outreach: Command) -> None:
    resume = ("cases", "resume", "beacon")
    assert "beacon is not stopped" in outreach(*resume, folder=campaign_folder).stderr
    outreach("cases", "stop", "beacon", "--why", "She asked us to", folder=campaign_folder)
    confirmed = outreach(*CONFIRM, folder=campaign_folder)
    assert "It is stopped, since" in confirmed.stdout
    assert outreach(*resume, folder=campaign_folder).returncode == 2

    done = outreach(*resume, "--yes", "--by", "A. Friend", "--condition", "better", folder=campaign_folder)

    assert done.stdout.endswith("It goes on: what waits may leave again.\n")
    assert "stopped" not in case_file(campaign_folder).read_text(encoding="utf-8")


def test_whoever_confirms_sees_the_stop_what_was_agreed_to_and_texts_that_name_who_is_free(
    campaign_folder: Path, outreach: Command
) -> None:
    path = case_file(campaign_folder)
    text = path.read_text("utf-8").replace("  web: yes", "  web: no")
    own = "role: chairperson\n    status: released\n    since: 2022-08\n    consent:\n      posts: no\n"
    path.write_text(text.replace("role: chairperson\n", own, 1), "utf-8")
    outreach("cases", "stop", "beacon", "--why", "asked to", folder=campaign_folder)

    done = outreach("cases", "resume", "beacon", "--yes", "--by", "A. Friend", folder=campaign_folder)

    assert f"It is STOPPED on {today(campaign_folder)}: asked to. What they agreed to" in done.stderr
    assert "  the case: letters yes, posts yes, web no, mentions yes; Nobody had to agree" in done.stderr
    assert "  P. Example: letters yes, posts no, web no, mentions yes\n" in done.stderr
    assert "Read again:\n  cases/beacon.md\n  templates/letters/beacon.en.md\n" in done.stderr
    assert "  each names P. Example, who is released since 2022-08: see that it is still true\n" in done.stderr
    assert done.stdout.startswith("beacon: checked on")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (b"n\n", "Nothing was changed. Mend cases/beacon.md"),
        (b"y\nworse\nA. Friend\n", "It is stopped, since"),
        (b"y\nunknown\nA. Friend\n", "by A. Friend"),
    ],
)
def test_on_a_terminal_it_shows_the_case_and_asks(campaign_folder: Path, typed: bytes, words: str) -> None:
    leader, follower = pty.openpty()
    with Process(
        ["-C", str(campaign_folder), "cases", "confirm", "beacon"],
        env=environment({}),
        stdin=follower,
        stdout=follower,
        stderr=follower,
    ) as process:
        os.close(follower)
        os.write(leader, typed)
        output = read_all(leader)
    os.close(leader)
    assert process.returncode == 0
    assert "P. Example, chairperson" in output
    assert "Is all of this still true?" in output
    assert words in output
    assert ("A. Friend" in case_file(campaign_folder).read_text(encoding="utf-8")) == (typed != b"n\n")
