"""A case file is read whole or refused with everything that is wrong with it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.cases.load import find_case, load_cases
from outreach.cases.model import Case, CaseEvent, Consent, Person, Stopped
from outreach.errors import DataError, Problem, UsageError
from outreach.registry.states import load_states
from tests.cases.conftest import SOUND, problems_in, replaced
from tests.conftest import CAMPAIGN, REPOSITORY

Problems = Callable[[str, str], tuple[Problem, ...]]


def test_a_sound_file_becomes_a_case(case_of: Callable[..., Case]) -> None:
    case = case_of()

    assert case.slug == "archive"
    assert case.title == {"en": "The Archive", "fr": "Les Archives", "es": "El Archivo"}
    assert case.place["fr"] == "au Bélarus"
    assert case.mention["es"] == "el Archivo (Belarús)"
    assert case.state_concerned == "BLR"
    assert case.people == (Person("A. Person", "archivist"),)
    assert case.organisations == ("The Archive",)
    assert case.dates == (CaseEvent("2020-08", "The Archive is raided."),)
    assert case.consent == Consent(letters=True, source="A letter of 2 May 2022")
    assert case.sources == ("The Archive itself",)
    assert case.embargo is None
    assert case.story == {
        "Story behind": "It keeps records.",
        "What happened": "It was raided.",
        "What we want": "That it reopens.",
    }


def test_the_example_of_the_documentation_is_a_sound_case(write_case: Callable[..., Path]) -> None:
    page = (REPOSITORY / "docs" / "cases.md").read_text(encoding="utf-8")
    example = page.partition("```markdown\n")[2].partition("```")[0]

    assert load_cases(write_case(example), load_states())["archive"].people == (Person("A. Person", "archivist"),)


def test_byte_order_mark_and_windows_line_ends_change_nothing(write_case: Callable[..., Path]) -> None:
    plain = load_cases(write_case(), load_states())

    windows = b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()

    assert load_cases(write_case(windows), load_states()) == plain


def test_headings_may_end_in_a_question_mark_and_have_any_case(case_of: Callable[..., Case]) -> None:
    assert "What happened" in case_of("## What happened", "## WHAT HAPPENED?").story


def test_further_sections_are_kept_in_order(case_of: Callable[..., Case]) -> None:
    story = case_of("## What we want", "## Voices\n\nOne.\n\n## What we want").story

    assert list(story) == ["Story behind", "What happened", "Voices", "What we want"]


def test_what_nobody_has_written_yet_is_unfinished(case_of: Callable[..., Case]) -> None:
    case = case_of("It was raided.\n", "<!-- What was\ndone to them. -->\n")

    assert case.unfinished == ("What happened",)
    assert "What happened" not in case.story
    assert case.story["Story behind"] == "It keeps records."


def test_comments_are_no_part_of_a_section(case_of: Callable[..., Case]) -> None:
    case = case_of("It was raided.\n", "It was <!-- not\n## What we want\n--> raided.\n")

    assert case.unfinished == ()
    assert case.story["What happened"].split() == ["It", "was", "raided."]


def test_drafts_begin_with_an_underscore_and_are_no_cases(write_case: Callable[..., Path]) -> None:
    write_case("not a case", "_draft.md")

    assert list(load_cases(write_case(), load_states())) == ["archive"]


def test_a_campaign_in_one_language_needs_no_other(write_case: Callable[..., Path]) -> None:
    folder = write_case(SOUND.replace("  fr: ", "  # fr: ").replace("  es: ", "  # es: "))

    cases = load_cases(folder, load_states(), languages=("en",))

    assert cases["archive"].title == {"en": "The Archive"}


def test_an_embargo_is_a_day(case_of: Callable[..., Case]) -> None:
    assert case_of("people:", "embargo: 2022-09-01\npeople:").embargo == date(2022, 9, 1)


def test_silence_is_no_consent(case_of: Callable[..., Case]) -> None:
    assert case_of("  posts: no\n  web: no\n", "").consent == Consent(letters=True, source="A letter of 2 May 2022")


def test_mentions_are_agreed_to_apart_from_letters(case_of: Callable[..., Case]) -> None:
    assert not case_of().consent.mentions
    assert case_of("  web: no\n", "  web: no\n  mentions: yes\n").consent.mentions


def test_a_person_agrees_to_what_the_case_does_but_for_what_is_said_of_the_person(case_of: Callable[..., Case]) -> None:
    own = "role: archivist\n    consent: {letters: no, asked_again_on: 2022-06}\n  - name: B. Person"

    case = case_of("role: archivist", own)

    assert case.consent_of(case.people[0]) == Consent(source="A letter of 2 May 2022", asked_again_on="2022-06")
    assert case.people[1].consent is None
    assert case.consent_of(case.people[1]) is case.consent


def test_a_person_has_a_status_with_its_day_and_source(case_of: Callable[..., Case]) -> None:
    case = case_of("role: archivist", "role: archivist\n    status: Detained\n    since: 2021-07\n    source: a page")

    assert case.people == (Person("A. Person", "archivist", "detained", "2021-07", "a page"),)


@pytest.mark.parametrize(
    ("written", "names", "in_file"),
    [
        ("withheld: file", (), True),
        ("withheld: [A. Friend]", ("A. Friend",), False),
        ("withheld:\n  - A. Friend\n  - file", ("A. Friend",), True),
    ],
)
def test_names_are_withheld_by_the_case_or_by_a_file_of_all(
    case_of: Callable[..., Case], written: str, names: tuple[str, ...], in_file: bool
) -> None:
    case = case_of("people:", f"{written}\npeople:")

    assert (case.withheld, case.withheld_in_file) == (names, in_file)


def test_a_case_says_who_checked_it_when_and_that_it_is_stopped(case_of: Callable[..., Case]) -> None:
    new = "checked_on: 2022-09\nchecked_by: A. Friend\nstopped: {on: 2026-02-03, why: She asked us to}\nnot_to: [RUS]\n"

    case = case_of("people:", f"{new}historical: yes\npeople:")

    assert (case.checked_on, case.checked_by, case.historical) == ("2022-09", "A. Friend", True)
    assert case.stopped == Stopped(date(2026, 2, 3), "She asked us to")
    assert case.not_to == ("RUS",)


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "words"),
    [
        ("  fr: Les Archives\n", "", 2, "title.fr", "missing: the title in French"),
        ("  fr: Les Archives\n", "  fr: ''\n", 4, "title.fr", "missing: the title in French"),
        ("state_concerned: BLR", "state_concerned: Belarus", 14, "state_concerned", "write BLR"),
        ("state_concerned: BLR", "state_concerned: XXX", 14, "state_concerned", "alpha-3 code"),
        ("state_concerned: BLR\n", "", None, "state_concerned", "missing"),
        ("date: 2020-08\n", "date: 2020-13\n", 21, "dates.1.date", "there is no date 2020-13"),
        ("date: 2020-08\n", "date: 2021-02-29\n", 21, "dates.1.date", "there is no date 2021-02-29"),
        ("date: 2020-08\n", "date: August 2020\n", 21, "dates.1.date", "write it as precisely as known"),
        ("people:", "embargo: 2022-09-31\npeople:", 15, "embargo", "'2022-09-31' is no day"),
        ("letters: yes", "letters: maybe", 24, "consent.letters", "write yes or no"),
        ("  source: A letter of 2 May 2022\n", "", 23, "consent.source", "where the consent is written down"),
        ("sources:\n  - The Archive itself\n", "", None, "sources", "at least one source"),
        ("title:", "titel:", 2, "titel", "did you mean title?"),
        ("    role: archivist", "    rolle: archivist", 17, "people.1.rolle", "did you mean role?"),
        ("organisations:", "organisations: []\norganisations:", 19, "organisations", "there twice"),
        ("organisations:\n  - The Archive\n", "organisations: The Archive\n", 18, "organisations", "must be a list"),
        ("  - The Archive\n", "  - The: Archive\n", 19, "organisations", "text with a colon needs quotes"),
        ("  - name: A. Person\n    role: archivist\n", "  - A. Person\n", 16, "people", "must be '- name: …'"),
        ("## What happened\n", "", None, None, "'## What happened' is missing"),
        ("It was raided.\n", "<!-- not yet\n", 38, None, "close it with -->"),
        ("## What we want", "## What happened", 40, None, "is there twice"),
        ("## Story behind\n", "", 33, None, "text before the first heading"),
        ("  en: The Archive\n", '  en: "The\\r\\nBcc: x@example.org"\n', 3, "title.en", "one line"),
        ("  en: The Archive\n", '  en: "The\\0Archive"\n', 3, "title.en", "control character U+0000"),
        ("  en: The Archive\n", '  en: "The\\u2028Archive"\n', 3, "title.en", "U+2028"),
        ("  en: The Archive\n", '  en: "The\\ud800Archive"\n', 3, "title.en", "U+D800"),
        ("  en: The Archive\n", "  en: |\n    The\n    Archive\n", 3, "title.en", "one line"),
        ("  en: The Archive\n", f"  en: {'x' * 501}\n", 3, "title.en", "longer than 500"),
        ("  en: The Archive\n", "  en: The Archive\x1b[2J\n", 3, None, "control character U+001B"),
        ("  en: The Archive\n", "\ten: The Archive\n", 3, None, "a tab: indent with spaces"),
        ("  en: The Archive\n", "  en: 'The Archive\n", None, None, "not valid YAML"),
        ("  en: The Archive\n", "  en: The #EndReprisals archive\n", 3, "title.en", "put the value in quotes"),
        ("  en: The Archive\n", "  en: &a The Archive\n  fr: *a\n", 3, None, "anchors"),
        ("people:", "not_to: [RUS, Burundi]\npeople:", 15, "not_to", "write BDI"),
        ("people:", "not_to: RUS\npeople:", 15, "not_to", "must be a list"),
        ("people:", "withheld: A. Person\npeople:", 15, "withheld", "or the word file"),
        ("people:", "stopped: yes\npeople:", 15, "stopped", "(on, why)"),
        ("people:", "stopped: {why: x}\npeople:", 15, "stopped.on", "missing: the day"),
        ("people:", "stopped: {on: 2026-02-30, why: x}\npeople:", 15, "stopped.on", "is no day"),
        ("people:", "stopped: {on: 2026-02-03}\npeople:", 15, "stopped.why", "why the case was stopped"),
        ("people:", "checked_on: yesterday\npeople:", 15, "checked_on", "is not a date"),
        ("people:", "historical: perhaps\npeople:", 15, "historical", "write yes or no"),
        ("role: archivist", "status: detaind", 17, "people.1.status", "did you mean detained?"),
        ("role: archivist", "since: 2021-07", 17, "people.1.since", "Write a status too"),
        (
            "role: archivist",
            "consent: {posts: yes}",
            17,
            "people.1.consent.source",
            "where the consent is written down",
        ),
        ("  posts: no", "  posts: no\n  given_on: May", 26, "consent.given_on", "is not a date"),
        ("title:", "? [a, b]\n: c\ntitle:", 2, None, "a key must be a plain word"),
    ],
)
def test_a_fault_is_named_with_row_and_key(
    problems_of: Problems, old: str, new: str, row: int | None, column: str | None, words: str
) -> None:
    matching = [problem for problem in problems_of(old, new) if words in problem.message]

    assert matching, problems_of(old, new)
    assert len(matching) == len(set(matching)), "told once"
    assert matching[0].file == "cases/archive.md"
    assert matching[0].column == column
    if row is not None:
        assert matching[0].row == row


def test_a_yaml_comment_after_a_value_is_still_a_comment(case_of: Callable[..., Case]) -> None:
    assert case_of("letters: yes", "letters: yes  # asked by telephone").consent.letters


def test_all_problems_of_all_files_come_at_once(write_case: Callable[..., Path]) -> None:
    write_case(replaced("state_concerned: BLR", "state_concerned: XXX"), "one.md")
    folder = write_case(SOUND.replace("letters: yes", "letters: perhaps").replace("date: 2020-08", "date: 1"), "two.md")

    found = {(problem.file, problem.column) for problem in problems_in(folder)}

    assert found == {
        ("cases/one.md", "state_concerned"),
        ("cases/two.md", "dates.1.date"),
        ("cases/two.md", "consent.letters"),
    }


@pytest.mark.parametrize("name", ["Beacon.md", "two words.md", "a_b.md", "-.md", f"{'x' * 61}.md", "é.md"])
def test_a_file_name_that_is_no_slug_is_refused(write_case: Callable[..., Path], name: str) -> None:
    assert "rename it" in problems_in(write_case(name=name))[0].message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "must begin with a line ---"),
        (b"No front matter\n", "must begin with a line ---"),
        (b"---\ntitle: x\n", "no closing line ---"),
        (b"---\n- a list\n---\n", "must be lines of 'key: value'"),
        (b"---\n---\n", "must be lines of 'key: value'"),
        (SOUND.encode("utf-16"), "not UTF-8"),
        (SOUND.encode("latin-1"), "not UTF-8"),
        (b"---\n" + b"[" * 50_000 + b"\n---\n", "nested too deeply"),
        (b"x" * 10_000_000, "larger than 200 kB"),
        (b'---\ntitle: "\\Uffffffff"\n---\n', "no character"),
    ],
)
def test_what_is_no_case_file_is_refused_in_words(write_case: Callable[..., Path], content: bytes, words: str) -> None:
    problems = problems_in(write_case(content))

    assert len(problems) == 1
    assert words in problems[0].message


def test_a_yaml_bomb_is_refused_before_it_unfolds(write_case: Callable[..., Path]) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    (problem,) = problems_in(write_case("---\n" + "\n".join(lines) + "\n---\n"))

    assert "anchors (&) and aliases (*) are not used" in problem.message
    assert problem.row == 2


def test_a_campaign_without_a_cases_folder_says_so(tmp_path: Path) -> None:
    (problem,) = problems_in(tmp_path)

    assert "each case is a file in it" in problem.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(text=st.text(max_size=300), at=st.integers(min_value=0, max_value=len(SOUND)))
def test_whatever_is_typed_into_a_file_it_loads_or_is_refused_in_words(tmp_path: Path, text: str, at: int) -> None:
    """No input ends in anything but cases or a DataError; what loads is safe in a header."""
    (tmp_path / "cases").mkdir(exist_ok=True)
    mixed = SOUND[:at] + text + SOUND[at:]
    (tmp_path / "cases" / "archive.md").write_bytes(mixed.encode(errors="surrogatepass"))

    try:
        case = load_cases(tmp_path, load_states())["archive"]
    except DataError:
        return

    assert not any(ord(letter) < 32 for title in case.title.values() for letter in title)


def test_a_case_is_found_by_its_slug() -> None:
    cases = load_cases(CAMPAIGN, load_states())

    assert find_case(cases, "sample").state_concerned == "CHN"


SLUGS = "there are: beacon, sample, specimen"
NEAREST = "did you mean beacon?"


@pytest.mark.parametrize(
    ("slug", "hint"),
    [
        *((slug, SLUGS) for slug in ("../../x", "", "/etc/passwd", "y" * 5000)),
        *((slug, NEAREST) for slug in ("beacon.md", "bea\x00con", "BEACON")),
    ],
)
def test_what_is_no_slug_is_answered_with_the_nearest_or_with_the_slugs_there_are(slug: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_case(load_cases(CAMPAIGN, load_states()), slug)

    message = str(caught.value)
    assert message.endswith(hint)
    assert "\x00" not in message
    assert len(message) < 300


def test_a_misspelt_slug_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"did you mean specimen\?"):
        find_case(load_cases(CAMPAIGN, load_states()), "specimn")
