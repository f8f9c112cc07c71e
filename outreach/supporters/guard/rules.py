"""Says what becomes of a voice that was confirmed, by its words and by what else came that day. Pure rules.

Nobody outside can tell a verdict: whoever sends hundreds sees the same as whoever sends one. Words always wait for a
person. What is set aside is not counted until a person lets it; everything else counts sooner or later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.supporters.guard.signs import People, Sign, signs_in
from outreach.supporters.statuses import VoiceStatus

LONGEST = 600  # characters of words; a form lets no more through
LONG = "too long"
WORDS = "its words"
DOMAIN = "many voices from one domain within a day"
NETWORK = "most voices of a day from one network"


@dataclass(frozen=True, slots=True)
class Share:
    """How many voices of a day came from one domain or network, this one among them, and how many in all."""

    voices: int
    of: int


@dataclass(frozen=True, slots=True)
class Limit:
    """What trends: at least so many voices, and at least such a part of all."""

    least: int
    part: float

    def is_reached(self, share: Share | None) -> bool:
        """Say whether a share is that much; one that nobody knows is not."""
        return share is not None and share.voices >= self.least and share.voices >= self.part * share.of


# For domains of big mail providers nobody asks (taking.py). A network takes more: many people may come through one, and
# whoever comes through Tor is one of us.
DOMAIN_LIMIT = Limit(least=30, part=0.25)
NETWORK_LIMIT = Limit(least=60, part=0.6)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a voice, and why, in words for the story: the gravest reason first; none for what is counted."""

    status: VoiceStatus
    reasons: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """Say why, in one line."""
        return "; ".join(self.reasons)


def judge(
    words: str, listed: Sequence[str], people: People, *, domain: Share | None = None, network: Share | None = None
) -> Verdict:
    """Say what becomes of a confirmed voice.

    `listed` are the campaign's own words to read, `people` those of its cases. A share is None where nobody asks.
    """
    reasons = [str(sign) for sign in signs_in(words, listed, people)]
    if len(words) > LONGEST:
        reasons.append(LONG)
    trends = [
        why
        for why, limit, share in ((DOMAIN, DOMAIN_LIMIT, domain), (NETWORK, NETWORK_LIMIT, network))
        if limit.is_reached(share)
    ]
    if trends:
        return Verdict(VoiceStatus.SET_ASIDE, (*trends, *reasons))
    if not words.strip():
        return Verdict(VoiceStatus.COUNTED)
    if Sign.THREAT in reasons:
        return Verdict(VoiceStatus.SET_ASIDE, tuple(reasons))
    return Verdict(VoiceStatus.TO_READ, tuple(reasons) or (WORDS,))
