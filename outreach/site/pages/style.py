"""The style sheet and the icon of a site, in the campaign's colours."""

from collections.abc import Iterator

from outreach.site.facts.site import Site
from outreach.site.frame.looks import style_sheet
from outreach.site.frame.page import File

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="{deep}"/>'
    '<g fill="#fff" fill-opacity=".55"><circle cx="6.5" cy="20" r="3"/><circle cx="11" cy="12.5" r="3"/>'
    '<circle cx="25.5" cy="20" r="3"/></g><circle cx="20.5" cy="11.5" r="4.2" fill="{spark}"/></svg>\n'
)


def files(site: Site) -> Iterator[File]:
    """Give site.css, and icon.svg for the tabs of browsers: a ring of seats of which one is lit."""
    theme = site.content.theme
    yield File("site.css", style_sheet(theme).encode())
    yield File("icon.svg", ICON.format(deep=theme.deep, spark=theme.spark).encode())
