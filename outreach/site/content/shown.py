"""Leaves out of what people wrote what pages may not show: pictures of other cases, and what was not known yet."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from outreach.site.content.model import Content, PageWords
from outreach.site.facts.as_of import is_after


def shown_content(content: Content, told: Collection[str], day: date) -> Content:
    """Give what pages of a day may show; `told` are the slugs of the cases that may be told.

    A picture goes with its case, wherever it is named. Updates and resources of later days, and *We did it* before the
    day that it is about, are not known yet. A resource without a date stays.
    """
    pictures = {name: each for name, each in content.pictures.items() if not each.case or each.case in told}
    return replace(
        content,
        pages={code: _shown(page, pictures, day) for code, page in content.pages.items()},
        resources=tuple(resource for resource in content.resources if not is_after(resource.date, day)),
        updates=tuple(update for update in content.updates if update.day <= day),
        pictures=pictures,
        theme=replace(content.theme, logo=_if_there(content.theme.logo, pictures)),
    )


def _shown(page: PageWords, pictures: Collection[str], day: date) -> PageWords:
    known = page.done_on is None or page.done_on <= day
    return replace(page, picture=_if_there(page.picture, pictures), we_did_it=page.we_did_it if known else "")


def _if_there(picture: str, pictures: Collection[str]) -> str:
    return picture if picture in pictures else ""
