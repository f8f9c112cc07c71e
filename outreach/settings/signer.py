"""Says whether somebody signs the letters, or only a campaign; opens no file."""

from outreach.settings.settings import Settings

WHAT_NEXT = 'Set [sender] name in outreach.toml to the person who signs, and role = "…" to their office'


def nobody_signs(settings: Settings) -> str:
    """Say why nobody signs the letters: the name is blank, a hashtag or the campaign's title; "" where somebody does.

    A mission answers a person. What a campaign is called stands in the letter all the same, as the organisation.
    """
    name = _plain(settings.sender.name)
    if not name:
        return "[sender] name is blank, and somebody signs a letter"
    if settings.sender.name.strip().startswith("#"):
        return f"{settings.sender.name.strip()} is a hashtag, and a person signs a letter"
    if name in (_plain(settings.campaign.title), _plain(settings.campaign.hashtag)):
        return f"{settings.sender.name.strip()} is what the campaign is called, and a person signs a letter"
    return ""


def _plain(name: str) -> str:
    return name.strip().lstrip("#").casefold()
