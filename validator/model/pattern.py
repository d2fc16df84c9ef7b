"""Patterns in the language of `regex`, compiled on first use, mostly by `re`.

    _DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a")

Loading `regex` and compiling the patterns of the rules with it takes a tenth of a whole check.  So
`re`, whose language is nearly the same, does every match where the two cannot differ:

- the pattern is for bytes or for ASCII (flag `a`); or else the text is ASCII, without the
  separators that only one of the two regards as white space;
- the pattern is not `limited`, or the text is too short to take long;
- the pattern has no Unicode class (`\\p`), and this Python has no bug in possessive groups.

`regex` does the others.  Tests compare the two.

A pattern is `limited` if a match with hostile text may take more than linear time: `regex` gives up
after `MATCH_SECONDS`, or what `allow` says, and raises `TimeoutError`.
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

# Before, a possessive group could give back part of its match.
_RE_IS_SOUND = sys.version_info >= (3, 11, 5)
_SHORT = 10_000
MATCH_SECONDS = 5.0
_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f")


class _Allowance(_local):
    """How long a match may take, in each thread."""

    seconds = MATCH_SECONDS


_ALLOWANCE = _Allowance()


def allow(seconds: float) -> float:
    """Let a match of a limited pattern take `seconds` in this thread; return the former limit."""
    before = _ALLOWANCE.seconds
    _ALLOWANCE.seconds = seconds
    return before


def pattern(text: AnyStr, flags: str = "", *, limited: bool = False) -> regex.Pattern[AnyStr]:
    """Return `text` as a pattern; `flags` are the letters of inline flags (`ai`)."""
    made: Any = _Pattern(text, flags, limited=limited)
    return made  # type: ignore[no-any-return]


# The methods of a compiled pattern whose first argument is the text.
_METHODS = frozenset({"match", "fullmatch", "search", "findall", "finditer"})


class _Pattern:
    """Has `_METHODS` and `sub` of a compiled pattern."""

    def __init__(self, text: str | bytes, flags: str, *, limited: bool = False) -> None:
        self._is_plain = _RE_IS_SOUND and (isinstance(text, bytes) or r"\p" not in text)
        self._is_ascii = isinstance(text, bytes) or "a" in flags
        self._is_limited = limited
        self._always_suits_re = self._is_plain and self._is_ascii and not limited
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
        """The seconds that `regex` may take for one match; `None` for no limit."""
        return _ALLOWANCE.seconds if self._is_limited else None

    @cached_property
    def by_re(self) -> Any:
        return re.compile(self.source)

    @cached_property
    def by_regex(self) -> Any:
        import regex

        return regex.compile(self.source)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Make a method when it is first used; where only `re` is needed, it is that of `re`."""
        if name not in _METHODS:
            raise AttributeError(name)
        method = getattr(self.by_re, name) if self._always_suits_re else self._by_either(name)
        self.__dict__[name] = method
        return method

    def _by_either(self, name: str) -> Callable[..., Any]:
        def match(text: AnyStr, *bounds: int) -> Any:
            if self.suits_re(text):
                return getattr(self.by_re, name)(text, *bounds)
            return getattr(self.by_regex, name)(text, *bounds, timeout=self.limit)

        return match

    def sub(self, new: AnyStr, text: AnyStr) -> Any:
        if self.suits_re(text):
            return self.by_re.sub(new, text)
        return self.by_regex.sub(new, text, timeout=self.limit)


def _is_usual(text: str) -> bool:
    """Whether white space, words and case of `text` mean the same to both."""
    return text.isascii() and (text.isprintable() or _SEPARATORS.isdisjoint(text))
