"""Letters that are read from right to left: which way a page and its blocks run, and what is kept in one piece."""

import quopri
import re
from dataclasses import replace

import pytest

from outreach.rendering.letters.letter import Letter
from outreach.rendering.letters.reference import reference_line
from outreach.rendering.letters.setting.bidi import turned
from outreach.rendering.letters.setting.markdown import render
from outreach.rendering.letters.setting.page import page


def html(body):
    return "".join(turned(block).html for block in render(body))


def isolated(body):
    return re.findall(r'<span dir="ltr">(.*?)</span>', html(body))


def test_a_page_says_which_way_it_runs_also_where_a_mail_program_keeps_only_its_body():
    head = page("ar", "رسالة").head
    assert '<html dir="rtl" lang="ar">' in head
    assert '<div dir="rtl" lang="ar" style=' in head
    assert "dir=" not in page("pt", "Carta").head
    assert '<html lang="pt">' in page("pt", "Carta").head


def test_lists_and_quotes_are_indented_where_their_lines_begin():
    assert "padding-left" in "".join(block.html for block in render("- a"))
    assert "padding-right: 1.5em" in html("- ا")
    quote = html("> ا")
    assert "border-right: 3px solid" in quote
    assert "left" not in quote


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ("قالت A. Example هذا.", ["A. Example"]),
        ("مركز Beacon (بيلاروس) وP. Example.", ["Beacon", "P. Example"]),
        ("Beacon (Belarus) مركز", ["Beacon (Belarus)"]),
        ("العنوان: 3 Example Street, Geneva", ["3 Example Street, Geneva"]),
        ("اكتبوا إلى a-b@example.org.", ["a-b@example.org"]),
        ("القرار A/HRC/RES/36/21 بتاريخ 2022-09-29.", ["A/HRC/RES/36/21", "2022-09-29"]),
        ("الوسم #EndReprisals!", ["#EndReprisals"]),
        ("الدورة 51 في عام 2022.", []),
        ('R&D "x" وÉlodie', ["R&amp;D", "x", "Élodie"]),
    ],
)
def test_latin_names_addresses_and_days_are_kept_in_one_piece(body, pieces):
    assert isolated(body) == pieces
    assert re.sub(r'<span dir="ltr">|</span>', "", html(body)) == "".join(block.html for block in render(body))


def test_a_link_keeps_its_address_and_its_text_is_isolated():
    link = html("[example.org](https://example.org/a?b=1&c=2) صفحة")
    assert '<a href="https://example.org/a?b=1&amp;c=2"' in link
    assert '<span dir="ltr">example.org</span></a>' in link


def test_the_quoted_form_is_that_of_the_turned_block():
    (block,) = render("قالت A. Example هذا.")
    assert quopri.decodestring(turned(block).html_quoted).decode().replace("\r\n", "\n") == turned(block).html
    assert turned(block).text_quoted == block.text_quoted


def test_the_reference_is_isolated_and_the_text_has_no_mark_that_nobody_sees():
    line = reference_line("ar", "ABCDE-2FGHI", "مرجعنا: {reference}")
    assert 'مرجعنا: <span dir="ltr">ABCDE-2FGHI</span></small>' in line.html
    assert line.text == "مرجعنا: ABCDE-2FGHI\n"
    assert "<span" not in reference_line("pt", "ABCDE-2FGHI").html


def test_letters_that_run_as_english_does_have_no_direction():
    letter = Letter("pt", "Carta", render("> a\n\n- b"), "ABCDE-2FGHI")
    assert "dir=" not in letter.html
    assert replace(letter, language="en").html.replace('lang="en"', 'lang="pt"') == letter.html.replace(
        "Ref.:", "Our reference:"
    )
