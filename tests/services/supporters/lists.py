"""A mailing list of many members for tests and benchmarks, and an update for them. Knows no page and no server."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from outreach.db.engine import writing
from outreach.supporters.people import ADDRESS
from outreach.supporters.store import Store
from outreach.supporters.tables import members, story, supporters

SLUG = "2022-08-01-statement"
EN = """---
title: Twelve States spoke
summary: They spoke.
---

Yesterday **twelve States** spoke.
"""
FR = """---
title: Douze États ont parlé
summary: Ils ont parlé.
---

Hier, **douze États** ont parlé.
"""
TEXTS = {"en": EN, "fr": FR}
BATCH = 5000


def write_update(folder: Path, slug: str = SLUG, **texts: str) -> None:
    """Write an update into site/updates, in the languages given, or in English and French."""
    place = folder / "site" / "updates"
    place.mkdir(parents=True, exist_ok=True)
    for language, text in (texts or TEXTS).items():
        (place / f"{slug}.{language}.md").write_text(text, "utf-8")


def fill_list(store: Store, number: int, at: datetime, languages: tuple[str, ...] = ("en", "fr", "es")) -> None:
    """Put so many members on the list at once: m1@example.org, m2@example.org, …"""
    sealer, joined = store.sealer, at - timedelta(days=30)
    for start in range(1, number + 1, BATCH):
        people, theirs, told = list[dict[str, object]](), list[dict[str, object]](), list[dict[str, object]]()
        for who in range(start, min(start + BATCH, number + 1)):
            address = f"m{who}@example.org"
            people.append(
                {
                    "id": who, "fingerprint": sealer.fingerprint(address), "sealed": sealer.seal(address, ADDRESS),
                    "language": languages[who % len(languages)], "created_at": joined, "keep_until": None,
                }
            )  # fmt: skip
            theirs.append(
                {
                    "supporter": who, "status": "member", "origin": "form", "agreed_to": "1", "asked_on": joined,
                    "joined_on": joined,
                }
            )  # fmt: skip
            told.append(
                {
                    "what": "member", "subject": who, "at": joined, "from_status": "asked", "to_status": "member",
                    "why": "", "by": "a test",
                }
            )  # fmt: skip
        with writing(store.engine) as connection:
            connection.execute(insert(supporters), people)
            connection.execute(insert(story), told)
            connection.execute(insert(members), theirs)
