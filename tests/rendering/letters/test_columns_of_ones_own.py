"""Columns of one's own reach templates by their names, and nothing else does."""

from dataclasses import replace

import pytest

from outreach.errors import TemplateError
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.templates.context import ExtraWords, MissionWords

NAMES = ("Desk officer", "Été", "Fax", "FAX", "__class__", "texts", "2nd phone", "{{ 7*7 }}")
EXTRA = ExtraWords(NAMES, ("Bo <b>", "", "1", "2", "hostile", "plain", "+41", "{{ case.title }}"))


def written(template, words, text, extra=EXTRA):
    folder = template(f"Subject: s\n\n{text}\n")
    return LetterWriter(folder).write(replace(words, mission=MissionWords("M", "", extra=extra)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ mission.extra.desk_officer }}", "Bo <b>"),
        ('{{ mission.extra["Desk officer"] }}', "Bo <b>"),
        ("[{{ mission.extra.ete }}]", "[]"),
        ('{{ mission.extra["FAX"] }}', "2"),
        ("{{ mission.extra.class }}", "hostile"),
        ("{{ mission.extra.texts }}", "plain"),
        ('{{ mission.extra["2nd phone"] }}', "+41"),
        ('{{ mission.extra["{{ 7*7 }}"] }}', "{{ case.title }}"),
    ],
)
def test_a_column_is_reached_by_its_name(template, words, text, said):
    assert written(template, words, text).text == f"{said}\n"


def test_a_cell_is_no_html(template, words):
    assert "Bo &lt;b&gt;" in written(template, words, "{{ mission.extra.desk_officer }}").html


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ mission.extra.desk_oficer }}", "has no column 'desk_oficer' of your own; did you mean desk_officer?"),
        ("{{ mission.extra.fax }}", "several columns of contacts/ are called 'fax': write mission.extra[\"Fax\"] or"),
        ("{{ mission.extra.names }}", "has no column 'names' of your own"),
        ("{{ mission.extra.__init__ }}", "has no column '__init__' of your own"),
        ("{{ mission.extra.__class__.__mro__ }}", "there is no '__mro__' in a str"),
        ("{{ mission.extra }}", "'extra' is not text"),
        ("{% for one in mission.extra %}{{ one }}{% endfor %}", "not iterable"),
    ],
)
def test_what_is_no_column_is_an_error_and_reaches_nothing(template, words, text, why):
    with pytest.raises(TemplateError) as caught:
        written(template, words, text)
    assert why in str(caught.value)


def test_without_columns_of_ones_own_the_error_says_so(template, words):
    with pytest.raises(TemplateError, match="has no column of your own"):
        written(template, words, "{{ mission.extra.fax }}", ExtraWords())


def test_a_control_character_in_a_cell_stops_the_letter(template, words):
    with pytest.raises(TemplateError, match=r"extra\.texts has the control character or line break U\+001B"):
        written(template, words, "x", ExtraWords(("Fax",), ("\x1b",)))
