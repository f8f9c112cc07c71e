"""Pages about the site itself: about, privacy, not found."""

from collections.abc import Iterator

from outreach.site.facts.site import Site
from outreach.site.frame.page import Page
from outreach.site.frame.translations import translations


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give these pages in one language; "not found" in the first alone, since hosts have one."""
    _ = translations(language).gettext
    yield Page("about/", language, "plain.html", _("About the campaign"), site.content.pages[language].description)
    yield Page("privacy/", language, "plain.html", _("What this page knows of you"), _("Nothing."))
    if language == site.languages[0]:
        yield Page("404.html", language, "plain.html", _("Not here"), _("There is no such page."), indexed=False)
