"""Words of letters for several cases: each case in brief, and the ask for all of them; reads no files."""

import re

from outreach.cases.asks.sentence import words_of
from outreach.cases.files.translations import BRIEF
from outreach.cases.model import Ask, Case
from outreach.errors import Problem
from outreach.language import grammar_of
from outreach.rendering.letters.sections import section_text
from outreach.rendering.templates.untold import Untold
from outreach.text import unwrapped

# What is asked where nobody wrote text_several; where, then when.
ASKED = {
    "en": "We respectfully ask your delegation to raise these cases{again} publicly and by name {where}{when}.",
    "fr": "Nous prions votre délégation d'évoquer{again} ces cas, publiquement et nommément, {where}{when}.",
    "es": "Rogamos a su delegación que plantee{again} estos casos públicamente y por su nombre {where}{when}.",
}
AT_SESSION = {
    "en": "at the {session} session {of_forum}",
    "fr": "à la {session} session {of_forum}",
    "es": "en el {session} período de sesiones {of_forum}",
}


def brief(case: Case, language: str) -> str:
    """Give a case in two or three sentences on one line: its section In brief, else how What happened begins.

    Untold where the case has neither in the language, or a letter cannot show it as it is meant.
    """
    telling = case.told_in(language)
    own = telling is not None and BRIEF in telling.story
    text = section_text(case, BRIEF if own else "What happened", language)
    if isinstance(text, Untold):
        return text
    return unwrapped(re.split(r"\n[ \t]*\n", text.strip(), maxsplit=1)[0])


def brief_problems(case: Case, language: str) -> list[Problem]:
    """Say what keeps a case out of letters for several cases in a language."""
    text = brief(case, language)
    return [text.problem] if isinstance(text, Untold) else []


def several_text(ask: Ask, language: str, *, again: bool = False) -> str:
    """Give what is asked for several cases: the campaign's own sentence, else a plain one; "" without either."""
    if own := (ask.several_again if again else ask.several).get(language, ""):
        return own
    grammar = grammar_of(language)
    if not grammar:
        return ""
    words = words_of(ask, language, again=again)
    where = AT_SESSION[grammar].format_map(words).strip() if words["session"] else words["at_forum"]
    when, more = words["when"], words["again"]
    return ASKED[grammar].format(
        again=f" {more}" if more else "", where=where, when=f", {when}" if when and where else when
    )
