"""Characters that no text of ours may have: controls, line breaks where one line is meant; knows no template."""

import re
from functools import lru_cache

from outreach.rendering.templates.context import MissionWords, SenderWords

# Controls (NUL, CR, ESC, C1 …), the separators some programs take for a line end, and halves of surrogate pairs.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
CONTROL_OR_BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
SEVERAL_LINES: dict[type, str] = {
    MissionWords: "address",
    SenderWords: "postal_address",
}  # the fields that may have line breaks


@lru_cache(maxsize=8192)
def word_problem(noun: object) -> str:
    """What is wrong with one noun's words, or "". Most have nothing wrong: those are looked at in one go."""
    texts = _texts(noun)
    if CONTROL_OR_BREAK.search("".join([text for _, text in texts])) is None:
        return ""
    several = SEVERAL_LINES.get(type(noun))
    for name, text in texts:
        found = (CONTROL if name == several else CONTROL_OR_BREAK).search(text)
        if found:
            owner = type(noun).__name__.removesuffix("Words").lower()
            return f"the word {owner}.{name} has the control character or line break {code_point(found)}"
    return ""


def code_point(found: re.Match[str]) -> str:
    """The character found, as U+000A."""
    return f"U+{ord(found[0]):04X}"


def _texts(noun: object) -> list[tuple[str, str]]:
    """Field and text, for each text that a noun holds."""
    values = [(name, getattr(noun, name)) for name in noun.__slots__]  # type: ignore[attr-defined]
    texts = [(name, value) for name, value in values if isinstance(value, str)]
    lists = [(name, value) for name, value in values if isinstance(value, tuple)]
    return texts + [(name, text) for name, value in lists for text in value]
