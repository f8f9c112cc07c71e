"""`outreach links`: a case's suggested posts as links that supporters click, and one of them as a QR code for print."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from math import ceil
from pathlib import Path

import click

from outreach.campaign import Campaign, load_campaign
from outreach.cases.ask import choose_ask
from outreach.cases.fields import LANGUAGE_NAMES
from outreach.cases.load import find_case
from outreach.cases.model import Ask, Case
from outreach.cli.options import campaign_folder, folder_option, json_option, yes_option
from outreach.cli.output import note, print_json, say
from outreach.errors import OutreachError, UsageError
from outreach.outbox.objections import is_dated
from outreach.reports.sharing import NAMES, SHARED_ON, Share, languages_with_posts, shares
from outreach.settings.campaign import LANGUAGES
from outreach.text import shortened, visible

MODULE = 0.5  # millimetres: the smallest square of a QR code that a phone reads from paper


@click.command()
@click.option("--case", "case_slug", metavar="SLUG", required=True, help="The case, for example viasna.")
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@click.option("--language", "languages", type=click.Choice(LANGUAGES), multiple=True, help="Only in this language.")
@click.option(
    "--network", "networks", type=click.Choice(SHARED_ON), multiple=True, help="Only for this network or program."
)
@click.option("--only", "names", metavar="NAME", multiple=True, help="Only this post, for example solidarity.")
@click.option("--instance", metavar="HOST", default="", help="The Mastodon server, for example mastodon.social.")
@click.option(
    "--qr", "target", metavar="FILE.svg", type=click.Path(path_type=Path), help="One link as a QR code for print."
)
@json_option
@yes_option
@folder_option
@click.pass_context
def links(
    ctx: click.Context,
    case_slug: str,
    ask_id: str | None,
    languages: tuple[str, ...],
    networks: tuple[str, ...],
    names: tuple[str, ...],
    instance: str,
    target: Path | None,
    *,
    as_json: bool,
    yes: bool,
) -> None:
    """Print links for supporters: each opens a post of the case, filled in, in their own account or mail program.

    Nothing is sent, and nobody's account is needed. Posts that address a mission are left out.
    """
    campaign = load_campaign(campaign_folder(ctx))
    case = find_case(campaign.cases, case_slug)
    ask = choose_ask(campaign.asks, ask_id, campaign.today())
    found = [
        share
        for language in languages or _languages(campaign, case)
        for share in shares(campaign, case, ask, language, instance)
    ]
    chosen = _chosen(found if names else _in_time(campaign, ask, found), networks, names)
    if target:
        _write_qr(target, _the_one(chosen), case, yes=yes)
    elif as_json:
        print_json([{"case": case.slug, "ask": ask.id, **asdict(share)} for share in chosen])
    else:
        _show(campaign, chosen, found)
    ctx.exit(0 if all(share.url or not share.text for share in chosen) else 1)


def _languages(campaign: Campaign, case: Case) -> tuple[str, ...]:
    found = languages_with_posts(campaign, case)
    if not found:
        raise UsageError(
            f"there are no posts about {case.slug}: write some in templates/tweets/{case.slug}.en.txt "
            "(docs/templates.md says how)"
        )
    return found


def _in_time(campaign: Campaign, ask: Ask, found: Sequence[Share]) -> list[Share]:
    """Those that nobody would share too late; the others are named."""
    late = list(dict.fromkeys(share.post for share in found if is_dated(share.post)))
    if not late or ask.date >= campaign.today():
        return list(found)
    left_out = " and ".join(f"the post '{name}'" for name in late)
    note(f"The day of the ask, {ask.date}, is over, so {left_out} is left out; with --only {late[0]} it is not.")
    return [share for share in found if share.post not in late]


def _chosen(found: Iterable[Share], networks: Sequence[str], names: Sequence[str]) -> list[Share]:
    """Those that the options name; UsageError for a post that there is none of."""
    found = list(found)
    known = list(dict.fromkeys(share.post for share in found))
    if missing := [name for name in names if name not in known]:
        raise UsageError(
            f"there is no post '{shortened(missing[0])}' to share; there are: {', '.join(known) or 'none yet'}"
        )
    return [
        share for share in found if (not names or share.post in names) and (not networks or share.network in networks)
    ]


def _show(campaign: Campaign, chosen: Sequence[Share], found: Sequence[Share]) -> None:
    for (post, language), group in groupby(chosen, key=lambda share: (share.post, share.language)):
        say(f"{post}, {LANGUAGE_NAMES[language]}")
        for text, same in groupby(group, key=lambda share: share.text):
            _show_text(text, list(same))
        say()
    if not chosen:
        note("None of the posts has such a link." if found else "No post says anything yet.")
    if not campaign.settings.posts.link:
        note("Without [posts] link in outreach.toml the posts lead nowhere, and there are none for Telegram.")


def _show_text(text: str, same: Sequence[Share]) -> None:
    """The text once, and below it the links that carry it. A link is one line, however long: people copy it."""
    for line in text.splitlines():
        say(f"  {line}" if line else "")
    for share in same:
        said = f" ({share.note})" if share.note else ""
        say(f"  {NAMES[share.network]}{said}:" if share.url else f"  {NAMES[share.network]}: no link{said}")
        if share.url:
            click.echo(visible(share.url))


def _the_one(chosen: Sequence[Share]) -> Share:
    """The only link there is among those chosen; UsageError, with what to add, when there are more or none."""
    made = [share for share in chosen if share.url]
    if len(made) == 1:
        return made[0]
    if not made:
        raise UsageError("a QR code needs a link, and there is none; see what there is without --qr")
    example = made[0]
    raise UsageError(
        f"a QR code is of one link, and these are {len(made)}; choose one, such as: "
        f"--only {example.post} --language {example.language} --network {example.network}"
    )


def _write_qr(target: Path, share: Share, case: Case, *, yes: bool) -> None:
    """The link as a drawing of black squares on white, with the quiet zone of four that the standard wants.

    Source: ISO/IEC 18004. Raises UsageError for a link that no QR code holds.
    """
    import segno

    if target.suffix.lower() != ".svg":
        raise UsageError(f"{target}: a QR code is drawn as SVG; name the file so, such as {target.with_suffix('.svg')}")
    if target.exists() and not yes:
        raise UsageError(f"{target} is there already; choose another name, or add --yes")
    try:
        code = segno.make_qr(share.url)
    except segno.DataOverflowError:
        raise UsageError(
            f"the link has {len(share.url):,} characters, more than a QR code holds; choose a shorter post, or "
            "--network x"
        ) from None
    title = f"{case.slug}: {share.post} on {NAMES[share.network]}"
    try:
        code.save(str(target), kind="svg", border=4, scale=4, light="#fff", title=title)
    except OSError as error:
        raise OutreachError(f"{target} cannot be written: {error.strerror}; choose another name") from None
    squares = code.symbol_size()[0]
    say(f"{target}: {share.post}, {LANGUAGE_NAMES[share.language]}, {NAMES[share.network]}.")
    say(f"Print it at least {ceil(squares * MODULE / 10)} cm wide: it has {squares} squares a side.")
