"""The style sheet of a site, in the campaign's colours."""

from collections.abc import Iterator

from outreach.site.facts.site import Site
from outreach.site.frame.looks import style_sheet
from outreach.site.frame.page import File


def files(site: Site) -> Iterator[File]:
    """Give site.css."""
    yield File("site.css", style_sheet(site.content.theme).encode())
