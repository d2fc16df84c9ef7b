"""Templates in a draft: one while its lines are read, a line of the registry, all in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import regex

from validator.request.documents.parsed import KeyPath, ParsedRequest, RequestKind
from validator.request.drafts.labels import (
    ACTION,
    BULLET,
    SEVERAL_LABELS,
    Label,
    LabeledValue,
    inline_fields,
    labeled_value,
    looks_like_label,
    misspelled_label,
)
from validator.request.drafts.recognize import (
    FieldText,
    add_comment,
    has_core,
    is_kept,
    template_requests,
)
from validator.request.drafts.sections import DraftLine, Passage

# A second one of these belongs to another request, whatever the first one began with.
_FIRST_FIELDS: frozenset[KeyPath] = frozenset({("service_name",), ("new_name",), ("port_number",)})
# A line whose first words end the sentence of the line before: "port number.  IANA has assigned"
_ENDS_SENTENCE = regex.compile(r"[a-z][a-z -]{0,40}\.\s")


def field_start(
    line: DraftLine, next_line: DraftLine, paragraph: Sequence[DraftLine], *, in_template: bool
) -> LabeledValue | None:
    """The field that begins in a line after the lines of a paragraph or, `in_template`, of one."""
    labeled = labeled_value(line, next_line, in_template=in_template)
    if labeled is None and (labeled := misspelled_label(line)) is not None and not in_template:
        # There has to be another label beside it.
        following = labeled_value(next_line) or misspelled_label(next_line)
        labeled = None if paragraph or following is None else labeled
    if labeled is None:
        return None
    is_field = _is_field(labeled, line, next_line, paragraph, in_template)
    return labeled if is_field else None


def _is_field(
    labeled: LabeledValue,
    line: DraftLine,
    next_line: DraftLine,
    paragraph: Sequence[DraftLine],
    in_template: bool,
) -> bool:
    """Whether a line with a label is a field, not the continuation of a sentence."""
    is_action = labeled.label.name.endswith("action") and not in_template
    if inline_fields(line.passage) or is_action:
        return False
    if paragraph and _ENDS_SENTENCE.match(line.passage.text):
        return paragraph[-1].passage.text.endswith((".", ":"))
    if labeled.label.is_distinctive or in_template or not paragraph:
        return True
    if paragraph[-1].passage.text.endswith(":"):
        return True
    return labeled_value(next_line, in_template=True) is not None


@dataclass(slots=True)
class OpenTemplate:
    """A template whose end is not yet reached: its fields so far, the last one still open."""

    indent: int
    first: KeyPath
    fields: list[FieldText] = field(default_factory=list)
    is_distinctive: bool = False
    # Whether a label, which may be misspelled, is distinctive.
    is_almost_distinctive: bool = False
    transport: str = ""
    # Whether the last field is an item of a list in Markdown, which needs no indentation to go on.
    is_item: bool = False
    labels: set[str] = field(default_factory=set)
    # All of its lines, in case that it turns out to be a sentence.
    lines: list[Passage] = field(default_factory=list)

    def starts_another(self, label: Label) -> bool:
        """Whether a field begins the next template: one that this has under the same label."""
        is_first = label.path == self.first or label.path in _FIRST_FIELDS
        return is_first and label.name in self.labels

    def add_field(self, line: DraftLine, labeled: LabeledValue) -> None:
        label = labeled.label
        self.labels.add(label.name)
        self.is_item = not line.is_literal and BULLET.match(line.passage.text) is not None
        self.fields.append(
            FieldText(label.path, [labeled.value], line.is_literal, labeled.misspelled)
        )
        is_exact = labeled.misspelled is None
        self.is_distinctive = self.is_distinctive or (label.is_distinctive and is_exact)
        self.is_almost_distinctive = self.is_almost_distinctive or label.is_distinctive
        self.transport = self.transport or label.transport
        self.lines.append(line.passage)

    def add_unknown_field(self, line: DraftLine) -> None:
        """A field that requests do not have; its value is dropped."""
        self.fields.append(FieldText((), [], line.is_literal))

    @property
    def known_fields(self) -> list[FieldText]:
        """The fields that requests have."""
        return [field for field in self.fields if field.path not in ((), ACTION)]

    @property
    def is_kept(self) -> bool:
        """Whether it says that nothing is asked of its entry: "Status: existing"."""
        return is_kept(self.fields)

    @property
    def is_complete(self) -> bool:
        """Whether its labels are those of this registry, several that misspell them, or enough."""
        known = self.known_fields
        is_misspelled = self.is_almost_distinctive and len(known) >= SEVERAL_LABELS
        return self.is_distinctive or is_misspelled or has_core(known)

    def requests(self, kind: RequestKind) -> list[ParsedRequest]:
        """What it requests or changes, as the words before it say with `kind`."""
        if not self.is_complete:
            return []
        fields = [field for field in self.fields if field.path]
        return template_requests(fields, kind, self.transport)

    def continue_value(self, line: DraftLine) -> None:
        self.fields[-1].pieces.append(line.passage)
        self.lines.append(line.passage)

    def continues_text(self, line: DraftLine, after_blank: bool) -> bool:
        """Whether a line continues a text, even if it begins with what could be a label.

        An item of a list, or a word with emphasis, is a label of its own.
        """
        field = self.fields[-1]
        text = line.passage.text
        if text.startswith("**") or BULLET.match(text) is not None:
            return False
        is_text = field.has_value and not field.is_short
        return is_text and not after_blank and (line.indent > self.indent + 1 or self.is_item)

    def continues(self, line: DraftLine, after_blank: bool) -> bool:
        """Whether a line without a label continues the value above it."""
        field = self.fields[-1]
        if field.has_value and field.is_short:
            return line.indent > self.indent and not after_blank
        return line.indent > self.indent or not (after_blank or looks_like_label(line))


@dataclass(slots=True)
class OpenRow:
    """The last line that was a request, and the column of its description."""

    request: ParsedRequest
    column: int | None

    @classmethod
    def of(cls, request: ParsedRequest, line: DraftLine) -> OpenRow:
        place = request.places.get(("description",))
        column = None if place is None else line.indent + place - line.passage.place(0)
        return cls(request, column)

    def add(self, line: DraftLine) -> bool:
        """Add a line if it belongs to the row: of its description, or a comment."""
        if line.passage.text.startswith("#"):
            add_comment(self.request, line.passage.part(1))
        elif self.column is None or abs(line.indent - self.column) > 1:
            return False
        else:
            self.request.values["description"] += f" {line.passage.text}"
        return True


def inline_requests(paragraph: Passage, kind: RequestKind, is_literal: bool) -> list[ParsedRequest]:
    """What a paragraph whose fields are in one line requests or changes, nothing for a sentence."""
    fields = inline_fields(paragraph)
    if not any(f.label.is_distinctive for f in fields) or _has_sentence(paragraph, fields):
        return []
    return [
        request
        for group in _groups(fields)
        for request in template_requests(
            [FieldText(f.label.path, [f.value], is_literal, f.misspelled) for f in group], kind
        )
    ]


def _has_sentence(paragraph: Passage, fields: list[LabeledValue]) -> bool:
    """Whether a paragraph with fields is a sentence that mentions them: it has words before.

    Those of several services are after few words: "ports 5 (service name: a) and 6 (...)".
    """
    first = fields[0].value.marks[0][1] - paragraph.marks[0][1]
    before = paragraph.text[: max(first, 0)]
    is_in_brackets = len(list(_groups(fields))) > 1 and "(" in before
    return is_in_brackets or len(before.split()) > 6


def _groups(fields: Iterable[LabeledValue]) -> Iterator[list[LabeledValue]]:
    """The fields of each service in a line: a label that is repeated begins the next one."""
    group: list[LabeledValue] = []
    for labeled in fields:
        if any(other.label.path == labeled.label.path for other in group):
            yield group
            group = []
        group.append(labeled)
    yield group
