"""Draws pages as PDF with typst: A4, text that can be copied, and tags for screen readers (PDF/UA-1, ISO 14289-1).

Nothing that a campaign wrote is code: typst gets it as JSON, reads no file but our template in a folder of its own, and
fetches nothing. It is an extra of this program, imported when something is printed.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from outreach.errors import UsageError
from outreach.language import is_right_to_left
from outreach.rendering.paper.tree import Node
from outreach.text import code_point, visible

HERE = Path(__file__).parent
FONTS = HERE.parents[1] / "data" / "fonts"
# The first is typst's own; the others are taken where the machine has them, and DejaVu comes with this program.
FAMILIES = (
    "Libertinus Serif",
    "Noto Naskh Arabic",
    "Amiri",
    "Noto Serif",
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "DejaVu Serif",
    "DejaVu Sans",
    "DejaVu Sans Condensed",
)
TYPST = "typst>=0.14"
_MISSING = re.compile(r'the text `?"(?:\\u\{(?P<code>[0-9a-f]+)\}|\\?(?P<text>.))')  # as Rust writes a text
_REGION = re.compile(r"-([A-Z]{2})(?:-|$)")


class Unprintable(UsageError):
    """One page cannot be drawn, such as for want of a font; others may be."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: whose it is (`head`, lines), its title, and the elements below, as `tree` gives them.

    `under_title` and `foot` are lines of a brief.
    """

    title: str
    language: str
    head: tuple[str, ...]
    blocks: tuple[Node, ...]
    under_title: str = ""
    foot: tuple[str, ...] = ()


class Printer:
    """Makes PDFs one after another; fonts are looked up once. Use `printer` to have one."""

    def __init__(self, folder: Path, template: Literal["letter", "brief"], font: Path | None) -> None:
        import typst

        page = folder / "page.typ"
        parts = [(HERE / name).read_text("utf-8") for name in ("elements.typ", f"{template}.typ")]
        page.write_text("".join(parts), "utf-8")
        fonts = [FONTS, *([font.parent] if font else [])]
        self._compiler = typst.Compiler(
            page, root=folder, font_paths=fonts, package_path=folder, package_cache_path=folder
        )
        self._error: type[Exception] = typst.TypstError

    def pdf(self, page: Page) -> bytes:
        """Give a PDF/UA of the page; Unprintable says what keeps it from being one."""
        return self._drawn(page, {"format": "pdf", "pdf_standards": ["ua-1"]})

    def picture(self, page: Page) -> bytes:
        """Give the first page as PNG, to look at."""
        return self._drawn(page, {"format": "png", "ppi": 80})

    def _drawn(self, page: Page, form: dict[str, Any]) -> bytes:
        region = _REGION.search(page.language)
        data = {
            "title": page.title,
            "author": page.head[0] if page.head else "",
            "language": page.language.partition("-")[0],
            "region": region[1] if region else None,
            "rtl": is_right_to_left(page.language),
            "fonts": FAMILIES,
            "head": page.head,
            "blocks": page.blocks,
            "under_title": page.under_title,
            "foot": page.foot,
        }
        try:
            drawn: Any = self._compiler.compile(sys_inputs={"data": json.dumps(data)}, **form)
        except self._error as error:
            raise Unprintable(_in_words(str(error))) from None
        return drawn if isinstance(drawn, bytes) else bytes(drawn[0])


@contextmanager
def printer(template: Literal["letter", "brief"], font: str = "") -> Iterator[Printer]:
    """Give a printer for pages of one kind; `font` names a file beside whose fonts others are looked for.

    UsageError with the command that installs typst, where it is not there.
    """
    if find_spec("typst") is None:
        raise UsageError(
            f"PDF needs typst, which is not installed. Install it: {install_command()}. Letters as --format text or "
            "html, which a browser prints, need nothing"
        )
    with TemporaryDirectory(prefix="outreach-") as folder:
        yield Printer(Path(folder), template, Path(font) if font else None)


def install_command(prefix: str = sys.prefix) -> str:
    """Give the command that adds typst to the place where this program is installed: by pipx, uv, or in a venv."""
    parts = Path(prefix).parts
    if "pipx" in parts:
        return f"pipx inject outreach '{TYPST}'"
    if "uv" in parts and "tools" in parts:
        return f"uv tool install --with '{TYPST}' FOLDER (the folder of the program, as at first)"
    if find_spec("pip") is None:
        return f"uv pip install --python {prefix} '{TYPST}'"
    return f"{prefix}/bin/python -m pip install '{TYPST}'"


def _in_words(error: str) -> str:
    if "could not be displayed" in error and (found := _MISSING.search(error)):
        character = found["text"] or chr(int(found["code"], 16))
        return (
            f"no font here has '{visible(character)}' ({code_point(character)}). Install one, such as Noto (Debian: "
            "fonts-noto-core, for Chinese, Japanese and Korean fonts-noto-cjk), or name a font file: [posts] font"
        )
    return f"typst cannot draw it: {error.splitlines()[0][:300]}"
