"""How a person ends a run at work: asked from a signal handler or another thread, heard by all that is at work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop:
    """Asks a run at work to end after what is in flight; may be called from a signal handler or another thread."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._heard: tuple[Callable[[], object], ...] = ()

    @property
    def asked(self) -> bool:
        return self._asked.is_set()

    def ask(self) -> None:
        """End the run at work, and begin no other."""
        self._asked.set()
        for heard in self._heard:
            heard()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is asked; whether it was."""
        return self._asked.wait(seconds)

    @contextmanager
    def heard_by(self, heard: Callable[[], object]) -> Iterator[None]:
        """Name what is called when somebody asks, or at once where somebody has; it must be safe from anywhere."""
        self._heard = (*self._heard, heard)
        try:
            if self.asked:
                heard()
            yield
        finally:
            self._heard = tuple(each for each in self._heard if each is not heard)
