"""Words the documents of the United Nations that a case stands in, and says which is the best; reads no files."""

from collections.abc import Iterable

from outreach.cases.model import Case, Reference, ReferenceKind
from outreach.grammar import of_state, written_rough
from outreach.language import grammar_of

KINDS: dict[str, dict[ReferenceKind, str]] = {
    "en": {
        "opinion": "opinion",
        "views": "views",
        "communication": "communication",
        "urgent appeal": "urgent appeal",
        "letter": "letter",
        "report": "report",
        "concluding observations": "concluding observations",
        "resolution": "resolution",
        "statement": "statement",
    },
    "fr": {
        "opinion": "avis",
        "views": "constatations",
        "communication": "communication",
        "urgent appeal": "appel urgent",
        "letter": "lettre",
        "report": "rapport",
        "concluding observations": "observations finales",
        "resolution": "résolution",
        "statement": "déclaration",
    },
    "es": {
        "opinion": "opinión",
        "views": "dictamen",
        "communication": "comunicación",
        "urgent appeal": "llamamiento urgente",
        "letter": "carta",
        "report": "informe",
        "concluding observations": "observaciones finales",
        "resolution": "resolución",
        "statement": "declaración",
    },
}
PARAGRAPH = {
    "en": ("paragraph {}", "paragraphs {}"),
    "fr": ("paragraphe {}", "paragraphes {}"),
    "es": ("párrafo {}", "párrafos {}"),
}
# What weighs more: a finding on the case itself, then a report that names it, then a letter to the State.
FINDINGS = ("opinion", "views")
TO_THE_STATE = ("communication", "urgent appeal", "letter")


def reference_texts(case: Case, language: str) -> tuple[str, ...]:
    """Word each document of a case, the best first; those that have no words in the language are left out."""
    return tuple(filter(None, (reference_text(each, language) for each in best_first(case.references))))


def best_first(references: Iterable[Reference]) -> list[Reference]:
    """Order documents: opinions and views, reports that name a paragraph, what went to the State, all else.

    Among those that weigh the same the newest is first; one without a date is last.
    """
    return sorted(references, key=lambda each: (_weight(each), each.date), reverse=True)


def reference_text(reference: Reference, language: str) -> str:
    """Word a document: opinion of the Working Group on Arbitrary Detention (14 August 2019), paragraph 3.

    In a language whose words are not known here: body, symbol and date, as far as they are there.
    """
    grammar = grammar_of(language)
    body, symbol = reference.body.get(language, ""), reference.symbol
    if not body and not symbol:
        return ""
    when = f" ({written_rough(reference.date, language)})" if reference.date else ""
    if not grammar:
        paragraph = f", {reference.paragraph}" if reference.paragraph else ""
        return f"{', '.join(filter(None, (body, symbol)))}{when}{paragraph}"
    words = [KINDS[grammar][reference.kind], symbol, _of(body, language)]
    return f"{' '.join(filter(None, words))}{when}{_paragraph(reference.paragraph, grammar)}"


def _weight(reference: Reference) -> int:
    if reference.kind in FINDINGS:
        return 3
    if reference.kind == "report" and reference.paragraph:
        return 2
    return 1 if reference.kind in TO_THE_STATE else 0


def _of(body: str, language: str) -> str:
    if grammar_of(language) == "fr" and body.startswith("des "):
        body = body.removeprefix("des ")
    return of_state(body, language) if body else ""


def _paragraph(text: str, grammar: str) -> str:
    if not text:
        return ""
    one, several = PARAGRAPH[grammar]
    return ", " + (one if text.isdigit() else several).format(text.replace("-", "\u2013"))
