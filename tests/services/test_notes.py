"""A paragraph for one State: in its letter alone, in the plan, and through the gate like every other word."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.errors import DataError, UsageError
from outreach.mime.body import body_of
from outreach.services.checks.notes import note_problems
from outreach.services.preview import LetterChoice, choose_letter, write_letter
from outreach.services.sending.letters import PlannedLetters, SendRequest, plan_letters
from outreach.services.workspace import open_to_preview
from tests.conftest import Command

LAYOUT = Path("templates/letters/_letter.en.md")


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    layout = campaign_folder / LAYOUT
    text = layout.read_text(encoding="utf-8")
    layout.write_text(text.replace("{% block record %}", "{{ note }}\n\n{% block record %}", 1), encoding="utf-8")
    (campaign_folder / "templates" / "states").mkdir()
    return campaign_folder


def note(folder: Path, name: str, text: str) -> None:
    (folder / "templates" / "states" / name).write_text(text, encoding="utf-8")


def plan(folder: Path, *notes: tuple[str, str], **wanted: object) -> PlannedLetters:
    request = SendRequest("beacon", to=("DEU", "DNK", "FRA"), notes=notes, **wanted)  # type: ignore[arg-type]
    return plan_letters(open_to_preview(folder, rehearse=True), request)


def bodies(planned: PlannedLetters) -> dict[str, str]:
    return {draft.key.mission: " ".join(body_of(draft.content).split()) for draft in planned.drafts}


def test_a_file_and_a_typed_paragraph_stand_in_one_letter_each_and_in_the_plan(folder: Path) -> None:
    note(folder, "DEU.en.md", "{# of May #}\nWe recall what {{ state.name }} said *there*.\n")
    note(folder, "DNK.en.md", "Never said: somebody typed another.")
    note(folder, "FRA.en.md", "It is in English, and the letter is in French.")
    planned = plan(folder, ("denmark", "As {{ state.name }} and {% raw %} know, {braces} stay."), ("SWE", "Nobody's."))
    said = bodies(planned)
    assert "We recall what Germany said there." in said["DEU"]
    assert "As {{ state.name }} and {% raw %} know, {braces} stay." in said["DNK"]
    assert [state for state, text in said.items() if "We recall" in text or "know" in text] == ["DEU", "DNK"]
    assert planned.notes.with_one == ("DEU", "DNK")
    [other] = planned.notes.without
    assert (other.state, other.languages, other.letter, planned.notes.unused) == ("FRA", ("en",), "fr", ("SWE",))
    workspace = open_to_preview(folder, rehearse=True)
    assert (
        "Germany said" in write_letter(workspace, choose_letter(workspace, LetterChoice("beacon", mission="DEU"))).text
    )


def test_who_may_not_be_named_is_found_in_the_paragraph_too(folder: Path) -> None:
    (folder / "contacts" / "withheld.txt").write_text("Ann Hidden\n", encoding="utf-8")
    planned = plan(folder, ("DEU", "Ann\u00a0Hidden asked us."), ("DNK", "Think of the specimen case of Egypt."))
    assert [(item.state, item.reason.name) for item in planned.plan.excluded if item.state == "DEU"] == [
        ("DEU", "WITHHELD")
    ]
    note(folder, "DEU.en.md", "Ann Hidden asked us.")
    [problem] = note_problems(load_campaign(folder))
    assert str(problem).startswith("templates/states/DEU.en.md: says a withheld name")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("DNX.en.md", "x", "templates/states/DNX.en.md: there is no State 'DNX'; did you mean "),
        ("denmark.en.md", "x", "templates/states/denmark.en.md: is no State's: name it by its alpha-3 code"),
        ("DEU.en.md", "{# later #}\n", "templates/states/DEU.en.md: is empty: write the paragraph, or delete the file"),
        ("DEU.en.md", "a\n{{ stat.name }}", "templates/states/DEU.en.md, row 2: there is no word 'stat'"),
        ("DEU.en.md", "a\n{% if x %}", "templates/states/DEU.en.md, row 2: {% if x %} begins here"),
    ],
)
def test_a_file_that_says_nothing_stops_before_anything_is_queued(
    folder: Path, name: str, text: str, message: str
) -> None:
    note(folder, name, text)
    with pytest.raises(DataError) as caught:
        plan(folder)
    assert message in str(caught.value)
    assert message in "\n".join(map(str, note_problems(load_campaign(folder))))


def test_a_typed_paragraph_that_no_letter_can_say_is_refused(folder: Path) -> None:
    for typed, message in (
        ((("Germny", "x"),), "there is no State 'Germny'; did you mean Germany"),
        ((("DEU", " \n"),), "--note-for DEU: the paragraph is blank"),
        ((("DEU", "a\x1b[1m"),), "--note-for DEU: has the control character U+001B"),
        ((("DEU", "a"), ("Germany", "b")), "DEU has a paragraph already"),
    ):
        with pytest.raises(UsageError) as caught:
            plan(folder, *typed)
        assert message in str(caught.value)


def test_a_layout_without_the_word_does_not_lose_the_paragraph_in_silence(campaign_folder: Path) -> None:
    with pytest.raises(DataError, match=r"beacon\.en\.md: says no \{\{ note \}\}: the paragraph for"):
        plan(campaign_folder, ("DEU", "Lost."))


def test_the_commands_take_and_tell_it(folder: Path, outreach: Command) -> None:
    typed = ("--note-for", "DEU", "Thank you for May.")
    sent = outreach("send", "--case", "beacon", "--to", "DEU", "--to", "FRA", *typed, "--dry-run", folder=folder)
    assert "  with a paragraph of its own: DEU\n" in sent.stdout
    shown = outreach("preview", "--case", "beacon", "--mission", "DEU", *typed, folder=folder)
    assert (shown.returncode, "Thank you for May." in shown.stdout) == (0, True)
    note(folder, "FRA.en.md", "It is in English, and the letter is in French.")
    shown = outreach("preview", "--case", "beacon", "--mission", "FRA", folder=folder)
    assert "FRA: its paragraph is in English, and the letter in French goes without\n" in shown.stderr


def test_a_paragraph_that_a_rewritten_letter_says_no_more_is_told(folder: Path, outreach: Command) -> None:
    at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d %H:%M UTC")
    typed = ("--note-for", "DEU", "Thank you for what was said in May.")
    sent = outreach("send", "--case", "beacon", "--to", "DEU", *typed, "--at", at, "--yes", folder=folder)
    assert sent.returncode == 0, sent.stderr
    kept = outreach("queue", "rewrite", "1", *typed, "--rehearse", folder=folder)
    assert "does not say any more" not in kept.stderr
    anew = outreach("queue", "rewrite", "1", "--rehearse", folder=folder)
    assert "Message 1 does not say any more: Thank you for what was said in May." in anew.stderr
    assert "--note-for STATE TEXT" in anew.stderr
