"""Finds a day or session number, typed out in a text, that is another than the ask's own; knows no files."""

from collections.abc import Iterator

from outreach.cases.asks.forum import named_in
from outreach.cases.asks.typed import TypedDay, TypedSession, days_in, sessions_in
from outreach.cases.model import Ask

NEAR = 60  # characters after a session in which the body that holds it is named


def contradictions(ask: Ask, text: str) -> Iterator[str]:
    """Say, for each day and session of a text that is not the ask's, what it says and what to write."""
    for day in other_days(ask, text):
        own, word = f"date = {ask.date}", "{{ date }}"
        if ask.last_day != ask.date:
            own, word = f"{own}, until = {ask.until}", "{{ when }}"
        yield f"says '{day.words}', and the ask has {own}: write {word}, which is always the ask's own"
    for session in other_sessions(ask, text):
        own = f"session = {ask.session}"
        yield f"says '{session.words}', and the ask has {own}: write {{{{ session }}}}, which is always the ask's own"


def other_days(ask: Ask, text: str) -> list[TypedDay]:
    """List the days of a text that are none of the ask's."""
    return [day for day in days_in(text) if not day.is_within(ask.date, ask.last_day)]


def other_sessions(ask: Ask, text: str) -> list[TypedSession]:
    """List the sessions of a text with another number than the ask's, but for those of another body."""
    if not ask.session:
        return []
    return [found for found in sessions_in(text) if found.number != ask.session and not _of_another(ask, text, found)]


def _of_another(ask: Ask, text: str, session: TypedSession) -> bool:
    """Say whether a session is said to be another body's: the 77th session of the General Assembly."""
    body = named_in(session.words) or named_in(text[session.at : session.at + len(session.words) + NEAR])
    return bool(body and ask.names.body and body.body != ask.names.body)
