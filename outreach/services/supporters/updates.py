"""Sends an update of site/updates to the members of the mailing list: once to each, in a language of theirs.

What the page may not tell, the mail may not tell either: it is looked for when an update is queued, and again while its
mails leave.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from outreach.campaign import Campaign
from outreach.db.engine import insert_or_ignore, reading, writing
from outreach.errors import DataError, Problem, UsageError
from outreach.mime.body import body_of
from outreach.outbox.attachments import StoredFiles
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import messages
from outreach.outbox.queue import enqueue_many
from outreach.outbox.status import WAITING, Status
from outreach.publishing.files import FOLDER, SiteFiles, named
from outreach.publishing.model import Update
from outreach.publishing.untold import Untold
from outreach.publishing.updates import UNDER, read_updates
from outreach.reports.page.stages import may_be_told
from outreach.services.supporters.opening import Supporters
from outreach.supporters.mail.updates import Drafter, UpdateMail, Words, write_update
from outreach.supporters.people import LEAVE, link_all
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.tables import members, supporters, updates
from outreach.text import did_you_mean, listed, local_day, shortened

BATCH = 1000  # members in one transaction


@dataclass(frozen=True, slots=True)
class PlannedUpdate:
    """An update that may go: its mails by language, the digest of the words of each, and whom they are for.

    `recipients` counts the members that get it now, by the language of the mail; `had` those who have it already, or to
    whom it is on its way; `doubtful` those of them of whom nobody knows, since a run ended while it was in flight.
    """

    slug: str
    mails: Mapping[str, UpdateMail]
    digests: Mapping[str, str]
    recipients: Mapping[str, int]
    had: int
    doubtful: int = 0

    @property
    def total(self) -> int:
        """Give how many members get it now."""
        return sum(self.recipients.values())


def plan_update(supporters_: Supporters, slug: str) -> PlannedUpdate:
    """Read an update, and say who would get it. Nothing is queued.

    Raises UsageError for a slug that there is not, a day to come, or a text that changed since it was queued to some;
    DataError for files that cannot be read, or that say what may not be told.
    """
    campaign = supporters_.campaign
    found = _find(campaign, slug)
    words = dict(_words(campaign, found))
    _refuse_untold(campaign, found)
    with reading(supporters_.store.engine) as connection:
        digests = {code: each.digest for code, each in words.items()}
        _refuse_changed(connection, slug, digests, campaign)
        rows = connection.execute(
            select(
                supporters.c.language,
                func.count(),
                func.count().filter(_has_it(slug, supporters_.store.outbox.channel)),
            )
            .join(members, members.c.supporter == supporters.c.id)
            .where(members.c.status == MemberStatus.MEMBER.value)
            .group_by(supporters.c.language)
        ).all()
        in_doubt = (is_of(slug), messages.c.status == Status.UNCONFIRMED.value)
        doubtful = connection.execute(select(func.count()).select_from(messages).where(*in_doubt)).scalar_one()
    recipients, had = Counter[str](), 0
    for language, all_of_them, theirs in rows:
        recipients[_language(language, words)] += all_of_them - theirs
        had += theirs
    mails = {code: write_update(each, campaign.settings) for code, each in words.items()}
    counted = {code: recipients[code] for code in mails if recipients[code]}
    return PlannedUpdate(slug, mails, digests, counted, had, doubtful)


def queue_update(supporters_: Supporters, planned: PlannedUpdate, at: datetime, by: str) -> int:
    """Queue the mail of every member who does not have it, durably; give how many are new.

    In batches, each whole or not at all: killed, or called twice at once, it queues one to each. Raises UsageError
    where another text of it was queued meanwhile, SettingsError where the campaign has no sender.
    """
    store = supporters_.store
    drafter = Drafter(store.outbox, supporters_.campaign.settings)
    rows = [
        {"slug": planned.slug, "language": code, "digest": digest, "queued_at": at}
        for code, digest in planned.digests.items()
    ]
    with writing(store.engine) as connection:
        _refuse_changed(connection, planned.slug, planned.digests, supporters_.campaign)
        connection.execute(insert_or_ignore(connection, updates, ["slug", "language"]), rows)
    queued, last = 0, 0
    while True:
        with writing(store.engine) as connection:
            batch = _next_members(connection, last)
            if not batch:
                return queued
            drafts = [drafter.draft(planned.mails[_language(code, planned.mails)], who) for who, code in batch]
            link_all(store, connection, LEAVE, [who for who, _ in batch])
            queued += enqueue_many(connection, drafts, at, by)
            last = batch[-1][0]


def withdraw_update(supporters_: Supporters, slug: str, at: datetime, by: str) -> int:
    """Withdraw what waits of an update; give how many. Nobody of these ever gets it."""
    waits = messages.c.status.in_([status.value for status in WAITING])
    query = select(messages.c.id, messages.c.status).where(is_of(slug), waits)
    with writing(supporters_.store.engine) as connection:
        rows = connection.execute(query).all()
        advance(connection, [Transition(row.id, Status(row.status), Status.WITHDRAWN, at, by) for row in rows])
    return len(rows)


def settle_update(supporters_: Supporters, slug: str, at: datetime, by: str, *, sent: bool) -> int:
    """Settle what is in doubt of an update by a person's word: sent, or to be sent again; give how many."""
    query = select(messages.c.id).where(is_of(slug), messages.c.status == Status.UNCONFIRMED.value)
    to = Status.SENT if sent else Status.QUEUED
    with writing(supporters_.store.engine) as connection:
        ids = list(connection.scalars(query))
        advance(connection, [Transition(id_, Status.UNCONFIRMED, to, at, by) for id_ in ids])
    return len(ids)


def is_of(slug: str) -> ColumnElement[bool]:
    """Give the condition that a message is of an update."""
    return and_(messages.c.kind == MessageKind.UPDATE.value, messages.c.part.endswith(f".{slug}", autoescape=True))


class UntoldUpdates:
    """Says which updates that wait may not be told any more, by a campaign's files; each text is read once."""

    def __init__(self) -> None:
        self._texts = dict[tuple[str, str], str]()
        self._campaign: Campaign | None = None
        self._why = dict[str, str]()

    def why(self, connection: Connection, campaign: Campaign) -> dict[str, str]:
        """Give slug → why it may not be told; asks anew when an update is new, or the files were read again."""
        known = {(row.slug, row.language) for row in connection.execute(select(updates.c.slug, updates.c.language))}
        if campaign is self._campaign and known == self._texts.keys():
            return self._why
        for slug, language in known - self._texts.keys():
            self._texts[slug, language] = _stored_text(connection, slug, language)
        untold = _untold(campaign)
        found = [(slug, untold.why_not((text,))) for (slug, _), text in sorted(self._texts.items())]
        self._campaign, self._why = campaign, {slug: why for slug, why in found if why}
        return self._why


def _stored_text(connection: Connection, slug: str, language: str) -> str:
    query = select(messages.c.content).where(is_of(slug), messages.c.language == language).limit(1)
    content = connection.scalar(query)
    return body_of(b"".join(StoredFiles(connection).pieces(bytes(content)))) if content else ""


def _find(campaign: Campaign, slug: str) -> Update:
    problems = list[Problem]()
    found = read_updates(SiteFiles(campaign.folder, problems), campaign.settings.campaign.languages, problems)
    if theirs := [problem for problem in problems if f"/{slug}." in problem.file]:
        raise DataError(theirs)
    update = next((each for each in found if each.slug == slug), None)
    if update is None:
        slugs = [each.slug for each in found]
        there = f"; there are: {listed(slugs, 5)}" if slugs else ""
        message = f"there is no update '{shortened(slug)}' in {FOLDER}/{UNDER}"
        raise UsageError(message + (did_you_mean(slug, slugs) or there))
    if update.day > campaign.today():
        raise UsageError(f"{slug} is of a day to come: the page does not tell it before, and no mail does")
    return update


def _words(campaign: Campaign, update: Update) -> dict[str, Words]:
    """Give what it says by language, in the campaign's order, with the address of its page."""
    languages = campaign.settings.campaign.languages
    with_page = [code for code in languages if (campaign.folder / FOLDER / f"page.{code}.md").exists()]
    found = dict[str, Words]()
    for code, text in update.texts.items():
        prefix = f"{code}/" if code in with_page[1:] else ""
        url = campaign.settings.site.url
        address = f"{url}{prefix}{UNDER}/{update.slug}/" if url else ""
        found[code] = Words(update.slug, code, text.title, text.body, address)
    return found


def _untold(campaign: Campaign) -> Untold:
    return Untold(campaign, {slug for slug in campaign.cases if may_be_told(campaign, slug)})


def _refuse_untold(campaign: Campaign, update: Update) -> None:
    untold = _untold(campaign)
    problems = [
        Problem(named(f"{UNDER}/{update.slug}.{code}.md"), f"speaks of {why}: take it out")
        for code, text in update.texts.items()
        if (why := untold.why_not((text.title, text.summary, text.body)))
    ]
    if problems:
        raise DataError(problems)


def _refuse_changed(connection: Connection, slug: str, digests: Mapping[str, str], campaign: Campaign) -> None:
    """Raise UsageError where members were queued another text of an update, in one of its languages."""
    for row in connection.execute(select(updates).where(updates.c.slug == slug)):
        if digests.get(row.language, row.digest) != row.digest:
            day = local_day(row.queued_at, campaign.settings.timezone)
            file = named(f"{UNDER}/{slug}.{row.language}.md")
            raise UsageError(
                f"{file} says something else than on {day}, when it was queued to members. Put its words of that day "
                "back; what is new is an update of its own"
            )


def _has_it(slug: str, channel: str) -> ColumnElement[bool]:
    """Give the condition that somebody's message of an update is there; looked up by the whole key."""
    same = {"ask": "", "case": "", "round": "", "channel": channel, "mission": "", "kind": MessageKind.UPDATE.value}
    part = members.c.supporter.concat(f".{slug}")
    return exists().where(messages.c.part == part, *(messages.c[name] == value for name, value in same.items()))


def _language(code: str, written: Collection[str]) -> str:
    """Give the language of what is written that somebody gets: theirs, a closely related one, or the first."""
    base = code.partition("-")[0]
    return next((each for each in (code, base) if each in written), next(iter(written)))


def _next_members(connection: Connection, after: int) -> list[tuple[int, str]]:
    is_member = members.c.status == MemberStatus.MEMBER.value
    query = (
        select(members.c.supporter, supporters.c.language)
        .join(supporters, supporters.c.id == members.c.supporter)
        .where(is_member, members.c.supporter > after, supporters.c.sealed.is_not(None))
        .order_by(members.c.supporter)
        .limit(BATCH)
    )
    return [(row.supporter, row.language) for row in connection.execute(query)]
