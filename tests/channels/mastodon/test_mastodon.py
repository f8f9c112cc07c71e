"""The Mastodon channel against an instance of our own: what is posted, and what each failure means."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.base import Outgoing, Receipt
from outreach.channels.mastodon.channel import MastodonChannel, ServerLimits
from outreach.channels.mastodon.status import Status, mentions
from outreach.channels.registry import make_channel
from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed, Unreachable
from outreach.settings.accounts import MastodonSettings
from outreach.settings.settings import Settings
from tests.channels.account_contract import AccountContract, run
from tests.channels.letters import Commit, send
from tests.channels.networks.faults import Kind, named, patience
from tests.channels.networks.http_server import Fault
from tests.channels.networks.mastodon_server import DOMAIN, NAME, TOKEN, Instance, about_itself, shown
from tests.channels.networks.posts import PICTURE, post
from tests.channels.smtp.certificates import server_context
from tests.channels.smtp.smtp_server import refusing_port

ME, TIMELINE, MEDIA, STATUSES = "verify_credentials", "/statuses", "/api/v2/media", "/api/v1/statuses"


@pytest.fixture
def server() -> Iterator[Instance]:
    with Instance() as running:
        yield running


def settings(url: str, **more: object) -> MastodonSettings:
    return MastodonSettings.model_validate({"instance": url, "token": TOKEN, "timeout": 20, **more})


def mastodon(server: Instance, **more: object) -> MastodonChannel:
    return MastodonChannel(settings(server.url, **more))


def one(number: int = 1, **more: object) -> Outgoing:
    return post(number, network="mastodon", **more)  # type: ignore[arg-type]


def at_the_post(**fault: object) -> Fault:
    return Fault(STATUSES, method="POST", **fault)  # type: ignore[arg-type]


class TestContract(AccountContract):
    network = "mastodon"
    secrets = (TOKEN,)

    @pytest.fixture
    def channel(self, server: Instance) -> MastodonChannel:
        self.server = server
        return mastodon(server)

    def delivered(self) -> list[bytes]:
        return [text.encode() for text in self.server.texts]

    def lose_the_next_answer(self) -> None:
        self.server.faults = (at_the_post(take=True, drop=True, nth=1),)


# What is posted


def test_the_status_is_public_and_has_text_language_and_picture(server: Instance) -> None:
    text = "Été & <b>:\n\nhttps://example.org/a/very/long/path/that/is/cut #EndReprisals"
    (receipt,) = send(mastodon(server), one(text=text, language="fr", picture=PICTURE))
    assert isinstance(receipt, Receipt)
    (status,) = server.statuses.values()
    assert server.texts == [text]
    assert (status["language"], status["visibility"]) == ("fr", "public")
    assert [each["description"] for each in status["media_attachments"]] == ["A card"]
    assert [each["content"] for each in server.pictures.values()] == [PICTURE]
    assert server.asked(STATUSES)[-1].form["visibility"] == ["public"]
    assert receipt.url == f"https://{DOMAIN}/@{NAME}/{status['id']}"
    assert receipt.reference == status["id"]


def test_the_key_that_makes_a_repeat_safe_is_the_token(server: Instance) -> None:
    send(mastodon(server), one())
    (request,) = [each for each in server.asked(STATUSES) if each.method == "POST"]
    assert request.headers["Idempotency-Key"] == one().token


def test_a_thread_replies_to_the_part_before(server: Instance) -> None:
    (first,) = send(mastodon(server), one(1))
    assert isinstance(first, Receipt)
    send(mastodon(server), replace(one(2), parent=first.reference))
    assert [status["in_reply_to_id"] for status in server.statuses.values()] == [None, first.reference]


def test_the_picture_comes_before_the_point_of_no_return(server: Instance) -> None:
    commit = Commit(check=lambda: [request.path for request in server.requests if request.method == "POST"])
    send(mastodon(server), one(picture=PICTURE, commit=commit))
    assert commit.seen == [[MEDIA]]


def test_a_picture_that_the_server_still_works_on_is_waited_for() -> None:
    with Instance(processing=2) as server:
        (receipt,) = send(mastodon(server), one(picture=PICTURE))
        assert isinstance(receipt, Receipt)
        assert len(server.asked("/api/v1/media/")) == 2


def test_a_picture_that_never_gets_ready_defers_the_post() -> None:
    commit = Commit()
    with Instance(processing=10_000) as server:
        (outcome,) = send(mastodon(server, timeout=0.6), one(picture=PICTURE, commit=commit))
        assert isinstance(outcome, Deferred)
        assert (commit.count, server.texts) == (0, [])


def test_the_account_is_named_with_the_host_that_the_instance_calls_itself_by(server: Instance) -> None:
    channel = mastodon(server)
    assert run(channel, channel.account) == f"@{NAME}@{DOMAIN}"


def test_an_instance_that_says_nothing_of_itself_is_named_by_its_address() -> None:
    with Instance(about={}) as server:
        channel = mastodon(server)
        assert run(channel, channel.account) == f"@{NAME}@127.0.0.1"


@pytest.mark.parametrize(
    ("about", "limits"),
    [
        (about_itself(max_characters=1000, characters_reserved_per_url=30), ServerLimits(1000, 30)),
        ({"configuration": {}}, ServerLimits(500, 23)),
        ({"configuration": {"statuses": {"max_characters": "many"}}}, ServerLimits(500, 23)),
        ({}, ServerLimits(5000, 23)),
    ],
    ids=["told", "not told", "nonsense", "only the old way"],
)
def test_the_servers_limits_are_asked_for(about: dict[str, object], limits: ServerLimits) -> None:
    with Instance(about=about) as server:
        channel = mastodon(server)
        assert run(channel, channel.limits_of_server) == limits


def test_without_an_answer_nobody_knows_the_limits() -> None:
    with refusing_port() as port:
        channel = MastodonChannel(settings(f"http://127.0.0.1:{port}"))
        with pytest.raises(Unreachable):
            run(channel, channel.limits_of_server)


def test_it_is_made_from_the_settings(server: Instance, tmp_path: Path) -> None:
    campaign = Settings().model_copy(update={"mastodon": settings(server.url)})
    assert isinstance(send(make_channel("mastodon", tmp_path, campaign), one())[0], Receipt)


# Exactly once


def test_a_post_that_is_there_already_is_committed_and_not_posted_again(server: Instance) -> None:
    commit = Commit()
    send(mastodon(server), one(), replace(one(), committed=commit))
    assert commit.count == 1
    assert server.taken == 1


def test_after_the_server_forgot_the_key_the_timeline_still_prevents_a_second_post(server: Instance) -> None:
    send(mastodon(server), one())
    server.now += 2 * 3600
    (receipt,) = send(mastodon(server), one())
    assert isinstance(receipt, Receipt)
    assert server.taken == 1


def test_two_runs_at_once_post_once_by_the_key() -> None:
    """Both look before either has posted."""
    with Instance(Fault("/accounts/1", status=200, body=[], first=2)) as server:
        first, second = send(mastodon(server), one(), one())
        assert isinstance(first, Receipt)
        assert isinstance(second, Receipt)
        assert first.reference == second.reference
        assert server.taken == 1


def test_two_runs_against_a_slow_server_post_once() -> None:
    with Instance(at_the_post(slow=0.1), Fault("/accounts/1", slow=0.1)) as server:

        async def both() -> list[object]:
            async with mastodon(server) as one_run, mastodon(server) as other:
                return await asyncio.gather(one_run.send(one()), other.send(one()), return_exceptions=True)

        outcomes = asyncio.run(both())
        assert [type(each) for each in outcomes] == [Receipt, Receipt]
        assert len([each for each in server.asked(STATUSES) if each.method == "POST"]) == 2
        assert server.taken == 1


def test_a_lost_answer_is_found_on_an_instance_that_keeps_no_keys() -> None:
    with Instance(at_the_post(take=True, drop=True, nth=1), keeps_keys=False) as server:
        first, second = send(mastodon(server), one(), one())
        assert isinstance(first, Unconfirmed)
        assert isinstance(second, Receipt)
        assert server.taken == 1


def test_the_same_words_before_the_post_was_queued_are_another_post(server: Instance) -> None:
    server.now -= 86_400
    server.put(_text(one()))
    server.now += 86_400
    send(mastodon(server), one())
    assert server.taken == 2


@pytest.mark.parametrize("ahead", [timedelta(minutes=30), timedelta(hours=11)], ids=str)
def test_a_post_is_known_again_though_our_clock_was_ahead_when_it_was_queued(
    server: Instance, ahead: timedelta
) -> None:
    """An hour later the server has forgotten the key: the timeline alone stands between us and a second post."""
    late = one(queued_at=datetime.now(UTC) + ahead)
    send(mastodon(server), late)
    server.now += 3601
    send(mastodon(server), late)
    assert server.taken == 1


def test_the_same_words_in_reply_to_another_are_another_post(server: Instance) -> None:
    channel = mastodon(server)
    server.put(_text(one()), parent="112000099")
    assert run(channel, lambda: channel.find(one())) is None


def test_the_timeline_is_read_back_to_when_the_post_was_queued(server: Instance) -> None:
    mine = server.put(_text(one()))
    for number in range(100):
        server.put(f"another {number}")
    channel = mastodon(server)
    found = run(channel, lambda: channel.find(one()))
    assert found is not None
    assert found.reference == mine["id"]
    assert len(server.asked("/accounts/1")) == 3


def test_a_timeline_that_is_too_long_to_read_is_not_taken_for_an_answer(server: Instance) -> None:
    for number in range(1001):
        server.put(f"another {number}")
    channel = mastodon(server)
    with pytest.raises(Deferred, match="more than 1000"):
        run(channel, lambda: channel.find(one()))


@pytest.mark.parametrize("known", [(), ("mission@one.example.org", "mission@two.example.org")], ids=["plain", "linked"])
def test_missions_of_one_name_on_two_hosts_are_told_apart(known: tuple[str, ...]) -> None:
    with Instance(known=known) as server:
        first = one(1, text="@mission@one.example.org, please speak")
        second = one(2, text="@mission@two.example.org, please speak")
        assert [type(each) for each in send(mastodon(server), first, second)] == [Receipt, Receipt]
        assert server.taken == 2
        channel = mastodon(server)
        found = [run(channel, lambda each=each: channel.find(each)) for each in (first, second)]
        assert [each and each.reference for each in found] == list(server.statuses)


def test_an_instance_that_keeps_no_sources_is_believed_as_far_as_it_shows() -> None:
    with Instance(keeps_sources=False, known=("mission@one.example.org",)) as server:
        outgoing = one(text="@mission@one.example.org, please speak")
        send(mastodon(server), outgoing, outgoing)
        assert server.taken == 1


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cc", "Cs"]), min_size=1)


@given(LINES.filter(str.strip))
def test_whatever_the_text_it_is_known_again_in_its_html(text: str) -> None:
    status = Status("1", "", datetime.now(UTC), shown(text), "")
    assert status.looks_like(text, "")
    assert not status.looks_like(text + " more", "")


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\n\nthree",
        "l’été : « oui » & <non> \"x\" 'y'",
        "https://example.org/" + "long/" * 20 + "?a=1&b=2#c",
        "العربية #حرية 🕊️ 👩🏽‍⚖️",
        "write to @someone@example.org and @two.b@example.org.",
        "#EndReprisals",
    ],
)
def test_what_campaigns_write_is_known_again(text: str) -> None:
    html = shown(text, ("someone@example.org",))
    assert Status("1", "", datetime.now(UTC), html, "").looks_like(text, "")


def _text(outgoing: Outgoing) -> str:
    from outreach.channels.social.post import from_bytes

    return from_bytes(outgoing.content).text


@pytest.mark.parametrize("reference", ["", "../accounts", "1/2", "a b", '{"uri": "at://x"}', "1" * 99])
def test_a_reference_of_another_network_is_rejected(server: Instance, reference: str) -> None:
    channel = mastodon(server)
    with pytest.raises(Rejected):
        run(channel, lambda: channel.delete(reference))
    assert server.requests == []


def test_what_is_no_post_is_rejected(server: Instance) -> None:
    letter = replace(one(), pieces=(b"Subject: a letter\r\n\r\ntext\r\n",))
    undated = replace(one(), queued_at=None)
    strange = replace(one(), parent="no/id")
    assert [type(each) for each in send(mastodon(server), letter, undated, strange)] == [Rejected] * 3


# What each failure means (channels/social/answers.py)

BEFORE: list[tuple[Fault, Kind]] = [
    (Fault(ME, status=401, body={"error": "The access token was revoked"}), Paused),
    (Fault(ME, status=403, body={"error": "Your login is currently disabled"}), Paused),
    (Fault(ME, status=404, body=b"<html>nothing here</html>"), Paused),
    (Fault(ME, status=301, headers={"Location": "https://social.example.org/"}), Paused),
    (Fault(ME, status=200, body=b"<html>a captive portal</html>"), Deferred),
    (Fault(ME, status=200, body={"username": "x"}), Deferred),
    (Fault(ME, status=429), Deferred),
    (Fault(ME, status=500), Deferred),
    (Fault(ME, drop=True), Deferred),
    (Fault(ME, silent=True), Deferred),
    (Fault(TIMELINE, method="GET", status=503), Deferred),
    (Fault(TIMELINE, method="GET", status=410), Paused),
    (Fault(TIMELINE, method="GET", status=200, body=[{"id": "1"}]), Deferred),
    (Fault(MEDIA, status=422, body={"error": "Validation failed: File type is not supported"}), Rejected),
    (Fault(MEDIA, status=413), Rejected),
    (Fault(MEDIA, status=403), Paused),
    (Fault(MEDIA, status=429), Deferred),
    (Fault(MEDIA, status=500), Deferred),
    (Fault(MEDIA, drop=True), Deferred),
    (Fault(MEDIA, drip=True), Deferred),
]
AT_THE_POST: list[tuple[Fault, Kind]] = [
    (at_the_post(status=422, body={"error": "Validation failed: Text character limit of 500 exceeded"}), Rejected),
    (at_the_post(status=400), Rejected),
    (at_the_post(status=404, body={"error": "The post you are trying to reply to does not exist"}), Rejected),
    (at_the_post(status=401), Paused),
    (at_the_post(status=403, body={"error": "This action is outside the authorized scopes"}), Paused),
    (at_the_post(status=308, headers={"Location": "/elsewhere"}), Paused),
    (at_the_post(status=408), Deferred),
    (at_the_post(status=429), Deferred),
    (at_the_post(status=500), Unconfirmed),
    (at_the_post(status=502), Unconfirmed),
    (at_the_post(status=503), Unconfirmed),
    (at_the_post(drop=True), Unconfirmed),
    (at_the_post(take=True, silent=True), Unconfirmed),
    (at_the_post(take=True, drip=True), Unconfirmed),
    (at_the_post(take=True, status=200, body=b"<html>"), Unconfirmed),
    (at_the_post(take=True, status=200, body={"id": None}), Unconfirmed),
    (at_the_post(take=True, status=200, headers={"X-RateLimit-Reset": "soon"}, body={"id": "1"}), Unconfirmed),
]


@pytest.mark.parametrize(("fault", "kind"), named(BEFORE))
def test_before_the_post_nothing_is_committed_and_nothing_is_in_doubt(fault: Fault, kind: Kind) -> None:
    commit = Commit()
    with Instance(fault) as server:
        (outcome,) = send(mastodon(server, timeout=patience(fault)), one(picture=PICTURE, commit=commit))
        assert type(outcome) is kind
        assert commit.count == 0
        assert server.texts == []


@pytest.mark.parametrize(("fault", "kind"), named(AT_THE_POST))
def test_at_the_post_only_what_may_have_been_taken_is_unconfirmed(fault: Fault, kind: Kind) -> None:
    commit = Commit()
    with Instance(fault) as server:
        (outcome,) = send(mastodon(server, timeout=patience(fault)), one(commit=commit))
        assert isinstance(outcome, kind)
        assert isinstance(outcome, Unconfirmed) == (kind is Unconfirmed)
        assert commit.count == 1
        channel = mastodon(server)
        found = run(channel, lambda: channel.find(one()))
        assert (found is not None) == fault.take


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with refusing_port() as port:
        (outcome,) = send(MastodonChannel(settings(f"http://127.0.0.1:{port}")), one())
    assert isinstance(outcome, Unreachable)


def test_a_server_that_cannot_prove_who_it_is_gets_no_token() -> None:
    with Instance(tls=server_context(trustme.CA())) as server:
        (outcome,) = send(mastodon(server), one())
        assert isinstance(outcome, Paused)
        assert "certificate" in outcome.detail
        assert server.requests == []


@pytest.mark.parametrize("name", ["X-RateLimit-Reset", "Retry-After"])
def test_a_rate_limit_waits_until_its_reset(name: str) -> None:
    reset = datetime.now(UTC) + timedelta(seconds=500)
    value = reset.isoformat().replace("+00:00", "Z") if name.startswith("X") else "495"
    with Instance(at_the_post(status=429, headers={name: value})) as server:
        (outcome,) = send(mastodon(server), one())
    assert isinstance(outcome, Deferred)
    assert outcome.retry_after is not None
    assert 480 < outcome.retry_after <= 501  # the server's Date has whole seconds


def test_no_account_is_paused_and_says_what_to_set() -> None:
    (outcome,) = send(MastodonChannel(MastodonSettings()), one())
    assert isinstance(outcome, Paused)
    assert "OUTREACH_MASTODON__TOKEN" in outcome.hint


def test_a_token_that_may_only_read_is_paused_with_the_scopes_that_are_needed() -> None:
    with Instance(scopes="read") as server:
        (outcome,) = send(mastodon(server), one())
    assert isinstance(outcome, Paused)
    assert "scopes" in outcome.detail
    assert "write:statuses" in outcome.hint


def test_a_post_on_its_way_is_seen_through_when_the_run_is_stopped() -> None:
    with Instance(at_the_post(hold=True)) as server:
        assert isinstance(asyncio.run(_stopped(server, times=1)), Receipt)


def test_stopped_twice_it_says_that_nobody_knows() -> None:
    with Instance(at_the_post(hold=True)) as server:
        assert isinstance(asyncio.run(_stopped(server, times=2)), Unconfirmed)


async def _stopped(server: Instance, times: int) -> object:
    async with mastodon(server) as channel:
        task = asyncio.create_task(channel.send(one()))
        await asyncio.to_thread(server.holding.wait, 10)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        if times == 1:
            server.release()
        return (await asyncio.gather(task, return_exceptions=True))[0]


# Answers that make no sense


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://example.org/\x1b[2J", "", None, 7])
def test_what_is_no_address_of_the_web_is_not_told_as_the_public_address(url: object) -> None:
    answer = {"id": "7", "created_at": "2022-09-01T10:00:00Z", "content": "", "url": url, "uri": "tag:example.org,7"}
    with Instance(at_the_post(status=200, body=answer)) as server:
        (receipt,) = send(mastodon(server), one())
    assert receipt == Receipt("posted: 7", "7", "")


def test_a_timeline_with_broken_html_is_looked_through(server: Instance) -> None:
    server.put(_text(one(2)))["content"] = "<![nonsense here]>"
    server.put(_text(one()))
    channel = mastodon(server)
    assert run(channel, lambda: channel.find(one())) is not None
    assert run(channel, lambda: channel.find(one(2))) is None


@pytest.mark.parametrize("body", [b"", {}, b"null", {"error": "busy"}], ids=str)
def test_an_answer_that_is_no_timeline_does_not_say_that_a_post_is_not_there(body: object) -> None:
    with Instance(Fault(TIMELINE, method="GET", status=200, body=body)) as server:
        server.put(_text(one()))
        (result,) = send(mastodon(server), one())
        assert isinstance(result, Deferred)
        assert server.taken == 1


def test_names_without_end_are_read_in_no_time() -> None:
    began = time.process_time()
    assert not mentions("@" + "a" * 50_000)
    assert time.process_time() - began < 2


# Secrets


@pytest.mark.parametrize("fault", [Fault(ME), Fault(TIMELINE, method="GET"), Fault(MEDIA), at_the_post()])
@pytest.mark.parametrize("status", [200, 400, 401, 422, 429, 500])
def test_a_server_that_echoes_what_it_was_told_puts_no_secret_into_words_or_logs(
    fault: Fault, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Instance(replace(fault, status=status, echo=True)) as server:
        channel = mastodon(server)
        problem = fails(channel, lambda: channel.send(one(picture=PICTURE)))
        assert isinstance(problem, DeliveryError)
        told = f"{problem!r} {problem} {problem.__cause__!r} {problem.__context__!r} {caplog.text} {channel!r}"
        assert TOKEN not in told


def fails(channel: MastodonChannel, call: Callable[[], object]) -> BaseException:
    async def opened() -> BaseException:
        async with channel:
            try:
                await call()  # type: ignore[misc]
            except DeliveryError as problem:
                return problem
        return RuntimeError("nothing failed")

    return asyncio.run(opened())


def test_a_redirect_does_not_carry_the_token_along() -> None:
    with Instance() as elsewhere:
        with Instance(Fault(ME, status=307, headers={"Location": f"{elsewhere.url}/api"})) as server:
            (outcome,) = send(mastodon(server), one())
        assert isinstance(outcome, Paused)
        assert elsewhere.requests == []
