"""The installed package works away from the repository: wheel, `outreach init`, `outreach send`."""

import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from outreach import __version__
from outreach.starter.make import PARTS

REPOSITORY = Path(__file__).parents[2]
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "outreach", *PARTS)


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel in it, and an empty folder to work in; neither knows the repository."""

    python: Path
    work: Path

    def run(self, *arguments: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
        command = [str(self.python.parent / "outreach"), *arguments]
        return subprocess.run(
            command, cwd=self.work / folder, env=bare_environment(), capture_output=True, text=True, check=False
        )


def bare_environment() -> dict[str, str]:
    """The environment without what would lead back to the repository, or to a mail server."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OUTREACH_", "PYTHON")) and name != "VIRTUAL_ENV"
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for name in BUILT_FROM:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(REPOSITORY / name, source / name)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(source / "dist"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = (source / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Installed:
    place = tmp_path_factory.mktemp("away from the repository")
    subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
    python = place / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, env=bare_environment())
    see_the_libraries_of_this_environment(python)
    (place / "work").mkdir()
    return Installed(python, place / "work")


def see_the_libraries_of_this_environment(python: Path) -> None:
    """A .pth file adds the folder but does not run the .pth files in it, so that the editable install stays unseen."""
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    purelib = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    libraries = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (purelib / "libraries.pth").write_text("\n".join(libraries) + "\n")


def test_the_wheel_holds_the_program_and_the_starter_files_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {name.split("/")[0] for name in names} == {"outreach", f"outreach-{__version__}.dist-info"}
    assert {"outreach/starter/outreach.toml", "outreach/starter/contacts/missions.csv"} <= names
    assert {"outreach/starter/cases/viasna.md", "outreach/data/states.csv"} <= names
    assert {f"outreach/reports/templates/report.{kind}" for kind in ("html.j2", "css")} <= names
    assert "outreach/data/world.json" in names
    assert any(name.startswith("outreach/starter/templates/letters/") for name in names)
    assert any(name.startswith("outreach/db/migrations/versions/") for name in names)


def test_the_wheel_brings_its_command_and_every_library_that_it_imports(wheel):
    """So `pipx install` and `uv tool install` give a program that runs, with nothing installed beside it."""
    with zipfile.ZipFile(wheel) as archive:
        about = {name.rpartition("/")[2]: name for name in archive.namelist() if ".dist-info/" in name}
        commands = archive.read(about["entry_points.txt"]).decode()
        needed = Parser().parsestr(archive.read(about["METADATA"]).decode()).get_all("Requires-Dist", [])
        modules = {
            module for name in archive.namelist() if name.endswith(".py") for module in imported(archive.read(name))
        }

    assert "[console_scripts]\noutreach = outreach.__main__:main\n" in commands
    come, known = with_what_they_bring(needed), packages_distributions()
    others = modules - sys.stdlib_module_names - {"outreach"}
    assert len(others) > 20
    assert {m for m in others if come.isdisjoint(map(canonicalize_name, known.get(m, [])))} == set()


def imported(source: bytes) -> Iterator[str]:
    """The first names of the modules that a file imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def with_what_they_bring(needed: list[str]) -> set[str]:
    """The libraries that come with these requirements, by their canonical names."""
    come, waiting = set[str](), [Requirement(line) for line in needed]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in come or (one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in ("", "pdf"))):
            continue
        come.add(name)
        try:
            waiting += [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:
            continue  # a library of another system
    return come


def test_the_installed_program_is_not_the_one_of_the_repository(installed):
    ask = [str(installed.python), "-c", "import outreach; print(outreach.__file__)"]
    found = subprocess.run(ask, cwd=installed.work, env=bare_environment(), capture_output=True, text=True, check=True)

    assert Path(found.stdout.strip()).is_relative_to(installed.python.parents[1])
    assert installed.run("--version").stdout == f"outreach, version {__version__}\n"


def test_the_example_rehearses_its_76_letters(installed):
    made = installed.run("init", "mycampaign", "--example")
    sent = installed.run("send", "--case", "viasna", folder="mycampaign")
    logged = installed.run("log", "--json", folder="mycampaign")

    assert (made.returncode, made.stderr) == (0, "")
    assert sent.returncode == 0, sent.stderr
    assert len(list((installed.work / "mycampaign" / "rehearsal" / "new").iterdir())) == 76
    entries = [json.loads(line) for line in logged.stdout.splitlines()]
    assert len({entry["state"] for entry in entries if entry["to"] == "sent"}) == 76


def test_the_installed_program_makes_an_empty_campaign_too(installed):
    made = installed.run("init", "empty", "--language", "fr")
    checked = installed.run("cases", "check", folder="empty")

    assert (made.returncode, made.stderr) == (0, "")
    assert (installed.work / "empty" / "templates" / "letters" / "_letter.fr.md").is_file()
    assert (checked.returncode, checked.stdout) == (0, "")
