"""An event loop whose clock jumps to the next timer instead of waiting for it: a minute passes at once."""

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
# Whatever a turn of the loop does takes a moment: without it, a timer rounded down would ring for ever.
MOMENT = 1e-6


class HurriedSelector(selectors.BaseSelector):
    """Never waits: whoever would wait so many seconds is told that they have passed."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._real = selectors.DefaultSelector()

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nothing is left to wait for: the tasks wait for each other"
        events = self._real.select(0)
        if not events:  # an answer of another thread is no passing of time
            self.passed += max(MOMENT, timeout)
        return events


class HurriedLoop(asyncio.SelectorEventLoop):
    """`time()` is how many seconds would have passed."""

    def __init__(self) -> None:
        self._hurried = HurriedSelector()
        super().__init__(self._hurried)

    def time(self) -> float:
        return self._hurried.passed


def hurry(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a loop of this kind, which must have nothing but timers to wait for."""
    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        return runner.run(work)
