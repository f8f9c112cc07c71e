"""Reading letters before and after they leave: in the plan, all of them, and as they were sent."""

import json
from email import message_from_string, policy
from pathlib import Path

from tests.channels.smtp.smtp_server import SmtpServer
from tests.conftest import Command, give_addresses, mail_server

SEND = ("send", "--case", "beacon", "--to", "DEU", "--to", "FRA", "--after-deadline")


def test_the_plan_shows_the_first_letter_itself(campaign_folder: Path, outreach: Command) -> None:
    """And the plan stands below it, next to the question."""
    give_addresses(campaign_folder)
    text = outreach("preview", "--case", "beacon", "--mission", "DEU", folder=campaign_folder).stdout.splitlines()
    with SmtpServer() as server:
        env = mail_server(server.port)
        shown = outreach(*SEND, "--dry-run", folder=campaign_folder, env=env).stdout
    lines = [line.strip() for line in shown.splitlines()]
    words = [line.strip() for line in text if line.strip() and not line.startswith("Our reference")]
    assert lines[0] == "The first letter, to Germany (en):"
    places = [lines.index(line) for line in words]
    assert places == sorted(places)
    assert max(places) < next(place for place, line in enumerate(lines) if line.startswith("2 letters"))


def test_a_rehearsal_shows_the_plan_alone(campaign_folder: Path, outreach: Command) -> None:
    shown = outreach("send", "--case", "beacon", "--to", "DEU", folder=campaign_folder).stdout
    assert "The first letter" not in shown


def test_every_letter_of_the_plan_can_be_read_one_below_the_other(campaign_folder: Path, outreach: Command) -> None:
    one = outreach("preview", "--case", "beacon", "--mission", "FRA", folder=campaign_folder).stdout
    shown = outreach("preview", "--case", "beacon", "--all", folder=campaign_folder).stdout
    heads = [line for line in shown.splitlines() if line.startswith("== ")]
    assert heads[0].startswith(f"== 1 of {len(heads)}: ")
    assert one in shown
    outreach("send", "--case", "beacon", "--to", "FRA", folder=campaign_folder)
    again = outreach("preview", "--case", "beacon", "--all", "--rehearse", folder=campaign_folder).stdout
    assert [line for line in again.splitlines() if line.endswith("France (fr), sent already")]


def test_all_letters_and_one_letter_exclude_each_other(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("preview", "--case", "beacon", "--all", "--mission", "FRA", folder=campaign_folder)
    assert (done.returncode, "--all" in done.stderr) == (2, True)


def test_a_letter_is_shown_as_it_was_sent_whatever_its_template_says_now(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
        assert outreach(*SEND, "--yes", folder=campaign_folder, env=env).returncode == 0
    template = campaign_folder / "templates" / "letters" / "_letter.en.md"
    template.write_text(template.read_text(encoding="utf-8").replace("Excellency", "Your Honour"), encoding="utf-8")
    shown = outreach("queue", "show", "1", folder=campaign_folder, env=env).stdout
    heading, status, to, subject, _, *text = shown.splitlines()
    assert heading == "1: first to Germany, about beacon, ask hrc51 (en)"
    assert status.startswith("sent on ")
    assert to == "To: deu@deu.example.org"
    content = next(each.content for each in server.messages if each.recipients == ("deu@deu.example.org",))
    mail = message_from_string(content.decode(), policy=policy.default)
    assert subject == f"Subject: {mail['Subject']}"
    body = mail.get_body(("plain",))
    assert body is not None
    assert text == body.get_content().splitlines()
    stored = json.loads(outreach("queue", "show", "1", "--json", folder=campaign_folder, env=env).stdout)
    assert stored["text"].splitlines() == text
    assert "<html" in outreach("queue", "show", "1", "--format", "html", folder=campaign_folder, env=env).stdout


def test_a_message_that_is_not_there_is_said(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("queue", "show", "9", folder=campaign_folder)
    assert (done.returncode, done.stderr) == (
        2,
        "outreach: there is no message 9. See: outreach queue list --rehearse\n",
    )


def test_an_answer_of_a_day_before_the_letter_is_asked_about(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    with SmtpServer() as server:
        env = mail_server(server.port)
        outreach(*SEND, "--yes", folder=campaign_folder, env=env)
    answer = ("replies", "add", "--mission", "DEU", "--case", "beacon", "--by", "phone", "--on", "2022-09-20")
    done = outreach(*answer, folder=campaign_folder, env=env)
    assert done.returncode == 2
    assert "the letter about beacon left on " in done.stderr
    assert "add --yes" in done.stderr
    assert outreach("replies", "list", "--all", "--json", folder=campaign_folder, env=env).stdout == "[]\n"
    assert outreach(*answer, "--yes", folder=campaign_folder, env=env).returncode == 0


def test_without_a_case_the_cases_are_listed(campaign_folder: Path, outreach: Command) -> None:
    for command in ("send", "preview", "links"):
        done = outreach(command, folder=campaign_folder)
        assert done.returncode == 2
        first, *cases = done.stderr.splitlines()
        assert first == "outreach: which case? Add --case and one of these:"
        assert [line.split()[1] for line in cases] == ["beacon", "sample", "specimen"]
    several = outreach("links", "--case", "sample", "--case", "beacon", folder=campaign_folder)
    assert (several.returncode, several.stdout) == (2, "")
    assert "--case is there 2 times (sample, beacon): do one case, then the next" in several.stderr
    alone, listed = outreach("cases", folder=campaign_folder), outreach("cases", "list", folder=campaign_folder)
    assert (alone.returncode, alone.stdout) == (0, listed.stdout)
