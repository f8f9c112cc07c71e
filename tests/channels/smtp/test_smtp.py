"""The SMTP channel when all is well: one transaction a letter, over a few lasting connections."""

import asyncio
from collections.abc import Iterator

import pytest

from outreach.channels.base import Receipt
from outreach.channels.registry import make_channel
from outreach.channels.smtp.channel import SmtpChannel
from outreach.errors import Rejected
from outreach.settings.mail import SmtpSettings
from outreach.settings.settings import Settings
from tests.channels.contract import ChannelContract
from tests.channels.letters import letter, send, send_at_once
from tests.channels.smtp.smtp_server import CAPABILITIES, Fault, Script, SmtpServer


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def plain(server: SmtpServer, **more: object) -> SmtpChannel:
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 10, **more}
    return SmtpChannel(SmtpSettings.model_validate(given))


def verbs(server: SmtpServer) -> list[str]:
    return [line.split(" ")[0] for _, line in server.commands]


class TestContract(ChannelContract):
    @pytest.fixture
    def channel(self, server: SmtpServer) -> SmtpChannel:
        self.server = server
        return plain(server, connections=4)

    def delivered(self) -> list[bytes]:
        return [message.content for message in self.server.messages]


def test_the_receipt_is_the_servers_words(server: SmtpServer) -> None:
    assert send(plain(server), letter()) == [Receipt("250 2.0.0 ok: taken")]


def test_the_envelope_and_the_letter_arrive_as_given(server: SmtpServer) -> None:
    outgoing = letter(to=("a@example.org", "b@example.org"), archive="archive@example.org")
    send(plain(server), outgoing)
    (message,) = server.messages
    assert message.envelope_from == "bounces+t1@example.org"
    assert message.recipients == ("a@example.org", "b@example.org", "archive@example.org")
    assert message.recipient_parameters[0] == "NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a@example.org"
    assert message.recipient_parameters[2] == "NOTIFY=NEVER"
    assert message.content == outgoing.content
    assert message.message_id == outgoing.message_id


def test_one_connection_carries_many_letters_and_ends_with_quit(server: SmtpServer) -> None:
    send(plain(server), *(letter(n) for n in range(5)))
    assert server.connections == 1
    assert verbs(server) == ["EHLO", *["MAIL", "RCPT", "DATA"] * 5, "QUIT"]


def test_no_more_connections_than_allowed_and_no_more_than_needed(server: SmtpServer) -> None:
    send_at_once(plain(server, connections=3), *(letter(n) for n in range(30)))
    assert server.connections <= 3
    assert len({message.message_id for message in server.messages}) == 30


def test_more_senders_than_connections_wait_their_turn(server: SmtpServer) -> None:
    async def run() -> None:
        async with plain(server, connections=2) as channel:
            await asyncio.gather(*(channel.send(letter(n)) for n in range(20)))

    asyncio.run(run())
    assert server.connections == 2
    assert len(server.messages) == 20


def test_the_name_of_this_machine_is_not_told(server: SmtpServer) -> None:
    send(plain(server), letter())
    assert server.commands[0] == (1, "EHLO [127.0.0.1]")


def test_a_campaigns_channel_calls_itself_by_the_domain_of_its_envelope(server: SmtpServer, tmp_path: object) -> None:
    smtp = SmtpSettings(host="127.0.0.1", port=server.port, security="none", envelope="b+{token}@bücher.example.org")
    settings = Settings().model_copy(update={"smtp": smtp})
    channel = make_channel("smtp", tmp_path, settings)  # type: ignore[arg-type]
    send(channel, letter())
    assert server.commands[0] == (1, "EHLO xn--bcher-kva.example.org")


def test_the_limits_are_the_settings(server: SmtpServer) -> None:
    limits = plain(server, connections=7, per_minute=60, per_domain_per_minute=20).limits
    assert (limits.connections, limits.per_minute, limits.per_domain_per_minute) == (7, 60, 20)


def test_another_script_in_an_address_goes_through(server: SmtpServer) -> None:
    send(plain(server), letter(to=("δοκιμή@bücher.example.org",)))
    (message,) = server.messages
    assert message.recipients == ("δοκιμή@xn--bcher-kva.example.org",)
    assert "SMTPUTF8" in message.mail_parameters


def test_a_letter_bigger_than_the_servers_size_is_rejected_before_mail() -> None:
    with SmtpServer(Script(capabilities=("SIZE 50", "8BITMIME"))) as server:
        (outcome,) = send(plain(server), letter())
        assert isinstance(outcome, Rejected)
        assert verbs(server) == ["EHLO", "QUIT"]


def test_a_megabyte_arrives_byte_for_byte(server: SmtpServer) -> None:
    content = b"Subject: big\r\n\r\n" + b"." * 60 + b"\r\n" + b"\r\n".join([b".line", b"x" * 900] * 1200) + b"\r\n"
    assert isinstance(send(plain(server), letter(content=content))[0], Receipt)
    assert server.messages[0].content == content


@pytest.mark.parametrize("missing", ["DSN", "SMTPUTF8", "SIZE 10485760", "PIPELINING"])
def test_a_server_that_offers_less_is_good_enough(missing: str) -> None:
    offers = tuple(each for each in CAPABILITIES if each != missing)
    with SmtpServer(Script(capabilities=offers)) as server:
        assert isinstance(send(plain(server), letter())[0], Receipt)
        assert missing.partition(" ")[0] not in server.messages[0].mail_parameters


def test_a_connection_that_died_between_letters_is_opened_again(server: SmtpServer) -> None:
    async def run() -> list[Receipt]:
        async with plain(server) as channel:
            first = await channel.send(letter(1))
            await asyncio.to_thread(server.hang_up)
            return [first, await channel.send(letter(2))]

    assert len(asyncio.run(run())) == 2
    assert server.connections == 2
    assert [message.message_id for message in server.messages] == ["<t1@example.org>", "<t2@example.org>"]


@pytest.mark.parametrize(
    "fault", [Fault("mail", "421 4.4.2 idle too long", drop=True, nth=2), Fault("mail", drop=True, nth=2)]
)
def test_a_connection_that_turns_out_dead_at_mail_is_opened_again_at_once(fault: Fault) -> None:
    with SmtpServer(Script(faults=(fault,))) as server:
        outcomes = send(plain(server), letter(1), letter(2))
        assert all(isinstance(each, Receipt) for each in outcomes)
        assert server.connections == 2
        assert [message.message_id for message in server.messages] == ["<t1@example.org>", "<t2@example.org>"]


def test_the_good_bye_does_not_wait_for_a_server_that_does_not_answer() -> None:
    with SmtpServer(Script(faults=(Fault("quit", silent=True),))) as server:
        (outcome,) = send(plain(server, timeout=0.2), letter())
        assert isinstance(outcome, Receipt)
