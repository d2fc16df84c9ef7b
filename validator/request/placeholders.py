"""Texts that stand for an answer that is still to come: `n/a`, `TBD`, `todo`, `?`, `...`.

A request whose required field has such a text lacks the field (RFC 6335, Section 8.1.1).
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.model.placeholders import MARKS, NO_TEXT, YES_OR_NO, holds_place, is_no_party
from validator.model.vocabulary import normal_space
from validator.request.documents.parsed import KeyPath, Numeral, ParsedRequest
from validator.request.fields import FIELD_BY_KEY, FIELDS
from validator.request.phrase import phrase

_ASKED_WHAT = (
    *("description", "reference", "assignee", "contact", "why_not_dynamic", "why_not_user"),
    *("stable_spec_reference", "reserved_justification", "why_not_existing_port"),
    *("known_unauthorized_uses", "assignment_notes", "txt_keys"),
)
# A text in brackets that tells the author what to write there.
_SLOT = phrase(
    r"\s*+[<\[{](?:insert|enter|put|add|type|your|describe|explain|fill)\b[^<>\[\]{}]*+[>\]}]\s*+"
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
    is_yes_or_no = words.casefold() in YES_OR_NO
    return NO_TEXT.fullmatch(words) is not None or (key in _ASKED_WHAT and is_yes_or_no)


def _is_placeholder_of_party(words: str) -> bool:
    # One letter of another script may be a name.
    return (len(words) == 1 and words.isascii()) or is_no_party(words)


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
        del request.value(path[:-1])[path[-1]]


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
