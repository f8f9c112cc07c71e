"""Checks a site that was built: links, descriptions of pictures, translations, weight, what may be loaded, consent.

Reads the files as they lie in the folder, whoever wrote them, and the campaign for what may be told today.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote, urlsplit

from outreach.errors import UsageError
from outreach.publishing.untold import words_of_page
from outreach.site.facts.site import Site
from outreach.site.frame.addresses import file_of, root_path
from outreach.site.frame.rendering import POLICY
from outreach.site.output import MARK, SUMS, built_for
from outreach.text import shortened, size_words

LARGEST_PAGE = 60_000  # bytes: what a phone on a slow line still loads in a second or two
LARGEST_START = 15_000  # bytes of the campaign's own page with its style, as it travels (gzip)
LOADING = {"src", "srcset", "poster", "data", "background", "action", "formaction"}
LOADED_LINKS = {"stylesheet", "icon", "preload", "prefetch", "manifest", "modulepreload", "dns-prefetch", "preconnect"}
RUNNING = {"script", "iframe", "object", "embed", "frame", "applet", "base", "style"}
SAFE = {"", "http", "https", "mailto", "tel"}
IN_STYLE = re.compile(r"@import|url\(|expression\(", re.IGNORECASE)
WORDED = (".html", ".xml", ".csv", ".json", ".txt", ".svg")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong: in which file, on which line (0: the whole file), and what."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f', line {self.line}' if self.line else ''}: {self.what}"


@dataclass(slots=True)
class _Read:
    """What one page has in it."""

    links: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    whole: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])  # of this site, from its root
    marks: set[str] = field(default_factory=set[str])
    language: str = ""
    policy: str = ""
    wrong: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


class _Reader(HTMLParser):
    """Reads the tags of one page of the site that stands at `url`, or at no address yet."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.found = _Read()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        self.found.marks |= {values[name] for name in ("id", "name") if values.get(name) and tag != "meta"}
        if tag in RUNNING:
            self.found.wrong.append((line, f"<{tag}>: these pages run nothing and carry no style of their own"))
        for name, value in values.items():
            self._attribute(line, tag, name, value, values)
        if tag == "html":
            self.found.language = values.get("lang", "")
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.found.policy = values.get("content", "")
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.found.wrong.append((line, "sends its reader elsewhere by itself"))
        if tag == "img" and "alt" not in values:
            self.found.wrong.append((line, "a picture without a description: write alt in site/pictures/pictures.csv"))

    def _attribute(self, line: int, tag: str, name: str, value: str, values: Mapping[str, str]) -> None:
        if name == "style":
            self.found.wrong.append((line, "style=…: the policy of the page forbids it, so nobody would see it"))
        if name.startswith("on"):
            self.found.wrong.append((line, f"{name}=…: these pages run no script"))
        loads = name in LOADING or (
            tag == "link" and name == "href" and LOADED_LINKS & set(values.get("rel", "").split())
        )
        if name in {"href", "xlink:href", *LOADING}:
            parts = urlsplit(value.strip())
            if parts.scheme.lower() not in SAFE:
                self.found.wrong.append((line, f"a link that is no address: {shortened(value, 60)}"))
            elif self.url and value.startswith(self.url):
                self.found.whole.append((line, value.removeprefix(self.url)))
            elif loads and (parts.scheme or parts.netloc):
                self.found.wrong.append((line, f"loads from elsewhere: {shortened(value, 80)}"))
            elif not parts.scheme and not parts.netloc:
                self.found.links.append((line, value.strip()))


def check_site(site: Site, folder: Path) -> tuple[Finding, ...]:
    """Check what lies in the folder of a built site. Raises UsageError for a folder that is none."""
    if not (folder / MARK).is_file():
        raise UsageError(f"{folder} is not a site of outreach: build one with `outreach site build --output {folder}`")
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    files.pop(MARK, None)
    url = built_for(folder)
    pages = {name: _read(path, url) for name, path in files.items() if name.endswith(".html")}
    found = [
        *_in_pages(pages),
        *_links(pages, files),
        *_whole_links(pages, files),
        *_weights(files, pages),
        *_languages(site, pages),
        *_styles(files),
        *_words(site, files),
        *_sums(folder, files),
    ]
    return tuple(sorted(found))


def _read(path: Path, url: str) -> _Read:
    reader = _Reader(url)
    reader.feed(path.read_text("utf-8", "replace"))
    reader.close()
    return reader.found


def _in_pages(pages: Mapping[str, _Read]) -> Iterator[Finding]:
    for name, page in pages.items():
        yield from (Finding(name, line, what) for line, what in page.wrong)
        if not page.language:
            yield Finding(name, 0, "does not say its language: <html lang=…>")
        if page.policy != POLICY:
            yield Finding(name, 0, "has another Content-Security-Policy than pages of ours, or none")


def _links(pages: Mapping[str, _Read], files: Mapping[str, Path]) -> Iterator[Finding]:
    """Find links of our own that lead nowhere: no such file, or no such place in it."""
    for name, page in pages.items():
        for line, address in page.links:
            parts = urlsplit(address)
            if parts.path.startswith("/"):
                yield Finding(name, line, f"a link from the root of the host: {shortened(address, 80)}")
                continue
            target = _target(name, unquote(parts.path))
            if target not in files:
                yield Finding(name, line, f"leads nowhere: {shortened(address, 80)}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].marks:
                yield Finding(name, line, f"there is no such place on that page: {shortened(address, 80)}")


def _whole_links(pages: Mapping[str, _Read], files: Mapping[str, Path]) -> Iterator[Finding]:
    """Find whole addresses of this site at which there is nothing."""
    for name, page in pages.items():
        for line, address in page.whole:
            if file_of(unquote(urlsplit(address).path)) not in files:
                yield Finding(name, line, f"leads nowhere on this site: {shortened(address, 80)}")


def _target(page: str, path: str) -> str:
    """Give the file that a link leads to from a page."""
    if not path:
        return page
    whole = normpath(join(page.rpartition("/")[0] or ".", path))
    return file_of("" if whole == "." else f"{whole}{'/' if path.endswith(('/', '.', '..')) else ''}")


def _weights(files: Mapping[str, Path], pages: Iterable[str]) -> Iterator[Finding]:
    for name in pages:
        if (size := files[name].stat().st_size) > LARGEST_PAGE:
            yield Finding(name, 0, f"is {size_words(size)}; at most {size_words(LARGEST_PAGE)} load fast on a phone")
    style = files["site.css"].read_bytes() if "site.css" in files else b""
    if "index.html" in files:
        travels = sum(len(gzip.compress(part)) for part in (files["index.html"].read_bytes(), style))
        if travels > LARGEST_START:
            yield Finding("index.html", 0, f"travels as {size_words(travels)} with its style; at most {LARGEST_START}")


def _languages(site: Site, pages: Mapping[str, _Read]) -> Iterator[Finding]:
    """Find pages of the first language that another does not have."""
    others = site.languages[1:]
    prefixes = tuple(f"{code}/" for code in others)
    for name in pages:
        if name.startswith(prefixes) or name == "404.html":
            continue
        for code in others:
            if root_path(name, code, site.languages) not in pages:
                yield Finding(name, 0, f"is not there in {code}")


def _styles(files: Mapping[str, Path]) -> Iterator[Finding]:
    for name, path in files.items():
        if name.endswith(".css"):
            for line, text in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
                if IN_STYLE.search(text):
                    yield Finding(name, line, "a style that loads something")


def _words(site: Site, files: Mapping[str, Path]) -> Iterator[Finding]:
    """Find names that may not be told today, though they might when the site was built."""
    for name, path in files.items():
        if name.endswith(WORDED) and (why := site.untold.why_not(words_of_page(path.read_text("utf-8", "replace")))):
            yield Finding(name, 0, f"says {why}: build again, and remove this file from hosts and caches")


def _sums(folder: Path, files: Mapping[str, Path]) -> Iterator[Finding]:
    """Find files that are not as SHA256SUMS has them, or that it does not have."""
    listed = dict[str, str]()
    if SUMS not in files:
        yield Finding(SUMS, 0, f"is missing; build again into {folder}")
        return
    for row in files[SUMS].read_text("utf-8", "replace").splitlines():
        digest, _, name = row.partition("  ")
        listed[name] = digest
    for name, path in files.items():
        if name != SUMS and listed.pop(name, "") != hashlib.sha256(path.read_bytes()).hexdigest():
            yield Finding(name, 0, f"is not as {SUMS} has it: somebody changed it; build again")
    yield from (Finding(name, 0, f"is missing, and {SUMS} has it: build again") for name in listed)
