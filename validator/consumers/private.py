"""Reads a company's own list of ports: which columns mean what, and the entries of its rows."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from validator.consumers.entry import UNREAD, ConsumerFile, Entry, LineFault, Word
from validator.consumers.port_cells import MOST_ITEMS, is_port_cell, port_items, ports_of_item
from validator.consumers.tables import MOST_CELLS, Row, Table, read_csv, read_markdown
from validator.engine.rule import ERROR, NOTE, WARNING
from validator.errors import did_you_mean, nearest
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

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
    "host": (),
}  # fmt: skip
# A heading of ports where none of those above is there; a container's ports are not the host's.
_PORT_WORD = re.compile(r"(?<![a-z])ports?(?![a-z])|^portnumber$|^range$")
_INSIDE = re.compile(r"container|target|guest")
_TRANSPORT_WORD = re.compile(r"(?<![a-z])(tcp|udp|sctp|dccp)(?![a-z])")
_LONGEST_SUBJECT = 200
# Beside those of words, the crosses and dashes that people type for "no".
_NO_MARKS = frozenset(
    ("", "no", "n", "false", "0", "-", "x", *"\u274c\u2717\u2718\u2715\u2716\u00d7\u2013\u2014")
)
_NOT_SAID = ("", "-", "\u2013", "\u2014")
# What people write in a cell of ports for a service that has none.
_NO_PORT = frozenset(("-", "\u2013", "\u2014", "n/a", "none"))
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LONGEST_HEADING = 40
# How many rows show what a column is about.
_ROWS_SEEN = 20
# Of a document with more tables, misspelled headings are not looked for.
_MOST_NEAR = 1000
# A misspelled heading is no shorter.
_SHORTEST_NEAR = 4
# How many headings of a table or row may be misspelled ones.
_MOST_HEADINGS = 32
_FREED = re.compile(r"\bfreed\b", re.IGNORECASE)


class Shown:
    """What shows which heading may be meant: the first rows, and headings of other tables."""

    __slots__ = ("elsewhere", "rows")

    def __init__(self, rows: Sequence[Row], elsewhere: Sequence[str] = ()) -> None:
        self.rows = rows
        self.elsewhere = elsewhere


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
        shown = Shown([*islice(table.rows, _ROWS_SEEN)])
        missing_column(file, "port", table.offset, table.headings, rules, shown=shown)
    return []


def _are_headings(cells: Sequence[Word], rules: PrivateRules) -> bool:
    """Say whether a row has headings with the word port, and is no title, remark or entry."""
    texts = [word.text for word in cells if word.text]
    return (
        len(texts) > 1
        and not texts[0].startswith("#")
        and "port" in columns_of(cells, rules)
        and not any(len(text) > _LONGEST_HEADING or is_port_cell(text) for text in texts)
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
            shown = Shown([*islice(table.rows, _ROWS_SEEN)], _heading_in(read[:1], role, rules))
            missing_column(file, role, table.offset, table.headings, rules, severity, shown)
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


def has_listed_port(headings: Sequence[Word], rules: PrivateRules) -> bool:
    """Say whether a column of ports has a usual heading, or a configured one."""
    columns = columns_of(headings, rules)
    if "port" not in columns:
        return False
    return bool(rules.ports) or _heading_texts(headings)[columns["port"]] in COLUMNS["port"]


def _is_nearly_list(table: Table, rules: PrivateRules) -> bool:
    """Say whether a table is a list under headings that are usual, or misspelled."""
    headings = table.headings
    known = set(columns_of(headings, rules)) | set(columns_of(headings, rules.without_columns()))
    if not any(has_listed_port(headings, asked) for asked in (rules, rules.without_columns())):
        known.discard("port")
    return all(role in known or _near_role(role, headings, rules) for role in ("name", "port"))


def columns_of(headings: Sequence[Word], rules: PrivateRules) -> Mapping[str, int]:
    """The index of each column that is known, by its role: `name`, `port`, `transport` ..."""
    return _columns_of(tuple(_heading_texts(headings)), rules)


@lru_cache(maxsize=64)  # each row of a document has headings, and most have the same
def _columns_of(texts: tuple[str, ...], rules: PrivateRules) -> Mapping[str, int]:
    columns: dict[str, int] = {}
    for role, known in _headings_of(rules):
        heading = next(filter(texts.__contains__, known), None)
        if heading is not None:
            columns[role] = texts.index(heading)
    if "port" not in columns and not rules.ports:
        columns.update(("port", index) for index in _ports_by_word(texts, columns.values())[:1])
    further: Sequence[str] = rules.required
    if "transport" not in columns:
        further = ("tcp", "udp", *further)
    for heading in further:
        if heading.lower() in texts and heading not in columns:
            columns[heading] = texts.index(heading.lower())
    return columns


def _headings_of(rules: PrivateRules) -> Iterator[tuple[str, list[str]]]:
    """Each role with its headings: those of the configuration, else the usual ones."""
    # A column that the configuration names has no other role.
    named = {heading.lower() for headings in rules.columns.values() for heading in headings}
    for role, known in COLUMNS.items():
        if role in rules.columns:
            yield role, [heading.lower() for heading in rules.columns[role]]
        else:
            yield role, [heading for heading in known if heading not in named]


def _ports_by_word(texts: Sequence[str], used: Iterable[int]) -> list[int]:
    """The columns with the word port in their headings, without those that have another role."""
    others = {*used}
    found = [i for i, text in enumerate(texts) if _PORT_WORD.search(text) and i not in others]
    return [index for index in found if not _INSIDE.search(texts[index])] or found


def by_word(headings: Sequence[Word]) -> list[int]:
    """The indexes of the headings with the word port."""
    return _ports_by_word(_heading_texts(headings), ())


def port_columns(
    headings: Sequence[Word], columns: Mapping[str, int], rules: PrivateRules
) -> list[int]:
    """The indexes of all columns of ports.

    They are those of the configuration, else the first with a usual heading, else all with the word
    port in it.
    """
    texts = _heading_texts(headings)
    if rules.ports:
        return [texts.index(text.lower()) for text in rules.ports if text.lower() in texts]
    if has_listed_port(headings, rules):
        return [columns["port"]]
    return _ports_by_word(texts, [i for role, i in columns.items() if role != "port"])


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
    headings = table.headings
    columns = dict(columns_of(headings, rules))
    rows = [] if "port" in columns else [*islice(table.rows, _ROWS_SEEN)]
    require_columns(file, columns, rules, table.offset, headings, Shown(rows))
    add_repeated(file, headings, columns)
    if "port" not in columns:
        return
    ports = port_columns(headings, columns, rules)
    file.faults += unread_ports(headings, ports, rules)
    if "name" not in columns and "name" not in rules.columns:
        # Names stand under many headings.
        others = {*columns.values(), *ports}
        columns["name"] = next((i for i in range(len(headings)) if i not in others), len(headings))
    width = len(headings)
    file.tables.append(table.offset)
    file.columns = {role: headings[i].text for role, i in columns.items() if i < width}
    for row in table.rows:
        if add_limit_fault(file, row.offset, most):
            break
        cells = {role: row.cells[i] for role, i in columns.items() if i < len(row.cells)}
        port_cells = [(headings[i].text, row.cells[i]) for i in ports if i < len(row.cells)]
        add_rows(file, cells, port_cells, row, rules)
        _add_surplus_fault(file, row, width)


def unread_ports(
    headings: Sequence[Word], ports: Sequence[int], rules: PrivateRules
) -> Iterator[LineFault]:
    """Yield a note for each column with the word port in its heading that is not read."""
    if rules.ports:
        return
    texts = _heading_texts(headings)
    read = [headings[index].text for index in ports]
    for index in _ports_by_word(texts, [*ports, *columns_of(headings, rules).values()]):
        word = headings[index]
        if texts.index(texts[index]) == index:  # else it is reported as repeated
            message = f"{quoted(word.text)} is not read"
            message += _configuration_hint("port", [*read, word.text])
            yield LineFault("CS404", message, word.offset, "line", word.text, severity=NOTE)


def _configuration_hint(role: str, headings: Sequence[str]) -> str:
    texts = ", ".join(map(quoted, headings))
    value = f"[{texts}]" if len(headings) > 1 else texts
    return f"; [audit.private] columns = {{{role} = {value}}} reads it"


def require_ports(file: ConsumerFile, headings: Sequence[Word], rules: PrivateRules) -> None:
    """Report the configured columns of ports that no table has."""
    texts = {*_heading_texts(headings)}
    missing = [heading for heading in rules.ports if heading.lower() not in texts]
    if len(missing) == len(rules.ports):
        return  # reported as the column of ports
    for heading in missing:
        message = f"no column {quoted(heading)}{_similar(_near_heading([heading], headings, ()))}"
        file.faults.append(LineFault("CS404", message, 0, "line", heading))


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
    shown: Shown | None = None,
) -> None:
    """Report the column of ports, and those that the configuration names, if they are missing."""
    for role in dict.fromkeys(("port", *rules.columns)):
        if role not in columns:
            missing_column(file, role, offset, headings, rules, shown=shown)
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
    shown: Shown | None = None,
) -> None:
    """Report a column that a list lacks, with the headings that it has."""
    columns = rules.columns.get(role, (role,))
    texts = ", ".join([quoted(word.text) for word in headings[:12]])
    message = f"no column {' or '.join(map(quoted, columns))}"
    message += f": the headings are {texts}" if texts else ""
    message += _heading_hint(role, headings, rules) or _missing_hint(
        role, headings, rules, shown or Shown([])
    )
    file.faults.append(LineFault("CS404", message, offset, "line", columns[0], severity=severity))


def _missing_hint(role: str, headings: Sequence[Word], rules: PrivateRules, shown: Shown) -> str:
    """What to do about a column that is missing under each usual heading."""
    if role == "group" and role not in rules.columns:
        return "; the ranges of groups are not applied"
    if role in rules.columns or role not in ("name", "port"):
        return ""
    if any(is_port_cell(word.text) for word in headings):
        return "; the first row looks like an entry: a list needs headings, such as service,port"
    columns = columns_of(headings, rules)
    if role in columns and len(headings[columns[role]].text) <= _LONGEST_HEADING:
        return _configuration_hint(role, [*shown.elsewhere, headings[columns[role]].text])
    fits = is_port_cell if role == "port" else _LETTERS.search
    for index, word in enumerate(headings):
        cells = [row.cells[index].text for row in shown.rows if index < len(row.cells)]
        if index not in columns.values() and sum(bool(fits(text)) for text in cells) * 2 > len(
            cells
        ):
            return _configuration_hint(role, [*shown.elsewhere, word.text])
    return ""


def _near_heading(
    known: Sequence[str], headings: Sequence[Word], used: Iterable[int]
) -> tuple[str, str] | None:
    """The one of `known` that a heading is a misspelling of, and this heading."""
    for index, word in enumerate(headings[:_MOST_HEADINGS]):
        if index not in used and len(word.text) >= _SHORTEST_NEAR:
            if near := nearest(word.text, known):
                return near, word.text
    return None


def _near_role(role: str, headings: Sequence[Word], rules: PrivateRules) -> tuple[str, str] | None:
    """The heading of a role that one of `headings` is a misspelling of, and this one."""
    columns = columns_of(headings, rules)
    if role not in rules.columns:
        return _near_heading(COLUMNS.get(role, (role,)), headings, {*columns.values()})
    # What the configuration names may have another role where it is spelled so.
    used = {index for other, index in columns.items() if other in rules.columns}
    return _near_heading(rules.columns[role], headings, used)


def _heading_hint(role: str, headings: Sequence[Word], rules: PrivateRules) -> str:
    near = _near_role(role, headings, rules)
    if role in rules.columns:
        return _similar(near)
    return "" if near is None else f"; did you mean {quoted(near[0])} for {quoted(near[1])}?"


def _similar(near: tuple[str, str] | None) -> str:
    """What a list has instead of a configured heading: either may be misspelled."""
    return "" if near is None else f"; is {quoted(near[1])} meant?"


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
        _add_row(file, {**cells, **_said_by(heading, word), "port": word}, row, rules, headings)
    if not ports:
        _add_row(file, cells, row, rules, headings)


def _said_by(heading: str, port: Word) -> dict[str, Word]:
    """The transport that the heading of a column of ports names (`udp port`), if it names one."""
    named = {*_TRANSPORT_WORD.findall(heading.lower())}
    return {"transport": Word(named.pop(), port.offset)} if len(named) == 1 else {}


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
    return f"{_called(name)} has no port" + _heading_hint("port", headings, rules)


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
    if word.text.strip() in _NOT_SAID:
        return ["tcp"]
    named = list(dict.fromkeys(_TRANSPORT_WORD.findall(word.text.lower())))
    return named or (["tcp"] if rules.loose_transports else [])


def _is_excused(row: Row, cells: Mapping[str, Word]) -> bool:
    """Say whether a row is struck out or says itself that its port is not used any more."""
    if row.is_struck:
        return True
    deprecated = cells.get("deprecated")
    status = cells.get("status")
    if deprecated is not None and deprecated.text.lower() in ("true", "yes", "y", "1"):
        return True
    return status is not None and _FREED.search(status.text) is not None
