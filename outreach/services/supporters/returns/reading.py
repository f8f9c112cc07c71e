"""Reads of one mail's bytes what decides what it does: the inbox's reading of mail, without its store.

Nothing of the mail is kept: what is read is gone when its effect is on disk. Knows no database.
"""

from outreach.inbox.classify.automatic import auto_submitted, by_header, from_nobody
from outreach.inbox.classify.classify import classify
from outreach.inbox.evidence.effects import speaks_of_the_address, speaks_of_us
from outreach.inbox.kinds import Kind, Severity
from outreach.inbox.mail import Classified, Mail
from outreach.inbox.matching.authentication import sender_check
from outreach.inbox.matching.match import came_to, tokens_in
from outreach.inbox.mime.addresses import addresses
from outreach.inbox.newtext.authors import Ours
from outreach.inbox.newtext.newtext import new_text
from outreach.registry.cells import read_address
from outreach.settings.settings import Settings
from outreach.supporters.returns.deciding import Came, Sort
from outreach.supporters.returns.words import said_in

_SORTS = {
    Kind.DELAY: Sort.MACHINE,
    Kind.DELIVERED: Sort.MACHINE,
    Kind.READ: Sort.MACHINE,
    Kind.AUTO_REPLY: Sort.MACHINE,
    Kind.COMPLAINT: Sort.COMPLAINT,
    Kind.REPLY: Sort.WRITTEN,
}
_NO_MAILBOX = frozenset({"5.2.0", "5.2.1"})  # disabled (RFC 3463, section 3.3)
_MOST_NAMES = 100


def read(raw: bytes, settings: Settings) -> Came:
    """Read one mail. Never raises, whatever the bytes; in bounded time and memory."""
    found = classify(raw)
    mail, report = found.mail, found.verdict.report
    sort = _sort(found)
    ours = _ours(settings)
    sender = "" if sort is not Sort.WRITTEN else _sender(mail)
    if sender in ours:
        sender = ""
    return Came(
        sort,
        sender,
        sender_check(mail, settings.returns.own_servers).verified,
        _names(found),
        said_in(mail.subject, new_text(mail, Ours(ours.__contains__)).text) if sender else None,
        sort is Sort.BOUNCE and (speaks_of_the_address(report.code) or report.code in _NO_MAILBOX),
    )


def _sort(found: Classified) -> Sort:
    mail, verdict = found.mail, found.verdict
    if verdict.kind is Kind.BOUNCE:
        report = verdict.report
        for_good = report.severity is Severity.PERMANENT and not speaks_of_us(report.code)
        return Sort.BOUNCE if for_good else Sort.MACHINE
    sort = _SORTS.get(verdict.kind, Sort.UNCLEAR)
    return Sort.UNCLEAR if sort is Sort.WRITTEN and _is_machines(mail) else sort


def _is_machines(mail: Mail) -> bool:
    """Say whether anything says that no person wrote this to us: it never joins and never confirms (RFC 3834)."""
    return (
        auto_submitted(mail) not in ("", "no")
        or bool(by_header(mail))
        or bool(mail.header("Precedence") or mail.header("List-Id") or mail.header("List-Unsubscribe"))
        or from_nobody(mail)
    )


def _sender(mail: Mail) -> str:
    """Give the one address that a mail is from; blank where it names none, several, or one that is no address."""
    headers = [value for name, value in mail.headers if name.lower() == "from"]
    if len(headers) != 1 or addresses(headers[0]) != (mail.sender,):
        return ""
    try:
        return read_address(mail.sender)
    except ValueError:
        return ""


def _ours(settings: Settings) -> frozenset[str]:
    own = (settings.sender.email, settings.sender.reply_to, settings.web.by_mail)
    return frozenset(address.lower() for address in own if address)


def _names(found: Classified) -> tuple[str, ...]:
    """Give how a mail names mails of ours: by the address that it came to, by what it answers or returns."""
    mail = found.mail
    threads = (*mail.in_reply_to, *reversed(mail.references))
    return tuple(dict.fromkeys((*tokens_in(came_to(mail)), *found.verdict.original_ids, *threads)))[:_MOST_NAMES]
