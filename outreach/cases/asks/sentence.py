"""The words that an ask's own sentence can use, such as {{ date }}, and the sentence written out; reads no files."""

import re
from collections.abc import Mapping, Sequence

from outreach.cases.model import Ask
from outreach.grammar import (
    at_place,
    join_words,
    of_state,
    ordinal,
    short_when,
    spelt,
    without_article,
    written_date,
    written_when,
)
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
# What a request, as a subject says it, can use beside these.
REQUEST_WORDS = ("case", "of_case")
# "please raise Viasna (Belarus)": of one case, of two, and of more, whose number {number} is.
REQUESTS = {
    "en": ("please raise {case}", "please raise {case}", "please raise {number} cases: {case}"),
    "fr": ("prière d'évoquer {case}", "prière d'évoquer {case}", "prière d'évoquer {number} cas\u00a0: {case}"),
    "es": (
        "se ruega plantear el caso {of_case}",
        "se ruega plantear los casos {of_case}",
        "se ruega plantear {number} casos: {case}",
    ),
}
SESSION = {"en": "{forum}, {session} session", "fr": "{forum}, {session} session", "es": "{forum}, {session} período"}
ACRONYM = re.compile(r"[^\W\d_a-z]{2,10}")
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


def occasion(ask: Ask, language: str) -> str:
    """Say where and when as a subject begins: HRC51, 29 Sept; the campaign's own word, the acronym, or the name."""
    forum = written(ask.short.get(language, ""), words_of(ask, language)) or _forum_with_session(ask, language)
    when = short_when(ask.date, ask.last_day, language)
    return f"{forum}, {when}" if forum else when


def request(ask: Ask, language: str, cases: Sequence[str]) -> str:
    """Say what is asked of these cases, each as a subject calls it; their names alone in a language without words."""
    named = join_words(cases, language)
    words = {"case": named, "of_case": of_several(cases, language)}
    if own := ask.request.get(language, ""):
        return written(own, {**words_of(ask, language), **words})
    usual = REQUESTS.get(grammar_of(language))
    if not usual or not cases:
        return named
    return usual[min(len(cases), 3) - 1].format(number=spelt(len(cases), language), **words)


def of_several(names: Sequence[str], language: str) -> str:
    """Put "of" before the first of several names, drawn together with its article: del abogado A, B y C."""
    joined = join_words(names, language)
    if grammar_of(language) == "fr" and joined.startswith("des "):
        return of_state(joined.removeprefix("des "), language)
    return of_state(joined, language) if joined else ""


def _forum_with_session(ask: Ask, language: str) -> str:
    words = words_of(ask, language)
    forum = words["forum_short"] or ask.forum
    if not ask.session:
        return forum
    if ACRONYM.fullmatch(forum):
        return f"{forum}{ask.session}"
    pattern = SESSION.get(grammar_of(language), "{forum}")
    return pattern.format(forum=forum, session=ordinal(ask.session, language, before_noun=True))


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
