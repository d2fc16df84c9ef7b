"""Reads the tables of a company's own list of ports, in CSV and Markdown."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain, islice

from validator.consumers.column_content import SAMPLE_ROWS, ColumnContent
from validator.consumers.entry import UNREAD, ConsumerFile, LineFault, Word
from validator.consumers.list_columns import (
    LONGEST_HEADING,
    all_words,
    columns_of,
    configuration_hint,
    folded_heading,
    further_ports_hint,
    has_listed_port,
    is_another_port,
    layout_of,
    missing_column,
    near_role,
    repeated_headings,
    require_columns,
    require_ports,
    unread_column,
    unread_ports,
)
from validator.consumers.port_cells import UNLIKELY, is_port_cell, single_ports
from validator.consumers.private import add_limit_fault, add_rows, join_faults
from validator.consumers.range_columns import with_other_ends
from validator.consumers.tables import MOST_CELLS, Row, Table, read_csv, read_markdown
from validator.consumers.unlisted import ListedPorts
from validator.consumers.unread_lists import unread_lists
from validator.engine.rule import ERROR, NOTE, SEVERITIES, WARNING
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from validator.consumers.case import PrivateRules
    from validator.engine.rule import Severity

    # The column of names under the headings of a table.
    _Names = dict[tuple[str, ...], int]

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
    unread: list[_ListTable] = []
    if form == "md":
        candidates = read_markdown(data, most, lambda cells: _is_list(cells, rules), faults)
        read, unread = _chosen([_ListTable(table, rules) for table in candidates])
        lacks = unread or rules.columns or any("port" not in t.columns for t in read)
        hint = _hint(read, unread, rules) if lacks else ""
    else:
        read, hint = _read_csv(file, most, rules)
    file.headings = all_words(chain.from_iterable(t.headings for t in (*read, *unread)))
    names: _Names = {}
    for table in read:
        _add_table(file, table, most, hint, names)
        faults += table.faults
    join_faults(file)
    _join_notes(file)
    file.faults += [LineFault(UNREAD, message, offset) for offset, message in faults]
    require_ports(file, [word for table in read for word in table.headings], rules)
    listed = ListedPorts(file)
    _add_unread_tables(listed, read, unread, hint)
    _add_unread_lists(file, form, has_table=bool(read or file.faults))
    listed.warn_of_others()
    return file


def _join_notes(file: ConsumerFile) -> None:
    """Report a column that several tables have, and none is read, once."""
    columns: dict[str, list[LineFault]] = {}
    for fault in file.faults:
        if fault.code == "CS404" and fault.severity == NOTE:
            columns.setdefault(fault.message, []).append(fault)
    repeated: set[int] = set()
    for first, *others in columns.values():
        if others:
            first.message = first.message.replace(
                " is not read", f" is not read in {len(others) + 1} tables", 1
            )
            first.unread_ports = [port for f in (first, *others) for port in f.unread_ports]
            repeated |= {*map(id, others)}
    file.faults = [fault for fault in file.faults if id(fault) not in repeated]


def _add_unread_tables(
    listed: ListedPorts, read: Sequence[_ListTable], unread: Sequence[_ListTable], hint: str
) -> None:
    """Report the tables with ports that are not read; `hint` is the configuration for all."""
    file = listed.file
    pairs = [(table, _severity(table, listed)) for table in unread]
    errors = [table for table, severity in pairs if severity == ERROR]
    error_hint = _hint(read, errors, errors[0].rules, "these") if errors else ""
    for table, severity in pairs[:_MOST_UNREAD]:
        columns = table.layout.columns
        role = "name" if "port" in columns and "name" not in columns else "port"
        advice = error_hint if severity == ERROR else hint if table.is_worth_reading else ""
        missing_column(file, role, table.offset, table.headings, table.rules, severity, advice)
    if further := pairs[_MOST_UNREAD:]:
        message = f"{len(further):,} more tables with ports are not read"
        severity = min((severity for _, severity in further), key=SEVERITIES.index)
        offset = min(table.offset for table, _ in further)
        file.add_fault("CS404", message, offset, "line", severity=severity)


def _severity(table: _ListTable, listed: ListedPorts) -> Severity:
    """What it means that a table with ports is not read, where others are.

    It is a note if it has ranges, or no User or Dynamic Port but those that are `listed`: it is no
    list, or repeats one.  Else it is an error if its headings and cells say that it is a list.
    """
    if table.is_misspelled:
        return ERROR
    if table.has_ranges or not listed.lack(table.single_ports()):
        return NOTE
    return ERROR if table.headed_ports and table.has_ports else WARNING


def _add_unread_lists(file: ConsumerFile, form: str, *, has_table: bool) -> None:
    """Report ports that are in no table: they are all there is, or beside the tables."""
    others = list(unread_lists(file.data)) if form == "md" else []
    if has_table:
        file.faults += [
            LineFault("CS404", message, offset, "line", "port", severity=NOTE, unread_ports=ports)
            for offset, message, ports in others
        ]
        return
    message = "; ".join(["no table was found", *(message for _, message, _ in others)])
    if not others:
        message += ": a list has a row of headings with a name and a port"
    file.add_fault("CS404", message, 0, "line", "port")


class _ListTable:
    """A table with what its headings and its first rows say of its columns."""

    def __init__(self, table: Table, rules: PrivateRules) -> None:
        self.rules = rules
        self.headings, self.offset, self.faults = table.headings, table.offset, table.faults
        self.layout = layout_of(table.headings, rules)
        self.is_misspelled = False
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
        known = {*self.columns, *columns_of(headings, usual)}
        if not any(has_listed_port(headings, rules) for rules in (self.rules, usual)):
            known.discard("port")
        has_name = "name" in known or near_role("name", headings, self.rules) is not None
        return has_name and ("port" in known or self._has_misspelled_port)

    @property
    def _has_misspelled_port(self) -> bool:
        """Whether the cells under a misspelled heading of ports say what it is."""
        near = near_role("port", self.headings, self.rules)
        return any(
            self.content.has_nearly_ports(index) and not self.content.has_small_numbers(index)
            for index, word in enumerate(self.headings)
            if near is not None and word.text == near[1]
        )

    @cached_property
    def headed_ports(self) -> list[int]:
        """The columns of ports by their headings; under unusual ones small numbers are none."""
        ports = self.layout.ports
        if self.layout.is_listed:
            return ports
        return [index for index in ports if not self.content.has_small_numbers(index)]

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The index of each column that is known, by its role."""
        if self.layout.is_listed:
            return self.layout.columns
        columns = {role: index for role, index in self.layout.columns.items() if role != "port"}
        return {**columns, "port": self.headed_ports[0]} if self.headed_ports else columns

    @cached_property
    def ports(self) -> list[int]:
        """The columns of ports: by their headings, else those that look like ports."""
        return self.headed_ports or [
            index for index in range(len(self.headings)) if self.looks_like_ports(index)
        ]

    def looks_like_ports(self, index: int) -> bool:
        """Whether the cells of a column are ports, and not within containers, nor former ones."""
        heading = self.headings[index].text
        return not is_another_port(heading) and self.content.looks_like_ports(index)

    @property
    def has_ports(self) -> bool:
        """Whether the columns of ports have ports in most of their cells."""
        return any(self.content.has_port_cells(index) for index in self.ports)

    @property
    def has_nearly_ports(self) -> bool:
        """As `has_ports`, with cells that may be meant to be ports; the heading has to say so."""
        return any(self.content.has_nearly_ports(index) for index in self.headed_ports)

    def single_ports(self) -> Iterator[int]:
        """Yield the ports in columns of ports, ranges and those of containers aside."""
        indexes = [i for i in self.ports if not is_another_port(self.headings[i].text)]
        for row in self.rows():
            for index in indexes:
                if index < len(row.cells):
                    yield from single_ports(row.cells[index].text)

    @property
    def is_worth_reading(self) -> bool:
        """Whether it has ports, and not only those of containers, or former ones."""
        ports = self.possible_ports
        has_ports = any(self.content.has_port_cells(index) for index in ports)
        is_another = all(is_another_port(self.headings[i].text) for i in ports)
        return (has_ports or self.has_nearly_ports) and not is_another

    @property
    def is_worth_listing(self) -> bool:
        """Whether it has single ports, not within containers, in a column that says so."""
        return not self.is_inner and self.has_ports and not self.has_ranges

    @property
    def is_inner(self) -> bool:
        """Whether no column of ports is one of others than those of containers, or former ones."""
        return all(is_another_port(self.headings[index].text) for index in self.headed_ports)

    @property
    def has_ranges(self) -> bool:
        """Whether it is a plan, and no list of services: most of its ports are ranges."""
        return any(
            _RANGES.search(self.headings[index].text) or self.content.has_ranges(index)
            for index in self.ports
        )

    @property
    def possible_ports(self) -> list[int]:
        """The columns of ports, else the first that has some and no other role, with both ends."""
        used = self.columns.values()
        ports = (
            self.ports
            or self.layout.ports
            or [
                index
                for index in range(len(self.headings))
                if index not in used
                and self.content.has_port_cells(index)
                and not self.content.has_small_numbers(index)
            ][:1]
        )
        return with_other_ends(ports, tuple(self.layout.words))

    def name(self, others: Iterable[int]) -> int:
        """The column of names: by its heading, by its cells, or the first beside `others`."""
        columns = self.columns
        if "name" in columns:
            return columns["name"]
        used, width = {*columns.values(), *others}, len(self.headings)
        name = self.content.name(used)
        if name is not None:
            return name
        rest = (i for i in range(width) if i not in used and not self.content.has_transports(i))
        return next(rest, width)

    @property
    def has_names(self) -> bool:
        """Whether a column is one of names: by its heading, or by its cells."""
        used = {*self.columns.values(), *self.ports}
        return "name" in self.columns or self.content.name(used) is not None


def _is_list(headings: Sequence[Word], rules: PrivateRules) -> bool:
    return "name" in columns_of(headings, rules) and has_listed_port(headings, rules)


def _chosen(tables: Sequence[_ListTable]) -> tuple[list[_ListTable], list[_ListTable]]:
    """The tables of ports that are read, and those that look like some and are not read."""
    chosen = {*map(id, _to_read(tables))}
    others = (table for table in tables if id(table) not in chosen)
    return (
        [table for table in tables if id(table) in chosen],
        [t for t in others if t.is_misspelled or "port" in t.layout.columns or t.ports],
    )


def _to_read(tables: Sequence[_ListTable]) -> list[_ListTable]:
    """The tables that are read; misspelled ones are marked."""
    sorts: dict[str, list[_ListTable]] = {}
    for index, table in enumerate(tables):
        sorts.setdefault(_sort_of(table, is_near=index < _MOST_NEAR), []).append(table)
    lists, named = sorts.get("list", []), sorts.get("named", [])
    for table in sorts.get("misspelled", []):
        # In a document without the usual headings, names may be under any.
        table.is_misspelled = bool(lists) or not table.layout.is_listed
    if any(table.is_misspelled for table in tables):
        return lists
    if not any(table.layout.is_listed for table in lists):
        lists = lists + [table for table in named if not table.is_inner]
    about_ports = [table for table in tables if "port" in table.columns]
    return lists or _likely_lists(about_ports) or [*sorts.get("alike", tables)][:1]


def _likely_lists(tables: list[_ListTable]) -> list[_ListTable]:
    """Of tables about ports those that are lists: with single ports, else with any, else one."""
    lists = [t for t in tables if t.has_ports] or [t for t in tables if t.has_nearly_ports]
    lists = [table for table in lists if not table.is_inner] or lists
    lists = [table for table in lists if table.has_names] or lists
    return [table for table in lists if not table.has_ranges] or lists or tables[:1]


def _sort_of(table: _ListTable, *, is_near: bool) -> str:
    """Whether a table is a list, nearly one, or about ports under another heading.

    With a usual heading of names it is one if its ports are under any heading with this word.
    """
    if table.is_list or ("name" in table.columns and table.is_worth_listing):
        return "list"
    if is_near and table.is_nearly_list:
        return "misspelled"
    columns = table.columns
    if "port" not in columns:
        return "alike" if table.ports else ""
    return "named" if "name" in columns else "other"


def _hint(
    read: Sequence[_ListTable],
    unread: Sequence[_ListTable],
    rules: PrivateRules,
    which: str = "all",
) -> str:
    """The configuration that reads tables, those that are read without it as well."""
    names: dict[str, None] = {}
    ports: dict[str, None] = {}
    for table in (*read, *(table for table in unread if table.is_worth_reading)):
        indexes = table.possible_ports
        if not indexes:
            continue
        ports.update((table.headings[index].text, None) for index in indexes)
        names.update((word.text, None) for word in table.headings[table.name(indexes) :][:1])
    what = "it" if len(read) + len(unread) == 1 else f"{which} tables"
    present = all_words(chain.from_iterable(t.headings for t in (*read, *unread)))
    columns = {"name": [*names], "port": [*ports]}
    return configuration_hint(columns, rules, what, present=present)


def _read_csv(file: ConsumerFile, most: int, rules: PrivateRules) -> tuple[list[_ListTable], str]:
    """The table of a CSV file, if it has headings, and its hint; else they are reported."""
    for fits in (has_listed_port, _are_headings):
        table = read_csv(file.data, most, lambda cells, fits=fits: fits(cells, rules))  # type: ignore[misc]
        if table is not None and fits(table.headings, rules):
            found = _ListTable(table, rules)
            return [found], "" if "port" in found.columns else _hint([found], [], rules)
    if table is not None:
        hint = _hint([], [_ListTable(table, rules)], rules)
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


def _add_table(file: ConsumerFile, table: _ListTable, most: int, hint: str, names: _Names) -> None:
    """Add the entries of a table; `names` are the columns of names by headings."""
    headings, rules = table.headings, table.rules
    columns, ports = dict(table.columns), table.headed_ports
    require_columns(file, columns, rules, table.offset, headings, hint)
    file.faults += repeated_headings(headings, rules)
    if "port" not in columns:
        return
    _add_by_content(columns, table, names)
    file.faults += _unread_columns(columns, table)
    width = len(headings)
    required = columns.keys() & {*rules.required}
    used = {*columns.values(), *ports}
    nameless = [i for i, word in enumerate(headings) if not word.text and i not in used]
    file.tables.append(table.offset)
    file.columns = {role: headings[i].text for role, i in columns.items() if i < width}
    # The cells of ports are handed over by their headings.
    roles = [(role, index) for role, index in columns.items() if role != "port"]
    maps_ports = any(map(table.content.has_mappings, ports))
    for row in table.rows():
        if add_limit_fault(file, row.offset, most):
            break
        cells = {role: row.cells[i] for role, i in roles if i < len(row.cells)}
        for role in required - cells.keys():
            cells[role] = Word("", row.offset)
        port_cells = [(headings[i].text, row.cells[i]) for i in ports if i < len(row.cells)]
        row.maps_ports = maps_ports
        add_rows(file, cells, port_cells, row, rules)
        _add_surplus_fault(file, row, width)
        if nameless:
            _add_nameless_faults(file, table.content, nameless, row)


def _add_by_content(columns: dict[str, int], table: _ListTable, names: _Names) -> None:
    """Add the columns of names and transports that stand under headings of their own."""
    rules, width = table.rules, len(table.headings)
    used = {*columns.values(), *table.headed_ports}
    if not {"transport", "tcp", "udp"} & columns.keys() and "transport" not in rules.columns:
        indexes = (i for i in range(width) if i not in used and table.content.has_transports(i))
        columns.update(("transport", index) for index in islice(indexes, 1))
    if "name" not in columns and "name" not in rules.columns:
        used |= {*columns.values()}
        # A further table with the same headings has the same column of names.
        texts = tuple([folded_heading(word.text) for word in table.headings])
        if texts not in names:
            names[texts] = table.name(used)
        columns["name"] = names[texts]


def _unread_columns(columns: dict[str, int], table: _ListTable) -> Iterator[LineFault]:
    """Yield a note for each column of ports that is not read, or looks like one."""
    headings, content = table.headings, table.content
    known, reason = {*columns.values(), *table.headed_ports}, "its cells look like ports"
    faults = dict(unread_ports(headings, table.rules, known, table.looks_like_ports, reason))
    for index in {*table.layout.ports} - known:
        faults.setdefault(index, unread_column(headings[index], f": {UNLIKELY}"))
    read, unread = ([headings[i].text for i in indexes] for indexes in (table.headed_ports, faults))
    hint = further_ports_hint(read, unread, table.rules)
    for index, fault in faults.items():
        if not is_another_port(headings[index].text):
            fault.message += hint
            fault.unread_ports = content.single_ports(index)
        yield fault


def _add_nameless_faults(
    file: ConsumerFile, content: ColumnContent, nameless: list[int], row: Row
) -> None:
    """Report once for each column the cells without a heading; marks and numbers of rows aside."""
    for index in [i for i in nameless if i < len(row.cells)]:
        word = row.cells[index]
        if content.is_text(word.text):
            nameless.remove(index)
            message = f"{quoted(word.text)} has no heading"
            file.add_fault(UNREAD, message, word.offset, "line", word.text)


def _add_surplus_fault(file: ConsumerFile, row: Row, width: int) -> None:
    """Report cells that are not read: beyond the maximum, or without a heading."""
    if len(row.cells) <= min(width, MOST_CELLS):
        return
    surplus = next((word for word in row.cells[width:] if word.text), None)
    if len(row.cells) > MOST_CELLS:
        message = f"more than {MOST_CELLS} cells in a row: the others are not read"
        file.add_fault(UNREAD, message, row.offset)
    elif surplus is not None:
        message = f"{quoted(surplus.text)} has no heading: the row has more cells than the table"
        file.add_fault(UNREAD, message, surplus.offset, "line", surplus.text)
