"""Sets what a language sets in its own way and keyboards do not: no-break spaces, French apostrophes and quotes.

French (Lexique des règles typographiques en usage à l'Imprimerie nationale): a no-break space before : ; ? ! and inside
« », between a number and what it counts, in "29 septembre" and "51e session"; ’ for '. Spanish (RAE, Ortografía, 2010):
between a number and what it counts, in "29 de septiembre" and "51.º período". Other languages stay as they are typed.
Addresses of mail and of the web stay byte for byte; code never comes here. Each rule begins with a sign that is rare:
so it is quick.
"""

import re
from functools import cache

from outreach.language import grammar_of

SPACE = "\u00a0"
ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
LETTER = r"[^\W\d_]"
MONTHS = {
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre",
}
COUNTED = {
    "fr": (
        "ans?|années?|mois|jours?|semaines?|heures?|minutes?|personnes?|États|membres|organisations|pages?|mots?|"
        "kg|km|euros?|francs?|dollars?|millions?|milliards?"
    ),
    "es": (
        "años?|mes|meses|días?|semanas?|horas?|minutos?|personas?|Estados|miembros|organizaciones|páginas?|palabras?|"
        "kg|km|euros?|francos?|dólares|mil|millón|millones"
    ),
}
# What a number or a name follows: n° 5, p. 12, M. Dupont; núm. 5, Sra. López.
BEFORE = {
    "fr": ("n°", "nº", "p.", "pp.", "art.", "§", "M.", "MM.", "Mme", "Me", "Dr", "S.E."),
    "es": ("n.º", "núm.", "p.", "pág.", "art.", "párr.", "§", "Sr.", "Sra.", "Dr.", "Dra.", "S.E."),
}
# How an ordinal ends before the space that follows: 51e, 1re, XXe; 51.º, 1.er.
ORDINALS = {
    "fr": (r"[\dIVXL]e", r"\d(?:er|re|nd)", r"\d(?:ème|ère|nde)"),
    "es": (r"[\d.][ºª°]", r"[\d.]er"),
}
WITHOUT_SPACE = ("fr-CH", "fr-CA")  # which set none before ; ? ! where somebody typed none
Rule = tuple[re.Pattern[str], str]


def typeset(text: str, language: str) -> str:
    """Give a text as its language sets it. A text that is set already stays as it is."""
    rules = _rules(language)
    if not rules or not text:
        return text
    if "@" not in text and "://" not in text and "www." not in text and "mailto:" not in text:
        return _set(text, rules)
    parts, end = list[str](), 0
    for found in ADDRESS.finditer(text):
        parts += [_set(text[end : found.start()], rules), found[0]]
        end = found.end()
    return "".join([*parts, _set(text[end:], rules)])


def rejoined(source: str, language: str) -> str:
    """Give Markdown in which no line ends where its language sets a no-break space: such as "29" and "septembre"."""
    pattern = _across_lines(language) if "\n" in source else None
    return pattern.sub(" ", source) if pattern else source


def _set(text: str, rules: tuple[Rule, ...]) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    if rules[-1][1] == "’" and ("«" in text or "»" in text):
        for space in (" ", "\u202f", SPACE):
            text = text.replace(f"«{space}", "«").replace(f"{space}»", "»")
        text = text.replace("«", f"«{SPACE}").replace("»", f"{SPACE}»")
    return text


@cache
def _rules(language: str) -> tuple[Rule, ...]:
    """Give the rules of a language, the last of French ones that of its apostrophe; none for other languages."""
    grammar = grammar_of(language)
    if grammar not in MONTHS:
        return ()
    months = MONTHS[grammar]
    what = rf"(?:{months}|{COUNTED[grammar]})\b|[%‰€$°]|\d{{3}}(?!\w)"
    before = "|".join(rf"(?<=(?<!\w){re.escape(word)} )" for word in BEFORE[grammar])
    rules = [(rf" (?<=\d )(?={what})", SPACE), (rf" (?=[\dA-ZÀ-Ý])(?:{before})", SPACE)]
    rules += [(rf" (?<={form} )(?={LETTER})", SPACE) for form in ORDINALS[grammar]]
    if grammar == "es":
        rules.append((rf" de (?:(?<=\d de )|(?<=\.º de ))(?=(?:{months})\b)", rf"{SPACE}de{SPACE}"))
    if grammar == "fr":
        rules.append((r" (?=[:;!?](?:[\s:;!?)\]»”]|$))(?<![\s:;!?] )", SPACE))
        if language not in WITHOUT_SPACE:
            after = r"(?<=[\w)\]%»…].)(?=[\s!?»]|$)"
            rules += [(rf"{re.escape(sign)}{after}", f"{SPACE}{sign}") for sign in ":;!?"]
        rules.append((rf"'(?<={LETTER}.)(?={LETTER}|[«“\d]|$)", "’"))
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


@cache
def _across_lines(language: str) -> re.Pattern[str] | None:
    """Give the breaks of lines that stand where a no-break space will; None in other languages."""
    grammar = grammar_of(language)
    if grammar not in MONTHS:
        return None
    months, counted = MONTHS[grammar], COUNTED[grammar]
    places = [
        rf"\n(?<=\d\n)(?=(?:(?:de )?(?:{months})|{counted})\b|\d{{3}}(?!\w)|%)",
        rf"\n(?<=\d de\n)(?=(?:{months})\b)",
        rf"\n(?:(?<=\de\n)|(?<=\der\n)|(?<=º\n))(?={LETTER})",
    ]
    if grammar == "fr":
        places += [r"\n(?=[:;!?»])", r"\n(?<=«\n)"]
    return re.compile("|".join(places))
