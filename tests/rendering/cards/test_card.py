"""What a card says is said in words too."""

import pytest

from outreach.rendering.cards.card import Card, NameCard, QuoteCard, ThanksCard, alt_text, marks

NAME = NameCard("Beacon", "In Belarus", ("Belarus", "29 September 2022"), "#Tag", "example.org")


@pytest.mark.parametrize(
    ("card", "read"),
    [
        (NAME, "A card that reads: Belarus, 29 September 2022. Beacon. In Belarus. #Tag example.org"),
        (NameCard("Raise it!", "Now."), "A card that reads: Raise it! Now."),
        (NameCard("Beacon", language="fr-CH"), "Carte portant ce texte : Beacon."),
        (NameCard("Beacon", language="es"), "Tarjeta con este texto: Beacon."),
        (NameCard("Маяк", language="ru"), "Маяк."),
        (QuoteCard("It is arbitrary.", "A Working Group"), "A card that reads: “It is arbitrary.” A Working Group."),
        (
            QuoteCard("C’est arbitraire.", "Un Groupe de travail", ("Beacon",), language="fr"),
            "Carte portant ce texte : Beacon. «\u00a0C’est arbitraire.\u00a0» Un Groupe de travail.",
        ),
        (
            ThanksCard(("Belgium", "Chile"), ("Beacon",), "#Tag"),
            "A card that reads: Beacon. Thank you: Belgium, Chile. #Tag",
        ),
        (ThanksCard(("Bélgica",), language="es"), "Tarjeta con este texto: Gracias: Bélgica."),
    ],
)
def test_the_alt_text_says_everything_that_the_picture_shows(card: Card, read: str) -> None:
    assert alt_text(card) == read


@pytest.mark.parametrize(("language", "pair"), [("en", "“”"), ("fr-CH", "«»"), ("de", "„“"), ("xx", "“”")])
def test_quotation_marks_are_those_of_the_language(language: str, pair: str) -> None:
    assert "".join(marks(language)) == pair


def test_in_a_language_without_words_of_thanks_there_are_none() -> None:
    assert ThanksCard(("Chile",), language="pt-BR").title == "Agradecemos"
    assert ThanksCard(("Chile",), language="mg").title == ""
