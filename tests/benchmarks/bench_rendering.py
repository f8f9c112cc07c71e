"""Microseconds a letter, from words to bytes, and the same with the standard library's EmailMessage alone.

Run it: python tests/benchmarks/bench_rendering.py. The letters are those of `viasna` to missions that differ in name,
address and record, about 350 words and ten paragraphs, four of which differ from letter to letter.
"""

import tempfile
from collections.abc import Callable, Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from random import randbytes
from time import process_time

from outreach.db.engine import open_database, writing
from outreach.db.sqlite import sqlite_file
from outreach.mime.attachment import Attachment
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key, Scope
from outreach.outbox.queue import claim, enqueue
from outreach.outbox.store import now
from outreach.rendering.letters.letter import Letter, LetterWriter
from outreach.rendering.letters.mime import Addressing, Composer
from outreach.rendering.templates.context import (
    AskWords,
    CampaignWords,
    CaseWords,
    InstrumentWords,
    LetterContext,
    MissionWords,
    RecordWords,
    SenderWords,
    StateWords,
)
from outreach.settings.mail import SenderSettings

LETTERS = 3_000
THEIRS = 200
WORDS = "the office received the report and members of the delegation spoke of it in public before the session "
LAYOUT = """\
Subject: {{ case.title }}: reprisals {{ case.place }}

H.E. the Permanent Representative\\
{{ mission.name }}{% for line in mission.address.splitlines() %}\\
{{ line }}{% endfor %}

Excellency,

We have the honour to write to the Permanent Mission {{ state.of }} about {{ case.mention }}. \
{% block opening %}{% endblock %}

{% if record.co_sponsored %}
Your delegation co-sponsored resolution{{ "s" if record.co_sponsored | length > 1 }} \
{{ record.co_sponsored | map(attribute="number") | join_words(language) }}\
{% for one in record.raised %}, and raised this case at the {{ one.session | ordinal(language) }} session{% endfor %}. \
We thank {{ state.formal }} for this commitment.
{% endif %}

{% block story %}{% endblock %}

{{ ask.text }}

A word on the other cases of {{ campaign.title }} would be as welcome: \
{{ other_cases | map(attribute="mention") | join_words(language) }}.

The dialogue is on {{ ask.date }}, and we would be glad to hear how {{ state.name }} intends to respond.

Please accept, Excellency, the assurances of our highest consideration.

{{ sender.name }}{% for line in [sender.organisation, sender.email] %}\\
{{ line }}{% endfor %}

"""
CASE = (
    '{% extends "_letter.en.md" %}\n{% block opening %}We hold it to be a reprisal.{% endblock %}\n{% block story %}\n'
)


def words(number: int) -> LetterContext:
    """The words of one letter; no two missions share name, address or record."""
    acts = tuple(
        InstrumentWords(f"hrc{n}", "resolution", "R", "hrc", f"{n}/{number}", n, 2000 + n) for n in (24, 36, 42)
    )
    others = tuple(
        CaseWords(f"case-{n}", f"Case {n}", "elsewhere", f"the members of ‘{n}’ (Elsewhere)", (), ()) for n in range(4)
    )
    return LetterContext(
        language="en",
        round="first",
        state=StateWords("XXX", f"Utopia {number}", f"the Republic of Utopia {number}", f"of Utopia {number}", False),
        mission=MissionWords(
            f"Permanent Mission of the Republic of Utopia {number} at Geneva", f"{number} Road\nGeneva"
        ),
        record=RecordWords(co_sponsored=acts, raised=acts[:1]),
        case=CaseWords("archive", "The ‘Archive’", "in Erewhon", "the members of the ‘Archive’", ("A. Person",), ()),
        other_cases=others,
        ask=AskWords("hrc51", "dialogue", "29 September 2022", "We ask your delegation to raise this case, " + WORDS),
        sender=SenderWords("The team", "", "The campaign", "team@example.org", ""),
        campaign=CampaignWords("#Campaign", "#Campaign", "the campaign"),
    )


def addressing(number: int) -> Addressing:
    return Addressing(
        f"<token-{number}@example.org>",
        f"token-{number}",
        f"Permanent Mission of the Republic of Utopia {number} at Geneva",
        (f"mission-{number}@example.org",),
    )


def reference(number: int) -> str:
    return f"ABCDE-{number:05}"


def theirs(letter: Letter, to: Addressing) -> bytes:
    """The same message by EmailMessage, from a letter that is already rendered."""
    user, _, domain = to.recipients[0].partition("@")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("The team", "team", "example.org")
    message["To"] = Address(to.to_name, user, domain)
    message["Subject"] = letter.subject
    message["Message-ID"] = to.message_id
    message["List-Unsubscribe"] = f"<mailto:team@example.org?subject=unsubscribe%20{to.token}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def microseconds(work: Callable[[int], object], numbers: Iterable[int]) -> float:
    """Mean time of one call, on the processor: others at work on the machine are not counted."""
    numbers = list(numbers)
    start = process_time()
    for number in numbers:
        work(number)
    return (process_time() - start) / len(numbers) * 1e6


def carrying(
    writer: LetterWriter, composer: Composer, contexts: list[LetterContext], folder: Path
) -> dict[str, tuple[float, float]]:
    """Microseconds a letter without and with a file of 1 MB: to write it, to queue it, and to claim it."""
    file = Attachment.of("brief.pdf", "application/pdf", randbytes(1_000_000))
    number = LETTERS // 10
    written, queued, claimed = list[float](), list[float](), list[float]()
    for files in ((), (file,)):

        def compose(each: int, files: tuple[Attachment, ...] = files) -> Draft:
            letter = writer.write(contexts[each]).with_reference(reference(each))
            key = Key(MessageKind.LETTER, "hrc51", "archive", "first", "smtp", f"{each}")
            content = composer.compose(letter, addressing(each), files)
            to = addressing(each)
            return Draft(key, to.token, to.message_id, "en", to.recipients, letter.subject, content, attachments=files)

        written.append(min(microseconds(compose, range(number)) for _ in range(5)))
        drafts = [compose(each) for each in range(number)]
        engine = open_database(sqlite_file(folder / f"bench-{len(files)}.db"))
        with writing(engine) as connection:
            start = process_time()
            enqueue(connection, drafts, now(), "bench")
            queued.append((process_time() - start) / number * 1e6)
        with writing(engine) as connection:
            start = process_time()
            claim(connection, Scope(), number, now(), "bench")
            claimed.append((process_time() - start) / number * 1e6)
    return {
        "to write": (written[0], written[1]),
        "to queue": (queued[0], queued[1]),
        "to claim": (claimed[0], claimed[1]),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder)
        story = "\n\n".join(["On record: " + WORDS * 4, "Then: " + WORDS * 4, "Since: " + WORDS * 3])
        (templates / "_letter.en.md").write_text(LAYOUT)
        (templates / "archive.en.md").write_text(f"{CASE}{story}\n{{% endblock %}}\n")
        writer, composer = (
            LetterWriter(templates),
            Composer(SenderSettings(name="The team", email="team@example.org"), bulk=True),
        )
        contexts = [words(number) for number in range(LETTERS + 100)]
        letters = [
            writer.write(context).with_reference(reference(number)) for number, context in enumerate(contexts[-100:])
        ]
        for number, letter in enumerate(letters):
            composer.compose(letter, addressing(number))
        ours = microseconds(
            lambda number: composer.compose(
                writer.write(contexts[number]).with_reference(reference(number)), addressing(number)
            ),
            range(LETTERS),
        )
        with_file = carrying(writer, composer, contexts, templates)
        standard = microseconds(lambda number: theirs(letters[number % 100], addressing(number)), range(THEIRS))
    count = len(letters[0].text.split())
    print(f"letter: {count} words, {len(letters[0].blocks)} paragraphs, {LETTERS} different letters")
    print(f"ours, rendering and MIME: {ours:8.0f} µs a letter")
    for words_, (without, carried) in with_file.items():
        print(f"a file of 1 MB, {words_}: {carried - without:+8.0f} µs a letter ({without:.0f} without)")
    print(f"EmailMessage, MIME only:  {standard:8.0f} µs a letter")
    print(f"ratio:                    {standard / ours:8.1f} ×")


if __name__ == "__main__":
    main()
