"""The CSV form as the registry publishes it: twelve columns, CRLF, cells without outer blanks."""

from __future__ import annotations

import csv
import io

from validator.model.vocabulary import COLUMN_HEADINGS, normal_space
from validator.writers import Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from validator.model.record import Citation, Dump
    from validator.model.registry import Registry

# The eleventh column under the heading it has today.
_HEADINGS = [heading for heading in COLUMN_HEADINGS if heading != "Known Unauthorized Uses"]


# What makes a spreadsheet take a cell for a formula, where it begins with one of them.
_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write(registry: Registry, *, for_spreadsheets: bool = False) -> Written:
    """Write the table of records; `losses` says what stands beside it.

    `for_spreadsheets` puts an apostrophe before cells that a spreadsheet would run as formulas.
    """
    dump = registry.dump
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    marked = 0
    # In a form that shows citations in brackets, a text is what stood outside of them.
    loose = "brackets" in dump.carries
    for record in dump.records:
        cells = [
            _cell(record.service_name),
            _cell(record.port_number),
            _cell(record.transport_protocol),
            _cell(record.description),
            _cited(registry.assignees(record), loose),
            _cited(record.contact, loose),
            _cell(record.registration_date),
            _cell(record.modification_date),
            _cited(record.reference, loose),
            _cell(record.service_code),
            _cell(record.known_unauthorized_uses),
            _cell(record.assignment_notes),
        ]
        if for_spreadsheets:
            for number, cell in enumerate(cells):
                if cell.startswith(_OF_FORMULAS):
                    cells[number] = f"'{cell}"
                    marked += 1
        writer.writerow(cells)
    losses = _losses(dump)
    if marked:
        many = "a cell is" if marked == 1 else f"{marked:,} cells are"
        losses.append(f"{many} marked with an apostrophe, which is none of the registry's")
    return Written(out.getvalue(), losses)


def _losses(dump: Dump) -> list[str]:
    held = [
        f"{len(entries):,} {what}{'' if len(entries) == 1 else 's'}"
        for entries, what in (
            (dump.contacts, "contact"),
            (dump.footnotes, "footnote"),
            (dump.notes, "note"),
        )
        if entries
    ]
    if dump.updated is not None:
        held.append("the date of the registry")
    return ["CSV has no room for " + ", ".join(held)] if held else []


def _cell(text: str | None) -> str:
    """A text line by line, white space folded in each, lines without words left out."""
    if not text:
        return ""
    if "\n" not in text:
        return normal_space(text)
    return "\n".join(line for line in map(normal_space, text.split("\n")) if line)


def _cited(citations: Iterable[Citation], loose: bool) -> str:
    return "".join(
        _cell(citation.display)
        if loose and citation.kind == "text"
        else f"[{_cell(citation.display)}]"
        for citation in citations
    )
