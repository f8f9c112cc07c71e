"""Writes the posts of a case: finds the file, fills in the words, takes the form for a network; never cuts a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from jinja2 import Template, meta, nodes

from outreach.errors import Problem, TemplateError
from outreach.rendering.posts.file import CARD, Form, PostFile, Section, forms, read_posts
from outreach.rendering.posts.length import LIMITS, Limit, limit, too_long_parts
from outreach.rendering.posts.quotes import NOTHING_OF_ITS_OWN, PictureWords, picture_words, quoted
from outreach.rendering.templates.controls import WordCheck
from outreach.rendering.templates.environment import PostEnvironment, display, text_of, without_tag_lines
from outreach.rendering.templates.faults import template_error
from outreach.rendering.templates.post_context import PostContext
from outreach.settings.accounts import NETWORKS
from outreach.text import code_point, control_in

__all__ = ["LIMITS", "Limit", "Outline", "PostText", "PostWriter", "length_problems", "limit", "too_long"]

SHARED = "posts"  # the file of the posts of any case without one of its own: posts.en.txt
NOTHING_YET = "says nothing yet"
FIELDS = tuple(field.name for field in fields(PostContext))


@dataclass(frozen=True, slots=True)
class PostText:
    """A post as it goes out on one network. `parts` is one text, or those of a thread in order.

    `addressed`: it speaks to a mission. `left_out` says why there are no parts: it says nothing yet, has no text for
    this network, or the mission has no handle there. `file` and `rows` are where each part begins. `raised` are the
    States that it says raised the case; `picture` is what its picture is to say.
    """

    name: str
    network: str
    parts: tuple[str, ...]
    addressed: bool
    left_out: str = ""
    file: str = ""
    rows: tuple[int, ...] = ()
    raised: tuple[str, ...] = ()
    picture: PictureWords = NOTHING_OF_ITS_OWN


@dataclass(frozen=True, slots=True)
class Outline:
    """A post of a file by its name, and the row where it begins. `addressed`: it makes one post for each mission."""

    name: str
    addressed: bool
    row: int


@dataclass(frozen=True, slots=True)
class _Post:
    outline: Outline
    template: Template
    says_raised: bool


class PostWriter:
    """Writes posts from the files of one folder, each file read once: make a new writer to see changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = PostEnvironment(folder)
        self._read: dict[str, tuple[_Post, ...]] = {}
        self._check = WordCheck()

    def has(self, slug: str, language: str) -> bool:
        """Say whether there is a file of posts for the case in the language, or one that all cases share."""
        return (self._folder / self.file(slug, language)).is_file()

    def file(self, slug: str, language: str) -> str:
        """Name the file of a case's posts: its own, else the one that all share; where there is neither, its own."""
        own, shared = f"{slug}.{language}.txt", f"{SHARED}.{language}.txt"
        return shared if not (self._folder / own).is_file() and (self._folder / shared).is_file() else own

    def outline(self, slug: str, language: str) -> tuple[Outline, ...]:
        """Name the posts of a case in a language, in the order of the file; TemplateError if it cannot be read."""
        return tuple(post.outline for post in self._posts(slug, language))

    def posts(self, context: PostContext, network: str) -> tuple[PostText, ...]:
        """Write the posts for a network (x, bluesky, mastodon) in the order of the file, those left out too.

        With a mission in the context the addressed ones, without it all others. Raises TemplateError with file, line
        and what is wrong. Lengths are not looked at: that is `too_long`.
        """
        words = _for_network(context, network)
        file = display(self._folder, self.file(context.case.slug, context.language))
        self._check_words(words, file)
        posts = self._posts(context.case.slug, context.language)
        wanted = [post for post in posts if post.outline.addressed == (context.mission is not None)]
        return tuple(self._write(post, words, network, file) for post in wanted)

    def _write(self, post: _Post, context: PostContext, network: str, file: str) -> PostText:
        empty = PostText(post.outline.name, network, (), post.outline.addressed, file=file)
        raised = context.raised if post.says_raised else ()
        if context.mission is not None and not context.mission.handle:
            return replace(empty, left_out=f"no handle on {network}")
        try:
            text = post.template.render({name: getattr(context, name) for name in _known(context)})
        except Exception as error:  # noqa: BLE001 - a template can raise whatever Python can; people get file and line
            raise template_error(error, self._folder, post.template.name or "") from None
        try:
            return _with_own_handles(_chosen(forms(text, post.outline.row), empty, raised), context)
        except ValueError as error:
            message = f"post '{post.outline.name}': {error}"
            raise TemplateError([Problem(file, message, post.outline.row)]) from None

    def _check_words(self, context: PostContext, file: str) -> None:
        """No value may bring a line break or a control character along, whichever file it came from."""
        problem = self._check.problem(filter(None, (context.case, context.ask, context.concerned, context.mission)))
        if not problem and (found := control_in(f"{context.link}{context.hashtag}{''.join(context.raised)}")):
            problem = f"link, hashtag or a State's name has the control character {code_point(found)}"
        if problem:
            raise TemplateError([Problem(file, problem)])

    def _posts(self, slug: str, language: str) -> tuple[_Post, ...]:
        name = self.file(slug, language)
        if name not in self._read:
            self._read[name] = tuple(self._load(name))
        return self._read[name]

    def _load(self, name: str) -> Iterator[_Post]:
        file = display(self._folder, name)
        path = self._folder / name
        if not path.is_file():
            raise TemplateError([Problem(file, "there are no posts: make the file, or take another language or case")])
        source = read_posts(text_of(path, file), file)
        try:
            self._check_preamble(source, name)
            for section in source.sections:
                yield self._compiled(source, section, name)
        except TemplateError:
            raise
        except Exception as error:  # noqa: BLE001 - as in _write
            raise template_error(error, self._folder, name) from None

    def _check_preamble(self, source: PostFile, name: str) -> None:
        """Before the first post there are words set and macros, no text, and nothing that only some posts know."""
        tree = self._environment.parse(without_tag_lines(source.preamble), name, str(self._folder / name))
        file = display(self._folder, name)
        for node in tree.find_all(nodes.Output):
            if node in tree.body and _says_something(node):
                raise TemplateError(
                    [Problem(file, "text before the first post: begin it with '=== NAME'", node.lineno)]
                )
        if "mission" in meta.find_undeclared_variables(tree):
            raise TemplateError([Problem(file, "only a post can say 'mission': that is what makes it addressed", 1)])

    def _compiled(self, source: PostFile, section: Section, name: str) -> _Post:
        """Give the section with all that stands before the first post, every line on its row of the file."""
        path = str(self._folder / name)
        preamble = without_tag_lines(f"{source.preamble}\n" if source.preamble else "")
        gap = "\n" * (section.row - preamble.count("\n"))
        text = f"{preamble}{{#{gap}#}}{without_tag_lines(section.text)}"
        tree = self._environment.parse(text, name, path)
        said = meta.find_undeclared_variables(tree)
        code = self._environment.compile(tree, name, path)
        template = Template.from_code(self._environment, code, self._environment.make_globals(None))
        return _Post(Outline(section.name, "mission" in said, section.row), template, "raised" in said)


def too_long(post: PostText, bound: Limit | None = None) -> str:
    """Say in words what is over: "x: 301 of 280; over by 21: '…'", or "" when every part fits.

    `bound` is the limit of a server that has its own; default: the network's.
    """
    return "; ".join(words for _, words in too_long_parts(post.parts, bound or limit(post.network)))


def length_problems(post: PostText, bound: Limit | None = None) -> list[Problem]:
    """Give a problem for each part that is too long: file, row, and what can be done."""
    advice = f"Shorten it, or give {post.network} a text of its own after a line: --- {post.network}"
    return [
        Problem(post.file, f"post '{post.name}', {words}. {advice}", post.rows[place])
        for place, words in too_long_parts(post.parts, bound or limit(post.network))
    ]


def _for_network(context: PostContext, network: str) -> PostContext:
    """Give the context in which `handle` is the handle on this network."""
    concerned = replace(context.concerned, handle=getattr(context.concerned, network))
    mission = context.mission and replace(context.mission, handle=getattr(context.mission, network))
    return replace(context, concerned=concerned, mission=mission)


def _known(context: PostContext) -> tuple[str, ...]:
    """Name the words there are: `mission` only where one is addressed."""
    return tuple(name for name in FIELDS if name != "mission" or context.mission is not None)


def _with_own_handles(post: PostText, context: PostContext) -> PostText:
    """Refuse a handle of another network (ValueError): here it would be somebody else's, or nobody's."""
    for words in filter(None, (context.mission, context.concerned)):
        for network in NETWORKS:
            handle = getattr(words, network)
            alone = re.compile(rf"{re.escape(handle)}(?![\w@-]|\.\w)", re.IGNORECASE)
            if handle and handle != words.handle and any(alone.search(text) for text in post.parts):
                raise ValueError(f"{handle} is a handle on {network}, the text is for {post.network}; write .handle")
    return post


def _says_something(node: nodes.Output) -> bool:
    return any(not isinstance(part, nodes.TemplateData) or part.data.strip() for part in node.nodes)


def _chosen(all_forms: list[Form], post: PostText, raised: tuple[str, ...]) -> PostText:
    """Choose the form for the post's network, or say why it is left out; ValueError for a thread with a gap."""
    found = [form for form in all_forms if CARD not in form.networks]
    own = next((form for form in found if post.network in form.networks), found[0])
    if all(form.is_blank for form in found):
        return replace(post, left_out=NOTHING_YET)
    if own.is_blank:
        return replace(post, left_out=f"has no text for {post.network}")
    if not all(text for _, text in own.parts):
        raise ValueError("a part of the thread says nothing; a condition goes around the whole post, or out")
    parts = tuple(text for _, text in own.parts)
    picture = _picture(next((form for form in all_forms if CARD in form.networks), None), parts)
    return replace(post, parts=parts, rows=tuple(row for row, _ in own.parts), raised=raised, picture=picture)


def _picture(form: Form | None, parts: tuple[str, ...]) -> PictureWords:
    """Give what the picture is to say: the form that the post has for it, else what its first part quotes."""
    if form is None:
        return quoted(parts[0])
    if len(form.parts) > 1:
        raise ValueError("what its picture says is one text: take out the ~~~")
    return picture_words(form.parts[0][1])
