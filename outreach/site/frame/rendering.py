"""Makes HTML of pages: one environment a language, with links, dates and words as its language has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import CodeType

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from outreach.grammar import at_place, join_words, of_state, written_date, written_rough
from outreach.language import is_right_to_left, language_name, locale_of
from outreach.rendering.letters.setting.typography import typeset
from outreach.site.facts.site import Site
from outreach.site.frame.addresses import file_of, relative, root_path
from outreach.site.frame.markdown import to_html
from outreach.site.frame.page import NOT_FOUND, File, Page
from outreach.site.frame.sources import sources
from outreach.site.frame.translations import translations

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; media-src 'none'"
)


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


@dataclass
class Renderer:
    """Renders the pages of one site in one language.

    Templates call: `link(address)` to a page of the same language; `there(address)` says whether there is one;
    `asset(path)` to any file of the site; `day(date)`, `rough(text)` for days; `state(code)`,
    `of_state(code)` for names of States; `listed(words)`; `markdown(text, language)`; `sources(text)`; `_`, `ngettext`.
    """

    site: Site
    language: str
    made: frozenset[str]  # the addresses of all pages of the language
    _here: str = field(default="", init=False)
    _words: dict[str, Markup] = field(default_factory=dict[str, Markup], init=False)

    def files(self, pages: Iterable[Page]) -> Iterable[File]:
        """Render pages, each as the file that it is on a host."""
        for page in pages:
            path = root_path(page.address, page.language, self.site.languages)
            yield File(file_of(path), self._html(page, path).encode())

    def _html(self, page: Page, path: str) -> str:
        self._here = path
        template = self.environment.get_template(page.template)
        return template.render(page.words, page=page, path=path, others=self._others(page))

    def _others(self, page: Page) -> list[tuple[str, str, str]]:
        """Give the same page in each language: its code, its own name, and where it stands from the root."""
        languages = self.site.languages
        address = "" if page.alone else page.address
        return [(code, language_name(code), root_path(address, code, languages)) for code in languages]

    @cached_property
    def environment(self) -> Environment:
        made = Environment(
            loader=PackageLoader("outreach.site"),
            bytecode_cache=COMPILED,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        made.install_gettext_translations(translations(self.language), newstyle=True)  # type: ignore[attr-defined]
        made.globals["_"] = self._word
        made.filters |= {"set": lambda text: typeset(str(text), self.language), "state": self.state}
        made.globals |= {
            "site": self.site,
            "content": self.site.content,
            "language": self.language,
            "direction": "rtl" if is_right_to_left(self.language) else "ltr",
            "policy": POLICY,
            "link": self.link,
            "there": lambda address: address.partition("#")[0] in self.made,
            "asset": self.asset,
            "day": cache(lambda day: written_date(day, self.language)),
            "rough": cache(lambda day: written_rough(day, self.language)),
            "state": self.state,
            "of_state": lambda code: of_state(self.state(code), self.language),
            "at_place": lambda name: at_place(name, self.language),
            "listed": lambda words: join_words(words, self.language),
            "markdown": self.markdown,
            "translated": self.translated,
            "language_of": self.language_of,
            "sources": sources,
        }
        return made

    def _word(self, text: str, **variables: object) -> Markup:
        """Translate a text; one without variables, such as stands on every page, only once."""
        if variables:
            return Markup(translations(self.language).gettext(text)) % variables  # noqa: S704 - a template's own words
        if text not in self._words:
            self._words[text] = Markup(translations(self.language).gettext(text)) % {}  # noqa: S704 - as above
        return self._words[text]

    def link(self, address: str) -> str:
        """Give the way to a page of this language."""
        return self.asset(root_path(address, self.language, self.site.languages))

    def asset(self, path: str) -> str:
        """Give the way to a file of the site, from its root. A page that is shown anywhere needs whole addresses."""
        if self._here == NOT_FOUND and self.site.url:
            return f"{self.site.url}{path}"
        return relative(self._here, path)

    def state(self, code: str) -> str:
        """Give the name of a State; a code that nobody knows stays a code."""
        return self.site.state_name(code, self.language)

    def markdown(self, text: str, language: str = "", below: int = 2) -> Markup:
        """Render Markdown below a heading of that level."""
        return to_html(text, language or self.language, below=below)

    def language_of(self, code: str) -> str:
        """Say that a text stands in another language than the page."""
        name = locale_of(code).get_display_name(self.language) or code
        return translations(self.language).gettext("In this language: %(name)s") % {"name": name}

    def translated(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """Give a text in the language of the page, or in the first that it has, and which that is."""
        for code in (self.language, *self.site.languages, *texts):
            if texts.get(code):
                return texts[code], code
        return "", self.language
