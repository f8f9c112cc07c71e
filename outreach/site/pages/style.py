"""The style sheet and the icon of a site, in the campaign's colours."""

from collections.abc import Iterator

from outreach.site.facts.site import Site
from outreach.site.frame.looks import icon, style_sheet
from outreach.site.frame.page import File


def files(site: Site) -> Iterator[File]:
    """Give site.css, and icon.svg for the tabs of browsers: a ring of seats of which one is lit."""
    theme = site.content.theme
    yield File("site.css", style_sheet(theme).encode())
    yield File("icon.svg", icon(theme).encode())
