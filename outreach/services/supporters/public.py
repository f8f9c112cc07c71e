"""Everything that the public pages ask for, in one place: what is offered, forms that come, personal links.

Knows no HTTP. Each call opens and ends its own transaction; what a form causes happens later, so that no answer tells
whether an address is known here.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from outreach.campaign import Campaign
from outreach.db.engine import wait_at_most
from outreach.publishing.untold import Untold
from outreach.rendering.letters.letter import LetterWriter
from outreach.services.supporters import arriving
from outreach.services.supporters.links import confirming, leaving, own_voice
from outreach.services.supporters.links.confirming import Asked
from outreach.services.supporters.links.leaving import Leaving
from outreach.services.supporters.links.mission_stop import mission_stop
from outreach.services.supporters.links.own_voice import OwnVoice
from outreach.services.supporters.looking import Look, look
from outreach.services.supporters.offering import Offer, offer
from outreach.services.supporters.opening import Supporters, open_supporters
from outreach.supporters.arrivals import Arrival
from outreach.supporters.guard.state import State

PATIENCE = 4.0  # seconds that a visitor waits for another process to write
OLDEST_FORM = timedelta(days=1)  # how long a form may lie open in a browser
TAKEN_AT_ONCE = 100  # forms in one round


def open_forms(folder: Path, *, rehearse: bool = False) -> "PublicForms":
    """Open the forms of a campaign; errors as `open_supporters` raises them."""
    supporters = open_supporters(folder, rehearse=rehearse)
    wait_at_most(supporters.store.engine, PATIENCE)
    return PublicForms(supporters)


@dataclass
class PublicForms:
    """What the forms of one campaign can do, by its files as they were read. Make another when these change."""

    supporters: Supporters
    _letters: LetterWriter = field(init=False, repr=False)

    def __post_init__(self) -> None:
        campaign = self.supporters.campaign
        self._letters = LetterWriter(campaign.templates, campaign.settings.words)

    @property
    def campaign(self) -> Campaign:
        """Give the campaign whose forms these are."""
        return self.supporters.campaign

    @property
    def rehearsal(self) -> bool:
        """Say whether nothing of it reaches anybody."""
        return self.supporters.store.rehearsal

    @cached_property
    def offer(self) -> Offer:
        """Say for which cases people may write, and to which missions."""
        return offer(self.campaign, rehearsal=self.rehearsal)

    @cached_property
    def _untold(self) -> Untold:
        return Untold(self.campaign, [case.slug for case in self.offer.cases])

    def renewed(self, campaign: Campaign) -> "PublicForms":
        """Give the same forms by files that were read anew."""
        return PublicForms(replace(self.supporters, campaign=campaign))

    def check(self) -> None:
        """Read something of the store; raises DatabaseError where it cannot be read."""
        arriving.guard(self.supporters)

    def look(self, arrival: Arrival) -> Look | None:
        """Write the letter as a mission would get it with this voice in it; None where none would get one."""
        return look(self.campaign, self.offer, arrival, self._letters, self._untold)

    def accept(self, arrival: Arrival) -> None:
        """Keep a form that was sent: all that its request does. Raises StorageFailed; then nothing of it is kept."""
        arriving.accept(self.supporters, arrival, _now())

    def take_in(self) -> None:
        """Take in what came, and queue the mails that ask who it was. Call it by the clock."""
        arriving.take_in(self.supporters, _now(), TAKEN_AT_ONCE)

    def are_by_mail_only(self) -> bool:
        """Say whether the guard has closed the forms: too much comes that nobody confirms."""
        return arriving.guard(self.supporters).state is State.BY_MAIL_ONLY

    def sign_time(self, form: str) -> str:
        """Sign that a form is shown now."""
        return self.supporters.store.sealer.sign_time(_now(), form)

    def is_fresh(self, signed: str, form: str) -> bool:
        """Say whether a form was shown by us, a day ago at most."""
        shown = self.supporters.store.sealer.signed_at(signed, form)
        return shown is not None and timedelta() <= _now() - shown <= OLDEST_FORM

    def is_too_quick(self, signed: str, form: str) -> bool:
        """Say whether a fresh form came back sooner than a person can fill it in: [web] min_seconds."""
        shown = self.supporters.store.sealer.signed_at(signed, form)
        least = timedelta(seconds=self.campaign.settings.web.min_seconds)
        return shown is not None and _now() - shown < least

    def asked(self, token: str) -> Asked | None:
        """Say what the link "was it you?" asks; None for one that never was. Changes nothing."""
        return confirming.look(self.supporters, token)

    def decide(self, token: str, *, yes: bool, number: int) -> Asked | None:
        """Take the answer to what the page showed under that number, and say how it stands then."""
        return confirming.decide(self.supporters, token, yes=yes, at=_now(), number=number)

    def own_voice(self, token: str) -> OwnVoice | None:
        """Say what became of a voice; None for a link that never was. Changes nothing."""
        return own_voice.look(self.supporters, token)

    def take_back(self, token: str) -> OwnVoice | None:
        """Take a voice back; again it is as once."""
        return own_voice.take_back(self.supporters, token, _now())

    def leaving(self, token: str) -> Leaving | None:
        """Say whose membership a link is about; None for a link that never was. Changes nothing."""
        return leaving.look(self.supporters, token)

    def leave(self, token: str) -> Leaving | None:
        """Take somebody off the list; again it is as once."""
        return leaving.leave(self.supporters, token, _now())

    def rejoin(self, token: str) -> Leaving | None:
        """Put somebody on the list again who left by this link."""
        return leaving.rejoin(self.supporters, token, _now())

    def never_again(self, token: str) -> Leaving | None:
        """Take somebody off the list, and keep only that no mail goes there again."""
        return leaving.never_again(self.supporters, token, _now())

    def stop_mission(self, token: str) -> bool:
        """Write no more to the addresses of a letter to a mission; False where there is none with this token."""
        return mission_stop(self.campaign, token, rehearsal=self.rehearsal)


def _now() -> datetime:
    return datetime.now(UTC)
