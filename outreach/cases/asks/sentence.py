"""The words that an ask's own sentence can use, such as {{ date }}, and the sentence written out; reads no files."""

import re
from collections.abc import Mapping

from outreach.cases.model import Ask
from outreach.grammar import at_place, of_state, ordinal, without_article, written_date, written_when
from outreach.language import grammar_of
from outreach.settings.words import NO_WORDS

WORDS = (
    "date",
    "until",
    "when",
    "session",
    "forum",
    "of_forum",
    "at_forum",
    "forum_short",
    "at_forum_short",
    "again",
)
AGAIN = {"en": "again", "fr": "de nouveau", "es": "de nuevo"}
# Templates name them ask.date; whoever copies that into the sentence means the same.
WORD = re.compile(r"(?:(?<![ \t])[ \t]+)?\{\{\s*(?:ask\.)?(.*?)\s*\}\}")
BLANK = "\ufffc"  # stands where a word will be, so that what is around it does not become one


def words_of(ask: Ask, language: str, *, again: bool = False) -> dict[str, str]:
    """Give each word in a language; empty where nobody gave it. {{ again }} says something only with `again`."""
    name, short = ask.names.names.get(language, ""), ask.names.short.get(language, "")
    short = short or name
    own = ask.words.get(language, NO_WORDS)
    return {
        "date": written_date(ask.date, language),
        "until": written_date(ask.until, language) if ask.until else "",
        "when": written_when(ask.date, ask.last_day, language, own.on, own.from_to),
        "session": ordinal(ask.session, language, before_noun=True) if ask.session else "",
        "forum": without_article(name, language),
        "of_forum": of_state(name, language) if name else "",
        "at_forum": at_place(name, language) if name else "",
        "forum_short": without_article(short, language),
        "at_forum_short": at_place(short, language) if short else "",
        "again": (own.again or AGAIN.get(grammar_of(language), "")) if again else "",
    }


def words_in(text: str) -> list[str]:
    """List what stands in {{ … }} in a sentence, known or not."""
    return [match[1] for match in WORD.finditer(text)]


def typed_part(text: str) -> str:
    """Give what somebody typed out: the sentence with its words in {{ … }} blanked."""
    return WORD.sub(f" {BLANK}", text)


def written(text: str, words: Mapping[str, str]) -> str:
    """Write a sentence out. A word that says nothing takes the space before it along."""

    def word(match: re.Match[str]) -> str:
        space = match[0][: len(match[0]) - len(match[0].lstrip(" \t"))]
        said = words.get(match[1], "")
        return f"{space}{said}" if said else ""

    return WORD.sub(word, text).strip()
