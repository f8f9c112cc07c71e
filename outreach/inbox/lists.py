"""Says whether list mail of a mission is an answer or its newsletter, by what only the campaign knows."""

from dataclasses import replace

from outreach.cases.naming import NameFinder
from outreach.inbox.kinds import LIST_MAIL, PROOF, Kind, MatchedBy
from outreach.inbox.mail import Classified, Mail, Verdict
from outreach.inbox.matching.addressbook import domain_of
from outreach.inbox.matching.letters import LetterIndex
from outreach.inbox.matching.match import match, plain_subject

_READ = 20_000  # characters of a newsletter
_SHORTEST_SUBJECT = 8  # characters; a shorter one stands in other texts by chance
_NAMED = PROOF | {MatchedBy.SHORT_REFERENCE}


def judge_list_mail(classified: Classified, letters: LetterIndex, names: NameFinder) -> Classified:
    """Correct the verdict on list mail: a mission may send through a group of its own, and that is an answer.

    Its newsletter is not, unless it names a case, a letter or the subject of one.
    """
    sender = classified.mail.sender
    if classified.verdict.rule != LIST_MAIL or not sender:
        return classified
    missions = letters.missions_at(sender) | letters.learnt(sender) | letters.missions_at_domain(domain_of(sender))
    as_reply = replace(classified, verdict=Verdict(Kind.REPLY, "list-of-a-mission"))
    if missions and (not _is_newsletter(classified.mail) or _names_ours(as_reply, letters, missions, names)):
        return as_reply
    return classified


def _is_newsletter(mail: Mail) -> bool:
    return bool(mail.header("List-Unsubscribe")) or mail.header("Precedence").strip().lower() == "bulk"


def _names_ours(classified: Classified, letters: LetterIndex, missions: frozenset[str], names: NameFinder) -> bool:
    """Say whether it names one of our letters, one of their subjects, or a case."""
    text = f"{classified.mail.subject}\n{classified.mail.text[:_READ]}"
    found = match(classified, letters)
    if any(tie.matched_by in _NAMED for tie in found.ties + found.candidates):
        return True
    plain = " ".join(text.casefold().split())
    subjects = {plain_subject(letter.subject) for mission in missions for letter in letters.of_mission(mission)}
    return any(len(one) >= _SHORTEST_SUBJECT and one in plain for one in subjects) or bool(names.names([text], ()))
