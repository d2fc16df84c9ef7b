"""Reads the tables of a company's own list of ports, in CSV and Markdown."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain, islice

from validator.consumers.column_content import SAMPLE_ROWS, ColumnContent
from validator.consumers.entry import UNREAD, ConsumerFile, LineFault, Word
from validator.consumers.list_columns import (
    LONGEST_HEADING,
    columns_of,
    configuration_hint,
    has_listed_port,
    is_another_port,
    layout_of,
    missing_column,
    near_role,
    repeated_headings,
    require_columns,
    require_ports,
    unread_ports,
)
from validator.consumers.port_cells import is_port_cell
from validator.consumers.private import add_limit_fault, add_rows
from validator.consumers.tables import MOST_CELLS, Row, Table, read_csv, read_markdown
from validator.consumers.unread_lists import unread_lists
from validator.engine.rule import ERROR, NOTE
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.consumers.case import PrivateRules
    from validator.engine.rule import Severity

_RANGES = re.compile(
    r"rang|interval|faixa|plage|bereich|\u0434\u0438\u0430\u043f\u0430\u0437|\u8303\u56f4",
    re.IGNORECASE,
)
# Of a document with more tables, misspelled headings are not looked for.
_MOST_NEAR = 1000
# Of more tables that are not read one finding tells the number.
_MOST_UNREAD = 1000


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
        read, hint = _read_markdown(file, candidates, rules)
    else:
        read, hint = _read_csv(file, most, rules)
    for table in read:
        _add_table(file, table, rules, most, hint)
        faults += table.faults
    file.faults += [LineFault(UNREAD, message, offset) for offset, message in faults]
    require_ports(file, [word for table in read for word in table.headings], rules)
    _add_unread_lists(file, form, has_table=bool(read or file.faults))
    return file


def _read_markdown(
    file: ConsumerFile, candidates: Iterable[Table], rules: PrivateRules
) -> tuple[list[_ListTable], str]:
    """The tables of ports, and the hint at their columns; those that are not read are reported."""
    read, unread = _chosen([_ListTable(table, rules) for table in candidates])
    unread, further = unread[:_MOST_UNREAD], unread[_MOST_UNREAD:]
    lacks = unread or rules.columns or any("port" not in t.layout.columns for t in read)
    hint = _hint(read, [table for table, _ in unread], rules) if lacks else ""
    for table, severity in unread:
        role = "name" if "port" in table.layout.columns else "port"
        advice = hint if table.is_worth_reading else ""
        missing_column(file, role, table.offset, table.headings, rules, severity, advice)
    if further:
        message = f"{len(further):,} more tables with ports are not read"
        offset = min(table.offset for table, _ in further)
        file.faults.append(LineFault("CS404", message, offset, "line", severity=NOTE))
    return read, hint


def _add_unread_lists(file: ConsumerFile, form: str, *, has_table: bool) -> None:
    """Report ports that are in no table: they are all there is, or beside the tables."""
    others = list(unread_lists(file.data)) if form == "md" else []
    if has_table:
        for offset, message in others:
            file.faults.append(LineFault("CS404", message, offset, "line", "port", severity=NOTE))
        return
    message = "; ".join(["no table was found", *(message for _, message in others)])
    if not others:
        message += ": a list has a row of headings with a name and a port"
    file.faults.append(LineFault("CS404", message, 0, "line", "port"))


class _ListTable:
    """A table with what its headings and its first rows say of its columns."""

    def __init__(self, table: Table, rules: PrivateRules) -> None:
        self.rules = rules
        self.headings, self.offset, self.faults = table.headings, table.offset, table.faults
        self.layout = layout_of(table.headings, rules)
        self._rows = iter(table.rows)

    @cached_property
    def _sample(self) -> list[Row]:
        return [*islice(self._rows, SAMPLE_ROWS)]

    @cached_property
    def content(self) -> ColumnContent:
        return ColumnContent(self.headings, self._sample)

    def rows(self) -> Iterator[Row]:
        return chain(self._sample, self._rows)

    @property
    def is_list(self) -> bool:
        return _is_list(self.headings, self.rules)

    @property
    def is_nearly_list(self) -> bool:
        """Whether it is a list under headings that are usual, or misspelled."""
        headings, usual = self.headings, self.rules.without_columns()
        known = {*self.layout.columns, *columns_of(headings, usual)}
        if not any(has_listed_port(headings, rules) for rules in (self.rules, usual)):
            known.discard("port")
        roles = ("name", "port")
        return all(role in known or near_role(role, headings, self.rules) for role in roles)

    @cached_property
    def ports(self) -> list[int]:
        """The columns of ports: by their headings, else those that look like ports."""
        return self.layout.ports or [
            index
            for index, word in enumerate(self.headings)
            if not is_another_port(word.text) and self.content.looks_like_ports(index)
        ]

    @property
    def has_ports(self) -> bool:
        """Whether the columns of ports have ports in most of their cells."""
        return any(self.content.has_port_cells(index) for index in self.ports)

    @property
    def is_worth_reading(self) -> bool:
        """Whether it has ports, and not only those of containers, or former ones."""
        ports = self.possible_ports
        has_ports = any(self.content.has_port_cells(index) for index in ports)
        return has_ports and not all(is_another_port(self.headings[i].text) for i in ports)

    @property
    def has_ranges(self) -> bool:
        """Whether the columns of ports are headed as ranges: those of a plan, not of services."""
        return any(_RANGES.search(self.headings[index].text) for index in self.ports)

    @property
    def possible_ports(self) -> list[int]:
        """The columns of ports, else the first that has some and no other role."""
        used = self.layout.columns.values()
        return (
            self.ports
            or [
                index
                for index in range(len(self.headings))
                if index not in used and self.content.has_port_cells(index)
            ][:1]
        )

    def name(self, others: Iterable[int]) -> int:
        """The column of names: by its heading, by its cells, or the first beside `others`."""
        columns = self.layout.columns
        if "name" in columns:
            return columns["name"]
        used, width = {*columns.values(), *others}, len(self.headings)
        name = self.content.name(used)
        if name is not None:
            return name
        rest = (i for i in range(width) if i not in used and not self.content.has_transports(i))
        return next(rest, width)


def _is_list(headings: Sequence[Word], rules: PrivateRules) -> bool:
    return "name" in columns_of(headings, rules) and has_listed_port(headings, rules)


def _chosen(
    tables: Sequence[_ListTable],
) -> tuple[list[_ListTable], list[tuple[_ListTable, Severity]]]:
    """The tables of ports that are read, and those that look like some and are not read."""
    sorts: dict[str, list[_ListTable]] = {}
    for index, table in enumerate(tables):
        sorts.setdefault(_sort_of(table, is_near=index < _MOST_NEAR), []).append(table)
    read, misspelled = sorts.get("list", []), sorts.get("misspelled", [])
    if not read:
        # Of a document without the usual headings, names may be under any.
        misspelled = [table for table in misspelled if not table.layout.is_listed]
    if not read and not misspelled:
        about_ports = [table for table in tables if "port" in table.layout.columns]
        read = sorts.get("named") or _likely_lists(about_ports)
        read = read or [*sorts.get("alike", tables)][:1]
    return read, [*((t, ERROR) for t in misspelled), *_notes(tables, [*read, *misspelled])]


def _notes(
    tables: Sequence[_ListTable], chosen: Sequence[_ListTable]
) -> Iterator[tuple[_ListTable, Severity]]:
    """Yield the tables with ports that are none of `chosen`."""
    others = {*map(id, tables)} - {*map(id, chosen)}
    for table in tables:
        if id(table) in others and ("port" in table.layout.columns or table.ports):
            yield table, NOTE


def _likely_lists(tables: list[_ListTable]) -> list[_ListTable]:
    """Of tables about ports those that are lists: with single ports, else with any, else one."""
    lists = [table for table in tables if table.has_ports]
    return [table for table in lists if not table.has_ranges] or lists or tables[:1]


def _sort_of(table: _ListTable, *, is_near: bool) -> str:
    """Whether a table is a list, nearly one, or about ports under another heading."""
    if table.is_list:
        return "list"
    if is_near and table.is_nearly_list:
        return "misspelled"
    columns = table.layout.columns
    if "port" not in columns:
        return "alike" if table.ports else ""
    return "named" if "name" in columns else "other"


def _hint(read: Sequence[_ListTable], unread: Sequence[_ListTable], rules: PrivateRules) -> str:
    """The configuration that reads all tables, those that are read without it as well."""
    names, ports = (dict.fromkeys(rules.columns.get(role, ())) for role in ("name", "port"))
    for table in (*read, *(table for table in unread if table.is_worth_reading)):
        indexes = table.possible_ports
        ports.update((table.headings[index].text, None) for index in indexes)
        names.update((word.text, None) for word in table.headings[table.name(indexes) :][:1])
    return configuration_hint({"name": [*names], "port": [*ports]}, len(read) + len(unread), rules)


def _read_csv(file: ConsumerFile, most: int, rules: PrivateRules) -> tuple[list[_ListTable], str]:
    """The table of a CSV file, if it has headings, and its hint; else they are reported."""
    for fits in (has_listed_port, _are_headings):
        table = read_csv(file.data, most, lambda cells, fits=fits: fits(cells, rules))  # type: ignore[misc]
        if table is not None and fits(table.headings, rules):
            return [_ListTable(table, rules)], ""
    if table is not None:
        found = _ListTable(table, rules)
        hint = _hint([], [found], rules)
        missing_column(file, "port", table.offset, table.headings, rules, hint=hint)
    return [], ""


def _are_headings(cells: Sequence[Word], rules: PrivateRules) -> bool:
    """Say whether a row has headings with the word port, and is no title, remark or entry."""
    texts = [word.text for word in cells if word.text]
    return (
        len(texts) > 1
        and not texts[0].startswith("#")
        and "port" in columns_of(cells, rules)
        and not any(len(text) > LONGEST_HEADING or is_port_cell(text) for text in texts)
    )


def _add_table(
    file: ConsumerFile, table: _ListTable, rules: PrivateRules, most: int, hint: str
) -> None:
    headings = table.headings
    columns, ports = dict(table.layout.columns), table.layout.ports
    require_columns(file, columns, rules, table.offset, headings, hint)
    file.faults += repeated_headings(headings, rules)
    if "port" not in columns:
        return
    file.faults += unread_ports(headings, rules)
    _add_by_content(columns, table)
    file.faults += _unread_columns(columns, table)
    width = len(headings)
    required = columns.keys() & {*rules.required}
    used = {*columns.values(), *ports}
    nameless = [i for i, word in enumerate(headings) if not word.text and i not in used]
    file.tables.append(table.offset)
    file.columns = {role: headings[i].text for role, i in columns.items() if i < width}
    for row in table.rows():
        if add_limit_fault(file, row.offset, most):
            break
        cells = {role: row.cells[i] for role, i in columns.items() if i < len(row.cells)}
        for role in required - cells.keys():
            cells[role] = Word("", row.offset)
        port_cells = [(headings[i].text, row.cells[i]) for i in ports if i < len(row.cells)]
        add_rows(file, cells, port_cells, row, rules)
        _add_surplus_fault(file, row, width)
        if nameless:
            _add_nameless_faults(file, table.content, nameless, row)


def _add_by_content(columns: dict[str, int], table: _ListTable) -> None:
    """Add the columns of names and transports that stand under headings of their own."""
    rules, width = table.rules, len(table.headings)
    used = {*columns.values(), *table.layout.ports}
    if not {"transport", "tcp", "udp"} & columns.keys() and "transport" not in rules.columns:
        indexes = (i for i in range(width) if i not in used and table.content.has_transports(i))
        columns.update(("transport", index) for index in islice(indexes, 1))
    if "name" not in columns and "name" not in rules.columns:
        columns["name"] = table.name({*used, *columns.values()})


def _unread_columns(columns: dict[str, int], table: _ListTable) -> Iterator[LineFault]:
    """Yield a note for each column that looks like ports and has no such heading."""
    layout = table.layout
    used = {*columns.values(), *layout.ports, *layout.unread, *layout.repeated}
    read = [table.headings[index].text for index in layout.ports]
    for index, word in enumerate(table.headings):
        if table.rules.ports or index in used or not word.text or is_another_port(word.text):
            continue
        if table.content.looks_like_ports(index):
            message = f"{quoted(word.text)} is not read, and its cells look like ports"
            message += configuration_hint({"port": [*read, word.text]}, 1, table.rules)
            yield LineFault("CS404", message, word.offset, "line", word.text, severity=NOTE)


def _add_nameless_faults(
    file: ConsumerFile, content: ColumnContent, nameless: list[int], row: Row
) -> None:
    """Report once for each column the cells without a heading; marks and numbers of rows aside."""
    for index in [i for i in nameless if i < len(row.cells)]:
        word = row.cells[index]
        if content.is_text(word.text):
            nameless.remove(index)
            message = f"{quoted(word.text)} has no heading"
            file.faults.append(LineFault(UNREAD, message, word.offset, "line", word.text))


def _add_surplus_fault(file: ConsumerFile, row: Row, width: int) -> None:
    """Report cells that are not read: beyond the maximum, or without a heading."""
    surplus = next((word for word in row.cells[width:] if word.text), None)
    if len(row.cells) > MOST_CELLS:
        message = f"more than {MOST_CELLS} cells in a row: the others are not read"
        file.faults.append(LineFault(UNREAD, message, row.offset))
    elif surplus is not None:
        message = f"{quoted(surplus.text)} has no heading: the row has more cells than the table"
        file.faults.append(LineFault(UNREAD, message, surplus.offset, "line", surplus.text))
