"""A table by its headings: which columns it has, and what is wrong with its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from validator.model.record import KEY_FIELDS, Contact, Defect, Record
from validator.model.vocabulary import fold_heading, quoted

# Unknown headings that are reported, each with its place.
_UNKNOWN_LIMIT = 100


def find_columns(
    cells: Sequence[str],
    place: Callable[[int], int],
    start: int,
    fields: Mapping[str, str],
    required: Sequence[str],
) -> tuple[dict[str, int], list[Defect]]:
    """Return the index of the column of each field, and what is wrong with the headings.

    `cells` are the headings of the table, in a row that begins at `start`; `place` gives the offset
    of one.  `fields` has the headings of the registry.
    """
    columns: dict[str, int] = {}
    defects: list[Defect] = []
    by_heading = {heading.lower(): field for heading, field in fields.items()}
    faulty = 0
    for index, heading in enumerate(cells):
        field = by_heading.get(fold_heading(heading))
        if field is not None and field not in columns:
            columns[field] = index
            continue
        faulty += 1
        if faulty <= _UNKNOWN_LIMIT:
            defects.append(unknown_column(heading, place(index), field))
    if faulty > _UNKNOWN_LIMIT:
        defects[-1].message += f" (and {faulty - _UNKNOWN_LIMIT:,} more)"
    defects.extend(missing_columns(columns, start, fields, required))
    return columns, defects


def unknown_column(heading: str, offset: int, repeated: str | None = None) -> Defect:
    """Return the defect of a column; of the field `repeated` there is another one."""
    message = f"unknown column {quoted(heading)}"
    if repeated is not None:
        message = f"duplicate column {quoted(heading)}; only the first one is read"
    return Defect("FM003", message, offset, value=heading, hides=repeated in KEY_FIELDS)


def missing_columns(
    columns: Collection[str], start: int, fields: Mapping[str, str], required: Sequence[str]
) -> Iterator[Defect]:
    """Yield a defect for each required field that has no column."""
    heading_of = {field: heading for heading, field in fields.items()}
    for field in required:
        if field not in columns:
            message = f'missing column "{heading_of[field]}"'
            yield Defect("FM004", message, start, field=field)


def no_table() -> Defect:
    """Return the defect of a document without a table of records."""
    message = 'no table of records found: expected the headings "Service Name", "Port Number"'
    return Defect("FM004", message, 0)


def torn_row(cells: int, width: int, offset: int) -> Defect:
    """Return the defect of a row in which the document breaks off; the row itself is not read."""
    message = f"row has {cells} of {width} cells, and the document breaks off"
    if cells >= width:
        message = "document breaks off in the last cell of a row"
    return Defect("FM001", f"{message}; the row is not read", offset)


def ragged_row(
    about: Record | Contact,
    cells: Sequence[str],
    width: int,
    place: Callable[[int], int],
    uncut: int = 0,
) -> Defect:
    """Return the defect of a row with too few or too many cells; `place` is the offset of one.

    The last of many `cells` may be `uncut` cells more.
    """
    count = len(cells) + uncut
    noun = "cell" if count == 1 else "cells"
    message = f"row has {count} {noun}, expected {width}"
    if len(cells) < width:
        return Defect("FM002", message, about.offset, about)
    surplus = quoted(",".join(cells[width:]))
    return Defect("FM002", f"{message}; {surplus} is ignored", place(width), about)
