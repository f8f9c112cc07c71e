import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.rendering.letters.setting.markdown import _paragraph, render, split, texts, whole
from outreach.rendering.letters.setting.plain import WIDTH

# What Markdown is made of, so that documents of it are drawn often.
PIECES = st.sampled_from(
    [
        "\n", "\n\n", "\n\n\n", " ", "  ", "    ", "\t", "  \n", "\\\n", "\\", "\u00a0", "\u202f", "\x0b", "\x1c",
        "- ", "* ", "+ ", "1. ", "2) ", "10. ", "# ", "> ", "```", "~~~", "`", "*", "**", "_", "[a]: /u", "[a]",
        "[a](https://x.example.org)", "![i](u)", "<b>", "<https://x.example.org>", "&amp;", "&", "---", "===",
        "word", "two words", "naïve", "“quoted”", '"', "'", "29 September", "—", ":", "; ", "(", ")", ".", "!",
        "é", "漢字", "\x85", "\u2028", "\u200f",
    ]
)  # fmt: skip
DOCUMENTS = st.lists(PIECES, max_size=25).map("".join)
PARAGRAPHS = st.text(st.sampled_from("ab cé’.,;:-–—()!?/@#+=~|1234567890\"'\n\u00a0\u3000\x0b*_\\&<"), max_size=80)


def html(body):
    return "".join(block.html for block in render(body))


def text(body):
    return "\n".join(block.text for block in render(body))


@given(DOCUMENTS)
@example("- a\n\n- b")
@example("- a\n\n  b\n\nc")
@example("```\na\n\nb\n```")
@example("[a]\n\n[a]: https://x.example.org")
@example("    code\n\n    more")
@example("> a\n\n> b")
@example("para\n\n    code\n\npara")
@example("1. a\n\n2. b\n\n- c")
def test_block_by_block_is_the_same_as_the_whole_document(body):
    assert html(body) == whole(body).html
    assert text(body) == whole(body).text


@given(DOCUMENTS | PARAGRAPHS, st.sampled_from(["", "en", "fr"]))
def test_text_alone_is_the_text_of_each_part(body, language):
    assert texts(body, language) == tuple(block.text for block in render(body, language))


@given(PARAGRAPHS)
@example("a  \nb\\\nc")
@example("29. September")
@example("a\n===")
@example("a\n- b")
@example("ends \n with spaces")
def test_the_short_way_for_plain_paragraphs_is_the_same_as_markdown_it(paragraph):
    for part in split(paragraph):
        quick = _paragraph(part)
        assert quick is None or quick == whole(part)


def test_the_short_way_is_taken_by_a_paragraph_of_a_letter():
    assert _paragraph("On 29 September, “Beacon” – the NGO – said:\n2 members (at 9.30) won't.  \nCampaign #1\\\nend")


def test_paragraphs_are_wrapped_and_links_and_addresses_stay_whole():
    url = "https://www.example.org/" + "a" * 90
    lines = text(f"Some words before the link that are long enough to fill a line: <{url}> and some after it.").split(
        "\n"
    )
    assert url in lines
    assert all(len(line) <= WIDTH or line == url for line in lines)
    assert text("word " * 40).count("\n") == 3


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**bold** and *soft* `code`", "bold and soft code\n"),
        ("[our page](https://x.example.org/a)", "our page (https://x.example.org/a)\n"),
        ("[write](mailto:a@example.org)", "write (a@example.org)\n"),
        ("<https://x.example.org>", "https://x.example.org\n"),
        ("<a@example.org>", "a@example.org\n"),
        ("one  \ntwo\\\nthree\nfour", "one\ntwo\nthree four\n"),
        ("# Title\n\ntext", "Title\n\ntext\n"),
        ("- a\n- b", "- a\n- b\n"),
        ("* a\n\n* b", "- a\n\n- b\n"),
        ("3. a\n4. b", "3. a\n4. b\n"),
        ("- a\n  - b\n  - c\n- d", "- a\n  - b\n  - c\n- d\n"),
        ("> quoted\n> words", "> quoted words\n"),
        ("a\n\n***\n\nb", "a\n\n---\n\nb\n"),
        ("```\nx  y\n```", "    x  y\n"),
    ],
)
def test_the_text_part_reads_well_as_it_is(markdown, plain):
    assert text(markdown) == plain


def test_long_items_of_a_list_hang_under_their_first_word():
    lines = text("- " + "word " * 30 + "\n- next").split("\n")
    assert lines[1].startswith("  word")
    assert lines[-2] == "- next"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "a <img src=https://x.example.org/p.png> b",
        "<div>\n\n<iframe src=x>\n\n</div>",
        "![pixel](https://x.example.org/p.png)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,hi)",
        "[x](vbscript:x)",
        "[x](//x.example.org)",
        "[x](/relative)",
        "<javascript:alert(1)>",
        "[x]: file:///etc/passwd\n\n[x]",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(hostile):
    rendered = html(hostile)
    assert set(re.findall(r"<(\w+)", rendered)) <= {"p", "a", "br"}
    assert all(link.startswith("https://") for link in re.findall(r'href="([^"]*)"', rendered))
    assert "src=" not in re.sub(r"&lt;.*?&gt;", "", rendered)


def test_each_block_brings_its_style_along():
    rendered = html("# h\n\n- [a](https://x.example.org)\n\n> q")
    for tag in ("h1", "ul", "li", "a", "blockquote", "p"):
        assert re.search(rf'<{tag} [^>]*style="[^"]+"', rendered)
