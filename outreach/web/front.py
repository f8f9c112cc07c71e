"""What all pages share while the server runs: the forms by the campaign's files as they are now, and pages made ready.

Files that change are read again. While they cannot be read nothing is offered: they may say that a case must not be.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from outreach.campaign import load_campaign
from outreach.disk import has_changed
from outreach.services.supporters.public import PublicForms
from outreach.site.frame.looks import icon, style_sheet
from outreach.web.looks import Framed, Looks, framed, languages_of
from outreach.web.origin import Ours, origin_of

log = logging.getLogger(__name__)
LOOK_AGAIN = 5.0  # seconds between two looks whether a file has changed
TAKE_IN = 2.0  # seconds between two rounds in which forms are taken in
PLACE_OF_TIME = "@signed-time@"  # in a page that is made ready: when it is shown goes there


@dataclass(frozen=True)
class Ready:
    """Everything that follows from the campaign's files: made once, replaced as a whole."""

    forms: PublicForms
    frame: Framed
    languages: tuple[str, ...]
    looks: dict[str, Looks]
    style: bytes
    icon: bytes
    pages: dict[tuple[str, str], tuple[bytes, ...]] = field(default_factory=dict[tuple[str, str], tuple[bytes, ...]])
    faults: dict[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])


def make_ready(forms: PublicForms) -> Ready:
    """Read how pages look. Raises DataError where site/ cannot be read."""
    frame = framed(forms.campaign, rehearsal=forms.rehearsal)
    languages = languages_of(frame)
    prefix = prefix_of(forms)
    looks = {code: Looks(frame, code, languages, prefix) for code in languages}
    theme = frame.content.theme
    return Ready(forms, frame, languages, looks, style_sheet(theme).encode(), icon(theme).encode())


def prefix_of(forms: PublicForms) -> str:
    """Give the path of [web] public_url, "" where it has none: it stands before every address of ours."""
    return urlsplit(forms.campaign.settings.web.public_url).path.rstrip("/")


class Front:
    """The forms while the server runs."""

    def __init__(self, forms: PublicForms) -> None:
        self.ready = make_ready(forms)
        self.closed = False  # whether the files cannot be read now
        self.by_mail_only = False  # whether the guard takes no forms
        settings = forms.campaign.settings
        self.ours = Ours(origin_of(settings.web.public_url), origin_of(settings.site.url))
        self.trusted_proxies = settings.web.trusted_proxies

    @property
    def forms(self) -> PublicForms:
        """Give the forms by the files as they were last read."""
        return self.ready.forms

    def require_open(self, *, by_files: bool = True) -> None:
        """Raise HTTPException where no form is taken: 503 while files cannot be read, 429 while the guard closed it.

        `by_files`: the form depends on what the campaign's files say.
        """
        if by_files and self.closed:
            raise HTTPException(503)
        if self.by_mail_only:
            raise HTTPException(429)

    def page(
        self, path: str, template: str, language: str, words: Callable[[], Mapping[str, object]]
    ) -> tuple[bytes, ...]:
        """Give a page that is the same for everybody, rendered once; in parts, between which the signed time goes."""
        ready = self.ready
        found = ready.pages.get((path, language))
        if found is None:
            shared = {"forms": ready.forms, "signed_time": PLACE_OF_TIME}
            html = ready.looks[language].render(template, path, {**shared, **words()})
            found = ready.pages[path, language] = tuple(part.encode() for part in html.split(PLACE_OF_TIME))
        return found

    def renew(self) -> None:
        """Read the files again where one has changed, or a day began."""
        campaign = self.forms.campaign
        if not (self.closed or has_changed(campaign.read_from) or campaign.today() != self.ready.frame.day):
            return
        try:
            self.ready = make_ready(self.forms.renewed(load_campaign(campaign.folder)))
            self.closed = False
        except Exception as error:  # noqa: BLE001 - as below; until then nothing is offered that nobody could check
            self.closed = True
            log.info("the campaign's files cannot be read: %(error)s", {"error": type(error).__name__})

    def take_in(self) -> None:
        """Take in the forms that came, and see whether the guard has closed them; where that fails, they wait."""
        try:
            self.forms.take_in()
            self.by_mail_only = self.forms.are_by_mail_only()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again, and pages are served
            log.info("no form could be taken in: %(error)s", {"error": type(error).__name__})

    async def keep_taking_in(self) -> None:
        """Take in forms by the clock, until cancelled: nobody can tell by it what came."""
        while True:
            await run_in_threadpool(self.take_in)
            await asyncio.sleep(TAKE_IN)

    async def keep_renewing(self) -> None:
        """Look again and again whether a file has changed, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            await run_in_threadpool(self.renew)
