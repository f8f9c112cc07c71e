"""Digests: seconds from 10,000 voices to 76 letters in the queue; and again, when there is nothing new."""

import random
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from outreach.db.engine import writing
from outreach.services.supporters.digests.approving import approve
from outreach.services.supporters.digests.preparing import DigestRequest, finish_digests, plan_digests, prepare_digest
from outreach.services.workspace import Workspace
from outreach.supporters.people import seal_words
from outreach.supporters.tables import supporters, voice_cases, voices
from tests.conftest import give_addresses, large_campaign_in
from tests.services.supporters.voices import BO, at_work, set_up, store
from tests.supporters.stores import NOW

VOICES = 10_000
WORDS = [
    "say",
    "their",
    "names",
    "aloud",
    "in",
    "the",
    "room",
    "where",
    "it",
    "is",
    "on",
    "record",
    "so",
    "that",
    "nobody",
    "can",
    "claim",
    "not",
    "to",
    "know",
    "of",
    "them",
]
ALLOWED = 5.0


def fill(workspace: Workspace) -> None:
    """Voices as people are: half with words, some for chosen missions, from several countries."""
    here, chance = store(workspace), random.Random(1)
    rows, cases = list[dict[str, object]](), list[dict[str, object]]()
    for number in range(1, VOICES + 1):
        words = " ".join(chance.choices(WORDS, k=chance.randint(5, 60))) if number % 2 else ""
        chosen = ";".join(chance.sample(["DEU", "FRA", "AUT", "NOR", "SWE", "ITA"], 3))
        rows.append(
            {
                "id": number, "supporter": number, "ask": "hrc51",
                "missions": chance.choice(["all"] * 8 + ["not-raised", chosen]),
                "sealed": seal_words(here, number, words), "has_words": bool(words), "may_quote": bool(words),
                "country": chance.choice(["", "DEU", "FRA", "POL", "USA"]), "language": chance.choice(["en", "fr"]),
                "status": "let-through" if words else "counted", "counted": number, "agreed_to": "1", "agreed_on": NOW,
            }
        )  # fmt: skip
        asked = chance.choice([["beacon", "specimen", "sample"]] * 3 + [["beacon"], ["sample", "specimen"]])
        cases += [{"voice": number, "case": case} for case in asked]
    with writing(here.engine) as connection:
        someone = [{"id": number, "language": "en", "created_at": NOW} for number in range(1, VOICES + 1)]
        connection.execute(insert(supporters), someone)
        connection.execute(insert(voices), rows)
        connection.execute(insert(voice_cases), cases)


def prepare(workspace: Workspace) -> tuple[int, str, float]:
    started = time.perf_counter()
    finish_digests(workspace)
    done = prepare_digest(workspace, plan_digests(workspace, DigestRequest("hrc51")))
    return (done.letters if done else 0), (done.batch if done else ""), time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = large_campaign_in(Path(parent))
        give_addresses(folder)
        workspace = set_up(folder)
        fill(workspace)
        letters, batch, seconds = prepare(workspace)
        again, _, later = prepare(workspace)
        started = time.perf_counter()
        approve(at_work(workspace, BO), batch)
        approved = time.perf_counter() - started
    print(f"{VOICES} voices, {letters} letters; again: {again}")
    print(f"  {seconds:.2f} s = {seconds / ALLOWED:.2f} × the {ALLOWED:.0f} s allowed; again {later:.2f} s")
    print(f"  approved in {approved:.2f} s")


if __name__ == "__main__":
    main()
