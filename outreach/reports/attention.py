"""What needs a person today, the gravest first, each with the command to type (DESIGN.md, section 4, rule 8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from outreach.inbox.desk.answers import AnswerKey
from outreach.inbox.desk.tasks import Trouble
from outreach.inbox.evidence.effects import speaks_of_us
from outreach.inbox.kinds import Kind, Severity
from outreach.inbox.matching.addressbook import normal
from outreach.outbox.letters.listing import Asking
from outreach.outbox.status import HELD, WAITING, Status
from outreach.reports.survey import Survey

HELD_BY_A_RUN = "held by a run at work now; one on another machine that died frees them after 15 minutes"
MOST_REMINDERS = 5  # lines
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that needs a person: what and how many, what it means, and the command to type."""

    what: str
    number: int
    meaning: str
    command: str


def attention(survey: Survey) -> list[Attention]:
    """Everything that needs a person; nothing is named of which there is none."""
    flag = " --rehearse" if survey.rehearsal else ""
    needs = (*_outcomes(survey, flag), *_came_back(survey, flag), *_desk(survey, flag), *_reminders(survey, flag))
    waiting = (*_on_the_way(survey, flag), *_scheduled(survey, flag))
    return [need for need in (*needs, *waiting) if need.number]


def _outcomes(survey: Survey, flag: str) -> Iterator[Attention]:
    letters, posts = survey.letters, survey.posts_by_status()
    yield Attention(
        "unconfirmed",
        letters[Status.UNCONFIRMED],
        "nobody knows whether the server took them; look in the archive mailbox or ask; then outreach queue settle",
        f"outreach queue list --status unconfirmed{flag}",
    )
    yield Attention(
        "rejected",
        letters[Status.REJECTED],
        "refused for good; mend the cause, then: outreach queue retry ID (--new-address if that was wrong)",
        f"outreach queue list --status rejected{flag}",
    )
    yield Attention(
        "posts unconfirmed",
        posts[Status.UNCONFIRMED],
        "nobody knows whether the network took them; this says what the account shows of each, and what to type",
        f"outreach queue settle{flag}",
    )
    yield Attention(
        "posts rejected",
        posts[Status.REJECTED],
        "the network refused them for good; the list says why; mend that, then outreach queue retry ID",
        f"outreach queue list --status rejected{flag}",
    )


def _scheduled(survey: Survey, flag: str) -> Iterator[Attention]:
    """Posts that wait: for their time, for a network that was busy, or only for a run."""
    waiting = [post for post in survey.posts if post.status in WAITING]
    due, watch = sum(post.due <= survey.at for post in waiting), f"outreach queue run --watch{flag}"
    held = sum(post.status in HELD for post in survey.posts)
    yield Attention("posts due", due, "waiting to go out", f"outreach queue run{flag}")
    yield Attention("posts scheduled", len(waiting) - due, "they go at their times, as long as a run watches", watch)
    yield Attention("posts in flight", held, HELD_BY_A_RUN, f"outreach queue list{flag}")


def _on_the_way(survey: Survey, flag: str) -> Iterator[Attention]:
    letters = survey.letters
    run, look = f"outreach queue run{flag}", f"outreach queue list{flag}"
    yield Attention("deferred", letters[Status.DEFERRED], "refused for now; they go when their time has come", run)
    yield Attention("queued", letters[Status.QUEUED] - survey.held, "waiting to be sent", run)
    yield Attention("claimed", letters[Status.CLAIMED], HELD_BY_A_RUN, look)
    yield Attention("sending", letters[Status.SENDING], HELD_BY_A_RUN, look)


def _came_back(survey: Survey, flag: str) -> Iterator[Attention]:
    """Letters that bounced, by why; those whose mission answered all the same need nobody any more."""
    silent = {_key(asking) for asking, reach, answer in survey.found if reach.status is Status.BOUNCED and not answer}
    bounces = [trouble for trouble in survey.tasks.troubles if trouble.kind is Kind.BOUNCE]
    why = {_key(bounce): bounce for bounce in bounces if bounce.status is Status.BOUNCED and _key(bounce) in silent}
    policy = sum(speaks_of_us(bounce.code) for bounce in why.values())
    transient = sum(_is_transient(bounce) for bounce in why.values())
    listed = f"outreach queue list --status bounced{flag}"
    yield Attention(
        "came back",
        policy,
        "refused by a policy, which is about our own set-up and not the address: mend it, then outreach queue retry ID",
        "outreach doctor",
    )
    yield Attention(
        "came back",
        len(silent) - policy - transient,
        "the address is wrong: correct it in contacts/missions.csv, then outreach queue retry ID --new-address",
        listed,
    )
    yield Attention(
        "came back", transient, "a full mailbox or the like: some days later, outreach queue retry ID", listed
    )
    yield Attention(
        "came back in part",
        len({(bounce.message, bounce.address) for bounce in bounces if _is_in_part(survey, bounce)}),
        "one of a mission's addresses is wrong, another took the letter: correct it in contacts/missions.csv",
        f"outreach replies list --kind bounce{flag}",
    )


def _is_transient(bounce: Trouble) -> bool:
    return bounce.severity == Severity.TRANSIENT and not speaks_of_us(bounce.code)


def _is_in_part(survey: Survey, bounce: Trouble) -> bool:
    """Whether the letter reached another address, and the registry still has this one."""
    mission = survey.campaign.registry.missions.get(bounce.mission)
    known = {normal(address) for address in mission.emails} if mission else set()
    return bounce.status in (Status.SENT, Status.DELIVERED) and bounce.address in known


def _desk(survey: Survey, flag: str) -> Iterator[Attention]:
    tasks, listed = survey.tasks, "outreach replies list"
    yield Attention(
        "unread",
        tasks.unread,
        "replies: read them, then outreach replies mark ID --stance …",
        f"{listed}{flag}",
    )
    yield Attention(
        "unmatched",
        tasks.unmatched,
        "mail that no letter could be found for: outreach replies assign ID --mission … --case …",
        f"{listed} --unmatched{flag}",
    )
    yield Attention(
        "unreadable",
        tasks.unreadable,
        "mail that could not be read, so that nobody knows what it is: outreach replies show ID",
        f"{listed} --unreadable{flag}",
    )
    yield Attention(
        "new address",
        0 if survey.rehearsal else tasks.new_contacts,  # nobody's address is learnt from a rehearsal
        "missions answered from addresses that we do not have: outreach replies contact ID",
        f"{listed} --kind reply{flag}",
    )
    answered = {_key(asking) for asking, _, answer in survey.found if answer}
    delays = [trouble for trouble in tasks.troubles if _is_standing_delay(survey, trouble)]
    delayed = {delay.message for delay in delays if _key(delay) not in answered}
    yield Attention(
        "delayed",
        len(delayed),
        "a server has been trying for more than a day; ask the mission, or look at the address",
        f"{listed} --kind delay{flag}",
    )


def _is_standing_delay(survey: Survey, trouble: Trouble) -> bool:
    """Whether no better or worse news followed within a day."""
    return trouble.kind is Kind.DELAY and trouble.status is Status.SENT and survey.at - trouble.at > A_DAY


def _reminders(survey: Survey, flag: str) -> Iterator[Attention]:
    yield Attention(
        "held back",
        survey.held,
        "reminders that may not leave any more, most likely because the mission answered: outreach queue withdraw ID",
        f"outreach queue list --status queued --status deferred{flag}",
    )
    due = survey.due.most_common()
    for (case, ask), number in due[:MOST_REMINDERS]:
        meaning = f"asked {survey.campaign.settings.reminder.after_days} days ago or more, and silent since"
        yield Attention("no answer", number, meaning, f"outreach send --case {case} --ask {ask} --round reminder{flag}")
    rest = sum(number for _, number in due[MOST_REMINDERS:])
    yield Attention("no answer", rest, "the same, for more cases and asks", f"outreach status --csv{flag}")


def _key(about: Asking | Trouble) -> AnswerKey:
    return about.ask, about.case, about.mission
