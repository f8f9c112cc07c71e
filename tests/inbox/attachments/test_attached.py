"""The words that came with a message: of attached messages and of invitations."""

import json

from outreach.inbox.attachments.columns import attachments_json, attachments_of, invitation_json, invitation_of
from tests.inbox.attachments.mails import OWN, attached, mixed, part, pdf

ANSWER = """From: Ambassador <amb@ministry.example.org>
Date: Mon, 30 Nov 2026 09:30:00 +0100
Subject: RE: Viasna

We are going to name the case.

> Excellency,
"""
EMPTY = part("text/plain", "\n")


def message(text: str) -> bytes:
    return part("message/rfc822", text)


def test_the_words_of_an_attached_message_stand_under_whose_they_are() -> None:
    assert attached(mixed(EMPTY, message(ANSWER))).text == (
        "[Attached message from Ambassador <amb@ministry.example.org>, 30 November 2026, 08:30 UTC, “RE: Viasna”]"
        "\n\nWe are going to name the case."
    )


def test_our_own_letter_sent_along_is_not_shown_nor_what_is_in_it() -> None:
    ours = ANSWER.replace("amb@ministry.example.org", OWN)
    assert attached(mixed(EMPTY, message(ours))).text == ""
    nested = mixed(EMPTY, message(ANSWER), head=f"From: {OWN}\n".encode()).decode()
    assert attached(mixed(EMPTY, message(nested.replace("--b", "--c").replace('"b"', '"c"')))).text == ""


def test_a_message_in_an_attached_message_is_read_too() -> None:
    inner = mixed(EMPTY, message(ANSWER)).decode().replace("--b", "--c").replace('"b"', '"c"')
    assert "We are going to name the case." in attached(mixed(EMPTY, message(inner))).text


def test_an_attached_message_without_a_sender_or_day_says_so_little() -> None:
    text = attached(mixed(EMPTY, message("Subject: x\n\nWe agree.\n"))).text
    assert text == "[Attached message from somebody, “x”]\n\nWe agree."


def test_an_invitation_gives_its_words_where_the_mail_has_none() -> None:
    calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261203\nDESCRIPTION:Let us meet.\nEND:VEVENT\nEND:VCALENDAR\n"
    invitation = part("text/calendar; method=REQUEST", calendar)
    assert attached(mixed(EMPTY, invitation)).text == "Let us meet."
    assert attached(mixed(part("text/plain", "See below."), invitation)).text == ""
    in_base64 = part("application/octet-stream; name=invite.ics", calendar.encode())
    found = attached(mixed(EMPTY, in_base64)).invitation
    assert found
    assert found.starts == "2026-12-03"
    assert invitation_of(invitation_json(found)) == found


def test_columns_say_the_same_when_they_are_read_again() -> None:
    listing = attached(mixed(EMPTY, pdf("séance.pdf"))).listing
    column = attachments_json(listing.attachments)
    assert json.loads(column) == [["séance.pdf", "application/pdf", 14]]
    assert attachments_of(column) == listing.attachments
    assert (invitation_json(None), invitation_of("")) == ("", None)
