"""The labels of a request's fields in drafts (RFC 6335, Section 8.1.1): "Service Name: tides"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from validator.errors import nearest
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, normal_space
from validator.request.documents.parsed import KeyPath
from validator.request.drafts.sections import BULLET_MARK, TRANSPORTS, DraftLine, Passage
from validator.request.fields import FIELDS
from validator.request.phrase import exact_phrase, phrase


@dataclass(slots=True, frozen=True)
class Label:
    """The name of a field in a draft.

    `path` leads to its value in a request; it is empty for a field of the registry that requests
    do not have.  A distinctive label means the field wherever it occurs, others only beside more.
    `transport` is the transport protocol that it names ("UDP Port Number"), `name` its words.
    """

    path: KeyPath
    is_distinctive: bool = False
    transport: str = ""
    name: str = ""


@dataclass(slots=True)
class LabeledValue:
    """What a line says of one field; `misspelled` is its label if that is a misspelling."""

    label: Label
    value: Passage
    misspelled: Passage | None = None


def field_value(key: str, value: Passage) -> LabeledValue:
    """What is said of the field `key`."""
    return LabeledValue(Label((key,)), value)


_PARTIES = {"assignee": "assignee", "contact": "contact", "contact person": "contact"}
_PARTS = {"name": "name", "email": "email", "e-mail": "email", "email address": "email"}
# Columns of the registry that a request does not have.
_OTHER_COLUMNS = ("registration date", "modification date", "date")
# What IANA has to do with the entry of a row or template.
ACTION: KeyPath = ("action",)
_ACTION_COLUMNS = ("action", "iana action", "requested action", "status")
# What an update calls the old service name and the new one, with such a word before it.
_NAME_NOUNS = ("service name", "name", "keyword")
_REMARK = regex.compile(r"\s*+\([^()]{0,60}\)")
_ADJECTIVE = exact_phrase(
    r"(?:the|new|requested|suggested|proposed|desired|registered|registration|assigned|iana|srv"
    rf"|dns-?sd|resource|{TRANSPORTS}|well-known|default) "
)
_ANY_CAST = regex.compile(
    r"(?:use of |ip[- ])?(?:broadcast|multicast|anycast)(?!.*\b(?:address|group"
    r"|port))[a-z, /-]{0,60}"
)


def _simple(text: str) -> str:
    """A label without marks, remarks in brackets and case."""
    name = normal_space(regex.sub(r"[*_`\"“”]+", " ", text)).casefold()
    return normal_space(_REMARK.sub("", name)).rstrip(" :=.").replace(" / ", "/")


def _labels() -> dict[str, Label]:
    labels = {name: Label(()) for name in _OTHER_COLUMNS}
    labels |= {name: Label(ACTION) for name in _ACTION_COLUMNS}
    for word in ("old", "current", "existing", "former", "previous", "new"):
        path = ("new_name",) if word == "new" else ("service_name",)
        labels |= {f"{word} {noun}": Label(path, noun == "service name") for noun in _NAME_NOUNS}
    labels["renamed to"] = Label(("new_name",))
    for party, key in _PARTIES.items():
        labels |= {f"{party} {name}": Label((key, part)) for name, part in _PARTS.items()}
    for field in FIELDS:
        is_distinctive = bool(field.distinctive_labels)
        labels |= {_simple(name): Label((field.key,)) for name in field.labels}
        labels |= {_simple(name): Label((field.key,), True) for name in field.distinctive_labels}
        if field.is_in_drafts:
            labels[_simple(field.label)] = Label((field.key,), is_distinctive)
    return labels


_LABELS = _labels()
_WORD = regex.compile(r"\w++")
_LABEL_WORDS = {name: _WORD.findall(name) for name in _LABELS}


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words)


# What a misspelling leaves alone: all letters, or the first one of each word.
_BY_LETTERS: dict[str, list[str]] = {}
_BY_INITIALS: dict[str, list[str]] = {}
for _name, _words in _LABEL_WORDS.items():
    _BY_LETTERS.setdefault("".join(_words), []).append(_name)
    _BY_INITIALS.setdefault(_initials(_words), []).append(_name)
_SHORT_WORD = 4
_MAX_LABEL = max(map(len, _LABELS)) + 24
BULLET = exact_phrase(BULLET_MARK)
_GAP = regex.compile(r"(?:[ ]{2,}|[ ]*+\t\s*+)")
_WORDS_BEFORE_VALUE = regex.compile(r"[A-Za-z ]{3,40}?(?= \[)|[A-Za-z() ]{3,40}?\)(?= )")
_ANY_LABEL = regex.compile(
    r"(?:[-*+•o][ \t]++)?[*]{0,2}[A-Z][A-Za-z(), /-]{1,60}[*]{0,2}:"
    r"(?:\s|$)"
)
_MAX_LABEL_WORDS = 4
# So many labels, with one or more of this registry, are a template even if they are misspelled.
SEVERAL_LABELS = 3
_DEFINITION_MARK = regex.compile(r":[ \t]++")


@lru_cache(maxsize=1024)
def find_label(text: str) -> Label | None:
    """The label that `text` is, `None` for other text."""
    if len(text) > _MAX_LABEL:
        return None
    name = _simple(text)
    label = _with_adjectives(name, _LABELS.get)
    if label is None and _ANY_CAST.fullmatch(name):
        return Label(("broadcast_multicast_anycast",))
    return label


@lru_cache(maxsize=1024)
def intended_label(text: str) -> Label | None:
    """The label that `text` is a misspelling of, `None` for a label and for other text."""
    if len(text) > _MAX_LABEL or find_label(text) is not None:
        return None
    return _with_adjectives(_simple(text), _intended)


def _with_adjectives(name: str, lookup: Callable[[str], Label | None]) -> Label | None:
    """The label that `lookup` finds for a name, or for what follows the adjectives in it."""
    transport = ""
    label = lookup(name)
    while label is None and (adjective := _ADJECTIVE.match(name)) is not None:
        word = adjective[0].strip()
        transport = word if word in TRANSPORT_PROTOCOLS else transport
        name = name[adjective.end() :]
        label = lookup(name)
    if label is None:
        return None
    # "UDP Port" can be nothing else.
    is_port = bool(transport) and label.path == ("port_number",)
    is_distinctive = label.is_distinctive or is_port
    return Label(label.path, is_distinctive, transport if is_port else "", label.name or name)


def _intended(name: str) -> Label | None:
    """The label whose words `name` misspells: each begins like the right one and is near it."""
    words = _WORD.findall(name)
    similar = [
        *_BY_LETTERS.get("".join(words), ()),
        *(
            known
            for known in _BY_INITIALS.get(_initials(words), ())
            if all(map(_is_near, words, _LABEL_WORDS[known]))
        ),
    ]
    best = nearest(name, similar) or next(iter(similar), None)
    return None if best is None else replace(_LABELS[best], name=best)


def _is_near(word: str, known: str) -> bool:
    """Whether a word is a misspelling or the beginning of a known one.

    A short one has the same letters or fewer: "Part" is another word than "Port".
    """
    if word == known:
        return True
    if word[0] != known[0] or nearest(word, [known]) is None:
        return False
    return len(word) > _SHORT_WORD or len(word) < len(known) or sorted(word) == sorted(known)


def label_start(text: str) -> int:
    """Where the words of a line begin, after the mark of a list item."""
    bullet = BULLET.match(text)
    return 0 if bullet is None else bullet.end()


def labeled_value(
    line: DraftLine, next_line: DraftLine | None = None, *, in_template: bool = False
) -> LabeledValue | None:
    """The label that a line begins with, and the value after it.

    A colon ends a label, or two blanks or more, or, `in_template`, a bracket.  A label without any
    of these has the line for itself, and its value is on `next_line`, further right.
    """
    passage = line.passage
    text = passage.text
    start = label_start(text)
    for end, value_start in _ends(text, start, in_template):
        label = find_label(text[start:end])
        if label is not None:
            return LabeledValue(label, passage.part(value_start))
    return _label_alone(line, next_line, start, in_template)


def misspelled_label(line: DraftLine) -> LabeledValue | None:
    """The misspelled label that a line begins with, which a colon ends, and the value after it."""
    passage = line.passage
    start = label_start(passage.text)
    for end, value_start in _ends(passage.text, start, in_template=False)[:1]:
        label = intended_label(passage.text[start:end]) if passage.text[end] == ":" else None
        if label is not None:
            return LabeledValue(label, passage.part(value_start), passage.part(start, end))
    return None


def _label_alone(
    line: DraftLine, next_line: DraftLine | None, start: int, in_template: bool
) -> LabeledValue | None:
    """A label that has its line for itself: its value is below, or it has none."""
    text = line.passage.text
    if len(text) > _MAX_LABEL:
        return None
    # "Port Number (OPTIONAL)" may have no value.
    is_optional = in_template and text.endswith(")")
    if not is_optional and (next_line is None or not _is_below(line, next_line)):
        return None
    label = find_label(text[start:])
    if label is None or not (in_template or label.is_distinctive):
        return None
    return LabeledValue(label, line.passage.part(len(text)))


def _ends(text: str, start: int, in_template: bool) -> list[tuple[int, int]]:
    """Where the label may end, and its value begin."""
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
    if in_template:
        ends += [(m.end(), m.end()) for m in [_WORDS_BEFORE_VALUE.match(text, start)] if m]
    return ends


def _is_below(line: DraftLine, next_line: DraftLine) -> bool:
    return (
        next_line.indent > line.indent or _DEFINITION_MARK.match(next_line.passage.text) is not None
    )


def looks_like_label(line: DraftLine) -> bool:
    """Whether a line looks like a field of some template, though not of this one."""
    text = line.passage.text
    if text.endswith(":") and len(text.split()) > _MAX_LABEL_WORDS:
        # "So that it contains the following:"
        return False
    return _ANY_LABEL.match(line.passage.text) is not None


# -- fields in one line -------------------------------------------------------------------------

_INLINE_NAMES = "|".join(
    regex.escape(name, literal_spaces=True)
    for name in sorted({*_LABELS, "transport protocol(s)", "port number(s)"}, key=len, reverse=True)
)
_INLINE_LABEL = phrase(rf"(?<![\w-])({_INLINE_NAMES})(?:\s*+[:=](?!//)|(?=\s*+[\"“`]))\s*+")
_BETWEEN = exact_phrase(r"(?:\A|[,;.(]|\band\b|\bwith\b|\bas\b)\s*+(?:(?:the|a|an|and|its) )*+\Z")
_MAX_INLINE = 2000
# What may be a misspelled label: at the begin, or after a comma or semicolon.
_INLINE_WORDS = regex.compile(
    r"(?<=\A(?:[-*+•]\s)?|[,;]\s)([A-Za-z][A-Za-z()/-]{1,20}(?:\s[A-Za-z()/-]{1,20}){0,3})"
    r"\s?[:=](?!//)\s*+"
)
_QUOTED = regex.compile(r"[\"“`]([^\"”`]{0,300})[\"”`]")
# What follows a label, of either kind.
_AFTER_LABEL = regex.compile(r"[:=\"“`]")


def inline_fields(passage: Passage) -> list[LabeledValue]:
    """The fields in a line such as `Service name: "x", Protocol: "udp"`, at least two.

    Each label follows the begin, a comma, semicolon or the like, and ends the value before it.
    """
    text = passage.text[:_MAX_INLINE]
    if len(_AFTER_LABEL.findall(text)) < 2:
        return []
    labels = _inline_labels(text)
    misspelled = _misspelled_labels(text)
    if are_of_template([label for _, label in labels], [label for _, label in misspelled]):
        labels = sorted([*labels, *misspelled], key=lambda item: item[0].start())
    if len(labels) < 2:
        return []
    fields: list[LabeledValue] = []
    ends = [*(match.start() for match, _ in labels[1:]), len(text)]
    for (match, label), end in zip(labels, ends, strict=True):
        quoted = _QUOTED.match(text, match.end(), end)
        value = passage.part(*quoted.span(1)) if quoted else _trimmed(passage, match.end(), end)
        if value:
            is_misspelled = match.re.pattern == _INLINE_WORDS.pattern
            name = passage.part(*match.span(1)) if is_misspelled else None
            fields.append(LabeledValue(label, value, name))
    return fields if len(fields) > 1 else []


def are_of_template(exact: Sequence[Label | None], misspelled: Sequence[Label | None]) -> bool:
    """Whether labels, of which some are `misspelled`, are those of a template for this registry.

    One without a misspelling is distinctive, or one is and there are several, or those of a service
    name and of its port or transport protocol.
    """
    if any(label is not None and label.is_distinctive for label in exact):
        return True
    labels = [label for label in (*exact, *misspelled) if label is not None and label.path]
    keys = {label.path[0] for label in labels}
    has_core = "service_name" in keys and not keys.isdisjoint(
        {"port_number", "transport_protocols"}
    )
    is_template = has_core or len(labels) >= SEVERAL_LABELS
    return is_template and any(label.is_distinctive for label in labels)


def _misspelled_labels(text: str) -> list[tuple[regex.Match[str], Label]]:
    words = ((match, intended_label(match[1])) for match in _INLINE_WORDS.finditer(text))
    return [(match, label) for match, label in words if label is not None]


def _inline_labels(text: str) -> list[tuple[regex.Match[str], Label]]:
    first = label_start(text)
    labels: list[tuple[regex.Match[str], Label]] = []
    at = first
    for match in _INLINE_LABEL.finditer(text, first):
        label = find_label(match[1])
        before = text[max(at, match.start() - 24) : match.start()]
        if label is not None and (match.start() == first or _BETWEEN.search(before)):
            labels.append((match, label))
            at = match.end()
    return labels


def _trimmed(passage: Passage, start: int, end: int) -> Passage:
    """A value without the mark or word that leads to the next label."""
    value = passage.part(start, end)
    words = regex.sub(r"(?:[\s,;(]|(?<![\w-])(?:and|with|the|a|an|its|as))*+\Z", "", value.text)
    if words.count(")") > words.count("("):
        words = words[: words.rfind(")")]
    return value.part(0, len(words.rstrip(". ")) if end < len(passage.text) else len(words))
