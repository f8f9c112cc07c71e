"""What goes wrong, step by step, and what it means: before the final dot nothing left, after it nobody knows."""

import asyncio
from collections.abc import Callable

import pytest

from outreach.channels.base import LongWait, Outgoing, Receipt, Refusal
from outreach.channels.smtp.channel import SmtpChannel
from outreach.channels.smtp.phases import PhaseTimes
from outreach.errors import Deferred, DeliveryError, LimitReached, Paused, Rejected, Unconfirmed, Unreachable
from outreach.settings.mail import SmtpSettings
from tests.channels.letters import Commit, Outcome, letter, send
from tests.channels.smtp.smtp_server import Fault, Phase, Script, SmtpServer, refusing_port

SHORT = 0.3  # seconds: the channel's own time limit, where a test lets it run out


def channel(port: int, timeout: float = 10, connections: int = 1) -> SmtpChannel:
    settings = SmtpSettings(host="127.0.0.1", port=port, security="none", timeout=timeout, connections=connections)
    return SmtpChannel(settings, times=PhaseTimes(timeout, timeout, timeout, timeout))


def one(*faults: Fault, timeout: float = 10, outgoing: Outgoing | None = None) -> tuple[Outcome, SmtpServer]:
    with SmtpServer(Script(faults=faults)) as server:
        (outcome,) = send(channel(server.port, timeout), outgoing or letter())
    return outcome, server


@pytest.mark.parametrize(
    ("phase", "reply", "told"),
    [("connect", "220 hi", "opening"), ("rcpt", "250 ok", "command"), ("dot", "250 ok", "letter")],
)
def test_a_silent_server_is_told_of_and_waited_for(phase: Phase, reply: str, told: str) -> None:
    settings = {"host": "127.0.0.1", "security": "none", "timeout": 30}
    with SmtpServer(Script(faults=(Fault(phase, reply, hold=True),))) as server:
        patient = SmtpChannel(
            SmtpSettings.model_validate({**settings, "port": server.port}), times=PhaseTimes(30, 30, 30, 60, told=0.05)
        )
        waits = list[LongWait]()

        def tell(wait: LongWait) -> None:
            waits.append(wait)
            if wait.phase == told:
                server.release()

        patient.hear_of_waits(tell)
        (outcome,) = send(patient, letter())
    assert isinstance(outcome, Receipt), outcome
    assert LongWait("127.0.0.1", told, 60 if phase == "dot" else 30) in waits


def test_a_refused_connection_is_unreachable() -> None:
    with refusing_port() as port:
        (outcome,) = send(channel(port), letter())
    assert isinstance(outcome, Unreachable)
    assert "refused" in outcome.detail
    assert not outcome.answered


@pytest.mark.parametrize(
    "fault",
    [
        Fault("connect", drop=True),
        Fault("connect", "421 4.3.2 too many connections", drop=True),
        Fault("connect", "450 come back"),
        Fault("ehlo", drop=True),
        Fault("ehlo", "421 4.3.2 going down", drop=True),
        Fault("connect", silent=True),
        Fault("ehlo", silent=True),
    ],
    ids=str,
)
def test_a_connection_that_cannot_be_had_is_unreachable(fault: Fault) -> None:
    outcome, server = one(fault, timeout=SHORT)
    assert isinstance(outcome, Unreachable)
    assert server.messages == []


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    "how",
    [
        {"drop": True},
        {"reply": "421 4.3.2 going down", "drop": True},
        {"reply": "451 4.3.0 later"},
        {"silent": True},
        {"reply": b"\xff\xfe garbage\r\n"},
        {"reply": b"250-half a reply", "drop": True},
        {"reply": "199 what"},
    ],
    ids=["drop", "421", "451", "silent", "garbage", "half", "199"],
)
def test_before_354_whatever_happens_means_later(phase: str, how: dict[str, object]) -> None:
    outgoing = letter()
    outcome, server = one(Fault(phase, **how), timeout=SHORT, outgoing=outgoing)  # type: ignore[arg-type]
    assert isinstance(outcome, Deferred)
    assert server.messages == []
    assert outgoing.committed.count == 0  # type: ignore[attr-defined]


def test_a_deferred_letter_goes_next_time_over_the_same_connection() -> None:
    with SmtpServer(Script(faults=(Fault("rcpt", "451 4.3.0 greylisted, try again in 5 minutes", nth=1),))) as server:
        first, second = send(channel(server.port), letter(), letter())
        assert isinstance(first, Deferred)
        assert first.retry_after == 300
        assert isinstance(second, Receipt)
        assert server.connections == 1
        assert [line.split()[0] for _, line in server.commands[3:5]] == ["RSET", "MAIL"]


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (Fault("connect", "554 5.7.1 listed"), Paused),
        (Fault("ehlo", "502 what?"), Paused),
        (Fault("mail", "550 5.1.0 sender rejected"), Paused),
        (Fault("mail", "530 5.7.0 authentication required"), Paused),
        (Fault("mail", "552 5.3.4 too big"), Rejected),
        (Fault("rcpt", "550 5.1.1 no such user"), Rejected),
        (Fault("rcpt", "550 5.7.1 relaying denied"), Rejected),
        (Fault("data", "554 5.5.1 no valid recipients"), Rejected),
        (Fault("data", "554 5.7.1 no"), Rejected),
        (Fault("dot", "554 5.6.0 bad content"), Rejected),
        (Fault("dot", "554 5.7.1 spam"), Rejected),
        (Fault("mail", "550 5.7.1 no"), Paused),
        (Fault("dot", "550 5.4.5 Daily user sending limit exceeded"), LimitReached),
        (Fault("mail", "421 4.7.0 rate limit exceeded"), LimitReached),
        (Fault("connect", "421 4.7.0 rate limit exceeded"), LimitReached),
        (Fault("dot", "451 4.3.0 later"), Deferred),
        (Fault("dot", "421 4.3.2 going down", drop=True), Deferred),
    ],
    ids=str,
)
def test_a_refusal_means(fault: Fault, meaning: type[DeliveryError]) -> None:
    outcome, server = one(fault)
    assert isinstance(outcome, meaning)
    assert str(fault.reply) in outcome.detail
    assert server.messages == []


@pytest.mark.parametrize("phase", ["dot", "body"])
@pytest.mark.parametrize(
    "how",
    [
        {"drop": True, "take": True},
        {"drop": True},
        {"silent": True, "take": True},
        {"reply": b"\x00\xff???\r\n", "drop": True},
        {"reply": b"25", "drop": True},
        {"reply": "354 more?"},
        {"reply": b"2" * 50_000 + b"\r\n"},
        {"reply": b"250-and so on\r\n" * 20_000},
    ],
    ids=["taken", "not taken", "silent", "garbage", "half a reply", "354", "one long line", "endless"],
)
def test_without_an_answer_after_the_body_began_nobody_can_know(phase: str, how: dict[str, object]) -> None:
    outcome, server = one(Fault(phase, **how), timeout=SHORT)  # type: ignore[arg-type]
    assert isinstance(outcome, Unconfirmed)
    if phase == "dot":
        assert len(server.messages) == bool(how.get("take"))


def test_a_line_that_went_while_committing_means_that_nothing_left() -> None:
    with SmtpServer() as server:
        outgoing = letter(commit=Commit(check=server.hang_up))

        async def run() -> None:
            async with channel(server.port) as sending:
                with pytest.raises(Deferred, match="before the first byte"):
                    await sending.send(outgoing)

        asyncio.run(run())
        assert server.messages == []


# Several addresses


def test_one_of_two_addresses_refused_goes_to_the_other_and_says_so() -> None:
    outcome, server = one(
        Fault("rcpt", "550 5.1.1 <a@example.org> unknown", recipient="a@example.org"),
        outgoing=letter(to=("a@example.org", "b@example.org"), archive="archive@example.org"),
    )
    assert isinstance(outcome, Receipt)
    assert outcome.refused == (Refusal("a@example.org", "RCPT: 550 5.1.1 <address> unknown", gone=True),)
    assert server.messages[0].recipients == ("b@example.org", "archive@example.org")


def test_all_addresses_refused_is_a_rejection_and_nothing_goes_to_the_archive() -> None:
    outgoing = letter(to=("a@example.org", "b@example.org"), archive="archive@example.org")
    outcome, server = one(Fault("rcpt", "550 5.1.1 unknown"), outgoing=outgoing)
    assert isinstance(outcome, Rejected)
    assert "all 2 addresses refused" in outcome.detail
    assert not [line for _, line in server.commands if "archive" in line]


@pytest.mark.parametrize("first", ["a", "b"])
def test_one_address_later_means_the_whole_letter_later(first: str) -> None:
    """Otherwise the address that was accepted would get the letter again with the next try."""
    with SmtpServer(
        Script(
            faults=(
                Fault("rcpt", "550 5.1.1 unknown", recipient=f"{first}@example.org"),
                Fault("rcpt", "451 4.2.1 later", recipient="c@example.org"),
            )
        )
    ) as server:
        (outcome,) = send(channel(server.port), letter(to=("a@example.org", "b@example.org", "c@example.org")))
        assert isinstance(outcome, Deferred)
        assert server.messages == []


@pytest.mark.parametrize(("reply", "meaning"), [("550 5.1.1 unknown", Paused), ("451 4.2.1 later", Deferred)])
def test_an_archive_that_is_refused_keeps_the_letter_back(reply: str, meaning: type[DeliveryError]) -> None:
    outcome, server = one(
        Fault("rcpt", reply, recipient="archive@example.org"), outgoing=letter(archive="archive@example.org")
    )
    assert isinstance(outcome, meaning)
    assert "archive" in outcome.detail
    assert not isinstance(outcome, Paused) or "[smtp] archive" in outcome.hint
    assert server.messages == []


# Stopping


def cancelled(times: int, *, release: Callable[[SmtpServer], None]) -> tuple[object, SmtpServer]:
    """Send while the server holds its last answer; cancel that often; return what came out of `send`."""
    with SmtpServer(Script(faults=(Fault("dot", hold=True, take=True),))) as server:

        async def run() -> object:
            async with channel(server.port) as sending:
                task = asyncio.create_task(sending.send(letter()))
                await asyncio.to_thread(server.holding.wait, 10)
                for _ in range(times):
                    task.cancel()
                    await asyncio.sleep(0)
                release(server)
                return (await asyncio.gather(task, return_exceptions=True))[0]

        return asyncio.run(run()), server


def test_a_cancelled_letter_whose_body_has_left_waits_for_the_answer() -> None:
    outcome, server = cancelled(1, release=SmtpServer.release)
    assert outcome == Receipt("250 2.0.0 ok: taken")
    assert len(server.messages) == 1


def test_a_second_cancellation_is_unconfirmed_never_unsent() -> None:
    outcome, server = cancelled(2, release=lambda server: None)
    assert isinstance(outcome, Unconfirmed)
    assert len(server.messages) == 1


@pytest.mark.parametrize("phase", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_a_cancellation_before_354_comes_out_and_nothing_leaves(phase: str) -> None:
    with SmtpServer(Script(faults=(Fault(phase, hold=True),))) as server:  # type: ignore[arg-type]

        async def run() -> None:
            async with channel(server.port) as sending:
                task = asyncio.create_task(sending.send(letter()))
                await asyncio.to_thread(server.holding.wait, 10)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(run())
        assert server.messages == []


# Hostile servers


@pytest.mark.parametrize(
    "greeting",
    [
        b"220 hello\r\n250 and more\r\n",
        b"220-spam\r\n" * 100_000,
        b"x" * 3_000_000,
        b"\xff\xff\xff\r\n",
        b"\r\n",
        b"220",
        b"-20 minus\r\n",
        b"99999999999 many\r\n",
    ],
    ids=["two", "endless", "megabytes", "bytes", "empty", "half", "minus", "huge"],
)
def test_a_strange_greeting_is_an_error_within_the_time_limit(greeting: bytes) -> None:
    with SmtpServer(Script(greeting=greeting)) as server:
        (outcome,) = send(channel(server.port, SHORT), letter())
    assert isinstance(outcome, Unreachable)
    assert outcome.detail.isprintable()


def test_a_long_greeting_of_several_lines_is_fine() -> None:
    with SmtpServer(Script(greeting=b"220-we log\r\n" * 50 + b"220 hello\r\n")) as server:
        assert isinstance(send(channel(server.port), letter())[0], Receipt)


@pytest.mark.parametrize("phase", ["ehlo", "mail", "rcpt", "data"])
def test_a_server_that_answers_twice_is_not_believed(phase: str) -> None:
    """The second answer would be taken for the reply to the next command, and in the end for the receipt."""
    usual = {"data": b"354 go\r\n"}.get(phase, b"250 ok\r\n")
    outcome, server = one(Fault(phase, usual + b"250 ok\r\n"))  # type: ignore[arg-type]
    assert isinstance(outcome, Deferred)
    assert "out of turn" in outcome.detail
    assert server.messages == []


def test_a_server_that_says_yes_and_then_good_bye_has_said_yes() -> None:
    with SmtpServer(
        Script(faults=(Fault("dot", b"250 ok\r\n421 closing\r\n", drop=True, take=True, nth=1),))
    ) as server:
        outcomes = send(channel(server.port), letter(1), letter(2))
        assert [type(each) for each in outcomes] == [Receipt, Receipt]
        assert (len(server.messages), server.connections) == (2, 2)


def test_an_early_354_is_not_believed() -> None:
    outcome, server = one(Fault("mail", "354 go ahead"))
    assert isinstance(outcome, Deferred)
    assert server.messages == []


def test_controls_addresses_and_length_of_a_reply_are_tamed() -> None:
    reply = b"550 5.1.1 \x1b[31mno\x00 such <mission@example.org>\r\n".replace(b"no", b"no " * 500)
    outcome, _ = one(Fault("rcpt", reply))
    assert isinstance(outcome, Rejected)
    assert len(outcome.detail) <= 300
    assert outcome.detail.isprintable()
    assert "@" not in outcome.detail
