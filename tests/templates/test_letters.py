"""The repository's own letters: what an ambassador reads, for every State, case, language and round."""

import re
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from outreach.campaign import Campaign
from outreach.registry.model import Act
from outreach.rendering.letters.documents import reference_texts
from outreach.rendering.letters.sections import suggested_words
from outreach.rendering.letters.words import letter_context
from outreach.services.checks.length import advice_on_letters, advice_on_suggested_words
from tests.templates.conftest import RECORD_OF_2025, REFERENCE, LetterOf, letters_of

LANGUAGES = ("en", "fr", "es")
ROUNDS = ("first", "reminder", "thanks")
CASES = ("viasna", "burundi-lawyers", "jiang", "metwally", "venezuela-ngos")
EVERY_KIND = list(product(CASES, LANGUAGES, ROUNDS))
EVERY_FIRST = list(product(CASES, LANGUAGES))
NO_BREAK = "\u00a0"
SALUTATION = {
    "en": "Excellency,",
    "fr": "Madame l'Ambassadrice, Monsieur l'Ambassadeur,",
    "es": "Señora Embajadora, Señor Embajador:",
}
OPENING = {"en": "We have the honour to", "fr": "Nous avons l'honneur d", "es": "Tenemos el honor de"}
CLOSING = {
    "en": "Please accept, Excellency, the assurances of our highest consideration.",
    "fr": "Veuillez agréer, Madame l'Ambassadrice, Monsieur l'Ambassadeur, "
    "les assurances de notre très haute considération.",
    "es": "Hacemos propicia esta ocasión para reiterar a Vuestra Excelencia "
    "las seguridades de nuestra más alta y distinguida consideración.",
}
OUR_REFERENCE = {
    "en": "Our reference: ",
    "fr": f"Notre référence{NO_BREAK}: ",
    "es": "Nuestra referencia: ",
}
# Singular pronouns and the third person of a note verbale: a campaign signs, so "we" throughout.
OTHER_VOICES = {
    "en": r"\b(?:I|my|me)\b|presents its compliments|note verbale",
    "fr": r"\b(?:j'|je|mon|ma)\b|présente ses compliments|note verbale",
    "es": r"\b(?:yo|mi|tengo|quedo|hago)\b|saluda atentamente|nota verbal",
}
# A word of each case's paragraph that its other paragraphs do not say.
STORY = {
    "viasna": "Bialiatski",
    "burundi-lawyers": "2015",
    "jiang": "2017",
    "metwally": "2013",
    "venezuela-ngos": "Misión",
}
DAY_AFTER = date(2022, 9, 30)  # of the dialogue of 2022


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a letter, each on one line; no-break spaces stay."""
    return [re.sub(r"[ \n]+", " ", part).strip(" ") for part in text.strip("\n").split("\n\n")]


@pytest.mark.parametrize(("case", "language", "round_"), EVERY_KIND)
def test_no_letter_is_longer_or_shorter_than_is_read(campaign: Campaign, case: str, language: str, round_: str) -> None:
    """First letters have 150 to 300 words, reminders 80 to 150, for every State: nothing is advised."""
    missions = [each for each in campaign.registry.missions.values() if each.state != "BLR"]
    asked = campaign.asks["hrc51"]

    assert advice_on_letters(campaign, [campaign.cases[case]], asked, round_, missions, language) == ()


@pytest.mark.parametrize(("case", "language", "round_"), EVERY_KIND)
def test_a_letter_is_one_page_with_the_longest_record(
    letter_of: LetterOf, case: str, language: str, round_: str
) -> None:
    for state in ("NLD", "DEU", "DNK", "CHE"):
        text = letter_of(state, case, language, round_, record_until=RECORD_OF_2025).text

        assert len(text.split()) <= 420


@pytest.mark.parametrize(("case", "language", "round_"), EVERY_KIND)
@pytest.mark.parametrize("state", ["DEU", "PSE", "IDN"])
def test_a_letter_has_the_form_of_a_signed_diplomatic_letter(
    letter_of: LetterOf, state: str, case: str, language: str, round_: str
) -> None:
    letter = letter_of(state, case, language, round_)

    at_the_top, _, salutation, opening, *body, closing, signature, _, reference = paragraphs(letter.text)

    assert salutation == SALUTATION[language]
    assert opening.startswith(OPENING[language])
    again = CLOSING[language].replace("reiterar", "expresar") if round_ == "first" else CLOSING[language]
    assert closing == again  # who writes for the first time repeats nothing
    assert signature.endswith("campaign@example.org")
    assert at_the_top == reference == OUR_REFERENCE[language] + REFERENCE
    assert not re.search(OTHER_VOICES[language], " ".join([opening, *body]), re.IGNORECASE)
    assert letter.subject not in letter.text
    assert len(letter.subject) <= 95
    assert not re.search(r"\*\*|<ul|<ol|<img|<h[1-6]|\{[{%#]|\\", letter.html + letter.text)
    assert letter.html.count("<strong>") == (0 if round_ == "thanks" else 1)


@pytest.mark.parametrize(("case", "language"), EVERY_FIRST)
@pytest.mark.parametrize("round_", ["first", "reminder"])
def test_the_ask_comes_second_in_a_paragraph_of_its_own_and_in_bold(
    campaign: Campaign, letter_of: LetterOf, case: str, language: str, round_: str
) -> None:
    letter = letter_of("CHE", case, language, round_)
    ask = campaign.asks["hrc51"].text[language]
    *before, opening = paragraphs(letter.text)[: paragraphs(letter.text).index(ask)]

    assert opening.startswith(OPENING[language])
    assert before[-1] == SALUTATION[language]
    assert f"<strong>{ask}</strong>" in re.sub(r"\s", " ", letter.html.replace("\u2019", "'"))


@pytest.mark.parametrize(("case", "language"), EVERY_FIRST)
def test_a_subject_asks_within_its_first_60_characters(
    campaign: Campaign, letter_of: LetterOf, case: str, language: str
) -> None:
    subject = letter_of("CHE", case, language).subject
    when = {"en": "HRC51, 29 Sept: please raise ", "fr": "CDH51, 29 sept.\u00a0: prière d'évoquer ",
            "es": "CDH51, 29 sept.: se ruega plantear el caso de "}  # fmt: skip

    assert subject.startswith(when[language] + campaign.cases[case].short[language])
    assert len(when[language] + campaign.cases[case].short[language]) <= 70
    assert subject.endswith(")")


@pytest.mark.parametrize(("case", "language"), EVERY_FIRST)
def test_norm_record_case_document_and_words_follow_the_ask_in_this_order(
    campaign: Campaign, letter_of: LetterOf, case: str, language: str
) -> None:
    text = " ".join(paragraphs(letter_of("CAN", case, language).text))
    sentence, paragraph = suggested_words(campaign.cases[case], language)
    document = reference_texts(campaign.cases[case], language)[0]
    told = [{"en": "No one should", "fr": "Nul ne devrait", "es": "Nadie debería"}[language],
            {"en": "co-sponsored", "fr": "coauteur", "es": "copatrocinó"}[language], STORY[case], document,
            sentence.strip(".")]  # fmt: skip
    text = text[text.index(campaign.asks["hrc51"].text[language]) :]

    assert [text.find(part) for part in told] == sorted(text.find(part) for part in told)
    assert text.find(told[0]) > 0
    assert 5 < len(sentence.split()) <= 36
    assert paragraph
    assert paragraph not in text
    assert list(advice_on_suggested_words(campaign.cases[case])) == []


@pytest.mark.parametrize(("case", "language", "round_"), EVERY_KIND)
def test_every_person_under_reprisal_is_named(
    campaign: Campaign, letter_of: LetterOf, case: str, language: str, round_: str
) -> None:
    text = " ".join(paragraphs(letter_of("NOR", case, language, round_).text))

    for person in campaign.cases[case].people:
        assert person.name in text
    for organisation in campaign.cases[case].organisations:
        assert organisation in text


@pytest.mark.parametrize(("case", "language"), EVERY_FIRST)
def test_the_other_cases_are_named_in_one_sentence(
    campaign: Campaign, letter_of: LetterOf, case: str, language: str
) -> None:
    mentions = [other.short[language] for other in campaign.cases.values() if other.slug != case]

    named = [line for line in paragraphs(letter_of("NOR", case, language).text) if mentions[0] in line]

    assert len(named) == 1
    assert all(mention in named[0] for mention in mentions)
    assert named[0].endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("round_", ["first", "thanks"])
def test_a_single_other_case_is_one_case_and_none_is_no_sentence(
    campaign: Campaign, letter_of: LetterOf, language: str, round_: str
) -> None:
    several = {"en": "other cases", "fr": "autres cas", "es": "otros casos"}[language]
    single = {"en": "other case", "fr": "autre cas", "es": "otro caso"}[language]

    one = " ".join(paragraphs(letter_of("NOR", "viasna", language, round_, cases=("viasna", "jiang")).text))
    none = " ".join(paragraphs(letter_of("NOR", "viasna", language, round_, cases=("viasna",)).text))

    assert single in one
    assert several not in one
    assert several not in none
    assert single not in none


@pytest.mark.parametrize(
    ("state", "case", "language", "sentence"),
    [
        (
            "DEU",
            "viasna",
            "en",
            (
                "Your delegation co-sponsored Human Rights Council resolution 36/21 on cooperation with the United "
                "Nations, joined the joint statement on reprisals in the Third Committee of the General Assembly in "
                "2021 and raised this case at the 51st session of the Human Rights Council."
            ),
        ),
        (
            "PSE",
            "viasna",
            "en",
            "Your delegation co-sponsored resolutions on reprisals at the United Nations.",
        ),
        (
            "GBR",
            "viasna",
            "en",
            (
                "and led the joint statements on reprisals in the Third Committee of the General Assembly "
                "in 2019, 2020 and 2021."
            ),
        ),
        (
            "IDN",
            "viasna",
            "en",
            "The safety of those who inform the United Nations concerns every State.",
        ),
        (
            "LUX",
            "jiang",
            "fr",
            (
                "Votre délégation s'est portée coauteur de la résolution 36/21 du Conseil des droits de l'homme "
                "sur la coopération avec les Nations Unies, s'est associée à la déclaration commune sur les "
                "représailles à la Troisième Commission de l'Assemblée générale en 2021 et a évoqué ce cas "
                "à la 51e session du Conseil des droits de l'homme, avec les autres pays du Benelux."
            ),
        ),
        (
            "ARG",
            "jiang",
            "es",
            (
                "Su delegación copatrocinó la resolución 36/21 del Consejo de Derechos Humanos "
                "sobre la cooperación con las Naciones Unidas y se sumó a la declaración conjunta sobre las "
                "represalias en la Tercera Comisión de la Asamblea General en 2021."
            ),
        ),
        (
            "NLD",
            "viasna",
            "es",
            (
                "y planteó este caso en el 51.er período de sesiones del Consejo de Derechos Humanos, "
                "junto con los demás países del Benelux."
            ),
        ),
    ],
)
def test_the_record_is_one_sentence_that_says_what_is_known(
    letter_by_record: LetterOf, state: str, case: str, language: str, sentence: str
) -> None:
    letter = letter_by_record(state, case, language, record_until=DAY_AFTER)

    assert sentence in " ".join(paragraphs(letter.text))


CLAIMS = {
    "co-sponsored": {"en": "co-sponsored", "fr": "coauteur", "es": "copatrocinó"},
    "led": {"en": " led the", "fr": " porté l", "es": " encabezó"},
    "raised": {"en": "raised this case", "fr": "a évoqué ce cas", "es": "planteó este caso"},
}


@pytest.mark.parametrize(("case", "language"), EVERY_FIRST)
@pytest.mark.parametrize("kind", CLAIMS)
def test_no_state_is_said_to_have_done_what_its_record_does_not_have(
    campaign: Campaign, letter_of: LetterOf, case: str, language: str, kind: str
) -> None:
    def did(act: Act) -> bool:
        when = act.date or campaign.registry.instruments[act.instrument].date
        return act.kind == kind and when < "2022-09-29" and (kind != "raised" or act.case == case)

    said = {
        state
        for state in campaign.registry.missions
        if CLAIMS[kind][language] in " ".join(paragraphs(letter_of(state, case, language).text))
    }

    assert said == {act.state for act in campaign.registry.acts if did(act)} & campaign.registry.missions.keys()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            (
                "for having raised the case of the members of the Human Rights Center ‘Viasna’ (Belarus) at the 51st, "
                "54th and 60th sessions of the Human Rights Council and in the Third Committee of the General Assembly "
                "in 2024 and 2025, each time together with the other Benelux countries."
            ),
        ),
        (
            "fr",
            (
                "d'avoir évoqué, aux 51e, 54e et 60e sessions du Conseil des droits de l'homme et à la Troisième "
                "Commission de l'Assemblée générale en 2024 et 2025, à chaque fois avec les autres pays du Benelux, "
                "les représailles visant les membres"
            ),
        ),
        (
            "es",
            (
                "que hayan planteado, en los períodos de sesiones 51.º, 54.º y 60.º del Consejo de Derechos Humanos y "
                "en la Tercera Comisión de la Asamblea General en 2024 y 2025, siempre junto con los demás países del "
                "Benelux, el caso de las represalias contra los"
            ),
        ),
    ],
)
def test_thanks_say_wherever_the_state_raised_the_case(
    letter_by_record: LetterOf, language: str, sentence: str
) -> None:
    letter = letter_by_record("NLD", "viasna", language, "thanks")

    assert sentence in " ".join(paragraphs(letter.text))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "54th session of the Human Rights Council and, together with the other Benelux countries, at the 51st and",
        ),
        ("fr", "54e session du Conseil des droits de l'homme et, avec les autres pays du Benelux, aux 51e et 60e"),
        (
            "es",
            "54.º período de sesiones del Consejo de Derechos Humanos y, junto con los demás países del Benelux, en",
        ),
    ],
)
def test_thanks_tell_what_a_state_said_alone_from_what_it_said_with_others(
    of_the_tests: Campaign, language: str, sentence: str
) -> None:
    registry = of_the_tests.registry
    acts = tuple(replace(act, with_="") if act.instrument == "hrc54-dialogue" else act for act in registry.acts)
    letters = letters_of(replace(of_the_tests, registry=replace(registry, acts=acts)))

    assert sentence in " ".join(paragraphs(letters("NLD", "viasna", language, "thanks").text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_thanks_to_a_state_that_raised_nothing_claim_nothing(letter_by_record: LetterOf, language: str) -> None:
    text = " ".join(paragraphs(letter_by_record("ALB", "viasna", language, "thanks").text))

    assert not re.search(r"having raised|d'avoir évoqué|hayan planteado|36/21|2021", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_invents_no_date_for_the_earlier_letter(letter_of: LetterOf, language: str) -> None:
    opening = paragraphs(letter_of("CHE", "jiang", language, "reminder").text)[3]

    assert not re.search(r"\d", opening)


@pytest.mark.parametrize(
    ("state", "language", "lines"),
    [
        ("DEU", "en", ("H.E. the Permanent Representative", "Permanent Mission of the Federal Republic of Germany")),
        ("PSE", "en", ("H.E. the Permanent Observer", "Permanent Observer Mission of the State of Palestine")),
        ("NLD", "fr", ("Madame la Représentante permanente", "Mission permanente du Royaume des Pays-Bas")),
        ("USA", "fr", ("Monsieur le Représentant permanent", "Mission permanente des États-Unis d'Amérique")),
        ("PSE", "fr", ("Madame l'Observatrice permanente", "de l'État de Palestine")),
        ("CHE", "fr", ("Madame la Représentante permanente", "Mission permanente de la Confédération suisse")),
        ("ARG", "es", ("Representante Permanente", "Misión Permanente de la República Argentina")),
        ("TUR", "es", ("Representante Permanente", "Misión Permanente de la República de Türkiye")),
        ("PSE", "es", ("Observadora Permanente", "del Estado de Palestina")),
    ],
)
def test_the_address_names_an_office_and_no_person(
    letter_of: LetterOf, state: str, language: str, lines: tuple[str, ...]
) -> None:
    address = paragraphs(letter_of(state, "viasna", language).text)[1]

    assert all(line in address for line in lines)


@pytest.mark.parametrize(("case", "round_"), list(product(CASES, ROUNDS)))
def test_french_has_no_break_spaces_where_french_has_them(letter_of: LetterOf, case: str, round_: str) -> None:
    """U+00A0 before ; : ? ! and inside « »: a line never begins with a sign."""
    letter = letter_of("FRA", case, "fr", round_)
    text = f"{letter.subject}\n{letter.text}"

    assert not re.search(r"(?<!\u00a0)[;:?!»](?!/)", text)
    assert not re.search(r"«(?!\u00a0)", text)
    assert text.count("«") == text.count("»")


@pytest.mark.parametrize(("case", "language", "round_"), EVERY_KIND)
def test_no_word_is_doubled_and_no_sign_stands_alone(
    letter_of: LetterOf, case: str, language: str, round_: str
) -> None:
    for state in ("DEU", "NLD", "IDN", "PSE", "GBR"):
        for line in paragraphs(letter_of(state, case, language, round_).text)[:-3]:
            assert not re.search(r"\b(\w+) \1\b", line), line
            assert not re.search(r" [.,)]|\( |\.\.|,\.|  ", line), line


@pytest.mark.parametrize(
    ("language", "wrong"),
    [("fr", r"\b(?:de les|de le|à les|à le|de l' |si il|que il|de un)\b"), ("es", r"\b(?:de el|a el|y i[^e]\w*)\b")],
)
@pytest.mark.parametrize("round_", ROUNDS)
def test_articles_are_drawn_together(
    campaign: Campaign, letter_of: LetterOf, language: str, wrong: str, round_: str
) -> None:
    for state, case in product(campaign.registry.missions, CASES):
        for line in paragraphs(letter_of(state, case, language, round_).text):
            assert not re.search(wrong, line), line


# Facts as the campaign page spells them: each language must carry all of them.
FACTS = {
    "viasna": ("Ales Bialiatski", "Valiantsin Stefanovich", "Uladzimir Labkovich", "Marfa Rabkova",
               "Leanid Sudalenka", "Tatsiana Lasitsa", "Andrei Chapiuk", "2020", "2021"),
    "burundi-lawyers": ("Armel Niyongere", "Dieudonné Bashirahishize", "Vital Nshimirimana", "Lambert Nigarura",
                        "2015", "2016", "2021"),
    "jiang": ("Jiang Tianyong", "Luoshan", "2016", "2017", "2022"),
    "metwally": ("Ibrahim Metwally Hegazy", "2013", "2017", "2019"),
    "venezuela-ngos": ("COFAVIC", "OVCS", "CEPAZ", "Control Ciudadano", "Espacio Público", "Rocío San Miguel",
                       "Carlos Correa", "Misión Verdad", "2019", "2020"),
}  # fmt: skip


@pytest.mark.parametrize(("case", "language"), EVERY_FIRST)
def test_the_first_letter_tells_the_facts_in_every_language(letter_of: LetterOf, case: str, language: str) -> None:
    text = " ".join(paragraphs(letter_of("NOR", case, language).text))

    assert [fact for fact in FACTS[case] if fact not in text] == []


def test_a_first_letter_never_thanks_for_the_session_that_it_asks_about(
    campaign: Campaign, letter_of: LetterOf
) -> None:
    """The record has what was said at HRC51: a letter that asks for it knows nothing of it."""
    for state, language in product(("BEL", "DEU", "DNK", "LIE", "LUX", "NLD"), LANGUAGES):
        _, _, _, _, _, *after_the_ask = paragraphs(letter_of(state, "viasna", language).with_reference("").text)

        assert after_the_ask
        assert "51" not in " ".join(after_the_ask[:-1])


@pytest.mark.parametrize(
    ("state", "case", "until", "language", "sentence"),
    [
        ("DNK", "jiang", DAY_AFTER, "en",
         "It also raised the case of Abdulhadi Al-Khawaja at the 51st session of the Council."),
        ("DNK", "jiang", DAY_AFTER, "fr",
         "Elle a aussi évoqué le cas d'Abdulhadi Al-Khawaja à la 51e session du Conseil."),
        ("DNK", "jiang", DAY_AFTER, "es",
         "También planteó el caso de Abdulhadi Al-Khawaja en el 51.er período de sesiones del Consejo."),
        ("LUX", "jiang", None, "en",
         ("It also raised the case of Mohamed El Baqer, among others, at the 45th session of the Council, together "
          "with the other Benelux countries.")),
        ("LUX", "metwally", None, "fr",
         ("a évoqué ce cas à la 45e session du Conseil des droits de l'homme, avec les autres pays du Benelux. "
          "Après la")),
        ("LUX", "metwally", None, "es",
         "45.º período de sesiones del Consejo de Derechos Humanos, junto con los demás países del Benelux. Tras"),
    ],
)  # fmt: skip
def test_other_cases_that_a_state_raised_are_told_with_session_and_group(
    letter_of: LetterOf, state: str, case: str, until: date | None, language: str, sentence: str
) -> None:
    letter = letter_of(state, case, language, record_until=until)

    assert sentence in " ".join(paragraphs(letter.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_state_that_raised_the_case_before_is_asked_to_do_so_again(letter_of: LetterOf, language: str) -> None:
    again = {"en": "raise this case again", "fr": "d'évoquer de nouveau ce cas", "es": "plantee de nuevo este caso"}
    already = {"en": "already met", "fr": "déjà donné suite", "es": "ya ha atendido"}
    before, never = letter_of("LUX", "metwally", language), letter_of("GBR", "metwally", language)

    assert again[language] in " ".join(paragraphs(before.text))
    assert again[language] not in " ".join(paragraphs(never.text))
    assert already[language] not in " ".join(paragraphs(before.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ask_that_does_not_say_again_itself_is_followed_by_it(
    campaign: Campaign, letter_of: LetterOf, language: str
) -> None:
    again = {"en": "we ask it to do so again", "fr": "de le faire de nouveau", "es": "que lo haga de nuevo"}[language]
    plain = replace(campaign.asks["hrc51"], again={})
    letters = letters_of(replace(campaign, asks={"hrc51": plain}))

    assert again in " ".join(paragraphs(letters("LUX", "metwally", language).text))
    assert again not in " ".join(paragraphs(letters("GBR", "metwally", language).text))
    assert again not in " ".join(paragraphs(letter_of("LUX", "metwally", language).text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_case_of_the_campaign_is_named_by_the_record(letter_of: LetterOf, language: str) -> None:
    """Luxembourg raised the Burundian lawyers too: whether a letter may name them is decided by their consent."""
    text = letter_of("LUX", "metwally", language, cases=("metwally",)).text

    assert "Niyongere" not in text
    assert "Burundi" not in text


def test_thanks_count_from_the_day_a_state_was_asked(campaign: Campaign) -> None:
    later = replace(campaign.asks["hrc51"], date=date(2027, 9, 1), session=0)
    context = letter_context(
        registry=campaign.registry,
        cases=campaign.cases,
        settings=campaign.settings,
        mission=campaign.registry.missions["NLD"],
        case=campaign.cases["viasna"],
        ask=later,
        round="thanks",
        language="en",
        raised_since=date(2025, 1, 1),
    )

    assert [occasion.year for occasion in context.record.raised] == [2025, 2025]
