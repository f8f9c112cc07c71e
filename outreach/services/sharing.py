"""Gives supporters the posts of a case as links that open them, filled in, and one link as a QR code; sends nothing."""

from dataclasses import dataclass
from io import BytesIO
from math import ceil
from pathlib import Path

from outreach.campaign import Campaign, load_campaign
from outreach.cases.asks.ask import choose_ask
from outreach.cases.load import find_case
from outreach.cases.model import Ask, Case
from outreach.errors import UsageError
from outreach.outbox.gate.objections import is_dated
from outreach.reports.sharing import NAMES, Share, languages_with_posts, shares
from outreach.text import shortened

MODULE = 0.5  # millimetres: the smallest square of a QR code that a phone reads from paper


@dataclass(frozen=True, slots=True)
class LinksRequest:
    """Which links a person wants: of which case, and only some languages, networks, posts (empty: all).

    `instance` is a Mastodon server; empty: the campaign's own, or the page that asks people for theirs.
    """

    case: str
    ask: str | None = None
    languages: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    instance: str = ""


@dataclass(frozen=True, slots=True)
class ShareLinks:
    """The links that were asked for, in the order of the file.

    `too_late` names posts that are left out since the ask's day is over: they speak of it as yet to come.
    `any_post` says whether there was anything to choose from. `page` is the address that the posts lead to, or empty.
    """

    case: Case
    ask: Ask
    chosen: tuple[Share, ...]
    too_late: tuple[str, ...]
    any_post: bool
    page: str


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code as an SVG drawing (UTF-8), how many squares a side has, and how wide it must be in print."""

    svg: bytes
    squares: int
    centimetres: int


def find_links(folder: Path, wanted: LinksRequest) -> ShareLinks:
    """Make the links of a case. A post whose day is over is left out, unless it is asked for by name.

    UsageError for a case, ask or post that there is none of, and where the people concerned did not agree to posts.
    """
    campaign = load_campaign(folder)
    case = find_case(campaign.cases, wanted.case)
    ask = choose_ask(campaign.asks, wanted.ask, campaign.today())
    found = [
        share
        for language in map(campaign.settings.campaign.written, wanted.languages or _languages(campaign, case))
        for share in shares(campaign, case, ask, language, wanted.instance)
    ]
    known = tuple(dict.fromkeys(share.post for share in found))
    if missing := [name for name in wanted.only if name not in known]:
        raise UsageError(
            f"there is no post '{shortened(missing[0])}' to share; there are: {', '.join(known) or 'none yet'}"
        )
    over = not wanted.only and ask.last_day < campaign.today()
    too_late = tuple(name for name in known if is_dated(name)) if over else ()
    names = wanted.only or tuple(name for name in known if name not in too_late)
    chosen = tuple(
        share for share in found if share.post in names and (not wanted.networks or share.network in wanted.networks)
    )
    return ShareLinks(case, ask, chosen, too_late, bool(found), campaign.settings.posts.link)


def _languages(campaign: Campaign, case: Case) -> tuple[str, ...]:
    found = languages_with_posts(campaign, case)
    if not found:
        raise UsageError(
            f"there are no posts about {case.slug}: write some in templates/tweets/{case.slug}.en.txt "
            "(docs/templates.md says how)"
        )
    return found


def draw_qr_code(case: Case, share: Share) -> QrCode:
    """Draw a link as black squares on white, with the quiet zone of four that the standard wants (ISO/IEC 18004).

    UsageError for a link that no QR code holds.
    """
    import segno

    try:
        code = segno.make_qr(share.url)
    except segno.DataOverflowError:
        raise UsageError(
            f"the link has {len(share.url):,} characters, more than a QR code holds; choose a shorter post, or "
            "--network x"
        ) from None
    drawing = BytesIO()
    title = f"{case.slug}: {share.post} on {NAMES[share.network]}"
    code.save(drawing, kind="svg", border=4, scale=4, light="#fff", title=title)
    squares = int(code.symbol_size()[0])
    return QrCode(drawing.getvalue(), squares, ceil(squares * MODULE / 10))
