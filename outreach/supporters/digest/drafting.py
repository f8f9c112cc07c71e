"""Writes the letters of a digest, fixed to the byte: words, MIME, Message-ID. Writes nothing anywhere."""

from dataclasses import replace

from outreach.campaign import Campaign
from outreach.cases.model import Ask
from outreach.cases.naming import NameFinder
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.drafts import sender_domain
from outreach.outbox.models import Draft, Key, case_key
from outreach.outbox.reference import reference
from outreach.outbox.store import Outbox
from outreach.rendering.letters.digest import digest_context
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.letters.mime import Addressing, Composer
from outreach.rendering.letters.words import letter_language
from outreach.supporters.digest.planning import PlannedDigest


class DigestDrafter:
    """Writes the letters of one digest. Templates are compiled once."""

    def __init__(self, campaign: Campaign, outbox: Outbox, ask: Ask, number: int) -> None:
        """Write for an outbox; `number` is the digest's, and part of each letter's key."""
        self._campaign = campaign
        self._outbox = outbox
        self._ask = ask
        self._number = number
        self._writer = LetterWriter(campaign.templates, campaign.settings.words)
        self._composer = Composer(campaign.settings.sender, bulk=campaign.settings.letters.bulk)
        self._domain = sender_domain(campaign.settings)
        self._finder = NameFinder(campaign.cases)

    def draft(self, letter: PlannedDigest) -> Draft:
        """Write the letter to one mission in its language; TemplateError or DataError when it cannot be written."""
        campaign, mission = self._campaign, letter.planned.mission
        language = letter_language(mission, campaign.settings)
        context = digest_context(
            registry=campaign.registry,
            cases=campaign.cases,
            settings=campaign.settings,
            mission=mission,
            asked=letter.cases,
            ask=self._ask,
            facts=letter.facts,
            language=language,
            today=campaign.today(),
        )
        key = self._key(letter)
        token = self._outbox.token(key)
        message_id = f"<{token}@{self._domain}>"
        written = self._writer.write(replace(context, other_cases=())).with_reference(reference(token))
        addressing = Addressing(message_id, token, context.mission.name, letter.planned.recipients)
        content = self._composer.compose(written, addressing)
        passages = (written.subject, *(block.text for block in written.blocks))
        names = self._finder.names(passages, key.cases)
        return Draft(key, token, message_id, language, letter.planned.recipients, written.subject, content, names=names)

    def _key(self, letter: PlannedDigest) -> Key:
        return Key(
            MessageKind.DIGEST,
            self._ask.id,
            case_key(case.slug for case in letter.cases),
            "",
            self._outbox.channel,
            letter.mission,
            str(self._number),
        )
