"""Reads what the campaign told on a day: site/updates/YYYY-MM-DD-slug.xx.md, in the languages it was written in."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from outreach.cases.files.fields import Fields
from outreach.cases.files.frontmatter import take_apart
from outreach.errors import Problem
from outreach.publishing.files import DOCS, SiteFiles, named
from outreach.publishing.model import Update, UpdateText
from outreach.text import did_you_mean

UNDER = "updates"
NAME = re.compile(r"(?P<slug>(?P<day>\d{4}-\d{2}-\d{2})-[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<language>[A-Za-z0-9-]+)\.md")
LONGEST_NAME = 100  # characters of the slug, which is part of an address
KEYS = {
    "title": "what the update is called",
    "summary": "one or two sentences, for lists and the feed",
}


def read_updates(files: SiteFiles, languages: Sequence[str], problems: list[Problem]) -> tuple[Update, ...]:
    """Read the updates, the newest first; one that lacks a language is shown in another."""
    found = dict[str, tuple[date, dict[str, UpdateText]]]()
    for name in files.listed(UNDER):
        place = f"{UNDER}/{name}"
        parts = NAME.fullmatch(name)
        day = _day(parts["day"]) if parts else None
        path = files.readable(place)
        if path is None:
            continue
        if parts is None or day is None or len(parts["slug"]) > LONGEST_NAME:
            message = "is named otherwise than updates are: day, words, language, such as 2022-10-20-statement.en.md"
            problems.append(Problem(named(place), f"{message}; the name of a draft begins with _"))
        elif parts["language"] not in languages:
            message = f"'{parts['language']}' is no language of the campaign"
            problems.append(Problem(named(place), message + did_you_mean(parts["language"], languages)))
        else:
            _, texts = found.setdefault(parts["slug"], (day, {}))
            texts[parts["language"]] = _read(path, place, problems)
    updates = [
        Update(slug, day, {code: texts[code] for code in languages if code in texts})
        for slug, (day, texts) in found.items()
    ]
    return tuple(sorted(updates, key=lambda update: update.slug, reverse=True))


def _read(path: Path, place: str, problems: list[Problem]) -> UpdateText:
    file = named(place)
    parts = take_apart(path, file, docs=DOCS)
    problems.extend(parts.problems)
    found = [] if parts.front is None else problems
    fields = Fields(parts.front, file, found)
    fields.only(tuple(KEYS))
    body = parts.body.strip()
    if not body:
        found.append(Problem(file, "says nothing below its front matter: write it, or call it a draft: _…"))
    return UpdateText(**{key: fields.required(key, what) for key, what in KEYS.items()}, body=body)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
