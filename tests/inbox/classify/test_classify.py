"""What each message in `mails/` is, and why: one row a message, named for what it shows."""

from dataclasses import replace
from pathlib import Path

import pytest

from outreach.inbox.classify.bounce_forms import FORMS
from outreach.inbox.classify.classify import RULES, classify
from outreach.inbox.classify.report_parts import typed_address
from outreach.inbox.kinds import Kind, Severity
from outreach.inbox.mail import Classified

MAILS = Path(__file__).parents[1] / "mails"
LETTER = "<aaaabbbbccccddddeeeeffff22@example.org>"
TOKEN = "aaaabbbbccccddddeeeeffff22"
MISSION = "mission@mission-a.example.org"
DEPUTY = "deputy@mission-a.example.org"
ACCENTED = "représentation@mission-a.example.org"
PLAIN = "mission@missiona.example.org"  # flufl.bounce takes no domain with a hyphen for one

# fixture, kind, severity, status code, recipient, rule
TABLE = [
    ("arf-abuse-redacted", "complaint", "", "", MISSION, "arf"),
    ("arf-abuse-with-letter", "complaint", "", "", MISSION, "arf"),
    ("arf-abuse-without-letter", "complaint", "", "", MISSION, "arf"),
    ("arf-authentication-failure", "other", "", "", MISSION, "arf-auth-failure"),
    ("arf-not-spam", "other", "", "", MISSION, "arf-not-spam"),
    ("arf-opt-out", "complaint", "", "", MISSION, "arf"),
    ("bounce-from-nobody-in-unknown-words", "bounce", "permanent", "5.1.1", MISSION, "mailer-daemon"),
    ("bounce-in-unknown-words", "bounce", "permanent", "5.1.1", MISSION, "mailer-daemon"),
    ("bounce-names-a-helper-and-the-sender", "bounce", "permanent", "5.1.1", MISSION, "mailer-daemon"),
    ("bounce-ru-from-the-returned-letter", "bounce", "permanent", "5.1.1", MISSION, "mailer-daemon"),
    ("communigate", "bounce", "permanent", "5.1.1", MISSION, "communigate"),
    ("complaint-hotmail", "complaint", "", "", MISSION, "jmrp"),
    ("courier", "bounce", "permanent", "5.1.1", MISSION, "courier"),
    ("dsn-attached-by-a-filter", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-comments-and-brackets", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-domino", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-exchange-message-expired", "bounce", "transient", "5.4.300", MISSION, "dsn-failed"),
    ("dsn-exchange-online-unknown-user", "bounce", "permanent", "5.1.10", MISSION, "dsn-failed"),
    ("dsn-exchange-sender-not-allowed", "bounce", "permanent", "5.7.1", MISSION, "dsn-failed"),
    ("dsn-exim-better-diagnostic", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-expanded-by-a-list", "other", "", "2.0.0", "all@mission-a.example.org", "dsn-relayed"),
    ("dsn-fields-without-blank-lines", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-global-escaped-recipient", "bounce", "permanent", "5.6.7", ACCENTED, "dsn-failed"),
    ("dsn-global-utf8-recipient", "bounce", "permanent", "5.1.1", ACCENTED, "dsn-failed"),
    ("dsn-gmail-unauthenticated", "bounce", "permanent", "5.7.26", MISSION, "dsn-failed"),
    ("dsn-gmail-unknown-user", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-greylisted-until-expired", "bounce", "transient", "4.2.0", MISSION, "dsn-failed"),
    ("dsn-greylisted-with-permanent-code", "bounce", "transient", "5.7.1", MISSION, "dsn-failed"),
    ("dsn-made-mixed-by-a-gateway", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-mailbox-full-in-words-only", "bounce", "transient", "5.0.0", MISSION, "dsn-failed"),
    ("dsn-names-envelope-id-only", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-names-message-id-as-envelope-id", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-opensmtpd-action-error", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-policy-blocked", "bounce", "permanent", "5.7.1", MISSION, "dsn-failed"),
    ("dsn-postfix-delayed", "delay", "transient", "4.3.0", MISSION, "dsn-delayed"),
    ("dsn-postfix-delivered", "delivered", "", "2.0.0", MISSION, "dsn-delivered"),
    ("dsn-postfix-mailbox-full", "bounce", "transient", "5.2.2", MISSION, "dsn-failed"),
    ("dsn-postfix-unknown-user", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-relayed", "other", "", "2.0.0", MISSION, "dsn-relayed"),
    ("dsn-sendmail-expired", "bounce", "transient", "4.4.7", MISSION, "dsn-failed"),
    ("dsn-status-in-base64", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-truncated-before-status", "bounce", "permanent", "5.1.1", MISSION, "postfix-text"),
    ("dsn-truncated-in-returned-letter", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-truncated-in-status", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-two-recipients-both-failed", "bounce", "permanent", "5.1.1", DEPUTY, "dsn-failed"),
    ("dsn-two-recipients-delayed-and-delivered", "delay", "transient", "4.4.1", DEPUTY, "dsn-delayed"),
    ("dsn-two-recipients-one-failed", "bounce", "permanent", "5.1.1", DEPUTY, "dsn-failed"),
    ("dsn-without-action", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-without-human-part", "bounce", "permanent", "5.1.1", MISSION, "dsn-failed"),
    ("dsn-without-recipient-in-status", "bounce", "permanent", "5.1.2", MISSION, "dsn-failed"),
    ("exchange-2003-ndr-de", "bounce", "permanent", "5.1.1", MISSION, "exchange-ndr"),
    ("exchange-delay-en", "delay", "transient", "", MISSION, "exchange-delay"),
    ("exchange-delay-fr", "delay", "transient", "", MISSION, "exchange-delay"),
    ("exchange-ndr-2013-en", "bounce", "permanent", "5.1.1", MISSION, "exchange-ndr"),
    ("exchange-ndr-de", "bounce", "permanent", "5.7.133", MISSION, "exchange-ndr"),
    ("exchange-ndr-en", "bounce", "permanent", "5.1.1", MISSION, "exchange-ndr"),
    ("exchange-ndr-es", "bounce", "permanent", "5.1.10", MISSION, "exchange-ndr"),
    ("exchange-ndr-fr", "bounce", "transient", "5.2.2", MISSION, "exchange-ndr"),
    ("exim-retry-timeout", "bounce", "transient", "", MISSION, "exim"),
    ("exim-unknown-user", "bounce", "permanent", "", MISSION, "exim"),
    ("exim-warning", "delay", "transient", "", MISSION, "exim-warning"),
    ("flufl-delayed", "delay", "transient", "", PLAIN, "flufl"),
    ("flufl-failed-recipients", "bounce", "permanent", "", PLAIN, "flufl"),
    ("flufl-mailenable", "bounce", "permanent", "5.1.1", PLAIN, "flufl"),
    ("gmail-text-de", "bounce", "permanent", "5.1.1", MISSION, "gmail"),
    ("gmail-text-delay", "delay", "transient", "4.4.1", MISSION, "gmail"),
    ("gmail-text-es-inbox-full", "bounce", "transient", "4.2.2", MISSION, "gmail"),
    ("gmail-text-failure", "bounce", "permanent", "5.1.1", MISSION, "gmail"),
    ("gmail-text-fr", "bounce", "permanent", "5.1.1", MISSION, "gmail"),
    ("groupwise", "bounce", "permanent", "", MISSION, "groupwise"),
    ("held-by-a-list", "unclear", "", "", "", "held"),
    ("held-challenge-fr", "unclear", "", "", "", "held"),
    ("hostile-1001-headers", "other", "", "", "", "unreadable"),
    ("hostile-base64-garbage", "other", "", "", "", "unreadable"),
    ("hostile-boundary-never-comes", "reply", "", "", "", "reply"),
    ("hostile-charset-punycode", "reply", "", "", "", "reply"),
    ("hostile-charset-zlib", "reply", "", "", "", "reply"),
    ("hostile-empty", "other", "", "", "", "unreadable"),
    ("hostile-encoded-words", "reply", "", "", "", "reply"),
    (
        "hostile-forged-bounce-of-everyone",
        "bounce",
        "permanent",
        "5.1.1",
        "mission0@mission-a.example.org",
        "dsn-failed",
    ),
    ("hostile-header-line-in-the-middle", "reply", "", "", "", "reply"),
    ("hostile-lone-surrogates", "reply", "", "", "", "reply"),
    ("hostile-nested-40-deep", "other", "", "", "", "unreadable"),
    ("hostile-no-boundary-parameter", "reply", "", "", "", "reply"),
    ("hostile-no-sender", "other", "", "", "", "no-sender"),
    ("hostile-nul-bytes", "reply", "", "", "", "reply"),
    ("hostile-random-bytes", "other", "", "", "", "unreadable"),
    ("hostile-unknown-charset", "reply", "", "", "", "reply"),
    ("hostile-wrong-charset", "reply", "", "", "", "reply"),
    ("hostile-zip-bomb", "reply", "", "", "", "reply"),
    ("imail", "bounce", "permanent", "", MISSION, "imail"),
    ("mail-system-says-nothing-known", "unclear", "", "", "", "mail-system"),
    ("mdaemon", "bounce", "permanent", "5.1.1", MISSION, "mdaemon"),
    ("mdn-deleted-unread", "delivered", "", "", MISSION, "mdn-deleted"),
    ("mdn-denied", "other", "", "", MISSION, "mdn-denied"),
    ("mdn-dispatched", "delivered", "", "", MISSION, "mdn-dispatched"),
    ("mdn-displayed-automatically", "read", "", "", MISSION, "mdn-displayed"),
    ("mdn-displayed-by-hand", "read", "", "", MISSION, "mdn-displayed"),
    ("mdn-global-displayed", "read", "", "", ACCENTED, "mdn-displayed"),
    ("mdn-processed-automatically", "delivered", "", "", MISSION, "mdn-processed"),
    ("mdn-refused-by-a-filter", "bounce", "permanent", "", MISSION, "mdn-rejected"),
    ("mdn-rejected-by-a-filter", "bounce", "transient", "", MISSION, "mdn-rejected"),
    ("microsoft-smtp", "bounce", "permanent", "", MISSION, "microsoft-smtp"),
    ("newsletter", "other", "", "", "", "list-mail"),
    ("notes-de", "bounce", "permanent", "", MISSION, "notes"),
    ("notes-en", "bounce", "permanent", "", MISSION, "notes"),
    ("notes-fr", "bounce", "transient", "", MISSION, "notes"),
    ("person-answers-a-bounce", "reply", "", "", "", "reply"),
    ("person-asks-to-unsubscribe-in-words", "reply", "", "", "", "reply"),
    ("person-at-postmaster-answers", "reply", "", "", "", "reply"),
    ("person-at-postmaster-quotes-a-bounce", "reply", "", "", "", "reply"),
    ("person-forwards-a-bounce-attached", "reply", "", "", "", "reply"),
    ("person-forwards-a-bounce-inline", "reply", "", "", "", "reply"),
    ("person-forwards-the-parts-of-a-bounce", "reply", "", "", "", "reply"),
    ("person-speaks-of-failed-delivery", "reply", "", "", "", "reply"),
    ("person-writes-through-a-group", "reply", "", "", "", "reply"),
    ("postfix-text-delay", "delay", "transient", "", MISSION, "postfix-delay"),
    ("postfix-text-delivered", "delivered", "", "", MISSION, "postfix-success"),
    ("postfix-text-only", "bounce", "permanent", "5.1.1", MISSION, "postfix-text"),
    ("qmail-mailbox-full", "bounce", "transient", "5.2.2", MISSION, "qmail"),
    ("qmail-no-mailbox", "bounce", "permanent", "5.1.1", MISSION, "qmail"),
    ("sendmail-unknown-user", "bounce", "permanent", "5.1.1", MISSION, "sendmail"),
    ("sendmail-warning", "delay", "transient", "", MISSION, "sendmail-warning"),
    ("unsubscribe", "other", "", "", "", "unsubscribe"),
    ("yahoo", "bounce", "permanent", "", MISSION, "yahoo"),
    ("interscan", "bounce", "permanent", "5.1.1", MISSION, "interscan"),
    ("interscan-ja", "bounce", "permanent", "5.1.1", MISSION, "bounce-words-ja"),
    ("kddi-mailbox-full", "bounce", "transient", "", MISSION, "kddi"),
    ("kddi-unknown-host", "bounce", "permanent", "", MISSION, "kddi"),
    ("symantec", "bounce", "permanent", "", MISSION, "symantec"),
    ("notes-4", "bounce", "permanent", "", MISSION, "notes-4"),
    ("james", "bounce", "permanent", "5.1.1", MISSION, "james"),
    ("surfcontrol", "bounce", "permanent", "", MISSION, "surfcontrol"),
    ("held-mdaemon-attachment-removed", "unclear", "", "", "", "held"),
    ("messagelabs", "bounce", "permanent", "5.1.1", MISSION, "mailer-daemon"),
    ("complaint-hotmail-by-its-header", "complaint", "", "", MISSION, "jmrp"),
]
NO_LINES = {"hostile-random-bytes", "hostile-lone-surrogates"}  # bytes that are no lines of text
ELSEWHERE = ("auto-", "reply-")  # the fixtures of test_automatic.py and test_newtext.py


def read(name: str) -> Classified:
    return classify((MAILS / f"{name}.eml").read_bytes())


@pytest.mark.parametrize(
    ("name", "kind", "severity", "code", "recipient", "rule"), TABLE, ids=[row[0] for row in TABLE]
)
def test_every_message_is_what_its_row_says(
    name: str, kind: str, severity: str, code: str, recipient: str, rule: str
) -> None:
    verdict = read(name).verdict
    found = verdict.report
    assert (verdict.kind, verdict.rule) == (kind, rule)
    assert (found.severity or "", found.code, found.recipient) == (severity, code, recipient)


def test_no_fixture_is_without_a_row() -> None:
    written = {path.stem for path in MAILS.glob("*.eml") if not path.stem.startswith(ELSEWHERE)}
    assert written == {row[0] for row in TABLE} | {"vacation-mentions-undeliverable"}


def test_every_rule_that_names_itself_is_a_row_of_the_table_of_rules() -> None:
    rows = {rule.name for rule in RULES} | {form.name for form in FORMS} | {"bounce", "delay"}  # bounce-words-en
    for row in TABLE:
        assert row[5] in rows or row[5].partition("-")[0] in rows, row[5]


def test_every_form_is_shown_by_a_fixture() -> None:
    assert {form.name for form in FORMS} <= {row[5] for row in TABLE}


@pytest.mark.parametrize("name", [row[0] for row in TABLE if row[0] not in NO_LINES])
def test_the_ends_of_lines_make_no_difference(name: str) -> None:
    raw = (MAILS / f"{name}.eml").read_bytes()
    crlf, plain = classify(raw.replace(b"\n", b"\r\n")), classify(raw)
    assert crlf.verdict == plain.verdict
    assert replace(crlf.mail, size=0) == replace(plain.mail, size=0)


def test_an_out_of_office_that_speaks_of_undeliverable_mail_is_an_auto_reply() -> None:
    assert read("vacation-mentions-undeliverable").verdict.kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "name",
    [
        "dsn-postfix-unknown-user",
        "dsn-postfix-delayed",
        "dsn-gmail-unknown-user",
        "dsn-global-utf8-recipient",
        "dsn-without-human-part",
        "dsn-names-message-id-as-envelope-id",
        "mdn-displayed-by-hand",
        "arf-abuse-with-letter",
        "arf-abuse-redacted",
        "complaint-hotmail",
        "qmail-no-mailbox",
        "exim-unknown-user",
        "exchange-ndr-fr",
        "gmail-text-failure",
        "postfix-text-only",
        "bounce-ru-from-the-returned-letter",
    ],
)
def test_the_letter_that_came_back_is_named(name: str) -> None:
    assert read(name).verdict.original_ids == (LETTER,)


def test_an_envelope_id_that_is_a_bare_token_stands_as_it_is() -> None:
    assert read("dsn-names-envelope-id-only").verdict.original_ids == (TOKEN,)


def test_a_person_s_mail_names_no_letter_that_came_back() -> None:
    for name in ("person-answers-a-bounce", "person-forwards-a-bounce-attached", "person-forwards-a-bounce-inline"):
        assert read(name).verdict.original_ids == ()


def test_each_recipient_of_a_notification_has_its_own_report() -> None:
    verdict = read("dsn-two-recipients-one-failed").verdict
    assert [(one.kind, one.recipient) for one in verdict.reports] == [
        (Kind.BOUNCE, DEPUTY),
        (Kind.DELIVERED, MISSION),
    ]


def test_a_permanent_failure_weighs_more_than_a_full_mailbox() -> None:
    verdict = read("dsn-two-recipients-both-failed").verdict
    assert [(one.recipient, one.severity) for one in verdict.reports] == [
        (DEPUTY, Severity.PERMANENT),
        (MISSION, Severity.TRANSIENT),
    ]


def test_a_bounce_by_words_alone_has_a_report_for_each_address_with_its_own_reason() -> None:
    reports = read("qmail-no-mailbox").verdict.reports
    assert [(one.recipient, one.code, one.severity) for one in reports] == [
        (MISSION, "5.1.1", Severity.PERMANENT),
        (DEPUTY, "4.4.1", Severity.TRANSIENT),
    ]
    assert "no mailbox here by that name" in reports[0].diagnostic
    assert "no mailbox" not in reports[1].diagnostic


def test_a_delay_beside_a_success_is_a_delay() -> None:
    verdict = read("dsn-two-recipients-delayed-and-delivered").verdict
    assert [one.kind for one in verdict.reports] == [Kind.DELAY, Kind.DELIVERED]


def test_the_server_s_words_are_one_line_without_their_type() -> None:
    found = read("dsn-postfix-unknown-user").verdict.report.diagnostic
    assert found.startswith(
        "550 5.1.1 <mission@mission-a.example.org>: Recipient address rejected: User unknown in virtual"
    )
    assert "\n" not in found


def test_the_original_recipient_is_kept_beside_the_final_one() -> None:
    report = read("dsn-global-utf8-recipient").verdict.report
    assert (report.recipient, report.original_recipient) == (ACCENTED, ACCENTED)


def test_a_report_about_a_thousand_recipients_is_cut() -> None:
    assert len(read("hostile-forged-bounce-of-everyone").verdict.reports) == 199


@pytest.mark.parametrize(
    "subject", ["Re: Undeliverable: your letter", "Fwd: Returned mail: see transcript", "TR: Non remis : votre lettre"]
)
def test_a_person_who_passes_a_bounce_on_has_not_bounced(subject: str) -> None:
    raw = f"""From: "A. Example" <second.secretary@mission-a.example.org>
Subject: {subject}

Delivery has failed to these recipients or groups:

mission@mission-a.example.org
550 5.1.1 not found
"""
    assert classify(raw.encode()).verdict.kind is Kind.REPLY


def test_a_notice_exported_without_its_envelope_is_still_known_by_its_first_line() -> None:
    raw = b"""From: "Service" <service@mission-a.example.org>
Subject: Undeliverable: Reprisals against Viasna

Delivery has failed to these recipients or groups:

mission@mission-a.example.org
550 5.1.1 not found
"""
    assert classify(raw).verdict.rule == "exchange-ndr"


@pytest.mark.parametrize(
    "value",
    [
        "rfc822; =?utf-8?Q?geneva=40mission=2Da=2Eexample=2Eorg?=",
        "=?us-ascii?B?cmZjODIyOyBnZW5ldmFAbWlzc2lvbi1hLmV4YW1wbGUub3Jn?=",
        "rfc822; =?utf-8?Q?Mission?= <geneva@mission-a.example.org>",
    ],
)
def test_a_recipient_in_encoded_words_is_read(value: str) -> None:
    assert typed_address(value) == "geneva@mission-a.example.org"
