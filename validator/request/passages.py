"""Text of a draft that knows where it stands, and the lines and tables a section is made of."""

from __future__ import annotations

from bisect import bisect_right

import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    Row: TypeAlias = "list[Passage]"
    Part: TypeAlias = "Line | Table"


# What the section is called that asks for something.
IANA_TITLE = regex.compile(r"\bIANA\s++Considerations?\b|\bIANA\s++Actions?\b", regex.IGNORECASE)


class Passage:
    """Text, and for every character of it the byte of the input it comes from.

    `marks` are pairs (index, offset) with ascending indexes, the first of them 0: from each on,
    the text is that of the input, byte for byte in UTF-8, until the next.
    """

    __slots__ = ("marks", "text")

    def __init__(self, text: str, marks: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.marks = marks

    def place(self, index: int) -> int:
        """The byte that the character at `index` begins with."""
        start, offset = self.marks[bisect_right(self.marks, (index, float("inf"))) - 1]
        piece = self.text[start:index]
        return offset + (len(piece) if piece.isascii() else len(piece.encode()))

    def part(self, start: int, end: int | None = None) -> Passage:
        """The passage from `start` to `end`, without white space around it."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        at = bisect_right(self.marks, (start, float("inf")))
        marks = [(0, self.place(start))]
        while at < len(self.marks) and self.marks[at][0] < start + len(text):
            index, offset = self.marks[at]
            marks.append((index - start, offset))
            at += 1
        return Passage(text, marks)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __repr__(self) -> str:
        return f"Passage({self.text!r})"


def joined(passages: Iterable[Passage], hyphens: bool = True) -> Passage:
    """The passages as one, with a blank between them.

    With `hyphens`, there is none where one ends in a hyphen inside a word: plain text is broken
    there.
    """
    texts: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    for passage in passages:
        if not passage.text:
            continue
        if texts:
            last = texts[-1]
            inside = last[-1] == "-" and last[-2:-1].isalnum() and passage.text[0].isalnum()
            if not (hyphens and inside):
                texts.append(" ")
                length += 1
        marks += [(index + length, offset) for index, offset in passage.marks]
        texts.append(passage.text)
        length += len(passage.text)
    return Passage("".join(texts), marks or [(0, 0)])


class Line:
    """One line of a section; `passage` is empty for a blank one.

    `indent` is the column it begins in, from 0; `literal` says that marks of Markdown are no marks
    in it.
    """

    __slots__ = ("indent", "literal", "passage")

    def __init__(self, passage: Passage, indent: int = 0, literal: bool = True) -> None:
        self.passage = passage
        self.indent = indent
        self.literal = literal

    def __repr__(self) -> str:
        return f"Line({self.passage.text!r}, {self.indent})"


class Table:
    """Rows of cells; the first has the headings where there are any."""

    __slots__ = ("literal", "rows")

    def __init__(self, rows: list[Row], literal: bool = True) -> None:
        self.rows = rows
        self.literal = literal

    def __repr__(self) -> str:
        return f"Table({self.rows!r})"


# No section of a draft has more lines, and no paragraph more pieces.
MOST_LINES = 100_000


class TooLong(Exception):  # noqa: N818 - it never leaves `read_draft`
    """A section or paragraph that is longer than those of drafts are."""


BLANK = Line(Passage("", [(0, 0)]))


class Section:
    """An IANA Considerations section, or a subsection of one, by its lines and tables."""

    __slots__ = ("parts", "title")

    def __init__(self, title: str) -> None:
        self.title = title
        self.parts: list[Part] = []
