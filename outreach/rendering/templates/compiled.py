"""Keeps what templates are compiled to while the process lives; knows nothing about what they say.

A command writes a letter to plan it, and again to check it before it leaves; `--watch` and `cases check` do so often.
"""

from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

MOST = 1_000  # texts; more than a campaign has


class Compiled(BytecodeCache):
    """What each text was compiled to, by the name of its file and the text itself, in whatever folder it lies."""

    def __init__(self) -> None:
        self._codes = dict[tuple[str, str], CodeType]()

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Find the code of a text; errors in it are said of the file that the text was read from now."""
        bucket = super().get_bucket(environment, name, filename, source)
        if bucket.code is not None and filename is not None:
            bucket.code = bucket.code.replace(co_filename=filename)
        return bucket

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Give the name alone: the folder plays no part."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code of the text into the bucket, if there is one."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of the text."""
        if len(self._codes) >= MOST:  # somebody edits and watches for days
            self._codes.clear()
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code
