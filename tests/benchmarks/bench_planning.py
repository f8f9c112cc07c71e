"""Planning: seconds for 1,000 missions, from a loaded campaign to who gets a letter and who does not, and why."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from outreach.campaign import load_campaign
from outreach.outbox.letters.plan import Facts, LetterRequest, make_plan
from outreach.outbox.status import Status

MISSIONS = 1000


def main() -> None:
    campaign = load_campaign(Path(__file__).parents[2])
    registry = campaign.registry
    pattern = registry.missions["DEU"]
    codes = [f"X{number:03d}" for number in range(MISSIONS)]
    states = {**registry.states, **{code: replace(registry.states["DEU"], code=code) for code in codes}}
    missions = {c: replace(pattern, state=c, emails=(f"{c.lower()}@example.org",)) for c in codes}
    acts = tuple(replace(act, state=code) for code in codes for act in registry.acts[:5])
    campaign = replace(
        campaign, registry=replace(registry, states=states, missions=missions, acts=registry.acts + acts)
    )
    facts = Facts(
        asked=dict.fromkeys(codes[::3], Status.SENT), suppressed={f"{codes[1].lower()}@example.org": "bounced"}
    )
    request = LetterRequest(
        campaign.cases["viasna"], campaign.asks["hrc51"], to=("all",), rehearsal=False, include_unverified=True
    )
    times = []
    for _ in range(20):
        started = time.perf_counter()
        plan = make_plan(campaign, request, facts, date(2022, 9, 1))
        times.append(time.perf_counter() - started)
    seconds = sorted(times)[len(times) // 2]
    print(f"planning {MISSIONS} missions ({len(plan.letters)} letters, {len(plan.excluded)} left out):")
    print(f"  {seconds:.4f} s = {seconds / 0.3:.2f} × the 0.3 s allowed")


if __name__ == "__main__":
    main()
