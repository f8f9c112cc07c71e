"""Foreign text is cleaned or refused with the guarantees that text.py states; lists, counts and times read well."""

import json
import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach import text

ANY = st.text(st.characters(), max_size=400)
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = [chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))] + [*BIDI, *"\u2028\u2029\ud800\udfff"]


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_is_named_and_shown(control: str) -> None:
    assert text.control_in(f"a{control}b") == text.control_in_line(f"a{control}b") == control
    assert text.visible(f"a{control}b") == "a�b"


def test_line_breaks_and_tabs_are_for_text_of_several_lines() -> None:
    assert text.control_in("a\tb\nc") == ""
    assert (text.control_in_line("a\tb"), text.control_in_line("a\nb")) == ("\t", "\n")
    assert text.code_point("\n") == "U+000A"


@pytest.mark.parametrize("fine", ["", "Genève", "日本", "عربي", "a\u200db", "👩\u200d👩\u200d👧", "a\u00a0b"])
def test_what_people_write_is_not_a_control(fine: str) -> None:
    """A joiner holds an emoji together, a no-break space stands in French and in names."""
    assert text.control_in_line(fine) == ""
    assert text.visible(fine) == fine


@given(ANY)
@example("\ud800")
@example("a\r\nb\rc\0")
def test_storable_text_has_line_feeds_only_and_fits_any_database(said: str) -> None:
    kept = text.storable(said)
    kept.encode()
    assert not set("\r\0") & set(kept)
    assert text.storable(kept) == kept


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])))
def test_storable_text_says_all_that_was_said(said: str) -> None:
    assert text.storable(said) == said


@given(ANY, st.none() | st.integers(1, 50))
@example("\x1f a", 1)
@example("a b", 2)
def test_a_clean_line_is_one_printable_line(said: str, longest: int | None) -> None:
    line = text.clean_line(said, longest)
    assert text.control_in_line(line) == ""
    assert not [each for each in line if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"}]
    assert line == " ".join(line.split())
    assert longest is None or len(line) <= longest
    assert text.clean_line(line, longest) == line
    line.encode()


@given(ANY)
def test_a_clean_line_keeps_every_letter(said: str) -> None:
    def letters(words: str) -> str:
        return "".join(each for each in words if not each.isspace() and not text.control_in_line(each))

    assert letters(text.clean_line(said).replace("\ufffd", "")) == letters(said.replace("\ufffd", ""))


@given(ANY)
@example("a\u00a0: b\n  c")
def test_an_unwrapped_paragraph_is_one_line_with_its_spaces_set_on_purpose(said: str) -> None:
    line = text.unwrapped(said)
    assert not set(line) & set("\t\r\n")
    assert "  " not in line
    assert line == text.unwrapped(line)
    assert line.count("\u00a0") == said.count("\u00a0")


@given(st.text(st.characters(), max_size=5000))
def test_what_a_server_said_is_one_short_printable_line(said: str) -> None:
    kept = text.server_words(said)
    assert len(kept) <= 300
    assert kept == text.clean_line(kept)
    kept.encode()


ATOM = st.text("abcdefghijklmnopqrstuvwxyz0123456789+-=_.%éß", min_size=1, max_size=30)


@given(st.text("abc <>;:,()'\r\n\t", max_size=400), ATOM, ATOM, st.text("xyz <>:,()'\r\n", max_size=3000))
def test_no_address_is_kept(before: str, local: str, domain: str, after: str) -> None:
    assert "@" not in text.server_words(f"{before} <{local}@{domain}> {after}")
    assert "@" not in text.server_words(f"{before} {local}@{domain} {after}")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <a@example.org>: unknown", "550 5.1.1 <address>: unknown"),
        ("550 a@example.org unknown, b@example.org too", "550 <address> unknown, <address> too"),
        ('550 "jo doe"@example.org?', "550 <address>"),
        ("550 müller@bücher.example\r\nand\x07 more\x1b[31m", "550 <address> and more [31m"),
        ("250 ok \u202etxt.exe", "250 ok txt.exe"),
    ],
)
def test_what_a_server_said_is_without_addresses_and_controls(said: str, kept: str) -> None:
    assert text.server_words(said) == kept


def test_an_address_cut_in_half_does_not_show() -> None:
    """What lies beyond the part that is read must not leave the first half of an address behind."""
    many = "a@example.org " * 142 + "secret.name@example.org"
    assert "secret" not in text.server_words(many)


@given(ANY)
def test_what_is_shown_on_a_terminal_is_never_obeyed_and_loses_no_place(said: str) -> None:
    shown = text.visible(said)
    assert text.control_in(shown) == ""
    assert len(shown) == len(said)
    shown.encode()


@given(ANY)
def test_json_is_escaped_and_says_the_same(said: str) -> None:
    document = text.escaped(json.dumps(said, ensure_ascii=False))
    assert text.control_in(document) == ""
    assert json.loads(document) == said


@given(ANY, st.integers(1, 80))
def test_shortened_text_is_short_and_says_so(said: str, longest: int) -> None:
    short = text.shortened(said, longest)
    assert len(short) <= longest
    assert short == said or short.endswith("…")
    assert said.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "letter", "0 letters"),
        (1, "letter", "1 letter"),
        (2, "address", "2 addresses"),
        (3, "reply", "3 replies"),
        (2, "day", "2 days"),
    ],
)
def test_nouns_are_counted(number: int, noun: str, words: str) -> None:
    assert text.counted(number, noun) == words


@pytest.mark.parametrize(
    ("many", "words"),
    [(0, ""), (1, "1"), (3, "1, 2, 3"), (4, "1, 2, 3, 4"), (5, "1, 2, 3 … and 2 more"), (90, "1, 2, 3 … and 87 more")],
)
def test_a_long_list_names_the_first_few_and_counts_the_rest(many: int, words: str) -> None:
    assert text.listed(range(1, many + 1), 3) == words


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("viasnna", "; did you mean viasna?"),
        ("VIASNA", "; did you mean viasna?"),
        ("jing", "; did you mean jiang?"),
        ("cat", "; did you mean car or cab?"),
        ("nothing-like-it", "; there are: viasna, jiang, jing-li, car, cab"),
        ("viasna" * 10_000, "; there are: viasna, jiang, jing-li, car, cab"),
    ],
)
def test_an_unknown_word_gets_the_nearest_that_are_known_or_all(word: str, words: str) -> None:
    assert text.did_you_mean(word, ["viasna", "jiang", "jing-li", "car", "cab"]) == words


def test_where_nothing_is_known_nothing_is_suggested() -> None:
    assert text.did_you_mean("viasna", []) == ""


@pytest.mark.parametrize(("names", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), ([*"abc"], "a, b or c")])
def test_alternatives_are_named(names: list[str], words: str) -> None:
    assert text.either(names) == words


def test_moments_are_written_in_the_time_zone_of_the_reader() -> None:
    late, geneva = datetime(2022, 9, 28, 22, 30, tzinfo=UTC), ZoneInfo("Europe/Zurich")
    assert text.local_day(late, geneva) == date(2022, 9, 29)
    assert text.local_minute(late, geneva) == "2022-09-29 00:30"
    assert text.local_clock(late, geneva) == "00:30 on 29 September"


def test_marks_around_words_read_from_right_to_left_are_left_out_and_overrides_are_not() -> None:
    assert text.unembedded("\u202bشكرا\u202c \u2067لكم\u2069") == "شكرا لكم"
    assert text.visible(text.unembedded("\u202eشكرا")) == "�شكرا"
    assert text.unembedded("\u202bfdp.exe\u202c") == "\u202bfdp.exe\u202c"
