"""Says whose address is whose: a mission's, by the registry and past letters, or our own. Knows no mail."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, func, select

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
        self._own = _own_addresses(settings)
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
