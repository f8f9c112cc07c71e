"""A new address and a day of return are news only beside words for them; what may mean something else is none."""

from datetime import UTC, datetime
from time import perf_counter

import pytest

from outreach.inbox.kinds import ABSENCE_AND_MORE, Kind
from outreach.inbox.mail import Mail, Report, Verdict
from outreach.inbox.news import news_in

SENDER, NEW, OURS = "office@deu.example.org", "mission@new.example.org", "team@campaign.example.org"
MAIL = Mail(sender=SENDER, recipients=(OURS,), date=datetime(2026, 9, 12, 9, tzinfo=UTC))


def news(text: str, kind: Kind = Kind.AUTO_REPLY, mail: Mail = MAIL, rule: str = "test") -> list[tuple[str, str]]:
    return list(news_in(mail, Verdict(kind, rule), text, lambda address: address == OURS))


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.AUTO_REPLY, Kind.UNCLEAR])
@pytest.mark.parametrize(
    "text",
    [
        f"This mailbox is no longer in use.\nPlease write to {NEW}.",
        f"Please note our new e-mail address:\n\n{NEW}",
        f"Cette adresse n'est plus utilisée. Veuillez écrire à {NEW}.",
        f"Notre nouvelle adresse électronique : {NEW}",
        f"Esta dirección ya no está en uso; escriba a {NEW}, por favor.",
        f"Nuestra nueva dirección de correo es {NEW}",
        f"Dieses Postfach wird nicht mehr genutzt. Bitte schreiben Sie an {NEW}.",
        f"Unsere neue E-Mail-Adresse lautet: <{NEW}>",
        f"Questa casella non è più attiva: scrivere a {NEW}.",
        f"Il nostro nuovo indirizzo è {NEW}",
        f"Este endereço já não está em uso. Escreva para {NEW}.",
        f"O nosso novo endereço é {NEW}",
        f"Этот адрес больше не используется. Пишите на {NEW}.",
        f"Наш новый адрес: {NEW}",
        f"لم يعد هذا البريد مستخدما. يرجى الكتابة إلى {NEW}.",
        f"عنواننا الجديد هو {NEW}",
        f"Dit adres is niet meer in gebruik. Schrijf naar {NEW}.",
        f"Ons nieuwe e-mailadres is {NEW}",
        f"Our address has changed from old@deu.example.org to {NEW}.",
        f"The address {SENDER} is no longer valid. Use {NEW.upper()} instead of old@deu.example.org.",
        f"I am away until Monday.\n\nOur e-mail has changed to {NEW}",
    ],
)
def test_a_new_address_stands_beside_words_that_say_so(text: str, kind: Kind) -> None:
    assert news(text, kind) == [("address", NEW)]


@pytest.mark.parametrize(
    "text",
    [
        f"In my absence, please write to {NEW}.",
        f"I am out of the office. For urgent matters: {NEW}. This mailbox is not read.",
        f"I am on leave. This mailbox is no longer monitored. Please write to {NEW}.",
        f"En mon absence, écrivez à la nouvelle adresse {NEW}.",
        f"In dringenden Fällen schreiben Sie an {NEW}.",
        f"Durante mi ausencia, escriba a {NEW}.",
        f"We will raise the case. Write to {NEW} for a copy.",
        f"This mailbox is no longer in use. Please write to {SENDER}, or to {OURS}, or noreply@new.example.org.",
        "This mailbox is no longer in use.",
    ],
)
def test_whom_to_write_to_meanwhile_and_who_is_known_is_no_new_address(text: str) -> None:
    assert news(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I am away until Monday, 5 October 2026 and cannot read mail.",
        "I will be back on October 5th.",
        "I am on leave from 28 September to 5 October.",
        "Je suis absente jusqu'au lundi 5 octobre inclus.",
        "Je serai de retour au bureau le 5 octobre.",
        "Estaré ausente hasta el 5 de octubre de 2026.",
        "Ausente del 28 de septiembre al 5 de octubre.",
        "Ich bin bis zum 5. Oktober nicht im Büro.",
        "Ich bin bis einschließlich 05.10.2026 abwesend.",
        "Ich bin wieder am 5. Oktober im Büro.",
        "Sono assente fino al 5 ottobre.",
        "Rientrerò il 5 ottobre.",
        "Estarei ausente até 5 de outubro.",
        "Estarei de volta no dia 5 de outubro.",
        "Я в отпуске до 5 октября.",
        "Вернусь 5 октября 2026 г.",
        "أنا في إجازة حتى 5 أكتوبر 2026",
        "أنا في إجازة حتى يوم الاثنين ٥ تشرين الأول",
        "Ik ben afwezig tot en met 5 oktober.",
        "Ik ben weer bereikbaar op 5 oktober.",
        "Away until 2026-10-05.",
    ],
)
def test_a_day_of_return_is_read_in_nine_languages_and_its_year_from_the_mail(text: str) -> None:
    assert news(text) == [("back", "2026-10-05")]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("I am away until 05/10/2026.", []),  # October, or May
        ("I am away until 25/10/2026.", ["2026-10-25"]),
        ("I am away until 7 January.", ["2027-01-07"]),
        ("I am away until 12 September.", ["2026-09-12"]),
        ("I am away until 5 September.", []),  # it is over
        ("I am away until 5 October 2025.", []),
        ("I am away until 31 September.", []),
        ("I am away until Monday. The session is on 5 October.", []),
        ("I am away until 1 October. Until 5 October the office is closed.", ["2026-10-01", "2026-10-05"]),
    ],
)
def test_a_day_that_can_be_two_or_is_over_is_left_out(text: str, days: list[str]) -> None:
    assert [said for _, said in news(text)] == days


def test_until_is_a_return_only_where_somebody_is_away() -> None:
    assert news("The session lasts until 5 October.", Kind.REPLY) == []
    assert news("I am out of the office until 5 October.", Kind.REPLY) == [("back", "2026-10-05")]
    assert news("Away until 5 October, but we will.", Kind.REPLY, rule=ABSENCE_AND_MORE) == [("back", "2026-10-05")]


def test_without_a_date_of_the_mail_only_a_whole_day_counts() -> None:
    undated = Mail(sender=SENDER)
    assert news("Away until 5 October.", mail=undated) == []
    assert news("Away until 5 October 2026.", mail=undated) == [("back", "2026-10-05")]


def test_a_bounce_names_where_a_mailbox_has_moved_to() -> None:
    report = Report(Kind.BOUNCE, recipient=SENDER, diagnostic=f"551 5.1.6 <{SENDER}> has moved to <{NEW}>")
    moved = Verdict(Kind.BOUNCE, "dsn", (report,))
    assert news_in(MAIL, moved, "", lambda _: False) == (("address", NEW),)
    unknown = Verdict(Kind.BOUNCE, "dsn", (Report(Kind.BOUNCE, diagnostic=f"550 5.1.1 <{NEW}> user unknown"),))
    assert news_in(MAIL, unknown, f"Ask {NEW}.", lambda _: False) == ()


@pytest.mark.parametrize(
    "text", ["until 5 " * 5_000, "@" * 30_000, "a" * 30_000 + "@", "from 5 " * 5_000, "new address a@b.cd " * 2_000]
)
def test_no_text_takes_long(text: str) -> None:
    began = perf_counter()
    news(text)
    assert perf_counter() - began < 1
