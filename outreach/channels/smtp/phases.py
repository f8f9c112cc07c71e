"""How long to wait in each phase of a conversation (RFC 5321, section 4.5.3.2); knows no connection."""

from dataclasses import dataclass
from typing import Self

COMMAND = 300.0  # the greeting, EHLO, MAIL, RCPT (sections 4.5.3.2.1 to 4.5.3.2.3)
DATA = 120.0  # the 354 (section 4.5.3.2.4)
BLOCK = 180.0  # until the network has taken a part of the letter (section 4.5.3.2.5)
ANSWER = 600.0  # what comes after the final dot (section 4.5.3.2.6)
A_WHILE = 5.0  # of silence; then it is told that we wait


@dataclass(frozen=True, slots=True)
class PhaseTimes:
    """Seconds for each phase.

    Giving up before the final dot is harmless, so a person may be less patient there. After it, giving up early only
    makes doubt: the server has the letter, and checks it.
    """

    command: float = COMMAND
    data: float = DATA
    block: float = BLOCK
    answer: float = ANSWER
    told: float = A_WHILE

    @classmethod
    def within(cls, timeout: float) -> Self:
        """Wait at most `timeout` seconds in every phase but the last."""
        return cls(command=timeout, data=min(timeout, DATA), block=min(timeout, BLOCK))
