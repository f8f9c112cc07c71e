"""One browser for all tests of pages: to start it costs more than most of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.reports.page.browser import open_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened
