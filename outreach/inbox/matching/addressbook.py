"""Says whose address is whose: a mission's, by the registry and past letters, or our own. Knows no mail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from outreach.inbox.matching.government import KEPT, is_of_government
from outreach.inbox.newtext.authors import Ours
from outreach.outbox.models import messages
from outreach.registry.model import Registry
from outreach.settings.settings import Settings

# Domains where anybody may have an address, or that are examples of one (RFC 2606): nobody's own, not even ours.
SHARED_DOMAINS = frozenset(
    """
    126.com 163.com aol.com bluewin.ch comcast.net cox.net daum.net example.com example.net example.org fastmail.com
    free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hispeed.ch
    hotmail.co.uk hotmail.com hotmail.fr hotmail.it icloud.com inbox.ru laposte.net libero.it list.ru live.com mac.com
    mail.com mail.ru mailbox.org me.com msn.com naver.com orange.fr outlook.com outlook.fr pm.me posteo.de proton.me
    protonmail.ch protonmail.com qq.com rediffmail.com rocketmail.com sfr.fr sina.com sohu.com sunrise.ch t-online.de
    terra.com.br tuta.com tutanota.com ukr.net uol.com.br wanadoo.fr web.de yahoo.ca yahoo.co.id yahoo.co.in
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com
    zoho.com
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
# Local parts that machines write from (RFC 2142, and what servers use): never a person to write to.
SYSTEM_NAMES = frozenset(
    """
    abuse bounce bounces daemon donotreply do-not-reply hostmaster mail-daemon mailer-daemon mailerdaemon
    mailadmin mdaemon ne-pas-repondre nepasrepondre no-reply no_reply nobody noreply no-responder noresponder postmaster
    root system-administrator webmaster
    """.split()  # noqa: SIM905 - a list of words reads best as words
)

# Second-level names under which anybody gets a domain, as in co.za and com.br; so do all of up to three letters.
_FOR_ANYBODY = frozenset({"asso", "info", "name", "presse"})
_COUNTRY_CODE = 2  # letters of a country's top-level domain
_SHORT = 3

_WRITTEN_TO = select(messages.c.mission, messages.c.recipients).where(messages.c.recipients != "").distinct()


class AddressBook:
    """The addresses of missions and our own; upper and lower case are alike. Made once for many batches of mail."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._listed: dict[str, set[str]] = defaultdict(set)
        self._written: dict[str, set[str]] = defaultdict(set)
        self._newest = 0
        for state, mission in registry.missions.items():
            for address in mission.known_emails:
                self._listed[normalized(address)].add(state)
        self._at_domain, self._at_or_below = _domains(self._listed)
        self._alpha2 = {code: state.alpha2 for code, state in registry.states.items()}
        self._websites = _websites(registry)
        self.own_servers = settings.imap.own_servers
        self._own = _own_addresses(settings)
        self._own_names = frozenset(
            {settings.sender.name, settings.sender.organisation, settings.campaign.organisation}
        )
        self._own_domain = domain_of(normalized(settings.sender.email))

    def read_recipients(self, connection: Connection) -> None:
        """Take in to whom letters went; asks the database for more than a number only when there are new letters."""
        newest = connection.scalar(select(func.max(messages.c.id))) or 0
        if newest == self._newest:
            return
        # messages_overview covers this: no page with a letter's bytes is read.
        for mission, recipients in connection.execute(_WRITTEN_TO):
            for address in recipients.split(";") if mission else ():
                self._written[normalized(address)].add(mission)
        self._newest = newest

    def missions_at(self, address: str) -> frozenset[str]:
        """Name the missions with this address, in contacts/missions.csv or in a letter that was queued."""
        address = normalized(address)
        return frozenset(self._listed.get(address, ())) | frozenset(self._written.get(address, ()))

    def missions_at_domain(self, domain: str) -> frozenset[str]:
        """Name the one mission with addresses at this domain, or at one above it; nobody where several share it.

        A domain where anybody may have an address belongs to nobody.
        """
        domain = domain.lower()
        if domain in self._at_domain:
            return _only(self._at_domain[domain]) if domain not in SHARED_DOMAINS else frozenset()
        above = next((name for name in _above(domain) if name in self._at_domain), "")
        return _only(self._at_or_below[above]) if above and above not in SHARED_DOMAINS else frozenset()

    def speaks_for(self, address: str, mission: str, written_to: Sequence[str] = ()) -> bool:
        """Say whether this address is the mission's own, or at a domain of the mission, its ministry or government.

        What a domain is known by: the mission's addresses, those that a letter was `written_to`, its website, and the
        names that its State's registry keeps for authorities. A domain shared with another mission is nobody's.
        """
        address = normalized(address)
        domain = domain_of(address)
        if mission in self.missions_at(address) or self.missions_at_domain(domain) == {mission}:
            return True
        if not domain or domain in SHARED_DOMAINS or self._is_of_another(domain, mission):
            return False
        if is_of_government(domain, mission, self._alpha2.get(mission, "")):
            return True
        website = self._websites.get(mission, "")
        if website and (domain == website or domain.endswith(f".{website}")):
            return True
        own = {domain_of(each) for each, states in self._listed.items() if mission in states}
        own |= {domain_of(normalized(each)) for each in written_to}
        return any(self._are_of_one_house(domain, each, mission) for each in own - SHARED_DOMAINS)

    def _is_of_another(self, domain: str, mission: str) -> bool:
        """Say whether another mission has an address at this domain, or at the nearest above it."""
        nearest = next((name for name in (domain, *_above(domain)) if name in self._at_domain), "")
        return bool(self._at_domain.get(nearest, set()) - {mission})

    def _are_of_one_house(self, domain: str, own: str, mission: str) -> bool:
        """Say whether a domain is the mission's, below it, or in the same house, where no other mission is."""
        below = domain == own or domain.endswith(f".{own}")
        shared = own if below else house_of(own)
        if not below and shared != house_of(domain):
            return False
        kept = shared in SHARED_DOMAINS or shared in KEPT or "." not in shared
        return not kept and self._at_or_below.get(shared, {mission}) <= {mission}

    def is_listed(self, address: str, mission: str) -> bool:
        """Say whether contacts/missions.csv has this address for this mission."""
        return mission in self._listed.get(normalized(address), ())

    def is_own(self, address: str) -> bool:
        """Say whether this is one of the campaign's own addresses, as the settings have them."""
        return normalized(address) in self._own

    def is_colleague(self, address: str) -> bool:
        """Say whether this is at our own domain, and no mission has that domain, too."""
        domain = domain_of(normalized(address))
        ours = domain == self._own_domain and domain not in SHARED_DOMAINS
        return ours and domain not in self._at_domain

    def ours(self) -> Ours:
        """Say who "we" are, for those who read what a mail quotes."""
        return Ours(lambda address: self.is_own(address) or self.is_colleague(address), self._own_names)


def is_system(address: str) -> bool:
    """Say whether a machine writes from this address, by its name."""
    return not address or address.lower().partition("@")[0] in SYSTEM_NAMES


def normalized(address: str) -> str:
    """Write an address as addresses are compared: lower case, its domain in Unicode and not in A-labels (RFC 5891)."""
    address = address.strip().lower()
    local, _, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    import idna

    try:
        return f"{local}@{idna.decode(domain)}"
    except UnicodeError:
        return address


def ascii_domain(address: str) -> str:
    """Write the domain in A-labels (xn--…) where it has letters that may look like others; else give ""."""
    import idna

    domain = domain_of(normalized(address))
    if domain.isascii():
        return ""
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        return domain.encode("ascii", "backslashreplace").decode()


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def house_of(domain: str) -> str:
    """Give the part of a domain that one holder has: mfa.example of geneva.mfa.example, x.co.za of mail.x.co.za."""
    labels = domain.split(".")
    if len(labels) <= 2:
        return domain
    parent, second = ".".join(labels[-2:]), labels[-2]
    anybodys = len(labels[-1]) == _COUNTRY_CODE and (len(second) <= _SHORT or second in _FOR_ANYBODY)
    return ".".join(labels[-3:]) if anybodys or parent in KEPT or parent in SHARED_DOMAINS else parent


def _websites(registry: Registry) -> dict[str, str]:
    """Map missions to the hosts of their websites, where all of a host is one mission's and no page of another's."""
    hosts = {state: host for state, each in registry.missions.items() if (host := _whole_host(each.website))}
    often = Counter(hosts.values())
    return {state: host for state, host in hosts.items() if often[host] == 1 and host not in SHARED_DOMAINS}


def _whole_host(website: str) -> str:
    try:
        parts = urlsplit(website)
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
    return host if "." in host and not parts.path.strip("/") else ""


def _own_addresses(settings: Settings) -> frozenset[str]:
    known = (
        settings.sender.email,
        settings.sender.reply_to,
        settings.smtp.archive,
        settings.smtp.envelope,
        settings.imap.username,
        settings.smtp.username,
    )
    return frozenset(normalized(address) for address in known if "@" in address)


def _domains(addresses: dict[str, set[str]]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Map domains to missions with an address there, and domains to missions with one there or below."""
    exact: dict[str, set[str]] = defaultdict(set)
    family: dict[str, set[str]] = defaultdict(set)
    for address, missions in addresses.items():
        domain = domain_of(address)
        exact[domain] |= missions
        for name in (domain, *_above(domain)):
            family[name] |= missions
    return dict(exact), dict(family)


def _above(domain: str) -> Iterable[str]:
    """Give the domains above this one that have a dot: no whole country's."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels) - 1)]


def _only(missions: set[str]) -> frozenset[str]:
    return frozenset(missions) if len(missions) == 1 else frozenset()
