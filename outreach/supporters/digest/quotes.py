"""Finds words that a letter may quote: of people who agreed, which a person read, one of each group of like texts.

They are unsealed here. What they name is looked for as in everything that leaves: a letter quotes nobody who names
another case, or somebody who did not agree to be named. Names are known in Latin letters: words in other ones go to no
State from which a case is kept. No letter of ours carries a link that somebody else chose.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, or_, select

from outreach.campaign import Campaign
from outreach.cases.naming import NameFinder, Naming
from outreach.outbox.gate.objections import for_the_words
from outreach.rendering.letters.digest import LINE, Quote, choose_quotes, ideal_length
from outreach.rendering.letters.setting.quoting import is_latin
from outreach.rendering.letters.setting.typography import ADDRESS
from outreach.supporters.digest.ranges import Range
from outreach.supporters.digest.tally import ALL, NOT_RAISED, Audience, counts
from outreach.supporters.people import unseal_words
from outreach.supporters.statuses import VoiceStatus
from outreach.supporters.store import Store
from outreach.supporters.tables import digest_quotes, story, voice_cases, voices

POOL = 300  # voices whose words are looked at, those first that are about as long as a quote may be
OVERHEAD = 50  # bytes that a seal and the form of what is sealed take beside the words


@dataclass(frozen=True, slots=True)
class Quotable:
    """Words that may be quoted, for which cases and to which missions they were written, and which are like them."""

    quote: Quote
    cases: frozenset[str]
    missions: str
    group: int

    def is_for(self, audience: Audience) -> bool:
        """Say whether the voice is for a mission."""
        if self.missions == ALL:
            return audience.of_the_ask
        if self.missions == NOT_RAISED:
            return audience.of_the_ask and audience.not_raised
        return audience.state in self.missions.split(";")


class Quotes:
    """The words of one range that may be quoted, each looked at once."""

    def __init__(self, campaign: Campaign, pool: Sequence[Quotable]) -> None:
        self._campaign = campaign
        self._pool = pool
        self._finder = NameFinder(campaign.cases)
        self._fit = dict[tuple[int, tuple[str, ...]], bool]()

    @classmethod
    def read(cls, store: Store, connection: Connection, campaign: Campaign, ask: str, within: Range) -> "Quotes":
        """Read and unseal what may be quoted."""
        if not campaign.settings.digest.quotes:
            return cls(campaign, [])
        ideal = int(ideal_length(campaign.settings.digest.quotes)) - LINE + OVERHEAD
        was_let_through = exists().where(
            story.c.what == "voice",
            story.c.subject == voices.c.id,
            story.c.to_status == VoiceStatus.IN_DIGEST.value,
            story.c.from_status == VoiceStatus.LET_THROUGH.value,
        )
        read = or_(
            voices.c.status == VoiceStatus.LET_THROUGH.value,
            (voices.c.status == VoiceStatus.IN_DIGEST.value) & was_let_through,
        )
        columns = (voices.c.id, voices.c.supporter, voices.c.sealed, voices.c.missions, voices.c.language)
        query = (
            select(*columns, func.coalesce(voices.c.grouping, voices.c.id).label("group"))
            .where(*counts(ask, within), voices.c.may_quote, voices.c.has_words, voices.c.sealed.is_not(None), read)
            .order_by(func.abs(func.length(voices.c.sealed) - ideal), voices.c.id)
            .limit(POOL)
        )
        rows = connection.execute(query).all()
        named = select(voice_cases.c.voice, voice_cases.c.case).where(voice_cases.c.voice.in_([row.id for row in rows]))
        cases = dict[int, set[str]]()
        for voice, slug in connection.execute(named):
            cases.setdefault(voice, set()).add(slug)
        pool = list[Quotable]()
        for row in rows:
            words = unseal_words(store, row.supporter, bytes(row.sealed))
            quote = Quote(row.id, words, row.language)
            pool.append(Quotable(quote, frozenset(cases.get(row.id, ())), row.missions, row.group))
        return cls(campaign, pool)

    def choose(self, audience: Audience, cases: Collection[str]) -> tuple[Quote, ...]:
        """Choose what a letter to a mission about these cases quotes."""
        asked, groups, fit = tuple(sorted(cases)), set[int](), list[Quote]()
        kept = any(case.is_closed_to(audience.state) for case in self._campaign.cases.values())
        for each in self._pool:
            if kept and not is_latin(each.quote.words):
                continue
            if each.group in groups or not each.cases & set(asked) or not each.is_for(audience):
                continue
            if self._may_say(each.quote, asked):
                groups.add(each.group)
                fit.append(each.quote)
        return choose_quotes(fit, self._campaign.settings.digest.quotes)

    def _may_say(self, quote: Quote, cases: tuple[str, ...]) -> bool:
        key = (quote.voice, cases)
        if key not in self._fit:
            names = self._finder.names((quote.words,), cases)
            others = any(named.how is Naming.MENTIONED for named in names)
            today = self._campaign.today()
            links = ADDRESS.search(quote.words) is not None
            withheld = for_the_words(self._campaign, (quote.words,), names, "", today)
            self._fit[key] = not others and not links and not withheld
        return self._fit[key]


def changed_quotes(connection: Connection, digest: int) -> dict[str, int]:
    """Give mission → a voice that the letter to it quotes and that may not be quoted any more."""
    may = (VoiceStatus.LET_THROUGH.value, VoiceStatus.IN_DIGEST.value)
    gone = or_(voices.c.status.not_in(may), voices.c.sealed.is_(None), ~voices.c.may_quote)
    query = select(digest_quotes.c.mission, func.min(digest_quotes.c.voice)).join(
        voices, voices.c.id == digest_quotes.c.voice
    )
    found = query.where(digest_quotes.c.digest == digest, gone).group_by(digest_quotes.c.mission)
    return {mission: voice for mission, voice in connection.execute(found)}  # noqa: C416 - rows are not pairs
