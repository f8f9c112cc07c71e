"""Checks the State concerned against what a case itself says: a slip in its code would send a letter to it."""

from collections.abc import Iterator, Mapping

from outreach.cases.model import Case
from outreach.errors import Problem
from outreach.language import grammar_of, language_name
from outreach.registry.model import State
from outreach.registry.state_names.finding import may_be_named, name_in, states_named
from outreach.text import either


def wrong_state(case: Case, states: Mapping[str, State]) -> list[Problem]:
    """Give the texts `place` and `mention` that name other States and not the State concerned, each as a problem."""
    return [
        Problem(
            f"cases/{case.slug}.md",
            f"'{text}' names {either([f'{states[code].name} ({code})' for code in sorted(named)])}, and not the State "
            f"concerned, {states[case.state_concerned].name} ({case.state_concerned}): which of the two is wrong?",
            column=key,
        )
        for key, language, text in _texts(case)
        if (named := states_named(text, language)) and case.state_concerned not in named
    ]


def unnamed_state(case: Case, states: Mapping[str, State]) -> list[Problem]:
    """Give the texts `place` and `mention` that name no State at all, so that nothing can be checked."""
    return [
        Problem(
            f"cases/{case.slug}.md",
            f"'{text}' does not name the State concerned ({name_in(states, case.state_concerned, language)} in "
            f"{language_name(language)}), so that nobody notices a slip in its code",
            column=key,
        )
        for key, language, text in _texts(case)
        if not states_named(text, language) and not _in_other_form(case, states, language, text)
    ]


def _in_other_form(case: Case, states: Mapping[str, State], language: str, text: str) -> bool:
    return not grammar_of(language) and may_be_named(states[case.state_concerned], text, language)


def _texts(case: Case) -> Iterator[tuple[str, str, str]]:
    for key, texts in (("place", case.place), ("mention", case.mention)):
        for language, text in texts.items():
            yield f"{key}.{language}", language, text
