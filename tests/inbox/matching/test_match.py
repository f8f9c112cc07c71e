"""Which letter a message answers: from the bytes that arrive to the letters in a real outbox."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.db.engine import reading
from outreach.inbox.classify.classify import classify
from outreach.inbox.kinds import AMBIGUOUS, CERTAINTY, LOWEST_CERTAINTY, PROOF, Kind, MatchedBy
from outreach.inbox.mail import Classified, Mail, Part, Verdict
from outreach.inbox.matching.letters import LetterIndex, OutboxLetter
from outreach.inbox.matching.match import Match, match, plain_subject
from outreach.outbox.reference import reference
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox
from tests.inbox.letterboxes import (
    ENVELOPE,
    SENDER,
    address_of,
    bounce,
    mail,
    registry_with,
    reply,
    sent_letter,
    sent_letters,
    settings_for,
)
from tests.inbox.matching.test_letters import tied_by_person
from tests.outbox.outboxes import NOON, open_test_outbox

Matching = Callable[[bytes | Classified], Match]
REGISTRY = registry_with(
    DEU=f"{address_of('DEU')};consul@deu.example.org",
    FRA=address_of("FRA"),
    CHE="two@missions.invalid",
    LIE="two@missions.invalid",
    ALB="albania@gmail.com",
)
UNKNOWN = "second.secretary@home.invalid"


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return open_test_outbox(tmp_path / "outreach.db")


@pytest.fixture
def matching(outbox: Outbox) -> Iterator[Matching]:
    """Match raw bytes, or what was classified, against the outbox as it is then."""

    def run(what: bytes | Classified) -> Match:
        with reading(outbox.engine) as connection:
            letters = LetterIndex(connection, REGISTRY, settings_for())
            return match(classify(what) if isinstance(what, bytes) else what, letters)

    return run


@pytest.fixture
def three_letters(outbox: Outbox) -> list[OutboxLetter]:
    return sent_letters(outbox, "DEU", "FRA", "LIE")


def tied(found: Match) -> dict[int | None, MatchedBy]:
    return {tie.message: tie.matched_by for tie in found.ties}


def candidates(found: Match) -> set[int | None]:
    assert found.ties == ()
    assert all(tie.certainty == AMBIGUOUS < LOWEST_CERTAINTY for tie in found.candidates)
    return {tie.message for tie in found.candidates}


def test_every_way_of_naming_a_letter_ties_a_reply_from_an_unknown_address(outbox: Outbox, matching: Matching) -> None:
    letter, _other = sent_letters(outbox, "DEU", "FRA")
    ways = {
        MatchedBy.ENVELOPE: mail(UNKNOWN, to=ENVELOPE.replace("{token}", letter.token)),
        MatchedBy.IN_REPLY_TO: mail(UNKNOWN, In_Reply_To=letter.message_id),
        MatchedBy.REFERENCES: mail(UNKNOWN, References=f"<a@b.invalid> {letter.message_id} <c@d.invalid>"),
        MatchedBy.TOKEN: mail(UNKNOWN, text=f"> Message-ID: {letter.message_id}\r\nYes.\r\n"),
    }
    for way, raw in ways.items():
        found = matching(raw)
        assert tied(found) == {letter.id: way}
        assert [tie.certainty for tie in found.ties] == [CERTAINTY[way]]
        assert found.new_address


def test_a_stranger_who_quotes_a_shown_reference_is_for_a_person_to_place(outbox: Outbox, matching: Matching) -> None:
    """Whoever was shown the letter can quote it: a journalist is no mission."""
    letter, _other = sent_letters(outbox, "DEU", "FRA")
    shown = reference(letter.token)
    for sender in ("press@paper.invalid", "somebody@gmail.com", "albania@gmail.com", "x@other.example.org"):
        assert candidates(matching(mail(sender, f"Question about {shown}"))) == {letter.id}, sender


def test_a_shown_reference_ties_what_comes_from_the_mission_or_its_house(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox, recipients=("un@geneva.mfa.invalid",))
    tied_by_person(outbox, "known@home.invalid", "DEU")
    for sender in (
        "un@geneva.mfa.invalid",
        "second@geneva.mfa.invalid",
        "desk@hr.mfa.invalid",
        "desk@mfa.invalid",
        "new@deu.example.org",
        "desk@mail.deu.example.org",
        "known@home.invalid",
    ):
        found = matching(mail(sender, f"Your letter {reference(letter.token)}"))
        assert tied(found) == {letter.id: MatchedBy.SHORT_REFERENCE}, sender


def test_a_bounce_is_tied_by_its_return_address_first_and_else_by_the_letter_it_returns(
    outbox: Outbox, matching: Matching
) -> None:
    letter = sent_letter(outbox)
    assert tied(matching(bounce(letter))) == {letter.id: MatchedBy.ENVELOPE}
    assert tied(matching(bounce(letter, to=SENDER))) == {letter.id: MatchedBy.ORIGINAL_MESSAGE_ID}


@pytest.mark.parametrize("header", ["Delivered_To", "X_Original_To", "Envelope_To", "X_Delivered_To", "Received"])
def test_the_return_address_of_a_letter_is_known_wherever_a_server_wrote_it(
    outbox: Outbox, matching: Matching, header: str
) -> None:
    letter = sent_letter(outbox)
    address = ENVELOPE.replace("{token}", letter.token)
    received = (
        f"from mx.invalid (mx.invalid [192.0.2.1]) by mail.example.org for <{address}>; Mon, 12 Sep 2022 10:00:00 +0200"
    )
    raw = mail(UNKNOWN, to="undisclosed@x.invalid", **{header: received if header == "Received" else address})
    assert tied(matching(raw)) == {letter.id: MatchedBy.ENVELOPE}


@pytest.mark.parametrize("kind", [Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED, Kind.READ, Kind.COMPLAINT])
def test_what_machines_say_counts_only_with_a_token_of_ours(outbox: Outbox, matching: Matching, kind: Kind) -> None:
    """Else whoever sends us mail could close the address of a mission."""
    letter = sent_letter(outbox)
    forged = Mail(
        sender=address_of("DEU"),
        recipients=(ENVELOPE.replace("{token}", "a" * 26), SENDER),
        subject=f"Re: {letter.subject}",
        text=f"Our reference: {reference(letter.token)}\nMessage-ID: <{'b' * 26}@example.org>",
        in_reply_to=(f"<{'c' * 26}@example.org>",),
    )
    assert matching(Classified(forged, Verdict(kind, "forged", original_ids=(f"<{'d' * 26}@example.org>",)))) == Match()
    true = Classified(forged, Verdict(kind, "true", original_ids=(letter.message_id,)))
    assert tied(matching(true)) == {letter.id: MatchedBy.ORIGINAL_MESSAGE_ID}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26), st.integers(0, 25))
def test_a_guessed_token_ties_nothing(
    three_letters: list[OutboxLetter], matching: Matching, guess: str, place: int
) -> None:
    """Nor does a real one with one character changed."""
    letter = three_letters[0]
    near = letter.token[:place] + ("b" if letter.token[place] == "a" else "a") + letter.token[place + 1 :]
    for token in (guess, near):
        forged = mail("attacker@x.invalid", to=ENVELOPE.replace("{token}", token), In_Reply_To=f"<{token}@example.org>")
        assert matching(forged) == Match()


def test_a_token_in_from_proves_nothing_but_that_somebody_wrote_it_there(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox)
    assert matching(mail(f"{letter.token}@x.invalid")) == Match()


def test_an_answer_to_the_reminder_is_tied_to_the_reminder_once(outbox: Outbox, matching: Matching) -> None:
    first = sent_letter(outbox)
    reminder = sent_letter(outbox, round="reminder", subject=f"Re: {first.subject}")
    thread = f"{first.message_id} {reminder.message_id}"
    assert tied(matching(reply(reminder, References=thread))) == {reminder.id: MatchedBy.IN_REPLY_TO}
    assert tied(matching(reply(first))) == {first.id: MatchedBy.IN_REPLY_TO}


def test_an_answer_to_two_cases_at_once_is_tied_to_both_however_it_names_them(
    outbox: Outbox, matching: Matching
) -> None:
    beacon, archive = sent_letter(outbox, case="beacon"), sent_letter(outbox, case="archive")
    both = f"{beacon.message_id} {archive.message_id}"
    shown = f"{reference(beacon.token)} and {reference(archive.token)}"
    for raw in (
        mail(UNKNOWN, In_Reply_To=both),
        mail(UNKNOWN, References=both),
        reply(beacon, References=both),
        reply(beacon, text=f"This also answers {reference(archive.token)}.\r\n"),
        reply(beacon, text=f"This also answers {archive.message_id}.\r\n"),
        reply(beacon, sender=UNKNOWN, text=f"This also answers {reference(archive.token)}.\r\n"),
        mail("new.one@deu.example.org", f"Your letters {shown}"),
    ):
        assert set(tied(matching(raw))) == {beacon.id, archive.id}


def test_a_letter_to_another_mission_in_the_thread_is_not_answered(outbox: Outbox, matching: Matching) -> None:
    ours, other = sent_letters(outbox, "DEU", "FRA")
    both = f"{other.message_id} {ours.message_id}"
    assert tied(matching(reply(ours, References=both))) == {ours.id: MatchedBy.IN_REPLY_TO}
    assert candidates(matching(mail(UNKNOWN, References=both))) == {ours.id, other.id}


def test_a_letter_that_another_mission_passed_on_is_for_a_person_to_decide(outbox: Outbox, matching: Matching) -> None:
    ours, _theirs = sent_letters(outbox, "DEU", "FRA")
    for sender in (address_of("FRA"), "other@fra.example.org"):
        assert candidates(matching(reply(ours, sender=sender))) == {ours.id}


def test_what_a_person_decided_about_a_sender_lets_it_speak_for_that_mission_too(
    outbox: Outbox, matching: Matching
) -> None:
    ours, _theirs = sent_letters(outbox, "DEU", "FRA")
    tied_by_person(outbox, address_of("FRA"), "DEU")
    assert tied(matching(reply(ours, sender=address_of("FRA")))) == {ours.id: MatchedBy.IN_REPLY_TO}


def test_the_sender_alone_says_the_mission_and_so_the_only_case_it_was_written_to_about(
    outbox: Outbox, matching: Matching
) -> None:
    sent_letters(outbox, "FRA", "ALB")
    first = sent_letter(outbox, "DEU")
    reminder = sent_letter(outbox, "DEU", round="reminder")
    tied_by_person(outbox, UNKNOWN, "DEU")
    for sender, way in (
        (address_of("DEU"), MatchedBy.ADDRESS),
        ("CONSUL@DEU.example.org", MatchedBy.ADDRESS),
        ("new.one@deu.example.org", MatchedBy.DOMAIN),
        (UNKNOWN, MatchedBy.LEARNT),
    ):
        found = matching(mail(sender))
        assert tied(found) == {reminder.id: way}, sender
        assert found.new_address == (way is MatchedBy.DOMAIN)
    assert first.id != reminder.id


def test_a_free_mail_address_is_a_missions_and_its_domain_is_nobodys(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox, "ALB", recipients=("albania@gmail.com",))
    assert tied(matching(mail("albania@gmail.com"))) == {letter.id: MatchedBy.ADDRESS}
    assert matching(mail("somebody.else@gmail.com")) == Match()


def test_an_address_of_two_missions_leaves_the_choice_to_a_person(outbox: Outbox, matching: Matching) -> None:
    letters = [sent_letter(outbox, mission, recipients=("two@missions.invalid",)) for mission in ("CHE", "LIE")]
    assert candidates(matching(mail("two@missions.invalid"))) == {letter.id for letter in letters}
    assert tied(matching(reply(letters[1]))) == {letters[1].id: MatchedBy.IN_REPLY_TO}


def test_a_person_who_decided_about_an_address_is_believed_before_its_domain(
    outbox: Outbox, matching: Matching
) -> None:
    _ours, theirs = sent_letters(outbox, "DEU", "FRA")
    tied_by_person(outbox, "visitor@deu.example.org", "FRA")
    assert tied(matching(mail("visitor@deu.example.org"))) == {theirs.id: MatchedBy.LEARNT}


def test_of_several_cases_the_subject_says_which_one(outbox: Outbox, matching: Matching) -> None:
    beacon = sent_letter(outbox, case="beacon", subject="Reprisals against Viasna")
    archive = sent_letter(outbox, case="archive", subject="Reprisals against the Archive")
    for subject in ("AW: Re: reprisals against  the archive", "Note verbale 12: Reprisals against the Archive"):
        assert tied(matching(mail(address_of("DEU"), subject))) == {archive.id: MatchedBy.ADDRESS}
    both = "Reprisals against Viasna; Reprisals against the Archive"
    for subject in ("Your letters", "", both):
        assert candidates(matching(mail(address_of("DEU"), subject))) == {beacon.id, archive.id}


def test_a_short_subject_inside_another_says_nothing(outbox: Outbox, matching: Matching) -> None:
    short = sent_letter(outbox, case="beacon", subject="Viasna")
    other = sent_letter(outbox, case="archive", subject="The Archive of the people")
    assert candidates(matching(mail(address_of("DEU"), "Viasna and others"))) == {short.id, other.id}
    assert tied(matching(mail(address_of("DEU"), "Re: VIASNA"))) == {short.id: MatchedBy.ADDRESS}


def test_a_mail_written_before_the_letter_does_not_answer_it(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox, at=NOON + timedelta(days=30))
    early = mail(address_of("DEU"), date="Mon, 12 Sep 2022 10:00:00 +0200")
    late = mail(address_of("DEU"), date="Mon, 03 Oct 2022 10:00:00 +0200")
    assert candidates(matching(early)) == {letter.id}
    assert tied(matching(late)) == {letter.id: MatchedBy.ADDRESS}


def test_what_never_left_or_came_back_is_not_answered_by_a_sender_alone(outbox: Outbox, matching: Matching) -> None:
    for status in (Status.QUEUED, Status.DEFERRED, Status.REJECTED, Status.WITHDRAWN):
        sent_letter(outbox, case=status.value, status=status)
    assert matching(mail(address_of("DEU"))) == Match()
    back = sent_letter(outbox, case="back", status=Status.BOUNCED)
    assert candidates(matching(mail(address_of("DEU")))) == {back.id}
    doubtful = sent_letter(outbox, case="doubtful", status=Status.UNCONFIRMED)
    assert tied(matching(mail(address_of("DEU")))) == {doubtful.id: MatchedBy.ADDRESS}


def test_an_automatic_answer_is_tied_like_any_other_and_is_no_new_contact(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox)
    away = "I am on leave until 3 October.\r\n"
    by_name = matching(reply(letter, UNKNOWN, away, Auto_Submitted="auto-replied"))
    assert tied(by_name) == {letter.id: MatchedBy.IN_REPLY_TO}
    assert not by_name.new_address
    of_its_own = matching(mail(address_of("DEU"), text=away, Auto_Submitted="auto-replied"))
    assert tied(of_its_own) == {letter.id: MatchedBy.ADDRESS}


def test_a_newsletter_from_a_mission_answers_nothing(outbox: Outbox, matching: Matching) -> None:
    sent_letter(outbox)
    assert matching(mail(address_of("DEU"), "News", List_Id="<news.deu.example.org>", Precedence="bulk")) == Match()


def test_machines_of_a_domain_speak_for_no_mission(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox)
    assert matching(mail("no-reply@deu.example.org")) == Match()
    assert not matching(reply(letter, sender="no-reply@deu.example.org")).new_address


def test_a_copy_of_our_own_letter_is_no_answer_and_proves_that_it_left(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox, status=Status.UNCONFIRMED)
    copy = matching(mail(SENDER, letter.subject, to=address_of("DEU"), Message_ID=letter.message_id))
    assert copy.own_copy
    assert [(tie.message, tie.matched_by in PROOF) for tie in copy.ties] == [(letter.id, True)]


def test_a_machine_of_the_mission_that_took_over_our_message_id_sends_no_copy(
    outbox: Outbox, matching: Matching
) -> None:
    letter = sent_letter(outbox)
    for sender in (address_of("DEU"), "daemon@elsewhere.invalid"):
        found = matching(reply(letter, sender=sender, Message_ID=letter.message_id, Auto_Submitted="auto-replied"))
        assert not found.own_copy
        assert tied(found) == {letter.id: MatchedBy.IN_REPLY_TO}


def test_what_we_wrote_ourselves_in_a_thread_is_nobodys_answer(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox)
    assert matching(reply(letter, sender=SENDER)) == Match(own=True)
    assert matching(reply(letter, sender=f"Us <{SENDER.upper()}>")) == Match(own=True)


@pytest.mark.parametrize("header", ["X_Original_From", "Reply_To"])
def test_an_answer_to_which_our_own_group_put_its_address_is_not_taken_for_ours(
    outbox: Outbox, matching: Matching, header: str
) -> None:
    """A group or list writes From: "A. Example via Campaign" <campaign@…> where the mission's domain has DMARC."""
    letter = sent_letter(outbox)
    found = matching(reply(letter, sender=SENDER, **{header: f"A. Example <{address_of('DEU')}>"}))
    assert not found.own
    assert letter.id in {tie.message for tie in (*found.ties, *found.candidates)}
    assert matching(reply(letter, sender=SENDER, **{header: SENDER})).own


def test_a_colleague_who_passes_an_answer_on_leaves_it_to_a_person(outbox: Outbox) -> None:
    letter = sent_letter(outbox)
    with reading(outbox.engine) as connection:
        letters = LetterIndex(connection, REGISTRY, settings_for("team@campaign.invalid"))
        found = match(classify(reply(letter, sender="maria@campaign.invalid")), letters)
    assert candidates(found) == {letter.id}
    assert not found.own


def test_whose_a_colleague_once_passed_on_says_nothing_of_what_the_colleague_passes_on_next(outbox: Outbox) -> None:
    sent_letters(outbox, "DEU", "FRA")
    tied_by_person(outbox, "maria@campaign.invalid", "DEU")
    with reading(outbox.engine) as connection:
        letters = LetterIndex(connection, REGISTRY, settings_for("team@campaign.invalid"))
        found = match(classify(mail("maria@campaign.invalid", "Fwd: Paris says no")), letters)
    assert found.ties == ()


def test_who_wants_no_more_letters_names_one_by_its_token(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox)
    raw = mail(UNKNOWN, f"unsubscribe {letter.token}", text="\r\n")
    assert classify(raw).verdict.rule == "unsubscribe"
    assert tied(matching(raw)) == {letter.id: MatchedBy.TOKEN}


def test_a_token_in_an_attached_letter_counts_and_so_does_its_reference(outbox: Outbox, matching: Matching) -> None:
    letter = sent_letter(outbox)
    verdict = Verdict(Kind.REPLY, "reply")
    for words, way in ((letter.message_id, MatchedBy.TOKEN), (reference(letter.token), MatchedBy.SHORT_REFERENCE)):
        attached = Part("text/plain", f"Excellency,\n{words}\n", depth=1)
        read = Mail(
            sender="new.one@deu.example.org", text="See below.", parts=(Part("text/plain", "See below."), attached)
        )
        assert tied(matching(Classified(read, verdict))) == {letter.id: way}


def test_the_state_concerned_is_matched_like_any_other(outbox: Outbox, matching: Matching) -> None:
    """What it wrote may matter to the people of the case; nothing is sent because of it."""
    sent_letter(outbox, "DEU")
    assert matching(mail("mission@blr.invalid")) == Match()


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: A letter", "a letter"),
        ("RE[2]: AW: Réf", "réf"),
        ("TR : Rép. : RV: Fwd: FW: WG: Antw.: The  Case", "the case"),
        ("Reprisals", "reprisals"),
        ("Re", "re"),
        ("RE：中文", "中文"),
        ("", ""),
    ],
)
def test_a_subject_is_compared_without_what_mail_programs_put_before_it(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_mail_whatever_is_in_it_breaks_matching_or_is_tied_below_the_bar(
    three_letters: list[OutboxLetter], matching: Matching, data: st.DataObject
) -> None:
    words = st.one_of(
        st.sampled_from([name for one in three_letters for name in (one.token, one.message_id, reference(one.token))]),
        st.text(max_size=30),
        st.sampled_from([SENDER, address_of("DEU"), "x@fra.example.org", "two@missions.invalid", "<>", "@"]),
    )
    ids = st.lists(words, max_size=3).map(tuple)
    read = Mail(
        message_id=data.draw(words),
        in_reply_to=data.draw(ids),
        references=data.draw(ids),
        sender=data.draw(words),
        recipients=data.draw(ids),
        subject=data.draw(words),
        text=data.draw(words),
        parts=tuple(Part("text/plain", text, depth=1) for text in data.draw(ids)),
    )
    kind = data.draw(st.sampled_from(Kind))
    found = matching(Classified(read, Verdict(kind, "any", original_ids=data.draw(ids))))
    assert all(tie.certainty >= LOWEST_CERTAINTY for tie in found.ties)
    assert not (found.ties and found.candidates)
    assert len({(tie.ask, tie.case, tie.mission) for tie in found.ties}) == len(found.ties)
    if kind in (Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED, Kind.READ, Kind.COMPLAINT):
        assert {tie.matched_by for tie in found.ties} <= PROOF
        assert found.candidates == ()


def test_who_answers_a_letter_for_several_cases_answers_for_each(outbox: Outbox, matching: Matching) -> None:
    """A reminder for one of them, in the same thread, is about the same matter; a letter for another case is not."""
    both = sent_letter(outbox, case="beacon+sample")
    [first, second] = matching(reply(both)).ties
    assert [(tie.message, tie.case) for tie in (first, second)] == [(both.id, "beacon"), (both.id, "sample")]
    assert {tie.case for tie in matching(bounce(both)).ties} == {"beacon", "sample"}
    later = sent_letter(outbox, case="beacon", round="reminder", subject=f"Re: {both.subject}")
    unnamed = mail(address_of("DEU"), "Your letter", "We shall consider it.\r\n")
    assert {(tie.message, tie.case) for tie in matching(unnamed).ties} == {(later.id, "beacon"), (both.id, "sample")}
    sent_letter(outbox, case="specimen")
    assert (matching(unnamed).ties, len(matching(unnamed).candidates)) == ((), 3)
