"""Says whether a request may be for us, and whether another site's page made it. Knows no address of a page.

There are no cookies here, so a foreign page could do nothing that its visitor could not do by hand. It is refused all
the same: nobody is to make a visitor's browser send a form, or count as their network.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from outreach.settings.sections import is_loopback

NOWHERE = "null"  # what a browser says of pages that send no referrer, such as ours, and of frames in a sandbox
DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Give the origin of an address as browsers write it (RFC 6454, section 6.1); "" for what has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme]) else "")


def host_of(header: str) -> str:
    """Give the name in a Host header, in lower case and without the port; "" for what is none."""
    if any(character in header for character in "/?#@\\ \t"):
        return ""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Ours:
    """What is us: the origins of our forms, and that of the static site, which may bring a form to be looked at.

    Both are blank where they are not set. Then we are whatever loopback name a browser asked for.
    """

    public: str = ""
    site: str = ""

    def is_our_host(self, header: str) -> bool:
        """Say whether a Host header names us: our public name, or this machine for whoever is on it."""
        host = host_of(header)
        return bool(host) and (host == host_of(urlsplit(self.public).netloc) or is_loopback(host))

    def is_foreign(self, origin: str, fetched_from: str, host: str, *, may_be_site: bool) -> bool:
        """Say whether another site's page sends this form.

        `origin` and `fetched_from` are the headers Origin and Sec-Fetch-Site, blank where they are missing: programs
        send neither. Our pages send no referrer, so that browsers say `null` of them (Fetch standard, section 3.2),
        and say in Sec-Fetch-Site who they are; those from before 2023 do not. `may_be_site`: the form stores nothing,
        and may come from the static site, of which a browser says `null` and cross-site.
        """
        if origin not in ("", NOWHERE):
            return origin not in self._own(host, may_be_site=may_be_site)
        return fetched_from not in ("", "same-origin", "none") and not may_be_site

    def _own(self, host: str, *, may_be_site: bool) -> Collection[str]:
        own = {self.public} if self.public else set[str]()
        if is_loopback(host_of(host)):
            own |= {f"http://{host.lower()}"}
        return own | ({self.site} if may_be_site and self.site else set())
