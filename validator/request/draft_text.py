"""The IANA Considerations of a draft in plain text or Markdown, as sections of lines and tables.

Pages are undone: footers, headers and form feeds go, and a value goes on behind them.  Every line
is looked at a fixed number of times.
"""

from __future__ import annotations

from itertools import chain, pairwise

import regex

from validator.request.passages import (
    BLANK,
    IANA_TITLE,
    MOST_LINES,
    Line,
    Passage,
    Section,
    Table,
    TooLong,
    joined,
)
from validator.request.template import label_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.request.passages import Row

# Where a page ends.
_PAGE = Line(BLANK.passage)
_FOOTER = regex.compile(r"\S.{0,200}\[Page\s++[0-9ivxlc]{1,6}\]\s*+", regex.IGNORECASE)
_HEADER = regex.compile(
    r"(?:RFC\s++[0-9]{1,5}|Internet-Draft)\s.{0,120}\s(?:19|20)[0-9]{2}\s*+", regex.IGNORECASE
)
_NUMBERED = regex.compile(
    r"(?:(?:Appendix\s++)?[A-Z](?=[.:])|[0-9]{1,3})((?:\.[0-9]{1,3})*+)[.:]?\s++(\S.{0,200})"
)
_TO_A_PAGE = regex.compile(r"(?:\s?\.){3,}|\.\s*+[0-9]{1,4}\s*+\Z|\s{3,}[0-9]{1,4}\s*+\Z")
_ATX = regex.compile(r"(?:(#{1,6})|\.#)[ \t]++(\S.{0,300})")
_UNDERLINE = regex.compile(r"(?:={3,}|-{3,})\s*+")
_PARTITION = regex.compile(
    r"---\s++(?:abstract|middle|back|note_\w{1,60})\s*+|\{\w{1,20}matter\}\s*+"
)
_FRONT_MATTER = regex.compile(rb"(---|%%%|\+\+\+)[ \t]*+\r?\n")
_FRONT_MATTER_END = {
    b"---": regex.compile(
        rb"^---(?:[ \t]++(?:abstract|middle|back)\b.{0,20})?[ \t]*+\r?$", regex.MULTILINE
    ),
    b"%%%": regex.compile(rb"^%%%[ \t]*+\r?$", regex.MULTILINE),
    b"+++": regex.compile(rb"^\+\+\+[ \t]*+\r?$", regex.MULTILINE),
}
_FENCE = regex.compile(r"(`{3,}|~{3,})")
_ANCHOR = regex.compile(r"\s*+\{[:#][^{}]{0,200}\}\s*+\Z|\s++#++\s*+\Z")
_OWN_NUMBER = regex.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})*+\.?\s++")
_ATTRIBUTES = regex.compile(r"\{:[^{}]{0,200}\}\s*+")
_DEFINITION = regex.compile(r":[ \t]++(?=\S)")
_BORDER_MARKS = ("--", "==", ":-", "-:", "|-|")
_FIELDS_APART = regex.compile(r"[ ]{2,}|\t[ \t]*+")
# What is longer is no row of a table that anybody reads.
_LONGEST_ROW = 2000
_MOST_CELLS = 40
_CELL_END = regex.compile(r"(?:[^|\\]++|\\.)*+")


def markdown_sections(data: bytes) -> list[Section]:
    """Return the IANA Considerations sections of a document in kramdown-rfc, mmark or the like.

    Lines end at LF alone.  Raises `TooLong`.
    """
    return list(_markdown(_lines(_uncommented(data), _behind_front_matter(data))))


def plain_sections(data: bytes) -> list[Section]:
    """Return the IANA Considerations sections of an Internet-Draft or RFC in plain text.

    Lines end at LF alone.  Raises `TooLong`.
    """
    lines = data.count(b"\n") - data.count(b"\n\n") - data.count(b"\n\r\n")
    indented = data.count(b"\n ") * 2 > lines
    return _plain(_unpaged(_lines(data, 0)), indented)


def _lines(data: bytes, at: int) -> Iterator[Line]:
    """Yield the lines from byte `at` on; one with a form feed and nothing else as `_PAGE`."""
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        text = data[at:end].decode("utf-8", "replace")
        if "\f" in text:
            text = text.replace("\f", " ")
            if not text.strip():
                yield _PAGE
                at = end + 1
                continue
        stripped = text.lstrip()
        if stripped:
            before = text[: len(text) - len(stripped)]
            indent = len(before) if before.isspace() and "\t" not in before else 0
            if "\t" in before:
                indent = len(before.expandtabs(4))
            passage = Passage(stripped.rstrip(), [(0, at + len(before.encode()))])
            yield Line(passage, indent)
        else:
            yield BLANK
        at = end + 1


def _uncommented(data: bytes) -> bytes:
    """Blank out comments, so that what stands in one is never asked for."""
    if b"<!--" not in data:
        return data
    pieces: list[bytes] = []
    at = 0
    while (start := data.find(b"<!--", at)) >= 0:
        end = data.find(b"-->", start + 4)
        end = len(data) if end < 0 else end + 3
        pieces.append(data[at:start])
        pieces.append(bytes(byte if byte in b"\r\n" else 0x20 for byte in data[start:end]))
        at = end
    pieces.append(data[at:])
    return b"".join(pieces)


# -- plain text ---------------------------------------------------------------------------------


def _unpaged(lines: Iterable[Line]) -> Iterator[Line]:
    """Leave out what stands between two pages; where a sentence ended, a blank line stays."""
    turning = False
    blanks = 0
    ended = ""
    for line in lines:
        text = line.passage.text
        if line is _PAGE or (text.endswith("]") and _FOOTER.fullmatch(text)):
            turning = True
        elif not text:
            blanks += 1
        elif not turning or line.indent or not _HEADER.fullmatch(text):
            if turning:
                blanks = 1 if ended in ".:" else 0
            # More than two mean no more than two.
            yield from [BLANK] * min(blanks, 2)
            turning = False
            blanks = 0
            ended = text[-1]
            yield line


def _plain(lines: Iterable[Line], indented: bool) -> list[Section]:
    sections: list[Section] = []
    inside = False
    level = 0
    held: list[Line] = []
    for line in lines:
        heading = _plain_heading(line, indented)
        if heading is None:
            if inside:
                _hold(held, line)
            continue
        if inside:
            sections[-1].parts = _with_tables(held)
            held = []
        depth, title = heading
        if inside and depth <= level:
            inside = False
        if not inside and IANA_TITLE.search(title):
            inside, level = True, depth
        if inside:
            sections.append(Section(title))
    if inside:
        sections[-1].parts = _with_tables(held)
    return sections


def _hold(held: list[Line], line: Line) -> None:
    if len(held) >= MOST_LINES:
        raise TooLong
    held.append(line)


def _plain_heading(line: Line, indented: bool) -> tuple[int, str] | None:
    text = line.passage.text
    if not text or line.indent or _TO_A_PAGE.search(text[-120:]):
        return None
    found = _NUMBERED.fullmatch(text)
    if found is not None and found[2][0].isalpha():
        return 1 + found[1].count("."), found[2]
    # Where the text is indented, what is not is a heading.
    return (1, text) if indented and len(text) < 100 else None


# -- Markdown -----------------------------------------------------------------------------------


def _markdown(lines: Iterable[Line]) -> Iterator[Section]:
    section: Section | None = None
    held: list[Line] = []
    level = 0
    fence = ""
    for line, below in pairwise(chain(lines, [BLANK])):
        text = line.passage.text
        if fence:
            if text.startswith(fence) and not text.strip(fence[0]):
                fence = ""
                line = BLANK
        elif line.indent < 4 and (opening := _FENCE.match(text)) is not None:
            fence = opening[1]
            line = BLANK
        else:
            heading = _markdown_heading(line, below)
            if heading is not None:
                if section is not None:
                    section.parts = _with_tables(_defined(held))
                    yield section
                held = []
                depth, title = heading
                if section is not None and depth > level:
                    section = Section(title)
                elif IANA_TITLE.search(title):
                    section, level = Section(title), depth
                else:
                    section = None
                continue
            line.literal = line.indent >= 4
        if section is not None:
            _hold(held, line)
    if section is not None:
        section.parts = _with_tables(_defined(held))
        yield section


def _markdown_heading(line: Line, below: Line) -> tuple[int, str] | None:
    text = line.passage.text
    if not text or line.indent > 3:
        return None
    heading = _ATX.fullmatch(text)
    if heading is not None:
        depth, title = len(heading[1] or "#"), heading[2]
    elif _PARTITION.fullmatch(text):
        return 1, ""
    elif _is_underline(below) and not _is_underline(line) and "|" not in text:
        depth, title = (1 if below.passage.text[0] == "=" else 2), text
    else:
        return None
    return depth, _OWN_NUMBER.sub("", _ANCHOR.sub("", title), count=1)


def _is_underline(line: Line) -> bool:
    return not line.indent and _UNDERLINE.fullmatch(line.passage.text) is not None


def _behind_front_matter(data: bytes) -> int:
    """Where the text begins behind YAML of kramdown-rfc or TOML of mmark."""
    opening = _FRONT_MATTER.match(data)
    if opening is None:
        return 0
    closing = _FRONT_MATTER_END[opening[1]].search(data, opening.end())
    return 0 if closing is None else closing.start()


def _defined(lines: list[Line]) -> list[Line]:
    """Put a term and the definition below it (`: value`) into one line."""
    told: list[Line] = []
    defining = False
    for line in lines:
        text = line.passage.text
        definition = _DEFINITION.match(text)
        if definition is not None:
            # A blank line may stand between.
            blank = bool(told) and not told[-1].passage
            term = told[-1 - blank] if len(told) > blank else BLANK
            if label_way(term.passage.text) is not None:
                del told[-1 - blank :]
                value = line.passage.part(definition.end())
                label = Passage(term.passage.text.rstrip(" :*") + ":", term.passage.marks)
                told += [Line(joined([label, value]), term.indent, False), BLANK]
                defining = True
                continue
        elif _ATTRIBUTES.fullmatch(text):
            continue
        if defining and text and line.indent:
            # What is indented goes on with the definition.
            told[-1:] = [Line(line.passage, line.indent, False), BLANK]
            continue
        defining = False
        told.append(line)
    return told


# -- tables -------------------------------------------------------------------------------------


def _with_tables(lines: list[Line]) -> list[Line | Table]:
    """Put runs of lines that are rows of a table into tables."""
    parts: list[Line | Table] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _is_row(lines[end]):
            end += 1
            if end == at + 1 and _is_cut_off(lines, at):
                end += 1
        if end - at >= 2:
            parts.append(_bordered(lines[at:end]))
            at = end
            continue
        heading = _spaced_heading(lines[at])
        if heading is not None:
            table, at = _unbordered(lines, at, heading)
            parts.append(table)
            continue
        parts.append(lines[at])
        at += 1
    return parts


def _is_row(line: Line) -> bool:
    text = line.passage.text
    if len(text) > _LONGEST_ROW:
        return False
    return text.startswith(("+-", "+=", "|")) or text.count("|") - text.count("\\|") > 1


def _is_cut_off(lines: list[Line], at: int) -> bool:
    """Whether a blank line parts the headings of a table from its first row."""
    if at + 2 >= len(lines) or lines[at + 1].passage or not _is_row(lines[at + 2]):
        return False
    return sum(1 for cell in _cells(lines[at].passage) if label_way(cell.text)) >= 3


def _is_border(text: str) -> bool:
    return not text.strip("-=+:| ") and any(mark in text for mark in _BORDER_MARKS)


def _bordered(lines: list[Line]) -> Table:
    """A table drawn with bars.

    Where a border stands between all rows, the lines between two are one row; otherwise a line is
    one, but when its first cell is empty: then it goes on with the row above.  The headings are
    always one row.
    """
    groups: list[list[Row]] = [[]]
    for line in lines:
        if _is_border(line.passage.text):
            groups.append([])
        elif line.passage:
            groups[-1].append(_cells(line.passage))
    groups = [group for group in groups if group]
    ruled = len(groups) > 2
    rows: list[Row] = []
    for group in groups:
        headings = group is groups[0] and len(groups) > 1
        for number, row in enumerate(group):
            goes_on = number > 0 and (ruled or headings or not row[0])
            if goes_on and len(row) == len(rows[-1]):
                rows[-1] = [
                    joined([above, cell]) for above, cell in zip(rows[-1], row, strict=True)
                ]
            else:
                rows.append(row)
    return Table(rows, all(line.literal for line in lines))


def _cells(passage: Passage) -> Row:
    text = passage.text
    at = 1 if text.startswith("|") else 0
    cells: Row = []
    while at <= len(text) and len(cells) < _MOST_CELLS:
        found = _CELL_END.match(text, at)
        end = len(text) if found is None else found.end()
        if end == at and at == len(text):
            break
        cells.append(passage.part(at, end))
        at = end + 1
    return cells or [BLANK.passage]


def _spaced_heading(line: Line) -> list[tuple[int, str]] | None:
    """The columns of a heading without bars: where each begins, and its label."""
    text = line.passage.text
    if "  " not in text or len(text) > 300 or ":" in text:
        return None
    columns: list[tuple[int, str]] = []
    at = 0
    for gap in [*_FIELDS_APART.finditer(text), None]:
        end = len(text) if gap is None else gap.start()
        columns.append((at, text[at:end]))
        at = end if gap is None else gap.end()
    known = [label_way(label) for _, label in columns]
    if len(columns) >= 3 and sum(1 for way in known if way) >= 3 and any(k and k[1] for k in known):
        return columns
    return None


def _unbordered(lines: list[Line], at: int, columns: list[tuple[int, str]]) -> tuple[Table, int]:
    """A table whose columns are told apart by where they stand; it ends before two blank lines."""
    head = lines[at]
    starts = [start + head.indent for start, _ in columns]
    rows: list[Row] = [[head.passage.part(start, start + len(label)) for start, label in columns]]
    at += 1
    blanks = 0
    while at < len(lines):
        line = lines[at]
        text = line.passage.text
        if not text:
            blanks += 1
            if blanks > 1:
                break
        elif not text.strip("-= "):
            blanks = 0
        else:
            cells = _cells_at(line, starts)
            if cells is None:
                break
            if cells[0] or blanks:
                rows.append(cells)
            else:
                rows[-1] = [joined(pair) for pair in zip(rows[-1], cells, strict=True)]
            blanks = 0
        at += 1
    return Table(rows), at


def _cells_at(line: Line, starts: list[int]) -> Row | None:
    """Cut a line at the columns; `None` where words run across, as in a sentence."""
    text = line.passage.text
    cuts = [max(start - line.indent, 0) for start in starts]
    cells: Row = []
    for number, cut in enumerate(cuts):
        if number and 0 < cut < len(text) and text[cut - 1] != " ":
            return None
        end = cuts[number + 1] if number + 1 < len(cuts) else len(text)
        cells.append(line.passage.part(cut, max(end, cut)))
    return cells if line.indent <= starts[-1] else None
