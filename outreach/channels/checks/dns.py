"""What DNS says of the sender's domain and of this machine: MX, SPF, DKIM, DMARC, PTR; short waits, no guesses.

SPF is RFC 7208, DKIM RFC 6376, DMARC RFC 7489. A record that is not there and a name server that does not answer are
different things: the second one is "could not look up".
"""

import asyncio
import re
import socket
from collections.abc import Awaitable
from ipaddress import ip_address

from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, NoResolverConfiguration
from dns.reversename import from_address

from outreach.channels.checks.settings import Check, envelope_sender, ok, sender_domain, unknown, warning
from outreach.channels.providers import Provider, provider_of
from outreach.mime.headers import ascii_domain
from outreach.settings.settings import Settings
from outreach.text import listed

LIMIT = 3.0  # seconds a look-up
MOST_INCLUDES = 10  # that a receiver follows in an SPF record (RFC 7208, section 4.6.4)
_INCLUDE = re.compile(r"(?:\+?include:|redirect=)(\S+)", re.IGNORECASE)
NO_DNS = "Try again where there is DNS, or leave the look-ups out with --no-dns"


async def check_dns(settings: Settings, resolver: Resolver | None = None, address: str | None = None) -> list[Check]:
    """Look up everything at once, in a few seconds; by default with the system's resolver, for this machine."""
    sender, envelope = sender_domain(settings), envelope_sender(settings).rpartition("@")[2]
    look = Lookup(resolver)
    here = own_address() if address is None else address
    checks = {
        "MX": _mx(look, sender),
        "SPF": _spf(look, envelope, provider_of(settings.smtp.host, settings.smtp.effective_port)),
        "DKIM": _dkim(look, sender, settings.smtp.dkim_selector),
        "DMARC": _dmarc(look, sender),
        "alignment": _alignment(look, sender, envelope),
        "PTR": _ptr(look, here),
    }
    return list(await asyncio.gather(*(_settled(name, check) for name, check in checks.items())))


class Lookup:
    """Asks the name server. A record that is not there is an empty list; no answer is a DNSException."""

    def __init__(self, resolver: Resolver | None) -> None:
        self._resolver = resolver

    async def __call__(self, name: str, kind: str) -> list[str]:
        if self._resolver is None:
            self._resolver = Resolver()
        try:
            answer = await self._resolver.resolve(name, kind, lifetime=LIMIT)
        except (NXDOMAIN, NoAnswer):
            return []
        if kind == "TXT":
            return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
        return [record.to_text() for record in answer]

    async def exists(self, name: str) -> bool:
        """Say whether there is anything at or below the name (RFC 8020: NXDOMAIN means that there is nothing)."""
        if self._resolver is None:
            self._resolver = Resolver()
        try:
            await self._resolver.resolve(name, "TXT", lifetime=LIMIT)
        except NXDOMAIN:
            return False
        except NoAnswer:
            return True
        return True


async def _settled(name: str, check: Awaitable[Check]) -> Check:
    try:
        return await check
    except NoResolverConfiguration:
        return unknown(name, "this machine has no name server", NO_DNS)
    except (DNSException, OSError):
        return unknown(name, f"no name server answered within {LIMIT:g} seconds", NO_DNS)
    except ValueError:
        return unknown(name, "this is not a domain name", "Correct [sender] email and [smtp] envelope")


async def _mx(look: Lookup, domain: str) -> Check:
    records = await look(ascii_domain(domain), "MX")
    if records == ["0 ."]:
        return warning("MX", f"{domain} says that it takes no mail (RFC 7505)", "Answers would not arrive")
    if records:
        return ok("MX", f"{domain}: {listed(sorted(records), 3)}")
    if await look(ascii_domain(domain), "A") or await look(ascii_domain(domain), "AAAA"):
        return warning("MX", f"{domain} has an address but no MX", "Check that answers to [sender] email arrive")
    return warning("MX", f"{domain} has no mail server", "Answers and bounces could not arrive: publish an MX record")


async def _spf(look: Lookup, domain: str, provider: Provider | None) -> Check:
    """Look at the record of the envelope's domain, and whether it names the provider that the letters leave through."""
    records = [text for text in await look(ascii_domain(domain), "TXT") if _begins(text, "v=spf1")]
    if len(records) > 1:
        return warning(
            "SPF", f"{domain} has {len(records)} SPF records, so receivers ignore them all", "Keep one of them"
        )
    if not records:
        return warning("SPF", f"{domain} has no SPF record", "Publish one that names your mail server")
    if records[0].rstrip().lower().endswith("+all"):
        return warning("SPF", f"{domain}: {records[0]}", "+all lets anyone send as you: end it with ~all or -all")
    if provider is not None and provider.spf not in await _included(look, records[0]):
        found = f"{domain}: {records[0]}; it does not name {provider.name}, which the letters leave through"
        return warning("SPF", found, f"{provider.name} is usually named with include:{provider.spf}; ask there")
    return ok("SPF", f"{domain}: {records[0]}")


async def _included(look: Lookup, record: str) -> set[str]:
    """Give the names that an SPF record includes or leads to, also by way of others, as far as receivers go."""
    found, waiting = set[str](), [record]
    while waiting and len(found) < MOST_INCLUDES:
        new = {name.lower().rstrip(".") for name in _INCLUDE.findall(waiting.pop(0))} - found
        found |= new
        for name in sorted(new):
            if "%" not in name:  # a macro, which means another name for each letter (RFC 7208, section 7)
                waiting += [text for text in await look(name, "TXT") if _begins(text, "v=spf1")]
    return found


async def _dkim(look: Lookup, domain: str, selector: str) -> Check:
    """Look for the key of `selector`; without one for any, since the server alone knows which it uses."""
    if selector:
        return await _dkim_key(look, f"{selector}._domainkey.{ascii_domain(domain)}")
    if await look.exists(f"_domainkey.{ascii_domain(domain)}"):
        found = f"{domain} has a place for keys; which one the server uses shows only in a letter it has signed"
        return ok("DKIM", found)
    return warning("DKIM", f"{domain} has no DKIM keys", "Ask the mail server's operator for the key to publish")


async def _dkim_key(look: Lookup, name: str) -> Check:
    keys = [_tags(text) for text in await look(name, "TXT")]
    published = [tags["p"] for tags in keys if "p" in tags and tags.get("v", "DKIM1") == "DKIM1"]
    if not published:
        return warning("DKIM", f"there is no key at {name}", "Publish the one that your server's operator gives you")
    if not any(published):
        return warning(
            "DKIM", f"the key at {name} is revoked (RFC 6376, section 3.6.1)", "Ask the operator for a new one"
        )
    return ok("DKIM", f"there is a key at {name}; that the server signs with it shows only in a letter")


async def _alignment(look: Lookup, sender: str, envelope: str) -> Check:
    """Say whether SPF's word on the envelope counts for the domain in From (RFC 7489, section 3.1.2).

    The organisation's domain is the highest one with a DMARC record that is not a public suffix's own (psd=y).
    """
    ours, theirs = ascii_domain(sender).lower(), ascii_domain(envelope).lower()
    labels = ours.split(".")
    found = list[tuple[str, dict[str, str]]]()
    for start in range(len(labels) - 1):
        name = ".".join(labels[start:])
        records = [_tags(text) for text in await look(f"_dmarc.{name}", "TXT") if _begins(text, "v=DMARC1")]
        found += [(name, records[0])] if len(records) == 1 and records[0].get("psd") != "y" else []
    if not found:
        return warning("alignment", f"without a DMARC record of {sender} there is nothing to align", "See DMARC")
    strict, organisation = found[0][1].get("aspf") == "s", found[-1][0]
    if theirs == ours or (not strict and f".{theirs}".endswith(f".{organisation}")):
        how = "strict" if strict else "relaxed"
        return ok("alignment", f"From {sender} and envelope {envelope} fit ({how}), so SPF counts for DMARC")
    asked = "the same domain (aspf=s)" if strict else f"a domain of {organisation}"
    what = f"the envelope is of {envelope}, From of {sender}, and DMARC wants {asked}: only DKIM can count"
    return warning(
        "alignment", what, f"Set [smtp] envelope to an address at {sender}, or let the server sign for {sender} (DKIM)"
    )


async def _dmarc(look: Lookup, domain: str) -> Check:
    """Give the record of the domain, else of one above it (the organisation's)."""
    labels = ascii_domain(domain).split(".")
    for start in range(len(labels) - 1):
        name = ".".join(labels[start:])
        records = [text for text in await look(f"_dmarc.{name}", "TXT") if _begins(text, "v=DMARC1")]
        if len(records) == 1:
            return ok("DMARC", f"{name}: {records[0]}")
        if records:
            return warning(
                "DMARC", f"{name} has {len(records)} DMARC records, so receivers ignore them all", "Keep one of them"
            )
    return warning("DMARC", f"{domain} has no DMARC record", f'Publish "v=DMARC1; p=none" at _dmarc.{domain}')


async def _ptr(look: Lookup, address: str) -> Check:
    if not address or not ip_address(address).is_global:
        return ok("PTR", "this machine has no public address of its own; the mail server's name is what counts")
    names = await look(from_address(address).to_text(), "PTR")
    if names:
        return ok("PTR", f"{address}: {names[0]}")
    return warning("PTR", f"{address} has no name", "It matters only if this machine itself is the mail server")


def own_address() -> str:
    """Find this machine's address towards the internet, or ""; connecting a UDP socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # An address reserved for documentation (RFC 5737): the route to it is the default one.
            probe.connect(("192.0.2.1", 53))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _tags(text: str) -> dict[str, str]:
    """Read the tag=value pairs of a DKIM or DMARC record (RFC 6376, section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {tag.strip().lower(): "".join(value.split()) for tag, equals, value in pairs if equals}


def _begins(text: str, tag: str) -> bool:
    return text.lower().split(";")[0].split(" ")[0].strip() == tag.lower()
