"""What a file looks like that is not what a command reads: one sentence that helps.

For dumps this is loaded only where a file could not be recognized.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from validator.errors import nearest
from validator.model.pattern import pattern
from validator.model.vocabulary import COLUMN_HEADINGS, RECORD_FIELDS, fold_heading, quoted

# How much of a file is looked at: for the headings of text, and for all else.
_FAR = 1 << 16
_NEAR = 4096
_LINES = 50
_MOST_HEADINGS = 20
_NEEDED = ("Service Name", "Port Number")
_TITLE = "Service Name and Transport Protocol Port Number Registry"
_HEADINGS = {heading.lower(): heading for heading in COLUMN_HEADINGS}
# Words that lists of ports use for the headings of the registry.
_SYNONYMS = {
    "name": "Service Name",
    "service": "Service Name",
    "keyword": "Service Name",
    "port": "Port Number",
    "ports": "Port Number",
    "decimal": "Port Number",
    "number": "Port Number",
    "protocol": "Transport Protocol",
    "transport": "Transport Protocol",
}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# The first headings of CSV files of other registries of the IANA.
_OTHER_REGISTRIES = {
    ("decimal", "keyword", "protocol"): "Protocol Numbers",
    ("ethertype (decimal)", "ethertype (hex)"): "Ether Types",
}
# The headings of the plain-text form with the blanks between columns lost, as a page copied from a
# browser has them.
_FLATTENED = pattern(rb"^Service Name Port Number Transport Protocol ", "m")
_REQUEST = pattern(
    rb"^[ \t{-]*+[\"']?(?:service_name|transport_protocols|requests)[\"']?[ \t]*+[:=]", "m"
)
_CONFIGURATION = pattern(
    rb"^\[(?:tool\.ianalint[\w.-]*+|severity|per-file[\w-]*+|waive)\]"
    rb"|^(?:select|ignore|extend-\w++|fail-on|legacy(?:-cutoff)?|baseline|max-\w++)[ \t]*+=",
    "m",
)
_PORT_NUMBERS = pattern(rb"^[ \t]*+Keyword[ \t]++Decimal[ \t]++Description", "m")
_JSON_DUMP = pattern(
    rb'(?:\xef\xbb\xbf)?\s*+\{\s*+"(?:\$schema"\s*+:\s*+"urn:ianalint:schema:registry|records"\s*+:\s*+\[)'
)
_FAILURE = pattern(
    rb"\s*+(?:(?:HTTP/[0-9.]++ |Error:? ?)?[45][0-9]{2}\b|not found|access denied|forbidden"
    rb"|too many requests|rate limit|service unavailable|bad gateway)",
    "i",
)
_LONGEST_FAILURE = 1000
_PORT = pattern(r"[0-9]{1,5}(?:-[0-9]{1,5})?", "a")
_TRANSPORTS = ("tcp", "udp", "sctp", "dccp", "")
_PAGE_TITLE = re.compile(rb"<(h1|title)\b[^>]{0,200}>([^<]{1,200})<", re.IGNORECASE)
_TEXT_TITLE = re.compile(rb"\A\s*+(\S[^\n]{2,200})\n+ {1,8}Last Updated *\n")


def appearance(data: bytes) -> str:
    """Return a sentence, without a full stop, about what a file of no form looks like."""
    head = data[:_NEAR]
    for look in _LOOKS:
        sentence = look(data, head)
        if sentence:
            return sentence
    first = head.strip().split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    return f"Its first line is {quoted(first, limit=200)}"


def begins_like_registry(data: bytes) -> bool:
    """Say whether a file of no form begins like a dump of the registry that was damaged.

    It has the title of the text form, a line of the registry's headings, or rows of its CSV.
    """
    text = data[:_NEAR].decode("utf-8", "replace")
    first = _first_line(text)
    return (
        first.strip() == _TITLE
        or first.lower().startswith("service name,")
        or _is_row_of_registry(first)
        or any(map(_has_most_headings, text.splitlines()[:_LINES]))
    )


def is_registry(data: bytes) -> bool:
    """Say whether a file is a dump of the registry in CSV, text or JSON, damaged or not.

    A list of ports may share some headings with it; a dump has most of them in its first line.
    """
    from validator.readers import recognize

    first = _first_line(data[:_NEAR].decode("utf-8", "replace"))
    return (
        first.strip() == _TITLE
        or _has_most_headings(first)
        or _is_row_of_registry(first)
        or _JSON_DUMP.match(data) is not None
        or recognize(data) == "txt"
    )


def _first_line(text: str) -> str:
    lines = text.lstrip("\ufeff").splitlines()
    return next((line for line in lines if line.strip()), "")


def _is_row_of_registry(line: str) -> bool:
    return line.count(",") >= len(RECORD_FIELDS) - 1 and bool(_rows_alone(line))


def _has_most_headings(line: str) -> bool:
    cells = {fold_heading(cell) for separator in ",;\t" for cell in _cells(line, separator)}
    return len(cells & _HEADINGS.keys()) > len(RECORD_FIELDS) // 2


def page_appearance(data: bytes) -> str:
    """Return a sentence about a page of HTML that has no table of the registry."""
    titles = {match[1].lower(): match[2] for match in _PAGE_TITLE.finditer(data[:_FAR])}
    title = titles.get(b"h1", titles.get(b"title", b"")).decode("utf-8", "replace").strip()
    called = f" {quoted(title, limit=200)}" if title else ""
    if b'"table-' in data[:_FAR]:
        what = f":{called}" if called else ""
        return f"It looks like a page of another registry of the IANA{what}"
    return (
        f"It looks like a web page{called} without the table of the registry,"
        " such as the error page of a server"
    )


def _page(data: bytes, _head: bytes) -> str:
    if _FLATTENED.search(data[:_FAR]):
        return "It looks like a page copied as text, which has lost its columns"
    return ""


def _binary(_data: bytes, head: bytes) -> str:
    return "It looks like a binary file" if b"\0" in head else ""


def _failure(data: bytes, head: bytes) -> str:
    if len(data) <= _LONGEST_FAILURE and _FAILURE.match(head):
        first = head.strip().split(b"\n", 1)[0].decode("utf-8", "replace").strip()
        return f"It looks like the answer of a server that failed: {quoted(first, limit=200)}"
    return ""


def _port_numbers(data: bytes, _head: bytes) -> str:
    if _PORT_NUMBERS.search(data[:_FAR]):
        return (
            "It looks like the port-numbers text of before 2011 (keyword, decimal, description),"
            " which is not read"
        )
    return ""


def request_appearance(data: bytes) -> str:
    """Return a sentence about a file that may be a request; "" about any other."""
    if _REQUEST.search(data[:_NEAR]):
        return 'It looks like a request, which "ianalint request" checks'
    return ""


def _request(data: bytes, _head: bytes) -> str:
    return request_appearance(data)


def _configuration(_data: bytes, head: bytes) -> str:
    if _CONFIGURATION.search(head):
        return "It looks like a configuration of ianalint, which --config names"
    return ""


def _other_text(_data: bytes, head: bytes) -> str:
    title = _TEXT_TITLE.match(head)
    if title is None:
        return ""
    name = title[1].strip().decode("utf-8", "replace")
    return f"It looks like the text of another registry of the IANA: {quoted(name, limit=200)}"


def _table(_data: bytes, head: bytes) -> str:
    """A table with commas, or with something else instead, and where its headings are."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    lines = text.splitlines()[:_LINES]
    rows = [(at, line) for at, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        return ""
    for at, line in rows:
        for separator, noun in _SEPARATORS.items():
            if _has_headings(_cells(line, separator)):
                return f"The headings in line {at} are separated by {noun}, expected commas"
        if at > rows[0][0] and _has_headings(_cells(line, ",")):
            first = quoted(rows[0][1].strip(), limit=80)
            return f"The headings are in line {at}; remove the lines before them, such as {first}"
    return _rows_alone(rows[0][1]) or _other_headings([line for _, line in rows])


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]


def _has_headings(cells: Sequence[str]) -> bool:
    known = {_HEADINGS.get(fold_heading(cell)) for cell in cells}
    return known.issuperset(_NEEDED)


def _rows_alone(line: str) -> str:
    """The first row of the registry's CSV without headings."""
    cells = _cells(line, ",")
    is_row = len(cells) > 3 and cells[2].lower() in _TRANSPORTS and _PORT.fullmatch(cells[1])
    if not is_row:
        return ""
    return "It looks like rows of the registry's CSV without the row of headings"


def _other_headings(lines: Sequence[str]) -> str:
    headings = _headings(lines)
    lower = tuple(heading.lower() for heading in headings)
    for beginning, name in _OTHER_REGISTRIES.items():
        if lower[: len(beginning)] == beginning:
            return f"It looks like the table of another registry of the IANA: {quoted(name)}"
    missing = [heading for heading in _NEEDED if heading.lower() not in lower]
    if not missing or not headings:
        return ""
    words = ", ".join(quoted(heading, limit=80) for heading in headings)
    hints = "".join(
        f"; {quoted(near)} may be {quoted(right)}" for near, right in _nearest(headings)
    )
    columns = " and ".join(quoted(heading) for heading in missing)
    noun = "columns" if len(missing) > 1 else "column"
    return f"It looks like a table without the {noun} {columns}. Its headings are {words}{hints}"


def _headings(lines: Sequence[str]) -> list[str]:
    """The headings of a table whose rows have as many separators; none for lines of words."""
    separator = max(",;\t|", key=lines[0].count)
    count = lines[0].count(separator)
    rows = lines[1:] or lines
    if not count or all(row.count(separator) < count for row in rows):
        return []
    return [cell for cell in _cells(lines[0], separator)[:_MOST_HEADINGS] if cell]


def _nearest(headings: Sequence[str]) -> list[tuple[str, str]]:
    """The headings that may be meant for others, with these."""
    pairs: list[tuple[str, str]] = []
    for heading in headings:
        words = fold_heading(heading)
        if words not in _HEADINGS:
            right = _SYNONYMS.get(words) or nearest(words, COLUMN_HEADINGS)
            if right is not None and right not in headings:
                pairs.append((heading, right))
    return pairs


_LOOKS: tuple[Callable[[bytes, bytes], str], ...] = (
    _page, _binary, _failure, _port_numbers, _request, _configuration, _other_text, _table,
)  # fmt: skip
