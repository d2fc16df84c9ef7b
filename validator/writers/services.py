"""The services(5) form, as a distribution would ship it.

- A line for each name on each port of each transport, by port, then tcp, udp, sctp, dccp, then in
  the order of the registry.
- A historic name (RFC 6335, Section 10.1) is an alias on the line of the name that replaced it,
  up to four of them.  Without such a line it has one of its own, and where it would read like a
  word of a comment: of letters alone, or with punctuation.
- Each port of a range has a line, where the range has at most 256 ports; of a longer one the first.
- An assignment without a transport has a line for each: an audit reads it as a claim of all four.
- The description is a comment of one line.

What has no port, or a name that is no word, has no room here.
"""

from __future__ import annotations

from validator.model.aliases import historic_records
from validator.model.entries import Assignment
from validator.model.registry import Registry
from validator.model.vocabulary import (
    INVISIBLE,
    LAST_PORT,
    TRANSPORT_PROTOCOLS,
    listing,
    normal_space,
    quoted,
)
from validator.writers import Written

MOST_ALIASES = 4
MOST_PORTS = 256
_LONGEST_COMMENT = 200
_FOR_EACH = "written for each of tcp, udp, sctp and dccp"
_HEAD = """\
# services(5): service names, ports and transports, written by ianalint from
# {source}
#
# NAME PORT/TRANSPORT [ALIAS...] # DESCRIPTION
"""


class _Line:
    """A line to be written: its name, and the historic names that are its aliases."""

    __slots__ = ("aliases", "assignment")

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.aliases: list[str] = []


def write(registry: Registry) -> Written:
    """Write the assignments of the registry; `losses` says what there is no room for."""
    losses = _Losses()
    places: dict[tuple[int, int], list[Assignment]] = {}
    for assignment in registry.assignments:
        for port, transport in losses.places(assignment):
            places.setdefault((port, transport), []).append(assignment)
    historic = historic_records(registry)
    dump = registry.dump
    source = f"{dump.path} of {dump.updated}" if dump.updated else dump.path
    pieces = [_HEAD.format(source=_comment(source))]
    for port, transport in sorted(places):
        for line in _lines(places[port, transport], historic):
            word = f"{port}/{TRANSPORT_PROTOCOLS[transport]}"
            entry = "\t".join([line.assignment.name, word, " ".join(line.aliases)]).rstrip()
            comment = _comment(line.assignment.record.description or "")
            pieces.append(f"{entry}\t# {comment}\n" if comment else f"{entry}\n")
    return Written("".join(pieces), losses.sentences())


def _lines(assignments: list[Assignment], historic: frozenset[int]) -> list[_Line]:
    """The lines of a port and transport; each name once."""
    lines: list[_Line] = []
    names: set[str] = set()
    old: list[Assignment] = []
    for assignment in assignments:
        if assignment.name in names:
            continue
        names.add(assignment.name)
        if assignment.record.index in historic:
            old.append(assignment)
        else:
            lines.append(_Line(assignment))
    by_spelling = {_letters(line.assignment.name): line for line in reversed(lines)}
    for assignment in old:
        line = by_spelling.get(_letters(assignment.name)) or (lines[0] if lines else None)
        if line is None or len(line.aliases) == MOST_ALIASES or not _may_follow(assignment.name):
            lines.append(_Line(assignment))
        else:
            line.aliases.append(assignment.name)
    return lines


def _letters(name: str) -> str:
    return "".join([c for c in name.lower() if c.isascii() and c.isalnum()])


def _may_follow(name: str) -> bool:
    """Say whether a name reads like an alias and not like the words of a comment."""
    if name.isalpha() or set(name) <= set("0123456789-"):
        return False
    return not any(mark in name for mark in "(),;!?'\"[]<>{}=&|")


def _comment(text: str) -> str:
    """A text as one line without control characters."""
    line = normal_space(INVISIBLE.sub(" ", text))
    return line if len(line) <= _LONGEST_COMMENT else f"{line[: _LONGEST_COMMENT - 3]}..."


class _Losses:
    """Counts what is not written, and says so."""

    def __init__(self) -> None:
        self.portless = 0
        self.any_transport = 0
        self.malformed: list[str] = []
        self.unknown_transport = 0
        self.long_ranges: list[str] = []
        # All ports of all transports, once: a registry that has more in ranges is not a registry.
        self.room = (LAST_PORT + 1) * len(TRANSPORT_PROTOCOLS)

    def places(self, assignment: Assignment) -> list[tuple[int, int]]:
        """The ports and transports (by number) that an assignment has lines for."""
        name, ports = assignment.name, assignment.ports
        if ports is None:
            self.portless += 1
            return []
        if not name.isprintable() or any(mark in name for mark in " #"):
            self.malformed.append(name)
            return []
        transports = [TRANSPORT_PROTOCOLS.index(word) for word in assignment.speaks_for]
        if not transports:
            self.unknown_transport += 1
            return []
        self.any_transport += len(transports) > 1
        high = ports.high
        if len(ports) > min(MOST_PORTS, self.room):
            self.long_ranges.append(f"{quoted(name)} {ports}")
            high = ports.low
        elif len(ports) > 1:
            self.room -= len(ports) * len(transports)
        return [(port, t) for port in range(ports.low, high + 1) for t in transports]

    def sentences(self) -> list[str]:
        sentences = [
            f"{count:,} {'record' if count == 1 else 'records'} {which}"
            f" {'is' if count == 1 else 'are'} {what}"
            for count, which, what in (
                (self.portless, "without a port", "not written"),
                (self.unknown_transport, "of another transport protocol", "not written"),
                (self.any_transport, "without a transport protocol", _FOR_EACH),
            )
            if count
        ]
        if self.malformed:
            names = listing([quoted(name) for name in dict.fromkeys(self.malformed)], 5)
            sentences.append(f"names with a blank, # or control character are not written: {names}")
        if self.long_ranges:
            ranges = listing(self.long_ranges, 5)
            sentences.append(
                f"only the first port of a range of more than {MOST_PORTS} is written: {ranges}"
            )
        return sentences
