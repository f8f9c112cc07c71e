"""Every word of the templates and pages stands in every catalogue, with the same marks in it."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import outreach.site
from outreach.site.frame.translations import translations

MARK = re.compile(r"%\((\w+)\)[sd]")
SITE = Path(outreach.site.__file__).parent
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
SILENT = {"**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}


def words() -> dict[str | tuple[str, ...], str]:
    found = extract_from_dir(SITE, METHODS, SILENT)
    return {message: f"{file}:{row}" for file, row, message, _, _ in found}


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_word_is_translated_with_the_same_marks(language: str) -> None:
    catalogue = translations(language)
    said = words()
    assert len(said) > 10
    for message, where in said.items():
        one, *more = (message,) if isinstance(message, str) else message
        told = {catalogue.ngettext(one, more[0], n) for n in (1, 2)} if more else {catalogue.gettext(one)}
        kept = catalogue._catalog  # type: ignore[attr-defined]
        assert one in kept or (one, 0) in kept, f"{where}: {one!r} is not in translations/{language}/"
        for text in told:
            assert set(MARK.findall(text)) <= set(MARK.findall(" ".join((one, *more)))), f"{where}: {text!r}"
