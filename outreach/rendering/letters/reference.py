"""The line that names a letter, such as Our reference: ABCDE-FGHIJ, at its top and under the signature; knows no mail.

A template writes the line before anybody knows the reference, with a place for it: the reference goes in last, since
all else is alike in many letters.
"""

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


def reference_words(language: str, reference: str, own: str = "") -> str:
    """Give the words of the line: the campaign's `own`, with {reference} in them, else those of the language."""
    return (own or OUR_REFERENCE.get(grammar_of(language), ANY_REFERENCE)).replace("{reference}", reference)


def reference_line(language: str, reference: str, own: str = "") -> Block:
    """Write the last line of a letter: how to name it when answering, in smaller type. It differs in every letter."""
    line = reference_words(language, reference, own)
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
    return _block(block.html.replace(PLACE_OF_REFERENCE, reference), block.text.replace(PLACE_OF_REFERENCE, reference))


def _block(html: str, text: str) -> Block:
    return Block(html, text, quoted_printable(html), quoted_printable(text))
