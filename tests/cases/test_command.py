"""`outreach cases`, as typed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Command, mail_server


def test_list_has_a_line_for_each_case(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("cases", "list", folder=campaign_folder)

    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "Case",
        "beacon",
        "sample",
        "specimen",
    ]
    assert "Belarus (BLR)" in done.stdout


def test_list_as_json_is_one_array(campaign_folder: Path, outreach: Command) -> None:
    rows = json.loads(outreach("cases", "list", "--json", folder=campaign_folder).stdout)

    assert [row["state_concerned"] for row in rows] == ["BLR", "CHN", "EGY"]
    assert rows[0]["people"][0] == "P. Example"
    assert rows[0]["consent"]["letters"] is True


def test_show_tells_the_whole_story(campaign_folder: Path, outreach: Command) -> None:
    shown = outreach("cases", "show", "specimen", folder=campaign_folder).stdout

    assert "State concerned: Egypt (EGY)" in shown
    assert "Consent: letters, posts, web; Nobody had to agree" in shown
    assert "Letters of other cases may name it" in shown
    assert "Facts: checked on 2022-09-01 by the tests" in shown
    assert "2019-08-14:" in shown
    assert "What we want" in shown


def test_a_paragraph_is_one_line_and_a_list_keeps_its_lines(campaign_folder: Path, outreach: Command) -> None:
    case = campaign_folder / "cases" / "beacon.md"
    text = case.read_text(encoding="utf-8")
    story = "One\ntwo -\n  three.\n\n- a\n- b\n\n1. c\n2. d\n"
    case.write_text(f"{text.partition('## What we want')[0]}## What we want\n\n{story}", encoding="utf-8")
    shown = outreach("cases", "show", "beacon", folder=campaign_folder).stdout
    assert shown.endswith("What we want\n\nOne two - three.\n\n- a\n- b\n\n1. c\n2. d\n")


def test_show_as_json_has_dates_and_sections(campaign_folder: Path, outreach: Command) -> None:
    case = json.loads(outreach("cases", "show", "sample", "--json", folder=campaign_folder).stdout)

    assert case["dates"][1]["date"] == "2016-11-21"
    assert list(case["story"]) == ["Story behind", "What happened", "What we want"]


@pytest.mark.parametrize("slug", ["../../x", "nothing"])
def test_show_of_what_is_not_there_lists_what_is(campaign_folder: Path, outreach: Command, slug: str) -> None:
    done = outreach("cases", "show", slug, folder=campaign_folder)

    assert done.returncode == 2
    assert "there are: beacon, sample, specimen" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_finds_nothing_where_all_letters_and_posts_are_well(campaign_folder: Path, outreach: Command) -> None:
    done = outreach("cases", "check", folder=campaign_folder)

    assert (done.returncode, done.stdout) == (0, "")
    # 28 missions, 3 cases, 3 languages, 3 rounds. In each language, on X and the other two networks: 3 × (2 + 2 + 2)
    # posts, 3 × 3 outcomes, one thread × 3, and those to the handle on X and to one that stands in elsewhere,
    # 3 × (1 + 1 + 1).
    *warnings, verdict = done.stderr.splitlines()
    assert verdict == "3 cases, 756 letters and 117 posts tried: all well, and 3 warnings"
    assert [line for line in warnings if "has no e-mail of" not in line] == []


def test_check_says_what_cannot_leave_and_where_that_is_changed(campaign_folder: Path, outreach: Command) -> None:
    """Facts of a case, and no faults; the embargo of another that is over says nothing."""
    for slug, old, new in (
        ("beacon", "  letters: yes\n  posts: yes\n  web: yes\n", "  posts: yes\n"),
        ("sample", "consent:", "embargo: 2127-01-31\nstopped: {on: 2026-02-03, why: She asked us to}\nconsent:"),
        ("specimen", "checked_on: 2022-09-01", "checked_on:\nembargo: 2011-01-31"),
    ):
        path = campaign_folder / "cases" / f"{slug}.md"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    done = outreach("cases", "check", folder=campaign_folder)

    told = done.stderr.partition("What cannot leave today:\n")[2].splitlines()
    assert (done.returncode, done.stdout) == (0, "")
    assert told[0].startswith("  beacon: no consent to letters, web: no letter leaves, no public page shows it. ")
    assert told[0].endswith("stands in cases/beacon.md, consent")
    assert told[1].startswith("  sample: stopped since 2026-02-03: She asked us to. ")
    assert told[1].endswith(": outreach cases resume sample")
    assert told[2] == "  sample: embargo, so nothing leaves before 2127-01-31 (embargo in cases/sample.md)"
    assert told[-2].startswith("  specimen: in earnest nothing leaves: nobody has checked the facts of specimen. ")
    assert told[-2].endswith(": outreach cases confirm specimen")
    assert told[-1].endswith("; no letter about beacon, sample can leave yet")


def test_check_names_a_broken_template_once(campaign_folder: Path, outreach: Command) -> None:
    template = campaign_folder / "templates" / "letters" / "reminder.fr.md"
    template.write_text(template.read_text(encoding="utf-8").replace("case.people", "case.peple"), encoding="utf-8")

    done = outreach("cases", "check", "--json", folder=campaign_folder)

    (problem,) = json.loads(done.stdout)
    assert done.returncode == 1
    assert problem["file"] == "templates/letters/reminder.fr.md"
    assert "peple" in problem["message"]


def test_check_advises_on_letters_that_are_long_or_short_and_holds_none_back(
    campaign_folder: Path, outreach: Command
) -> None:
    """Its own words for `[letters] words`; only the second of two asks is long, and thanks do not have its sentence."""
    letters = campaign_folder / "templates" / "letters"
    (letters / "beacon.reminder.fr.md").write_text("Subject: Rappel\n\nSix mots et pas un plus.\n", encoding="utf-8")
    settings = campaign_folder / "outreach.toml"
    ask = '\n[[ask]]\nid = "second"\nforum = "f"\ndate = 2022-12-01\nto = "all"\ntext.{} = "{}"\n'
    one_language = settings.read_text(encoding="utf-8").replace('["en", "fr", "es"]', '["fr"]')
    settings.write_text(one_language + ask.format("fr", "mot " * 400), encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    assert (done.returncode, done.stdout) == (0, "")
    told = [line for line in done.stderr.splitlines() if " are read, so " in line]
    [short, *_] = [line for line in told if "beacon, ask hrc51, reminder" in line]
    assert short.startswith("templates/letters/beacon.reminder.fr.md: the letter beacon, ask hrc51, reminder, fr to ")
    assert "has 6 words: 250 to 420 are read, so there is room" in short
    long = [line for line in told if ", ask second, " in line and "so shorten it by" in line]
    assert len(long) == 5  # three first letters, two reminders that all cases share
    assert all("The ask's own sentence (text.fr in outreach.toml) counts too" in line for line in long)
    assert [line for line in told if ", thanks, " in line] == []


@pytest.mark.parametrize(("missions", "letters"), [(("BLR", "JPN"), 2 * 3 * 9 - 9), (("BLR",), 3 * 9), ((), 3 * 9)])
def test_check_tries_no_letter_to_the_state_concerned(
    campaign_folder: Path, outreach: Command, missions: tuple[str, ...], letters: int
) -> None:
    """Nine letters, three languages and three rounds, of each of three cases; where nobody is left, one stands in."""
    path = campaign_folder / "contacts" / "missions.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    rows = [f"{code},,,en{',' * (header.count(',') - 3)}" for code in missions]
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.stderr.startswith(f"3 cases, {letters} letters and ")


def test_check_misses_the_letter_of_a_case_that_has_none(campaign_folder: Path, outreach: Command) -> None:
    (campaign_folder / "templates" / "letters" / "beacon.fr.md").unlink()

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 1
    assert "templates/letters/beacon.fr.md" in done.stdout


def test_check_says_which_post_is_too_long_where_and_what_is_over(campaign_folder: Path, outreach: Command) -> None:
    posts = campaign_folder / "templates" / "tweets" / "sample.en.txt"
    posts.write_text(
        f"=== ask\nShort\n\n=== story\nShort\n~~~\n{'a' * 290} the end\n--- bluesky\nB\n", encoding="utf-8"
    )

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 1
    assert done.stdout == (
        "templates/tweets/sample.en.txt, row 6: post 'story', part 2 of 2, x: 298 of 280; over by 18: "
        f"'…{'a' * 10} the end'. Shorten it, or give x a text of its own after a line: --- x\n"
    )


def test_check_names_a_broken_post_once(campaign_folder: Path, outreach: Command) -> None:
    posts = campaign_folder / "templates" / "tweets" / "beacon.es.txt"
    posts.write_text(posts.read_text(encoding="utf-8").replace("{{ hashtag }}", "{{ hashtg }}", 1), encoding="utf-8")

    (problem,) = json.loads(outreach("cases", "check", "--json", folder=campaign_folder).stdout)

    assert (problem["file"], problem["row"]) == ("templates/tweets/beacon.es.txt", 8)
    assert problem["message"] == "there is no word 'hashtg'; did you mean hashtag?"


def test_check_tries_the_posts_to_the_longest_handle_and_never_to_the_state_concerned(
    campaign_folder: Path, outreach: Command
) -> None:
    """Belarus has the longest handle on Bluesky, and is no addressee; Japan's is the longest that is left."""
    missions = campaign_folder / "contacts" / "missions.csv"
    header = missions.read_text(encoding="utf-8").splitlines()[0]
    empty = dict.fromkeys(header.split(","), "")
    rows = [
        empty | {"state": state, "language": "en", "bluesky": "h" * length + ".example.org"}
        for state, length in (("BLR", 60), ("JPN", 40), ("CHE", 20))
    ]
    missions.write_text("\n".join([header, *(",".join(row.values()) for row in rows), ""]), encoding="utf-8")
    for posts in (campaign_folder / "templates" / "tweets").glob("*.txt"):
        posts.unlink()
    posts = campaign_folder / "templates" / "tweets" / "beacon.en.txt"
    posts.write_text(f"=== ask-mission\n{'a' * 260} {{{{ mission.handle }}}}\n", encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    (line,) = [line for line in done.stdout.splitlines() if "tweets" in line]
    over = "bluesky: 314 of 300; over by 14: '…hh.example.org'"
    assert line.startswith(f"templates/tweets/beacon.en.txt, row 1: post 'ask-mission', {over}. ")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("becaon.en.txt", "there is no case 'becaon'; did you mean beacon?"),
        ("beacon.txt", "it names no language; name it beacon.en.txt, or begin its name with _"),
        ("beacon.de.txt", "the campaign does not write 'de'; it writes en, fr, es"),
    ],
)
def test_check_finds_a_file_that_no_post_is_made_from(
    campaign_folder: Path, outreach: Command, name: str, message: str
) -> None:
    (campaign_folder / "templates" / "tweets" / name).write_text("=== ask\nA\n", encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 1
    assert done.stdout == f"templates/tweets/{name}: no post is made from it: {message}\n"


def test_a_campaign_without_posts_is_well(campaign_folder: Path, outreach: Command) -> None:
    shutil.rmtree(campaign_folder / "templates" / "tweets")

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 0
    assert "3 cases, 756 letters and 0 posts tried: all well" in done.stderr


def test_a_case_that_the_record_names_and_no_file_has_is_a_fact(campaign_folder: Path, outreach: Command) -> None:
    with (campaign_folder / "contacts" / "record.csv").open("a", encoding="utf-8") as file:
        file.write("PER,raised,hrc51-dialogue,elsewhere,,,2022-09-29,,s,\n")
        file.write("AND,raised,hrc51-dialogue,elsewhere,,,2022-09-29,,s,\n")

    done = outreach("cases", "check", folder=campaign_folder)
    acts = outreach("record", "list", "--case", "elsewhere", folder=campaign_folder)
    plan = outreach(
        *("send", "--case", "specimen", "--to", "raised:elsewhere", "--dry-run", "--json"), folder=campaign_folder
    )

    assert (done.returncode, done.stdout) == (0, "")
    assert "the record names 1 case that has no file here: elsewhere\n3 cases, " in done.stderr
    assert acts.stderr == "2 acts\n"
    planned = json.loads(plan.stdout)
    assert planned["planned"] + sum(planned["excluded"].values()) == 2


@pytest.mark.parametrize("command", [("cases", "check"), ("send", "--case", "beacon"), ("doctor",)])
def test_a_slip_in_whom_an_ask_is_for_is_found_before_the_day_of_sending(
    campaign_folder: Path, outreach: Command, command: tuple[str, ...]
) -> None:
    file = campaign_folder / "outreach.toml"
    text = file.read_text(encoding="utf-8")
    assert "co-sponsored:" in text
    file.write_text(text.replace("co-sponsored:", "co-sponsord:"), encoding="utf-8")
    done = outreach(*command, folder=campaign_folder)
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert "outreach.toml, column ask.hrc51.to: 'co-sponsord:reprisals-2022' selects no States" in told
    assert "write co-sponsored:ID" in told


def test_check_reports_every_file_at_once(campaign_folder: Path, outreach: Command) -> None:
    case = campaign_folder / "cases" / "sample.md"
    case.write_text(case.read_text(encoding="utf-8").replace("state_concerned: CHN", "state_concerned: China"), "utf-8")
    missions = campaign_folder / "contacts" / "missions.csv"
    missions.write_text(missions.read_text(encoding="utf-8") + "XXX,,,en,,,,,,,,,\n", encoding="utf-8")

    with (campaign_folder / "outreach.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[[ask]]\nid = "new"\nforum = "f"\ndate = 2022-12-01\nto = "all"\ntext = {en = "a", fr = "b"}\n'
        )

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 1
    assert "outreach.toml, column ask.new.text.es: missing" in done.stdout
    assert "cases/sample.md, row" in done.stdout
    assert "'China' is not the alpha-3 code of a State: write CHN" in done.stdout
    assert "contacts/missions.csv, row" in done.stdout
    assert done.stderr == "3 problems; letters and posts are tried once these are mended\n"


def test_check_finds_the_state_concerned_that_the_case_contradicts(campaign_folder: Path, outreach: Command) -> None:
    case = campaign_folder / "cases" / "beacon.md"
    case.write_text(case.read_text(encoding="utf-8").replace("concerned: BLR", "concerned: BEL"), encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 1
    assert "cases/beacon.md, column place.en: 'in Belarus' names Belarus (BLR), and not the State" in done.stdout
    env = mail_server(1)
    refused = outreach("send", "--case", "beacon", "--after-deadline", "--yes", folder=campaign_folder, env=env)
    assert (refused.returncode, "which of the two is wrong?" in refused.stderr) == (2, True)
    assert "In earnest nothing would leave: cases/beacon.md, column place.en" in (
        outreach("send", "--case", "beacon", folder=campaign_folder).stdout
    )


def test_check_finds_a_name_in_another_spelling_and_one_that_is_left_out(
    campaign_folder: Path, outreach: Command
) -> None:
    case = campaign_folder / "cases" / "beacon.md"
    text = case.read_text(encoding="utf-8").replace("name: P. Example", "name: Petra Examplova")
    case.write_text(text.replace("name: Q. Example", "name: Quirin Sampleman"), encoding="utf-8")
    letter = campaign_folder / "templates" / "letters" / "beacon.en.md"
    written = letter.read_text(encoding="utf-8").replace("P. Example, Q. Example and R. Example", "Petra Examplowa")
    letter.write_text(written.replace("This case", "Five years on, with R. Example, this case"), encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 1
    assert (
        "templates/letters/beacon.en.md, row 7: 'Petra Examplowa': the case spells it Petra Examplova; "
        "one person, one spelling\n"
    ) in done.stdout
    assert "templates/letters/beacon.en.md: names some of the people, and not " in done.stderr
    assert "true on some day only: 'Five years' (row 7). A template counts years itself" in done.stderr


def test_check_warns_once_of_a_state_concerned_whose_address_nobody_knows(
    campaign_folder: Path, outreach: Command
) -> None:
    missions = campaign_folder / "contacts" / "missions.csv"
    text = missions.read_text(encoding="utf-8")
    missions.write_text(f"{text}CHN,,,en,,,,,,,,,\n", encoding="utf-8")
    another = campaign_folder / "cases" / "specimen.md"
    another.write_text(
        another.read_text(encoding="utf-8").replace("concerned: EGY", "concerned: CHN"), encoding="utf-8"
    )
    private = "state,email,source,verified_on,note\nBLR,blr@blr.example.org,a card,,\n"
    (campaign_folder / "contacts" / "private.csv").write_text(private, encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    (line,) = [line for line in done.stderr.splitlines() if "e-mail" in line]
    assert line == (
        "contacts/missions.csv: has no e-mail of China (CHN): a slip that puts it in another row would not be noticed. "
        "Add it; the case is not sent there"
    )


def test_check_finds_the_texts_that_name_somebody_who_is_free_by_now(campaign_folder: Path, outreach: Command) -> None:
    case = campaign_folder / "cases" / "beacon.md"
    text = case.read_text(encoding="utf-8").replace("role: lawyer\n", "role: lawyer\n    status: dead\n", 1)
    released = "role: chairperson\n    status: released\n    since: 2022-08\n"
    text = text.replace("role: chairperson\n", released, 1).replace("the members of the", "Q. Example of the")
    case.write_text(text.replace("role: volunteer\n", "role: volunteer\n    status: detained\n", 1), encoding="utf-8")
    posts = campaign_folder / "templates" / "tweets" / "beacon.en.txt"
    posts.write_text("=== ask\nFree {{ case.people | join(', ') }}!\n", encoding="utf-8")
    (campaign_folder / "templates" / "tweets" / "beacon.fr.txt").write_text("=== ask\nR. Example!\n", encoding="utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    both = "names P. Example, who is released since 2022-08; Q. Example, who is dead: see that it is still true"
    assert f"cases/beacon.md: {both}\n" in done.stderr
    assert f"templates/letters/beacon.en.md: {both}\n" in done.stderr
    assert f"templates/tweets/beacon.en.txt: {both}\n" in done.stderr
    assert "templates/tweets/beacon.fr.txt" not in done.stderr
    assert (
        "cases/beacon.md, column mention.en: names Q. Example, who is dead: see that it is still true\n" in done.stderr
    )


@pytest.mark.parametrize(("language", "words"), [("en", "Five years"), ("fr", "Cinq ans"), ("es", "Cinco años")])
def test_a_letter_counts_years_up_to_its_asks_day(
    campaign_folder: Path, outreach: Command, language: str, words: str
) -> None:
    letter = campaign_folder / "templates" / "letters" / f"beacon.{language}.md"
    text = letter.read_text(encoding="utf-8")
    count = '{% block case %}\n\n{{ years_since("2017-09") | capitalize }}.'
    letter.write_text(text.replace("{% block case %}", count, 1), encoding="utf-8")

    shown = outreach("preview", "--case", "beacon", "--language", language, folder=campaign_folder)

    assert f"\n{words}.\n" in shown.stdout  # on 29 September 2022, whatever the day of the test is


def test_a_letter_that_counts_from_no_month_names_its_template(campaign_folder: Path, outreach: Command) -> None:
    letter = campaign_folder / "templates" / "letters" / "beacon.en.md"
    text = letter.read_text(encoding="utf-8").replace("This case", '{{ years_since("2017") }}. This case')
    letter.write_text(text, encoding="utf-8")

    done = outreach("preview", "--case", "beacon", "--language", "en", folder=campaign_folder)

    assert done.returncode == 2
    assert "templates/letters/beacon.en.md, row 7: '2017' is no month and no day: write it as 2017-09" in done.stderr


def test_check_refuses_hashtags_that_are_none_and_titles_that_no_picture_can_say(
    campaign_folder: Path, outreach: Command
) -> None:
    """The campaign's own is named once, where it is set, and not with each post that says it."""
    settings = campaign_folder / "outreach.toml"
    settings.write_text(settings.read_text("utf-8").replace('"#EndReprisals"', '"#End Reprisals"'), "utf-8")
    posts = campaign_folder / "templates" / "tweets" / "sample.en.txt"
    posts.write_text("=== ask\nSince #2022. {{ hashtag }}\n--- x\n#Free-Sample {{ hashtag }}\n", "utf-8")
    case = campaign_folder / "cases" / "sample.md"
    text = case.read_text("utf-8")
    title = text.partition("  en: ")[2].partition("\n")[0]
    case.write_text(text.replace(title, f"{title} 火", 1), "utf-8")

    done = outreach("cases", "check", folder=campaign_folder)

    assert done.returncode == 1
    told = done.stdout.splitlines()
    assert told[0].startswith("outreach.toml, column campaign.hashtag: '#End Reprisals': a hashtag ends at")
    assert told[1].startswith("cases/sample.md, column title.en: no font here has “火”")
    assert [line.split("'")[3] for line in told[2:]] == ["#Free-Sample", "#2022"]
