"""Asking DNS, against a real name server on this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.resolver import Resolver

from outreach.registry.addresses.deliverability import look_up

ZONE = {
    (".", "NS"): "a.root-servers.invalid.",
    ("mail.example.org.", "MX"): "10 mx.example.org.",
    ("null.example.org.", "MX"): "0 .",
    ("xn--bcher-kva.example.org.", "MX"): "10 mx.example.org.",
}


@contextmanager
def name_server(zone: dict[tuple[str, str], str], failing: str = "") -> Iterator[Resolver]:
    """A name server that knows `zone`, fails for the name `failing`, and says of the rest that it does not exist."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(server, zone, failing))
        thread.start()
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        try:
            yield resolver
        finally:
            server.sendto(b"stop", server.getsockname())
            thread.join()


def _serve(server: socket.socket, zone: dict[tuple[str, str], str], failing: str) -> None:
    while True:
        data, sender = server.recvfrom(4096)
        if data == b"stop":
            return
        question = dns.message.from_wire(data)
        asked = question.question[0]
        name, kind = asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype)
        answer = dns.message.make_response(question)
        if name == failing:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in zone:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, zone[name, kind]))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(answer.to_wire(), sender)


def test_each_domain_gets_its_own_answer_once() -> None:
    domains = ["mail.example.org", "null.example.org", "gone.example.org", "sick.example.org", "mail.example.org"]
    with name_server(ZONE, failing="sick.example.org.") as resolver:
        found = look_up(domains, resolver)
    assert [(finding.domain, finding.answer) for finding in found] == [
        ("gone.example.org", "takes no mail"),
        ("mail.example.org", "takes mail"),
        ("null.example.org", "takes no mail"),
        ("sick.example.org", "unknown"),
    ]
    assert found[0].detail == "The domain name gone.example.org does not exist."


def test_an_international_domain_is_asked_for_in_its_ascii_form() -> None:
    with name_server(ZONE) as resolver:
        assert [finding.answer for finding in look_up(["bücher.example.org"], resolver)] == ["takes mail"]


def test_a_name_server_that_does_not_even_know_the_root_says_nothing_about_any_domain() -> None:
    with name_server({}) as resolver:
        found = look_up(["mail.example.org"], resolver)
    assert [finding.answer for finding in found] == ["unknown"]
    assert found[0].detail.startswith("no DNS here")
