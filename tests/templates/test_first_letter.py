"""The first letter of a case without a template of its own: filled from the case, in the letter's language, or held."""

import json
import re
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.errors import TemplateError
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.letters.words import letter_context
from tests.conftest import REPOSITORY, Command, give_addresses
from tests.templates.conftest import as_typed

TOLD = "## Story behind\n\n{}\n\n## What happened\n\n{}\n\n## What we want\n\n{}\n"
SECTIONS = {
    "fr": TOLD.format("Elle tient des archives.", "On l'a arrêtée.", "Sa liberté."),
    "es": TOLD.format("Lleva un archivo.", "La detuvieron.", "Su libertad."),
}


@pytest.fixture
def folder(campaign_folder: Path) -> Path:
    """The campaign of the tests with the layouts that the repository ships, and no template of the case beacon."""
    letters = campaign_folder / "templates" / "letters"
    for path in letters.glob("beacon.*"):
        path.unlink()
    for name in ("_letter", "_record", "_where_raised", "first"):
        for language in ("en", "fr", "es"):
            file = f"{name}.{language}.md"
            (letters / file).write_bytes((REPOSITORY / "templates" / "letters" / file).read_bytes())
    for language, text in SECTIONS.items():
        (campaign_folder / "cases" / f"beacon.{language}.md").write_text(text, encoding="utf-8")
    give_addresses(campaign_folder)
    return campaign_folder


def edit(folder: Path, old: str, new: str, file: str = "beacon.md") -> None:
    path = folder / "cases" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def letter(folder: Path, state: str = "JPN", language: str = "en") -> str:
    campaign = load_campaign(folder)
    context = letter_context(
        registry=campaign.registry,
        cases=campaign.cases,
        settings=campaign.settings,
        mission=campaign.registry.missions[state],
        case=campaign.cases["beacon"],
        ask=campaign.asks["hrc51"],
        round="first",
        language=language,
    )
    return re.sub(r"[ \n]+", " ", as_typed(LetterWriter(campaign.templates).write(context).text))


def left_out(folder: Path, outreach: Command, *more: str) -> dict[str, int]:
    done = outreach("send", "--case", "beacon", "--rehearse", "--yes", "--json", *more, folder=folder)
    found: dict[str, int] = json.loads(done.stdout)["excluded"]
    return found


FILLED = {
    "en": """Beacon does not exist. Its case is here so that the tests have one with several people and an organisation.
    From August 2020, so the tests say, the staff of Beacon was detained. Three members are named: P. Example, Q.
    Example and R. Example. The names that we hope to hear are Beacon, P. Example (chairperson; in detention since
    September 2017), Q. Example (lawyer) and R. Example (volunteer). What we hope for: That the tests pass""",
    "fr": """Elle tient des archives. On l'a arrêtée. Voici les noms que nous espérons entendre~: Beacon, P. Example (en
    détention depuis septembre 2017), Q. Example et R. Example. Ce que nous espérons~: Sa liberté.""",
    "es": """Lleva un archivo. La detuvieron. Los nombres que esperamos oír son los siguientes: Beacon, P. Example (en
    detención desde septiembre de 2017), Q. Example y R. Example. Lo que esperamos: Su libertad.""",
}


@pytest.mark.parametrize("language", FILLED)
def test_it_is_filled_from_the_case_in_the_letters_language(folder: Path, language: str) -> None:
    """A role is written in the language of the case alone, and no other letter says it."""
    edit(folder, "role: chairperson\n", "role: chairperson\n    status: detained\n    since: 2017-09-10\n")

    assert re.sub(r"[ \n]+", " ", FILLED[language]).replace("~", "\u00a0") in letter(folder, language=language)


def test_a_case_may_have_a_file_of_its_own_all_the_same(folder: Path) -> None:
    (folder / "templates" / "letters" / "beacon.en.md").write_text("Subject: Ours\n\nOur own.\n", encoding="utf-8")

    assert letter(folder) == "Our own. "
    assert "arrêtée" in letter(folder, language="fr")


def test_what_looks_like_a_template_is_text(folder: Path) -> None:
    edit(folder, "From August 2020", "{{ sender.email }} {% include 'x' %} {# so #} From August 2020")

    assert "{{ sender.email }} {% include 'x' %} {# so #} From August 2020" in letter(folder)


def test_headings_lists_links_and_quotations_come_out_well(folder: Path) -> None:
    listed = "- **one** <https://example.org/a>\n- [two](https://example.org)"
    edit(folder, "Three members", f"### In Minsk\n\n{listed}\n\n> So it is\n\nThree members")

    text = letter(folder)

    assert "In Minsk - one https://example.org/a - two (https://example.org) > So it is Three members" in text


@pytest.mark.parametrize(
    ("written", "row", "why"),
    [
        ("It was <b>raided</b>.", 0, "HTML is shown as it is typed: take '<b>' out"),
        ("See ![a photo](a.png).", 0, "letters have no images: take '![a photo](' out"),
        ("Raided.[^1]", 0, "letters have no footnotes: take '[^1]' out"),
        ("| a | b |\n|---|---|\n| c | d |", 1, "letters have no tables: write sentences or a list"),
        ("```\nThe rest of the letter would be code.", 0, "``` makes code of what follows: delete the line"),
        ("    An indented paragraph.", 0, "four spaces at the beginning make code of the line: delete them"),
    ],
)
def test_what_a_letter_cannot_show_is_refused_with_its_row(
    folder: Path, outreach: Command, written: str, row: int, why: str
) -> None:
    edit(folder, "Three members", f"{written}\n\nThree members")
    lines = (folder / "cases" / "beacon.md").read_text(encoding="utf-8").splitlines()
    row += lines.index(written.splitlines()[0]) + 1

    with pytest.raises(TemplateError) as caught:
        letter(folder)
    told = outreach("cases", "check", folder=folder)

    assert str(caught.value).startswith(f"cases/beacon.md, row {row}: {why}")
    assert told.returncode == 1
    assert [line for line in told.stdout.splitlines() if line.startswith(f"cases/beacon.md, row {row}: {why}")] != []


@pytest.mark.parametrize("absent", ["file", "section", "text"])
def test_what_is_missing_in_a_language_holds_its_letters_and_is_named_once(
    folder: Path, outreach: Command, absent: str
) -> None:
    if absent == "file":
        (folder / "cases" / "beacon.fr.md").unlink()
        says = "cases/beacon.fr.md: not there: letters in French are filled from it"
    else:
        kept = "" if absent == "section" else "## What happened\n\n"
        edit(folder, "## What happened\n\nOn l'a arrêtée.\n\n", kept, "beacon.fr.md")
        says = "cases/beacon.fr.md" + (", row 5" if kept else "") + ": no section '## What happened' with text"

    checked = outreach("cases", "check", folder=folder)
    held = left_out(folder, outreach, "--limit", "3")

    assert [line[: len(says)] for line in checked.stdout.splitlines()] == [says]
    assert held["not written in its language"] >= 3
    texts = [path.read_text(encoding="utf-8") for path in (folder / "rehearsal" / "new").iterdir()]
    assert len(texts) == 3
    assert [text for text in texts if "Content-Language: fr" in text] == []


def test_roles_and_organisations_are_said_in_the_letters_language(folder: Path, outreach: Command) -> None:
    """From the case's own file or from a translation; where nobody gave them, `cases check` says so once."""
    before = outreach("cases", "check", folder=folder)
    edit(folder, "role: chairperson", "role: {en: chairperson, fr: présidente}")
    file = (folder / "cases" / "beacon.md").read_text(encoding="utf-8")
    there = file.partition("organisations:\n  - ")[2].partition("\n")[0]
    edit(folder, f"  - {there}", "  - en: The Beacon\n    fr: Le Phare\n  - The Lamp")
    edit(
        folder,
        "## Story",
        "---\nroles:\n  Q. Example: avocate\norganisations:\n  The Lamp: La Lampe\n---\n## Story",
        "beacon.fr.md",
    )
    case = load_campaign(folder).cases["beacon"]
    french = letter(folder, "FRA", "fr")
    after = outreach("cases", "check", folder=folder)

    assert case.organisations == ("The Beacon", "The Lamp")
    assert "Le Phare, La Lampe, P. Example (présidente" in french
    assert "Q. Example (avocate" in french
    assert "The Beacon, The Lamp, P. Example (chairperson" in letter(folder)
    assert "column people: no role in French of P. Example, Q. Example, R. Example; in Spanish of P." in before.stderr
    assert "column people: no role in French of R. Example; in Spanish of P. Example, " in after.stderr
    assert "column organisations: no name in Spanish of 'The Beacon, The Lamp': letters say it as it is" in after.stderr

    edit(folder, "Q. Example: avocate", "K. Example: avocate", "beacon.fr.md")
    wrong = outreach("cases", "check", folder=folder).stdout
    assert "cases/beacon.fr.md, column roles: 'K. Example' is no name of the case's own file; did you mean" in wrong


def test_headings_in_another_language_are_told_which_they_should_be(folder: Path, outreach: Command) -> None:
    edit(folder, "## What happened", "## Ce qui s'est passé", "beacon.fr.md")
    edit(folder, "mention:\n  en: ", "mention:\n  en: The ")
    checked = outreach("cases", "check", folder=folder)

    (line,) = checked.stdout.splitlines()
    assert line.startswith("cases/beacon.fr.md, row ")
    assert "headings stay in English in every language: '## Story behind', '## What happened', '## What we" in line
    assert line.endswith("Here stands '## Ce qui s'est passé'")
    assert "stands in the middle of a sentence: begin it with a small letter, the " in checked.stderr


@pytest.mark.parametrize(("file", "language"), [("beacon.md", "en"), ("beacon.fr.md", "fr")])
def test_nobody_is_named_who_did_not_agree_to_letters(
    folder: Path, outreach: Command, file: str, language: str
) -> None:
    edit(folder, "role: lawyer\n", "role: lawyer\n    consent:\n      letters: no\n")
    edit(folder, "Three members are named: P. Example, Q. Example and R. Example.", "Three members.")
    assert "Q. Example" not in letter(folder, language=language)
    assert "no consent of somebody it names" not in left_out(folder, outreach, "--to", "JPN", "--to", "FRA")

    heading = "## What we want\n\n"
    edit(folder, heading, f"{heading}Also for Q. EXAMPLE. ", file)

    state = {"en": "JPN", "fr": "FRA"}[language]
    give_addresses(folder, [state])
    done = outreach("send", "--case", "beacon", "--ask", "hrc51", "--dry-run", "--json", "--to", state, folder=folder)
    shown = outreach("preview", "--case", "beacon", "--mission", state, folder=folder)
    assert json.loads(done.stdout)["excluded"] in (
        {"no consent of somebody it names": 1},
        {"already asked": 1},
    )
    assert "no consent of somebody it names" in shown.stderr


def test_a_withheld_name_in_a_translation_is_found_and_held(folder: Path, outreach: Command) -> None:
    edit(folder, "On l'a arrêtée.", "On a arrêté Jean Témoin.", "beacon.fr.md")
    (folder / "contacts" / "withheld.txt").write_text("Jean Temoin\n", encoding="utf-8")

    checked = outreach("cases", "check", folder=folder)
    held = left_out(folder, outreach)

    assert "cases/beacon.fr.md: ## What happened says a withheld name (contacts/withheld.txt, row 1)" in checked.stdout
    assert held["a withheld name"] >= 3


def test_a_case_that_a_section_names_is_protected(folder: Path, outreach: Command) -> None:
    """The case sample goes to no mission of China, and its people agreed to mentions no more."""
    edit(folder, "Its case is here", "As J. Sample knows, its case is here")
    edit(folder, "  mentions: yes\n", "  mentions: no\n", "sample.md")

    assert left_out(folder, outreach)["another case that it names"] >= 10


def test_a_long_case_is_told_as_advice(folder: Path, outreach: Command) -> None:
    edit(folder, "From August 2020", "Word " * 400 + "From August 2020")

    done = outreach("cases", "check", folder=folder)

    assert done.returncode == 0
    [line] = [line for line in done.stderr.splitlines() if "first, en to " in line]
    assert line.startswith("cases/beacon.md: the letter beacon, ask hrc51, first, en to ")
    assert " words: 250 to 420 are read, so shorten it by " in line


def test_a_name_that_a_translation_spells_in_another_way_is_a_problem(folder: Path, outreach: Command) -> None:
    edit(folder, "  - name: P. Example\n", "  - name: Pauline Exemplaire\n")
    edit(folder, "P. Example, Q.", "Pauline Exemplaire, Q.")
    edit(folder, "On l'a arrêtée.", "On a arrêté Pauline Exemplairre.", "beacon.fr.md")

    done = outreach("cases", "check", folder=folder)

    assert "cases/beacon.fr.md, row 7: 'Pauline Exemplairre': the case spells it Pauline Exemplaire" in done.stdout


def test_a_case_is_shown_with_what_it_is_told_in(folder: Path, outreach: Command) -> None:
    edit(folder, "## What happened\n\nOn l'a arrêtée.\n\n", "", "beacon.fr.md")

    shown = outreach("cases", "show", "beacon", folder=folder)

    assert "Also told in:\n  cases/beacon.es.md\n  cases/beacon.fr.md, without What happened\n" in shown.stdout


@pytest.mark.parametrize(
    ("status", "language", "said"),
    [
        ("released", "en", "(chairperson; at liberty since September 2017)"),
        ("released", "fr", "(en liberté depuis septembre 2017)"),
        ("dead", "en", "(chairperson; deceased)"),
        ("dead", "es", "(fallecimiento)"),
    ],
)
def test_who_is_free_or_dead_is_not_named_as_if_nothing_had_changed(
    folder: Path, status: str, language: str, said: str
) -> None:
    edit(folder, "role: chairperson\n", f"role: chairperson\n    status: {status}\n    since: 2017-09\n")
    assert said in letter(folder, language=language)
