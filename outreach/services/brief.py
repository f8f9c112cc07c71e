"""Makes the brief of a case as PDF, where those it is about agreed to letters; writes no file and sends nothing."""

import re
from dataclasses import dataclass
from pathlib import Path

from outreach.campaign import Campaign, load_campaign
from outreach.cases.load import find_case
from outreach.cases.model import Case
from outreach.cases.naming import NameFinder
from outreach.errors import UsageError
from outreach.outbox.gate.objections import for_the_people, for_the_words
from outreach.rendering.paper.brief import brief_page, said
from outreach.rendering.paper.printer import Page, printer

_PAGES = re.compile(rb"/Type/Pages/Count (\d+)")


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief as PDF, how many pages it has, and the name that its file should have."""

    campaign: Campaign
    case: Case
    language: str
    pdf: bytes
    pages: int

    @property
    def name(self) -> str:
        return f"{self.case.slug}-brief.{self.language}.pdf"


def make_brief(folder: Path, slug: str, language: str | None) -> Brief:
    """Make the brief of a case in a language, by default the first of the campaign's.

    UsageError where it may not be made, with what it waits for: consent, an embargo, a withheld name; DataError where
    the case is not told in that language.
    """
    campaign = load_campaign(folder)
    case, settings = find_case(campaign.cases, slug), campaign.settings
    language = settings.campaign.written(language) if language else settings.campaign.languages[0]
    page = brief_page(case, language, campaign.registry, settings)
    _refuse(campaign, case, page)
    with printer("brief", settings.posts.font) as press:
        pdf = press.pdf(page)
    return Brief(campaign, case, language, pdf, max(map(int, _PAGES.findall(pdf)), default=1))


def _refuse(campaign: Campaign, case: Case, page: Page) -> None:
    """Raise UsageError for what would keep a letter about the case, too, whatever State it went to."""
    today, texts = campaign.today(), said(page)
    names = NameFinder(campaign.cases).names(texts, (case.slug,))
    objections = [*for_the_people(case, "", today), *for_the_words(campaign, texts, names, "", today)]
    if objections:
        why = "; ".join(f"{reason.value} ({detail})" if detail else reason.value for reason, detail in objections)
        raise UsageError(f"there is no brief of {case.slug}: {why}")
