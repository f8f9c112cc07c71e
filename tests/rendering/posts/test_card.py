"""The picture of a post: every word is there, it can be read, and a character without a letterform is no empty box."""

import io
import unicodedata
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, features

from outreach.campaign import load_campaign
from outreach.errors import TemplateError
from outreach.rendering.posts.card import FOOT, LINE_BOX, MARGIN, SIZE, TITLE_BOX, alt_text, card
from outreach.rendering.posts.card_text import LINE_FONTS, TITLE_FONTS, Box, set_text
from tests.conftest import CAMPAIGN

Colour = tuple[int, int, int]
FONTS = Path(str(files("outreach"))) / "data" / "fonts"
TAG = "#EndReprisals"
LATIN = ("Human Rights Center ‘Beacon’", "In Belarus")
FRENCH = ("Centre de défense des droits de l'homme « Beacon »", "Au Bélarus")
CYRILLIC = ("Правозащитный центр «Вясна»", "В Беларуси")
GREEK = ("Υπερασπιστές των ανθρωπίνων δικαιωμάτων", "Στη Λευκορωσία")
ARABIC = ("المدافعون عن حقوق الإنسان", "عوقبوا لأنهم تحدثوا")
LONG = ("Four lawyers and everybody who was disbarred with them for working with a committee " * 2, "A line " * 12)
needs_shaping = pytest.mark.skipif(not features.check("raqm"), reason="this machine has no FriBiDi")
SCRIPTS = [
    pytest.param(LATIN, id="latin"),
    pytest.param(FRENCH, id="french"),
    pytest.param(CYRILLIC, id="cyrillic"),
    pytest.param(GREEK, id="greek"),
    pytest.param(ARABIC, id="arabic", marks=needs_shaping),
    pytest.param(LONG, id="long"),
]


def picture(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return image.convert("RGB")


def colours(image: Image.Image) -> Counter[Colour]:
    return Counter({colour: count for count, colour in image.getcolors(1 << 20)})


def ink(image: Image.Image, ground: Colour) -> tuple[int, int, int, int]:
    """The box around everything that is not ground."""
    return ImageChops.difference(image, Image.new("RGB", image.size, ground)).getbbox() or (0, 0, 0, 0)


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2, "contrast ratio" and "relative luminance"."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# The picture


@pytest.mark.parametrize("words", SCRIPTS)
def test_it_is_a_small_png_of_the_size_that_networks_show_whole(words: tuple[str, str]) -> None:
    png = card(*words, TAG)
    assert picture(png).size == SIZE == (1200, 675)
    assert len(png) <= 120_000


@pytest.mark.parametrize("words", SCRIPTS)
def test_the_same_words_give_the_same_bytes_and_others_do_not(words: tuple[str, str]) -> None:
    assert card(*words, TAG) == card(*words, TAG)
    assert card(*words, TAG) != card(words[0], f"{words[1]}.", TAG)


@pytest.mark.parametrize("words", SCRIPTS)
def test_title_line_and_hashtag_each_stand_out_from_the_ground(words: tuple[str, str]) -> None:
    """4.5:1 is level AA for text of any size (WCAG 2.2, 1.4.3). Measured where each of them alone is drawn."""
    for only in ((words[0], "", ""), (words[0], words[1], ""), (words[0], words[1], TAG)):
        image = picture(card(*only))
        ground = colours(image).most_common(1)[0][0]
        left, top, right, bottom = ink(image, ground)
        rows = (top, bottom) if not only[2] else (SIZE[1] - FOOT + 4, SIZE[1])
        drawn = colours(image.crop((left, rows[0], right, rows[1])))
        del drawn[ground]
        solid = drawn.most_common(1)[0][0]
        assert contrast(solid, ground) >= 4.5


def test_the_line_by_itself_stands_out_too() -> None:
    """The rows that the line adds to the picture, below the title."""
    image = picture(card("Title", "One line", ""))
    ground = colours(image).most_common(1)[0][0]
    bottom = ink(image, ground)[3]
    drawn = colours(image.crop((0, bottom - 30, SIZE[0], bottom)))
    del drawn[ground]
    assert contrast(drawn.most_common(1)[0][0], ground) >= 4.5


@pytest.mark.parametrize("words", SCRIPTS)
def test_nothing_reaches_into_the_margins(words: tuple[str, str]) -> None:
    """Italics and accents may hang over by a little; a word that ran out of the picture would not stop there."""
    image = picture(card(*words, TAG))
    ground = colours(image).most_common(1)[0][0]
    left, top, right, bottom = ink(image, ground)
    assert left >= MARGIN - 8
    assert right <= SIZE[0] - MARGIN + 8
    assert top >= 60
    assert bottom <= SIZE[1] - 30


@pytest.mark.parametrize("words", [LATIN, LONG, ("W" * 25, "y" * 60)], ids=["short", "long", "one word"])
def test_the_line_does_not_touch_the_rule_above_the_hashtag(words: tuple[str, str]) -> None:
    image = picture(card(*words))
    ground = colours(image).most_common(1)[0][0]
    assert ink(image, ground)[3] <= SIZE[1] - FOOT - 20


@needs_shaping
def test_arabic_begins_at_the_right() -> None:
    image = picture(card("سلام", "", ""))
    ground = colours(image).most_common(1)[0][0]
    assert ink(image, ground)[0] > SIZE[0] // 2


@needs_shaping
def test_arabic_letters_are_joined() -> None:
    """Without shaping a word is as wide as its letters one by one; joined, they leave out their tails."""
    font = set_text("محمد", TITLE_BOX, TITLE_FONTS).font
    assert font.getlength("محمد") < sum(font.getlength(letter) for letter in "محمد")


def test_every_case_of_the_campaign_has_a_picture_in_each_language() -> None:
    campaign = load_campaign(CAMPAIGN)
    for case in campaign.cases.values():
        for language, title in case.title.items():
            assert len(card(title, case.place.get(language, ""), campaign.settings.campaign.hashtag)) <= 120_000


# Words in a box


def words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("’", "'").split()


letters = st.sampled_from("abcdeéèñßłžABCÇŒ абвгдежзийЖ αβγδέΩ «»¿?!:;'’-–…0123456789")


@given(st.lists(st.text(letters, min_size=1, max_size=14), min_size=1, max_size=26).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_no_word_is_lost_and_every_line_fits(text: str) -> None:
    block = set_text(text, TITLE_BOX, TITLE_FONTS)
    assert words(" ".join(block.lines)) == words(text)
    assert all(block.font.getlength(line) <= TITLE_BOX.width for line in block.lines)
    assert block.height <= TITLE_BOX.height


def test_a_longer_title_is_set_smaller() -> None:
    sizes = [set_text("word " * count, TITLE_BOX, TITLE_FONTS).font.size for count in (2, 12, 24, 48)]
    assert all(longer < shorter for shorter, longer in pairwise(sizes))


def test_lines_are_about_as_long_as_each_other() -> None:
    block = set_text("one two three four five six seven eight nine", Box(640, 400, 60, 60, 1.2), TITLE_FONTS)
    lengths = [block.font.getlength(line) for line in block.lines]
    assert len(lengths) > 1
    assert min(lengths) > 0.6 * max(lengths)


def test_french_marks_stay_with_their_word() -> None:
    block = set_text("Un mot « Beacon » ! " * 3, Box(420, 900, 60, 60, 1.2), TITLE_FONTS)
    assert not [line for line in block.lines if line.endswith("«") or line[0] in "»!"]


def test_a_typewriters_apostrophe_becomes_a_printers() -> None:
    assert set_text("l'homme", TITLE_BOX, TITLE_FONTS).lines == ("l’homme",)


def test_a_text_that_fits_at_no_size_is_refused_and_not_cut() -> None:
    with pytest.raises(TemplateError, match="too long for a picture"):
        card("word " * 400, "", TAG)


# Fonts


@pytest.mark.parametrize(
    ("missing", "named"),
    [("火", "U+706B CJK UNIFIED IDEOGRAPH-706B"), ("🕊", "U+1F54A DOVE OF PEACE"), ("አ", "U+12A0 ETHIOPIC")],
)
@pytest.mark.parametrize("place", ["title", "line", "hashtag"])
def test_a_character_that_the_font_lacks_is_named_with_what_to_set(missing: str, named: str, place: str) -> None:
    with pytest.raises(TemplateError) as caught:
        card(**{"title": "Title", "line": "Line", "hashtag": TAG, place: f"Some {missing} words"})
    assert named in str(caught.value)
    assert "[posts] font" in str(caught.value)


def test_what_has_no_form_of_its_own_needs_none() -> None:
    """A joiner, a direction mark, a variation selector and a no-break space."""
    assert card("a\u200db\u200ec\ufe0fd\u00a0e", "", "")


def test_a_font_of_ones_own_is_used() -> None:
    own = FONTS / LINE_FONTS[0]
    assert card(*LATIN, TAG, own) == card(*LATIN, TAG, str(own))
    assert card(*LATIN, TAG, own) != card(*LATIN, TAG)


@needs_shaping
def test_what_a_font_of_ones_own_lacks_is_not_taken_from_another() -> None:
    with pytest.raises(TemplateError, match="the font has no “ا”"):
        card("اسم", "", "", FONTS / TITLE_FONTS[0])


@pytest.mark.parametrize("content", [None, b"no font"], ids=["not there", "no font"])
def test_a_font_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.ttf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TemplateError, match=r"own\.ttf"):
        card("Title", "", "", path)


def test_without_fribidi_arabic_is_refused_rather_than_set_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's wheel brings Raqm, and finds FriBiDi on the machine, or not."""
    monkeypatch.setattr(features, "check", lambda name: False)
    assert card(*LATIN, TAG)
    with pytest.raises(TemplateError, match="FriBiDi"):
        card(*ARABIC, TAG)


def test_the_fonts_come_with_their_licence() -> None:
    assert {*TITLE_FONTS, *LINE_FONTS} <= {path.name for path in FONTS.iterdir()}
    assert "Permission is hereby granted, free of charge" in (FONTS / "LICENSE").read_text(encoding="utf-8")


# Alt text


@pytest.mark.parametrize(
    ("language", "read"),
    [
        ("en", "A card that reads: Human Rights Center ‘Beacon’. In Belarus. #EndReprisals"),
        ("fr", "Carte portant ce texte : Human Rights Center ‘Beacon’. In Belarus. #EndReprisals"),
        ("es", "Tarjeta con este texto: Human Rights Center ‘Beacon’. In Belarus. #EndReprisals"),
    ],
)
def test_the_alt_text_says_everything_that_the_picture_shows(language: str, read: str) -> None:
    assert alt_text(*LATIN, TAG, language) == read


def test_an_alt_text_adds_no_second_full_stop() -> None:
    assert alt_text("Raise it!", "Now.", "") == "A card that reads: Raise it! Now."


def test_the_boxes_leave_room_for_each_other() -> None:
    assert TITLE_BOX.height + LINE_BOX.height < SIZE[1] - FOOT - 150
