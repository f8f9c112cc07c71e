"""The mailing list as a whole: counted, written to a file, and asked by a file whether they want to be on it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from outreach.db.engine import reading, writing
from outreach.disk import write_whole
from outreach.errors import DataError, Problem, UsageError
from outreach.mime.headers import mail_address
from outreach.registry.addresses.disguises import mailbox
from outreach.registry.cells import read_address
from outreach.services.supporters.opening import Supporters
from outreach.supporters.guard.caps import Caps
from outreach.supporters.guard.state import State, limits
from outreach.supporters.mail.drafts import queue_join
from outreach.supporters.members import ask_to_join, may_be_asked, membership
from outreach.supporters.people import ADDRESS, find, find_or_add, is_refused
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.tables import members, supporters
from outreach.text import csv_text, local_day

BATCH = 50  # rows in one transaction
AGREED_TO = "import"  # the text that they will agree to is that of the page where they confirm
LARGEST = 20_000_000  # bytes of a file
COLUMNS = ("email", "language")


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """How many people stand how to the list, and the members by language."""

    statuses: dict[MemberStatus, int]
    languages: dict[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a file: the row's number as a spreadsheet counts, the address, the language or blank."""

    number: int
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class ImportFile:
    """What a file has: rows that can be asked, the numbers of those without an address that mail can reach."""

    name: str
    rows: tuple[Row, ...]
    unwritable: tuple[int, ...]
    doubled: int


@dataclass(slots=True)
class Imported:
    """What came of an import: how many are asked, and why others are not. `until` is when the last is asked."""

    asked: int = 0
    members: int = 0  # they are on the list
    waiting: int = 0  # they were asked before, and did not answer yet
    refused: int = 0  # they want no mail of ours, or complained
    capped: int = 0  # they got enough mails of ours today or this month
    until: datetime | None = None


def count_members(found: Supporters) -> MemberCounts:
    """Count the people on the list, and those who left it."""
    with reading(found.store.engine) as connection:
        by_status = select(members.c.status, func.count()).group_by(members.c.status)
        by_language = (
            select(supporters.c.language, func.count())
            .join(members, members.c.supporter == supporters.c.id)
            .where(members.c.status == MemberStatus.MEMBER.value)
            .group_by(supporters.c.language)
            .order_by(func.count().desc(), supporters.c.language)
        )
        statuses = {MemberStatus(status): number for status, number in connection.execute(by_status)}
        return MemberCounts(statuses, {row[0]: row[1] for row in connection.execute(by_language)})


def export_members(found: Supporters, file: Path) -> int:
    """Write the addresses of all members into a new file that only its owner can read; give how many.

    It is the one place where addresses of supporters stand in the clear. Raises UsageError for a file that is there,
    or cannot be made.
    """
    if file.exists() or file.is_symlink():
        raise UsageError(f"{file} is there already: name another file, so that nothing is lost")
    zone = found.campaign.settings.timezone
    with reading(found.store.engine) as connection:
        query = (
            select(supporters.c.sealed, supporters.c.language, members.c.joined_on)
            .join(members, members.c.supporter == supporters.c.id)
            .where(members.c.status == MemberStatus.MEMBER.value, supporters.c.sealed.is_not(None))
            .order_by(members.c.supporter)
        )
        rows = [
            (found.store.sealer.unseal(bytes(row.sealed), ADDRESS), row.language, local_day(row.joined_on, zone))
            for row in connection.execute(query)
        ]
    try:
        write_whole(file, csv_text([*COLUMNS, "joined"], rows).encode())
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
    return len(rows)


def read_import(file: Path) -> ImportFile:
    """Read a CSV of people to ask: a column `email`, and `language` where it is known. Changes nothing.

    Raises DataError for a file that cannot be read or has no such column. No address stands in an error.
    """
    name = file.name
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DataError([Problem(name, f"cannot be read: {error.strerror}")]) from None
    if len(data) > LARGEST:
        raise DataError([Problem(name, "is larger than any list: part it")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError([Problem(name, "is not UTF-8 text: save it as CSV in UTF-8")]) from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [cell.strip().lower().replace("-", "") for cell in next(rows, [])]
    if "email" not in header:
        raise DataError([Problem(name, "has no column `email`: name it so in the first row", row=1)])
    at, language_at = header.index("email"), header.index("language") if "language" in header else None
    return _sorted_out(name, _rows(rows, at, language_at))


def import_members(found: Supporters, file: ImportFile, at: datetime, by: str) -> Imported:
    """Ask each person of a file whether they want to be on the list, spread by [list] per_minute. None joins by that.

    Whom we asked before and who is a member is not asked again; nor who wants no mail, or got enough for now. Killed,
    it goes on where it was called again. Raises SettingsError where the campaign has no sender.
    """
    settings, done = found.campaign.settings, Imported()
    gap = timedelta(minutes=1) / settings.list.per_minute if settings.list.per_minute else timedelta()
    for start in range(0, len(file.rows), BATCH):
        with writing(found.store.engine) as connection:
            caps = Caps(found.store, connection, limits(settings.web, State.CALM), at)
            for row in file.rows[start : start + BATCH]:
                _ask(found, _Import(connection, caps, at, at + gap * done.asked, by, done), row)
    return done


@dataclass(frozen=True, slots=True)
class _Import:
    """What asking one person works with; `goes` is when the mail may leave."""

    connection: Connection
    caps: Caps
    at: datetime
    goes: datetime
    by: str
    done: Imported


def _rows(rows: Iterable[list[str]], at: int, language_at: int | None) -> Iterator[Row]:
    for number, cells in enumerate(rows, 2):
        if any(cell.strip() for cell in cells):
            address = cells[at].strip() if at < len(cells) else ""
            language = cells[language_at].strip() if language_at is not None and language_at < len(cells) else ""
            # An export has an apostrophe where a spreadsheet would take an address for a formula.
            yield Row(number, address.removeprefix("'"), language)


def _sorted_out(name: str, rows: Iterable[Row]) -> ImportFile:
    good, unwritable, known, doubled = list[Row](), list[int](), set[str](), 0
    for row in rows:
        try:
            mail_address("To", read_address(row.address))
        except (ValueError, UsageError):
            unwritable.append(row.number)
            continue
        mark = mailbox(row.address)
        if mark in known:
            doubled += 1
        else:
            known.add(mark)
            good.append(row)
    return ImportFile(name, tuple(good), tuple(unwritable), doubled)


def _ask(found: Supporters, work: _Import, row: Row) -> None:
    store, connection, done = found.store, work.connection, work.done
    if is_refused(store, connection, row.address, work.at):
        done.refused += 1
        return
    known = find(store, connection, row.address)
    before = membership(connection, known) if known is not None else None
    if (
        before is not None
        and before.status is not MemberStatus.ASKED
        and not may_be_asked(connection, before.supporter)
    ):
        done.members += before.status is MemberStatus.MEMBER
        done.refused += before.status is not MemberStatus.MEMBER
        return
    if before is not None and before.status is MemberStatus.ASKED:
        done.waiting += 1
        return
    granted = work.caps.invite(row.address)
    if granted.cap:
        done.capped += 1
        return
    settings, goes = found.campaign.settings, work.goes
    language = _language(row.language, settings.campaign.languages)
    until = goes + timedelta(days=settings.web.confirm_days)
    who = find_or_add(store, connection, row.address, language, work.at, until)
    ask_to_join(connection, who, origin="import", agreed_to=AGREED_TO, at=goes, by=work.by)
    queue_join(
        store, connection, settings, supporter=who, language=language, at=work.at, by=work.by, remind=granted.reminder,
        not_before=goes,
    )  # fmt: skip
    done.asked, done.until = done.asked + 1, goes


def _language(code: str, languages: Sequence[str]) -> str:
    """Give the campaign's language that is meant, or the first."""
    code = code.replace("_", "-").casefold()
    known = {each.casefold(): each for each in languages}
    return known.get(code) or known.get(code.partition("-")[0]) or languages[0]
