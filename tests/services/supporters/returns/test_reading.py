"""Words in mails as mail programs write them, among quotes, signatures and banners; and who vouches for a sender."""

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from outreach.inbox.mime.parse import read_mail
from outreach.inbox.newtext.newtext import new_text
from outreach.services.supporters.returns.reading import read
from outreach.settings.settings import Settings
from outreach.supporters.returns.deciding import Sort
from outreach.supporters.returns.words import Said, Wish, said_in
from tests.inbox.classify.test_classify_properties import FIXTURES
from tests.services.supporters.campaigns import NOOR
from tests.services.supporters.returns.mails import ADDRESS, OURS, VERIFIED, mail

INBOX = Path(__file__).parents[3] / "inbox"
ANSWERS = sorted([*INBOX.glob("written_by_others/person-*.eml"), *INBOX.glob("mails/reply-*.eml")])
SETTINGS = Settings(_env_file=None, web={"by_mail": ADDRESS}, returns={"authserv": OURS})  # type: ignore[call-arg, arg-type]
GMAIL_QUOTE = (
    "<div class='gmail_quote'><div>Le lun. 19 sept. 2022, Campagne &lt;c@example.org&gt; a écrit :<br></div>"
    "<blockquote class='gmail_quote'>NON<br>JOIN</blockquote></div>"
)


def test_a_word_in_place_of_what_people_wrote_is_found_above_below_and_beside_what_their_programs_add() -> None:
    """Answers from 90 and more mail programs and habits, each with one word in place of its own."""
    tried, missed = 0, list[str]()
    for path in ANSWERS:
        found = read_mail(path.read_bytes())
        own = new_text(found).text
        if not own or own not in found.text or found.quotes:  # HTML alone: below
            continue
        tried += 1
        said = replace(found, text=found.text.replace(own, "Yes"))
        if said_in(said.subject, new_text(said).text) != Said(Wish.YES, "en"):
            missed.append(path.name)
    assert missed == []
    assert tried >= 90


def test_nothing_that_anybody_wrote_to_us_is_one_of_the_words() -> None:
    assert [read(raw, SETTINGS).said for raw in FIXTURES] == [None] * len(FIXTURES)


@pytest.mark.parametrize(
    "html",
    [
        "<div dir='auto'>OUI</div>",
        "<html><body><p class=MsoNormal><span lang=FR>Oui<o:p></o:p></span></p></body></html>",
        f"<div>oui</div><br>{GMAIL_QUOTE}",
        "<p>Oui.</p><p>Envoyé de mon iPhone</p>",
    ],
)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_word_is_found_in_html_alone(html: str, encoding: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = NOOR, ADDRESS, "Re: Était-ce vous ?"
    message.set_content(html, subtype="html", cte=encoding)
    came = read(message.as_bytes(), SETTINGS)
    assert (came.sort, came.sender, came.said) == (Sort.WRITTEN, NOOR, Said(Wish.YES, "fr"))


@pytest.mark.parametrize(
    ("head", "verified"),
    [
        (VERIFIED, True),
        (VERIFIED.replace("pass", "fail"), False),
        (VERIFIED.replace(OURS, "mx.elsewhere.example.net"), None),
        (VERIFIED.replace("supporters.example.org", "elsewhere.example.net"), None),
        (f"Received: from a.example.net by {OURS}; Tue, 20 Sep 2022 12:00:00 +0000\r\n{VERIFIED}", None),
        ("", None),
    ],
)
def test_only_our_own_server_vouches_for_a_sender(head: str, verified: bool | None) -> None:
    assert read(mail(head=head), SETTINGS).verified is verified


@pytest.mark.parametrize("sender", [ADDRESS, ADDRESS.upper(), "nobody", "a@b@c", ""])
def test_we_ourselves_and_nobody_say_nothing(sender: str) -> None:
    came = read(mail(sender=sender, head=VERIFIED), SETTINGS)
    assert (came.sender, came.said) == ("", None)
