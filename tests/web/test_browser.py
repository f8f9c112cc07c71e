"""Every flow in a real browser without JavaScript: it can be walked, is accessible, fits, and loads nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from outreach.services.supporters.public import PublicForms
from tests.browser import HEIGHT, violations
from tests.services.supporters.campaigns import tokens
from tests.supporters.stores import NOW
from tests.web.campaigns import OVER, forms_served, links, open_forms

LOOKS = (
    ("en", 360, "light"),
    ("fr", 1280, "dark"),
    ("es", 360, "dark"),
    ("en", 1280, "light"),
    ("fr", 360, "light"),
    ("es", 1280, "light"),
)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "]]></title></textarea><svg onload=alert(1)>",
    "javascript:alert(1)//' onfocus=alert(1) autofocus x='",
)
WIDE = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.web.front.Front.take_in", lambda self: None)


@dataclass
class Walk:
    """A visitor with a window: what was wrong on their way, and what their browser asked for."""

    page: Page
    glass: Page  # with JavaScript, in which axe looks at what the visitor sees
    address: str
    wrong: list[str]
    asked_for: list[str]

    def see(self) -> None:
        """Look at the page that is there as axe does, and whether it fits."""
        shown = self.page.content()
        place = f"{self.address}/seen"
        self.glass.route(place, lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"))
        self.glass.goto(place)
        self.wrong.extend(f"{self.page.url}: {line}" for line in violations(self.glass))
        self.glass.unroute(place)
        inner, outer = self.page.evaluate(WIDE)
        self.wrong.extend([f"{self.page.url}: {inner - outer} pixels to the side"] * (inner > outer))

    def press(self, button: str) -> None:
        """Press a button that leads on, and look at where it led."""
        go(self.page, button)
        self.see()

    def open(self, path: str, language: str) -> None:
        self.page.goto(f"{self.address}{path}?lang={language}")
        self.see()


def go(page: Page, what: str) -> None:
    """Press what leads to another page, and wait for that."""
    with page.expect_navigation():
        page.locator(what).first.click()


@contextmanager
def walking(browser: Browser, address: str, width: int, scheme: str = "light") -> Iterator[Walk]:
    window = {"color_scheme": scheme, "viewport": {"width": width, "height": HEIGHT}}
    context = browser.new_context(java_script_enabled=False, **window)  # type: ignore[arg-type]
    glass = browser.new_context(**window)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    walk = Walk(page, glass.new_page(), address, [], [])
    page.on("request", lambda request: walk.asked_for.append(request.url))
    page.on("console", lambda message: "status of 4" in message.text or walk.wrong.append(message.text))
    page.on("dialog", lambda dialog: (walk.wrong.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    yield walk
    assert context.cookies() == []
    glass.close()
    context.close()


@pytest.fixture
def forms(tmp_path: Path) -> PublicForms:
    return open_forms(tmp_path, per_network=1000)


@pytest.fixture
def address(forms: PublicForms) -> Iterator[str]:
    with forms_served(forms) as found:
        yield found


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_a_visitor_writes_confirms_and_takes_back(
    forms: PublicForms, address: str, browser: Browser, language: str, width: int, scheme: str
) -> None:
    with walking(browser, address, width, scheme) as walk:
        write_and_take_back(forms, walk, language)
        assert walk.wrong == []
        assert {urlsplit(url).netloc for url in walk.asked_for} == {urlsplit(address).netloc}


def write_and_take_back(forms: PublicForms, walk: Walk, language: str) -> None:
    page = walk.page
    walk.open("/write", language)
    page.fill("#email", "nobody@here")
    walk.press("form .wide")  # what is wrong
    assert page.locator(".fault").count() == 1
    page.fill("#email", "noor@supporters.example.org")
    page.click("summary")
    page.check("input[value=chosen]")
    page.check("input[value=DEU]")
    page.fill("#words", "Say their names.\nAll of them.")
    page.check("[name=quote]")
    page.check("[name=list]")
    walk.press("form .wide")
    assert page.locator("mark").count() == 1
    walk.press("button[value=yes]")  # change
    assert page.input_value("#words") == "Say their names.\nAll of them."
    walk.press("form .wide")
    walk.press("form button")
    assert urlsplit(page.url).path == "/write/sent"
    (token,) = links(forms)
    walk.open(f"/c/{token}", language)
    walk.press("button[value=yes]")
    own, leave = (page.locator(".actions a").nth(place).get_attribute("href") or "" for place in (0, 1))
    walk.open(own.partition("?")[0], language)
    walk.press("button[value=take-back]")
    walk.open(leave.partition("?")[0], language)
    walk.press("button[value=leave]")
    walk.press("button[value=rejoin]")
    walk.press("button[value=never-again]")


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS[:3])
def test_a_visitor_joins_says_no_and_meets_faults(
    forms: PublicForms, address: str, browser: Browser, language: str, width: int, scheme: str
) -> None:
    with walking(browser, address, width, scheme) as walk:
        join_and_say_no(forms, walk, language)
        assert walk.wrong == []


def join_and_say_no(forms: PublicForms, walk: Walk, language: str) -> None:
    walk.open("/join", language)
    walk.page.fill("#email", "lee@supporters.example.org")
    walk.press("form .wide")
    assert urlsplit(walk.page.url).path == "/join/sent"
    (token,) = links(forms)
    walk.open(f"/c/{token}", language)
    walk.press("button[value=no]")
    walk.open("/m/abcdefghijkl", language)
    for path in ("/nothing", "/write/look"):
        walk.open(path, language)


def test_after_the_day_the_form_says_so(tmp_path: Path, browser: Browser) -> None:
    with forms_served(open_forms(tmp_path, day=OVER)) as address, walking(browser, address, 360) as walk:
        walk.open("/write", "fr")
        assert walk.wrong == []


def test_nothing_that_anybody_types_runs(forms: PublicForms, address: str, browser: Browser) -> None:
    """With JavaScript on, so that it could: the payload in each field, on each page that shows it again."""
    context = browser.new_context()
    page = context.new_page()
    wrong = list[str]()
    page.on("dialog", lambda dialog: (wrong.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: wrong.append(message.text))
    odd = "document.querySelectorAll('script,iframe,svg,main img,[onerror],[onload],[onfocus],[style]').length"

    def see(payload: str) -> None:
        if page.evaluate(odd):
            wrong.append(f"{payload} at {page.url}")
        assert "49{" not in page.content()

    for number, payload in enumerate(PAYLOADS):
        page.goto(f"{address}/write?lang=en")
        for field in ("words", "name", "country", "email"):
            page.evaluate(
                "field => { const it = document.getElementById(field); it.type = 'text'; it.required = false }", field
            )
            page.fill(f"#{field}", payload)
        page.evaluate("text => { document.querySelector('[name=case]').value = text }", payload)
        go(page, "form .wide")  # refused, and shown again
        see(payload)
        assert page.locator(".fault").count() >= 3
        page.goto(f"{address}/write?lang=en")
        page.fill("#words", payload)
        page.fill("#name", payload)
        page.check("[name=quote]")
        page.fill("#email", f"person{number}@supporters.example.org")
        go(page, "form .wide")
        see(payload)
        go(page, "form button")
        links(forms, NOW)
        page.goto(f"{address}/c/{tokens(forms.supporters)[-1]}")
        see(payload)
        go(page, "button[value=yes]")
        go(page, ".actions a")
        see(payload)
        assert payload.split("\n")[0] in page.inner_text("main")
        page.goto(f"{address}/join")
        page.evaluate("() => { const it = document.getElementById('email'); it.type = 'text' }")
        page.fill("#email", payload)
        go(page, "form .wide")
        see(payload)
    assert [line for line in wrong if "422" not in line] == []
    context.close()


def test_hostile_names_of_cases_run_nowhere(tmp_path: Path, browser: Browser) -> None:
    forms = open_forms(tmp_path)
    case = tmp_path / "cases" / "sample.md"
    quoted = 'J. Sample <script>alert(1)</script> \\"><img src=x onerror=alert(1)> {{ 7 * 7 }}'
    case.write_text(case.read_text("utf-8").replace("en: J. Sample", f'en: "{quoted}"', 1), "utf-8")
    forms = open_forms(tmp_path)
    with forms_served(forms) as address:
        page = browser.new_page()
        wrong = list[str]()
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto(f"{address}/write?lang=en")
        assert "<script>alert(1)</script>" in page.inner_text("fieldset#case")
        page.fill("#email", "noor@supporters.example.org")
        go(page, "form .wide")
        assert page.evaluate("document.querySelectorAll('script,main img').length") == 0
        assert wrong == []
        page.close()
