from dataclasses import replace
from datetime import date

import pytest

from outreach.cases.asks.forum import Forum
from outreach.cases.model import Ask, Case, Consent, Person
from outreach.errors import DataError
from outreach.registry.model import Act, Instrument, Mission, Registry
from outreach.registry.states import load_states
from outreach.rendering.letters.record import Window, instrument_words, is_name, records
from outreach.rendering.letters.words import letter_context, letter_language
from outreach.settings.load import load_settings
from outreach.settings.settings import Settings

SETTINGS = Settings()
INSTRUMENTS = {
    instrument.id: instrument
    for instrument in (
        Instrument("hrc36-21", "resolution", "R", "A/HRC/RES/36/21", "2017-09-29"),
        Instrument("hrc42-28", "resolution", "R", "A/HRC/RES/42/28", "2019"),
        Instrument("hrc54-24", "resolution", "R", "A/HRC/RES/54/24", "2023-10-12"),
        Instrument("reprisals-2022", "list", "L", "", "2022"),
        Instrument("unga76-statement", "joint statement", "S", "", "2021-10-14"),
        Instrument("hrc51-dialogue", "dialogue", "D", "", "2022-09-29"),
        Instrument("hrc54-dialogue", "dialogue", "D", "", "2023-09-28"),
        Instrument("sometime", "dialogue", "D"),
    )
}
ASK = Ask("hrc51", "dialogue", date(2022, 9, 29), (), {"en": "We ask.", "fr": "Nous demandons.", "es": "Pedimos."})


def case(slug, **changes):
    def words(text):
        return dict.fromkeys(("en", "fr", "es"), f"{text} {slug}")

    plain = Case(
        slug=slug,
        title=words("title"),
        place=words("in"),
        mention=words("those of"),
        state_concerned="BLR",
        people=(Person("A. Person", "lawyer"),),
        organisations=("The Archive",),
        dates=(),
        consent=Consent(letters=True, mentions=True),
        sources=(),
        embargo=None,
        story={},
    )
    return replace(plain, **changes)


def context(acts=(), code="DEU", language="en", cases=None, today=None, round_="first", **changes):
    registry = Registry(load_states(), {}, INSTRUMENTS, tuple(acts), ())
    cases = cases or {"archive": case("archive")}
    return letter_context(
        registry=registry,
        cases=cases,
        settings=SETTINGS,
        mission=Mission(code, "", (), language),
        case=cases["archive"],
        ask=replace(ASK, **changes),
        round=round_,
        language=language,
        today=today,
    )


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("DEU", "en", "Permanent Mission of the Federal Republic of Germany to the United Nations Office at Geneva"),
        (
            "DEU",
            "fr",
            "Mission permanente de la République fédérale d'Allemagne auprès de l'Office des Nations Unies à Genève",
        ),
        (
            "DEU",
            "es",
            "Misión Permanente de la República Federal de Alemania ante la Oficina de las Naciones Unidas en Ginebra",
        ),
        ("VAT", "en", "Permanent Observer Mission of the Holy See to the United Nations Office at Geneva"),
        (
            "PSE",
            "fr",
            "Mission permanente d'observation de l'État de Palestine auprès de l'Office des Nations Unies à Genève",
        ),
        (
            "VAT",
            "es",
            "Misión Permanente de Observación de la Santa Sede ante la Oficina de las Naciones Unidas en Ginebra",
        ),
    ],
)
def test_a_mission_is_called_by_its_full_title_in_the_language_of_the_letter(code, language, name):
    assert context(code=code, language=language).mission.name == name


@pytest.mark.parametrize(
    ("code", "language", "of"),
    [
        ("TUR", "fr", "de la République de Türkiye"),
        ("CIV", "fr", "de la République de Côte d'Ivoire"),
        ("CIV", "en", "of the Republic of Côte d'Ivoire"),
        ("CIV", "es", "de la República de Côte d'Ivoire"),
        ("SWZ", "fr", "du Royaume d'Eswatini"),
        ("BEL", "fr", "du Royaume de Belgique"),
        ("USA", "es", "de los Estados Unidos de América"),
    ],
)
def test_a_state_goes_by_its_formal_name(code, language, of):
    assert context(code=code, language=language).state.of == of


def test_ivory_coast_is_called_as_it_asks_to_be():
    assert context(code="CIV").state.name == "Côte d'Ivoire"


def test_the_record_ends_with_the_day_of_the_ask_and_names_each_instrument_once_oldest_first():
    acts = [
        Act("DEU", "co-sponsored", "hrc54-24"),  # 2023: after the ask
        Act("DEU", "co-sponsored", "reprisals-2022"),
        Act("DEU", "co-sponsored", "hrc42-28"),
        Act("DEU", "co-sponsored", "hrc36-21"),
        Act("DEU", "co-sponsored", "hrc36-21"),
        Act("FRA", "co-sponsored", "unga76-statement"),
        Act("DEU", "joined", "unga76-statement"),
    ]
    record = context(acts).record
    assert [words.id for words in record.co_sponsored] == ["hrc36-21", "hrc42-28", "reprisals-2022"]
    assert [words.id for words in record.joined] == ["unga76-statement"]
    assert record.led == ()


@pytest.mark.parametrize(
    ("when", "spoken"),
    [
        ("2021", True),
        ("2022", True),
        ("2022-09", True),
        ("2022-09-29", True),
        ("2022-09-30", False),
        ("2022-10", False),
        ("2023", False),
    ],
)
def test_dates_are_compared_at_the_precision_known(when, spoken):
    assert bool(context([Act("DEU", "joined", "sometime", date=when)]).record) is spoken


def test_an_act_nobody_can_date_is_left_unspoken():
    assert not context([Act("DEU", "joined", "sometime")]).record


def test_raised_speaks_of_this_very_case_only():
    acts = [
        Act("DEU", "raised", "hrc51-dialogue", case="clinic"),
        Act("DEU", "raised", "hrc51-dialogue", subject="someone"),
        Act("BEL", "raised", "hrc51-dialogue", case="archive"),
        Act("BEL", "raised", "hrc51-dialogue", case="archive"),
        Act("BEL", "raised", "hrc54-dialogue", case="archive"),
    ]
    assert context(acts).record.raised == ()
    assert [words.session for words in context(acts, code="BEL", date=date(2023, 1, 1)).record.raised] == [51]


def test_a_letter_never_thanks_for_what_it_asks() -> None:
    """The ask's own day is too late, so is its own session, and of a year nobody can say that it was before."""
    acts = [Act("BEL", "raised", "hrc51-dialogue", case="archive", date=day) for day in ("2022-09-29", "2022")]
    early = [Act("BEL", "raised", "hrc51-dialogue", case="archive", date="2022-09-12")]

    assert context(acts, code="BEL").record.raised == ()
    assert len(context(early, code="BEL").record.raised) == 1
    assert context(early, code="BEL", session=51, names=Forum(body="hrc")).record.raised == ()


@pytest.mark.parametrize(
    ("key", "body", "session", "number", "year"),
    [
        ("hrc36-21", "hrc", 36, "36/21", 2017),
        ("unga76-statement", "unga", 76, "", 2021),
        ("hrc51-dialogue", "hrc", 51, "", 2022),
        ("reprisals-2022", "", 0, "", 2022),
        ("sometime", "", 0, "", 0),
    ],
)
def test_an_instrument_says_body_session_number_and_year(key, body, session, number, year):
    words = instrument_words(INSTRUMENTS[key])
    assert (words.body, words.session, words.number, words.year) == (body, session, number, year)


def test_other_cases_are_those_whose_consent_covers_mentions_in_the_order_of_their_slugs():
    cases = {
        "clinic": case("clinic"),
        "archive": case("archive"),
        "silent": case("silent", consent=Consent(letters=True, posts=True)),
        "bakery": case("bakery"),
    }
    assert [other.slug for other in context(cases=cases).other_cases] == ["bakery", "clinic"]


@pytest.mark.parametrize("round_", ["first", "reminder", "thanks"])
@pytest.mark.parametrize("when", ["2021", "2022-09-12", "2025-09-24", ""])
def test_no_state_is_asked_for_a_word_on_a_case_that_it_raised_already(round_: str, when: str) -> None:
    """Not even one that it raised after the ask's day, or on a day nobody knows; another State still is."""
    cases = {slug: case(slug) for slug in ("archive", "bakery", "clinic")}
    acts = [Act("BEL", "raised", "sometime", case="clinic", date=when), Act("BEL", "joined", "sometime", case="bakery")]

    mentioned = {
        state: [other.slug for other in context(acts, code=state, cases=cases, round_=round_).other_cases]
        for state in ("BEL", "DEU")
    }

    assert mentioned == {"BEL": ["bakery"], "DEU": ["bakery", "clinic"]}


@pytest.mark.parametrize(("today", "mentioned"), [(None, False), (date(2022, 9, 1), False), (date(2022, 9, 2), True)])
def test_a_case_under_embargo_is_mentioned_only_when_it_is_known_to_be_over(today, mentioned):
    cases = {"archive": case("archive"), "clinic": case("clinic", embargo=date(2022, 9, 2))}
    assert bool(context(cases=cases, today=today).other_cases) is mentioned


def test_words_spread_over_several_lines_of_a_file_come_out_on_one():
    cases = {"archive": case("archive", title={"en": "The\n  Archive\n", "fr": "", "es": ""})}
    assert context(cases=cases).case.title == "The Archive"


def test_a_case_without_words_in_the_language_says_what_to_add():
    cases = {"archive": case("archive", title={"en": "The Archive"})}
    with pytest.raises(DataError, match=r"^cases/archive.md: no French words: add the title in French"):
        context(cases=cases, language="fr")


def test_an_ask_without_words_in_the_language_says_what_to_add():
    with pytest.raises(DataError, match=r"^outreach.toml: no Spanish words: add the text.es of the ask hrc51"):
        context(language="es", text={"en": "We ask."})


def test_two_missions_share_what_does_not_depend_on_them():
    registry = Registry(load_states(), {}, INSTRUMENTS, (), ())
    cases = {"archive": case("archive")}
    first, second = (
        letter_context(
            registry=registry,
            cases=cases,
            settings=SETTINGS,
            mission=Mission(code, "", (), "en"),
            case=cases["archive"],
            ask=ASK,
            round="first",
            language="en",
        )
        for code in ("DEU", "FRA")
    )
    assert first.ask is second.ask
    assert first.state != second.state


def test_a_letter_is_in_the_missions_language_if_the_campaign_writes_in_it(tmp_path):
    (tmp_path / "outreach.toml").write_text('[campaign]\nlanguages = ["fr", "en"]\n')
    settings = load_settings(tmp_path)
    assert letter_language(Mission("DEU", "", (), "en"), settings) == "en"
    assert letter_language(Mission("ESP", "", (), "es"), settings) == "fr"


def test_a_state_is_never_told_of_another_case_in_which_it_is_the_state_concerned() -> None:
    from outreach.campaign import load_campaign
    from tests.conftest import CAMPAIGN

    campaign = load_campaign(CAMPAIGN)
    for state, expected in (("FRA", 2), ("EGY", 1)):
        context = letter_context(
            registry=campaign.registry,
            cases=campaign.cases,
            settings=campaign.settings,
            mission=Mission(state, "", (), "en"),
            case=campaign.cases["beacon"],
            ask=campaign.asks["hrc51"],
            round="first",
            language="en",
        )
        assert len(context.other_cases) == expected


def test_thanks_name_what_was_raised_since_the_state_was_asked_though_the_asks_day_is_to_come() -> None:
    from outreach.campaign import load_campaign
    from tests.conftest import CAMPAIGN

    campaign = load_campaign(CAMPAIGN)
    later = replace(campaign.asks["hrc51"], date=date(2030, 1, 1))
    for asked_on, told in ((date(2025, 9, 24), ["hrc60-dialogue"]), (None, [])):
        context = letter_context(
            registry=campaign.registry,
            cases=campaign.cases,
            settings=campaign.settings,
            mission=campaign.registry.missions["LIE"],
            case=campaign.cases["beacon"],
            ask=later,
            round="thanks",
            language="en",
            raised_since=asked_on,
        )
        assert [instrument.id for instrument in context.record.raised] == told


def test_thanks_speak_of_what_came_after_the_asks_date_and_other_letters_do_not() -> None:
    from outreach.campaign import load_campaign
    from tests.conftest import CAMPAIGN

    campaign = load_campaign(CAMPAIGN)
    raised = {}
    for round_ in ("first", "thanks"):
        context = letter_context(
            registry=campaign.registry,
            cases=campaign.cases,
            settings=campaign.settings,
            mission=campaign.registry.missions["LIE"],
            case=campaign.cases["beacon"],
            ask=campaign.asks["hrc51"],
            round=round_,
            language="en",
        )
        raised[round_] = [instrument.id for instrument in context.record.raised]
    assert raised == {"first": [], "thanks": ["hrc51-dialogue", "hrc60-dialogue"]}


@pytest.mark.parametrize(
    ("with_", "words"),
    [
        ("BENELUX", "les autres pays du Benelux"),
        ("BENELUX (Luxembourg)", "les autres pays du Benelux"),
        ("Core", "les autres membres du groupe Core"),
        ("the Nordic-Baltic countries", "les pays nordiques et baltes"),
        ("Australia for Canada, Australia, New Zealand", "les pays du groupe CANZ"),
        ("Lima", "le groupe Lima"),
        ("others", ""),
    ],
)
def test_the_group_of_an_act_is_named_in_the_letters_language(with_: str, words: str) -> None:
    """Of Belgium: it is with the other members of its own groups, and with all of any other."""
    groups = {
        "CANZ": ("CAN", "AUS", "NZL"),
        "Lima": ("PER", "CHL"),
        "BENELUX": ("BEL", "NLD", "LUX"),
        "Core": ("BEL", "CHL"),
    }
    acts = (Act("BEL", "raised", "hrc51-dialogue", case="archive", date="2022-09-12", with_=with_),)
    registry = Registry(load_states(), {}, INSTRUMENTS, acts, (), groups)

    (raised,) = records(registry, ["archive"], Window(until=ASK.date), "fr")["BEL"].raised

    assert raised.group == words


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Abdulhadi Al-Khawaja", True),
        ("Vilma Núñez de Escorcia", True),
        ("Human Rights Center Viasna", True),
        ("Legal team of Jimmy Lai", False),
        ("Civil society in Nicaragua", False),
        ("Odhikar (Adilur Rahman Khan)", False),
        ("defenders", False),
        ("", False),
    ],
)
def test_only_names_are_named_since_descriptions_have_a_language(subject: str, *, name: bool) -> None:
    assert is_name(subject) is name


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("le personnel du Centre", "le personnel du Centre (Bélarus)"),
        ("le personnel du Centre (Bélarus)", "le personnel du Centre (Bélarus)"),
        ("le personnel du Centre (Belarus)", "le personnel du Centre (Belarus)"),  # as people type it: named once
    ],
)
def test_a_subject_names_the_state_concerned_once_in_whatever_language_somebody_typed_it(typed: str, said: str) -> None:
    mention = {"en": "the staff (Belarus)", "fr": typed, "es": "el personal"}
    assert context(language="fr", cases={"archive": case("archive", mention=mention)}).case.short == said
