"""Work on many things side by side, each in one of several processes; results come in order.

Nothing here knows what the work is.  What is handed over and back must be picklable, and small.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    Item = TypeVar("Item")
    Result = TypeVar("Result")


class ProcessLost(Exception):  # noqa: N818 - it says what happened
    """A process ended before its work was done: it was killed, or ran out of memory."""


def cores() -> int:
    """Return how many processors this process may use."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def ordered(
    count: int,
    work: Callable[[Item], Result],
    items: Sequence[Item],
    prepare: Callable[..., None],
    told: tuple[Any, ...],
) -> Iterator[Result]:
    """Return `work` of each of `items`, in their order, done in `count` processes.

    Each process calls `prepare(*told)` first.  The processes have begun when this returns.  The
    results raise `ProcessLost` where one of them dies.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(count, get_context(_way()), _begin, (prepare, told))
    waiting = [pool.submit(work, item) for item in items]

    def results() -> Iterator[Result]:
        from concurrent.futures.process import BrokenProcessPool

        try:
            waiting.reverse()
            while waiting:
                yield waiting.pop().result()
        except BrokenProcessPool:
            raise ProcessLost from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    return results()


def _way() -> str:
    """How processes are begun: by `fork` where that is safe, which takes a tenth of the time."""
    if sys.platform != "linux":
        return "spawn"
    threading = sys.modules.get("threading")
    return "fork" if threading is None or threading.active_count() == 1 else "spawn"


def _begin(prepare: Callable[..., None], told: tuple[Any, ...]) -> None:
    import signal

    # Ctrl-C reaches every process; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare(*told)
