from dataclasses import replace

import pytest

from outreach.errors import TemplateError
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.letters.words import _sender_words
from outreach.rendering.templates.context import AskWords, MissionWords
from outreach.settings.mail import SenderSettings
from outreach.settings.settings import Settings

LAYOUT = """\
Subject: {% block subject %}{{ case.title }}{% endblock %}

{{ mission.name }}

{% block story %}
{% endblock %}

{{ ask.text }}

{{ sender.name }}\\
{{ sender.email }}
"""
GOOD = "Subject: The Archive\n\nExcellency,\n\nWords.\n"


def problem(writer_folder, words):
    """The one problem of a letter that cannot be written."""
    with pytest.raises(TemplateError) as caught:
        LetterWriter(writer_folder).write(words)
    (only,) = caught.value.problems
    return only


def test_a_letter_has_subject_text_and_html(template, words):
    folder = template('{% extends "_letter.en.md" %}\n\n{% block story %}\n\nThey *spoke*.\n\n{% endblock %}\n')
    template(LAYOUT, "_letter.en.md")
    letter = LetterWriter(folder).write(words)
    assert letter.subject == "The Archive"
    assert letter.text == (
        "Permanent Mission of the Federal Republic of Germany\n\nThey spoke.\n\n"
        "We ask you to raise this case.\n\nThe team\nteam@example.org\n"
    )
    assert letter.html.startswith('<!DOCTYPE html><html lang="en"')
    assert "<em>spoke</em>" in letter.html


def test_every_word_of_the_context_is_there_by_its_name(template, words):
    names = "language round state.code mission.name record.led|length case.slug other_cases|length ask.id sender.name"
    folder = template("Subject: {{ campaign.title }}\n\n" + "".join(f"{{{{ {name} }}}} " for name in names.split()))
    written = "en first DEU Permanent Mission of the Federal Republic of Germany 0 archive 1 hrc51 The team"
    assert LetterWriter(folder).write(words).text.replace("\n", " ").strip() == written


def test_filters_know_the_language(template, words):
    folder = template("Subject: s\n\n{{ 51 | ordinal(language) }} {{ ['A', 'B'] | join_words('fr') }}\n")
    assert LetterWriter(folder).write(words).text == "51st A et B\n"


def test_a_tag_alone_on_its_line_leaves_no_line(template, words):
    folder = template(
        "{# a note\n over two lines #}\n{% set a = 1 %}\nSubject: {% block s %}x{% endblock %}\n\n"
        "one\n{% if record %}\ntwo\n  {% endif %}  \nthree{% if record %} and{% endif %}\nfour\n"
    )
    assert LetterWriter(folder).write(words).text == "one two three and four\n"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(template, words):
    folder = template(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert LetterWriter(folder).write(words).text == "Excellency,\n\nWords.\n"


@pytest.mark.parametrize(
    ("letter_round", "files", "chosen"),
    [
        ("first", ["archive.en.md", "reminder.en.md"], "archive.en.md"),
        ("reminder", ["archive.en.md", "reminder.en.md"], "reminder.en.md"),
        ("reminder", ["reminder.en.md", "archive.reminder.en.md"], "archive.reminder.en.md"),
        ("thanks", ["thanks.en.md"], "thanks.en.md"),
    ],
)
def test_which_template_is_used(template, words, letter_round, files, chosen):
    for name in files:
        folder = template(f"Subject: {name}\n\nWords.\n", name)
    assert LetterWriter(folder).write(replace(words, round=letter_round)).subject == chosen


def test_a_missing_template_says_which_file_to_make_and_which_languages_there_are(template, words):
    template(GOOD, "archive.fr.md")
    folder = template(GOOD, "archive.es.md")
    template(GOOD, "archive.thanks.de.md")
    found = problem(folder, words)
    assert found.file == "templates/letters/archive.en.md"
    assert "it exists in: es, fr)" in found.message
    assert "Copy archive.es.md to that name and translate it" in found.message


def test_a_template_missing_in_every_language(templates, words):
    assert "no other language either" in problem(templates, words).message


@pytest.mark.parametrize(
    "slug", ["../../etc/passwd", "/etc/passwd", "a\0b", "a/b", "..", "", "A B", "a\nb", "-x", "é", "_letter", "x" * 300]
)
def test_a_path_is_no_name_of_a_case(template, words, slug):
    folder = template(GOOD)
    found = problem(folder, replace(words, case=replace(words.case, slug=slug)))
    assert found.file == "templates/letters"
    assert "cannot be the name of a case" in found.message


@pytest.mark.parametrize("layout", ["../secret.md", "/etc/passwd", "..\\\\x.md", "sub/x.md", "x\\0.md", "", ".en.md"])
def test_a_layout_outside_the_folder_does_not_exist(template, words, layout):
    folder = template(f'{{% extends "{layout}" %}}')
    (folder.parent / "secret.md").write_text(GOOD)
    found = problem(folder, words)
    assert (found.file, found.row) == ("templates/letters/archive.en.md", 1)
    assert found.message.startswith("there is no ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{{ misson.name }}", "there is no word 'misson'; did you mean mission?"),
        ("{{ xyz }}", "there is no word 'xyz'; there are: language, round, state, "),
        ("{{ mission.nam }}", "'mission' has no 'nam'; did you mean name?"),
        ("{% if record.raisd %}x{% endif %}", "'record' has no 'raisd'; did you mean raised?"),
        (
            "{% for other in other_cases %}{{ other.mentoin }}{% endfor %}",
            "'case' has no 'mentoin'; did you mean mention?",
        ),
        ("{{ case.people[7] }}", "there is no '7' in a tuple"),
        ("{{ 51 | ordinl(language) }}", "there is no filter 'ordinl'; did you mean ordinal?"),
        ("{{ ask.date | ordinal(language) }}", "ordinal counts whole numbers, not str"),
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
        ("{{ mission.name", "expected token 'end of print statement', got 'last'"),
        ("{% frobnicate %}", "Encountered unknown tag 'frobnicate'"),
        (
            "{{ ‘a’ }}",
            "the curly quotation mark ‘ inside {{ }} or {% %}: only straight ones, ' or \", are understood there",
        ),
        ("{% if x == “a” %}{% endif %}", "the curly quotation mark “ inside"),
        ("{{ a – b }}", "the long dash – inside {{ }} or {% %}: write a plain one, -"),
        ("{# a", "a comment, {#, begins here and is never ended"),
        ("{{ case.title }", "a single } ends nothing here"),
        ("{{ mission.name() }}", "is not callable"),
        ("{{ mission }}", "'mission' is not text; it has: address, ambassador, ambassador_sex, extra, name"),
        ("{{ case.people }}", "a list is not text; join it: {{ … | join_words(language) }}"),
        ("{{ state.observer }}", "bool is not text"),
        ("{{ mission.name.upper }}", "is not text that can stand in a letter"),
        ("{{ 1 / 0 }}", "division by zero"),
        ('{% include "_nowhere.md" %}', "there is no '_nowhere.md' in this folder"),
    ],
)
def test_a_broken_template_names_file_line_and_word(template, words, line, message):
    folder = template(f"Subject: s\n\nExcellency,\n\n{line}\n\nlast")
    found = problem(folder, words)
    assert found.file == "templates/letters/archive.en.md"
    assert found.row in (5, 7)  # an expression that never ends is noticed at the end of the file
    assert message in found.message


@pytest.mark.parametrize(
    ("lines", "row", "message"),
    [
        (
            "{% block a %}\n{% if state %}\nx",
            4,
            "{% if state %} begins here and is never ended: write {% endif %} where it should end",
        ),
        ("{# {% if x %} #}{% set a = 1 %}\n{% block a %}\nx\n\ny", 4, "{% block a %} begins here and is never ended"),
        (
            "{% block a %}\n{% if state %}\nx\n{% endblock %}",
            4,
            "{% if state %} begins here, and {% endblock %} in row 6 comes before its {% endif %}",
        ),
        ("x\n{% endif %}", 4, "{% endif %} ends nothing: no {% if … %} is open here; delete it"),
        ("{% raw %}{% if %}{% endraw %}\n{% set a %}x", 4, "{% set a %} begins here and is never ended"),
    ],
)
def test_a_tag_that_is_not_ended_is_named_where_it_begins(template, words, lines, row, message):
    found = problem(template(f"Subject: s\n\n{lines}"), words)
    assert (found.row, message in found.message) == (row, True), found


def test_a_fault_in_a_layout_names_the_layout_and_its_line(template, words):
    folder = template('{% extends "_letter.en.md" %}')
    template("Subject: s\n{# a\nnote #}\n\n{{ stat.name }}", "_letter.en.md")
    found = problem(folder, words)
    assert (found.file, found.row) == ("templates/letters/_letter.en.md", 5)
    assert "did you mean state?" in found.message


def test_a_syntax_error_in_a_layout_names_the_layout(template, words):
    folder = template('\n{% extends "_letter.en.md" %}')
    template("Subject: s\n\n{% endif %}", "_letter.en.md")
    found = problem(folder, words)
    assert (found.file, found.row) == ("templates/letters/_letter.en.md", 3)


@pytest.mark.parametrize(
    "attempt",
    [
        "{{ ''.__class__ }}",
        "{{ case.__class__.__mro__ }}",
        "{{ mission['__class__'] }}",
        "{{ mission | attr('__class__') }}",
        "{{ (1).__class__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ range.__globals__ }}",
        "{{ ordinal.__globals__ }}",
        "{{ '{0.__class__}'.format(case) }}",
        "{{ '{0.__class__}'.format_map(case) }}",
        "{{ '%s' % case }}",
        "{{ '{}' | format(case) }}",
        "{{ case.people.__getitem__ }}",
        "{{ case.people.append('x') }}",
        "{{ other_cases | map(attribute='__class__') | list }}",
        "{{ other_cases | map('attr', '__class__') | list }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__ }}",
        "{{ joiner.__init__.__globals__.os }}",
        "{{ namespace }}",
        "{{ config }}",
        "{% for x in (1,) %}{{ loop.__init__.__globals__ }}{% endfor %}",
        "{% for x in (1,) %}{{ loop._iterator }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m.__call__ }}{{ m._func }}",
        "{{ case.title.encode() }}",
        "{{ case.title.join(case.people) }}",
        "{{ case.title.ljust(1000000000) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% do case %}",
        "{% import os %}",
    ],
)
def test_a_template_that_reaches_for_more_than_words_is_refused(template, words, attempt):
    found = problem(template(f"Subject: s\n\nx\n\n{attempt}\n"), words)
    assert (found.file, found.row) == ("templates/letters/archive.en.md", 5)


@pytest.mark.parametrize(
    "endless",
    [
        "{% for i in range(1000) %}{% for j in range(1000) %}xxxxxxxxxx{% endfor %}{% endfor %}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        '{% include "archive.en.md" %}',
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% block b %}{{ self.b() }}{% endblock %}",
        "(" * 3 + "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    ],
)
def test_a_template_without_end_is_refused(template, words, endless):
    found = problem(template(f"Subject: s\n\nx\n\n{endless}\n"), words)
    assert found.file == "templates/letters/archive.en.md"
    assert any(word in found.message for word in ("longer than", "at most", "never ends", "nested"))


def test_a_layout_that_extends_itself_is_refused(template, words):
    assert "never ends" in problem(template('{% extends "archive.en.md" %}'), words).message


@pytest.mark.parametrize(
    ("lost", "row"),
    [
        ("Plus one paragraph.", 7),
        ("\n\nPlus one paragraph.", 9),
        ("{{ mission.name }}", 7),
        ("{% if record.raised %}x{% endif %}", 7),
    ],
)
def test_text_that_stands_in_no_block_is_refused_since_it_would_never_be_written(template, words, lost, row):
    folder = template(f'{{% extends "_letter.en.md" %}}\n\n{{% block story %}}\n\nx\n{{% endblock %}}\n{lost}\n')
    found = problem(folder, words)
    assert (found.file, found.row) == ("templates/letters/archive.en.md", row)
    assert found.message.startswith("what stands outside {% block … %} is never written")


def test_a_block_that_no_layout_has_is_refused_with_the_one_that_was_meant(template, words):
    template("Subject: s\n\n{% block story %}{% endblock %}\n", "_base.en.md")
    template(
        '{% extends "_base.en.md" %}\n{% block story %}{% block more %}{% endblock %}{% endblock %}\n', "_letter.en.md"
    )
    good = '{% extends "_letter.en.md" %}\n{% block story %}a{% endblock %}\n{% block more %}b{% endblock %}\n'
    LetterWriter(template(good)).write(words)
    found = problem(template('{% extends "_letter.en.md" %}\n\n{% block stroy %}a{% endblock %}\n'), words)
    assert (found.file, found.row) == ("templates/letters/archive.en.md", 3)
    assert found.message == ("the layout has no block 'stroy', so it is never written; did you mean story?")


def test_words_that_are_set_and_comments_may_stand_outside_blocks(template, words):
    folder = template(
        '{# for Geneva #}\n{% extends "_letter.en.md" %}\n{% set title = "The Archive" %}\n'
        "{% macro m() %}x{% endmacro %}\n{% if record.raised %}{% set y = 1 %}{% endif %}\n"
        "{% block story %}{{ title }}{{ m() }}{% endblock %}\n"
    )
    template("Subject: s\n\n{% block story %}{% endblock %}\n", "_letter.en.md")
    assert "The Archivex" in LetterWriter(folder).write(words).text


def test_a_template_that_is_not_utf_8_names_the_line(template, words):
    found = problem(template("Subject: s\n\nGenève\n".encode("latin-1")), words)
    assert (found.file, found.row) == ("templates/letters/archive.en.md", 3)
    assert "save it as UTF-8" in found.message


def test_a_layout_that_is_not_utf_8_is_named_itself(template, words):
    folder = template('{% extends "_letter.en.md" %}')
    template(b"Subject: \xff\n", "_letter.en.md")
    assert problem(folder, words).file == "templates/letters/_letter.en.md"


def test_a_template_of_megabytes_is_refused(template, words):
    assert "longer than 100,000 bytes" in problem(template("Subject: s\n\n" + "x" * 10_000_000), words).message


def test_a_template_that_cannot_be_read_says_so(templates, words):
    (templates / "archive.en.md").symlink_to("archive.en.md")
    assert "there is no such template" in problem(templates, words).message


def test_where_a_layout_of_ours_is_to_be_copied_from_is_said(templates, words):
    several = replace(words, cases=(words.case, words.case))
    found = problem(templates, several)
    foreign = problem(templates, replace(several, language="pt"))

    assert found.file == "templates/letters/several.en.md"
    assert "A new campaign (outreach init DIR --language en) has it: copy it from there, or take" in found.message
    assert "A new campaign (outreach init DIR) has several.en.md: copy that to this name" in foreign.message


def test_a_role_is_said_in_the_language_of_the_letter():
    sender = SenderSettings(name="A. Example", role={"en": "coordinator", "fr": "coordinatrice"})
    made = Settings.model_construct(sender=sender)

    assert [_sender_words(made, language).role for language in ("en", "fr", "es")] == [
        "coordinator",
        "coordinatrice",
        "",
    ]


@pytest.mark.parametrize(
    ("source", "row", "message"),
    [
        ("Subject:\n\nWords.", 1, "the subject is empty"),
        ("\n\nSubject:   \n\nWords.", 3, "the subject is empty"),
        ("Excellency,\n\nWords.", 1, "the first line of a letter is 'Subject: …'"),
        ("", 1, "the first line of a letter is 'Subject: …'"),
        ("Subject: s\nWords.", 1, "a blank line must follow the subject"),
        ("Subject: a\tb\n\nWords.", 1, "the control character U+0009"),
        ("Subject: a\x85b\n\nWords.", 1, "the control character U+0085"),
        ("Subject: a\u2028b\n\nWords.", 1, "the control character U+2028"),
        ("Subject: " + "s" * 501 + "\n\nWords.", 1, "longer than 500 characters"),
        ("Subject: s\n\nx\0y", 1, "line 3 of the letter has the control character U+0000"),
        ("Subject: s\n\nx\n\nz\x1b[2J", 1, "line 5 of the letter has the control character U+001B"),
        ("Subject: s\n\n\n  \n", 1, "the letter has a subject and no text"),
        ("Subject: s\n\n[a]: https://x.example.org\n", 1, "the letter has a subject and no text"),
    ],
)
def test_what_a_subject_and_a_body_must_be(template, words, source, row, message):
    found = problem(template(source), words)
    assert (found.file, found.row) == ("templates/letters/archive.en.md", row)
    assert message in found.message


@pytest.mark.parametrize("bad", ["a\nb", "a\r\nBcc: x@example.org", "a\0b", "a\x1bb", "a\u2028b", "a\ud800b"])
def test_no_value_brings_a_line_break_or_control_character_along(template, words, bad):
    folder = template("Subject: {{ case.title }}\n\n{{ mission.name }} {{ ask.text }}\n")
    for changed in (
        replace(words, case=replace(words.case, title=bad)),
        replace(words, case=replace(words.case, people=("fine", bad))),
        replace(words, mission=MissionWords(bad, "")),
        replace(words, ask=AskWords("x", "x", "x", bad)),
    ):
        found = problem(folder, changed)
        assert found.file == "templates/letters/archive.en.md"
        assert "U+" in found.message


def test_a_value_of_megabytes_is_refused(template, words):
    folder = template("Subject: s\n\n{{ mission.name }}\n")
    assert "longer than 100,000" in problem(folder, replace(words, mission=MissionWords("x" * 10_000_000, ""))).message


def test_macros_of_another_file_can_be_used(template, words):
    template("{% macro bold(word) %}**{{ word }}**{% endmacro %}", "_macros.md")
    folder = template('{% import "_macros.md" as macros %}\nSubject: s\n\n{{ macros.bold(state.name) }}\n')
    assert "<strong>Germany</strong>" in LetterWriter(folder).write(words).html


def test_an_address_may_have_several_lines(template, words):
    folder = template("Subject: s\n\n{{ mission.address }}\n")
    words = replace(words, mission=MissionWords("M", "1 Road\n1200 Geneva"))
    assert LetterWriter(folder).write(words).text == "1 Road 1200 Geneva\n"


def test_the_same_letter_under_another_subject(template, words):
    letter = LetterWriter(template(GOOD)).write(words)
    test = letter.with_subject("[TEST] The Archive & more")
    assert test.subject == "[TEST] The Archive & more"
    assert test.text == letter.text
    assert "<title>[TEST] The Archive &amp; more</title>" in test.html


def test_a_template_that_changes_under_a_writer_changes_nothing(template, words):
    writer = LetterWriter(template(GOOD))
    before = writer.write(words)
    template("Subject: other\n\nOther.\n")
    assert writer.write(words) == before
