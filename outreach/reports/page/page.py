"""The report as one self-contained HTML page: gathers what it says, and renders the template. Sends and writes nothing.

The page asks for nothing from anywhere: its style, map and bars are in it, it runs no script, and its own policy
(Content-Security-Policy) forbids a browser to load anything.

A page for outside (`public`) says who was asked, as far as something shows that it was reached, and who raised a
case, and no more. What a mission answered was said to us and not to the public, so it has no stance, no day, no text
and no note; that it answered at all is there only with `[report] publish_answers`, and never where our own mail
server could not verify who wrote the answer. Whose letter came back counts as not asked. Cases whose people did not
agree to the web, or that are under embargo, are not in it at all. Links to posts are there for the cases whose people
agreed to posts; they load nothing until somebody clicks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from outreach.campaign import Campaign
from outreach.cases.model import Ask
from outreach.errors import UsageError
from outreach.language import is_right_to_left
from outreach.next_step import Action, NextStep
from outreach.outbox.models import Scope
from outreach.outbox.posts.listing import PostLine
from outreach.registry.outcomes import NOT_NAMED, coverage_words
from outreach.reports.page.figures import Step, Waits, funnel, headline, waits
from outreach.reports.page.history import Occasion, dialogues, statements
from outreach.reports.page.map import WorldMap, draw_map
from outreach.reports.page.matrix import (
    ActLine,
    Calendar,
    Correction,
    Matrix,
    Unanswered,
    act_lines,
    corrections,
    matrix,
    spelt,
    to_read,
    unanswered,
    unverified,
)
from outreach.reports.page.posts import PostsPart, posts_part
from outreach.reports.page.stages import Stage, Subject, make_subject, names
from outreach.reports.progress import Progress

# How a program recognises its own report, so that it overwrites no other file.
MARK = '<meta name="generator" content="outreach report">'


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page says, in the order in which it says it."""

    title: str
    organisation: str
    made: str  # 5 September 2022, 14:30 (Europe/Zurich)
    rehearsal: bool
    public: bool
    cases: tuple[str, ...]  # titles
    paused: tuple[str, ...]  # titles of cases that somebody stopped
    asks: tuple[Ask, ...]
    headline: tuple[Step, ...]
    uninvited: tuple[str, ...]  # names of the States that raised a case without a letter of ours about it
    raised: tuple[ActLine, ...]
    corrections: tuple[Correction, ...]
    coverage: str
    answers: bool  # whether the page says who answered
    map: WorldMap
    funnel: tuple[Step, ...]
    requests: bool  # the funnel counts requests, since there is more than one case or ask
    waits: Waits
    unanswered: tuple[Unanswered, ...]
    to_read: tuple[str, ...]  # names of States whose mail nobody has read
    unverified: tuple[str, ...]  # names of States with an answer whose sender is not verified
    came_back: int
    matrix: Matrix
    posts: PostsPart
    statements: tuple[Occasion, ...]
    dialogues: tuple[Occasion, ...]

    def word(self, stage: Stage) -> str:
        """Give the stage as people read it; a rehearsal asks nobody."""
        words = {Stage.NOT_ASKED: "not asked", Stage.CONCERNED: "State concerned"}
        if self.rehearsal:
            words |= {Stage.ASKED: "rehearsed", Stage.NOT_ASKED: "not rehearsed"}
        return words.get(stage, stage.value)


def choose(campaign: Campaign, rows: Sequence[Progress], scope: Scope, *, public: bool) -> Subject:
    """Choose what the report is about. Raises UsageError when a public one could tell of no case at all."""
    subject = make_subject(campaign, rows, scope, public=public)
    if public and not subject.cases:
        raise UsageError(
            f"a public report may tell of none of these cases: {', '.join(subject.hidden) or 'there is no case'}. "
            "Their files in cases/ need consent: web: yes, no embargo that is still to come, and not to be stopped",
            next_step=NextStep(Action.REPORT_TO_TEAM, case=scope.case or "", ask=scope.ask or ""),
        )
    return subject


def make_report(
    campaign: Campaign,
    subject: Subject,
    scope: Scope,
    now: datetime,
    *,
    rehearsal: bool,
    posts: Iterable[PostLine] = (),
) -> Report:
    """Gather what the page says about the subject and these posts at this moment (aware)."""
    settings, registry = campaign.settings, campaign.registry
    local = now.astimezone(settings.timezone)
    calendar = Calendar(settings.timezone, local.date())
    pairs = {(row.case, row.ask) for row in subject.rows}
    asks = _asks(campaign, subject, scope)
    return Report(
        title=settings.campaign.title,
        organisation=settings.campaign.organisation,
        made=f"{spelt(local.date())}, {local:%H:%M} ({settings.timezone.key})",
        rehearsal=rehearsal,
        public=subject.public,
        cases=tuple(next(iter(case.title.values())) for case in subject.cases),
        paused=tuple(next(iter(case.title.values())) for case in subject.paused),
        asks=asks,
        headline=headline(subject),
        uninvited=names(registry.states, {state for state, _ in subject.uninvited}),
        raised=act_lines(subject),
        corrections=corrections(subject),
        coverage=coverage_words(subject.coverage),
        answers=subject.answers,
        map=draw_map(registry.states, subject.stages()),
        funnel=funnel(subject),
        requests=len(pairs) > 1,
        waits=waits(subject.rows, settings.timezone),
        unanswered=unanswered(subject, calendar),
        to_read=to_read(subject),
        unverified=unverified(subject),
        came_back=0 if subject.public else sum(row.came_back for row in subject.rows),
        matrix=matrix(subject, calendar),
        posts=posts_part(campaign, subject, asks, posts, calendar),
        statements=statements(registry, notes=not subject.public),
        dialogues=dialogues(registry, notes=not subject.public),
    )


def _asks(campaign: Campaign, subject: Subject, scope: Scope) -> tuple[Ask, ...]:
    """Give the asks that rows are about; without rows, those in scope."""
    named = {row.ask for row in subject.rows} or {scope.ask or ask for ask in campaign.asks}
    return tuple(sorted((ask for ask in campaign.asks.values() if ask.id in named), key=lambda ask: ask.date))


def render(report: Report) -> str:
    """Render the whole page, text that ends with a newline and is for UTF-8."""
    return _template().render(
        report=report, mark=MARK, Stage=Stage, spelt=spelt, NOT_NAMED=NOT_NAMED, rtl=is_right_to_left
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("outreach.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.j2")
