"""Advises on how long letters are, and the words that they suggest; a letter of any length leaves all the same."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from outreach.campaign import TEMPLATES, Campaign
from outreach.cases.advice.advice import Advice
from outreach.cases.files.translations import SUGGESTED
from outreach.cases.model import Ask, Case
from outreach.errors import DataError
from outreach.language import is_foreign
from outreach.registry.model import Mission
from outreach.rendering.letters.letter import Letter, LetterWriter
from outreach.rendering.letters.names import template_name
from outreach.rendering.letters.sections import suggested_words
from outreach.rendering.letters.words import letter_context, letter_language
from outreach.rendering.templates.context import LetterContext
from outreach.settings.sections import FILE
from outreach.text import counted

SENTENCE, PARAGRAPH = 30, 60  # words that a delegation has time for
WORD = re.compile(r"\S*\w\S*")
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai to Chinese


@dataclass(frozen=True, slots=True)
class LetterSort:
    """The letters that one template makes for one ask."""

    case: Case
    ask: Ask
    round: str
    language: str

    def __str__(self) -> str:
        return f"{self.case.slug}, ask {self.ask.id}, {self.round}, {self.language}"


def count_words(text: str) -> int:
    """Count words; a sign alone is none. In writing without spaces between them two characters count as one."""
    return len(WORD.findall(text)) + len(UNSPACED.findall(text)) // 2


def words_of_letter(letter: Letter, context: LetterContext) -> int:
    """Count what is read, up to the signature: all but the date, our reference, the mission's name and address."""
    text = _plain(letter.with_reference("").text)
    before, signed, _ = text.rpartition(context.sender.email or "\0")
    text = before if signed else text
    for part in (context.date, context.mission.name, context.mission.address):
        text = text.replace(_plain(part), "", 1)
    return count_words(text)


def _plain(text: str) -> str:
    """Give a text on one line, with the spaces and apostrophes of a keyboard, whatever French typography made of it."""
    return re.sub(r" (?=[;:?!])", "", " ".join(text.replace("\u2019", "'").split()))


def advice_on_length(campaign: Campaign, sort: LetterSort, words: Mapping[str, int]) -> Iterator[Advice]:
    """Give advice about letters of one sort, whose words are counted by State: the shortest and the longest.

    A letter that all cases share may say little: without a theme it does. Languages that join words need fewer.
    """
    if not words:
        return
    least, most = campaign.settings.letters.words.of(sort.round)
    template = template_name(campaign.templates, sort.case.slug, sort.round, sort.language)
    shared = template == f"{sort.round}.{sort.language}.md"
    telling = sort.case.told_in(sort.language)
    file = telling.file if shared and sort.round == "first" and telling else f"{TEMPLATES}/{template}"
    shortest, longest = min(words, key=words.__getitem__), max(words, key=words.__getitem__)
    usual = f"{least} to {most} are read"
    if words[longest] > most:
        what = _what(campaign, sort, longest, words[longest])
        over = counted(words[longest] - most, "word")
        also = f"The ask's own sentence (text.{sort.language} in {FILE}) counts too"
        yield Advice(what, f"{usual}, so shorten it by {over}. {also}", file)
    if words[shortest] < (least // 2 if is_foreign(sort.language) else least) and not shared:
        what = _what(campaign, sort, shortest, words[shortest])
        yield Advice(what, f"{usual}, so there is room for what a reader must know", file)


def advice_on_letters(
    campaign: Campaign,
    cases: Sequence[Case],
    ask: Ask,
    round_: str,
    missions: Iterable[Mission],
    language: str | None = None,
) -> tuple[Advice, ...]:
    """Give advice about the letters to some missions, each in its own language or the one given; none is kept.

    A letter for several cases is as long as they are many: about it nothing is said.

    What cannot be written is left to whoever sends it.
    """
    if len(cases) != 1:
        return ()
    [case] = cases
    writer = LetterWriter(campaign.templates, campaign.settings.words)
    words = dict[str, dict[str, int]]()
    for mission in missions:
        own = language or letter_language(mission, campaign.settings)
        try:
            context = context_of(campaign, mission, LetterSort(case, ask, round_, own))
            words.setdefault(own, {})[mission.state] = words_of_letter(writer.write(context), context)
        except DataError:
            continue
    sorts = ((LetterSort(case, ask, round_, own), counts) for own, counts in words.items())
    return tuple(advice for sort, counts in sorts for advice in advice_on_length(campaign, sort, counts))


def context_of(campaign: Campaign, mission: Mission, sort: LetterSort) -> LetterContext:
    """Find the words of the letter of a sort to a mission."""
    return letter_context(
        registry=campaign.registry,
        cases=campaign.cases,
        settings=campaign.settings,
        mission=mission,
        case=sort.case,
        ask=sort.ask,
        round=sort.round,
        language=sort.language,
    )


def advice_on_suggested_words(case: Case) -> Iterator[Advice]:
    """Give advice about words for a delegation that it has no time to say."""
    for language in (case.language, *case.translations):
        telling = case.told_in(language)
        if telling is None or SUGGESTED not in telling.story:
            continue
        sentence, paragraph = suggested_words(case, language)
        for text, most, name in ((sentence, SENTENCE, "sentence"), (paragraph, PARAGRAPH, "paragraph")):
            if (words := count_words(text)) > most:
                what = f"## {SUGGESTED}: the {name} has {counted(words, 'word')}"
                to_do = f"a delegation has two minutes for all its cases: make it at most {most}"
                yield Advice(what, to_do, telling.file, telling.begins.get(SUGGESTED))


def _what(campaign: Campaign, sort: LetterSort, state: str, words: int) -> str:
    return f"the letter {sort} to {campaign.registry.states[state].name} has {counted(words, 'word')}"
