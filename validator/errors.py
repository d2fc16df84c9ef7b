"""The errors of calls and inputs that cannot be used, and the nearest word to an unknown one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import UnionType


class CallError(Exception):
    """The command line, the configuration or an output cannot be used.

    Its arguments are sentences for a person, as a rule one.
    """


class Unusable(Exception):  # noqa: N818 - it names the input
    """An input that cannot be used at all.  The text is one sentence for a person."""


class WorkerLost(Exception):  # noqa: N818
    """A process of several ended before its work was done: it was killed, or ran out of memory."""


_LONGEST = 60


def wrong_type(name: str, expected: str, value: object) -> TypeError:
    """Return the error for an argument `name` of a public function that is of another type."""
    has_registry = name == "registry" and hasattr(value, name)
    hint = "; pass its .registry" if has_registry else ""
    return TypeError(f"{name}: expected {expected}, got {shortened(repr(value))}{hint}")


def require_type(name: str, value: object, types: type | UnionType, expected: str) -> None:
    """Raise `TypeError` for an argument `name` of a public function that is not of `types`."""
    if not isinstance(value, types):
        raise wrong_type(name, expected, value)


def wrong_value(name: str, expected: str, value: object) -> ValueError:
    """Return the error for an argument `name` of a public function that has another value."""
    return ValueError(f"{name}: expected {expected}, got {shortened(repr(value))}")


def is_shortage(error: Exception) -> bool:
    """Say whether `error` is of a system that has no more files, processes or threads to give."""
    import errno

    if isinstance(error, RuntimeError):
        return str(error) == "can't start new thread"
    shortages = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)
    return isinstance(error, OSError) and error.errno in shortages


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the one of `candidates` that `word` is a misspelling of, `None` where none is.

    A misspelling differs in one letter or transposition, from 8 letters on in two and from 12 on in
    three; or it is the beginning of a candidate, of at least three letters, which is nearer than
    one with two wrong letters.  Case and the hyphens
    of an option do not count: a word that differs in them alone is the nearest, however short.
    Nor do the zeros of a code: `SN5` is SN005.
    """
    wrong = word.strip("-").lower()
    if not 1 <= len(wrong) <= _LONGEST:
        return None
    if len(wrong) < 3:
        return next((word for word in candidates if word.strip("-").lower() == wrong), None)
    from rapidfuzz.distance import OSA

    letters = wrong.rstrip("0123456789")
    code = letters + wrong.removeprefix(letters).lstrip("0").zfill(3)
    most = min(max(len(wrong) // 4, 1), 3)
    best, beginning = None, None
    for candidate in candidates:
        right = candidate.strip("-").lower()
        if right == code:
            return candidate
        if most >= 0 and (distance := OSA.distance(wrong, right, score_cutoff=most)) <= most:
            # Only a nearer one replaces it.
            best, most = candidate, distance - 1
        if beginning is None and right.startswith(wrong):
            beginning = candidate
    # `most` is one less than the distance of the best.
    return best if beginning is None or (best and most < 1) else beginning


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return `text` as a message shows it: its beginning where it is long."""
    return text if len(text) <= longest else f"{text[:longest]}..."


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def suggestion(near: str | None) -> str:
    """Return how a sentence ends that says what was probably meant; empty for `None`."""
    return "" if near is None else f"; did you mean {near}?"


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return how a sentence about a wrong `word` ends: with the nearest candidate, if there is one.

    It is empty where there is none.
    """
    return suggestion(nearest(word, candidates))


def unknown(noun: str, word: str, candidates: Iterable[str]) -> str:
    """Return a sentence for a `word` that is none of `candidates`; few of them are all named."""
    from validator.other_linters import equivalent

    words = list(candidates)
    hint = suggestion(equivalent(noun, word, words) or nearest(word, words))
    if not hint and len(words) <= 12:
        hint = f"; expected {listed(words)}"
    return f'unknown {noun} "{shortened(word)}"{hint}'
