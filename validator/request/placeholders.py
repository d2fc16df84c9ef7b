"""Texts that stand for an answer that is still to come: `n/a`, `TBD`, `todo`, `?`, `...`.

A request whose required field has such a text lacks the field (RFC 6335, Section 8.1.1).
"""

from __future__ import annotations

import regex

from validator.model.placeholders import MARKS, TO_COME, holds_place
from validator.model.vocabulary import normal_space
from validator.request.documents.parsed import Numeral
from validator.request.fields import FIELD_BY_KEY, FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.request.documents.parsed import KeyPath, ParsedRequest

_IN_TEXT = regex.compile(
    r"na|x{2,}|unassigned|placeholder|blank|empty|null|undefined|unspecified|unknown|pending"
    r"|later|soon|coming soon|to follow|dummy|ditto|required|optional|no idea|don'?t know"
    rf"|not (?:yet )?(?:available|known|stated|{TO_COME})"
    rf"|(?:still |yet )to be {TO_COME}|(?:will|shall) be {TO_COME}(?: later| soon)?"
    rf"|to be {TO_COME} (?:later|soon)|(?:fill|filled) (?:this |me )?in(?: later)?"
    r"|(?:insert|enter|put|type|write|add)(?: \w+){0,4} here|(?:your|my|the) (?:\w+ ){1,3}here",
    regex.IGNORECASE,
)
# No answer to a question that asks what, who or why; an answer to one that asks whether.
_YES_OR_NO = frozenset(("none", "no", "nothing", "nil", "yes", "nope"))
_ASKED_WHAT = (
    *("description", "reference", "assignee", "contact", "why_not_dynamic", "why_not_user"),
    *("stable_spec_reference", "reserved_justification", "why_not_existing_port"),
    *("known_unauthorized_uses", "assignment_notes", "txt_keys"),
)
# A text in brackets that tells the author what to write there.
_SLOT = regex.compile(
    r"\s*+[<\[{](?:insert|enter|put|add|type|your|describe|explain|fill)\b[^<>\[\]{}]*+[>\]}]\s*+",
    regex.IGNORECASE,
)
# Words that only a form asks for in place of a name.
_FORM_WORDS = regex.compile(
    r"(?:your|the|my|first|last|full|company|organi[sz]ation|person)"
    r"(?: (?:full|last|name|e-?mail|address|organi[sz]ation|company))+",
    regex.IGNORECASE,
)
# RQ020 says how to ask for no port; these are choices, not texts.
_OTHER_KEYS = ("port_number", "ietf_stream", "discovery_only")


def is_placeholder(path: KeyPath, text: str) -> bool:
    """Whether `text`, the value at `path` of a request, only holds the place of an answer.

    A service name is one only if nobody would want it: `x` and `none` are names, `TBD` is not.
    "None" answers whether broadcast is used, and says that a service has no security; it is no
    description, and no reason.
    """
    key = str(path[0])
    if key not in FIELD_BY_KEY or key in _OTHER_KEYS or not text.strip():
        return False
    words = normal_space(text).strip(MARKS)
    if not words:
        return key != "service_name" or not text.strip(" ?.…-–—")
    if holds_place(text) or _SLOT.fullmatch(text) or words.casefold() in _sample_texts(path):
        return True
    if len(path) == 2:
        return _is_placeholder_of_party(words)
    return not FIELD_BY_KEY[key].is_short and _is_placeholder_of_text(key, words)


def _is_placeholder_of_text(key: str, words: str) -> bool:
    if len(words) == 1 and words.isascii():
        return key != "txt_keys"
    is_yes_or_no = words.casefold() in _YES_OR_NO
    return _IN_TEXT.fullmatch(words) is not None or (key in _ASKED_WHAT and is_yes_or_no)


def _is_placeholder_of_party(words: str) -> bool:
    # A party may be called Na; one letter of another script may be a name.
    if words.casefold() == "na":
        return False
    is_letter = len(words) == 1 and words.isascii()
    is_word = words.casefold() in _YES_OR_NO or _IN_TEXT.fullmatch(words) is not None
    return is_letter or is_word or _FORM_WORDS.fullmatch(words) is not None


def _sample_texts(path: KeyPath) -> set[str]:
    """The label, question and hint of a field, which templates have where an answer belongs."""
    field = FIELD_BY_KEY.get(str(path[0]))
    if field is None:
        return set()
    texts = [field.key, field.label, field.question, field.hint, f"{field.question} {field.hint}"]
    texts += [sentence for sentence in field.hint.split(". ") if " " in sentence]
    texts += [str(path[1])] if len(path) == 2 else []
    return {normal_space(text).strip(MARKS).casefold() for text in texts if text}


def drop_placeholders(request: ParsedRequest) -> None:
    """Move the placeholders among the values of `request` to its `placeholders`."""
    for path, text in list(_placeholders(request)):
        request.placeholders[path] = text
        values: Any = request.values
        for step in path[:-1]:
            values = values[step]
        del values[path[-1]]


def _placeholders(request: ParsedRequest) -> Iterator[tuple[KeyPath, str]]:
    for key, value in request.values.items():
        if isinstance(value, dict) and key in ("assignee", "contact"):
            for part, inner in value.items():
                if _is_text_placeholder((key, part), inner):
                    yield (key, part), inner
        elif isinstance(value, list) and value and FIELD_BY_KEY.get(key, FIELDS[-1]).is_short:
            if all(_is_text_placeholder((key,), item) for item in value):
                yield (key,), value[0]
        elif _is_text_placeholder((key,), value):
            yield (key,), value


def _is_text_placeholder(path: KeyPath, value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, Numeral) and is_placeholder(path, value)
