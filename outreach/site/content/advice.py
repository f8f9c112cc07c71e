"""Advises on the words of site/: what is still to be filled in, or was not meant to stand there."""

from collections.abc import Iterator

from outreach.cases.advice.advice import Advice, Finding
from outreach.cases.advice.invisible import unseen
from outreach.cases.advice.markup import pasted_html
from outreach.cases.advice.placeholders import placeholders, unfilled
from outreach.site.content.model import Content
from outreach.site.content.words import Words, words_of


def advice_on_content(content: Content) -> tuple[Advice, ...]:
    """Give what a person should look at in the words of a site, with the file and the line or section it stands in."""
    return tuple(
        Advice(finding.what, finding.to_do, words.file, column=words.column or None)
        for words in words_of(content)
        for finding in sorted(_findings(words), key=lambda each: each.at)
    )


def _findings(words: Words) -> Iterator[Finding]:
    yield from unseen(words.text)
    yield from placeholders(words.text, words.language)
    yield from pasted_html(words.text, comments=False)
    yield from unfilled(words.text)
