"""The terminal: messages on standard error, colors, width and progress."""

from __future__ import annotations

import os
import sys

from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Thread
    from typing import IO, Literal

    Color = Literal["auto", "always", "never"]

_PATIENCE = 1.0
_BEAT = 0.2
_CLEAR = "\r\x1b[K"
# Whether a line of `Progress` is on the terminal: what is written next takes its place.
_has_progress = False


def say(message: str) -> None:
    """Print one message on standard error, unless that is closed; a terminal gets it wrapped."""
    text = f"ianalint: {visible(message)}"
    width = columns(sys.stderr)
    if width is None or len(text) * 2 <= width:  # a character takes two columns at most
        _write(f"{text}\n")
        return
    from validator.reporters import Style
    from validator.reporters.text import Page

    _write(Page(Style(width=width)).hanging(text))


def say_as_is(text: str) -> None:
    """Print text of our own, of one or more lines, on standard error."""
    _write("".join(f"{visible(line)}\n" for line in text.rstrip("\n").split("\n")))


def _write(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        # sys.stderr itself escapes characters that its encoding lacks.
        sys.stderr.write(_CLEAR + text if _has_progress else text)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


def wants_color(choice: Color, stream: IO[str] | None) -> bool:
    """Say whether `stream` gets colors: by choice, else by environment and terminal.

    NO_COLOR, set to anything, forbids them; FORCE_COLOR, set to anything but 0, demands them.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return False
    if os.name == "nt":
        # Running any command makes older consoles obey escape sequences.
        os.system("")
    return True


# Programs that open the links of OSC 8, by what they set in the environment.
_LINKING_PROGRAMS = frozenset(
    ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal")
)
_LINKING_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour", "wezterm")
_FIRST_LINKING_VTE = 5000


def wants_links(choice: Color, stream: IO[str] | None) -> bool:
    """Say whether `stream` is a terminal that shows links (OSC 8); never without colors.

    A terminal multiplexer may not pass them on, and an unknown terminal may print them.
    """
    if stream is None or not stream.isatty() or not wants_color(choice, stream):
        return False
    environment = os.environ
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or term.startswith(("screen", "tmux", "dumb")):
        return False
    version = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or term.startswith(_LINKING_TERMS)
        or bool(environment.get("WT_SESSION") or environment.get("KONSOLE_VERSION"))
        or (version.isascii() and version.isdigit() and int(version[:9]) >= _FIRST_LINKING_VTE)
    )


def columns(stream: IO[str] | None) -> int | None:
    """Return the width of the terminal `stream`; `None` if it is not a terminal."""
    if stream is None or not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def is_same_terminal(one: IO[str] | None, other: IO[str] | None) -> bool:
    """Say whether two streams are one terminal, so that a person reads both."""
    if one is None or other is None or not (one.isatty() and other.isatty()):
        return False
    try:
        return os.path.sameopenfile(one.fileno(), other.fileno())
    except (OSError, ValueError):
        return False


class Progress:
    """Shows on standard error what is being done, after the first second and until the end.

    Shows nothing if standard error is not a terminal.  Use it with `with`.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.doing = ""
        stream = sys.stderr
        smart = os.environ.get("TERM") != "dumb"
        self._stream = stream if stream and stream.isatty() and smart and not quiet else None
        self._thread: Thread | None = None

    def show(self, doing: str) -> None:
        self.doing = doing

    def __enter__(self) -> Progress:
        if self._stream is not None:
            from threading import Event, Thread

            self._end = Event()
            self._thread = Thread(target=self._watch, name="progress", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is not None:
            self._end.set()
            self._thread.join()
            self._thread = None

    def _watch(self) -> None:
        if self._end.wait(_PATIENCE):
            return
        global _has_progress
        _has_progress = True
        wide = (columns(self._stream) or 80) - 1
        while True:
            _write(visible(self.doing)[:wide])
            if self._end.wait(_BEAT):
                break
        _write("")
        _has_progress = False
