r"""Patterns for the words of sentences: a blank is the white space between two words (`\s++`).

They are compiled when they are first used: most documents need only half of them, and compiling
all takes longer than reading a document.  `match.re` is the compiled pattern, and not what the
functions here return: compare the `pattern` of both.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import regex


def phrase(text: str, flags: int = 0) -> regex.Pattern[str]:
    """Return the pattern for words in upper or lower case."""
    return exact_phrase(text, regex.IGNORECASE | flags)


def exact_phrase(text: str, flags: int = 0) -> regex.Pattern[str]:
    """Return the pattern for words as they are written."""
    made: Any = _LazyPattern(text.replace(" ", r"\s++"), flags)
    return made  # type: ignore[no-any-return]


class _LazyPattern:
    """Has the methods of a compiled pattern."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        return regex.compile(self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        self.__dict__[name] = value = getattr(self.compiled, name)
        return value


def undenied(
    words: regex.Pattern[str], text: str, denial: regex.Pattern[str]
) -> regex.Match[str] | None:
    """Return the first match of `words` in a text that has no match of `denial` before it."""
    matches = (m for m in words.finditer(text) if not denial.search(text[: m.start()]))
    return next(matches, None)
