"""What `outreach doctor` finds in the settings, on the mail server and in DNS, each against the real thing."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
import trustme
from dns.asyncresolver import Resolver

from outreach.channels.checks import server as server_checks
from outreach.channels.checks.dns import check_dns
from outreach.channels.checks.provider import check_provider
from outreach.channels.checks.server import certificate_end, certificate_name, check_server
from outreach.channels.checks.settings import Check, Result, check_words, is_example
from outreach.settings.campaign import LettersSettings
from outreach.settings.mail import SenderSettings, SmtpSettings
from outreach.settings.settings import Settings
from tests.channels.smtp.certificates import server_context, trust
from tests.channels.smtp.smtp_server import CAPABILITIES, Fault, Script, SmtpServer, refusing_port

NOW = datetime(2022, 9, 1, tzinfo=UTC)
PASSWORD = "correct horse"


def settings(sender: dict[str, str] | None = None, **smtp: object) -> Settings:
    return Settings().model_copy(
        update={
            "sender": SenderSettings.model_validate(sender or {"name": "Team", "email": "team@example.org"}),
            "smtp": SmtpSettings.model_validate({"timeout": 5, **smtp}),
        }
    )


def by_name(checks: list[Check]) -> dict[str, Check]:
    assert all(check.next for check in checks if check.result is not Result.OK), "each problem says what to do"
    return {check.name: check for check in checks}


# Settings


@pytest.mark.parametrize("host", ["", "127.0.0.1"])
def test_an_example_as_sender_fails_once_there_is_a_mail_server(host: str) -> None:
    check = by_name(check_words(settings(host=host)))["sender"]
    assert check.result is (Result.FAILED if host else Result.WARNING)


@pytest.mark.parametrize(
    ("address", "example"),
    [
        ("a@example.org", True),
        ("a@mail.example.com", True),
        ("a@x.invalid", True),
        ("a@myexample.org", False),
        ("", False),
    ],
)
def test_examples_are_known(address: str, example: bool) -> None:
    assert is_example(address) is example


@pytest.mark.parametrize(
    ("smtp", "name", "result"),
    [
        ({"envelope": ""}, "envelope", Result.WARNING),
        ({"envelope": "bounces@example.org"}, "envelope", Result.FAILED),
        ({"envelope": "bounces+{token}@example.org"}, "envelope", Result.OK),
        ({"envelope": "bounces {token}@example.org"}, "envelope", Result.FAILED),
        ({"archive": ""}, "archive", Result.WARNING),
        ({"archive": "archive"}, "archive", Result.FAILED),
        ({"archive": "archive@example.org"}, "archive", Result.OK),
    ],
    ids=str,
)
def test_envelope_and_archive(smtp: dict[str, str], name: str, result: Result) -> None:
    assert by_name(check_words(settings(None, **smtp)))[name].result is result


def test_a_page_to_unsubscribe_that_no_letter_names_is_a_warning() -> None:
    page = SenderSettings(unsubscribe_url="https://example.org/stop")
    for bulk in (False, True):
        given = Settings(sender=page, letters=LettersSettings(bulk=bulk))
        assert ("unsubscribe" in by_name(check_words(given))) is not bulk


@pytest.mark.parametrize("sender", [{"name": "", "email": ""}, {"name": "Team", "email": "team"}])
def test_a_sender_that_is_none(sender: dict[str, str]) -> None:
    assert by_name(check_words(settings(sender)))["sender"].result is not Result.OK


# Mail server


def ask(given: Settings) -> dict[str, Check]:
    return by_name(asyncio.run(check_server(given, NOW)))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    made = trustme.CA()
    trust(made, tmp_path, monkeypatch)
    return made


def test_a_good_server_is_good_and_gets_no_letter(authority: trustme.CA) -> None:
    with SmtpServer(Script(tls=server_context(authority), users={"team": PASSWORD})) as server:
        checks = ask(
            settings(host="127.0.0.1", port=server.port, username="team", password=PASSWORD, archive="a@example.org")
        )
    assert {check.result for check in checks.values()} == {Result.OK}
    assert list(checks) == ["mail server", "encryption", "features", "login", "sender accepted"]
    assert "127.0.0.1" in checks["encryption"].found
    assert "DSN" in checks["features"].found
    assert "SIZE 10485760" in checks["features"].found
    assert server.messages == []
    assert "DATA" not in str(server.commands)


def test_without_a_server_it_says_that_letters_are_rehearsed() -> None:
    assert ask(settings())["mail server"].result is Result.WARNING


def test_a_server_that_is_not_there() -> None:
    with refusing_port() as port:
        check = ask(settings(host="127.0.0.1", port=port))["mail server"]
    assert check.result is Result.FAILED
    assert "refused" in check.found


def test_doctor_waits_less_long_than_a_letter_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_checks, "PATIENCE", 0.3)
    with SmtpServer(Script(faults=(Fault("connect", silent=True),))) as server:
        check = ask(settings(host="127.0.0.1", port=server.port, security="none", timeout=600))["mail server"]
    assert check.result is Result.FAILED
    assert "not ready within 0.3 seconds" in check.found


def test_a_wrong_password_fails_and_does_not_show() -> None:
    with SmtpServer(Script(users={"team": PASSWORD})) as server:
        given = settings(host="127.0.0.1", port=server.port, security="none", username="team", password="a wrong one")
        checks = ask(given)
    assert checks["mail server"].result is Result.OK
    assert checks["login"].result is Result.FAILED
    assert "OUTREACH_SMTP__PASSWORD" in checks["login"].next
    assert "a wrong one" not in str(checks)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (Fault("mail", "550 5.1.0 not yours"), "sender accepted"),
        (Fault("rcpt", "550 5.1.1 no such user"), "archive accepted"),
        (Fault("mail", drop=True), "sender accepted"),
    ],
    ids=str,
)
def test_a_refused_sender_or_archive_fails(fault: Fault, name: str) -> None:
    with SmtpServer(Script(faults=(fault,))) as server:
        checks = ask(settings(host="127.0.0.1", port=server.port, security="none", archive="a@example.org"))
    assert checks[name].result is Result.FAILED


def test_a_certificate_of_another_name_fails(authority: trustme.CA) -> None:
    with SmtpServer(Script(tls=server_context(authority, "mail.example.org"))) as server:
        check = ask(settings(host="127.0.0.1", port=server.port))["mail server"]
    assert check.result is Result.FAILED
    assert "certificate" in check.found


def test_a_certificate_that_ends_soon_is_a_warning(authority: trustme.CA) -> None:
    end = datetime(3000, 1, 1, tzinfo=UTC)  # as trustme makes them
    with SmtpServer(Script(tls=server_context(authority))) as server:
        given = settings(host="127.0.0.1", port=server.port)
        far = by_name(asyncio.run(check_server(given, end - timedelta(days=15))))
        near = by_name(asyncio.run(check_server(given, end - timedelta(days=13))))
    assert far["encryption"].result is Result.OK
    assert near["encryption"].result is Result.WARNING
    assert "3000-01-01" in near["encryption"].found


def test_a_certificates_words_are_read() -> None:
    certificate = {
        "notAfter": "Jan  5 09:34:43 2027 GMT",
        "subjectAltName": (("DNS", "a.invalid"), ("DNS", "b.invalid")),
    }
    assert certificate_name(certificate) == "a.invalid, b.invalid"
    assert certificate_end(certificate) == datetime(2027, 1, 5, 9, 34, 43, tzinfo=UTC)


@pytest.mark.parametrize(
    ("missing", "result"),
    [("8BITMIME", Result.FAILED), ("DSN", Result.WARNING), ("SMTPUTF8", Result.WARNING), ("PIPELINING", Result.OK)],
)
def test_features_that_are_missing(missing: str, result: Result) -> None:
    offers = tuple(each for each in CAPABILITIES if each != missing)
    with SmtpServer(Script(capabilities=offers)) as server:
        check = ask(settings(host="127.0.0.1", port=server.port, security="none"))["features"]
    assert check.result is result
    assert missing not in check.found


# DNS

GOOD = {
    ("example.org.", "MX"): ["10 mx.example.org."],
    ("example.org.", "TXT"): ['"v=spf1 mx " "-all"', '"something else"'],
    ("_dmarc.example.org.", "TXT"): ['"v=DMARC1; p=none"'],
    ("x._domainkey.example.org.", "TXT"): ['"v=DKIM1; p=abc"'],
    ("4.3.2.1.in-addr.arpa.", "PTR"): ["mail.example.org."],
}
Zone = dict[tuple[str, str], list[str]]


class NameServer(asyncio.DatagramProtocol):
    """Answers from a zone over UDP, as RFC 1035 and RFC 8020 want it: NXDOMAIN only where nothing lies below."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, client: object) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if records := self.zone.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
        elif not any(each == name or each.endswith(f".{name}") for each, _ in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), client)  # type: ignore[attr-defined]


def look_up(zone: Zone, given: Settings | None = None, address: str = "1.2.3.4") -> dict[str, Check]:
    async def run() -> list[Check]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: NameServer(zone), ("127.0.0.1", 0))
        try:
            return await check_dns(given or settings(), resolver(transport.get_extra_info("sockname")[1]), address)
        finally:
            transport.close()

    return by_name(asyncio.run(run()))


def resolver(port: int) -> Resolver:
    made = Resolver(configure=False)
    made.nameservers, made.port = ["127.0.0.1"], port
    return made


def test_a_domain_in_order_is_all_well() -> None:
    checks = look_up(GOOD)
    assert {check.result for check in checks.values()} == {Result.OK}
    assert "v=spf1 mx -all" in checks["SPF"].found
    assert "mx.example.org" in checks["MX"].found
    assert "mail.example.org" in checks["PTR"].found


def test_a_domain_without_anything_is_all_warnings() -> None:
    assert {check.result for check in look_up({}).values()} == {Result.WARNING}


@pytest.mark.parametrize(
    ("records", "name", "words"),
    [
        ({("example.org.", "MX"): ["0 ."]}, "MX", "takes no mail"),
        ({("example.org.", "MX"): [], ("example.org.", "A"): ["192.0.2.1"]}, "MX", "no MX"),
        ({("example.org.", "TXT"): ['"v=spf1 +all"']}, "SPF", "+all"),
        ({("example.org.", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, "SPF", "2 SPF records"),
        ({("example.org.", "TXT"): ['"v=spf10 -all"']}, "SPF", "no SPF record"),
        ({("_dmarc.example.org.", "TXT"): ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']}, "DMARC", "2 DMARC"),
    ],
)
def test_a_record_that_does_not_do_is_a_warning(records: Zone, name: str, words: str) -> None:
    check = look_up({**GOOD, **records})[name]
    assert check.result is Result.WARNING
    assert words in check.found


def test_the_record_of_the_organisation_counts_for_domains_below() -> None:
    sender = {"name": "Team", "email": "team@news.example.org"}
    assert look_up(GOOD, settings(sender))["DMARC"].result is Result.OK


def test_spf_is_asked_of_the_envelopes_domain() -> None:
    zone = {**GOOD, ("bounces.example.org.", "TXT"): ['"v=spf1 a -all"']}
    checks = look_up(zone, settings(envelope="b+{token}@bounces.example.org"))
    assert "bounces.example.org: v=spf1 a -all" in checks["SPF"].found


def test_a_private_address_needs_no_name() -> None:
    assert "no public address" in look_up({}, address="192.168.1.4")["PTR"].found


STRICT: Zone = {**GOOD, ("_dmarc.example.org.", "TXT"): ['"v=DMARC1; p=none; aspf=s"']}
OWN_BELOW: Zone = {**GOOD, ("_dmarc.news.example.org.", "TXT"): ['"v=DMARC1; p=reject"']}
SUFFIX: Zone = {**GOOD, ("_dmarc.example.org.", "TXT"): ['"v=DMARC1; p=none; psd=y"']}


@pytest.mark.parametrize(
    ("zone", "sender", "envelope", "result"),
    [
        (GOOD, "example.org", "example.org", Result.OK),
        (GOOD, "example.org", "bounces.example.org", Result.OK),
        (GOOD, "news.example.org", "bounces.example.org", Result.OK),
        (OWN_BELOW, "news.example.org", "bounces.example.org", Result.OK),
        (GOOD, "example.org", "example.net", Result.WARNING),
        (GOOD, "example.org", "notexample.org", Result.WARNING),
        (STRICT, "example.org", "EXAMPLE.org", Result.OK),
        (STRICT, "example.org", "bounces.example.org", Result.WARNING),
        (SUFFIX, "news.example.org", "other.example.org", Result.WARNING),
    ],
)
def test_spf_counts_for_dmarc_where_envelope_and_from_fit(
    zone: Zone, sender: str, envelope: str, result: Result
) -> None:
    given = settings({"name": "Team", "email": f"team@{sender}"}, envelope=f"b+{{token}}@{envelope}")
    assert look_up(zone, given)["alignment"].result is result


KEY = ("k1._domainkey.example.org.", "TXT")


@pytest.mark.parametrize(
    ("record", "result", "words"),
    [
        ('"v=DKIM1; k=rsa; p=MIIB" "IjAN"', Result.OK, "there is a key at k1._domainkey.example.org"),
        ('"p=MIIB"', Result.OK, "there is a key"),
        ('"v=DKIM1; p="', Result.WARNING, "revoked"),
        ('"v=spf1 -all"', Result.WARNING, "there is no key at k1._domainkey.example.org"),
    ],
)
def test_the_key_that_settings_name_is_looked_up(record: str, result: Result, words: str) -> None:
    check = look_up({**GOOD, KEY: [record]}, settings(dkim_selector="k1"))["DKIM"]
    assert check.result is result
    assert words in check.found


def test_another_key_than_the_one_that_settings_name_does_not_do() -> None:
    assert look_up(GOOD, settings(dkim_selector="k1"))["DKIM"].result is Result.WARNING


@pytest.mark.parametrize(
    ("zone", "result"),
    [
        ({("example.org.", "TXT"): ['"v=spf1 include:spf.infomaniak.ch -all"']}, Result.OK),
        ({("example.org.", "TXT"): ['"v=spf1 redirect=spf.infomaniak.ch"']}, Result.OK),
        (
            {
                ("example.org.", "TXT"): ['"v=spf1 include:_spf.example.org -all"'],
                ("_spf.example.org.", "TXT"): ['"v=spf1 include:spf.infomaniak.ch -all"'],
            },
            Result.OK,
        ),
        (
            {
                ("example.org.", "TXT"): ['"v=spf1 include:_spf.example.org -all"'],
                ("_spf.example.org.", "TXT"): ['"v=spf1 include:_spf.example.org -all"'],
            },
            Result.WARNING,
        ),
        ({("example.org.", "TXT"): ['"v=spf1 mx -all"']}, Result.WARNING),
    ],
)
def test_spf_names_the_provider_or_it_is_said(zone: Zone, result: Result) -> None:
    check = look_up({**GOOD, **zone}, settings(host="mail.infomaniak.com"))["SPF"]
    assert check.result is result
    assert ("include:spf.infomaniak.ch" in check.next) is (result is Result.WARNING)


# Provider


@pytest.mark.parametrize(
    ("smtp", "letters", "recipients", "words"),
    [
        (
            {"host": "smtp.office365.com"},
            76,
            90,
            "30 letters a minute; up to 76 letters, and [smtp] per_minute is not set",
        ),
        ({"host": "smtp.office365.com", "per_minute": 60}, 76, 90, "[smtp] per_minute is 60"),
        ({"host": "smtp.gmail.com"}, 2001, 2001, "2000 letters a day"),
        ({"host": "mail.infomaniak.com"}, 700, 1441, "1440 recipients a day"),
        ({"host": "mail.infomaniak.com", "archive": "a@example.org"}, 700, 760, "has up to 1460"),
    ],
)
def test_a_plan_above_what_the_provider_allows_is_a_warning(
    smtp: dict[str, object], letters: int, recipients: int, words: str
) -> None:
    check = by_name(check_provider(settings(None, **smtp), letters, recipients))["provider"]
    assert check.result is Result.WARNING
    assert words in check.found


@pytest.mark.parametrize(
    ("smtp", "words"),
    [
        (
            {"host": "smtp.office365.com", "per_minute": 24},
            "Microsoft 365: 30 letters a minute, 10000 recipients a day",
        ),
        ({"host": "smtp.fastmail.com"}, "Fastmail: what it allows is not known here"),
        ({"host": "127.0.0.1", "port": 1025}, "Proton"),
        ({"host": "mail.example.org"}, "none that is known here"),
    ],
)
def test_a_plan_within_it_is_well(smtp: dict[str, object], words: str) -> None:
    check = by_name(check_provider(settings(None, **smtp), 76, 90))["provider"]
    assert check.result is Result.OK
    assert words in check.found


def test_without_a_server_there_is_no_provider() -> None:
    assert check_provider(settings(), 76, 90) == []


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port where nobody listens, held for as long as the test lasts."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_name_server_that_does_not_answer_is_said_to_be_that(deaf_port: int) -> None:
    checks = by_name(asyncio.run(check_dns(settings(), resolver(deaf_port), "1.2.3.4")))
    assert {check.result for check in checks.values()} == {Result.UNKNOWN}
    assert "--no-dns" in checks["SPF"].next


def test_no_name_server_at_all_is_said_too() -> None:
    checks = by_name(asyncio.run(check_dns(settings(), Resolver(configure=False), "1.2.3.4")))
    assert {check.result for check in checks.values()} == {Result.UNKNOWN}
