"""Faults in the templates of digests are found before anybody has spoken."""

from pathlib import Path

from outreach.services.checks.trial import try_texts


def test_a_fault_in_a_branch_that_only_many_voices_reach_is_found(campaign_folder: Path) -> None:
    assert not [each for each in try_texts(campaign_folder).problems if "digest." in each.file]
    template = campaign_folder / "templates" / "letters" / "digest.fr.md"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("{{ one.people }}", "{{ one.persons_ }}"), encoding="utf-8")
    [problem] = [each for each in try_texts(campaign_folder).problems if "digest." in each.file]
    assert (problem.file, "has no 'persons_'" in problem.message) == ("templates/letters/digest.fr.md", True)


def test_a_campaign_without_them_has_no_fault(campaign_folder: Path) -> None:
    for template in (campaign_folder / "templates" / "letters").glob("digest.*.md"):
        template.unlink()
    assert not [each for each in try_texts(campaign_folder).problems if "digest" in each.file]
