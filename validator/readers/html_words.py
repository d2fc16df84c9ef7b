"""The words of an HTML cell as a page shows them, and the citations that its links are."""

from __future__ import annotations

from bisect import bisect_right
from urllib.parse import unquote

import regex

from validator.model.pattern import pattern
from validator.model.record import Citation, Markup
from validator.readers.brackets import citations as bracketed_citations
from validator.readers.brackets import with_section
from validator.readers.html_tokens import character

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.model.record import Part

# By `re`: `regex` would keep something for each repetition.
_PIECE = pattern(
    rb"[ \t\n\f\r]++"
    rb"|&(?:\#[0-9]++|\#[xX][0-9A-Fa-f]++|[A-Za-z][A-Za-z0-9]*+);?+"
    rb"|(?:[^ \t\n\f\r&]|&(?!\#[0-9]|\#[xX][0-9A-Fa-f]|[A-Za-z]))++"
    rb"(?: (?:[^ \t\n\f\r&]|&(?!\#[0-9]|\#[xX][0-9A-Fa-f]|[A-Za-z]))++)*+"
)
_WHITE_SPACE = " \t\n\f\r"
_LONGEST_PIECE = 1000

_RFC = regex.compile(r"(rfc[0-9]++)(?:\.(?:txt|html|pdf))?+", regex.IGNORECASE | regex.ASCII)
_RFC_LABEL = regex.compile(r"RFC ?[0-9]++", regex.IGNORECASE | regex.ASCII)
_DRAFT = regex.compile(r"(?:draft|RFC)-\S++")
_SCHEME = regex.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:\S++")
_NOTE = regex.compile(r"note([0-9]++)", regex.ASCII)
# The characters between a link and the bracket after it, such as ", Section 4.3".
_LABEL_LIMIT = 200
_BREAK = Markup("br")


class Link:
    """A link: where it leads, and which characters of a text it is."""

    __slots__ = ("end", "href", "offset", "start")

    def __init__(self, href: str, offset: int, start: int) -> None:
        self.href = href
        self.offset = offset
        self.start = start
        self.end = start


class HtmlWords:
    """The text of a cell or heading, and from which byte each of its characters is.

    White space is folded to one blank, but for that in `pre`; a line break is a line feed.  `kind`
    is the element that the words are of.
    """

    __slots__ = (
        "_at",
        "_last",
        "_offsets",
        "_open_link",
        "_pieces",
        "_size",
        "_starts",
        "is_empty_row",
        "is_preformatted",
        "kind",
        "links",
        "nested_tables",
    )  # fmt: skip

    def __init__(self, kind: str, at: int) -> None:
        self.kind = kind
        self.links: list[Link] = []
        self.is_preformatted = False
        # The tables that are open inside.
        self.nested_tables = 0
        # The cell by which a page says that its table is empty.
        self.is_empty_row = False
        self._at = at
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._open_link: Link | None = None
        self._size = 0
        self._last = ""

    def add(self, data: bytes, start: int, end: int) -> None:
        for piece in _PIECE.finditer(data, start, end):
            text = piece[0].decode("utf-8", "replace")
            first = text[0]
            if first == "&" and (text[1:2].isalnum() or text[1:2] == "#"):
                text = character(text)
                if not text:
                    continue
                first = text[0]
            if first in _WHITE_SPACE and not text.strip(_WHITE_SPACE):
                if not self._size:
                    continue
                if not self.is_preformatted:
                    self.add_blank(piece.start())
                    continue
            self.push(text, piece.start())

    def push(self, text: str, offset: int) -> None:
        """Add a text that is shown as it is, whose first byte is at `offset`."""
        if len(text) > _LONGEST_PIECE:
            # `place` looks through a piece, and may be asked for each of its characters.
            for start in range(0, len(text), _LONGEST_PIECE):
                part = text[start : start + _LONGEST_PIECE]
                self.push(part, offset)
                offset += len(part.encode())
            return
        self._pieces.append(text)
        self._starts.append(self._size)
        self._offsets.append(offset)
        self._size += len(text)
        self._last = text[-1]

    def add_blank(self, offset: int) -> None:
        if self._size and self._last not in " \n":
            self.push(" ", offset)

    def break_line(self, offset: int) -> None:
        if self._size and self._pieces[-1] == " ":
            self._pieces[-1] = "\n"
            self._last = "\n"
        elif self._size:
            self.push("\n", offset)

    def end_line(self, offset: int) -> None:
        """End the line before a block, unless the block begins on one of its own."""
        if self._last != "\n":
            self.break_line(offset)

    def open_link(self, href: tuple[str, int] | None) -> None:
        self.close_link()
        if href is not None and href[0].strip():
            self._open_link = Link(href[0].strip(), href[1], self._size)

    def close_link(self) -> None:
        """End the link that is open, without the blanks around its words."""
        link = self._open_link
        if link is not None:
            self._open_link = None
            label = self.text(link.start)
            link.end = link.start + len(label.rstrip(_WHITE_SPACE))
            link.start += len(label) - len(label.lstrip(_WHITE_SPACE))
            if link.start < link.end:
                self.links.append(link)

    def text(self, start: int = 0) -> str:
        """The text from a character on at which a piece begins, without white space at the end."""
        first = bisect_right(self._starts, start - 1) if start else 0
        return "".join(self._pieces[first:]).rstrip(_WHITE_SPACE)

    def place(self, character: int = 0) -> int:
        """The offset of a character; that of the cell's inside where it has none."""
        if not self._pieces:
            return self._at
        if not character:
            return self._offsets[0]
        index = bisect_right(self._starts, character) - 1
        before = self._pieces[index][: character - self._starts[index]]
        return self._offsets[index] + len(before.encode())

    def without_brackets(self) -> tuple[str, int]:
        """The text without brackets around it, and its offset."""
        text = self.text()
        if text.startswith("["):
            return text[1:].removesuffix("]"), self.place(1)
        return text, self.place()

    def addresses(self) -> Iterator[tuple[str, int]]:
        """The addresses of a cell: each link is one, and each line outside links."""
        text = self.text()
        at = 0
        for link in self.links:
            yield from self._lines(text, at, link.start)
            yield text[link.start : link.end], self.place(link.start)
            at = link.end
        yield from self._lines(text, at, len(text))

    def _lines(self, text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
        for line in text[start:end].split("\n"):
            if address := line.strip(" ,;"):
                yield address, self.place(start + line.index(address))
            start += len(line) + 1

    def citations(self, *, people: bool) -> tuple[Citation, ...]:
        """What a cell of people or of references cites: its links, and brackets without one."""
        text = self.text()
        if not text:
            return ()
        citations: list[Citation] = []
        for start, end, linked in self._segments(text):
            if linked is not None:
                citations.append(linked)
                continue
            for citation in bracketed_citations(text[start:end], people=people):
                citation.offset = self.place(start + citation.offset)
                citations.append(citation)
        return tuple(citations)

    def parts(self) -> list[Part]:
        """The text with its linked citations, each in the place of its brackets."""
        text = self.text()
        return [linked or text[start:end] for start, end, linked in self._segments(text)]

    def _segments(self, text: str) -> Iterator[tuple[int, int, Citation | None]]:
        """The links in brackets and the text between them, each with where it begins and ends."""
        at = 0
        for start, end, citation in self._bracketed_links(text):
            if start > at:
                yield at, start, None
            yield start, end, citation
            at = end
        if at < len(text):
            yield at, len(text), None

    def _bracketed_links(self, text: str) -> Iterator[tuple[int, int, Citation]]:
        at = 0
        for index, link in enumerate(self.links):
            start = link.start - 1
            if start > at and text[start] in " \n":
                start -= 1
            if start < at or text[start] != "[":
                continue
            following = self.links[index + 1].start if link is not self.links[-1] else len(text)
            end = text.find("]", link.end, min(following, link.end + _LABEL_LIMIT))
            if end < 0 or text.find("[", link.end, end) >= 0:
                continue
            at = end + 1
            label = text[link.start : end].rstrip(_WHITE_SPACE)
            yield start, at, _linked_citation(link, label, self.place(link.start))


def with_line_breaks(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield `parts` with line feeds as elements of their own."""
    for part in parts:
        if not isinstance(part, str):
            yield part
            continue
        for number, line in enumerate(part.split("\n")):
            if number:
                yield _BREAK
            if line:
                yield line


def _linked_citation(link: Link, label: str, offset: int) -> Citation:
    """The citation that a link in brackets is: its kind follows from where it leads."""
    href = link.href
    if href.startswith("#"):
        return _citation_on_page(link, label, offset)
    path = href.partition("#")[0].partition("?")[0].rstrip("/").split("/")
    last = path[-1]
    part = with_section(label, offset)
    is_redirect = path[-2:-1] == ["go"]  # https://www.iana.org/go/rfc793
    rfc = _RFC.fullmatch(last)
    if rfc is not None and (is_redirect or part is not None or _RFC_LABEL.fullmatch(label)):
        data = rfc[1].lower()
        if part is not None and part.data == data:
            return part
        return Citation("rfc", data, _unless(label, label.replace(" ", "").lower() == data), offset)
    if is_redirect and _DRAFT.fullmatch(last):
        return _draft_citation(last, part, label, offset)
    if _SCHEME.fullmatch(href):
        return Citation("uri", href, _unless(label, label == href), offset)
    parsed = bracketed_citations(f"[{label}]", people=False)
    citation = parsed[0] if len(parsed) == 1 else Citation("bracket", None, label, 0)
    citation.offset = offset
    return citation


def _draft_citation(draft: str, part: Citation | None, label: str, offset: int) -> Citation:
    """The citation of a draft; the link of one that is approved leads to the draft it was."""
    names = draft, "RFC-" + draft.removeprefix("draft-")
    if part is not None and part.data in names:
        return part
    if label in names:
        draft = label
    return Citation("draft", draft, _unless(label, label == draft), offset)


def _unless(label: str, is_same: bool) -> str | None:
    """The label of a link, if it says more than where the link leads."""
    return None if is_same else label


def _citation_on_page(link: Link, label: str, offset: int) -> Citation:
    """The citation of a footnote or of a person."""
    fragment = unquote(link.href[1:])
    if fragment == f"note{label}":
        return Citation("note", label, None, offset)
    if (note := _NOTE.fullmatch(fragment)) is not None:
        return Citation("note", note[1], label, offset)
    if fragment == label:
        return Citation("person", label, None, offset)
    return Citation("person", fragment, label, link.offset + 1)
