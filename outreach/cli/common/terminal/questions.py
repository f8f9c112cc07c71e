"""Asks a person for what was not typed as an option, checks each answer at once, and asks again; decides nothing."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import click

from outreach.cli.common.terminal.output import fitted
from outreach.errors import UsageError
from outreach.settings.campaign import Language
from outreach.text import shortened

Read = TypeVar("Read")
ERROR = "Error: "
NEEDED = "this cannot be left empty; write it here (Ctrl-C stops)"
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Checked(click.ParamType[Read], Generic[Read]):
    """What a reader makes of a text; the reader raises ValueError or UsageError for what is wrong with it."""

    name = "text"

    def __init__(self, read: Callable[[str], Read]) -> None:
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Read:
        if not isinstance(value, str):
            read: Read = value
            return read
        try:
            return self._read(value)
        except (ValueError, UsageError) as error:
            self.fail(str(error), param, ctx)


def can_ask(*, yes: bool) -> bool:
    """Say whether there is somebody to ask, who did not say that nothing is to be asked."""
    return not yes and sys.stdin.isatty()


def asked(question: str, read: Callable[[str], Read], default: str = "") -> Read:
    """Ask until the answer can be read; the default counts where nothing is typed."""

    def value(text: str) -> Read:
        try:
            return read(text)
        except (ValueError, UsageError) as error:  # click writes Error: before the words, and asks again
            raise click.UsageError(fitted(f"{ERROR}{error}").removeprefix(ERROR)) from None

    shown = fitted(f"{question} [{default}]:" if default else f"{question}:")
    with on_a_new_line():
        answer: Read = click.prompt(shown, default=default, show_default=False, prompt_suffix=" ", value_proc=value)
    return answer


def agreed(question: str) -> bool:
    """Ask for yes or no; no is what nothing typed means."""
    with on_a_new_line():
        return click.confirm(fitted(f"{question} [y/N]:"), default=False, show_default=False, prompt_suffix=" ")


def chosen(question: str, choices: Sequence[str], default: str | None = None) -> str:
    """Ask for one of these words."""
    usual = f" [{default}]" if default else ""
    shown = fitted(f"{question} ({', '.join(choices)}){usual}:")
    choice = click.Choice(choices, case_sensitive=False)
    with on_a_new_line():
        answer: str = click.prompt(
            shown, type=choice, default=default, show_default=False, show_choices=False, prompt_suffix=" "
        )
    return answer


@contextmanager
def on_a_new_line() -> Iterator[None]:
    """End the line of a question where Ctrl-C is the answer."""
    try:
        yield
    except click.Abort:
        click.echo(err=True)
        raise


@contextmanager
def when_stopped(words: str) -> Iterator[None]:
    """Let Ctrl-C, where it is the answer to a question, end with these words: what was not done."""
    try:
        yield
    except click.Abort:
        raise click.Abort(words) from None


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    """Give a reader for one of these words, or for nothing."""

    def read(text: str) -> str:
        word = text.strip().lower()
        if word and word not in choices:
            raise ValueError(f"'{text.strip()}': write {', '.join(choices)}, or nothing")
        return word

    return read


def by_language(typed: Sequence[str], languages: Sequence[Language], option: str) -> str | dict[Language, str]:
    """Read texts of the form fr=TEXT as language → text; a single text without a language stays a text.

    UsageError for a language that the campaign does not write, one that is there twice, and a text without one.
    """
    known = dict[Language, str]()
    for text in typed:
        code, equals, said = text.partition("=")
        language = next((language for language in languages if language == code.strip()), None)
        if language is None and len(typed) == 1 and not (equals and CODE.fullmatch(code.strip())):
            return text.strip()
        if language is None:
            codes = " or ".join(f"{code}=…" for code in languages)
            raise UsageError(f"{option} '{shortened(text)}': begin it with its language: {codes}")
        if language in known:
            raise UsageError(f"{option}: '{language}' stands there twice; say it once for each language")
        known[language] = said.strip()
    return known
