"""A real browser for tests: Debian's Chromium, without a window; and axe-core, run in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (360, 768, 1280)  # pixels: a phone, a tablet, a desk
HEIGHT = 900
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium while the block lasts. Without one the test is skipped on a person's machine, and fails in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing = "no chromium on this machine; on Debian: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Shown:
    """A page that is open: what it asked for besides itself, and what the browser complained about."""

    page: Page
    asked_for: list[str]
    complaints: list[str]

    def widen(self, width: int) -> None:
        """Give the window so many pixels, as somebody does who draws at its corner."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})


def show(browser: Browser, file: Path, width: int) -> Shown:
    """Open a file as a person would who got it by mail."""
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    shown = Shown(page, [], [])
    page.on("request", lambda request: shown.asked_for.append(request.url))
    page.on("console", lambda message: shown.complaints.append(message.text))
    page.on("pageerror", lambda error: shown.complaints.append(str(error)))
    page.goto(file.as_uri())
    shown.asked_for.remove(file.as_uri())
    return shown


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, a line each: the rule and where."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}  # the rest in brief
    found = Axe().run(page, options=options).response
    assert len(found["passes"]) > 10  # it did look
    return [f"{wrong['id']}: {node['target']}" for wrong in found["violations"] for node in wrong["nodes"]]
