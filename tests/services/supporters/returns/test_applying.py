"""What a mail to the supporters' mailbox does, once; and what it never does, whatever its bytes."""

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach.db.engine import reading
from outreach.outbox.models import messages
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.links.leaving import leave, never_again
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.returns.applying import apply
from outreach.supporters.people import LEAVE
from outreach.supporters.returns.deciding import Act
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.tables import arrivals, members, supporters, voices
from tests.inbox.classify.test_classify_properties import FIXTURES
from tests.services.supporters.campaigns import NOOR, arrive, joins, mails, writes
from tests.services.supporters.returns.mails import (
    FORGED,
    VERIFIED,
    answer,
    is_sent,
    mail,
    member,
    open_mailbox,
    real,
    sent,
    statuses,
)
from tests.supporters.stores import NOW

ASKED, MEMBER, LEFT, BOUNCED, COMPLAINED = (
    MemberStatus.ASKED, MemberStatus.MEMBER, MemberStatus.LEFT, MemberStatus.BOUNCED, MemberStatus.COMPLAINED,
)  # fmt: skip


@pytest.fixture
def opened(tmp_path: Path) -> Supporters:
    return open_mailbox(tmp_path)


def leave_token(opened: Supporters) -> str:
    return opened.store.sealer.token(LEAVE, 1)


class TestJoining:
    def test_whom_our_server_knows_joins_at_once_and_no_mail_is_sent(self, opened: Supporters) -> None:
        assert apply(opened, mail("REJOINDRE", head=VERIFIED), NOW) is Act.JOINS
        assert member(opened) is MEMBER
        assert mails(opened) == []
        with reading(opened.store.engine) as connection:
            row = connection.execute(select(members)).one()
            language = connection.scalar(select(supporters.c.language))
        assert (row.origin, row.agreed_to, language) == ("mail", "mail 1", "fr")

    def test_whom_nobody_knows_is_asked_once_and_joins_by_the_answer(self, opened: Supporters) -> None:
        assert apply(opened, mail(), NOW) is Act.IS_ASKED
        assert apply(opened, mail(text="please"), NOW) is Act.IS_ASKED
        take_in(opened, NOW)
        assert member(opened) is ASKED
        assert [part for part, _ in mails(opened)] == ["1.join.2022-09-20", "1.join.again.1"]
        assert apply(opened, answer(opened, "Yes"), NOW) is Act.CONFIRMS
        assert member(opened) is MEMBER
        assert mails(opened)[1] == ("1.join.again.1", "withdrawn")

    def test_mails_that_nobody_vouches_for_use_up_no_more_than_one_network_may(self, opened: Supporters) -> None:
        most = opened.campaign.settings.web.per_network
        for number in range(most):
            assert apply(opened, mail(sender=f"a@d{number}.example.org"), NOW) is Act.IS_ASKED
        take_in(opened, NOW)
        assert len(mails(opened)) == most
        arrive(opened, joins())
        assert member(opened) is ASKED

    def test_a_forged_mail_does_nothing_to_whom_it_names(self, opened: Supporters) -> None:
        assert apply(opened, mail(head=FORGED), NOW) is Act.FORGED
        assert apply(opened, mail("hello", "Can we talk?", head=FORGED), NOW) is Act.FOR_A_PERSON
        assert take_in(opened, NOW) == 0
        assert member(opened) is None

    @pytest.mark.parametrize(
        "head",
        [
            "Auto-Submitted: auto-replied\r\n",
            "Precedence: bulk\r\n",
            "List-Id: <a.example.org>\r\n",
            "Return-Path: <>\r\n",
        ],
    )
    def test_no_machine_joins(self, opened: Supporters, head: str) -> None:
        assert apply(opened, mail(head=VERIFIED + head), NOW) in (Act.NOTHING, Act.FOR_A_PERSON)
        assert member(opened) is None

    @pytest.mark.parametrize(
        "head", ["From: a@supporters.example.org\r\n", "From: a@b.example.org, c@d.example.org\r\n"]
    )
    def test_a_mail_that_names_two_senders_joins_neither(self, opened: Supporters, head: str) -> None:
        assert apply(opened, mail(head=VERIFIED + head), NOW) is Act.FOR_A_PERSON

    def test_who_wanted_no_mail_ever_again_and_proves_to_be_the_one_may_come_back(self, opened: Supporters) -> None:
        apply(opened, mail(head=VERIFIED), NOW)
        never_again(opened, leave_token(opened), NOW)
        assert apply(opened, mail(text="Noor"), NOW) is Act.IS_ASKED
        take_in(opened, NOW)
        assert (member(opened), mails(opened)) == (None, [])
        assert apply(opened, mail(text="Thank you", head=VERIFIED), NOW) is Act.JOINS
        assert member(opened) is MEMBER

    def test_a_mail_that_was_not_removed_has_no_second_effect(self, opened: Supporters) -> None:
        raw = mail(head=VERIFIED)
        apply(opened, raw, NOW)
        leave(opened, leave_token(opened), NOW)
        assert apply(opened, raw, NOW) is Act.NOTHING
        assert member(opened) is LEFT


class TestConfirming:
    def test_yes_confirms_the_voice_that_was_asked_about(self, opened: Supporters) -> None:
        arrive(opened, writes(joins=True))
        assert apply(opened, answer(opened, "YES\r\n\r\nNoor"), NOW) is Act.CONFIRMS
        assert (statuses(opened), member(opened)) == (["counted"], MEMBER)
        assert mails(opened)[1][1] == "withdrawn"

    def test_the_return_address_names_the_mail_as_well(self, opened: Supporters) -> None:
        arrive(opened, writes())
        head = f"X-Original-To: list+{sent(opened, 1)[1]}@example.org\r\n"
        assert apply(opened, mail("OUI", head=head), NOW) is Act.CONFIRMS

    def test_no_erases_what_strangers_filled_in(self, opened: Supporters) -> None:
        arrive(opened, writes(words="Free them"))
        assert apply(opened, answer(opened, "No."), NOW) is Act.DENIES
        with reading(opened.store.engine) as connection:
            assert connection.execute(select(supporters.c.sealed)).scalar_one() is None

    def test_somebody_else_confirms_nothing(self, opened: Supporters) -> None:
        arrive(opened, writes())
        assert apply(opened, answer(opened, "YES", sender="other@example.org"), NOW) is Act.FOR_A_PERSON
        assert apply(opened, mail("YES", head=VERIFIED), NOW) is Act.FOR_A_PERSON
        assert apply(opened, answer(opened, "YES", head=FORGED), NOW) is Act.FOR_A_PERSON
        assert statuses(opened) == ["written"]

    def test_a_yes_is_not_for_what_came_after_the_mail(self, opened: Supporters) -> None:
        arrive(opened, writes(words="mine"), writes(words="a stranger's"))
        assert apply(opened, answer(opened, "YES"), NOW) is Act.NOTHING
        assert statuses(opened) == ["expired", "written"]

    @pytest.mark.parametrize(
        "head", ["Auto-Submitted: auto-replied\r\n", "Precedence: auto_reply\r\n", "X-Autoreply: yes\r\n"]
    )
    def test_a_machine_that_repeats_the_mail_confirms_nothing(self, opened: Supporters, head: str) -> None:
        arrive(opened, writes())
        assert apply(opened, answer(opened, "YES", head=head), NOW) in (Act.NOTHING, Act.FOR_A_PERSON)
        assert statuses(opened) == ["written"]

    def test_what_is_said_in_sentences_is_for_a_person(self, opened: Supporters) -> None:
        arrive(opened, writes())
        assert apply(opened, answer(opened, "Yes it was me, and who are you?"), NOW) is Act.FOR_A_PERSON
        assert statuses(opened) == ["written"]


class TestLeaving:
    def test_a_member_leaves_by_a_word(self, opened: Supporters) -> None:
        apply(opened, mail(head=VERIFIED), NOW)
        assert apply(opened, mail("unsubscribe"), NOW) is Act.LEAVES
        assert member(opened) is LEFT
        assert apply(opened, mail("unsubscribe", "again"), NOW) is Act.FOR_A_PERSON

    def test_a_forged_mail_takes_nobody_off(self, opened: Supporters) -> None:
        apply(opened, mail(head=VERIFIED), NOW)
        assert apply(opened, mail("LEAVE", head=FORGED), NOW) is Act.FOR_A_PERSON
        assert member(opened) is MEMBER


class TestBounces:
    """As mail systems write them, come to the address that the mail was sent from."""

    @pytest.mark.parametrize(
        "name",
        [
            "mails/dsn-postfix-unknown-user.eml",
            "mails/dsn-exim-better-diagnostic.eml",
            "mails/dsn-exchange-online-unknown-user.eml",
            "mails/dsn-gmail-unknown-user.eml",
            "mails/sendmail-unknown-user.eml",
            "written_by_others/machine-pt-exchange-online-ndr.eml",
            "written_by_others/machine-domino-failure.eml",
        ],
    )
    def test_who_has_no_mailbox_is_no_member_any_more(self, opened: Supporters, name: str) -> None:
        arrive(opened, joins())
        is_sent(opened, 1)
        apply(opened, mail(head=VERIFIED), NOW)
        assert apply(opened, real(name, opened), NOW) is Act.BOUNCED
        assert member(opened) is BOUNCED
        assert mails(opened)[0][1] == "bounced"

    def test_who_was_asked_gets_no_reminder(self, opened: Supporters) -> None:
        arrive(opened, writes())
        is_sent(opened, 1)
        assert apply(opened, real("mails/dsn-postfix-unknown-user.eml", opened), NOW) is Act.BOUNCED
        assert [status for _, status in mails(opened)] == ["bounced", "withdrawn"]

    def test_a_refusal_in_unknown_words_ends_a_membership_only_the_second_time(self, opened: Supporters) -> None:
        arrive(opened, joins())
        arrive(opened, joins(), at=NOW + timedelta(days=1))
        name = "written_by_others/machine-sv-spamfilter-own-words.eml"
        is_sent(opened, 1)
        is_sent(opened, 3)
        apply(opened, mail(head=VERIFIED), NOW)
        for number, then in ((1, MEMBER), (3, BOUNCED)):
            assert apply(opened, real(name, opened, number), NOW) is Act.BOUNCED
            assert member(opened) is then

    @pytest.mark.parametrize(
        "name",
        [
            "mails/dsn-postfix-delayed.eml",
            "mails/dsn-postfix-mailbox-full.eml",
            "mails/dsn-policy-blocked.eml",
            "mails/dsn-postfix-delivered.eml",
            "mails/auto-gmail-vacation-en.eml",
            "mails/auto-exchange-fr-without-headers.eml",
        ],
    )
    def test_what_passes_changes_nothing_and_does_not_stay(self, opened: Supporters, name: str) -> None:
        apply(opened, mail(head=VERIFIED), NOW)
        arrive(opened, joins("other@example.org"))
        assert apply(opened, real(name, opened), NOW) is Act.NOTHING
        assert member(opened) is MEMBER

    def test_a_bounce_of_a_mail_that_is_not_ours_changes_nothing(self, opened: Supporters) -> None:
        apply(opened, mail(head=VERIFIED), NOW)
        raw = Path("tests/inbox/mails/hostile-forged-bounce-of-everyone.eml").read_bytes()
        assert apply(opened, raw, NOW) is Act.NOTHING
        assert member(opened) is MEMBER


class TestComplaints:
    @pytest.mark.parametrize("name", ["mails/arf-abuse-redacted.eml", "written_by_others/machine-jmrp-complaint.eml"])
    def test_who_complains_is_no_member_any_more(self, opened: Supporters, name: str) -> None:
        arrive(opened, joins())
        is_sent(opened, 1)
        apply(opened, answer(opened, "YES"), NOW)
        assert apply(opened, real(name, opened), NOW) is Act.COMPLAINED
        assert member(opened) is COMPLAINED

    def test_who_complains_of_being_asked_is_asked_no_more(self, opened: Supporters) -> None:
        arrive(opened, writes())
        is_sent(opened, 1)
        assert apply(opened, real("mails/arf-abuse-redacted.eml", opened), NOW) is Act.COMPLAINED
        assert statuses_of_all(opened) == ["taken-back"]
        arrive(opened, writes())
        assert len(mails(opened)) == 2

    def test_a_complaint_of_what_is_not_ours_is_for_a_person(self, opened: Supporters) -> None:
        raw = Path("tests/inbox/mails/arf-abuse-redacted.eml").read_bytes()
        assert apply(opened, raw, NOW) is Act.FOR_A_PERSON


def statuses_of_all(opened: Supporters) -> list[str]:
    with reading(opened.store.engine) as connection:
        return list(connection.scalars(select(voices.c.status).order_by(voices.c.id)))


def test_no_mail_that_anybody_ever_wrote_to_others_does_anything(opened: Supporters) -> None:
    arrive(opened, writes(), joins("other@example.org"))
    done = {apply(opened, raw, NOW) for raw in FIXTURES}
    assert done == {Act.NOTHING, Act.FOR_A_PERSON}
    assert statuses(opened) == ["written"]


_numbers = count(1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=2_000),
        st.tuples(st.sampled_from(FIXTURES), st.binary(max_size=40), st.floats(0, 1)).map(
            lambda made: made[0][: int(len(made[0]) * made[2])] + made[1] + made[0][int(len(made[0]) * made[2]) :]
        ),
        st.tuples(st.binary(max_size=200), st.binary(max_size=200)).map(
            lambda made: b"From: <" + made[0] + b">\r\nSubject: JOIN\r\nIn-Reply-To: " + made[1] + b"\r\n\r\nYES"
        ),
    )
)
def test_any_bytes_are_a_mail_that_crashes_nothing_and_makes_nobody_a_member(opened: Supporters, raw: bytes) -> None:
    """Also nobody's voice counts by them. At most they cause a form, which the caps hold."""
    assert apply(opened, raw, NOW) in (Act.NOTHING, Act.FOR_A_PERSON, Act.IS_ASKED)
    with reading(opened.store.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(members)) == 0
        assert connection.scalar(select(func.count()).select_from(messages)) == 0
        assert (connection.scalar(select(func.count()).select_from(arrivals)) or 0) <= next(_numbers)


def test_no_address_is_in_the_story_or_the_ledger(opened: Supporters) -> None:
    arrive(opened, joins())
    is_sent(opened, 1)
    apply(opened, mail(head=VERIFIED), NOW)
    apply(opened, real("mails/dsn-postfix-unknown-user.eml", opened), NOW)
    file = Path(str(opened.store.engine.url.database))
    everything = b"".join(path.read_bytes() for path in file.parent.rglob("*") if path.is_file())
    assert NOOR.partition("@")[0].encode() not in everything
    assert b"supporters.example.org" not in everything
