"""Whatever supporters, strangers and the clock do, in any order: the promises of the store hold after each step."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from outreach.db.engine import reading
from outreach.outbox.ledger import untold
from outreach.outbox.models import messages
from outreach.services.supporters.arriving import accept, take_in
from outreach.services.supporters.expiring import expire
from outreach.services.supporters.links import confirming, leaving, own_voice
from outreach.services.supporters.opening import Supporters
from outreach.supporters.arrivals import Arrival
from outreach.supporters.guard.caps import ADDRESS_A_MONTH
from outreach.supporters.people import CONFIRM, JOIN, LEAVE, VOICE, find
from outreach.supporters.tables import links, members, sketches, supporters, voices
from tests.services.supporters.campaigns import joins, open_here, writes
from tests.supporters.stores import NOW

ADDRESSES = [f"{name}@example.org" for name in ("noor", "adel", "mira")]
PICKS = st.integers(0, 9)
FORMS = st.builds(
    lambda address, words, joins_, writing: (
        writes(address, words, joins=joins_, network="") if writing else joins(address, network="")
    ),
    st.sampled_from(ADDRESSES), st.sampled_from(["", "Free them"]), st.booleans(), st.sampled_from([True, True, False]),
)  # fmt: skip
OVER = ("expired", "taken-back")


class Supporting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.opened = open_here(self.folder)
        self.at: datetime = NOW
        self.known = set[tuple[str, int]]()  # links, by what they are for and about

    def teardown(self) -> None:
        self.opened.store.engine.dispose()
        shutil.rmtree(self.folder)

    def token(self, pick: int, *purposes: str) -> str:
        """Give a link that was ever known, of these kinds; one that never was where there is none."""
        with reading(self.opened.store.engine) as connection:
            rows = connection.execute(
                select(links.c.purpose, links.c.subject).order_by(links.c.purpose, links.c.subject)
            )
            self.known |= {tuple(row) for row in rows}
        found = sorted(each for each in self.known if each[0] in purposes)
        return self.opened.store.sealer.token(*(found[pick % len(found)] if found else (purposes[0], 99)))

    @rule(hours=st.sampled_from([1, 24, 24 * 8, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(form=FORMS, soon=st.booleans())
    def somebody_sends_a_form(self, form: Arrival, soon: bool) -> None:
        accept(self.opened, form, self.at)
        if soon:
            take_in(self.opened, self.at)

    @rule(pick=PICKS, yes=st.sampled_from([True, True, False]))
    def somebody_answers(self, pick: int, yes: bool) -> None:
        token = self.token(pick, CONFIRM, JOIN)
        first = confirming.decide(self.opened, token, yes=yes, at=self.at)
        assert (
            confirming.decide(self.opened, token, yes=yes, at=self.at) == first == confirming.look(self.opened, token)
        )

    @rule(pick=PICKS)
    def somebody_takes_back(self, pick: int) -> None:
        token = self.token(pick, VOICE)
        first = own_voice.take_back(self.opened, token, self.at)
        assert own_voice.take_back(self.opened, token, self.at) == first

    @rule(pick=PICKS, what=st.sampled_from([leaving.leave, leaving.rejoin, leaving.never_again]))
    def somebody_leaves(self, pick: int, what: Callable[[Supporters, str, datetime], object]) -> None:
        token = self.token(pick, LEAVE)
        first = what(self.opened, token, self.at)
        assert what(self.opened, token, self.at) == first

    @rule()
    def what_is_due_goes(self) -> None:
        expire(self.opened, self.at)
        with reading(self.opened.store.engine) as connection:
            late = self.at - timedelta(days=7)
            old = select(voices.c.id).where(voices.c.status == "written", voices.c.agreed_on <= late)
            assert connection.execute(old).all() == []
            kept = select(supporters.c.id).where(supporters.c.keep_until <= self.at, supporters.c.sealed.is_not(None))
            waits = select(voices.c.supporter).where(voices.c.status == "written")
            others = supporters.c.id.not_in(select(members.c.supporter)), supporters.c.id.not_in(waits)
            assert connection.execute(kept.where(*others)).all() == []

    @invariant()
    def the_ledger_adds_up(self) -> None:
        with reading(self.opened.store.engine) as connection:
            assert untold(connection) == []

    @invariant()
    def of_the_erased_nothing_is_left(self) -> None:
        with reading(self.opened.store.engine) as connection:
            gone = select(supporters.c.id).where(supporters.c.fingerprint.is_(None))
            for table in (links, members):
                assert connection.execute(select(table.c.supporter).where(table.c.supporter.in_(gone))).all() == []
            theirs = voices.c.supporter.in_(gone)
            assert connection.execute(select(voices.c.id).where(theirs, voices.c.domain.is_not(None))).all() == []
            waits = messages.c.status.in_(["queued", "deferred"])
            recipients = select(func.printf("supporter:%d", supporters.c.id)).where(supporters.c.fingerprint.is_(None))
            assert (
                connection.execute(select(messages.c.id).where(waits, messages.c.recipients.in_(recipients))).all()
                == []
            )

    @invariant()
    def what_is_over_says_nothing(self) -> None:
        with reading(self.opened.store.engine) as connection:
            over = select(voices.c.id).where(voices.c.status.in_(OVER))
            assert connection.execute(over.where(voices.c.sealed.is_not(None))).all() == []
            assert connection.execute(over.where(voices.c.country != "")).all() == []
            assert connection.execute(select(sketches.c.voice).where(sketches.c.voice.in_(over))).all() == []

    @invariant()
    def one_voice_a_person_and_ask(self) -> None:
        with reading(self.opened.store.engine) as connection:
            alive = select(func.count()).where(voices.c.status.not_in(OVER)).group_by(voices.c.supporter, voices.c.ask)
            assert set(connection.scalars(alive)) <= {1}
            known = [find(self.opened.store, connection, address) for address in ADDRESSES]
            assert connection.scalar(select(func.count(supporters.c.fingerprint))) == len(known) - known.count(None)

    @invariant()
    def nobody_is_flooded(self) -> None:
        """Counted by what was queued: each mail that nobody answered is one of three in a month."""
        with reading(self.opened.store.engine) as connection:
            rows = connection.execute(select(messages.c.recipients, messages.c.queued_at, messages.c.status)).all()
        months = Counter((row.recipients, row.queued_at.month) for row in rows if row.status != "withdrawn")
        assert max(months.values(), default=0) <= ADDRESS_A_MONTH


Supporting.TestCase.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
test_any_order = Supporting.TestCase
