"""In earnest a person signs a letter; a server on this machine may be for trying things out."""

from pathlib import Path

import pytest

from outreach.settings.load import load_settings
from outreach.settings.signer import nobody_signs
from tests.conftest import Command

OFF_THIS_MACHINE = {"OUTREACH_SMTP__HOST": "mail.example.invalid", "OUTREACH_SENDER__EMAIL": "us@signers.net"}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("A. Person", ""),
        ("The team of the River campaign", ""),
        ("#EndReprisals", "is a hashtag"),
        ("#Other", "is a hashtag"),
        ("endreprisals", "is what the campaign is called"),
        (" ", "is blank"),
    ],
)
def test_a_hashtag_or_the_campaign_itself_signs_nothing(
    campaign_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.setenv("OUTREACH_SENDER__NAME", name)

    found = nobody_signs(load_settings(campaign_folder))

    assert why in found
    assert bool(found) == bool(why)


def test_in_earnest_it_is_refused_and_in_a_rehearsal_only_told(campaign_folder: Path, outreach: Command) -> None:
    choice = ("send", "--case", "beacon", "--dry-run", "--to", "JPN")

    refused = outreach(*choice, folder=campaign_folder, env=OFF_THIS_MACHINE)
    told = outreach(*choice, "--rehearse", folder=campaign_folder, env=OFF_THIS_MACHINE)
    signed = outreach(*choice, folder=campaign_folder, env={**OFF_THIS_MACHINE, "OUTREACH_SENDER__NAME": "A. Person"})

    assert refused.returncode == 2
    assert "#EndReprisals is a hashtag, and a person signs a letter. Set [sender] name" in refused.stderr
    assert "role = " in refused.stderr
    assert told.returncode == 0
    assert "Before you send in earnest: #EndReprisals is a hashtag" in told.stdout
    assert "signs a letter" not in signed.stdout + signed.stderr
