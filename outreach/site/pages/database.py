"""The documented cases: all, by State, by year, as pages whose filters are links; and as CSV and JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from outreach.cases.documented import DUE_AFTER, ToldDocumented
from outreach.grammar import written_rough
from outreach.registry.documented.vocabulary import word
from outreach.registry.states import in_order
from outreach.site.facts.site import Site
from outreach.site.frame.page import File, Page
from outreach.site.frame.translations import translations
from outreach.text import csv_text

HOME = "database/"
ON_A_PAGE = 25  # cases: a page stays light enough for a phone
COLUMNS = (
    "id", "title", "state", "year", "victim_kind", "engagement", "un_body", "act_type", "trigger", "reports",
    "followup", "state_reply", "status", "status_on", "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the list: where its pages begin, what it is called, how many cases it has."""

    address: str
    name: str
    number: int


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the list of documented cases, and a list for each State and each year; none without any case."""
    if not site.documented:
        return
    _ = translations(language).gettext
    told = sorted(site.documented, key=lambda each: (each.documented.year, each.key), reverse=True)
    by_state, by_year = filters(site, told, language)
    common = {"by_state": by_state, "by_year": by_year, "total": len(told)}
    heading = _("Documented cases")
    yield from _listed(site, language, HOME, heading, site.content.pages[language].documented, told, common)
    for each in by_state:
        code = each.address.split("/")[1]
        those = [case for case in told if case.documented.state == code]
        yield from _listed(site, language, each.address, f"{heading}: {each.name}", "", those, common)
    for each in by_year:
        year = each.address.split("/")[1]
        those = [case for case in told if (case.documented.year or UNDATED) == year]
        yield from _listed(site, language, each.address, f"{heading}: {each.name}", "", those, common)


UNDATED = "undated"


def filters(site: Site, told: Iterable[ToldDocumented], language: str) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """Give the States that have cases, by name, and the years, the newest first; what has no year comes last."""
    _ = translations(language).gettext
    told = tuple(told)
    states = Counter(each.documented.state for each in told)
    years = Counter(each.documented.year or UNDATED for each in told)
    named = [Filter(f"{HOME}{code}/", site.state_name(code, language), number) for code, number in states.items()]
    dated = [Filter(f"{HOME}{year}/", _("year not known") if year == UNDATED else year, n) for year, n in years.items()]
    return (
        tuple(sorted(named, key=lambda each: in_order(each.name))),
        tuple(sorted(dated, key=lambda each: "" if UNDATED in each.address else each.address, reverse=True)),
    )


def _listed(
    site: Site,
    language: str,
    address: str,
    heading: str,
    intro: str,
    told: Sequence[ToldDocumented],
    common: dict[str, object],
) -> Iterator[Page]:
    """Give one list as pages of a length that a phone loads; the first stands at its address, others at 2/, 3/."""
    _ = translations(language).gettext
    parts = [told[at : at + ON_A_PAGE] for at in range(0, len(told), ON_A_PAGE)]
    for number, part in enumerate(parts, 1):
        many = {"number": str(number), "of": str(len(parts))}
        more = "" if number == 1 else f" ({_('page %(number)s of %(of)s') % many})"
        places = [address if n == 1 else f"{address}{n}/" for n in range(1, len(parts) + 1)]
        yield Page(
            places[number - 1],
            language,
            "database.html",
            f"{heading}{more}",
            _("Cases that the United Nations, or States in it, have named: with sources, and what became of them."),
            {
                **common,
                "own_language": site.campaign.settings.campaign.languages[0],
                "intro": intro,
                "listing": [entry(site, each, language) for each in part],
                "nameless": any(not each.by_name for each in part),
                "here": address,
                "places": places,
                "number": number,
                "found": len(told),
            },
            menu=HOME,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A documented case as a page says it: words of its language, and nothing that is not known."""

    key: str
    title: str
    state: str  # alpha-3
    year: str
    case: str  # slug of the campaign's own case, ""
    by_name: bool
    facts: tuple[tuple[str, str], ...]  # heading, words
    reports: tuple[tuple[str, str], ...]  # document, new or follow-up
    history: tuple[tuple[str, str], ...]  # status, day in words
    trigger: str
    to_do: str
    sources: tuple[tuple[str, str], ...]  # words, address or ""


def entry(site: Site, each: ToldDocumented, language: str) -> Entry:
    """Give a case as pages of a language say it."""
    _ = translations(language).gettext
    found = each.documented
    lists = (
        (_("Who"), [word("victim_kind", found.victim_kind, language) if each.by_name else ""]),
        (_("What they did"), [word("engagement", code, language) for code in found.engagement]),
        (_("Where at the UN"), [word("un_body", code, language) for code in found.un_body]),
        (_("What was done to them"), [word("act_type", code, language) for code in found.act_type]),
        (_("The State's answer to the UN"), [_reply(found.state_reply, language)]),
    )
    return Entry(
        key=each.key,
        title=each.title(language),
        state=found.state,
        year=found.year,
        case=each.case,
        by_name=each.by_name,
        facts=tuple((heading, "; ".join(filter(None, words))) for heading, words in lists if any(words)),
        reports=tuple((str(report), word("followup", report.followup, language)) for report in found.reports),
        history=tuple(
            (word("status", standing.status, language), written_rough(standing.on, language) if standing.on else "")
            for standing in found.history
        ),
        trigger=found.trigger,
        to_do=_to_do(site, each, language),
        sources=tuple((_host(source), source if source.startswith(WEB) else "") for source in found.sources),
    )


WEB = ("https://", "http://")


def _host(source: str) -> str:
    return source.partition("://")[2].partition("/")[0].removeprefix("www.") if source.startswith(WEB) else source


def _reply(text: str, language: str) -> str:
    _ = translations(language).gettext
    return {"yes": _("it answered"), "no": _("no answer is in the reports")}.get(text, text)


def _to_do(site: Site, each: ToldDocumented, language: str) -> str:
    """Say what is still to do about a case: somebody must look, or look again."""
    _ = translations(language).gettext
    if not each.by_name:
        return ""
    if not each.documented.status_on:
        return _("Nobody has looked yet how they are today.")
    if each.documented.status_on < (site.day - DUE_AFTER).isoformat()[: len(each.documented.status_on)]:
        return _("More than a year has passed since somebody looked.")
    return ""


def files(site: Site) -> Iterator[File]:
    """Give data/documented.csv and .json: what the pages say, by the codes of the columns. None without any case."""
    if not site.documented:
        return
    rows = [dict(zip(COLUMNS, _row(each), strict=True)) for each in site.documented]
    yield File("data/documented.csv", csv_text(COLUMNS, [row.values() for row in rows]).encode())
    yield File("data/documented.json", (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode())


def _row(each: ToldDocumented) -> tuple[str, ...]:
    found = each.documented
    return (
        each.key,
        each.title("en"),
        found.state,
        found.year,
        found.victim_kind,
        "; ".join(found.engagement),
        "; ".join(found.un_body),
        "; ".join(found.act_type),
        found.trigger,
        "; ".join(map(str, found.reports)),
        "; ".join(report.followup for report in found.reports),
        found.state_reply,
        "; ".join(standing.status for standing in found.history),
        "; ".join(standing.on for standing in found.history),
        "; ".join(found.sources),
    )
