"""The Bluesky channel against a server of our own: what is posted, and what each failure means."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels.base import Outgoing, Receipt
from outreach.channels.bluesky.channel import BlueskyChannel
from outreach.channels.bluesky.record import PostRef, record_key
from outreach.channels.registry import make_channel
from outreach.channels.social.post import Facet
from outreach.errors import Deferred, DeliveryError, Paused, Rejected, Unconfirmed, Unreachable
from outreach.settings.accounts import BlueskySettings
from outreach.settings.settings import Settings
from tests.channels.account_contract import AccountContract, run
from tests.channels.letters import Commit, send
from tests.channels.networks.faults import Kind, named, patience
from tests.channels.networks.http_server import Answer, Fault
from tests.channels.networks.pds_server import DID, HANDLE, PASSWORD, Pds, error, place, uri
from tests.channels.networks.posts import PICTURE, post
from tests.channels.smtp.certificates import server_context
from tests.channels.smtp.smtp_server import refusing_port

CREATE, LOOK, LOGIN, UPLOAD = "createRecord", "getRecord", "createSession", "uploadBlob"


@pytest.fixture
def server() -> Iterator[Pds]:
    with Pds() as running:
        yield running


def settings(url: str, **more: object) -> BlueskySettings:
    given = {"service": url, "handle": HANDLE, "password": PASSWORD, "timeout": 20, **more}
    return BlueskySettings.model_validate(given)


def bluesky(server: Pds, **more: object) -> BlueskyChannel:
    return BlueskyChannel(settings(server.url, **more))


def one(number: int = 1, **more: object) -> Outgoing:
    return post(number, network="bluesky", **more)  # type: ignore[arg-type]


def key_of(outgoing: Outgoing) -> str:
    assert outgoing.queued_at is not None
    return record_key(outgoing.queued_at, outgoing.token)


class TestContract(AccountContract):
    network = "bluesky"

    @pytest.fixture
    def channel(self, server: Pds) -> BlueskyChannel:
        self.server = server
        return bluesky(server)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (PASSWORD, *self.server.tokens)

    def delivered(self) -> list[bytes]:
        return [text.encode() for text in self.server.texts]

    def lose_the_next_answer(self) -> None:
        self.server.faults = (Fault(CREATE, take=True, drop=True, nth=1), Fault(LOOK, drop=True, nth=2))


# What is posted


def test_the_record_has_text_language_facets_and_picture(server: Pds) -> None:
    server.known["mission.example.org"] = "did:plc:amission"
    text = "Été: https://example.org #EndReprisals @mission.example.org"
    facets = [
        Facet("link", 7, 26, "https://example.org"),
        Facet("tag", 27, 40, "EndReprisals"),
        Facet("mention", 41, 61, "mission.example.org"),
    ]
    assert isinstance(send(bluesky(server), one(text=text, language="fr", facets=facets, picture=PICTURE))[0], Receipt)
    (record,) = server.records.values()
    assert (record["text"], record["langs"]) == (text, ["fr"])
    cut = [text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]] for facet in record["facets"]]
    assert cut == [b"https://example.org", b"#EndReprisals", b"@mission.example.org"]
    assert [facet["features"][0] for facet in record["facets"]] == [
        {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org"},
        {"$type": "app.bsky.richtext.facet#tag", "tag": "EndReprisals"},
        {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:amission"},
    ]
    (image,) = record["embed"]["images"]
    assert image["alt"] == "A card"
    assert image["aspectRatio"]["width"] == image["aspectRatio"]["height"] == 1
    assert server.blobs[image["image"]["ref"]["$link"]] == PICTURE
    assert image["image"]["mimeType"] == "image/png"


def test_a_post_is_dated_when_it_leaves_and_not_when_it_was_queued(server: Pds) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    send(bluesky(server), one(queued_at=before - timedelta(days=9)))
    (record,) = server.records.values()
    assert record["createdAt"].endswith("Z")
    assert datetime.fromisoformat(record["createdAt"]) > before


def test_a_thread_names_the_post_before_and_the_first_one(server: Pds) -> None:
    async def thread() -> list[Receipt]:
        async with bluesky(server) as channel:
            parts = [await channel.send(one(1))]
            for number in (2, 3):
                parts.append(await channel.send(replace(one(number), parent=parts[-1].reference)))
            return parts

    parts = [json.loads(receipt.reference) for receipt in asyncio.run(thread())]
    first, second, third = server.records.values()
    assert "reply" not in first
    plain = [{"uri": part["uri"], "cid": part["cid"]} for part in parts]
    assert second["reply"]["parent"].items() >= plain[0].items()
    assert third["reply"]["parent"].items() >= plain[1].items()
    assert third["reply"]["root"].items() >= plain[0].items()
    assert {part["root"]["uri"] for part in parts} == {plain[0]["uri"]}
    found = run(channel := bluesky(server), lambda: channel.find(one(3)))
    assert found is not None
    assert json.loads(found.reference) == parts[2]


def test_the_receipt_has_the_public_address(server: Pds) -> None:
    (receipt,) = send(bluesky(server), one())
    assert isinstance(receipt, Receipt)
    assert receipt.url == f"https://bsky.app/profile/{HANDLE}/post/{key_of(one())}"
    assert PostRef.read(receipt.reference).uri == uri(key_of(one()))


def test_the_picture_and_the_mentions_come_before_the_point_of_no_return(server: Pds) -> None:
    server.known["mission.example.org"] = "did:plc:amission"
    commit = Commit(check=lambda: [request.path.rpartition(".")[2] for request in server.requests])
    outgoing = one(picture=PICTURE, text="@mission.example.org", commit=commit)
    send(bluesky(server), with_facet(outgoing))
    assert commit.seen == [["createSession", "getRecord", "resolveHandle", "uploadBlob"]]
    assert server.requests[-1].path.endswith("createRecord")


def with_facet(outgoing: Outgoing) -> Outgoing:
    facet = Facet("mention", 0, 20, "mission.example.org")
    told = post(1, network="bluesky", text="@mission.example.org", facets=[facet], picture=PICTURE)
    return replace(outgoing, pieces=(told.content,))


def test_a_mention_that_nobody_answers_to_is_rejected_and_nothing_leaves(server: Pds) -> None:
    (outcome,) = send(bluesky(server), with_facet(one()))
    assert isinstance(outcome, Rejected)
    assert "mission.example.org" in outcome.detail
    assert server.texts == []
    assert not server.asked(UPLOAD)


def test_only_calls_that_any_server_answers_are_made(server: Pds) -> None:
    (receipt,) = send(bluesky(server), one(picture=PICTURE))
    assert isinstance(receipt, Receipt)
    run(channel := bluesky(server), lambda: channel.delete(receipt.reference))
    other = bluesky(server)
    run(other, other.account)
    assert server.requests
    assert all(re.fullmatch(r"/xrpc/com\.atproto\.(server|repo|identity)\.\w+", each.path) for each in server.requests)


def test_one_login_serves_many_posts(server: Pds) -> None:
    send(bluesky(server), *(one(number) for number in range(4)))
    assert len(server.asked(LOGIN)) == 1


def test_a_login_that_is_about_to_end_is_renewed() -> None:
    with Pds(lasts=60) as server:
        send(bluesky(server), one(1), one(2))
        assert len(server.texts) == 2
        assert server.asked("refreshSession")
        assert len(server.asked(LOGIN)) == 1


def test_the_login_goes_on_at_the_server_that_the_accounts_document_names() -> None:
    with Pds() as home, Pds(document=place(home)) as entrance:
        home.tokens = entrance.tokens
        (receipt,) = send(bluesky(entrance), one())
        assert isinstance(receipt, Receipt)
        assert (entrance.texts, len(home.texts)) == ([], 1)


def test_a_document_that_leads_into_the_clear_is_not_followed() -> None:
    with Pds(document=place("http://pds.example.org")) as server:
        (outcome,) = send(bluesky(server), one())
        assert isinstance(outcome, Paused)
        assert "in the clear" in outcome.detail


def test_the_account_is_the_handle_that_the_server_knows(server: Pds) -> None:
    channel = bluesky(server, handle=f"@{HANDLE}")
    assert run(channel, channel.account) == f"@{HANDLE}"


def test_it_is_made_from_the_settings(server: Pds, tmp_path: Path) -> None:
    campaign = Settings().model_copy(update={"bluesky": settings(server.url)})
    assert isinstance(send(make_channel("bluesky", tmp_path, campaign), one())[0], Receipt)


# The key


def test_the_key_is_the_same_for_every_try_and_another_for_every_post() -> None:
    at = datetime(2026, 9, 29, 9, 0, 0, 123456, UTC)
    keys = {record_key(at, f"token{number}") for number in range(5000)}
    assert len(keys) == 5000
    assert record_key(at, "token1") == record_key(at.replace(microsecond=0), "token1") in keys


@given(st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)), st.text())  # noqa: DTZ001
def test_a_key_is_a_tid_of_the_second_at_which_the_post_was_queued(queued_at: datetime, token: str) -> None:
    key = record_key(queued_at, token)
    assert re.fullmatch(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key)
    number = 0
    for letter in key:
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    assert number < 2**63
    assert (number >> 10) // 1_000_000 == int(queued_at.timestamp())


def test_a_key_agrees_with_the_specifications_example() -> None:
    """https://atproto.com/specs/tid: zero is 2222222222222; the digits alone tell the order."""
    assert record_key(datetime(2024, 8, 20, 16, 31, 35, tzinfo=UTC), "a").startswith("3l25zus")


# Exactly once


def test_a_post_that_is_there_already_is_committed_and_not_created_again(server: Pds) -> None:
    commit = Commit()
    send(bluesky(server), one(), replace(one(), committed=commit))
    assert commit.count == 1
    assert len(server.asked(CREATE)) == 1


def test_a_server_that_would_overwrite_is_not_asked_to() -> None:
    with Pds(overwrites=True) as server:
        send(bluesky(server), one(), one())
        assert server.written == 1


@pytest.mark.parametrize(
    "taken",
    [
        Answer(500, {"error": "InternalServerError", "message": "Internal Server Error"}),
        error(400, "RecordAlreadyExists", "Record already exists"),
        error(409, "RecordAlreadyExists", "Record already exists"),
    ],
    ids=["500", "400", "409"],
)
def test_two_runs_at_once_post_once_and_both_say_so(taken: Answer) -> None:
    """Both look before either has created: the second meets a key that is there already."""
    missing = error(400, "RecordNotFound", "Could not locate record")
    with Pds(Fault(LOOK, status=400, body=missing.body, first=2), taken=taken) as server:
        first, second = send(bluesky(server), one(), one())
        assert isinstance(first, Receipt)
        assert isinstance(second, Receipt)
        assert first.reference == second.reference
        assert server.written == 1


def test_two_runs_against_a_slow_server_post_once() -> None:
    with Pds(Fault(CREATE, slow=0.1), Fault(LOOK, slow=0.1)) as server:

        async def both() -> list[object]:
            async with bluesky(server) as one_run, bluesky(server) as other:
                return await asyncio.gather(one_run.send(one()), other.send(one()), return_exceptions=True)

        outcomes = asyncio.run(both())
        assert [type(each) for each in outcomes] == [Receipt, Receipt]
        assert len(server.asked(CREATE)) == 2
        assert server.written == 1


def test_another_post_under_the_same_key_is_not_taken_for_ours(server: Pds) -> None:
    other = one(text="something else")
    (first, outcome) = send(bluesky(server), other, one())
    assert isinstance(first, Receipt)
    assert isinstance(outcome, Rejected)
    assert run(channel := bluesky(server), lambda: channel.find(one())) is None


def test_a_post_of_another_account_is_not_deleted(server: Pds) -> None:
    foreign = PostRef.after("", "at://did:plc:another/app.bsky.feed.post/3l25zusnsfctk", "bafy")
    with pytest.raises(Rejected, match="another account"):
        run(channel := bluesky(server), lambda: channel.delete(str(foreign)))
    assert not server.asked("deleteRecord")


@pytest.mark.parametrize("reference", ["", "17", "[]", '{"uri": "at://x"}', '{"uri": 1, "cid": 2, "root": 3}'])
def test_a_reference_of_another_network_is_rejected(server: Pds, reference: str) -> None:
    with pytest.raises(Rejected):
        run(channel := bluesky(server), lambda: channel.delete(reference))


def test_what_is_no_post_is_rejected(server: Pds) -> None:
    letter = replace(one(), pieces=(b"Subject: a letter\r\n\r\ntext\r\n",))
    undated = replace(one(), queued_at=None)
    assert [type(each) for each in send(bluesky(server), letter, undated)] == [Rejected, Rejected]


# What each failure means (channels/social/answers.py)

BEFORE: list[tuple[Fault, Kind]] = [
    (Fault(LOGIN, status=401, body={"error": "AuthenticationRequired", "message": "Invalid password"}), Paused),
    (Fault(LOGIN, status=401, body={"error": "AuthFactorTokenRequired", "message": "A sign in code"}), Paused),
    (Fault(LOGIN, status=403), Paused),
    (Fault(LOGIN, status=400, body={"error": "InvalidRequest"}), Paused),
    (Fault(LOGIN, status=404, body=b"<html>nothing here</html>"), Paused),
    (Fault(LOGIN, status=429, body={"error": "RateLimitExceeded"}), Deferred),
    (Fault(LOGIN, status=503), Deferred),
    (Fault(LOGIN, drop=True), Deferred),
    (Fault(LOGIN, silent=True), Deferred),
    (Fault(LOGIN, status=200, body=b"<html>"), Deferred),
    (Fault(LOGIN, status=307, headers={"Location": "/elsewhere"}), Paused),
    (Fault(LOOK, status=400, body={"error": "InvalidRequest", "message": "Could not find repo"}), Paused),
    (Fault(LOOK, status=502), Deferred),
    (Fault(LOOK, status=200, body={"uri": 7}), Deferred),
    (Fault(UPLOAD, status=413, body={"error": "PayloadTooLarge"}), Rejected),
    (Fault(UPLOAD, status=400, body={"error": "InvalidRequest"}), Rejected),
    (Fault(UPLOAD, status=500), Deferred),
    (Fault(UPLOAD, status=429), Deferred),
    (Fault(UPLOAD, status=200, body={"nothing": 1}), Deferred),
    (Fault(UPLOAD, drop=True), Deferred),
    (Fault(UPLOAD, silent=True), Deferred),
]
AT_THE_POST: list[tuple[Fault, Kind]] = [
    (Fault(CREATE, status=400, body={"error": "InvalidRequest", "message": "Invalid record"}), Rejected),
    (Fault(CREATE, status=400, body={"error": "ExpiredToken", "message": "Token has expired"}), Deferred),
    (Fault(CREATE, status=400, body={"error": "AccountDeactivated"}), Paused),
    (Fault(CREATE, status=401), Paused),
    (Fault(CREATE, status=403, body={"error": "AccountTakedown"}), Paused),
    (Fault(CREATE, status=408), Deferred),
    (Fault(CREATE, status=429), Deferred),
    (Fault(CREATE, status=308, headers={"Location": "/elsewhere"}), Paused),
    (Fault(CREATE, status=500), Unconfirmed),
    (Fault(CREATE, status=502), Unconfirmed),
    (Fault(CREATE, status=503), Unconfirmed),
    (Fault(CREATE, drop=True), Unconfirmed),
    (Fault(CREATE, silent=True), Unconfirmed),
    (Fault(CREATE, drip=True), Unconfirmed),
    (Fault(CREATE, status=200, body=b"<html>"), Unconfirmed),
]


@pytest.mark.parametrize(("fault", "kind"), named(BEFORE))
def test_before_the_post_nothing_is_committed_and_nothing_is_in_doubt(fault: Fault, kind: Kind) -> None:
    commit = Commit()
    with Pds(fault) as server:
        (outcome,) = send(bluesky(server, timeout=patience(fault)), one(picture=PICTURE, commit=commit))
        assert type(outcome) is kind
        assert commit.count == 0
        assert server.texts == []


@pytest.mark.parametrize(("fault", "kind"), named(AT_THE_POST))
def test_at_the_post_only_what_may_have_been_taken_is_unconfirmed(fault: Fault, kind: Kind) -> None:
    commit = Commit()
    with Pds(fault) as server:
        (outcome,) = send(bluesky(server, timeout=patience(fault)), one(commit=commit))
        assert isinstance(outcome, kind)
        assert isinstance(outcome, Unconfirmed) == (kind is Unconfirmed)
        assert commit.count == 1


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with refusing_port() as port:
        (outcome,) = send(BlueskyChannel(settings(f"http://127.0.0.1:{port}")), one())
    assert isinstance(outcome, Unreachable)


def test_a_server_that_cannot_prove_who_it_is_gets_no_password() -> None:
    with Pds(tls=server_context(trustme.CA())) as server:
        (outcome,) = send(bluesky(server), one())
        assert isinstance(outcome, Paused)
        assert "certificate" in outcome.detail
        assert server.requests == []


def test_a_rate_limit_waits_until_its_reset() -> None:
    reset = str(int((datetime.now(UTC) + timedelta(seconds=500)).timestamp()))
    with Pds(Fault(CREATE, status=429, headers={"ratelimit-reset": reset})) as server:
        (outcome,) = send(bluesky(server), one())
    assert isinstance(outcome, Deferred)
    assert outcome.retry_after is not None
    assert 480 < outcome.retry_after <= 501  # Date has whole seconds


def test_a_login_that_has_ended_is_made_anew_the_next_time() -> None:
    ended = Fault(CREATE, status=400, body={"error": "ExpiredToken", "message": "Token has expired"}, nth=1)
    with Pds(ended) as server:
        first, second = send(bluesky(server), one(), one())
        assert isinstance(first, Deferred)
        assert isinstance(second, Receipt)
        assert len(server.asked(LOGIN)) == 2


def test_no_account_is_paused_and_says_what_to_set() -> None:
    (outcome,) = send(BlueskyChannel(BlueskySettings()), one())
    assert isinstance(outcome, Paused)
    assert "OUTREACH_BLUESKY__PASSWORD" in outcome.hint


def test_a_lost_answer_is_found_by_the_same_run_when_the_server_still_speaks() -> None:
    with Pds(Fault(CREATE, take=True, drop=True)) as server:
        (outcome,) = send(bluesky(server), one())
        assert isinstance(outcome, Receipt)
        assert server.written == 1


def test_a_post_on_its_way_is_seen_through_when_the_run_is_stopped() -> None:
    with Pds(Fault(CREATE, hold=True)) as server:

        async def stopped() -> object:
            async with bluesky(server) as channel:
                task = asyncio.create_task(channel.send(one()))
                await asyncio.to_thread(server.holding.wait, 10)
                task.cancel()
                await asyncio.sleep(0)
                server.release()
                return await task

        assert isinstance(asyncio.run(stopped()), Receipt)


def test_stopped_twice_it_says_that_nobody_knows() -> None:
    with Pds(Fault(CREATE, hold=True)) as server:

        async def stopped() -> object:
            async with bluesky(server) as channel:
                task = asyncio.create_task(channel.send(one()))
                await asyncio.to_thread(server.holding.wait, 10)
                for _ in range(2):
                    task.cancel()
                    await asyncio.sleep(0)
                return await asyncio.gather(task, return_exceptions=True)

        (outcome,) = asyncio.run(stopped())  # type: ignore[misc]
        assert isinstance(outcome, Unconfirmed)


# Secrets


@pytest.mark.parametrize("path", [LOGIN, LOOK, UPLOAD, CREATE, "deleteRecord"])
@pytest.mark.parametrize("status", [400, 401, 429, 500, 200])
def test_a_server_that_echoes_what_it_was_told_puts_no_secret_into_words_or_logs(
    path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Pds(Fault(path, status=status, echo=True)) as server:
        channel = bluesky(server)
        problem = fails(channel, lambda: channel.send(one(picture=PICTURE)))
        if path == "deleteRecord":
            problem = fails(channel, lambda: channel.delete(str(PostRef.after("", uri("3l25zusnsfctk"), "bafy"))))
        told = f"{problem!r} {problem} {problem.__cause__!r} {problem.__context__!r} {caplog.text} {channel!r}"
        assert not [secret for secret in (PASSWORD, *server.tokens) if secret in told]


def fails(channel: BlueskyChannel, call: Callable[[], object]) -> BaseException:
    async def opened() -> BaseException:
        async with channel:
            try:
                await call()  # type: ignore[misc]
            except DeliveryError as problem:
                return problem
        return RuntimeError("nothing failed")

    return asyncio.run(opened())


def test_a_redirect_does_not_carry_the_password_along() -> None:
    with Pds() as elsewhere:
        with Pds(Fault(LOGIN, status=307, headers={"Location": f"{elsewhere.url}/xrpc/x"})) as server:
            (outcome,) = send(bluesky(server), one())
        assert isinstance(outcome, Paused)
        assert elsewhere.requests == []


def test_the_account_that_posts_is_our_own(server: Pds) -> None:
    send(bluesky(server), one())
    assert server.asked(CREATE)[0].json["repo"] == DID
