"""Which provider the letters leave through, and whether what it allows fits what is to be sent; asks nobody."""

from outreach.channels.checks.settings import Check, ok, warning
from outreach.channels.providers import Provider, provider_of
from outreach.settings.settings import Settings
from outreach.text import counted

NAME = "provider"
MORE = "See docs/providers.md"


def check_provider(settings: Settings, letters: int, recipients: int) -> list[Check]:
    """Name the provider by its server, and warn where its limits are below the plan.

    `letters` is how many a send to everybody who is to be asked would have, `recipients` how many addresses these go
    to; the archive's copies are added here.
    """
    smtp = settings.smtp
    if not smtp.host:
        return []
    known = provider_of(smtp.host, smtp.effective_port)
    if known is None:
        return [ok(NAME, "none that is known here; ask yours what it allows a minute and a day")]
    copies = letters if smtp.archive else 0
    checks = [_per_minute(known, smtp.per_minute, letters), *_per_day(known, letters, recipients + copies)]
    if bad := [check for check in checks if check.next]:
        return bad
    return [ok(NAME, f"{known.name}: {_allowed(known)}")]


def _per_minute(known: Provider, per_minute: int, letters: int) -> Check:
    if known.per_minute and letters > known.per_minute and not 0 < per_minute <= known.per_minute:
        set_to = f"[smtp] per_minute is {per_minute}" if per_minute else "[smtp] per_minute is not set"
        found = f"{known.name}: {known.per_minute} letters a minute; up to {counted(letters, 'letter')}, and {set_to}"
        return warning(NAME, found, f"Set [smtp] per_minute to {max(1, known.per_minute * 4 // 5)}. {MORE}")
    return ok(NAME, "")


def _per_day(known: Provider, letters: int, recipients: int) -> list[Check]:
    number = letters if known.counts == "letters" else recipients
    if not known.per_day or number <= known.per_day:
        return []
    found = f"{known.name}: {known.per_day} {known.counts} a day, and a send to everybody has up to {number}"
    return [warning(NAME, found, f"Send in parts, with --limit, on several days. {MORE}")]


def _allowed(known: Provider) -> str:
    minute = f"{known.per_minute} letters a minute" if known.per_minute else ""
    day = f"{known.per_day} {known.counts} a day" if known.per_day else ""
    numbers = ", ".join(filter(None, (minute, day)))
    if not numbers:
        return "what it allows is not known here; ask there"
    return f"{numbers} at most, as read on {known.read}"
