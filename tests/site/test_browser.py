"""Every kind of page in a real browser: three widths, light and dark, three languages, and nothing but itself."""

from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from outreach.site.frame.addresses import file_of
from outreach.site.frame.page import NOT_FOUND
from outreach.site.serve import Preview
from tests.browser import HEIGHT, WIDTHS, violations
from tests.conftest import large_campaign_in
from tests.site.sites import built, with_pages

LOOKS = (("light", "en", WIDTHS[0]), ("dark", "fr", WIDTHS[2]), ("light", "es", WIDTHS[2]))
WIDE = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """A site that is served on this machine, and for each kind of page (its template) its addresses, longest first."""
    folder, output = tmp_path_factory.mktemp("campaign"), tmp_path_factory.mktemp("site")
    made = built(with_pages(large_campaign_in(folder)), output)
    kinds = dict[str, list[str]]()
    for page in made.made:
        if page.language == made.site.languages[0]:
            kinds.setdefault(page.template, []).append(page.address)
    for places in kinds.values():
        places.sort(key=lambda place: (output / file_of(place)).stat().st_size, reverse=True)
    with Preview(output, 0, lambda: None) as preview:
        Thread(target=preview.serve_forever, daemon=True).start()
        yield preview.address, kinds
        preview.shutdown()


def test_each_kind_of_page_is_accessible_fits_and_asks_nobody(
    address: tuple[str, dict[str, list[str]]], browser: Browser
) -> None:
    home, kinds = address
    assert len(kinds) > 5
    wrong, asked = list[str](), list[str]()
    for scheme, language, width in LOOKS:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": HEIGHT})
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(f"{message.location}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for kind, places in kinds.items():
            prefix = "" if language == "en" or kind == NOT_FOUND else f"{language}/"
            page.goto(f"{home}{prefix}{places[0]}")
            wrong.extend(f"{page.url} at {width}, {scheme}: {line}" for line in violations(page))
            for other in WIDTHS:
                page.set_viewport_size({"width": other, "height": HEIGHT})
                inner, outer = page.evaluate(WIDE)
                wrong.extend([f"{page.url} at {other}: {inner - outer} pixels to the side"] * (inner > outer))
            page.set_viewport_size({"width": width, "height": HEIGHT})
        assert context.cookies() == []
        context.close()
    assert wrong == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(home).netloc}
