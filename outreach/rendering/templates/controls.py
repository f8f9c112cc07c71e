"""Characters that no text of ours may have: controls, line breaks where one line is meant; knows no template."""

from functools import lru_cache

from outreach.rendering.templates.context import CaseWords, MissionWords, SenderWords
from outreach.text import code_point, control_in, control_in_line

SEVERAL_LINES: dict[type, tuple[str, ...]] = {
    CaseWords: ("background", "what_happened", "what_we_want"),
    MissionWords: ("address",),
    SenderWords: ("postal_address",),
}  # the fields that may have line breaks


@lru_cache(maxsize=8192)
def word_problem(noun: object) -> str:
    """Say what is wrong with one noun's words, or "". Most have nothing wrong: those are looked at in one go."""
    texts = _texts(noun)
    if not control_in_line("".join([text for _, text in texts])):
        return ""
    several = SEVERAL_LINES.get(type(noun), ())
    for name, text in texts:
        found = control_in(text) if name in several else control_in_line(text)
        if found:
            owner = type(noun).__name__.removesuffix("Words").lower()
            return f"the word {owner}.{name} has the control character or line break {code_point(found)}"
    return ""


def _texts(noun: object) -> list[tuple[str, str]]:
    """Field and text, for each text that a noun holds."""
    values = [(name, getattr(noun, name)) for name in noun.__slots__]  # type: ignore[attr-defined]
    texts = [(name, value) for name, value in values if isinstance(value, str)]
    lists = [(name, value) for name, value in values if isinstance(value, tuple)]
    return texts + [(name, text) for name, value in lists for text in value if isinstance(text, str)]
