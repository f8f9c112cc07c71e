"""Words where and when an ask is to be met, as a line above a heading."""

from outreach.cases.asks.sentence import SESSION
from outreach.cases.model import Ask
from outreach.grammar import ordinal, without_article, written_when
from outreach.language import grammar_of


def occasion(ask: Ask, language: str) -> str:
    """Say where and when an ask is to be met: Human Rights Council, 51st session, 29 September 2022."""
    where = without_article(ask.names.names.get(language, ""), language) or ask.forum
    where = where[:1].upper() + where[1:]
    if ask.session and (pattern := SESSION.get(grammar_of(language), "")):
        where = pattern.format(forum=where, session=ordinal(ask.session, language, before_noun=True))
    when = written_when(ask.date, ask.last_day, language, on="{date}")
    return f"{where}, {when}"
