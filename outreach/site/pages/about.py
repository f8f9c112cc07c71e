"""Pages about the site itself: about the campaign and its sources, what the page knows of a reader, not found."""

from collections.abc import Iterator

from outreach.site.facts.site import Site
from outreach.site.frame.page import NOT_FOUND, Page
from outreach.site.frame.translations import translations


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give these pages in one language; "not found" in the first alone, since a host has one."""
    _ = translations(language).gettext
    description = site.content.pages[language].description
    yield Page("about/", language, "about.html", _("About the campaign"), description, menu="about/")
    sentence = _("Nothing: it runs no script, sets no cookie, loads nothing from others and asks you for nothing.")
    yield Page("privacy/", language, "privacy.html", _("What this page knows of you"), sentence, menu="privacy/")
    if language == site.languages[0]:
        sentence = _("There is no page at this address.")
        yield Page(NOT_FOUND, language, "404.html", _("Not here"), sentence, indexed=False, alone=True)
