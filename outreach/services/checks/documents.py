"""Advises about the documents of the United Nations that a case names; words none of them."""

from collections.abc import Iterator, Sequence
from datetime import date

from outreach.cases.advice.advice import Advice
from outreach.cases.model import Case
from outreach.language import language_name
from outreach.rendering.letters.documents import reference_text


def advice_on_documents(case: Case, languages: Sequence[str], today: date) -> Iterator[Advice]:
    """Name documents that letters in a language leave out, bodies that stand there by an acronym, and days to come."""
    for number, reference in enumerate(case.references, 1):
        file, column = f"cases/{case.slug}.md", f"references.{number}"
        if reference.date > f"{today}":
            yield Advice(f"the document is dated {reference.date}, which is to come", "correct it", file, column=column)
        short = sorted({name for name in reference.body.values() if name.isupper() and len(name.split()) == 1})
        if short:
            to_do = "write its name in each language: body: {en: the …, fr: …}"
            yield Advice(f"'{short[0]}' is no body that we know by its acronym", to_do, file, column=column)
            continue
        if missing := [each for each in languages if not reference_text(reference, each)]:
            names = ", ".join(map(language_name, missing))
            to_do = "give body in these languages, or the symbol of the document"
            yield Advice(f"letters in {names} do not name this document", to_do, file, column=column)
