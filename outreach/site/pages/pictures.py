"""The pictures of a site, as files beside its pages."""

from collections.abc import Iterator

from outreach.site.content.picture_files import picture_for_site
from outreach.site.facts.site import Site
from outreach.site.frame.page import File

FOLDER = "pictures/"  # from the root of the site


def files(site: Site) -> Iterator[File]:
    """Give every picture that pages may show: its pixels alone."""
    for name in site.content.pictures:
        yield File(f"{FOLDER}{name}", picture_for_site(site.campaign.folder, name))
