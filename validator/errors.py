"""A call that cannot be followed, and the nearest word to one that is not known."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class CallError(Exception):
    """The command line, the configuration or an output cannot be used.

    Its arguments are sentences for a person, as a rule one.
    """


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that is most like `word`, `None` where none is."""
    from difflib import get_close_matches

    folded = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower(), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """Return a sentence for a `word` that is none of `known`; with few of them it names all."""
    words = list(known)
    near = nearest(word, words)
    hint = f"; did you mean {near}?" if near is not None else ""
    if not hint and len(words) <= 12:
        hint = f"; there are {', '.join(words)}"
    return f'{what} "{word}" is not known{hint}'
