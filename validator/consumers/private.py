"""Reads a company's own list of ports: which columns mean what, and the entries of its rows."""

from __future__ import annotations

import re

from validator.consumers.entry import UNREAD, ConsumerFile, Entry, LineFault, Word
from validator.consumers.tables import MOST_CELLS, Row, Table, read_csv, read_markdown
from validator.engine.rule import ERROR, NOTE, WARNING
from validator.errors import did_you_mean, nearest
from validator.model.vocabulary import LAST_PORT, TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from validator.consumers.case import PrivateRules
    from validator.engine.rule import Severity

# The headings of each column, in lower case; of several in one table the first listed counts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "service", "service name", "service_name", "name", "application", "app", "component",
        "exporter", "label", "bundle / service", "port description", "description",
    ),
    "port": (
        "port", "ports", "port number", "port_number", "number", "portnumber", "default port",
        "ports / range", "port/range", "range",
    ),
    "transport": (
        "protocol", "transport", "transport protocol", "transport_protocol", "proto", "tcp/udp",
    ),
    "owner": (
        "owner", "team", "contact", "maintainer", "responsible", "assignee", "requested by",
    ),
    "expiry": ("expires", "expiry", "until", "valid until", "end date"),
    "group": ("group",),
    "status": ("status", "state"),
    "deprecated": ("deprecated",),
}  # fmt: skip
_TRANSPORT_WORD = re.compile(r"(?<![a-z])(tcp|udp|sctp|dccp)(?![a-z])")
_PORT_ITEM = re.compile(
    r"([0-9]{1,20})(?:\s*(?:-|\u2013|:|to)\s*([0-9]{1,20}))?(?:\s*/\s*([A-Za-z/]+))?", re.IGNORECASE
)
# A cell with more ports than this is not a list that anybody keeps.
MOST_ITEMS = 1000
_LONGEST_SUBJECT = 200
# Beside those of words, the crosses and dashes that people type for "no".
_NO_MARKS = frozenset(
    ("", "no", "n", "false", "0", "-", "x", *"\u274c\u2717\u2718\u2715\u2716\u00d7\u2013\u2014")
)
_FREED = re.compile(r"\bfreed\b", re.IGNORECASE)


def read_private_tables(
    path: str, data: bytes, form: str, rules: PrivateRules, most: int
) -> ConsumerFile:
    """Return what the tables of a list say; no more than `most` rows are read.

    `form` is `md` for Markdown, anything else for CSV.
    Of Markdown those tables count that have a column for names and one for ports.
    """
    file = ConsumerFile(path, "private", data)
    if form == "md":
        tables = _read_markdown(file, list(read_markdown(data, most)), rules)
    else:
        table = read_csv(data, most, lambda cells: "port" in columns_of(cells, rules))
        tables = [] if table is None else [table]
    for table in tables:
        file.faults += [LineFault(UNREAD, message, offset) for offset, message in table.faults]
        _add_table(file, table, rules, most)
    if not tables and not file.faults:
        missing_column(file, "port", 0, [], rules)
    return file


def _read_markdown(file: ConsumerFile, tables: list[Table], rules: PrivateRules) -> list[Table]:
    """The tables of ports; those that look like one and are not read are reported."""
    fitting: list[Table] = []
    lists: list[Table] = []
    others: list[Table] = []  # about ports, and perhaps no list of them
    for table in tables:
        columns = columns_of(table.headings, rules)
        if {"name", "port"} <= columns.keys():
            fitting.append(table)
        elif _is_nearly_list(table, rules):
            lists.append(table)
        elif "port" in columns:
            others.append(table)
    if not fitting and not lists:
        fitting = others[:1] or tables[:1]
        others = others[1:]
    for unread, severity in ((lists, ERROR), (others, NOTE)):
        for table in unread:
            columns = columns_of(table.headings, rules)
            role = "name" if "port" in columns else "port"
            missing_column(file, role, table.offset, table.headings, rules, severity)
    return fitting


def _is_nearly_list(table: Table, rules: PrivateRules) -> bool:
    """Say whether a table is a list under headings that are usual, or misspelled."""
    usual = columns_of(table.headings, rules.without_columns())
    columns = columns_of(table.headings, rules)
    return all(
        role in columns or role in usual or _near_heading(role, table.headings, rules)
        for role in ("name", "port")
    )


def columns_of(headings: Sequence[Word], rules: PrivateRules) -> dict[str, int]:
    """The index of each column that is known, by its role: `name`, `port`, `transport` ..."""
    texts = _heading_texts(headings)
    # A column that the configuration names has no other role.
    named = {heading.lower() for heading in rules.columns.values()}
    columns: dict[str, int] = {}
    for role, known in COLUMNS.items():
        candidates: Sequence[str] = [heading for heading in known if heading not in named]
        if role in rules.columns:
            candidates = [rules.columns[role].lower()]
        heading = next(filter(texts.__contains__, candidates), None)
        if heading is not None:
            columns[role] = texts.index(heading)
    if "transport" not in columns:
        for transport in ("tcp", "udp"):
            if transport in texts:
                columns[transport] = texts.index(transport)
    for heading in rules.required:
        if heading.lower() in texts and heading not in columns:
            columns[heading] = texts.index(heading.lower())
    return columns


def _heading_texts(headings: Sequence[Word]) -> list[str]:
    return [" ".join(word.text.lower().replace("(s)", "").split()) for word in headings]


def add_repeated(file: ConsumerFile, headings: Sequence[Word], columns: Mapping[str, int]) -> None:
    """Report the headings of the known columns that are there a second time."""
    texts = _heading_texts(headings)
    if len(set(texts)) == len(texts):
        return
    used = {texts[index] for index in columns.values()}
    for index, text in enumerate(texts):
        if text in used and texts.index(text) != index:
            word = headings[index]
            message = f"{quoted(word.text)} is repeated: only the first is read"
            file.faults.append(LineFault(UNREAD, message, word.offset, "line", word.text))


def _add_table(file: ConsumerFile, table: Table, rules: PrivateRules, most: int) -> None:
    columns = columns_of(table.headings, rules)
    require_columns(file, columns, rules, table.offset, table.headings)
    add_repeated(file, table.headings, columns)
    if "port" not in columns:
        return
    width = len(table.headings)
    file.columns = {role: table.headings[index].text for role, index in columns.items()}
    for row in table.rows:
        if add_limit_fault(file, row.offset, most):
            break
        cells = {
            role: row.cells[index] for role, index in columns.items() if index < len(row.cells)
        }
        add_row(file, cells, row, rules)
        _add_surplus_fault(file, row, width)


def _add_surplus_fault(file: ConsumerFile, row: Row, width: int) -> None:
    """Report cells that are not read: beyond the maximum, or without a heading."""
    surplus = next((word for word in row.cells[width:] if word.text), None)
    if len(row.cells) > MOST_CELLS:
        message = f"more than {MOST_CELLS} cells in a row: the others are not read"
        file.faults.append(LineFault(UNREAD, message, row.offset))
    elif surplus is not None:
        message = f"{quoted(surplus.text)} has no heading: the row has more cells than the table"
        file.faults.append(LineFault(UNREAD, message, surplus.offset, "line", surplus.text))


def add_limit_fault(file: ConsumerFile, offset: int, most: int) -> bool:
    """Say whether a list has `most` entries and faults; report the row that is not read then."""
    if len(file.entries) + len(file.faults) < most:
        return False
    message = f"more than {most:,} rows and ports: nothing is read from this row on"
    file.faults.append(LineFault(UNREAD, message, offset))
    return True


def require_columns(
    file: ConsumerFile,
    columns: Container[str],
    rules: PrivateRules,
    offset: int,
    headings: Sequence[Word],
) -> None:
    """Report the column of ports, and those that the configuration names, if they are missing."""
    for role in dict.fromkeys(("port", *rules.columns)):
        if role not in columns:
            missing_column(file, role, offset, headings, rules)
    if rules.groups and "group" not in columns and "group" not in rules.columns:
        # Another list of the same configuration may have the groups.
        missing_column(file, "group", offset, headings, rules, WARNING)


def missing_column(
    file: ConsumerFile,
    role: str,
    offset: int,
    headings: Sequence[Word],
    rules: PrivateRules,
    severity: Severity | None = None,
) -> None:
    """Report a column that a list lacks, with the headings that it has."""
    column = rules.columns.get(role, role)
    texts = ", ".join([quoted(word.text) for word in headings[:12]])
    message = f"no column {quoted(column)}" + (f": the headings are {texts}" if texts else "")
    message += _heading_hint(role, headings, rules)
    file.faults.append(LineFault("CS404", message, offset, "line", column, severity=severity))


def _near_heading(
    role: str, headings: Sequence[Word], rules: PrivateRules
) -> tuple[str, str] | None:
    """The heading of a role that one of `headings` is a misspelling of, and this one."""
    known = [rules.columns[role]] if role in rules.columns else COLUMNS.get(role, (role,))
    columns = columns_of(headings, rules).values()
    for index, word in enumerate(headings):
        if index not in columns and (near := nearest(word.text, known)):
            return near, word.text
    return None


def _heading_hint(role: str, headings: Sequence[Word], rules: PrivateRules) -> str:
    near = _near_heading(role, headings, rules)
    return "" if near is None else f"; did you mean {quoted(near[0])} for {quoted(near[1])}?"


def add_row(
    file: ConsumerFile,
    cells: Mapping[str, Word],
    row: Row,
    rules: PrivateRules,
    headings: Sequence[Word] = (),
) -> None:
    """Add the entries of a row, one for each port and transport of its cells, or its faults.

    `headings` are those of a row that has its own: one of them may be that of the missing port.
    """
    name = cells.get("name", Word("", row.offset))
    port_cell = cells.get("port", Word("", row.offset))
    subject = _subject(name, port_cell)
    transports = _transports(cells, rules)
    if not transports:
        _add_transport_fault(file, cells["transport"], subject)
        return
    if port_cell.text.count(",") >= MOST_ITEMS:
        message = f"more than {MOST_ITEMS:,} ports in one cell: the others are not read"
        file.faults.append(
            LineFault(UNREAD, message, port_cell.offset, "port_number", None, subject)
        )
    is_excused = _is_excused(row, cells)
    for item in _items(port_cell):
        ports, own_transports, reason = _ports(item.text)
        if ports is None:
            message = f"{quoted(item.text)}: {reason}"
            if not item.text:
                message = _without_port(name, () if "port" in cells else headings, rules)
            file.faults.append(
                LineFault("CS402", message, item.offset, "port_number", item.text, subject)
            )
            continue
        cell = None if own_transports else cells.get("transport")
        places = (row.offset, name.offset, item.offset, (cell or item).offset)
        for transport in own_transports or transports:
            entry = Entry(name.text, item.text, ports, transport, row.line, places)
            entry.cells = cells
            entry.is_excused = is_excused
            file.entries.append(entry)


def _subject(name: Word, port: Word) -> dict[str, str | None]:
    return {
        "service_name": name.text or None,
        "port": port.text[:_LONGEST_SUBJECT] or None,
        "transport_protocol": None,
    }


def _add_transport_fault(file: ConsumerFile, word: Word, subject: Mapping[str, str | None]) -> None:
    message = f"{quoted(word.text)} has no transport: expected tcp, udp, sctp or dccp"
    message += did_you_mean(word.text.strip(), TRANSPORT_PROTOCOLS)
    file.faults.append(
        LineFault("CS403", message, word.offset, "transport_protocol", word.text, subject)
    )


def _without_port(name: Word, headings: Sequence[Word], rules: PrivateRules) -> str:
    message = f"{quoted(name.text) if name.text else 'this row'} has no port"
    return message + _heading_hint("port", headings, rules)


def is_port_cell(text: str) -> bool:
    """Say whether a text is a port, a range or a comma list of them."""
    return bool(text) and all(
        _PORT_ITEM.fullmatch(part.strip()) for part in text[:_LONGEST_SUBJECT].split(",")
    )


def _transports(cells: Mapping[str, Word], rules: PrivateRules) -> list[str]:
    """The transports of a row: tcp where none is said, nothing where the cell has another word."""
    word = cells.get("transport")
    if word is None:
        marked = [
            transport
            for transport in ("tcp", "udp")
            if transport in cells and cells[transport].text.strip().lower() not in _NO_MARKS
        ]
        return marked or ["tcp"]
    if word.text.strip() in ("", "-"):
        return ["tcp"]
    named = list(dict.fromkeys(_TRANSPORT_WORD.findall(word.text.lower())))
    return named or (["tcp"] if rules.loose_transports else [])


def _items(cell: Word) -> Iterable[Word]:
    """The parts of a cell of ports between commas, each with its place; a thousand of them."""
    parts: list[tuple[int, str]] = []
    at = 0
    for part in cell.text.split(",", MOST_ITEMS)[:MOST_ITEMS]:
        inner = part.lstrip()
        parts.append((at + len(part) - len(inner), inner.rstrip()))
        at += len(part) + 1
    places = cell.places(start for start, _ in parts)
    return [Word(text, place) for (_, text), place in zip(parts, places, strict=True)]


def _ports(text: str) -> tuple[tuple[int, int] | None, list[str], str]:
    """Ports and transports of one item, or in words what is wrong with it."""
    match = _PORT_ITEM.fullmatch(text)
    if match is None:
        return None, [], "expected a port, a range, or a port with its transport"
    reason = _range_fault(match[1], match[2] or match[1])
    if reason:
        return None, [], reason
    transports = [word for word in (match[3] or "").lower().split("/") if word]
    wrong = next((word for word in transports if word not in TRANSPORT_PROTOCOLS), None)
    if wrong is not None:
        hint = did_you_mean(wrong, TRANSPORT_PROTOCOLS)
        return None, [], f"expected tcp, udp, sctp or dccp after the slash{hint}"
    return (int(match[1]), int(match[2] or match[1])), transports, ""


def _range_fault(low: str, high: str) -> str:
    """What is wrong with the ends of a range, in words; empty where nothing is."""
    if any(len(end) > 1 and end[0] == "0" for end in (low, high)):
        return "a port has no leading zero"
    if int(high) < int(low):
        return "the range is reversed"
    return f"port above {LAST_PORT}" if int(high) > LAST_PORT else ""


def _is_excused(row: Row, cells: Mapping[str, Word]) -> bool:
    """Say whether a row is struck out or says itself that its port is not used any more."""
    if row.is_struck:
        return True
    deprecated = cells.get("deprecated")
    status = cells.get("status")
    if deprecated is not None and deprecated.text.lower() in ("true", "yes", "y", "1"):
        return True
    return status is not None and _FREED.search(status.text) is not None
