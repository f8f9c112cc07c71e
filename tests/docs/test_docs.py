"""The documentation tells of every command and setting, and leads nowhere wrong."""

import json
from collections.abc import Iterator
from typing import get_args

import pytest
from click import Option
from pydantic import BaseModel, SecretStr

from outreach.channels.providers import providers
from outreach.settings.faults import unknown_variables
from outreach.settings.sections import PREFIX, Section
from outreach.settings.settings import Settings, every_setting
from tests.docs.generate import COMMANDS, PROVIDERS, commands, contexts, documented, with_help, with_providers
from tests.docs.pages import REPOSITORY, broken_links, links, pages, table_rows

SETTINGS_PAGE = REPOSITORY / "docs" / "settings.md"
INDEX = REPOSITORY / "docs" / "README.md"


def test_every_command_is_documented_and_no_other():
    assert sorted(documented(COMMANDS.read_text())) == sorted(name for name, _ in commands())


def test_the_help_texts_are_those_of_today():
    """Out of date? `make docs` writes them anew."""
    text = COMMANDS.read_text()

    assert text == with_help(text, dict(commands()))


def test_the_table_of_providers_is_that_of_the_program():
    """Out of date? `make docs` writes it anew."""
    text = PROVIDERS.read_text()

    assert text == with_providers(text)
    assert all(provider.name in text for provider in providers())


def test_every_option_says_what_it_does():
    options = [
        (c.command_path, option) for c in contexts() for option in c.command.params if isinstance(option, Option)
    ]

    assert len(options) > 20
    assert [f"{path} {option.opts[0]}" for path, option in options if not option.hidden and not option.help] == []


def leaves(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, object]]:
    """Key and default of each setting; a list of tables is one key, `[[ask]] id` and so on."""
    for name, field in model.model_fields.items():
        key = f"{above}.{name}" if above else name
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if _is_section(kind)]
        if inner and inner[0] is field.annotation:
            yield from leaves(inner[0], key)
        elif inner:
            yield key, field.get_default()
            yield from ((f"{key}[].{leaf}", default) for leaf, default in leaves(inner[0]))
        else:
            yield key, ... if field.is_required() else field.get_default()


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def written(default: object) -> str:
    """A default as outreach.toml has it; nothing for a setting that must be given."""
    if default is ...:
        return ""
    return json.dumps(default.get_secret_value() if isinstance(default, SecretStr) else default)


def test_every_setting_is_documented_with_its_default():
    rows = {
        (key, row[1])
        for row in table_rows(SETTINGS_PAGE.read_text())
        if row[0] != "key"
        for key in row[0].split("`, `")
    }

    assert rows == {(key, written(default)) for key, default in leaves(Settings)}


def test_a_variable_is_named_as_the_page_says():
    assert "`OUTREACH_` and the key in capitals, with `__` for each dot" in SETTINGS_PAGE.read_text().replace("\n", " ")
    variables = [PREFIX + key.upper().replace(".", "__") for key, _ in leaves(Settings) if "[]" not in key]

    assert len(variables) > 80
    assert unknown_variables({}, variables, every_setting()) == []


def test_every_setting_is_explained():
    assert [row[0] for row in table_rows(SETTINGS_PAGE.read_text()) if len(row[2]) < 10 and row[0] != "key"] == []


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
