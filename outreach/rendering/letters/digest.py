"""The words of a digest, the letter that gathers what people ask of a State: pure; knows no voice and no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from outreach.cases.model import Ask, Case
from outreach.grammar import written_date
from outreach.language import grammar_of, locale_of
from outreach.registry.model import Mission, Registry
from outreach.registry.states import in_order
from outreach.rendering.letters.names import DIGEST
from outreach.rendering.letters.setting.markdown import literal
from outreach.rendering.letters.setting.quoting import language_of_words
from outreach.rendering.letters.words import letter_context, state_words
from outreach.rendering.templates.context import CaseVoicesWords, DigestWords, LetterContext
from outreach.settings.settings import Settings
from outreach.settings.words import NO_WORDS
from outreach.text import clean_line

FIVE_DIGITS = 10_000
ROOM = 640  # characters of quotes that leave the letter on one page; the longest that a form takes fits
LINE = 20  # what a quote takes beside its characters: its bullet, its marks, the end of its last line
IDEAL = 120  # characters of a quote with its LINE: a few sentences say more than many short cries
MOST_COUNTRIES = 10  # that are named


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote and agreed to have quoted, without a name: their words, and the language of their page."""

    voice: int
    words: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What is known of the people who ask, for one mission.

    `number` of them asks for one at least of the letter's cases, `by_case` says how many for each (slug → people). They
    were counted up to the day `until`; where `since` is given, only those after the digest of that day. `countries` are
    those that enough gave as theirs (alpha-3 → people), `number_of_countries` counts the others too.
    """

    number: int
    until: date
    by_case: Mapping[str, int]
    countries: Mapping[str, int]
    number_of_countries: int
    quotes: tuple[Quote, ...] = ()
    since: date | None = None
    every_days: int = 7


def digest_context(
    *,
    registry: Registry,
    cases: Mapping[str, Case],
    settings: Settings,
    mission: Mission,
    asked: Sequence[Case],
    ask: Ask,
    facts: DigestFacts,
    language: str,
    today: date,
) -> LetterContext:
    """Find the words of one digest, which asks for the cases `asked`; DataError as `letter_context` raises it."""
    first, *others = asked
    context = letter_context(
        registry=registry,
        cases=cases,
        settings=settings,
        mission=mission,
        case=first,
        others=tuple(others),
        ask=ask,
        round=DIGEST,
        language=language,
        today=today,
    )
    own = settings.words.get(language, NO_WORDS)
    names = [state_words(registry.states[code], language, own).name for code in _most_named(facts.countries)]
    alike = set(facts.by_case.values()) == {facts.number}
    quotes = sorted(facts.quotes, key=lambda quote: language_of_words(quote.words) != language)  # which is stable
    words = DigestWords(
        number=facts.number,
        people=written_number(facts.number, language),
        until=written_date(facts.until, language),
        since=written_date(facts.since, language) if facts.since else "",
        cases=tuple(
            CaseVoicesWords(
                case.short,
                "" if alike else written_number(facts.by_case.get(case.slug, 0), language),
                tuple(name for name in (*case.organisations, *case.people) if name not in case.short),
            )
            for case in context.cases
        ),
        countries=tuple(sorted(names, key=in_order)),
        number_of_countries=facts.number_of_countries,
        quotes=tuple(literal(clean_line(quote.words)) for quote in quotes),
        every_days=facts.every_days,
    )
    return replace(context, digest=words)


def written_number(number: int, language: str) -> str:
    """Write a number as a language groups its digits: 1,204; 1 204; 1204, in Spanish, which groups from five digits on.

    The space does not break. (RAE, Ortografía, 2010: numbers of four digits have none.)
    """
    grammar = grammar_of(language)
    if not grammar:
        from babel.numbers import format_decimal

        return str(format_decimal(number, locale=locale_of(language)))
    if grammar == "es" and number < FIVE_DIGITS:
        return f"{number}"
    return f"{number:,}".replace(",", "," if grammar == "en" else "\u00a0")


def choose_quotes(candidates: Iterable[Quote], most: int, room: int = ROOM) -> tuple[Quote, ...]:
    """Choose up to `most` quotes that together leave the letter on one page, of many languages where there are many.

    Those come first that are about as long as a sentence, or as each may be where there is room for more. The same
    quotes are chosen whatever the order they come in.
    """
    left = sorted(candidates, key=lambda quote: quote.voice)
    language = {quote.voice: language_of_words(quote.words) or quote.language for quote in left}
    ideal = ideal_length(most, room)
    chosen = list[Quote]()
    spoken = dict[str, int]()
    while left and len(chosen) < most:
        left = [quote for quote in left if len(quote.words) + LINE <= room]
        if not left:
            break
        best = min(
            left,
            key=lambda quote: (
                spoken.get(language[quote.voice], 0),
                abs(len(quote.words) + LINE - ideal),
                quote.voice,
            ),
        )
        left.remove(best)
        chosen.append(best)
        spoken[language[best.voice]] = spoken.get(language[best.voice], 0) + 1
        room -= len(best.words) + LINE
    return tuple(chosen)


def ideal_length(most: int, room: int = ROOM) -> float:
    """Say how many characters a quote has best, with its LINE, where at most so many are quoted."""
    return max(room / max(most, 1), IDEAL)


def _most_named(countries: Mapping[str, int]) -> list[str]:
    return sorted(countries, key=lambda code: (-countries[code], code))[:MOST_COUNTRIES]
