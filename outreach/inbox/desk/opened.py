"""A stored message read again from its raw file: what was folded away, and which letters it may answer."""

from sqlalchemy import Connection

from outreach.campaign import Campaign
from outreach.inbox.classify.classify import classify
from outreach.inbox.matching.letters import LetterIndex
from outreach.inbox.matching.match import Tie, match
from outreach.inbox.mime.parse import read_mail
from outreach.inbox.newtext.newtext import new_text


def folded(raw: bytes) -> str:
    """What is no new text of a message: quotes and signature; never raises, whatever the bytes."""
    return new_text(read_mail(raw)).folded


def candidates(connection: Connection, campaign: Campaign, raw: bytes) -> tuple[Tie, ...]:
    """The letters that a message may answer, too unsure to tie it: for a person to choose from."""
    letters = LetterIndex(connection, campaign.registry, campaign.settings)
    return match(classify(raw), letters).candidates
