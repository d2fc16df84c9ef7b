"""Work on many items in several processes; the results come in the order of the items.

Items, results and functions must be picklable, and small.
"""

from __future__ import annotations

import errno
import os
import sys

from validator.errors import WorkerLost

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from typing import Any, TypeVar

    Item = TypeVar("Item")
    Result = TypeVar("Result")

# How long to wait, in seconds, before looking whether there is still anything to wait for.
_BEAT = 1.0


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def ordered(
    count: int,
    work: Callable[[Item], Result],
    items: Sequence[Item],
    prepare: Callable[..., None],
    arguments: tuple[Any, ...],
) -> Iterator[Result]:
    """Return `work` of each of `items`, in their order, done in `count` processes.

    Each process calls `prepare(*arguments)` first.  The processes have begun when this returns.
    The results raise `WorkerLost` where one of them dies.
    """
    import threading
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    threads = threading.active_count()
    hook, threading.excepthook = threading.excepthook, _no_traceback
    mask = _blocked()
    try:
        # The processes begin here, with the signals blocked until each is prepared.
        pool = ProcessPoolExecutor(
            count, get_context(_start_method()), _begin, (prepare, arguments)
        )
        waiting = [pool.submit(work, item) for item in items]
        alive = _Alive(threads)
    except BaseException:
        end_processes()
        threading.excepthook = hook
        raise
    finally:
        _unblock(mask)

    def results() -> Iterator[Result]:
        from concurrent.futures.process import BrokenProcessPool

        try:
            waiting.reverse()
            while waiting:
                yield _result(waiting.pop(), alive)
            pool.shutdown(wait=True)
        except BaseException as error:
            end_processes()
            # Without waiting: the pool waits for the rest of a result that breaks off, for ever.
            pool.shutdown(wait=False, cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                raise WorkerLost from None
            raise
        finally:
            threading.excepthook = hook

    return results()


def _start_method() -> str:
    """How processes start: by `fork` where that is safe, which takes a tenth of the time."""
    if sys.platform != "linux":
        return "spawn"
    threading = sys.modules.get("threading")
    return "fork" if threading is None or threading.active_count() == 1 else "spawn"


def _no_traceback(_: threading.ExceptHookArgs) -> None:
    """The thread of a pool that died: `_result` notices, and the call ends with a sentence."""


class _Alive:
    """Looks whether the thread and the processes of a pool are still there.

    `threads` is how many other threads there are.
    """

    def __init__(self, threads: int) -> None:
        from multiprocessing import active_children

        self.threads = threads
        self.processes = len(active_children())
        self.is_one_lost = False

    def require(self) -> None:
        """Raise `WorkerLost` where a process has died, `OSError` where the thread has.

        The thread dies for lack of memory.  It has a beat to notice by itself that a process has.
        """
        from multiprocessing import active_children
        from threading import active_count

        if active_count() <= self.threads:
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        processes = len(active_children())
        if self.is_one_lost:
            raise WorkerLost
        self.is_one_lost = processes < self.processes
        self.processes = max(processes, self.processes)


def _result(future: Future[Result], alive: _Alive) -> Result:
    """Wait for a result.  Raises what `_Alive.require` does."""
    while True:
        try:
            return future.result(_BEAT)
        except TimeoutError:
            if future.done():  # the work itself took too long
                raise
            alive.require()


def end_processes() -> None:
    """End the processes without waiting for their work."""
    from multiprocessing import active_children

    for child in active_children():
        child.terminate()


def _ending_signals() -> list[int]:
    import signal

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _blocked() -> Iterable[int]:
    """Block the signals that end a process; return those that were blocked before."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        return ()
    return signal.pthread_sigmask(signal.SIG_BLOCK, _ending_signals())


def _unblock(mask: Iterable[int]) -> None:
    import signal

    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _begin(prepare: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    import signal

    # Ctrl-C reaches every process; the parent ends the others.
    for number in _ending_signals():
        is_interruption = number == signal.SIGINT
        signal.signal(number, signal.SIG_IGN if is_interruption else signal.SIG_DFL)
    _unblock(())
    prepare(*arguments)
