"""Says what the public forms offer today: for which cases people may write, and to which missions. Reads no database.

A case is offered only where it may be told on the web and written about in letters: what protects its people there
does so here.
"""

from dataclasses import dataclass

from outreach.campaign import Campaign
from outreach.cases.model import Ask, Case
from outreach.cases.naming import NameFinder
from outreach.outbox.gate.objections import for_the_people, for_the_words
from outreach.registry.selection import select
from outreach.settings.settings import Settings
from outreach.supporters.returns.words import ByMail, by_mail


def join_by_mail(settings: Settings, language: str) -> ByMail | None:
    """Say how to join without a form: the address to write to, and the word. None where there is no such address."""
    return by_mail(settings, language)


@dataclass(frozen=True, slots=True)
class Offer:
    """What visitors can choose. `ask` is None where there is none; `is_open` says whether anybody may write for it now.

    `states` (alpha-3) are those that it is put to; `not_raised` are those of them that have raised none of the cases,
    as far as is known.
    """

    ask: Ask | None
    is_open: bool
    cases: tuple[Case, ...] = ()
    states: tuple[str, ...] = ()
    not_raised: tuple[str, ...] = ()


def offer(campaign: Campaign, *, rehearsal: bool) -> Offer:
    """Find what is offered on the campaign's day. A rehearsal goes on after the ask's last day, as everywhere."""
    today = campaign.today()
    asks = sorted(campaign.asks.values(), key=lambda ask: (ask.date, ask.id))
    ask = next((ask for ask in asks if ask.last_day >= today), asks[-1] if asks else None)
    if ask is None:
        return Offer(None, is_open=False)
    finder = NameFinder(campaign.cases)
    cases = tuple(
        case for case in campaign.cases.values() if _may_be_offered(campaign, case, finder, rehearsal=rehearsal)
    )
    states = select(campaign.registry, ask.to, (), tuple(campaign.cases))
    raised = {act.state for act in campaign.registry.acts if act.kind == "raised" and act.case in campaign.cases}
    return Offer(
        ask,
        is_open=bool(cases and states) and (rehearsal or ask.last_day >= today),
        cases=cases,
        states=states,
        not_raised=tuple(code for code in states if code not in raised),
    )


def _may_be_offered(campaign: Campaign, case: Case, finder: NameFinder, *, rehearsal: bool) -> bool:
    today = campaign.today()
    words = [text for texts in (case.mention, case.short, case.title) for text in texts.values()]
    if not case.consent.web or for_the_people(case, "", today):
        return False
    if for_the_words(campaign, words, finder.names(words, (case.slug,)), "", today):
        return False
    return rehearsal or campaign.unchecked_facts(case, today) is None
