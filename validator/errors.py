"""The error for a call that cannot be carried out, and the nearest word to an unknown one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class CallError(Exception):
    """The command line, the configuration or an output cannot be used.

    Its arguments are sentences for a person, as a rule one.
    """


class WorkerLost(Exception):  # noqa: N818
    """A process of several ended before its work was done: it was killed, or ran out of memory."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the one of `candidates` that is most like `word`, `None` where none is."""
    from difflib import get_close_matches

    folded = {candidate.lower(): candidate for candidate in candidates}
    matches = get_close_matches(word.lower(), folded, n=1, cutoff=0.5)
    return folded[matches[0]] if matches else None


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def unknown(noun: str, word: str, candidates: Iterable[str]) -> str:
    """Return a sentence for a `word` that is none of `candidates`; few of them are all named."""
    words = list(candidates)
    near = nearest(word, words)
    hint = f"; did you mean {near}?" if near is not None else ""
    if not hint and len(words) <= 12:
        hint = f"; expected {listed(words)}"
    return f'unknown {noun} "{word}"{hint}'
