"""The command: `ianalint`, or `python -m validator`.

What is for a process and not for a library is here: garbage collection is off, and a signal that
ends the process ends it with one line: 130 after Ctrl-C, 143 after SIGTERM.  `--version` is
answered before anything is imported.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


# Seconds until a signal is sent again: longer than it takes to remove what is half written.
REPEAT_AFTER = 5.0


class Terminated(KeyboardInterrupt):
    """The process was asked to end; `number` is that of the signal.

    As an interruption it passes what catches errors, and removes temporary files on its way.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def main() -> int:
    """Run the command line and return the exit status."""
    try:
        return _run()
    except KeyboardInterrupt as interruption:
        return _interrupted(interruption)


def _run() -> int:
    words = sys.argv[1:]
    if words in (["--version"], ["-V"]):
        from validator import __version__

        try:
            sys.stdout.write(f"ianalint {__version__}\n")
            sys.stdout.flush()
            return 0
        except (OSError, AttributeError):
            pass  # the long way says what is wrong
    import argparse
    import gc

    _catch_signals()
    # What argparse says stays English.  To look for words of another language, which Python does
    # not bring, takes as long as the slowest rule.
    vars(argparse).update(_=str)
    # A run makes many small objects and hardly a cycle; looking for cycles is a third of its time.
    gc.disable()
    from validator.cli import run

    status = run(words)
    # No search for cycles at the end either.
    gc.freeze()
    return status


def _catch_signals() -> None:
    """Make the signals that end a process raise `Terminated`, unless they are ignored."""
    # The module `signal` would take longer to load than a rule to run.
    import _signal as signals  # type: ignore[import-not-found]

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signals, name, None)
        if number is not None and signals.getsignal(number) == signals.SIG_DFL:
            signals.signal(number, _terminate)


def _terminate(number: int, _frame: FrameType | None) -> None:
    _repeat(number)
    raise Terminated(number)


def _repeat(number: int) -> None:
    """Send a signal to this process again, unless it ends before.

    What is raised inside a callback of the interpreter, as at the end of an import, is lost.
    """
    import _thread
    import os
    import time
    from contextlib import suppress

    def repeat() -> None:
        time.sleep(REPEAT_AFTER)
        os.kill(os.getpid(), number)

    with suppress(RuntimeError):  # where no thread is to be had, one signal has to do
        _thread.start_new_thread(repeat, ())


def _interrupted(interruption: KeyboardInterrupt) -> int:
    """End the processes of `--jobs`, say why the run ends, and return the exit status."""
    import _signal as signals

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signals, name):
            signals.signal(getattr(signals, name), signals.SIG_IGN)
    if "multiprocessing" in sys.modules:
        for child in sys.modules["multiprocessing"].active_children():
            child.terminate()
    is_terminated = isinstance(interruption, Terminated)
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"ianalint: {'terminated' if is_terminated else 'interrupted'}\n")
    except (OSError, ValueError):
        pass  # nobody is there to read it
    return 128 + interruption.number if isinstance(interruption, Terminated) else 130


def command() -> None:
    """Run the command line and end the process.

    It ends at once: freeing every small object takes as long as many rules do.
    """
    status = main()
    import os

    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        sys.exit(status)  # Python itself reports what is wrong
    except KeyboardInterrupt:
        pass  # all is written but what a stream still has
    os._exit(status)


if __name__ == "__main__":
    command()
