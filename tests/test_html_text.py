"""HTML as plain text: what a person would read, whatever the page, and no page takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.html_text import LONGEST_HTML, html_to_text

LONGEST = 5.0  # seconds; what is measured takes 0.3, and a form that grows with the square takes minutes


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("a<b>b</b> c&nbsp;d &lt;e&gt; &amp;amp; &eacute;", "ab c d <e> &amp; é"),
        ("<style>p { color: red }</style><script>if (a < b) alert('</p>')</script>x<!-- <p>no</p> -->y", "xy"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<blockquote type=cite>one<blockquote class=gmail_quote>two</blockquote></blockquote>", "> one\n>\n> > two"),
        ('<blockquote style="margin: 0 0 0 40px; border: none; padding: 0px;">indented</blockquote>', "indented"),
        ("<pre>a\nb</pre>c", "a\nb\nc"),
        ("<a href='https://example.org/'>label</a>", "label"),
        ("a <b and c", "a"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a<!-- never closed", "a"),
        ("</blockquote></div>a", "a"),
        ("&#" + "9" * 5_000 + ";&#0;&#xD800;", "\N{REPLACEMENT CHARACTER}" * 3),
        ("", ""),
    ],
)
def test_a_page_becomes_the_lines_that_a_person_would_read(page: str, text: str) -> None:
    assert html_to_text(page) == text


@given(
    st.lists(
        st.sampled_from(["<", ">", "<p>", "</", "<!--", "-->", "<br", "&#1", "<blockquote type=cite>"]) | st.text()
    )
)
def test_no_page_is_too_broken_to_be_read(pieces: list[str]) -> None:
    text = html_to_text("".join(pieces))

    assert text.encode("utf-8", "surrogatepass") is not None
    assert "\0" not in text


HOSTILE_PAGES = [
    "<a ",
    "<",
    "<!--",
    "<!",
    "</",
    "<a x=",
    "<a x='",
    "<script>",
    "<br>",
    "<hr>",
    "<blockquote type=cite>",
    "<p>",
    "&#",
]


@pytest.mark.parametrize("piece", HOSTILE_PAGES)
def test_a_hostile_page_takes_no_long_time(piece: str) -> None:
    began = time.perf_counter()

    html_to_text(piece * (LONGEST_HTML // len(piece)))

    assert time.perf_counter() - began < LONGEST
