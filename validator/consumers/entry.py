"""What a file made from the registry says, line by line: entries with places.

The readers of this package fill these classes; `fates` compares them with a registry and the
rules of family CS look at them.  Text is as the file has it; bytes that are not UTF-8 stay as
surrogate escapes and are escaped where they are shown.
"""

from __future__ import annotations

from bisect import bisect_right

from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Literal

    from validator.engine.rule import Severity

    Kind = Literal["services", "nmap", "wireshark", "private"]

KINDS: tuple[Kind, ...] = ("services", "nmap", "wireshark", "private")
# What a column of a private list is for.
COLUMN_ROLES = (
    "name", "port", "transport", "owner", "expiry", "group", "status", "deprecated", "host",
)  # fmt: skip
# Transports that services files of the BSDs have and the registry does not.
FOREIGN_TRANSPORTS = ("ddp", "divert", "udplite", "mptcp")
ENTRY_TRANSPORTS = (*TRANSPORT_PROTOCOLS, *FOREIGN_TRANSPORTS)


class Word:
    """A word of a line; `offset` is the byte of the file where it begins."""

    __slots__ = ("offset", "text")

    # A word has no identifier beside its text, as a citation has.
    data: str | None = None

    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset

    def places(self, indexes: Iterable[int]) -> Iterator[int]:
        """Yield the byte of the file where each of some characters, which ascend, begins."""
        return _bytes_of(self.text, indexes, (0,), (self.offset,))

    def __repr__(self) -> str:
        return f"Word({self.text!r}, {self.offset})"


class JoinedWord(Word):
    """A word of pieces that do not follow one another in the file, such as the items of a list."""

    __slots__ = ("_offsets", "_starts")

    def __init__(self, pieces: Sequence[Word], separator: str = "") -> None:
        super().__init__(separator.join([p.text for p in pieces]), pieces[0].offset)
        self._starts: list[int] = []
        self._offsets: list[int] = []
        start = 0
        for piece in pieces:
            self._starts.append(start)
            self._offsets.append(piece.offset)
            start += len(piece.text) + len(separator)

    def places(self, indexes: Iterable[int]) -> Iterator[int]:
        return _bytes_of(self.text, indexes, self._starts, self._offsets)


def _bytes_of(
    text: str, indexes: Iterable[int], starts: Sequence[int], offsets: Sequence[int]
) -> Iterator[int]:
    """Yield the byte of each of some characters of a text whose pieces start at `offsets`."""
    piece, last, byte = -1, 0, 0
    for index in indexes:
        here = bisect_right(starts, index) - 1
        if here != piece:
            piece, last, byte = here, starts[here], offsets[here]
        byte += len(text[last:index].encode("utf-8", "surrogateescape"))
        last = index
        yield byte


class Entry:
    """One name on one port, or range of ports, and one transport.

    A line of Wireshark's form with several transports has an entry for each of them.
    `line_number` counts from 1.  `places` has the bytes where the line, its name, its port and its
    transport begin.  `cells` are the further columns of a private list.
    """

    __slots__ = (
        "aliases",
        "cells",
        "high",
        "is_excused",
        "line_number",
        "low",
        "name",
        "places",
        "port_text",
        "transport",
    )

    def __init__(
        self,
        name: str,
        port_text: str,
        ports: tuple[int, int],
        transport: str,
        line_number: int,
        places: tuple[int, int, int, int],
        aliases: Sequence[Word] = (),
    ) -> None:
        self.name = name
        self.port_text = port_text
        self.low, self.high = ports
        self.transport = transport
        self.aliases = aliases
        self.line_number = line_number
        self.places = places
        self.cells: Mapping[str, Word] = _NO_CELLS
        self.is_excused = False

    @property
    def service_name(self) -> str:
        return self.name

    @property
    def port_number(self) -> str:
        return self.port_text

    @property
    def transport_protocol(self) -> str:
        return self.transport

    @property
    def row(self) -> int:
        """The byte where the line or row of a list begins: JSON may have several rows on a line."""
        return self.places[0]

    @property
    def words(self) -> list[str]:
        """The name and the aliases: what getservbyname answers for."""
        return [self.name, *[alias.text for alias in self.aliases]]

    @property
    def subject(self) -> dict[str, str | None]:
        """Name, port and transport as the file has them."""
        return {
            "service_name": self.name or None,
            "port": self.port_text or None,
            "transport_protocol": self.transport or None,
        }

    def __repr__(self) -> str:
        return f"Entry({self.name!r}, {self.port_text}/{self.transport}, line {self.line_number})"


_NO_CELLS: Mapping[str, Word] = {}
_PLACES = {"line": 0, "service_name": 1, "port_number": 2, "transport_protocol": 3}


class Line:
    """A line, or the whole file, as what a finding is about when there is no entry to name."""

    __slots__ = ("offset", "subject")

    def __init__(self, offset: int, subject: Mapping[str, str | None] | None = None) -> None:
        self.offset = offset
        self.subject: dict[str, str | None] = dict(subject or {})


class LineFault:
    """What the reader saw on a line: `code` is the rule that documents it.

    `severity` differs from the rule's own where the same fault is less or more than usual.
    `unread_ports` are single ports of what is not read.
    """

    __slots__ = ("code", "field", "message", "offset", "severity", "subject", "unread_ports",
                 "value")  # fmt: skip

    def __init__(
        self,
        code: str,
        message: str,
        offset: int,
        field: str = "line",
        value: str | None = None,
        subject: Mapping[str, str | None] | None = None,
        severity: Severity | None = None,
        unread_ports: Sequence[int] = (),
    ) -> None:
        self.code = code
        self.message = message
        self.offset = offset
        self.field = field
        self.value = value
        self.severity = severity
        self.unread_ports = unread_ports
        self.subject: dict[str, str | None] = dict(subject or {})


# The rule that tells what was not read, or not as it was meant.
UNREAD = "CS020"


class ConsumerFile:
    """A file made from the registry, read.

    `kind` is its form, `data` its bytes, `entries` what it says in the order of its lines,
    `faults` what could not be read as an entry.  Of a private list `columns` are the headings by
    role, `headings` the words of all, `tables` the bytes where its tables begin, and `unread_rows`
    the rows, without a transport, of which no port could be read.
    """

    __slots__ = ("columns", "data", "entries", "faults", "headings", "kind", "parts", "path",
                 "tables", "unread_rows")  # fmt: skip

    def __init__(self, path: str, kind: Kind, data: bytes) -> None:
        self.path = path
        self.kind = kind
        self.data = data
        self.entries: list[Entry] = []
        self.faults: list[LineFault] = []
        self.columns: Mapping[str, str] = {}
        self.headings: frozenset[str] = frozenset()
        self.tables: list[int] = []
        self.unread_rows: list[Entry] = []
        self.parts: Sequence[tuple[int, str]] = ()

    def add_fault(
        self,
        code: str,
        message: str,
        offset: int,
        field: str = "line",
        value: str | None = None,
        subject: Mapping[str, str | None] | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Add what the reader saw at a byte; the arguments are those of `LineFault`."""
        self.faults.append(LineFault(code, message, offset, field, value, subject, severity))

    @property
    def longest(self) -> int:
        """The length of the longest name: where a form cuts names, its limit."""
        return max((len(entry.name) for entry in self.entries), default=0)

    @property
    def is_whole(self) -> bool:
        """Whether everything was read: nothing lies beyond a limit or an open quote."""
        return all(fault.code != UNREAD for fault in self.faults)

    def locate(self, subject: object, field: str | None, item: object = None, /) -> int:
        """Return the byte where `field` of `subject` begins; 0 for what is not of this file."""
        if isinstance(item, Word):
            return item.offset
        if isinstance(subject, Entry):
            return subject.places[_PLACES.get(field or "service_name", 0)]
        if isinstance(subject, Line | LineFault):
            return subject.offset
        return 0


_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_HYPHENS = dict.fromkeys(range(128), "-") | {ord(c): c for c in _LETTERS}
_NOTHING = dict.fromkeys(range(128), "") | {ord(c): c for c in _LETTERS}


def hyphenated(name: str) -> str:
    """Return `name` in lower case with a hyphen for each character but letters and digits."""
    if name.isascii():
        return name.lower().translate(_HYPHENS)
    return "".join([c if c.isascii() and c.isalnum() else "-" for c in fold(name)])


def squashed(name: str) -> str:
    """Return the letters and digits of `name` in lower case: what two spellings share."""
    if name.isascii():
        return name.lower().translate(_NOTHING)
    return "".join([c for c in fold(name) if c.isascii() and c.isalnum()])
