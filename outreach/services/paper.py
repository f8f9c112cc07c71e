"""Makes letters for paper, one PDF each; says nothing, queues nothing."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from outreach.disk import write_whole
from outreach.errors import StorageFailed
from outreach.outbox.models import case_key
from outreach.rendering.letters.letter import Letter
from outreach.rendering.paper.printer import Page, Unprintable, printer
from outreach.rendering.paper.tree import tree
from outreach.services.preview import ChosenLetter, write_letters
from outreach.services.workspace import Workspace
from outreach.settings.settings import Settings

OWNER = 0o700  # of a folder: letters may be about cases under embargo


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """A letter as PDF under a name that sorts by State, or why it could not be made: then `pdf` is empty."""

    chosen: ChosenLetter
    name: str
    pdf: bytes
    problem: str = ""


def print_letters(
    workspace: Workspace, chosen: Sequence[ChosenLetter], language: str | None
) -> Iterator[PrintedLetter]:
    """Make a PDF of each letter; raises UsageError where nothing can be printed here, TemplateError as `send` does."""
    settings = workspace.campaign.settings
    with printer("letter", settings.posts.font) as press:
        for each, letter in zip(chosen, write_letters(workspace, chosen, language), strict=True):
            cases = case_key(each.planned.cases or (each.request.case.slug,))
            name = f"{each.state.code}-{cases}-{each.request.round}.pdf"
            try:
                yield PrintedLetter(each, name, press.pdf(letter_page(letter, settings)))
            except Unprintable as error:
                yield PrintedLetter(each, name, b"", str(error))


def letter_page(letter: Letter, settings: Settings) -> Page:
    """Give what the page of a letter says: the words that are mailed, below who writes and what it is about."""
    return Page(letter.subject, letter.language, letterhead(settings), tuple(tree(_body(letter))))


def letterhead(settings: Settings) -> tuple[str, ...]:
    """Give who writes, and from where, line by line."""
    sender = settings.sender
    who = sender.organisation or settings.campaign.title
    return tuple(filter(None, (who, *sender.postal_address.splitlines(), sender.reply_to or sender.email)))


def save_pdf(path: Path, pdf: bytes) -> None:
    """Put a PDF in its place, for its owner alone; makes the folder. StorageFailed when it cannot be written."""
    try:
        path.parent.mkdir(mode=OWNER, parents=True, exist_ok=True)
        write_whole(path, pdf)
    except OSError as error:
        with suppress(OSError):
            path.parent.rmdir()  # where it is new, and empty
        raise StorageFailed(f"{path}: cannot be written: {error.strerror or error}") from None


def _body(letter: Letter) -> str:
    return "".join(block.html for block in letter.parts)
