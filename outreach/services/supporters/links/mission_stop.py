"""A mission's one click (RFC 8058): the addresses that a letter went to get no more letters. Knows no supporter."""

from outreach.campaign import Campaign
from outreach.db.engine import writing
from outreach.outbox.store import existing_outbox, now
from outreach.outbox.suppressions import suppress_letter

REASON = "asked by one click to get no more letters"


def mission_stop(campaign: Campaign, token: str, *, rehearsal: bool) -> bool:
    """Write no more to the addresses of the letter with this token; again it is as once. False where there is none."""
    outbox = existing_outbox(campaign.folder, campaign.settings, rehearsal=rehearsal)
    if outbox is None:
        return False
    with writing(outbox.engine) as connection:
        return suppress_letter(connection, token, REASON, now())
