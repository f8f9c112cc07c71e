"""A letter's reference: the same in the preview and in the message, and in no other letter."""

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.cases.model import Round
from outreach.outbox.letters.drafts import Drafter
from outreach.outbox.letters.plan import LetterRequest, PlannedLetter
from outreach.outbox.models import Draft
from outreach.outbox.reference import find_references, reference
from outreach.outbox.store import Outbox
from outreach.rendering.letters.reference import OUR_REFERENCE


@pytest.fixture
def campaign(campaign_folder: Path) -> Campaign:
    return load_campaign(campaign_folder)


def drafter(campaign: Campaign, outbox: Outbox, case: str = "beacon", round_: Round = "first") -> Drafter:
    request = LetterRequest(campaign.cases[case], campaign.asks["hrc51"], round_, rehearsal=False)
    return Drafter(campaign, request, outbox, "smtp")


def letter_to(campaign: Campaign, state: str) -> PlannedLetter:
    return PlannedLetter(campaign.registry.missions[state], (f"mission@{state.lower()}.example.org",))


def parts(draft: Draft) -> tuple[str, str]:
    """Text and HTML, as the recipient's program decodes them."""
    message = email.message_from_bytes(draft.content, policy=default)
    assert isinstance(message, EmailMessage)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(("state", "language"), [("DEU", "en"), ("FRA", "fr"), ("ARG", "es")])
def test_text_and_html_end_with_the_reference_of_the_messages_own_token(
    campaign: Campaign, outbox: Outbox, state: str, language: str
) -> None:
    draft = drafter(campaign, outbox).draft(letter_to(campaign, state), language)

    text, html = parts(draft)

    line = OUR_REFERENCE[language].format(reference=reference(draft.token))
    assert text.endswith(f"campaign@example.org\n\n{line}\n")
    assert f"{line}</small></p>\n</div>" in html
    assert find_references(text) == find_references(html) == (draft.token[:10],)


def test_the_preview_shows_what_the_message_will_say(campaign: Campaign, outbox: Outbox) -> None:
    writer, planned = drafter(campaign, outbox), letter_to(campaign, "FRA")

    letter = writer.letter(planned)

    assert (letter.text, letter.html) == parts(writer.draft(planned))


def test_a_test_letter_and_a_letter_to_another_address_have_references_of_their_own(
    campaign: Campaign, outbox: Outbox
) -> None:
    writer, planned = drafter(campaign, outbox), letter_to(campaign, "DEU")
    letter = writer.letter(planned)

    other = writer.compose(planned, letter.with_subject(f"[TEST] {letter.subject}"), "test-1")

    assert find_references(parts(other)[0]) == (other.token[:10],)
    assert reference(other.token) not in letter.text


def test_no_two_letters_share_a_reference(campaign: Campaign, outbox: Outbox) -> None:
    drafts = [
        drafter(campaign, outbox, case, round_).draft(letter_to(campaign, state))
        for case in ("beacon", "sample")
        for round_ in ("first", "reminder", "thanks")
        for state in ("DEU", "FRA", "ARG")
    ]

    assert len({find_references(parts(draft)[0]) for draft in drafts}) == len(drafts)


def test_the_reference_is_shown_whatever_the_template_says(campaign: Campaign, outbox: Outbox) -> None:
    (campaign.templates / "beacon.en.md").write_text("Subject: Short\n\nExcellency,\n\nWords.\n", encoding="utf-8")

    draft = drafter(campaign, outbox).draft(letter_to(campaign, "GBR"), "en")

    assert parts(draft)[0] == f"Excellency,\n\nWords.\n\nOur reference: {reference(draft.token)}\n"


def test_a_reference_changes_nothing_else_in_a_letter(campaign: Campaign, outbox: Outbox) -> None:
    letter = drafter(campaign, outbox).letter(letter_to(campaign, "DEU"))

    bare = replace(letter, reference="")

    assert letter.text == f"{bare.text}\nOur reference: {letter.reference}\n"
    assert letter.blocks == bare.parts
