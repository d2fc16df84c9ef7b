r"""Patterns for the words of sentences: a blank is the white space between two words (`\s++`)."""

from __future__ import annotations

import regex


def phrase(text: str, flags: int = 0) -> regex.Pattern[str]:
    """Return the pattern for words in upper or lower case."""
    return regex.compile(text.replace(" ", r"\s++"), regex.IGNORECASE | flags)


def exact_phrase(text: str) -> regex.Pattern[str]:
    """Return the pattern for words as they are written."""
    return regex.compile(text.replace(" ", r"\s++"))


def undenied(
    words: regex.Pattern[str], text: str, denial: regex.Pattern[str]
) -> regex.Match[str] | None:
    """Return the first match of `words` in a text that has no match of `denial` before it."""
    matches = (m for m in words.finditer(text) if not denial.search(text[: m.start()]))
    return next(matches, None)
