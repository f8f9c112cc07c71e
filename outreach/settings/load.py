"""Reads the settings of a campaign: outreach.toml, .env, environment, words files; knows no section by name."""

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError as UnreadableValue

from outreach.errors import SettingsError
from outreach.settings.faults import explain, names_in_dotenv, toml_in_words, unknown_keys, unknown_variables
from outreach.settings.sections import DOTENV, FILE, PREFIX
from outreach.settings.settings import Settings, every_secret, every_setting
from outreach.settings.words import load_words


def load_settings(folder: Path) -> Settings:
    """Read the settings of the campaign in `folder`; raise SettingsError naming every wrong key at once."""
    path = folder / FILE
    if not path.is_file():
        raise SettingsError(
            f"{path}: there is no campaign here. Go to a campaign folder, name one with -C DIR, "
            "or make one with: outreach init DIR"
        )
    written = _read_toml(path)
    _refuse_secrets(written)
    in_dotenv = _read_dotenv(folder / DOTENV)
    known = every_setting()
    if unknown := unknown_variables(in_dotenv, os.environ, known):
        raise SettingsError("\n".join(unknown))
    unknown = unknown_keys(written, known)
    try:
        settings = Settings(_env_file=folder / DOTENV if in_dotenv else None, **written)  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = explain(error, {"environment": os.environ, DOTENV: in_dotenv}, written, known)
        raise SettingsError("\n".join([*unknown, *wrong])) from None
    except UnreadableValue as error:
        raise SettingsError(f'environment or .env: {error}. A list is written as JSON: \'["en", "fr"]\'') from None
    if unknown:
        raise SettingsError("\n".join(unknown))
    settings = settings.with_words(load_words(folder, settings.campaign.languages))
    return _with_whole_paths(settings, folder)


def _with_whole_paths(settings: Settings, folder: Path) -> Settings:
    """Write the files that settings name with the campaign folder before them, since commands run anywhere."""
    servers = {"smtp": settings.smtp, "imap": settings.imap, "returns": settings.returns}
    whole = {
        name: server.model_copy(update={"ca_file": str(folder.resolve() / server.ca_file)})
        for name, server in servers.items()
        if server.ca_file
    }
    return settings.model_copy(update=whole) if whole else settings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(path, FILE, "utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{FILE}: {toml_in_words(error)}") from None
    except (RecursionError, ValueError):
        raise SettingsError(f"{FILE}: not valid TOML: too deep, or a number too long") from None


def _read_dotenv(path: Path) -> dict[str, int]:
    """Give the names in .env, each with its line. pydantic-settings reads the values, once every line is known good."""
    there = path.is_symlink() or path.exists()
    return names_in_dotenv(_read(path, DOTENV, "utf-8")) if there else {}


def _read(path: Path, name: str, encoding: str) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe that nobody writes to would be waited for without end
            raise SettingsError(f"{name}: not a file but a folder or device. Remove it, or put a file in its place")
        return path.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: not UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8") from None
    except FileNotFoundError:
        raise SettingsError(
            f"{name}: a link to a file that does not exist. Remove the link, or make the file"
        ) from None
    except OSError as error:
        raise SettingsError(f"{name}: cannot be read: {error.strerror}. Put a file there that you may read") from None


def _refuse_secrets(written: dict[str, Any]) -> None:
    """Refuse a password in a file that is shared and tracked."""
    if re.search(r"://[^/@]*:[^/@]*@", str(written.get("database_url", ""))):
        raise SettingsError(f"{FILE}, column database_url: holds a password; set {PREFIX}DATABASE_URL instead")
    for section, names in every_secret().items():
        table = written.get(section)
        for name in names:
            if isinstance(table, dict) and name in table:
                what = "password" if name == "password" else "secret"
                raise SettingsError(
                    f"{FILE}, column {section}.{name}: a {what} does not belong in this file, which others read. "
                    f"Remove it there, and set {PREFIX}{section.upper()}__{name.upper()} in the environment or in .env"
                )
