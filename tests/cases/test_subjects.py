"""What a subject says: session, day and request, in each language, for any forum and any case."""

from dataclasses import replace
from datetime import date

import pytest

from outreach.cases.asks.forum import forum_of
from outreach.cases.asks.sentence import occasion, request
from outreach.cases.model import Ask

PLAIN = Ask("a", "Human Rights Council", date(2022, 9, 29), (), {}, session=51, names=forum_of("HRC", {}, "en"))
THIRD = forum_of("Third Committee of the General Assembly", {}, "en")
OWN = forum_of({"en": "the River Forum", "fr": "le Forum du fleuve", "es": "el Foro del río"}, {}, "en")


@pytest.mark.parametrize(
    ("ask", "en", "fr", "es"),
    [
        (PLAIN, "HRC51, 29 Sept", "CDH51, 29 sept.", "CDH51, 29 sept."),
        (
            replace(PLAIN, date=date(2022, 5, 1), until=date(2022, 6, 3)),
            "HRC51, 1 May – 3 Jun", "CDH51, 1er mai – 3 juin", "CDH51, 1 mayo – 3 jun.",
        ),
        (
            replace(PLAIN, session=77, names=THIRD),
            "Third Committee, 77th session, 29 Sept",
            "Troisième Commission, 77e session, 29 sept.",
            "Tercera Comisión, 77.º período, 29 sept.",
        ),
        (
            replace(PLAIN, session=0, names=OWN),
            "River Forum, 29 Sept", "Forum du fleuve, 29 sept.", "Foro del río, 29 sept.",
        ),
        (
            replace(PLAIN, short={"en": "CND{{ session }}", "fr": "CS70", "es": "CE70"}),
            "CND51st, 29 Sept", "CS70, 29 sept.", "CE70, 29 sept.",
        ),
    ],
)  # fmt: skip
def test_where_and_when_are_short(ask: Ask, en: str, fr: str, es: str) -> None:
    found = [occasion(ask, language).replace("\u2009", " ").replace("\u00a0", " ") for language in ("en", "fr", "es")]

    assert found == [en, fr, es]


@pytest.mark.parametrize(
    ("language", "cases", "said"),
    [
        ("en", ["Viasna (Belarus)"], "please raise Viasna (Belarus)"),
        ("fr", ["Viasna (Bélarus)"], "prière d'évoquer Viasna (Bélarus)"),
        ("es", ["el Archivo (Belarús)"], "se ruega plantear el caso del Archivo (Belarús)"),
        ("es", ["A (B)", "C (D)"], "se ruega plantear los casos de A (B) y C (D)"),
        ("en", ["A", "B", "C"], "please raise three cases: A, B and C"),
        ("fr", ["A", "B", "C"], "prière d'évoquer trois cas\u00a0: A, B et C"),
        ("pt", ["A (B)"], "A (B)"),
        ("en", ["x" * 300], f"please raise {'x' * 300}"),
    ],
)
def test_a_request_names_its_cases(language: str, cases: list[str], said: str) -> None:
    assert request(PLAIN, language, cases) == said


def test_a_campaign_words_its_own_request() -> None:
    own = replace(PLAIN, request={"en": "please vote on {{ case }} {{ at_forum_short }}", "fr": "vote {{ of_case }}"})

    assert request(own, "en", ["L.3"]) == "please vote on L.3 at the HRC"
    assert request(own, "fr", ["des avocats (Burundi)"]) == "vote d'avocats (Burundi)"
