"""An ask cannot contradict itself: its sentences write their own day, session and forum, and nothing else stands."""

from datetime import date
from pathlib import Path

import pytest

from outreach.cases.asks.ask import ask_problems, asks_from
from outreach.cases.asks.typed import days_in, sessions_in
from outreach.settings.load import load_settings

TEXTS = {
    "en": "Raise it {{ again }} at the {{ session }} session {{ of_forum }}, {{ when }}.",
    "fr": "Évoquez {{ again }} ce cas à la {{ session }} session {{ of_forum }}, {{ when }}.",
    "es": "Plantee {{ again }} el caso en el {{ session }} período de sesiones {{ of_forum }}, {{ when }}.",
}


def folder_with(
    folder: Path, *, texts: dict[str, str] | None = None, languages: str = '["en", "fr", "es"]', **keys: str
) -> Path:
    said = {"id": '"hrc60"', "forum": '"Human Rights Council"', "date": "2027-09-23", **keys}
    lines = [f"{key} = {value}" for key, value in said.items()]
    lines += [f"text.{language} = '''{text}'''" for language, text in (texts or TEXTS).items()]
    text = "\n".join([f"[campaign]\nlanguages = {languages}\n[[ask]]", *lines])
    (folder / "outreach.toml").write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> list[str]:
    return [str(problem) for problem in ask_problems(load_settings(folder))]


def test_the_sentences_write_day_session_and_forum_in_each_language(tmp_path: Path) -> None:
    ask = asks_from(load_settings(folder_with(tmp_path)))["hrc60"]

    assert ask.text == {
        "en": "Raise it at the 60th session of the Human Rights Council, on 23 September 2027.",
        "fr": "Évoquez ce cas à la 60e session du Conseil des droits de l'homme, le 23 septembre 2027.",
        "es": "Plantee el caso en el 60.º período de sesiones del Consejo de Derechos Humanos, "
        "el 23 de septiembre de 2027.",
    }
    assert ask.again["en"].startswith("Raise it again at the 60th session")
    assert ask.again["fr"].startswith("Évoquez de nouveau ce cas")
    assert ask.again["es"].startswith("Plantee de nuevo el caso")


def test_spanish_shortens_the_ordinals_of_one_and_three(tmp_path: Path) -> None:
    ask = asks_from(load_settings(folder_with(tmp_path, session="51", id='"dialogue"')))["dialogue"]

    assert "en el 51.er período de sesiones del Consejo" in ask.text["es"]


def test_a_session_of_several_weeks_says_from_when_to_when(tmp_path: Path) -> None:
    ask = asks_from(load_settings(folder_with(tmp_path, date="2027-09-12", until="2027-10-07")))["hrc60"]

    assert ask.text["en"].endswith("from 12 September to 7 October 2027.")
    assert ask.text["fr"].endswith("du 12 septembre au 7 octobre 2027.")
    assert ask.text["es"].endswith("del 12 de septiembre al 7 de octubre de 2027.")
    assert ask.last_day == date(2027, 10, 7)


def test_an_old_forum_with_more_around_it_is_known_by_its_name_and_session(tmp_path: Path) -> None:
    written = "Interactive dialogue with the Assistant Secretary-General, Human Rights Council, 51st session"
    ask = asks_from(load_settings(folder_with(tmp_path, id='"one"', forum=f'"{written}"')))["one"]

    assert (ask.forum, ask.session, ask.names.body) == (written, 51, "hrc")
    assert "à la 51e session du Conseil des droits de l'homme" in ask.text["fr"]


@pytest.mark.parametrize(
    ("forum", "words"),
    [
        ('"Third Committee of the General Assembly"', "de la Troisième Commission de l'Assemblée générale"),
        ('"UN General Assembly"', "de l'Assemblée générale"),
        ('"HRC"', "du Conseil des droits de l'homme"),
        ('{ en = "UPR", fr = "Examen périodique universel", es = "Examen" }', "de l'Examen périodique universel"),
        ('{ en = "the Forum", fr = "le Forum politique", es = "el Foro" }', "du Forum politique"),
        ('{ en = "Conference", fr = "Conférence mondiale", es = "Conferencia" }', "de la Conférence mondiale"),
        ('{ en = "Meetings", fr = "les Réunions de juin", es = "las Reuniones" }', "des Réunions de juin"),
    ],
)
def test_a_forum_brings_its_article(tmp_path: Path, forum: str, words: str) -> None:
    ask = asks_from(load_settings(folder_with(tmp_path, id='"one"', session="9", forum=forum)))["one"]

    assert f"à la 9e session {words}," in ask.text["fr"]


def test_with_only_id_and_date_changed_every_text_is_named(tmp_path: Path) -> None:
    """The slip of the year after: the file of last year, with a new id and a new date."""
    texts = {
        "en": "Raise it at the 51st session of the Human Rights Council, on 29 September 2022.",
        "fr": "Évoquez ce cas à la 51e session du Conseil des droits de l'homme, le 29 septembre 2022.",
        "es": "Plantee el caso en el 51.er período de sesiones del Consejo, el 29 de septiembre de 2022.",
    }
    found = problems_of(folder_with(tmp_path, texts=texts))

    assert (
        "outreach.toml, column ask.hrc60.text.en: says '29 September 2022', and the ask has date = 2027-09-23: "
        "write {{ date }}, which is always the ask's own"
    ) in found
    assert (
        "outreach.toml, column ask.hrc60.text.es: says '51.er período', and the ask has session = 60: "
        "write {{ session }}, which is always the ask's own"
    ) in found
    assert len(found) == 6


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("on 23 September 2027", False),
        ("on September 23", False),
        ("in September 2027", False),
        ("on 2027-09-23", False),
        ("at the sixtieth session", False),
        ("at HRC60", False),
        ("in line with resolution A/HRC/RES/36/21 and as at the 77th session of the General Assembly", False),
        ("as the Council may 12 times", False),
        ("on 22 September", True),
        ("on 23.9.2026", True),
        ("in October 2027", True),
        ("at the fifty-first session", True),
        ("at HRC 51", True),
    ],
)
def test_what_is_typed_out_must_be_the_asks_own(tmp_path: Path, words: str, *, wrong: bool) -> None:
    found = problems_of(folder_with(tmp_path, texts={"en": f"Raise it {words}."}, languages='["en"]'))

    assert bool(found) is wrong


@pytest.mark.parametrize(
    ("keys", "column", "message"),
    [
        ({"until": "2027-09-01"}, "until", "2027-09-01 is before date = 2027-09-23"),
        ({"forum": '"Human Rights Council, 51st session"'}, "forum", "says session 51, and the id hrc60 says 60"),
        (
            {"forum": '"Human Rights Council, 51st session"', "session": "60"},
            "forum",
            "says session 51, and session = 60",
        ),
        ({"id": '"a"'}, "text.en", "says '{{ session }}', which nobody gave in English: write session = 51"),
        (
            {"forum": '"A place"'},
            "text.fr",
            "says '{{ of_forum }}', which nobody gave in French: give its name in each",
        ),
    ],
)
def test_keys_that_speak_against_each_other_are_named(
    tmp_path: Path, keys: dict[str, str], column: str, message: str
) -> None:
    (found, *_) = problems_of(folder_with(tmp_path, **keys))

    assert f".{column}: {message}" in found


def test_a_word_that_there_is_not_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    (found,) = problems_of(folder_with(tmp_path, texts={"en": "Raise it on {{ dat }}."}, languages='["en"]'))

    assert "column ask.hrc60.text.en: there is no word '{{ dat }}'; did you mean date?" in found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("la cinquante et unième session", 51),
        ("à la soixante-dix-septième session", 77),
        ("en el quincuagésimo primer período de sesiones", 51),
        ("los períodos de sesiones 51.º", 51),
        ("la trigésima sexta sesión", 36),
        ("the eighty-first session", 81),
        ("#HRC51", 51),
    ],
)
def test_sessions_are_read_in_figures_and_in_words(text: str, number: int) -> None:
    assert [session.number for session in sessions_in(text)] == [number]


@pytest.mark.parametrize("text", ["A/HRC/51/47", "51 sessions", "in session", "the first session", "HRC2022"])
def test_other_numbers_are_no_sessions(text: str) -> None:
    assert sessions_in(text) == []


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("le 1er octobre 2022", (2022, 10, 1)),
        ("el 1.º de octubre de 2022", (2022, 10, 1)),
        ("October 1, 2022", (2022, 10, 1)),
        ("1\u00a0October\u00a02022", (2022, 10, 1)),
        ("octubre de 2022", (2022, 10, 0)),
    ],
)
def test_days_are_read_in_three_languages(text: str, reading: tuple[int, int, int]) -> None:
    (found,) = days_in(text)

    assert found.readings == (reading,)
