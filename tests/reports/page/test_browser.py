"""The report in a real browser: three widths, accessibility (WCAG 2.2 AA by axe-core), paper, and no request at all."""

import functools
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from outreach.campaign import load_campaign
from outreach.inbox.kinds import Stance
from outreach.outbox.models import Scope
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox, now, open_outbox
from outreach.registry.selection import select
from outreach.reports.page.page import choose, make_report, render
from outreach.reports.progress import progress
from tests.browser import WIDTHS, show, violations
from tests.conftest import CAMPAIGN
from tests.outbox.outboxes import NOON
from tests.reports.answered import answer, letter

CASES = {
    "team": ("sample", "beacon"),
    "public": ("sample", "beacon"),
    "one-case": ("beacon",),
    "rehearsal": ("beacon",),
    "empty": (),
}


def ask_the_76(outbox: Outbox, case: str) -> None:
    """A campaign under way with its 76 States: every stage is there."""
    registry = load_campaign(Path(outbox.engine.url.database or "").parent).registry
    statuses = (Status.SENT, Status.DELIVERED, Status.BOUNCED, Status.REJECTED)
    for number, state in enumerate(sorted(select(registry, ["co-sponsored:reprisals-2022"], cases=[]))):
        message = letter(outbox, state, case, statuses[number % 4])
        if number % 8 == 0:
            answer(outbox, message, NOON + timedelta(days=number), list(Stance)[number % 5])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Reports of each kind as files, made when first asked for; no test changes one."""

    @functools.cache
    def make(kind: str) -> Path:
        folder = Path(shutil.copytree(CAMPAIGN, tmp_path_factory.mktemp(kind) / "campaign"))
        campaign = load_campaign(folder)
        outbox = open_outbox(folder, campaign.settings, rehearsal=kind == "rehearsal")
        for case in CASES[kind]:
            ask_the_76(outbox, case)
        subject = choose(campaign, progress(campaign, outbox, Scope()), Scope(), public=kind == "public")
        file = folder.parent / f"{kind}.html"
        report = make_report(campaign, subject, Scope(), now(), rehearsal=outbox.rehearsal)
        file.write_text(render(report), encoding="utf-8")
        return file

    return make


@pytest.fixture
def page(request: pytest.FixtureRequest, pages: Callable[[str], Path]) -> Path:
    """A report of the kind that the test asks for, as a file."""
    return pages(request.param)


@pytest.mark.parametrize("page", CASES, indirect=True)
def test_it_asks_for_nothing_and_fits_every_width(page: Path, browser: Browser) -> None:
    shown = show(browser, page, WIDTHS[0])
    for width in WIDTHS:
        shown.widen(width)
        inner, outer = shown.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert (inner, shown.asked_for, shown.complaints) == (outer, [], [])
    shown.page.close()


@pytest.mark.parametrize("page", CASES, indirect=True)
def test_it_has_no_accessibility_fault(page: Path, browser: Browser) -> None:
    """On a phone and on a desk: what scrolls on one does not on the other."""
    shown = show(browser, page, WIDTHS[0])
    for width in (WIDTHS[0], WIDTHS[-1]):
        shown.widen(width)
        assert violations(shown.page) == []
    shown.page.close()


@pytest.mark.parametrize("page", ["one-case"], indirect=True)
def test_stages_differ_on_the_map_without_colour(page: Path, browser: Browser) -> None:
    """Four have a pattern each; of the two without, raised is dark and not asked is pale."""
    shown = show(browser, page, 1280)
    fills = {
        stage: shown.page.evaluate("s => getComputedStyle(document.querySelector(s)).fill", f".map .state.{stage}")
        for stage in ("raised", "answered", "arrived", "asked", "not-asked", "concerned")
    }
    shown.page.close()
    patterns = {stage: fill for stage, fill in fills.items() if fill.startswith("url(")}
    assert set(patterns) == {"answered", "arrived", "asked", "concerned"}
    assert len(set(fills.values())) == 6


@pytest.mark.parametrize("page", ["one-case"], indirect=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_dot_of_a_small_state_can_be_seen(page: Path, browser: Browser, width: int) -> None:
    shown = show(browser, page, width)
    box = shown.page.locator(".map #dot-PSE").bounding_box()
    shown.page.close()
    assert box is not None
    assert box["width"] > 3


@pytest.mark.parametrize("page", ["team", "rehearsal"], indirect=True)
def test_on_paper_it_is_a4_and_no_map_or_row_is_cut(page: Path, browser: Browser) -> None:
    shown = show(browser, page, 1280)
    paper = shown.page.pdf(prefer_css_page_size=True)
    shown.page.emulate_media(media="print")
    kept = shown.page.evaluate(
        """['tr', 'figure', '.figures'].map(s => getComputedStyle(document.querySelector(s)).breakInside)"""
    )
    shown.page.close()
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", paper)}
    assert {(round(width), round(height)) for _, _, width, height in boxes} == {(595, 842)}
    assert kept == ["avoid"] * 3


@pytest.mark.parametrize("page", ["team"], indirect=True)
def test_what_scrolls_can_be_reached_with_the_keyboard(page: Path, browser: Browser) -> None:
    shown = show(browser, page, 360)
    scrolling = shown.page.evaluate(
        """[...document.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1
            && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).map(e => e.tabIndex)"""
    )
    shown.page.close()
    assert scrolling
    assert set(scrolling) == {0}
