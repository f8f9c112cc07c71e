"""Tables of what goes wrong at a network, and what a post's fate is then, as tests run them row by row."""

import pytest

from outreach.errors import DeliveryError
from tests.channels.networks.http_server import Fault

Kind = type[DeliveryError]


def named(rows: list[tuple[Fault, Kind]]) -> list[object]:
    """The rows as parameters of a test, each named for its path and what happens there."""

    def name(fault: Fault) -> str:
        what = next((word for word in ("drop", "silent", "drip") if getattr(fault, word)), str(fault.status))
        return f"{fault.path.strip('/')}-{what}-{len(str(fault.body))}"

    return [pytest.param(fault, kind, id=name(fault)) for fault, kind in rows]


def patience(fault: Fault) -> float:
    """Seconds: few only where the time is bound to run out, since other tests keep the machine busy."""
    return 1.5 if fault.silent or fault.drip else 20
