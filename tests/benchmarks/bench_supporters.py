"""Forms of supporters: accepted alike for a member, a stranger and a capped address; taken in; erased when it is time.

Beside each other in 1,000 interleaved rounds on the same disk, so that what slows one slows all. The ratio to one bare
commit says how much more than a row on disk an accepted form is.
"""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from outreach.db.engine import writing
from outreach.services.supporters.arriving import accept, take_in
from outreach.services.supporters.expiring import expire
from outreach.services.supporters.links.confirming import decide
from outreach.services.supporters.opening import Supporters
from outreach.supporters.arrivals import Arrival
from outreach.supporters.people import CONFIRM
from outreach.supporters.tables import arrivals
from tests.services.supporters.campaigns import arrive, open_here, tokens, writes
from tests.supporters.stores import NOW

ROUNDS, MANY = 1_000, 2_000
MOST = 10**6
ALLOWED_APART, ALLOWED_COMMITS = 1.10, 3.0


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def commit(opened: Supporters) -> None:
    with writing(opened.store.engine) as connection:
        connection.execute(insert(arrivals), {"at": NOW, "sealed": b"x" * 400})


def accepting(opened: Supporters) -> None:
    arrive(opened, writes("member000@example.org", joins=True))
    for token in tokens(opened):
        decide(opened, token, yes=True, at=NOW)
    for _ in range(3):
        arrive(opened, writes("capped000@example.org", network="198.51.100.0/24"))

    def form(name: str) -> Arrival:
        return writes(f"{name}@example.org", words="Free the keepers of the beacon.", joins=True)

    found = dict[str, list[float]]()
    for number in range(ROUNDS):
        forms = {"member": form("member000"), "stranger": form(f"new{number:06}"), "capped": form("capped000")}
        for name, each in sorted(forms.items(), key=lambda pair: (number + len(pair[0])) % 3):
            found.setdefault(name, []).append(timed(lambda each=each: accept(opened, each, NOW)))  # type: ignore[misc]
        found.setdefault("commit", []).append(timed(lambda: commit(opened)))
    medians = {name: statistics.median(times) for name, times in found.items()}
    alike = [medians[name] for name in ("member", "stranger", "capped")]
    print(f"accepting a form, {ROUNDS} interleaved rounds, medians:")
    for name, median in medians.items():
        print(f"  {name:9}{median * 1000:8.2f} ms")
    print(f"  slowest ÷ fastest of the three: {max(alike) / min(alike):.3f} ({ALLOWED_APART:.2f} allowed)")
    ratio = medians["stranger"] / medians["commit"]
    print(f"  a form ÷ one bare commit: {ratio:.2f} ({ALLOWED_COMMITS:.0f} allowed)")


def taking_in(opened: Supporters) -> None:
    for number in range(MANY):
        accept(opened, writes(f"person{number}@example.org", words="Free them", network=""), NOW)
    seconds = timed(lambda: take_in(opened, NOW, MANY))
    print(f"taking in {MANY} forms: {seconds:.2f} s, {seconds / MANY * 1000:.2f} ms each")
    answers = [opened.store.sealer.token(CONFIRM, voice) for voice in range(1, 101)]
    seconds = timed(lambda: [decide(opened, token, yes=True, at=NOW) for token in answers])
    print(f"confirming 100 of them, one by one: {seconds / 100 * 1000:.2f} ms each")
    seconds = timed(lambda: expire(opened, NOW + timedelta(days=8)))
    print(f"erasing the {MANY - 100} that nobody confirmed: {seconds:.2f} s; again, with nothing due: ", end="")
    print(f"{timed(lambda: expire(opened, NOW + timedelta(days=8))) * 1000:.0f} ms")


def main() -> None:
    for work in (accepting, taking_in):
        with TemporaryDirectory() as folder:
            opened = open_here(Path(folder), per_network=MOST, per_hour=MOST, per_day=MOST)
            work(opened)
            opened.store.engine.dispose()


if __name__ == "__main__":
    main()
