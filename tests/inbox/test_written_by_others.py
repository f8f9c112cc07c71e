"""Mails that others wrote who had not seen the rules: what each is, which words are shown, and which are folded away.

`written_by_others/expected.csv` says so: texts of a cell are separated by ` || `, kinds by `|`. In the mails TOKEN and
REF stand for a letter's own. A row with a shortfall is known to be wrong today; its test fails once it is right.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import select

from outreach.campaign import load_campaign
from outreach.db.engine import reading, writing
from outreach.inbox.desk.detail import detail
from outreach.inbox.models import inbound
from outreach.inbox.receive import Incoming, open_inbox, receive
from outreach.outbox.kind import MessageKind
from outreach.outbox.models import Draft, Key
from outreach.outbox.queue import enqueue
from outreach.outbox.reference import reference
from outreach.outbox.status import Status
from outreach.outbox.store import open_outbox
from tests.conftest import CAMPAIGN
from tests.outbox.outboxes import NOON, lead

MAILS = Path(__file__).parent / "written_by_others"
DOMAIN = "campaign.example.org"
ALONE = re.compile(rb"(?<![A-Za-z0-9+/=])REF(?![A-Za-z0-9+/=])")
MISSION = "mission@mission-a.example.org"


@dataclass(frozen=True)
class Shown:
    kind: str
    text: str
    everything: str


def rows() -> Iterator[object]:
    with (MAILS / "expected.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = pytest.mark.xfail(strict=True, reason=row["shortfall"]) if row["shortfall"] else ()
            yield pytest.param(row, id=row["file"].removesuffix(".eml"), marks=known)


def parts(cell: str) -> list[str]:
    return [flat(part) for part in cell.split(" || ") if part.strip()]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def filled(raw: bytes, token: str) -> bytes:
    """A mail with a letter's own token and reference; base64 may have the letters REF by chance."""
    return ALONE.sub(reference(token).encode(), raw).replace(b"TOKEN", token.encode())


def campaign_in(folder: Path) -> Path:
    """The campaign of the tests, whose letters come from the address that the mails answer to."""
    copytree(CAMPAIGN, folder)
    settings = (folder / "outreach.toml").read_text(encoding="utf-8")
    settings = settings.replace('email = "campaign@example.org"', f'email = "press@{DOMAIN}"')
    settings = settings.replace("[smtp]\n", f'[smtp]\nenvelope = "press+{{token}}@{DOMAIN}"\n')
    settings = settings.replace("[imap]\n", f'[imap]\nauthserv = "mx.{DOMAIN}"\n')
    (folder / "outreach.toml").write_text(settings, encoding="utf-8")
    path = folder / "contacts" / "missions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        missions = list(csv.DictReader(file))
    missions[0] |= {"email": MISSION, "website": "https://mfa-a.example.org/geneva", "verified_on": "2026-01-15"}
    missions[1] |= {"email": "mission@mission-b.example.org", "verified_on": "2026-01-15"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, missions[0].keys())
        writer.writeheader()
        writer.writerows(missions)
    return folder


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    """Every mail as the desk shows it, by its file's name; all of them came in about one letter."""
    folder = campaign_in(tmp_path_factory.mktemp("others") / "campaign")
    campaign = load_campaign(folder)
    outbox = open_outbox(folder, campaign.settings, rehearsal=False)
    mission = next(iter(campaign.registry.missions))
    key = Key(MessageKind.LETTER, "hrc51", "beacon", "first", "smtp", mission)
    token = outbox.token(key)
    content = f"Message-ID: <{token}@{DOMAIN}>\r\nSubject: Reprisals\r\n\r\nExcellency,\r\n".encode()
    letter = Draft(key, token, f"<{token}@{DOMAIN}>", "en", (MISSION,), "Reprisals", content)
    with writing(outbox.engine) as connection:
        [message] = enqueue(connection, [letter], NOON, "test")
    lead(outbox, message, Status.SENT)
    mails = [
        Incoming(
            filled(path.read_bytes(), token),
            "file",
            path.name,
        )
        for path in sorted(MAILS.glob("*.eml"))
    ]
    inbox = open_inbox(campaign, outbox)
    receive(inbox, mails)
    with reading(outbox.engine) as connection:
        found = connection.execute(select(inbound.c.id, inbound.c.origin, inbound.c.kind)).all()
        known = {
            origin: Shown(kind, flat(whole.text), flat(str(whole)))
            for id_, origin, kind in found
            if (whole := detail(connection, id_))
        }
    outbox.engine.dispose()  # it was opened before the first test of this file: no other fixture closes it
    return known


@pytest.mark.parametrize("row", list(rows()))
def test_it_is_what_a_careful_clerk_would_say(shown: dict[str, Shown], row: dict[str, str]) -> None:
    it = shown[row["file"]]
    assert it.kind in row["kind"].split("|")
    for words in parts(row["must_show"]):
        assert words in it.everything.replace("\\n", " ")
    for words in parts(row["must_not_show"]):
        assert words not in it.text
