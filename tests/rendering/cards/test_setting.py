"""Words in a box: none is lost, lines are even and end where they may, and a letter without a form is no empty box."""

import unicodedata
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import features

from outreach.errors import TemplateError
from outreach.rendering.cards.breaking import joined, pieces
from outreach.rendering.cards.setting import BOLD_FONTS, LINE_FONTS, TITLE_FONTS, Box, font_problem, set_text
from tests.rendering.cards.pictures import needs_shaping

FONTS = Path(str(files("outreach"))) / "data" / "fonts"
BOX = Box(1024, 276, largest=88, smallest=26, leading=1.16)
letters = st.sampled_from("abcdeéèñßłžABCÇŒ абвгдежзийЖ αβγδέΩ «»¿?!:;'’-–…0123456789")


def words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("’", "'").split()


@given(st.lists(st.text(letters, min_size=1, max_size=14), min_size=1, max_size=26).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_no_word_is_lost_and_every_line_fits(text: str) -> None:
    block = set_text(text, BOX, TITLE_FONTS)
    assert words(" ".join(block.lines)) == words(text)
    assert all(block.font.getlength(line) <= BOX.width for line in block.lines)
    assert block.height <= BOX.height


def test_a_longer_title_is_set_smaller() -> None:
    sizes = [set_text("word " * count, BOX, TITLE_FONTS).font.size for count in (2, 12, 24, 48)]
    assert all(longer < shorter for shorter, longer in pairwise(sizes))


def test_lines_are_about_as_long_as_each_other() -> None:
    block = set_text("one two three four five six seven eight nine", Box(640, 400, 60, 60, 1.2), TITLE_FONTS)
    lengths = [block.font.getlength(line) for line in block.lines]
    assert len(lengths) > 1
    assert min(lengths) > 0.6 * max(lengths)


def test_sentences_that_fill_as_many_lines_have_one_each() -> None:
    box = Box(1024, 400, 112, 26, 1.1)
    assert set_text("They spoke to the UN. They paid for it.", box, TITLE_FONTS).lines[0] == "They spoke to the UN."
    assert set_text("No. 5 of the Rules of Procedure of a Committee", box, TITLE_FONTS).lines[0] != "No."


def test_french_marks_stay_with_their_word() -> None:
    block = set_text("Un mot « Beacon » ! " * 3, Box(420, 900, 60, 60, 1.2), TITLE_FONTS)
    assert not [line for line in block.lines if line.endswith("«") or line[0] in "»!"]


def test_a_typewriters_apostrophe_becomes_a_printers() -> None:
    assert set_text("l'homme", BOX, TITLE_FONTS).lines == ("l’homme",)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("江天勇律师", "江|天|勇|律|师"),
        ("“江天勇”，律师。", "“江|天|勇”，|律|师。"),
        ("律师Jiang在2016年", "律|师|Jiang|在|2016|年"),
        ("コーヒー", "コー|ヒー"),
        ("one\u200btwo", "one|two"),
        ("one two", "one| two"),
        ("สวัสดี", "ส|วั|ส|ดี"),
    ],
)
def test_lines_end_where_the_script_lets_them(text: str, where: str) -> None:
    found = pieces(text)
    assert "|".join(f" {each.text}" if each.spaced else each.text for each in found).removeprefix(" ") == where
    assert joined(found) == text.replace("\u200b", "")


def test_what_nobody_sees_turns_no_letters_around_and_a_book_is_refused_at_once() -> None:
    assert set_text("Beacon\u202e noc\u2066aeB\x07", BOX, TITLE_FONTS).lines == ("Beacon nocaeB",)
    with pytest.raises(TemplateError, match="too long for a picture"):
        set_text("word " * 2_000_000, BOX, TITLE_FONTS)


@needs_shaping
def test_arabic_letters_are_joined() -> None:
    """Without shaping a word is as wide as its letters one by one; joined, they leave out their tails."""
    font = set_text("محمد", BOX, TITLE_FONTS).font
    assert font.getlength("محمد") < sum(font.getlength(letter) for letter in "محمد")


def test_what_has_no_form_of_its_own_needs_none() -> None:
    """A joiner, a direction mark, a variation selector and a no-break space."""
    assert not font_problem("a\u200db\u200ec\ufe0fd\u00a0e", TITLE_FONTS)


def test_a_font_of_ones_own_is_used_and_the_programs_own_for_what_it_lacks() -> None:
    """So a campaign in Chinese and Arabic names one font, and has both. One text is set in one font."""
    own = str(FONTS / "DejaVuSerifCondensed-Bold.ttf")
    assert set_text("Beacon", BOX, TITLE_FONTS, (own,)).font.getname()[0] == "DejaVu Serif"
    if features.check("raqm"):
        assert set_text("سلام", BOX, TITLE_FONTS, (own,)).font.getname()[0] == "Noto Naskh Arabic"


def test_the_character_that_is_named_is_the_one_that_the_best_font_lacks() -> None:
    assert "U+706B" in font_problem("Правда 火", TITLE_FONTS)


@pytest.mark.parametrize("content", [None, b"no font"], ids=["not there", "no font"])
def test_a_font_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.ttf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TemplateError, match=r"own\.ttf"):
        set_text("Title", BOX, TITLE_FONTS, (str(path),))


def test_without_fribidi_arabic_is_refused_rather_than_set_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's wheel brings Raqm, and finds FriBiDi on the machine, or not."""
    monkeypatch.setattr(features, "check", lambda name: False)
    assert set_text("Beacon", BOX, TITLE_FONTS)
    with pytest.raises(TemplateError, match="FriBiDi"):
        set_text("سلام", BOX, TITLE_FONTS)


def test_the_fonts_come_with_their_licences() -> None:
    there = {path.name for path in FONTS.iterdir()}
    assert {*TITLE_FONTS, *LINE_FONTS, *BOLD_FONTS} <= there
    assert "Permission is hereby granted, free of charge" in (FONTS / "LICENSE").read_text(encoding="utf-8")
    open_licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    for family in ("‘Source’", "Noto Project Authors"):
        assert family in open_licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in open_licence
