"""The command: `ianalint`, or `python -m validator`.

What is for a process and not for a library is here: garbage collection is off, and an interruption
ends it with 130.  `--version` is answered before anything is imported.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return the exit status."""
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

    # What argparse says stays English.  To look for words of another language, which Python does
    # not bring, takes as long as the slowest rule.
    vars(argparse).update(_=str)
    # A run makes many small objects and hardly a cycle; looking for cycles is a third of its time.
    gc.disable()
    try:
        from validator.cli import run

        status = run(words)
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("ianalint: interrupted\n")
        return 130
    # No search for cycles at the end either.
    gc.freeze()
    return status


def command() -> None:
    """Run the command line and end the process.

    It ends at once: freeing every small object takes as long as many rules do.
    """
    status = main()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        sys.exit(status)  # Python itself reports what is wrong
    import os

    os._exit(status)


if __name__ == "__main__":
    command()
