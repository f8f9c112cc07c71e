"""Names the templates of letters; reads none of them."""

from pathlib import Path

SEVERAL = "several"  # begins the names of the files that make letters for several cases


def template_name(folder: Path, slug: str, round_: str, language: str) -> str:
    """Name the file that makes a letter: the case's own, else the one that all cases share.

    One for several cases has files of its own, since others speak of one case: several.en.md, several.reminder.en.md.
    Where there is neither it is the one that somebody has to write: for first letters the case's own.
    """
    own = f"{slug}.{language}.md" if round_ == "first" else f"{slug}.{round_}.{language}.md"
    common = f"{round_}.{language}.md"
    if slug == SEVERAL or (folder / own).is_file():
        return own
    return common if round_ != "first" or (folder / common).is_file() else own
