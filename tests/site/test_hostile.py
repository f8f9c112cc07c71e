"""Hostile words in every file that people edit run nothing in a real browser, and break no page."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from outreach.errors import DataError
from outreach.site.serve import Preview
from tests.conftest import CAMPAIGN
from tests.site.sites import built, texts, with_pages

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "]]></title><svg onload=alert(1)>",
    "[press](javascript:alert(1)) ![p](https://example.org/p.png)",
)


def hostile(folder: Path, payload: str) -> Path:
    """Put the payload where people write words: page, update, case, record, instruments, resources, settings."""
    with_pages(folder, "en")
    page = folder / "site" / "page.en.md"
    quoted = payload.replace("\\", "").replace('"', '\\"')
    text = page.read_text("utf-8").replace("States spoke.", f"States spoke. {payload}\n\n### {payload}")
    text = re.sub(
        r"^(title|description|hero|lead): .*$", rf'\1: "{quoted}"'.replace("\\1", "\\1"), text, flags=re.MULTILINE
    )
    page.write_text(text, "utf-8")
    updates = folder / "site" / "updates"
    updates.mkdir(exist_ok=True)
    front = f'---\ntitle: "{quoted}"\nsummary: "{quoted}"\n---\n'
    (updates / "2022-10-01-hostile.en.md").write_text(f"{front}\nText {payload}\n", "utf-8")
    case = folder / "cases" / "sample.md"
    text = case.read_text("utf-8").replace("en: J. Sample", f'en: "J. Sample {quoted}"', 1)
    case.write_text(text.replace("Sample did not reach home.", f"Sample did not reach home. {payload}"), "utf-8")
    cell = '"' + payload.replace('"', '""') + '"'
    (folder / "site" / "resources.csv").write_text(
        f"title,url,kind,date,language,source\n{cell},https://example.org/a,report,2022,en,{cell}\n", "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, Path, int]]]:
    """A site for each payload that the files take, its folder, and its port."""
    servers = list[Preview]()
    found = list[tuple[str, Path, int]]()
    for number, payload in enumerate(PAYLOADS):
        folder = Path(shutil.copytree(CAMPAIGN, tmp_path_factory.mktemp(f"hostile{number}") / "campaign"))
        output = folder.parent / "out"
        built(hostile(folder, payload), output)
        servers.append(Preview(output, 0, lambda: None))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        found.append((payload, output, servers[-1].server_address[1]))
    yield found
    for server in servers:
        server.shutdown()
        server.server_close()


def test_nothing_runs_and_nothing_is_loaded(sites: list[tuple[str, Path, int]], browser: Browser) -> None:
    wrong = list[str]()
    for payload, output, port in sites:
        context = browser.new_context()
        page = context.new_page()
        page.on("dialog", lambda dialog: (wrong.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("request", lambda request: wrong.append(request.url) if "example.org" in request.url else None)
        for name in ("", "cases/sample/", "updates/", "updates/2022-10-01-hostile/", "resources/", "states/DEU/"):
            page.goto(f"http://127.0.0.1:{port}/{name}")
            if page.evaluate("document.querySelectorAll('script,iframe,[onerror],[onload],[style]').length"):
                wrong.append(f"{payload} at {name}")
        context.close()
        told = texts(output)
        assert any("alert(1)" in text or "{{ 7 * 7 }}" in text for text in told.values())  # it is shown, as typed
        assert "49{" not in told["index.html"]
    assert wrong == []


def test_a_file_of_ten_megabytes_is_refused(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder, "en")
    page = campaign_folder / "site" / "page.en.md"
    page.write_text(page.read_text("utf-8") + "word " * 2_000_000, "utf-8")
    with pytest.raises(DataError, match=r"site/page\.en\.md"):
        built(campaign_folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
