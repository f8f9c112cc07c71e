"""What the pages have readers type works as it is written, each in a fresh campaign folder."""

from pathlib import Path

import pytest

from outreach.starter.make import make_campaign
from tests.channels.smtp.smtp_server import SmtpServer
from tests.docs.walkthrough import matches, run, steps, wrong

REPOSITORY = Path(__file__).parents[2]


def test_the_readme_walks_through_a_campaign(tmp_path):
    page = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    make_campaign(tmp_path / "campaign")

    assert steps(page), "README.md has no console block after a line <!-- tested -->"
    with SmtpServer() as server:
        assert wrong(page.replace("8025", str(server.port)), tmp_path / "campaign", tmp_path) == ""
    assert len(server.messages) == 2


def test_the_page_about_replies_walks_through_an_answer(tmp_path):
    page = (REPOSITORY / "docs" / "replies.md").read_text(encoding="utf-8")
    make_campaign(tmp_path / "campaign")

    assert steps(page)
    assert wrong(page, tmp_path / "campaign", tmp_path) == ""


def test_the_page_about_posts_walks_through_a_rehearsal_and_links(tmp_path):
    page = (REPOSITORY / "docs" / "posts.md").read_text(encoding="utf-8")
    make_campaign(tmp_path / "campaign")

    assert steps(page)
    assert wrong(page, tmp_path / "campaign", tmp_path) == ""


def test_the_page_about_the_next_session_walks_from_one_ask_to_another(tmp_path):
    page = (REPOSITORY / "docs" / "next-session.md").read_text(encoding="utf-8")
    make_campaign(tmp_path / "campaign")

    assert steps(page)
    assert wrong(page, tmp_path / "campaign", tmp_path) == ""
    assert len(list((tmp_path / "campaign" / "rehearsal" / "new").iterdir())) == 3


def page(*lines: str) -> str:
    return "\n".join(["# A page", "", "<!-- tested -->", "```console", *lines, "```", ""])


class TestWhatIsTyped:
    def test_only_blocks_that_are_marked(self):
        text = "```console\n$ rm -rf /\n```\n\n<!-- tested -->\n\n```console\n$ true\n```\n\n```\n$ false\n```\n"

        assert [(step.line, step.command) for step in steps(text)] == [(8, "true")]

    def test_a_command_may_go_on_over_several_lines(self):
        (step,) = steps(page("$ echo one \\", "> two", "one two"))

        assert step.command == "echo one \\\ntwo"
        assert step.expected == ("one two",)

    def test_a_block_that_begins_with_output_is_refused(self):
        with pytest.raises(ValueError, match="line 5: a tested block begins with a command"):
            steps(page("output of nothing"))

    def test_the_folder_and_variables_hold_over_blocks(self, tmp_path):
        text = page("$ mkdir 'a b' && cd 'a b'", "$ export WORD=kept") + page(
            "$ echo $WORD in ${PWD##*/}", "kept in a b"
        )

        assert wrong(text, tmp_path, tmp_path) == ""

    def test_the_command_of_this_environment_is_the_one_that_runs(self, tmp_path):
        assert wrong(page("$ outreach --version", "outreach, version …"), tmp_path, tmp_path) == ""

    def test_settings_of_this_machine_are_not_a_readers(self, tmp_path, monkeypatch):
        monkeypatch.setenv("OUTREACH_SMTP__HOST", "mail.example.org")

        assert wrong(page("$ echo host=$OUTREACH_SMTP__HOST", "host="), tmp_path, tmp_path) == ""


class TestWhatIsSeen:
    def test_output_that_differs_is_shown_with_its_line(self, tmp_path):
        assert wrong(page("$ echo one", "two"), tmp_path, tmp_path) == (
            "line 5: $ echo one\n  ended with exit status 0 and printed\n    one\n  the page says\n    two"
        )

    def test_a_command_without_output_prints_nothing(self, tmp_path):
        assert wrong(page("$ true"), tmp_path, tmp_path) == ""
        assert "printed\n    loud\n" in wrong(page("$ echo loud"), tmp_path, tmp_path)

    def test_a_failure_that_the_page_does_not_show_is_wrong(self, tmp_path):
        assert "exit status 1" in wrong(page("$ false"), tmp_path, tmp_path)
        assert wrong(page("$ false; echo status $?", "status 1"), tmp_path, tmp_path) == ""

    def test_errors_are_output_too(self, tmp_path):
        assert wrong(page("$ echo oops >&2", "oops"), tmp_path, tmp_path) == ""

    def test_a_shell_that_ends_early_is_told(self, tmp_path):
        assert [ran.status for ran in run(page("$ true", "$ exit 3", "$ true"), tmp_path, tmp_path)] == [0, None]

    def test_a_syntax_error_is_told(self, tmp_path):
        assert "did not end" in wrong(page("$ echo 'unclosed", "$ true"), tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("expected", "output"),
    [
        (("a …",), ("a b c",)),
        (("… b …",), ("a b c",)),
        (("a…",), ("a",)),
        (("a", "…"), ("a",)),
        (("a", "…"), ("a", "b", "c")),
        (("…", "c"), ("a", "b", "c")),
        (("a", "…", "c", "…"), ("a", "b", "c", "d")),
        (("…",), ()),
        (("a.c (*)",), ("a.c (*)",)),
    ],
)
def test_an_ellipsis_stands_for_the_rest(expected, output):
    assert matches(expected, output)


@pytest.mark.parametrize(
    ("expected", "output"),
    [
        (("a …",), ("a b", "c")),
        (("a", "c"), ("a", "b", "c")),
        (("…", "b"), ("a", "b", "c")),
        (("a.c",), ("abc",)),
        ((), ("a",)),
        (("a",), ()),
    ],
)
def test_an_ellipsis_in_a_line_stays_in_its_line(expected, output):
    assert not matches(expected, output)
