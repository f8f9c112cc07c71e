"""What is known of mail providers: where they take letters, how one logs in, what they allow; asks nobody.

It stands in data/providers.csv, each row with where it was read and on which day, and docs/providers.md shows it.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from outreach.data import rows
from outreach.settings.sections import is_loopback


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `per_minute` and `per_day` are what it allows a mailbox, 0 where no number is known.

    `counts` says of what: letters, or recipients, where a letter to two addresses and the archive's copy count three.
    `spf` is what its customers include in their SPF record. `source` has one web address or several; `read` is the day.
    """

    name: str
    hosts: tuple[str, ...]
    host: str
    port: int
    security: str
    per_minute: int
    per_day: int
    counts: str
    spf: str
    log_in: str
    limits: str
    source: tuple[str, ...]
    read: date


@cache
def providers() -> tuple[Provider, ...]:
    """Read the table."""
    return tuple(_provider(row) for row in rows("providers.csv"))


def provider_of(host: str, port: int) -> Provider | None:
    """Tell a provider by the host of its server; one whose bridge runs on this machine by the bridge's port."""
    name = host.lower().rstrip(".")
    for provider in providers():
        if any(name == each or name.endswith(f".{each}") for each in provider.hosts):
            return provider
        if is_loopback(provider.host) and is_loopback(name) and port == provider.port:
            return provider
    return None


def _provider(row: dict[str, str]) -> Provider:
    return Provider(
        name=row["name"],
        hosts=tuple(row["hosts"].split(";")),
        host=row["host"],
        port=int(row["port"]),
        security=row["security"],
        per_minute=int(row["per_minute"]),
        per_day=int(row["per_day"]),
        counts=row["counts"],
        spf=row["spf"],
        log_in=row["log_in"],
        limits=row["limits"],
        source=tuple(row["source"].split()),
        read=date.fromisoformat(row["read"]),
    )
