"""Words advice about texts, in a few lines, for commands that show letters; decides nothing."""

from collections.abc import Callable, Sequence

from outreach.cases.advice.advice import Advice
from outreach.text import counted

MOST = 3  # that are told one by one


def tell_advice(advice: Sequence[Advice], tell: Callable[[str], None]) -> None:
    """Tell how many things there are to look at, and the first of them. Nothing where there is none."""
    if not advice:
        return
    tell(f"{counted(len(advice), 'thing')} to look at in the texts; nothing is held back for it:")
    for each in advice[:MOST]:
        tell(f"  {each}")
    if len(advice) > MOST:
        tell(f"  and {len(advice) - MOST} more; see all: outreach cases check")
