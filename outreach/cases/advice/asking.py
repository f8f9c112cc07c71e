"""Finds what an ask does not say: who does what, where and by when; knows no file and no date.

The words are in data/asking_words.csv: `who` is spoken to, `act` is what one can see a State do, with its voice or its
vote, `vague` what nobody can. They are known in English, French and Spanish; of an ask in another language only its
words in {{ … }} can be read here.
"""

import re
from collections.abc import Iterator
from functools import cache

from outreach.cases.advice.advice import Finding
from outreach.cases.asks.forum import named_in
from outreach.cases.asks.sentence import typed_part, words_in
from outreach.cases.asks.typed import days_in, sessions_in
from outreach.data import rows
from outreach.language import grammar_of

WHEN = frozenset({"date", "until", "when"})
WHERE = frozenset({"forum", "of_forum", "at_forum", "forum_short", "at_forum_short", "session"})
PLACE = re.compile(
    r"dialog\w*|diálogo\w*|session\w*|sesi[oó]n\w*|per[ií]odo|council|conseil|consejo|assembl\w+|asamblea|committee|comité|"
    r"commission|comisión|debat\w*|débat\w*|review|examen|conference|conférence|conferencia|summit|sommet|cumbre|meeting|"
    r"réunion|reunión|parliament|parlement|parlamento|forum|foro|hearing|audience|audiencia|vot(?:e|o|ación)|scrutin|"
    r"resolution|résolution|resolución|trial|procès|juicio|court|tribunal|panel|HRC|CDH|UNGA|AGNU|UPR|EPU|Geneva|Genève|"
    r"Ginebra|New York|Nueva York|embassy|ambassade|embajada|capital\w*",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")


def vague(text: str, language: str) -> Iterator[Finding]:
    """Find what an ask leaves open, in its sentence as it is written in the settings, with its words in {{ … }}."""
    said, typed, known = {word.removeprefix("ask.") for word in words_in(text)}, typed_part(text), grammar_of(language)
    if not said & WHEN and not (days_in(typed) if known else DIGIT.search(typed)):
        yield Finding(0, "does not say by when", "write {{ when }}, which is the day of the ask")
    if known and not said & WHERE and not (PLACE.search(typed) or named_in(typed) or sessions_in(typed)):
        yield Finding(0, "does not say where", "write {{ at_forum }}, which is the forum of the ask")
    if not known:
        return
    plain = typed.replace("\u2019", "'")
    if not _words("who", known).search(plain):
        yield Finding(0, "does not say who should do it", "speak to the delegation: we ask your delegation to …")
    if (found := _words("vague", known).search(plain)) and not _words("act", known).search(plain):
        to_do = "ask for something that one can see done: raise the case by name, put a question, sign, vote"
        yield Finding(max(0, text.find(found[0])), f"'{' '.join(found[0].split())}' does not say what to do", to_do)


@cache
def _words(use: str, language: str) -> re.Pattern[str]:
    """Read the forms of a use in a language: regular expressions of whole words."""
    forms = [row["form"] for row in rows("asking_words.csv") if row["use"] == use and row["language"] == language]
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)
