"""The last line of a letter, under the signature: how to name it when answering; knows no token and no mail."""

from html import escape

from outreach.mime.frame import quoted_printable
from outreach.rendering.letters.markdown import Block
from outreach.rendering.letters.page import styles

# As registries write it; French has a no-break space before the colon.
OUR_REFERENCE = {"en": "Our reference: ", "fr": "Notre référence\u00a0: ", "es": "Nuestra referencia: "}


def reference_line(language: str, reference: str) -> Block:
    """The line for a letter in this language, set smaller than the letter. It differs in every letter: never cached."""
    line = OUR_REFERENCE.get(language, OUR_REFERENCE["en"]) + reference
    inlined = styles()
    html = f'<p style="{inlined["p"]}"><small style="{inlined["small"]}">{escape(line)}</small></p>\n'
    text = f"{line}\n"
    return Block(html, text, quoted_printable(html), quoted_printable(text))
