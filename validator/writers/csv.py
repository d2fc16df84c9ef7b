"""The CSV form as the registry publishes it: twelve columns, CRLF, cells without outer blanks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from validator.model.record import Citation, Dump
from validator.model.registry import Registry
from validator.model.vocabulary import COLUMN_HEADINGS, normal_space
from validator.writers import Written

# The eleventh column under the heading it has today.
_HEADINGS = [heading for heading in COLUMN_HEADINGS if heading != "Known Unauthorized Uses"]
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write(registry: Registry, *, for_spreadsheets: bool = False) -> Written:
    """Write the table of records; `losses` says what CSV cannot hold.

    `for_spreadsheets` puts an apostrophe before cells that a spreadsheet would run as formulas.
    """
    dump = registry.dump
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    marked = 0
    # In a form with citations in brackets, a citation of kind text stood outside of them.
    has_brackets = "brackets" in dump.carries
    for record in dump.records:
        cells = [
            _cell(record.service_name),
            _cell(record.port_number),
            _cell(record.transport_protocol),
            _cell(record.description),
            _citations(registry.assignees(record), has_brackets),
            _citations(record.contact, has_brackets),
            _cell(record.registration_date),
            _cell(record.modification_date),
            _citations(record.reference, has_brackets),
            _cell(record.service_code),
            _cell(record.known_unauthorized_uses),
            _cell(record.assignment_notes),
        ]
        if for_spreadsheets:
            for number, cell in enumerate(cells):
                if cell.startswith(_FORMULA_SIGNS):
                    cells[number] = f"'{cell}"
                    marked += 1
        writer.writerow(cells)
    losses = _losses(dump)
    if marked:
        cells_begin = "1 cell begins" if marked == 1 else f"{marked:,} cells begin"
        losses.append(f"{cells_begin} with an added apostrophe, against formulas in spreadsheets")
    return Written(out.getvalue(), losses)


def _losses(dump: Dump) -> list[str]:
    lost = [
        f"{len(entries):,} {what}{'' if len(entries) == 1 else 's'}"
        for entries, what in (
            (dump.contacts, "contact"),
            (dump.footnotes, "footnote"),
            (dump.notes, "note"),
        )
        if entries
    ]
    if dump.updated is not None:
        lost.append("the date of the registry")
    return ["left out of the CSV: " + ", ".join(lost)] if lost else []


def _cell(text: str | None) -> str:
    """A text line by line, white space folded in each, lines without words left out."""
    if not text:
        return ""
    if "\n" not in text:
        return normal_space(text)
    return "\n".join(line for line in map(normal_space, text.split("\n")) if line)


def _citations(citations: Iterable[Citation], has_brackets: bool) -> str:
    return "".join(
        _cell(citation.display)
        if has_brackets and citation.kind == "text"
        else f"[{_cell(citation.display)}]"
        for citation in citations
    )
