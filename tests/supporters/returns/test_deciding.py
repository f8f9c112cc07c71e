"""The table of what a mail does: whoever proves nothing can do nothing to others."""

from itertools import product

import pytest

from outreach.outbox.kind import MessageKind
from outreach.supporters.returns.deciding import Act, Came, Known, Sort, decide
from outreach.supporters.returns.words import Said, Wish

NOOR = "noor@example.org"
STRANGER = Known()
ASKED = Known(MessageKind.CONFIRM, is_receivers=True, on_the_list=True)
MEMBER = Known(MessageKind.UPDATE, is_receivers=True, on_the_list=True)
EVERYTHING = [
    (Came(sort, NOOR, verified, (), None if wish is None else Said(wish, "en")), Known(kind, receivers, on_list))
    for sort, verified, wish, kind, receivers, on_list in product(
        Sort, (None, True, False), (None, *Wish), (None, *MessageKind), (False, True), (False, True)
    )
]


def said(wish: Wish, verified: bool | None = None) -> Came:
    return Came(Sort.WRITTEN, NOOR, verified, said=Said(wish, "en"))


@pytest.mark.parametrize(
    ("came", "known", "act"),
    [
        (said(Wish.JOIN, verified=True), STRANGER, Act.JOINS),
        (said(Wish.JOIN), STRANGER, Act.IS_ASKED),
        (said(Wish.JOIN, verified=False), STRANGER, Act.FORGED),
        (said(Wish.JOIN), MEMBER, Act.JOINS),
        (said(Wish.YES), ASKED, Act.CONFIRMS),
        (said(Wish.YES), MEMBER, Act.FOR_A_PERSON),
        (said(Wish.YES, verified=True), STRANGER, Act.FOR_A_PERSON),
        (said(Wish.YES, verified=False), ASKED, Act.FOR_A_PERSON),
        (said(Wish.YES), Known(MessageKind.CONFIRM, is_receivers=False), Act.FOR_A_PERSON),
        (said(Wish.NO), ASKED, Act.DENIES),
        (said(Wish.LEAVE), ASKED, Act.DENIES),
        (said(Wish.LEAVE), MEMBER, Act.LEAVES),
        (said(Wish.LEAVE), Known(on_the_list=True), Act.LEAVES),
        (said(Wish.LEAVE), STRANGER, Act.FOR_A_PERSON),
        (Came(Sort.WRITTEN, NOOR), MEMBER, Act.FOR_A_PERSON),
        (Came(Sort.BOUNCE), MEMBER, Act.BOUNCED),
        (Came(Sort.BOUNCE), STRANGER, Act.NOTHING),
        (Came(Sort.COMPLAINT), MEMBER, Act.COMPLAINED),
        (Came(Sort.COMPLAINT), STRANGER, Act.FOR_A_PERSON),
        (Came(Sort.MACHINE), ASKED, Act.NOTHING),
        (Came(Sort.UNCLEAR), MEMBER, Act.FOR_A_PERSON),
    ],
)
def test_what_a_mail_does(came: Came, known: Known, act: Act) -> None:
    assert decide(came, known) is act


def test_only_what_a_person_wrote_joins_or_confirms_and_only_with_proof() -> None:
    for came, known in EVERYTHING:
        act = decide(came, known)
        got_ours = known.kind is not None and known.is_receivers
        if act in (Act.JOINS, Act.IS_ASKED, Act.CONFIRMS, Act.DENIES, Act.LEAVES):
            assert came.sort is Sort.WRITTEN
            assert came.verified is not False
        if act is Act.JOINS:
            assert came.verified or got_ours
        if act in (Act.CONFIRMS, Act.DENIES):
            assert got_ours
            assert known.kind is MessageKind.CONFIRM
        if act in (Act.BOUNCED, Act.COMPLAINED):
            assert known.kind


def test_what_a_person_wrote_and_nothing_understood_is_left_to_a_person() -> None:
    for came, known in EVERYTHING:
        if came.sort is Sort.WRITTEN and came.said is None:
            assert decide(came, known) is Act.FOR_A_PERSON
