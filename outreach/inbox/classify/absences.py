"""Reads what an absence or a receipt says, and whether it says more than that; knows no headers and no letters.

"I am away until 5 October" is a machine's; "I am away until 5 October, but we will mention the case" may be a
person's, and hides an answer if nobody reads it. So a text is taken apart into clauses. Those of the absence itself,
of greetings, thanks, who to write to meanwhile, signatures and disclaimers are explained. What is left counts as more
when it speaks of what we asked, or is too long to be a formula. When in doubt it says more.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from outreach.inbox.classify.phrases import Phrase, find, fold, plain

LONGEST = 2_000  # characters that are read: notices in two languages with a disclaimer are that long
NEAR_START = 400
_LONG_CLAUSE, _LONG_AFTER_BUT = 7, 4  # words
_LETTERS_A_WORD = 2  # in scripts without spaces
_MOST_SENTENCES = 60

_EXPLAINED = frozenset({"absence", "receipt", "machine", "aside", "contact", "closing", "prefix"})
_FORMULA = "formula"  # a program's own sentence: nothing in it answers
_SECONDS = frozenset({"aside", "contact", "machine"})
_TELLING = frozenset({"absence", "receipt"})  # of the language of a text
_AMBIGUOUS = frozenset({"but", "when", "day", "offer", "more"})
_WRITTEN_TO_US = frozenset({"en", "fr", "es", "de", "ru", "ar", "zh"})
# What a receipt or Notes quotes of our mail: its subject.
_OURS = re.compile(
    r"^[ \t]*(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat?|тема|件名|主题)[ \t]*[:：][^\n]*$"
    r"|(?:(?<=message)|(?<=messaggio)|(?<=nachricht)|(?<=mensagem)|(?<=mensaje)|(?<=bericht)|(?<=request)|(?<=anfrage)"
    r"|(?<=demande)|(?<=solicitud)|(?<=richiesta)|(?<=pedido))\s{0,3}[\"“„«][^\n\"”“»]{1,300}[\"”“»]"
    r"|(?<=メッセージ)\s{0,3}[\"「“][^\n\"」”]{1,300}[\"」”]",
    re.MULTILINE,
)
# A short line ends what it says; a long one was wrapped.
_WRAPPED = re.compile(r"(?<=[^\n]{50})\n(?![\n>*•-])")
# Words that a full stop shortens.
_SHORTENED = re.compile(
    r"\b(dvs|dr|mr|mrs|ms|nr|no|prof|tel|bzw|ca|ext|amb|exc|sr|sra|nt|stk|bl|ул|тел|им|mme|mlle|hr|fr|č|ul|tlf|puh|vs)\."
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d]{2})\.+(?=\s|$)|[\n!?。！？؟…।]+")
_CJK = re.compile("[\u3005-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `absent` and `receipt` are the language of the first such words near its start, or "".

    `second`: beside the absence it says until when, whom to ask meanwhile, or the like. `machine`: it calls itself
    automatic. `answers`: it speaks of what we asked, or goes on with "but" or "yes". `more`: it does so, or says
    something that no formula explains.
    """

    absent: str = ""
    receipt: str = ""
    second: bool = False
    machine: bool = False
    answers: bool = False
    more: bool = False


@lru_cache(maxsize=4)  # several rules ask for one mail
def read_absence(text: str, subjects: tuple[str, ...] = ()) -> Reading:
    """Read a text without its quotes. The subject that it answers is left out where the text repeats it.

    `subjects` are the ways to write it, the longest first.
    """
    text = fold(text[:LONGEST])
    for subject in subjects:
        text = text.replace(fold(subject).strip(), " ")
    text = _OURS.sub(" ", text)
    place, absent, receipt = 0, "", ""
    second = machine = answers = more = below = False
    found_in = [(sentence, find(sentence)) for sentence in sentences(text)]
    languages = {phrase.language for _, phrases in found_in for phrase in phrases if phrase.use in _TELLING}
    for sentence, phrases in found_in:
        phrases = tuple(phrase for phrase in phrases if _counts(phrase, languages))
        uses = {phrase.use for phrase in phrases}
        if place < NEAR_START:
            absent = absent or _language(phrases, "absence")
            receipt = receipt or _language(phrases, "receipt")
        place += len(sentence)
        second = second or _is_second(sentence, phrases, away=bool(absent))
        machine = machine or not uses.isdisjoint(("machine", _FORMULA))
        if "disclaimer" in uses:
            break
        if _FORMULA in uses:
            continue
        found = [_judge(clause, sentence, phrases) for clause in _clauses(sentence, phrases)]
        answers = answers or any(answer for answer, _ in found)
        more = more or (not below and any(unexplained for _, unexplained in found))
        below = below or "closing" in uses
    return Reading(absent, receipt, second, machine, answers, more or answers)


def sentences(folded: str) -> Iterator[str]:
    """Give the sentences of a folded text as `plain` writes them."""
    text = _SHORTENED.sub(r"\1", _WRAPPED.sub(" ", folded))
    pieces = _SENTENCE_END.split(text, maxsplit=_MOST_SENTENCES)
    return (plain(piece) for piece in pieces if piece.strip())


def _counts(phrase: Phrase, languages: set[str]) -> bool:
    """Leave out short words of other languages than those of the text: "de" is "but" in Hungarian only."""
    if phrase.use not in _AMBIGUOUS or not languages:
        return True
    return phrase.language in languages or (phrase.use == "more" and phrase.language in _WRITTEN_TO_US)


def _language(phrases: Iterable[Phrase], use: str) -> str:
    return next((phrase.language for phrase in phrases if phrase.use == use), "")


def _is_second(sentence: str, phrases: Sequence[Phrase], *, away: bool) -> bool:
    """Say whether it has a second sign of an absence, which is no part of the first."""
    absences = [phrase for phrase in phrases if phrase.use == "absence"]
    dated = any(character.isdigit() for character in sentence) or any(phrase.use == "day" for phrase in phrases)
    if away and dated and any(phrase.use == "when" for phrase in phrases):
        return True
    return any(phrase.use in _SECONDS and not _overlaps(phrase, absences) for phrase in phrases)


def _overlaps(phrase: Phrase, others: Iterable[Phrase]) -> bool:
    return any(phrase.start < other.end and other.start < phrase.end for other in others)


def _clauses(sentence: str, phrases: Sequence[Phrase]) -> list[tuple[int, int, bool]]:
    """Part a sentence at commas and at words like "but"; gives start, end, and whether it begins with such a word."""
    buts = {phrase.start for phrase in phrases if phrase.use == "but"}
    cuts = sorted({0, *(found.end() for found in re.finditer(" , ", sentence)), *buts})
    ends = [*cuts[1:], len(sentence)]
    return [(start, end, start in buts) for start, end in zip(cuts, ends, strict=True)]


def _judge(clause: tuple[int, int, bool], sentence: str, phrases: Sequence[Phrase]) -> tuple[bool, bool]:
    """Say whether a clause speaks of what we asked, and whether nothing explains it."""
    start, end, after_but = clause
    within = [phrase for phrase in phrases if phrase.start < end and start < phrase.end]
    explaining = [phrase for phrase in within if phrase.use in _EXPLAINED]
    if any(phrase.use == "contact" for phrase in explaining):
        return False, False
    answers = any(
        phrase.use == "more" and start <= phrase.start < end and not _covered(phrase, explaining) for phrase in within
    )
    if answers or explaining:
        return answers, False
    words = _count_words(sentence[start:end])
    dated = any(phrase.use in ("when", "day") for phrase in within)
    long = words >= (_LONG_AFTER_BUT if after_but and not dated else _LONG_CLAUSE)
    left = long or any(phrase.use == "offer" and phrase.start >= start for phrase in within)
    return left and after_but, left


def _covered(phrase: Phrase, others: Iterable[Phrase]) -> bool:
    """Say whether a phrase is only a piece of another: "in the case of" is not "the case of"."""
    return any(
        other.start <= phrase.start < other.end and (other.start, other.end) != (phrase.start, phrase.end)
        for other in others
    )


def _count_words(text: str) -> int:
    return len(_CJK.sub(" ", text).split()) + len(_CJK.findall(text)) // _LETTERS_A_WORD
