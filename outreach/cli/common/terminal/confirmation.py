"""Asks a person before what cannot be taken back; where nobody can be asked, --yes must have been said."""

import sys

from outreach.cli.common.terminal.questions import agreed, when_stopped
from outreach.errors import UsageError

NOBODY_TO_ASK = "nothing was changed: without a terminal to ask on, say --yes"
IN_EARNEST = (
    "{} in earnest with --json or without a terminal needs --yes; look at the plan first with --dry-run, "
    "or try it out with --rehearse"
)


def confirmed(question: str, refusal: str, *, yes: bool, as_json: bool = False) -> bool:
    """Say whether a person agrees, by --yes or when asked now; UsageError with `refusal` where nobody can be asked."""
    if yes:
        return True
    if as_json or not sys.stdin.isatty():
        raise UsageError(refusal)
    with when_stopped("nothing was changed"):
        return agreed(question)
