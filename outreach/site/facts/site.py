"""Everything that pages are made of, on one day: campaign, words, what may be told, what the public rule lets say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from outreach.campaign import Campaign, load_campaign
from outreach.cases.documented import ToldDocumented, tell_documented
from outreach.cases.model import Ask, Case
from outreach.errors import DataError, Problem, UsageError
from outreach.outbox.models import Scope
from outreach.outbox.store import existing_outbox
from outreach.publishing.untold import Untold
from outreach.registry.model import Act
from outreach.registry.selection import select
from outreach.reports.page.stages import Subject, make_subject, may_be_told
from outreach.reports.progress import progress
from outreach.settings.campaign import site_address
from outreach.site.content.load import load_content
from outreach.site.content.model import Content
from outreach.site.content.shown import shown_content
from outreach.site.facts.as_of import as_known_on

EVERYTHING = Scope()


class Phase(StrEnum):
    """What the campaign's page leads with, by the days of the asks."""

    OPEN = "open"  # the first ask is to come: the action
    NEXT = "next"  # one ask is over, another to come: the coming one
    OVER = "over"  # what States did


@dataclass(frozen=True, slots=True)
class SiteRequest:
    """What somebody wants built. `url` is where it will stand, with a slash at its end; `day` is today, or another:
    what happened after it is not told."""

    url: str | None = None
    languages: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """What all pages are made of. Cases come from `cases`, what was asked from `subject`, what States did from `acts`.

    `cases` are those that may be told, by slug; `paused` may be told and were stopped: that is all that is said of
    them. `hidden` are the slugs of the others. `acts` name nobody who may not be told. `untold` finds what a text
    may not say. `asked` are the States (alpha-3) that each ask is put to, by its id. `languages` has the site's, the
    first without a prefix. All is as it was known on `day`.
    """

    campaign: Campaign
    content: Content
    languages: tuple[str, ...]
    day: date
    url: str
    cases: dict[str, Case]
    paused: tuple[Case, ...]
    hidden: tuple[str, ...]
    subject: Subject
    acts: tuple[Act, ...]
    asked: Mapping[str, tuple[str, ...]]
    untold: Untold
    documented: tuple[ToldDocumented, ...] = ()

    @property
    def rehearsal(self) -> bool:
        """Say whether it has no address yet: then each page says so, and shows everything."""
        return not self.url

    @property
    def forms(self) -> str:
        """Give the address of the public forms, with a slash at its end; blank where there are none.

        They stand on their server alone: a mirror of the pages stays plain files, and no page offers what the forms,
        which look at the campaign today, would refuse.
        """
        return self.campaign.settings.web.public_url

    @property
    def ask(self) -> Ask | None:
        """Give the ask that pages are about: the next one to come, else the last that was."""
        asks = sorted(self.campaign.asks.values(), key=lambda ask: (ask.date, ask.id))
        return next((ask for ask in asks if ask.last_day >= self.day), asks[-1] if asks else None)

    @property
    def last_ask(self) -> Ask | None:
        """Give the newest ask whose day is over; None where there is none."""
        over = [ask for ask in self.campaign.asks.values() if ask.last_day < self.day]
        return max(over, key=lambda ask: (ask.date, ask.id), default=None)

    @property
    def phase(self) -> Phase:
        """Say what the campaign's page leads with."""
        if self.ask is None or self.ask.last_day < self.day:
            return Phase.OVER
        return Phase.NEXT if self.last_ask else Phase.OPEN

    def state_name(self, code: str, language: str) -> str:
        """Give the name of a State (alpha-3) in a language; a code that nobody knows stays a code."""
        known = self.campaign.registry.states.get(code)
        return known.names.get(language) or known.cldr.get(language) or known.name if known else code

    def may_act(self, case: Case) -> bool:
        """Say whether the page offers posts and mails about a case: its facts were checked lately, its ask is open.

        A rehearsal shows them all: nobody is to press them yet.
        """
        if self.rehearsal:
            return True
        if self.phase is Phase.OVER or self.campaign.unchecked_facts(case, self.day):
            return False
        return case.consent.posts


def open_site(folder: Path, wanted: SiteRequest) -> Site:
    """Read a campaign and its words for the public page, and what the real outbox says; a rehearsal's is not asked.

    Raises DataError with all that is wrong with its files, UsageError for a language or an address that is none.
    """
    campaign = load_campaign(folder)
    day = wanted.day or campaign.today()
    asked = {ask.id: select(campaign.registry, ask.to, (), tuple(campaign.cases)) for ask in campaign.asks.values()}
    campaign = as_known_on(campaign, day)
    content = load_content(folder, campaign.settings.campaign.languages, campaign.cases)
    languages = _languages(campaign, content, wanted.languages)
    told, cases = _tellable(campaign)
    untold = Untold(campaign, told)
    return Site(
        campaign=campaign,
        content=shown_content(content, cases, day),
        languages=languages,
        day=day,
        url=_address(campaign, wanted.url),
        cases=cases,
        paused=tuple(case for case in told.values() if case.stopped),
        hidden=tuple(slug for slug in campaign.cases if slug not in told),
        subject=_subject(folder, campaign),
        acts=tuple(act for act in campaign.registry.acts if _may_tell(act, campaign, cases, untold)),
        asked=asked,
        untold=untold,
        documented=tell_documented(campaign.documented, campaign.cases, cases, untold.why_not),
    )


def told_documented(folder: Path) -> tuple[ToldDocumented, ...]:
    """Give the documented cases as pages of today tell them, also of a campaign that has none; errors as open_site."""
    campaign = load_campaign(folder)
    told, cases = _tellable(campaign)
    return tell_documented(campaign.documented, campaign.cases, cases, Untold(campaign, told).why_not)


def _tellable(campaign: Campaign) -> tuple[dict[str, Case], dict[str, Case]]:
    """Give the cases that the web may tell of, and those of them that are not stopped, by slug."""
    told = {slug: case for slug, case in campaign.cases.items() if may_be_told(campaign, slug)}
    return told, {slug: case for slug, case in told.items() if case.stopped is None}


def _may_tell(act: Act, campaign: Campaign, told: Mapping[str, Case], untold: Untold) -> bool:
    """Say whether pages may tell of an act: of a case that may be told, or of none, and naming nobody else."""
    if act.case in campaign.cases and act.case not in told:
        return False
    if any(each.id == act.case and each.consent.closed for each in campaign.documented):
        return False
    return not untold.why_not((act.subject, act.quote, act.note, act.source))


def _subject(folder: Path, campaign: Campaign) -> Subject:
    """Give what the public rule of reports lets say of what was asked: nothing, where there is no real outbox."""
    outbox = existing_outbox(folder, campaign.settings, rehearsal=False)
    if outbox is None:
        return make_subject(campaign, (), EVERYTHING, public=True)
    try:
        return make_subject(campaign, progress(campaign, outbox, EVERYTHING), EVERYTHING, public=True)
    finally:
        outbox.engine.dispose()


def _languages(campaign: Campaign, content: Content, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Give the languages of the site, in the campaign's order; the wanted ones alone where somebody named any."""
    written = tuple(code for code in campaign.settings.campaign.languages if code in content.pages)
    chosen = tuple(dict.fromkeys(map(campaign.settings.campaign.written, wanted)))
    if missing := [code for code in chosen if code not in written]:
        raise DataError([Problem(f"site/page.{missing[0]}.md", "missing: the page's own words in that language")])
    if not written:
        first = campaign.settings.campaign.languages[0]
        raise UsageError(f"there is no site/page.{first}.md: it has the page's own words; `outreach init` writes one")
    return tuple(code for code in written if code in chosen) if chosen else written


def _address(campaign: Campaign, url: str | None) -> str:
    if url is None:
        return campaign.settings.site.url
    try:
        return site_address(url) if url else ""
    except ValueError as error:
        raise UsageError(f"--url: {error}") from None
