"""The sections of a draft in Markdown: kramdown-rfc, mmark, or what converters make of an RFC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import regex

from validator.request.drafts.labels import find_label
from validator.request.drafts.sections import (
    BLANK,
    DraftLine,
    DraftSection,
    DraftTable,
    Part,
    Passage,
    joined,
    without,
)
from validator.request.drafts.tables import with_tables
from validator.request.drafts.text import SectionCollector, lines_of
from validator.request.phrase import exact_phrase, phrase

_ATX_HEADING = regex.compile(r"(?:(#{1,6})|\.#)[ \t]++(\S.{0,1000})")
_UNDERLINE = regex.compile(r"(?:={3,}|-{3,})\s*+")
_PARTITION = exact_phrase(r"--- (?:abstract|middle|back|note_\w{1,60})\s*+|\{\w{1,20}matter\}\s*+")
_FRONT_MATTER = regex.compile(rb"(---|%%%|\+\+\+)[ \t]*+\r?\n")
_FRONT_MATTER_END = {
    b"---": regex.compile(
        rb"^---(?:[ \t]++(?:abstract|middle|back)\b.{0,20})?[ \t]*+\r?$", regex.MULTILINE
    ),
    b"%%%": regex.compile(rb"^%%%[ \t]*+\r?$", regex.MULTILINE),
    b"+++": regex.compile(rb"^\+\+\+[ \t]*+\r?$", regex.MULTILINE),
}
_FENCE = regex.compile(r"(`{3,}|~{3,})")
_ANCHOR = exact_phrase(r"\s*+\{[:#]#?([\w.-]{0,100})[^{}]{0,200}\}\s*+\Z| #++\s*+\Z")
_SECTION_NUMBER = exact_phrase(r"([0-9]{1,3}(?:\.[0-9]{1,3})*+)\.? ")
_ATTRIBUTES = regex.compile(r"\{:[^{}]{0,200}\}\s*+|:::.{0,200}|:")
_DEFINITION = regex.compile(r":[ \t]++(?=\S)")
# What converters leave of the links of an RFC in HTML.
_LINK = regex.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,300}\)(?:\{[^{}]{0,200}\})?+")
_LINK_TO_ITSELF = regex.compile(r"\[¶\]\([^()\s]{0,200}\)(?:\{[^{}]{0,100}\})?+")
_ESCAPED_QUOTE = regex.compile(r"(?<!\\)\\(?=[\"'])")
_SPAN_ATTRIBUTES = regex.compile(r"(?<=[\])])\{[.#][^{}]{0,200}\}")
_LINE_BREAK = phrase(r"\s*+(?:<br\s?/?>|\[\]\{\.break\})")
_MAX_BREAKS = 100


def markdown_sections(data: bytes) -> list[DraftSection]:
    """Return the sections of a document in kramdown-rfc, mmark or the like.

    Lines end at LF alone.  Raises `DraftTooLong`.
    """
    lines = lines_of(_without_comments(data), _after_front_matter(data))
    collector = SectionCollector(is_markdown=True)
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
        elif (heading := _heading(line, next_line)) is not None:
            collector.start(*heading)
        else:
            line.is_literal = line.indent >= 4
            for piece in _pieces(line):
                collector.add(piece)
    return collector.sections


def _heading(line: DraftLine, next_line: DraftLine) -> tuple[int, str, str, str] | None:
    """The level, title, number and anchor of the heading that a line is."""
    text = line.passage.text
    if not text or line.indent > 3:
        return None
    match = _ATX_HEADING.fullmatch(text)
    if match is not None:
        return len(match[1] or "#"), *_title_parts(match[2])
    if _PARTITION.fullmatch(text):
        return 1, "", "", ""
    if _is_underline(next_line) and not _is_underline(line) and "|" not in text:
        return (1 if next_line.passage.text[0] == "=" else 2), *_title_parts(text)
    return None


def _title_parts(title: str) -> tuple[str, str, str]:
    """The title, number and anchor of a heading."""
    anchor = _ANCHOR.search(title)
    title = _LINK.sub(r"\1", title if anchor is None else title[: anchor.start()])
    number = _SECTION_NUMBER.match(title)
    name = (anchor[1] or "") if anchor is not None else ""
    if number is None:
        return title, "", name
    return title[number.end() :], number[1], name


def _is_underline(line: DraftLine) -> bool:
    return not line.indent and _UNDERLINE.fullmatch(line.passage.text) is not None


def _pieces(line: DraftLine) -> Iterator[DraftLine]:
    """The lines that a line is when it is displayed: `<br>` ends one."""
    if _ATTRIBUTES.fullmatch(line.passage.text):
        return
    passage = _without_link_marks(line)
    breaks = list(_LINE_BREAK.finditer(passage.text))[:_MAX_BREAKS] if not line.is_literal else []
    if not breaks or "|" in passage.text:
        yield DraftLine(passage, line.indent, line.is_literal)
        return
    at = 0
    for end, start in [*(match.span() for match in breaks), (len(passage.text), 0)]:
        piece = passage.part(at, end)
        if piece:
            yield DraftLine(piece, line.indent, line.is_literal)
        at = start


def _without_link_marks(line: DraftLine) -> Passage:
    """The text of a line without what converters add to quotes, links and spans."""
    passage = line.passage
    if "\\" in passage.text and not line.is_literal:
        passage = without(passage, _ESCAPED_QUOTE)
    if "¶" in passage.text:
        passage = without(passage, _LINK_TO_ITSELF)
    if "]{" in passage.text or "){" in passage.text:
        passage = without(passage, _SPAN_ATTRIBUTES)
    return passage


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


def with_definitions(lines: Sequence[DraftLine]) -> list[DraftLine]:
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
        if in_definition and text and line.indent:
            # An indented line continues the definition.
            output[-1:] = [DraftLine(line.passage, line.indent, False), BLANK]
        else:
            in_definition = False
            output.append(line)
    return output


def parts_of(section: DraftSection) -> list[Part]:
    """The lines and tables of a section."""
    if section.is_markdown:
        lines = [part for part in section.parts if not isinstance(part, DraftTable)]
        return with_tables(with_definitions(lines))
    return with_tables(section.parts)
