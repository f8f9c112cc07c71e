"""Machines' mail that looks like an answer, and answers that look like machines' mail; all words are our own."""

import pytest

from outreach.inbox.classify.classify import classify
from outreach.inbox.kinds import Kind
from outreach.inbox.mail import Verdict

MISSION = "A. Example <mission@mission-a.example.org>"
THREAD = {"In-Reply-To": "<aaaabbbbccccddddeeeeffff22@example.org>"}
REPLIED = {"Auto-Submitted": "auto-replied"}
NOBODY = {"Return-Path": "<>"}
NO_REPLY = {"From": "Protocollo <no-reply@mission-a.example.org>"}
DESK = {"From": "Help <desk@mission-a.example.org>"}
TNEF = {"X-MS-TNEF-Correlator": "<0001@mission-a.example.org>"}


def judged(subject: str, text: str, headers: dict[str, str]) -> Verdict:
    plain = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit"}
    named = {"From": MISSION, "To": "campaign@example.org", "Subject": subject, **plain, **headers}
    head = "".join(f"{name}: {value}\n" for name, value in named.items())
    return classify(f"{head}\n{text}\n".encode()).verdict


OURS = '"Reprisals: the case of A. Example"'
NOTES = {
    "A. Example is out of the office (returning 16/09/2022)": (
        f"I will be out of the office from 05/09/2022 until 16/09/2022.\n\nI will respond when I return."
        f"\n\nNote: This is an automated response to your message  {OURS} sent on 05/09/2022 10:10:10.\n\n"
        "This is the only notification you will receive while this person is away."
    ),
    "A. Example は不在です": (
        "2022/09/05 から 2022/09/16 まで外出します。\n\n戻り次第、返信いたします。\n\n"
        f"注: これは、あなたのメッセージ {OURS} (送信日時 2022/09/05 10:10:10) に対する自動応答です。\n\n"
        "本人が不在の間、この通知が送信されるのは 1 回のみです。"
    ),
    "A. Example ist außer Haus": (
        f"Ich bin von 05.09.2022 bis 16.09.2022 abwesend.\n\nHinweis: Dies ist eine automatische Antwort auf Ihre "
        f"Nachricht {OURS} gesendet am 05.09.2022 10:10:10.\n\n"
        "Diese ist die einzige Benachrichtigung, die Sie empfangen werden, während diese Person abwesend ist."
    ),
    "A. Example est absent(e)": (
        f"Je serai absent(e) du bureau du 05/09/2022 au 16/09/2022.\n\nJe répondrai à votre message dès mon retour.\n\n"
        f"Remarque : ceci est une réponse automatique à votre message {OURS} envoyé le 05/09/2022 10:10:10.\n\n"
        "C'est la seule notification que vous recevrez pendant l'absence de cette personne."
    ),
}


@pytest.mark.parametrize("headers", [REPLIED, {"Auto-Submitted": "auto-generated"}, {}], ids=["3834", "generated", "-"])
@pytest.mark.parametrize("subject", NOTES)
def test_what_notes_adds_to_an_absence_is_no_answer(subject: str, headers: dict[str, str]) -> None:
    assert judged(subject, NOTES[subject], THREAD | headers).kind is Kind.AUTO_REPLY


def test_notes_form_round_an_answer_hides_nothing() -> None:
    text = "We shall mention the case on Thursday.\n\n" + next(iter(NOTES.values()))
    assert judged(next(iter(NOTES)), text, THREAD | REPLIED).kind is Kind.REPLY


TICKET = (
    "A new ticket has been created.\n\nTicket#: 2022090510000123\nSubject: Reprisals: the case of A. Example\n\n"
    "Your request will be answered as soon as possible."
)
ABSENT_UNLESS = (
    "I am out of the office until 16 September. If your message cannot wait and could not be delivered in time, "
    "please phone the secretariat."
)
READ_PT = (
    "A sua mensagem\n\n  Para: A. Example\n  Assunto: Reprisals\n  Enviada: 5 de setembro de 2022 10:10\n\n"
    "foi lida em 5 de setembro de 2022 11:11."
)
READ_DE = (
    "Ihre Nachricht\n\n  An: A. Example\n  Betreff: Reprisals\n  Gesendet: Montag, 5. September 2022\n\n"
    "wurde am Montag, 5. September 2022 11:11 gelesen."
)
NOT_READ = "Your message\n\n  To: A. Example\n  Subject: Reprisals\n\nwas deleted without being read on 5.9.2022."
PASSED_ON = (
    "##- Please type your reply above this line -##\n\nYour request (12345) has been updated.\n\n"
    "B. Example, Sep 5, 2022, 10:10\n\nDear A.,\n\nPlease hold on: which moderator do you have in mind?\n\nB. Example"
)
UNUSED = "This e-mail address is no longer in use. Kindly update your records and send your message to b@example.org."


@pytest.mark.parametrize(
    ("subject", "text", "headers", "kind"),
    [
        # Receipts of registries and desks.
        ("Protocollo 1234", "La Sua nota è stata acquisita al protocollo con n. 1234.", NO_REPLY, Kind.AUTO_REPLY),
        ("Esito", "Ricevuta di avvenuta protocollazione.\nOggetto: Reprisals", NO_REPLY, Kind.AUTO_REPLY),
        ("Registro", "Su escrito ha sido registrado con el número de registro 22-1.", NO_REPLY, Kind.AUTO_REPLY),
        ("[Ticket#2022090510000123] RE: Reprisals", TICKET, DESK | THREAD | {"X-OTRS-Loop": "x"}, Kind.AUTO_REPLY),
        ("New ticket", TICKET, DESK | {"X-OTRS-Ticket": "1"}, Kind.AUTO_REPLY),
        ("[Ticket#2022090510000123] Reprisals", TICKET, DESK | THREAD | REPLIED, Kind.AUTO_REPLY),
        ("[Ticket#20220905] RE: Reprisals", "We will mention the case.", DESK | {"X-OTRS-Ticket": "1"}, Kind.REPLY),
        # A person's words that a desk passes on, and its own.
        ("Re: Reprisals", PASSED_ON, DESK | THREAD | {"Auto-Submitted": "auto-generated"}, Kind.REPLY),
        ("Re: Reprisals", PASSED_ON, DESK | NOBODY | {"Auto-Submitted": "auto-generated"}, Kind.REPLY),
        (
            "[Request received] Reprisals",
            ("##- Please type your reply above this line -##\n\nYour request (12) has been received.\n\n"
             "To add additional comments, reply to this email."),
            DESK | THREAD | {"Auto-Submitted": "auto-generated"},
            Kind.AUTO_REPLY,
        ),
        # Refusals.
        ("Autosvar: Reprisals", "Ditt meddelande har inte levererats: det ser ut som spam.", REPLIED, Kind.BOUNCE),
        ("Autosvar", "Ditt meddelande har avvisats av vårt filter.", REPLIED | NOBODY, Kind.BOUNCE),
        ("Re: Reprisals", "Meddelandet har blockerats, det når inte fram.", REPLIED | THREAD, Kind.BOUNCE),
        ("Autosvar", "Din mail er blevet afvist af filteret.", REPLIED, Kind.BOUNCE),
        ("Your mail", "Your message was identified as spam.", REPLIED | NOBODY, Kind.UNCLEAR),
        # Outlook's receipts.
        ("Lida: Reprisals", READ_PT, TNEF, Kind.READ),
        ("Lida: Reprisals", READ_PT, {}, Kind.READ),
        ("Gelesen: Reprisals", READ_DE, TNEF | THREAD, Kind.READ),
        ("Not read: Reprisals", NOT_READ, TNEF, Kind.DELIVERED),
        ("Read: x", "", {"X-MS-Class": "REPORT.IPM.Note.IPNRN"}, Kind.READ),
        ("Lu : Reprisals", "Votre message a été lu avec intérêt; nous évoquerons ce cas.", TNEF | THREAD, Kind.REPLY),
        ("Read: the letter", "To: all\nSubject: the letter\n\nOn 29 September we shall name the case.", {}, Kind.REPLY),
        # An absence that speaks of mail that may not arrive.
        ("Automatic reply: Reprisals", ABSENT_UNLESS, REPLIED | NOBODY, Kind.AUTO_REPLY),
        ("Re: Reprisals", ABSENT_UNLESS, REPLIED | THREAD, Kind.AUTO_REPLY),
        ("Automatic reply: x", "I am away. Your message was not delivered.", REPLIED | NOBODY, Kind.UNCLEAR),
        (
            "Automatic reply: x",
            "I am away. If you see this, your mail could not be delivered to b@example.org.",
            REPLIED | NOBODY,
            Kind.UNCLEAR,
        ),
        (
            "Automatic reply: x",
            "I am away. If your mail could not be delivered: 550 5.1.1.",
            REPLIED | NOBODY,
            Kind.UNCLEAR,
        ),
        # Friendly absences.
        ("Re: x", "I have limited access to e-mail this week.", NOBODY | THREAD | REPLIED, Kind.AUTO_REPLY),
        (
            "Re: x",
            "Thank you for getting in touch, I'm travelling. Talk soon!",
            NOBODY | {"Precedence": "bulk", "X-Autoreply": "yes"},
            Kind.AUTO_REPLY,
        ),
        ("Re: x", "Thanks! I'm on the road until Friday.", NOBODY | {"Precedence": "bulk"}, Kind.AUTO_REPLY),
        ("Re: x", "I'm travelling this week, but we will raise the case.", THREAD, Kind.REPLY),
        # Challenges.
        ("Re: x", "To deliver your message, please click here: https://x.example.org", THREAD, Kind.UNCLEAR),
        ("Re: x", "Please confirm that you are a human: https://x.example.org/c/1", THREAD, Kind.UNCLEAR),
        ("Re: x", "I use Boxbe. Please click so that I can read your mail.", {}, Kind.UNCLEAR),
        ("Re: x", "Sender verification: simply reply to this message.", {}, Kind.UNCLEAR),
        ("Re: x", "Please complete the form and reply: https://indico.example.org", THREAD, Kind.REPLY),
        ("Re: x", "Please confirm that you are a member, and click on the link.", THREAD, Kind.REPLY),
        # Addresses that nobody reads any more.
        ("Re: x", UNUSED, REPLIED | THREAD, Kind.AUTO_REPLY),
        ("Automatic reply: x", UNUSED, {}, Kind.AUTO_REPLY),
        # An answer in whose text bounces are spoken of.
        (
            "Re: x",
            "We shall raise it.\n\nLe 5 sept., A. Example a écrit\n\nYour message could not be delivered. 550 5.1.1",
            THREAD | NOBODY,
            Kind.REPLY,
        ),
        (
            "Re: x",
            "From Monday on we are away.\n\nFrom a@example.org Mon Sep  5 10:10:10 2022\n\nIt could not be delivered",
            THREAD,
            Kind.REPLY,
        ),
    ],
)  # fmt: skip
def test_what_it_is(subject: str, text: str, headers: dict[str, str], kind: Kind) -> None:
    assert judged(subject, text, headers).kind is kind
