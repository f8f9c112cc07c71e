"""Says a case on one page, for a delegation: its story, what we want, words to say, and who raised it; knows no PDF."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from urllib.parse import urlsplit

from outreach.cases.model import Case
from outreach.errors import DataError
from outreach.grammar import join_words, ordinal, written_date, written_month
from outreach.language import grammar_of
from outreach.registry.model import Act, Registry
from outreach.rendering.letters.record import instrument_words
from outreach.rendering.letters.setting.markdown import render
from outreach.rendering.letters.setting.typography import typeset
from outreach.rendering.letters.words import case_words, state_words
from outreach.rendering.paper.printer import Page
from outreach.rendering.paper.tree import BREAKS, Node, tree
from outreach.rendering.templates.context import CaseWords
from outreach.rendering.templates.untold import Untold
from outreach.settings.settings import Settings
from outreach.settings.words import NO_WORDS, LanguageWords
from outreach.text import shortened

MOST_OCCASIONS = 8  # the latest; a page has no room for more
LONGEST_SOURCE = 60
# Words of the page that no case has. A campaign gives those of other languages: `brief` in its words files.
LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "concerned": "State concerned: {state}",
            "facts": "Facts as of {date}",
            "background": "Background",
            "what_happened": "What happened",
            "what_we_want": "What we want",
            "words": "Words that a delegation can say",
            "references": "References",
            "raised": "Who raised it",
            "contact": "Contact: {contact}",
            "council": "Human Rights Council, {session} session",
            "assembly": "General Assembly, {session} session",
        },
        "fr": {
            "concerned": "État concerné\u00a0: {state}",
            "facts": "État des faits\u00a0: {date}",
            "background": "Contexte",
            "what_happened": "Ce qui s’est passé",
            "what_we_want": "Ce que nous demandons",
            "words": "Ce qu’une délégation peut dire",
            "references": "Références",
            "raised": "Qui a évoqué ce cas",
            "contact": "Contact\u00a0: {contact}",
            "council": "Conseil des droits de l’homme, {session}\u00a0session",
            "assembly": "Assemblée générale, {session}\u00a0session",
        },
        "es": {
            "concerned": "Estado en cuestión: {state}",
            "facts": "Hechos a fecha de {date}",
            "background": "Antecedentes",
            "what_happened": "Qué ocurrió",
            "what_we_want": "Qué pedimos",
            "words": "Lo que puede decir una delegación",
            "references": "Referencias",
            "raised": "Quién ha planteado el caso",
            "contact": "Contacto: {contact}",
            "council": "Consejo de Derechos Humanos, {session} período de sesiones",
            "assembly": "Asamblea General, {session} período de sesiones",
        },
    }
)


def brief_page(case: Case, language: str, registry: Registry, settings: Settings) -> Page:
    """Give what the brief of a case says in a language; what nobody wrote is left out.

    DataError where the case has no title or no story in that language.
    """
    own = settings.words.get(language, NO_WORDS)
    labels = labels_in(language, own)
    words = case_words(case, language, "letters")
    concerned = state_words(registry.states[case.state_concerned], language, own).name
    under = [labels["concerned"].replace("{state}", concerned)]
    if case.checked_on:
        under.append(labels["facts"].replace("{date}", _written(case.checked_on, language)))
    blocks = (*_story(words, labels), *_to_say(words, labels), *_raised(case, language, registry, labels, own))
    title = settings.campaign.title
    contact = [settings.sender.organisation or title, settings.sender.reply_to or settings.sender.email]
    foot = labels["contact"].replace("{contact}", ", ".join(filter(None, contact)))
    address = " · ".join(settings.sender.postal_address.splitlines())
    return Page(
        typeset(words.title, language),
        language,
        (title,),
        tuple(_typeset(block, language) for block in blocks),
        typeset(" · ".join(under), language),
        tuple(line for line in (typeset(foot, language), address) if line),
    )


def _typeset(node: Node, language: str) -> Node:
    """Set every text of a block as its language sets it."""
    if isinstance(node, str):
        return typeset(node, language)
    return node[0], node[1], [_typeset(each, language) for each in node[2]]


def labels_in(language: str, own: LanguageWords) -> dict[str, str]:
    """Give the words of the page in a language: the campaign's own, else ours, else English ones."""
    return {**LABELS["en"], **LABELS.get(grammar_of(language), {}), **own.brief}


def said(page: Page) -> tuple[str, ...]:
    """Give every text of a page, to look for names in it."""
    return (page.title, page.under_title, *page.head, *page.foot, *(_text(block) for block in page.blocks))


def _text(node: Node) -> str:
    if isinstance(node, str):
        return node
    return "".join(map(_text, node[2])) + ("\n" if node[0] in BREAKS else "")


def _story(words: CaseWords, labels: Mapping[str, str]) -> Iterator[Node]:
    """Tell the case by its sections; by In brief alone where none of them is there in the language."""
    sections = {key: getattr(words, key) for key in ("background", "what_happened", "what_we_want")}
    if all(isinstance(text, Untold) for text in sections.values()) and not isinstance(words.brief, Untold):
        sections = {"what_happened": words.brief}
    for key, text in sections.items():
        if isinstance(text, Untold):
            raise DataError([text.problem])
        yield from (_heading(labels[key]), *_markdown(text))


def _to_say(words: CaseWords, labels: Mapping[str, str]) -> Iterator[Node]:
    if suggested := [text for text in (words.suggested_sentence, words.suggested_paragraph) if text]:
        yield _heading(labels["words"])
        yield from (("blockquote", "", _markdown(text)) for text in suggested)
    if words.references:
        yield _heading(labels["references"])
        yield "ul", "", [("li", "", _inline(reference)) for reference in words.references]


def _raised(
    case: Case, language: str, registry: Registry, labels: Mapping[str, str], own: LanguageWords
) -> Iterator[Node]:
    """Name who raised the case, occasion by occasion, the latest first, each with its sources."""
    occasions = defaultdict[tuple[str, str], list[Act]](list)
    for act in registry.acts:
        if act.kind == "raised" and act.case == case.slug:
            occasions[registry.when(act), act.instrument].append(act)
    if not occasions:
        return
    yield _heading(labels["raised"])
    items = list[Node]()
    for (when, instrument), acts in sorted(occasions.items(), reverse=True)[:MOST_OCCASIONS]:
        codes = dict.fromkeys(act.state for act in acts)
        names = [state_words(registry.states[code], language, own).name for code in codes if code in registry.states]
        day = f"{_written(when, language)}, " if when else ""
        where = _where(registry, instrument, language, labels)
        sources = _sources(dict.fromkeys(act.source for act in acts))
        items.append(("li", "", [f"{day}{where}: {join_words(sorted(names), language)}", *sources]))
    yield "ul", "", items


def _where(registry: Registry, instrument: str, language: str, labels: Mapping[str, str]) -> str:
    found = registry.instruments.get(instrument)
    if found is None:
        return instrument
    words = instrument_words(found, language)
    body = {"hrc": "council", "unga": "assembly"}.get(words.body, "")
    session = ordinal(words.session, language, before_noun=True)
    return labels[body].replace("{session}", session) if body and words.session else found.title


def _sources(sources: Mapping[str, None]) -> Iterator[Node]:
    shown = list[Node]()
    for source in dict.fromkeys(each.strip() for cell in sources for each in cell.split(" ; ")):
        is_link = source.startswith(("https://", "http://"))
        named = urlsplit(source).hostname if is_link else shortened(source, LONGEST_SOURCE)
        if named:
            shown += [", " if shown else " (", ("a", source, [named]) if is_link else named]
    if shown:
        yield from (*shown, ")")


def _markdown(text: str) -> list[Node]:
    return tree("".join(block.html for block in render(text)))


def _inline(text: str) -> list[Node]:
    return [each for block in _markdown(text) for each in ([block] if isinstance(block, str) else block[2])]


def _heading(text: str) -> Node:
    return "h2", "", [text]


def _written(day: str, language: str) -> str:
    """Write out a day that is as precise as known."""
    whole = len(day) == len("2022-09-29")
    return written_date(date.fromisoformat(day), language) if whole else written_month(day, language)
