"""Prints what every fault of a mail server leads to: `python -m tests.channels.smtp.fault_table`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from tests.channels.smtp.faults import rows, run

WIDTH = 60  # characters of what the screen says


def main() -> None:
    """Print a line for each, and the totals."""
    totals = [0, 0, 0, 0]
    print(f"{'fault':32} {'first run':32} unc dup lost false  words on screen")
    for row in (every := rows()):
        with TemporaryDirectory() as folder:
            result = run(row, Path(folder))
        numbers = [result.unconfirmed, result.duplicates, result.lost, result.falsely_sent]
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
        statuses = " ".join(status.value for status in result.first)
        cells = " ".join(f"{number:>4}" for number in numbers)
        print(f"{row.name:32} {statuses:32} {cells}  {result.words[:WIDTH]}", flush=True)
    unconfirmed, duplicates, lost, falsely = totals
    wrong = f"{duplicates} duplicates, {lost} lost, {falsely} falsely sent"
    print(f"\n{len(every)} faults: {wrong}, {unconfirmed} unconfirmed")
    print(f"{process_time():.0f} s of processor")


if __name__ == "__main__":
    main()
