"""Whom the Secretary-General's reports on cooperation with the United Nations name, as far as lists were found.

The table is outreach/data/sg_reports.csv: rows with a State say that a report names it, rows without one how many it
names. Each row has where that is written. Shown only where the campaign says so: `[site] sg_reports`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from outreach.data import rows
from outreach.reports.page.history import Source, sources

YEAR = re.compile(r"\d{4}")
NEW = "named with new cases"


@dataclass(frozen=True, slots=True)
class SgReport:
    """One report: its year and symbol ("" where nobody gave it), how many States it names, and those that are known.

    `named` is alpha-3 → whether it is named with new cases. `count` is None where nobody says how many there are.
    """

    year: str
    symbol: str
    count: int | None
    named: Mapping[str, bool]
    sources: tuple[Source, ...]

    @property
    def is_whole(self) -> bool:
        """Say whether every State that it names is known; only then can one say of another that it is not named."""
        return self.count == len(self.named)


@cache
def sg_reports() -> tuple[SgReport, ...]:
    """Give the reports of which at least one named State is known, the newest first."""
    table = [row for row in rows("sg_reports.csv") if YEAR.fullmatch(row["report_year"])]
    found = (
        _report(year, [row for row in table if row["report_year"] == year])
        for year in sorted({row["report_year"] for row in table}, reverse=True)
    )
    return tuple(report for report in found if report.named)


def _report(year: str, told: list[dict[str, str]]) -> SgReport:
    counts = [int(row["count"]) for row in told if row["count"] and not row["state"]]
    named = [row for row in told if row["state"]]
    return SgReport(
        year=year,
        symbol=next((row["symbol"] for row in told if row["symbol"]), ""),
        count=counts[0] if counts else None,
        named={row["state"]: row["what"] == NEW for row in named},
        sources=tuple(dict.fromkeys(source for row in named for source in sources(row["source"]))),
    )
