"""Whom our own mail server vouches for, and whose word is not believed: raw headers in, a word out."""

import pytest

from outreach.inbox.matching.authentication import SenderCheck, sender_check
from outreach.inbox.mime.parse import read_mail

OURS = ("mx.example.org",)
FROM_OUTSIDE = "Received: from mail.invalid (mail.invalid [192.0.2.1]) by mx.example.org with ESMTPS id 1"
WITHIN = "Received: from mx.example.org (localhost [127.0.0.1]) by imap.example.org (Dovecot) with LMTP id 2"
PASS = "Authentication-Results: mx.example.org; dkim=pass header.d=deu.invalid; dmarc=pass header.from=deu.invalid"
FAIL = "Authentication-Results: mx.example.org; spf=fail; dmarc=fail (p=REJECT) header.from=deu.invalid"


def checked(*headers: str, authserv: tuple[str, ...] = OURS) -> str:
    lines = [*headers, "From: Mission <mission@deu.invalid>", "To: campaign@example.org", "Subject: x"]
    return sender_check(read_mail("\r\n".join([*lines, "", "Text.", ""]).encode()), authserv).value


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([PASS, FROM_OUTSIDE], "pass"),
        ([WITHIN, PASS, FROM_OUTSIDE], "pass"),
        ([FAIL, FROM_OUTSIDE], "fail"),
        ([WITHIN, FAIL, FROM_OUTSIDE], "fail"),
        ([FAIL], "fail"),
        ([FROM_OUTSIDE], ""),
        # what the sender wrote comes below the line of the server that took it in
        ([FAIL, FROM_OUTSIDE, PASS], "fail"),
        ([FROM_OUTSIDE, PASS], ""),
        ([WITHIN, FROM_OUTSIDE, PASS], ""),
        (["Authentication-Results: mx.example.org; dkim=none", FROM_OUTSIDE, PASS], ""),
        ([FROM_OUTSIDE.replace("mail.invalid (", "far.invalid ("), FAIL], "fail"),  # nobody forges what is against him
        # other servers' names
        ([PASS.replace("mx.example.org", "mx.example.net"), FROM_OUTSIDE], ""),
        ([PASS.replace("mx.example.org", "mx.example.org.invalid"), FROM_OUTSIDE], ""),
        ([FROM_OUTSIDE, FAIL.replace("mx.example.org", "gateway.deu.invalid")], ""),
        ([FAIL.replace("mx.example.org", "mx.example.net"), FROM_OUTSIDE], "fail"),  # who handed it over last
        # how it is written
        ([PASS.replace("mx.example.org;", "MX.Example.ORG 1;"), FROM_OUTSIDE], "pass"),
        ([PASS.replace("mx.example.org;", "(our own) mx.example.org;"), FROM_OUTSIDE], "pass"),
        (['Authentication-Results: mx.example.org; dkim=pass (dmarc=fail) reason="; dmarc=fail"', FROM_OUTSIDE], ""),
        (["Authentication-Results: mx.example.org; xdmarc=fail; dmarc=none", FROM_OUTSIDE], ""),
        (["Authentication-Results: mx.example.org; dmarc=pass header.from=other.invalid", FROM_OUTSIDE], ""),
        (["Authentication-Results: spf=fail smtp.mailfrom=deu.invalid; dmarc=fail action=none", FROM_OUTSIDE], "fail"),
        (["Authentication-Results: mx.example.org;\r\n dkim=fail;\r\n dmarc=FAIL", FROM_OUTSIDE], "fail"),
        (["Authentication-Results: mx.example.org; spf=pass", PASS, FROM_OUTSIDE], "pass"),
        (["Authentication-Results:", "Authentication-Results: ;;;(((", FROM_OUTSIDE], ""),
    ],
)
def test_only_our_own_server_is_believed(headers: list[str], said: str) -> None:
    assert checked(*headers) == said


def test_without_the_name_of_our_server_only_bad_news_of_the_last_hop_is_believed() -> None:
    assert checked(FAIL, FROM_OUTSIDE, authserv=()) == SenderCheck.FAIL
    assert checked(FROM_OUTSIDE, FAIL, authserv=()) == SenderCheck.UNKNOWN
    assert checked(PASS, FROM_OUTSIDE, authserv=()) == SenderCheck.UNKNOWN


def test_any_number_of_headers_is_read_in_bounded_work() -> None:
    hostile = "Authentication-Results: mx.example.org; " + "(" * 4000 + ")" * 4000
    assert checked(*[hostile] * 300, FAIL, FROM_OUTSIDE) in ("", "fail")
