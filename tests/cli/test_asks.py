"""`outreach asks`: what is asked, what contradicts it, and a new ask at the end of the file."""

import json
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.processes import answered

NEXT_YEAR = ("new", "hrc66", "--forum", "Human Rights Council", "--session", "66", "--date", "2027-09-13")


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_list_shows_each_ask_and_its_sentence_written_out(outreach: Command, campaign_folder: Path) -> None:
    done = outreach("asks", "list", folder=campaign_folder)
    (as_json,) = json.loads(outreach("asks", "list", "--json", folder=campaign_folder).stdout)

    assert "hrc51" in done.stdout
    assert "on 29 September 2022." in done.stdout
    assert (as_json["session"], as_json["until"], as_json["to"]) == (51, None, ["co-sponsored:reprisals-2022"])
    assert as_json["text"]["fr"].endswith("le 29 septembre 2022.")


def test_asks_that_hold_together_are_well(outreach: Command, campaign_folder: Path) -> None:
    done = outreach("asks", "check", folder=campaign_folder)

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("1 ask: all well")


def test_a_contradiction_is_named_with_what_to_write(outreach: Command, campaign_folder: Path) -> None:
    rewrite(campaign_folder / "outreach.toml", "on {{ date }}.", "on 28 September 2022.")

    done = outreach("asks", "check", folder=campaign_folder)
    (problem,) = json.loads(outreach("asks", "check", "--json", folder=campaign_folder).stdout)

    assert done.returncode == 1
    assert done.stdout == (
        "outreach.toml, column ask.hrc51.text.en: says '28 September 2022', and the ask has date = 2022-09-29: "
        "write {{ date }}, which is always the ask's own\n"
    )
    assert (problem["column"], problem["warning"]) == ("ask.hrc51.text.en", False)


@pytest.mark.parametrize(
    ("sentence", "warned"),
    [
        ("We ask you to raise this case at the Council on 30 September 2021.", "'30 September 2021'"),
        ("We ask States to raise this case at the 48th session of the Human Rights Council.", "'48th session'"),
        ("We ask States to raise this case at the Council on 29 September 2022.", ""),
        ("At the 48th session of the Council a State raised the case.", ""),
        ("We ask for the release of all who were detained on 14 July 2021.", ""),
        ("We ask the Council to free those detained since 14 July 2021.", ""),
        ("{# We ask you to raise this case at the Council on 30 September 2021. #}", ""),
    ],
)
def test_a_template_that_asks_for_another_day_is_warned_of(
    outreach: Command, campaign_folder: Path, sentence: str, warned: str
) -> None:
    template = campaign_folder / "templates" / "letters" / "beacon.en.md"
    rewrite(template, "{% block case %}\n", "{% block case %}\n\n" + sentence + "\n")
    row = template.read_text("utf-8").splitlines().index(sentence) + 1

    done = outreach("asks", "check", folder=campaign_folder)

    assert done.returncode == 0
    if warned:
        assert f"warning: templates/letters/beacon.en.md, row {row}: asks for {warned}" in done.stdout
    else:
        assert done.stdout == ""


def test_a_new_ask_stands_at_the_end_and_the_rest_stays(outreach: Command, campaign_folder: Path) -> None:
    file = campaign_folder / "outreach.toml"
    before = file.read_text("utf-8")

    done = outreach("asks", *NEXT_YEAR, "--until", "2027-10-08", folder=campaign_folder)
    listed = json.loads(outreach("asks", "list", "--json", folder=campaign_folder).stdout)

    assert done.returncode == 0
    assert file.read_text("utf-8").startswith(before.rstrip())
    assert [ask["ask"] for ask in listed] == ["hrc51", "hrc66"]
    assert listed[1]["to"] == ["co-sponsored:reprisals-2022"]
    assert "66e session du Conseil des droits de l'homme, du 13 septembre au 8 octobre 2027" in listed[1]["text"]["fr"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("new", "hrc51", *NEXT_YEAR[2:]), "there is an ask 'hrc51' already"),
        (("new", "hrc51"), "there is an ask 'hrc51' already"),
        ((*NEXT_YEAR, "--until", "2027-09-01"), "until: 2027-09-01 is before date = 2027-09-13"),
        (("new", "HRC 66", *NEXT_YEAR[2:]), "the ask cannot be written: id"),
        (
            ("new", "one", "--forum", "A place", "--date", "2027-09-13"),
            "nobody gave in French, Spanish: give its name in each language: --forum en='…' --forum fr='…'",
        ),
    ],
)
def test_an_ask_that_makes_no_sense_is_not_written(
    outreach: Command, campaign_folder: Path, words: tuple[str, ...], message: str
) -> None:
    before = (campaign_folder / "outreach.toml").read_bytes()

    done = outreach("asks", *words, folder=campaign_folder)

    assert done.returncode == 2
    assert message in done.stderr
    assert (campaign_folder / "outreach.toml").read_bytes() == before


def new_ask(outreach: Command, folder: Path) -> dict[str, object]:
    added: dict[str, object] = json.loads(outreach("asks", "list", "--json", folder=folder).stdout)[-1]
    return added


@pytest.mark.parametrize("words", [("--forum", "hrc67"), ("hrc67", "--forum", "Human Rights Council")])
def test_a_session_is_known_by_its_short_name(outreach: Command, campaign_folder: Path, words: tuple[str, ...]) -> None:
    outreach("asks", "new", *words, "--date", "2127-09-13", folder=campaign_folder)
    added = new_ask(outreach, campaign_folder)

    assert (added["ask"], added["forum"], added["session"]) == ("hrc67", "Human Rights Council", 67)
    assert "67e session du Conseil des droits de l'homme" in f"{added['text']}"


def test_two_sessions_are_refused(outreach: Command, campaign_folder: Path) -> None:
    words = ("--forum", "HRC67", "--session", "66", "--date", "2127-09-13")
    done = outreach("asks", "new", *words, folder=campaign_folder)

    assert (done.returncode, "--forum HRC67, and --session 66: say one of them" in done.stderr) == (2, True)


def test_a_short_name_that_nobody_knows_is_asked_about_and_the_id_says_the_usual_place(
    outreach: Command, campaign_folder: Path
) -> None:
    code, shown = answered("asks", "new", "hrc67", folder=campaign_folder, typed="cnd70\nn\n\n2127-09-13\n\n")
    added = new_ask(outreach, campaign_folder)

    assert code == 0
    assert "'cnd70' is no forum that we know, such as Human Rights Council" in " ".join(shown.split())
    assert (added["forum"], added["session"]) == ("Human Rights Council", 67)
