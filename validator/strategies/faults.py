"""Faults that are made by hand, because the flagged example of their rule cannot be used.

    @fault("MD004")
    def registry_empty(draft):
        \"""Why the example cannot be used.\"""
        draft.arrange().records.clear()
        return None, None

The function gets a `Draft` with up to two services or statements.  It adds what it needs, breaks
one thing, and returns what the rule finds: a record, a contact, a footnote or ports (`None` for the
registry as a whole), and the field.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st

from validator.model.record import Ports
from validator.model.vocabulary import (
    LEGACY_NAMES,
    NAMESPACE,
    SERVICE_NAME,
    SYSTEM_PORTS,
    USER_PORTS,
    fold,
)
from validator.strategies.draft import ALIAS, REPLACEMENT, copy_of, port_text, set_text, well_formed
from validator.strategies.values import invalid_service_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from validator.model.record import Record
    from validator.strategies.draft import Draft
    from validator.strategies.examples import Place

    Make: TypeAlias = Callable[[Draft], Place]


@dataclass(slots=True)
class HandMade:
    """A function that makes a fault; `along` maps rules that find something as well to why."""

    make: Make
    along: Mapping[str, str]


FAULTS: dict[str, HandMade] = {}


def fault(code: str, **along: str) -> Callable[[Make], Make]:
    """Declare that the decorated function makes the fault of the rule `code`."""

    def declare(make: Make) -> Make:
        FAULTS[code] = HandMade(make, along)
        return make

    return declare


# -- aliases: most examples leave out the other end of the alias ------------------------------


def _alias(draft: Draft, legacy: bool | None = None) -> tuple[Record, Record]:
    """The records of a service on tcp and of its old name."""
    new, old = draft.alias(legacy=legacy, transports=("tcp",)).assignments
    return new, old


@fault("AL005")
def alias_not_historic(draft: Draft) -> Place:
    """The example leaves out the service that the alias is for."""
    _, old = _alias(draft)
    old.assignment_notes = (old.assignment_notes or "").partition("\n")[0]
    return old, "assignment_notes"


@fault("AL007")
def alias_chain(draft: Draft) -> Place:
    """The example leaves out the service at the end of the chain."""
    group = draft.alias(legacy=False, transports=("tcp",))
    _, old = group.assignments
    oldest = copy_of(old)
    oldest.service_name = draft.name()
    oldest.assignment_notes = ALIAS.format(old.service_name)
    group.records.append(oldest)
    acknowledgement = REPLACEMENT.format(oldest.service_name)
    set_text(old, "description", f"{old.description}\n\n{acknowledgement}")
    return oldest, "assignment_notes"


@fault("AL012")
def alias_name_derivation(draft: Draft) -> Place:
    """The old name of the example is not one that Section 10.1 lists."""
    new, old = _alias(draft, legacy=True)
    new.service_name = draft.name()
    old.assignment_notes = ALIAS.format(new.service_name)
    return old, "assignment_notes"


@fault("AL013", SN002="a malformed name is accepted only where Section 10.1 lists it")
def legacy_name_not_in_table(draft: Draft) -> Place:
    """Another rule always finds the malformed name as well."""
    new, old = _alias(draft, legacy=True)
    name = draft.draw(
        invalid_service_names("SN002").filter(
            lambda name: (
                name not in LEGACY_NAMES
                and '"' not in name
                and SERVICE_NAME.fullmatch(well_formed(name)) is not None
            )
        )
    )
    old.service_name = name
    new.service_name = well_formed(name)
    old.assignment_notes = ALIAS.format(new.service_name)
    set_text(new, "description", f"{old.description}\n\n{REPLACEMENT.format(name)}")
    return old, "service_name"


@fault("AL014")
def alias_target_spelling(draft: Draft) -> Place:
    """The description of the service in the example does not acknowledge the alias."""
    new, old = _alias(draft)
    old.assignment_notes = ALIAS.format((new.service_name or "").swapcase())
    return old, "assignment_notes"


# -- whole registries -------------------------------------------------------------------------


@fault("PN010")
def port_not_covered(draft: Draft) -> Place:
    """The example is a registry of two statements, with no room for any other."""
    records = draft.arrange().records
    ranges = [
        record
        for record in records
        if record.description == "Unassigned" and "-" in (record.port_number or "")
    ]
    record = draft.pick(ranges)
    low, high = map(int, (record.port_number or "").split("-"))
    # With more than half of the ports missing it would not be a whole registry.
    missing = draft.draw(st.integers(1, min(high - low, 9999)))
    record.port_number = port_text(low, high - missing)
    return Ports(high - missing + 1, high), "port_number"


@fault("PN016")
def range_edge_not_reserved(draft: Draft) -> Place:
    """The example has the edges of the ranges, which each whole registry has already."""
    edge = draft.pick((0, SYSTEM_PORTS[1], *USER_PORTS))
    group = next(group for group in draft.groups if group.low == edge)
    for record in group.records:
        record.description = "Unassigned"
    return group.records[0], "port_number"


@fault("PN017")
def experimental_ports(draft: Draft) -> Place:
    """The example has an experimental port, which each whole registry has already."""
    port = draft.pick((1021, 1022))
    group = next(group for group in draft.groups if group.low == port)
    if draft.pick((True, False)):
        record = draft.pick(group.records)
        missing = draft.pick(("rfc4727", "rfc6335"))
        record.reference = tuple(cited for cited in record.reference if cited.data != missing)
        return record, "service_name"
    # Not tcp or udp: a twin would be missing as well.
    group.records.pop(draft.pick((2, 3)))
    return Ports(port, port), "port_number"


# -- order: a draft is put in order, and so would be the example ------------------------------


@fault("OR001")
def port_order(draft: Draft) -> Place:
    """A draft is put in order, and so would be the example."""
    services = draft.single("sctp"), draft.single("sctp")
    low, high = sorted(services, key=lambda record: int(record.port_number or ""))
    records = draft.arrange().records
    records.remove(low)
    records.insert(records.index(high) + 1, low)
    return low, "port_number"


@fault("OR003")
def name_order(draft: Draft) -> Place:
    """A draft is put in order, and so would be the example."""
    for _ in range(2):
        draft.portless(transports=("tcp",))
    records = draft.arrange().records
    portless = [record for record in records if record.service_name and not record.port_number]
    names = sorted({fold(record.service_name or "") for record in portless})
    name, following = draft.pick([*pairwise(names)])
    late = [record for record in portless if fold(record.service_name or "") == name][-1]
    early = [record for record in portless if fold(record.service_name or "") == following]
    records.remove(late)
    records.insert(records.index(early[-1]) + 1, late)
    return late, "service_name"


# -- the registry and the file: no writer writes these, so the text is edited ------------------


@fault("MD004")
def registry_empty(draft: Draft) -> Place:
    """The registry must have no records at all."""
    draft.arrange().records.clear()
    return None, None


@fault("MD005")
def registry_root(draft: Draft) -> Place:
    """A dump that is written has the right namespace."""
    namespace = draft.pick(("urn:example", "", "http://www.iana.org/assignment"))
    _edit(draft, lambda text: text.replace(f'"{NAMESPACE}"', f'"{namespace}"', 1))
    return None, None


def _edit(draft: Draft, edit: Callable[[str], str | bytes], form: str = "xml") -> None:
    """Write a registry of one service or more in `form`, and edit its text."""
    draft.service()
    draft.form = "csv" if form == "csv" else "json" if form == "json" else "xml"
    draft.edit = edit


@fault("FM001")
def broken_document(draft: Draft) -> Place:
    """What is written is a whole document."""
    end = draft.pick(("</registry>", "registry>", "y>"))
    _edit(draft, lambda text: text[: text.rindex(end)])
    return None, None


@fault("FM002")
def ragged_row(draft: Draft) -> Place:
    """The rows of what is written all have the same length."""
    record = draft.service().record
    row = 1 + draft.arrange().records.index(record)
    end = draft.pick((",", ",more", ""))

    def edit(text: str) -> str:
        # No cell of these registries has a CR.
        rows = text.split("\r\n")
        rows[row] = rows[row] + end if end else rows[row].rpartition(",")[0]
        return "\r\n".join(rows)

    draft.form, draft.edit = "csv", edit
    return record, None


@fault("FM003")
def unknown_column(draft: Draft) -> Place:
    """What is written has the columns of the registry."""

    def edit(text: str) -> str:
        head, *rows = text.split("\r\n")
        return "\r\n".join([f"{head},Color", *[f"{row}," for row in rows if row], ""])

    _edit(draft, edit, "csv")
    return None, None


@fault("FM004")
def missing_column(draft: Draft) -> Place:
    """What is written has all columns."""

    def edit(text: str) -> str:
        # The only column without which no other rule finds less or more.
        out = io.StringIO()
        rows = csv.reader(io.StringIO(text, newline=""))
        csv.writer(out).writerows([*row[:10], *row[11:]] for row in rows)
        return out.getvalue()

    _edit(draft, edit, "csv")
    return None, "known_unauthorized_uses"


@fault("FM005")
def encoding_error(draft: Draft) -> Place:
    """What is written is UTF-8."""
    draft.single().description = "Harbor caf\xe9 exchange"
    # As many bytes as the character that is read for them, so that all places stay the same.
    bad = draft.pick((b"\xf0\x9f\x98", b"\xf4\x8f\xbf"))
    draft.edit = lambda text: text.encode().replace("\xe9".encode(), bad)
    return None, None


def _edit_record(draft: Draft, record: Record, old: str, new: str) -> None:
    """Replace the first `old` in the XML of a record."""
    index = 1 + draft.arrange().records.index(record)

    def edit(text: str) -> str:
        pieces = text.split("  <record")
        pieces[index] = pieces[index].replace(old, new, 1)
        return "  <record".join(pieces)

    draft.edit = edit


@fault("FM006")
def unknown_element(draft: Draft) -> Place:
    """What is written has the elements of the registry."""
    record = draft.pick(draft.service().records)
    name = draft.pick(("color", "port", "Name"))
    _edit_record(draft, record, "    <description>", f"    <{name}>x</{name}>\n    <description>")
    return record, None


@fault("FM007")
def unknown_attribute(draft: Draft) -> Place:
    """What is written has the attributes of the registry."""
    record = draft.pick(draft.service().records)
    _edit_record(draft, record, "", f' {draft.pick(("color", "Date"))}="x"')
    return record, None


@fault("FM008")
def repeated_element(draft: Draft) -> Place:
    """What is written has each element once."""
    record = draft.single()
    number = f"    <number>{record.port_number}</number>\n"
    _edit_record(draft, record, "    <number>", f"{number}    <number>")
    return record, "port_number"


@fault("FM009")
def misplaced_element(draft: Draft) -> Place:
    """What is written has each element in its place."""
    record = draft.pick(draft.service().records)
    misplaced = draft.pick(("    loose words\n", "    <title>x</title>\n"))
    _edit_record(draft, record, "    <description>", f"{misplaced}    <description>")
    return record, None


@fault("FM010")
def forbidden_construct(draft: Draft) -> Place:
    """What is written has no document type."""
    declaration = draft.pick(("<!DOCTYPE registry>", '<!DOCTYPE registry [<!ENTITY a "b">]>'))
    _edit(draft, lambda text: text.replace("<registry", f"{declaration}\n<registry", 1))
    return None, None


@fault("FM011")
def schema_violation(draft: Draft) -> Place:
    """What is written fits the schema."""
    edits = (
        ('"format_version": 1', '"format_version": 7'),
        ('"records": [', '"color": 1, "records": ['),
    )
    old, new = draft.pick(edits)
    _edit(draft, lambda text: text.replace(old, new, 1), "json")
    return None, None
