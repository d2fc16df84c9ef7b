"""What rules of a user cannot do to the process: write to its output, end it, change its folder.

Standard output is for the report.  What rules print goes to standard error, and so does the output
of programs that they start.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import IO, Any, ClassVar, NoReturn

_STDOUT, _STDERR = 1, 2
_STREAMS = ("stdout", "stderr", "__stdout__", "__stderr__")


class _Confinement:
    """How many rules run at a time, in threads, and what the process had before them."""

    lock = Lock()
    runs = 0
    process = 0
    streams: ClassVar[dict[str, IO[str] | None]] = {}
    ends: ClassVar[dict[str, Callable[..., NoReturn]]] = {}
    descriptors: tuple[int | None, ...] = ()
    folder: str | None = None


class _ErrorOutput(io.BufferedIOBase):
    """Passes on to standard error what is written to it, which stays open when this is closed."""

    name = "<stderr>"

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text = bytes(data).decode("utf-8", "replace")
        if self._stream is not None:
            self._stream.write(text)
        return len(data)

    def flush(self) -> None:
        if self._stream is not None and not self._stream.closed:
            self._stream.flush()

    def fileno(self) -> int:
        return _STDERR if self._stream is None else self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()


@contextmanager
def confined() -> Iterator[None]:
    """Keep the output, the end and the folder of the process from the rules that run meanwhile.

    `os._exit` and `os.exec...` raise RuntimeError.
    """
    with _Confinement.lock:
        _Confinement.runs += 1
        if _Confinement.runs == 1:
            _begin()
    try:
        yield
    finally:
        with _Confinement.lock:
            _Confinement.runs -= 1
            if _Confinement.runs == 0:
                _end()


def _begin() -> None:
    _Confinement.folder = _folder()
    _flush()
    _require_stderr()
    _Confinement.descriptors = (_copy(_STDOUT), _copy(_STDERR))
    if _Confinement.descriptors[0] is not None:
        os.dup2(_STDERR, _STDOUT)
    _Confinement.streams = {name: vars(sys)[name] for name in _STREAMS}
    vars(sys).update(_streams_of_rules(sys.stderr))
    _Confinement.process = os.getpid()
    _Confinement.ends = {name: vars(os)[name] for name in _REFUSALS}
    vars(os).update(_REFUSALS)


def _end() -> None:
    vars(os).update(_Confinement.ends)
    vars(sys).update(_Confinement.streams)
    _flush()
    for copy, descriptor in zip(_Confinement.descriptors, (_STDOUT, _STDERR), strict=True):
        if copy is not None:
            os.dup2(copy, descriptor)
            os.close(copy)
    if _Confinement.folder is not None and _Confinement.folder != _folder():
        # The paths of the call are relative to it.
        os.chdir(_Confinement.folder)


class _Streams:
    """The streams that rules had last, and the standard error that these pass on to."""

    errors: IO[str] | None = None
    streams: tuple[IO[str], ...] = ()


def _streams_of_rules(errors: IO[str] | None) -> dict[str, IO[str]]:
    """Return the streams that rules have, by name: the last ones, unless a rule has closed them."""
    is_usable = _Streams.streams and all(map(_is_open, _Streams.streams))
    if not is_usable or _Streams.errors is not errors:
        _Streams.errors = errors
        _Streams.streams = (_text_stream(errors), _text_stream(errors))
    return dict(zip(_STREAMS, _Streams.streams * 2, strict=True))


def _text_stream(errors: IO[str] | None) -> IO[str]:
    output = _ErrorOutput(errors)
    return io.TextIOWrapper(output, "utf-8", "backslashreplace", "\n", write_through=True)


def _is_open(stream: IO[str]) -> bool:
    try:
        return not stream.closed
    except ValueError:  # it was detached
        return False


def _refusal(name: str) -> Callable[..., NoReturn]:
    """Return what stands for a function of `os` that ends the process."""
    end: Callable[..., NoReturn] = getattr(os, name)

    def refuse(*arguments: Any) -> NoReturn:
        # A process that the rule itself has made by `fork` may end.
        if os.getpid() != _Confinement.process:
            end(*arguments)
        raise RuntimeError(f"os.{name} would end the process without a report")

    return refuse


# The others of `exec` call these two.
_REFUSALS = {name: _refusal(name) for name in ("_exit", "execv", "execve")}


def _require_stderr() -> None:
    """Open the null device where standard error is closed: a copy would take its place."""
    try:
        os.fstat(_STDERR)
    except OSError:
        null_device = os.open(os.devnull, os.O_WRONLY)
        if null_device != _STDERR:
            os.dup2(null_device, _STDERR)
            os.close(null_device)


def _copy(descriptor: int) -> int | None:
    """Return a copy of a descriptor; `None` where it is closed."""
    try:
        return os.dup(descriptor)
    except OSError:
        return None


def _folder() -> str | None:
    """Return the working folder; `None` where it was removed."""
    try:
        return os.getcwd()
    except OSError:
        return None


def _flush() -> None:
    if sys.__stdout__ is not None and not sys.__stdout__.closed:
        sys.__stdout__.flush()
