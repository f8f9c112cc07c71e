"""Writes values as outreach.toml has them (TOML 1.0.0); opens no file."""

import json
from collections.abc import Sequence


def toml_string(text: str) -> str:
    """Write a text on one line, whatever is in it (TOML 1.0.0, String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_list(texts: Sequence[str]) -> str:
    """Write texts as a list on one line (TOML 1.0.0, Array)."""
    return f"[{', '.join(map(toml_string, texts))}]"
