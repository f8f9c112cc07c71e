"""The option that attaches files to letters, and the words that say what goes with them; reads no file on disk."""

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from outreach.cases.attachments.kinds import word_for
from outreach.mime.attachment import Attachment
from outreach.mime.body import body_of
from outreach.outbox.models import Draft
from outreach.text import listed, size_words

LARGE = 3_000_000  # bytes with one letter, beyond which some servers refuse mail
attach_option = click.option(
    "--attach",
    "attach",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file that goes with each letter, beside those of the case; repeatable.",
)


def file_words(attachment: Attachment) -> str:
    """Name a file with its type, its size, and the beginning of the SHA-256 of its bytes: two views show the same."""
    about = (word_for(attachment.media_type), size_words(attachment.size), attachment.digest[:12])
    return f"{attachment.name} ({', '.join(about)})"


def warn_of_unnamed(drafts: Iterable[Draft], tell: Callable[[str], None]) -> None:
    """Tell where the letters in a language carry a file that their text does not name: one letter of each is read."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        first.setdefault(draft.language, draft)
    for language, draft in first.items():
        text = "".join(body_of(draft.content).split()) if draft.attachments else ""
        if unnamed := [each.name for each in draft.attachments if "".join(each.name.split()) not in text]:
            what = f"the letters in {language} do not name {listed(unnamed, 3)}"
            tell(f"{what}: their layout has no block attachments (docs/templates.md)")


def tell_attachments(sets: Iterable[tuple[str, tuple[Attachment, ...]]], tell: Callable[[str], None]) -> None:
    """Tell which files go with letters, by the letters' language where that differs, and what is large."""
    by_files = dict[tuple[Attachment, ...], list[str]]()
    for language, files in sets:
        languages = by_files.setdefault(files, [])
        if language not in languages:
            languages.append(language)
    for files, languages in by_files.items():
        where = f" in {', '.join(languages)}" if len(by_files) > 1 else ""
        if files:
            tell(f"with each letter{where}: {', '.join(map(file_words, files))}")
        elif where:
            tell(f"with each letter{where}: no file")
        if (total := sum(each.size for each in files)) > LARGE:
            tell(f"{size_words(total)} are more than some servers take: a link to a page is safer")
