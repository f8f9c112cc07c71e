"""Finds words of threat to whoever reads a letter: shaming, exposing, ultimatums; knows no file.

In a field experiment with 669 diplomatic missions a reminder of the norm brought more helpful answers, and a cue of
shaming cancelled that. What was done to the people of a case is told as it was: only what turns to the reader is meant,
and what stands in quotation marks is somebody else's. The forms are in data/threat_words.csv: `…` stands for some words
of the same sentence, the rest is a regular expression.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from outreach.cases.advice.advice import Finding
from outreach.data import rows
from outreach.text import shortened

TO_DO = {
    "shame": "say the norm, and what this State has done for it; shaming cancels what the norm achieves",
    "blame": "say what the delegation can do; who is called guilty stops reading",
    "exposure": "leave it out: what you publish needs no announcement, and reads as a threat here",
    "consequence": "say what it would do for the people, not what silence would do to the reader",
    "ultimatum": "ask again, with the day; a mission that has not answered may still act",
    "demand": "ask: a mission has no duty to answer",
}
FIRST = re.compile(r"(?:^|[(|])(\w)")
GAP = r"[^.!?;:…]{0,60}?"
QUOTED = re.compile(
    r"“[^“”]{1,600}”|«[^«»]{1,600}»|„[^„“”]{1,600}[“”]|「[^「」]{1,300}」|‘[^‘’\n]{1,300}’(?![^\W\d_])|\"[^\"\n]{1,300}\""
)
NOT = re.compile(
    r"(?:\b(?:not|never|nor|without|rather than|instead of|no|nobody|ne|jamais|sans|pas|nunca|jamás|sin|não|nicht|"
    r"kein\w*|non|не|без)\b|n')\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)


def threats(text: str, language: str) -> Iterator[Finding]:
    """Find the words of threat of a language in a text of one; of languages without forms here nothing is found."""
    pattern = _forms().get(language.partition("-")[0])
    if pattern is None:
        return
    plain = _unquoted(text)
    for found in pattern.finditer(plain):
        before = plain[max(0, found.start() - 40) : found.start()]
        if not NOT.search(before.rpartition(".")[2]):
            kind = next(name for name, said in found.groupdict().items() if said)
            words = shortened(" ".join(text[found.start() : found.end()].split()), 80)
            yield Finding(found.start(), f"'{words}' reads as a threat", TO_DO[kind])


def _unquoted(text: str) -> str:
    """Give a text with straight apostrophes, plain spaces, and blanks where it quotes somebody."""
    blank = QUOTED.sub(lambda found: "".join("\n" if sign == "\n" else " " for sign in found[0]), text)
    return blank.replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    """Read the file: for each language one pattern, whose group that matched is the kind."""
    found = dict[str, dict[str, list[str]]]()
    for row in rows("threat_words.csv"):
        found.setdefault(row["language"], {}).setdefault(row["kind"], []).append(row["form"])
    return {language: _any_of(kinds) for language, kinds in found.items()}


def _any_of(kinds: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Make one pattern of all forms; it looks only at words that begin with a letter that one of them begins with."""
    forms = [form for forms in kinds.values() for form in forms]
    firsts = "".join(sorted({letter for form in forms for letter in FIRST.findall(form)}))
    groups = "|".join(f"(?P<{kind}>{'|'.join(map(_regex, forms))})" for kind, forms in kinds.items())
    start = "" if firsts[-1] >= "\u4e00" else r"(?<!\w)"
    return re.compile(f"{start}(?=[{firsts}])(?:{groups})", re.IGNORECASE)


def _regex(form: str) -> str:
    """Make a pattern of a form: white space of any kind between its words, and the last one to its end."""
    body = form.replace(" … ", rf"\b{GAP}\b").replace("…", GAP).replace(" ", r",?\s+")
    return body if form.strip("(")[0] >= "\u4e00" else rf"(?:{body})\w*"
