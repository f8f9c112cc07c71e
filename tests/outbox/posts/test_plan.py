"""Which posts go out, in whose language, at what time, and the bytes that are fixed when they are queued."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.channels.social.post import from_bytes
from outreach.db.engine import reading, writing
from outreach.errors import Problem, TemplateError, UsageError
from outreach.outbox.gate.objections import Reason, is_dated
from outreach.outbox.models import Draft, Scope
from outreach.outbox.posts.drafts import beginning
from outreach.outbox.posts.plan import PostPlan, PostRequest, plan_posts
from outreach.outbox.posts.prepare import PreparedPosts, prepare_posts
from outreach.outbox.queue import enqueue, entries
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from outreach.registry.model import Mission
from outreach.rendering.posts.writer import Limit
from outreach.services.workspace import Workspace
from tests.outbox.outboxes import NOON, lead, listing
from tests.outbox.posts.queued_posts import POSTS

TODAY = date(2022, 9, 1)
AFTER = date(2022, 9, 30)
ALL = ("x", "bluesky", "mastodon")


def write(folder: Path, text: str, language: str = "en") -> None:
    (folder / "templates" / "tweets" / f"beacon.{language}.txt").write_text(text, encoding="utf-8")


@pytest.fixture
def campaign(campaign_folder: Path) -> Campaign:
    """A campaign in which Beacon has one file of posts, and three missions have handles on X."""
    for path in (campaign_folder / "templates" / "tweets").glob("beacon.*"):
        path.unlink()
    write(campaign_folder, "=== solidarity\nWe stand with Beacon. {{ hashtag }}\n=== ask\nOn {{ ask.date }}!\n")
    campaign = load_campaign(campaign_folder)
    handles = {"DEU": "de_example", "FRA": "fr_example", "MEX": "mx_example"}
    known = campaign.registry.missions
    missions = {state: replace(mission, x=handles.get(state, "")) for state, mission in known.items()}
    return replace(campaign, registry=replace(campaign.registry, missions=missions))


def request(campaign: Campaign, *networks: str, **more: object) -> PostRequest:
    return PostRequest(campaign.cases["beacon"], campaign.asks["hrc51"], networks or ("x",), **more)  # type: ignore[arg-type]


def plan(campaign: Campaign, *networks: str, today: date = TODAY, **more: object) -> PostPlan:
    return plan_posts(campaign, request(campaign, *networks, **more), {}, today)


def named(found: PostPlan) -> list[tuple[str, str, str, str]]:
    return [(post.text.network, post.text.name, post.language, post.state) for post in found.posts]


def reasons(found: PostPlan) -> set[Reason]:
    return {item.reason for item in found.excluded}


def test_the_campaigns_first_language_is_posted_unless_others_are_named(campaign: Campaign) -> None:
    write(campaign.folder, "=== solidarity\nSolidarité\n", "fr")
    assert {language for _, _, language, _ in named(plan(campaign))} == {"en"}
    assert {language for _, _, language, _ in named(plan(campaign, languages=("fr", "en")))} == {"en", "fr"}


def test_an_addressed_post_is_in_the_missions_language_where_that_is_written_and_wanted(campaign: Campaign) -> None:
    write(campaign.folder, "=== hello\n{{ mission.handle }}, please speak.\n")
    write(campaign.folder, "=== hello\n{{ mission.handle }}, parlez.\n", "fr")
    found = plan(campaign, to=("DEU,FRA,MEX",))
    assert named(found) == [
        ("x", "hello", "en", "DEU"),
        ("x", "hello", "fr", "FRA"),
        ("x", "hello", "en", "MEX"),
    ], "there are no posts in Spanish, so Mexico gets the campaign's first language"
    assert {language for _, _, language, _ in named(plan(campaign, to=("DEU,FRA",), languages=("en",)))} == {"en"}


def test_addressed_posts_are_for_the_asks_own_selection(campaign: Campaign) -> None:
    write(campaign.folder, "=== hello\n{{ mission.handle }}, please speak.\n")
    found = plan(campaign)
    asked = {post.state for post in found.posts} | {item.state for item in found.excluded}
    assert {post.state for post in found.posts} <= {"DEU", "FRA", "MEX"}
    assert len(asked) == 25
    assert reasons(found) == {Reason.NO_HANDLE}


def test_the_state_concerned_is_left_out_and_so_is_its_handle_under_another_name(campaign: Campaign) -> None:
    write(campaign.folder, "=== hello\n{{ mission.handle }}, please speak.\n")
    missions = {**campaign.registry.missions, "BLR": Mission("BLR", "", (), "en", x="DE_Example")}
    changed = replace(campaign, registry=replace(campaign.registry, missions=missions))
    found = plan(changed, to=("BLR,DEU,FRA",))
    assert [post.state for post in found.posts] == ["FRA"]
    assert {(item.state, item.reason) for item in found.excluded} == {
        ("BLR", Reason.STATE_CONCERNED),
        ("DEU", Reason.STATE_CONCERNED),
    }


def test_whose_row_cannot_be_read_is_not_addressed(campaign: Campaign) -> None:
    write(campaign.folder, "=== hello\n{{ mission.handle }}, please speak.\n")
    found = plan(with_problem(campaign, "DEU", "email"), to=("DEU,FRA",))
    assert [post.state for post in found.posts] == ["FRA"]
    assert [(item.state, item.reason) for item in found.excluded] == [("DEU", Reason.BROKEN_ROW)]
    assert found.excluded[0].detail == "contacts/missions.csv, row 2, column email: broken"


@pytest.mark.parametrize(("column", "addressed"), [("x", 0), (None, 0), ("email", 2)])
def test_while_no_handle_of_the_state_concerned_can_be_read_nobody_is_addressed(
    campaign: Campaign, column: str | None, addressed: int
) -> None:
    write(campaign.folder, "=== hello\n{{ mission.handle }}, please speak.\n=== to-nobody\nSpeak.\n")
    found = plan(with_problem(campaign, "BLR", column), to=("DEU,FRA",))
    assert len([post for post in found.posts if post.state]) == addressed
    assert {item.reason for item in found.excluded} <= {Reason.CLOSED_ROW}
    assert "to-nobody" in {post.text.name for post in found.posts}


def with_problem(campaign: Campaign, state: str, column: str | None) -> Campaign:
    mission = campaign.registry.missions.get(state) or Mission(state, "", (), "en")
    broken = replace(mission, problems=(Problem("contacts/missions.csv", "broken", 2, column),))
    missions = {**campaign.registry.missions, state: broken}
    return replace(campaign, registry=replace(campaign.registry, missions=missions))


def test_nobody_is_selected_where_no_post_is_addressed(campaign: Campaign) -> None:
    assert plan(campaign, to=("BLR",)).excluded == ()


@pytest.mark.parametrize(
    ("part", "dated"),
    [
        ("ask", True),
        ("ask.en", True),
        ("ask.en/2", True),
        ("ask-mission", True),
        ("ask-mission/3", True),
        ("solidarity.en", False),
        ("outcome.fr", False),
        ("asking.en", False),
        ("task", False),
    ],
)
def test_a_post_called_ask_is_too_late_after_the_asks_date(part: str, dated: bool) -> None:
    assert is_dated(part) is dated


def test_after_the_date_an_ask_is_left_out_in_earnest_and_warned_of_in_a_rehearsal(campaign: Campaign) -> None:
    earnest = plan(campaign, today=AFTER, rehearsal=False)
    assert [name for _, name, _, _ in named(earnest)] == ["solidarity"]
    assert reasons(earnest) == {Reason.PAST_DATE}
    rehearsed = plan(campaign, today=AFTER)
    assert [name for _, name, _, _ in named(rehearsed)] == ["solidarity", "ask"]
    assert {item.reason for item in rehearsed.warnings} == {Reason.PAST_DATE}
    assert len(plan(campaign, today=AFTER, rehearsal=False, after_deadline=True).posts) == 2


def test_a_post_that_says_nothing_yet_is_left_out_with_that_reason(campaign: Campaign) -> None:
    write(campaign.folder, "=== outcome\n{% if raised == ('nobody',) %}They spoke.{% endif %}\n")
    found = plan(campaign)
    assert found.posts == ()
    assert [(item.reason, item.detail) for item in found.excluded] == [(Reason.NO_TEXT, "says nothing yet")]


def test_everything_too_long_is_named_at_once_and_a_servers_own_limit_holds(campaign: Campaign) -> None:
    write(campaign.folder, f"=== long\n{'a' * 400}\n=== longer\n{'b' * 600}\n")
    with pytest.raises(TemplateError) as caught:
        plan(campaign, *ALL)
    text = str(caught.value)
    assert text.count("over by") == 5, "the first fits Mastodon"
    with pytest.raises(TemplateError, match="mastodon: 400 of 350; over by 50"):
        plan(campaign, "mastodon", only=("long",), limits={"mastodon": Limit("mastodon", 350)})
    assert len(plan(campaign, "mastodon", limits={"mastodon": Limit("mastodon", 1000)}).posts) == 2


def test_a_name_that_is_not_there_is_refused(campaign: Campaign) -> None:
    with pytest.raises(UsageError, match="there are: solidarity, ask"):
        plan(campaign, only=("solidarity", "nothing"))


# Fixed to the byte


def prepared(campaign: Campaign, outbox: Outbox, *networks: str, **more: object) -> PreparedPosts:
    return prepare_posts(campaign, outbox, Workspace(campaign, outbox).gate, request(campaign, *networks, **more), NOON)


def queue_up(outbox: Outbox, drafts: tuple[Draft, ...]) -> list[int]:
    with writing(outbox.engine) as connection:
        return enqueue(connection, drafts, NOON, "test")


def test_a_draft_holds_text_language_facets_and_picture_and_is_the_same_each_time(
    campaign: Campaign, outbox: Outbox
) -> None:
    write(campaign.folder, "=== solidarity\nÀ côté: #Beacon https://example.org/é @name.example.org\n")
    [x, bluesky] = prepared(campaign, outbox, "x", "bluesky").drafts
    assert prepared(campaign, outbox, "x", "bluesky").drafts == (x, bluesky)
    post = from_bytes(bluesky.content)
    raw = post.text.encode()
    assert [(facet.kind, raw[facet.start : facet.end].decode()) for facet in post.facets] == [
        ("tag", "#Beacon"),
        ("link", "https://example.org/é"),
        ("mention", "@name.example.org"),
    ]
    assert from_bytes(x.content).facets == ()
    assert post.picture == from_bytes(x.content).picture
    assert post.picture.startswith(b"\x89PNG")
    assert "‘Beacon’. #EndReprisals" in post.alt  # without a theme the card does not say where people are
    assert (post.language, bluesky.recipients, bluesky.key.shown_round) == ("en", (), "post")
    assert bluesky.token in bluesky.message_id


def test_only_the_first_part_of_a_thread_carries_the_picture_and_each_follows_the_one_before(
    campaign: Campaign, outbox: Outbox
) -> None:
    write(campaign.folder, "=== story\nOne\n~~~\nTwo\n~~~\nThree\n")
    drafts = prepared(campaign, outbox).drafts
    assert [draft.key.part for draft in drafts] == ["story.en", "story.en/2", "story.en/3"]
    assert [draft.follows for draft in drafts] == ["", drafts[0].token, drafts[1].token]
    assert [bool(from_bytes(draft.content).picture) for draft in drafts] == [True, False, False]
    first, second, third = queue_up(outbox, drafts)
    assert [entry.follows for entry in listing(outbox)] == [None, first, second]
    assert third == 3


def test_in_earnest_posts_get_times_beside_those_that_wait_and_a_rehearsal_waits_for_none(
    campaign: Campaign, outbox: Outbox
) -> None:
    earnest = prepared(campaign, outbox, *ALL, rehearsal=False, after_deadline=True)
    half_hour = timedelta(minutes=30)
    for network in ALL:
        times = [draft.not_before for draft in earnest.drafts if draft.key.channel == network]
        assert times == [NOON, NOON + half_hour]
    assert {draft.not_before for draft in prepared(campaign, outbox).drafts} == {None}
    queue_up(outbox, earnest.drafts)
    write(campaign.folder, "=== more\nMore\n")
    more = prepared(campaign, outbox, rehearsal=False, after_deadline=True)
    assert [post.goes_at for post in more.plan.posts] == [NOON + 2 * half_hour]


def test_at_is_when_the_first_may_go_in_a_rehearsal_too(campaign: Campaign, outbox: Outbox) -> None:
    at = datetime(2022, 9, 29, 7, tzinfo=UTC)
    for rehearsal in (True, False):
        drafts = prepared(campaign, outbox, at=at, rehearsal=rehearsal, after_deadline=True).drafts
        assert [draft.not_before for draft in drafts] == [at, at + timedelta(minutes=30)]


def test_what_was_posted_is_never_planned_again_whatever_became_of_it(campaign: Campaign, outbox: Outbox) -> None:
    first, _second = queue_up(outbox, prepared(campaign, outbox).drafts)
    lead(outbox, first, Status.WITHDRAWN)
    again = prepared(campaign, outbox)
    assert again.drafts == ()
    assert {(item.reason, item.detail) for item in again.plan.excluded} == {
        (Reason.ALREADY_POSTED, "withdrawn"),
        (Reason.ALREADY_POSTED, "queued"),
    }


def test_listings_show_the_beginning_of_a_post_on_one_line() -> None:
    assert beginning("One\n\ntwo  three") == "One two three"
    assert beginning("word " * 40) == f"{'word ' * 13}word…"


# What may still leave


def held(campaign: Campaign, outbox: Outbox, scope: Scope = POSTS) -> dict[int, str]:
    with reading(outbox.engine) as connection:
        found = Workspace(campaign, outbox).gate.held(connection, scope)
    return {id_: f"{item.reason.value}: {item.detail}" for id_, item in found.items()}


def test_an_ask_that_waited_past_its_date_is_held_and_solidarity_is_not(campaign: Campaign, outbox: Outbox) -> None:
    """The campaign's today is far after the ask's date; both were queued before it."""
    ids = queue_up(outbox, prepared(campaign, outbox, rehearsal=False, after_deadline=True).drafts)
    assert held(campaign, outbox) == {ids[1]: "past the ask's date: 2022-09-29"}
    assert held(campaign, outbox, replace(POSTS, after_deadline=True)) == {}


def test_an_ask_that_was_meant_for_a_later_day_was_meant_so(campaign: Campaign, outbox: Outbox) -> None:
    later = datetime(2022, 10, 3, 9, tzinfo=UTC)
    queue_up(outbox, prepared(campaign, outbox, at=later, after_deadline=True).drafts)
    assert held(campaign, outbox) == {}


def test_all_that_hangs_on_a_refused_post_is_held(campaign: Campaign, outbox: Outbox) -> None:
    write(campaign.folder, "=== story\nOne\n~~~\nTwo\n~~~\nThree\n")
    first, second, third = queue_up(outbox, prepared(campaign, outbox).drafts)
    assert held(campaign, outbox) == {}
    lead(outbox, first, Status.REJECTED)
    back = held(campaign, outbox)
    assert back.keys() == {second, third}
    assert back[third] == f"the post before it: message {first} is rejected"
    with reading(outbox.engine) as connection:
        assert len(entries(connection, POSTS)) == 3


def test_an_ask_of_several_weeks_is_posted_until_its_last_day(campaign: Campaign) -> None:
    weeks = replace(campaign.asks["hrc51"], until=date(2022, 10, 7))
    long = replace(campaign, asks={"hrc51": weeks})

    assert len(plan(long, today=date(2022, 10, 7), rehearsal=False).posts) == 2
    assert reasons(plan(long, today=date(2022, 10, 8), rehearsal=False)) == {Reason.PAST_DATE}


def test_the_plan_says_when_the_council_is_only_partly_known(campaign: Campaign) -> None:
    write(campaign.folder, "=== ask-mission\nWe invite {{ mission.handle }}.\n")
    whole, partly = plan(campaign, to=("hrc:2022",)), plan(campaign, to=("hrc:2027",))

    assert whole.gaps == ()
    assert "of 47 members" in partly.gaps[0]


def test_where_no_post_is_addressed_no_council_is_needed(campaign: Campaign) -> None:
    assert plan(campaign, to=("hrc:2027",)).gaps == ()
