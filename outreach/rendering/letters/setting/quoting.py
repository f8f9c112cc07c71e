"""Marks what people wrote in their own language as such, in HTML: its language and direction; knows no letter.

Nobody says in which language they write. Letters tell the script, and small words tell the languages that we know; what
neither tells is marked as unknown (HTML, 3.2.6.2: lang=""), so that no voice reads it by the rules of the letter's own.
A direction isolates: the marks around words from right to left stay where the letter has them. It is a span, since mail
programs drop bdi. The text part needs nothing, as in bidi.py.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from outreach.mime.frame import quoted_printable
from outreach.rendering.letters.setting.markdown import Block

LATIN = "Latn"
# How Unicode names begin → ISO 15924.
SCRIPTS = {
    "LATIN": LATIN, "FEMININE": LATIN, "MASCULINE": LATIN,  # ª and º
    "CYRILLIC": "Cyrl", "ARABIC": "Arab", "HEBREW": "Hebr", "GREEK": "Grek", "CJK": "Hani",
    "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "HANGUL": "Kore", "ARMENIAN": "Armn", "GEORGIAN": "Geor",
    "DEVANAGARI": "Deva", "BENGALI": "Beng", "THAI": "Thai", "ETHIOPIC": "Ethi", "SYRIAC": "Syrc", "THAANA": "Thaa",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Syrc", "Thaa"})
# Small words that one of the languages has and the others have not.
_WORDS = {
    "en": "the and of to is are not with for that this they you your please have has who what it their be was i my",
    "fr": "les des et est une dans pas pour que qui vous nous je ce cette ne leur sont ces avec sur du au aux il elle",
    "es": "el los las y una del por que no con para sus su ellos ellas es son este esta estos como más yo nos quién",
}
SMALL = {language: frozenset(words.split()) for language, words in _WORDS.items()}
WORD = re.compile(r"[^\W\d_]+")


def script_of(words: str) -> str:
    """Give the script (ISO 15924) that most letters of some words are in; "" where there are none, or of another."""
    found = _scripts(words).most_common(1)
    return found[0][0] if found else ""


def is_latin(words: str) -> bool:
    """Say whether all letters of some words are Latin ones, as the names of cases are written."""
    return set(_scripts(words)) <= {LATIN}


def language_of_words(words: str) -> str:
    """Give the language of some words as HTML names it: fr where small words tell, und-Cyrl by script, "" unknown."""
    script = script_of(words)
    if script and script != LATIN:
        return f"und-{script}"
    found = Counter[str]()
    for word in WORD.findall(words.lower()):
        found.update(language for language, small in SMALL.items() if word in small)
    best = [language for language, _ in found.most_common(2)]
    if not best or (len(best) > 1 and found[best[0]] == found[best[1]]):
        return ""
    return best[0] if found[best[0]] > 1 else ""


def marked(block: Block, quotes: Iterable[str], language: str) -> Block:
    """Give a block whose quotes, in the words that people typed, say their language where it is not the letter's."""
    spans = {_escaped(words): span for words in quotes if (span := _span(words, language))}
    if not spans:
        return block
    pattern = re.compile("|".join(re.escape(words) for words in sorted(spans, key=len, reverse=True)))
    html = pattern.sub(lambda found: f"{spans[found[0]]}{found[0]}</span>", block.html)
    return replace(block, html=html, html_quoted=quoted_printable(html))


def _span(words: str, language: str) -> str:
    own = language_of_words(words)
    if own == language:
        return ""
    direction = "rtl" if script_of(words) in RIGHT_TO_LEFT else "ltr"
    return f'<span lang="{own}" dir="{direction}">'


def _scripts(words: str) -> Counter[str]:
    letters = (unicodedata.name(sign, "").partition(" ")[0] for sign in words if sign.isalpha())
    return Counter(SCRIPTS.get(name.partition("-")[0], "") for name in letters)


def _escaped(text: str) -> str:
    """Escape as markdown-it does."""
    return escape(text, quote=False).replace('"', "&quot;")
