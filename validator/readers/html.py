"""The HTML form: one page of the registry's site, or the whole table on one.

Tags are cut here and not by `html.parser` because that can take quadratic time over comments that
are never closed, and because the place of each word must be known.  Tests hold the two side by
side.  What is cut is what a browser would cut, but for `<td/>`: the pages are XHTML, and there it
is an empty cell.
"""

from __future__ import annotations

from bisect import bisect_right
from html import unescape
from html.entities import html5
from urllib.parse import unquote

import regex

from validator.model.record import (
    Citation,
    Contact,
    Defect,
    Defects,
    Dump,
    Footnote,
    Markup,
    Note,
    Record,
    too_many,
)
from validator.model.vocabulary import (
    COLUMN_HEADINGS,
    CONTACT_FIELDS,
    CONTACT_HEADINGS,
    RECORD_FIELDS,
    REGISTRY_ID,
    quoted,
)
from validator.readers.csv import citations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal, TypeAlias

    from validator.limits import Limits
    from validator.model.record import Part
    from validator.readers.source import Source

    TableKind: TypeAlias = Literal["", "records", "contacts", "footnotes", "other"]
    # What it is, its name, where it begins and ends, and where its attributes do.
    Token: TypeAlias = tuple[
        Literal["start", "empty", "end", "text", "fault"], str, int, int, int, int
    ]

_CARRIES = frozenset({"registry-date", "brackets"})

_TABLE_PREFIX = "table-"
_RECORD_HEADINGS = {heading.lower(): field for heading, field in COLUMN_HEADINGS.items()}
_CONTACT_HEADINGS = {heading.lower(): field for heading, field in CONTACT_HEADINGS.items()}
# A page has no column for organizations where nobody on it has one.
_CONTACT_COLUMNS = ("contact_id", "name", "contact_uri", "last_updated")
_CITING = ("assignee", "contact", "reference")
_FREE_TEXT = ("description", "known_unauthorized_uses", "assignment_notes")

# What the list on top says besides its notes; a term that is not here is the title of a note.
_TERMS = {
    "last updated": "updated",
    "expert": "experts",
    "experts": "experts",
    "expert(s)": "experts",
    "reference": "references",
    "references": "references",
    "note": "note",
    "notes": "note",
    "created": "",
    "description": "",
    "registration procedure": "",
    "registration procedures": "",
    "registration procedure(s)": "",
    "available formats": "",
}

_RAW = frozenset("iframe noembed noframes script style textarea title xmp".split())
_BLOCKS = frozenset("blockquote div dl h2 h3 h4 h5 h6 li ol p pre section ul".split())
_ROW_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_CELLS = frozenset(("td", "th"))
# What cannot stand in a heading or in the list on top: there its end tag has been forgotten.
_ENDS_WORDS = frozenset("article body dd dl dt footer form h1 header table".split())

_TAG = regex.compile(
    rb"""<(/?+)([A-Za-z][^ \t\n\f\r/>]*+)((?:[^=>]++|=[ \t\n\f\r]*+"""
    rb"""(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+|(?=>)))*+)>"""
)
_ATTRIBUTE = regex.compile(
    rb"""([^ \t\n\f\r=/>]++)[ \t\n\f\r]*+"""
    rb"""(?:=[ \t\n\f\r]*+(?:"([^"]*+)"|'([^']*+)'|([^ \t\n\f\r"'>][^ \t\n\f\r>]*+)))?+"""
)
_COMMENT_END = regex.compile(rb"--!?+>")
_PIECE = regex.compile(
    rb"[ \t\n\f\r]++"
    rb"|&(?:\#[0-9]++|\#[xX][0-9A-Fa-f]++|[A-Za-z][A-Za-z0-9]*+);?+"
    rb"|[^ \t\n\f\r&]++(?: [^ \t\n\f\r&]++)*+"
    rb"|&"
)
_REFERENCE = regex.compile(
    r"&(?:\#[0-9]++;?+|\#[xX][0-9A-Fa-f]++;?+|([A-Za-z][A-Za-z0-9]*+(?:;|(?!=))))", regex.ASCII
)
_WHITE_SPACE = " \t\n\f\r"
_LONGEST_PIECE = 1000

_RFC = regex.compile(r"(rfc[0-9]++)(?:\.(?:txt|html|pdf))?+", regex.IGNORECASE | regex.ASCII)
_RFC_SHOWN = regex.compile(r"RFC ?[0-9]++", regex.IGNORECASE | regex.ASCII)
_DRAFT = regex.compile(r"(?:draft|RFC)-\S++")
_SCHEME = regex.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:\S++")
_NOTE = regex.compile(r"note([0-9]++)", regex.ASCII)
# A page of the registry has four tables, of twelve columns at most.
_MOST_TABLES = 1000
_MOST_CELLS = 1000
_BRACKETED = regex.compile(r"\[[^\[\]]++\]")
_NUMBER = regex.compile(r"[0-9]{1,9}", regex.ASCII)


def read(source: Source) -> Dump:
    """Return the records, contacts, notes and defects of `source`.  Never raises on content.

    Columns are found by their headings, tables by their id or their headings.  Each column the
    registry has and the table has not is FM004, each the registry does not know FM003; a row with
    too few or too many cells is FM002; what is never closed is FM001.
    """
    dump = Dump(source.path, "html", source.data, _CARRIES)
    dump.defects.extend(source.damage)
    dump.locate = _locate
    _Reader(dump, source.limits).run()
    return dump


def read_pages(path: str, sources: Sequence[Source]) -> Dump:
    """Read the pages of one registry as one dump, called `path`, in the order of their numbers.

    A page that is missing, one that is there twice, one of another date and one that does not say
    its number, which comes last, are FM001.  A contact that several pages list counts once.
    """
    pages = [read(source) for source in sources]
    pages.sort(key=lambda page: (page.page is None, page.page or (0, 0)))
    first = pages[0]
    whole = Dump(path, "html", b"", first.carries)
    data = bytearray()
    parts: list[tuple[int, str]] = []
    contacts: set[tuple[object, ...]] = set()
    notes: set[tuple[str | None, str]] = set()
    footnotes: set[tuple[str | None, str]] = set()
    carries = set(first.carries)
    last = 0
    for page in pages:
        start = len(data)
        parts.append((start, page.path))
        number = page.page[0] if page.page is not None else 0
        told = _page_fault(page, first, number, last)
        if told:
            whole.defects.append(Defect("FM001", told, start))
        last = max(last, number)
        _shift(page, start)
        data += page.data if page.data.endswith(b"\n") else page.data + b"\n"
        carries |= page.carries
        whole.defects.extend(page.defects)
        whole.records += page.records
        for contact in page.contacts:
            told_of = tuple(getattr(contact, field) for field in CONTACT_FIELDS)
            if told_of not in contacts:
                contacts.add(told_of)
                whole.contacts.append(contact)
        whole.notes += [n for n in page.notes if (n.title, n.text) not in notes]
        notes.update((note.title, note.text) for note in page.notes)
        whole.footnotes += [f for f in page.footnotes if (f.anchor, f.text) not in footnotes]
        footnotes.update((footnote.anchor, footnote.text) for footnote in page.footnotes)
    whole.data = bytes(data)
    count = max((page.page[1] for page in pages if page.page is not None), default=0)
    if last < count:
        message = f"of {count} pages {_pages(last + 1, count)} missing"
        whole.defects.append(Defect("FM001", message, len(data)))
    _count(whole)
    for field in ("registry_id", "title", "category", "updated", "experts", "references"):
        setattr(whole, field, getattr(first, field))
    whole.metadata_places = first.metadata_places
    whole.parts = parts
    whole.carries = frozenset(carries | {"footnotes"} if whole.footnotes else carries)
    _number_footnotes(whole)
    whole.locate = _locate
    return whole


def _count(dump: Dump) -> None:
    """Say of each record and contact the how-manieth it is."""
    entries: tuple[Sequence[Record | Contact], ...] = (dump.records, dump.contacts)
    for held in entries:
        for index, entry in enumerate(held):
            entry.index = index


def _pages(low: int, high: int) -> str:
    return f"page {low} is" if low == high else f"pages {low} to {high} are"


def _page_fault(page: Dump, first: Dump, number: int, last: int) -> str:
    """What is wrong with this page behind page `last`; "" for nothing."""
    if not number:
        return "this page does not say which of the pages it is"
    if number == last:
        return f"page {number} is there twice"
    if number > last + 1:
        return f"before this page {_pages(last + 1, number - 1)} missing"
    if page.updated != first.updated:
        return f"this page is of {page.updated}, the first page of {first.updated}"
    return ""


def _shift(page: Dump, start: int) -> None:
    """Move every place of `page` on by `start` bytes: so far stand other pages before it."""
    citations: dict[int, Citation] = {}

    def parts(held: Sequence[Part]) -> None:
        citations.update((id(part), part) for part in held if isinstance(part, Citation))

    for record in page.records:
        record.offset += start
        record.places = {field: at + start for field, at in (record.places or {}).items()}
        for field in _CITING:
            parts(getattr(record, field))
        parts([citation for _, citation in record.inline])
        for mixed in (record.mixed or {}).values():
            parts(mixed)
    for contact in page.contacts:
        contact.offset += start
        contact.places = {field: at + start for field, at in (contact.places or {}).items()}
        contact.uri_offsets = [at + start for at in contact.uri_offsets]
    with_text: list[Note | Footnote] = [*page.notes, *page.footnotes]
    for noted in with_text:
        noted.offset += start
        parts(noted.mixed)
    parts(page.references)
    for defect in page.defects:
        defect.offset += start
    for citation in citations.values():
        citation.offset += start
    page.metadata_places = {field: at + start for field, at in page.metadata_places.items()}


def _number_footnotes(dump: Dump) -> None:
    """Make notes of the citations in brackets that a footnote of the dump answers to."""
    anchors = {footnote.anchor for footnote in dump.footnotes}
    if not anchors:
        return
    for record in dump.records:
        for cited in record.reference:
            if cited.kind == "bracket" and cited.text in anchors:
                cited.kind, cited.data, cited.text = "note", cited.text, None


def page_of(data: bytes) -> tuple[int, int] | None:
    """Return which page this is and how many there are; `None` where the page does not say."""
    if b"pagination" not in data:
        return None  # to look for it would take as long as all reading
    inside = linked = False
    current = None
    last = 0
    for kind, name, start, end, behind, close in _tokens(data):
        if name == "div" and kind == "start" and not inside:
            classes = _attributes(data, behind, close).get("class", ("", 0))[0]
            inside = "pagination" in classes.split()
        elif name == "div" and inside:
            break
        elif name == "a":
            linked = kind == "start"
        elif kind == "text" and inside:
            for word in data[start:end].decode("utf-8", "replace").split():
                if _NUMBER.fullmatch(word):
                    last = max(last, int(word))
                    if not linked and current is None:
                        current = int(word)
    return None if current is None else (current, last)


def _locate(subject: object, field: str | None, item: object) -> int:
    if isinstance(item, Citation):
        return item.offset
    if isinstance(subject, Dump):
        return subject.metadata_places.get(field or "", 0)
    if isinstance(subject, Contact) and field == "contact_uri" and subject.uri_offsets:
        return subject.uri_offsets[item if isinstance(item, int) else 0]
    if isinstance(subject, Record | Contact) and field is not None and subject.places is not None:
        return subject.places.get(field, subject.offset)
    return int(getattr(subject, "offset", 0))


def _tokens(data: bytes) -> Iterator[Token]:
    """Cut a document into tags and the text between them; comments and scripts are left out.

    The last token is a fault where something is opened and never closed: a browser, too, shows
    nothing of what follows.
    """
    at = 0
    end = len(data)
    while at < end:
        mark = data.find(b"<", at)
        if mark < 0:
            yield "text", "", at, end, 0, 0
            return
        if mark > at:
            yield "text", "", at, mark, 0, 0
        following = data[mark + 1 : mark + 3]
        if following[:1] in (b"!", b"?") or (
            len(following) == 2 and following[:1] == b"/" and not following[1:].isalpha()
        ):
            if data.startswith(b"<!--", mark):
                # From the second hyphen on: `<!-->` is a comment, too.
                comment = _COMMENT_END.search(data, mark + 2)
                at = 0 if comment is None else comment.end()
                what = "comment"
            else:
                at = data.find(b">", mark) + 1
                what = "declaration"
            if not at:
                yield "fault", what, mark, end, 0, 0
                return
            continue
        if not following.strip(b"/")[:1].isalpha():
            if following == b"/":
                yield "fault", "tag", mark, end, 0, 0
                return
            yield "text", "", mark, mark + 1, 0, 0
            at = mark + 1
            continue
        tag = _TAG.match(data, mark)
        if tag is None:
            yield "fault", "tag", mark, end, 0, 0
            return
        at = tag.end()
        name = tag[2].decode("utf-8", "replace").lower()
        if tag[1]:
            yield "end", name, mark, at, 0, 0
            continue
        if _is_empty(tag[3]):
            yield "empty", name, mark, at, tag.start(3), tag.end(3)
            continue
        yield "start", name, mark, at, tag.start(3), tag.end(3)
        if name in _RAW:
            close = regex.compile(
                b"</" + name.encode() + rb"(?=[ \t\n\f\r/>])", regex.IGNORECASE
            ).search(data, at)
            if close is None:
                yield "fault", f"<{name}>", mark, end, 0, 0
                return
            if name == "title":
                yield "text", "", at, close.start(), 0, 0
            at = close.start()


def _is_empty(attributes: bytes) -> bool:
    """Whether a tag ends in a slash that is no part of an attribute's value."""
    if not attributes.endswith(b"/"):
        return False
    return b"=" not in attributes or attributes[-2:-1] in b" \t\n\f\r\"'"


def _attributes(data: bytes, start: int, end: int) -> dict[str, tuple[str, int]]:
    """The attributes of a tag, each with its value and the offset of that."""
    found: dict[str, tuple[str, int]] = {}
    for attribute in _ATTRIBUTE.finditer(data, start, end):
        group = next((group for group in (2, 3, 4) if attribute[group] is not None), 0)
        name = attribute[1].decode("utf-8", "replace").lower()
        value = attribute[group].decode("utf-8", "replace") if group else ""
        if "&" in value:
            # A name counts where it is whole: `?a=1&section=2` has no section sign in it.
            value = _REFERENCE.sub(
                lambda found: (
                    found[0] if found[1] and found[1] not in html5 else _character(found[0])
                ),
                value,
            )
        found.setdefault(name, (value, attribute.start(group)))
    return found


def _character(reference: str) -> str:
    """What a character reference stands for; itself where there is no such character."""
    try:
        return unescape(reference)
    except ValueError:  # a number with more digits than Python reads
        return "\ufffd"


class _Link:
    """A link: where it leads, and which characters of a text it is."""

    __slots__ = ("end", "href", "offset", "start")

    def __init__(self, href: str, offset: int, start: int) -> None:
        self.href = href
        self.offset = offset
        self.start = start
        self.end = start


class _Words:
    """The text of a cell as a page shows it, and from which byte each of its characters is.

    White space is folded to one blank, but for that in `pre`; a line break is a line feed.
    """

    __slots__ = ("at", "empty_row", "last", "links", "offsets", "open", "pieces", "size", "starts")

    def __init__(self, at: int) -> None:
        self.at = at
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.offsets: list[int] = []
        self.links: list[_Link] = []
        self.open: _Link | None = None
        self.size = 0
        self.last = ""
        # The cell by which a page says that its table is empty.
        self.empty_row = False

    def add(self, data: bytes, start: int, end: int, keep: bool) -> None:
        for piece in _PIECE.finditer(data, start, end):
            text = piece[0].decode("utf-8", "replace")
            if text[0] == "&" and len(text) > 1:
                text = _character(text)
                if not text:
                    continue
            if text[0] in _WHITE_SPACE and not text.strip(_WHITE_SPACE):
                if not self.size:
                    continue
                if not keep:
                    self.blank(piece.start())
                    continue
            self.push(text, piece.start())

    def push(self, text: str, offset: int) -> None:
        if len(text) > _LONGEST_PIECE:
            # `place` looks through a piece, and may be asked for each of its characters.
            for start in range(0, len(text), _LONGEST_PIECE):
                part = text[start : start + _LONGEST_PIECE]
                self.push(part, offset)
                offset += len(part.encode())
            return
        self.pieces.append(text)
        self.starts.append(self.size)
        self.offsets.append(offset)
        self.size += len(text)
        self.last = text[-1]

    def blank(self, offset: int) -> None:
        if self.size and self.last not in " \n":
            self.push(" ", offset)

    def line(self, offset: int) -> None:
        if self.size and self.pieces[-1] == " ":
            self.pieces[-1] = "\n"
            self.last = "\n"
        elif self.size:
            self.push("\n", offset)

    def new_line(self, offset: int) -> None:
        """End the line before a block, which begins one in any case."""
        if self.last != "\n":
            self.line(offset)

    def begin(self, href: tuple[str, int] | None) -> None:
        self.finish()
        if href is not None and href[0].strip():
            self.open = _Link(href[0].strip(), href[1], self.size)

    def finish(self) -> None:
        """End the link that is open, without the blanks around its words."""
        link = self.open
        if link is not None:
            self.open = None
            label = self.text(link.start)
            link.end = link.start + len(label.rstrip(_WHITE_SPACE))
            link.start += len(label) - len(label.lstrip(_WHITE_SPACE))
            if link.start < link.end:
                self.links.append(link)

    def text(self, start: int = 0) -> str:
        """The text from a character on at which a piece begins, without white space at the end."""
        first = bisect_right(self.starts, start - 1) if start else 0
        return "".join(self.pieces[first:]).rstrip(_WHITE_SPACE)

    def place(self, character: int = 0) -> int:
        """The offset of a character; that of the cell's inside where it has none."""
        if not self.pieces:
            return self.at
        index = bisect_right(self.starts, character) - 1
        before = self.pieces[index][: character - self.starts[index]]
        return self.offsets[index] + len(before.encode())


def _bracketed(words: _Words, text: str) -> Iterator[tuple[int, int, Citation]]:
    """The links that stand in brackets, each with where its brackets begin and end."""
    at = 0
    for index, link in enumerate(words.links):
        start = link.start - 1
        if start > at and text[start] in " \n":
            start -= 1
        if start < at or text[start] != "[":
            continue
        following = words.links[index + 1 : index + 2]
        limit = min(following[0].start if following else len(text), link.end + _LABEL_LIMIT)
        end = text.find("]", link.end, limit)
        if end < 0 or text.find("[", link.end, end) >= 0:
            continue
        at = end + 1
        shown = text[link.start : end].rstrip(_WHITE_SPACE)
        yield start, at, _linked(link, shown, words.place(link.start))


# How much may stand between a link and the bracket behind it, such as ", Section 4.3".
_LABEL_LIMIT = 200


def _linked(link: _Link, shown: str, offset: int) -> Citation:
    """The citation that a link in brackets is: its kind is told by where it leads."""
    href = link.href
    if href.startswith("#"):
        fragment = unquote(href[1:])
        if fragment == f"note{shown}":
            return Citation("note", shown, None, offset)
        if (note := _NOTE.fullmatch(fragment)) is not None:
            return Citation("note", note[1], shown, offset)
        if fragment == shown:
            return Citation("person", shown, None, offset)
        return Citation("person", fragment, shown, link.offset + 1)
    parts = href.partition("#")[0].partition("?")[0].rstrip("/").split("/")
    last = parts[-1]
    by_name = parts[-2:-1] == ["go"]
    rfc = _RFC.fullmatch(last)
    if rfc is not None and (by_name or _RFC_SHOWN.fullmatch(shown)):
        data = rfc[1].lower()
        same = shown.replace(" ", "").lower() == data
        return Citation("rfc", data, None if same else shown, offset)
    if by_name and _DRAFT.fullmatch(last):
        if shown == "RFC-" + last.removeprefix("draft-"):
            last = shown  # a draft that is approved: the link leads to the draft it was
        return Citation("draft", last, None if shown == last else shown, offset)
    if _SCHEME.fullmatch(href):
        return Citation("uri", href, None if shown == href else shown, offset)
    found = citations(f"[{shown}]", people=False)
    cited = found[0] if len(found) == 1 else Citation("bracket", None, shown, 0)
    cited.offset = offset
    return cited


def _citations(words: _Words, *, people: bool) -> tuple[Citation, ...]:
    """What a cell of people or of references cites: its links, and brackets without one."""
    text = words.text()
    if not text:
        return ()
    found: list[Citation] = []

    def plain(start: int, end: int) -> None:
        for cited in citations(text[start:end], people=people):
            cited.offset = words.place(start + cited.offset)
            found.append(cited)

    at = 0
    for start, end, cited in _bracketed(words, text):
        plain(at, start)
        found.append(cited)
        at = end
    plain(at, len(text))
    return tuple(found)


def _parts(words: _Words, text: str) -> list[Part]:
    """A text with its citations, which stand for their brackets, too."""
    parts: list[Part] = []
    at = 0
    for start, end, cited in _bracketed(words, text):
        if start > at:
            parts.append(text[at:start])
        parts.append(cited)
        at = end
    if at < len(text):
        parts.append(text[at:])
    return parts


_BREAK = Markup("br")


def _with_breaks(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, str):
            for number, line in enumerate(part.split("\n")):
                if number:
                    yield _BREAK
                if line:
                    yield line
        else:
            yield part


# What stands in the cells of a row behind the first thousand, which belong to no column.
_NO_WORDS = _Words(0)


class _Table:
    """A table: of records, of contacts, of footnotes, or of nothing that concerns us."""

    __slots__ = (
        "columns",
        "contacts",
        "defects",
        "footnotes",
        "identity",
        "kind",
        "offset",
        "records",
        "width",
    )

    def __init__(self, offset: int, identity: str) -> None:
        self.offset = offset
        self.identity = identity
        self.kind: TableKind = ""
        self.columns: dict[str, int] = {}
        self.width = 0
        self.records: list[Record] = []
        self.contacts: list[Contact] = []
        self.footnotes: list[Footnote] = []
        self.defects = Defects()

    def row(self, cells: list[_Words], offset: int, is_cut: bool, has_data: bool) -> None:
        """Take a row.  `is_cut` says that the document breaks off in it."""
        if not self.kind:
            if is_cut:
                return
            self.kind = self.recognise(cells, offset)
            if self.kind != "footnotes":
                return
        if self.kind == "footnotes":
            if len(cells) > 1 and cells[0].text().startswith("["):
                self.footnote(cells)
        elif has_data and not (len(cells) == 1 and cells[0].empty_row):
            if self.kind == "records":
                self.record(cells, offset, is_cut)
            elif self.kind == "contacts":
                self.contact(cells, offset, is_cut)

    def recognise(self, cells: list[_Words], offset: int) -> TableKind:
        """Say what table this is, by its id and its first row."""
        headings = {" ".join(cell.text().split()).lower() for cell in cells}
        is_registry = self.identity == _TABLE_PREFIX + REGISTRY_ID
        if is_registry or {"service name", "port number"} <= headings:
            self.find_columns(cells, offset, _RECORD_HEADINGS, RECORD_FIELDS)
            return "records"
        if {"id", "name"} <= headings:
            self.find_columns(cells, offset, _CONTACT_HEADINGS, _CONTACT_COLUMNS)
            return "contacts"
        first = cells[0].text()
        is_footnotes = len(cells) == 2 and _BRACKETED.fullmatch(first) is not None
        if is_footnotes or first.lower().startswith("footnote"):
            return "footnotes"
        return "other"

    def find_columns(
        self,
        cells: list[_Words],
        offset: int,
        fields: Mapping[str, str],
        needed: Sequence[str],
    ) -> None:
        self.width = len(cells)
        for index, cell in enumerate(cells):
            heading = cell.text()
            field = fields.get(" ".join(heading.split()).lower())
            if field is None:
                message = f"the registry has no column {quoted(heading)}"
                self.defects.append(Defect("FM003", message, cell.place(), value=heading))
            elif field in self.columns:
                message = f"a second column {quoted(heading)}; the first counts"
                self.defects.append(Defect("FM003", message, cell.place(), value=heading))
            else:
                self.columns[field] = index
        heading_of = {field: heading for heading, field in COLUMN_HEADINGS.items()}
        heading_of |= {field: heading.title() for heading, field in _CONTACT_HEADINGS.items()}
        heading_of["contact_uri"] = "Contact URI"
        for missing in needed:
            if missing not in self.columns:
                message = f'the column "{heading_of[missing]}" is missing'
                self.defects.append(Defect("FM004", message, offset, field=missing))

    def ragged(self, about: Record | Contact, cells: list[_Words]) -> None:
        many = "cell" if len(cells) == 1 else "cells"
        message = f"{len(cells)} {many} in a row of a table with {self.width} columns"
        at = about.offset
        if len(cells) > self.width:
            at = cells[self.width].place()
            more = ",".join(cell.text() for cell in cells[self.width :])
            message = f"{message}; {quoted(more)} belongs to none"
        self.defects.append(Defect("FM002", message, at, about=about))

    def picked(self, cells: list[_Words]) -> Iterator[tuple[str, _Words]]:
        for field, index in self.columns.items():
            if index < len(cells):
                yield field, cells[index]

    def record(self, cells: list[_Words], offset: int, is_cut: bool) -> None:
        record = Record(len(self.records), offset)
        self.records.append(record)
        if len(cells) != self.width and not is_cut:
            self.ragged(record, cells)
        places = record.places = {}
        mixed: dict[str, Sequence[Part]] = {}
        for field, words in self.picked(cells):
            places[field] = words.place()
            if field in _CITING:
                cited = _citations(words, people=field != "reference")
                setattr(record, field, cited)
                if cited:
                    places[field] = cited[0].offset
                continue
            text = words.text()
            # An empty cell is an absent value.
            setattr(record, field, text or None)
            if field in _FREE_TEXT and (words.links or "\n" in text):
                parts = list(_with_breaks(_parts(words, text)))
                if len(parts) > 1 or not isinstance(parts[0], str):
                    mixed[field] = parts
                    inline = tuple((field, part) for part in parts if isinstance(part, Citation))
                    record.inline = (*record.inline, *inline)
        if mixed:
            record.mixed = mixed

    def contact(self, cells: list[_Words], offset: int, is_cut: bool) -> None:
        contact = Contact(len(self.contacts), offset)
        self.contacts.append(contact)
        if len(cells) != self.width and not is_cut:
            self.ragged(contact, cells)
        places = contact.places = {}
        for field, words in self.picked(cells):
            places[field] = words.place()
            text = words.text()
            if field == "contact_id":
                identity, places[field] = _unbracketed(words)
                contact.contact_id = identity or None
            elif field == "contact_uri":
                addresses = list(_addresses(words, text))
                contact.contact_uri = tuple(address for address, _ in addresses)
                contact.uri_offsets = tuple(at for _, at in addresses)
            else:
                setattr(contact, field, text or None)

    def footnote(self, cells: list[_Words]) -> None:
        anchor, at = _unbracketed(cells[0])
        text = cells[1].text()
        self.footnotes.append(Footnote(anchor or None, text, at, _parts(cells[1], text)))


def _unbracketed(words: _Words) -> tuple[str, int]:
    """The text of a cell without brackets around it, and its offset."""
    text = words.text()
    if text.startswith("["):
        return text[1:].removesuffix("]"), words.place(1)
    return text, words.place()


def _addresses(words: _Words, text: str) -> Iterator[tuple[str, int]]:
    """The addresses of a cell: each link is one, and each line outside links."""

    def lines(start: int, end: int) -> Iterator[tuple[str, int]]:
        for line in text[start:end].split("\n"):
            if address := line.strip(" ,;"):
                yield address, words.place(start + line.index(address))
            start += len(line) + 1

    at = 0
    for link in words.links:
        yield from lines(at, link.start)
        yield text[link.start : link.end], words.place(link.start)
        at = link.end
    yield from lines(at, len(text))


class _Reader:
    """The state between two tags: what is open, and whose words are being gathered."""

    def __init__(self, dump: Dump, limits: Limits) -> None:
        self.dump = dump
        self.data = dump.data
        self.deepest = limits.depth
        # How many more records and contacts are read, from whatever tables.
        self.room = dict.fromkeys(("records", "contacts"), limits.records)
        self.most = limits.records
        self.is_full = False
        self.words: _Words | None = None
        # Of what `words` are, or the last that were: a cell, dt, dd, h1 or title.
        self.of = ""
        self.keep = False
        self.term = ""
        self.has_heading = False
        self.tables: list[_Table] = []
        self.table: _Table | None = None
        # How many tables are open inside the cell.
        self.nested = 0
        self.cells: list[_Words] | None = None
        self.row_offset = 0
        self.row_has_data = False
        self.root = -1
        self.is_ended = False

    def run(self) -> None:
        fault = False
        for kind, name, start, end, behind, close in _tokens(self.data):
            if kind == "text":
                if self.words is not None and not self.is_too_deep:
                    self.words.add(self.data, start, end, self.keep)
            elif kind == "end":
                self.end(name, start)
            elif kind == "fault":
                fault = True
                self.defect("FM001", f"a {name} that is never closed; nothing of it is read", start)
            else:
                self.start(name, start, end, behind, close)
                if kind == "empty":
                    self.end(name, start)
            if self.is_full:
                break
        self.break_off(fault or self.is_full)
        self.assemble()

    def defect(self, code: str, message: str, offset: int, field: str | None = None) -> None:
        self.dump.defects.append(Defect(code, message, offset, field=field))

    # -- tags -----------------------------------------------------------------------------------

    def start(self, name: str, start: int, end: int, behind: int, close: int) -> None:
        if self.words is not None and not self.ends_words(name):
            self.inside(self.words, name, start, behind, close)
        elif name == "table":
            self.open_table(start, _attributes(self.data, behind, close))
        elif self.table is not None:
            if name in _CELLS:
                self.close_cell()
                self.open_cell(name, start, end, behind, close)
            elif name == "tr":
                self.close_row()
                self.cells = []
                self.row_offset = start
            elif name in _ROW_GROUPS:
                self.close_row()
        elif name in ("dt", "dd", "h1", "title"):
            self.close_words()
            self.words = _Words(end)
            self.of = name
        elif name == "html":
            self.root = start
        else:
            self.close_words()

    @property
    def is_too_deep(self) -> bool:
        """Whether more tables are open in each other than are read; that of the cell counts."""
        return self.nested >= self.deepest

    def ends_words(self, name: str) -> bool:
        """Whether a start tag ends the cell or the words that are open."""
        if self.of == "cell":
            return not self.nested and (name in _CELLS or name == "tr" or name in _ROW_GROUPS)
        return name in _ENDS_WORDS

    def inside(self, words: _Words, name: str, start: int, behind: int, close: int) -> None:
        """A start tag among words."""
        if self.is_too_deep and name != "table":
            return
        if name == "br":
            words.line(start)
        elif name == "a":
            words.begin(_attributes(self.data, behind, close).get("href"))
        elif name in _BLOCKS or name == "tr":
            words.new_line(start)
            self.keep = self.keep or name == "pre"
        elif name in _CELLS:
            words.blank(start)
        elif name == "table":
            words.new_line(start)
            self.nested += 1
            if self.is_too_deep and self.nested == self.deepest:
                levels = f"{self.deepest} levels"
                message = f"tables are nested deeper than {levels}; from here they are not read"
                self.defect("FM001", message, start)

    def end(self, name: str, start: int) -> None:
        words = self.words
        if words is not None and name == "a":
            words.finish()
        elif words is not None and name == "pre":
            self.keep = False
        elif self.of == "cell" and self.nested:
            if name == "table" and words is not None:
                words.new_line(start)
                self.nested -= 1
        elif self.table is not None:
            if name in _CELLS:
                self.close_cell()
            elif name == "tr" or name in _ROW_GROUPS:
                self.close_row()
            elif name == "table":
                self.close_table()
        elif name in ("dt", "dd", "h1", "title", "dl", "body", "html", "article"):
            self.close_words()
        if name == "html":
            self.is_ended = True
        elif words is not None and name in _BLOCKS:
            words.new_line(start)

    # -- tables ---------------------------------------------------------------------------------

    def open_table(self, start: int, attributes: Mapping[str, tuple[str, int]]) -> None:
        self.close_words()
        if self.table is not None:
            # As browsers have it: outside of cells, a table ends the one it stands in.
            before = self.table
            self.close_table()
            self.unclosed_table(before)
        if len(self.tables) == _MOST_TABLES:
            self.is_full = True
            self.dump.defects.append(too_many(_MOST_TABLES, "tables", start))
            return
        identity = attributes.get("id", ("", 0))[0].strip()
        self.table = _Table(start, identity)
        self.tables.append(self.table)

    def open_cell(self, name: str, start: int, end: int, behind: int, close: int) -> None:
        if self.cells is None:
            self.cells = []
            self.row_offset = start
        self.words = words = _Words(end)
        self.of = "cell"
        if name == "td":
            self.row_has_data = True
            classes = _attributes(self.data, behind, close).get("class", ("", 0))[0]
            words.empty_row = "registryempty" in classes.split()
        self.cells.append(words if len(self.cells) < _MOST_CELLS else _NO_WORDS)

    def close_cell(self) -> None:
        if self.words is not None and self.of == "cell":
            self.words.finish()
            self.words = None
            self.keep = False

    def close_row(self, is_cut: bool = False) -> None:
        self.close_cell()
        if self.table is not None and self.cells:
            kind = self.table.kind
            if self.row_has_data and kind in self.room:
                self.is_full = not self.room[kind]
                self.room[kind] -= 1
            if self.is_full:
                self.dump.defects.append(too_many(self.most, kind, self.row_offset))
            else:
                self.table.row(self.cells, self.row_offset, is_cut, self.row_has_data)
        self.cells = None
        self.row_has_data = False

    def close_table(self) -> None:
        self.close_row()
        self.table = None

    def unclosed_table(self, table: _Table) -> None:
        if table.kind != "other":
            self.defect("FM001", "a table that is never closed", table.offset)

    # -- words outside tables -------------------------------------------------------------------

    def close_words(self) -> None:
        """End a heading, or a term or its description in the list on top."""
        words = self.words
        if words is None or self.of == "cell":
            return
        of = self.of
        words.finish()
        self.words = None
        self.keep = False
        text = words.text()
        dump = self.dump
        if of == "dt":
            self.term = text
        elif of == "dd":
            self.describe(words, text)
        elif text and not self.has_heading:
            # The first heading; before there is one, the title of the page.
            self.has_heading = of == "h1"
            dump.title = text
            dump.metadata_places["title"] = words.place()

    def describe(self, words: _Words, text: str) -> None:
        """Take what the list on top says of its last term."""
        dump = self.dump
        term = " ".join(self.term.split())
        field = _TERMS.get(term.lower(), "note")
        if field in ("updated", "experts"):
            if field in dump.metadata_places:
                message = f"a second {quoted(term)} in one page; the first counts"
                self.defect("FM008", message, words.place(), field)
                return
            dump.metadata_places[field] = words.place()
            setattr(dump, field, text or None)
        elif field == "references":
            dump.references.extend(_citations(words, people=False))
        elif field == "note" and text:
            title = None if term.lower() in _TERMS or not term else term
            dump.notes.append(Note(title, text, words.place(), _parts(words, text)))

    # -- the end --------------------------------------------------------------------------------

    def break_off(self, fault: bool) -> None:
        """Report what is open where the document ends; it is kept as far as it came."""
        table = self.table
        if not fault:
            end = len(self.data.rstrip())
            if table is not None and self.is_ended:
                self.unclosed_table(table)
            elif table is not None:
                self.defect("FM001", "the document breaks off inside a table", end)
            elif self.root >= 0 and not self.is_ended:
                self.defect("FM001", "the document breaks off: </html> is missing", end)
        self.close_words()
        self.close_row(is_cut=True)

    def assemble(self) -> None:
        """Put what the tables hold into the dump."""
        dump = self.dump
        held = [table for table in self.tables if table.kind == "records"]
        by_id = [table for table in held if table.identity == _TABLE_PREFIX + REGISTRY_ID]
        for table in by_id or held:
            dump.records.extend(table.records)
            dump.defects.extend(table.defects)
            if dump.registry_id is None and table.identity.startswith(_TABLE_PREFIX):
                dump.registry_id = table.identity.removeprefix(_TABLE_PREFIX)
                dump.metadata_places["registry_id"] = table.offset
        if not held and not any(defect.code == "FM001" for defect in dump.defects):
            message = "no table of assignments with the columns of the registry"
            self.defect("FM004", message, 0)
        carries = set(_CARRIES)
        page = page_of(self.data)
        dump.page = page if page is not None and page[1] > 1 else None
        for table in self.tables:
            dump.contacts.extend(table.contacts)
            dump.footnotes.extend(table.footnotes)
            if table.kind == "contacts":
                dump.defects.extend(table.defects)
                carries.add("contacts")
        _count(dump)
        _number_footnotes(dump)
        # One page of many need not have the records that refer to a footnote.
        if dump.footnotes and dump.page is None:
            carries.add("footnotes")
        dump.carries = frozenset(carries)
