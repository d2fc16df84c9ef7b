"""The time that a run may take for each input: work that takes longer is interrupted anywhere.

    with Budget(60.0):
        start("while reading registry.xml")     # the time of an input begins
        ...
        doing("in rule PN013")                  # what is named if the time runs out now

`OutOfTime` is raised inside the work, by a signal timer in the main thread, or else by a thread
that watches.  Who catches it asks `expired` for the sentence, and calls `extend` or `start` before
other work is done.  One long call of C that runs no Python and looks for no signal ends first.

Without a budget, nothing here does anything.
"""

from __future__ import annotations

from _thread import _local, allocate_lock, get_ident
from time import monotonic

from validator.errors import wrong_type, wrong_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    from collections.abc import Callable
    from typing import TypeVar

    Result = TypeVar("Result")
else:
    import _signal  # `signal`, without the enumerations

DEFAULT_SECONDS = 60.0
# What catches every exception of its own and swallows one is interrupted again after this time.
_AGAIN = 1.0
_SHORTEST = 0.001
_BEAT = 0.05


class OutOfTime(BaseException):
    """The time for an input is over.  No `except Exception` may swallow it."""


class _Current(_local):
    """The budget of each thread."""

    budget: Budget | None = None


_CURRENT = _Current()


class Budget:
    """The time for an input in seconds; `None` for no limit.  It counts inside a `with`."""

    def __init__(self, seconds: float | None = DEFAULT_SECONDS) -> None:
        self.seconds = seconds
        self.doing = ""
        self._share = 0.0
        self._end: float | None = None
        self._timer: _Alarm | _Watchdog | None = None
        self._outer: Budget | None = None

    def __enter__(self) -> Budget:
        self._outer = _CURRENT.budget
        _CURRENT.budget = self
        self.start("")
        return self

    def __exit__(self, *_: object) -> None:
        _CURRENT.budget = self._outer
        if self._timer is not None:
            self._timer.close()
            self._timer = None

    def start(self, what: str) -> None:
        """Give `what` the whole time."""
        self.doing = what
        if self.seconds is not None:
            self._share = self.seconds
            self._set(self._share)

    def extend(self) -> None:
        """Give the rest of an input half of the time that its last share had."""
        if self.seconds is not None:
            self._share /= 2
            self._set(self._share)

    def expired(self, where: str = "") -> str:
        """Stop the clock, and return a sentence about what was interrupted, at `where`."""
        self.pause()
        seconds = 0.0 if self.seconds is None else self.seconds
        doing = f" {self.doing}" if self.doing else ""
        return f"time limit of {seconds:g} s reached{doing}{where} (--max-time)"

    def pause(self) -> float | None:
        """Stop the clock; return the seconds that were left."""
        left = None if self._end is None else max(self._end - monotonic(), _SHORTEST)
        self._end = None
        if self._timer is not None:
            self._timer.clear()
        return left

    def resume(self, left: float | None) -> None:
        if left is not None:
            self._set(left)

    def _set(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = _Alarm.made() or _Watchdog()
        seconds = max(seconds, _SHORTEST)
        self._end = monotonic() + seconds
        self._timer.set(seconds)


class _Alarm:
    """A signal timer, for the main thread of systems that have one."""

    def __init__(self) -> None:
        self._is_set = False
        self._former = _signal.signal(_signal.SIGALRM, self._ring)

    @classmethod
    def made(cls) -> _Alarm | None:
        """Return an alarm; `None` where there can be none, or the program has one of its own."""
        if (
            not hasattr(_signal, "setitimer")
            or _signal.getsignal(_signal.SIGALRM) != _signal.SIG_DFL
        ):
            return None
        try:
            return cls()
        except ValueError:  # not the main thread
            return None

    def set(self, seconds: float) -> None:
        self._is_set = True
        _signal.setitimer(_signal.ITIMER_REAL, seconds, _AGAIN)

    def clear(self) -> None:
        # First: a signal may be on its way.
        self._is_set = False
        _signal.setitimer(_signal.ITIMER_REAL, 0)

    def close(self) -> None:
        self.clear()
        _signal.signal(_signal.SIGALRM, self._former)

    def _ring(self, *_: object) -> None:
        if self._is_set:
            raise OutOfTime


class _Watchdog:
    """A thread that raises `OutOfTime` in the one that made it."""

    def __init__(self) -> None:
        from threading import Thread

        self._watched = get_ident()
        self._end: float | None = None
        self._is_closed = False
        self._lock = allocate_lock()
        Thread(target=self._watch, name="time limit", daemon=True).start()

    def set(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def clear(self) -> None:
        try:
            self._stop()
        except OutOfTime:  # it was on its way
            self._stop()

    def _stop(self) -> None:
        # The lock may be lost if this itself is interrupted.
        is_locked = self._lock.acquire(timeout=_AGAIN)
        try:
            self._end = None
        finally:
            if is_locked:
                self._lock.release()
        # An exception that is pending is raised at the end of a step of a loop.  Python could take
        # it back, but would then look for it for ever: traced code comes to no end.
        for _ in range(2):
            pass

    def close(self) -> None:
        self.clear()
        self._is_closed = True

    def _watch(self) -> None:
        from time import sleep

        while not self._is_closed:
            sleep(_BEAT)
            with self._lock:
                if self._end is not None and monotonic() >= self._end:
                    self._end = monotonic() + _AGAIN
                    self._raise()

    def _raise(self) -> None:
        """Make `OutOfTime` pending in the watched thread."""
        import ctypes

        thread, exception = ctypes.c_ulong(self._watched), ctypes.py_object(OutOfTime)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, exception)


def start(what: str) -> None:
    """Begin the time of an input, or of another part of the run: `while reading registry.xml`."""
    if _CURRENT.budget is not None:
        _CURRENT.budget.start(what)


def doing(what: str) -> str:
    """Name what runs now, in the same time; return what ran before."""
    budget = _CURRENT.budget
    if budget is None:
        return ""
    former, budget.doing = budget.doing, what
    return former


def extend() -> None:
    """After `expired`: give the rest of an input some more time."""
    if _CURRENT.budget is not None:
        _CURRENT.budget.extend()


def expired(where: str = "") -> str:
    """Return the sentence about an `OutOfTime` that was caught; the clock is stopped."""
    return "" if _CURRENT.budget is None else _CURRENT.budget.expired(where)


def limit_time(seconds: float) -> None:
    """Give the present budget, if there is one, another limit, from now on."""
    budget = _CURRENT.budget
    if budget is not None:
        budget.seconds = seconds
        budget.start(budget.doing)


class Untimed:
    """Work inside `with Untimed()` takes no time of the budget: it waits for somebody else."""

    def __enter__(self) -> None:
        self._budget = _CURRENT.budget
        self._left = None if self._budget is None else self._budget.pause()

    def __exit__(self, *_: object) -> None:
        if self._budget is not None:
            self._budget.resume(self._left)


def within(seconds: float | None, what: str, work: Callable[[], Result]) -> Result:
    """Return what `work` returns.  Raises `TimeoutError` where that takes more than `seconds`.

    Without `seconds`, the budget of the caller counts, if there is one.
    """
    if seconds is None:
        return work()
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise wrong_type("max_time", "a number of seconds", seconds)
    if not seconds > 0:
        raise wrong_value("max_time", "a number above 0", seconds)
    budget = Budget(seconds)
    try:
        with budget:
            budget.start(what)
            return work()
    except OutOfTime:
        raise TimeoutError(budget.expired()) from None
