"""What `site check` finds in a folder, whoever wrote it."""

from pathlib import Path

import pytest

from outreach.errors import UsageError
from outreach.site.check import check_site
from outreach.site.facts.site import SiteRequest, open_site
from tests.site.sites import DAY, built, with_pages


def found(campaign: Path, output: Path) -> list[str]:
    return [str(finding) for finding in check_site(open_site(campaign, SiteRequest(day=DAY)), output)]


@pytest.mark.parametrize("url", ["", "https://example.org/campaign/"])
def test_a_site_as_built_is_well(campaign_folder: Path, tmp_path: Path, url: str) -> None:
    built(with_pages(campaign_folder), tmp_path / "out", url)
    assert found(campaign_folder, tmp_path / "out") == []


def test_what_somebody_did_to_the_files_is_found_by_page_and_line(campaign_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    built(with_pages(campaign_folder), output)
    page = output / "about" / "index.html"
    page.write_text(
        page.read_text("utf-8").replace(
            "</main>",
            '</main>\n<p style="color:red" onclick="x()"><a href="nowhere/">a</a><a href="../#nothing">b</a>'
            '<a href="javascript:alert(1)">c</a><img src="https://example.org/pixel.png"></p>\n'
            '<script src="//example.org/x.js"></script>',
        ),
        "utf-8",
    )
    (output / "fr" / "privacy" / "index.html").unlink()
    text = "\n".join(found(campaign_folder, output))
    for wanted in (
        "about/index.html, line",
        "style=…",
        "onclick=…",
        "leads nowhere: nowhere/",
        "there is no such place on that page: ../#nothing",
        "a link that is no address: javascript:alert(1)",
        "loads from elsewhere: https://example.org/pixel.png",
        "a picture without a description",
        "<script>: these pages run nothing",
        "loads from elsewhere: //example.org/x.js",
        "about/index.html: is not as SHA256SUMS has it",
        "privacy/index.html: is not there in fr",
        "fr/privacy/index.html: is missing",
    ):
        assert wanted in text


def test_consent_that_was_taken_back_since_the_build_is_found(campaign_folder: Path, tmp_path: Path) -> None:
    built(with_pages(campaign_folder), tmp_path / "out")
    case = campaign_folder / "cases" / "beacon.md"
    case.write_text(case.read_text("utf-8").replace("web: yes", "web: no"), "utf-8")
    told = found(campaign_folder, tmp_path / "out")
    assert any(line.startswith("index.html: says the case beacon, which may not be told") for line in told)


def test_a_folder_that_is_no_site_is_not_checked(campaign_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a site of outreach"):
        found(with_pages(campaign_folder), tmp_path)
