"""Names the templates of letters; reads none of them."""

from pathlib import Path

SEVERAL = "several"  # begins the names of the files that make letters for several cases
DIGEST = "digest"  # the round, as templates know it, of the letter that gathers what people ask for; and its files


def template_name(folder: Path, slug: str, round_: str, language: str) -> str:
    """Name the file that makes a letter: the case's own, else the one that all cases share.

    One for several cases has files of its own, since others speak of one case: several.en.md, several.reminder.en.md.
    A digest has the same for one case and several: digest.en.md.
    Where there is neither it is the one that somebody has to write: for first letters the case's own.
    """
    if round_ == DIGEST:
        return f"{DIGEST}.{language}.md"
    own = f"{slug}.{language}.md" if round_ == "first" else f"{slug}.{round_}.{language}.md"
    common = f"{round_}.{language}.md"
    if slug == SEVERAL or (folder / own).is_file():
        return own
    return common if round_ != "first" or (folder / common).is_file() else own
