"""Which ask is meant, and what is wrong with asks."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from outreach.cases.asks.ask import asks_from, choose_ask
from outreach.cases.model import Ask
from outreach.errors import SettingsError, UsageError
from outreach.settings.load import load_settings
from tests.conftest import CAMPAIGN

TODAY = date(2022, 9, 1)


def ask(ask_id: str, day: date) -> Ask:
    return Ask(ask_id, "a forum", day, (), {"en": "Raise it."})


def asks(*all_asks: Ask) -> dict[str, Ask]:
    return {one.id: one for one in all_asks}


def campaign(folder: Path, *tables: str, languages: str = '["en"]') -> Path:
    text = f"[campaign]\nlanguages = {languages}\n" + "\n".join(f"[[ask]]\n{table}" for table in tables)
    (folder / "outreach.toml").write_text(text, encoding="utf-8")
    return folder


def table(ask_id: str, text: str = 'text.en = "Raise it."', to: str = '"all"') -> str:
    return f'id = "{ask_id}"\nforum = "f"\ndate = 2022-09-29\nto = {to}\n{text}\n'


def test_an_ask_has_its_sentence_in_each_language() -> None:
    found = asks_from(load_settings(CAMPAIGN))["hrc51"]

    assert found.date == date(2022, 9, 29)
    assert found.to == ("co-sponsored:reprisals-2022",)
    assert "29 September 2022" in found.text["en"]
    assert "29 septembre 2022" in found.text["fr"]
    assert "29 de septiembre de 2022" in found.text["es"]
    assert all(sentence.endswith(".") for sentence in found.text.values())


def test_an_ask_spread_over_lines_is_one_line(tmp_path: Path) -> None:
    folder = campaign(tmp_path, table("one", 'text.en = """\nRaise\n  it."""'))

    assert asks_from(load_settings(folder))["one"].text == {"en": "Raise it."}


def test_an_ask_may_name_several_selections(tmp_path: Path) -> None:
    folder = campaign(tmp_path, table("one", to='["all", "!TUR"]'))

    assert asks_from(load_settings(folder))["one"].to == ("all", "!TUR")


def test_doubled_ids_and_missing_languages_are_named_together(tmp_path: Path) -> None:
    folder = campaign(tmp_path, table("one"), table("one"), languages='["en", "fr"]')

    with pytest.raises(SettingsError) as caught:
        asks_from(load_settings(folder))

    assert "the id 'one' is there 2 times" in str(caught.value)
    assert "column ask.one.text.fr: missing: write the ask as one sentence in French" in str(caught.value)


def test_an_ask_with_a_control_character_is_refused(tmp_path: Path) -> None:
    folder = campaign(tmp_path, table("one", 'text.en = "Raise\\u0000 it."'))

    with pytest.raises(SettingsError, match=r"U\+0000"):
        asks_from(load_settings(folder))


def test_the_only_ask_is_meant_even_when_it_is_past() -> None:
    only = ask("hrc51", date(2022, 9, 29))

    assert choose_ask(asks(only), None, date(2030, 1, 1)) is only


def test_the_next_ask_by_date_is_meant() -> None:
    past, soon, later = ask("a", date(2021, 1, 1)), ask("b", TODAY), ask("c", date(2023, 1, 1))

    assert choose_ask(asks(later, past, soon), None, TODAY) is soon


def test_a_named_ask_is_meant_whatever_its_date() -> None:
    past, soon = ask("a", date(2021, 1, 1)), ask("b", TODAY)

    assert choose_ask(asks(past, soon), "a", TODAY) is past


@pytest.mark.parametrize(
    ("all_asks", "ask_id", "words"),
    [
        ((), None, r"has no \[\[ask\]\] yet"),
        ((("a", 2021), ("b", 2022)), "c", r"there is no ask 'c'; there are: a \(2021-01-01\), b \(2022-01-01\)"),
        ((("a", 2020), ("b", 2021)), None, "no ask is still to come: say which with --ask ID"),
        ((("a", 2023), ("b", 2023)), None, "several asks are due on 2023-01-01"),
    ],
)
def test_no_single_ask_is_answered_with_the_asks_there_are(
    all_asks: tuple[tuple[str, int], ...], ask_id: str | None, words: str
) -> None:
    known = asks(*(ask(name, date(year, 1, 1)) for name, year in all_asks))

    with pytest.raises(UsageError, match=words):
        choose_ask(known, ask_id, TODAY)


def test_an_ask_that_lasts_is_to_come_until_its_last_day() -> None:
    weeks, later = replace(ask("a", date(2022, 8, 15)), until=date(2022, 9, 2)), ask("b", date(2022, 12, 1))

    assert choose_ask(asks(weeks, later), None, TODAY) is weeks
    assert choose_ask(asks(weeks, later), None, date(2022, 9, 3)) is later
