"""Finds the words of one letter: from State, mission, record, case and ask to a LetterContext; reads no files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from outreach.cases.asks.sentence import occasion, request, words_of
from outreach.cases.mentions import why_not_to_mention
from outreach.cases.model import Ask, Case, Person, Use
from outreach.cases.theme import of_mention, theme_texts
from outreach.errors import DataError, Problem
from outreach.grammar import of_state, written_date, written_month
from outreach.language import best_language, grammar_of, language_name
from outreach.registry.ambassadors import ambassador_of
from outreach.registry.model import Mission, Registry, State
from outreach.registry.state_names.finding import name_in
from outreach.registry.states import short_name
from outreach.rendering.letters.addresses import address_in
from outreach.rendering.letters.documents import reference_texts
from outreach.rendering.letters.record import Window, raised_by_state, records
from outreach.rendering.letters.reference import PLACE_OF_REFERENCE, reference_words
from outreach.rendering.letters.sections import story_words, suggested_words
from outreach.rendering.letters.several import brief, several_text
from outreach.rendering.templates.context import (
    AskWords,
    CampaignWords,
    CaseWords,
    ExtraWords,
    LetterContext,
    MissionWords,
    PersonWords,
    RecordWords,
    SenderWords,
    StateWords,
    ThemeWords,
)
from outreach.settings.settings import Settings
from outreach.settings.words import NO_WORDS, LanguageWords
from outreach.text import unwrapped

MISSION = {
    "en": "Permanent Mission {of} to the United Nations Office at Geneva",
    "fr": "Mission permanente {of} auprès de l'Office des Nations Unies à Genève",
    "es": "Misión Permanente {of} ante la Oficina de las Naciones Unidas en Ginebra",
}
OBSERVER_MISSION = {
    "en": "Permanent Observer Mission {of} to the United Nations Office at Geneva",
    "fr": "Mission permanente d'observation {of} auprès de l'Office des Nations Unies à Genève",
    "es": "Misión Permanente de Observación {of} ante la Oficina de las Naciones Unidas en Ginebra",
}


def letter_language(mission: Mission, settings: Settings) -> str:
    """Choose the mission's language if the campaign writes it (pt for pt-BR too), otherwise the campaign's first."""
    languages = settings.campaign.languages
    return best_language(mission.language, languages) or (languages[0] if languages else mission.language)


def letter_context(
    *,
    registry: Registry,
    cases: Mapping[str, Case],
    settings: Settings,
    mission: Mission,
    case: Case,
    ask: Ask,
    round: str,  # noqa: A002 - the field's own word (DESIGN.md, section 2)
    language: str,
    today: date | None = None,
    raised_since: date | None = None,
    others: tuple[Case, ...] = (),
) -> LetterContext:
    """Find the words of one letter. What does not depend on the mission is found once per cases, ask and language.

    It asks for `case`, and where there are `others`, for these too.

    The record is told as it was before the ask's first day; thanks speak of where the case was raised since, or since
    `raised_since`, the day on which the State was asked. A State that raised the case before is asked to do so again.
    Another case is mentioned where that is allowed on the day `today`, and never to a State that it is closed to or
    that raised it already, whenever that was.
    Raises DataError when case or ask has no words in the language.
    """
    since = (raised_since or ask.date) if round == "thanks" else None
    wording = _wording(Nouns(registry, cases, settings, (case, *others), ask, language, today, since))
    return wording.letter(mission, round)


def state_words(state: State, language: str, own: LanguageWords = NO_WORDS) -> StateWords:
    """Give the State's names in a language, with straight apostrophes and without footnote marks.

    A language beyond the built-in ones has no formal names but the campaign's `own`: the short one stands for it.
    """
    grammar = grammar_of(language)
    name = _plain(own.states.get(state.code) or short_name(state, language))
    formal = _plain(state.formal.get(grammar, "")) or name
    of = own.of_states.get(state.code) or of_state(formal, language)
    return StateWords(state.code, name, formal, of, state.observer)


def mission_title(state: StateWords, language: str, own: LanguageWords = NO_WORDS) -> str:
    """Give the full title of the State's mission in Geneva; where nobody wrote it in the language, the State's name."""
    if title := own.observer_mission if state.observer else own.mission:
        return title.replace("{state}", state.name).replace("{of_state}", state.of)
    grammar = grammar_of(language)
    return (OBSERVER_MISSION if state.observer else MISSION)[grammar].format(of=state.of) if grammar else state.name


@dataclass(frozen=True, eq=False, slots=True)
class Nouns:
    """All that a wording depends on. Two are equal when they hold the very same objects, which is quick to compare."""

    registry: Registry
    cases: Mapping[str, Case]
    settings: Settings
    asked: tuple[Case, ...]
    ask: Ask
    language: str
    today: date | None
    thanks_since: date | None  # None: no thanks

    def __hash__(self) -> int:
        of = (self.registry, self.cases, self.settings, self.ask, *self.asked)
        return hash((*map(id, of), self.language))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Nouns)
            and self.registry is other.registry
            and self.cases is other.cases
            and self.settings is other.settings
            and len(self.asked) == len(other.asked)
            and all(case is theirs for case, theirs in zip(self.asked, other.asked, strict=True))
            and self.ask is other.ask
            and self.language == other.language
            and self.today == other.today
            and self.thanks_since == other.thanks_since
        )


class Wording:
    """The words that the letters of one case, ask and language share, and the State's own added for each mission."""

    def __init__(self, nouns: Nouns) -> None:
        self._nouns = nouns
        self._cases = tuple(_case_words(nouns, case, "letters") for case in nouns.asked)
        self._other_cases = [(case, _case_words(nouns, case, "mentions")) for case in _other_cases(nouns)]
        self._day = day_of(nouns.ask, nouns.today)
        self._own = nouns.settings.words.get(nouns.language, NO_WORDS)
        self._date = written_date(nouns.today, nouns.language) if nouns.today else ""
        self._reference = reference_words(nouns.language, PLACE_OF_REFERENCE, self._own.our_reference)
        asked = tuple(case.short for case in self._cases)
        self._ask = ask_words(nouns.ask, nouns.language, asked=asked)
        self._ask_again = ask_words(nouns.ask, nouns.language, again=True, asked=asked)
        self._sender = _sender_words(nouns.settings, nouns.language)
        self._campaign = _campaign_words(nouns.settings)
        self._theme = _theme_words(nouns)
        self._records = records(nouns.registry, [case.slug for case in nouns.asked], _window(nouns), nouns.language)
        self._raised = raised_by_state(nouns.registry)
        self._states: dict[str, tuple[StateWords, RecordWords, str]] = {}

    def letter(self, mission: Mission, round_: str) -> LetterContext:
        """Give the words for one mission; DataError if the registry does not know its State."""
        state, record, name = self._states.get(mission.state) or self._remember(mission.state)
        return LetterContext(
            language=self._nouns.language,
            round=round_,
            state=state,
            mission=self._mission(mission, name),
            record=record,
            case=self._cases[0],
            other_cases=self._mentioned_to(mission.state),
            ask=self._ask_again if len(record.raised_cases) == len(self._cases) else self._ask,
            sender=self._sender,
            campaign=self._campaign,
            theme=self._theme,
            day=self._day,
            cases=self._cases,
            date=self._date,
            our_reference=self._reference,
        )

    def _mission(self, mission: Mission, name: str) -> MissionWords:
        address = address_in(self._nouns.language, mission.address)
        if not mission.extra:
            return MissionWords(name, address)
        columns, texts = zip(*mission.extra, strict=True)
        ambassador = ambassador_of(mission, self._nouns.today or self._nouns.ask.date)
        return MissionWords(name, address, ambassador.name, ambassador.sex, ExtraWords(columns, texts))

    def _mentioned_to(self, state: str) -> tuple[CaseWords, ...]:
        raised = self._raised.get(state, ())
        told = [words for case, words in self._other_cases if case.slug not in raised and not case.is_closed_to(state)]
        return tuple(told)

    def _remember(self, code: str) -> tuple[StateWords, RecordWords, str]:
        known = self._nouns.registry.states.get(code)
        if known is None:
            raise DataError([Problem("contacts/missions.csv", f"'{code}' is no State we know", column="state")])
        state = state_words(known, self._nouns.language, self._own)
        name = mission_title(state, self._nouns.language, self._own)
        words = self._states[code] = (state, self._records.get(code, RecordWords()), name)
        return words


def _window(nouns: Nouns) -> Window:
    if nouns.thanks_since:
        return Window(since=nouns.thanks_since)
    return Window(until=nouns.ask.date, session=(nouns.ask.names.body, nouns.ask.session))


@lru_cache(maxsize=64)
def _wording(nouns: Nouns) -> Wording:
    return Wording(nouns)


def _case_words(nouns: Nouns, case: Case, use: Use) -> CaseWords:
    names = [name_in(nouns.registry.states, case.state_concerned, each) for each in (nouns.language, *case.mention)]
    called = unwrapped(case.short.get(nouns.language, "") or case.mention.get(nouns.language, ""))
    named = any(name and name in called for name in names)  # also in another language, as somebody may have typed it
    return case_words(case, nouns.language, use, "" if named else names[0])


def _other_cases(nouns: Nouns) -> list[Case]:
    """Give the cases that this letter may mention."""
    asked = {case.slug for case in nouns.asked}
    others = (nouns.cases[slug] for slug in sorted(nouns.cases) if slug not in asked)
    return [case for case in others if not why_not_to_mention(case, nouns.today)]


def day_of(ask: Ask, today: date | None) -> str:
    """Give the day that a text is seen from, as 2022-09-29: today, or the ask's last day once that is past."""
    return f"{min(today, ask.last_day) if today else ask.last_day}"


def case_words(case: Case, language: str, use: Use, concerned: str = "") -> CaseWords:
    """Give a case's words in a language, with the people who agreed to that use; DataError if it has no title in it.

    `concerned` is the name of the State concerned, which subjects put behind what they call the case.
    """
    if not case.title.get(language):
        raise _untranslated(f"cases/{case.slug}.md", "title", language)
    mention = unwrapped(case.mention.get(language, ""))
    story = story_words(case, language)
    sentence, paragraph = suggested_words(case, language)
    references = reference_texts(case, language)
    short = unwrapped(case.short.get(language, "")) or mention
    return CaseWords(
        slug=case.slug,
        title=unwrapped(case.title[language]),
        place=unwrapped(case.place.get(language, "")),
        mention=mention,
        of_mention=of_mention(mention, language),
        people=tuple(person.name for person in case.people_for(use)),
        organisations=case.organisations_in(language),
        persons=tuple(_person_words(person, case, language) for person in case.people_for(use)),
        background=story["background"],
        what_happened=story["what_happened"],
        what_we_want=story["what_we_want"],
        brief=brief(case, language),
        short=f"{short} ({concerned})" if concerned else short,
        suggested_sentence=sentence,
        suggested_paragraph=paragraph,
        reference=references[0] if references else "",
        references=references,
    )


def _person_words(person: Person, case: Case, language: str) -> PersonWords:
    role = unwrapped(case.role_in(person, language))
    status = "" if person.status == "unknown" else person.status
    return PersonWords(person.name, role, status, written_month(person.since, language) if status else "")


def ask_words(ask: Ask, language: str, *, again: bool = False, asked: Sequence[str] = ()) -> AskWords:
    """Give an ask's words in a language, with `again` for a State that did before what is asked.

    `asked` are the cases that it is about, each as a subject calls it. Of several they have
    a sentence of their own. DataError if there is none in the language.
    """
    if not ask.text.get(language):
        raise _untranslated("outreach.toml", f"text.{language} of the ask {ask.id}", language)
    text = ask.again.get(language, ask.text[language]) if again else ask.text[language]
    if len(asked) > 1:
        text = several_text(ask, language, again=again)
    if not text:
        raise _untranslated("outreach.toml", f"text_several.{language} of the ask {ask.id}", language)
    words = words_of(ask, language, again=again)
    return AskWords(
        **{**words, "id": ask.id, "text": unwrapped(text), "forum": words["forum"] or ask.forum},
        occasion=occasion(ask, language),
        request=request(ask, language, asked) if asked else "",
    )


def _sender_words(settings: Settings, language: str) -> SenderWords:
    sender = settings.sender
    role = sender.role if isinstance(sender.role, str) else sender.role.get(language, "")
    return SenderWords(sender.name, role, sender.organisation, sender.email, sender.postal_address)


def _campaign_words(settings: Settings) -> CampaignWords:
    campaign = settings.campaign
    return CampaignWords(campaign.title, campaign.hashtag, campaign.organisation)


def _theme_words(nouns: Nouns) -> ThemeWords:
    texts = theme_texts(nouns.settings.theme, nouns.asked[0], nouns.ask, nouns.language)
    return ThemeWords(**{field.name: texts[field.name] for field in fields(ThemeWords)})


def _untranslated(file: str, what: str, language: str) -> DataError:
    name = language_name(language)
    return DataError(
        [Problem(file, f"no {name} words: add the {what} in {name}, or take '{language}' out of languages")]
    )


def _plain(name: str) -> str:
    """One style of apostrophe, and without the footnote mark that the official list puts after observers' names."""
    return name.replace("\u2019", "'").removesuffix("*").strip()
