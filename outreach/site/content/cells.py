"""Reads what stands in one cell or line of site/: a text, the address of a page; knows no files.

Each reader returns the value, or raises ValueError whose text says what is wrong and what to write.
"""

import re

from outreach.text import shortened

_HOST = r"[^\s\"'<>\\^`{|}/?#@]+"
WEB_ADDRESS = re.compile(rf"https?://{_HOST}\.{_HOST}(?:[/?#][^\s\"<>\\^`{{|}}]*)?", re.IGNORECASE)
LONGEST_ADDRESS = 2000  # characters: browsers and servers take no longer ones (RFC 9110, section 4.1)


def read_web_address(text: str) -> str:
    """Return an address that a link may lead to: http or https, of some host; or blank."""
    if text and (len(text) > LONGEST_ADDRESS or not WEB_ADDRESS.fullmatch(text)):
        how = "write it as https://example.org/page, or leave it blank"
        raise ValueError(f"'{shortened(text, 80)}' is not the address of a page: {how}")
    return text


def read_text(text: str, what: str) -> str:
    """Return a text that must be there; `what` says what it should say."""
    if not text:
        raise ValueError(f"missing: write {what}")
    return text
