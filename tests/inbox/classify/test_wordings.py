"""What machines and people write in 28 languages: wordings.csv, each as it would come, and what must never happen.

`how` it came: as an answer in our thread, as a mail of its own, or as a notice with an empty sender to our return
address. All wordings are our own.
"""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox.classify.classify import classify
from outreach.inbox.kinds import ABSENCE_AND_MORE, Kind
from outreach.inbox.mail import Verdict

WORDINGS = list(csv.DictReader(Path(__file__).with_name("wordings.csv").read_text(encoding="utf-8").splitlines()))
MISSION = "mission@mission-a.example.org"
HOW = {
    "answer": {"Return-Path": f"<{MISSION}>", "In-Reply-To": "<aaaabbbbccccddddeeeeffff22@example.org>"},
    "mail": {"Return-Path": f"<{MISSION}>"},
    "notice": {"Return-Path": "<>", "To": "bounces+aaaabbbbccccddddeeeeffff22@example.org"},
}
MACHINES = (
    {"Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-generated"},
    {"X-Autoreply": "yes"},
    {"Precedence": "auto_reply"},
)
NAMES = [f"{number}-{row['language']}-{row['kind']}" for number, row in enumerate(WORDINGS)]


def judged(subject: str, text: str, headers: dict[str, str]) -> Verdict:
    named = {"From": f"A. Example <{MISSION}>", "To": "campaign@example.org", "Subject": subject, **headers}
    head = "".join(f"{name}: {value}\n" for name, value in named.items())
    frame = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return classify(f"{head}{frame}\n{text}\n".encode()).verdict


def words(row: dict[str, str]) -> str:
    return row["text"].replace("\\n", "\n")


def of(kind: str) -> list[dict[str, str]]:
    return [row for row in WORDINGS if row["kind"] == kind]


@pytest.mark.parametrize("row", WORDINGS, ids=NAMES)
def test_every_wording_is_what_its_row_says(row: dict[str, str]) -> None:
    assert judged(row["subject"], words(row), HOW[row["how"]]).kind == row["kind"]


@pytest.mark.parametrize("row", of("bounce"), ids=lambda row: row["language"])
def test_a_bounce_is_one_whatever_headers_of_an_automatic_answer_it_bears(row: dict[str, str]) -> None:
    for headers in MACHINES:
        assert judged(row["subject"], words(row), HOW["notice"] | headers).kind is Kind.BOUNCE


@given(st.data())
def test_no_notice_of_a_bounce_is_ever_proof_of_arrival(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([*of("bounce"), *of("unclear"), *of("delay")]))
    other = data.draw(st.sampled_from(WORDINGS))
    headers = HOW["notice"] | data.draw(st.sampled_from(MACHINES)) | data.draw(st.sampled_from([{}, HOW["answer"]]))
    headers |= {"Return-Path": "<>"}
    subject = (
        data.draw(st.sampled_from([row["subject"], other["subject"]])) if row["kind"] == "bounce" else row["subject"]
    )
    text = words(row) + data.draw(st.sampled_from(["", "\n", "\n\n-- \nA. Example", "\n\n" + row["text"].upper()]))
    if row["language"] != "xx":
        assert judged(subject, text, headers).kind not in (Kind.AUTO_REPLY, Kind.DELIVERED, Kind.READ)


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        (
            "I am out of the office until 5 October, but I can already tell you that we are going to mention the case.",
            {},
        ),
        ("Je suis en mission à New York jusqu'au 5 octobre; je vous confirme que nous évoquerons ce cas le 29.", {}),
        ("Ich bin bis 5. Oktober im Urlaub, kann Ihnen aber schon sagen: wir werden den Fall nennen.", {}),
        ("Our mission is closed on Friday, so let us meet on Monday at 10:00. Please contact me.", {}),
        ("I am on leave until 5 October. We shall raise the case.", {"Auto-Submitted": "auto-replied"}),
    ],
)
def test_an_absence_that_says_more_is_a_reply_with_a_rule_of_its_own(text: str, headers: dict[str, str]) -> None:
    verdict = judged("Re: Viasna", text, HOW["answer"] | headers)
    assert (verdict.kind, verdict.rule) == (Kind.REPLY, ABSENCE_AND_MORE)


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("Absence - séance du 29", HOW["answer"]),
        ("Re: Viasna", HOW["answer"] | {"Return-Path": "<>"}),
        ("Re: Viasna", HOW["answer"] | {"Precedence": "junk"}),
        ("Viasna", HOW["mail"] | {"Precedence": "bulk"}),
        ("Moderator of the side event", HOW["mail"]),
        ("Re: Viasna", HOW["mail"] | {"Precedence": "list", "List-Id": "<mission.mission-a.example.org>"}),
    ],
)
def test_one_sign_of_a_machine_does_not_make_one_of_a_person(subject: str, headers: dict[str, str]) -> None:
    assert judged(subject, "Notre pays soutient ce cas.", headers).kind is Kind.REPLY


@pytest.mark.parametrize(
    ("subject", "text", "headers", "kind", "rule"),
    [
        ("Taarifa", "Ujumbe wako umepokelewa.", HOW["notice"], Kind.UNCLEAR, "null-sender"),
        (
            "Taarifa",
            "Ujumbe wako.",
            HOW["mail"] | {"From": "no-reply@mission-a.example.org"},
            Kind.UNCLEAR,
            "no-reply-address",
        ),
        ("Taarifa", "Ujumbe 550 5.1.1 x", HOW["notice"], Kind.BOUNCE, "bounce-code"),
        ("Away", "I am away until Tuesday.", {"Return-Path": "<mailer-daemon@relay.example.org>"}, Kind.AUTO_REPLY, ""),
    ],
)
def test_what_nobody_knows_is_unclear_unless_it_has_another_sign(
    subject: str, text: str, headers: dict[str, str], kind: Kind, rule: str
) -> None:
    verdict = judged(subject, text, headers)
    assert verdict.kind is kind
    assert verdict.rule == rule or not rule


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until 3 October. " * 20_000,
        "не удалось " * 40_000,
        "我在休假" * 60_000,
        "please " * 60_000,
        "\n" * 400_000 + "x",
        ("x" * 60 + "\n") * 8_000,
        ", but " * 60_000,
        "((((" * 100_000,
        "ا" * 400_000,
    ],
    ids=range(9),
)
def test_no_text_takes_long(text: str) -> None:
    judged("Re: Viasna", "I am on leave", HOW["answer"])  # reads the file of words
    for headers in (HOW["answer"], HOW["notice"], HOW["mail"] | MACHINES[0]):
        begun = time.process_time()
        judged(text[:3_000].replace("\n", " "), text, headers)
        assert time.process_time() - begun < 1
