"""Reads a company's own list of ports: which columns mean what, and the entries of its rows."""

from __future__ import annotations

import re
from itertools import islice

from validator.consumers.entry import UNREAD, ConsumerFile, Entry, LineFault, Word
from validator.consumers.list_columns import (
    LONGEST_HEADING,
    Sample,
    columns_of,
    has_listed_port,
    heading_hint,
    layout_of,
    missing_column,
    near_role,
    repeated_headings,
    require_columns,
    require_ports,
    unread_ports,
)
from validator.consumers.port_cells import (
    MOST_ITEMS,
    TRANSPORT_WORD,
    is_port_cell,
    port_items,
    ports_of_item,
)
from validator.consumers.tables import MOST_CELLS, Row, Table, read_csv, read_markdown
from validator.engine.rule import ERROR, NOTE
from validator.errors import did_you_mean
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from validator.consumers.case import PrivateRules

_LONGEST_SUBJECT = 200
# Beside those of words, the crosses and dashes that people type for "no".
_NO_MARKS = frozenset(
    ("", "no", "n", "false", "0", "-", "x", *"\u274c\u2717\u2718\u2715\u2716\u00d7\u2013\u2014")
)
_BLANK = ("", "-", "\u2013", "\u2014")
# What people write in a cell of ports for a service that has none.
_NO_PORT = frozenset(("-", "\u2013", "\u2014", "n/a", "none"))
# Another word around a transport (`tcpv4`, `tcpudp`) does not hide it, unless both are a third one.
_TRANSPORT_IN_CELL = re.compile(r"(?<!mp)(tcp|udp|sctp|dccp)(?!lite)")
# How many rows show what a column is about.
_SAMPLE_ROWS = 20
# Of a document with more tables, misspelled headings are not looked for.
_MOST_NEAR = 1000
# "not freed yet" and "to be freed" say the contrary.
_FREED = re.compile(r"\W*(?:(?:was|is|has been|already|port)\s+)*freed\b", re.IGNORECASE)


def read_private_tables(
    path: str, data: bytes, form: str, rules: PrivateRules, most: int
) -> ConsumerFile:
    """Return what the tables of a list say; no more than `most` rows are read.

    `form` is `md` for Markdown, anything else for CSV.
    Of Markdown those tables count that have a column for names and one for ports.
    """
    file = ConsumerFile(path, "private", data)
    faults: list[tuple[int, str]] = []
    if form == "md":
        candidates = read_markdown(data, most, lambda cells: _is_list(cells, rules), faults)
        tables = _read_markdown(file, list(candidates), rules)
    else:
        tables = _read_csv(file, most, rules)
    for table in tables:
        _add_table(file, table, rules, most)
        faults += table.faults
    file.faults += [LineFault(UNREAD, message, offset) for offset, message in faults]
    require_ports(file, [word for table in tables for word in table.headings], rules)
    if not tables and not file.faults:
        message = "no table was found: a list has a row of headings with a name and a port"
        file.faults.append(LineFault("CS404", message, 0, "line", "port"))
    return file


def _read_csv(file: ConsumerFile, most: int, rules: PrivateRules) -> list[Table]:
    """The table of a CSV file, if it has headings; else they are reported."""
    for fits in (has_listed_port, _are_headings):
        table = read_csv(file.data, most, lambda cells, fits=fits: fits(cells, rules))  # type: ignore[misc]
        if table is not None and fits(table.headings, rules):
            return [table]
    if table is not None:
        sample = Sample([*islice(table.rows, _SAMPLE_ROWS)])
        missing_column(file, "port", table.offset, table.headings, rules, sample=sample)
    return []


def _are_headings(cells: Sequence[Word], rules: PrivateRules) -> bool:
    """Say whether a row has headings with the word port, and is no title, remark or entry."""
    texts = [word.text for word in cells if word.text]
    return (
        len(texts) > 1
        and not texts[0].startswith("#")
        and "port" in columns_of(cells, rules)
        and not any(len(text) > LONGEST_HEADING or is_port_cell(text) for text in texts)
    )


def _read_markdown(file: ConsumerFile, tables: list[Table], rules: PrivateRules) -> list[Table]:
    """The tables of ports; those that look like one and are not read are reported."""
    sorts: dict[str, list[Table]] = {}
    for index, table in enumerate(tables):
        sort = _sort_of(table, rules, is_near=index < _MOST_NEAR and _is_nearly_list(table, rules))
        sorts.setdefault(sort, []).append(table)
    read, named, others = (sorts.get(sort, []) for sort in ("list", "named", "other"))
    misspelled = sorts.get("misspelled", [])
    if not read and not misspelled:
        read, named = named, []
        if not read:
            read, others = others[:1] or tables[:1], others[1:]
    for unread, severity in ((misspelled, ERROR), (named, NOTE), (others, NOTE)):
        for table in unread:
            role = "name" if has_listed_port(table.headings, rules) else "port"
            sample = Sample([*islice(table.rows, _SAMPLE_ROWS)], _heading_in(read[:1], role, rules))
            missing_column(file, role, table.offset, table.headings, rules, severity, sample)
    return read


def _heading_in(tables: Sequence[Table], role: str, rules: PrivateRules) -> list[str]:
    """The heading of a role in the tables that are read: a configuration has to name it, too."""
    columns = [(table.headings, columns_of(table.headings, rules).get(role)) for table in tables]
    return [headings[index].text for headings, index in columns if index is not None]


def _sort_of(table: Table, rules: PrivateRules, *, is_near: bool) -> str:
    """Whether a table is a list, nearly one, or about ports under another heading."""
    columns = columns_of(table.headings, rules)
    if _is_list(table.headings, rules):
        return "list"
    if is_near:
        return "misspelled"
    if "port" not in columns:
        return ""
    return "named" if "name" in columns else "other"


def _is_list(headings: Sequence[Word], rules: PrivateRules) -> bool:
    return "name" in columns_of(headings, rules) and has_listed_port(headings, rules)


def _is_nearly_list(table: Table, rules: PrivateRules) -> bool:
    """Say whether a table is a list under headings that are usual, or misspelled."""
    headings = table.headings
    known = set(columns_of(headings, rules)) | set(columns_of(headings, rules.without_columns()))
    if not any(has_listed_port(headings, asked) for asked in (rules, rules.without_columns())):
        known.discard("port")
    return all(role in known or near_role(role, headings, rules) for role in ("name", "port"))


def _add_table(file: ConsumerFile, table: Table, rules: PrivateRules, most: int) -> None:
    headings = table.headings
    layout = layout_of(headings, rules)
    columns, ports = dict(layout.columns), layout.ports
    rows = [] if "port" in columns else [*islice(table.rows, _SAMPLE_ROWS)]
    require_columns(file, columns, rules, table.offset, headings, Sample(rows))
    file.faults += repeated_headings(headings, rules)
    if "port" not in columns:
        return
    file.faults += unread_ports(headings, rules)
    if "name" not in columns and "name" not in rules.columns:
        # Names stand under many headings.
        others = {*columns.values(), *ports}
        columns["name"] = next((i for i in range(len(headings)) if i not in others), len(headings))
    width = len(headings)
    required = columns.keys() & {*rules.required}
    file.tables.append(table.offset)
    file.columns = {role: headings[i].text for role, i in columns.items() if i < width}
    for row in table.rows:
        if add_limit_fault(file, row.offset, most):
            break
        cells = {role: row.cells[i] for role, i in columns.items() if i < len(row.cells)}
        for role in required - cells.keys():
            cells[role] = Word("", row.offset)
        port_cells = [(headings[i].text, row.cells[i]) for i in ports if i < len(row.cells)]
        add_rows(file, cells, port_cells, row, rules)
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


def add_rows(
    file: ConsumerFile,
    cells: Mapping[str, Word],
    ports: Sequence[tuple[str, Word]],
    row: Row,
    rules: PrivateRules,
    headings: Sequence[Word] = (),
) -> None:
    """Add the entries of a row that may have several cells of ports; those without one count once.

    `ports` are the headings and cells of ports.  `headings` are those of a row that has its own:
    one of them may be that of the missing port.
    """
    filled = [pair for pair in ports if pair[1].text and pair[1].text.lower() not in _NO_PORT]
    for heading, word in filled or ports[:1]:
        _add_row(
            file, {**cells, **_transport_of(heading, word), "port": word}, row, rules, headings
        )
    if not ports:
        _add_row(file, cells, row, rules, headings)


def _transport_of(heading: str, port: Word) -> dict[str, Word]:
    """The transport that the heading of a column of ports names (`udp port`), if it names one."""
    transports = {*TRANSPORT_WORD.findall(heading.lower())}
    return {"transport": Word(transports.pop(), port.offset)} if len(transports) == 1 else {}


def _add_row(
    file: ConsumerFile,
    cells: Mapping[str, Word],
    row: Row,
    rules: PrivateRules,
    headings: Sequence[Word],
) -> None:
    """Add the entries of a row, one for each port and transport of its cells, or its faults."""
    name = cells.get("name", Word("", row.offset))
    port_cell = cells.get("port", Word("", row.offset))
    subject = _subject(name, port_cell)
    if port_cell.text.lower() in _NO_PORT:
        message = f"{_called(name)} has no port"
        file.faults.append(
            LineFault("CS402", message, port_cell.offset, "port_number", port_cell.text, subject,
                      severity=NOTE)
        )  # fmt: skip
        return
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
    for item in port_items(port_cell):
        ports, own_transports, reason = ports_of_item(item.text)
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
    near = did_you_mean(word.text.strip(), TRANSPORT_PROTOCOLS)
    message += near or '; transports = "loose" in [audit.private] takes it for tcp'
    file.faults.append(
        LineFault("CS403", message, word.offset, "transport_protocol", word.text, subject)
    )


def _called(name: Word) -> str:
    return quoted(name.text) if name.text else "this row"


def _without_port(name: Word, headings: Sequence[Word], rules: PrivateRules) -> str:
    return f"{_called(name)} has no port" + heading_hint("port", headings, rules)


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
    if word.text.strip() in _BLANK:
        return ["tcp"]
    named = list(dict.fromkeys(_TRANSPORT_IN_CELL.findall(word.text.lower())))
    return named or (["tcp"] if rules.loose_transports else [])


def _is_excused(row: Row, cells: Mapping[str, Word]) -> bool:
    """Say whether a row is struck out or says itself that its port is not used any more."""
    if row.is_struck:
        return True
    deprecated = cells.get("deprecated")
    status = cells.get("status")
    if deprecated is not None and deprecated.text.lower() in ("true", "yes", "y", "1"):
        return True
    return status is not None and _FREED.match(status.text) is not None
