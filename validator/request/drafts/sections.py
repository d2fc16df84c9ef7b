"""The text of a draft with its places, and the lines and tables that its sections consist of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import regex

from validator.model.vocabulary import TRANSPORT_PROTOCOLS
from validator.request.phrase import phrase

# The transport protocols, in a pattern.
TRANSPORTS = f"(?:{'|'.join(TRANSPORT_PROTOCOLS)})"
TRANSPORT_LIST = rf"{TRANSPORTS}(?:(?:\s?[/,]\s?| (?:and|n?or) ){TRANSPORTS}){{0,5}}+"
# What a draft calls itself, in a pattern.
THIS_DOCUMENT = r"this (?:document|draft|memo|specification)"
# How an item of a list may begin, in a pattern.
BULLET_MARK = r"(?:[-*+•]|o|\(?[0-9a-z]{1,3}[.)])[\t\x20]++"
LIST_MARK = rf"(?:{BULLET_MARK})?"
# The title of a section that can request an assignment.
IANA_TITLE = phrase(r"\bIANA (?:(?:and|&) \w++ )?(?:Considerations?|Actions?)\b")


@dataclass(slots=True)
class Passage:
    """Text, and the byte of the input that each of its characters comes from.

    `marks` are pairs (index, offset) with ascending indexes, the first of them 0: from there to
    the next, the text is that of the input, byte for byte in UTF-8.
    """

    text: str
    marks: Sequence[tuple[int, int]]

    def place(self, index: int) -> int:
        """The byte of the character at `index`."""
        start, offset = self.marks[bisect_right(self.marks, (index, float("inf"))) - 1]
        piece = self.text[start:index]
        return offset + (len(piece) if piece.isascii() else len(piece.encode()))

    def part(self, start: int, end: int | None = None) -> Passage:
        """The passage from `start` to `end`, without white space around it."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        return _slice(self, start, start + len(text.strip()))

    def __bool__(self) -> bool:
        return bool(self.text)


def joined(passages: Iterable[Passage], hyphens: bool = True) -> Passage:
    """The passages as one, with a blank between them.

    With `hyphens`, there is no blank after a hyphen inside a word: plain text breaks lines there.
    """
    pieces: list[Passage] = []
    for passage in filter(None, passages):
        if pieces:
            last = pieces[-1].text
            inside = last[-1] == "-" and last[-2:-1].isalnum() and passage.text[0].isalnum()
            if not (hyphens and inside):
                pieces[-1] = Passage(f"{last} ", pieces[-1].marks)
        pieces.append(passage)
    return concatenated(pieces)


def concatenated(passages: Sequence[Passage]) -> Passage:
    """The passages as one."""
    if len(passages) == 1:
        return passages[0]
    marks: list[tuple[int, int]] = []
    length = 0
    for passage in passages:
        marks += [(index + length, offset) for index, offset in passage.marks]
        length += len(passage.text)
    return Passage("".join(passage.text for passage in passages), marks or [(0, 0)])


def blanked(text: str, *patterns: regex.Pattern[str]) -> str:
    """The text with blanks in place of what patterns match: all else stays at its place."""
    for pattern in patterns:
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def shortened(text: str, *patterns: regex.Pattern[str]) -> str:
    """The text with one blank in place of each match of patterns."""
    for pattern in patterns:
        text = pattern.sub(" ", text)
    return text


def spans_between(pattern: regex.Pattern[str], text: str) -> list[tuple[int, int]]:
    """The spans of the text around what `pattern` matches, of which some may be empty."""
    edges = [0, *(edge for match in pattern.finditer(text) for edge in match.span()), len(text)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def without(passage: Passage, pattern: regex.Pattern[str]) -> Passage:
    """The passage without what `pattern` matches."""
    spans = spans_between(pattern, passage.text)
    if len(spans) == 1:
        return passage
    pieces = [_slice(passage, start, end) for start, end in spans if start < end]
    return concatenated(pieces or [_slice(passage, 0, 0)]).part(0)


def _slice(passage: Passage, start: int, end: int) -> Passage:
    """The passage from `start` to `end`, with the white space around it."""
    at = bisect_right(passage.marks, (start, float("inf")))
    marks = [(0, passage.place(start))]
    while at < len(passage.marks) and passage.marks[at][0] < end:
        index, offset = passage.marks[at]
        marks.append((index - start, offset))
        at += 1
    return Passage(passage.text[start:end], marks)


@dataclass(slots=True)
class DraftLine:
    """One line of a section; `passage` is empty for a blank one.

    `indent` is its first column, from 0; `is_literal` says that it is not Markdown.
    """

    passage: Passage
    indent: int = 0
    is_literal: bool = True


@dataclass(slots=True)
class DraftTable:
    """Rows of cells; the first row has the headings if there are any."""

    rows: list[Row]
    is_literal: bool = True


# No draft has more sections, no section more lines, and no paragraph more pieces.
MAX_LINES = 100_000
MAX_CELLS = 40


class DraftTooLong(Exception):  # noqa: N818 - it never leaves `read_draft`
    """A draft has more than `MAX_LINES` of what the text of the exception names."""


Row = list[Passage]
Part = DraftLine | DraftTable
BLANK = DraftLine(Passage("", [(0, 0)]))


@dataclass(slots=True)
class DraftSection:
    """A section of a draft by its lines and tables, without its subsections.

    `number` ("7.2") or `anchor` is what references to it name; `""` for a draft that has none.
    `is_iana` says that it is the IANA Considerations section or a subsection of it.
    """

    title: str
    parts: list[Part] = field(default_factory=list)
    number: str = ""
    anchor: str = ""
    is_iana: bool = True
    is_markdown: bool = False

    def passages(self) -> Iterator[Passage]:
        """Its lines and the cells of its tables."""
        for part in self.parts:
            if isinstance(part, DraftTable):
                yield from (cell for row in part.rows for cell in row)
            else:
                yield part.passage

    def texts(self) -> Iterator[str]:
        """The texts of its lines and of the cells of its tables."""
        return (passage.text for passage in self.passages())


def next_lines(parts: Sequence[Part]) -> list[DraftLine]:
    """For each part, the next line that is not blank."""
    following: list[DraftLine] = []
    next_line = BLANK
    for part in reversed(parts):
        following.append(next_line)
        if isinstance(part, DraftTable):
            next_line = BLANK
        elif part.passage:
            next_line = part
    return following[::-1]
