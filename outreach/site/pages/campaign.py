"""The campaign's own page: hero, what was done, what is wanted, and the cases."""

from collections.abc import Iterator

from outreach.site.facts.site import Site
from outreach.site.frame.page import Page


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the first page of a language."""
    words = site.content.pages[language]
    yield Page(
        address="",
        language=language,
        template="campaign.html",
        title=words.title,
        description=words.description,
        words={"words": words, "cases": tuple(site.cases.values())},
    )
