"""What pages must not say: withheld names, cases that may not be told, people who did not agree to the web.

Asked twice: of each act of the record before pages take it, and of every file before it is written.
"""

import re
from collections.abc import Collection, Iterable
from html import unescape

from outreach.campaign import Campaign
from outreach.cases.naming import NameFinder, Naming

TAG = re.compile(r"<[^>]*>")
ATTRIBUTE = re.compile(r'=\s*"([^"]*)"')


class Untold:
    """Finds in texts what may not be told; `told` are the slugs of the cases that may."""

    def __init__(self, campaign: Campaign, told: Collection[str]) -> None:
        self._withheld = campaign.withheld
        self._told = tuple(told)
        self._finder = NameFinder(campaign.cases)
        silent = {
            slug: {person.name for person in case.people} - {person.name for person in case.people_for("web")}
            for slug, case in campaign.cases.items()
        }
        self._silent = {slug: names for slug, names in silent.items() if names}
        self._idle = len(self._told) == len(campaign.cases) and not self._silent and not campaign.withheld

    def why_not(self, texts: Iterable[str]) -> str:
        """Say what stands in one of the texts and may not be told, without saying it; "" where nothing does."""
        if self._idle:
            return ""
        passages = tuple(text for text in texts if text)
        if where := self._withheld.where_in(passages):
            return f"a withheld name ({where})"
        for named in self._finder.names(passages, self._told):
            if named.how is Naming.MENTIONED:
                return f"the case {named.case}, which may not be told on the web"
            if self._silent.get(named.case, set()).intersection(named.people):
                return f"somebody of the case {named.case} who did not agree to the web"
        return ""


def words_of_page(page: str) -> tuple[str, ...]:
    """Give what an HTML or XML page says: its text, with and without the joints of its tags, and its attributes."""
    return unescape(TAG.sub("", page)), unescape(TAG.sub(" ", page)), unescape("\n".join(ATTRIBUTE.findall(page)))
