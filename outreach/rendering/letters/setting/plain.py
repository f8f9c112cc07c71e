"""The plain-text part: Markdown's tokens as text that reads well as it is; knows nothing about HTML or mail."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

WIDTH = 75  # with the = of a soft break, 76: a line that fits is not broken again by quoted-printable


def plain_text(tokens: "list[Token]") -> str:
    """Write a parsed document as wrapped text without marks of emphasis, with a blank line between blocks."""
    from markdown_it.tree import SyntaxTreeNode

    lines = _children(SyntaxTreeNode(tokens), WIDTH)
    return "\n".join(lines) + "\n" if lines else ""


def wrapped(line: str, width: int = WIDTH) -> str:
    """Break one line of words at spaces; a word longer than the width (a link, an address) stays whole."""
    line = line.strip(" ")
    if len(line) <= width:
        return line
    lines = []
    while len(line) > width:
        at = line.rfind(" ", 0, width + 1)
        if at <= 0:
            at = line.find(" ", width)
            if at < 0:
                break
        lines.append(line[:at].rstrip(" "))
        line = line[at + 1 :].lstrip(" ")
    if line:
        lines.append(line)
    return "\n".join(lines)


def _children(node: "SyntaxTreeNode", width: int) -> list[str]:
    """Give the blocks inside a block; those of a tight list follow each other without a blank line."""
    lines: list[str] = []
    for child in node.children:
        block = _lines(child, width)
        if lines and block and not _is_tight(child):
            lines.append("")
        lines += block
    return lines


def _is_tight(node: "SyntaxTreeNode") -> bool:
    """Say whether a block follows the one before it closely: markdown-it hides the paragraphs of tight lists."""
    if node.type == "list_item":
        return all(child.type != "paragraph" or child.hidden for child in node.children)
    if node.type == "paragraph":
        return node.hidden
    return node.parent is not None and node.parent.type == "list_item" and _is_tight(node.parent)


def _lines(node: "SyntaxTreeNode", width: int) -> list[str]:
    if node.type in ("paragraph", "heading"):
        text = "".join(_inline(node.children))
        return [line for part in text.split("\n") for line in wrapped(part, width).split("\n")]
    if node.type in ("bullet_list", "ordered_list"):
        return _list(node, width)
    if node.type == "blockquote":
        return [f"> {line}".rstrip() for line in _children(node, max(width - 2, 20)) or [""]]
    if node.type in ("fence", "code_block"):
        return [f"    {line}".rstrip() for line in node.content.rstrip("\n").split("\n")]
    if node.type == "hr":
        return ["-" * 3]
    return _children(node, width)


def _list(node: "SyntaxTreeNode", width: int) -> list[str]:
    lines: list[str] = []
    number = int(node.attrs.get("start", 1))
    for position, item in enumerate(node.children):
        mark = f"{number + position}. " if node.type == "ordered_list" else "- "
        if lines and not _is_tight(item):
            lines.append("")
        lines += _hanging(mark, _children(item, max(width - len(mark), 20)))
    return lines


def _hanging(mark: str, lines: list[str]) -> list[str]:
    """Give the first line after the mark, the others indented as far."""
    indent = " " * len(mark)
    first, rest = (lines or [""])[0], lines[1:]
    return [(mark + first).rstrip(), *[(indent + line).rstrip() for line in rest]]


def _inline(nodes: "Iterable[SyntaxTreeNode]") -> Iterable[str]:
    for node in nodes:
        if node.type in ("text", "code_inline", "text_special"):
            yield node.content
        elif node.type == "softbreak":
            yield " "
        elif node.type == "hardbreak":
            yield "\n"
        elif node.type == "link":
            yield _link(node)
        else:
            yield from _inline(node.children)


def _link(node: "SyntaxTreeNode") -> str:
    """label (address), or only the address when the label is it."""
    label = "".join(_inline(node.children))
    url = str(node.attrs.get("href", ""))
    bare = url.removeprefix("mailto:")
    return label if label in (url, bare) else f"{label} ({bare})" if label else bare
