"""Tries every letter and post that a campaign's templates would make; knows nothing about who gets one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from outreach.campaign import POST_TEMPLATES, TEMPLATES, Campaign, load_campaign
from outreach.cases.advice.advice import Advice
from outreach.cases.attachments.reading import AttachmentReader
from outreach.cases.documented import withheld_rows
from outreach.cases.model import FOLDER, ROUNDS, Ask, Case
from outreach.errors import DataError, Problem
from outreach.language import BUILT_IN
from outreach.outbox.posts.pictures import looks_of
from outreach.registry.model import Mission
from outreach.registry.record import cases_without_file
from outreach.rendering.cards.setting import TITLE_FONTS, font_problem
from outreach.rendering.letters.letter import LetterWriter
from outreach.rendering.letters.names import template_name
from outreach.rendering.letters.record import raised_by_state
from outreach.rendering.letters.sections import story_problems
from outreach.rendering.posts.hashtags import hashtag_problem, wrong_hashtags
from outreach.rendering.posts.words import handle_of, may_be_addressed, post_context
from outreach.rendering.posts.writer import LIMITS, SHARED, PostText, PostWriter, length_problems
from outreach.services.asks import old_days
from outreach.services.checks.advice import give_advice
from outreach.services.checks.digests import digest_problems
from outreach.services.checks.languages import in_one_language_alone
from outreach.services.checks.leaving import HeldCase, held_cases
from outreach.services.checks.length import LetterSort, advice_on_length, context_of, words_of_letter
from outreach.services.checks.notes import note_problems
from outreach.services.checks.proofreading import faults, warnings
from outreach.settings.sections import FILE
from outreach.text import did_you_mean

# Where no mission has a handle on a network one stands in, to try its posts all the same.
STAND_IN = Mission("", "", (), "en", x="mission_geneva", bluesky="mission.example.org", mastodon="mission@example.org")


@dataclass(frozen=True, slots=True)
class TrialResult:
    """How much was tried, and every problem found. No text is tried while files cannot be read.

    `warnings` and `advice` are no faults: what a person should know before the next letters, and what to look at in the
    texts. Facts, and no faults either: `held`, what cannot leave today, and `without_file`, the cases that the record
    names and that have no file here.
    """

    cases: int
    letters: int
    posts: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    held: tuple[HeldCase, ...] = ()
    without_file: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()


def try_texts(folder: Path) -> TrialResult:
    """Load the campaign in `folder`, and write each letter and post that there could be, in each language."""
    try:
        campaign = load_campaign(folder)
    except DataError as error:
        return TrialResult(0, 0, 0, error.problems)
    letters, posts = _Letters(campaign), _Posts(campaign)
    of_cases = (
        *_withheld(campaign),
        *withheld_rows(campaign.documented, campaign.withheld),
        *_attachments(campaign),
        *faults(campaign),
        *_hashtag(campaign),
        *_cards(campaign),
    )
    texts = (*of_cases, *letters.problems(), *digest_problems(campaign), *note_problems(campaign), *posts.problems())
    problems = tuple(dict.fromkeys([*campaign.registry.problems, *texts]))
    told = (*warnings(campaign), *in_one_language_alone(campaign), *old_days(folder, list(campaign.asks.values())))
    advice = (*letters.advice, *give_advice(campaign))
    others = cases_without_file(campaign.registry, campaign.cases)
    held = held_cases(campaign, campaign.today())
    return TrialResult(len(campaign.cases), letters.tried, posts.tried, problems, told, held, others, advice)


def _hashtag(campaign: Campaign) -> Iterator[Problem]:
    """Find what keeps the campaign's hashtag from being one on each network."""
    if message := hashtag_problem(campaign.settings.campaign.hashtag):
        yield Problem(FILE, message, column="campaign.hashtag")


def _cards(campaign: Campaign) -> Iterator[Problem]:
    """Find the titles that no picture can say for want of a font."""
    if not campaign.settings.posts.picture:
        return
    fonts = looks_of(campaign).fonts
    for case in campaign.cases.values():
        for language, title in case.title.items():
            if message := font_problem(title, TITLE_FONTS, fonts):
                yield Problem(f"{FOLDER}/{case.slug}.md", message, column=f"title.{language}")


def _withheld(campaign: Campaign) -> Iterator[Problem]:
    """Find the cases whose own file says a withheld name: in `people`, in a title, in the story."""
    for case in campaign.cases.values():
        parts: dict[str, Iterable[str]] = {
            "the name of the file": [case.slug],
            "title": case.title.values(),
            "place": case.place.values(),
            "mention": case.mention.values(),
            "short": case.short.values(),
            "references": [name for each in case.references for name in each.body.values()],
            "people": [", ".join((person.name, person.role, *person.roles.values())) for person in case.people],
            "organisations": [
                *case.organisations,
                *(name for names in case.organisation_names for name in names.values()),
            ],
            "dates": [event.text for event in case.dates],
        }
        for part, texts in parts.items():
            if where := campaign.withheld.where_in(texts):
                yield Problem(f"cases/{case.slug}.md", f"{part} says a withheld name ({where})")
        for telling in filter(None, map(case.told_in, (case.language, *case.translations))):
            for heading, text in telling.story.items():
                if where := campaign.withheld.where_in([text]):
                    yield Problem(telling.file, f"## {heading} says a withheld name ({where})")
        if case.names_unknown:
            why = "relies on contacts/withheld.txt, which is not here: get it from a colleague"
            yield Problem(f"cases/{case.slug}.md", f"{why}; until then nothing leaves", column="withheld")


def _attachments(campaign: Campaign) -> Iterator[Problem]:
    """Find the files that cannot go with letters, and those that say a withheld name."""
    files = AttachmentReader(campaign.folder, campaign.settings.letters.attach_max_mb)
    for case in campaign.cases.values():
        for language in campaign.settings.campaign.languages if case.attach else ():
            try:
                found = files.of((case,), language)
            except DataError as error:
                yield from error.problems
                continue
            for each in found:
                if where := campaign.withheld.where_in((each.name, each.text)):
                    words = f"{each.name} says a withheld name ({where})"
                    yield Problem(f"cases/{case.slug}.md", words, column="attach")


class _Letters:
    """Writes every letter there could be, and finds what is wrong with it: each fault once, not once a State."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._writer = LetterWriter(campaign.templates, campaign.settings.words)
        self._raised = raised_by_state(campaign.registry)
        self._withheld = dict[tuple[str, str], LetterSort]()
        self.advice = list[Advice]()  # on letters that are long or short
        self.tried = 0

    def problems(self) -> Iterator[Problem]:
        for ask in self._campaign.asks.values():
            for case in (case for case in self._campaign.cases.values() if not case.unfinished):
                for language in self._campaign.settings.campaign.languages:
                    for round_ in ROUNDS:
                        yield from self._problems_of(LetterSort(case, ask, round_, language))
        for (template, where), sort in self._withheld.items():
            yield Problem(f"{TEMPLATES}/{template}", f"{sort}: the letter says a withheld name ({where})")

    def _problems_of(self, sort: LetterSort) -> list[Problem]:
        """Find a template that is missing or cannot be rendered, and what a case lacks that fills its letters.

        How long they are is advised. A letter that is short since its State raised other cases, which it is not asked
        for again, is well.
        """
        template = self._template(sort)
        if not template and sort.round != "first":
            return []
        shared = template == f"{sort.round}.{sort.language}.md"
        if shared and sort.round == "first" and (untold := story_problems(sort.case, sort.language)):
            return untold
        try:
            words = {mission.state: self._count_words(mission, sort) for mission in self._missions(sort.case)}
        except DataError as error:
            return list(error.problems)
        raised = self._raised
        full = [state for state in words if not raised.get(state, frozenset()) - {sort.case.slug}] or list(words)
        told = {*full, max(words, key=words.__getitem__)}
        self.advice += advice_on_length(self._campaign, sort, {state: words[state] for state in words if state in told})
        return []

    def _template(self, sort: LetterSort) -> str:
        """Name the file that makes these letters; "" where there is none."""
        name = template_name(self._campaign.templates, sort.case.slug, sort.round, sort.language)
        return name if (self._campaign.templates / name).is_file() else ""

    def _missions(self, case: Case) -> list[Mission]:
        """List whom a letter about the case may go to; where there is nobody, one State stands in."""
        missions = self._campaign.registry.missions.values()
        stand_in = Mission("CHE" if case.state_concerned != "CHE" else "CRI", "", (), "en")
        return [mission for mission in missions if mission.state != case.state_concerned] or [stand_in]

    def _count_words(self, mission: Mission, sort: LetterSort) -> int:
        context = context_of(self._campaign, mission, sort)
        self.tried += 1
        letter = self._writer.write(context)
        if where := self._campaign.withheld.where_in((letter.subject, letter.text)):
            self._withheld.setdefault((self._template(sort), where), sort)
        return words_of_letter(letter, context)


class _Posts:
    """Writes every post there could be, and finds what is wrong with it: each fault once, not once a mission."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._writer = PostWriter(campaign.post_templates)
        self.tried = 0

    def problems(self) -> Iterator[Problem]:
        yield from _strays(self._campaign)
        for ask in self._campaign.asks.values():
            for case in self._campaign.cases.values():
                for language in self._campaign.settings.campaign.languages:
                    if self._writer.has(case.slug, language):
                        yield from self._problems_of(case, ask, language)

    def _problems_of(self, case: Case, ask: Ask, language: str) -> list[Problem]:
        """Find the posts that cannot be written, or are too long for a network."""
        found = dict[tuple[str, int | None], Problem]()
        try:
            for network in LIMITS:
                for post in self._posts(case, ask, language, network):
                    if where := self._campaign.withheld.where_in(post.parts):
                        file = f"{POST_TEMPLATES}/{self._writer.file(case.slug, language)}"
                        words = f"the post '{post.name}' says a withheld name ({where})"
                        found.setdefault((where, None), Problem(file, words))
                    for problem in (*length_problems(post), *self._hashtags(post)):
                        found.setdefault((network, problem.row), problem)
        except DataError as error:
            return list(error.problems)
        return list(found.values())

    def _hashtags(self, post: PostText) -> Iterator[Problem]:
        """Find the hashtags of which the post's network would make no link, or one of their beginning alone.

        The campaign's own is looked at once, where it is set.
        """
        own = self._campaign.settings.campaign.hashtag
        for text, row in zip(post.parts, post.rows, strict=True):
            for message in wrong_hashtags(text.replace(own, "") if own else text, post.network):
                yield Problem(post.file, f"post '{post.name}', {message}", row)

    def _posts(self, case: Case, ask: Ask, language: str, network: str) -> Iterator[PostText]:
        """Write the posts to nobody, then the addressed ones, the longest handle first."""
        campaign = self._campaign
        for mission in (None, *self._addressees(case, language, network)):
            context = post_context(
                registry=campaign.registry,
                settings=campaign.settings,
                case=case,
                ask=ask,
                language=language,
                mission=mission,
                today=campaign.today(),
            )
            posts = [post for post in self._writer.posts(context, network) if post.parts]
            self.tried += len(posts)
            yield from posts

    def _addressees(self, case: Case, language: str, network: str) -> list[Mission]:
        """List whom the addressed posts may speak to; nobody where no post is addressed."""
        if not any(post.addressed for post in self._writer.outline(case.slug, language)):
            return []
        missions = self._campaign.registry.missions.values()
        there = [mission for mission in missions if may_be_addressed(self._campaign.registry, case, mission)]
        named = [mission for mission in there if handle_of(mission, network)]
        stand_in = replace(STAND_IN, state="CHE" if case.state_concerned != "CHE" else "CRI")
        return sorted(named, key=lambda mission: -len(handle_of(mission, network))) or [stand_in]


def _strays(campaign: Campaign) -> Iterator[Problem]:
    """Find the files that no post is ever made from: they are named after no case, or no language."""
    for path in sorted(campaign.post_templates.glob("*.txt")):
        if not path.name.startswith("_") and (message := _misnamed(path.stem, campaign)):
            yield Problem(f"{POST_TEMPLATES}/{path.name}", f"no post is made from it: {message}")


def _misnamed(stem: str, campaign: Campaign) -> str:
    cases, languages = sorted(campaign.cases), campaign.settings.campaign.languages
    slug, dot, language = stem.rpartition(".")
    if not dot:
        return f"it names no language; name it {stem}.en.txt, or begin its name with _"
    if slug not in (*cases, SHARED):
        return f"there is no case '{slug}'{did_you_mean(slug, cases)}"
    if language in (*languages, *BUILT_IN):
        return ""
    return f"the campaign does not write '{language}'; it writes {', '.join(languages)}"
