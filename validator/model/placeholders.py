"""Words that hold the place of an answer, such as TBD and n/a."""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.vocabulary import normal_space

# Marks around a text, and those that end a sentence.
MARKS = " \t\r\n\"'`“”‘’«»[](){}<>*_.,:;!?…-–—/|#~=+\\"
TO_COME = (
    "(?:determined|defined|decided|done|announced|assigned|allocated|chosen|confirmed|completed|added"
    "|written|filled(?: in| out)?|provided|supplied|specified|advised|described|documented|named)"
)
# In any field, for a name too: nobody calls a service so.
_ALWAYS = pattern(
    rf"n ?/ ?a|n\. ?a|tb[adcs](?:[-_ ]?[0-9]{{1,3}})?|to ?-?do|fix ?me|to be {TO_COME}"
    r"|not applicable|not yet|(?:none|nothing) yet|lorem ipsum.*",
    "i",
)


def holds_place(text: str) -> bool:
    """Say whether `text` is no answer to any question: marks alone, `TBD`, `n/a`, `to do`."""
    words = normal_space(text).strip(MARKS)
    return not words or _ALWAYS.fullmatch(words) is not None
