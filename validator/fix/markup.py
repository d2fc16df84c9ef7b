"""Where elements and attributes of an XML document begin and end, for those that are edited."""

from __future__ import annotations

import re

from validator.model.pattern import pattern

# A tag, or what is skipped as one: a comment, an instruction, a CDATA section.
TAG = pattern(
    rb"""<(?:!--(?:(?!-->).)*+-->|\?(?:(?!\?>).)*+\?>|!\[CDATA\[(?P<cdata>(?:(?!\]\]>).)*+)\]\]>
    |(?P<close>/?)(?:[^\s<>/:"'!?]++:)?+(?P<name>[^\s<>/:"'!?]++)
    (?:[^<>"'/]|"[^"]*+"|'[^']*+'|/(?!>))*+(?P<empty>/?)>)""",
    "sx",
)
_ATTRIBUTE = re.compile(rb"""\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*')""")
_BLANKS = b" \t"


def element_end(data: bytes, start: int) -> int | None:
    """Return where the element ends that begins at `start`; `None` where it does not end."""
    depth = 0
    at = start
    while at >= 0 and (tag := TAG.match(data, at)) is not None:
        if tag["name"] is not None and not tag["empty"]:
            depth += -1 if tag["close"] else 1
        if depth <= 0 and tag["name"] is not None:
            return tag.end()
        at = data.find(b"<", tag.end())
    return None


def whole_lines(data: bytes, start: int, stop: int) -> tuple[int, int]:
    """Return the lines of an element where nothing else is on them, else its own bounds."""
    line_start = start
    while line_start and data[line_start - 1 : line_start] in (b" ", b"\t"):
        line_start -= 1
    line_stop = stop
    while data[line_stop : line_stop + 1] and data[line_stop] in _BLANKS:
        line_stop += 1
    begins = not line_start or data[line_start - 1 : line_start] == b"\n"
    end = next((end for end in (b"\r\n", b"\n") if data.startswith(end, line_stop)), b"")
    if not begins or not end:
        return start, stop
    return line_start, line_stop + len(end)


def attribute_around(data: bytes, at: int) -> tuple[int, int] | None:
    """Return the bounds of the attribute whose value begins at `at`, with the blank before it."""
    tag = data.rfind(b"<", 0, at)
    for attribute in _ATTRIBUTE.finditer(data, max(tag, 0), data.find(b">", at) + 1):
        if attribute.start() < at < attribute.end():
            return attribute.span()
    return None


def empty_element_around(data: bytes, at: int, tag_name: bytes) -> tuple[int, int] | None:
    """Return the bounds of the element `tag_name` that begins at `at`, or whose content does.

    `None` where it has any content but white space.
    """
    tag = TAG.match(data, at)
    if tag is not None and tag["name"] == tag_name and tag["empty"]:
        return tag.span()
    start = data.rfind(b"<", 0, at)
    tag = TAG.match(data, start) if start >= 0 else None
    if tag is None or tag.end() != at or tag["name"] != tag_name:
        return None
    close = data.find(b"<", at)
    end = TAG.match(data, close) if close >= 0 else None
    if end is None or not end["close"] or data[at:close].strip():
        return None
    return start, end.end()
