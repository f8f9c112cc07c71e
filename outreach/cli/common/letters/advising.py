"""Words advice about texts, in a few lines, for commands that show letters; decides nothing."""

from collections.abc import Callable, Sequence

from outreach.cases.advice.advice import Advice
from outreach.text import counted

MOST = 3  # that are told one by one


def tell_advice(advice: Sequence[Advice], tell: Callable[[str], None], see_all: str = "outreach cases check") -> None:
    """Tell how many things there are to look at, and the first of them. Nothing where there is none."""
    if not advice:
        return
    told = MOST + 1 if len(advice) == MOST + 1 else MOST  # nobody wants to read "and 1 more"
    tell(f"{counted(len(advice), 'thing')} to look at in the texts; nothing is held back for it:")
    for each in advice[:told]:
        tell(f"  {each}")
    if len(advice) > told:
        tell(f"  and {len(advice) - told} more; see all: {see_all}")
