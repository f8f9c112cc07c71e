"""Options that work alike in every command: -C, --json, --yes, --case and the like."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from outreach.cases.model import ROUNDS
from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.settings.accounts import NETWORKS
from outreach.text import did_you_mean, shortened

F = TypeVar("F", bound=Callable[..., Any])


def _set_folder(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.find_root().obj = value
        ctx.obj = value


# -C is also taken after the command's name, where people put it.
folder_option = click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    expose_value=False,
    is_eager=True,
    callback=_set_folder,
    hidden=True,
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print CSV that a spreadsheet opens safely.")
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask; do it.")
case_option = click.option("--case", "case_slug", metavar="SLUG", help="Only this case, for example viasna.")


def _one_case(ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> str | None:
    """Take the case that is named; where none is, raise UsageError with the cases there are, and where several are."""
    if len(slugs := tuple(dict.fromkeys(value))) > 1:
        raise UsageError(f"--case is there {len(value)} times ({', '.join(slugs)}): do one case, then the next")
    if not value and not ctx.resilient_parsing:
        from outreach.services.cases import list_cases

        found = {each.case.slug: next(iter(each.case.title.values()), "") for each in list_cases(campaign_folder(ctx))}
        if not found:
            raise UsageError("there is no case yet", next_step=NextStep(Action.NEW_CASE))
        widest = max(map(len, found))
        listed = "".join(f"\n  {slug:{widest}}  {title}" for slug, title in found.items())
        raise UsageError(f"which case? Add --case and one of these:{listed}")
    return next(iter(value), None)


one_case_option = click.option(
    "--case",
    "case_slug",
    metavar="SLUG",
    multiple=True,  # click would take the last, and say nothing of the others
    callback=_one_case,
    help="The case, for example viasna; without it, the cases are listed.",
)
several_cases_option = click.option(
    "--case",
    "case_slugs",
    metavar="SLUG",
    multiple=True,
    callback=lambda ctx, parameter, value: value or (_one_case(ctx, parameter, ()),),
    help="The case, for example viasna; several, or all, make one letter for them; without it, the cases are listed.",
)
although_recent_option = click.option(
    "--although-recent", is_flag=True, help="Also whom we wrote to in the last [letters] spacing_days."
)
round_option = click.option(
    "--round",
    "round_",
    type=click.Choice(ROUNDS),
    default="first",
    help="Which letter of the ask; default: first.",
)
via_option = click.option(
    "--via", metavar="NETWORK,…", multiple=True, help="Posts on these networks only: x, bluesky, mastodon."
)
although_unread_option = click.option(
    "--although-unread", is_flag=True, help="Remind also those whose mail waits to be read."
)
rehearse_option = click.option("--rehearse", is_flag=True, help="Use the rehearsal's own outbox and ledger.")


def read_networks(typed: Iterable[str]) -> tuple[str, ...]:
    """Read the networks of --via, typed as "x,bluesky" or one by one; empty where nothing was typed."""
    names = [name.strip().lower() for text in typed for name in text.split(",")]
    for name in names:
        if name not in NETWORKS:
            raise UsageError(f"--via: unknown network '{shortened(name)}'{did_you_mean(name, NETWORKS)}")
    return tuple(name for name in NETWORKS if name in names)


def campaign_folder(ctx: click.Context) -> Path:
    """Give the folder named with -C, or the current one."""
    folder: Path = ctx.find_root().obj or Path()
    return folder
