"""Warns of what a case says in one of the campaign's languages and leaves out in another; writes no letter."""

from collections.abc import Iterator

from outreach.campaign import Campaign
from outreach.cases.model import FOLDER, Case
from outreach.errors import Problem
from outreach.grammar import ARTICLES
from outreach.language import language_name
from outreach.text import listed


def in_one_language_alone(campaign: Campaign) -> Iterator[Problem]:
    """Give roles and names of organisations that a language lacks, and mentions that read wrongly in a sentence.

    A name without an article is taken for one that is the same everywhere. The roles matter to letters that are filled
    from the case; a template of the case's own says what it says.
    """
    for case in campaign.cases.values():
        filled = [
            language
            for language in campaign.settings.campaign.languages
            if not (campaign.templates / f"{case.slug}.{language}.md").is_file()
        ]
        yield from _without_role(case, filled)
        yield from _without_name(case, campaign.settings.campaign.languages)
        yield from _capital_articles(case)


def _without_role(case: Case, languages: list[str]) -> Iterator[Problem]:
    people = [person for person in case.people_for("letters") if person.role or person.roles]
    missing = {
        language: names
        for language in languages
        if (names := [person.name for person in people if not case.role_in(person, language)])
    }
    if missing:
        who = "; ".join(f"in {language_name(code)} of {listed(names)}" for code, names in missing.items())
        code = next(iter(missing))
        message = f"no role {who}: letters leave it out. Write role: {{{case.language}: …, {code}: …}}"
        yield Problem(f"{FOLDER}/{case.slug}.md", message, column="people")


def _without_name(case: Case, languages: tuple[str, ...]) -> Iterator[Problem]:
    names = case.organisation_names or ({},) * len(case.organisations)
    missing = {
        language: said
        for language in languages
        if language != case.language
        and (
            said := [
                name
                for name, others in zip(case.organisations, names, strict=True)
                if language not in others and _article(name, case.language)
            ]
        )
    }
    if missing:
        which = "; ".join(f"in {language_name(code)} of '{listed(said)}'" for code, said in missing.items())
        code = next(iter(missing))
        message = f"no name {which}: letters say it as it is. Write - {{{case.language}: …, {code}: …}}"
        yield Problem(f"{FOLDER}/{case.slug}.md", message, column="organisations")


def _capital_articles(case: Case) -> Iterator[Problem]:
    for language, mention in case.mention.items():
        article = _article(mention, language)
        if article[:1].isupper():
            message = (
                f"'{mention}' stands in the middle of a sentence: begin it with a small letter, "
                f"{article.lower()}{mention[len(article) :]}"
            )
            yield Problem(f"{FOLDER}/{case.slug}.md", message, column=f"mention.{language}")


def _article(name: str, language: str) -> str:
    """Give the article that a name begins with, as it stands there; "" without one, or where we know of none."""
    known = (each for each in ARTICLES.get(language, ()) if name.lower().replace("\u2019", "'").startswith(each))
    return name[: len(next(known, ""))]
