"""`outreach preview --posts`: prints a case's posts as they would go out on each network, with what they count."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from outreach.cli.common.facts import ask_anew, warn_of_facts
from outreach.cli.common.terminal.output import note, say
from outreach.errors import TemplateError
from outreach.services.preview import PostsChoice, PreviewedPost, describe_pictures, preview_posts
from outreach.services.workspace import Workspace


def show_posts(workspace: Workspace, wanted: PostsChoice) -> None:
    """Print every post with its count on each network, and the description of its picture.

    Raises TemplateError at the end when one is too long: it would not be queued.
    """
    found = preview_posts(workspace, wanted)
    for reason, detail in found.objections:
        note(f"Nothing of this would go out: {reason.value} ({detail}). Here it is all the same.")
    warn_of_facts(workspace.campaign, found.case, note)
    ask_anew(workspace.campaign, found.case, note)
    if found.nobody_addressed:
        note("Nobody whom the ask goes to has a handle there; see an addressed post with --mission STATE")
    for _, group in groupby(found.posts, key=lambda item: (item.post.name, item.state)):
        _show(list(group))
    for names, picture in describe_pictures(workspace, wanted, found.posts).items():
        say(f"Picture: {picture} (with {names})")
    if found.problems:
        raise TemplateError(found.problems)


def _show(items: Sequence[PreviewedPost]) -> None:
    """Show one post: where networks share a text it stands once, with what it counts on each."""
    title = f"=== {items[0].post.name}, {items[0].language}{f', to {items[0].state}' if items[0].state else ''}"
    for parts, group in groupby(items, key=lambda item: item.post.parts):
        same = list(group)
        if not parts:
            # The reason once, or a reason for each network.
            say(f"{title}: {', '.join(dict.fromkeys(item.post.left_out for item in same))}")
            say()
        for number, text in enumerate(parts, 1):
            place = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
            _show_text(f"{title}{place}: {_counts(same, number - 1)}", text)


def _show_text(title: str, text: str) -> None:
    say(title)
    say()
    for line in text.split("\n"):
        say(line, hanging=0)
    say()


def _counts(same: Iterable[PreviewedPost], place: int) -> str:
    """Write "x 266 of 280, bluesky 270 of 300"; what is over is said in full."""
    lengths = ((item.post.network, item.lengths[place]) for item in same)
    return ", ".join(
        length.too_long or f"{network} {length.characters} of {length.most}" for network, length in lengths
    )
