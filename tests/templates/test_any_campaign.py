"""The layouts as any campaign gets them: without a theme, without topics, with a record of its own kind."""

import re
from dataclasses import replace
from itertools import product

import pytest

from outreach.campaign import Campaign
from outreach.registry.model import Act, Instrument
from outreach.rendering.letters.record import raised_by_state
from outreach.settings.campaign import ThemeSettings
from tests.templates.conftest import LetterOf, letters_of

LANGUAGES = ("en", "fr", "es")
OURS = re.compile(r"repris|représ(?!ent)|represal", re.IGNORECASE)
PLAIN_ASK = {"en": "We ask for a word.", "fr": "Nous demandons un mot.", "es": "Pedimos una palabra."}


def of_its_own(campaign: Campaign, acts: tuple[Act, ...], instruments: tuple[Instrument, ...]) -> LetterOf:
    """Letters of a campaign without a theme, about what these acts are about."""
    settings = campaign.settings.model_copy(update={"theme": ThemeSettings()})
    registry = replace(campaign.registry, acts=acts, instruments={each.id: each for each in instruments})
    asks = {"hrc51": replace(campaign.asks["hrc51"], text=PLAIN_ASK, again={})}
    return letters_of(replace(campaign, settings=settings, registry=registry, asks=asks))


def one_line(text: str) -> str:
    return re.sub(r"[ \n]+", " ", text)


@pytest.mark.parametrize(("language", "round_"), list(product(LANGUAGES, ("reminder", "thanks"))))
def test_without_a_theme_no_layout_says_what_one_campaign_is_about(
    of_the_tests: Campaign, language: str, round_: str
) -> None:
    registry = of_the_tests.registry
    plain = tuple(replace(each, topic={}) for each in registry.instruments.values())
    letters = of_its_own(of_the_tests, registry.acts, plain)
    for state in ("NLD", "DEU", "GBR", "BGD"):
        letter = letters(state, "jiang", language, round_)
        text = one_line(letter.text).replace("#EndReprisals", "")  # who signs

        assert not OURS.search(f"{letter.subject} {text}")
        assert not re.search(r" [.,)]|\.\.|\. \.", text)
        assert {"en": "Jiang Tianyong (China)", "fr": "Jiang Tianyong (Chine)"}.get(
            language, "(China)"
        ) in letter.subject


# What is told of one record, whose lines are broken here as they are long.
TOLD = {
    "en": """co-sponsored General Assembly resolutions 76/1 and 77/1 on water, Human Rights Council decision 49/115 on
    rivers and Human Rights Council resolution 50/1 on water, led an initiative on rivers in 2020 and joined the joint
    statement on water at the 49th session of the Human Rights Council, the joint statement on rivers in the General
    Assembly in 2022 and an initiative on water in 2022.""",
    "fr": """s'est portée coauteur des résolutions 76/1 et 77/1 de l'Assemblée générale sur l'eau, de la décision 49/115
    du Conseil des droits de l'homme sur les fleuves et de la résolution 50/1 du Conseil des droits de l'homme sur
    l'eau, a porté une initiative sur les fleuves en 2020 et s'est associée à la déclaration commune sur l'eau à la
    49e session du Conseil des droits de l'homme, à la déclaration commune sur les fleuves à l'Assemblée générale en
    2022 et à une initiative sur l'eau en 2022.""",
    "es": """copatrocinó las resoluciones 76/1 y 77/1 de la Asamblea General sobre el agua, la decisión 49/115 del
    Consejo de Derechos Humanos sobre los ríos y la resolución 50/1 del Consejo de Derechos Humanos sobre el agua,
    encabezó una iniciativa sobre los ríos en 2020 y se sumó a la declaración conjunta sobre el agua en el 49.º período
    de sesiones del Consejo de Derechos Humanos, a la declaración conjunta sobre los ríos en la Asamblea General en 2022
    y a una iniciativa sobre el agua en 2022.""",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_of_another_theme_and_of_other_kinds_is_told(of_the_tests: Campaign, language: str) -> None:
    water = {"en": "on water", "fr": "sur l'eau", "es": "sobre el agua"}
    rivers = {"en": "on rivers", "fr": "sur les fleuves", "es": "sobre los ríos"}
    instruments = (
        Instrument("hrc50-1", "resolution", "Water", "A/HRC/RES/50/1", "2022-07-07", topic=water),
        Instrument("unga76-1", "resolution", "Water", "A/RES/76/1", "2021-12-01", topic=water),
        Instrument("unga77-1", "resolution", "Water", "A/RES/77/1", "2022-01-01", topic=water),
        Instrument("hrc49-115", "decision", "Rivers", "A/HRC/DEC/49/115", "2022-03-01", topic=rivers),
        Instrument("letter-2020", "open letter", "Rivers", "", "2020", topic=rivers),
        Instrument("hrc49-statement", "statement", "Water", "", "2022-03-02", topic=water),
        Instrument("unga76-statement", "joint statement", "Rivers, plenary", "", "2022-05-01", topic=rivers),
        Instrument("pledge", "pledge", "Water", "", "2022-06", topic=water),
    )
    done = {"co-sponsored": instruments[:4], "led": instruments[4:5], "joined": instruments[5:]}
    acts = tuple(Act("NOR", kind, each.id) for kind, those in done.items() for each in those)

    text = one_line(of_its_own(of_the_tests, acts, instruments)("NOR", "viasna", language).text)

    assert " ".join(TOLD[language].split()) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_state_without_a_record_is_told_nothing_of_one(of_the_tests: Campaign, language: str) -> None:
    letter = of_its_own(of_the_tests, (), ())("NOR", "viasna", language)
    paragraphs = [one_line(part) for part in letter.text.split("\n\n")]

    assert not raised_by_state(replace(of_the_tests.registry, acts=()))
    assert "Viasna" in paragraphs[3]
    assert re.match(r"Viasna (took part|a participé|participó)", paragraphs[5])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("round_", ["reminder", "thanks"])
def test_a_case_that_names_nobody_leaves_no_empty_list(of_the_tests: Campaign, language: str, round_: str) -> None:
    nobody = replace(of_the_tests.cases["viasna"], people=(), organisations=(), organisation_names=())
    letters = of_its_own(replace(of_the_tests, cases={**of_the_tests.cases, "viasna": nobody}), (), ())

    text = one_line(letters("NOR", "viasna", language, round_).text)

    assert not re.search(r"hope to hear|espérons entendre|esperamos oír|the names? matter|noms? compte|importa", text)
    assert not re.search(r" [.,)]|\.\.|  |: \.", text)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Your delegation raised the case of Otto Other at the 48th session of the Human Rights Council."),
        ("fr", "Votre délégation a évoqué le cas d'Otto Other à la 48e session du Conseil des droits de l'homme."),
        ("es", "Su delegación planteó el caso de Otto Other en el 48.º período de sesiones del Consejo"),
    ],
)
def test_what_a_state_raised_elsewhere_is_not_told_of_the_newest_occasion(
    of_the_tests: Campaign, language: str, sentence: str
) -> None:
    """One case at each of two sessions are not two cases at the second: nothing that is not on record is said."""
    sessions = ("hrc47-dialogue", "2021-07-01"), ("hrc48-dialogue", "2021-09-30")
    instruments = tuple(Instrument(id_, "dialogue", "Interactive dialogue", date=day) for id_, day in sessions)
    acts = tuple(
        Act("DEU", "raised", each.id, subject=name, date=each.date)
        for each, name in zip(instruments, ("Anna Other", "Otto Other"), strict=True)
    )
    letters = of_its_own(of_the_tests, acts, instruments)
    assert sentence in one_line(letters("DEU", "jiang", language).text)


@pytest.mark.parametrize(("language", "greeting"), [("fr", "Excellence,"), ("es", "Excelencia:")])
def test_a_nuncio_is_greeted_as_no_ambassador(of_the_tests: Campaign, language: str, greeting: str) -> None:
    registry = of_the_tests.registry
    missions = {**registry.missions, "VAT": replace(registry.missions["DEU"], state="VAT")}
    letters = letters_of(replace(of_the_tests, registry=replace(registry, missions=missions)))
    text = letters("VAT", "jiang", language).text
    assert greeting in text.splitlines()
    assert not re.search(r"Ambassad|Embajad", text)
