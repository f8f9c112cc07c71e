"""One browser for the tests of a module: to start it costs more than most of them.

Not for all: while it is open its thread has an event loop, in which no other test could run one of its own.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import open_browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened
