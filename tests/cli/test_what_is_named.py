"""What messages name is asked again before they leave: other cases, people, withheld names, States kept out."""

import json
from pathlib import Path

import pytest

from outreach.db.engine import writing
from outreach.outbox.queue import enqueue
from outreach.outbox.store import now
from outreach.services.sending.letters import SendRequest, plan_letters, queue_letters
from outreach.services.sending.posts import PublishRequest, plan_posts
from outreach.services.workspace import open_to_post, open_to_send
from tests.conftest import Command, give_addresses

MENTIONED = "cases/sample.md"


def queue_three(folder: Path, case: str = "beacon") -> None:
    """Queue letters about beacon, which name the other cases, in the rehearsal's outbox; none leaves yet."""
    workspace = open_to_send(folder, rehearse=True)
    planned = plan_letters(workspace, SendRequest(case, to=("DEU", "FRA", "ESP")))
    assert queue_letters(workspace, planned.drafts, "test") == 3


def queue_posts(folder: Path) -> int:
    workspace = open_to_post(folder, (), rehearse=True)
    prepared = plan_posts(workspace, PublishRequest("beacon"))
    with writing(workspace.outbox.engine) as connection:
        return len(enqueue(connection, prepared.drafts, now(), "test"))


def change(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def withhold(folder: Path, *names: str) -> None:
    (folder / "contacts" / "withheld.txt").write_text("".join(f"{name}\n" for name in ("# nobody", *names)), "utf-8")


CONCERNED, PERSON, OWN = "state_concerned:", "  - name: J. Sample", "cases/beacon.md"
CHANGES = [
    (MENTIONED, "mentions: yes", "mentions: no", "no consent to mentions"),
    (MENTIONED, CONCERNED, f"embargo: 2999-01-01\n{CONCERNED}", "embargo until 2999-01-01"),
    (MENTIONED, CONCERNED, f"stopped:\n  on: 2026-11-29\n  why: asked\n{CONCERNED}", "stopped since 2026-11-29"),
    (MENTIONED, CONCERNED, f"withheld: file\n{CONCERNED}", "relies on contacts/withheld.txt"),
    (MENTIONED, CONCERNED, f"not_to: [DEU, FRA, ESP]\n{CONCERNED}", "nothing about it goes to DEU"),
    (MENTIONED, CONCERNED, f"withheld: [j sample]\n{CONCERNED}", "cases/sample.md, withheld, 1"),
    (MENTIONED, PERSON, "  - name: K. Sample", "taken out of the case: cases/sample.md: J. Sample"),
    (MENTIONED, PERSON, f"{PERSON}\n    consent: {{mentions: no}}", "somebody it names: cases/sample.md: J. Sample"),
    (OWN, "  - name: Q. Example", "  - name: S. Example", "taken out of the case: cases/beacon.md: Q. Example"),
    (OWN, CONCERNED, f"not_to: [DEU, FRA, ESP]\n{CONCERNED}", "not_to in cases/beacon.md"),
    (OWN, CONCERNED, f"withheld: [q example]\n{CONCERNED}", "cases/beacon.md, withheld, 1"),
]


@pytest.mark.parametrize(("file", "before", "after", "reason"), CHANGES)
def test_what_is_written_after_letters_were_queued_holds_them_all_back(
    outreach: Command, campaign_folder: Path, file: str, before: str, after: str, reason: str
) -> None:
    queue_three(campaign_folder)
    change(campaign_folder, file, before, after)
    result = outreach("queue", "run", "--rehearse", folder=campaign_folder)
    assert "Held back: 3 letters" in result.stderr
    assert reason in " ".join(result.stderr.split())
    listed = json.loads(outreach("queue", "list", "--rehearse", "--json", folder=campaign_folder).stdout)
    assert [letter["status"] for letter in listed] == ["queued"] * 3


def test_a_case_that_is_gone_holds_back_letters_that_mention_it(outreach: Command, campaign_folder: Path) -> None:
    record = campaign_folder / "contacts" / "record.csv"
    record.write_text(record.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    queue_three(campaign_folder)
    (campaign_folder / MENTIONED).unlink()
    result = outreach("queue", "run", "--rehearse", folder=campaign_folder)
    assert "its case or ask is not there any more: sample" in " ".join(result.stderr.split())


@pytest.mark.parametrize("name", ["q. EXAMPLE", "Q Éxample", "Ｑ．Example", "Q.\u00a0Example", "Q. Ex\u00adample"])
def test_a_withheld_name_is_found_however_it_is_spelt(outreach: Command, campaign_folder: Path, name: str) -> None:
    queue_three(campaign_folder)
    withhold(campaign_folder, name)
    result = outreach("queue", "run", "--rehearse", folder=campaign_folder)
    assert "a withheld name: contacts/withheld.txt, row 2" in " ".join(result.stderr.split())
    assert "Held back: 3 letters" in result.stderr


def test_a_withheld_name_is_whole_words(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    withhold(campaign_folder, "Exam", "xample")
    assert "3 sent" in outreach("queue", "run", "--rehearse", folder=campaign_folder).stdout


def test_posts_are_held_back_for_a_withheld_name(outreach: Command, campaign_folder: Path) -> None:
    number = queue_posts(campaign_folder)
    assert number
    withhold(campaign_folder, "Beacon")
    result = outreach("queue", "run", "--rehearse", folder=campaign_folder)
    assert f"Held back: {number} posts" in result.stderr


def test_a_withheld_name_is_refused_before_anything_is_queued(outreach: Command, campaign_folder: Path) -> None:
    withhold(campaign_folder, "Q. Example")
    sent = outreach("send", "--case", "beacon", "--rehearse", "--json", folder=campaign_folder)
    result = json.loads(sent.stdout)
    assert result["planned"] == result["queued"] == 0
    assert result["excluded"]["a withheld name"] > 10
    assert "a withheld name" in outreach("preview", "--case", "beacon", folder=campaign_folder).stderr


def test_a_preview_says_so_also_of_a_letter_that_is_out(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    withhold(campaign_folder, "Q. Example")
    shown = outreach("preview", "--case", "beacon", "--mission", "DEU", folder=campaign_folder)
    assert "a withheld name" in shown.stderr


def test_links_do_not_say_a_withheld_name(outreach: Command, campaign_folder: Path) -> None:
    assert outreach("links", "--case", "beacon", folder=campaign_folder).returncode == 0
    withhold(campaign_folder, "Beacon")
    result = outreach("links", "--case", "beacon", folder=campaign_folder)
    assert result.returncode == 2
    assert "a withheld name (contacts/withheld.txt, row 2)" in result.stderr
    assert "Beacon" not in result.stderr.replace("beacon", "")


def test_letters_do_not_mention_what_they_may_not(outreach: Command, campaign_folder: Path) -> None:
    change(campaign_folder, MENTIONED, "mentions: yes", "mentions: no")
    change(campaign_folder, "cases/specimen.md", "state_concerned:", "not_to: [FRA]\nstate_concerned:")
    shown = {
        state: outreach("preview", "--case", "beacon", "--mission", state, "--language", "en", folder=campaign_folder)
        for state in ("SWE", "FRA")
    }
    assert "I. Specimen" in shown["SWE"].stdout
    assert "I. Specimen" not in shown["FRA"].stdout
    assert "J. Sample" not in shown["SWE"].stdout + shown["FRA"].stdout
    queue_three(campaign_folder)
    assert "3 sent" in outreach("queue", "run", "--rehearse", folder=campaign_folder).stdout


def test_somebody_without_consent_of_their_own_is_not_named(outreach: Command, campaign_folder: Path) -> None:
    change(campaign_folder, MENTIONED, PERSON, f"{PERSON}\n    consent: {{mentions: no}}")
    result = outreach("send", "--case", "beacon", "--rehearse", "--json", folder=campaign_folder)
    # The sentence by which others mention the case names the person: it has to be written anew.
    assert json.loads(result.stdout)["excluded"].keys() >= {"no consent of somebody it names"}


def test_no_selection_lifts_not_to(outreach: Command, campaign_folder: Path) -> None:
    change(campaign_folder, "cases/beacon.md", "state_concerned:", "not_to: [DEU]\nstate_concerned:")
    result = outreach("send", "--case", "beacon", "--to", "DEU,FRA", "--rehearse", "--json", folder=campaign_folder)
    assert json.loads(result.stdout)["excluded"] == {"kept from this State": 1}


def test_the_check_of_cases_says_where_a_withheld_name_stands(outreach: Command, campaign_folder: Path) -> None:
    change(campaign_folder, OWN, CONCERNED, f"withheld: [q example]\n{CONCERNED}")
    change(campaign_folder, MENTIONED, CONCERNED, f"withheld: file\n{CONCERNED}")
    result = outreach("cases", "check", folder=campaign_folder)
    said = " ".join((result.stdout + result.stderr).split())
    assert result.returncode == 1
    assert "cases/beacon.md: people says a withheld name (cases/beacon.md, withheld, 1)" in said
    for language in ("en", "fr", "es"):
        assert f"templates/letters/beacon.{language}.md: beacon, ask hrc51, first, {language}: the letter says" in said
    assert "Q. Example" not in said
    assert "cases/sample.md, column withheld: relies on contacts/withheld.txt, which is not here" in said


@pytest.mark.parametrize("address", ["blr+un@blr.example.org", "BLR@blr.example.org", "ｂｌｒ@blr.example.org"])
def test_the_state_concerned_is_known_in_disguise(outreach: Command, campaign_folder: Path, address: str) -> None:
    give_addresses(campaign_folder)
    path = campaign_folder / "contacts" / "missions.csv"
    theirs = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("DEU,"))
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(theirs.replace("DEU,", "BLR,", 1).replace("deu@deu.example.org", "blr@blr.example.org") + "\r\n")
    change(campaign_folder, "contacts/missions.csv", "deu@deu.example.org", address)
    result = outreach("send", "--case", "beacon", "--to", "DEU", "--rehearse", "--json", folder=campaign_folder)
    assert json.loads(result.stdout)["excluded"] == {"suppressed": 1}


def test_a_domain_that_passes_for_another_is_named(outreach: Command, campaign_folder: Path) -> None:
    give_addresses(campaign_folder)
    assert outreach("missions", "check", folder=campaign_folder).returncode == 0
    change(campaign_folder, "contacts/missions.csv", "deu@deu.example.org", "deu@d\u0435u.example.org")
    result = outreach("missions", "check", folder=campaign_folder)
    assert result.returncode == 1
    assert "may not be what it looks like: 'd\u0435u' mixes d (Latin) and \u0435 (Cyrillic)" in result.stderr


def test_letters_that_mention_unchecked_facts_do_not_leave(outreach: Command, campaign_folder: Path) -> None:
    give_addresses(campaign_folder)
    change(campaign_folder, MENTIONED, "checked_on: 2022-09-01\n", "")
    env = {"OUTREACH_SMTP__HOST": "127.0.0.1", "OUTREACH_SMTP__PORT": "1", "OUTREACH_SMTP__SECURITY": "none"}
    send = ("send", "--case", "beacon", "--yes", "--after-deadline")
    result = outreach(*send, folder=campaign_folder, env=env)
    assert result.returncode == 2
    assert "nobody has checked the facts of sample, and these mention it; nothing was queued" in result.stderr
    assert "outreach cases confirm sample" in result.stderr
    assert outreach("queue", "list", "--json", folder=campaign_folder, env=env).stdout == "[]\n"


def test_a_report_that_says_a_withheld_name_is_not_made(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    withhold(campaign_folder, "Beacon")
    for more in ((), ("--public",), ("--csv",)):
        result = outreach(
            "report", "--rehearse", *more, "--output", str(campaign_folder / "page"), folder=campaign_folder
        )
        assert result.returncode == 2
        assert "a withheld name (contacts/withheld.txt, row 2)" in result.stderr
        assert not (campaign_folder / "page").exists()


def test_of_a_stopped_case_a_public_report_says_that_it_is_paused(outreach: Command, campaign_folder: Path) -> None:
    queue_three(campaign_folder)
    stopped = f"stopped: {{on: 2026-11-30, why: the family asked}}\n{CONCERNED}"
    change(campaign_folder, MENTIONED, CONCERNED, stopped)
    page = campaign_folder / "page.html"
    public = ("report", "--rehearse", "--public", "--yes", "--output", str(page))
    result = outreach(*public, folder=campaign_folder)
    assert (result.returncode, "sample" in result.stderr) == (0, False), result.stderr  # this report is about beacon
    change(campaign_folder, "cases/beacon.md", CONCERNED, stopped)
    change(campaign_folder, MENTIONED, stopped, CONCERNED)
    assert outreach(*public, folder=campaign_folder).returncode == 2  # nothing is left to tell of
    queue_three(campaign_folder, "sample")
    result = outreach(*public, folder=campaign_folder)
    assert "beacon is stopped: the page says so, and nothing else about it." in result.stderr
    assert page.read_text("utf-8").count("Beacon") == 1
    assert "the family asked" not in page.read_text("utf-8")


THREAD = "=== apart\n--- mastodon\nOf Beacon, with Tatsiana\n~~~\nVerabei we stand.\n"


def test_a_thread_is_read_as_one_text(outreach: Command, campaign_folder: Path) -> None:
    posts = campaign_folder / "templates" / "tweets" / "beacon.en.txt"
    posts.write_text(THREAD, "utf-8")
    assert queue_posts(campaign_folder) == 3  # one for a mission has a file of its own
    withhold(campaign_folder, "Tatsiana Verabei")
    assert "Held back: 2 posts" in outreach("queue", "run", "--rehearse", folder=campaign_folder).stderr
    posted = outreach("post", "--case", "beacon", "--rehearse", "--via", "mastodon", "--json", folder=campaign_folder)
    assert json.loads(posted.stdout)["queued"] == 0


LETTER = "templates/letters/beacon.en.md"


@pytest.mark.parametrize(
    "words",
    [
        "#FreeTatsianaVerabei",
        '[more](https://example.org "Tatsiana Verabei")',
        "Tatsiana [Vera](https://example.org)bei",
    ],
)
def test_what_stands_in_links_and_tags_is_read_too(outreach: Command, campaign_folder: Path, words: str) -> None:
    change(campaign_folder, LETTER, "This case is made up", f"{words} This case is made up")
    withhold(campaign_folder, "Tatsiana Verabei")
    sent = outreach("send", "--case", "beacon", "--to", "DEU", "--rehearse", "--json", folder=campaign_folder)
    assert json.loads(sent.stdout)["excluded"] == {"a withheld name": 1}


def test_headers_are_read_too(outreach: Command, campaign_folder: Path) -> None:
    withhold(campaign_folder, "Tatsiana Verabei")
    env = {"OUTREACH_SENDER__REPLY_TO": "tatsiana.verabei@example.org"}
    send = ("send", "--case", "beacon", "--to", "DEU", "--rehearse", "--json")
    assert json.loads(outreach(*send, folder=campaign_folder, env=env).stdout)["excluded"] == {"a withheld name": 1}


def test_an_address_that_ends_as_the_state_concerneds_do_is_closed(outreach: Command, campaign_folder: Path) -> None:
    give_addresses(campaign_folder)
    change(campaign_folder, "contacts/missions.csv", "deu@deu.example.org", "office@mission.example.by")
    send = ("send", "--case", "beacon", "--to", "DEU", "--rehearse", "--json")
    assert json.loads(outreach(*send, folder=campaign_folder).stdout)["excluded"] == {"suppressed": 1}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("stopped:\n", "stopped: blank: write 'on' and 'why'"),
        ("withheld:\n", "withheld: blank: list the names"),
        ("withheld: [contacts/withheld.txt]\n", "write the word file"),
    ],
)
def test_a_half_written_key_is_a_problem(outreach: Command, campaign_folder: Path, lines: str, words: str) -> None:
    change(campaign_folder, OWN, CONCERNED, f"{lines}{CONCERNED}")
    result = outreach("cases", "list", folder=campaign_folder)
    assert (result.returncode, words in result.stderr.replace("column ", "")) == (2, True), result.stderr
