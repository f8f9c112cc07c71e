"""The documentation tells of every command and setting, leads nowhere wrong, and gives nothing away."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from click import Option
from pydantic import BaseModel, SecretStr

from outreach.settings.sections import PREFIX, Section
from outreach.settings.settings import Settings
from tests.docs.generate import COMMANDS, commands, contexts, documented, with_help, with_sections
from tests.docs.pages import REPOSITORY, broken_links, links, own_files, pages, table_rows

SETTINGS_PAGE = REPOSITORY / "docs" / "settings.md"
INDEX = REPOSITORY / "docs" / "README.md"


def test_every_command_is_documented_and_no_other():
    assert sorted(documented(COMMANDS.read_text())) == sorted(name for name, _ in commands())


def test_the_help_texts_are_those_of_today():
    """Out of date? `make docs` writes them anew."""
    text = COMMANDS.read_text()

    assert text == with_help(text, dict(commands()))


def test_every_option_says_what_it_does():
    options = [
        (c.command_path, option) for c in contexts() for option in c.command.params if isinstance(option, Option)
    ]

    assert len(options) > 20
    assert [f"{path} {option.opts[0]}" for path, option in options if not option.hidden and not option.help] == []


def leaves(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str, object]]:
    """Key, environment variable and default of each setting; a list of tables is one key, `[[ask]] id` and so on."""
    for name, field in model.model_fields.items():
        key = f"{above}.{name}" if above else name
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if _is_section(kind)]
        if inner and inner[0] is field.annotation:
            yield from leaves(inner[0], key)
        elif inner:
            yield key, PREFIX + key.upper(), field.get_default()
            yield from ((f"{key}[].{leaf}", "", default) for leaf, _, default in leaves(inner[0]))
        else:
            yield key, PREFIX + key.upper().replace(".", "__"), ... if field.is_required() else field.get_default()


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def written(default: object) -> str:
    """A default as outreach.toml has it; nothing for a setting that must be given."""
    if default is ...:
        return ""
    return json.dumps(default.get_secret_value() if isinstance(default, SecretStr) else default)


def test_every_setting_is_documented_with_its_variable_and_default():
    rows = {tuple(row[:3]) for row in table_rows(SETTINGS_PAGE.read_text()) if row[0] != "key"}

    assert rows == {(key, variable, written(default)) for key, variable, default in leaves(Settings)}


def test_every_setting_is_explained():
    assert [row[0] for row in table_rows(SETTINGS_PAGE.read_text()) if len(row[3]) < 10 and row[0] != "key"] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page):
    assert broken_links(page) == []


def test_every_page_is_reached_from_the_index():
    linked = {(INDEX.parent / link.partition("#")[0]).resolve() for link in links(INDEX.read_text())}

    assert [
        page.name for page in pages() if page.is_relative_to(INDEX.parent) and page != INDEX and page not in linked
    ] == []


def test_the_readme_leads_to_the_index():
    assert any(link.startswith("docs/") for link in links((REPOSITORY / "README.md").read_text()))


# Each pattern has a bracket or a backslash in it, so that this file does not find itself.
GIVEN_AWAY = {
    "a package registry's host": (
        r"pyp[i]\.org|python[h]osted\.org|registry\.npm[j]s|deb\.debia[n]|(index|find-links)[ =-]\S*http[s]?:"
    ),
    "a path of one machine": r"(?<![\w./-])/(wor[k]|roo[t]|hom[e]/\w+|opt/pyp[i]|opt/whee[l]s)/",
    "a private key": r"-----BEGI[N] [A-Z ]*PRIVATE KE[Y]",
}


@pytest.mark.parametrize("secret", GIVEN_AWAY)
def test_no_file_gives_away(secret):
    pattern = re.compile(GIVEN_AWAY[secret].encode())

    assert [
        f"{file.relative_to(REPOSITORY)}: {found[0]!r}" for file in own_files() for found in hits(pattern, file)
    ] == []


def test_only_tests_name_a_temporary_folder():
    pattern = re.compile(rb"(?<![\w./-])/tm[p]/")

    outside = [file for file in own_files() if not file.is_relative_to(REPOSITORY / "tests")]
    assert {str(file): found for file in outside if (found := hits(pattern, file))} == {}


def hits(pattern: re.Pattern[bytes], file: Path) -> list[bytes]:
    return [found[0] for found in pattern.finditer(file.read_bytes())]


def test_the_patterns_find_what_they_are_for():
    assert re.search(GIVEN_AWAY["a package registry's host"], "--index-url=" + "https://mirror.example.org/simple")
    assert re.search(GIVEN_AWAY["a path of one machine"], "cd " + "/wor" + "k/main")
    assert re.search(GIVEN_AWAY["a private key"], "-----BEGIN RSA " + "PRIVATE KEY-----")


class TestTheGenerator:
    def test_it_fills_a_block_and_leaves_the_words_around_it(self):
        page = "# Commands\n\nWords.\n\n<!-- help: outreach send -->\n\nMore words.\n"

        filled = with_help(page, {"outreach send": "Usage: outreach send  \n\n  Sends."})

        assert filled == (
            "# Commands\n\nWords.\n\n<!-- help: outreach send -->\n```text\nUsage: outreach send\n\n  Sends.\n```\n"
            "\nMore words.\n"
        )
        assert with_help(filled, {"outreach send": "Usage: new"}).count("```") == 2

    def test_a_command_without_a_section_gets_one_at_the_end(self):
        page = with_sections("# Commands\n", {"outreach new": "Usage: outreach new"})

        assert documented(page) == ["outreach new"]

    def test_a_command_that_is_gone_is_seen(self):
        assert documented("<!-- help: outreach gone -->\n```text\nUsage\n```\n") == ["outreach gone"]


class TestThePages:
    def test_links_are_found_in_prose_and_not_in_code(self):
        text = "[a](one.md) `[b](two.md)`\n```\n[c](three.md)\n```\n![d](four.png)\n\n[e]: five.md\n"

        assert links(text) == ["one.md", "four.png", "five.md"]

    def test_a_link_to_a_missing_page_or_heading_is_broken(self, tmp_path):
        page = tmp_path / "page.md"
        page.write_text(
            "# A heading: `code`\n[x](#a-heading-code) [y](page.md#gone) [z](gone.md) [w](https://example.org/)"
        )

        assert broken_links(page) == ["page.md#gone", "gone.md"]

    def test_a_bar_in_a_cell_is_not_a_border(self):
        assert list(table_rows("| a | `b \\| c` |\n|---|---|\n")) == [["a", "b | c"]]
