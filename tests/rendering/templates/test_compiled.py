"""A text is compiled once; its faults are said of the file that it was read from, and a changed file is seen."""

from pathlib import Path

import pytest

from outreach.errors import TemplateError
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.templates.context import LetterContext
from outreach.rendering.templates.environment import LetterEnvironment

LAYOUT = "Subject: Hello\n\n{% block words %}{% endblock %}\n"
LETTER = "{% extends '_letter.en.md' %}\n{% block words %}\nDear\n{{ nobody }}\n{% endblock %}\n"


def folder_with(parent: Path, **files: str) -> Path:
    folder = parent / "templates" / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    for stem, text in files.items():
        (folder / f"{stem}.en.md").write_text(text, encoding="utf-8")
    return folder


def fault(folder: Path, words: LetterContext) -> str:
    with pytest.raises(TemplateError) as raised:
        LetterWriter(folder).write(words)
    return str(raised.value)


def test_the_same_text_in_two_folders_is_compiled_once_and_named_where_it_lies(
    tmp_path: Path, words: LetterContext
) -> None:
    first, second = (folder_with(tmp_path / name, _letter=LAYOUT, archive=LETTER) for name in ("first", "second"))

    for folder in (first, second):
        assert fault(folder, words).startswith("templates/letters/archive.en.md, row 4: there is no word 'nobody'")
    codes = [LetterEnvironment(folder).get_template("archive.en.md") for folder in (first, second)]
    assert [code.filename for code in codes] == [str(folder / "archive.en.md") for folder in (first, second)]
    assert codes[0].blocks["words"].__code__ is codes[1].blocks["words"].__code__


def test_a_changed_letter_and_a_changed_layout_are_seen(tmp_path: Path, words: LetterContext) -> None:
    folder = folder_with(tmp_path, _letter=LAYOUT, archive=LETTER.replace("{{ nobody }}", "all"))
    assert "all" in LetterWriter(folder).write(words).blocks[0].text

    folder_with(tmp_path, archive=LETTER.replace("{{ nobody }}", "some"))
    assert "some" in LetterWriter(folder).write(words).blocks[0].text

    folder_with(tmp_path, _letter=LAYOUT.replace("words", "speech"))
    assert "the layout has no block 'words'" in fault(folder, words)
