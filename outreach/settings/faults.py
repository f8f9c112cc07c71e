"""What is wrong in outreach.toml, .env and the environment, in words; opens no file, and is told which settings exist.

No value is ever shown: it may be a secret.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from tomllib import TOMLDecodeError
from typing import Any

from dotenv.parser import Binding, parse_stream
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from outreach.errors import Problem, SettingsError
from outreach.settings.sections import DOTENV, FILE, ONE_LINE, PREFIX
from outreach.text import either, nearest

# Read by other parts of the program; no settings.
OTHERS = (f"{PREFIX}DEBUG", f"{PREFIX}LOG")
A_DAY = "write a day as date = 2022-09-29"
A_WHOLE_NUMBER = "write a whole number"
A_NUMBER = "write a number"
TRUE_OR_FALSE = "write true or false"
# pydantic's names of what can be wrong; the rest it says well enough itself.
SENTENCES = {
    "date_from_datetime_inexact": A_DAY,
    "date_from_datetime_parsing": A_DAY,
    "date_parsing": A_DAY,
    "date_type": A_DAY,
    "int_from_float": A_WHOLE_NUMBER,
    "int_parsing": A_WHOLE_NUMBER,
    "int_parsing_size": A_WHOLE_NUMBER,
    "int_type": A_WHOLE_NUMBER,
    "finite_number": A_NUMBER,
    "float_parsing": A_NUMBER,
    "float_type": A_NUMBER,
    "bool_parsing": TRUE_OR_FALSE,
    "bool_type": TRUE_OR_FALSE,
    "greater_than_equal": "write {ge} or more",
    "greater_than": "write more than {gt}",
    "less_than_equal": "write {le} or less",
    "literal_error": "write {expected}",
    "string_too_long": "write at most {max_length} characters",
    "string_type": "write a text, in quotes",
    "tuple_type": 'write a list, such as ["one", "two"]',
    "model_type": "write a section, with its settings below it",
    "dict_type": "write a section, with its settings below it",
    "missing": "missing",
}
# What Python's reader of TOML says, and what helps.
TOML_TIPS = {
    "Invalid value": 'Values of text need quotes: title = "…"',
    "Invalid date or datetime": "Write a day as date = 2022-09-29",
    "Expected newline": "Write one setting a line; a text in quotes, a day as date = 2022-09-29",
    "Cannot declare": "Write each [section] once, with all its settings below it",
    "Cannot overwrite a value": "Write each setting once",
}
# How pydantic marks in a place which of several types it tried, or that a key is meant.
MARK = re.compile(r"str|constrained-str|.*\[.*")
ASK_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def names_in_dotenv(text: str) -> dict[str, int]:
    """Give the names that .env sets, each with its line; SettingsError naming every line that sets none."""
    bindings = list(parse_stream(StringIO(text)))
    faults = [
        f"{DOTENV}, line {_line(binding)}: not NAME=value; is a quote not closed?"
        for binding in bindings
        if _unreadable(binding)
    ]
    if faults:
        raise SettingsError("\n".join(faults))
    return {binding.key: _line(binding) for binding in bindings if binding.key}


def unknown_variables(in_dotenv: Mapping[str, int], environment: Iterable[str], known: Iterable[str]) -> list[str]:
    """List what is wrong with each variable that begins as ours do and is none; `known` are settings such as smtp.host.

    Small and capital letters are the same. groups is a section of the user's own, so any name can stand in it.
    """
    settings = [f"{PREFIX}{setting.replace('.', '__').upper()}" for setting in known]
    ours = {_bare(variable): variable for variable in (*settings, *OTHERS)}
    lines = [(f"{DOTENV}, line {line}", name) for name, line in in_dotenv.items()]
    return [
        f"{place}: {_no_such_variable(name, ours)}"
        for place, name in [*lines, *(("environment", name) for name in sorted(environment))]
        if _is_ours(name) and _bare(name) not in ours and not _bare(name).startswith("groups__")
    ]


def unknown_keys(written: Iterable[str], known: Sequence[str]) -> list[str]:
    """List each section of outreach.toml that there is not."""
    sections = [name for name in known if "." not in name]
    return [str(Problem(FILE, _no_such_setting(key, sections), column=key)) for key in written if key not in sections]


def toml_in_words(error: TOMLDecodeError) -> str:
    tip = next((f". {tip}" for start, tip in TOML_TIPS.items() if str(error).startswith(start)), "")
    return f"not valid TOML: {error}{tip}"


def explain(
    error: ValidationError, places: Mapping[str, Iterable[str]], written: Mapping[str, Any], known: Sequence[str]
) -> list[str]:
    """Write one line a problem, naming where the value came from: outreach.toml, or a variable of one of the places.

    What stands in an earlier of `places` goes before a later one, and both before outreach.toml.
    """
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        origin = _origin([str(part) for part in item["loc"]], places)
        column = _column(item["loc"], _ask_ids(written.get("ask")) if origin == FILE else {})
        unknown = item["type"] == "extra_forbidden"
        lines.append(
            str(Problem(origin, _no_such_setting(column, known) if unknown else in_words(item), column=column))
        )
    return lines


def _origin(keys: list[str], places: Mapping[str, Iterable[str]]) -> str:
    wanted = {PREFIX + "__".join(keys[:depth]).upper() for depth in range(1, len(keys) + 1)}
    for place, names in places.items():
        if found := sorted(name for name in names if name.upper() in wanted):
            return f"{place} {found[-1]}"
    return FILE


def in_words(item: ErrorDetails) -> str:
    """Say how to write the value, for what pydantic found wrong with it."""
    context = item.get("ctx", {})
    if context.get("pattern") == ONE_LINE:
        return "write one line, without tabs and other control characters"
    if item["type"] == "string_pattern_mismatch" and item["loc"][-1] == "id":
        return "write small letters, digits and hyphens, such as hrc51"
    if item["type"] in SENTENCES:
        return SENTENCES[item["type"]].format(**context)
    return item["msg"].removeprefix("Value error, ")


def _column(place: Sequence[int | str], ids: Mapping[int, str]) -> str:
    """Say where a value stands: an ask goes by its id where it has one, and what has none is counted from 1."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in place]
    if len(place) > 1 and place[0] == "ask" and isinstance(place[1], int):
        parts[1] = ids.get(place[1], parts[1])
    return ".".join(part for part in parts if not MARK.fullmatch(part))


def _ask_ids(asks: object) -> dict[int, str]:
    """Give the ids by which asks of outreach.toml can be told apart, by position; what stands there may be anything."""
    tables = asks if isinstance(asks, list) else []
    ids = [table.get("id") if isinstance(table, dict) else None for table in tables]
    usable = {at: found for at, found in enumerate(ids) if isinstance(found, str) and ASK_ID.fullmatch(found)}
    return {at: found for at, found in usable.items() if ids.count(found) == 1}


def _no_such_setting(column: str, known: Iterable[str]) -> str:
    """With the nearest name of the same section."""
    section, _, key = column.rpartition(".")
    beside = {name.rpartition(".")[2]: name for name in known if name.rpartition(".")[0] == section}
    return f"there is no such setting; {_guess(key, beside)}"


def _unreadable(binding: Binding) -> bool:
    """Also NAME:value, in which a library sees one long name; other programs may have lines of their own kind."""
    name = binding.key or ""
    return binding.error or (_is_ours(name) and (binding.value is None or not re.fullmatch(r"[\w-]+", name)))


def _line(binding: Binding) -> int:
    """Blank lines before a statement are part of it to the parser."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _no_such_variable(name: str, variables: Mapping[str, str]) -> str:
    if not re.fullmatch(r"[\w-]+", name):  # a value may have slipped into it
        return f"a name that begins with {PREFIX} is no setting; see docs/settings.md"
    return f"there is no such setting {name}; {_guess(_bare(name), variables)}"


def _guess(word: str, names: Mapping[str, str]) -> str:
    near = [names[name] for name in nearest(word, names)]
    return f"did you mean {either(near)}?" if near else "see docs/settings.md"


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX)


def _bare(name: str) -> str:
    return name.lower().removeprefix(PREFIX.lower())
