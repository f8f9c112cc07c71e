"""What `outreach doctor` says of one thing, and the checks that need only the settings; asks no network."""

from dataclasses import dataclass
from enum import StrEnum

from outreach.channels.smtp.envelope import wire_address
from outreach.next_step import NextStep
from outreach.settings.sections import is_example
from outreach.settings.settings import Settings
from outreach.settings.signer import WHAT_NEXT, nobody_signs


class Result(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "could not look up"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, and what to do next, or "".

    With `steps`, each {} in `next` stands for one of them, which the face words.
    """

    name: str
    result: Result
    found: str
    next: str = ""
    steps: tuple[NextStep, ...] = ()


def ok(name: str, found: str) -> Check:
    return Check(name, Result.OK, found)


def warning(name: str, found: str, what_next: str, *steps: NextStep) -> Check:
    return Check(name, Result.WARNING, found, what_next, steps)


def failed(name: str, found: str, what_next: str, *steps: NextStep) -> Check:
    return Check(name, Result.FAILED, found, what_next, steps)


def unknown(name: str, found: str, what_next: str, *steps: NextStep) -> Check:
    return Check(name, Result.UNKNOWN, found, what_next, steps)


def check_words(settings: Settings) -> list[Check]:
    """Check the sender, the envelope and the archive that outreach.toml names."""
    return [_sender(settings), _envelope(settings), _archive(settings), *_unsubscribe(settings)]


def sender_domain(settings: Settings) -> str:
    return settings.sender.email.rpartition("@")[2]


def envelope_sender(settings: Settings) -> str:
    """Write the envelope sender of a letter whose token is `doctor`."""
    return settings.envelope_sender("doctor")


def _sender(settings: Settings) -> Check:
    sender, serious = settings.sender, failed if settings.mail_server_configured else warning
    missing = [key for key in ("name", "email") if not getattr(sender, key)]
    if missing:
        return serious("sender", f"[sender] {' and '.join(missing)} not filled in", "Fill them in in outreach.toml")
    if not _is_address(sender.email):
        return failed("sender", "[sender] email is not an address", "Correct [sender] email in outreach.toml")
    if is_example(sender.email) or is_example(sender.reply_to):
        found = f"{sender.name} <{sender.email}> is an example: no answer would arrive"
        return serious("sender", found, "Set [sender] email (and reply_to) in outreach.toml to your own address")
    if why := nobody_signs(settings):
        return serious("sender", why, WHAT_NEXT)
    return ok("sender", f"{sender.name} <{sender.email}>")


def _envelope(settings: Settings) -> Check:
    envelope = settings.smtp.envelope
    if not envelope:
        found = "[smtp] envelope not set: bounces come back to the sender's address"
        return warning("envelope", found, 'Set one that names the letter, such as "bounces+{token}@your.domain"')
    if "{token}" not in envelope:
        return failed("envelope", f"{envelope} does not contain {{token}}", "Write {token} into [smtp] envelope")
    if not _is_address(envelope_sender(settings)):
        return failed("envelope", f"{envelope} is not an address", "Correct [smtp] envelope in outreach.toml")
    return ok("envelope", envelope)


def _archive(settings: Settings) -> Check:
    archive = settings.smtp.archive
    if not archive:
        found = "[smtp] archive is not set: if a letter is in doubt, there is no copy to show that it was sent"
        return warning("archive", found, "Set [smtp] archive to a mailbox of your own")
    if not _is_address(archive):
        return failed("archive", f"{archive} is not an address", "Correct [smtp] archive in outreach.toml")
    return ok("archive", archive)


def _unsubscribe(settings: Settings) -> list[Check]:
    """Warn of a page to unsubscribe that no letter names: only those that are sent as bulk mail do."""
    if not settings.sender.unsubscribe_url or settings.letters.bulk:
        return []
    found = "[sender] unsubscribe_url stands in no letter: these go without the headers of bulk mail"
    return [warning("unsubscribe", found, "Take it out, or set [letters] bulk = true")]


def _is_address(address: str) -> bool:
    try:
        wire_address(address)
    except ValueError:
        return False
    return True
