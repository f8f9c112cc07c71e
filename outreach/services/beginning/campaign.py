"""Makes new campaigns: an empty one by what somebody said of it, or a copy of the example."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from outreach.cases.asks.ask import ask_problems
from outreach.cases.asks.writing import ask_table, read_ask_table
from outreach.errors import UsageError
from outreach.language import language_named
from outreach.registry.cells import read_address
from outreach.registry.days import typed_day
from outreach.settings.campaign import CampaignSettings, Language
from outreach.settings.sections import check_timezone, is_example
from outreach.settings.settings import Settings
from outreach.starter.empty import MissingLayout, NewCampaign, empty_files, missing_layouts
from outreach.starter.make import Campaign, make_folder, refuse_if_occupied, starter_files
from outreach.text import clean_line, code_point, control_in_line, shortened

MAX_LINE = 500  # characters of what becomes a line of outreach.toml
AND = frozenset({"and", "et", "y", "&"})  # between the languages that somebody lists
LANGUAGE: TypeAdapter[Language] = TypeAdapter(Language)


class Lacking(StrEnum):
    """What an empty campaign still has to be told before its first letter."""

    ORGANISATION = "organisation"
    SIGNATURE = "signature"
    ADDRESS = "address"  # of the sender
    ASK = "ask"
    CONTACTS = "contacts"
    CASE = "case"
    PAGE = "page"  # the words of the public page


@dataclass(frozen=True, slots=True)
class StartedCampaign:
    """An empty campaign that was made, what it lacks, and the layouts of its languages that nobody has written yet."""

    campaign: Campaign
    lacking: tuple[Lacking, ...]
    layouts: tuple[MissingLayout, ...] = ()


def start_campaign(folder: Path, new: NewCampaign) -> StartedCampaign:
    """Make an empty campaign: all of it or nothing. UsageError for what is wrong with its words, or with the folder."""
    source = starter_files()
    if new.ask:
        _refuse_wrong_ask(new)
    campaign = make_folder(folder, empty_files(new, source))
    given = {
        Lacking.ORGANISATION: new.organisation,
        Lacking.SIGNATURE: new.name,
        Lacking.ADDRESS: new.email and not is_example(new.email),
        Lacking.ASK: new.ask,
    }
    lacking = (item for item in Lacking if not given.get(item))
    return StartedCampaign(campaign, tuple(lacking), missing_layouts(new, source))


def require_free(folder: Path) -> None:
    """Raise UsageError where no campaign can be made, before anybody is asked anything."""
    try:
        refuse_if_occupied(folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be looked at: {(error.strerror or str(error)).lower()}") from None


def title_of(folder: Path) -> str:
    """Give the name of a folder, as the title of a campaign that nobody has named."""
    return clean_line(folder.absolute().resolve().name, MAX_LINE)


def read_line(text: str) -> str:
    """Read one line of text that any file and header can hold; ValueError says what is wrong with it."""
    text = text.strip()
    if control := control_in_line(text):
        raise ValueError(f"has the control character {code_point(control)}: type it without")
    if len(text) > MAX_LINE:
        raise ValueError(f"is {len(text)} characters long; a line has at most {MAX_LINE}")
    return text


def read_sender(text: str) -> str:
    """Read the address that letters come from; blank is blank. ValueError where it is none."""
    return read_address(text.strip()) if text.strip() else ""


def read_languages(text: str) -> tuple[Language, ...]:
    """Read codes or names of languages, such as en, fr or English and French; ValueError for one that there is not."""
    codes = [word for word in text.replace(",", " ").split() if word.lower() not in AND]
    if not codes:
        raise ValueError("name at least one language, such as en")
    return tuple(dict.fromkeys(map(_language, codes)))


def read_timezone(text: str) -> str:
    """Read the name of a time zone; ValueError for one that there is not."""
    return check_timezone(text.strip())


def read_day(text: str) -> date:
    """Read a day, such as 2027-09-13 or 13 septembre 2027; ValueError where it is none, or may be two."""
    if day := typed_day(text):
        return day
    raise ValueError(f"'{shortened(text.strip())}' is no day: write it as 2027-09-13")


def read_session(text: str) -> int:
    """Read the number of a session; 0 where there is none. ValueError where it is no number."""
    text = text.strip()
    if not text:
        return 0
    if not text.isdecimal() or not 1 <= int(text[:4]) <= 999:
        raise ValueError(f"'{text}' is no number of a session: write it as 66")
    return int(text)


def _language(code: str) -> Language:
    try:
        return LANGUAGE.validate_python(language_named(code) or code)
    except ValidationError as error:
        said = error.errors()[0]
        why = said["msg"].removeprefix("Value error, ") if said["type"] == "value_error" else "write en, fr or es"
        raise ValueError(f"'{code}' is no language that letters can be in: {why}") from None


def _refuse_wrong_ask(new: NewCampaign) -> None:
    """Raise UsageError for what an ask says against itself, before anything is made."""
    if new.ask is None:
        return
    ask = read_ask_table(ask_table(new.ask, new.languages))
    settings = Settings.model_construct(campaign=CampaignSettings(languages=new.languages), ask=(ask,))
    if problems := ask_problems(settings):
        raise UsageError("\n".join(problem.message for problem in problems))
