"""What the campaign is about, in its own words ([theme] of outreach.toml), written out for a case; reads no files."""

from collections.abc import Iterator, Mapping

from outreach.cases.asks.sentence import WORDS as ASK_WORDS
from outreach.cases.asks.sentence import words_in, words_of, written
from outreach.cases.model import Ask, Case
from outreach.errors import DataError, Problem
from outreach.grammar import of_state
from outreach.settings.campaign import ThemeSettings
from outreach.settings.sections import FILE
from outreach.text import code_point, control_in, did_you_mean, shortened, unwrapped

OF_THE_CASE = ("mention", "of_mention", "title", "place")
WORDS = (*OF_THE_CASE, *(word for word in ASK_WORDS if word != "again"))
MAY_BE_BLANK = frozenset({"until", "session"})


def theme_problems(theme: ThemeSettings) -> list[Problem]:
    """List what is wrong with the texts of a theme: words in {{ … }} that there are not, control characters."""
    return [
        Problem(FILE, message, column=f"theme.{key}.{language}")
        for key, texts in theme.texts().items()
        for language, text in texts.items()
        for message in _faults(text)
    ]


def _faults(text: str) -> Iterator[str]:
    if control := control_in(text):
        yield f"has the control character {code_point(control)}: delete it"
    for word in words_in(text):
        if _plain(word) not in WORDS:
            known = ", ".join(WORDS)
            yield f"there is no word '{{{{ {shortened(word)} }}}}'{did_you_mean(word, WORDS)}; a theme has {known}"


def theme_texts(theme: ThemeSettings, case: Case, ask: Ask | None, language: str) -> dict[str, str]:
    """Give the texts of a theme in a language, by key, written out for a case; "" where nobody gave one.

    DataError where a text says a word that has nothing to say, such as the forum of an ask without a name.
    """
    texts = {key: unwrapped(by_language.get(language, "")) for key, by_language in theme.texts().items()}
    if not any(texts.values()):
        return texts
    words = _words(case, ask, language)
    return {key: _written(key, text, words, language) for key, text in texts.items()}


def of_mention(mention: str, language: str) -> str:
    """Put "of" before a mention: de l'avocat …, d'avocats … (from des avocats), del abogado …"""
    if language == "fr" and mention.startswith("des "):
        return of_state(mention.removeprefix("des "), language)
    return of_state(mention, language) if mention else ""


def _words(case: Case, ask: Ask | None, language: str) -> dict[str, str]:
    mention = unwrapped(case.mention.get(language, ""))
    of_the_case = {
        "mention": mention,
        "of_mention": of_mention(mention, language),
        "title": unwrapped(case.title.get(language, "")),
        "place": unwrapped(case.place.get(language, "")),
    }
    return {**(words_of(ask, language) if ask else {}), **of_the_case}


def _written(key: str, text: str, words: Mapping[str, str], language: str) -> str:
    said = {word: words.get(_plain(word), "") for word in words_in(text)}
    if silent := [word for word, value in said.items() if not value and word not in MAY_BE_BLANK]:
        message = f"says '{{{{ {silent[0]} }}}}', which nobody gave in '{language}'"
        raise DataError([Problem(FILE, message, column=f"theme.{key}.{language}")])
    return written(text, said)


def _plain(word: str) -> str:
    """Give a word as the ask's sentence knows it: case.mention, as templates write it, is mention."""
    return word.removeprefix("case.")
