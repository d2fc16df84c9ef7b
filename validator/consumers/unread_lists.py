"""Lists of ports in Markdown that are no tables of it: in bullets, HTML or a grid of signs."""

from __future__ import annotations

import re

from validator.consumers.tables import lines_outside_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = rb"[1-9][0-9]{3,4}(?![\w.-])"
# A bullet with a port: `8001`, ": 8001", "port 8001", "8001/tcp"; a link is none.
_BULLET = re.compile(
    rb"^[ \t]*+(?:[-*+]|[0-9]{1,3}[.)])[ \t](?=[^\n]*?(?:[1-9][0-9]{1,4}/(?:tcp|udp)\b"
    rb"|\bports?\b[^\n0-9]{0,20}[1-9][0-9]{1,4}\b|`" + _NUMBER + rb"`"
    rb"|(?:[:=]|[ \t*`](?:-|\xe2\x80[\x93\x94]|->|\xe2\x86\x92))[ \t*`]*+"
    + _NUMBER
    + rb"))[^\n]*+",
    re.MULTILINE | re.IGNORECASE,
)
_HTML_CELL = re.compile(rb"<td\b[^>\n]{0,200}+>[ \t]*+(?:<code>)?" + _NUMBER, re.IGNORECASE)
_GRID = re.compile(rb"^[ \t]*+\+(?:[-=]{3,}+\+)++[ \t\r]*+$", re.MULTILINE)
_LISTS = (
    (_BULLET, "lines with ports in bullets"),
    (_HTML_CELL, "cells with ports in an HTML table"),
    (_GRID, "lines with ports in a table of + and -"),
)


def unread_lists(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield where ports begin that are in no table of Markdown, and what they are in."""
    for pattern, form in _LISTS:
        lines = [(at, number) for _, at, number in lines_outside_code(data, pattern)]
        if len(lines) > 1:
            first, last = lines[0][1], lines[-1][1]
            where = f"line {first}" if first == last else f"lines {first} to {last}"
            yield (
                lines[0][0],
                f"{len(lines)} {form} ({where}) are not read: a list is a table with a name and a"
                " port column",
            )
