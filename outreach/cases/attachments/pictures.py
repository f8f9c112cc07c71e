"""Reads pictures (PNG, JPEG): whether one is whole, where it was taken, and what it says of itself; opens no path."""

from io import BytesIO

GPS = 0x8825  # the tag of Exif that says where a picture was taken


def check_picture(data: bytes, form: str) -> None:
    """Raise ValueError, with what to do, for a picture that is damaged, or says where it was taken."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=[form]) as picture:
            picture.verify()
        with Image.open(BytesIO(data), formats=[form]) as picture:  # one that was verified cannot be read
            taken_at = picture.getexif().get_ifd(GPS)
    except Exception:  # noqa: BLE001 - a broken picture can raise whatever Pillow can
        raise ValueError("the picture is damaged: save or download it again") from None
    if taken_at:
        raise ValueError("the picture says where it was taken (GPS): take that out, or save it anew without its data")


def is_placed(data: bytes) -> bool:
    """Say whether a picture says where it was taken; one that cannot be read says nothing."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            return bool(picture.getexif().get_ifd(GPS))
    except Exception:  # noqa: BLE001 - as above
        return False


def text_of_picture(data: bytes) -> str:
    """Give what a picture says of itself, such as title, author and remarks; nothing is read in what it shows."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            said = [*picture.info.values(), *picture.getexif().values()]
    except Exception:  # noqa: BLE001 - as above
        return ""
    words = (each.decode("utf-8", "replace") if isinstance(each, bytes) else each for each in said)
    return "\n".join(each for each in words if isinstance(each, str))
