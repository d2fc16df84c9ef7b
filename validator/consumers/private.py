"""The rows of a company's own list of ports: their entries, and what is wrong with them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from validator.consumers import port_cells
from validator.consumers.entry import UNREAD, ConsumerFile, Entry, JoinedWord, LineFault, Word
from validator.consumers.list_columns import configuration_hint, heading_hint, heading_words
from validator.consumers.range_columns import may_be_forwarding, range_pairs
from validator.consumers.tables import Row
from validator.engine.rule import NOTE, WARNING
from validator.errors import did_you_mean
from validator.model.values import port_range
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from validator.consumers.case import PrivateRules
    from validator.engine.rule import Severity

_LONGEST_SUBJECT = 200
# With more texts that are no ports, and no port, or that are no transports, it is the column.
_MOST_TEXTS = 10
_OTHER_VALUES = "; neither is any of {} other values"
_FORWARDING = "; name only one of the two headings for a forwarding"
_LOOSE_HINT = '; transports = "loose" in [audit.private] takes it for tcp'
# Beside those of words, the crosses and dashes that people type for "no".
_NO_MARKS = frozenset(
    ("", "no", "n", "false", "0", "-", "x", *"\u274c\u2717\u2718\u2715\u2716\u00d7\u2013\u2014")
)
_BLANK = ("", *port_cells.NOTHING)
_ALL = ("all", "any", "both", "*")
# Another word around a transport (`tcpv4`, `tcpudp`) does not hide it, unless both are a third one.
_TRANSPORT_IN_CELL = re.compile(r"(?<!mp)(tcp|udp|sctp|dccp)(?!lite)")
# "freed" or "external, freed", but not "not freed yet" or "to be freed".
_FREED = re.compile(
    r"(?:\A|[,;/|])\W*(?:(?:was|is|has been|already|port)\s+)*freed\b", re.IGNORECASE
)


def add_limit_fault(file: ConsumerFile, offset: int, most: int) -> bool:
    """Say whether a list has `most` entries and faults; report the row that is not read then."""
    if len(file.entries) + len(file.faults) < most:
        return False
    message = f"more than {most:,} rows and ports: nothing is read from this row on"
    file.add_fault(UNREAD, message, offset)
    return True


def join_faults(file: ConsumerFile) -> None:
    """Report once, and not for each row, that there is no port, or nothing like one or a transport.

    One heading, setting or mark for nothing is the answer for all these rows.
    """
    ports = [fault for fault in file.faults if fault.code == "CS402"]
    texts = _by_text(fault for fault in ports if not port_cells.is_nearly_port(fault.value or "0"))
    are_texts = not file.entries and len(ports) == sum(map(len, texts.values()))
    transports = [fault for fault in file.faults if fault.message.endswith(_LOOSE_HINT)]
    repeated = _repeated(transports, _OTHER_VALUES)
    forwardings = [fault for fault in ports if fault.message.endswith(_FORWARDING)]
    repeated += _repeated(forwardings, "; so do {} other rows")
    if "port" not in file.columns:
        repeated += ports
    elif are_texts:
        repeated += _repeated(ports, _OTHER_VALUES)
    else:
        for same in texts.values():
            repeated += _repeated(same, "; {} other cells have the same")
    left_out = {*map(id, repeated)}
    file.faults = [fault for fault in file.faults if id(fault) not in left_out]


def _by_text(faults: Iterable[LineFault]) -> dict[str | None, list[LineFault]]:
    texts: dict[str | None, list[LineFault]] = {}
    for fault in faults:
        texts.setdefault(fault.value, []).append(fault)
    return texts


def _repeated(faults: list[LineFault], remark: str) -> list[LineFault]:
    """All but the first of many faults; that one gets a `remark` with the number of the others."""
    if len(faults) <= _MOST_TEXTS:
        return []
    faults[0].message += remark.format(len(faults) - 1)
    return faults[1:]


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
    entries, faults = len(file.entries), len(file.faults)
    joined = _with_ranges(file, cells, ports, rules) if len(ports) > 1 else ports
    filled = [pair for pair in joined if port_cells.is_filled(pair[1])]
    of_ports: list[Mapping[str, Word]] = [
        {**cells, **_transport_of(heading, word), "port": word}
        for heading, word in filled or joined[:1]
    ]
    if not ports:
        of_ports = [cells]
    rows = [(row_cells, _transports(row_cells, rules)) for row_cells in of_ports]
    _add_transport_fault(file, rows, row)
    for row_cells, transports in rows:
        _add_row(file, row_cells, transports, row, rules, headings)
    if len(file.entries) == entries and any(not f.severity for f in file.faults[faults:]):
        first = rows[0][0] if rows else {**cells, "port": ports[0][1]}
        name, port = _name_and_port(first, row)
        places = (row.offset, name.offset, port.offset, row.offset)
        entry = Entry(name.text, port.text[:_LONGEST_SUBJECT], (0, 0), "", row.line, places)
        entry.cells = first
        file.unread_rows.append(entry)


def _with_ranges(
    file: ConsumerFile,
    cells: Mapping[str, Word],
    ports: Sequence[tuple[str, Word]],
    rules: PrivateRules,
) -> list[tuple[str, Word]]:
    """The headings and cells of ports, those of the two ends of a range as one.

    Ends that make no range are reported and left out.
    """
    joined: dict[int, tuple[str, Word]] = dict(enumerate(ports))
    for pair in range_pairs(tuple([heading_words(heading) for heading, _ in ports])):
        (heading, low), (_, high) = map(ports.__getitem__, pair)
        if not port_cells.is_filled(low) or not port_cells.is_filled(high):
            continue
        del joined[pair[1]]
        if low.text == high.text:
            continue
        word, reason = _range_fault(ports, pair, rules)
        if reason:
            del joined[pair[0]]
            message = f"{quoted(word.text)}: {reason}"
            name = cells.get("name", Word("", word.offset))
            _add_port_fault(file, message, word, _subject(name, word))
        else:
            joined[pair[0]] = heading, JoinedWord((low, high), "-")
    return [*joined.values()]


def _range_fault(
    ports: Sequence[tuple[str, Word]], pair: tuple[int, int], rules: PrivateRules
) -> tuple[Word, str]:
    """What is wrong with the ends of a range, at which of them; empty where nothing is."""
    (heading, low), (_, high) = map(ports.__getitem__, pair)
    for word in (low, high):
        end = port_range(word.text)
        if end is None or not end.is_single:
            return word, "expected one port, an end of a range"
    if may_be_forwarding(heading_words(heading)) and not rules.ports:
        columns = {"port": [heading for heading, _ in ports]}
        hint = configuration_hint(columns, rules, "ranges")
        return low, f"a range to {high.text}, or a forwarding?{hint[1:]}{_FORWARDING}"
    is_reversed = int(high.text) < int(low.text)
    return high, f"the range is reversed: it begins at {low.text}" if is_reversed else ""


def _name_and_port(cells: Mapping[str, Word], row: Row) -> tuple[Word, Word]:
    nothing = Word("", row.offset)
    return cells.get("name", nothing), cells.get("port", nothing)


def _transport_of(heading: str, port: Word) -> dict[str, Word]:
    """The transport that the heading of a column of ports names (`udp port`), if it names one."""
    transport = _only_transport(heading)
    return {} if transport is None else {"transport": Word(transport, port.offset)}


@lru_cache(maxsize=64)
def _only_transport(heading: str) -> str | None:
    transports = {*port_cells.TRANSPORT_WORD.findall(heading.lower())}
    return transports.pop() if len(transports) == 1 else None


def _add_row(
    file: ConsumerFile,
    cells: Mapping[str, Word],
    transports: Sequence[str],
    row: Row,
    rules: PrivateRules,
    headings: Sequence[Word],
) -> None:
    """Add the entries of a row, one for each port and transport of its cells, or its faults."""
    name, port_cell = _name_and_port(cells, row)
    subject = _subject(name, port_cell)
    first = len(file.entries)
    if _is_no_port(port_cell):
        message = f"{_called(name)} has no port"
        _add_port_fault(file, message, port_cell, subject, NOTE)
        return
    if port_cell.text.count(",") >= port_cells.MOST_ITEMS:
        message = f"more than {port_cells.MOST_ITEMS:,} ports in one cell: the others are not read"
        file.add_fault(UNREAD, message, port_cell.offset, "port_number", None, subject)
    for item in port_cells.port_items(port_cell):
        ports, own_transports, reason = port_cells.ports_of_item(
            item.text, maps_ports=row.maps_ports
        )
        if ports is None:
            message = f"{quoted(item.text)}: {reason}"
            if not item.text:
                message = f"{_called(name)} has no port"
                message += heading_hint("port", () if "port" in cells else headings, rules)
            _add_port_fault(file, message, item, subject)
        elif transports:
            if not {*own_transports} <= {*transports}:
                _add_contradiction(file, cells.get("transport"), item, subject)
            _add_entries(file, cells, row, item, ports, own_transports or transports)
    if "," in port_cell.text:
        _add_repeated_port(file, file.entries[first:])


def _add_repeated_port(file: ConsumerFile, entries: Sequence[Entry]) -> None:
    """Report the first port that a cell has twice."""
    by_port = sorted(entries, key=lambda entry: (entry.transport, entry.low))
    for one, other in pairwise(by_port):
        if one.transport == other.transport and other.low <= one.high:
            message = f"{other.port_text}/{other.transport} is twice in one cell"
            place = Word(other.port_text, other.places[2])
            _add_port_fault(file, message, place, other.subject, WARNING)
            return


def _add_port_fault(
    file: ConsumerFile,
    message: str,
    word: Word,
    subject: Mapping[str, str | None],
    severity: Severity | None = None,
) -> None:
    file.add_fault("CS402", message, word.offset, "port_number", word.text, subject, severity)


def _add_entries(
    file: ConsumerFile,
    cells: Mapping[str, Word],
    row: Row,
    item: Word,
    ports: tuple[int, int],
    transports: Sequence[str],
) -> None:
    """Add an entry for each transport of a port, or range of ports (`item`)."""
    name, _ = _name_and_port(cells, row)
    number, slash, _ = item.text.partition("/")
    cell = None if slash else cells.get("transport")
    places = (row.offset, name.offset, item.offset, (cell or item).offset)
    is_excused = _is_excused(row, cells)
    for transport in transports:
        entry = Entry(name.text, number.rstrip(), ports, transport, row.line, places)
        entry.cells = cells
        entry.is_excused = is_excused
        file.entries.append(entry)


def _is_no_port(cell: Word) -> bool:
    return bool(cell.text) and not port_cells.is_filled(cell)


def _subject(name: Word, port: Word) -> dict[str, str | None]:
    return {
        "service_name": name.text or None,
        "port": port.text[:_LONGEST_SUBJECT] or None,
        "transport_protocol": None,
    }


def _add_transport_fault(
    file: ConsumerFile, rows: Iterable[tuple[Mapping[str, Word], Sequence[str]]], row: Row
) -> None:
    """Report the cell of transports that cannot be read; the ports of a row share it."""
    unread = (cells for cells, transports in rows if not transports)
    cells = next(
        (cells for cells in unread if not _is_no_port(_name_and_port(cells, row)[1])), None
    )
    if cells is None:
        return
    word, subject = cells["transport"], _subject(*_name_and_port(cells, row))
    message = f"{quoted(word.text)} is not a transport: expected tcp, udp, sctp or dccp"
    near = did_you_mean(word.text.strip(), TRANSPORT_PROTOCOLS)
    near = "; did you mean tcp, udp?" if word.text.strip().lower() in _ALL else near
    message += near or _LOOSE_HINT
    file.add_fault("CS403", message, word.offset, "transport_protocol", word.text, subject)


def _add_contradiction(
    file: ConsumerFile, word: Word | None, item: Word, subject: Mapping[str, str | None]
) -> None:
    """Report a port whose own transport is not that of its row, where the row states one."""
    if word is not None and word.text.strip().lower() not in _BLANK:
        message = f"{quoted(item.text)} has another transport than {quoted(word.text)}"
        file.add_fault("CS403", message, word.offset, "transport_protocol", word.text, subject)


def _called(name: Word) -> str:
    return quoted(name.text) if name.text else "this row"


def _transports(cells: Mapping[str, Word], rules: PrivateRules) -> Sequence[str]:
    """The transports of a row: tcp where none is said, nothing where the cell has another word."""
    word = cells.get("transport")
    if word is None:
        marked = [
            transport
            for transport in ("tcp", "udp")
            if transport in cells and cells[transport].text.strip().lower() not in _NO_MARKS
        ]
        return marked or ["tcp"]
    if word.text.strip().lower() in _BLANK:
        return ["tcp"]
    return _named_transports(word.text) or (("tcp",) if rules.loose_transports else ())


@lru_cache(maxsize=256)  # most rows have one of a few
def _named_transports(text: str) -> Sequence[str]:
    return tuple(dict.fromkeys(_TRANSPORT_IN_CELL.findall(text.lower())))


def _is_excused(row: Row, cells: Mapping[str, Word]) -> bool:
    """Say whether a row is struck out or says itself that its port is not used any more."""
    if row.is_struck:
        return True
    deprecated = cells.get("deprecated")
    status = cells.get("status")
    if deprecated is not None and deprecated.text.lower() in ("true", "yes", "y", "1"):
        return True
    return status is not None and _FREED.search(status.text) is not None
