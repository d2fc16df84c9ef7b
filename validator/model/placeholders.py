"""Words that hold the place of an answer, such as TBD and n/a, or of a person or organization."""

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
# In place of a text that says what, who or why.
NO_TEXT = pattern(
    r"na|x{2,}|unassigned|placeholder|blank|empty|null|undefined|unspecified|unknown|pending"
    r"|later|soon|coming soon|to follow|dummy|ditto|required|optional|no idea|don'?t know"
    rf"|not (?:yet )?(?:available|known|stated|{TO_COME})"
    rf"|(?:still |yet )to be {TO_COME}|(?:will|shall) be {TO_COME}(?: later| soon)?"
    rf"|to be {TO_COME} (?:later|soon)|(?:fill|filled) (?:this |me )?in(?: later)?"
    r"|(?:insert|enter|put|type|write|add)(?: \w+){0,4} here|(?:your|my|the) (?:\w+ ){1,3}here",
    "i",
)
# No answer to a question that asks what, who or why; an answer to one that asks whether.
YES_OR_NO = frozenset(("none", "no", "nothing", "nil", "yes", "nope"))
# In place of a name: nobody, and words that only a form asks for.
_NOBODY = pattern(
    r"nobody|no[ -]?one|no (?:owner|team|contact|maintainer)|unowned|orphan(?:ed)?|vacant"
    r"|(?:your|the|my|first|last|full|company|organi[sz]ation|person)"
    r"(?: (?:full|last|name|e-?mail|address|organi[sz]ation|company))+",
    "i",
)


def holds_place(text: str) -> bool:
    """Say whether `text` is no answer to any question: marks alone, `TBD`, `n/a`, `to do`."""
    words = normal_space(text).strip(MARKS)
    return not words or _ALWAYS.fullmatch(words) is not None


def is_no_party(text: str) -> bool:
    """Say whether `text` names no person or organization: `none`, `unknown`, `nobody`, `pending`.

    A party may be called Na.
    """
    words = normal_space(text).strip(MARKS).casefold()
    is_word = words in YES_OR_NO or NO_TEXT.fullmatch(words) is not None
    return words != "na" and (is_word or _NOBODY.fullmatch(words) is not None)
