"""The names of instruments in the language of a page: composed where their parts are known, else as they stand."""

from outreach.grammar import ordinal
from outreach.language import grammar_of
from outreach.registry.model import Instrument
from outreach.rendering.letters.record import instrument_words
from outreach.site.facts.site import Site
from outreach.site.frame.translations import translations

THIRD = 3


def record_language(site: Site) -> str:
    """Give the language that people write the campaign's tables in: its first."""
    return site.campaign.settings.campaign.languages[0]


def instrument_name(site: Site, instrument: Instrument, language: str) -> tuple[str, str]:
    """Name an instrument, and say in which language that is.

    Its title is in the campaign's own language. In another, the name is composed of what is known of it: what it is,
    what it is about, where and when.
    """
    own = record_language(site)
    if language == own or not grammar_of(language):
        return instrument.title, own
    composed = _composed(instrument, language)
    return (composed, language) if composed else (instrument.title, own)


def _composed(instrument: Instrument, language: str) -> str:
    _ = translations(language).gettext
    words = instrument_words(instrument, language)
    if not words.topic:
        return ""
    if instrument.kind == "list":
        return _("List of co-sponsors of resolutions %(topic)s") % {"topic": words.topic}
    kinds = {
        "resolution": _("Resolution %(symbol)s %(topic)s"),
        "decision": _("Decision %(symbol)s %(topic)s"),
        "joint statement": _("Joint statement %(topic)s"),
        "statement": _("Statement %(topic)s"),
        "dialogue": _("Dialogue %(topic)s"),
        "debate": _("Debate %(topic)s"),
    }
    if instrument.kind not in kinds:
        return ""
    name = kinds[instrument.kind] % {"symbol": instrument.symbol or words.number, "topic": words.topic}
    if instrument.kind in ("resolution", "decision"):
        return name if instrument.symbol or words.number else ""
    session = {"session": ordinal(words.session, language, before_noun=True)}
    if words.body == "hrc":
        forum = _("Human Rights Council, %(session)s session") % session
    elif words.body == "unga" and words.committee in (0, THIRD):
        third = _("Third Committee of the General Assembly, %(session)s session")
        forum = (third if words.committee else _("General Assembly, %(session)s session")) % session
    else:
        return ""
    return f"{name}, {forum}" if words.session else ""
