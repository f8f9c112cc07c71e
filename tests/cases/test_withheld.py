"""Withheld names are found however they are written, and only as whole words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.cases.files.folding import folded
from outreach.cases.withheld import Withheld, WithheldName, load_withheld
from outreach.errors import DataError

FOUND = [
    ("José Núñez", "JOSE NUNEZ said"),
    ("Jose Nunez", "said José\u00a0Núñez."),
    ("José Núñez", "wrote Jose\u0301 Nu\u0301n\u0303ez"),
    ("Jane Roe", "Jane\nRoe"),
    ("Jane Roe", "Jane\r\n  Roe's book"),
    ("Jane Roe", "Ja\u00adne R\u200boe"),
    ("Jane Roe", "Ｊａｎｅ Ｒｏｅ"),
    ("Jane-Marie O'Roe", "jane marie o\u2019roe"),
    ("Łukasz Øst", "lukasz ost"),
    ("Jane Rowan", "#FreeJaneRowan"),
    ("Jane Rowan", "https://example.org/janerowan and more"),
    ("Jane Rowan", "https://example.org/?q=Jane%20Rowan"),
    ("Jane Rowan", "Jane Ro-\nwan"),
    ("Jane Rowan", "ROWAN, Jane"),
    ("Jane Rowan", "Jane Rowan\u00b9"),
    ("Jane Rowan", "Ja\u034fne Row\ufe0fan"),
    ("江天勇", "江 天·勇"),
    ("محمد علي", "محمـد علي"),
    ("Straße", "STRASSE"),
    ("ИВАН Петров", "иван петров"),
    ("江天勇", "律师江天勇先生"),
    ("สมชาย", "คุณสมชายใจดี"),
]


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_a_name_is_found(name, text):
    assert Withheld([WithheldName(name, "here")]).where_in(["something else", text]) == "here"


@pytest.mark.parametrize(
    ("name", "text"), [("Roe", "heroes"), ("Ann", "Annan"), ("Jane Roe", "Jane, and Roe"), ("Jo", "")]
)
def test_a_part_of_another_word_is_no_name(name, text):
    assert Withheld([WithheldName(name, "here")]).where_in([text]) == ""


@given(
    before=st.text(),
    name=st.from_regex(r"[A-Za-zÀ-ÖØ-öø-ÿ]{2,9}( [A-Za-zÀ-ÖØ-öø-ÿ]{2,9}){0,2}", fullmatch=True),
    after=st.text(),
)
def test_a_name_between_spaces_is_always_found(before, name, after):
    text = f"{before}\n{name.upper()} {after}"
    # A mark at the beginning of what follows would belong to the name's last letter, so a space stands between.
    assert Withheld([WithheldName(name, "here")]).where_in([text]) == "here"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    once = folded(text)
    assert "%" in text or folded(once.words) == once


def withheld_file(folder: Path, content: bytes) -> Path:
    (folder / "contacts").mkdir()
    (folder / "contacts" / "withheld.txt").write_bytes(content)
    return folder


def test_the_file_has_a_name_a_line(tmp_path):
    withheld, is_there = load_withheld(withheld_file(tmp_path, "\ufeff# why\r\n\r\n Jane Roe \r\n".encode()), {})
    assert (withheld.where_in(["jane roe"]), is_there) == ("contacts/withheld.txt, row 3", True)


@pytest.mark.parametrize(
    ("content", "words"), [(b"Jos\xe9", "save it as UTF-8"), (b"A B\n--\n", "row 2: a name has letters")]
)
def test_a_broken_file_is_named(tmp_path, content, words):
    with pytest.raises(DataError, match=words):
        load_withheld(withheld_file(tmp_path, content), {})


def test_where_there_is_no_file_nothing_is_withheld(tmp_path):
    withheld, is_there = load_withheld(tmp_path, {})
    assert (bool(withheld), is_there) == (False, False)


def test_a_remark_may_follow_a_name(tmp_path):
    withheld, _ = load_withheld(withheld_file(tmp_path, b"Jane Roe  # asked on 3 May\n"), {})
    assert withheld.where_in(["jane roe"])


def test_a_file_without_a_name_is_as_good_as_none(tmp_path):
    assert load_withheld(withheld_file(tmp_path, b"# names follow\n\n"), {})[1] is False


def test_a_link_that_leads_nowhere_is_a_problem(tmp_path):
    (tmp_path / "contacts").mkdir()
    (tmp_path / "contacts" / "withheld.txt").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DataError, match="cannot be read"):
        load_withheld(tmp_path, {})
