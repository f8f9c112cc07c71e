"""Next steps in words: each is a command that there is, in earnest and in a rehearsal."""

import shlex
from pathlib import Path

import click
import pytest

from outreach.cli.common.next_steps import WORDS, add_advice, advice, command, message, remember_outbox
from outreach.cli.main import cli
from outreach.errors import UsageError
from outreach.next_step import ABOUT, Action, NextStep
from tests.conftest import Command

# A value for each field of a step, and what stands in a command for one that a person has to fill in.
FILLED = {
    "ids": (5,),
    "case": "beacon",
    "ask": "hrc51",
    "round": "reminder",
    "state": "DEU",
    "address": "mission@geneva.example",
    "reason": "they asked for it",
    "channel": "x",
    "kind": "bounce",
    "stance": "supportive",
    "statuses": ("queued", "deferred"),
    "batch": "3f29c1a07be4",
    "after_deadline": True,
    "include_unverified": True,
}
PLACEHOLDERS = {
    "ID": "5",
    "SLUG": "beacon",
    "STATE": "DEU",
    "ADDRESS": "mission@geneva.example",
    "WHY": "closed",
    "PATH…": "answer.eml",
    "STANCE": "other",
    "BATCH": "3f29c1a07be4",
}


def filled(action: Action, *names: str) -> NextStep:
    return NextStep(action, **{name: FILLED[name] for name in names})  # type: ignore[arg-type]


def parse(typed: str) -> click.Command:
    """The command that is meant by what is typed, after click has taken in all of its options and arguments."""
    program, *words = shlex.split(typed)
    assert program == "outreach"
    found: click.Command = cli
    while isinstance(found, click.Group):
        name = words.pop(0)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None, f"there is no command {name}"
        found = inner
    # With the program's own settings: a command remembers its help option, and other tests look at that.
    with found.make_context(
        found.name, [PLACEHOLDERS.get(word, word) for word in words], **cli.context_settings
    ) as ctx:
        assert ctx.args == []
    return found


def test_every_action_has_words() -> None:
    assert set(WORDS) == set(Action)


@pytest.mark.parametrize("rehearsal", [False, True])
@pytest.mark.parametrize("action", Action)
def test_what_is_worded_is_a_command_that_there_is(action: Action, *, rehearsal: bool) -> None:
    whole, bare = filled(action, *ABOUT[action]), NextStep(action)
    for step in (whole, bare):
        parse(command(step, rehearsal=rehearsal))


@pytest.mark.parametrize("action", Action)
def test_rehearse_is_added_wherever_the_command_knows_it(action: Action) -> None:
    typed = command(NextStep(action), rehearsal=True)
    knows = any("--rehearse" in parameter.opts for parameter in parse(typed).params)
    assert typed.endswith(" --rehearse") == knows
    assert "--rehearse" not in command(NextStep(action), rehearsal=False)


@pytest.mark.parametrize("action", Action)
def test_all_that_a_step_is_about_is_in_the_command(action: Action) -> None:
    for name in ABOUT[action]:
        typed = command(filled(action, name), rehearsal=False)
        assert typed != command(NextStep(action), rehearsal=False), name


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        (NextStep(Action.RETRY, ids=(5, 7)), "outreach queue retry 5 7"),
        (NextStep(Action.RETRY), "outreach queue retry ID"),
        (NextStep(Action.SETTLE), "outreach queue settle"),
        (NextStep(Action.LIST_MESSAGES, statuses=("bounced",)), "outreach queue list --status bounced"),
        (NextStep(Action.ASSIGN_REPLY, ids=(3,)), "outreach replies assign 3 --mission STATE --case SLUG"),
        (
            NextStep(Action.SEND_LETTERS, case="beacon", ask="hrc51", round="reminder"),
            "outreach send --case beacon --ask hrc51 --round reminder",
        ),
        (
            NextStep(Action.SUPPRESS_ADDRESS, address="o'neill@geneva.example", reason="bounce 3"),
            "outreach missions suppress 'o'\"'\"'neill@geneva.example' --why 'bounce 3'",
        ),
        (NextStep(Action.UNSUPPRESS_ADDRESS, state="DEU"), "outreach missions unsuppress DEU"),
    ],
)
def test_steps_in_words(step: NextStep, typed: str) -> None:
    assert command(step, rehearsal=False) == typed


def test_advice_introduces_the_command() -> None:
    assert advice(NextStep(Action.RUN_QUEUE), rehearsal=True) == "Send them with: outreach queue run --rehearse"


@pytest.mark.parametrize(
    ("words", "rehearsal", "shown"),
    [
        ("message 5 is gone", False, "message 5 is gone. See: outreach queue list"),
        ("Nothing was changed.", True, "Nothing was changed. See: outreach queue list --rehearse"),
    ],
)
def test_an_error_ends_with_its_next_step_about_the_outbox_that_was_open(
    words: str, shown: str, *, rehearsal: bool
) -> None:
    error = UsageError(words, next_step=NextStep(Action.LIST_MESSAGES))
    ctx = click.Context(cli)
    remember_outbox(ctx, rehearsal=rehearsal)
    add_advice(error, ctx)
    assert message(error) == shown


def test_an_error_without_a_next_step_is_shown_as_it_is() -> None:
    error = UsageError("there is no such case.")
    add_advice(error, click.Context(cli))
    assert message(error) == "there is no such case."


def test_a_command_that_fails_names_the_next_one(campaign_folder: Path, outreach: Command) -> None:
    failed = outreach("inbox", "fetch", "--rehearse", folder=campaign_folder)
    assert failed.returncode == 2
    assert failed.stderr.endswith(". Mail that was exported by hand: outreach inbox import PATH… --rehearse\n")
