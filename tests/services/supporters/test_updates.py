"""Updates reach each member once, in a language of theirs, and say only what may be told: real stores and servers."""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.campaign import load_campaign
from outreach.db.engine import reading, writing
from outreach.errors import DataError, UsageError
from outreach.outbox.copies.copies import adopt
from outreach.outbox.copies.journal import Line
from outreach.outbox.models import Scope, messages
from outreach.outbox.queue import entries
from outreach.outbox.store import now
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.updates import UntoldUpdates, plan_update, queue_update, withdraw_update
from outreach.supporters.doors import change_member
from outreach.supporters.people import LEAVE, follow
from outreach.supporters.statuses import MemberStatus
from outreach.supporters.store import Store
from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, mail_server
from tests.services.supporters.lists import EN, SLUG, TEXTS, fill_list, write_update
from tests.services.supporters.test_sending import WEB, statuses
from tests.supporters.stores import open_here

ENV = {**WEB, "OUTREACH_LIST__PER_MINUTE": "0", "OUTREACH_SITE__URL": "https://site.example.org/"}
UPDATE = ("update", SLUG, "--yes")


@pytest.fixture
def listed(campaign_folder: Path) -> Store:
    """The store of a campaign with an update and three members: one of each language."""
    write_update(campaign_folder)
    store = open_here(campaign_folder)
    fill_list(store, 3, now())
    return store


def opened(folder: Path, store: Store, day: date = date(2022, 9, 1)) -> Supporters:
    return Supporters(replace(load_campaign(folder), day=day), store)


def queue(found: Supporters, slug: str = SLUG) -> int:
    return queue_update(found, plan_update(found, slug), now(), "a test")


def test_each_member_gets_one_in_their_language_or_the_first_that_there_is(
    campaign_folder: Path, listed: Store
) -> None:
    found = opened(campaign_folder, listed)
    planned = plan_update(found, SLUG)
    assert (planned.recipients, planned.had, planned.total) == ({"en": 2, "fr": 1}, 0, 3)
    assert (queue(found), queue(found)) == (3, 0)
    assert plan_update(found, SLUG).had == 3
    with reading(listed.engine) as connection:
        rows = connection.execute(select(messages.c.part, messages.c.language, messages.c.kind)).all()
        assert sorted(map(tuple, rows)) == [
            (f"1.{SLUG}", "fr", "update"), (f"2.{SLUG}", "en", "update"), (f"3.{SLUG}", "en", "update"),
        ]  # fmt: skip
        assert follow(connection, listed.sealer.token(LEAVE, 2)) is not None


def test_who_joins_later_gets_it_when_it_is_sent_again_and_who_left_does_not(
    campaign_folder: Path, listed: Store
) -> None:
    found = opened(campaign_folder, listed)
    with writing(listed.engine) as connection:
        change_member(connection, 1, MemberStatus.LEFT, now(), "a test")
    assert queue(found) == 2
    with writing(listed.engine) as connection:
        change_member(connection, 1, MemberStatus.MEMBER, now(), "a test")
    assert queue(found) == 1


def test_a_text_that_changed_after_it_was_queued_is_refused(campaign_folder: Path, listed: Store) -> None:
    found = opened(campaign_folder, listed)
    planned = plan_update(found, SLUG)
    queue(found)
    write_update(campaign_folder, en=TEXTS["en"].replace("Yesterday", "Today"))
    with pytest.raises(UsageError, match=rf"site/updates/{SLUG}.en.md says something else than on 20"):
        plan_update(found, SLUG)
    other = opened(campaign_folder, open_here(campaign_folder / "site"))
    fill_list(other.store, 1, now())
    changed = plan_update(other, SLUG)
    with pytest.raises(UsageError, match="says something else"):
        queue_update(found, changed, now(), "a test")
    assert queue_update(found, planned, now(), "a test") == 0


def test_an_update_of_a_day_to_come_or_none_is_refused(campaign_folder: Path, listed: Store) -> None:
    with pytest.raises(UsageError, match="a day to come"):
        plan_update(opened(campaign_folder, listed, date(2022, 7, 31)), SLUG)
    with pytest.raises(UsageError, match=f"there is no update '2022-08-01-statment'.*{SLUG}"):
        plan_update(opened(campaign_folder, listed), "2022-08-01-statment")


def test_what_may_not_be_told_is_not_mailed(campaign_folder: Path, listed: Store) -> None:
    write_update(campaign_folder, en=EN.replace("Yesterday", "Noor Halim and"))
    (campaign_folder / "contacts" / "withheld.txt").write_text("Noor Halim\n", "utf-8")
    with pytest.raises(DataError, match=rf"site/updates/{SLUG}.en.md: speaks of a withheld name") as refused:
        plan_update(opened(campaign_folder, listed), SLUG)
    assert "Noor" not in str(refused.value)


def test_what_may_not_be_told_any_more_is_held_back(campaign_folder: Path, listed: Store, outreach: Command) -> None:
    queue(opened(campaign_folder, listed))
    (campaign_folder / "contacts" / "withheld.txt").write_text("twelve States\n", "utf-8")
    with SmtpServer() as server:
        done = outreach("queue", "run", folder=campaign_folder, env={**mail_server(server.port), **ENV})
    assert server.messages == []
    assert f"Held back: the update {SLUG} speaks of a withheld name" in done.stderr
    assert "Twelve" not in done.stderr
    with reading(listed.engine) as connection:
        assert UntoldUpdates().why(connection, load_campaign(campaign_folder)).keys() == {SLUG}
    assert withdraw_update(opened(campaign_folder, listed), SLUG, now(), "a test") == 3


def test_an_update_arrives_whole_with_a_way_to_leave(campaign_folder: Path, listed: Store, outreach: Command) -> None:
    with SmtpServer() as server:
        env = {
            **mail_server(server.port), **ENV, "OUTREACH_WEB__BY_MAIL": "join@example.org",
            "OUTREACH_RETURNS__HOST": "127.0.0.1", "OUTREACH_RETURNS__SECURITY": "none",
        }  # fmt: skip
        assert outreach(*UPDATE, folder=campaign_folder, env=env).returncode == 0
        done = outreach("queue", "run", folder=campaign_folder, env=env)
    assert "To supporters: 3 sent.\n" in done.stdout
    [french] = [taken for taken in server.messages if taken.recipients == ("m1@example.org",)]
    mail = message_from_bytes(french.content, policy=policy.SMTP)
    leave = f"https://forms.example.org/l/{listed.sealer.token(LEAVE, 1)}"
    assert mail["To"] == "m1@example.org"
    assert mail["Subject"] == "Douze États ont parlé"
    assert mail["List-Id"] == "#EndReprisals <campaign.example.org>"
    assert mail["List-Unsubscribe"] == f"<{leave}>, <mailto:join@example.org?subject=unsubscribe>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = (mail.get_body((form,)).get_content().replace("\r\n", "\n") for form in ("plain", "html"))  # type: ignore[attr-defined]
    assert f"\n{leave}\n" in plain
    assert "https://site.example.org/updates/" in plain
    assert f'href="{leave}"' in html
    assert "<strong>douze États</strong>" in html
    assert all(len(line) <= 78 for line in french.content.split(b"\r\n"))
    assert {taken.content.count(b"/l/") for taken in server.messages} == {3}


def test_a_mailbox_that_does_not_exist_ends_the_membership(
    campaign_folder: Path, listed: Store, outreach: Command
) -> None:
    gone = Fault("rcpt", "550 5.1.1 no such user", recipient="m2@example.org")
    with SmtpServer(Script(faults=(gone,))) as server:
        env = {**mail_server(server.port), **ENV}
        outreach(*UPDATE, folder=campaign_folder, env=env)
        done = outreach("queue", "run", folder=campaign_folder, env=env)
        counted = outreach("members", "count", folder=campaign_folder, env=env)
    assert "To supporters: 2 sent, 1 rejected." in done.stdout
    assert "rejected: 1 mail: RCPT: 550 5.1.1 no such user" in done.stdout
    assert "bounced" in counted.stdout


def complain(store: Store, number: int) -> None:
    with writing(store.engine) as connection:
        for who in range(1, number + 1):
            change_member(connection, who, MemberStatus.COMPLAINED, now(), "a test")


def test_complaints_hold_updates_back_until_a_person_says_otherwise(campaign_folder: Path, outreach: Command) -> None:
    write_update(campaign_folder)
    store = open_here(campaign_folder)
    fill_list(store, 6, now())
    complain(store, 3)
    with SmtpServer() as server:
        env = {**mail_server(server.port), **ENV}
        outreach(*UPDATE, folder=campaign_folder, env=env)
        done = outreach("queue", "run", folder=campaign_folder, env=env)
        assert "3 members complained within 30 days" in done.stderr
        assert server.messages == []
        outreach("queue", "run", folder=campaign_folder, env={**env, "OUTREACH_LIST__COMPLAINTS": "1"})
    assert statuses(store) == ["sent"] * 3


def test_many_mails_to_one_provider_are_warned_of_once_a_day(
    campaign_folder: Path, listed: Store, outreach: Command
) -> None:
    with SmtpServer() as server:
        env = {**mail_server(server.port), **ENV, "OUTREACH_LIST__WARN_AT": "2"}
        outreach(*UPDATE, folder=campaign_folder, env=env)
        done = outreach("queue", "run", folder=campaign_folder, env=env)
        write_update(campaign_folder, "2022-08-02-more")
        outreach("update", "2022-08-02-more", "--yes", folder=campaign_folder, env=env)
        again = outreach("queue", "run", folder=campaign_folder, env=env)
    assert "mails went to one provider today" in done.stderr
    assert "mails went to" not in again.stderr
    assert len(server.messages) == 6


def test_nothing_is_queued_in_earnest_where_nobody_could_leave(
    campaign_folder: Path, listed: Store, outreach: Command
) -> None:
    env = {name: value for name, value in {**mail_server(1), **ENV}.items() if "PUBLIC_URL" not in name}
    done = outreach(*UPDATE, folder=campaign_folder, env=env)
    assert done.returncode == 2
    assert "Set [web] public_url" in done.stderr
    assert statuses(listed) == []


def test_what_may_have_left_from_another_copy_is_never_sent_again(campaign_folder: Path, listed: Store) -> None:
    found = opened(campaign_folder, listed)
    queue(found)
    with reading(listed.engine) as connection:
        first, *_ = entries(connection, Scope())
    adopt(listed.outbox, [Line(first.message_id, first.key)], "a test")
    assert statuses(listed) == ["unconfirmed", "queued", "queued"]
    with writing(listed.engine) as connection:
        change_member(connection, 1, MemberStatus.LEFT, now() - timedelta(days=1), "a test")
    with reading(listed.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(messages)) == 3


def test_what_is_in_doubt_is_settled_by_a_person(campaign_folder: Path, listed: Store, outreach: Command) -> None:
    found = opened(campaign_folder, listed)
    queue(found)
    with reading(listed.engine) as connection:
        waits = entries(connection, Scope())
    adopt(listed.outbox, [Line(each.message_id, each.key) for each in waits[:2]], "a test")
    env = {**mail_server(1), **ENV}
    shown = outreach("update", SLUG, "--dry-run", folder=campaign_folder, env=env)
    assert "2 mails in doubt: a run ended while it was in flight. See --settle." in shown.stderr
    done = outreach("update", SLUG, "--settle", "again", folder=campaign_folder, env=env)
    assert done.stdout == "Settled: 2 mails, to be sent again.\n"
    assert statuses(listed) == ["queued"] * 3
