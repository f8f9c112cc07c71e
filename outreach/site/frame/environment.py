"""What templates of pages can use, whoever makes the pages: words, days and lists in one language. Knows no site."""

from functools import cache
from gettext import NullTranslations
from types import CodeType

from jinja2 import BaseLoader, BytecodeCache, Environment, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from outreach.grammar import at_place, join_words, written_date, written_rough
from outreach.language import is_right_to_left, locale_of
from outreach.rendering.letters.setting.typography import typeset
from outreach.site.frame.sources import sources


class _Compiled(BytecodeCache):
    """Keeps compiled templates in memory: each is compiled once, for all languages and all builds of a run."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED = _Compiled()


def make_environment(language: str, loader: BaseLoader, translated: NullTranslations) -> Environment:
    """Make an environment for pages in one language: everything is escaped, and a word that is missing is an error.

    Templates call `day(date)` and `rough(text)` for days; `listed(words)`; `at_place(name)`; `sources(text)`;
    `language_of(code)`; `_`, `ngettext`; and the filter `set`, which sets a text as its language sets it.
    """
    made = Environment(
        loader=loader,
        bytecode_cache=COMPILED,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(translated, newstyle=True)  # type: ignore[attr-defined]
    said = dict[str, Markup]()

    def word(text: str, **variables: object) -> Markup:
        """Translate a text; one without variables, such as stands on every page, only once."""
        if variables:
            return Markup(translated.gettext(text)) % variables  # noqa: S704 - a template's own words
        if text not in said:
            said[text] = Markup(translated.gettext(text)) % {}  # noqa: S704 - as above
        return said[text]

    def language_of(code: str) -> str:
        """Say that a text stands in another language than the page."""
        name = locale_of(code).get_display_name(language) or code
        return translated.gettext("In this language: %(name)s") % {"name": name}

    made.filters["set"] = lambda text: typeset(str(text), language)
    made.globals |= {
        "_": word,
        "language": language,
        "direction": "rtl" if is_right_to_left(language) else "ltr",
        "day": cache(lambda day: written_date(day, language)),
        "rough": cache(lambda day: written_rough(day, language)),
        "at_place": lambda name: at_place(name, language),
        "listed": lambda words: join_words(words, language),
        "language_of": language_of,
        "sources": sources,
    }
    return made
