"""A letter that nobody got because its address was wrong, once more to the address that the registry has now."""

from collections.abc import Sequence
from datetime import datetime

from outreach.campaign import Campaign
from outreach.cases.asks.ask import choose_ask
from outreach.cases.load import find_cases
from outreach.cases.model import Round
from outreach.db.engine import reading, writing
from outreach.errors import UsageError
from outreach.next_step import Action, NextStep
from outreach.outbox.attachments import StoredFiles, keep
from outreach.outbox.gate.gate import Gate
from outreach.outbox.gate.objections import for_a_draft
from outreach.outbox.ledger import begin
from outreach.outbox.letters.drafts import Drafter
from outreach.outbox.letters.facts import read_facts
from outreach.outbox.letters.plan import LetterRequest, make_plan, without_asked
from outreach.outbox.models import Draft, Entry, Scope, messages
from outreach.outbox.queue import change_by_person, contents, entries
from outreach.outbox.status import Status
from outreach.outbox.store import Outbox


def readdress(
    campaign: Campaign, outbox: Outbox, gate: Gate, refused: Sequence[Entry], at: datetime, by: str
) -> list[int]:
    """Queue letters again for their missions' present addresses, as messages of their own; withdraw the refused ones.

    They carry the files that the refused ones carried.

    Only for rejected and bounced ones: there it is certain that nobody got them. All or none. Returns the new ids;
    raises UsageError when an address is still the same or suppressed, or anything else speaks against writing.
    """
    drafts = [_draft(campaign, outbox, gate, entry) for entry in refused]
    with writing(outbox.engine) as connection:
        new = [begin(connection, draft, at, by) for draft in drafts]
        keep(connection, drafts)
        for entry, message in zip(refused, new, strict=True):
            if message is None:
                raise UsageError(
                    f"message {entry.id} was replaced meanwhile; nothing was changed",
                    next_step=NextStep(Action.LIST_MESSAGES),
                )
            why = f"replaced by message {message}, to another address"
            change_by_person(connection, [entry], Status.WITHDRAWN, at, by, why)
    return [message for message in new if message is not None]


def _draft(campaign: Campaign, outbox: Outbox, gate: Gate, entry: Entry) -> Draft:
    key = entry.key
    round_: Round = key.round  # type: ignore[assignment]
    cases = find_cases(campaign.cases, key.cases)
    request = LetterRequest(
        case=cases[0],
        ask=choose_ask(campaign.asks, key.ask, campaign.today()),
        round=round_,
        to=(key.mission,),
        rehearsal=outbox.rehearsal,
        after_deadline=True,  # when it was queued, the date was agreed to
        others=cases[1:],
    )
    with reading(outbox.engine) as connection:
        answered, suppressed = gate.answers(connection, Scope()), gate.suppressions(connection)
        facts = read_facts(connection, campaign, request, key.channel, answered=answered, suppressed=suppressed)
        content = dict(contents(connection, messages.c.id == entry.id))[entry.id]
        carries = StoredFiles(connection).attachments(content)
    plan = make_plan(campaign, request, without_asked(facts), campaign.today())
    if plan.excluded or plan.without:
        why = (*plan.excluded, *plan.without)[0]
        raise UsageError(f"message {entry.id}: {key.mission} can get no letter now: {why.reason.value} ({why.detail})")
    [letter] = plan.letters
    if {address.casefold() for address in letter.recipients} == {address.casefold() for address in entry.recipients}:
        raise UsageError(f"message {entry.id}: contacts/missions.csv still has the refused address for {key.mission}")
    drafter = Drafter(campaign, request, outbox, key.channel, carries)
    draft = drafter.compose(letter, drafter.letter(letter, entry.language), f"address-{_parts(outbox, entry) + 1}")
    for reason, detail in for_a_draft(campaign, draft, campaign.today()):
        raise UsageError(f"message {entry.id}: {key.mission} can get no letter now: {reason.value} ({detail})")
    return draft


def _parts(outbox: Outbox, entry: Entry) -> int:
    key = entry.key
    with reading(outbox.engine) as connection:
        return len(entries(connection, Scope(key.case, key.ask, key.round, key.channel, key.mission)))
