"""Writes values as outreach.toml has them (TOML 1.0.0); opens no file."""

import json
from collections.abc import Mapping, Sequence


def toml_string(text: str) -> str:
    """Write a text on one line, whatever is in it (TOML 1.0.0, String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_list(texts: Sequence[str]) -> str:
    """Write texts as a list on one line (TOML 1.0.0, Array)."""
    return f"[{', '.join(map(toml_string, texts))}]"


def toml_table(texts: Mapping[str, str]) -> str:
    """Write texts by key, such as a language, as a table on one line (TOML 1.0.0, Inline Table)."""
    return "{ " + ", ".join(f"{key} = {toml_string(text)}" for key, text in texts.items()) + " }"
