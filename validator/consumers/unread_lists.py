"""Lists of ports in Markdown that are no tables of it: in bullets, HTML or a grid of signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.consumers.tables import lines_outside_code

_NUMBER = rb"[1-9][0-9]{3,4}(?![\w.-])"
_NO_YEAR = rb"(?!(?:19|20)[0-9]{2}(?![0-9]))" + _NUMBER
# A bullet with a port: `8001`, ": 8001", "(8001)", "port 8001", "8001/tcp"; a link is none.
_PORT_IN_BULLET = (
    rb"[^\n]*?(?:[1-9][0-9]{1,4}/(?:tcp|udp)\b|\b(?:tcp|udp)[ /:][1-9][0-9]{1,4}\b"
    rb"|\bports?\b[^\n0-9]{0,20}[1-9][0-9]{1,4}\b"
    rb"|`" + _NUMBER + rb"`|\(" + _NO_YEAR + rb"\)"
    rb"|(?:[:=]|[ \t*`](?:-|\xe2\x80[\x93\x94]|->|\xe2\x86\x92))[ \t*`]*+" + _NUMBER + rb")"
)
# One that begins with the port, and one of a word or two and the port.
_PORT_FIRST = rb"[*`]*+" + _NO_YEAR + rb"[*`]*+(?:[ \t]*+[:=]|[ \t]++[^\s\d])"
_PORT_LAST = rb"(?!RFC )(?:[^\s\d]\S*+[ \t]++){1,2}[*`]*+" + _NO_YEAR + rb"[*`]*+[ \t\r]*+$"
_BULLET = re.compile(
    rb"^[ \t]*+(?:[-*+]|[0-9]{1,3}[.)])[ \t](?="
    + rb"|".join((_PORT_FIRST, _PORT_LAST, _PORT_IN_BULLET))
    + rb")[^\n]*+",
    re.MULTILINE | re.IGNORECASE,
)
# One such line is enough.
_NAME_AND_PORT = re.compile(rb"[ \t]*+[-*+][ \t]++" + _PORT_LAST, re.IGNORECASE)
_HTML_CELL = re.compile(rb"<td\b[^>\n]{0,200}+>[ \t]*+(?:<code>)?" + _NUMBER, re.IGNORECASE)
_GRID = re.compile(rb"^[ \t]*+\+(?:[-=]{3,}+\+)++[ \t\r]*+$", re.MULTILINE)
_PORT = re.compile(rb"(?<![\w.-])" + _NO_YEAR)
_LISTS = (
    (_BULLET, "lines with ports in bullets"),
    (_HTML_CELL, "cells with ports in an HTML table"),
    (_GRID, "lines with ports in a table of + and -"),
)


def unread_lists(data: bytes) -> Iterator[tuple[int, str, list[int]]]:
    """Yield where ports begin that are in no table of Markdown, what they are in, and which.

    Numbers that may be years are none of them.
    """
    for pattern, form in _LISTS:
        lines = [*lines_outside_code(data, pattern)]
        if len(lines) > 1 or (lines and _NAME_AND_PORT.fullmatch(lines[0][0])):
            (_, at, first), (text, start, last) = lines[0], lines[-1]
            parts = (
                [data[at : start + len(text)]] if pattern is _GRID else [line[0] for line in lines]
            )
            numbers = (number for part in parts for number in _PORT.findall(part))
            where = f"line {first}" if first == last else f"lines {first} to {last}"
            what = f"{len(lines)} {form} ({where}) are"
            if len(lines) == 1:
                what = f"1 {form.replace('lines', 'line')} ({where}) is"
            message = f"{what} not read: a list is a table with a name and a port column"
            yield at, message, [int(number) for number in numbers]
