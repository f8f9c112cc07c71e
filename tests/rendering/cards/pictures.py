"""Reads what was drawn: a PNG's pixels and chunks, and the words that cards are tried with."""

import io
import struct

import pytest
from PIL import Image, ImageChops, features

from outreach.rendering.cards.card import NameCard, QuoteCard, ThanksCard

TAG, ADDRESS = "#EndReprisals", "endreprisals.example.org"
ALONG = {"hashtag": TAG, "address": ADDRESS}
# fmt: off
STATES = (
    "Albania", "Andorra", "Argentina", "Armenia", "Australia", "Austria", "Belgium", "Bosnia and Herzegovina",
    "Bulgaria", "Canada", "Chile", "Costa Rica", "Croatia", "Cyprus", "Czechia", "Denmark", "Ecuador", "Estonia",
    "Fiji", "Finland", "France", "Georgia", "Germany", "Ghana", "Greece", "Honduras", "Hungary", "Iceland",
    "Ireland", "Italy", "Latvia", "Liechtenstein", "Lithuania", "Luxembourg", "Maldives", "Malta",
    "Marshall Islands", "Mexico", "Monaco", "Montenegro",
)
# fmt: on
LONG_NAME = "Four lawyers and everybody who was disbarred with them for working with a committee " * 2
LONG_QUOTE = "No one should be punished for telling the United Nations what happened to them. " * 4  # 320 characters

needs_shaping = pytest.mark.skipif(not features.check("raqm"), reason="this machine has no FriBiDi")

NAME = NameCard("Human Rights Center ‘Beacon’", "Reprisals in Belarus", ("Belarus", "29 September 2022"), **ALONG)
FRENCH = NameCard("Centre de défense des droits de l'homme « Beacon »", "Au Bélarus", language="fr", **ALONG)
CYRILLIC = NameCard("Правозащитный центр «Вясна»", "Репрессии", ("Беларусь",), language="ru", **ALONG)
GREEK = NameCard("Υπερασπιστές των ανθρωπίνων δικαιωμάτων", "Στη Λευκορωσία", ("Λευκορωσία",), language="el", **ALONG)
ARABIC = NameCard("المدافعون عن حقوق الإنسان", "عوقبوا لأنهم تحدثوا", ("مصر",), language="ar", **ALONG)
LONG = NameCard(LONG_NAME, "A line " * 12, ("Burundi", "29 September 2022"), **ALONG)
QUOTE = QuoteCard(LONG_QUOTE.strip(), "80 States, 14 October 2021", ("Reprisals",), **ALONG)
THANKS = ThanksCard(("Belgium", "Germany"), ("Human Rights Center ‘Beacon’",), **ALONG)
MANY = ThanksCard(STATES, ("Jiang Tianyong",), **ALONG)

CARDS = [
    pytest.param(NAME, id="name"),
    pytest.param(FRENCH, id="french"),
    pytest.param(CYRILLIC, id="cyrillic"),
    pytest.param(GREEK, id="greek"),
    pytest.param(ARABIC, id="arabic", marks=needs_shaping),
    pytest.param(LONG, id="long"),
    pytest.param(QUOTE, id="quote"),
    pytest.param(THANKS, id="thanks"),
    pytest.param(MANY, id="40 States"),
]


def picture(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return image.convert("RGB")


def chunks(png: bytes) -> list[str]:
    names, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        names.append(png[at + 4 : at + 8].decode("ascii"))
        at += 12 + length
    return names


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """The box around everything that is not ground, which fills the lower left corner."""
    ground = image.getpixel((2, image.height - 2))
    return ImageChops.difference(image, Image.new("RGB", image.size, ground)).getbbox() or (0, 0, 0, 0)


def hexes(image: Image.Image) -> set[str]:
    return {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in image.getcolors(1 << 20)}
