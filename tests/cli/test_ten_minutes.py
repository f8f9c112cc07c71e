"""A stranger's ten minutes: a campaign of one's own, out of a messy sheet, to a rehearsal that can be read."""

from email import message_from_bytes, policy
from pathlib import Path

from tests.conftest import REPOSITORY, Command

MESSY = REPOSITORY / "tests" / "registry" / "imports" / "files" / "messy.xlsx"
STORY = {
    "Story behind": "The Archive is made up. It keeps the records of a village that does not exist.",
    "What happened": "After its report it was closed, so the tests say.",
    "What we want": "That it opens again.",
}
BEGIN = (
    *("init", "ours", "--title", "Voices", "--organisation", "the Example group", "--signs", "A. Example"),
    *("--email", "a@example.org", "--ask-forum", "Human Rights Council", "--ask-session", "66"),
    *("--ask-date", "2127-09-13"),
)
CASE = (
    *("cases", "new", "archive", "--title", "The Archive", "--state", "Belarus", "--person", "P. Example; archivist"),
    *("--source", "Made up for the tests", "--consent", "letters", "--consent-source", "Nobody had to agree"),
)


def test_from_an_empty_folder_to_a_rehearsal_in_five_commands(tmp_path: Path, outreach: Command) -> None:
    folder = tmp_path / "ours"
    assert outreach(*BEGIN, folder=tmp_path).returncode == 0
    outreach("missions", "import", str(MESSY), "--yes", folder=folder)
    assert outreach(*CASE, folder=folder).returncode == 0
    file = folder / "cases" / "archive.md"
    text = file.read_text("utf-8")
    for heading, words in STORY.items():  # what somebody types into the one file that is written by hand
        before, _, after = text.partition(f"## {heading}\n")
        text = f"{before}## {heading}\n\n{words}\n{after}"
    file.write_text(text, encoding="utf-8")

    checked = outreach("cases", "check", folder=folder)
    sent = outreach("send", "--case", "archive", folder=folder)

    assert (checked.returncode, checked.stdout) == (0, "")
    assert "A rehearsal: they lie in the folder rehearsal" in sent.stdout
    letters = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "rehearsal" / "new").iterdir())
    ]
    assert letters
    for letter in letters:
        part = letter.get_body(("plain",))
        assert part is not None
        words = " ".join(part.get_content().split())
        assert all(said in words for said in STORY.values())
        assert "at the 66th session of the Human Rights Council, on 13 September 2127" in words
        assert "<!--" not in words
        assert "Viasna" not in words
