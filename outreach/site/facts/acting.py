"""Says about which cases visitors may post and write, and gives the posts of a case with their links."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from outreach.cases.model import Case
from outreach.cases.naming import NameFinder
from outreach.errors import UsageError
from outreach.outbox.gate.objections import for_the_people, for_the_words, for_unreadable_rows
from outreach.rendering.posts.intents import ANY_SERVER
from outreach.reports.sharing import NAMES, Share, languages_with_posts, shares, why_silent
from outreach.site.facts.site import Phase, Site
from outreach.site.frame.addresses import root_path

BY_ADDRESS = "facebook"  # takes the address of a page, and no text


@dataclass(frozen=True, slots=True)
class SharedText:
    """A text of a suggested post, whole, and the links that open it, filled in: the network's name → address."""

    post: str
    language: str
    text: str
    links: Mapping[str, str]


def may_post(site: Site, case: Case) -> bool:
    """Say whether pages offer posts about a case. Consent and embargo hold in a rehearsal, too."""
    return not why_silent(site.campaign, case) and site.may_act(case)


def may_write(site: Site, case: Case, state: str = "") -> bool:
    """Say whether pages offer a letter that names a case, to a State (alpha-3) or to any at all.

    What protects the people in the campaign's own letters does so here: consent, embargo, the State concerned, names
    that nothing may say, rows that cannot be read. In earnest its facts must be fresh, and the ask still open.
    """
    campaign = site.campaign
    words = [text for texts in (case.mention, case.short, case.title) for text in texts.values()]
    named = _finder(site).names(words, (case.slug,))
    if (
        for_the_people(case, state, site.day)
        or for_unreadable_rows(campaign, case, state)
        or for_the_words(campaign, words, named, state, site.day)
    ):
        return False
    return site.rehearsal or (site.phase is not Phase.OVER and campaign.unchecked_facts(case, site.day) is None)


@lru_cache(maxsize=4)
def _finder(site: Site) -> NameFinder:
    return NameFinder(site.campaign.cases)


def page_to_share(site: Site, case: Case, language: str) -> str:
    """Give the address that posts lead to: [posts] link, else the page of the case; "" in a rehearsal without one."""
    own = site.campaign.settings.posts.link
    return own or (f"{site.url}{root_path(f'cases/{case.slug}/', language, site.languages)}" if site.url else "")


def suggested_posts(site: Site, case: Case, language: str) -> tuple[SharedText, ...]:
    """Give the posts of a case in a language, or in the first of the site that has any; none where none may be.

    Texts that differ from network to network stand apart. Raises TemplateError for a broken file.
    """
    return _suggested(site, case.slug, language)


@lru_cache(maxsize=256)
def _suggested(site: Site, slug: str, language: str) -> tuple[SharedText, ...]:
    """Give the posts, found once for all pages of a site that show them."""
    ask, case = site.ask, site.cases[slug]
    if ask is None or not may_post(site, case):
        return ()
    written = languages_with_posts(site.campaign, case)
    told = [code for code in (language, *site.languages) if code in written and case.title.get(code)]
    if not told or not ask.text.get(told[0]):
        return ()
    page = page_to_share(site, case, told[0])
    try:
        found = shares(site.campaign, case, ask, told[0], ANY_SERVER, page)
    except UsageError:  # it names somebody who may not be named: `outreach cases check` says whom
        return ()
    return tuple(text for _, own in groupby(found, key=lambda share: share.post) for text in _texts([*own]))


def _texts(made: list[Share]) -> list[SharedText]:
    """Put the links of one post together by their texts, the longest first; an address alone goes with the first."""
    texts = sorted({share.text for share in made if share.url and share.network != BY_ADDRESS}, key=len, reverse=True)
    found = list[SharedText]()
    for text in texts:
        own = [share for share in made if share.url and (share.text == text or share.network == BY_ADDRESS)]
        links = {NAMES[share.network]: share.url for share in own if share.network != BY_ADDRESS or text == texts[0]}
        found.append(SharedText(made[0].post, made[0].language, text, links))
    return found
