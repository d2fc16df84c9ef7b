"""The labels of a request's fields in drafts (RFC 6335, Section 8.1.1): "Service Name: tides"."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from validator.model.vocabulary import normal_space
from validator.request.fields import FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.request.documents.parsed import KeyPath
    from validator.request.drafts.sections import DraftLine, Passage


@dataclass(slots=True)
class Label:
    """The name of a field in a draft.

    `path` leads to its value in a request; it is empty for a field of the registry that requests
    do not have.  A distinctive label means the field wherever it occurs, others only beside more.
    """

    path: KeyPath
    is_distinctive: bool = False


@dataclass(slots=True)
class LabelledValue:
    """What a line says of one field."""

    label: Label
    value: Passage


_PARTIES = {"assignee": "assignee", "contact": "contact", "contact person": "contact"}
_PARTS = {"name": "name", "email": "email", "e-mail": "email", "email address": "email"}
# Columns of the registry that a request does not have.
_OTHER_COLUMNS = ("registration date", "modification date", "date", "status")


def _labels() -> dict[str, Label]:
    labels = {name: Label(()) for name in _OTHER_COLUMNS}
    for party, key in _PARTIES.items():
        labels |= {f"{party} {name}": Label((key, part)) for name, part in _PARTS.items()}
    for field in FIELDS:
        is_distinctive = bool(field.distinctive_labels)
        if field.is_in_drafts:
            labels[field.label.casefold()] = Label((field.key,), is_distinctive)
        labels |= {name: Label((field.key,)) for name in field.labels}
        labels |= {name: Label((field.key,), True) for name in field.distinctive_labels}
    return labels


_LABELS = _labels()
_MAX_LABEL = max(map(len, _LABELS)) + 24
_BULLET = regex.compile(r"(?:[-*+•]|o|\(?[0-9]{1,3}[.)])[ \t]++")
_GAP = regex.compile(r"(?:[ ]{2,}|[ ]*+\t\s*+)")
_WORDS_BEFORE_BRACKET = regex.compile(r"[A-Za-z ]{3,40}?(?= \[)")
_REMARK = regex.compile(r"\s*+\((?:required|optional|mandatory|if any|dccp only)[^)]{0,40}\)")
_ADJECTIVE = regex.compile(r"(?:requested|suggested|proposed|registered|assigned|iana)\s++")
_ANY_LABEL = regex.compile(r"(?:[-*+•o][ \t]++)?[*]{0,2}[A-Z][A-Za-z() /-]{1,38}[*]{0,2}:(?:\s|$)")


def find_label(text: str) -> Label | None:
    """The label that `text` is, `None` for other text."""
    if len(text) > _MAX_LABEL:
        return None
    name = normal_space(text.replace("*", " ").replace("_", " ").replace("`", " ")).casefold()
    name = _REMARK.sub("", name.rstrip(" :").rstrip())
    label = _LABELS.get(name)
    if label is None and (adjective := _ADJECTIVE.match(name)) is not None:
        label = _LABELS.get(name[adjective.end() :])
    return label


def labelled_value(line: DraftLine, in_template: bool) -> LabelledValue | None:
    """The label that a line begins with, and the value after it.

    A colon ends a label, or two blanks or more, or, `in_template`, a bracket.
    """
    passage = line.passage
    text = passage.text
    bullet = _BULLET.match(text)
    start = bullet.end() if bullet is not None else 0
    ends: list[tuple[int, int]] = []
    colon = text.find(":", start, start + _MAX_LABEL + 1)
    if colon > start:
        # Emphasis may end after the colon.
        value_start = colon + 1
        while text[value_start : value_start + 1] == "*":
            value_start += 1
        ends.append((colon, value_start))
    gap = _GAP.search(text, start, start + _MAX_LABEL + 8)
    if gap is not None:
        ends.append(gap.span())
    words = _WORDS_BEFORE_BRACKET.match(text, start) if in_template else None
    if words is not None:
        ends.append((words.end(), words.end()))
    for end, value_start in ends:
        label = find_label(text[start:end])
        if label is not None:
            return LabelledValue(label, passage.part(value_start))
    return None


def looks_like_label(line: DraftLine) -> bool:
    """Whether a line looks like a field of some template, though not of this one."""
    return _ANY_LABEL.match(line.passage.text) is not None
