"""The IANA Considerations of a draft in plain text or Markdown, as sections of lines and tables.

Page breaks are removed with their footers and headers, and a value continues after them.  Every
line is examined a fixed number of times.
"""

from __future__ import annotations

from itertools import chain, pairwise

import regex

from validator.request.drafts.labels import find_label
from validator.request.drafts.sections import (
    BLANK,
    IANA_TITLE,
    MAX_LINES,
    DraftLine,
    DraftSection,
    Passage,
    SectionTooLong,
    joined,
)
from validator.request.drafts.tables import with_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A line that ends a page.
_PAGE_BREAK = DraftLine(BLANK.passage)
_FOOTER = regex.compile(r"\S.{0,200}\[Page\s++[0-9ivxlc]{1,6}\]\s*+", regex.IGNORECASE)
_HEADER = regex.compile(
    r"(?:RFC\s++[0-9]{1,5}|Internet-Draft)\s.{0,120}\s(?:19|20)[0-9]{2}\s*+", regex.IGNORECASE
)
_NUMBERED_HEADING = regex.compile(
    r"(?:(?:Appendix\s++)?[A-Z](?=[.:])|[0-9]{1,3})((?:\.[0-9]{1,3})*+)[.:]?\s++(\S.{0,200})"
)
_CONTENTS_ENTRY = regex.compile(r"(?:\s?\.){3,}|\.\s*+[0-9]{1,4}\s*+\Z|\s{3,}[0-9]{1,4}\s*+\Z")
_MAX_HEADING = 100
_ATX_HEADING = regex.compile(r"(?:(#{1,6})|\.#)[ \t]++(\S.{0,300})")
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
_SECTION_NUMBER = regex.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})*+\.?\s++")
_ATTRIBUTES = regex.compile(r"\{:[^{}]{0,200}\}\s*+")
_DEFINITION = regex.compile(r":[ \t]++(?=\S)")


def plain_sections(data: bytes) -> list[DraftSection]:
    """Return the IANA Considerations sections of an Internet-Draft or RFC in plain text.

    Lines end at LF alone.  Raises `SectionTooLong`.
    """
    line_count = data.count(b"\n") - data.count(b"\n\n") - data.count(b"\n\r\n")
    is_indented = data.count(b"\n ") * 2 > line_count
    collector = _SectionCollector()
    for line in _without_page_breaks(_lines(data, 0)):
        heading = _plain_heading(line, is_indented)
        if heading is not None:
            collector.start(*heading)
        else:
            collector.add(line)
    return collector.finished()


def markdown_sections(data: bytes) -> list[DraftSection]:
    """Return the IANA Considerations sections of a document in kramdown-rfc, mmark or the like.

    Lines end at LF alone.  Raises `SectionTooLong`.
    """
    lines = _lines(_without_comments(data), _after_front_matter(data))
    collector = _SectionCollector(is_markdown=True)
    fence = ""
    for line, next_line in pairwise(chain(lines, [BLANK])):
        text = line.passage.text
        if fence:
            # Marks of Markdown mean nothing inside of a fenced block.
            is_end = text.startswith(fence) and not text.strip(fence[0])
            collector.add(BLANK if is_end else line)
            fence = "" if is_end else fence
        elif line.indent < 4 and (opening := _FENCE.match(text)) is not None:
            fence = opening[1]
            collector.add(BLANK)
        elif (heading := _markdown_heading(line, next_line)) is not None:
            collector.start(*heading)
        else:
            line.is_literal = line.indent >= 4
            collector.add(line)
    return collector.finished()


class _SectionCollector:
    """Collects the lines of the IANA Considerations sections, given all headings and lines."""

    def __init__(self, *, is_markdown: bool = False) -> None:
        self.is_markdown = is_markdown
        self.sections: list[DraftSection] = []
        self.is_open = False
        self.level = 0
        self.lines: list[DraftLine] = []

    def start(self, level: int, title: str) -> None:
        """Start a section; it counts if it is about IANA, or inside of one that is."""
        self.close()
        if not (self.is_open and level > self.level):
            self.is_open = IANA_TITLE.search(title) is not None
            self.level = level
        if self.is_open:
            self.sections.append(DraftSection(title))

    def add(self, line: DraftLine) -> None:
        if self.is_open:
            if len(self.lines) >= MAX_LINES:
                raise SectionTooLong
            self.lines.append(line)

    def close(self) -> None:
        if self.is_open:
            lines = _with_definitions(self.lines) if self.is_markdown else self.lines
            self.sections[-1].parts = with_tables(lines)
            self.lines = []

    def finished(self) -> list[DraftSection]:
        self.close()
        return self.sections


def _lines(data: bytes, at: int) -> Iterator[DraftLine]:
    """Yield the lines from byte `at` on; one with nothing but a form feed is `_PAGE_BREAK`."""
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        text = data[at:end].decode("utf-8", "replace")
        has_form_feed = "\f" in text
        text = text.replace("\f", " ")
        stripped = text.lstrip()
        if stripped:
            margin = text[: len(text) - len(stripped)]
            indent = len(margin.expandtabs(4) if "\t" in margin else margin)
            passage = Passage(stripped.rstrip(), [(0, at + len(margin.encode()))])
            yield DraftLine(passage, indent)
        else:
            yield _PAGE_BREAK if has_form_feed else BLANK
        at = end + 1


# -- plain text ---------------------------------------------------------------------------------


def _without_page_breaks(lines: Iterable[DraftLine]) -> Iterator[DraftLine]:
    """Leave out what is between two pages; a blank line remains where a sentence ended."""
    is_after_page = False
    blanks = 0
    last_character = ""
    for line in lines:
        text = line.passage.text
        if line is _PAGE_BREAK or (text.endswith("]") and _FOOTER.fullmatch(text)):
            is_after_page = True
        elif not text:
            blanks += 1
        elif not is_after_page or line.indent or not _HEADER.fullmatch(text):
            if is_after_page:
                blanks = 1 if last_character in ".:" else 0
            # More than two blank lines mean no more than two.
            yield from [BLANK] * min(blanks, 2)
            is_after_page = False
            blanks = 0
            last_character = text[-1]
            yield line


def _plain_heading(line: DraftLine, is_indented: bool) -> tuple[int, str] | None:
    text = line.passage.text
    if not text or line.indent or _CONTENTS_ENTRY.search(text[-120:]):
        return None
    match = _NUMBERED_HEADING.fullmatch(text)
    if match is not None and match[2][0].isalpha():
        return 1 + match[1].count("."), match[2]
    # Where the text is indented, a line that is not is a heading.
    return (1, text) if is_indented and len(text) < _MAX_HEADING else None


# -- Markdown -----------------------------------------------------------------------------------


def _markdown_heading(line: DraftLine, next_line: DraftLine) -> tuple[int, str] | None:
    text = line.passage.text
    if not text or line.indent > 3:
        return None
    match = _ATX_HEADING.fullmatch(text)
    if match is not None:
        level, title = len(match[1] or "#"), match[2]
    elif _PARTITION.fullmatch(text):
        return 1, ""
    elif _is_underline(next_line) and not _is_underline(line) and "|" not in text:
        level, title = (1 if next_line.passage.text[0] == "=" else 2), text
    else:
        return None
    return level, _SECTION_NUMBER.sub("", _ANCHOR.sub("", title), count=1)


def _is_underline(line: DraftLine) -> bool:
    return not line.indent and _UNDERLINE.fullmatch(line.passage.text) is not None


def _without_comments(data: bytes) -> bytes:
    """Blank out comments: they request nothing."""
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


def _after_front_matter(data: bytes) -> int:
    """Where the text begins after the YAML of kramdown-rfc or the TOML of mmark."""
    opening = _FRONT_MATTER.match(data)
    if opening is None:
        return 0
    closing = _FRONT_MATTER_END[opening[1]].search(data, opening.end())
    return 0 if closing is None else closing.start()


def _with_definitions(lines: list[DraftLine]) -> list[DraftLine]:
    """Join a label and the definition below it (`: value`) into one line."""
    output: list[DraftLine] = []
    in_definition = False
    for line in lines:
        text = line.passage.text
        definition = _DEFINITION.match(text)
        if definition is not None:
            # A blank line may be between them.
            blanks = 1 if output and not output[-1].passage else 0
            term = output[-1 - blanks] if len(output) > blanks else BLANK
            if find_label(term.passage.text) is not None:
                del output[-1 - blanks :]
                value = line.passage.part(definition.end())
                label = Passage(term.passage.text.rstrip(" :*") + ":", term.passage.marks)
                output += [DraftLine(joined([label, value]), term.indent, False), BLANK]
                in_definition = True
                continue
        elif _ATTRIBUTES.fullmatch(text):
            continue
        if in_definition and text and line.indent:
            # An indented line continues the definition.
            output[-1:] = [DraftLine(line.passage, line.indent, False), BLANK]
        else:
            in_definition = False
            output.append(line)
    return output
