"""Finds what somebody meant to fill in and did not: [NAME], <name>, {mission.name}, TODO, lorem ipsum; knows no file.

The words are in data/placeholder_words.csv, in the languages that we are sure of: `unwritten` ones stand in capitals as
they are there, `todo` ones too, but are words of some languages; `fill` begin what is in brackets, `noun` are all of
it, and `shouted` in capitals alone.
"""

import re
from collections.abc import Iterator
from functools import cache

from outreach.cases.advice.advice import Finding
from outreach.data import rows
from outreach.language import grammar_of
from outreach.text import shortened

HAN = "\u4e00"
DOTS = ("...", "…", ". . .")  # something left out of a quotation
ANOTHER_LANGUAGE = {"es", "pt", "gl"}  # in which TODO means everything
FILL = "write what belongs there"
BRACKETS = re.compile(r"\[([^\[\]\n]{1,80})\](?![(\[:])|【([^【】\n]{1,40})】")
DEFINED = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]:[ \t]*\S", re.MULTILINE)
ANGLES = re.compile(r"<<([^<>\n]{1,60})>>|<([^\W\d][^<>\n/@:!?]{0,60})>")
BRACES = re.compile(r"(?<![{%#\w])(?:\$\{|\{)[ \t]*([^\W\d]\w*(?:[. ]\w+){0,3})[ \t]*\}(?![}])")
TEMPLATE = re.compile(r"\{\{[^{}\n]{0,100}\}\}|\{%[^{}\n]{0,100}%\}")
OTHER_FORMS = re.compile(
    r"%[A-Z][A-Z_]{2,30}%|\b[xX]{2,4}[./-][xX]{2,4}(?:[./-][xX]{2,4})?\b|"
    r"\b(?:DD|JJ|TT|dd|jj|tt)[./-](?:MM|mm)[./-](?:YYYY|AAAA|JJJJ|yyyy|aaaa|jjjj|YY|AA|JJ)\b|"
    r"(?!^[ \t]*_+[ \t]*$)(?<!\w)_{3,}(?!\w)",
    re.MULTILINE,
)
SHOUTED = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯЁ][A-ZÀ-ÖØ-ÞА-ЯЁ0-9]*(?:[ _'’/-]+[A-ZÀ-ÖØ-ÞА-ЯЁ0-9]+)+")  # two words in capitals
OF = re.compile(r"^(\w+) (?:of|du|de|del|des|da|do|di|von|der|van)\b", re.IGNORECASE)
LEFT_OUT = re.compile(
    r"withheld|unknown|redacted|omitted|removed|changed|retenu|inconnu|omis|caviardé|reservad|omitid|desconocid|скрыт|изменен",
    re.IGNORECASE,
)
TAGS = re.compile(
    "a|abbr|article|aside|b|big|blockquote|body|br|caption|center|cite|code|col|div|em|font|footer|form|h[1-6]|head|header|"
    "hr|html|i|iframe|img|input|label|li|link|main|meta|nav|o|ol|p|pre|q|s|script|section|small|span|strike|strong|style|"
    "sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video",
    re.IGNORECASE,
)  # of HTML


def placeholders(text: str, language: str) -> Iterator[Finding]:
    """Find what is still to be filled in, in a text without the tags of templates.

    A Markdown link in [ ] is none; nor is a word that an editor put into a quotation, such as [the Government].
    """
    yield from _brackets(text, {found.casefold() for found in DEFINED.findall(text)})
    for found in ANGLES.finditer(text):
        inside = (found[1] or found[2]).strip()
        if found[1] or not TAGS.fullmatch(inside.split(" ")[0]):
            yield Finding(found.start(), f"'{found[0]}' stands there as it is typed", FILL)
    for found in BRACES.finditer(text):
        name = ".".join(found[1].split())
        to_do = f"write {{{{ {name} }}}}, with two braces, if the program should fill it in; else what belongs there"
        yield Finding(found.start(), f"'{found[0]}' stands there as it is typed", to_do)
    for found in OTHER_FORMS.finditer(text):
        yield Finding(found.start(), f"'{shortened(found[0], 20)}' is still to be filled in", FILL)
    for found in _unwritten().finditer(text):
        if not _is_a_word(text, found, language):
            yield Finding(found.start(), f"'{found[0]}' says that something is still to be written", FILL)


def unfilled(text: str) -> Iterator[Finding]:
    """Find words and tags of templates, {{ … }} and {% … %}, in a text that is none: nothing is filled in there."""
    for found in TEMPLATE.finditer(text):
        what = f"'{shortened(found[0], 40)}' is shown as it is typed: only templates, asks and the theme are filled in"
        yield Finding(found.start(), what, "write what it should say")


def _brackets(text: str, defined: set[str]) -> Iterator[Finding]:
    for found in BRACKETS.finditer(text):
        inside = (found[1] or found[2]).strip()
        before = text[found.start() - 1 : found.start()]
        if inside.casefold() in defined or before in ("]", "!", "\\"):  # the second half of [words][name]
            continue
        if _is_placeholder(inside):
            yield Finding(found.start(), f"'{found[0]}' is still to be filled in", FILL)


def _is_placeholder(inside: str) -> bool:
    words, folded = _words(), inside.casefold().strip(" .:")
    if LEFT_OUT.search(inside) or inside in DOTS:
        return False
    begins = any(
        folded.startswith(word) and (word[-1] >= HAN or folded[len(word) :][:1] == " ") for word in words["fill"]
    )
    first = OF.match(folded)
    noun = folded in words["noun"] or (first is not None and first[1] in words["noun"])
    shouted = inside == inside.upper() and (folded in words["shouted"] or bool(SHOUTED.fullmatch(inside)))
    return begins or noun or shouted or not inside.strip("xX._ …-–—")


def _is_a_word(text: str, found: re.Match[str], language: str) -> bool:
    """Say whether a text has TODO or XXX as a word of its language, or as a number: "el XXX período de sesiones"."""
    if found[0] not in _words()["todo"]:
        return False
    after = text[found.end() :].lstrip(" ")[:1]
    if found[0] == "XXX":
        return after.isalpha() and grammar_of(language) != "en"
    return (grammar_of(language) or language.partition("-")[0]) in ANOTHER_LANGUAGE and after not in (":", "]", "")


@cache
def _words() -> dict[str, frozenset[str]]:
    """Read the file: the words of each use; all but those in capitals in lower case."""
    found = dict[str, set[str]]()
    for row in rows("placeholder_words.csv"):
        found.setdefault(row["use"], set()).add(row["form"])
    return {use: frozenset(words) for use, words in found.items()}


@cache
def _unwritten() -> re.Pattern[str]:
    """Make the pattern of the words: those in capitals as they are; others, such as Chinese ones, in any case."""
    words = sorted(_words()["unwritten"] | _words()["todo"], key=len, reverse=True)
    shouted = [word for word in words if word == word.upper() != word.lower()]
    firsts = "".join(sorted({word[0] for word in shouted}))
    others = "|".join(rf"(?i:{re.escape(word)})" for word in words if word not in shouted)
    return re.compile(rf"(?=[{firsts}])(?<![\w@#/.-])(?:{'|'.join(map(re.escape, shouted))})(?![\w@/-])|{others}")
