import quopri

from hypothesis import example, given
from hypothesis import strategies as st

from outreach.mime.frame import quoted_printable

TEXTS = st.lists(
    st.text(st.sampled_from("ab =.\t\néا😀\u2028\x85\x1c")) | st.sampled_from(["x" * 75, "é" * 13, " \n"])
).map("".join)


@given(TEXTS)
@example("x" * 74 + " \n")
@example("é" * 13 + " \n")
@example(".\n..\nFrom x\n")
def test_quoted_printable_is_ascii_in_short_lines_and_decodes_to_the_same_text(text):
    encoded = quoted_printable(text)
    assert encoded.isascii()
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    assert not any(line.endswith((b" ", b"\t")) for line in encoded.split(b"\r\n"))
    assert quopri.decodestring(encoded).decode() == text.replace("\n", "\r\n")
