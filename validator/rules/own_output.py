"""What rules of a user print goes to standard error: standard output is for the report."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from threading import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

_STDOUT, _STDERR = 1, 2


class _Redirection:
    """How many rules run at a time, in threads, and what standard output was before them."""

    lock = Lock()
    runs = 0
    stream: IO[str] | None = None
    descriptor: int | None = None


@contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """Redirect standard output, that of programs which are started here, too."""
    with _Redirection.lock:
        _Redirection.runs += 1
        if _Redirection.runs == 1:
            _Redirection.stream, sys.stdout = sys.stdout, sys.stderr
            _Redirection.descriptor = _redirect()
    try:
        yield
    finally:
        with _Redirection.lock:
            _Redirection.runs -= 1
            if _Redirection.runs == 0:
                _restore(_Redirection.descriptor)
                sys.stdout = _Redirection.stream


def _redirect() -> int | None:
    """Redirect the descriptor and return a copy of it; `None` where it is closed."""
    _flush()
    _require_stderr()
    try:
        copy = os.dup(_STDOUT)
    except OSError:
        return None
    os.dup2(_STDERR, _STDOUT)
    return copy


def _require_stderr() -> None:
    """Open the null device where standard error is closed: a copy would take its place."""
    try:
        os.fstat(_STDERR)
    except OSError:
        null_device = os.open(os.devnull, os.O_WRONLY)
        if null_device != _STDERR:
            os.dup2(null_device, _STDERR)
            os.close(null_device)


def _restore(copy: int | None) -> None:
    _flush()
    if copy is not None:
        os.dup2(copy, _STDOUT)
        os.close(copy)


def _flush() -> None:
    if sys.__stdout__ is not None and not sys.__stdout__.closed:
        sys.__stdout__.flush()
