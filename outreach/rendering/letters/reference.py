"""The line that names a letter, such as Our reference: ABCDE-FGHIJ, at its top and under the signature; knows no mail.

A template writes the line before anybody knows the reference, with a place for it: the reference goes in last, since
all else is alike in many letters.
"""

import re
from functools import lru_cache
from html import escape

from outreach.language import grammar_of, is_right_to_left
from outreach.mime.frame import quoted_printable
from outreach.rendering.letters.setting.bidi import turned
from outreach.rendering.letters.setting.markdown import Block
from outreach.rendering.letters.setting.page import styles

# As registries write it; French has a no-break space before the colon.
OUR_REFERENCE = {
    "en": "Our reference: {reference}",
    "fr": "Notre référence\u00a0: {reference}",
    "es": "Nuestra referencia: {reference}",
}
ANY_REFERENCE = "Ref.: {reference}"  # in a language of which nobody gave the words
PLACE_OF_REFERENCE = "REF00-00000"  # as long as a reference, and never one: those have no 0
REFERENCE = re.compile(r"[A-Z0-9]+-[A-Z0-9]+")  # signs that quoted-printable leaves as they are


def reference_words(language: str, reference: str, own: str = "") -> str:
    """Give the words of the line: the campaign's `own`, with {reference} in them, else those of the language."""
    return (own or OUR_REFERENCE.get(grammar_of(language), ANY_REFERENCE)).replace("{reference}", reference)


def reference_line(language: str, reference: str, own: str = "") -> Block:
    """Write the last line of a letter: how to name it when answering, in smaller type. It differs in every letter."""
    return _filled(_line(language, own), reference)


@lru_cache(maxsize=64)
def _line(language: str, own: str) -> Block:
    line = reference_words(language, PLACE_OF_REFERENCE, own)
    inlined = styles()
    html = f'<p style="{inlined["p"]}"><small style="{inlined["small"]}">{escape(line)}</small></p>\n'
    block = _block(html, f"{line}\n")
    return turned(block) if is_right_to_left(language) else block


def with_reference(blocks: tuple[Block, ...], reference: str) -> tuple[Block, ...]:
    """Put the reference where a template left a place for it; without one, leave out the paragraphs that have it."""
    if not any(PLACE_OF_REFERENCE in block.text for block in blocks):
        return blocks
    if not reference:
        return tuple([block for block in blocks if PLACE_OF_REFERENCE not in block.text])
    return tuple([_filled(block, reference) if PLACE_OF_REFERENCE in block.text else block for block in blocks])


def _filled(block: Block, reference: str) -> Block:
    """Put the reference into a block; into what is encoded already, where that comes to the same."""
    html = block.html.replace(PLACE_OF_REFERENCE, escape(reference))
    text = block.text.replace(PLACE_OF_REFERENCE, reference)
    place, new = PLACE_OF_REFERENCE.encode(), reference.encode()
    same = len(new) == len(place) and REFERENCE.fullmatch(reference)
    if not same or (block.html_quoted.count(place), block.text_quoted.count(place)) != (
        block.html.count(PLACE_OF_REFERENCE),
        block.text.count(PLACE_OF_REFERENCE),
    ):  # a line of quoted-printable ends in it
        return _block(html, text)
    return Block(html, text, block.html_quoted.replace(place, new), block.text_quoted.replace(place, new))


def _block(html: str, text: str) -> Block:
    return Block(html, text, quoted_printable(html), quoted_printable(text))
