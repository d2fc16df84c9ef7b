"""Patterns of the language of `regex`, compiled when they are first asked.

    _DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a")

Loading `regex`, and compiling with it what the rules have, takes a tenth of a whole check.  So a
pattern is matched by `re`, whose language is nearly the same, wherever that cannot be told apart:

- the pattern looks at bytes or is for ASCII (flag `a`), or else the text is ASCII without the
  separators that are white space to only one of the two;
- the pattern is not `limited`, or the text is too short to take long;
- the pattern has no class of Unicode (`\\p`), and this Python matches possessive groups rightly.

`regex` does the rest.  Tests hold the two together.

A pattern whose match with a hostile text may take more than linear time is `limited`: a match that
`regex` does may take `MATCH_SECONDS`, or as many as `allow` says, and then raises `TimeoutError`.
"""

from __future__ import annotations

import re
import sys
from _thread import _local  # `threading.local`, without the rest of threading
from functools import cached_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, AnyStr

    import regex

# Before, a group that is possessive could give back what it had taken.
_RE_IS_SOUND = sys.version_info >= (3, 11, 5)
_SHORT = 10_000
MATCH_SECONDS = 5.0
_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f")


class _Allowance(_local):
    """How long a match may take: of each thread its own."""

    seconds = MATCH_SECONDS


_ALLOWANCE = _Allowance()


def allow(seconds: float) -> float:
    """Let a match of a limited pattern take `seconds` in this thread; return how many before."""
    before = _ALLOWANCE.seconds
    _ALLOWANCE.seconds = seconds
    return before


def pattern(text: AnyStr, flags: str = "", *, limited: bool = False) -> regex.Pattern[AnyStr]:
    """Return `text` as a pattern; `flags` are the letters of inline flags (`ai`)."""
    made: Any = _Pattern(text, flags, limited=limited)
    return made  # type: ignore[no-any-return]


def _by_either(name: str) -> Callable[..., Any]:
    """A method that is called with the text first, and perhaps places in it."""

    def call(self: _Pattern, text: AnyStr, *within: int) -> Any:
        if self.suits_re(text):
            return getattr(self.by_re, name)(text, *within)
        return getattr(self.by_regex, name)(text, *within, timeout=self.limit)

    return call


class _Pattern:
    """Has the methods of a compiled pattern that are used here."""

    def __init__(self, text: str | bytes, flags: str, *, limited: bool = False) -> None:
        self._is_plain = _RE_IS_SOUND and (isinstance(text, bytes) or r"\p" not in text)
        self._is_ascii = isinstance(text, bytes) or "a" in flags
        self._is_limited = limited
        self.source: Any = text
        if flags:
            inline = f"(?{flags})"
            self.source = inline + text if isinstance(text, str) else inline.encode() + text

    def suits_re(self, text: AnyStr) -> bool:
        if not self._is_plain or (self._is_limited and len(text) > _SHORT):
            return False
        return self._is_ascii or (isinstance(text, str) and _is_usual(text))

    @property
    def limit(self) -> float | None:
        """How many seconds `regex` may take for one match; `None` for as many as it wants."""
        return _ALLOWANCE.seconds if self._is_limited else None

    @cached_property
    def by_re(self) -> Any:
        return re.compile(self.source)

    @cached_property
    def by_regex(self) -> Any:
        import regex

        return regex.compile(self.source)

    match = _by_either("match")
    fullmatch = _by_either("fullmatch")
    search = _by_either("search")
    findall = _by_either("findall")
    finditer = _by_either("finditer")

    def sub(self, new: AnyStr, text: AnyStr) -> Any:
        if self.suits_re(text):
            return self.by_re.sub(new, text)
        return self.by_regex.sub(new, text, timeout=self.limit)


def _is_usual(text: str) -> bool:
    """Whether both mean the same by white space, words and case in `text`."""
    return text.isascii() and (text.isprintable() or _SEPARATORS.isdisjoint(text))
