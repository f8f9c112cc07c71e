"""The picture: every word is there, it can be read, it is small, and it tells nothing beside what it shows."""

import io
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image

from outreach.errors import TemplateError, UsageError
from outreach.rendering.cards.card import LINK_SIZE, POST_SIZE, Card, NameCard, QuoteCard, ThanksCard
from outreach.rendering.cards.colours import Looks, colours
from outreach.rendering.cards.draw import MARGIN, PHOTO, draw
from outreach.rendering.contrast import AA_LARGE, AA_TEXT, contrast
from tests.rendering.cards.pictures import CARDS, MANY, NAME, chunks, hexes, ink, needs_shaping, picture

LOOKS = Looks()


def photo(size: tuple[int, int] = (800, 600), form: str = "JPEG", **how: object) -> bytes:
    """Somebody who is not there: grey steps from left to right."""
    written = io.BytesIO()
    steps = Image.linear_gradient("L").rotate(90).resize(size)
    steps.convert("RGB").save(written, form, **how)
    return written.getvalue()


@pytest.mark.parametrize("card", CARDS)
def test_a_card_is_a_small_png_of_its_size_that_holds_pixels_and_nothing_else(card: Card) -> None:
    for size in (POST_SIZE, LINK_SIZE):
        png = draw(card, size, LOOKS)
        assert picture(png).size == size
        assert len(png) <= 60_000
        assert chunks(png) == ["IHDR", "PLTE", "IDAT", "IEND"]


@pytest.mark.parametrize("card", CARDS)
def test_the_same_card_gives_the_same_bytes_and_another_does_not(card: Card) -> None:
    drawn = draw(card, LINK_SIZE, LOOKS)
    assert draw(replace(card), LINK_SIZE, Looks()) == drawn
    assert draw(replace(card, hashtag="#Other"), LINK_SIZE, LOOKS) != drawn


@pytest.mark.parametrize("card", CARDS)
def test_words_keep_to_the_margins(card: Card) -> None:
    """The seats in a corner do not: they are no words. Accents may hang over by a little."""
    image = picture(draw(card, POST_SIZE, LOOKS))
    left, _, right, bottom = ink(image.crop((0, 320, *POST_SIZE)))
    assert left >= MARGIN - 8
    assert right <= POST_SIZE[0] - MARGIN + 8
    assert bottom + 320 <= POST_SIZE[1] - 50


@pytest.mark.parametrize(
    "theme", [("#0b4251", "#f2b84b"), ("#f5f1e6", "#c9a24a"), ("#777777", "#888888"), ("#7a1022", "#7a1023")]
)
def test_whatever_the_theme_every_word_stands_out_from_the_ground(theme: tuple[str, str]) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11; measured on the pixels: the full colours of the palette are all there."""
    chosen = colours(*theme)
    drawn = hexes(picture(draw(NAME, LINK_SIZE, Looks(*theme))))
    assert {chosen.ground, chosen.title, chosen.soft, chosen.warm, chosen.bar} <= drawn
    for words in (chosen.title, chosen.soft, chosen.warm):
        assert contrast(words, chosen.ground) >= AA_TEXT
    assert contrast(chosen.title, chosen.dots) >= AA_TEXT  # a long name may run over a seat
    assert contrast(chosen.bar, chosen.ground) >= AA_LARGE


@needs_shaping
def test_arabic_begins_at_the_right() -> None:
    image = picture(draw(NameCard("سلام", language="ar"), LINK_SIZE, LOOKS)).crop((0, 320, *LINK_SIZE))
    assert ink(image)[0] > LINK_SIZE[0] // 2


def test_as_many_seats_are_lit_as_states_are_thanked() -> None:
    def lit(count: int) -> int:
        card = ThanksCard(MANY.states[:count], language="en")
        corner = picture(draw(card, LINK_SIZE, LOOKS)).crop((LINK_SIZE[0] - 300, 0, LINK_SIZE[0], 300))
        return sum(number for number, colour in corner.getcolors(1 << 20) if colour == (0xF2, 0xB8, 0x4B))

    counts = [lit(count) for count in (1, 2, 7, 40)]
    assert all(fewer < more for fewer, more in pairwise(counts))
    assert counts[1] == pytest.approx(2 * counts[0], rel=0.1)


def test_a_name_without_anything_else_is_a_card() -> None:
    assert ink(picture(draw(NameCard("Beacon"), LINK_SIZE, LOOKS)).crop((0, 320, *LINK_SIZE))) != (0, 0, 0, 0)


@pytest.mark.parametrize(
    "card",
    [NameCard("word " * 400), QuoteCard("word " * 400, "Who"), ThanksCard(MANY.states * 9)],
    ids=["name", "quote", "thanks"],
)
def test_what_fits_at_no_size_is_refused_and_not_cut(card: Card) -> None:
    with pytest.raises(TemplateError, match="too long for a picture"):
        draw(card, LINK_SIZE, LOOKS)


@pytest.mark.parametrize(
    ("missing", "named"),
    [("火", "U+706B CJK UNIFIED IDEOGRAPH-706B"), ("🕊", "U+1F54A DOVE OF PEACE"), ("አ", "U+12A0 ETHIOPIC")],
)
@pytest.mark.parametrize("place", ["name", "line", "hashtag", "address", "above"])
def test_a_character_that_no_font_has_is_named_with_what_to_set(missing: str, named: str, place: str) -> None:
    words = f"Some {missing} words"
    with pytest.raises(TemplateError) as caught:
        draw(replace(NAME, **{place: (words,) if place == "above" else words}), LINK_SIZE, LOOKS)
    assert named in str(caught.value)
    assert "[posts] font" in str(caught.value)


# A picture beside the name


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_at_the_far_side_in_the_two_tones_of_the_theme(form: str) -> None:
    png = draw(replace(NAME, credit="Photo: P. Example"), LINK_SIZE, LOOKS, photo(form=form))
    image = picture(png)
    assert chunks(png) == ["IHDR", "PLTE", "IDAT", "IEND"]
    assert len(png) <= 120_000
    left = ink(image.crop((0, 320, LINK_SIZE[0] - PHOTO, LINK_SIZE[1])))
    assert left[2] <= LINK_SIZE[0] - PHOTO - 40  # the words leave it room
    assert image.getpixel((LINK_SIZE[0] - 1, 100)) != image.getpixel((2, 100))


@needs_shaping
def test_beside_arabic_a_picture_stands_at_the_left() -> None:
    image = picture(draw(NameCard("سلام", language="ar"), LINK_SIZE, LOOKS, photo()))
    assert len(image.crop((0, 0, PHOTO, 300)).getcolors()) > 8
    assert image.getpixel((LINK_SIZE[0] - 2, 100)) == (0x0B, 0x42, 0x51)


def test_what_a_camera_wrote_into_a_picture_is_not_in_the_card() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Somewhere that nobody may know"
    png = draw(NAME, LINK_SIZE, LOOKS, photo(exif=exif))
    assert b"Somewhere" not in png
    assert png == draw(NAME, LINK_SIZE, LOOKS, photo())


@pytest.mark.parametrize(
    "content", [b"no picture", photo()[:400], b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_a_picture_that_cannot_be_read_is_an_error_with_words(content: bytes) -> None:
    with pytest.raises(UsageError, match="save it anew as JPEG, PNG or WebP"):
        draw(NAME, LINK_SIZE, LOOKS, content)
