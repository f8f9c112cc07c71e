"""Builds sites of the tests' campaign, and reads what was built."""

from datetime import date
from pathlib import Path

from outreach.site.build import Built, build
from outreach.site.facts.site import SiteRequest

DAY = date(2022, 10, 20)  # when the ask of the tests' campaign is over
PAGE = """---
title: The campaign
description: What the campaign is about.
hero: They spoke.
lead: They were punished for it.
---

## We did it

States spoke.

## What we want

Safety.

## How

By asking.
"""


def with_pages(folder: Path, *languages: str) -> Path:
    """Give a campaign's folder its own words in these languages."""
    (folder / "site").mkdir(exist_ok=True)
    for language in languages or ("en", "fr", "es"):
        (folder / "site" / f"page.{language}.md").write_text(PAGE, "utf-8")
    return folder


def built(folder: Path, output: Path, url: str | None = None, day: date = DAY) -> Built:
    """Build the site of a campaign as of the tests' day."""
    return build(folder, output, SiteRequest(url=url, day=day))


def texts(output: Path) -> dict[str, str]:
    """Read every file of a site that has words in it, by its path."""
    return {
        path.relative_to(output).as_posix(): path.read_text("utf-8")
        for path in sorted(output.rglob("*"))
        if path.suffix in (".html", ".xml", ".csv", ".json", ".txt", ".css")
    }
