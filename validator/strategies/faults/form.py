"""FM: the file itself."""

from __future__ import annotations

import csv
import io

from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Record
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


def _in_record(draft: Draft, record: Record, old: str, new: str) -> None:
    """Replace, in the XML of a record, the first `old`."""
    place = next(place for place, other in enumerate(draft.lay_out(), 1) if other is record)

    def edit(text: str) -> str:
        pieces = text.split("  <record")
        pieces[place] = pieces[place].replace(old, new, 1)
        return "  <record".join(pieces)

    draft.edit = edit


@breaks("FM001")
def broken_document(draft: Draft) -> Blame:
    draft.service()
    end = draft.pick(("</registry>", "registry>", "y>"))
    draft.edit = lambda text: text[: text.rindex(end)]
    return None, None


def _row(draft: Draft, change: str) -> Record:
    """Make the row of a record in CSV another."""
    record = draft.service().record
    number = next(place for place, other in enumerate(draft.lay_out(), 1) if other is record)
    draft.form = "csv"

    def edit(text: str) -> str:
        # No cell of these registries has CR in it.
        rows = text.split("\r\n")
        rows[number] = rows[number] + change if change else rows[number].rpartition(",")[0]
        return "\r\n".join(rows)

    draft.edit = edit
    return record


@breaks("FM002")
def ragged_row(draft: Draft) -> Blame:
    return _row(draft, draft.pick((",", ",more", ""))), None


def _heading(draft: Draft, old: str, new: str) -> Blame:
    draft.service()
    draft.form = "csv"
    draft.edit = lambda text: text.replace(old, new, 1)
    return None, None


@breaks("FM003")
def unknown_column(draft: Draft) -> Blame:
    draft.service()
    draft.form = "csv"

    def edit(text: str) -> str:
        head, *rows = text.split("\r\n")
        return "\r\n".join([f"{head},Colour", *[f"{row}," for row in rows if row], ""])

    draft.edit = edit
    return None, None


@breaks("FM004")
def missing_column(draft: Draft) -> Blame:
    draft.service()
    draft.form = "csv"

    def edit(text: str) -> str:
        # The one column that no rule asks for anything else but what it holds.
        rows = csv.reader(io.StringIO(text, newline=""))
        out = io.StringIO()
        csv.writer(out).writerows([*row[:10], *row[11:]] for row in rows)
        return out.getvalue()

    draft.edit = edit
    return None, "known_unauthorized_uses"


@breaks("FM005", along={"TX004": "U+FFFD stands where the byte was"})
def encoding_error(draft: Draft) -> Blame:
    record = draft.single()
    record.description = "Harbor caf\xe9 exchange"
    draft.edit = lambda text: text.encode().replace("caf\xe9".encode(), b"caf\xe9")
    return None, None


@breaks("FM006")
def unknown_element(draft: Draft) -> Blame:
    record = draft.pick(draft.service().records)
    name = draft.pick(("colour", "port", "Name"))
    _in_record(draft, record, "    <description>", f"    <{name}>x</{name}>\n    <description>")
    return record, None


@breaks("FM007")
def unknown_attribute(draft: Draft) -> Blame:
    record = draft.pick(draft.service().records)
    _in_record(draft, record, "", f' {draft.pick(("colour", "Date"))}="x"')
    return record, None


@breaks("FM008")
def repeated_element(draft: Draft) -> Blame:
    record = draft.single()
    _in_record(
        draft, record, "    <number>", f"    <number>{record.port_number}</number>\n    <number>"
    )
    return record, "port_number"


@breaks("FM009")
def misplaced_element(draft: Draft) -> Blame:
    record = draft.pick(draft.service().records)
    wrong = draft.pick(("    loose words\n", "    <title>x</title>\n"))
    _in_record(draft, record, "    <description>", f"{wrong}    <description>")
    return record, None


@breaks("FM010")
def forbidden_construct(draft: Draft) -> Blame:
    draft.service()
    kind = draft.pick(("<!DOCTYPE registry>", '<!DOCTYPE registry [<!ENTITY a "b">]>'))
    draft.edit = lambda text: text.replace("<registry", f"{kind}\n<registry", 1)
    return None, None


@breaks("FM011")
def schema_violation(draft: Draft) -> Blame:
    draft.service()
    draft.form = "json"
    old, new = draft.pick(
        (
            ('"format_version": 1', '"format_version": 7'),
            ('"records": [', '"colour": 1, "records": ['),
        )
    )
    draft.edit = lambda text: text.replace(old, new, 1)
    return None, None
