"""The IANA Considerations of a draft in RFCXML, version 2 or 3, as sections of lines and tables.

expat parses it as a stream of events.  The document type is blanked out before that: nothing in it
has an effect, and no entity is expanded but the five of XML and a few characters that drafts name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

import regex

from validator.readers.source import Source, unusable_at
from validator.readers.syntax_errors import xml_error
from validator.readers.xml import without_doctype
from validator.request.drafts.names import BEFORE_NAME, is_name
from validator.request.drafts.sections import (
    BLANK,
    IANA_TITLE,
    MAX_LINES,
    DraftLine,
    DraftSection,
    DraftTable,
    DraftTooLong,
    Passage,
    concatenated,
    joined,
    spans_between,
)
from validator.request.drafts.values import DRAFT_ENTITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.request.drafts.sections import Row

# Elements that begin and end a paragraph, or a cell of a table.
_PARAGRAPHS = frozenset({"t", "li", "dd", "dt", "preamble", "postamble", "aside", "blockquote"})
_TABLES = frozenset({"table", "texttable"})
_CELLS = frozenset({"td", "th", "c", "ttcol"})
_VERBATIM = frozenset({"artwork", "sourcecode"})
_IGNORED = frozenset({"cref", "references", "iref"})
_BREAKS = frozenset({"br", "vspace"})
_CITATIONS = frozenset({"xref", "relref"})
# "spanx" is their name in version 2.
_EMPHASIS = frozenset({"tt", "strong", "em", "spanx"})
_NAME = regex.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
# White space that is not one blank: two characters or more, or one that is not ASCII.
_GAP = regex.compile(r"\s{2,}+|[^\S\x00-\x7f]")
_BLANKS = {ord(character): " " for character in "\t\n\r"}


@dataclass(slots=True)
class XmlDraft:
    """The IANA sections of a draft in RFCXML, and the attributes of its root with their place."""

    attributes: dict[str, str] = field(default_factory=dict)
    root_offset: int = 0
    sections: list[DraftSection] = field(default_factory=list)


def read_xml(source: Source) -> XmlDraft:
    """Read a draft.

    Raises `Unusable`, with the line, if it is not well-formed, and `DraftTooLong`.
    """
    reader = _XmlDraftReader(without_doctype(source.data, []))
    try:
        reader.parser.Parse(reader.data, True)
    except expat.ExpatError as error:
        offset = max(reader.parser.ErrorByteIndex, 0)
        reason = xml_error(error.code, reader.data, offset)
        raise unusable_at(source, offset, f"cannot parse XML: {reason}") from None
    return reader.draft


class _XmlDraftReader:
    """The state between two events: the open elements, and the words since the last line."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.draft = XmlDraft()
        self.parser = parser = expat.ParserCreate("UTF-8")
        # Without a document type, entities are unknown; this way they are skipped, not refused.
        parser.UseForeignDTD(True)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.SkippedEntityHandler = self.entity
        self.elements: list[str] = []
        self.ignored_depth = 0
        # The open sections.
        self.sections: list[DraftSection] = []
        self.words: list[Passage] = []
        # The term that the next words define; and whether lines continue a definition.
        self.term: Passage | None = None
        self.in_definition = False
        self.definition_depth = 0
        # Where the words in emphasis begin, in `words` and in the document.
        self.emphasis = (0, 0)
        # The mark of the list item that begins here.
        self.bullet: Passage | None = None
        self.table: DraftTable | None = None
        self.row: Row = []
        self.column_count = 0

    @property
    def section(self) -> DraftSection | None:
        return self.sections[-1] if self.sections else None

    def _passage(self, text: str) -> Passage:
        """Text at the place of the event."""
        return Passage(text, [(0, self.parser.CurrentByteIndex)])

    # -- events of expat ------------------------------------------------------------------------

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.elements:
            self.draft.attributes = attributes
            self.draft.root_offset = self.parser.CurrentByteIndex
        self.elements.append(name)
        if self.ignored_depth or name in _IGNORED:
            self.ignored_depth += 1
        elif name == "section":
            self.flush()
            self.sections.append(self.new_section(attributes.get("anchor", "")))
            if "title" in attributes:
                self.set_title(attributes["title"])
        elif name == "name":
            self.flush()
        elif self.section is not None:
            self.start_content(name, attributes)

    def start_content(self, name: str, attributes: dict[str, str]) -> None:
        if name in _TABLES:
            self.flush()
            self.table, self.row, self.column_count = DraftTable([]), [], 0
        elif name == "tr":
            self.row = []
        elif name in _CELLS:
            self.words = []
        elif name in _BREAKS:
            self.flush()
        elif name in _CITATIONS and "target" in attributes:
            self.words.append(self._passage(f"[{attributes['target']}]"))
        elif name in _EMPHASIS:
            self.emphasis = (len(self.words), self.parser.CurrentByteIndex)
        elif name in _PARAGRAPHS or name in _VERBATIM:
            self.flush()
            self.start_paragraph(name, attributes)

    def start_paragraph(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t" and self.section is not None and self.term is None:
            self.end_line(self.section)
        hanging_term = attributes.get("hangText") if name == "t" else None
        is_item = name == "t" and self.elements[-2:-1] == ["list"] and hanging_term is None
        if name == "li" or is_item:
            self.bullet = self._passage("*")
        self.definition_depth += name == "dd"
        if name == "dt" or hanging_term is not None:
            self.term, self.in_definition = None, False
        if hanging_term is not None:
            self.term = self._passage(hanging_term)

    def end(self, name: str) -> None:
        self.elements.pop()
        if self.ignored_depth:
            self.ignored_depth -= 1
        elif name == "section":
            self.flush()
            self.term, self.in_definition = None, False
            self.sections.pop()
        elif name == "name":
            title = concatenated(self.words).text
            self.words = []
            if self.elements and self.elements[-1] == "section":
                self.set_title(title)
        elif self.section is not None:
            self.end_content(name, self.section)

    def end_content(self, name: str, section: DraftSection) -> None:
        if name in _TABLES:
            if self.table is not None and self.table.rows:
                section.parts.append(self.table)
            self.table = None
        elif name == "tr":
            if self.table is not None and self.row:
                self.table.rows.append(self.row)
            self.row = []
        elif name in _CELLS:
            self.end_cell(name)
        elif name in _VERBATIM:
            section.parts += [BLANK, *_verbatim_lines(self.words), BLANK]
            self.words = []
        elif name in _EMPHASIS:
            self.end_emphasis(name)
        elif name == "dt":
            self.term = _one_line(self.words)
            self.words = []
        elif name in _PARAGRAPHS:
            self.end_paragraph(name, section)

    def end_emphasis(self, name: str) -> None:
        """Put a service name in quotes, as the text form has what is in `tt`."""
        start, offset = self.emphasis
        word = concatenated(self.words[start:]).text
        before = concatenated(self.words[max(start - 3, 0) : start]).text
        is_after_noun = name == "tt" or BEFORE_NAME.search(before) is not None
        if _NAME.fullmatch(word) and is_name(word) and is_after_noun:
            self.words.insert(start, Passage('"', [(0, offset)]))
            self.words.append(self._passage('"'))

    def end_paragraph(self, name: str, section: DraftSection) -> None:
        self.flush()
        if name in ("dd", "t") and self.term is not None:
            section.parts.append(DraftLine(_defined(self.term, BLANK.passage)))
            self.term = None
        self.definition_depth -= name == "dd"
        if not self.definition_depth:
            self.in_definition = False
        self.end_line(section)

    def end_line(self, section: DraftSection) -> None:
        """A paragraph ends here."""
        if section.parts and section.parts[-1] is not BLANK:
            section.parts.append(BLANK)

    def end_cell(self, name: str) -> None:
        self.row.append(_one_line(self.words))
        self.words = []
        if self.table is None:
            self.row = []
        elif name == "ttcol":
            self.column_count += 1
            if self.column_count == 1:
                self.table.rows.append(self.row)
        elif name == "c":
            # A texttable is a sequence of cells; the number of headings says how many are a row.
            if self.column_count and self.row is self.table.rows[0]:
                self.row = [self.row.pop()]
            if len(self.row) >= self.column_count:
                self.table.rows.append(self.row)
                self.row = []

    def characters(self, text: str) -> None:
        if self.ignored_depth:
            return
        if self.section is not None or (self.elements[-1] == "name" and self.sections):
            self.words.append(self._passage(text))
            if len(self.words) > MAX_LINES:
                raise DraftTooLong("pieces of text in one paragraph")

    def entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self.characters(DRAFT_ENTITIES.get(name, " "))

    # -- sections and lines ---------------------------------------------------------------------

    def set_title(self, title: str) -> None:
        section = self.sections[-1]
        section.title = section.title or title
        section.is_iana = section.is_iana or IANA_TITLE.search(title) is not None

    def new_section(self, anchor: str) -> DraftSection:
        if len(self.draft.sections) >= MAX_LINES:
            raise DraftTooLong("sections")
        is_iana = self.section is not None and self.section.is_iana
        section = DraftSection("", [], "", anchor, is_iana)
        self.draft.sections.append(section)
        return section

    def flush(self) -> None:
        """Put the words so far into a line, after the term that they define."""
        if self.table is not None and self.section is not None:
            # A paragraph inside a cell is part of the cell.
            if self.words:
                self.words.append(Passage(" ", self.words[-1].marks))
            return
        passage = _one_line(self.words)
        self.words = []
        if self.section is None or not passage:
            return
        if self.bullet is not None and self.term is None:
            passage, self.bullet = joined([self.bullet, passage]), None
        parts = self.section.parts
        if len(parts) >= MAX_LINES:
            raise DraftTooLong("lines in one section")
        if self.term is not None:
            parts.append(DraftLine(_defined(self.term, passage)))
            self.term, self.in_definition = None, True
        else:
            parts.append(DraftLine(passage, 1 if self.in_definition else 0))


def _defined(term: Passage, value: Passage) -> Passage:
    label = Passage(term.text.rstrip().rstrip(":") + ":", term.marks)
    return joined([label, value])


def _one_line(pieces: list[Passage]) -> Passage:
    """The pieces as one line, each run of white space as one blank."""
    passage = concatenated(pieces)
    passage = Passage(passage.text.translate(_BLANKS), passage.marks)
    return joined(
        (passage.part(*span) for span in spans_between(_GAP, passage.text)), hyphens=False
    )


def _verbatim_lines(pieces: list[Passage]) -> list[DraftLine]:
    lines: list[DraftLine] = []
    passage = concatenated(pieces)
    at = 0
    for text in passage.text.split("\n"):
        stripped = text.lstrip(" \t")
        indent = len(text[: len(text) - len(stripped)].expandtabs(4))
        part = passage.part(at, at + len(text)) if stripped.strip() else BLANK.passage
        lines.append(DraftLine(part, indent))
        at += len(text) + 1
    return lines
