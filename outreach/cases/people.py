"""Reads from a case's front matter who is in it and what they agreed to; knows nothing about what is sent."""

from collections.abc import Mapping

from outreach.cases.files.fields import Fields
from outreach.cases.model import STATUSES, Consent, Person, PersonStatus
from outreach.registry.cells import read_rough_date
from outreach.text import did_you_mean, shortened

SCOPES = ("letters", "posts", "web", "mentions")
CONSENT = (*SCOPES, "given_on", "asked_again_on", "source")
PERSON = ("name", "role", "status", "since", "source", "consent")


def consent_in(fields: Fields) -> Consent:
    """Read what the people of the case agreed to. What is not said is no; a yes without a source is a problem."""
    if not fields.has("consent"):
        fields.wrong("consent", "missing: say what the people concerned agreed to (letters, posts, web: yes or no)")
        return Consent()
    return _consent(fields, Consent())


def people_in(fields: Fields, consent: Consent, own: str, roles: Mapping[str, Mapping[str, str]]) -> tuple[Person, ...]:
    """Read the people of the case; a consent of their own is as the case's but for what it says.

    A role alone is in the language `own`; `roles` are those that translations give: language → name → role.
    """
    return tuple(_person(item, consent, own, roles) for item in fields.items("people", PERSON))


def rough_date_in(fields: Fields, key: str) -> str:
    """Read a date as precise as known (2020, 2020-08, 2020-08-09), or ""; one that is none is a problem."""
    text = fields.text(key)
    try:
        return read_rough_date(text)
    except ValueError as error:
        fields.wrong(key, str(error))
        return ""


def _person(item: Fields, consent: Consent, own: str, others: Mapping[str, Mapping[str, str]]) -> Person:
    if item.has("since") and not item.has("status"):
        item.wrong("since", f"since when is what? Write a status too: {', '.join(STATUSES)}")
    name, roles = item.required("name", "the name as the person spells it"), item.by_language("role", own)
    roles = {language: role for language, said in others.items() if (role := said.get(name, ""))} | roles
    return Person(
        name=name,
        role=roles.pop(own, ""),
        status=_status(item),
        since=rough_date_in(item, "since"),
        source=item.text("source"),
        consent=_consent(item, consent) if item.has("consent") else None,
        roles=roles,
    )


def _status(item: Fields) -> PersonStatus:
    text = item.text("status").lower()
    known = next((status for status in STATUSES if status == text), None)
    if text and known is None:
        item.wrong("status", f"unknown status '{shortened(text)}'{did_you_mean(text, STATUSES)}")
    return known or "unknown"


def _consent(fields: Fields, otherwise: Consent) -> Consent:
    """Read the group `consent`; what it does not say is as in `otherwise`."""
    given = fields.group("consent", CONSENT)
    says = {scope: given.yes_or_no(scope) if given.has(scope) else getattr(otherwise, scope) for scope in SCOPES}
    source = given.text("source")
    if any(given.has(scope) and says[scope] for scope in SCOPES) and not source:
        given.wrong("source", "missing: say where the consent is written down")
    return Consent(
        **says,
        source=source or otherwise.source,
        given_on=rough_date_in(given, "given_on") or otherwise.given_on,
        asked_again_on=rough_date_in(given, "asked_again_on") or otherwise.asked_again_on,
    )
