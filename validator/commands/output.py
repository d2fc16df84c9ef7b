"""Where reports go: standard output in one write, or a file that is there whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from codecs import getincrementalencoder
from functools import partial
from io import BytesIO

from validator.budget import Untimed
from validator.commands.inputs import STANDARD_INPUT, InputFile, identity
from validator.commands.terminal import say
from validator.errors import CallError
from validator.readers.source import display_path
from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator
    from typing import IO


_IS_WINDOWS = os.name == "nt"
_CHUNK = 1 << 20
# More bytes of a report than this are in a temporary file until it is complete.
_MOST_IN_MEMORY = 8 << 20


def write_stdout(pieces: Iterable[str]) -> None:
    """Write `pieces` to standard output, characters that its encoding lacks as escapes.

    A reader that closed the pipe is not an error: the rest is dropped.  Raises `CallError` where
    standard output cannot be written.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    _write_stdout(_encoded(pieces, encoding), encoding)


def _encoded(pieces: Iterable[str], encoding: str) -> Iterator[bytes]:
    """All of the pieces in larger ones.  They are complete before the first is returned."""
    # It writes the byte order mark of UTF-16 once.
    encode = getincrementalencoder(encoding)("backslashreplace").encode
    memory = BytesIO()
    data: IO[bytes] = memory
    size = 0
    for piece in pieces:
        try:
            size += data.write(encode(piece))
            if size > _MOST_IN_MEMORY and data is memory:
                data = _temporary_file(memory.getbuffer())
        except OSError as error:  # of the temporary file
            raise CallError(f"the report cannot be completed: {_reason(error)}") from None
    return _chunks(data)


def _chunks(data: IO[bytes]) -> Iterator[bytes]:
    with data:
        data.seek(0)
        yield from iter(partial(data.read, _CHUNK), b"")


def _temporary_file(data: memoryview) -> IO[bytes]:
    """A file without a name that begins with `data`; it is in memory where the system has none."""
    from tempfile import TemporaryFile  # few reports need it

    try:
        file: IO[bytes] = TemporaryFile()
    except OSError:
        file = BytesIO()
    file.write(data)
    return file


def _write_stdout(chunks: Iterable[bytes], encoding: str) -> None:
    """`encoding` is for a standard output that takes no bytes."""
    stream = sys.stdout
    if stream is None:
        raise CallError("standard output is closed")
    try:
        with Untimed():  # who reads it may take long
            stream.flush()
            buffer = getattr(stream, "buffer", None)
            if buffer is None:
                stream.write(b"".join(chunks).decode(encoding))
            else:
                for chunk in chunks:
                    buffer.write(chunk)
            stream.flush()
    except OSError as error:
        _drop(stream.fileno())
        if _has_no_reader(error):
            return
        raise CallError(f"standard output cannot be written: {_reason(error)}") from None


def _has_no_reader(error: OSError) -> bool:
    """Whether an error means that the reader of a pipe has ended."""
    import errno  # a plain check does not need it

    return isinstance(error, BrokenPipeError) or (_IS_WINDOWS and error.errno == errno.EINVAL)


def _drop(descriptor: int) -> None:
    """Discard what is still in a buffer, so that there is no second error at the end."""
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, descriptor)
    os.close(null_device)


def output_of(options: Namespace) -> str | None:
    """Return the path that `--output` names; `None` for standard output."""
    path: str | None = options.output
    return None if path == STANDARD_INPUT else path


def write_data(path: str | None, data: bytes) -> None:
    """Write `data` as it is to the file at `path`, or to standard output.

    A terminal gets it as text with its control characters as escapes, but for tabs and line ends:
    it would obey them.
    """
    if path is not None:
        write_bytes(path, data)
    elif sys.stdout is not None and sys.stdout.isatty():
        lines = data.decode("utf-8", "replace").split("\n")
        write_stdout(
            "\n".join(
                "\t".join(visible(word) for word in line.removesuffix("\r").split("\t"))
                for line in lines
            )
        )
    else:
        _write_stdout([data], "utf-8")


def write_file(path: str, pieces: Iterable[str]) -> None:
    """Write `pieces` as UTF-8 to the file at `path`, which is replaced only when all is written.

    The file keeps its mode and owner; standard error says so where it cannot, or where it has hard
    links that keep the former content.  A device or pipe is written as it is.  Raises `CallError`
    where that fails; what was there before is untouched then.
    """
    _write(path, _encoded(pieces, "utf-8"))


def write_bytes(path: str, data: bytes) -> None:
    """Write `data` to the file at `path` as `write_file` does."""
    _write(path, [data])


def _write(path: str, chunks: Iterable[bytes]) -> None:
    try:
        with Untimed():  # nothing is half-written
            try:
                former = os.stat(path)
            except FileNotFoundError:
                former = None
            if former is None or stat.S_ISREG(former.st_mode):
                _replace(os.path.realpath(path), chunks, former)
            else:
                # The pipe behind /dev/stdout has no path of its own.
                with open(path, "wb") as stream:
                    stream.writelines(chunks)
    except BrokenPipeError:
        pass
    except (OSError, ValueError) as error:
        raise CallError(f"{display_path(path)} cannot be written: {_reason(error)}") from None


def _replace(target: str, chunks: Iterable[bytes], former: os.stat_result | None) -> None:
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:100]}.{os.urandom(4).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, 0o666), "wb") as stream:
            stream.writelines(chunks)
        if former is not None:
            _keep_access(temporary, target, former)
        os.replace(temporary, target)
    except BaseException:  # an interruption, too
        if os.path.lexists(temporary):
            _remove(temporary)
        raise


def _remove(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except PermissionError:
        # Windows removes no file that is read-only, as the one that it should replace.
        os.chmod(temporary, stat.S_IWRITE)
        os.unlink(temporary)


def _keep_access(temporary: str, target: str, former: os.stat_result) -> None:
    """Give a file that replaces `target` its owner and mode, as far as the system allows."""
    name = display_path(target)
    own = os.stat(temporary)
    if (own.st_uid, own.st_gid) != (former.st_uid, former.st_gid):
        try:
            os.chown(temporary, former.st_uid, former.st_gid)
        except (OSError, AttributeError):
            say(f"{name} has a new owner: it belonged to user {former.st_uid}")
    os.chmod(temporary, stat.S_IMODE(former.st_mode))
    if former.st_nlink > 1:
        say(f"{name} was replaced: its other hard links keep the former content")


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def require_replaceable(file: InputFile) -> None:
    """Raise `CallError` where `--write` cannot replace an input, which is not standard input."""
    if file.path == STANDARD_INPUT:
        return
    if file.is_packed:
        raise CallError(f"{file.display}: --write cannot change a packed file. Unpack it first.")
    if os.path.exists(file.path) and not os.path.isfile(file.path):
        raise CallError(f"{file.display}: --write needs a regular file")


def refuse_collisions(outputs: Iterable[str], inputs: Iterable[str]) -> None:
    """Raise `CallError` where an output is an input, a folder, or another output."""
    read = {identity(path) for path in inputs}
    written: set[object] = set()
    for path in outputs:
        if os.path.isdir(path):
            raise CallError(f"{display_path(path)} cannot be written: it is a folder")
        file = identity(path)
        if file in read:
            raise CallError(f"refusing to overwrite {display_path(path)}: it is also an input")
        if file in written and not _is_device(path):
            raise CallError(f"two outputs go to the same file: {display_path(path)}")
        written.add(file)


def _is_device(path: str) -> bool:
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False
