"""Pages about States: one of them all, with a map; and one each: what it did, if we asked it, and who says so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from outreach.grammar import join_words, spelt, written_rough
from outreach.registry.model import Act, ActKind
from outreach.registry.outcomes import states_counted
from outreach.registry.states import in_order, short_name
from outreach.rendering.letters.record import is_name
from outreach.reports.page.history import sources
from outreach.site.drawing.map import HEIGHT, Mark, Marked, draw_map
from outreach.site.facts.as_of import is_after
from outreach.site.facts.site import Phase, Site
from outreach.site.facts.states import Deed, Matter, Raiser, Standing, StateFacts, all_states
from outreach.site.frame.addresses import root_path
from outreach.site.frame.instruments import instrument_name, record_language
from outreach.site.frame.page import File, Page
from outreach.site.frame.sources import Labels
from outreach.site.frame.translations import translations
from outreach.text import csv_text

MENU = "states/"
MAP = "states/map.svg"
MOST_BOXES = 4
STATE_COLUMNS = (
    "state",
    "name",
    "asked",
    "cases_raised",
    "raised_in_all",
    "joined_or_led",
    "co_sponsored",
    "concerned_by",
    "council_terms",
    "sg_reports",
)
RECORD_COLUMNS = (
    "state",
    "name",
    "act",
    "instrument",
    "title",
    "symbol",
    "date",
    "case",
    "subject",
    "state_concerned",
    "with",
    "source",
    "quote",
    "quote_language",
)


@dataclass(frozen=True, slots=True)
class Box:
    """A number and what it counts."""

    number: str
    label: str
    bright: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A deed as a page says it. `groups` has a State concerned, or "", and what was raised about it."""

    deed: Deed
    heading: str
    where: str
    where_language: str
    day: str
    groups: tuple[tuple[str, tuple[Matter, ...]], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A State in a list: its code and name, and what the columns say."""

    code: str
    name: str
    facts: StateFacts


def pages(site: Site, language: str) -> Iterator[Page]:
    """Give the page of all States, and one a State."""
    states = all_states(site)
    teller = Teller(site, language, states)
    yield teller.overview()
    for facts in states.values():
        yield teller.state(facts)


def files(site: Site) -> Iterator[File]:
    """Give the map of each language, and the data as CSV: only what pages say, no notes and no names of readers."""
    states = all_states(site)
    for language in site.languages:
        teller = Teller(site, language, states)
        yield File(root_path(MAP, language, site.languages), teller.map().encode())
    yield File("data/states.csv", csv_text(STATE_COLUMNS, [_state_cells(facts) for facts in states.values()]).encode())
    yield File("data/record.csv", csv_text(RECORD_COLUMNS, [_act_cells(site, act) for act in site.acts]).encode())


@dataclass(frozen=True, slots=True)
class Teller:
    """Words what is known of States, in one language."""

    site: Site
    language: str
    states: Mapping[str, StateFacts]

    def overview(self) -> Page:
        """Give the page of all States."""
        _ = translations(self.language).gettext
        rows = self._rows()
        any_asked = any(row.facts.asked for row in rows)
        raised = [row for row in rows if row.facts.of("raised")]
        acted = [row for row in rows if row.facts.deeds and not row.facts.of("raised")]
        concerned = [row for row in rows if row.facts.concerned]
        unknown = [row for row in rows if not row.facts.deeds and not row.facts.concerned]
        return Page(
            address=MENU,
            language=self.language,
            template="states.html",
            title=_("What States did"),
            description=_("What States did in public and which of them we asked, by what is on record, with sources.")
            if any_asked
            else _("What States did in public, by what is on record, with sources."),
            words={
                "raised": raised,
                "acted": acted,
                "concerned": concerned,
                "unknown": unknown,
                "boxes": self._overview_boxes(raised, acted, unknown),
                "most": max((len(row.facts.matters) for row in raised), default=0),
                "last": {row.code: self._last(row.facts.of("raised")) for row in raised},
                "map": MAP,
                "map_height": HEIGHT,
                "partly": self._partly(),
                "contact": self._contact(""),
            },
            menu=MENU,
        )

    def state(self, facts: StateFacts) -> Page:
        """Give the page of one State."""
        _ = translations(self.language).gettext
        name = self._name(facts.state.code)
        return Page(
            address=f"states/{facts.state.code}/",
            language=self.language,
            template="state.html",
            title=(_("%(state)s: what we asked, and what it did") if facts.asked else _("%(state)s: what it did"))
            % {"state": name},
            description=(
                _("%(state)s: what we asked of this State and what it did, by what is on record, with sources.")
                if facts.asked
                else _("%(state)s: what this State did in public, by what is on record, with sources.")
            )
            % {"state": name},
            words={
                "name": name,
                "facts": facts,
                "lead": self._lead(facts),
                "boxes": self._boxes(facts),
                "deeds": [self._said(deed) for deed in facts.deeds],
                "struck": [(self._said(struck.deed), struck) for struck in facts.struck],
                "raisers": self._raisers,
                "matter": self._matter,
                "label": Labels(),
                "term_sources": list(dict.fromkeys(source for term in facts.terms for source in sources(term.source))),
                "raised_on": self._years,
                "partly": sorted(r.year for r in facts.reports if not r.is_whole and r not in facts.named_in),
                "any_asked": any(line.standing in (Standing.ASKED, Standing.LISTED) for line in facts.lines),
                "may_write": not facts.concerned and (self.site.rehearsal or self.site.phase is not Phase.OVER),
                "contact": self._contact(name),
            },
            menu=MENU,
        )

    def map(self) -> str:
        """Draw the map, each State named with what is known of it."""
        _ = translations(self.language).gettext
        words = {
            Mark.RAISED: _("raised a case or situation"),
            Mark.ACTED: _("joined, led or co-sponsored something"),
            Mark.CONCERNED: _("State concerned by a case"),
            Mark.UNKNOWN: _("no act on record here"),
        }
        marked = {
            code: Marked(mark, f"{self._name(code)}: {words[mark]}", f"{code}/")
            for code, facts in self.states.items()
            for mark in [mark_of(facts)]
        }
        about = _("Each State is a link to its page.")
        return draw_map(
            marked, self.site.content.theme, _("Map of what is on record of each State"), about, self.language
        )

    def _name(self, code: str) -> str:
        known = self.site.campaign.registry.states.get(code)
        return short_name(known, self.language) if known else code

    def _rows(self) -> list[Row]:
        rows = [Row(code, self._name(code), facts) for code, facts in self.states.items()]
        return sorted(rows, key=lambda row: in_order(row.name))

    def _overview_boxes(self, raised: Sequence[Row], acted: Sequence[Row], unknown: Sequence[Row]) -> list[Box]:
        ngettext = translations(self.language).ngettext
        asked = sum(facts.asked for facts in self.states.values())
        found = [
            (
                len(raised),
                ngettext(
                    "State known to have raised cases or situations",
                    "States known to have raised cases or situations",
                    len(raised),
                ),
            ),
            (
                len(acted),
                ngettext(
                    "more known to have joined, led or co-sponsored",
                    "more known to have joined, led or co-sponsored",
                    len(acted),
                ),
            ),
            (asked, ngettext("State was asked by us", "States were asked by us", asked)),
            (
                len(unknown),
                ngettext(
                    "State with no act of its own on record here",
                    "States with no act of their own on record here",
                    len(unknown),
                ),
            ),
        ]
        return [Box(f"{number}", label, bright=at == 0) for at, (number, label) in enumerate(found) if number]

    def _partly(self) -> list[str]:
        """Say of how many who spoke the record knows the name, where a source counts more; the newest first."""
        _ = translations(self.language).gettext
        registry = self.site.campaign.registry
        raised = {(act.instrument, act.state) for act in self.site.acts if act.kind == "raised"}
        known = Counter(instrument for instrument, _state in raised)
        found = [
            (instrument.date, known[instrument.id], number)
            for instrument in registry.instruments.values()
            if instrument.kind in ("dialogue", "debate") and not is_after(instrument.date, self.site.day)
            for number in [states_counted(instrument)]
            if number is not None and instrument.date and known[instrument.id] < number
        ]
        return [
            _("%(day)s: %(part)s of %(all)s") % {"day": written_rough(date, self.language), "part": part, "all": number}
            for date, part, number in sorted(found, reverse=True)
        ]

    def _boxes(self, facts: StateFacts) -> list[Box]:
        _, ngettext = translations(self.language).gettext, translations(self.language).ngettext
        own, every = len(facts.raised_cases), len(facts.matters)
        total = len(self.site.cases) - len(facts.concerned)
        spoke = len({(deed.where, deed.when) for deed in facts.of("raised")})
        boxes = list[Box]()
        if own:
            number = _("%(part)s of %(all)s") % {"part": own, "all": total}
            boxes.append(
                Box(number, ngettext("case of this campaign raised", "cases of this campaign raised", total), True)
            )
        if every > own:
            label = ngettext("case or situation raised in all", "cases and situations raised in all", every)
            boxes.append(Box(f"{every}", label, not own))
        if spoke:
            boxes.append(Box(f"{spoke}", ngettext("occasion on which it spoke", "occasions on which it spoke", spoke)))
        boxes += [*self._box_joined(facts.of("joined", "led")), *self._box_sponsored(facts.of("co-sponsored"))]
        return boxes[:MOST_BOXES]

    def _box_joined(self, joined: Sequence[Deed]) -> Iterator[Box]:
        _, ngettext = translations(self.language).gettext, translations(self.language).ngettext
        if len(joined) == 1 and joined[0].when:
            heading = self._heading(joined[0])
            yield Box(joined[0].when[:4], heading[0].lower() + heading[1:])
        elif joined:
            label = ngettext("joint statement or initiative", "joint statements or initiatives", len(joined))
            yield Box(f"{len(joined)}", label)

    def _box_sponsored(self, sponsored: Sequence[Deed]) -> Iterator[Box]:
        _, ngettext = translations(self.language).gettext, translations(self.language).ngettext
        known = [deed for deed in sponsored if deed.instrument is None or deed.instrument.kind != "list"]
        if known:
            yield Box(f"{len(known)}", ngettext("resolution co-sponsored", "resolutions co-sponsored", len(known)))
        elif sponsored:
            yield Box(sponsored[0].when[:4] or "…", _("on a list of co-sponsors"))

    def _lead(self, facts: StateFacts) -> list[str]:
        _, ngettext = translations(self.language).gettext, translations(self.language).ngettext
        said = list[str]()
        every = len(facts.matters)
        if every:
            number = spelt(every, self.language)
            said.append(
                ngettext(
                    "On record, this State has raised one case or situation in public.",
                    "On record, this State has raised %(number)s cases and situations in public.",
                    every,
                )
                % {"number": number}
            )
        elif facts.deeds:
            said.append(_("On record, this State has acted with others. Whether it raised a case is not known here."))
        else:
            said.append(
                _("Nothing that this State did is on record here. That means that no source read so far says so.")
            )
        if about := len(facts.concerned):
            said.append(
                ngettext(
                    "One case of this campaign is about what happened there.",
                    "%(number)s cases of this campaign are about what happened there.",
                    about,
                )
                % {"number": spelt(about, self.language)}
            )
        return said

    def _said(self, deed: Deed) -> Said:
        where, language = self._where(deed)
        names = sorted({matter.concerned for matter in deed.matters}, key=lambda code: in_order(self._name(code)))
        return Said(
            deed=deed,
            heading=self._heading(deed),
            where=where,
            where_language=language,
            day=written_rough(deed.when, self.language),
            groups=tuple((code, tuple(m for m in deed.matters if m.concerned == code)) for code in names),
        )

    def _where(self, deed: Deed) -> tuple[str, str]:
        if deed.instrument is None:
            return deed.where, ""
        text, language = instrument_name(self.site, deed.instrument, self.language)
        return text, "" if language == self.language else language

    def _heading(self, deed: Deed) -> str:
        _, ngettext = translations(self.language).gettext, translations(self.language).ngettext
        instrument = deed.instrument
        if deed.kind == "raised":
            number = len(deed.matters) or 1
            return ngettext("Raised one case or situation", "Raised %(number)s cases and situations", number) % {
                "number": spelt(number, self.language)
            }
        kind = instrument.kind if instrument else ""
        if deed.kind == "co-sponsored":
            if kind == "list":
                return _("On a list of co-sponsors")
            symbol = instrument.symbol if instrument else ""
            return _("Co-sponsored resolution %(symbol)s") % {"symbol": symbol} if symbol else _("Co-sponsored")
        counted = states_counted(instrument) if instrument else None
        if kind != "joint statement":
            return _("Joined other States") if deed.kind == "joined" else _("Led other States")
        if not counted:
            return _("Joined a joint statement") if deed.kind == "joined" else _("Led a joint statement")
        text = (
            _("Joined the joint statement of %(number)s States")
            if deed.kind == "joined"
            else _("Led the joint statement of %(number)s States")
        )
        return text % {"number": counted}

    def _matter(self, matter: Matter) -> tuple[str, str, str, tuple[str, ...]]:
        """Give how a page says a matter: the address of its page or "", its title, in which language, and the names."""
        _ = translations(self.language).gettext
        case = self.site.cases.get(matter.case)
        if case is None:
            text = "; ".join(matter.names) or matter.case
            if not text:
                return "", _("a situation without a name"), "", ()
            own = record_language(self.site)
            return "", text, "" if own == self.language or is_name(text) else own, ()
        languages = (self.language, *self.site.languages, *case.title)
        code = next(code for code in languages if case.title.get(code))
        people = {person.name for person in case.people}
        names = matter.names if {*matter.names} < people else ()  # not the whole case was meant
        return f"cases/{case.slug}/", case.title[code], "" if code == self.language else code, names

    def _raisers(self, raisers: Iterable[Raiser]) -> list[tuple[str, str, str]]:
        """Give who raised a matter: code, name, and the years."""
        told = [(each.state, self._name(each.state), self._only_years(each.when)) for each in raisers]
        return sorted(told, key=lambda each: in_order(each[1]))

    def _years(self, when: Sequence[str]) -> str:
        """Say when: the day where it was once, else the years."""
        known = sorted({day for day in when if day})
        if len(known) == 1:
            return written_rough(known[0], self.language)
        return self._only_years(known)

    def _only_years(self, when: Iterable[str]) -> str:
        return join_words(sorted({day[:4] for day in when if day}), self.language)

    def _last(self, deeds: Sequence[Deed]) -> str:
        return max((deed.when[:4] for deed in deeds), default="")

    def _contact(self, name: str) -> str:
        """Give the link by which readers send a source; "" where the campaign names no address."""
        _ = translations(self.language).gettext
        address = self.site.campaign.settings.site.contact
        if not address:
            return ""
        subject = _("A source about %(state)s") % {"state": name} if name else _("A source")
        return f"mailto:{address}?subject={quote(subject)}"


def mark_of(facts: StateFacts) -> Mark:
    """Say how a State is shown on the map: by what it did, where anything is known of that."""
    if facts.of("raised"):
        return Mark.RAISED
    if facts.deeds:
        return Mark.ACTED
    return Mark.CONCERNED if facts.concerned else Mark.UNKNOWN


def _state_cells(facts: StateFacts) -> tuple[object, ...]:
    def number(*kinds: ActKind) -> object:
        return len(facts.of(*kinds)) or ""

    return (
        facts.state.code,
        facts.state.name,
        "yes" if facts.asked else "",
        ";".join(facts.raised_cases),
        len(facts.matters) or "",
        number("joined", "led"),
        number("co-sponsored"),
        ";".join(case.slug for case in facts.concerned),
        ";".join(f"{term.first}/{term.last}" for term in facts.terms),
        ";".join(report.year for report in facts.named_in),
    )


def _act_cells(site: Site, act: Act) -> tuple[str, ...]:
    registry = site.campaign.registry
    instrument = registry.instruments.get(act.instrument)
    state = registry.states.get(act.state)
    return (
        act.state,
        state.name if state else act.state,
        act.kind,
        act.instrument,
        instrument.title if instrument else "",
        instrument.symbol if instrument else "",
        registry.when(act),
        act.case,
        act.subject,
        act.state_concerned,
        act.with_,
        act.source,
        act.quote,
        act.quote_language,
    )
