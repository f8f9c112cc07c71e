"""A campaign of the tests' own that is open for supporters, and forms that they fill in. Knows no page."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from outreach.campaign import load_campaign
from outreach.db.engine import reading
from outreach.outbox.models import messages
from outreach.services.supporters.arriving import accept, take_in
from outreach.services.supporters.opening import Supporters
from outreach.supporters.arrivals import JOIN, WRITE, Arrival
from outreach.supporters.mail.links import places
from outreach.supporters.store import open_store
from tests.conftest import CAMPAIGN
from tests.supporters.stores import KEY, NOW

DAY = timedelta(days=1)
NOOR = "noor@supporters.example.org"


def open_here(folder: Path, key: str = KEY, **web: object) -> Supporters:
    """Open a store in a folder, by the tests' campaign, on a day on which its ask is to come."""
    campaign = load_campaign(CAMPAIGN)
    changed = campaign.settings.web.model_copy(update={"key": SecretStr(key), **web})
    settings = campaign.settings.model_copy(update={"web": changed})
    store = open_store(folder, settings, rehearsal=False)
    return Supporters(replace(campaign, settings=settings, folder=folder, day=NOW.date()), store)


def writes(address: str = NOOR, words: str = "", **more: object) -> Arrival:
    """Give a form by which somebody writes to States."""
    form = Arrival(WRITE, address, "en", "1", "192.0.2.0/24", "hrc51", ("beacon", "sample"), words=words)
    return replace(form, **{"may_quote": bool(words), **more})  # type: ignore[arg-type]


def joins(address: str = NOOR, **more: object) -> Arrival:
    """Give a form by which somebody joins the mailing list."""
    return replace(Arrival(JOIN, address, "en", "1", "192.0.2.0/24", joins=True), **more)  # type: ignore[arg-type]


def arrive(supporters: Supporters, *forms: Arrival, at: datetime = NOW) -> None:
    """Accept forms and take them in."""
    for form in forms:
        accept(supporters, form, at)
    assert take_in(supporters, at, len(forms)) == len(forms)


def mails(supporters: Supporters) -> list[tuple[str, str]]:
    """Give part and status of every mail to supporters, oldest first."""
    with reading(supporters.store.engine) as connection:
        query = select(messages.c.part, messages.c.status).order_by(messages.c.id)
        return [(row.part, row.status) for row in connection.execute(query)]


def tokens(supporters: Supporters) -> list[str]:
    """Give the tokens of the links in all mails, as their receivers get them, each once, oldest first."""
    with reading(supporters.store.engine) as connection:
        contents = connection.scalars(select(messages.c.content).order_by(messages.c.id)).all()
    found = [about for content in contents for about in places(bytes(content))]
    return [supporters.store.sealer.token(*about) for about in dict.fromkeys(found)]
