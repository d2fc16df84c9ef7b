"""The plain-text form: a table of fixed columns, as a text browser lays out the HTML page.

Headings and cells are centred in their columns, and a cell of several lines is centred in the
height of its record; no blank line stands between records.  So the columns are worked out from the
headings, and which lines belong to which record from what is centred how.  Columns are counted in
bytes: the lines are cut first and decoded then.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import regex

from validator.model.record import Citation, Contact, Defect, Dump, Footnote, Note, Record, too_many
from validator.model.vocabulary import (
    COLUMN_HEADINGS,
    CONTACT_FIELDS,
    CONTACT_HEADINGS,
    RECORD_FIELDS,
    quoted,
)
from validator.readers.csv import Cited, citations
from validator.readers.source import line_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from validator.readers.source import Source

_CARRIES = frozenset({"contacts", "registry-date", "footnotes", "brackets"})

_KEYS = ("service_name", "port_number", "transport_protocol", "contact_id")
_SECTIONS = frozenset(
    {
        "Last Updated",
        "Expert(s)",
        "Experts",
        "Reference",
        "Note",
        "Alternative Formats",
        "Available Formats",
        "Registration Procedure(s)",
    }
)
_PEOPLE = (b"People", b"Contact Information")
_FOOTNOTES = (b"Footnote", b"Footnotes")
_WORD = regex.compile(rb"[^\s]++")
_FOOTNOTE = regex.compile(rb"[ ]{0,8}\[([^\[\]\s]{1,20})\][ ](.*+)")
_TOLD_BY = frozenset({b"Service", b"Name", b"Port", b"Number", b"Description"})
_LONGEST_HEADER = 10_000
_UNKNOWN_SHOWN = 50
# So many lines between two names are no wrapped cells; no one looks for their centre.
_TALLEST = 200
_BLANK = 0x20
# What a cell costs that is not centred, against a break between lines that was not needed.
_MISPLACED = 100


def read(source: Source) -> Dump:
    """Return the records, contacts, footnotes and defects of `source`.  Never raises on content."""
    dump = Dump(source.path, "txt", source.data, _CARRIES)
    dump.defects.extend(source.damage)
    lines = _lines(dump, source.limits.records)
    locate = _Locator()
    dump.locate = locate
    heading = _find(lines, 0, len(lines), COLUMN_HEADINGS, _TOLD_BY)
    people = _titled(lines, max(heading, 0), _PEOPLE)
    notes = _titled(lines, max(heading, 0), _FOOTNOTES)
    end = min(people, notes)
    if heading < 0:
        message = "no table with the headings of the registry"
        dump.defects.append(Defect("FM004", message, 0))
        _preamble(dump, lines[:end])
    else:
        records = _Table(dump, lines[:end], heading, COLUMN_HEADINGS, RECORD_FIELDS)
        _preamble(dump, lines[: records.top])
        locate.rows.extend(_records(dump, records))
    if people < len(lines):
        stop = notes if notes > people else len(lines)
        heading = _find(lines, people + 1, stop, CONTACT_HEADINGS, {b"ID", b"Name"})
        if heading < 0:
            message = "no table under the title of the people"
            dump.defects.append(Defect("FM004", message, lines[people].offset))
        else:
            contacts = _Table(dump, lines[:stop], heading, CONTACT_HEADINGS, CONTACT_FIELDS)
            locate.rows.extend(_contacts(dump, contacts))
    else:
        dump.carries -= {"contacts"}
        if any(record.assignee or record.contact for record in dump.records):
            message = "the document breaks off: the people whom it cites stand nowhere"
            dump.defects.append(Defect("FM001", message, len(source.data)))
    if notes < len(lines):
        _footnotes(dump, lines[notes + 1 : people if people > notes else len(lines)])
        _resolve(dump)
    return dump


class _Line:
    """One line: where it begins, and its bytes without the line end."""

    __slots__ = ("data", "offset")

    def __init__(self, offset: int, data: bytes) -> None:
        self.offset = offset
        self.data = data

    @property
    def first(self) -> int:
        """Where the first character that is no blank stands."""
        return self.offset + len(self.data) - len(self.data.lstrip())


def _lines(dump: Dump, most: int) -> list[_Line]:
    """The lines of the document: `most` of them, which is told."""
    found: list[_Line] = []
    data = dump.data
    ends = line_bytes(data)
    if ends.count(b"\n") > most:
        at = 0
        for _ in range(most):
            at = ends.find(b"\n", at) + 1
        dump.defects.append(too_many(most, "lines", at))
        data = data[:at]
    at = 0
    for line in data.splitlines(keepends=True):
        found.append(_Line(at, line.rstrip(b"\r\n\f\v ")))
        at += len(line)
    return found


def _find(
    lines: Sequence[_Line],
    start: int,
    stop: int,
    known: Mapping[str, str],
    words: AbstractSet[bytes],
) -> int:
    """The line of headings, -1 without one: all of `words` stand on it or on those around it."""
    vocabulary = _words(known)
    for index in range(start, stop):
        found = lines[index].data[:_LONGEST_HEADER].split()
        if 2 * sum(word in vocabulary for word in found) > len(found):
            around = lines[max(index - 3, start) : index + 4]
            said = {word for line in around for word in line.data[:_LONGEST_HEADER].split()}
            if words <= said and words & set(found):
                return index
    return -1


def _words(known: Mapping[str, str]) -> set[bytes]:
    return {word.encode() for heading in known for word in heading.split()}


def _titled(lines: Sequence[_Line], start: int, titles: Iterable[bytes]) -> int:
    """The line that is one of `titles` in the middle of nothing; the number of lines if none."""
    for index in range(start, len(lines)):
        data = lines[index].data
        if data.endswith(tuple(titles)) and data[:8].isspace() and data.strip() in titles:
            if index == 0 or not lines[index - 1].data:
                return index
    return len(lines)


# -- columns ---------------------------------------------------------------------------------------


class _Heading:
    """A heading of the table: of which field, and where its widest line stands."""

    __slots__ = ("field", "left", "text", "width")

    def __init__(self, text: str, field: str, words: Sequence[tuple[int, int, int]]) -> None:
        self.text = text
        self.field = field
        extents: dict[int, tuple[int, int]] = {}
        for row, start, stop in words:
            low, high = extents.get(row, (start, stop))
            extents[row] = (min(low, start), max(high, stop))
        self.left, high = max(extents.values(), key=lambda extent: extent[1] - extent[0])
        self.width = high - self.left

    @property
    def right(self) -> int:
        return self.left + self.width


class _Column:
    __slots__ = ("field", "heading", "start", "stop")

    def __init__(self, heading: str, field: str, start: int, stop: int | None) -> None:
        self.heading = heading
        self.field = field
        self.start = start
        self.stop = stop


class _Table:
    """A table: its columns, and the lines below the headings."""

    def __init__(
        self,
        dump: Dump,
        lines: Sequence[_Line],
        heading: int,
        known: Mapping[str, str],
        fields: Sequence[str],
    ) -> None:
        self.dump = dump
        vocabulary = _words(known)
        self.top = bottom = heading
        while self.top and _is_of(lines[self.top - 1].data, vocabulary):
            self.top -= 1
        while bottom + 1 < len(lines) and _is_of(lines[bottom + 1].data, vocabulary):
            bottom += 1
        # What stands below in words of headings may be the first line of a wrapped cell.
        bottom = min(
            range(max(heading, bottom - 3), bottom + 1),
            key=lambda end: (self._unfit(lines[self.top : end + 1], known, fields), -end),
        )
        body = list(lines[bottom + 1 :])
        while body and not body[-1].data:
            body.pop()
        while body and not body[0].data:
            body.pop(0)
        self.lines = body
        self.columns = self._columns(lines[self.top : bottom + 1], known, fields)
        self.width = max((len(line.data) for line in body), default=0)
        self._crossed()

    def _headings(
        self, lines: Sequence[_Line], known: Mapping[str, str], fields: Sequence[str]
    ) -> tuple[list[_Heading], list[str], list[tuple[bytes, int, int, int]]]:
        """The headings, those that are missing, and the words that belong to none."""
        words = [
            (word[0], row, word.start(), word.end())
            for row, line in enumerate(lines)
            for word in _WORD.finditer(line.data[:_LONGEST_HEADER])
        ]
        headings: list[_Heading] = []
        for text, field in known.items():
            left = headings[-1].right if headings else -1
            taken = _taken(words, text, left)
            if taken is not None and all(heading.field != field for heading in headings):
                for word in taken:
                    words.remove(word)
                headings.append(_Heading(text, field, [word[1:] for word in taken]))
        found = {heading.field for heading in headings}
        return headings, [field for field in fields if field not in found], words

    def _unfit(
        self, lines: Sequence[_Line], known: Mapping[str, str], fields: Sequence[str]
    ) -> int:
        _, missing, words = self._headings(lines, known, fields)
        return len(missing) + len(words)

    def _columns(
        self, lines: Sequence[_Line], known: Mapping[str, str], fields: Sequence[str]
    ) -> list[_Column]:
        headings, missing, words = self._headings(lines, known, fields)
        text_of = {field: text for text, field in known.items()}
        for field in missing:
            message = f'the column "{text_of[field]}" is missing'
            self.dump.defects.append(Defect("FM004", message, lines[0].offset, field=field))
        for unknown, row, start, _ in words[:_UNKNOWN_SHOWN]:
            shown = unknown.decode("utf-8", "replace")
            message = f"the registry has no column {quoted(shown)}"
            place = lines[row].offset + start
            self.dump.defects.append(Defect("FM003", message, place, value=shown))
        if not headings:
            return []  # words of headings, but not one that is whole
        starts = self._centred(headings) or [0, *(heading.left for heading in headings[1:])]
        stops: list[int | None] = [start - 1 for start in starts[1:]]
        return [
            _Column(heading.text, heading.field, start, stop)
            for heading, start, stop in zip(headings, starts, [*stops, None], strict=True)
        ]

    def _centred(self, headings: Sequence[_Heading]) -> list[int] | None:
        """Where columns begin whose headings are centred, and where no line crosses a border.

        A heading of h bytes in a column of w begins (w - h) // 2 behind its start: that leaves two
        widths, and what stands in the lines decides.  `None` where no widths fit.
        """
        filled: dict[int, int] = {}

        def crossing(place: int) -> int:
            if place not in filled:
                filled[place] = sum(
                    1 for line in self.lines if line.data[place : place + 1] not in (b"", b" ")
                )
            return filled[place]

        known: dict[tuple[int, int], tuple[int, list[int]] | None] = {}

        def best(index: int, start: int) -> tuple[int, list[int]] | None:
            """The fewest crossings from column `index` on, which begins at `start`."""
            key = (index, start)
            if key in known:
                return known[key]
            heading = headings[index]
            before = heading.left - start
            answer: tuple[int, list[int]] | None = None
            if before >= 0:
                if index == len(headings) - 1:
                    answer = (0, [start])
                else:
                    for width in (2 * before + heading.width, 2 * before + heading.width + 1):
                        rest = best(index + 1, start + width + 1)
                        if rest is not None:
                            cost = rest[0] + crossing(start + width)
                            if answer is None or cost < answer[0]:
                                answer = (cost, [start, *rest[1]])
            known[key] = answer
            return answer

        found = best(0, 0)
        return None if found is None else found[1]

    def _crossed(self) -> None:
        """Report the lines whose text stands across a border, and those with tabs."""
        borders = [(column.start - 1, column) for column in self.columns[1:]]
        for line in self.lines:
            data = line.data
            tab = data.find(b"\t")
            if tab >= 0:
                message = "a tab in a table of fixed columns"
                self.dump.defects.append(Defect("FM002", message, line.offset + tab))
                continue
            for border, column in borders:
                if border < len(data) and data[border] != _BLANK:
                    message = f'text across the border of the column "{column.heading}"'
                    self.dump.defects.append(Defect("FM002", message, line.offset + border))
                    break

    def filled(self, index: int) -> list[bool]:
        """Which columns have something in a line."""
        data = self.lines[index].data
        return [bool(data[column.start : column.stop].strip()) for column in self.columns]

    def fits(self, index: int, number: int) -> bool:
        """Whether what a line begins with in a column would have fitted into the line before."""
        column = self.columns[number]
        first = self.lines[index].data[column.start : column.stop].strip()
        second = self.lines[index + 1].data[column.start : column.stop].strip()
        word = _WORD.match(second)
        if word is None:
            return False
        stop = self.width if column.stop is None else column.stop
        return len(first) + 1 + word.end() <= stop - column.start

    # -- rows -------------------------------------------------------------------------------------

    def rows(self) -> list[_Row]:
        """Cut the lines into rows."""
        keys = [n for n, column in enumerate(self.columns) if column.field in _KEYS]
        spans = [(self.columns[n].start, self.columns[n].stop) for n in keys]
        mains = [
            index
            for index, line in enumerate(self.lines)
            if any(line.data[start:stop].strip() for start, stop in spans)
        ]
        if not mains:
            if self.lines:
                message = "a table without a single service name, port or id"
                self.dump.defects.append(Defect("FM002", message, self.lines[0].offset))
            return []
        return [_Row(self, above, main, below) for above, main, below in self._heights(mains)]

    def _heights(self, mains: Sequence[int]) -> list[tuple[int, int, int]]:
        """For each line in `mains`, the first and last line of its row.

        What stands between two of them is shared out so that all cells are centred.  The rows are a
        chain: where one ends the next begins.  The way through it with the fewest cells out of
        place wins; where several ways are as good, that is reported.
        """
        found: list[tuple[int, int, int]] = []
        last = len(mains) - 1
        index = 0
        # A chain ends at each pair of neighbouring main lines.
        while index <= last:
            stop = index
            while stop < last and mains[stop + 1] - mains[stop] > 1:
                stop += 1
            top = mains[index - 1] + 1 if index else 0
            bottom = mains[stop + 1] - 1 if stop < last else len(self.lines) - 1
            found.extend(_Chain(self, mains[index : stop + 1], top, bottom).rows())
            index = stop + 1
        return found


def _is_of(line: bytes, vocabulary: set[bytes]) -> bool:
    words = line.split()
    return bool(words) and all(word in vocabulary for word in words)


def _taken(
    words: Sequence[tuple[bytes, int, int, int]], text: str, left: int
) -> list[tuple[bytes, int, int, int]] | None:
    """The words of a heading, none of which begins before `left`; `None` where one is missing."""
    taken: list[tuple[bytes, int, int, int]] = []
    for part in text.encode().split():
        fitting = [
            word for word in words if word[0] == part and word[2] > left and word not in taken
        ]
        if not fitting:
            return None
        taken.append(min(fitting, key=lambda word: word[2]))
    return taken


class _Chain:
    """Rows one behind the other, of which it must be found out where each ends."""

    def __init__(self, table: _Table, mains: Sequence[int], top: int, bottom: int) -> None:
        self.table = table
        self.mains = mains
        self.top = top
        self.bottom = bottom
        self.marks: dict[int, list[bool]] = {}
        self.fitting: dict[tuple[int, int], bool] = {}

    def rows(self) -> list[tuple[int, int, int]]:
        mains = self.mains
        if len(mains) == 1 and self.top == self.bottom:
            return [(self.top, mains[0], self.bottom)]
        gaps = [after - before - 1 for before, after in pairwise(mains)]
        if max([*gaps, mains[0] - self.top, self.bottom - mains[-1]]) > _TALLEST:
            return self._given_up()
        # For each row and number of lines above its main line: the least cost up to there, and
        # the numbers of lines above the row before that lead to it.
        ways: list[dict[int, tuple[int, list[int]]]] = [{mains[0] - self.top: (0, [])}]
        for index, gap in enumerate(gaps):
            following: dict[int, tuple[int, list[int]]] = {}
            for above, (cost, _) in ways[-1].items():
                for below in self._belows(above, gap):
                    total = cost + self._cost(index, above, below)
                    known = following.get(gap - below)
                    if known is None or total < known[0]:
                        following[gap - below] = (total, [above])
                    elif total == known[0]:
                        known[1].append(above)
            ways.append(following)
        rest = self.bottom - mains[-1]
        ends = {
            above: cost + self._cost(len(mains) - 1, above, rest)
            for above, (cost, _) in ways[-1].items()
        }
        best = min(ends.values())
        good = {above for above, cost in ends.items() if cost == best}
        # Back along all ways that are as good; of several the one with least above is taken.
        chosen = min(good)
        aboves = [chosen]
        # The first line of those that are in doubt, and with which record it is read.
        doubtful: list[tuple[int, str]] = []
        for index in range(len(mains) - 1, 0, -1):
            if len(good) > 1:
                most = max(good)
                doubtful.append((mains[index] - most, "above" if chosen < most else "below"))
            good = {before for above in good for before in ways[index][above][1]}
            chosen = min(ways[index][chosen][1])
            aboves.append(chosen)
        aboves.reverse()
        for number, whose in reversed(doubtful):
            message = (
                "a line that may belong to the record above or to the one below;"
                f" it is read with the one {whose}"
            )
            at = self.table.lines[number].first
            self.table.dump.defects.append(Defect("FM002", message, at))
        starts = [main - above for main, above in zip(mains, aboves, strict=True)]
        stops = [*(start - 1 for start in starts[1:]), self.bottom]
        return list(zip(starts, mains, stops, strict=True))

    def _belows(self, above: int, gap: int) -> list[int]:
        """How many lines may stand below a main line with so many above it."""
        possible = [below for below in (above, above + 1) if below <= gap]
        return possible or [gap]

    def _cost(self, index: int, above: int, below: int) -> int:
        """How many cells of a row would be out of place."""
        start = self.mains[index] - above
        height = above + below + 1
        if height == 1:
            return 0
        cost = 0 if below in (above, above + 1) else 10 * _MISPLACED
        tallest = 1
        extents: dict[int, tuple[int, int]] = {}
        for row in range(height):
            for column, filled in enumerate(self._filled(start + row)):
                if filled:
                    low, _ = extents.get(column, (row, row))
                    extents[column] = (low, row)
        for column, (low, high) in extents.items():
            tall = high - low + 1
            tallest = max(tallest, tall)
            if low != (height - tall) // 2:
                cost += _MISPLACED
            for row in range(low, high):
                cost += self._fits(start + row, column)
        return cost if tallest == height else cost + _MISPLACED

    def _fits(self, line: int, column: int) -> bool:
        """Whether the first word of the line below would have fitted into this one.

        Then the break between them is none of a wrapped cell, but one that was meant, or the border
        between two records.
        """
        known = self.fitting.get((line, column))
        if known is None:
            known = self.fitting[line, column] = self.table.fits(line, column)
        return known

    def _filled(self, line: int) -> list[bool]:
        marks = self.marks.get(line)
        if marks is None:
            marks = self.marks[line] = self.table.filled(line)
        return marks

    def _given_up(self) -> list[tuple[int, int, int]]:
        """Give each row the lines below it, and say so."""
        line = self.table.lines[self.mains[0]]
        message = f"more than {_TALLEST} lines that belong to no record for sure"
        self.table.dump.defects.append(Defect("FM002", message, line.offset))
        starts = [self.top, *self.mains[1:]]
        stops = [*(start - 1 for start in starts[1:]), self.bottom]
        return list(zip(starts, self.mains, stops, strict=True))


class _Row:
    """A row of a table: its lines, of which one has name, number and protocol."""

    __slots__ = ("main", "start", "stop", "table")

    def __init__(self, table: _Table, start: int, main: int, stop: int) -> None:
        self.table = table
        self.start = start
        self.main = main
        self.stop = stop

    @property
    def offset(self) -> int:
        for line in self.table.lines[self.start : self.stop + 1]:
            if line.data:
                return line.first
        return self.table.lines[self.main].offset

    def pieces(self, field: str) -> list[tuple[int, bytes]]:
        """The lines of a cell: where each begins, and its text."""
        found: list[tuple[int, bytes]] = []
        for column in self.table.columns:
            if column.field == field:
                for line in self.table.lines[self.start : self.stop + 1]:
                    raw = line.data[column.start : column.stop]
                    text = raw.strip()
                    if text:
                        lead = len(raw) - len(raw.lstrip())
                        found.append((line.offset + column.start + lead, text))
        return found

    def texts(self) -> dict[str, str]:
        """The text of each cell that holds one, its lines joined by blanks."""
        found: dict[str, str] = {}
        lines = self.table.lines
        if self.start == self.stop:
            data = lines[self.start].data
            for column in self.table.columns:
                text = data[column.start : column.stop].strip()
                if text:
                    found[column.field] = text.decode("utf-8", "replace")
            return found
        for column in self.table.columns:
            parts = [
                text
                for line in lines[self.start : self.stop + 1]
                if (text := line.data[column.start : column.stop].strip())
            ]
            if parts:
                found[column.field] = b" ".join(parts).decode("utf-8", "replace")
        return found

    def place(self, field: str, character: int) -> int | None:
        """The offset of a character of the text of a cell; `None` where the cell is empty."""
        pieces = self.pieces(field)
        for at, text in pieces:
            words = text.decode("utf-8", "replace")
            if character < len(words):
                return at + len(words[:character].encode())
            character -= len(words) + 1
        return pieces[0][0] if pieces else None


def _records(dump: Dump, table: _Table) -> list[tuple[Record | Contact, _Row]]:
    people, documents = Cited(people=True), Cited(people=False)
    found: list[tuple[Record | Contact, _Row]] = []
    for row in table.rows():
        texts = row.texts()
        record = Record(len(dump.records), row.offset)
        dump.records.append(record)
        found.append((record, row))
        record.service_name = texts.get("service_name")
        record.port_number = texts.get("port_number")
        record.transport_protocol = texts.get("transport_protocol")
        record.description = texts.get("description")
        record.registration_date = texts.get("registration_date")
        record.modification_date = texts.get("modification_date")
        record.service_code = texts.get("service_code")
        record.known_unauthorized_uses = texts.get("known_unauthorized_uses")
        record.assignment_notes = texts.get("assignment_notes")
        record.contact = people[texts.get("contact", "")]
        record.assignee = _own(people[texts.get("assignee", "")], record.contact)
        record.reference = documents[texts.get("reference", "")]
    return found


def _own(assignee: tuple[Citation, ...], contact: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """The assignee without the contacts that the form of 2013 lists behind it."""
    more = len(assignee) - len(contact)
    if more > 0 and contact:
        if [cited.data for cited in assignee[more:]] == [cited.data for cited in contact]:
            return assignee[:more]
    return assignee


def _contacts(dump: Dump, table: _Table) -> list[tuple[Record | Contact, _Row]]:
    found: list[tuple[Record | Contact, _Row]] = []
    for row in table.rows():
        texts = row.texts()
        contact = Contact(len(dump.contacts), row.offset)
        dump.contacts.append(contact)
        found.append((contact, row))
        # There is a row where an id stands.
        contact.contact_id = texts["contact_id"].removeprefix("[").removesuffix("]")
        contact.name = texts.get("name")
        contact.organization = texts.get("organization")
        contact.contact_uri = tuple(texts.get("contact_uri", "").split())
        contact.last_updated = texts.get("last_updated")
    return found


# -- what stands above and below -------------------------------------------------------------------


def _preamble(dump: Dump, lines: Sequence[_Line]) -> None:
    """Read the title and the sections above the table."""
    section = ""
    content: dict[str, list[_Line]] = {}
    for line in lines:
        words = line.data.strip().decode("utf-8", "replace")
        if not words:
            if section and content[section]:
                content[section].append(line)
            continue
        if dump.title is None:
            dump.title = words
            dump.metadata_places["title"] = line.first
        elif words in _SECTIONS and line.data[:1].isspace():
            section = words
            content.setdefault(section, [])
        elif section:
            content[section].append(line)
    for section, held in content.items():
        while held and not held[-1].data:
            held.pop()
        if not held:
            continue
        at = held[0].first
        text = "\n".join(line.data.strip().decode("utf-8", "replace") for line in held)
        if section == "Last Updated":
            dump.updated = text
            dump.metadata_places["updated"] = at
        elif section in ("Expert(s)", "Experts"):
            dump.experts = text
            dump.metadata_places["experts"] = at
        elif section == "Reference":
            for cited in citations(text, people=False):
                cited.offset = at + len(text[: cited.offset].encode())
                dump.references.append(cited)
        elif section == "Note":
            dump.notes.append(Note(None, text, at))


def _footnotes(dump: Dump, lines: Sequence[_Line]) -> None:
    parts: list[str] = []
    # A line may begin with a citation; a footnote begins left of where the first one's text does.
    margin = None
    for line in lines:
        begun = _FOOTNOTE.match(line.data)
        if begun is not None and (margin is None or begun.start(1) <= margin):
            margin = margin or begun.start(2)
            anchor = begun[1].decode("utf-8", "replace")
            parts = [begun[2].strip().decode("utf-8", "replace")]
            dump.footnotes.append(Footnote(anchor, parts[0], line.offset + begun.start(1)))
        elif dump.footnotes and (words := line.data.strip()):
            parts.append(words.decode("utf-8", "replace"))
            dump.footnotes[-1].text = " ".join(parts)


def _resolve(dump: Dump) -> None:
    """Turn the numbers in brackets that footnotes have into citations of these."""
    anchors = {footnote.anchor for footnote in dump.footnotes}
    for record in dump.records:
        if any(cited.kind == "bracket" for cited in record.reference):
            record.reference = tuple(
                Citation("note", cited.text, None, cited.offset)
                if cited.kind == "bracket" and cited.text in anchors
                else cited
                for cited in record.reference
            )


class _Locator:
    """Offsets of cells, looked up in the row again."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: list[tuple[Record | Contact, _Row]] = []

    def __call__(self, subject: object, field: str | None, item: object) -> int:
        if isinstance(subject, Dump):
            places = subject.metadata_places
            if isinstance(item, Citation):
                return item.offset
            return places.get(field or "title", places.get("title", 0))
        if isinstance(subject, Record | Contact) and field is not None:
            row = self._row(subject)
            if row is not None:
                character = 0
                if isinstance(item, Citation):
                    character = item.offset
                elif field in ("assignee", "contact", "reference"):
                    cited = getattr(subject, field)
                    character = cited[0].offset if cited else 0
                elif field == "contact_id":
                    character = 1
                elif isinstance(subject, Contact) and isinstance(item, int):
                    character = sum(len(uri) + 1 for uri in subject.contact_uri[:item])
                place = row.place(field, character)
                return subject.offset if place is None else place
        return int(getattr(subject, "offset", 0))

    def _row(self, subject: Record | Contact) -> _Row | None:
        # No two rows begin in the same place, and they are in the order of the file.
        at = bisect_left(self.rows, subject.offset, key=lambda entry: entry[0].offset)
        return self.rows[at][1] if at < len(self.rows) and self.rows[at][0] is subject else None
