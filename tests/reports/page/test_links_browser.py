"""The links of the report and of `outreach links` in a real browser: what opens carries the text. No network."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from outreach.campaign import load_campaign
from outreach.outbox.models import Scope
from outreach.outbox.store import now, open_outbox
from outreach.reports.page.page import choose, make_report, render
from outreach.reports.sharing import SHARED_ON, Share, shares
from tests.browser import WIDTHS, show, violations
from tests.conftest import CAMPAIGN, Command

PAGE = "https://example.org/beacon?a=1&b=2"
LINK = {"OUTREACH_POSTS__LINK": PAGE}
HARD = "L'ONU & l'État: 100 % + «¡Sí!» 🕊️ العدالة\n\nÇa suffit… \"x\" <b> #Justice"
# What a post form does with its address: it reads the query, as browsers do, and fills in what it finds.
FORM = "<!doctype html><title>A post form</title><p>Here a reader would write."
READ = "Object.fromEntries(new URLSearchParams(location.search || location.hash.slice(1)))"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that reaches no network: every address is answered here, and whatever else was asked for is an error."""
    context = browser.new_context()
    opened = context.new_page()
    opened.route("**/*", answer)
    yield opened
    context.close()


def answer(route: Route) -> None:
    if urlsplit(route.request.url).scheme == "file":
        route.continue_()
    elif route.request.is_navigation_request():
        route.fulfill(body=FORM, content_type="text/html")
    else:
        route.abort()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report for the team and the one for the public, as files; no test changes one."""
    folder = Path(shutil.copytree(CAMPAIGN, tmp_path_factory.mktemp("reports") / "campaign"))
    campaign = load_campaign(folder)
    outbox = open_outbox(folder, campaign.settings, rehearsal=False)
    files = {kind: folder.parent / f"{kind}.html" for kind in ("team", "public")}
    for kind, file in files.items():
        subject = choose(campaign, [], Scope(), public=kind == "public")
        text = render(make_report(campaign, subject, Scope(), now(), rehearsal=outbox.rehearsal))
        file.write_text(text, encoding="utf-8")
    return files


def found_in(filled: dict[str, str]) -> list[str]:
    """The words that a form was given, in no order."""
    tags = [f"#{tag}" for tag in filled.get("hashtags", "").split(",") if tag]
    return sorted(" ".join([filled.get("text", ""), filled.get("url", filled.get("u", "")), *tags]).split())


def test_every_link_that_the_command_prints_opens_with_the_whole_text(
    campaign_folder: Path, outreach: Command, page: Page
) -> None:
    command = ("links", "--case", "beacon", "--json")
    results = [outreach(*command, *only, folder=campaign_folder, env=LINK) for only in ((), ("--only", "ask"))]
    rows = [row for result in results for row in json.loads(result.stdout) if row["network"] != "mail"]
    assert {row["network"] for row in rows} == set(SHARED_ON) - {"mail"}
    assert len(rows) == 8 * len({(row["post"], row["language"]) for row in rows}) >= 45
    for row in rows:
        page.goto(row["url"])
        assert page.title() == "A post form"
        assert found_in(page.evaluate(READ)) == sorted(row["text"].split())


@pytest.mark.parametrize("network", SHARED_ON)
def test_a_text_in_every_script_is_filled_in_as_it_is_written(
    campaign_folder: Path, page: Page, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    """A browser shows it; of a mail, which opens another program, the browser's own reading of the address."""
    monkeypatch.setenv("OUTREACH_POSTS__LINK", PAGE)
    (campaign_folder / "templates" / "tweets" / "beacon.en.txt").write_text(f"=== hard\n{HARD}\n", encoding="utf-8")
    campaign = load_campaign(campaign_folder)
    found = shares(campaign, campaign.cases["beacon"], campaign.asks["hrc51"], "en")
    [share] = [share for share in found if share.network == network]
    filled = opened(page, share)
    if network == "mail":
        assert filled == {"subject": "Human Rights Center ‘Beacon’", "body": HARD.replace("\n", "\r\n")}
    elif network == "x":
        assert filled == {"text": HARD.removesuffix(" #Justice"), "hashtags": "Justice"}
    elif network == "facebook":
        assert filled == {"u": PAGE}
    else:
        assert filled["text"] == HARD


def opened(page: Page, share: Share) -> dict[str, str]:
    if share.network == "mail":
        page.goto("https://example.org/")
        reading = "url => Object.fromEntries(new URLSearchParams(new URL(url).search))"
        filled: dict[str, str] = page.evaluate(reading, share.url)
        return filled
    page.goto(share.url)
    read: dict[str, str] = page.evaluate(READ)
    return read


@pytest.mark.parametrize("kind", ["team", "public"])
def test_a_reader_of_the_report_clicks_and_finds_the_words_filled_in(
    reports: dict[str, Path], page: Page, kind: str
) -> None:
    file = reports[kind]
    for name in ("X", "Bluesky", "Mastodon", "WhatsApp"):
        page.goto(file.as_uri())
        page.get_by_text("Human Rights Center ‘Beacon’", exact=True).last.click()
        post = page.locator("details[open] .say").first
        text = post.locator("blockquote").inner_text()
        post.locator("a", has_text=name).first.click()
        page.wait_for_url(re.compile("^https:"))
        assert found_in(page.evaluate(READ)) == sorted(text.split())
        assert page.evaluate("document.referrer") == ""


def test_the_mail_links_of_the_report_are_whole(reports: dict[str, Path], page: Page) -> None:
    page.goto(reports["public"].as_uri())
    links = page.locator("a[href^='mailto:']").evaluate_all("links => links.map(link => link.href)")
    assert len(links) >= 20
    assert all(len(link) < 2_000 and "%0D%0A" in link for link in links)


@pytest.mark.parametrize("width", WIDTHS)
def test_with_its_posts_open_the_report_fits_and_has_no_accessibility_fault(
    reports: dict[str, Path], browser: Browser, width: int
) -> None:
    shown = show(browser, reports["public"], width)
    shown.page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
    inner, outer = shown.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    found = violations(shown.page)
    shown.page.close()
    assert (inner, shown.asked_for, found) == (outer, [], [])
