"""The requests in a section of a draft: templates, tables, lines of the registry and sentences.

A new kind of line or table is a function here, added to `LINE_RECOGNISERS` or `TABLE_RECOGNISERS`;
a new kind of sentence belongs to `prose`, a new label or field to `validator.request.fields`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from validator.request.documents.parsed import ParsedRequest
from validator.request.drafts.labels import find_label, labelled_value, looks_like_label
from validator.request.drafts.prose import sentence_requests
from validator.request.drafts.sections import MAX_CELLS, DraftTable, joined
from validator.request.drafts.values import add_transports, set_field
from validator.request.fields import FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validator.request.documents.parsed import KeyPath
    from validator.request.drafts.labels import Label, LabelledValue
    from validator.request.drafts.prose import SentenceRequest
    from validator.request.drafts.sections import DraftLine, DraftSection, Passage, Row

# A second one of these belongs to another request, whatever the first one began with.
_FIRST_FIELDS: frozenset[KeyPath] = frozenset({("service_name",), ("port_number",)})
_SHORT_FIELDS = frozenset(field.key for field in FIELDS if field.is_short)
_STATEMENTS = frozenset(field.key for field in FIELDS if not field.is_in_template)
# A longer "name" explains what to fill in.
_MAX_WORDS_IN_NAME = 6
_MAX_INTRODUCTION = 2000
# A section that releases assignments does not request them.
_RELEASES = regex.compile(
    r"\b(?:remove|delete|de-?assign|release|return|revoke|deprecate)(?:s|d|ed)?+\b",
    regex.IGNORECASE,
)
_ASSIGNS = regex.compile(
    r"\b(?:assign|allocate|register|reserve|add|update|create)(?:s|ed|d)?+\b",
    regex.IGNORECASE,
)
# A template after these words shows what becomes of an existing entry.
_UPDATES_ENTRY = regex.compile(
    r"\bupdat(?:e|es|ed)\s++(?:the|this|these|that|its?)\s++(?:\S++\s++){0,3}?"
    r"(?:entry|entries|assignments?|registrations?|allocations?)\b",
    regex.IGNORECASE,
)
_BULLET = regex.compile(r"(?:[-*+•]|o)[ \t]++")
# `quay  4646/tcp  Quay exchange`, as the registry was once printed.
_REGISTRY_LINE = regex.compile(
    r"([A-Za-z0-9][A-Za-z0-9+*._/-]{0,39})(?:\s{2,}|\t)([0-9]{1,6}|TB[AD][0-9]{0,3})"
    r"\s?/\s?(tcp|udp|sctp|dccp)(?:(?:\s{2,}|\t)(\S.*+)|\Z)",
    regex.IGNORECASE | regex.DOTALL,
)


@dataclass(slots=True)
class FieldText:
    """A field of a template, and the pieces of text that are its value."""

    path: KeyPath
    pieces: list[Passage]
    is_literal: bool

    @property
    def value(self) -> Passage:
        return joined(self.pieces, self.is_literal)

    @property
    def has_value(self) -> bool:
        return bool(self.path) and any(self.pieces)

    @property
    def is_short(self) -> bool:
        return bool(self.path) and self.path[0] in _SHORT_FIELDS


def template_request(fields: Iterable[FieldText]) -> ParsedRequest | None:
    """The request that a template makes: it names a service, or a port and something else."""
    texts = [(field.path, field.value, field.is_literal) for field in fields]
    places = [value.place(0) for _, value, _ in texts if value]
    if not places:
        return None
    request = ParsedRequest(0, min(places))
    for path, value, is_literal in texts:
        set_field(request, path, value, is_literal)
    request.offset = min(request.places.values(), default=request.offset)
    values = request.values
    name = str(values.get("service_name") or "")
    is_explanation = len(name.split()) > _MAX_WORDS_IN_NAME
    is_request = bool(name) or values.get("port_number") is not None
    return request if is_request and len(values) > 1 and not is_explanation else None


# -- kinds of lines -----------------------------------------------------------------------------


def registry_line(line: DraftLine) -> ParsedRequest | None:
    """`quay  4646/tcp  Quay exchange`"""
    passage = line.passage
    bullet = _BULLET.match(passage.text)
    match = _REGISTRY_LINE.match(passage.text, 0 if bullet is None else bullet.end())
    if match is None:
        return None
    request = ParsedRequest(0, passage.place(match.start(1)))
    for group, key in ((1, "service_name"), (2, "port_number"), (4, "description")):
        if match[group]:
            set_field(request, (key,), passage.part(*match.span(group)), line.is_literal)
    add_transports(request, passage.part(*match.span(3)))
    return request


LINE_RECOGNISERS = (registry_line,)


# -- kinds of tables ----------------------------------------------------------------------------


def labels_in_first_column(table: DraftTable) -> list[list[FieldText]]:
    """Fields below each other, and a request in each of the columns after them."""
    rows = [(find_label(row[0].text), row) for row in table.rows if len(row) >= 2]
    labels = [label for label, _ in rows if label is not None]
    if len(labels) < 2 or len(labels) * 2 < len(table.rows) or not _has_distinctive(labels):
        return []
    return [
        [
            FieldText(label.path, [row[column]], table.is_literal)
            for label, row in rows
            if label is not None and label.path and column < len(row)
        ]
        for column in range(1, max(len(row) for _, row in rows))
    ]


def labels_in_first_row(table: DraftTable) -> list[list[FieldText]]:
    """A request in each row after the headings."""
    labels = [find_label(cell.text) for cell in table.rows[0]]
    keys = {label.path[0] for label in labels if label is not None and label.path}
    has_core = {"service_name", "port_number", "transport_protocols"} <= keys
    if len(keys) < 2 or not (has_core or _has_distinctive(labels)):
        return []
    return [_fields_of_row(labels, row, table.is_literal) for row in table.rows[1:]]


def _fields_of_row(labels: list[Label | None], row: Row, is_literal: bool) -> list[FieldText]:
    return [
        FieldText(label.path, [cell], is_literal)
        for label, cell in zip(labels, row, strict=False)
        if label is not None and label.path
    ]


def _has_distinctive(labels: Sequence[Label | None]) -> bool:
    return any(label is not None and label.is_distinctive for label in labels)


TABLE_RECOGNISERS = (labels_in_first_column, labels_in_first_row)


# -- sections -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _OpenTemplate:
    """A template whose end is not yet reached: its fields so far, the last one still open."""

    indent: int
    first: KeyPath
    fields: list[FieldText] = field(default_factory=list)
    is_distinctive: bool = False
    # All of its lines, in case that it turns out to be a sentence.
    lines: list[Passage] = field(default_factory=list)

    def starts_another(self, path: KeyPath) -> bool:
        """Whether a field with `path` begins the next template."""
        is_repeated = any(field.path == path for field in self.fields)
        return is_repeated and (path == self.first or path in _FIRST_FIELDS)

    def add_field(self, line: DraftLine, labelled: LabelledValue) -> None:
        self.fields.append(FieldText(labelled.label.path, [labelled.value], line.is_literal))
        self.is_distinctive = self.is_distinctive or labelled.label.is_distinctive
        self.lines.append(line.passage)

    def add_unknown_field(self, line: DraftLine) -> None:
        """A field that requests do not have; its value is dropped."""
        self.fields.append(FieldText((), [], line.is_literal))

    def continue_value(self, line: DraftLine) -> None:
        self.fields[-1].pieces.append(line.passage)
        self.lines.append(line.passage)

    def continues_text(self, line: DraftLine, after_blank: bool) -> bool:
        """Whether a line continues a text, even if it begins with what could be a label."""
        field = self.fields[-1]
        is_text = field.has_value and not field.is_short
        return is_text and not after_blank and line.indent > self.indent + 1

    def continues(self, line: DraftLine, after_blank: bool) -> bool:
        """Whether a line without a label continues the value above it."""
        field = self.fields[-1]
        if field.has_value and field.is_short:
            return line.indent > self.indent and not after_blank
        return line.indent > self.indent or not (after_blank or looks_like_label(line))


class SectionReader:
    """Reads a section line by line: the requests in it, and what its sentences request."""

    def __init__(self) -> None:
        self.requests: list[ParsedRequest] = []
        self.sentences: list[SentenceRequest] = []
        self.template: _OpenTemplate | None = None
        self.paragraph: list[DraftLine] = []
        self.is_after_blank = False
        # What the last paragraph announces.
        self.releases_entries = False
        self.updates_entry = False

    def read(self, section: DraftSection) -> None:
        for part in section.parts:
            if isinstance(part, DraftTable):
                self.end_template()
                self.end_paragraph()
                self.add_table(part)
            elif part.passage:
                self.add_line(part)
                self.is_after_blank = False
            else:
                self.is_after_blank = True
                if self.template is None:
                    self.end_paragraph()
        self.end_template()
        self.end_paragraph()

    def add_line(self, line: DraftLine) -> None:
        template = self.template
        if template is not None and template.continues_text(line, self.is_after_blank):
            template.continue_value(line)
            return
        labelled = labelled_value(line, template is not None)
        if labelled is not None and (
            labelled.label.is_distinctive or template is not None or not self.paragraph
        ):
            self.end_paragraph()
            self.add_field(line, labelled)
            return
        request = next(filter(None, (recognise(line) for recognise in LINE_RECOGNISERS)), None)
        if request is not None:
            self.end_template()
            self.end_paragraph()
            self.add_request(request)
        elif template is not None and template.continues(line, self.is_after_blank):
            template.continue_value(line)
        elif template is not None and line.indent <= template.indent and looks_like_label(line):
            template.add_unknown_field(line)
        else:
            self.end_template()
            self.paragraph.append(line)

    def add_field(self, line: DraftLine, labelled: LabelledValue) -> None:
        path = labelled.label.path
        if self.template is not None and self.template.starts_another(path):
            self.end_template()
        if self.template is None:
            self.template = _OpenTemplate(line.indent, path)
        self.template.add_field(line, labelled)

    def add_table(self, table: DraftTable) -> None:
        if not table.rows:
            return
        cut = DraftTable([row[:MAX_CELLS] for row in table.rows], table.is_literal)
        templates = next(filter(None, (recognise(cut) for recognise in TABLE_RECOGNISERS)), [])
        for fields in templates:
            self.add_request(template_request(fields), is_template=True)

    def add_request(self, request: ParsedRequest | None, *, is_template: bool = False) -> None:
        if request is None or self.releases_entries:
            return
        # A template without a name is part of the entry that is updated.
        if is_template and self.updates_entry and not request.values.get("service_name"):
            return
        self.requests.append(request)

    def end_template(self) -> None:
        template, self.template = self.template, None
        fields = [] if template is None else [field for field in template.fields if field.path]
        if template is None or not fields or self.releases_entries:
            return
        if template.is_distinctive:
            self.add_request(template_request(fields), is_template=True)
        elif self.requests and all(field.path[0] in _STATEMENTS for field in fields):
            # The statements of Section 8.1 may follow the template.
            for field in fields:
                set_field(self.requests[-1], field.path, field.value, field.is_literal)
        else:
            self.add_sentences(joined(template.lines))

    def end_paragraph(self) -> None:
        if not self.paragraph:
            return
        lines, self.paragraph = self.paragraph, []
        paragraph = joined((line.passage for line in lines), lines[0].is_literal)
        text = paragraph.text[:_MAX_INTRODUCTION]
        self.releases_entries = bool(_RELEASES.search(text)) and not _ASSIGNS.search(text)
        self.updates_entry = _UPDATES_ENTRY.search(text) is not None
        self.add_sentences(paragraph)

    def add_sentences(self, paragraph: Passage) -> None:
        self.sentences += sentence_requests(paragraph, self.sentences)
