"""Words where and when an ask is to be met, and who spoke."""

from outreach.cases.asks.sentence import SESSION
from outreach.cases.model import Ask
from outreach.grammar import join_words, ordinal, without_article, written_when
from outreach.language import grammar_of
from outreach.registry.states import in_order
from outreach.site.facts.site import Site
from outreach.site.facts.voices import Voice
from outreach.site.frame.translations import translations


def occasion(ask: Ask, language: str) -> str:
    """Say where and when an ask is to be met: Human Rights Council, 51st session, 29 September 2022."""
    where = without_article(ask.names.names.get(language, ""), language) or ask.forum
    where = where[:1].upper() + where[1:]
    if ask.session and grammar_of(language) in SESSION:
        _ = translations(language).gettext
        session = ordinal(ask.session, language, before_noun=True)
        where = _("%(forum)s, %(session)s session") % {"forum": where, "session": session}
    when = written_when(ask.date, ask.last_day, language, on="{date}")
    return f"{where}, {when}"


def speakers(site: Site, voice: Voice, language: str) -> str:
    """Name the States of a voice: Germany; or Belgium, Luxembourg and Netherlands, in one voice."""
    names = sorted((site.state_name(code, language) for code in voice.states), key=in_order)
    if len(names) < 2:
        return "".join(names)
    return translations(language).gettext("%(states)s, in one voice") % {"states": join_words(names, language)}
