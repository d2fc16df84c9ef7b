"""The sections of a draft in plain text.

Page breaks are removed with their footers and headers, and a value continues after them.  Every
line is examined a fixed number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import regex

from validator.request.drafts import HEADING_START, IANA_HEADING
from validator.request.drafts.labels import find_label
from validator.request.drafts.sections import (
    BLANK,
    IANA_TITLE,
    MAX_LINES,
    DraftLine,
    DraftSection,
    DraftTooLong,
    Passage,
)
from validator.request.phrase import exact_phrase, phrase

# A line that ends a page.
_PAGE_BREAK = DraftLine(BLANK.passage)
_FOOTER = phrase(r"\S.{0,200}\[Page [0-9ivxlc]{1,6}\]\s*+")
# A copy of a paged text in Markdown has fences and rules where pages end.
_PAGE_RULE = regex.compile(r"-{40,}+|`{3}.{0,40}")
_HEADER = phrase(r"(?:RFC [0-9]{1,5}|Internet-Draft)\s.{0,120}\s(?:19|20)[0-9]{2}\s*+")
_NUMBERED_HEADING = exact_phrase(
    r"((?:(?:Appendix )?[A-Z](?=[.:])|[0-9]{1,3})(?:\.[0-9]{1,3})*+)[.:]? (\S.{0,200})"
)
_CONTENTS_ENTRY = regex.compile(r"(?:\s?\.){3,}|\.\s*+[0-9]{1,4}\s*+\Z|\s{3,}[0-9]{1,4}\s*+\Z")
_INDENTED_HEADING = regex.compile(
    rb"^([ ]{1,8})[0-9]{1,3}\.?[ \t]++IANA[ \t]++(?:Considerations?|Actions?)\.?[ \t]*+\r?$",
    regex.MULTILINE | regex.IGNORECASE,
)
_UNINDENTED_HEADING = regex.compile(
    rb"^(?:[0-9]{1,3}\.?[ \t]++)?IANA[ \t]++(?:Considerations?|Actions?)\b",
    regex.MULTILINE | regex.IGNORECASE,
)
_LONE_IANA_HEADING = regex.compile(IANA_HEADING, regex.IGNORECASE)
# The others of its form: a title has no digits and no end of a sentence.
_LONE_HEADING = regex.compile(
    rf"{HEADING_START}([A-Z][A-Za-z]*+(?:[ ,&/-]++[A-Za-z]++){{0,6}}+)[:*_=#]{{0,3}}"
)
# Of a heading without number that follows one about IANA, these words make it a subsection.
_SUBSECTION_TITLE = phrase(
    r"\b(?:ports?|service\x20names?|registr(?:y|ies|ations?)|assignments?|allocations?)\b"
)
_UNDERLINE = regex.compile(r"([-=~^*_#\"'+.])\1{2,}+")
_MAX_HEADING = 100
_MAX_SHORT_HEADING = 45


def plain_sections(data: bytes) -> list[DraftSection]:
    """Return the sections of an Internet-Draft or RFC in plain text.

    Lines end at LF alone.  Raises `DraftTooLong`.
    """
    line_count = data.count(b"\n") - data.count(b"\n\n") - data.count(b"\n\r\n")
    is_indented = data.count(b"\n ") * 2 > line_count
    headings = _HeadingFinder(is_indented, _heading_indent(data))
    collector = SectionCollector()
    collector.start(1, "")  # what is before the first heading
    before = BLANK
    for line, after in pairwise(chain(_without_page_breaks(lines_of(data, 0)), [BLANK])):
        heading = headings.heading(line) or headings.lone_heading(before, line, after)
        if heading is not None:
            collector.start(*heading)
        else:
            collector.add(line)
        before = line
    return collector.sections


def _heading_indent(data: bytes) -> int:
    """The column of the headings: that of the IANA Considerations, if all are indented."""
    if _UNINDENTED_HEADING.search(data):
        return 0
    match = _INDENTED_HEADING.search(data)
    return 0 if match is None else len(match[1])


class SectionCollector:
    """Collects sections, given all headings and lines; raises `DraftTooLong`."""

    def __init__(self, *, is_markdown: bool = False) -> None:
        self.is_markdown = is_markdown
        self.sections: list[DraftSection] = []
        self.is_iana = False
        self.iana_level = 0

    def start(self, level: int, title: str, number: str = "", anchor: str = "") -> None:
        """Start a section; it is about IANA by its title, or inside of one that is."""
        if not (self.is_iana and level > self.iana_level):
            self.is_iana = IANA_TITLE.search(title) is not None
            self.iana_level = level
        if len(self.sections) >= MAX_LINES:
            raise DraftTooLong("sections")
        section = DraftSection(title, [], number, anchor, self.is_iana, self.is_markdown)
        self.sections.append(section)

    def add(self, line: DraftLine) -> None:
        if not self.sections:
            return
        parts = self.sections[-1].parts
        if len(parts) >= MAX_LINES:
            raise DraftTooLong("lines in one section")
        parts.append(line)


def lines_of(data: bytes, at: int) -> Iterator[DraftLine]:
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


def _without_page_breaks(lines: Iterable[DraftLine]) -> Iterator[DraftLine]:
    """Leave out what is between two pages; a blank line remains where a sentence ended."""
    is_after_page = False
    blanks = 0
    last_character = ""
    for line in lines:
        text = line.passage.text
        if _is_page_break(line):
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


def _is_page_break(line: DraftLine) -> bool:
    text = line.passage.text
    if line is _PAGE_BREAK or (text.endswith("]") and _FOOTER.fullmatch(text)):
        return True
    return not line.indent and text[:1] in ("-", "`") and _PAGE_RULE.fullmatch(text) is not None


def _is_field(line: DraftLine) -> bool:
    """Whether a line is a label and its value: "Service Name: tides"."""
    label, colon, value = line.passage.text.partition(":")
    return bool(colon and value.strip()) and find_label(label) is not None


def _is_lone(before: DraftLine, line: DraftLine, after: DraftLine) -> bool:
    """Whether a line is a paragraph of its own: the text below it is indented, if it follows.

    One that is much shorter than lines are where they are broken is one, too, if it is about IANA.
    """
    title = line.passage.text
    if before.passage or not title or _CONTENTS_ENTRY.search(title[-120:]):
        return False
    text = after.passage.text
    is_short = len(title) < _MAX_SHORT_HEADING and IANA_TITLE.search(title) is not None
    return (
        is_short or not text or after.indent > line.indent or _UNDERLINE.fullmatch(text) is not None
    )


def _level(title: str) -> int:
    """The level of a heading without number."""
    return 2 if _SUBSECTION_TITLE.search(title) and not IANA_TITLE.search(title) else 1


class _HeadingFinder:
    """Says which lines are headings: those at the column of headings that look like one."""

    def __init__(self, is_indented: bool, column: int) -> None:
        self.is_indented = is_indented
        self.column = column
        # The column of a lone heading about IANA, and whether it has a number.
        self.lone_form: tuple[int, bool] | None = None

    def heading(self, line: DraftLine) -> tuple[int, str, str] | None:
        """The level, title and number of the heading that a line is."""
        text = line.passage.text
        if not text or line.indent != self.column or _CONTENTS_ENTRY.search(text[-120:]):
            return None
        if not any(map(str.isalnum, text)):
            return None  # an underline or the border of a table
        match = _NUMBERED_HEADING.fullmatch(text)
        if match is not None and (self._is_title(match[2]) or "." in match[1]):
            return 1 + match[1].count("."), match[2], match[1]
        # Where the text is indented, a line that is not is a heading, or a field of a template.
        if _is_field(line):
            return None
        if self.is_indented and not self.column and len(text) < _MAX_HEADING:
            return _level(text), text, ""
        return None

    def lone_heading(
        self, before: DraftLine, line: DraftLine, after: DraftLine
    ) -> tuple[int, str, str] | None:
        """The same of a heading about IANA of another form, and of those of its form after it."""
        if not _is_lone(before, line, after):
            return None
        text = line.passage.text
        match = _LONE_IANA_HEADING.fullmatch(text)
        if match is not None:
            self.lone_form = (line.indent, match[1] is not None)
        elif self.lone_form is not None and find_label(text) is None:
            match = _LONE_HEADING.fullmatch(text)
            if match is None or (line.indent, match[1] is not None) != self.lone_form:
                return None
        return None if match is None else (_level(match[2]), match[2], "")

    def _is_title(self, text: str) -> bool:
        """Whether text after a number without dots is a title, not an item of a list."""
        if self.column:
            return text[0].isupper() and len(text) < _MAX_HEADING and text[-1] not in ".,;:"
        return text[0].isalpha() or self.is_indented
