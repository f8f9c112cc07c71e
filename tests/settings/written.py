"""Campaign folders with settings, as people write them."""

from pathlib import Path

import pytest

from outreach.errors import SettingsError
from outreach.settings.load import load_settings
from outreach.settings.settings import every_secret

SECRET = "hunter2-and-more"
SECRET_KEYS = {name for names in every_secret().values() for name in names}


def campaign(folder: Path, toml: str = "", dotenv: str | None = None) -> Path:
    (folder / "outreach.toml").write_text(toml, encoding="utf-8")
    if dotenv is not None:
        (folder / ".env").write_text(dotenv, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(folder)
    return str(caught.value)
