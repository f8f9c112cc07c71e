"""What hosts and programs look for beside the pages: the map of the site, rules for robots, headers, a contact."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import timedelta

from outreach.site.facts.site import Site
from outreach.site.frame.addresses import root_path
from outreach.site.frame.page import File, Page
from outreach.site.frame.rendering import POLICY
from outreach.site.output import MARK

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
A_YEAR = timedelta(days=365)
# The headers that a page cannot carry itself, in the form that Netlify and Cloudflare Pages read.
HEADERS = (
    ("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


def files(site: Site, made: Iterable[Page]) -> Iterator[File]:
    """Give these files. `made` are all pages; sitemap.xml and security.txt need the address of the site."""
    yield File("robots.txt", _robots(site).encode())
    yield File("_headers", ("/*\n" + "".join(f"  {name}: {value}\n" for name, value in HEADERS)).encode())
    yield File(".htaccess", "".join(_apache()).encode())
    if site.url:
        yield File("sitemap.xml", _sitemap(site, made))
    if site.url and (contact := site.campaign.settings.site.contact):
        yield File(".well-known/security.txt", _security(site, contact).encode())


def _robots(site: Site) -> str:
    if site.rehearsal:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nAllow: /\nSitemap: {site.url}sitemap.xml\n"


def _apache() -> Iterator[str]:
    """Write the headers as Apache reads them, and only where it can set them."""
    yield f'ErrorDocument 404 /404.html\n<Files "{MARK}">\n  Require all denied\n</Files>\n<IfModule mod_headers.c>\n'
    for name, value in HEADERS:
        yield f'  Header always set {name} "{value}"\n'
    yield "</IfModule>\n"


def _sitemap(site: Site, made: Iterable[Page]) -> bytes:
    """Write sitemap.xml (sitemaps.org, version 0.9): each page that search engines may show."""
    whole = ET.Element("urlset", {"xmlns": SITEMAP})
    for page in made:
        if page.indexed:
            place = root_path(page.address, page.language, site.languages)
            ET.SubElement(ET.SubElement(whole, "url"), "loc").text = f"{site.url}{place}"
    ET.indent(whole)
    written: bytes = ET.tostring(whole, "utf-8", xml_declaration=True)
    return written + b"\n"


def _security(site: Site, contact: str) -> str:
    """Write security.txt (RFC 9116): whom to tell of a hole, and until when that is true: a year from the day."""
    expires = f"{site.day + A_YEAR}T00:00:00Z"
    languages = ", ".join(site.languages)
    canonical = f"{site.url}.well-known/security.txt"
    return f"Contact: mailto:{contact}\nExpires: {expires}\nPreferred-Languages: {languages}\nCanonical: {canonical}\n"
