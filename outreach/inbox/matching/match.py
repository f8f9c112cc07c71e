"""Says which letter a message answers, and how sure that is; reads the outbox through `letters`, writes nothing.

The ways are tried in the order of `kinds.MatchedBy`; the first that names a letter wins, and ties every case it names.
In-Reply-To and References count as one way, since mail programs put the cases of one answer in either; to them come
the letters that the writer names by token or reference. Of several letters about one case the newest is meant. A letter
may ask for several cases: who answers it answers all of them, and letters that share a case are about one matter.

    what it names                                         tied              for a person to choose from
    letters of one mission                                one for each case
    letters of several missions, the sender of one known  those of that one
    letters of several missions, or of another one than   nothing           all of them
    the sender's
    a letter by its short reference only, the sender not  nothing           that letter
    at the mission's, ministry's or government's domain
    nothing, and the sender's mission got letters
    - about one case before that                          that letter
    - about several, and the subject is one's             that letter
    - else                                                nothing           one for each case

What machines say of a letter (bounce, delay, delivered, read, complaint) is believed with a token or Message-ID of ours
only: everything else can be forged by somebody who wants a mission's address closed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from operator import itemgetter

from outreach.inbox.kinds import AMBIGUOUS, CERTAINTY, LOWEST_CERTAINTY, NEEDS_PROOF, PROOF, Kind, MatchedBy
from outreach.inbox.mail import Classified, Mail
from outreach.inbox.matching.addressbook import domain_of, is_system
from outreach.inbox.matching.authentication import SenderCheck, sender_check
from outreach.inbox.matching.letters import LetterIndex, OutboxLetter
from outreach.inbox.mime.addresses import addresses
from outreach.outbox.reference import LENGTH, find_references
from outreach.outbox.status import Status

LONGEST_TEXT = 400_000  # characters that are searched for tokens and references
# Clocks of other people's machines, and a Date that names a day in another zone.
EARLY = timedelta(days=1)
FROM_A_MAILBOX = frozenset({Kind.REPLY, Kind.AUTO_REPLY})

_ENVELOPE = frozenset({"x-delivered-to", "x-forwarded-to", "x-rcpt-to", "x-real-to"})  # beside those of Mail.recipients
_FOR = re.compile(r"\bfor\s+<?([^\s<>;,]{1,320}@[^\s<>;,]{1,255})", re.IGNORECASE)
_FULL_TOKEN = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")  # in lower case
# Each letter of a token as "a", all else as a space: as many in a row as a token has are found at once, and few texts
# have them.
_LETTERS = bytes(97 if 97 <= byte <= 122 or 50 <= byte <= 55 else 32 for byte in range(256))
_AS_LONG = b"a" * 26
# Re:, RE[2]:, AW:, WG:, TR:, Rép. :, RV:, RES:, Fwd:, SV:, VS:, Antw.: before a subject, any number of them.
_PREFIXES = re.compile(
    r"(?:\s*(?:re|r[eé]p|res|aw|antw|wg|tr|rv|rif|i|sv|vs|fwd?|enc)\.?\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：])+\s*",
    re.IGNORECASE,
)
_SHORTEST_SUBJECT = 8  # characters; a shorter one stands in other subjects by chance


@dataclass(frozen=True, slots=True)
class Tie:
    """The letter that a message answers. `message` is its id; None when a person tied it to a case without a letter."""

    message: int | None
    ask: str
    case: str
    mission: str
    matched_by: MatchedBy
    certainty: float


@dataclass(frozen=True, slots=True)
class Match:
    """What a message answers. `candidates` are for a person to choose from, where nothing is tied.

    `own_copy`: it is our own letter, as the archive got it, which proves that it left. `own`: we wrote it ourselves
    (a colleague in the thread, a copy from Sent), so it is nobody's answer. `new_address`: the mission wrote from an
    address that contacts/missions.csv does not have. `sender_check`: what our own mail server says of the sender.
    """

    ties: tuple[Tie, ...] = ()
    candidates: tuple[Tie, ...] = ()
    new_address: bool = False
    own_copy: bool = False
    own: bool = False
    sender_check: SenderCheck = SenderCheck.UNKNOWN


NamedLetters = dict[int, tuple[OutboxLetter, MatchedBy]]  # letters by their id, and what named each first


def match(classified: Classified, letters: LetterIndex) -> Match:
    """Match a message to the letters that it answers, as the table above says. Never raises on what it holds."""
    checked = sender_check(classified.mail, letters.book.own_servers)
    return replace(_match(classified, letters), sender_check=checked)


def _match(classified: Classified, letters: LetterIndex) -> Match:
    mail, kind = classified.mail, classified.verdict.kind
    if kind not in NEEDS_PROOF:
        if copy := _own_copy(mail, letters):
            return Match(_ties({copy.id: (copy, MatchedBy.ORIGINAL_MESSAGE_ID)}), own_copy=True)
        if _is_ours(mail, letters):
            return Match(own=True)
    found = _named(classified, letters)
    if kind in NEEDS_PROOF:
        return Match(_ties(found))
    if found:
        return _of_sender(classified, found, letters)
    return _by_sender(classified, letters) if kind in FROM_A_MAILBOX else Match()


def _own_copy(mail: Mail, letters: LetterIndex) -> OutboxLetter | None:
    """Find our own letter come back to us. What a mission's machine sends with its Message-ID is not a copy."""
    letter = letters.by_message_ids([mail.message_id]).get(mail.message_id) if mail.message_id else None
    if letter is None or mail.sender in map(str.lower, letter.recipients):
        return None
    domain = letter.message_id.strip("<>").rpartition("@")[2]
    return letter if letters.book.is_own(mail.sender) or domain_of(mail.sender) == domain else None


def _is_ours(mail: Mail, letters: LetterIndex) -> bool:
    """Say whether we wrote it. A group or list may put its own address into From, and the writer elsewhere."""
    book = letters.book
    named = [found for name in ("X-Original-From", "Reply-To") for found in addresses(mail.header(name))]
    return book.is_own(mail.sender) and all(book.is_own(one) or book.is_colleague(one) for one in named)


def _named(classified: Classified, letters: LetterIndex) -> NamedLetters:
    """Find the letters that the message itself names, by the first way that names any."""
    mail, verdict = classified.mail, classified.verdict
    found = _noted(MatchedBy.ENVELOPE, letters.by_tokens(tokens_in(came_to(mail))).values())
    found = found or _noted(MatchedBy.ORIGINAL_MESSAGE_ID, letters.by_message_ids(verdict.original_ids).values())
    if found:
        return found
    threads = _in_thread(mail, letters)
    if threads and verdict.kind in NEEDS_PROOF:
        return threads
    return threads | _in_words(mail, letters, threads, proof=verdict.kind in NEEDS_PROOF)


def came_to(mail: Mail) -> Iterator[str]:
    """Give the addresses that it came to: as its headers name them, and as the servers on its way were told.

    The latter stand in Received: … for <…> (RFC 5321, section 4.4), also where a mailbox writes no Delivered-To.
    """
    yield from mail.recipients
    for name, value in mail.headers:
        if name.lower() == "received":
            yield from (told[1] for told in _FOR.finditer(value))
        elif name.lower() in _ENVELOPE:
            yield value


def _in_thread(mail: Mail, letters: LetterIndex) -> NamedLetters:
    found = letters.by_message_ids((*mail.in_reply_to, *reversed(mail.references)))
    answered = [letter for id_, letter in found.items() if id_ in mail.in_reply_to]
    return _noted(MatchedBy.REFERENCES, found.values()) | _noted(MatchedBy.IN_REPLY_TO, answered)


def _in_words(mail: Mail, letters: LetterIndex, beside: NamedLetters, *, proof: bool) -> NamedLetters:
    """Find the letters whose token or short reference stands in the subject or the text.

    Beside a thread, only those of the thread's mission about other cases.
    """
    text = "\n".join(_texts(mail))
    found = _noted(MatchedBy.TOKEN, letters.by_tokens(tokens_in([text])).values())
    if not proof and (beside or not found):
        known = {letter.token[:LENGTH] for letter, _ in beside.values()}
        shown = letters.by_short_references(named for named in find_references(text) if named not in known)
        found = _noted(MatchedBy.SHORT_REFERENCE, shown.values()) | found
    return _of_same_mission(found, beside) if beside else found


def _of_same_mission(found: NamedLetters, beside: NamedLetters) -> NamedLetters:
    missions = {letter.mission for letter, _ in beside.values()}
    cases = {about for letter, _ in beside.values() for about in letter.about}
    return {
        id_: (letter, way)
        for id_, (letter, way) in found.items()
        if letter.mission in missions and not letter.about <= cases
    }


def _noted(way: MatchedBy, found: Iterable[OutboxLetter]) -> NamedLetters:
    return {letter.id: (letter, way) for letter in found}


def _are_one_matter(named: NamedLetters) -> bool:
    """Say whether letters hang together: each shares a case with another, as a reminder does with what it follows."""
    first, *rest = [letter.about for letter, _ in named.values()] or [frozenset()]
    while joined := [about for about in rest if about & first]:
        first = first.union(*joined)
        rest = [about for about in rest if not about <= first]
    return bool(first) and not rest


def tokens_in(texts: Iterable[str]) -> Iterator[str]:
    """Find what is written like a message's token: 26 letters of base32 that stand alone."""
    for text in texts:
        lower = text.lower()
        if _AS_LONG in lower.encode("utf-8", "replace").translate(_LETTERS):
            yield from _FULL_TOKEN.findall(lower)


def _texts(mail: Mail) -> Iterator[str]:
    """Give what a person or machine wrote, and the letters attached to it; the HTML twin of a text is left out."""
    yield mail.subject
    yield mail.text[:LONGEST_TEXT]
    room = LONGEST_TEXT - min(LONGEST_TEXT, len(mail.text))
    for part in mail.parts:
        is_body = not part.depth and part.content_type in ("text/html", "text/plain")
        if not (is_body and mail.text) and part.text != mail.text:
            yield part.text[:room]
            room -= min(room, len(part.text))


def _ties(found: NamedLetters) -> tuple[Tie, ...]:
    """Make a tie for each mission and case, to its newest letter; none by a way that is not sure enough."""
    sure = [id_ for id_ in sorted(found) if CERTAINTY[found[id_][1]] >= LOWEST_CERTAINTY]
    newest = {about: id_ for id_ in sure for about in sorted(found[id_][0].about)}
    return tuple(_tie(about, *found[id_]) for about, id_ in sorted(newest.items(), key=itemgetter(1, 0)))


def _tie(about: tuple[str, str, str], letter: OutboxLetter, way: MatchedBy) -> Tie:
    return Tie(letter.id, *about, way, CERTAINTY[way])


def _candidates(found: NamedLetters) -> Match:
    return Match(candidates=tuple(replace(tie, certainty=AMBIGUOUS) for tie in _ties(found)))


def _of_sender(classified: Classified, found: NamedLetters, letters: LetterIndex) -> Match:
    """Tie to the letters that are named, unless this sender passed on somebody else's letter."""
    mail = classified.mail
    missions = {letter.mission for letter, _ in found.values()}
    known = _missions_of(mail.sender, letters)
    if letters.book.is_colleague(mail.sender) or (known and not known & missions):
        return _candidates(found)
    theirs = {id_: named for id_, named in found.items() if not known or named[0].mission in known}
    if len({letter.mission for letter, _ in theirs.values()}) > 1:
        return _candidates(found)
    if all(way is MatchedBy.SHORT_REFERENCE for _, way in theirs.values()) and not any(
        _may_speak_of(mail.sender, letter, letters) for letter, _ in theirs.values()
    ):
        return _candidates(theirs)
    ties = _ties(theirs)
    return Match(ties, new_address=_is_new(classified, ties, letters))


def _may_speak_of(sender: str, letter: OutboxLetter, letters: LetterIndex) -> bool:
    """Say whether a letter's short reference from this sender is its mission's.

    It is shown to everybody who sees the letter, and proves nothing of a stranger who quotes it.
    """
    learnt = letter.mission in letters.learnt(sender)
    return learnt or letters.book.speaks_for(sender, letter.mission, letter.recipients)


def _missions_of(sender: str, letters: LetterIndex) -> frozenset[str]:
    """Name every mission that somebody at this address may speak for, as far as is known."""
    by_people = letters.learnt(sender)
    return by_people | (letters.missions_at(sender) or letters.missions_at_domain(domain_of(sender)))


def _is_new(classified: Classified, ties: tuple[Tie, ...], letters: LetterIndex) -> bool:
    sender = classified.mail.sender
    if classified.verdict.kind is not Kind.REPLY or is_system(sender) or letters.book.is_own(sender):
        return False
    sure = PROOF | {MatchedBy.SHORT_REFERENCE, MatchedBy.DOMAIN}
    return any(tie.matched_by in sure and not letters.book.is_listed(sender, tie.mission) for tie in ties)


def _by_sender(classified: Classified, letters: LetterIndex) -> Match:
    """Match by the sender when nothing in the message names a letter; date and subject choose among its letters."""
    mail = classified.mail
    way, missions = _mission_by_sender(mail.sender, letters)
    about = _noted(way, (letter for mission in missions for letter in _arrived_before(mail, mission, letters)))
    if len(missions) != 1 or not about:
        return _candidates(_noted(way, (letter for mission in missions for letter in letters.of_mission(mission))))
    chosen = about if _are_one_matter(about) else _by_subject(mail.subject, about)
    if not chosen:
        return _candidates(about)
    ties = _ties(chosen)
    return Match(ties, new_address=_is_new(classified, ties, letters))


def _mission_by_sender(sender: str, letters: LetterIndex) -> tuple[MatchedBy, frozenset[str]]:
    """Name the missions an address stands for; what a person decided about it weighs more than its domain."""
    if is_system(sender):
        return MatchedBy.ADDRESS, frozenset()
    if missions := letters.missions_at(sender):
        return MatchedBy.ADDRESS, missions
    at_domain, learnt = letters.missions_at_domain(domain_of(sender)), letters.learnt(sender)
    if at_domain and not learnt - at_domain:
        return MatchedBy.DOMAIN, at_domain
    return MatchedBy.LEARNT, learnt


def _arrived_before(mail: Mail, mission: str, letters: LetterIndex) -> list[OutboxLetter]:
    """List letters that were taken before the message was written, and that did not come back."""
    at = mail.received_at or mail.date
    found = letters.of_mission(mission, at + EARLY) if at else letters.of_mission(mission)
    return [letter for letter in found if letter.status is not Status.BOUNCED]


def _by_subject(subject: str, about: NamedLetters) -> NamedLetters:
    """Choose the letters of the one case whose subject this is, or stands in it; none when it fits several."""
    asked = plain_subject(subject)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda theirs: theirs == asked,
        lambda theirs: len(theirs) >= _SHORTEST_SUBJECT and theirs in asked,
    )
    for fits in tests:
        chosen = {id_: named for id_, named in about.items() if fits(plain_subject(named[0].subject))}
        if _are_one_matter(chosen):
            return chosen
    return {}


@lru_cache(maxsize=4096)  # the letters about one case share theirs
def plain_subject(subject: str) -> str:
    """Write a subject as subjects are compared: no Re: and its like in other languages, no case, no doubled spaces."""
    subject = subject[:1000]
    before = _PREFIXES.match(subject)
    return " ".join(subject[before.end() if before else 0 :].casefold().split())
