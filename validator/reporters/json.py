"""The report as one JSON document, each input and each finding on a line of its own.

`schemas/report.schema.json` describes it.  All that is not printable ASCII is escaped.
"""

from __future__ import annotations

from itertools import islice
from json import JSONEncoder
from types import GeneratorType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
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
    findings = iter(report)
    sign = "\n"
    while lines := [encoded(finding.to_dict()) for finding in islice(findings, _CHUNK)]:
        yield sign + ",\n".join(lines)
        sign = ",\n"
    yield "\n]" if sign[0] == "," else "]"
    for key, value in report.tail().items():
        yield f',\n"{key}": {encoded(value)}'
    yield "\n}\n"


def document(values: dict[str, Any]) -> Iterator[str]:
    """Yield another document in the same way: items of lists at its top on lines of their own.

    A generator is written as a list, also inside an item of another one, and what it makes is in
    memory for a moment only.
    """
    before = "{"
    for key, value in values.items():
        yield f'{before}\n"{key}": '
        if isinstance(value, GeneratorType):
            sign = "[\n"
            for item in value:
                yield sign
                yield from _item(item)
                sign = ",\n"
            yield "\n]" if sign[0] == "," else "[]"
        else:
            yield _lines(value) if isinstance(value, list) else encoded(value)
        before = ","
    yield "\n}\n"


def _item(item: dict[str, Any]) -> Iterator[str]:
    """Yield an item on one line."""
    before = "{"
    for key, value in item.items():
        yield f'{before}"{key}": '
        if isinstance(value, GeneratorType):
            sign = "["
            while batch := list(islice(value, _CHUNK)):
                yield sign + encoded(batch)[1:-1]
                sign = ", "
            yield "]" if sign[0] == "," else "[]"
        else:
            yield encoded(value)
        before = ", "
    yield "}"


def _lines(items: list[Any]) -> str:
    return "[\n" + ",\n".join(map(encoded, items)) + "\n]" if items else "[]"


def encoded(value: object) -> str:
    """Return `value` as JSON in ASCII, without control characters."""
    return _encode(value)
