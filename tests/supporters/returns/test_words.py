"""The words of mails: found where somebody means them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.settings.settings import Settings
from outreach.supporters.returns.words import ByMail, Said, Wish, answers_are_read, by_mail, said_in, shown

JOIN, YES, NO, LEAVE = Wish.JOIN, Wish.YES, Wish.NO, Wish.LEAVE


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("wish", Wish)
def test_each_word_that_we_show_is_understood_in_its_language(wish: Wish, language: str) -> None:
    word = shown(wish, language)
    expected = Said(wish, "en" if (wish, language) == (NO, "es") else language)  # the same word
    assert said_in(word, "") == said_in("", word) == said_in("", f"Hello,\n\n{word.lower()}.\n\nNoor") == expected


@pytest.mark.parametrize(
    ("subject", "text", "wish"),
    [
        ("JOIN", "", JOIN),
        ("join!", "Thank you", JOIN),
        ("Re: Re: JOIN", "", JOIN),
        ("AW: Join", "\n\n", JOIN),
        ("", "*JOIN*", JOIN),
        ("a question", "“Join”", JOIN),
        ("Re: Was it you?", "Si", YES),
        ("Re: Was it you?", "YES\nsent from my phone", YES),
        ("Re: JOIN", "leave", LEAVE),
        ("Re: news", "Darme de baja", LEAVE),
        ("Re: news", "Me désinscrire.", LEAVE),
    ],
)
def test_a_word_is_found_in_what_people_write_around_it(subject: str, text: str, wish: Wish) -> None:
    said = said_in(subject, text)
    assert said
    assert said.wish is wish


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", ""),
        ("Fwd: JOIN", ""),
        ("Re: JOIN", "Please take me off this list."),
        (
            "Join",
            "Can you join our call tomorrow at five? We would like to talk about the campaign and the letters.",
        ),
        ("Join us", ""),
        ("JOIN?", ""),
        ("", "> JOIN"),
        ("", "| YES"),
        ("", "I want to join"),
        ("", "YES\nNO"),
        ("", "JOIN\nLEAVE"),
        ("", "Dear all,\n" * 10 + "JOIN"),
        ("yes", "no, it was not me"[:2] + "\nyes"),
    ],
)
def test_nobody_says_a_word_by_accident(subject: str, text: str) -> None:
    assert said_in(subject, text) is None


@given(st.text(), st.text())
def test_any_text_says_one_thing_or_nothing(subject: str, text: str) -> None:
    assert said_in(subject, text) in {None, *(Said(wish, code) for wish in Wish for code in ("en", "fr", "es"))}


def test_pages_and_mails_name_the_same_address_and_word() -> None:
    settings = Settings(_env_file=None, web={"by_mail": "join@example.org"})  # type: ignore[call-arg, arg-type]
    assert by_mail(settings, "fr-CH") == ByMail("join@example.org", "REJOINDRE")
    assert by_mail(settings, "de") == ByMail("join@example.org", "JOIN")
    assert by_mail(Settings(_env_file=None), "en") is None  # type: ignore[call-arg]
    assert not answers_are_read(settings)
