"""The campaign's words file of a language, templates/letters/_words.xx.toml: what letters say around their layouts.

Nothing in it has to be there. In English, French and Spanish the program has these words itself; in other languages
what is missing stands without any: a day alone, the name of a State alone.
"""

import re
import tomllib
from pathlib import Path

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from outreach.errors import Problem, SettingsError
from outreach.settings.faults import in_words, toml_in_words
from outreach.settings.sections import Line, Section
from outreach.text import did_you_mean, shortened

FOLDER = "templates/letters"
MARK = re.compile(r"\{([^{}]*)\}")
STATE_CODE = re.compile(r"[A-Z]{3}")


class LanguageWords(Section):
    """One words file. In braces stands what the program puts there; docs/templates.md explains each key."""

    mission: Line = ""  # "Missão Permanente: {state}"
    observer_mission: Line = ""
    our_reference: Line = ""  # "Nossa referência: {reference}"
    again: Line = ""
    on: Line = ""  # "em {date}"
    from_to: Line = ""  # "de {first} a {last}"
    states: dict[str, Line] = Field(default={})  # alpha-3 → name, where Unicode's is not the right one
    brief: dict[str, Line] = Field(default={})  # the words of `outreach brief`, by key: raised = "Quem levantou o caso"
    of_states: dict[str, Line] = Field(default={})  # alpha-3 → the name after "of": da Alemanha

    @field_validator(*("mission", "observer_mission", "our_reference", "on", "from_to"))
    @classmethod
    def marks(cls, value: str, info: ValidationInfo) -> str:
        allowed = MARKS[info.field_name or ""]
        said = MARK.findall(value)
        if value and not all(any(mark in said for mark in each) for each in allowed):
            raise ValueError(
                f"must say {' and '.join(' or '.join(f'{{{mark}}}' for mark in each) for each in allowed)}"
            )
        known = [mark for each in allowed for mark in each]
        if strange := [mark for mark in said if mark not in known]:
            raise ValueError(f"there is no {{{shortened(strange[0])}}} here{did_you_mean(strange[0], known)}")
        return value

    @field_validator("brief")
    @classmethod
    def words_of_the_brief(cls, value: dict[str, str]) -> dict[str, str]:
        for key, words in value.items():
            if key not in BRIEF:
                raise ValueError(f"there is no '{shortened(key)}' in a brief{did_you_mean(key, BRIEF)}")
            said, wanted = MARK.findall(words), [BRIEF[key]] if BRIEF[key] else []
            if said != wanted:
                raise ValueError(f"{key} must say {{{BRIEF[key]}}}" if wanted else f"{key} has no words in braces")
        return value

    @field_validator("states", "of_states")
    @classmethod
    def codes(cls, value: dict[str, str]) -> dict[str, str]:
        if strange := [code for code in value if not STATE_CODE.fullmatch(code)]:
            raise ValueError(f"'{shortened(strange[0])}' is not the alpha-3 code of a State, such as DEU")
        return value


# The words of `outreach brief`, and what stands in braces in each.
BRIEF = {
    "concerned": "state",
    "facts": "date",
    "background": "",
    "what_happened": "",
    "what_we_want": "",
    "words": "",
    "references": "",
    "raised": "",
    "contact": "contact",
    "council": "session",
    "assembly": "session",
}
# What stands in braces in a text: of each group one has to be there.
MARKS = {
    "mission": (("state", "of_state"),),
    "observer_mission": (("state", "of_state"),),
    "our_reference": (("reference",),),
    "on": (("date",),),
    "from_to": (("first",), ("last",)),
}
NO_WORDS = LanguageWords()


def load_words(folder: Path, languages: tuple[str, ...]) -> dict[str, LanguageWords]:
    """Read the words files of the campaign in `folder`, by language; SettingsError naming every wrong key at once."""
    found = dict[str, LanguageWords]()
    wrong = list[Problem]()
    for language in languages:
        file = words_file(language)
        if (folder / file).is_file():
            try:
                found[language] = _read(folder / file, file)
            except ValidationError as error:
                wrong += [_problem(file, item) for item in error.errors(include_input=False, include_url=False)]
    if wrong:
        raise SettingsError("\n".join(map(str, wrong)))
    return found


def words_file(language: str) -> str:
    """Name the words file of a language, as people see it in the campaign folder."""
    return f"{FOLDER}/_words.{language}.toml"


def _read(path: Path, file: str) -> LanguageWords:
    try:
        return LanguageWords.model_validate(tomllib.loads(path.read_text("utf-8-sig")))
    except UnicodeDecodeError:
        raise SettingsError(f"{file}: not UTF-8: save it as UTF-8 in your editor") from None
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {toml_in_words(error)}") from None


def _problem(file: str, item: ErrorDetails) -> Problem:
    place = [str(part) for part in item["loc"] if part != "[key]"]
    if item["type"] == "extra_forbidden":
        return Problem(
            file, f"there is no such key{did_you_mean(place[-1], LanguageWords.model_fields)}", column=".".join(place)
        )
    return Problem(file, in_words(item), column=".".join(place))
