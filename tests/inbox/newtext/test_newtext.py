"""What is new in a reply: nothing is lost, nothing of ours is taken for theirs, and no text takes long."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox.mail import Mail, Part
from outreach.inbox.mime.parse import LONGEST_TEXT, read_mail
from outreach.inbox.newtext.authors import Ours
from outreach.inbox.newtext.newtext import LONGEST_LINK, MOST_LINKS, NewText, links_in, new_text
from tests.inbox.newtext.clients import CLIENTS

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
    "reply-gmail-de-name-first": ("Das machen wir.", "Campaign <campaign@example.org> schrieb am"),
    "reply-gmail-html-only-es": (
        "Estimada Sra. Example:\n\nNuestra delegación planteará el caso.\n\n- en el diálogo\n- en la resolución",
        "El mié, 31 ago 2022 a las 18:00, Campaign",
    ),
    "reply-disclaimer-between-rows": (
        "Dear friends,\n\nthe answer is in the attached note.",
        "*" * 42 + "\nThis e-mail",
    ),
    "reply-line-right-above-the-quote": (
        "Dear friends,\n\nThe Ambassador will speak of it on 29 September.",
        "On Wed, 31 Aug",
    ),
    "reply-outlook-sv": ("Hej,\n\nvi talar om fallet.", "Från: Campaign"),
    "reply-thunderbird-html": (
        "Dear friends,\n\nThe Ambassador will speak of it.",
        "On 31/08/2022 18:00, Campaign wrote:",
    ),
    "reply-two-lines-right-above-the-quote-fr": (
        "Madame,\n\nNous avons lu votre lettre.\nNotre réponse est oui.",
        "Le 31 août 2022",
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
    "reply-forwarded-and-answered",
    "reply-forwards-the-capital-outlook",
    "reply-forwards-the-ministry-s-answer",
    "reply-note-verbale-en",
    "reply-note-verbale-es",
    "reply-note-verbale-fr",
)


def fixture(name: str) -> Mail:
    return read_mail((MAILS / f"{name}.eml").read_bytes())


OURS = Ours(lambda address: address in ("campaign@example.org", "a@example.org"), frozenset({"campaign"}))


def text_apart(mail: Mail) -> NewText:
    return new_text(mail, OURS)


def text_of(text: str) -> str:
    return text_apart(Mail(text=text)).text


@pytest.mark.parametrize("name", sorted(path.stem for path in MAILS.glob("reply-*.eml")))
def test_what_a_person_wrote_is_shown_and_what_they_quote_is_folded_away(name: str) -> None:
    mail = fixture(name)
    whole = (mail.text.replace("\r", "").strip(), "")
    text, folded = TABLE.get(name, whole)

    found = text_apart(mail)

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
    assert text_apart(Mail(text=text)).folded == ""
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
    found = text_apart(Mail(text=f"We will.\n\n{introduction}\n\n> Excellency,\n> will you?\n"))

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
    found = text_apart(Mail(text=f"We will.\n\n{headers}\n\nExcellency,\n"))

    assert found.text == "We will."
    assert found.folded == f"{headers}\n\nExcellency,"


@pytest.mark.parametrize("between", ["\n\n", "\n"], ids=["a blank line above", "none"])
@pytest.mark.parametrize("program", CLIENTS)
def test_our_letter_is_folded_away_in_the_way_of_each_mail_program(program: str, between: str) -> None:
    answer, quote = CLIENTS[program]
    found = text_apart(Mail(text=f"Dear Ms Example,\n\n{answer}{between}{quote}"))

    assert found.text == f"Dear Ms Example,\n\n{answer}"
    assert found.folded == quote.strip("\n")


@pytest.mark.parametrize("program", CLIENTS)
def test_what_others_wrote_is_shown_in_whatever_way_it_is_quoted(program: str) -> None:
    answer, quote = CLIENTS[program]
    quote = quote.replace("campaign@example.org", "capital@ministry.example.org").replace("Campaign", "A. Mission")
    mail = Mail(sender_name="A. Mission", text=f"{answer}\n\n{quote}")

    assert text_apart(mail) == NewText(f"{answer}\n\n{quote}")


def test_our_letter_below_the_answer_of_the_capital_is_folded_away() -> None:
    capital = "From: Ministry <hr@ministry.example.org>\nSent: today\nTo: Mission\nSubject: RE: Viasna\n\nSay yes.\n\n"
    ours = "From: X <campaign@example.org>\nSent: yesterday\nTo: Mission\nSubject: Viasna\n\nExcellency,"
    found = text_apart(Mail(text=f"Our capital has replied.\n\n{capital}{ours}"))

    assert found.text.endswith("Say yes.")
    assert found.folded == ours

    capital = "On 1 Sep 2022, Ministry <hr@ministry.example.org> wrote:\n> Say yes.\n"
    ours = "> On 31 Aug 2022, X <campaign@example.org> wrote:\n>> Excellency,"
    found = text_apart(Mail(text=f"For your information.\n\n{capital}{ours}"))

    assert found.text.endswith("> Say yes.")
    assert found.folded == ours


def test_the_one_address_that_a_mail_came_to_is_ours() -> None:
    quote = "From: X <desk@other.example.org>\nSent: today\nTo: Mission\nSubject: Viasna\n\nExcellency,"

    def shown(*headers: tuple[str, str]) -> str:
        return text_apart(Mail(headers=headers, text=f"We will.\n\n{quote}")).text

    assert shown(("To", "desk@other.example.org")) == "We will."
    assert shown(("Delivered-To", "desk@other.example.org"), ("To", "a@x.example.org, b@x.example.org")) == "We will."
    assert "Excellency," in shown(("To", "campaign@example.org"), ("Cc", "desk@other.example.org"))
    assert "Excellency," in shown()


def test_a_name_beside_our_address_is_ours_where_the_program_leaves_the_address_out() -> None:
    quote = "Från: Kampanjen\nSkickat: idag\nTill: Beskickningen\nÄmne: Viasna\n\nExcellency,"
    to = ("To", '"Kampanjen" <campaign@example.org>')

    assert text_apart(Mail(headers=(to,), text=f"Ja.\n\n{quote}")).text == "Ja."
    assert "Excellency," in text_of(f"Ja.\n\n{quote}")


@pytest.mark.parametrize(
    "pointer",
    [
        "Please find our answers below in red.",
        "See my comments inline.",
        "Vous trouverez nos réponses ci-dessous.",
        "Unsere Antworten finden Sie unten im Text.",
        "Nuestras respuestas están más abajo.",
        "Våra svar finns nedan.",
        "Nasze odpowiedzi poniżej.",
        "Ответы смотрите ниже.",
    ],
)
def test_who_says_that_answers_stand_below_has_nothing_folded_away(pointer: str) -> None:
    quote = "From: X <campaign@example.org>\nSent: today\nTo: Mission\nSubject: Viasna\n\nWill you?\nYES."

    assert text_of(f"{pointer}\n\n{quote}").endswith("YES.")


OWN_LINES = st.lists(
    st.sampled_from(
        [
            "Dear friends,",
            "Our Ambassador will name this case on Thursday.",
            "On 29 September 2022 we shall speak,",
            "Le 29 septembre, nous évoquerons le cas.",
            "From our side: yes.",
            "The delegation wrote to the capital on 3 October 2022",
            "To: be clear",
            "We answer your questions of 29.11.2026 as follows:",
            "This message is confidential: do not publish it, we will raise the case.",
            "- a point",
            "-- Original text of our statement: reprisals must end now, and all who are held must be free.",
            "",
        ]
    ),
    max_size=6,
)


@given(OWN_LINES, st.sampled_from(sorted(CLIENTS)), st.sampled_from(["\n", "\n\n"]))
def test_every_line_above_the_quote_stays_shown(own: list[str], program: str, between: str) -> None:
    lines = ["We thank you for your letter.", *own, "The capital has agreed."]
    found = text_apart(Mail(text="\n".join(lines) + between + CLIENTS[program][1]))

    shown = found.text.split("\n")
    assert [line for line in lines if line.strip() and line not in shown] == []


@pytest.mark.parametrize("rows", ["*" * 40, "-" * 60, "=" * 50, "_" * 32, "* * * * * * * * * *", "#" * 20])
@pytest.mark.parametrize(
    "disclaimer",
    [
        "This e-mail is confidential and meant for the addressee only.\nDelete it if it reached you by mistake.",
        "Ce message est confidentiel.\n\nS'il vous est parvenu par erreur, merci de le détruire.",
        "Diese E-Mail ist vertraulich und nur für den Empfänger bestimmt.",
        "Niniejsza wiadomość jest poufna; jeśli otrzymali ją Państwo omyłkowo, prosimy ją usunąć.",
        "Данное сообщение конфиденциально. Если оно получено по ошибке, удалите его.",
        "Detta meddelande är konfidentiellt och endast avsett för mottagaren.",
    ],
)
def test_a_disclaimer_between_rows_is_folded_away(rows: str, disclaimer: str) -> None:
    own = "Dear friends,\n\nsee our reply."

    assert text_of(f"{own}\n\n{rows}\n{disclaimer}\n{rows}\n") == own
    assert text_of(f"{own}\n{rows}\n\n{disclaimer}\n\n{rows}") == own


@pytest.mark.parametrize(
    "text",
    [
        "This message is confidential: our delegation will raise the case.",
        "This message is confidential and only for the addressee; please delete it. We will raise the case.",
        "Ce message est confidentiel, à détruire après lecture : nous évoquerons ce cas.",
        "This message is sent on behalf of the Minister for the Environment.",
        "This message was passed on to the intended department. We will notify you.",
        "************\nOur reply: yes.\n************",
    ],
)
def test_a_writer_who_speaks_of_secrets_is_no_disclaimer(text: str) -> None:
    assert text_of(f"Dear friends,\n\nThank you for your letter.\n\n{text}").endswith(text)


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
        "Envoyé depuis mon téléphone Orange",
        "Envoyé à partir de Outlook pour iOS",
        "Télécharger Outlook pour Android",
        "Envoyé de ma tablette",
        "Inviato da iPhone",
        "Enviado do meu iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone’a",
        "Odesláno z iPhonu",
        "Odoslané z iPhonu",
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail",
        "Надіслано з iPhone",
        "iPhone’umdan gönderildi",
        "Sent with Proton Mail secure email.",
        "Sent from Outlook for iOS",
        "发自我的iPhone",
        "iPhoneから送信",
        "Med vänlig hälsning\nA. Example",
        "Med vennlig hilsen\nA. Example",
        "Ystävällisin terveisin\nA. Example",
        "Z poważaniem,\nA. Example",
        "S pozdravem\nA. Example",
        "S úctou\nA. Example",
        "С уважением,\nA. Example",
        "З повагою,\nA. Example",
        "Met vriendelijke groet,\nA. Example",
        "A. Example\n\nThis e-mail is confidential and intended for the addressee.",
    ],
)
def test_a_signature_is_folded_away_in_the_languages_of_missions(closing: str) -> None:
    found = text_apart(Mail(text=f"We will raise the case.\n\n{closing}\n\n"))

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
    found = text_apart(Mail(text=text))

    assert sorted(words(found.text) + words(found.folded)) == words(text)
    assert found.text or not words(text)


def test_links_are_those_of_the_new_text_and_of_its_html() -> None:
    assert text_apart(fixture("reply-with-links")).links == (
        "https://mission-a.example.org/statement",
        "https://social.example.org/@mission",
        "https://mission-a.example.org/video",
    )
    assert text_apart(fixture("reply-outlook-html-only-en")).links == (
        "https://mission-a.example.org/statements?id=1&lang=en",
    )
    assert text_apart(fixture("reply-gmail-html-only-es")).links == ()


def test_links_of_attached_pages_and_attached_messages_are_not_the_writers() -> None:
    page = '<a href="https://example.org/">x</a>'
    mail = Mail(parts=(Part("text/html", page, filename="page.html"), Part("text/html", page, depth=1)))

    assert text_apart(mail).links == ()


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
    began = time.process_time()

    text_apart(Mail(text=text, parts=(Part("text/html", text),)))
    text_apart(Mail(text=f"Yes.\n{text}\n> quoted\nhttps://a{text}"))

    assert time.process_time() - began < LONGEST


SIGNED = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

We shall name the case:
- - in the dialogue,
- - in our statement.

On Mon, 3 Oct 2022 at 10:00, Campaign <campaign@example.org> wrote:
> Excellency,
-----BEGIN PGP SIGNATURE-----

iQEzBAEBCAAdFiEE
-----END PGP SIGNATURE-----
"""


def test_the_armor_of_a_signature_is_folded_away_and_the_text_in_it_read_like_any_other() -> None:
    apart = text_apart(Mail(text=SIGNED))
    assert apart.text == "We shall name the case:\n- in the dialogue,\n- in our statement."
    assert "> Excellency," in apart.folded
    assert "iQEzBAEBCAAdFiEE" in apart.folded


def test_an_armor_that_never_ends_hides_nothing() -> None:
    cut = SIGNED.partition("-----BEGIN PGP SIGNATURE")[0]
    assert "We shall name the case:" in text_apart(Mail(text=cut)).text


AROUND = {
    "from-line": (
        """
>From our side all is clear. From Monday on
>From the capital, too, it is.

On Mon, 3 Oct 2022, campaign@example.org wrote:
> Excellency,
""",
        ">From our side all is clear. From Monday on\n>From the capital, too, it is.",
    ),
    "linked-signature": (
        """
We shall name it.

Sent with [Proton Mail](https://proton.example.org/) secure email.
""",
        "We shall name it.",
    ),
    "disclaimer-between-stars": (
        """
Podniesiemy tę sprawę.

************************
Wiadomość jest poufna i przeznaczona dla adresata.
************************
""",
        "Podniesiemy tę sprawę.",
    ),
}
ANNOUNCED = """
Please find below the answer of our capital.

-----Original Message-----
From: Ministry <hr@ministry.invalid>
Sent: 3 October 2022 10:00
To: Mission
Subject: The case

We shall name the case.

-----Original Message-----
From: Campaign <campaign@example.org>
Sent: 1 October 2022 10:00
To: Mission
Subject: The case

Excellency,
"""


@pytest.mark.parametrize("name", AROUND)
def test_what_mailboxes_and_programs_put_around_an_answer_is_known(name: str) -> None:
    text, shown = AROUND[name]
    assert text_of(text) == shown


def test_what_is_announced_to_stand_below_may_be_what_others_wrote() -> None:
    shown = text_of(ANNOUNCED)
    assert "We shall name the case." in shown
    assert "Excellency," not in shown
