"""Documents of the United Nations that a case stands in, and words for a delegation: read, worded, refused."""

from pathlib import Path

import pytest

from outreach.cases.load import load_case
from outreach.errors import DataError
from outreach.registry.states import load_states
from outreach.rendering.letters.documents import best_first, reference_text, reference_texts
from outreach.rendering.letters.sections import suggested_words
from outreach.services.checks.length import advice_on_suggested_words
from tests.conftest import CAMPAIGN

HEAD = "references:\n"
REPORT = "  - {kind: report, body: SG, symbol: A/HRC/0/1, paragraph: 12-15, year: 2021, source: there}\n"
OPINION = "  - {kind: opinion, body: Working Group on Arbitrary Detention, date: 2019-08-14, source: there}\n"
APPEAL = "  - {kind: urgent appeal, body: special procedures, date: 2016-12, source: there}\n"
OTHER = "  - kind: statement\n    body: {en: the River Forum, fr: le Forum}\n    date: 2024\n    source: there\n"


def case_with(folder: Path, references: str, more: str = ""):
    (folder / "cases").mkdir(exist_ok=True)
    text = (CAMPAIGN / "cases" / "sample.md").read_text(encoding="utf-8")
    text = text.replace("\n---\n", f"\n{references}---\n", 1) if references else text
    (folder / "cases" / "sample.md").write_text(text + more, encoding="utf-8")
    return load_case(folder, "sample", load_states())


def test_the_best_document_comes_first_in_words_of_each_language(tmp_path: Path) -> None:
    case = case_with(tmp_path, HEAD + OTHER + APPEAL + REPORT + OPINION)

    assert reference_texts(case, "en") == (
        "opinion of the Working Group on Arbitrary Detention (14 August 2019)",
        "report A/HRC/0/1 of the Secretary-General (2021), paragraphs 12–15",
        "urgent appeal of mandate holders of the Special Procedures (December 2016)",
        "statement of the River Forum (2024)",
    )
    assert reference_texts(case, "fr") == (
        "avis du Groupe de travail sur la détention arbitraire (14 août 2019)",
        "rapport A/HRC/0/1 du Secrétaire général (2021), paragraphes 12–15",
        "appel urgent de titulaires de mandat au titre des procédures spéciales (décembre 2016)",
        "déclaration du Forum (2024)",
    )
    assert reference_texts(case, "es")[:3] == (
        "opinión del Grupo de Trabajo sobre la Detención Arbitraria (14 de agosto de 2019)",
        "informe A/HRC/0/1 del Secretario General (2021), párrafos 12–15",
        "llamamiento urgente de titulares de mandatos de los procedimientos especiales (diciembre de 2016)",
    )
    assert reference_text(best_first(case.references)[1], "pt") == "A/HRC/0/1 (2021), 12-15"
    assert case_with(tmp_path, "references:\n").references == ()


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            "{kind: opinon, body: WGAD, source: there}",
            "references.1.kind: unknown kind 'opinon'; did you mean opinion?",
        ),
        ("{kind: report, body: SG}", "references.1.source: missing"),
        ("{kind: report, source: there}", "references.1.body: missing: say whose document it is"),
        ("{kind: report, body: SG, paragraph: twelve, source: there}", "references.1.paragraph: 'twelve' is no number"),
        ("{kind: report, body: SG, date: 2021-02, year: 2020, source: there}", "references.1.year: another year"),
        ("{kind: report, body: SG, date: May, source: there}", "references.1.date"),
        ("{kind: report, body: SG, number: 3, source: there}", "references.1.number: there is no such key"),
    ],
)
def test_what_is_wrong_with_a_document_is_told_with_row_and_key(tmp_path: Path, entry: str, says: str) -> None:
    with pytest.raises(DataError) as caught:
        case_with(tmp_path, f"{HEAD}  - {entry}\n")

    [problem] = caught.value.problems
    assert problem.row
    assert says in f"{problem.column}: {problem.message}"


def test_words_for_a_delegation_are_one_sentence_and_one_paragraph(tmp_path: Path) -> None:
    section = "\n## Suggested words\n\nWe call on\nUtopia.\n\nA paragraph.\n"
    case = case_with(tmp_path, "", section)

    assert suggested_words(case, "en") == ("We call on Utopia.", "A paragraph.")
    assert suggested_words(case, "fr") == ("", "")
    assert list(advice_on_suggested_words(case)) == []
    assert case_with(tmp_path, "", "\n## Suggested words\n").unfinished == ()

    long = case_with(tmp_path, "", f"\n## Suggested words\n\n{'word ' * 31}\n\n{'word ' * 61}\n")
    told = [each.what for each in advice_on_suggested_words(long)]
    assert told == [
        "## Suggested words: the sentence has 31 words",
        "## Suggested words: the paragraph has 61 words",
    ]
    broken = case_with(tmp_path, "", "\n## Suggested words\n\nWe <b>call</b>.\n")
    assert "HTML is shown as it is typed" in str(suggested_words(broken, "en")[0].problem)
