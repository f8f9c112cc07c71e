"""Looks at picture files and makes those of the site out of them: pixels alone, of a size that a page can carry.

Nothing but the pixels of the first frame goes into the site. What a camera or a program wrote beside them (Exif with
place, time and serial number, XMP, comments, previews, other frames, whatever follows the picture) stays behind, since
each picture is decoded and written anew.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from outreach.errors import DataError, Problem
from outreach.publishing.files import named
from outreach.text import size_words

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
ENDINGS = tuple(FORMATS)
MOST_BYTES = 15_000_000  # as a camera makes them
MOST_PIXELS = 60_000_000  # decoded that is 240 MB of memory
LARGEST_SIDE = 1600  # pixels on the page: 800 wide, sharp on a fine screen
QUALITY = 82  # of JPEG and WebP
PLAIN_MODES = ("L", "LA", "RGB", "RGBA")
ORIENTATION = 0x0112  # the tag of Exif that says which way up the picture is
TURNED = (5, 6, 7, 8)  # its values for pictures that lie on their side


def size_on_page(path: Path) -> tuple[int, int]:
    """Give width and height of a picture as the site will have it, in pixels; ValueError says why it can have none.

    Only the beginning of the file is looked at.
    """
    with _opened(path) as picture:
        width, height = picture.size
        if picture.getexif().get(ORIENTATION) in TURNED:
            width, height = height, width
    return _within(width, height)


def picture_for_site(folder: Path, file: str) -> bytes:
    """Give a picture of site/pictures/ as the site has it: the same bytes for the same file and version of Pillow.

    `folder` is the campaign's, `file` a key of `Content.pictures`. DataError where it cannot be read any more.
    """
    name = f"pictures/{file}"
    try:
        with _opened(folder / "site" / name) as picture:
            return _written(picture, FORMATS[Path(file).suffix.lower()])
    except ValueError as error:
        raise DataError([Problem(named(name), str(error))]) from None


@contextmanager
def _opened(path: Path) -> "Iterator[Image]":
    """Open a picture of the kind that its name says; ValueError for another, a damaged or a huge one."""
    from PIL import Image

    kind = FORMATS[path.suffix.lower()]
    if (size := path.stat().st_size) > MOST_BYTES:
        raise ValueError(f"has {size_words(size)}: {size_words(MOST_BYTES)} is the most; make it smaller")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            picture = Image.open(path, formats=[kind])
        with picture:
            if picture.width * picture.height <= MOST_PIXELS:
                yield picture
                return
        size_found = f"is {picture.width} by {picture.height} pixels large"
    except Image.DecompressionBombError:
        size_found = "is far too large"
    except Exception:  # noqa: BLE001 - a broken picture can raise whatever Pillow can
        raise ValueError(f"is no {kind} picture, or a damaged one: save or download it again") from None
    raise ValueError(f"{size_found}: make it smaller; {LARGEST_SIDE} pixels are enough")


def _within(width: int, height: int) -> tuple[int, int]:
    """Give the size of a picture that is made smaller until its longer side fits, never larger."""
    share = min(1, LARGEST_SIDE / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def _written(picture: "Image", kind: str) -> bytes:
    from PIL import Image, ImageOps

    upright = _in_srgb(ImageOps.exif_transpose(picture))
    size = _within(*upright.size)
    if size != upright.size:
        upright = upright.resize(size, Image.Resampling.LANCZOS)
    upright.info = {}  # Pillow would write comments and profiles from there
    written = BytesIO()
    if kind == "PNG":
        upright.save(written, kind)
    else:
        upright.convert("RGBA" if kind == "WEBP" and upright.mode in ("LA", "RGBA") else "RGB").save(
            written, kind, quality=QUALITY
        )
    return written.getvalue()


def _in_srgb(picture: "Image") -> "Image":
    """Give a picture in the colours that every screen takes for meant, without a profile of its own."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):  # a profile that is none: the numbers are taken as they are
            converted = None
        if converted is not None:
            return converted
    if picture.mode in PLAIN_MODES:
        return picture
    return picture.convert("RGBA" if "transparency" in picture.info or picture.mode in ("PA", "RGBa") else "RGB")
