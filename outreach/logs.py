"""Writes the program's log to standard error, for people or as JSON; knows nothing about what is logged.

Each package has a logger of its own name (`outreach.outbox.sending`). It says with ids, counts and kinds of errors what
happened: no address of a person or mission, no name, no subject, no secret, and no words of a server, which may quote
any of these. The arguments of a line are one mapping, from which both forms are made. No line is louder than INFO, so
that nothing is written unless somebody asks: what a person must know is said by the command itself.
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime


@contextmanager
def log_to_stderr(level: int, *, as_json: bool) -> Iterator[None]:
    """Write what the program's loggers say from `level` on, while the block lasts."""
    logger = logging.getLogger("outreach")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if as_json else logging.Formatter("%(asctime)s %(name)s: %(message)s", "%H:%M:%S"))
    before, spread = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        logger.propagate = spread


class _Json(logging.Formatter):
    """One object a line: at (UTC), level, logger, event, and what the event was about."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if isinstance(record.args, Mapping):
            line |= record.args
        return json.dumps(line, ensure_ascii=False, default=str)
