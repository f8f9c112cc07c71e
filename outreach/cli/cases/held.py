"""Words what cannot leave of the cases, why, and where that is changed; decides nothing."""

from collections.abc import Iterator, Sequence

from outreach.cases.model import Use
from outreach.cli.common.next_steps import advice
from outreach.next_step import Action, NextStep
from outreach.services.checks.leaving import HeldCase, Hindrance
from outreach.text import listed

WITHOUT_CONSENT: dict[Use, str] = {
    "letters": "no letter leaves",
    "posts": "no post leaves",
    "web": "no public page shows it",
}


def held_lines(held: Sequence[HeldCase]) -> Iterator[str]:
    """Give a line for each reason that holds a case, under a heading; nothing where there is none."""
    if held:
        yield "What cannot leave today:"
    yield from (f"  {each.case}: {_why(each)}" for each in held)


def _why(held: HeldCase) -> str:
    match held.why:
        case Hindrance.STOPPED:
            step = advice(NextStep(Action.RESUME_CASE, case=held.case), rehearsal=False)
            return f"stopped {held.detail}. Nothing leaves. {step}"
        case Hindrance.UNFINISHED:
            return f"not finished, so nothing leaves. Write in {held.file}: {held.detail}"
        case Hindrance.EMBARGO:
            return f"embargo, so nothing leaves before {held.detail} (embargo in {held.file})"
        case Hindrance.NO_CONSENT:
            what = listed(WITHOUT_CONSENT[use] for use in held.uses)
            return f"no consent to {listed(held.uses)}: {what}. Who agreed to what stands in {held.file}, consent"
        case Hindrance.UNCHECKED:
            step = advice(NextStep(Action.CONFIRM_FACTS, case=held.case), rehearsal=False)
            return f"in earnest nothing leaves: {held.detail}. {step}"
