"""Asks DNS whether domains take mail; the one part of the registry that uses the network, and only when asked to."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS = 5.0  # for all questions about one domain
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class DomainFinding:
    """What DNS says about a domain. `unknown` says nothing about the domain: the question got no answer."""

    domain: str
    answer: Literal["takes mail", "takes no mail", "unknown"]
    detail: str = ""


def look_up(domains: Iterable[str], resolver: "Resolver | None" = None) -> list[DomainFinding]:
    """Give a finding for each domain, sorted by domain (MX, else A or AAAA: RFC 5321, section 5; null MX: RFC 7505)."""
    from dns.exception import DNSException
    from dns.resolver import Resolver

    names = sorted(set(domains))
    try:
        resolver = resolver or Resolver()
        resolver.lifetime = SECONDS
        # A name server cut off from the world may say of every name that it does not exist, even of the root.
        resolver.resolve(".", "NS")
    except (DNSException, OSError) as error:
        return [DomainFinding(name, "unknown", f"no DNS here: {error}") for name in names]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(partial(_look_up, resolver), names))


def _look_up(resolver: "Resolver", domain: str) -> DomainFinding:
    from dns.exception import DNSException
    from email_validator import EmailUndeliverableError
    from email_validator.deliverability import validate_email_deliverability
    from idna import IDNAError, encode

    try:
        ascii_domain = encode(domain, uts46=True).decode("ascii")
        info = validate_email_deliverability(ascii_domain, domain, dns_resolver=resolver)
    except EmailUndeliverableError as error:
        return DomainFinding(domain, "takes no mail", str(error))
    except (DNSException, IDNAError, OSError) as error:
        return DomainFinding(domain, "unknown", str(error))
    unknown = info.get("unknown-deliverability")
    if unknown:
        return DomainFinding(domain, "unknown", unknown.replace("_", " "))
    return DomainFinding(domain, "takes mail")
