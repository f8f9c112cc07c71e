"""A campaign whose forms are open, in a folder of its own, and the application that serves them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import func, select, text

from outreach.campaign import load_campaign
from outreach.db.engine import reading, wait_at_most
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.opening import Supporters
from outreach.services.supporters.public import PublicForms
from outreach.supporters.store import open_store
from outreach.supporters.tables import arrivals
from outreach.web.public.app import make_app
from tests.conftest import CAMPAIGN
from tests.services.supporters.campaigns import tokens
from tests.site.sites import with_pages
from tests.supporters.stores import KEY, NOW
from tests.web.servers import served

DAY, OVER = NOW.date(), date(2022, 10, 20)
FORM = {
    "case": ["beacon", "sample"],
    "to": "all",
    "words": "",
    "email": "noor@supporters.example.org",
    "language": "en",
}


def open_forms(folder: Path, *, day: date = DAY, rehearsal: bool = False, **web: object) -> PublicForms:
    """Open the forms of the tests' campaign, copied into a folder. A person may be as quick as a test."""
    if not (folder / "outreach.toml").exists():
        shutil.copytree(CAMPAIGN, folder, dirs_exist_ok=True)
        with_pages(folder)
    campaign = load_campaign(folder)
    changed = campaign.settings.web.model_copy(update={"key": SecretStr(KEY), "min_seconds": 0, **web})
    campaign = replace(campaign, settings=campaign.settings.model_copy(update={"web": changed}), day=day)
    store = open_store(folder, campaign.settings, rehearsal=rehearsal)
    wait_at_most(store.engine, 0.2)
    return PublicForms(Supporters(campaign, store))


@contextmanager
def forms_served(forms: PublicForms) -> Iterator[str]:
    """Serve the forms while the block lasts; gives the address, without a slash at the end."""
    with served(make_app(forms)) as address:
        yield address.rstrip("/")


def waiting(forms: PublicForms) -> int:
    """Count the forms that wait to be taken in."""
    with reading(forms.supporters.store.engine) as connection:
        return connection.scalar(select(func.count()).select_from(arrivals)) or 0


def links(forms: PublicForms, at: datetime = NOW) -> list[str]:
    """Take in what waits, and give the tokens in all mails."""
    take_in(forms.supporters, at)
    return tokens(forms.supporters)


def everything(forms: PublicForms) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Read every row of every table: what a request left as it was is equal before and after."""
    with reading(forms.supporters.store.engine) as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
        return [(name, [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]) for name in names]
