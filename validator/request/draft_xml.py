"""The IANA Considerations of a draft in RFCXML, version 2 or 3, as sections of lines and tables.

It is read as a stream of expat's events.  The document type is blanked out before: nothing in it
is obeyed, no entity is expanded but the five of XML and a few characters that drafts name.
"""

from __future__ import annotations

from bisect import bisect_right
from xml.parsers import expat

import regex

from validator.readers.source import Unusable, places
from validator.readers.xml import without_doctype
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.readers.source import Source
    from validator.request.passages import Row

# The entities that drafts declare for characters that are hard to type.
_ENTITIES = {"nbsp": " ", "nbhy": "-", "zwsp": "", "wj": ""}
# Elements that begin and end a paragraph, or a cell of a table.
_PARAGRAPHS = frozenset({"t", "li", "dd", "dt", "preamble", "postamble", "aside", "blockquote"})
_CELLS = frozenset({"td", "th", "c", "ttcol"})
_VERBATIM = frozenset({"artwork", "sourcecode"})
_UNREAD = frozenset({"cref", "references", "iref"})
_BREAKS = frozenset({"br", "vspace"})
_SPACE = regex.compile(r"\s++")


class XmlDraft:
    """What a draft in RFCXML says beside its sections: the attributes of its root, and where."""

    __slots__ = ("attributes", "root", "sections")

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}
        self.root = 0
        self.sections: list[Section] = []


def xml_draft(source: Source) -> XmlDraft:
    """Read a draft.

    Raises `Unusable`, with the line, where it is not well-formed, and `TooLong`.
    """
    reader = _Reader(without_doctype(source.data, []))
    try:
        reader.parser.Parse(reader.data, True)
    except expat.ExpatError as error:
        at = max(reader.parser.ErrorByteIndex, 0)
        line, column = next(places(source.data, [at]))
        reason = expat.errors.messages.get(error.code, "not well-formed")
        raise Unusable(
            f"{source.path} is not well-formed XML (line {line}, column {column}: {reason})"
        ) from None
    return reader.draft


class _Reader:
    """The state between two events: what is open, and the words gathered since the last line."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.draft = XmlDraft()
        self.parser = parser = expat.ParserCreate("UTF-8")
        # Entities are unknown without a document type; they are then skipped, not refused.
        parser.UseForeignDTD(True)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.SkippedEntityHandler = self.entity
        self.open: list[str] = []
        self.unread = 0
        # For each open section, the one of ours it is, if it is about IANA.
        self.sections: list[Section | None] = []
        self.words: list[tuple[str, int]] = []
        # The term that the next words define; then, whether what follows still belongs to it.
        self.term: Passage | None = None
        self.follows = False
        self.definitions = 0
        self.table: Table | None = None
        self.row: Row = []
        self.columns = 0

    @property
    def out(self) -> Section | None:
        return self.sections[-1] if self.sections else None

    # -- events of expat ------------------------------------------------------------------------

    def start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self.open[-1] if self.open else None
        self.open.append(name)
        if parent is None:
            self.draft.attributes = attributes
            self.draft.root = self.parser.CurrentByteIndex
        if self.unread or name in _UNREAD:
            self.unread += 1
        elif name == "section":
            self.flush()
            self.sections.append(None if self.out is None else self.new_section(""))
            if "title" in attributes:
                self.titled(attributes["title"])
        elif name == "name":
            self.flush()
        elif self.out is not None:
            self.start_inside(name, attributes)

    def start_inside(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("table", "texttable"):
            self.flush()
            self.table, self.row, self.columns = Table([]), [], 0
        elif name == "tr":
            self.row = []
        elif name in _CELLS:
            self.words = []
        elif name in _BREAKS:
            self.flush()
        elif name in ("xref", "relref"):
            if "target" in attributes:
                self.words.append((f"[{attributes['target']}]", self.parser.CurrentByteIndex))
        elif name in _PARAGRAPHS or name in _VERBATIM:
            self.flush()
            self.definitions += name == "dd"
            if name == "dt" or (name == "t" and "hangText" in attributes):
                self.term, self.follows = None, False
            if name == "t" and "hangText" in attributes:
                self.term = Passage(attributes["hangText"], [(0, self.parser.CurrentByteIndex)])

    def end(self, name: str) -> None:
        self.open.pop()
        if self.unread:
            self.unread -= 1
        elif name == "section":
            self.flush()
            self.term, self.follows = None, False
            self.sections.pop()
        elif name == "name":
            title = "".join(text for text, _ in self.words)
            self.words = []
            if self.open and self.open[-1] == "section":
                self.titled(title)
        elif self.out is not None:
            self.end_inside(name, self.out)

    def end_inside(self, name: str, out: Section) -> None:
        if name in ("table", "texttable"):
            if self.table is not None and self.table.rows:
                out.parts.append(self.table)
            self.table = None
        elif name == "tr":
            if self.table is not None and self.row:
                self.table.rows.append(self.row)
            self.row = []
        elif name in _CELLS:
            self.end_cell(name)
        elif name in _VERBATIM:
            out.parts += [BLANK, *_verbatim(self.words), BLANK]
            self.words = []
        elif name == "dt":
            self.term = _folded(self.words)
            self.words = []
        elif name in _PARAGRAPHS:
            self.flush()
            if name in ("dd", "t") and self.term is not None:
                # Nothing was said of it.
                out.parts.append(Line(_termed(self.term, BLANK.passage)))
                self.term = None
            self.definitions -= name == "dd"
            if not self.definitions:
                self.follows = False
            if out.parts and out.parts[-1] is not BLANK:
                out.parts.append(BLANK)

    def end_cell(self, name: str) -> None:
        self.row.append(_folded(self.words))
        self.words = []
        if self.table is None:
            self.row = []
        elif name == "ttcol":
            self.columns += 1
            if self.columns == 1:
                self.table.rows.append(self.row)
        elif name == "c":
            # The cells of a texttable follow each other; its headings say how many are a row.
            if self.columns and self.row is self.table.rows[0]:
                self.row = [self.row.pop()]
            if len(self.row) >= self.columns:
                self.table.rows.append(self.row)
                self.row = []

    def characters(self, text: str) -> None:
        if self.unread:
            return
        if self.out is not None or (self.open[-1] == "name" and self.sections):
            self.words.append((text, self.parser.CurrentByteIndex))
            if len(self.words) > MOST_LINES:
                raise TooLong

    def entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self.characters(_ENTITIES.get(name, " "))

    # -- sections and lines ---------------------------------------------------------------------

    def titled(self, title: str) -> None:
        section = self.sections[-1]
        if section is not None:
            section.title = section.title or title
        elif IANA_TITLE.search(title):
            self.sections[-1] = self.new_section(title)

    def new_section(self, title: str) -> Section:
        if len(self.draft.sections) >= MOST_LINES:
            raise TooLong
        section = Section(title)
        self.draft.sections.append(section)
        return section

    def flush(self) -> None:
        """Put the words so far into a line, behind the term that they define."""
        out = self.out
        words = self.words
        if out is None or self.table is not None:
            # A paragraph inside a cell is part of the cell.
            if words and self.table is not None:
                words.append((" ", words[-1][1]))
            elif self.table is None:
                self.words = []
            return
        self.words = []
        passage = _folded(words)
        if not passage:
            return
        if len(out.parts) > 2 * MOST_LINES:
            raise TooLong
        if self.term is not None:
            out.parts.append(Line(_termed(self.term, passage)))
            self.term, self.follows = None, True
        else:
            out.parts.append(Line(passage, 1 if self.follows else 0))


def _termed(term: Passage, value: Passage) -> Passage:
    label = Passage(term.text.rstrip().rstrip(":") + ":", term.marks)
    return joined([label, value])


def _passage(pieces: list[tuple[str, int]]) -> Passage:
    marks: list[tuple[int, int]] = []
    length = 0
    for text, offset in pieces:
        marks.append((length, offset))
        length += len(text)
    return Passage("".join(text for text, _ in pieces), marks or [(0, 0)])


def _folded(pieces: list[tuple[str, int]]) -> Passage:
    """The pieces as one line, each run of white space as one blank."""
    passage = _passage(pieces)
    if not passage.text.strip():
        return BLANK.passage
    text: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    last = 0
    spots: list[tuple[int, int]] = []
    for run in _SPACE.finditer(passage.text):
        spots.append((last, run.start()))
        last = run.end()
    spots.append((last, len(passage.text)))
    number = 0
    for start, end in spots:
        if start == end:
            continue
        if text:
            text.append(" ")
            length += 1
        number = bisect_right(passage.marks, (start, float("inf")), lo=number)
        marks.append((length, passage.place(start)))
        while number < len(passage.marks) and passage.marks[number][0] < end:
            index, offset = passage.marks[number]
            marks.append((length + index - start, offset))
            number += 1
        text.append(passage.text[start:end])
        length += end - start
    return Passage("".join(text), marks)


def _verbatim(pieces: list[tuple[str, int]]) -> list[Line]:
    lines: list[Line] = []
    passage = _passage(pieces)
    at = 0
    for text in passage.text.split("\n"):
        stripped = text.lstrip(" \t")
        indent = len(text[: len(text) - len(stripped)].expandtabs(4))
        part = passage.part(at, at + len(text)) if stripped.strip() else BLANK.passage
        lines.append(Line(part, indent))
        at += len(text) + 1
    return lines
