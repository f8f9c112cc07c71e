"""What an empty campaign is made of: settings as text, layouts of its languages, tables with a header, a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach.cases.asks.writing import NewAsk, ask_table
from outreach.settings.campaign import Language
from outreach.settings.sections import FILE
from outreach.settings.writing import toml_list, toml_string, toml_table
from outreach.starter.empty_site import site_files

TEMPLATES = (Path("templates", "letters"), Path("templates", "tweets"))
TABLES = ("missions.csv", "record.csv", "instruments.csv", "documented.csv")
COMMON = (
    "first",
    "reminder",
    "thanks",
    "several",
    "several.reminder",
    "several.thanks",
    "digest",
)  # letters of every case, beside the layouts, which begin with "_"
MODEL: Language = "en"  # the language whose layouts others are written after
SETTINGS = """\
# The settings of this campaign. Every key there is: docs/settings.md of the program.
# No secrets here: passwords come from the environment, or from a file .env beside this one that nobody shares.

[campaign]
# What letters and reports call the campaign, and who runs it, as it stands in a sentence.
title = {title}
organisation = {organisation}
# Letters are written in these; each needs its layouts in templates/letters.
languages = {languages}
# Days and hours are those here.
timezone = {timezone}

# Who signs the letters, and where answers go.
[sender]
name = {name}
role = {role}
organisation = {organisation}
email = {email}

# The server that letters leave through; the password only as OUTREACH_SMTP__PASSWORD. Without a host, `outreach send`
# rehearses: letters land in the folder rehearsal.
[smtp]
# host = "mail.example.org"
# username = "campaign@example.org"

# The mailbox that answers come to, for `outreach inbox fetch`; the password only as OUTREACH_IMAP__PASSWORD.
[imap]
# host = "imap.example.org"
# username = "campaign@example.org"

# A reminder may go so many days after the first letter.
[reminder]
after_days = 10

# What is asked of States; `outreach asks new` adds an ask. {{{{ when }}}}, {{{{ session }}}} and {{{{ of_forum }}}}
# write themselves in each language; {{{{ again }}}} says something only to a State that raised the case before.
"""


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What an empty campaign says of itself. What is blank is to be filled in; `ask` None: nothing is asked yet."""

    title: str = ""
    organisation: str = ""
    name: str = ""  # of the person who signs
    role: str | Mapping[Language, str] = ""  # in the first language, or in each
    email: str = ""
    languages: tuple[Language, ...] = (MODEL,)
    timezone: str = "Europe/Zurich"
    ask: NewAsk | None = None


@dataclass(frozen=True, slots=True)
class MissingLayout:
    """A template of the campaign that somebody has to write, and the one to write it after."""

    file: Path
    model: Path


def settings_text(new: NewCampaign) -> str:
    """Write outreach.toml. UsageError for an ask of which a sentence is missing."""
    values = {name: toml_string(getattr(new, name)) for name in ("title", "organisation", "timezone", "name")}
    role = toml_string(new.role) if isinstance(new.role, str) else toml_table(new.role)
    text = SETTINGS.format(**values, role=role, email=toml_string(new.email), languages=toml_list(new.languages))
    return text + (ask_table(new.ask, new.languages) if new.ask else "")


def empty_files(new: NewCampaign, source: Path) -> dict[Path, bytes]:
    """Give every file of an empty campaign by its place in the folder; `source` has the files that come with us."""
    wanted = {*new.languages, *((MODEL,) if missing_layouts(new, source) else ())}
    files = {Path(FILE): settings_text(new).encode(), Path("cases", ".gitkeep"): b""}
    for name in TABLES:
        header = (source / "contacts" / name).read_bytes().partition(b"\n")[0]
        files[Path("contacts", name)] = header.rstrip(b"\r") + b"\n"
    files |= site_files(new.title, new.languages)
    for path, language in _layouts(source):
        if not language or language in wanted:
            files[path] = (source / path).read_bytes()
    return files


def missing_layouts(new: NewCampaign, source: Path) -> tuple[MissingLayout, ...]:
    """List the layouts that come with us in English and not in a language of the campaign."""
    there = dict(_layouts(source))
    return tuple(
        MissingLayout(file, model)
        for language in new.languages
        for model in there
        if there[model] == MODEL
        and (file := model.with_name(model.name.replace(f".{MODEL}.", f".{language}."))) not in there
    )


def _layouts(source: Path) -> Iterator[tuple[Path, str]]:
    """Give the templates that are of no case, each with its language; "" for one of all languages."""
    for folder in TEMPLATES:
        for path in sorted((source / folder).iterdir()):
            stem, _, language = path.stem.rpartition(".")
            if path.is_file() and (path.name.startswith("_") or stem in COMMON):
                yield folder / path.name, language if stem else ""
