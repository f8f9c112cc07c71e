"""Gives each letter and each post with what came of it: joins outbox, inbox and record. Words nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from outreach.campaign import Campaign
from outreach.db.engine import reading
from outreach.inbox.desk.answers import Correspondence, correspondence
from outreach.inbox.kinds import Stance
from outreach.outbox.gate.gate import NOTHING_HELD, Held
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.listing import DigestLine, Line, digest_lines, lines
from outreach.outbox.models import Scope, cases_of
from outreach.outbox.posts.listing import PostLine, post_lines
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Act, Registry
from outreach.registry.outcomes import Outcome
from outreach.reports.progress import AskOutcomes, asked_at, mission_title


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One letter or post as people follow it; a letter for several `cases` has a row for each.

    `round` is a letter's round, and `post` for a post. `taken_at` is when the channel took it. `asked_at` is the same
    for a real letter, and None as long as nobody knows that it was taken; no rehearsal, post or digest marks a mission
    as asked. An answer is to all letters of an ask about a case: `answered_at` is the time of the first reply that a
    person has read, `stance` None until somebody gave one, `to_read` counts the mail that nobody has read; a
    post has none. `sender_verified` is of the answer, or without one of what is to be read: False where our own mail
    server could not verify it, None where nobody said. `raised` and the `acts` that show it are by the record, since
    the State was asked; False only where everybody who raised cases is known. `part` and `address` tell which post it
    is, and where anybody can read it; a letter has no address. `held` says why it waits and may not leave.
    """

    state: str
    mission: str
    case: str
    ask: str
    kind: MessageKind
    round: str
    channel: str
    status: Status
    taken_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    stance: Stance | None
    raised: bool | None
    acts: tuple[Act, ...] = ()
    part: str = ""
    address: str = ""
    to_read: int = 0
    sender_verified: bool | None = None
    to_read_unverified: int = 0
    held: Held | None = None
    cases: tuple[str, ...] = ()


def message_rows(
    campaign: Campaign, outbox: Outbox, scope: Scope, held: Mapping[int, Held] = NOTHING_HELD
) -> list[MessageRow]:
    """Give one row a message in scope, in the order of State, case, ask and round; none for a replaced letter.

    `held` has by id what waits and may not leave.
    """
    with reading(outbox.engine) as connection:
        found = list(lines(connection, scope))
        posts = post_lines(connection, scope)
        digests = digest_lines(connection, scope)
        mail = correspondence(connection, scope)
    view = _View(campaign.registry, AskOutcomes(campaign), _first_asked(found), mail, outbox.rehearsal, held)
    rows = [*map(view.letter, found), *map(view.post, posts)]
    rows += [view.digest(digest, case) for digest in digests for case in cases_of(digest.case)]
    return sorted(rows, key=attrgetter("state", "case", "ask", "round")) if posts or digests else rows


def _first_asked(found: Iterable[Line]) -> dict[tuple[str, str, str], datetime]:
    """Map (State, case, ask) to when a channel first took a letter about it; lines as `lines` reads them."""
    asked = {key: asked_at(list(letters)) for key, letters in groupby(found, key=lambda line: line[:3])}
    return {key: at for key, at in asked.items() if at}


@dataclass(frozen=True, slots=True)
class _View:
    """What a row needs besides its message."""

    registry: Registry
    outcomes: AskOutcomes
    asked: dict[tuple[str, str, str], datetime]  # by State, case, ask
    mail: Correspondence
    rehearsal: bool
    held: Mapping[int, Held]

    def _outcome(self, state: str, case: str, ask: str) -> Outcome:
        return self.outcomes.of(state, case, ask, self.asked.get((state, case, ask)))

    def post(self, post: PostLine) -> MessageRow:
        outcome = self._outcome(post.mission, post.case, post.ask)
        return MessageRow(
            state=post.mission,
            mission=mission_title(self.registry, post.mission),
            case=post.case,
            ask=post.ask,
            kind=MessageKind.POST,
            round=MessageKind.POST.value,
            channel=post.channel,
            status=Status(post.status),
            taken_at=post.taken_at,
            asked_at=None,
            answered_at=None,
            stance=None,
            raised=outcome.raised,
            acts=outcome.acts,
            part=post.part,
            cases=(post.case,),
            address=post.public_address,
            held=self.held.get(post.id),
        )

    def digest(self, digest: DigestLine, case: str) -> MessageRow:
        outcome = self._outcome(digest.mission, case, digest.ask)
        return MessageRow(
            state=digest.mission,
            mission=mission_title(self.registry, digest.mission),
            case=case,
            ask=digest.ask,
            kind=MessageKind.DIGEST,
            round=MessageKind.DIGEST.value,
            channel=digest.channel,
            status=Status(digest.status),
            taken_at=digest.taken_at,
            asked_at=None,
            answered_at=None,
            stance=None,
            raised=outcome.raised,
            acts=outcome.acts,
            part=digest.part,
            cases=cases_of(digest.case),
            held=self.held.get(digest.id),
        )

    def letter(self, line: Line) -> MessageRow:
        key = (line.ask, line.case, line.mission)
        answer = self.mail.answers.get(key)
        outcome = self._outcome(line.mission, line.case, line.ask)
        return MessageRow(
            state=line.mission,
            mission=mission_title(self.registry, line.mission),
            case=line.case,
            ask=line.ask,
            kind=MessageKind.LETTER,
            round=line.round,
            channel=line.channel,
            status=Status(line.status),
            taken_at=line.taken_at,
            asked_at=None if self.rehearsal else line.taken_at,
            answered_at=answer.first_at if answer else None,
            stance=answer.stance if answer else None,
            raised=outcome.raised,
            acts=outcome.acts,
            cases=cases_of(line.together or line.case),
            to_read=self.mail.to_read(key),
            sender_verified=self.mail.sender_verified(key),
            to_read_unverified=self.mail.to_read_unverified(key),
            held=self.held.get(line.id),
        )
