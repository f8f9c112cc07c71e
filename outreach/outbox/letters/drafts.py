"""Turns planned letters into drafts fixed to the byte: words, MIME, Message-ID. Writes nothing anywhere."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from outreach.campaign import Campaign
from outreach.cases.attachments.reading import AttachmentReader
from outreach.cases.model import Case
from outreach.cases.naming import NameFinder
from outreach.errors import SettingsError, UsageError
from outreach.mime.attachment import Attachment
from outreach.mime.headers import ascii_domain, mail_address
from outreach.outbox.gate.objections import Reason, for_a_draft
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.plan import Exclusion, LetterRequest, Plan, PlannedLetter
from outreach.outbox.models import Draft, Key, case_key
from outreach.outbox.reference import reference
from outreach.outbox.store import Outbox
from outreach.rendering.letters.letter import Letter, LetterWriter
from outreach.rendering.letters.mime import Addressing, Composer
from outreach.rendering.letters.notes import NoteWriter
from outreach.rendering.letters.setting.markdown import literal
from outreach.rendering.letters.words import letter_context, letter_language
from outreach.rendering.templates.context import LetterContext
from outreach.settings.settings import Settings


class Drafter:
    """Writes the letters of one request. Templates are compiled once."""

    def __init__(
        self,
        campaign: Campaign,
        request: LetterRequest,
        outbox: Outbox,
        channel: str,
        carries: tuple[Attachment, ...] | None = None,
    ) -> None:
        """Write for a channel of this outbox; `carries` are files that go with every letter in place of all others."""
        self._carries = carries
        self._campaign = campaign
        self._request = request
        self._outbox = outbox
        self._channel = channel
        self._writer = LetterWriter(campaign.templates, campaign.settings.words)
        self._composer = Composer(campaign.settings.sender, bulk=campaign.settings.letters.bulk)
        self._domain = sender_domain(campaign.settings)
        self._today = request.goes_on or campaign.today()
        self._finder = NameFinder(campaign.cases)
        self.notes = NoteWriter(campaign.notes, campaign.registry.states, dict(request.notes))
        self._files = AttachmentReader(campaign.folder, campaign.settings.letters.attach_max_mb, request.attach)

    def drafts(self, letters: Iterable[PlannedLetter]) -> Iterator[Draft]:
        for planned in letters:
            yield self.draft(planned)

    def draft(self, planned: PlannedLetter, language: str | None = None, part: str = "") -> Draft:
        """Write one letter in the mission's language, or the one given; TemplateError when it cannot be written."""
        return self.compose(planned, self._words(planned, language), part)

    def letter(self, planned: PlannedLetter, language: str | None = None) -> Letter:
        """Write the words alone, with the reference that the mission's own letter shows."""
        token = self._outbox.token(self._key(planned))
        return self._words(planned, language).with_reference(reference(token))

    def compose(self, planned: PlannedLetter, letter: Letter, part: str = "") -> Draft:
        """Make a message to this mission. Another `part` makes it another message, such as a test letter."""
        key = self._key(planned, part)
        token = self._outbox.token(key)
        message_id = f"<{token}@{self._domain}>"
        name = self._context(planned, letter.language).mission.name
        addressing = Addressing(message_id, token, name, planned.recipients, planned.in_reply_to)
        attachments = self.attachments(planned, letter.language)
        content = self._composer.compose(letter.with_reference(reference(token)), addressing, attachments)
        in_files = (text for each in attachments for text in (each.name, each.text))
        passages = (letter.subject, *(block.text for block in letter.blocks), *in_files)
        names = self._finder.names(passages, key.cases)
        return Draft(
            key=key,
            token=token,
            message_id=message_id,
            language=letter.language,
            recipients=planned.recipients,
            subject=letter.subject,
            content=content,
            names=names,
            attachments=attachments,
            asked_for=self._request.ask.days,
        )

    def attachments(self, planned: PlannedLetter, language: str) -> tuple[Attachment, ...]:
        """Give the files that go with a letter in a language; DataError names those that cannot go."""
        return self._files.of(self._cases(planned), language) if self._carries is None else self._carries

    def _key(self, planned: PlannedLetter, part: str = "") -> Key:
        request = self._request
        return Key(
            MessageKind.LETTER,
            request.ask.id,
            case_key(case.slug for case in self._cases(planned)),
            request.round,
            self._channel,
            planned.mission.state,
            part,
        )

    def _cases(self, planned: PlannedLetter) -> tuple[Case, ...]:
        cases = tuple(case for case in self._request.cases if case.slug in planned.cases)
        return cases or (self._request.case,)

    def _words(self, planned: PlannedLetter, language: str | None) -> Letter:
        language = language or letter_language(planned.mission, self._campaign.settings)
        letter = self._writer.write(self._context(planned, language))
        return letter.with_subject(planned.subject) if planned.subject else letter

    def _context(self, planned: PlannedLetter, language: str) -> LetterContext:
        campaign = self._campaign
        case, *others = self._cases(planned)
        context = letter_context(
            registry=campaign.registry,
            cases=campaign.cases,
            settings=campaign.settings,
            mission=planned.mission,
            case=case,
            others=tuple(others),
            ask=self._request.ask,
            round=self._request.round,
            language=language,
            today=self._today,
            raised_since=planned.raised_since,
        )
        names = tuple(literal(each.name) for each in self.attachments(planned, language))
        context = replace(context, attachments=names) if names else context
        note = self.notes.write(context)
        return replace(context, note=note) if note else context


def without_unwritable(plan: Plan) -> Plan:
    """Take out of a plan the letters to addresses that no mail can carry, such as a local part over 64 characters."""
    why = {letter.mission.state: _unwritable(letter.recipients) for letter in plan.letters}
    letters = tuple(letter for letter in plan.letters if not why[letter.mission.state])
    out = [Exclusion(state, Reason.UNWRITABLE, words) for state, words in why.items() if words]
    return replace(plan, letters=letters, excluded=(*plan.excluded, *out)) if out else plan


def _unwritable(addresses: Iterable[str]) -> str:
    for address in addresses:
        try:
            mail_address("To", address)
        except UsageError as error:
            return str(error)
    return ""


def without_what_may_not_leave(
    campaign: Campaign, plan: Plan, drafts: Iterable[Draft]
) -> tuple[Plan, tuple[Draft, ...]]:
    """Take out of a plan the letters that name what they may not, now that they are written; give both."""
    today = campaign.today()
    letters, kept, excluded = list[PlannedLetter](), list[Draft](), list(plan.excluded)
    for letter, draft in zip(plan.letters, drafts, strict=True):
        if objections := for_a_draft(campaign, draft, today):
            excluded.append(Exclusion(letter.mission.state, *objections[0]))
        else:
            letters.append(letter)
            kept.append(draft)
    return replace(plan, letters=tuple(letters), excluded=tuple(excluded)), tuple(kept)


def sender_domain(settings: Settings) -> str:
    """Give the right side of Message-IDs: the domain of the sender's address."""
    email = settings.sender.email
    if not email:
        raise SettingsError(
            "outreach.toml, column sender.email: blank, but letters come from somebody; write the address you send "
            'from, such as email = "campaign@example.org"'
        )
    return ascii_domain(email.rpartition("@")[2])
