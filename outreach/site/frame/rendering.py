"""Makes HTML of pages: one environment a language, with links, dates and words as its language has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from outreach.grammar import of_state
from outreach.language import language_name
from outreach.site.facts.site import Site
from outreach.site.frame.addresses import file_of, relative, root_path
from outreach.site.frame.environment import make_environment
from outreach.site.frame.markdown import to_html
from outreach.site.frame.page import NOT_FOUND, File, Page
from outreach.site.frame.translations import translations

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; media-src 'none'"
)


@dataclass
class Renderer:
    """Renders the pages of one site in one language.

    Templates call, beside what `make_environment` gives: `link(address)` to a page of the same language;
    `there(address)` says whether there is one; `asset(path)` to any file of the site; `state(code)`,
    `of_state(code)` for names of States; `markdown(text, language)`.
    """

    site: Site
    language: str
    made: frozenset[str]  # the addresses of all pages of the language
    _here: str = field(default="", init=False)

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
        made = make_environment(self.language, PackageLoader("outreach.site"), translations(self.language))
        made.filters["state"] = self.state
        made.globals |= {
            "site": self.site,
            "content": self.site.content,
            "policy": POLICY,
            "link": self.link,
            "there": lambda address: address.partition("#")[0] in self.made,
            "asset": self.asset,
            "state": self.state,
            "of_state": lambda code: of_state(self.state(code), self.language),
            "markdown": self.markdown,
            "translated": self.translated,
            "form": lambda path: f"{self.site.forms}{path}?lang={self.language}",
        }
        return made

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

    def translated(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """Give a text in the language of the page, or in the first that it has, and which that is."""
        for code in (self.language, *self.site.languages, *texts):
            if texts.get(code):
                return texts[code], code
        return "", self.language
