"""CS4: a company's own list of ports."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict

from validator.consumers.answers import PortOwners
from validator.consumers.entry import ConsumerFile, Entry, squashed
from validator.consumers.list_columns import COLUMNS
from validator.consumers.port_cells import PARENTHESES, is_filled
from validator.consumers.rules.entries import names_of, related_records
from validator.consumers.rules.lines import reading_faults
from validator.engine.rule import ERROR, NOTE, WARNING, Related, Violation, rule
from validator.errors import nearest, suggestion
from validator.model.placeholders import holds_place, is_no_party
from validator.model.values import is_date
from validator.model.vocabulary import (
    DYNAMIC_PORTS,
    SERVICE_NAME,
    SYSTEM_PORTS,
    TRANSPORT_PROTOCOLS,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from validator.consumers.case import AuditCase
    from validator.consumers.claims import Claims
    from validator.engine.rule import RunContext, Severity
    from validator.model.entries import Assignment

_LIST = "port list"
_REGISTRY = "IANA port registry"
_PRIVATE = ("private",)
_MOST_GROUPS = 100
# Shorter names of groups differ from others in a letter by intent.
_LEAST_MISSPELLED = 5
_BETWEEN = re.compile(r"[\s_-]+")
_YES_MARKS = ("+", "*")
_UNLIMITED = ("never", "permanent", "unlimited")
_COMPARED = ("private", "registry")
# Protocols that a list of allocations has few of under their own names and ports.
_PROTOCOL_PORTS = {
    ("ftp", "21"), ("ssh", "22"), ("telnet", "23"), ("smtp", "25"), ("dns", "53"),
    ("domain", "53"), ("tftp", "69"), ("http", "80"), ("pop3", "110"), ("ntp", "123"),
    ("imap", "143"), ("snmp", "161"), ("ldap", "389"), ("https", "443"), ("smb", "445"),
    ("syslog", "514"),
}  # fmt: skip
_LEAST_PROTOCOLS = 8
_LEAST_SHARED = 3
_ALLOCATION_COLUMNS = {"owner", "group", "host", "status", "expiry"}
# Other headings that say whose a port is, or where.
_ALLOCATION_HEADINGS = {
    "assigned to", "allocated to", "reserved for", "used by", "user", "requester", "department",
    "customer", "host", "hosts", "hostname", "server", "servers", "machine", "node",
}  # fmt: skip
# Year, month and day, or the other way round, and perhaps a time.
_YEAR_FIRST = re.compile(
    r"([0-9]{4})[./ -]?([0-9]{1,2})(?:[./ -]?([0-9]{1,2}))?(?:[T ][0-9:.]+.{0,6})?"
)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([./ -])([0-9]{1,2})\2([0-9]{4})")


@rule("CS401", ERROR, _LIST, needs=_PRIVATE)
def port_listed_twice(case: AuditCase) -> Iterator[Violation]:
    """A port and transport are on two rows.

    Ranges count with all their ports. Rows that are struck out or deprecated do not count, nor does
    the same service in another table or group of the document, nor rows of different hosts, where
    `columns` of `[audit.private]` names a column for `host`. `db` and `db (main)` are the same
    service, `db (main)` and `db (test)` are not.

    It is a warning in a list that allocates nothing: it has eight of the protocols `ftp`, `ssh`,
    `http` and the like with their own System Ports, at least three System Ports under several
    names, and no column for an owner (`Assigned to`), group, host (`server`), status or expiry, nor
    does the configuration ask for ranges or columns.

    Why it matters: two services would use one port.

    Flagged::

        # ports.csv
        service,port,protocol
        billing,8500,tcp
        reports,8500,tcp

    Accepted::

        # ports.csv
        service,port,protocol
        billing,8500,tcp
        reports,8501,tcp
    """
    severity = WARNING if _lists_protocols(case) else None
    owners: defaultdict[str, PortOwners] = defaultdict(PortOwners)
    # A service may be in an overview and in a table of its own, but in neither twice.
    listed: dict[tuple[tuple[int, str], str, str, tuple[int, int]], Entry] = {}
    # An overview may list a service without the remark that tells it from another one.
    remarked: dict[tuple[str, str, tuple[int, int]], Entry] = {}
    tables = case.file.tables
    for entry in case.file.entries:
        if entry.is_excused:
            continue
        for host in _hosts(entry):
            earlier = owners[host].first(entry)
            if earlier is not None and _is_in_two_tables(entry, earlier, tables):
                place = (host, entry.transport, (entry.low, entry.high))
                first = remarked.setdefault(place, entry) if _remark(entry.name) else entry
                key = (_part_of(entry, tables), *place)
                earlier = listed.get(key) if _is_one_service(entry, first) else first
                listed[key] = entry
            if earlier is not None and earlier.row != entry.row:
                yield _listed_twice(entry, earlier, severity)
                break


def _lists_protocols(case: AuditCase) -> bool:
    """Say whether a list says where protocols are, which share ports, and not whose a port is."""
    asked = case.private
    allocates = _ALLOCATION_COLUMNS & {*case.file.columns} or (
        _ALLOCATION_HEADINGS & case.file.headings
    )
    if asked.ranges or asked.required or allocates:
        return False
    names: defaultdict[int, set[str]] = defaultdict(set)
    for entry in case.file.entries:
        if entry.low == entry.high <= SYSTEM_PORTS[1]:
            names[entry.low].add(_spelled(entry.name))
    protocols = sum(name in names.get(int(port), ()) for name, port in _PROTOCOL_PORTS)
    shared = sum(len(several) > 1 for several in names.values())
    return protocols >= _LEAST_PROTOCOLS and shared >= _LEAST_SHARED


def _is_in_two_tables(entry: Entry, earlier: Entry, tables: Sequence[int]) -> bool:
    """Say whether two entries are one service in different tables or groups."""
    is_apart = _part_of(entry, tables) != _part_of(earlier, tables)
    return is_apart and _is_one_service(entry, earlier)


def _is_one_service(entry: Entry, earlier: Entry) -> bool:
    """Say whether two entries have one name, and not two remarks in parentheses."""
    name, *others = {_spelled(PARENTHESES.sub("", e.name)) for e in (entry, earlier)}
    remarks = {_remark(entry.name), _remark(earlier.name)} - {""}
    return bool(name) and not others and len(remarks) < 2


def _remark(name: str) -> str:
    """What is in parentheses in a name, as it is compared."""
    return _spelled(" ".join([text[1:-1] for text in PARENTHESES.findall(name)]))


def _part_of(entry: Entry, tables: Sequence[int]) -> tuple[int, str]:
    """The number of the table that an entry is in, and its group."""
    group = entry.cells.get("group")
    return bisect(tables, entry.row), "" if group is None else _spelled(group.text)


def _spelled(name: str) -> str:
    """A name as it is compared between tables: in small letters, with one mark between words."""
    return _BETWEEN.sub("-", name.casefold()).strip("-")


def _hosts(entry: Entry) -> list[str]:
    """The hosts of a row, where a column names them; else one that is empty."""
    text = entry.cells["host"].text.lower() if "host" in entry.cells else ""
    return [host.strip() for host in text.split(",")]


def _listed_twice(entry: Entry, earlier: Entry, severity: Severity | None) -> Violation:
    whose = f" for {quoted(earlier.name)}" if earlier.name else ""
    low, high = max(entry.low, earlier.low), min(entry.high, earlier.high)
    ports = entry.port_text
    if (low, high) != (entry.low, entry.high):
        ports = f"{low if low == high else f'{low}-{high}'} of {ports}"
    message = f"{ports}/{entry.transport} is already listed{whose} on line {earlier.line_number}"
    related = [Related("first row", earlier)]
    return Violation(entry, "port_number", message, related=related, severity=severity)


@rule("CS402", ERROR, _LIST, needs=_PRIVATE, is_about_reading=True)
def malformed_list_port(case: AuditCase) -> Iterator[Violation]:
    """The cell of ports is not a port, a range, a port with its transport, or a list of these.

    A range has a hyphen, an en dash, a colon or "to" between its ends; a list has commas. More than
    ten cells with the same text are one finding. A port that a cell has twice is a warning.

    Why it matters: what cannot be read cannot be compared with anything.

    Flagged::

        # ports.csv
        service,port
        billing,85000

    Accepted::

        # ports.csv
        service,port
        billing,"8500, 8510-8519"
    """
    return reading_faults(case, "CS402")


@rule("CS403", ERROR, _LIST, needs=_PRIVATE, is_about_reading=True)
def unknown_list_transport(case: AuditCase) -> Iterator[Violation]:
    """The cell of the transport names none of tcp, udp, sctp and dccp.

    `transports = "loose"` in the configuration takes any other word for tcp. More than ten other
    words are one finding.

    Why it matters: whether two rows meet on a port depends on the transport.

    Flagged::

        # ports.csv
        service,port,protocol
        billing,8500,http

    Accepted::

        # ports.csv
        service,port,protocol
        billing,8500,TCP/UDP
    """
    return reading_faults(case, "CS403")


@rule("CS404", ERROR, _LIST, needs=_PRIVATE, is_about_reading=True)
def list_column_missing(case: AuditCase) -> Iterator[Violation]:
    """There is no column of ports, or not one that the configuration names or requires.

    It is about the whole list, or what of it is not read. A further table of a Markdown file is an
    error if its headings say that it has ports, and it has some that no other table lists. Tables,
    columns and lines that only look like ports, and further columns and keys of ports, are a
    warning then, but an error where they are an end of a range. All that repeats listed ports,
    ranges, ports within a container and settings are notes.

    Why it matters: nothing of the list or table was checked.

    Flagged::

        # ports.csv
        service,socket
        billing,8500

    Accepted::

        # ports.csv
        service,port
        billing,8500
    """
    return reading_faults(case, "CS404")


def other_claims(case: AuditCase, entry: Entry, transport: str) -> list[Assignment]:
    """The assignments of the first port of an entry that is another service's on a transport."""
    assert case.claims is not None
    name, low = squashed(entry.name), entry.low
    while low <= entry.high:
        records = case.claims.first_claims(low, entry.high, transport)
        ends = [r.ports.high for r in records if squashed(r.name) == name and r.ports is not None]
        if not ends:
            return list(records)
        # The next port that may be another's is after the entry's own ones.
        low = max(ends) + 1
    return []


def _has_own_port(claims: Claims, entry: Entry) -> bool:
    """Say whether a port of an entry is its own service's on its transport."""
    return any(
        entry.transport in r.speaks_for and r.ports.low <= entry.high and entry.low <= r.ports.high
        for r in claims.by_spelling(entry.name)
        if r.ports is not None
    )


def elsewhere(case: AuditCase, entry: Entry) -> tuple[str, list[Assignment]]:
    """The first other transport on which the entry's port is somebody's, and whose."""
    for transport in TRANSPORT_PROTOCOLS:
        if transport != entry.transport:
            records = other_claims(case, entry, transport)
            if records:
                return transport, records
    return "", []


def private_fates(case: AuditCase) -> list[str]:
    """The fate of each entry of a private list, in their order."""
    if case.private_fates is None:
        case.private_fates = [_fate_of(case, entry) for entry in case.file.entries]
    return case.private_fates


def _fate_of(case: AuditCase, entry: Entry) -> str:
    """What the registry says of an entry of a private list, in one word."""
    assert case.claims is not None
    if case.claims.first_claims(entry.low, entry.high, entry.transport):
        return "own" if _has_own_port(case.claims, entry) else "assigned"
    if entry.low <= SYSTEM_PORTS[1]:
        return "system"
    if entry.high >= DYNAMIC_PORTS[0]:
        return "dynamic"
    return "assigned-elsewhere" if elsewhere(case, entry)[1] else "free"


@rule("CS405", NOTE, _REGISTRY, needs=_COMPARED)
def port_assigned(case: AuditCase) -> Iterator[Violation]:
    """IANA assigned the port to another service on this transport.

    Why it matters: the two may meet on one host one day.

    Flagged::

        # ports.csv
        service,port
        billing,8040

    Accepted::

        # ports.csv
        service,port
        billing,8500
    """
    for entry in case.file.entries:
        records = [] if entry.is_excused else other_claims(case, entry, entry.transport)
        if records:
            message = f"IANA assigned {records[0].ports}/{entry.transport} to {names_of(records)}"
            yield Violation(entry, "port_number", message, related=related_records(case, records))


@rule("CS406", NOTE, _REGISTRY, needs=_COMPARED)
def port_assigned_elsewhere(case: AuditCase) -> Iterator[Violation]:
    """IANA assigned the port on another transport only.

    Why it matters: the port is Reserved on this one for the same assignee.

    Flagged::

        # ports.csv
        service,port,protocol
        billing,8042,udp

    Accepted::

        # ports.csv
        service,port,protocol
        billing,8500,udp
    """
    for entry, fate in zip(case.file.entries, private_fates(case), strict=True):
        if fate == "assigned-elsewhere":
            transport, records = elsewhere(case, entry)
            message = f"IANA assigned {records[0].ports}/{transport} to {names_of(records)}"
            yield Violation(entry, "port_number", message, related=related_records(case, records))


@rule("CS407", ERROR, _LIST, needs=_PRIVATE)
def outside_range(case: AuditCase) -> Iterator[Violation]:
    """The port is outside the range that the configuration gives its group, or all.

    A row of several groups (`shop, pay`) may use the ports of each of them.
    A group that only looks like one of `ranges` is reported, too: its range was not applied.

    Why it matters: ranges keep the ports of teams or environments apart.

    Flagged::

        # ports.csv, range 3000-3099
        service,port
        billing,8500

    Accepted::

        # ports.csv, range 3000-3099
        service,port
        billing,3010
    """
    ranges = case.private.ranges
    slips = _misspelled_groups(case)
    for group, (entry, near) in slips.items():
        message = f"no range for group {quoted(group)}; did you mean {quoted(near)}?"
        yield Violation(entry, "line", message, value=group, item=entry.cells["group"])
    for entry in _first_of_ports(case.file.entries):
        listed = _groups_of(entry, ranges)
        groups = [group for group in listed if group in ranges]
        if not groups and not slips.keys().isdisjoint(listed):
            continue
        yield from _outside(entry, groups, ranges)


def _outside(
    entry: Entry, groups: Sequence[str], ranges: Mapping[str, tuple[int, int]]
) -> Iterator[Violation]:
    """Report a port that is in no range of its groups, or not in that of the list."""
    spans = [ranges[group] for group in groups or ["default"] if group in ranges]
    if spans and not any(low <= entry.low and entry.high <= high for low, high in spans):
        whose = f"group {' or '.join(map(quoted, groups))}" if groups else "this list"
        text = " and ".join(f"{low}-{high}" for low, high in spans)
        message = f"port {entry.port_text} is outside {text}, the range of {whose}"
        yield Violation(entry, "port_number", message)


def _first_of_ports(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the first entry of each port of a cell: a port of two transports is one fault."""
    place = (-1, -1)
    for entry in entries:
        # An alias of YAML has one port in several rows.
        if (entry.row, entry.places[2]) != place:
            place = (entry.row, entry.places[2])
            yield entry


def _groups_of(entry: Entry, ranges: Container[str]) -> list[str]:
    """The groups of a row: its cell, or what is between the commas of it."""
    text = entry.cells["group"].text if "group" in entry.cells else ""
    if text in ranges or "," not in text:
        return [text]
    return [group.strip() for group in text.split(",", _MOST_GROUPS)[:_MOST_GROUPS]]


def _misspelled_groups(case: AuditCase) -> dict[str, tuple[Entry, str]]:
    """The first row of each group whose name is near that of one that has a range, and that one.

    `db1` beside `db2`, `web` beside `webs` and short names may be groups of their own, where the
    other one has rows, too.
    """
    groups = case.private.groups
    first = {
        group: entry
        for entry in reversed(case.file.entries)
        for group in reversed(_groups_of(entry, case.private.ranges))
    }
    without_rows = [group for group in groups if group not in first]
    slips: dict[str, tuple[Entry, str]] = {}
    for group, entry in first.items():
        if not group or group in groups:
            continue
        same_letters = [other for other in groups if squashed(other) == squashed(group)]
        misspelled = [other for other in groups if _may_mean(group, other)]
        near = next(iter(same_letters), None) or nearest(group, without_rows)
        near = near or nearest(group, misspelled)
        if near is not None:
            slips[group] = (entry, near)
    return slips


def _may_mean(group: str, other: str) -> bool:
    """Whether one group can be a slip for another: long words differ, neither begins so.

    Numbers agree: `db1` and `db2` are two groups, as `team-a` and `team-b` are.
    """
    words, other_words = (_BETWEEN.split(name.lower()) for name in (group, other))
    if len(words) == len(other_words):
        pairs = zip(words, other_words, strict=True)
        words = [word for word, other_word in pairs if word != other_word]
    begins = group.startswith(other) or other.startswith(group)
    same_numbers = re.findall(r"[0-9]+", group) == re.findall(r"[0-9]+", other)
    return same_numbers and not begins and min(map(len, words), default=0) >= _LEAST_MISSPELLED


@rule("CS408", WARNING, "RFC 6335, Section 6", needs=_COMPARED)
def system_port_listed(case: AuditCase) -> Iterator[Violation]:
    """The port is a System Port (below 1024) that nobody has.

    Why it matters: IANA assigns these to standards, and systems let only root open them.

    Flagged::

        # ports.csv
        service,port
        billing,1000

    Accepted::

        # ports.csv
        service,port
        billing,8500
    """
    fates = zip(case.file.entries, private_fates(case), strict=True)
    for entry in _first_of_ports(entry for entry, fate in fates if fate == "system"):
        message = f"port {entry.port_text} is a System Port: IANA assigns it to standards"
        yield Violation(entry, "port_number", message)


@rule("CS409", NOTE, "RFC 6335, Section 6", needs=_PRIVATE)
def dynamic_port_listed(case: AuditCase) -> Iterator[Violation]:
    """The port is one that the system hands out: 49152 up, or what `ephemeral` says.

    Why it matters: another program may have it when the service starts.

    Flagged::

        # ports.csv
        service,port
        billing,50000

    Accepted::

        # ports.csv
        service,port
        billing,8500
    """
    low, high = DYNAMIC_PORTS
    own = case.private.ephemeral
    for entry in _first_of_ports(case.file.entries):
        if entry.high >= low or (own is not None and entry.low <= own[1] and own[0] <= entry.high):
            first, last = (low, high) if entry.high >= low or own is None else own
            is_within = first <= entry.low and entry.high <= last
            relation = "is in" if is_within else "has ports of"
            place = f"port {entry.port_text} {relation} {first}-{last}"
            message = f"{place}, which the system hands out by itself"
            yield Violation(entry, "port_number", message)


@rule("CS410", NOTE, _REGISTRY, needs=_COMPARED)
def name_registered_elsewhere(case: AuditCase) -> Iterator[Violation]:
    """The name, case and punctuation aside, is registered, but with none of its ports here.

    One finding for each name of an owner and group, at its first port.

    Why it matters: readers of the list take it for the registered service.

    Flagged::

        # ports.csv
        service,port
        Harbour Pilot,8500

    Accepted::

        # ports.csv
        service,port
        Harbour Pilot,8040
    """
    assert case.claims is not None
    by_name: defaultdict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in case.file.entries:
        # Two parties with a service of one name have two services.
        party = [entry.cells[role].text for role in ("owner", "group") if role in entry.cells]
        by_name[squashed(entry.name), *party].append(entry)
    for entries in by_name.values():
        records = case.claims.by_spelling(entries[0].name)
        if records and not any(
            r.ports is not None and entry.low <= r.ports.high and r.ports.low <= entry.high
            for entry in entries
            for r in records
        ):
            ports = ", ".join(dict.fromkeys(str(record.ports) for record in records[:8]))
            message = f"{quoted(entries[0].name)} is registered with port {ports}"
            yield Violation(
                entries[0], "port_number", message, related=related_records(case, records)
            )


@rule("CS411", WARNING, "RFC 6335, Section 5.1", needs=("private", "rfc6335-names"))
def list_name_syntax(case: AuditCase) -> Iterator[Violation]:
    """A name breaks the syntax of service names; only with `names = "rfc6335"`.

    Why it matters: a name that is to be registered one day must follow it.

    Flagged::

        # ports.csv, names rfc6335
        service,port
        billing_v2,8500

    Accepted::

        # ports.csv, names rfc6335
        service,port
        billing-v2,8500
    """
    row = -1
    for entry in case.file.entries:
        if entry.row != row and not SERVICE_NAME.fullmatch(entry.name):
            row = entry.row
            message = (
                f"{quoted(entry.name)} is not a service name: expected 1 to 15 letters, digits and"
                " single hyphens, with a letter"
            )
            yield Violation(entry, "service_name", message)


def _first_of_rows(case: AuditCase) -> Iterator[Entry]:
    """Yield the first entry of each row, also of those without ports; all have the row's cells."""
    row = -1
    for entry in (*case.file.entries, *case.file.unread_rows):
        if entry.row != row:
            row = entry.row
            yield entry


@rule("CS412", ERROR, _LIST, needs=_PRIVATE)
def required_cell_empty(case: AuditCase) -> Iterator[Violation]:
    """A cell is empty in a column that the configuration requires, or holds the place of a text.

    That is `-`, `n/a`, `?`, `TBD` and the like in any column, and `none`, `unknown`, `pending`,
    `nobody` and the like for an owner. `+` and `*` are marks for yes in other columns. A column
    that the whole list or table lacks is one finding of CS404.

    Why it matters: a port without an owner is one that nobody dares to free.

    Flagged::

        # ports.csv, require owner
        service,port,owner
        billing,8500,

    Accepted::

        # ports.csv, require owner
        service,port,owner
        billing,8500,payments
    """
    for entry in _first_of_rows(case):
        for column in case.private.required:
            if _is_empty(case.file, column, entry):
                message = f"the {column} of {quoted(entry.name)} is missing"
                yield Violation(entry, "line", message, item=entry.cells.get(column))


def _is_empty(file: ConsumerFile, column: str, entry: Entry) -> bool:
    """Say whether a row has nothing in a column that there is (CS404 speaks of the others)."""
    word = entry.cells.get(column)
    if word is not None:
        if column.lower() in COLUMNS["owner"]:
            return holds_place(word.text) or is_no_party(word.text)
        return holds_place(word.text) and word.text.strip() not in _YES_MARKS
    # A text of a document that is no entry lacks nothing else.
    return bool(entry.transport) and not file.tables and column in file.columns


@rule("CS413", ERROR, _LIST, needs=_PRIVATE)
def entry_expired(case: AuditCase, context: RunContext) -> Iterator[Violation]:
    """A row has expired, or its expiry is not a date.

    Why it matters: whoever set the day wanted to be asked again.

    Flagged::

        # ports.csv
        service,port,expires
        billing,8500,2020-01-31

    Accepted::

        # ports.csv
        service,port,expires
        billing,8500,2999-01-31
    """
    for entry in _first_of_rows(case):
        word = entry.cells.get("expiry")
        if word is None or not is_filled(word) or word.text.lower() in _UNLIMITED:
            continue
        if not is_date(word.text, has_day=True):
            meant = suggestion(_date_meant(word.text.strip()))
            message = f"expiry {quoted(word.text)}: expected a date (YYYY-MM-DD){meant}"
        elif word.text < context.today:
            message = f"{quoted(entry.name)} expired on {word.text}"
        else:
            continue
        yield Violation(entry, "line", message, value=word.text, item=word)


def _date_meant(text: str) -> str | None:
    """The date that a text in another form means; of a month its last day, if it is plain."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups()
        days = range(31, 27, -1) if day is None else [int(day)]
        return next(_dates((year, month, day) for day in days), None)
    if match := _YEAR_LAST.fullmatch(text):
        first, mark, second, year = match.groups()
        # With dots the day is always first.
        parts = [(year, second, first), (year, first, second)][: 1 if mark == "." else 2]
        likely = {*_dates(parts)}
        return likely.pop() if len(likely) == 1 else None
    return None


def _dates(parts: Iterable[tuple[str, str, str | int]]) -> Iterator[str]:
    """Yield those of years, months and days that are dates."""
    texts = (f"{year}-{int(month):02}-{int(day):02}" for year, month, day in parts)
    return filter(is_date, texts)
