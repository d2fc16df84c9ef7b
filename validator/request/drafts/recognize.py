"""The requests in a section of a draft: templates, tables, lines of the registry and sentences.

A new kind of line or table is a function here, added to `LINE_RECOGNIZERS` or `TABLE_RECOGNIZERS`;
a new kind of sentence belongs to `kinds` and `mentions`, a new label or field to
`validator.request.fields`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import regex

from validator.model.vocabulary import SERVICE_NAME, TRANSPORT_PROTOCOLS, fold, quoted
from validator.request.documents.parsed import KeyPath, ParsedRequest, Problem, RequestKind
from validator.request.drafts.kinds import action_kind
from validator.request.drafts.labels import (
    ACTION,
    Label,
    are_of_template,
    find_label,
    intended_label,
    label_start,
)
from validator.request.drafts.names import is_name, srv_names
from validator.request.drafts.renaming import renamings
from validator.request.drafts.sections import (
    BULLET_MARK,
    TRANSPORT_LIST,
    TRANSPORTS,
    DraftLine,
    DraftTable,
    Passage,
    Row,
    joined,
    spans_between,
)
from validator.request.drafts.values import SRV_NAME, add_transport, add_transports, set_field
from validator.request.fields import CHOSEN, FIELDS
from validator.request.phrase import exact_phrase, phrase

_SHORT_FIELDS = frozenset(field.key for field in FIELDS if field.is_short)
# A longer "name" explains what to fill in.
_MAX_WORDS_IN_NAME = 6
# `quay  4646/tcp  Quay exchange`, as the registry was once printed.
_REGISTRY_LINE = phrase(
    r"([A-Za-z0-9][A-Za-z0-9+*._/-]{0,39})( )([0-9]{1,6}|TB[AD][0-9]{0,3})(?:\s?/\s?"
    rf"| )({TRANSPORTS})(?: (\S.*+)|\Z)",
    regex.DOTALL,
)
_PORT_LINE = phrase(
    rf"(?:[-*+•o] )?([0-9]{{1,5}})\s?/\s?({TRANSPORTS})(?:(?:\s{{2,}}|\t)(\S.*+))?", regex.DOTALL
)
_SRV_LINE = phrase(
    rf"(?:[-*+•o] )?[\"“`]?_([A-Za-z0-9][A-Za-z0-9-]{{0,30}})\._({TRANSPORTS})[\"”`]?(?: (?:at"
    r"|on) ports? ([0-9]{1,5}(?:(?:\s?,\s?| (?:and|or) )[0-9]{1,5})*+)"
    r"|\s{2,}(?!IN\b|SRV\b|PTR\b|TXT\b|[0-9])\S.{0,60})?[.;,]?"
)
# `tides/tcp 4646`, `tides: TCP 4646`, `4646/tcp tides`: a name, a number and transport protocols
_BETWEEN = r"(?:[\s,;:=/()–-]|(?i:ports?|numbers?|on|over|for|at|with|service|name)\b(?!-))"
_ITEM = exact_phrase(
    rf"{BULLET_MARK}(?:{_BETWEEN}*+(?:(?P<transport>(?i:{TRANSPORT_LIST})(?![\w-]))"
    r"|(?P<number>(?:[0-9]{2,5}(?: (?:to|through) [0-9]{2,5})?|TB[AD][0-9]{0,3})(?![\w-]|\.\w))"
    r"|[\"“'`]?"
    rf"(?P<name>[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+)(?! (?i:{TRANSPORTS}) port)[\"”'`]?))++[\s,;.)]*+"
    r"(?:and)?"
)
_MAX_ITEM = 100
# What the service of an item is for.
_PURPOSE = exact_phrase(r"\s*+,? for (?P<purpose>[^,.;:]{3,100})[.;,]?\Z")
_REFERENCE = phrase(r"\[.*\]|this \w++|RFC.*+", regex.DOTALL)
_COMMENT = regex.compile(r"(?:\A|\s)#")
_CITATIONS_AT_END = regex.compile(r"(?:\s*+\[[^\[\]]{1,60}\])+\s*+\Z")
_PORT_AND_TRANSPORT = phrase(rf"[`\"]?(?:[0-9]{{1,6}}|TB[AD][0-9]{{0,3}})\s?/\s?{TRANSPORTS}[`\"]?")
_MAX_SRV_CELL = 60
# A template has no more labels: the cells of larger tables are not compared with misspellings.
_MAX_LABELS = 40
# The headings of the columns of old and new names.
_OLD_AND_NEW = (("from", "to"), ("old", "new"), ("current", "new"), ("before", "after"))
_QUOTES = "\"'`“”‘’*"
_NUMBER = regex.compile(r"[0-9]{1,5}")
_SEPARATOR = exact_phrase(r"\s*+[;,]\s*+| and ")
_FOR_ONE = phrase(rf"({TRANSPORTS}) \(\s*+(?:for|only for) [\"“]?([\w.-]{{1,40}})[\"”]?\s*+\)")


@dataclass(slots=True)
class FieldText:
    """A field of a template, and the pieces of text that are its value."""

    path: KeyPath
    pieces: list[Passage]
    is_literal: bool
    # Its label, if that is misspelled.
    misspelled: Passage | None = None

    @property
    def value(self) -> Passage:
        value = joined(self.pieces, self.is_literal)
        # A definition below its term has a mark.
        is_definition = not self.pieces[0] and value.text.startswith(": ")
        return value.part(1) if is_definition else value

    @property
    def has_value(self) -> bool:
        return bool(self.path) and any(self.pieces)

    @property
    def is_short(self) -> bool:
        return bool(self.path) and self.path[0] in _SHORT_FIELDS


def template_requests(
    fields: Sequence[FieldText], kind: RequestKind, transport: str = ""
) -> list[ParsedRequest]:
    """What a template requests, updates or releases: one for each service name that it has.

    It needs a service name, or a port and something else.  `kind` is what the words before it say
    that it does, unless it has an action of its own; `transport` is what its labels say.
    """
    texts = [replace(field, path=_path(field), pieces=[field.value]) for field in fields]
    values = [text.value for text in texts if text.value]
    if not values or is_kept(texts):
        return []
    action = next((text.value for text in texts if text.path == ACTION), None)
    own_kind = None if action is None else action_kind(action.text)
    requests = _requests_of(texts, values, transport)
    for request in requests:
        request.kind = own_kind or kind
        for renaming in renamings(action, action.text) if action and own_kind == "update" else ():
            request.rename(renaming.new.text, renaming.new.place(0))
    return requests


def is_kept(fields: Sequence[FieldText]) -> bool:
    """Whether a template says that nothing is asked of its entry: "Action: keep"."""
    return any(text.path == ACTION and action_kind(text.value.text) == "" for text in fields)


def _requests_of(
    texts: Sequence[FieldText], values: Sequence[Passage], transport: str
) -> list[ParsedRequest]:
    names = next((_listed(t.value) for t in texts if t.path == ("service_name",)), [])
    if len(names) < 2:
        request = _template_request(texts, values, transport)
        return [] if request is None else [request]
    requests: list[ParsedRequest] = []
    for name in names:
        own = [replace(text, pieces=[_own(text.path, text.value, name)]) for text in texts]
        request = _template_request(own, values, transport)
        requests += [] if request is None else [request]
    return requests


def can_be_port(value: object) -> bool:
    """Whether a cell can be the port of a request: a number, a range, or none."""
    return not isinstance(value, str) or value in CHOSEN or value[0].isdigit()


def has_core(fields: Sequence[FieldText]) -> bool:
    """Whether a template without distinctive labels has a service name and a transport.

    Before RFC 6335, "Protocol Number" could be the port, next to "Use of Broadcast/Multicast".
    """
    texts = {field.path: field.value.text.lower() for field in fields}
    name = texts.get(("service_name",), "")
    words = texts.get(("transport_protocols",), "").split()
    if not (name and words):
        return False
    is_old = ("broadcast_multicast_anycast",) in texts and words[0].isdecimal()
    return is_old or words[0].strip(",/;") in TRANSPORT_PROTOCOLS


def change_of(fields: Sequence[FieldText]) -> ParsedRequest:
    """What fields without a service name or port say of the update before them."""
    request = ParsedRequest(0, fields[0].value.place(0))
    for text in fields:
        add_field(request, text)
    return request


def add_field(request: ParsedRequest, field: FieldText) -> None:
    """Set a field of a request, and record RQ003 if its label is misspelled."""
    if field.path == ACTION:
        return
    set_field(request, field.path, field.value, field.is_literal)
    label = field.misspelled
    intended = None if label is None else intended_label(label.text)
    if label is None or intended is None:
        return
    name = quoted(intended.name.title())
    message = f"unknown label {quoted(label.text)}; did you mean {name}? It is read as {name}."
    request.problems.append(Problem("RQ003", message, label.place(0), field.path, label.text))


def _path(field: FieldText) -> KeyPath:
    """The path of a field; the number of a protocol is its port."""
    is_number = field.path == ("transport_protocols",) and _NUMBER.fullmatch(field.value.text)
    return ("port_number",) if is_number else field.path


def _listed(value: Passage) -> list[Passage]:
    """The service names that a value lists, none for a value that is not a list of names."""
    names = [value.part(*span) for span in spans_between(_SEPARATOR, value.text)]
    return names if all(" " not in name.text and is_name(name.text) for name in names) else []


def _own(path: KeyPath, value: Passage, name: Passage) -> Passage:
    """What a value says of one of the services of a template."""
    if path == ("service_name",):
        return name
    if path == ("transport_protocols",):
        for match in _FOR_ONE.finditer(value.text):
            if fold(match[2]) == fold(name.text):
                return value.part(*match.span(1))
    return value


def _template_request(
    texts: Sequence[FieldText], passages: Sequence[Passage], transport: str
) -> ParsedRequest | None:
    request = ParsedRequest(0, min(passage.place(0) for passage in passages))
    for text in texts:
        add_field(request, text)
    _add_transport_of_name(request, texts)
    values = request.values
    name = str(values.get("service_name") or request.new_name)
    is_explanation = len(name.split()) > _MAX_WORDS_IN_NAME or fold(name) in TRANSPORT_PROTOCOLS
    is_request = bool(name) or values.get("port_number") is not None
    if transport and "transport_protocols" not in values and is_request:
        add_transport(request, transport, request.place(("port_number",)))
    request.offset = min(request.places.values(), default=request.offset)
    count = len(values) + bool(request.new_name)
    return request if is_request and count > 1 and not is_explanation else None


def _add_transport_of_name(request: ParsedRequest, texts: Sequence[FieldText]) -> None:
    """ "Service Name: _tides._tcp": its transport protocol, if no other field has one."""
    for text in texts:
        match = SRV_NAME.search(text.value.text) if text.path == ("service_name",) else None
        if match is not None and "transport_protocols" not in request.values:
            add_transports(request, text.value.part(*match.span(2)))


# -- kinds of lines -----------------------------------------------------------------------------


def registry_line(line: DraftLine, *, in_paragraph: bool) -> list[ParsedRequest]:
    """`quay  4646/tcp  Quay exchange`

    Inside a paragraph, there must be a gap: one blank is also between the words of a sentence.
    """
    passage = line.passage
    match = _REGISTRY_LINE.match(passage.text, label_start(passage.text))
    if match is None or not is_name(match[1]) or (in_paragraph and len(match[2]) < 2):
        return []
    request = ParsedRequest(0, passage.place(match.start(1)))
    for group, key in ((1, "service_name"), (3, "port_number")):
        set_field(request, (key,), passage.part(*match.span(group)), line.is_literal)
    add_transports(request, passage.part(*match.span(4)))
    if match[5]:
        _set_description(request, passage.part(*match.span(5)), line.is_literal)
    return [request]


def _set_description(request: ParsedRequest, text: Passage, is_literal: bool) -> None:
    """Set the description, and the reference that citations at its end are."""
    comment = _COMMENT.search(text.text)
    words = text if comment is None else text.part(0, comment.start())
    citations = _CITATIONS_AT_END.search(words.text)
    if citations is not None:
        set_field(request, ("reference",), words.part(citations.start()), is_literal)
        words = words.part(0, citations.start())
    if comment is not None:
        add_comment(request, text.part(comment.end()))
    if words:
        set_field(request, ("description",), words, is_literal)


def add_comment(request: ParsedRequest, comment: Passage) -> None:
    """Add what a comment beside or below a line of the registry says: "# [RFC4960]".

    It is a party, the first of which is the assignee if it has no address, or a reference.
    """
    if _REFERENCE.fullmatch(comment.text):
        set_field(request, ("reference",), comment, True)
    elif "@" in comment.text or "assignee" in request.values:
        set_field(request, ("contact",), comment, True)
    else:
        set_field(request, ("assignee",), comment, True)


def port_line(line: DraftLine, *, in_paragraph: bool) -> list[ParsedRequest]:
    """`4646/tcp  [RFC9999]`, without a service name."""
    match = _PORT_LINE.fullmatch(line.passage.text)
    if match is None or in_paragraph:
        return []
    request = ParsedRequest(0, line.passage.place(match.start(1)))
    set_field(request, ("port_number",), line.passage.part(*match.span(1)), line.is_literal)
    add_transports(request, line.passage.part(*match.span(2)))
    if match[3]:
        key = "reference" if _REFERENCE.fullmatch(match[3]) else "description"
        set_field(request, (key,), line.passage.part(*match.span(3)), line.is_literal)
    return [request]


def srv_line(line: DraftLine, *, in_paragraph: bool) -> list[ParsedRequest]:
    """`_quay._tcp  TCP`, or `_quay._tcp at port 4646`"""
    match = _SRV_LINE.fullmatch(line.passage.text)
    if match is None or in_paragraph:
        return []
    numbers = _NUMBER.finditer(line.passage.text, *match.span(3)) if match[3] else ()
    ports = [line.passage.part(*number.span()) for number in numbers]
    requests: list[ParsedRequest] = []
    for port in ports or (None,):
        request = ParsedRequest(0, line.passage.place(match.start(1)))
        set_field(request, ("service_name",), line.passage.part(*match.span(1)), True)
        add_transports(request, line.passage.part(*match.span(2)))
        if port is not None:
            set_field(request, ("port_number",), port, True)
        requests.append(request)
    return requests


LINE_RECOGNIZERS = (registry_line, port_line, srv_line)


def announced_item(line: DraftLine, kind: RequestKind) -> list[ParsedRequest]:
    """`* tides/tcp 4646, for tide tables`, which is a request in a list that is announced as such.

    Of what the list updates or releases, the purpose is no new description.
    """
    passage = line.passage
    purpose = _PURPOSE.search(passage.text) if kind == "request" else None
    end = len(passage.text) if purpose is None else purpose.start()
    match = _ITEM.fullmatch(passage.text[:end][:_MAX_ITEM])
    groups = [] if match is None else [match.spans(key) for key in ("name", "number", "transport")]
    if [len(spans) for spans in groups] != [1, 1, 1]:
        return []
    name, number, transport = (passage.part(*spans[0]) for spans in groups)
    if not is_name(name.text):
        return []
    request = ParsedRequest(0, name.place(0))
    set_field(request, ("service_name",), name, line.is_literal)
    set_field(request, ("port_number",), number, line.is_literal)
    add_transports(request, transport)
    if purpose is not None:
        description = passage.part(*purpose.span("purpose"))
        set_field(request, ("description",), description, line.is_literal)
    return [request]


# -- kinds of tables ----------------------------------------------------------------------------


def labels_in_first_column(table: DraftTable) -> list[list[FieldText]]:
    """Fields below each other, and a request in each of the columns after them."""
    rows = list(_joined_labels(table.rows))
    labels = [label for label in _labels([row[0] for row in rows]) if label is not None]
    if len(labels) < 2 or len(labels) * 2 < len(table.rows) or not _has_distinctive(labels):
        return []
    return [
        [
            _field(label, row[column], table.is_literal, row[0] if column == 1 else None)
            for label, row in zip(_labels([row[0] for row in rows]), rows, strict=True)
            if label is not None and label.path and column < len(row)
        ]
        for column in range(1, max(map(len, rows)))
    ]


def _labels(cells: Sequence[Passage]) -> list[Label | None]:
    """The labels that cells are, or that they misspell beside others."""
    labels = [find_label(cell.text) for cell in cells]
    if len(cells) > _MAX_LABELS:
        return labels
    intended = [intended_label(cell.text) for cell in cells]
    if not are_of_template(labels, intended):
        return labels
    return [label or other for label, other in zip(labels, intended, strict=True)]


def _field(label: Label, cell: Passage, is_literal: bool, heading: Passage | None) -> FieldText:
    """A field of a table; its `heading` is that of the first request, where RQ003 reports it."""
    is_misspelled = heading is not None and find_label(heading.text) is None
    return FieldText(label.path, [cell], is_literal, heading if is_misspelled else None)


def column_headings(table: DraftTable, templates: Sequence[object]) -> Sequence[str]:
    """The headings of the columns that have a template each; empty for other templates."""
    row = table.rows[0]
    is_heading = find_label(row[0].text) is None and len(row) == len(templates) + 1
    return [cell.text for cell in row[1:]] if is_heading else [""] * len(templates)


def _joined_labels(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with two cells or more; a label may go on in the next row, which has no value."""
    previous: Row | None = None
    for row in rows:
        if len(row) < 2:
            continue
        if previous is not None and find_label(previous[0].text) is None and not any(row[1:]):
            previous = [joined([previous[0], row[0]]), *previous[1:]]
            continue
        if previous is not None:
            yield previous
        previous = row
    if previous is not None:
        yield previous


def labels_in_first_row(table: DraftTable) -> list[list[FieldText]]:
    """A request in each row after the headings."""
    labels = _labels(table.rows[0])
    keys = {label.path[0] for label in labels if label is not None and label.path}
    names = {"service_name", "new_name", *ACTION}
    has_core = {"port_number", "transport_protocols"} <= keys and not names.isdisjoint(keys)
    if len(keys) < 2 or not (has_core or _has_distinctive(labels) or _lists_ports(labels, table)):
        return []
    return [
        _fields_of_row(labels, row, table.is_literal, table.rows[0] if row is table.rows[1] else ())
        for row in table.rows[1:]
    ]


def _lists_ports(labels: Sequence[Label | None], table: DraftTable) -> bool:
    """Whether a name and a number such as `4646/tcp` is in each row."""
    paths = [None if label is None else label.path for label in labels]
    if ("service_name",) not in paths or ("port_number",) not in paths:
        return False
    column = paths.index(("port_number",))
    cells = [row[column].text for row in table.rows[1:] if column < len(row)]
    return bool(cells) and all(_PORT_AND_TRANSPORT.fullmatch(cell) for cell in cells)


def srv_names_in_rows(table: DraftTable) -> list[list[FieldText]]:
    """A service in each row that has a name of DNS-SD, `_quay._tcp`."""
    requests: list[list[FieldText]] = []
    for row in table.rows[1:]:
        for cell in row:
            for name, transport in srv_names(cell, cell.text):
                if len(cell.text) < _MAX_SRV_CELL:
                    requests.append(
                        [
                            FieldText(("service_name",), [name], True),
                            FieldText(("transport_protocols",), [transport], True),
                        ]
                    )
    return requests


def old_and_new_names(table: DraftTable) -> list[list[FieldText]]:
    """A service with its new name in each row of columns such as "From" and "To"."""
    headings = [cell.text.casefold().rstrip(":") for cell in table.rows[0]]
    old, new = next(
        (pair for pair in _OLD_AND_NEW if all(headings.count(word) == 1 for word in pair)), ("", "")
    )
    paths = {old: Label(("service_name",)), new: Label(("new_name",))}
    labels = [paths.get(word) or find_label(word) for word in headings]
    rows = [_fields_of_row(labels, row, table.is_literal, ()) for row in table.rows[1:]]
    is_renaming = bool(old) and all(
        is_name(field.value.text) and SERVICE_NAME.fullmatch(field.value.text.strip(_QUOTES))
        for fields in rows
        for field in fields
        if field.path[0] in ("service_name", "new_name")
    )
    return rows if is_renaming else []


def _fields_of_row(
    labels: list[Label | None], row: Row, is_literal: bool, headings: Sequence[Passage]
) -> list[FieldText]:
    return [
        _field(label, cell, is_literal, heading)
        for label, cell, heading in zip_longest(labels, row, headings)
        if label is not None and label.path and cell is not None
    ]


def _has_distinctive(labels: Sequence[Label | None]) -> bool:
    return any(label is not None and label.is_distinctive for label in labels)


TABLE_RECOGNIZERS = (labels_in_first_column, labels_in_first_row, srv_names_in_rows)
