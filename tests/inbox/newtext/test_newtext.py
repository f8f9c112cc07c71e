"""What is new in a reply: nothing is lost, nothing of ours is taken for theirs, and no text takes long."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox.mail import Mail, Part
from outreach.inbox.mime.parse import LONGEST_TEXT, read_mail
from outreach.inbox.newtext.newtext import LONGEST_LINK, MOST_LINKS, links_in, new_text

MAILS = Path(__file__).parents[1] / "mails"
LONGEST = 5.0  # seconds; what is measured takes 0.3, and a form that grows with the square takes minutes

# fixture: the text, and how what is folded away begins
TABLE = {
    "reply-absence-of-in-the-subject": ("There is none yet. We hope to have one next week.", ""),
    "reply-acknowledges-receipt-in-two-lines": (
        "We have received your message and will get back to you as soon as possible.\n\nA. Example\nSecond Secretary",
        "",
    ),
    "reply-answers-an-automatic-reply": ("I am back now: yes, we shall do so.", ""),
    "reply-apple-mail-fr-broken-introduction": ("Oui, nous le ferons.", "Envoyé depuis mon iPhone\n\nLe mercredi 31"),
    "reply-arabic": ("السيدة المحترمة،\n\nسيثير وفدنا القضية في الحوار التفاعلي.", "مع خالص التقدير،\n"),
    "reply-auto-submitted-no": ("We support the statement.", ""),
    "reply-base64-windows-1252-de": (
        "Sehr geehrte Frau Example,\n\nUnsere Delegation wird die Repressalien – wie bisher – ansprechen.",
        "Mit freundlichen Grüßen\nA. Example\n\nVon: Campaign",
    ),
    "reply-bottom-posted-en": (
        "Yes. The Ambassador will mention Viasna by name.",
        "On 31/08/2022 18:00, Campaign wrote:",
    ),
    "reply-disclaimer-fr": (
        "Madame,\n\nNotre délégation soutient la déclaration conjointe.",
        "Cordialement,\nA. Example\n\nCe message et",
    ),
    "reply-forwarded-and-answered": (
        "Pour votre information, la réponse de notre capitale ci-dessous.",
        "---------- Forwarded message ---------\n",
    ),
    "reply-gmail-de-name-first": ("Das machen wir.", "Campaign <campaign@example.org> schrieb am"),
    "reply-gmail-html-only-es": (
        "Estimada Sra. Example:\n\nNuestra delegación planteará el caso.\n\n- en el diálogo\n- en la resolución",
        "El mié, 31 ago 2022 a las 18:00, Campaign",
    ),
    "reply-inline-es": (
        (
            "El 31/08/2022 a las 18:00, Campaign escribió:\n> ¿Planteará su delegación el caso?\n"
            "Sí, en el diálogo interactivo.\n> ¿Y en la resolución?\nTodavía no lo sabemos."
        ),
        "",
    ),
    "reply-letter-attached-only": ("", ""),
    "reply-list-of-points": (
        (
            "Dear colleagues,\n\nOur delegation will:\n- raise the case\n- sign the joint statement\n\n"
            "Thanks, and we would like to meet you before the session."
        ),
        "Yours sincerely,\nA. Example",
    ),
    "reply-memo-with-its-own-headers": (
        (
            "Permanent Mission\n\nFrom: Human Rights Section\nTo: The campaign\nSubject: Viasna\n\n"
            "The delegation will raise the case."
        ),
        "",
    ),
    "reply-notes-client": ("We shall raise it.\n\nA. Example", "From:\tCampaign <campaign@example.org>\n"),
    "reply-nous-avons-bien-recu": (
        "Madame,\n\nNous avons bien reçu votre message et l'avons transmis à notre capitale.",
        "Bien cordialement,\n",
    ),
    "reply-on-leave-and-answers": (
        (
            "Dear all,\n\nI am on leave until 12 September, but the Ambassador will raise the case. "
            "Please contact my colleague for the text.\n\nA. Example"
        ),
        "",
    ),
    "reply-outlook-fr-windows-1252": (
        (
            "Chère Madame,\n\n"
            "La délégation – comme chaque année – évoquera les représailles dans sa déclaration nationale."
        ),
        "Très cordialement,\n\nA. Example\nPremière secrétaire\n\nDe\xa0: Campaign",
    ),
    "reply-outlook-html-only-en": (
        "Dear Ms Example,\n\nOur delegation will raise the case; the statement will be on our site.",
        "Kind regards,\nA. Example\nFrom: Campaign",
    ),
    "reply-outlook-web-html-rule": ("Thank you, we will raise the case.\n\nA. Example", "____"),
    "reply-quotes-our-headers": (
        "Please do not write to this address again; our address for human rights is humanrights@mission-a.example.org.",
        "-----Original Message-----\n",
    ),
    "reply-response-suppressed-by-exchange": ("We support the statement that you mention.\n\nA. Example", ""),
    "reply-russian-koi8-r": (
        "Уважаемая госпожа!\n\nНаша делегация поднимет этот вопрос.",
        "С уважением,\nвторой секретарь\n\nср, 31 авг. 2022",
    ),
    "reply-second-secretary-en": (
        (
            "Dear Ms Example,\n\nThank you for your letter. "
            "Our delegation will raise the case of Viasna in the interactive dialogue."
        ),
        "Best regards,\n\nA. Example\nSecond Secretary\nPermanent Mission, Geneva\n\nOn Wed",
    ),
    "reply-through-a-ticket-system": (
        (
            "Thank you for your message. Our delegation will mention the case in its statement.\n\n"
            "A. Example, Human Rights Department"
        ),
        "",
    ),
    "reply-thunderbird-de": ("Ja, gerne.", "-- \nA. Example, Ständige Vertretung\n\nAm 31.08.22"),
    "reply-utf-16-en": ("Our delegation will raise the case.", "Sincerely,\nA. Example"),
    "reply-with-links": (
        (
            "See https://mission-a.example.org/statement (in English), and our account:\n"
            "https://social.example.org/@mission."
        ),
        "",
    ),
}
# All of it is new: a note verbale has no signature, and a mail that holds only a forwarded one has no other words.
WHOLE = (
    "reply-forwards-the-ministry-s-answer",
    "reply-note-verbale-en",
    "reply-note-verbale-es",
    "reply-note-verbale-fr",
)


def fixture(name: str) -> Mail:
    return read_mail((MAILS / f"{name}.eml").read_bytes())


def text_of(text: str) -> str:
    return new_text(Mail(text=text)).text


@pytest.mark.parametrize("name", sorted(path.stem for path in MAILS.glob("reply-*.eml")))
def test_what_a_person_wrote_is_shown_and_what_they_quote_is_folded_away(name: str) -> None:
    mail = fixture(name)
    whole = (mail.text.replace("\r", "").strip(), "")
    text, folded = TABLE.get(name, whole)

    found = new_text(mail)

    assert found.text == text
    assert found.folded.startswith(folded)
    assert bool(found.folded) == bool(folded)


def test_every_fixture_stands_in_the_table() -> None:
    assert {*TABLE, *WHOLE} == {path.stem for path in MAILS.glob("reply-*.eml")}


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ms Example,\n\nThank you,\nwe will raise it.",
        "Dear Ms Example,\n\nThanks, we will raise it.",
        "Dear Ms Example,\n\nThank you, the Ambassador has read it.\n\nMore next week.",
        "Kind regards to your team, and yes: we will.",
        "Yes.\n\nBest regards,\nA. Example\n\nP.S. We sign the joint statement too.",
        "Yes.\n\nBest regards,\n\nThe text of our statement follows, and you may quote it: reprisals must end now.",
        "Best regards,\nA. Example",
        "Dear Ms Example,\n\nBest regards,\nA. Example",
        "On 3 October the delegation wrote:\n\nReprisals must end.",
        "From: the delegation\nTo: the campaign\nSubject: Viasna\n\nYes.",
        "Our statement:\n> Reprisals must end.\nYou may quote it.",
        "Date: 3 October\nSubject: Viasna\n\nYes.",
        "",
        ">",
        "> nothing but a quote",
        "On 3 October 2022, Campaign <campaign@example.org> wrote:",
    ],
)
def test_what_may_be_an_answer_is_never_folded_away(text: str) -> None:
    assert new_text(Mail(text=text)).folded == ""
    assert text_of(text) == text


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 3 Oct 2022 at 10:00, Campaign <campaign@example.org> wrote:",
        "On Mon, 3 Oct 2022 at 10:00, The campaign for the defenders\n<campaign@example.org> wrote:",
        "> On 3 Oct 2022, at 10:00, Campaign <campaign@example.org> wrote:",
        "Le lun. 3 oct. 2022 à 10:00, Campaign <campaign@example.org> a\nécrit\xa0:",
        "El lun, 3 oct 2022 a las 10:00, Campaign (<campaign@example.org>)\nescribió:",
        "Am Mo., 3. Okt. 2022 um 10:00 Uhr schrieb Campaign <\ncampaign@example.org>:",
        "Il giorno lun 3 ott 2022 alle ore 10:00 Campaign <campaign@example.org> ha scritto:",
        "Em seg., 3 de out. de 2022 às 10:00, Campaign <campaign@example.org> escreveu:",
        "Op ma 3 okt. 2022 om 10:00 schreef Campaign <campaign@example.org>:",
        "W dniu 3.10.2022 o 10:00, Campaign pisze <campaign@example.org>:",
        "пн, 3 окт. 2022 г. в 10:00, Campaign <campaign@example.org>:",
        "2022年10月3日(月) 10:00 Campaign <campaign@example.org>:",
        "Le 03/10/2022 à 10:00, Campaign a écrit :",
    ],
)
def test_the_line_that_introduces_the_quote_is_known_in_the_languages_of_mail_programs(introduction: str) -> None:
    found = new_text(Mail(text=f"We will.\n\n{introduction}\n\n> Excellency,\n> will you?\n"))

    assert found.text == "We will."
    assert found.folded.startswith(introduction)


@pytest.mark.parametrize(
    "headers",
    [
        "From: Campaign <campaign@example.org>\nSent: Monday\nTo: Mission\nSubject: Viasna",
        "*From:* Campaign <campaign@example.org>\n*Date:* Monday\n*To:* Mission\n*Subject:* Viasna",
        "De\xa0: Campaign <campaign@example.org>\nEnvoyé\xa0: lundi\nÀ\xa0: Mission\nObjet\xa0: Viasna",
        "De: Campaign <campaign@example.org>\nEnviado el: lunes\nPara: Misión\nAsunto: Viasna",
        "Von: Campaign [mailto:campaign@example.org]\nGesendet: Montag\nAn: Vertretung\nBetreff: Viasna",
        "От: Campaign <campaign@example.org>\nДата: понедельник\nКому: Mission\nТема: Viasna",
        "________________________________\nFrom: Campaign <campaign@example.org>\nSent: Monday\nTo: Mission",
        "----- Mensaje original -----\nHola",
    ],
)
def test_copied_headers_begin_the_quote(headers: str) -> None:
    found = new_text(Mail(text=f"We will.\n\n{headers}\n\nExcellency,\n"))

    assert found.text == "We will."
    assert found.folded == f"{headers}\n\nExcellency,"


def test_a_signature_or_disclaimer_below_the_quote_is_not_an_answer() -> None:
    quote = "On 3 Oct 2022, Campaign <campaign@example.org> wrote:\n> Will you?\n"

    assert text_of(f"Yes.\n\n{quote}\n-- \nA. Example") == "Yes."
    assert text_of(f"Yes.\n\n{quote}\nThis e-mail is confidential and intended for the addressee.") == "Yes."
    assert text_of(f"{quote}\nYes.\n\n-- \nA. Example") == "Yes."


@pytest.mark.parametrize(
    "closing",
    [
        "-- \nA. Example\nSecond Secretary, Permanent Mission, Geneva, who has a long line below her name",
        "Yours sincerely,\nA. Example",
        "Best regards, A. Example",
        "With our best wishes\nA. Example",
        "Thanks,\nA. Example",
        "All the best\nA. Example",
        "Cordialement, A. Example",
        "Bonne journée,\nA. Example",
        "Meilleures salutations\nA. Example",
        "Un saludo, A. Example",
        "Muchas gracias,\nA. Example",
        "Mit freundlichen Gruessen, A. Example",
        "Viele Grüße aus Genf",
        "Sent from my phone",
        "Get Outlook for iOS",
        "Envoyé de mon iPhone",
        "Enviado desde mi teléfono",
        "Von meinem iPhone gesendet",
        "A. Example\n\nThis e-mail is confidential and intended for the addressee.",
    ],
)
def test_a_signature_is_folded_away_in_the_languages_of_missions(closing: str) -> None:
    found = new_text(Mail(text=f"We will raise the case.\n\n{closing}\n\n"))

    assert found.text == "We will raise the case." + ("\n\nA. Example" if closing.startswith("A.") else "")
    assert found.folded.endswith(closing.removeprefix("A. Example\n\n"))


def test_thanks_for_something_do_not_hide_the_closing_that_follows() -> None:
    text = "Thank you,\nwe have read your letter.\n\nWe will raise the case.\n\nAll the best, A. Example"

    assert text_of(text) == text.removesuffix("\n\nAll the best, A. Example")


def words(text: str) -> list[str]:
    return sorted(line.strip() for line in text.replace("\r", "").split("\n") if line.strip())


PIECES = st.sampled_from(
    [
        "Dear Ms Example,",
        "We will raise it.",
        "",
        "> quoted",
        ">> deeper",
        "On 3 Oct 2022, Campaign <a@example.org> wrote:",
        "From: a@example.org",
        "Sent: today",
        "To: b",
        "-----Original Message-----",
        "_" * 32,
        "-- ",
        "Best regards,",
        "Thanks, ",
        "- a point",
        "Sent from my iPhone",
        "This e-mail is confidential.",
        "\r",
        "\x0b",
        "\u2028",
    ]
)


@given(st.lists(PIECES | st.text(max_size=20), max_size=30).map("\n".join))
def test_every_line_is_in_the_text_or_folded_away(text: str) -> None:
    found = new_text(Mail(text=text))

    assert sorted(words(found.text) + words(found.folded)) == words(text)
    assert found.text or not words(text)


def test_links_are_those_of_the_new_text_and_of_its_html() -> None:
    assert new_text(fixture("reply-with-links")).links == (
        "https://mission-a.example.org/statement",
        "https://social.example.org/@mission",
        "https://mission-a.example.org/video",
    )
    assert new_text(fixture("reply-outlook-html-only-en")).links == (
        "https://mission-a.example.org/statements?id=1&lang=en",
    )
    assert new_text(fixture("reply-gmail-html-only-es")).links == ()


def test_links_of_attached_pages_and_attached_messages_are_not_the_writers() -> None:
    page = '<a href="https://example.org/">x</a>'
    mail = Mail(parts=(Part("text/html", page, filename="page.html"), Part("text/html", page, depth=1)))

    assert new_text(mail).links == ()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "(see https://example.org/a_(b)), or https://example.org/c.",
            ("https://example.org/a_(b)", "https://example.org/c"),
        ),
        ("<https://example.org/a> «https://example.org/b»", ("https://example.org/a", "https://example.org/b")),
        (
            "HTTPS://example.org/A https://example.org/x https://example.org/x",
            ("HTTPS://example.org/A", "https://example.org/x"),
        ),
        ("javascript:alert(1) ftp://example.org file:///etc/passwd mailto:a@example.org http:// https://", ()),
        ("https://example.org/" + "a" * LONGEST_LINK, ()),
    ],
)
def test_links_lose_the_punctuation_of_the_sentence_and_only_the_web_counts(text: str, links: tuple[str, ...]) -> None:
    assert links_in(text) == links


def test_there_are_no_more_links_than_anybody_looks_at() -> None:
    assert len(links_in(" ".join(f"https://example.org/{number}" for number in range(200)))) == MOST_LINKS


HOSTILE_TEXTS = [
    "\n",
    " \n",
    "On ",
    "Am schrieb ",
    "On 1 a@b\n",
    "a:\n",
    "From: a@b\n",
    "> a\nb\n",
    "____________________\n\n",
    "This email is confidential\n\n",
    "Thanks,\n",
    "Best regards\nx\n",
    "Sent from my ",
    "- a\n",
    "https://a",
    ")",
]


@pytest.mark.parametrize("piece", HOSTILE_TEXTS)
def test_a_hostile_text_takes_no_long_time(piece: str) -> None:
    text = piece * (LONGEST_TEXT // len(piece))
    began = time.perf_counter()

    new_text(Mail(text=text, parts=(Part("text/html", text),)))
    new_text(Mail(text=f"Yes.\n{text}\n> quoted\nhttps://a{text}"))

    assert time.perf_counter() - began < LONGEST
