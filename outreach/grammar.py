"""Articles, ordinals, dates and lists in English, French and Spanish; dates and lists in every language.

Of other languages no grammar is guessed: a name stands as it is, a number is a number, and what dates, lists and
lengths of time look like is Unicode's word (CLDR, by Babel). Knows nothing about letters or files.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from outreach.language import grammar_of, locale_of

# A mute h elides (d'Haïti); an aspirated one does not (de Hongrie). Short names only: formal ones bring their article.
ASPIRATED = ("hongrie", "hollande", "honduras", "hong kong", "haut")
FRENCH = (("les ", "des "), ("le ", "du "), ("la ", "de la "), ("l'", "de l'"))
FRENCH_AT = (("les ", "aux "), ("le ", "au "), ("la ", "à la "), ("l'", "à l'"))
SPANISH = (("el ", "del "), ("la ", "de la "), ("los ", "de los "), ("las ", "de las "))
I_SOUND = re.compile(r"(?:h?i(?!e)|h?í|y(?![aeiouáéíóú]))", re.IGNORECASE)
ON = {"en": "on", "fr": "le", "es": "el"}
FROM = {"en": ("from", "to"), "fr": ("du", "au"), "es": ("del", "al")}
# As CLDR has them; tests compare. To ask Babel for them alone takes some megabytes, and as long as many a command.
MONTH_NAMES = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
SHORT_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
}
BETWEEN_MONTHS = {"en": " ", "fr": " ", "es": " de "}
ARTICLES = {"en": ("the ",), "fr": ("les ", "le ", "la ", "l'"), "es": ("el ", "la ", "los ", "las ")}
# How French and Spanish nouns end that are mostly feminine: enough for the names of bodies, meetings and offices.
FEMININE = {
    "fr": re.compile(r"\w*(?:[st]ion|ence|ance|ée|ure|semaine|troisième|deuxième|première)\b", re.IGNORECASE),
    "es": re.compile(r"\w*(?:[cs]ión|dad|a)\b", re.IGNORECASE),
}
# Spanish shortens a month with a full stop, which Unicode leaves out, and May not at all.
SPANISH_MONTH = re.compile(r"\b(?:ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic)\b")
SPANISH_WHOLE = {"may": "mayo"}
FIRST_OF_MONTH = re.compile(r"\b1(?= |\u00a0|\u2013)")
YEARS = {
    "en": ("less than a year", "one year", "years"),
    "fr": ("moins d'un an", "un an", "ans"),
    "es": ("menos de un año", "un año", "años"),
}
MONTHS = {
    "en": ("less than a month", "one month", "months"),
    "fr": ("moins d'un mois", "un mois", "mois"),
    "es": ("menos de un mes", "un mes", "meses"),
}
NUMBERS = {  # from two on, before a noun
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte",
}
AND = {"en": "and", "fr": "et", "es": "y"}


def of_state(name: str, language: str) -> str:
    """Put "of" before the name, which may begin with its article: la République … → de la République …

    In a language whose grammar is not known here: the name alone.
    """
    grammar = grammar_of(language)
    if grammar == "fr":
        return _contracted(name, FRENCH) or _elided(name)
    if grammar == "es":
        return _contracted(name, SPANISH) or f"de {name}"
    return f"of {name}" if grammar else name


def with_article(name: str, language: str) -> str:
    """Give a name with its article: the Human Rights Council, le Conseil …, el Consejo …

    One that has its article keeps it. Without one, French and Spanish take it from how the first word ends, which is
    right for most bodies and meetings; whoever wants to be sure writes it.
    """
    grammar = grammar_of(language)
    if not grammar:
        return name
    name = name.replace("\u2019", "'")
    begins = name.casefold()
    if article := next((known for known in ARTICLES[grammar] if begins.startswith(known)), ""):
        return article + name[len(article) :]
    if grammar == "en":
        return f"the {name}"
    if grammar == "fr" and _elided(name).startswith("d'"):
        return f"l'{name}"
    feminine = FEMININE[grammar].match(name) is not None
    return f"{'la' if feminine else ARTICLES[grammar][1 if grammar == 'fr' else 0].strip()} {name}"


def without_article(name: str, language: str) -> str:
    """Give a name that begins with its article without it."""
    article = next((known for known in ARTICLES.get(grammar_of(language), ()) if name.startswith(known)), "")
    return name[len(article) :]


def at_place(name: str, language: str) -> str:
    """Put "at" before a name with its article: at the Human Rights Council, au Conseil …, en el Consejo …"""
    grammar = grammar_of(language)
    if grammar == "fr":
        return _contracted(name, FRENCH_AT) or f"à {name}"
    return f"{'en' if grammar == 'es' else 'at'} {name}" if grammar else name


def ordinal(number: int, language: str, *, before_noun: bool = False) -> str:
    """Write an ordinal: 51 → 51st, 51e, 51.º; French has the feminine 1re, since what letters count is sessions.

    Spanish shortens primero and tercero before a masculine noun: 51.er período, 53.er período; but los períodos 51.º y
    53.º, and 11.º período, which is undécimo (Diccionario panhispánico de dudas, "ordinales"). In a language whose
    grammar is not known here: the number.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"ordinal counts whole numbers, not {type(number).__name__}")
    grammar = grammar_of(language)
    if grammar == "fr":
        return "1re" if number == 1 else f"{number}e"
    if grammar == "es":
        short = before_noun and abs(number) % 10 in (1, 3) and abs(number) % 100 != 11
        return f"{number}.er" if short else f"{number}.º"
    return f"{number}{_english_ending(abs(number))}" if grammar else f"{number}"


@lru_cache(maxsize=4096)
def written_date(day: date, language: str) -> str:
    """Write a day out: 29 September 2022, 29 septembre 2022, 29 de septiembre de 2022."""
    if language in MONTH_NAMES:
        between = BETWEEN_MONTHS[language]
        text = f"{day.day}{between}{MONTH_NAMES[language].split()[day.month - 1]}{between}{day.year}"
    else:
        from babel.dates import format_date

        text = format_date(day, format="long", locale=locale_of(language))
    return f"1er{text[1:]}" if grammar_of(language) == "fr" and day.day == 1 else text


def short_when(first: date, last: date, language: str) -> str:
    """Write a day, or from which to which, as short as a subject needs it: 29 Sept, 12 Sept – 7 Oct, 1er oct."""
    if language in SHORT_MONTHS:
        text = _short_interval(first, last, SHORT_MONTHS[language].split())
    else:
        from babel.dates import format_interval, format_skeleton

        locale = locale_of(language)
        one_day = first == last
        text = str(
            format_skeleton("MMMd", first, locale=locale)
            if one_day
            else format_interval(first, last, "MMMd", locale=locale)
        )
    grammar = grammar_of(language)
    if grammar == "fr":
        return FIRST_OF_MONTH.sub("1er", text)
    if grammar == "es":
        return SPANISH_MONTH.sub(lambda month: SPANISH_WHOLE.get(month[0], f"{month[0]}."), text)
    return text


def _short_interval(first: date, last: date, months: list[str]) -> str:
    """Write from which day to which, no month twice; the year is not said, so that a whole year is one day."""
    begin, end = months[first.month - 1], months[last.month - 1]
    if begin != end:
        return f"{first.day} {begin}\u2009–\u2009{last.day} {end}"
    return f"{first.day} {begin}" if first.day == last.day else f"{first.day}–{last.day} {begin}"


def written_rough(day: str, language: str) -> str:
    """Write out a day that is as precise as known: 19 March 2021, September 2017, 2017; "" stays empty."""
    if len(day) == len("2017-09-10"):
        return written_date(date.fromisoformat(day), language)
    return written_month(day, language)


def written_month(day: str, language: str) -> str:
    """Write out the month of a day that is as precise as known: September 2017, septembre 2017; 2017 stays 2017."""
    if len(day) < len("2017-09"):
        return day
    month = date.fromisoformat(f"{day[:7]}-01")
    if language in MONTH_NAMES:
        return f"{MONTH_NAMES[language].split()[month.month - 1]}{BETWEEN_MONTHS[language]}{month.year}"
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMMM", month, locale=locale_of(language)))


def written_when(first: date, last: date, language: str, on: str = "", from_to: str = "") -> str:
    """Say when: on 29 September 2022; of several days, from 12 to 30 September 2022, no month said twice.

    `on` and `from_to` are the campaign's own forms, such as "em {date}". Without them a language whose grammar is not
    known here has the day alone, or both days with a dash between them.
    """
    grammar, end = grammar_of(language), written_date(last, language)
    begin = written_date(first, language)
    pattern = on if first == last else from_to
    if pattern or not grammar:
        pattern = pattern or ("{date}" if first == last else "{first} – {last}")
        return pattern.replace("{date}", end).replace("{first}", begin).replace("{last}", end)
    if first == last:
        return f"{ON[grammar]} {end}"
    if first.year == last.year and language in MONTH_NAMES:
        begin = begin.removesuffix(f" de {first.year}").removesuffix(f" {first.year}")
        if first.month == last.month:
            begin = begin.split(" ", 1)[0]
    since, until = FROM[grammar]
    return f"{since} {begin} {until} {end}"


def years_between(since: str, day: date, language: str) -> str:
    """Say how many whole years have passed: five years, cinq ans, cinco años; "less than a year" before the first.

    `since` is a month or a day: 2017-09, 2017-09-10. A month counts as a whole, so that in any September it is years.
    ValueError for what is neither, or is still to come.
    """
    begin, months = _months_between(since, day)
    years = months // 12
    if months % 12 == 0 and months and day.day < begin.day:
        years -= 1
    grammar = grammar_of(language)
    if not grammar:
        return _by_cldr(years, "year", language) if years else months_between(since, day, language)
    return _amount(years, YEARS[grammar], grammar)


def months_between(since: str, day: date, language: str) -> str:
    """Say how many whole months have passed: eighteen months, dix-huit mois; as `years_between` does."""
    begin, months = _months_between(since, day)
    months -= day.day < begin.day
    grammar = grammar_of(language)
    if not grammar:
        return _by_cldr(months, "month", language) if months else _by_cldr((day - begin).days, "day", language)
    return _amount(months, MONTHS[grammar], grammar)


def _months_between(since: str, day: date) -> tuple[date, int]:
    """Give the first day that is meant, and in how many months since the day falls."""
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", str(since)):
        raise ValueError(f"'{str(since)[:20]}' is no month and no day: write it as 2017-09 or 2017-09-10")
    try:
        begin = date.fromisoformat(f"{since}-01"[:10])
    except ValueError:
        raise ValueError(f"there is no day {since}: write it as 2017-09 or 2017-09-10") from None
    if begin > day:
        raise ValueError(f"{since} is later than {day}, up to which years and months are counted here")
    return begin, (day.year - begin.year) * 12 + day.month - begin.month


def _by_cldr(number: int, unit: Literal["year", "month", "day"], language: str) -> str:
    """Write a length of time with its number in digits: 5 anos, 5 лет."""
    from babel.dates import format_timedelta

    whole = timedelta(days=number * {"year": 365, "month": 30, "day": 1}[unit])  # as Babel counts
    return format_timedelta(whole, granularity=unit, threshold=10_000, locale=locale_of(language))


def spelt(number: int, language: str) -> str:
    """Write a number before a noun, in letters from two to twenty: five, cinq, cinco; else in digits."""
    words = NUMBERS[grammar].split() if (grammar := grammar_of(language)) else []
    return words[number - 2] if 2 <= number <= len(words) + 1 else f"{number}"


def _amount(number: int, unit: tuple[str, str, str], language: str) -> str:
    less, one, several = unit
    if number < 1:
        return less
    words = NUMBERS[language].split()
    return one if number == 1 else f"{words[number - 2] if number <= len(words) + 1 else number} {several}"


def join_words(words: Iterable[str], language: str) -> str:
    """Join words: A, B and C; A, B et C; A, B y C (Spanish says e before the sound of i); others as CLDR has it."""
    items = [str(word) for word in words]
    if len(items) < 2:
        return "".join(items)
    grammar = grammar_of(language)
    if not grammar:
        from babel.lists import format_list

        return format_list(items, locale=locale_of(language))
    word = AND[grammar]
    if grammar == "es" and I_SOUND.match(items[-1]):
        word = "e"
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def _contracted(name: str, articles: tuple[tuple[str, str], ...]) -> str:
    """Give the name with its article drawn together with "de", or "" when it has none."""
    for article, contracted in articles:
        if name.startswith(article):
            return contracted + name[len(article) :]
    return ""


def _elided(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.casefold())
    vowel = letters[:1] in set("aeiouœæ") or (letters[:1] == "h" and not letters.startswith(ASPIRATED))
    return f"d'{name}" if vowel else f"de {name}"


def _english_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
