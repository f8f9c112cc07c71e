"""The letter that gathers what people ask of a State: what it says, in which words, on one page."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaign import Campaign, load_campaign
from outreach.rendering.letters.digest import LINE, DigestFacts, Quote, choose_quotes, digest_context, written_number
from outreach.rendering.letters.letter import Letter, LetterWriter
from outreach.rendering.paper.printer import printer
from outreach.services.paper import letter_page

ROOT = Path(__file__).parents[3]
COUNTRIES = {"DEU": 400, "FRA": 300, "NOR": 90, "GBR": 33, "USA": 30, "NLD": 22, "ESP": 20, "KOR": 9, "AUT": 8}
WORDS = "Say their names aloud in the room where it is on record, so that nobody can claim not to know of them. " * 6


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(ROOT)


def facts(campaign: Campaign, slugs: Sequence[str], quotes: tuple[Quote, ...] = (), **changes: object) -> DigestFacts:
    by_case = {slug: 1204 - 17 * number for number, slug in enumerate(slugs)}
    known: dict[str, object] = {"number": 1204, "until": date(2022, 9, 20), "by_case": by_case}
    known |= {"countries": COUNTRIES, "number_of_countries": 34, "quotes": quotes}
    return DigestFacts(**(known | changes))  # type: ignore[arg-type]


def write(campaign: Campaign, state: str, language: str, slugs: Sequence[str], known: DigestFacts) -> Letter:
    context = digest_context(
        registry=campaign.registry,
        cases=campaign.cases,
        settings=campaign.settings,
        mission=campaign.registry.missions[state],
        asked=[campaign.cases[slug] for slug in slugs],
        ask=campaign.asks["hrc51"],
        facts=known,
        language=language,
        today=date(2022, 9, 21),
    )
    return LetterWriter(campaign.templates).write(context).with_reference("ABCDE-FGHIJ")


def flat(letter: Letter) -> str:
    return " ".join(letter.text.split()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        (
            "en",
            "HRC51, 29 Sept: request by 1,204 people to raise five cases",
            (
                (
                    "a request made through us by 1,204 people, counted up to 20 September 2022. Each of them "
                    "confirmed it by e-mail; we have checked nothing else about them. This is what they ask, and we "
                    "ask it with them."
                ),
                "Countries given by those who ask: 34 (Austria, France, Germany, ",
            ),
        ),
        (
            "fr",
            "CDH51, 29 sept. : demande de 1\u00a0204 personnes sur cinq cas",
            (
                (
                    "une demande que nous ont confiée 1 204 personnes, selon un décompte arrêté au 20 septembre 2022. "
                    "Chacune l'a confirmée par courriel ; nous n'avons rien vérifié d'autre à leur sujet. Voici cette"
                ),
                "Pays indiqués par les auteurs de la demande : 34 (Allemagne, ",
            ),
        ),
        (
            "es",
            "CDH51, 29 sept.: petición de 1204 personas sobre cinco casos",
            (
                (
                    "una petición que nos han confiado 1204 personas, según un recuento cerrado el 20 de septiembre de "
                    "2022. Cada una la confirmó por correo electrónico; no hemos comprobado nada más sobre ellas. Esta"
                ),
                "Países indicados por quienes formulan la petición: 34 (Alemania, ",
            ),
        ),
    ],
)
def test_it_says_how_many_people_ask_and_up_to_when_they_were_counted(campaign, language, subject, said):
    letter = write(campaign, "DEU", language, sorted(campaign.cases), facts(campaign, sorted(campaign.cases)))
    assert letter.subject == subject
    assert all(words in flat(letter) for words in said)
    assert len(subject) <= 60  # what a list of mails shows


def test_it_says_for_each_case_how_many_ask_for_it_where_not_everybody_asks_for_all(campaign):
    slugs = ["jiang", "viasna"]
    assert (
        "Each of them chose one or more of these cases; the names are those that we hope to hear: - Jiang Tianyong "
        "(China), 1,204 people - Viasna (Belarus), 1,187 people: Ales Bialiatski, Valiantsin Stefanovich,"
    ) in flat(write(campaign, "DEU", "en", slugs, facts(campaign, slugs)))
    one = facts(campaign, slugs, number=2, by_case={"jiang": 2, "viasna": 1})
    assert "- Viasna (Belarus), 1 person: Ales" in flat(write(campaign, "DEU", "en", slugs, one))
    assert "- Viasna (Bélarus), 1 personne : Ales" in flat(write(campaign, "FRA", "fr", slugs, one))
    assert "- Viasna (Belarús), 1 persona: Ales" in flat(write(campaign, "ESP", "es", slugs, one))
    alike = facts(campaign, slugs, by_case=dict.fromkeys(slugs, 1204))
    said = flat(write(campaign, "DEU", "en", slugs, alike))
    assert (
        "The request is for these cases; the names are those that we hope to hear: - Jiang Tianyong (China) -" in said
    )
    assert "chose" not in said


def test_a_later_one_counts_those_after_the_one_before(campaign):
    known = facts(campaign, ["viasna"], since=date(2022, 9, 12), by_case={"viasna": 1204})
    said = flat(write(campaign, "DEU", "en", ["viasna"], known))
    assert "a request made through us by 1,204 more people since our letter of 12 September 2022, counted up to" in said


def test_it_thanks_a_state_that_raised_one_of_the_cases(campaign):
    slugs = sorted(campaign.cases)
    assert "together with the other Benelux countries. We are grateful for that." in flat(
        write(campaign, "NLD", "en", slugs, facts(campaign, slugs))
    )
    assert "grateful" not in flat(write(campaign, "DEU", "en", slugs, facts(campaign, slugs)))


def test_countries_that_few_gave_are_counted_and_not_named(campaign):
    known = facts(campaign, ["viasna"], countries={}, number_of_countries=3)
    assert "Countries given by those who ask: 3. Your" in flat(write(campaign, "DEU", "en", ["viasna"], known))
    none = facts(campaign, ["viasna"], countries={}, number_of_countries=0)
    assert "Countries" not in flat(write(campaign, "DEU", "en", ["viasna"], none))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize(
    "words",
    ["Don't look away: speak! <b>now</b> *please* [x](https://a.example) & more", "Ne les oubliez pas !", "أفرجوا"],
)
def test_a_quote_stays_as_somebody_wrote_it_in_its_own_language(campaign, language, words):
    slugs = ["viasna"]
    letter = write(campaign, "DEU", language, slugs, facts(campaign, slugs, (Quote(1, words), Quote(2, "Yes."))))
    assert words in " ".join(letter.text.split())
    assert "<b>" not in letter.html
    assert 'a.example"' not in letter.html


def test_a_quote_is_one_line_without_controls(campaign):
    letter = write(
        campaign, "DEU", "en", ["viasna"], facts(campaign, ["viasna"], (Quote(1, "One\n\n# Two\u202e\x07 three"),))
    )
    assert "- “One # Two three”" in letter.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "a request made through us by one person, counted up to 20 September 2022. It was confirmed by e-mail; "
                "we have checked nothing else about who made it. This is the request, and we join in it.|"
                "Country given by those who ask: one.|One person added words of their own, quoted here without a name:|"
                "at most one a day"
            ),
        ),
        (
            "fr",
            (
                "une demande que nous a confiée une personne, selon|nous n'avons rien vérifié d'autre. Voici|"
                "Pays indiqué par les auteurs de la demande : un seul.|Une personne a joint à cette|une par jour"
            ),
        ),
        (
            "es",
            (
                "una petición que nos ha confiado una persona, según|no hemos comprobado nada más. Esta|"
                "País indicado por quienes formulan la petición: uno solo.|Una persona añadió a esta|una al día"
            ),
        ),
    ],
)
def test_one_person_is_one_person_in_each_language(campaign, language, said):
    known = facts(
        campaign, ["viasna"], (Quote(1, "Yes."),),
        number=1, by_case={"viasna": 1}, countries={}, number_of_countries=1, every_days=1,
    )  # fmt: skip
    letter = write(campaign, "DEU", language, ["viasna"], known)
    assert [words for words in said.split("|") if words not in flat(letter)] == []
    assert {"en": "one person", "fr": "d'une personne", "es": "una persona"}[language] in letter.subject


def test_the_first_letter_expresses_consideration_and_a_later_one_reiterates_it(campaign):
    slugs = ["viasna"]
    assert "ocasión para expresar a Vuestra" in flat(write(campaign, "ESP", "es", slugs, facts(campaign, slugs)))
    later = facts(campaign, slugs, since=date(2022, 9, 12))
    assert "ocasión para reiterar a Vuestra" in flat(write(campaign, "ESP", "es", slugs, later))


def test_quotes_in_the_letters_own_language_come_first_and_the_others_say_theirs(campaign):
    words = (
        "لا تنسوا المحامي!",
        "Danke!",
        "Ne les oubliez pas : qui le fera pour nous & vous ?",
        "They <b>told</b> the UN.",
    )
    quotes = tuple(Quote(number, each, "en") for number, each in enumerate(words))
    letter = write(campaign, "DEU", "en", ["viasna"], facts(campaign, ["viasna"], quotes))
    assert letter.text.index("They <b>told") < letter.text.index("لا تنسوا")
    assert '“<span lang="und-Arab" dir="rtl">لا تنسوا المحامي!</span>”' in letter.html
    assert '“<span lang="" dir="ltr">Danke!</span>”' in letter.html
    assert '“<span lang="fr" dir="ltr">Ne les oubliez pas : qui le fera pour nous &amp; vous ?</span>”' in letter.html
    assert "“They &lt;b&gt;told&lt;/b&gt; the UN.”" in letter.html
    french = write(campaign, "FRA", "fr", ["viasna"], facts(campaign, ["viasna"], quotes))
    assert french.text.index("Ne les oubliez") < french.text.index("They <b>told")
    assert '<span lang="en" dir="ltr">They &lt;b&gt;told&lt;/b&gt; the UN.</span>' in french.html
    assert 'lang="fr" dir' not in french.html


def test_who_wrote_cannot_be_taken_for_those_whom_the_letter_names(campaign):
    letter = write(campaign, "DEU", "en", ["viasna"], facts(campaign, ["viasna"], (Quote(1, "One."), Quote(2, "Two."))))
    assert "Some of those who made this request added words of their own" in flat(letter)
    assert "Some of them" not in flat(letter)


@pytest.mark.parametrize("length", [40, 100, 110, 150, 300, 600])
def test_it_has_one_page_however_long_its_quotes_are(campaign, length):
    slugs = sorted(campaign.cases)
    quotes = choose_quotes([Quote(number, WORDS[:length]) for number in range(15)], 12)
    assert quotes
    with printer("letter", campaign.settings.posts.font) as press:
        for language in ("en", "fr", "es"):
            for state in ("NLD", "BEL"):  # with the longest records
                letter = write(campaign, state, language, slugs, facts(campaign, slugs, quotes))
                pdf = press.pdf(letter_page(letter, campaign.settings))
                assert re.findall(rb"/Type/Pages/Count (\d+)", pdf) == [b"1"], (state, language)


@given(st.lists(st.tuples(st.integers(1, 600), st.sampled_from(["en", "fr", "es"])), max_size=40), st.integers(0, 12))
def test_quotes_are_few_enough_and_short_enough_and_do_not_depend_on_their_order(sizes, most):
    room = 900
    quotes = [Quote(number, "x" * size, language) for number, (size, language) in enumerate(sizes)]
    chosen = choose_quotes(quotes, most, room)
    assert len(chosen) <= most
    assert len({quote.voice for quote in chosen}) == len(chosen)
    assert sum(len(quote.words) + LINE for quote in chosen) <= room
    assert choose_quotes(reversed(quotes), most, room) == chosen
    left = room - sum(len(quote.words) + LINE for quote in chosen)
    unused = [quote for quote in quotes if quote not in chosen]
    assert len(chosen) == most or all(len(quote.words) + LINE > left for quote in unused)


def test_quotes_are_of_many_languages_where_there_are_many():
    many = [Quote(number, "Words of about a line and a half, as people write them. " * 2, "en") for number in range(9)]
    chosen = choose_quotes([*many, Quote(98, "Merci.", "fr"), Quote(99, "Gracias.", "es")], 3)
    assert {quote.language for quote in chosen} == {"en", "fr", "es"}


def test_numbers_are_grouped_as_each_language_does():
    assert [written_number(12040, each) for each in ("en", "fr", "es", "pt")] == [
        "12,040",
        "12\u00a0040",
        "12\u00a0040",
        "12.040",
    ]
