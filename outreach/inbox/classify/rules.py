"""What a rule of the classifier is: a name, and a judgement of one message; the rules themselves stand elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass

from outreach.inbox.mail import Mail, Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: `judge` gives a verdict that carries this rule's name, or None when it has nothing to say."""

    name: str
    judge: Callable[[Mail], Verdict | None]
