"""`outreach` itself: what is no command, what is wrong in a hundred places, and what cannot be read."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import Command


@pytest.mark.parametrize(
    ("arguments", "meant"), [(("stauts",), "status"), (("mission", "list"), "missions"), (("queue", "lst"), "list")]
)
def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(
    tmp_path: Path, outreach: Command, arguments: tuple[str, ...], meant: str
) -> None:
    result = outreach(*arguments, folder=tmp_path)
    assert (result.returncode, f"Did you mean {meant!r}?" in result.stderr) == (2, True)


def test_of_very_many_faults_the_first_hundred_are_named_and_the_others_counted(
    campaign_folder: Path, outreach: Command
) -> None:
    missions = campaign_folder / "contacts" / "missions.csv"
    header = missions.read_text(encoding="utf-8").splitlines()[0]
    missions.write_text("\n".join([header, *(f"Q{number}" for number in range(300))]), encoding="utf-8")
    result = outreach("status", folder=campaign_folder)
    lines = result.stderr.splitlines()
    assert (result.returncode, len(lines)) == (2, 101)
    assert lines[-1].startswith("outreach: … and ")


CLOSED = """
import os, sys
from pathlib import Path
from outreach.campaign import refuse_closed
from outreach.errors import DataError
folder = Path(sys.argv[1])
for name in ("cases", "templates/letters"):
    (folder / name).chmod(0o000)
if os.getuid() == 0:  # root may look into everything, so go on as nobody
    os.seteuid(65534)
try:
    refuse_closed(folder)
except DataError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="file permissions as POSIX has them")
def test_folders_that_cannot_be_looked_into_are_named() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to nobody
        Path(folder).chmod(0o755)
        for name in ("cases", "contacts", "templates/letters"):
            (Path(folder) / name).mkdir(parents=True)
        result = subprocess.run([sys.executable, "-c", CLOSED, folder], capture_output=True, text=True)
        for name in ("cases", "templates/letters"):
            (Path(folder) / name).chmod(0o755)
    assert (result.stdout, result.stderr) == (
        "cases/: cannot be read: Permission denied\ntemplates/letters/: cannot be read: Permission denied\n",
        "",
    )
