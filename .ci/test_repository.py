"""What the repository's own files must not give away, and whether the tools that write its documentation work.

Nothing here is about the program; `make check` runs it.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
MOST_MODULES = 14  # beside __init__.py
sys.path.insert(0, str(REPOSITORY))

from tests.docs.generate import documented, with_help, with_sections  # noqa: E402 - this folder is no package
from tests.docs.pages import broken_links, links, table_rows  # noqa: E402

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


def test_a_folder_has_no_more_modules_than_a_reader_takes_in():
    """About a dozen; where there are more, a package of its own shows the way."""
    modules = Counter(file.parent.relative_to(REPOSITORY) for file in (REPOSITORY / "outreach").rglob("*.py"))

    assert {str(folder): number for folder, number in modules.items() if number > MOST_MODULES + 1} == {}


def hits(pattern: re.Pattern[bytes], file: Path) -> list[bytes]:
    return [found[0] for found in pattern.finditer(file.read_bytes())]


def test_the_patterns_find_what_they_are_for():
    assert re.search(GIVEN_AWAY["a package registry's host"], "--index-url=" + "https://mirror.example.org/simple")
    assert re.search(GIVEN_AWAY["a path of one machine"], "cd " + "/wor" + "k/main")
    assert re.search(GIVEN_AWAY["a private key"], "-----BEGIN RSA " + "PRIVATE KEY-----")


def own_files() -> list[Path]:
    """Every file of the project: what git tracks, and what it would take up next."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    return [REPOSITORY / name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]


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
