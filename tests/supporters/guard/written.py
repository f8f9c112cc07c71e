"""Texts as a public form gets them: variants of templates, edited as people edit, and texts in people's own words.

The sentences are in texts/, in pools that different hands wrote (texts/README.md says whose): own.xx.txt one a line,
templates.xx.txt one a line with a blank line between templates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).with_name("texts")
POOLS = ("first", "second")
LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru", "de", "pt", "tr", "fa", "ja", "pl")
UNSPACED = ("zh", "ja")
NAMES = {
    "en": ("Alex", "Sam", "Robin", "Kim", "Charlie", "Jo"),
    "fr": ("Camille", "Dominique", "Claude", "Maxime", "Sacha", "Morgan"),
    "es": ("Guadalupe", "Trinidad", "Cruz", "Ariel", "Noel", "René"),
    "ar": ("نور", "صباح", "إحسان", "رجاء", "جهاد", "أمل"),
    "zh": ("李宁", "王平", "张小", "刘明", "陈安", "赵文"),
    "ru": ("Саша", "Женя", "Валя", "Слава", "Паша", "Шура"),
    "de": ("Kim", "Toni", "Alex", "Sascha", "Robin", "Luca"),
    "pt": ("Ariel", "Noa", "Darci", "Juraci", "Alex", "Jaci"),
    "tr": ("Deniz", "Umut", "Evren", "Güneş", "Özgür", "Yücel"),
    "fa": ("مهر", "امید", "شادی", "نور", "آرام", "روان"),
    "ja": ("かおる", "ひかる", "あきら", "みずき", "つばさ", "ゆうき"),
    "pl": ("Alex", "Kim", "Sasza", "Ariel", "Noa", "Robin"),
}
GREETINGS = {
    "en": ("Dear Ambassador,", "Dear all,", "Good morning,", "To the Mission,", "Dear friends,"),
    "fr": ("Bonjour,", "Madame, Monsieur,", "Chers amis,", "Excellence,"),
    "es": ("Buenos días:", "Estimados señores:", "Queridos amigos:", "A quien corresponda:"),
    "ar": ("تحية طيبة،", "السلام عليكم،", "السادة الكرام،"),
    "zh": ("您好:", "尊敬的代表:", "各位朋友:"),
    "ru": ("Добрый день!", "Дорогие друзья!", "Уважаемые господа!"),
    "de": ("Guten Tag,", "Sehr geehrte Damen und Herren,", "Liebe Leute,", "Exzellenz,"),
    "pt": ("Bom dia,", "Excelência,", "Caros senhores,", "A quem possa interessar:"),
    "tr": ("Merhaba,", "Sayın yetkililer,", "İyi günler,"),
    "fa": ("سلام،", "با درود،", "جناب سفیر،"),
    "ja": ("拝啓。", "こんにちは。", "ご担当者様。"),
    "pl": ("Dzień dobry,", "Szanowni Państwo,", "Ekscelencjo,"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and the number of the template that it was made from; None for somebody's own words."""

    words: str
    language: str
    template: int | None = None


@cache
def own_sentences(language: str, pools: Sequence[str] = POOLS) -> tuple[str, ...]:
    """Give the sentences of a language, those of the first pool first."""
    return tuple(sentence for file in _files("own", language, pools) for sentence in file.splitlines())


@cache
def templates(pools: Sequence[str] = POOLS) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the language and the sentences of each of the 50 templates, the 40 of the first pool first."""
    return tuple(
        (language, tuple(part.splitlines()))
        for pool in pools
        for language in LANGUAGES
        for file in _files("templates", language, (pool,))
        for part in file.strip().split("\n\n")
    )


def _files(kind: str, language: str, pools: Sequence[str]) -> list[str]:
    named = [FOLDER / pool / f"{kind}.{language}.txt" for pool in pools]
    return [file.read_text("utf-8") for file in named if file.exists()]


def forty(random: Random) -> list[int]:
    """Give the numbers of 40 templates: all of the second pool, the rest of the first."""
    of_first = len(templates(POOLS[:1]))
    later = range(of_first, len(templates()))
    return [*sorted(random.sample(range(of_first), 40 - len(later))), *later]


def variants(number: int, random: Random, edits: Sequence[int], of: Sequence[int] = ()) -> list[Written]:
    """Give that many texts made from the templates of these numbers, or from all, about as many from each."""
    known = [(nth, *templates()[nth]) for nth in of or range(len(templates()))]
    made = (known[nth % len(known)] for nth in range(number))
    return [Written(edited(part, language, random, edits), language, nth) for nth, language, part in made]


def own_texts(number: int, random: Random, pools: Sequence[str] = POOLS) -> list[Written]:
    """Give that many texts of 2 to 6 sentences; one in ten has a sentence of a template among its own."""
    known = templates(pools)
    languages = [language for language in LANGUAGES if own_sentences(language, pools)]
    texts = []
    for nth in range(number):
        language = languages[nth % len(languages)]
        sentences = random.sample(own_sentences(language, pools), random.randint(2, 6))
        if random.random() < 0.1:
            taken = random.choice([sentence for code, part in known if code == language for sentence in part])
            sentences.insert(random.randint(0, len(sentences)), taken)
        texts.append(Written(joined(sentences, language), language))
    return texts


KINDS = ("greeting", "name", "drop", "add", "move", "word", "slip")
FEW_EDITS = (0, 1, 1, 2, 2, 2, 3, 3, 4)  # one of these many, by people who send a template with changes
MANY_EDITS = tuple(range(9))  # by people who make it their own


def edited(template: Sequence[str], language: str, random: Random, edits: Sequence[int]) -> str:
    """Edit a template as people do: another greeting, sentences left out, moved, added, slips, a name at the end."""
    greeting, *sentences = template
    slips = 0
    for kind in random.choices(KINDS, k=random.choice(edits)):
        at = random.randrange(len(sentences))
        match kind:
            case "greeting":
                greeting = random.choice(GREETINGS[language])
            case "name":
                sentences.append(random.choice(NAMES[language]))
            case "drop" if len(sentences) > 2:
                sentences.pop(at)
            case "add":
                sentences.insert(at, random.choice(own_sentences(language)))
            case "move":
                sentences.insert(at, sentences.pop(random.randrange(len(sentences))))
            case "word":
                sentences[at] = another_word(sentences[at], random.choice(own_sentences(language)), language, random)
            case _:
                slips += 1
    text = joined([greeting, *sentences], language)
    for _ in range(slips):
        text = slip(text, random)
    return text


def another_word(sentence: str, other: str, language: str, random: Random) -> str:
    """Put a word of another sentence in the place of one; two signs, where a script has no spaces between words."""
    if language in UNSPACED:
        at, taken = (random.randrange(max(1, len(text) - 2)) for text in (sentence, other))
        return sentence[:at] + other[taken : taken + 2] + sentence[at + 2 :]
    words, others = sentence.split(), other.split()
    words[random.randrange(len(words))] = random.choice(others)
    return " ".join(words)


def joined(sentences: Sequence[str], language: str) -> str:
    return ("" if language in UNSPACED else " ").join(sentences)


def slip(text: str, random: Random) -> str:
    """Make a slip of the keyboard: a letter left out, doubled, or changed places with the next."""
    at = random.randrange(len(text) - 1)
    kinds = (
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )
    return random.choice(kinds)
