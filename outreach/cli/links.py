"""`outreach links`: a case's suggested posts as links that supporters click, and one of them as a QR code for print."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from outreach.cases.model import Case
from outreach.cli.common.options import campaign_folder, folder_option, json_option, one_case_option, yes_option
from outreach.cli.common.terminal.output import note, print_json, say
from outreach.cli.common.terminal.pager import paged
from outreach.errors import OutreachError, UsageError
from outreach.language import language_name
from outreach.reports.sharing import NAMES, SHARED_ON, Share
from outreach.services.sharing import LinksRequest, ShareLinks, draw_qr_code, find_links
from outreach.text import visible


@click.command()
@one_case_option
@click.option("--ask", "ask_id", metavar="ID", help="The ask; default: the only one, or the next by date.")
@click.option(
    "--language", "languages", metavar="LANG", multiple=True, help="Only in this one of the campaign's languages."
)
@click.option(
    "--network", "networks", type=click.Choice(SHARED_ON), multiple=True, help="Only for this network or program."
)
@click.option("--only", "names", metavar="NAME", multiple=True, help="Only this post, for example solidarity.")
@click.option(
    "--instance",
    metavar="HOST",
    default="",
    help="The Mastodon server; default: the campaign's own, else theirs.",
)
@click.option(
    "--qr", "target", metavar="FILE.svg", type=click.Path(path_type=Path), help="One link as a QR code for print."
)
@json_option
@yes_option
@folder_option
@paged
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
    found = find_links(campaign_folder(ctx), LinksRequest(case_slug, ask_id, languages, networks, names, instance))
    if found.too_late:
        left_out = " and ".join(f"the post '{name}'" for name in found.too_late)
        again = f"with --only {found.too_late[0]} it is not"
        note(f"The last day of the ask, {found.ask.last_day}, is over, so {left_out} is left out; {again}.")
    if target:
        _write_qr(target, _the_one(found.chosen), found.case, yes=yes)
    elif as_json:
        print_json([{"case": found.case.slug, "ask": found.ask.id, **asdict(share)} for share in found.chosen])
    else:
        _show(found)
    ctx.exit(0 if all(share.url or not share.text for share in found.chosen) else 1)


def _show(found: ShareLinks) -> None:
    for (post, language), group in groupby(found.chosen, key=lambda share: (share.post, share.language)):
        say(f"{post}, {language_name(language)}")
        for text, same in groupby(group, key=lambda share: share.text):
            _show_text(text, list(same))
        say()
    if not found.chosen:
        note("None of the posts has such a link." if found.any_post else "No post says anything yet.")
    if not found.page:
        note("Without [posts] link in outreach.toml the posts lead nowhere; Telegram and Facebook need one.")


def _show_text(text: str, same: Sequence[Share]) -> None:
    """Show the text once, and below it the links that carry it. A link is one line, however long: people copy it."""
    for line in text.splitlines():
        say(f"  {line}" if line else "")
    for share in same:
        said = f" ({share.note})" if share.note else ""
        say(f"  {NAMES[share.network]}{said}:" if share.url else f"  {NAMES[share.network]}: no link{said}")
        if share.url:
            click.echo(visible(share.url))


def _the_one(chosen: Sequence[Share]) -> Share:
    """Give the only link there is among those chosen; UsageError, with what to add, when there are more or none."""
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
    """Write the link as a QR code into the file; UsageError for another kind of file, or one that is there."""
    if target.suffix.lower() != ".svg":
        raise UsageError(f"{target}: a QR code is drawn as SVG; name the file so, such as {target.with_suffix('.svg')}")
    if target.exists() and not yes:
        raise UsageError(f"{target} is there already; choose another name, or add --yes")
    code = draw_qr_code(case, share)
    try:
        target.write_bytes(code.svg)
    except OSError as error:
        raise OutreachError(f"{target} cannot be written: {error.strerror}; choose another name") from None
    say(f"{target}: {share.post}, {language_name(share.language)}, {NAMES[share.network]}.")
    say(f"Print it at least {code.centimetres} cm wide: it has {code.squares} squares a side.")
