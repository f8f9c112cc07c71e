"""cases/SLUG.xx.md: a case told in another language; no case of its own."""

import re
from pathlib import Path

import pytest

from outreach.cases.load import case_files, load_case, load_cases
from outreach.cases.model import Case
from outreach.errors import DataError
from outreach.registry.states import load_states

LANGUAGES = ("en", "fr", "es")
FRENCH = "## Story behind\n\nUne histoire.\n\n## What happened?\n\nUn fait.\n\n## what we want\n\nLa liberté.\n"


def load(folder: Path, slug: str = "sample") -> Case:
    return load_cases(folder, load_states(), LANGUAGES)[slug]


def problems(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


def translate(folder: Path, text: str, name: str = "sample.fr.md") -> Path:
    path = folder / "cases" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_translation_is_no_case(campaign_folder: Path) -> None:
    translate(campaign_folder, FRENCH)

    assert [path.stem for path in case_files(campaign_folder)] == ["beacon", "sample", "specimen"]
    assert list(load_cases(campaign_folder, load_states(), LANGUAGES)) == ["beacon", "sample", "specimen"]


@pytest.mark.parametrize("front", ["", "---\n---\n", "---\n# nothing yet\n---\n"])
def test_it_tells_the_sections_under_the_same_headings(campaign_folder: Path, front: str) -> None:
    translate(campaign_folder, front + FRENCH)

    for case in (load(campaign_folder), load_case(campaign_folder, "sample", load_states(), LANGUAGES)):
        french, english, spanish = (case.told_in(language) for language in ("fr", "en", "es"))
        assert french is not None
        assert french.story == {
            "Story behind": "Une histoire.",
            "What happened": "Un fait.",
            "What we want": "La liberté.",
        }
        assert english is not None
        assert english.story == case.story
        assert spanish is None


def test_title_place_and_mention_may_stand_in_it(campaign_folder: Path) -> None:
    path = campaign_folder / "cases" / "sample.md"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("  fr: ")), encoding="utf-8")
    translate(campaign_folder, f"---\ntitle: Maître Sample\nplace: en Chine\nmention: l'avocat (Chine)\n---\n{FRENCH}")

    case = load(campaign_folder)

    assert (case.title["fr"], case.place["fr"], case.mention["fr"]) == ("Maître Sample", "en Chine", "l'avocat (Chine)")
    assert case.title["en"] == "J. Sample"


def test_one_text_alone_is_in_the_language_of_the_case(campaign_folder: Path) -> None:
    path = campaign_folder / "cases" / "sample.md"
    text = path.read_text(encoding="utf-8")
    begin = text.index("title:")
    path.write_text(text[:begin] + "title: J. Sample\n" + text[text.index("place:") :], encoding="utf-8")

    assert problems(campaign_folder) == [
        "cases/sample.md, row 2, column title: missing in fr, es: give it in each language, or in a translation"
    ]
    assert load_cases(campaign_folder, load_states(), ("en",))["sample"].title == {"en": "J. Sample"}


def test_a_phrase_that_both_files_have_must_be_the_same(campaign_folder: Path) -> None:
    translate(campaign_folder, f"---\nplace: dans la Chine\n---\n{FRENCH}")

    assert problems(campaign_folder) == [
        "cases/sample.md, column place.fr: cases/sample.fr.md has another: keep one of the two"
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("smaple.fr.md", FRENCH, ": a translation of a case that there is not: cases/smaple.md; did you mean sample?"),
        ("sample.old.md", FRENCH, ": 'old' is no language of the campaign (en, fr, es). A translation is named as its"),
        ("sample.fr.md", FRENCH + FRENCH, ", row 12: the section 'Story behind' is there twice"),
        ("sample.fr.md", f"Un mot.\n\n{FRENCH}", ", row 1: text before the first heading: put it under"),
        ("sample.fr.md", f"---\nconsent: yes\n---\n{FRENCH}", ", row 2, column consent: there is no such key"),
        ("sample.en.md", FRENCH, ": cases/sample.md is in 'en' itself: write it there, or say there in which language"),
    ],
)
def test_what_is_wrong_with_it_is_named(campaign_folder: Path, name: str, text: str, expected: str) -> None:
    translate(campaign_folder, text, name)

    assert problems(campaign_folder)[0].startswith(f"cases/{name}{expected}")


def test_a_case_says_in_which_language_it_is_written(campaign_folder: Path) -> None:
    path = campaign_folder / "cases" / "sample.md"
    path.write_text(path.read_text(encoding="utf-8").replace("---\n", "---\nlanguage: de\n", 1), encoding="utf-8")
    translate(campaign_folder, FRENCH, "sample.en.md")

    case = load(campaign_folder)

    assert case.language == "de"
    assert case.told_in("en") is not None
    assert case.told_in("en") != case.told_in("de")


@pytest.mark.parametrize("slug", ["first", "reminder", "thanks", "posts"])
def test_no_case_has_the_name_of_a_template_that_all_share(campaign_folder: Path, slug: str) -> None:
    (campaign_folder / "cases" / "sample.md").rename(campaign_folder / "cases" / f"{slug}.md")

    assert problems(campaign_folder) == [
        f"cases/{slug}.md: '{slug}' is the name of a template that all cases share: rename the case"
    ]


def test_it_says_what_happened_on_each_day(campaign_folder: Path) -> None:
    case = campaign_folder / "cases" / "sample.md"
    events = (
        "dates:\n  - date: 2020-08\n    text: A raid.\n  - date: 2021\n    text: One.\n  - date: 2021\n    text: Two.\n"
    )
    front, _, story = case.read_text("utf-8").removeprefix("---\n").partition("\n---\n")
    kept = re.sub(r"(?m)^dates:\n(?:[ ].*\n)*", "", f"{front}\n")
    case.write_text(f"---\n{kept}{events}---\n{story}", "utf-8")
    file = translate(campaign_folder, '---\ndates:\n  2020-08: "Une perquisition."\n---\n')

    assert [event.texts for event in load(campaign_folder).dates] == [{"fr": "Une perquisition."}, {}, {}]
    file.write_text("---\ndates:\n  2020-09: X\n  2021: Y\n---\n", "utf-8")
    no_date, doubled = problems(campaign_folder)
    assert no_date.endswith("column dates: '2020-09' is no date of the case's own file; did you mean 2020-08?")
    assert doubled.startswith("cases/sample.fr.md, column dates: there are several events of 2021: make them one")
