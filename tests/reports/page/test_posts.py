"""What the report says of posts: those that went out, and links to say them too; to the team and to the public."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from outreach.campaign import load_campaign
from outreach.db.engine import reading, writing
from outreach.outbox.kind import MessageKind
from outreach.outbox.ledger import Transition, advance
from outreach.outbox.models import Key, Scope, messages
from outreach.outbox.posts.listing import post_lines
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, open_outbox
from outreach.reports.page.page import Report, choose, make_report, render
from outreach.reports.progress import progress
from tests.conftest import Command
from tests.outbox.outboxes import NOON, lead, queue_keys

NOW = datetime(2022, 9, 20, 10, 0, tzinfo=UTC)  # before the day of the ask
AFTER = datetime(2022, 9, 30, 10, 0, tzinfo=UTC)
ADDRESS = "https://bsky.app/profile/campaign.example.org/post/3l"


def post(
    outbox: Outbox,
    status: Status,
    *,
    case: str = "beacon",
    name: str = "solidarity",
    address: str = "",
    state: str = "",
) -> int:
    [message] = queue_keys(outbox, Key(MessageKind.POST, "hrc51", case, "", "bluesky", state, f"{name}.en"))
    lead(outbox, message, status, NOON)
    with writing(outbox.engine) as connection:
        connection.execute(update(messages).where(messages.c.id == message).values(address=address))
    return message


def report_of(folder: Path, outbox: Outbox, *, public: bool = False, at: datetime = NOW) -> Report:
    campaign = load_campaign(folder)
    subject = choose(campaign, progress(campaign, outbox, Scope()), Scope(), public=public)
    with reading(outbox.engine) as connection:
        posts = post_lines(connection, Scope())
    return make_report(campaign, subject, Scope(), at, rehearsal=outbox.rehearsal, posts=posts)


def change(folder: Path, slug: str, old: str, new: str) -> None:
    file = folder / "cases" / f"{slug}.md"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("public", [False, True])
def test_posts_that_went_out_stand_with_their_addresses_for_everybody(
    campaign_folder: Path, outbox: Outbox, *, public: bool
) -> None:
    post(outbox, Status.SENT, address=ADDRESS)
    report = report_of(campaign_folder, outbox, public=public)
    [found] = report.posts.published
    assert (found.network, found.case, found.address) == ("Bluesky", "Human Rights Center ‘Beacon’", ADDRESS)
    assert found.day.split() == ["1", "Sep", "2022"]
    assert f'<a href="{ADDRESS}" rel="noreferrer">' in render(report)


def test_no_post_marks_a_state_as_asked(campaign_folder: Path, outbox: Outbox) -> None:
    post(outbox, Status.SENT, address=ADDRESS, state="DEU")
    report = report_of(campaign_folder, outbox)
    assert [step.number for step in report.headline] == [0, 0, 0, 0]
    assert report.matrix.lines == ()


def test_a_post_that_was_deleted_or_never_went_out_has_no_address(campaign_folder: Path, outbox: Outbox) -> None:
    deleted = post(outbox, Status.SENT, address=ADDRESS)
    with writing(outbox.engine) as connection:
        advance(connection, [Transition(deleted, Status.SENT, Status.WITHDRAWN, NOON, "test")])
    post(outbox, Status.UNCONFIRMED, name="ask")
    report = report_of(campaign_folder, outbox)
    assert report.posts.published == ()
    assert ADDRESS not in render(report)


def test_an_address_that_is_none_of_the_web_is_no_link(campaign_folder: Path, outbox: Outbox) -> None:
    """A server says it, and a server may say anything."""
    post(outbox, Status.SENT, address="javascript:alert(1)")
    assert "javascript:" not in render(report_of(campaign_folder, outbox))


def test_what_waits_is_told_to_the_team_alone(campaign_folder: Path, outbox: Outbox) -> None:
    post(outbox, Status.QUEUED)
    post(outbox, Status.DEFERRED, name="ask")
    assert report_of(campaign_folder, outbox).posts.waiting == 2
    assert "2 posts wait for their time" in render(report_of(campaign_folder, outbox))
    assert "wait for their time" not in render(report_of(campaign_folder, outbox, public=True))


def test_a_rehearsal_counts_its_posts_and_has_no_addresses(campaign_folder: Path) -> None:
    outbox = open_outbox(campaign_folder, load_campaign(campaign_folder).settings, rehearsal=True)
    post(outbox, Status.SENT)
    report = report_of(campaign_folder, outbox)
    assert (report.posts.rehearsed, report.posts.published) == (1, ())
    assert "1 post was rehearsed." in render(report)


def test_a_case_without_the_webs_consent_leaves_no_post_on_a_public_page(campaign_folder: Path, outbox: Outbox) -> None:
    change(campaign_folder, "beacon", "  web: yes", "  web: no")
    post(outbox, Status.SENT, address=ADDRESS)
    post(outbox, Status.SENT, case="sample", address=f"{ADDRESS}-sample")
    page = render(report_of(campaign_folder, outbox, public=True))
    assert f"{ADDRESS}-sample" in page
    assert f'{ADDRESS}"' not in page
    assert "Beacon" not in page


@pytest.mark.parametrize("public", [False, True])
def test_a_case_whose_people_did_not_agree_to_posts_has_no_links(
    campaign_folder: Path, outbox: Outbox, *, public: bool
) -> None:
    change(campaign_folder, "beacon", "  posts: yes", "  posts: no")
    report = report_of(campaign_folder, outbox, public=public)
    assert len(report.posts.suggested) == 2
    assert "Human Rights Center ‘Beacon’" not in {case.case for case in report.posts.suggested}


def test_a_post_is_not_told_to_the_public_once_its_consent_was_taken_back(
    campaign_folder: Path, outbox: Outbox
) -> None:
    """The team still has to know that it is out: it may want to delete it."""
    post(outbox, Status.SENT, address=ADDRESS)
    change(campaign_folder, "beacon", "  posts: yes", "  posts: no")
    assert report_of(campaign_folder, outbox, public=True).posts.published == ()
    assert len(report_of(campaign_folder, outbox).posts.published) == 1


def test_an_embargo_holds_the_links_back(campaign_folder: Path, outbox: Outbox) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    change(campaign_folder, "beacon", "people:", f"embargo: {tomorrow}\npeople:")
    assert len(report_of(campaign_folder, outbox).posts.suggested) == 2


def test_what_asks_for_something_on_a_day_is_not_suggested_once_the_day_is_over(
    campaign_folder: Path, outbox: Outbox
) -> None:
    before = report_of(campaign_folder, outbox).posts.suggested
    after = report_of(campaign_folder, outbox, at=AFTER).posts.suggested
    names = [{post.post for case in suggested for post in case.posts} for suggested in (before, after)]
    assert names[0] - names[1] == {"ask"}
    assert {"solidarity", "outcome"} <= names[1]


def test_each_post_is_suggested_in_each_language_with_its_links(campaign_folder: Path, outbox: Outbox) -> None:
    report = report_of(campaign_folder, outbox)
    beacon = next(case for case in report.posts.suggested if "Beacon" in case.case)
    assert [post.code for post in beacon.posts if post.post == "solidarity"] == ["en", "fr", "es"]
    assert [link.name for link in beacon.posts[0].links] == [
        "X",
        "Bluesky",
        "Mastodon",
        "Threads",
        "WhatsApp",
        "LinkedIn",
        "E-mail",
    ]
    assert '<blockquote lang="fr"><p>Beacon a informé' in render(report)


def test_without_any_post_the_page_has_no_such_section(campaign_folder: Path, outbox: Outbox) -> None:
    for file in (campaign_folder / "templates" / "tweets").iterdir():
        file.unlink()
    assert 'id="posts"' not in render(report_of(campaign_folder, outbox))


def test_the_command_reads_the_posts_of_the_outbox(campaign_folder: Path, outbox: Outbox, outreach: Command) -> None:
    post(outbox, Status.SENT, address=ADDRESS)
    target = campaign_folder / "out.html"
    result = outreach("report", "--output", str(target), folder=campaign_folder)
    assert result.returncode == 0, result.stderr
    assert ADDRESS in target.read_text(encoding="utf-8")
