"""The report as one JSON document, each input and each finding on a line of its own.

`schemas/report.schema.json` describes it.  All that is not printable ASCII is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from json import JSONEncoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from validator.engine.report import Report
    from validator.reporters import Style

_encode = JSONEncoder(check_circular=False).encode
# As one text the findings would be in memory three times over.
_CHUNK = 500


def render(report: Report, _style: Style) -> Iterator[str]:
    head = report.head()
    inputs = head.pop("inputs")
    yield "{\n"
    for key, value in head.items():
        yield f'"{key}": {encoded(value)},\n'
    yield f'"inputs": {_lines(inputs)},\n'
    yield '"findings": ['
    findings = report.findings
    for start in range(0, len(findings), _CHUNK):
        lines = [encoded(finding.to_dict()) for finding in findings[start : start + _CHUNK]]
        yield ("\n" if not start else ",\n") + ",\n".join(lines)
    yield "\n]" if findings else "]"
    for key, value in report.tail().items():
        yield f',\n"{key}": {encoded(value)}'
    yield "\n}\n"


def document(values: dict[str, Any]) -> Iterator[str]:
    """Yield another document in the same way: items of lists at its top on lines of their own.

    An iterator is written as a list, also inside an item, and what it makes is in memory for a
    moment only.
    """
    separator = "{"
    for key, value in values.items():
        yield f'{separator}\n"{key}": '
        if isinstance(value, Iterator):
            yield from _joined((_pieces(item) for item in value), "[\n", ",\n", "\n]")
        else:
            yield _lines(value) if isinstance(value, list) else encoded(value)
        separator = ","
    yield "\n}\n"


def _pieces(value: Any) -> Iterator[str]:
    """Yield `value` on one line, the iterators in a mapping as lists."""
    if isinstance(value, Iterator):
        yield from _joined(map(_pieces, value), "[", ", ", "]")
    elif isinstance(value, dict) and any(isinstance(part, Iterator) for part in value.values()):
        members = (chain([f'"{key}": '], _pieces(part)) for key, part in value.items())
        yield from _joined(members, "{", ", ", "}")
    else:
        yield encoded(value)


def _joined(items: Iterable[Iterator[str]], start: str, separator: str, end: str) -> Iterator[str]:
    """Yield the pieces of all items; without items only the signs of an empty list."""
    is_empty = True
    for item in items:
        yield start if is_empty else separator
        yield from item
        is_empty = False
    yield start.strip() + end.strip() if is_empty else end


def _lines(items: list[Any]) -> str:
    return "[\n" + ",\n".join(map(encoded, items)) + "\n]" if items else "[]"


def encoded(value: object) -> str:
    """Return `value` as JSON in ASCII, without control characters."""
    # DEL is ASCII, and a control character all the same.
    return _encode(value).replace("\x7f", "\\u007f")
