"""Every word of the forms stands in every catalogue, with the same marks in it."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import outreach.web
from outreach.site.frame.translations import translations
from outreach.web.looks import HERE
from tests.site.test_translations import MARK, METHODS, SILENT


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_word_is_translated_with_the_same_marks(language: str) -> None:
    found = list(extract_from_dir(Path(outreach.web.__file__).parent, METHODS, SILENT))
    assert len(found) > 100
    catalogue = translations(language, HERE)
    kept = catalogue._catalog  # type: ignore[attr-defined]
    for file, row, message, _, _ in found:
        one, *more = (message,) if isinstance(message, str) else message
        assert one in kept or (one, 0) in kept, f"{file}:{row}: {one!r} is not in translations/{language}/"
        told = {catalogue.ngettext(one, more[0], n) for n in (1, 2)} if more else {catalogue.gettext(one)}
        for text in told:
            assert set(MARK.findall(text)) <= set(MARK.findall(" ".join((one, *more)))), f"{file}:{row}: {text!r}"
