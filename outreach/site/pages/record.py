"""The record over the years: each State as a strip of years, by group of States; and what there was to take part in."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.grammar import join_words, written_rough
from outreach.registry.model import Instrument
from outreach.registry.outcomes import states_counted
from outreach.registry.states import in_order, short_name
from outreach.reports.page.history import Source, sources
from outreach.site.drawing.multiples import LANES, WIDTH, Strip, draw_strip, scale_of
from outreach.site.facts.as_of import is_after
from outreach.site.facts.site import Site
from outreach.site.facts.states import StateFacts, all_states
from outreach.site.frame.instruments import instrument_name
from outreach.site.frame.page import Page
from outreach.site.frame.sources import Labels
from outreach.site.frame.translations import translations

OBSERVERS = "observers"
GROUPS = ("African Group", "Asia-Pacific", "EEG", "GRULAC", "WEOG", OBSERVERS, "")


@dataclass(frozen=True, slots=True)
class Panel:
    """A State with something on record: its strip, and the same in words."""

    code: str
    name: str
    strip: Strip
    words: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """What States could take part in. `number` is None where no source counts them; `known` are known by name."""

    day: str
    when: str
    name: str
    language: str  # "" where it is the page's
    number: int | None
    known: int
    sources: tuple[Source, ...]


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the page of the record; none where nothing is on record."""
    _ = translations(language).gettext
    states = all_states(site)
    deeds = [deed for facts in states.values() for deed in facts.deeds]
    scale = scale_of(deeds)
    groups = []
    if scale is not None:
        names = _group_names(language)
        drawn = {code: draw_strip(facts.deeds, scale) for code, facts in states.items() if facts.deeds}
        for group in GROUPS:
            those = [states[code] for code in drawn if _group(states[code]) == group]
            if those:
                panels = [_panel(facts, drawn[facts.state.code], language) for facts in those]
                groups.append(
                    (names.get(group, _("In no regional group")), sorted(panels, key=lambda p: in_order(p.name)))
                )
    occasions = list(_occasions(site, language))
    if not groups and not occasions:
        return
    yield Page(
        address="record/",
        language=language,
        template="record.html",
        title=_("The record over the years"),
        description=_("Who raised, joined, led and co-sponsored what, year by year, as far as sources name them."),
        words={
            "groups": groups,
            "scale": scale,
            "width": WIDTH,
            "lanes": LANES,
            "occasions": occasions,
            "label": Labels(),
        },
    )


def _group(facts: StateFacts) -> str:
    """Give the group under which a State stands: its regional group, else the observers', "" for neither."""
    if facts.state.group and facts.state.group in GROUPS:
        return facts.state.group
    return OBSERVERS if facts.state.observer else ""


def _group_names(language: str) -> dict[str, str]:
    _ = translations(language).gettext
    return {
        "African Group": _("African States"),
        "Asia-Pacific": _("Asia-Pacific States"),
        "EEG": _("Eastern European States"),
        "GRULAC": _("Latin American and Caribbean States"),
        "WEOG": _("Western European and other States"),
        OBSERVERS: _("Observer States"),
    }


def _panel(facts: StateFacts, strip: Strip, language: str) -> Panel:
    _ = translations(language).gettext
    words = {
        "raised": _("raised: %(years)s"),
        "joined": _("joined or led: %(years)s"),
        "co-sponsored": _("co-sponsored: %(years)s"),
    }
    told = [words[lane] % {"years": join_words(years, language)} for lane, years in strip.years.items() if years]
    text = "; ".join(told) or _("day not known")
    return Panel(facts.state.code, short_name(facts.state, language), strip, text)


def _occasions(site: Site, language: str) -> Iterator[Occasion]:
    """Give what there was until the day, the newest first; what has no day stands last."""
    known = Counter(where for where, _ in {(act.instrument, act.state) for act in site.acts})
    instruments = site.campaign.registry.instruments.values()
    for instrument in sorted(instruments, key=lambda each: (each.date, each.id), reverse=True):
        if not is_after(instrument.date, site.day):
            yield _occasion(site, instrument, known[instrument.id], language)


def _occasion(site: Site, instrument: Instrument, known: int, language: str) -> Occasion:
    name, own = instrument_name(site, instrument, language)
    if instrument.symbol and instrument.symbol not in name:
        name = f"{instrument.symbol}: {name}"
    return Occasion(
        day=written_rough(instrument.date, language),
        when=instrument.date,
        name=name,
        language="" if own == language else own,
        number=states_counted(instrument),
        known=known,
        sources=tuple(sources(instrument.source)),
    )
