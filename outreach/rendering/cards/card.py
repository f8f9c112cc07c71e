"""The nouns of cards: what a name, a quote and thanks say, and the same in words for an alt text; draws nothing."""

from dataclasses import dataclass

from outreach.language import grammar_of

Size = tuple[int, int]
POST_SIZE: Size = (1200, 675)  # 16:9, which every network shows whole
LINK_SIZE: Size = (1200, 630)  # what Open Graph asks for

# What a card of thanks says. In a language that is not here nobody is thanked by a picture.
THANKS = {
    "ar": "شكرًا",
    "de": "Danke",
    "en": "Thank you",
    "es": "Gracias",
    "fr": "Merci",
    "id": "Terima kasih",
    "it": "Grazie",
    "ja": "ありがとうございます",
    "ko": "감사합니다",
    "nl": "Dank u",
    "pl": "Dziękujemy",
    "pt": "Agradecemos",
    "ru": "Спасибо",
    "sw": "Asante",
    "tr": "Teşekkürler",
    "uk": "Дякуємо",
    "zh": "谢谢",
}
MARKS = {"fr": "«", "es": "«", "it": "«", "pt": "«", "ru": "«", "uk": "«", "ar": "«", "fa": "«", "de": "„", "pl": "„"}
QUOTED = {"«": ("«", "»"), "„": ("„", "“"), "“": ("“", "”")}

_ALT = {"en": "A card that reads: {}", "fr": "Carte portant ce texte : {}", "es": "Tarjeta con este texto: {}"}


@dataclass(frozen=True, slots=True)
class NameCard:
    """A name: of a case, of a State, of the campaign. All but the name may be blank.

    `above` are short words over the name: the State concerned, the ask's day. `address` is of the public page, as
    people type it. `credit` names whose picture stands beside it.
    """

    name: str
    line: str = ""
    above: tuple[str, ...] = ()
    hashtag: str = ""
    address: str = ""
    credit: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """Somebody's words, without quotation marks, and whose they are, which may be blank. `above` as on a name card."""

    quote: str
    by: str = ""
    above: tuple[str, ...] = ()
    hashtag: str = ""
    address: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ThanksCard:
    """Thanks to States, by name, in the order given; `above` says what for, such as the case's title."""

    states: tuple[str, ...]
    above: tuple[str, ...] = ()
    hashtag: str = ""
    address: str = ""
    language: str = "en"

    @property
    def title(self) -> str:
        """Give the words of thanks; "" in a language in which the program knows none."""
        return THANKS.get(self.language, THANKS.get(self.language.partition("-")[0], ""))


Card = NameCard | QuoteCard | ThanksCard


def marks(language: str) -> tuple[str, str]:
    """Give the quotation marks of a language, the opening and the closing one."""
    return QUOTED[MARKS.get(language.partition("-")[0], "“")]


def alt_text(card: Card) -> str:
    """Describe a card to those who do not see it: that it is a picture, and all its words, once each."""
    if isinstance(card, NameCard):
        said = [_sentence(*card.above), _sentence(card.name), _sentence(card.line), _sentence(card.credit)]
    elif isinstance(card, QuoteCard):
        opening, closing = marks(card.language)
        room = "\u00a0" if grammar_of(card.language) == "fr" else ""
        said = [_sentence(*card.above), f"{opening}{room}{card.quote.strip()}{room}{closing}", _sentence(card.by)]
    else:
        colon = "\u00a0:" if grammar_of(card.language) == "fr" else ":"
        said = [_sentence(*card.above), _sentence(f"{card.title}{colon} {', '.join(card.states)}")]
    words = " ".join(filter(None, [*said, card.hashtag.strip(), card.address.strip()]))
    return _ALT.get(grammar_of(card.language), "{}").format(words)


def _sentence(*parts: str) -> str:
    words = ", ".join(part.strip() for part in parts if part.strip())
    return f"{words}{'' if words[-1] in '.!?…。！？؟' else '.'}" if words else ""
