import stat
import subprocess
import sys
from pathlib import Path

import pytest

from outreach.errors import OutreachError, UsageError
from outreach.registry.sheets.saving import one_at_a_time, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "record.csv"
    path.write_bytes(b"before")
    return path


def test_saving_replaces_the_file_whole_and_keeps_its_permissions(file: Path) -> None:
    file.chmod(0o640)
    number = file.stat().st_ino
    save(file, b"before", b"after")
    assert file.read_bytes() == b"after"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert file.stat().st_ino != number, "a new file took the place of the old: a reader sees one or the other"
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_changed_meanwhile_is_left_alone(file: Path) -> None:
    with pytest.raises(UsageError, match="was changed meanwhile"):
        save(file, b"something else", b"after")
    assert file.read_bytes() == b"before"


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(file)
    save(link, b"before", b"after")
    assert link.is_symlink()
    assert file.read_bytes() == b"after"


LIMITED = """
import resource, signal, sys
from pathlib import Path
from outreach.errors import OutreachError
from outreach.registry.sheets.saving import save
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    save(Path(sys.argv[1]), b"before", b"a" * 100)
except OutreachError as error:
    print(error)
"""


def test_when_there_is_no_room_the_file_stays_and_nothing_half_written_is_left(file: Path) -> None:
    """A real limit on file size, as a full disk would be."""
    done = subprocess.run([sys.executable, "-c", LIMITED, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{file} cannot be written: File too large; it is as it was\n"
    assert file.read_bytes() == b"before"
    assert list(file.parent.iterdir()) == [file]


def test_a_missing_folder_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(OutreachError, match="cannot be opened"), one_at_a_time(tmp_path / "nowhere"):
        pytest.fail("the folder was held")
