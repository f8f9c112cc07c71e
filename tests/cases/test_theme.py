"""[theme] of outreach.toml: the campaign's own words, written out for a case and an ask."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.cases.asks.forum import forum_of
from outreach.cases.model import Ask, Case, Consent
from outreach.cases.theme import of_mention, theme_texts
from outreach.errors import DataError
from outreach.settings.campaign import ThemeSettings

ASK = Ask("a", "Human Rights Council", date(2027, 3, 1), (), {}, names=forum_of("Human Rights Council", {}, "en"))
CASE = Case(
    slug="river",
    title={"en": "The River", "fr": "Le Fleuve"},
    place={"en": "in Utopia", "fr": "en Utopie"},
    mention={"en": "the keepers of the River (Utopia)", "fr": "des gardiens du Fleuve (Utopie)"},
    state_concerned="BLR",
    people=(),
    organisations=(),
    dates=(),
    consent=Consent(),
    sources=(),
    embargo=None,
    story={},
)


def test_the_words_of_the_case_and_the_ask_are_written_out() -> None:
    theme = ThemeSettings(
        subject={"en": "the poisoning of {{ case.mention }}"},
        reminder={"en": "A name spoken {{ at_forum }} {{ when }}\n helps.", "fr": "Le cas {{ of_mention }}."},
    )

    english, french = (theme_texts(theme, CASE, ASK, language) for language in ("en", "fr"))

    assert english["subject"] == "the poisoning of the keepers of the River (Utopia)"
    assert english["reminder"] == "A name spoken at the Human Rights Council on 1 March 2027 helps."
    assert (french["subject"], french["reminder"]) == ("", "Le cas de gardiens du Fleuve (Utopie).")


def test_a_word_that_nobody_gave_is_no_gap_in_a_letter() -> None:
    theme = ThemeSettings(view={"en": "Spoken {{ at_forum }}."})
    nowhere = replace(ASK, names=forum_of({"fr": "le Forum"}, {}, "fr"))

    with pytest.raises(DataError, match=r"column theme.view.en: says '\{\{ at_forum \}\}', which nobody"):
        theme_texts(theme, CASE, nowhere, "en")


def test_a_word_that_there_is_not_is_named_with_its_key(campaign_folder: Path) -> None:
    with (campaign_folder / "outreach.toml").open("a", encoding="utf-8") as file:
        file.write('[theme]\nview.fr = "Nous voyons {{ mentoin }}."\ncard.en = "A {{ place }}\\u0007"\n')

    with pytest.raises(DataError) as caught:
        load_campaign(campaign_folder)

    assert [str(problem).partition("; a theme has")[0] for problem in caught.value.problems] == [
        "outreach.toml, column theme.view.fr: there is no word '{{ mentoin }}'; did you mean mention?",
        "outreach.toml, column theme.card.en: has the control character U+0007: delete it",
    ]


@pytest.mark.parametrize(
    ("mention", "language", "expected"),
    [
        ("the lawyer (Egypt)", "en", "of the lawyer (Egypt)"),
        ("l'avocat (Égypte)", "fr", "de l'avocat (Égypte)"),
        ("les membres (Chine)", "fr", "des membres (Chine)"),
        ("des avocats exilés", "fr", "d'avocats exilés"),
        ("cinq organisations", "fr", "de cinq organisations"),
        ("el abogado (Egipto)", "es", "del abogado (Egipto)"),
        ("abogados (Burundi)", "es", "de abogados (Burundi)"),
        ("", "fr", ""),
    ],
)
def test_a_mention_stands_after_of(mention: str, language: str, expected: str) -> None:
    assert of_mention(mention, language) == expected
