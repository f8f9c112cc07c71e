"""The pages of the documentation as text, links and tables; knows nothing about what they say."""

import re
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)


def pages() -> list[Path]:
    """Every Markdown page that a reader is sent to."""
    return [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").rglob("*.md"))]


def links(text: str) -> list[str]:
    """Where the links of a page lead, as written; links in code are not links."""
    prose = _CODE.sub("", _FENCE.sub("", text))
    return [inline or reference for inline, reference in _LINK.findall(prose)]


def anchors(text: str) -> set[str]:
    """The fragments of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#{1,6}\s+(.*?)\s*#*$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def table_rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row, without the backticks around code; `\\|` is a bar in a cell."""
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|\s:-]+", line):
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            yield [cell.strip().strip("`").replace("\\|", "|") for cell in cells]


def broken_links(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    relative = [link for link in links(page.read_text(encoding="utf-8")) if not re.match(r"[a-z][a-z0-9+.-]*:", link)]
    return [link for link in relative if not _leads_somewhere(page, *link.partition("#")[::2])]


def _leads_somewhere(page: Path, path: str, fragment: str) -> bool:
    target = page.parent / path if path else page
    if not target.exists() or not fragment or target.suffix != ".md":
        return target.exists()
    return fragment in anchors(target.read_text(encoding="utf-8"))
