"""Reads the fields of a case's front matter and collects what is wrong; knows nothing about what they mean."""

from collections.abc import Sequence

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from outreach.cases.files.frontmatter import FIRST_ROW, is_blank, kind_of, lost_to_comment
from outreach.errors import Problem
from outreach.language import BUILT_IN, language_code, language_name
from outreach.text import code_point, control_in, control_in_line, did_you_mean

MAX_LINE = 500  # characters of a field: a subject or a sentence, never a page
YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False}


class Fields:
    """The keys and values of one group of lines. `node` may be None: then there are none, and nothing is reported."""

    def __init__(
        self, node: Node | None, file: str, problems: list[Problem], path: str = "", row: int | None = None
    ) -> None:
        self._file = file
        self._problems = problems
        self._path = path
        self._row = row
        self._nodes: dict[str, Node] = {}
        self._rows: dict[str, int] = {}
        for key, value in node.value if isinstance(node, MappingNode) else ():
            self._add(key, value)

    def _add(self, key: Node, value: Node) -> None:
        name = key.value if isinstance(key, ScalarNode) else ""
        if not name or control_in_line(name) or len(name) > MAX_LINE:
            self._report("a key must be a plain word", _row(key))
        elif name in self._nodes:
            self._report("the key is there twice; keep one", _row(key), name)
        else:
            self._nodes[name] = value
            self._rows[name] = _row(key)

    def has(self, key: str) -> bool:
        return key in self._nodes and not is_blank(self._nodes[key])

    def is_text(self, key: str) -> bool:
        """Say whether there is one text under that key, rather than a list or a group."""
        return self.has(key) and isinstance(self._nodes[key], ScalarNode)

    def is_there(self, key: str) -> bool:
        """Say whether somebody wrote the key, be it without a value."""
        return key in self._nodes

    def wrong(self, key: str, message: str) -> None:
        """Report a problem of that key, at its row; if it is not there, at the row of the group it belongs to."""
        self._report(message, self._rows.get(key, self._row), key)

    def only(self, known: Sequence[str]) -> None:
        """Report every key that is not among `known`, with the one that was probably meant."""
        for key in self._nodes.keys() - set(known):
            self.wrong(key, f"there is no such key{did_you_mean(key, known)}")

    def text(self, key: str) -> str:
        """Read one line of text, or "" where there is none."""
        node = self._nodes.get(key)
        return self._line(node, key) if node else ""

    def required(self, key: str, what: str) -> str:
        if not self.has(key):
            self.wrong(key, f"missing: {what}")
            return ""
        return self.text(key)

    def yes_or_no(self, key: str) -> bool:
        """Say whether it says yes. Silence is no; anything but yes and no is a problem, and no."""
        text = self.text(key).lower()
        if text and text not in YES_OR_NO:
            self.wrong(key, f"'{text}': write yes or no")
        return YES_OR_NO.get(text, False)

    def translated(self, key: str, languages: Sequence[str]) -> dict[str, str]:
        """Read language → text, in each of `languages`; others may be there too."""
        known = tuple(dict.fromkeys((*BUILT_IN, *languages)))
        others = _languages_in(self._nodes.get(key))
        group = self.group(key, tuple(dict.fromkeys((*known, *others))))
        if not self.has(key):
            self.wrong(key, f"missing: give it in {', '.join(languages)}")
            return {}
        texts = {language: group.text(language) for language in (*known, *others) if group.has(language)}
        for language in languages:
            if not group.has(language):
                group.wrong(language, f"missing: the {key} in {language_name(language)}")
        return texts

    def by_language(self, key: str, own: str) -> dict[str, str]:
        """Read language → text, as far as it is there; one text alone is in the language `own`."""
        node = self._nodes.get(key)
        if not isinstance(node, MappingNode):
            text = self.text(key)
            return {own: text} if text else {}
        return self._in_languages(self.group(key, _known_languages(node)), node)

    def list_by_language(self, key: str, own: str) -> tuple[dict[str, str], ...]:
        """Read a list of texts, each as `by_language` reads one."""
        found = []
        for number, node in enumerate(self._list(key), 1):
            if isinstance(node, MappingNode) and _languages_in(node):
                group = Fields(node, self._file, self._problems, f"{self._path}{key}.{number}.", _row(node))
                group.only(_known_languages(node))
                found.append(self._in_languages(group, node))
            elif line := self._line(node, key):
                found.append({own: line})
        return tuple(filter(None, found))

    def by_name(self, key: str) -> dict[str, str]:
        """Read name → text, of names that stand before a colon."""
        node = self._nodes.get(key)
        if not isinstance(node, MappingNode):
            if self.has(key):
                self.wrong(key, f"must be lines of 'name: text', not {kind_of(self._nodes[key])}")
            return {}
        group = Fields(node, self._file, self._problems, f"{self._path}{key}.", self._rows.get(key))
        return {name: text for name in group._nodes if (text := group.text(name))}

    @staticmethod
    def _in_languages(group: "Fields", node: MappingNode) -> dict[str, str]:
        return {language: text for language in _languages_in(node) if (text := group.text(language))}

    def group(self, key: str, known: Sequence[str]) -> "Fields":
        """Give the keys under a key, each of them one of `known`."""
        node = self._nodes.get(key)
        if node and not isinstance(node, MappingNode) and not is_blank(node):
            self.wrong(key, f"must be lines of 'key: value' ({', '.join(known)}), not {kind_of(node)}")
        group = Fields(node, self._file, self._problems, f"{self._path}{key}.", self._rows.get(key))
        group.only(known)
        return group

    def items(self, key: str, known: Sequence[str]) -> list["Fields"]:
        """Give the entries of a list, each a group of the keys `known`."""
        entries = []
        for number, node in enumerate(self._list(key), 1):
            if isinstance(node, MappingNode):
                entry = Fields(node, self._file, self._problems, f"{self._path}{key}.{number}.", _row(node))
                entry.only(known)
                entries.append(entry)
            else:
                self._report(f"must be '- {known[0]}: …', not {kind_of(node)}", _row(node), key)
        return entries

    def texts(self, key: str) -> tuple[str, ...]:
        """Give the lines of a list, each one text."""
        return tuple(line for node in self._list(key) if (line := self._line(node, key)))

    def listed_by_language(self, key: str, languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Read a text or a list of them, for all languages (then its code is ""), or for each by its code."""
        node = self._nodes.get(key)
        if not isinstance(node, MappingNode):
            found = self.one_or_more(key)
            return {"": found} if found else {}
        group = self.group(key, tuple(dict.fromkeys((*BUILT_IN, *languages))))
        by_language = {name.value: group.one_or_more(name.value) for name, _ in node.value if _is_language(name)}
        return {language: texts for language, texts in by_language.items() if texts}

    def one_or_more(self, key: str) -> tuple[str, ...]:
        """Give the one text under a key, or those of a list."""
        if self.is_text(key):
            return (text,) if (text := self.text(key)) else ()
        return self.texts(key)

    def _list(self, key: str) -> list[Node]:
        node = self._nodes.get(key)
        if node is None or is_blank(node):
            return []
        if isinstance(node, SequenceNode):
            return list(node.value)
        self.wrong(key, f"must be a list, each line beginning with '- ', not {kind_of(node)}")
        return []

    def _line(self, node: Node, key: str) -> str:
        if not isinstance(node, ScalarNode):
            self._report(f"must be one text, not {kind_of(node)}; text with a colon needs quotes", _row(node), key)
            return ""
        text: str = node.value.strip()
        lost = lost_to_comment(node)
        if lost:
            self._report(f"the text from '{lost}' on is a comment to YAML: put the value in quotes", _row(node), key)
        elif "\n" in text or "\t" in text:
            self._report("must be one line, without line breaks and tabs", _row(node), key)
        elif control := control_in(text):
            self._report(f"has the control character {code_point(control)}: delete it", _row(node), key)
        elif len(text) > MAX_LINE:
            self._report(f"longer than {MAX_LINE} characters", _row(node), key)
        else:
            return text
        return ""

    def _report(self, message: str, row: int | None, key: str = "") -> None:
        problem = Problem(self._file, message, row, f"{self._path}{key}".strip(".") or None)
        if problem not in self._problems:  # a key may be read twice
            self._problems.append(problem)


def _languages_in(node: Node | None) -> list[str]:
    """List the keys of a group of lines that are codes of languages."""
    return [name.value for name, _ in node.value if _is_language(name)] if isinstance(node, MappingNode) else []


def _known_languages(node: Node) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*BUILT_IN, *_languages_in(node))))


def _is_language(key: Node) -> bool:
    """Say whether a key is the code of a language, written as codes are."""
    try:
        return isinstance(key, ScalarNode) and language_code(key.value) == key.value
    except ValueError:
        return False


def _row(node: Node) -> int:
    """Give the row in the file where a node begins."""
    return int(node.start_mark.line) + FIRST_ROW
