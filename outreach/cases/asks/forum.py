"""Where an ask is to be met: the names of a forum in each language, as settings give or imply them; reads no files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from outreach.grammar import with_article, without_article


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum by language: `names` and `short`, each with its article. A language that nobody gave is not there.

    `body` is the one that instruments of the record name, `hrc` or `unga`, else empty.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def known_as(self, language: str) -> tuple[str, ...]:
        """List the names in a language, without their articles."""
        found = (self.names.get(language, ""), self.short.get(language, ""))
        return tuple(without_article(name, language) for name in found if name)


# As the United Nations write them. The longer name stands before the one that it holds.
KNOWN = (
    Forum(
        {
            "en": "the Human Rights Council",
            "fr": "le Conseil des droits de l'homme",
            "es": "el Consejo de Derechos Humanos",
        },
        {"en": "the HRC", "fr": "le CDH", "es": "el CDH"},
        "hrc",
    ),
    Forum(
        {
            "en": "the Third Committee of the General Assembly",
            "fr": "la Troisième Commission de l'Assemblée générale",
            "es": "la Tercera Comisión de la Asamblea General",
        },
        {"en": "the Third Committee", "fr": "la Troisième Commission", "es": "la Tercera Comisión"},
        "unga",
    ),
    Forum(
        {"en": "the General Assembly", "fr": "l'Assemblée générale", "es": "la Asamblea General"},
        {"en": "the UNGA", "fr": "l'AGNU", "es": "la AGNU"},
        "unga",
    ),
    Forum(
        {
            "en": "the Economic and Social Council",
            "fr": "le Conseil économique et social",
            "es": "el Consejo Económico y Social",
        },
    ),
    Forum({"en": "the Security Council", "fr": "le Conseil de sécurité", "es": "el Consejo de Seguridad"}),
)  # fmt: skip


def forum_of(written: str | Mapping[str, str], short: Mapping[str, str], language: str) -> Forum:
    """Give the forum that `forum` and `forum_short` of an ask mean.

    A text that names a forum which we know is that one, whatever stands around it; any other text is its name in
    `language` alone. A name for each language is taken as it is, with its article where somebody wrote it.
    """
    if isinstance(written, str):
        found = named_in(written) or Forum({language: with_article(written, language)})
    else:
        same = next((known for known in map(named_in, written.values()) if known), None)
        body = same.body if same and all(named_in(name) is same for name in written.values()) else ""
        found = Forum(_with_articles(written), same.short if body and same else {}, body)
    return Forum(found.names, {**found.short, **_with_articles(short)}, found.body)


def named_in(text: str) -> Forum | None:
    """Find the forum that a text names, in any language, in full or by its short name; None where it names none."""
    plain = text.replace("\u2019", "'")
    return next((known for known, names in _NAMES if names.search(plain)), None)


def named_with_session(text: str) -> tuple[str, int] | None:
    """Read a forum's short name with the number of its session, such as HRC67, as the forum's name and that number.

    None for any other text.
    """
    found = _SHORT.fullmatch(text.strip())
    known = named_in(found["forum"]) if found else None
    return (known.known_as("en")[0], int(found["session"])) if found and known else None


def is_short(text: str) -> bool:
    """Say whether a text is one word with a number, such as CND70: a short name of a session, and no place."""
    return bool(_SHORT.fullmatch(text.strip()))


def _with_articles(names: Mapping[str, str]) -> dict[str, str]:
    return {language: with_article(name, language) for language, name in names.items()}


def _pattern(forum: Forum) -> re.Pattern[str]:
    names = {name for language in forum.names for name in forum.known_as(language)}
    spelt = (re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:UN)?(?:{'|'.join(spelt)})(?:[ -]?\d{{1,3}})?(?!\w)", re.IGNORECASE)


_SHORT = re.compile(r"(?P<forum>[^\W\d_]{2,10})[ -]?(?P<session>\d{1,3})")
_NAMES = tuple((forum, _pattern(forum)) for forum in KNOWN)
