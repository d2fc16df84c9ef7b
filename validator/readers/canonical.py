"""Records and persons in the registry's own layout, cut from an XML document before expat sees it.

Nine tenths of a published dump are records of a few lines, each laid out alike.  One regular
expression reads such a record in a fraction of the time that the events of a parser take.  What it
finds is taken out of the document; a processing instruction stands for each run of them, so that
the parser says, when it comes there, whether the run stands where records belong.  Whatever the
expression does not understand to the last byte stays in the document.

Everything read here is what `validator.readers.xml` would have read; tests hold the two together.
The patterns are those of `re`: for so plain a language it is three times as fast as `regex`.
"""

from __future__ import annotations

import re

from validator.record import Citation, Contact, Markup, Record, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from validator.record import Part

    Run: TypeAlias = list[Record] | list[Contact]
    Cited: TypeAlias = tuple[tuple[Citation, ...], tuple[Citation, ...]]

# Text is searched as Latin-1, in which a character is a byte and an offset stays an offset.
_TEXT = r"([^<\x00-\x08\x0b-\x1f]*+)"
_QUOTED = r'"([^"<\x00-\x1f]*+)"'
_XREFS = r'((?:    <xref type="[a-z]++" data="[^"<\x00-\x1f]++"/>\n)*+)'


def _line(tag: str) -> str:
    return rf"(?:    <{tag}>{_TEXT}</{tag}>\n)?+"


# A description may have line breaks, or be an empty element; never both are taken for one.
_DESCRIPTION = (
    rf"(?:    <description>({_TEXT[1:-1]}(?:<br/>{_TEXT[1:-1]})*+)</description>\n)?+"
    r"(    <description/>\n)?+"
)

_RECORD = re.compile(
    rf"(?:  <record(?: date={_QUOTED})?+(?: updated={_QUOTED})?+>\n"
    + _line("name")
    + _line("protocol")
    + rf'(?:    <assignee>\n      <xref type="person" data={_QUOTED}/>\n    </assignee>\n)?+'
    + _XREFS
    + _DESCRIPTION
    + _XREFS
    + _line("number")
    + _XREFS
    + _line("note")
    + _line("unauthorized")
    + _XREFS
    + r"  </record>\n)"
)
_PERSON = re.compile(
    rf"    <person id={_QUOTED}>\n"
    rf"(?:      <name>{_TEXT}</name>\n)?+"
    rf"(?:      <org>{_TEXT}</org>\n)?+"
    rf"(?:      <uri>{_TEXT}</uri>\n)?+"
    rf"(?:      <updated>{_TEXT}</updated>\n)?+"
    r"    </person>\n"
)
_XREF = re.compile(r'    <xref type="([a-z]++)" data="([^"]*+)"/>\n')
_BREAK = Markup("br")
# Which group of a record is its description.
_DESCRIBED = 6
_ONE_PERSON = '    <xref type="person" data="'
# The offset of a citation that records share; its place is looked for in the record that is asked.
SHARED = -1
# What is refused anywhere, and which byte of it is rare.
_REFUSED = ((b"<!", 1), (b"]]>", 0), (b"\xef\xbf", 0))
_RARE = 5000


class Cut:
    """A document without its canonical records.

    `data` is what is left, with a processing instruction `target` and a number for each run of
    records or persons; `runs` has them by that number; `shifts` says how many bytes of the
    document are missing in `data` up to and with each run.
    """

    __slots__ = ("data", "runs", "shifts", "target")

    data: bytes

    def __init__(self, target: str) -> None:
        self.target = target
        self.runs: list[Run] = []
        self.shifts: list[int] = []


def cut(data: bytes) -> Cut | None:
    """Take the canonical records and persons out of `data`; `None` for a document to leave alone.

    That is one with anything that could give its lines another meaning than they show: comments,
    sections, late instructions, carriage returns, characters that XML refuses.
    """
    if b"\r" in data or any(_holds(data, *marks) for marks in _REFUSED):
        return None
    if _holds(data[max(data.find(b"<registry"), 0) :], b"<?", 1):
        return None
    result = Cut("ianalint-records")
    while result.target.encode() in data:
        result.target += "-"
        if len(result.target) > 30:
            return None
    pieces: list[bytes] = []
    last = missing = 0
    for start, stop, run in _Cutter(data.decode("latin-1")).runs():
        instruction = f"<?{result.target} {len(result.runs)}?>".encode()
        pieces += (data[last:start], instruction)
        missing += stop - start - len(instruction)
        result.runs.append(run)
        result.shifts.append(missing)
        last = stop
    pieces.append(data[last:])
    result.data = b"".join(pieces)
    return result


def _holds(data: bytes, marks: bytes, rare: int) -> bool:
    """Say whether `marks` are in `data`: looking for a rare byte is many times as fast."""
    byte = marks[rare : rare + 1]
    at = -1
    for _ in range(_RARE):
        at = data.find(byte, at + 1)
        if at < 0:
            return False
        if data.startswith(marks, max(at - rare, 0)):
            return True
    return marks in data


class _Cutter:
    def __init__(self, text: str) -> None:
        self.text = text
        self.cited: dict[str, Cited] = {"": ((), ())}
        self.assignees: dict[str, tuple[Citation, ...]] = {}

    def runs(self) -> list[tuple[int, int, Run]]:
        """Find the runs of neighbouring records, and those of persons: start, end and content."""
        found = [
            *self.runs_of("\n  <record", self.records),
            *self.runs_of("\n    <person ", self.persons),
        ]
        found.sort(key=lambda entry: entry[0])
        return found

    def runs_of(
        self, opening: str, read: Callable[[int], tuple[Run, int]]
    ) -> Iterator[tuple[int, int, Run]]:
        find = self.text.find
        at = find(opening) + 1
        while at:
            run, stop = read(at)
            if run:
                yield at, stop, run
            at = find(opening, max(stop - 1, at)) + 1

    def records(self, at: int) -> tuple[list[Record], int]:
        """Read canonical records from `at` on; return them and the offset behind the last."""
        found: list[Record] = []
        match = _RECORD.match
        text = self.text
        cited = self.cited
        new = Record.__new__
        while (row := match(text, at)) is not None:
            groups: Sequence[str | None] | None = row.groups()
            piece = row[0]
            mixed = None
            if "<br/>" in piece:
                groups, mixed = _with_breaks(row.groups())
            elif "&" in piece or not piece.isascii():
                groups = _plain(row.groups())
            if groups is None:
                break
            # The constructor would set most of this twice; the index comes with the run's place.
            # A test holds the two together.
            record = new(Record)
            (
                record.registration_date,
                record.modification_date,
                record.service_name,
                record.transport_protocol,
                assignee,
                before,
                record.description,
                empty,
                between,
                record.port_number,
                behind,
                record.assignment_notes,
                record.known_unauthorized_uses,
                last,
            ) = groups
            if empty is not None:
                if record.description is not None:
                    break
                record.description = ""
            words = f"{before}{between}{behind}{last}"
            both = cited.get(words)
            if both is None:
                both = _citations(words)
                if both is None:
                    break
                cited[words] = both
            record.contact, record.reference = both
            if assignee is None:
                record.assignee = ()
            else:
                if assignee not in self.assignees:
                    if _has_signs(assignee):
                        break
                    self.assignees[assignee] = (Citation("person", assignee, None, SHARED),)
                record.assignee = self.assignees[assignee]
            record.offset = at + 2
            record.service_code = None
            record.inline = ()
            record.mixed = mixed
            record.places = None
            found.append(record)
            at = row.end()
        return found, at

    def persons(self, at: int) -> tuple[list[Contact], int]:
        """Read canonical persons from `at` on; return them and the offset behind the last."""
        found: list[Contact] = []
        match = _PERSON.match
        new = Contact.__new__
        while (row := match(self.text, at)) is not None:
            piece = row[0]
            groups: Sequence[str | None] = row.groups()
            uri = row[4]
            if uri is not None and "&amp;" in uri and piece.count("&") == 1 and piece.isascii():
                uri = uri.replace("&amp;", "&")
            elif "&" in piece or not piece.isascii():
                plain = _plain(groups)
                if plain is None:
                    break
                groups = plain
                uri = plain[3]
            contact = new(Contact)
            contact.contact_id, contact.name, contact.organization, _, contact.last_updated = groups
            contact.contact_uri = () if uri is None else (uri,)
            contact.offset = at + 4
            contact.uri_offsets = ()
            contact.places = None
            found.append(contact)
            at = row.end()
        return found, at


def _plain(groups: Sequence[str | None]) -> list[str | None] | None:
    """Turn Latin-1 into what the bytes are, and the entities; `None` for one that is not known."""
    plain = list(groups)
    for index, value in enumerate(plain):
        if value is None:
            continue
        if not value.isascii():
            value = plain[index] = value.encode("latin-1").decode("utf-8")
        if "&" in value:
            rest = value.replace("&lt;", "<").replace("&gt;", ">")
            if rest.replace("&amp;", "").count("&"):
                return None
            plain[index] = rest.replace("&amp;", "&")
    return plain


def _with_breaks(
    groups: Sequence[str | None],
) -> tuple[list[str | None] | None, dict[str, list[Part]]]:
    """Do as `_plain`, where the description has line breaks; return its parts as well."""
    pieces = (groups[_DESCRIBED] or "").split("<br/>")
    words = _plain(pieces)
    plain = _plain([*groups[:_DESCRIBED], None, *groups[_DESCRIBED + 1 :]])
    parts: list[Part] = []
    if words is None or plain is None:
        return None, {}
    for place, word in enumerate(words):
        if place:
            parts.append(_BREAK)
        if word:
            parts.append(word)
    plain[_DESCRIBED] = text_of(parts)
    return plain, {"description": parts}


def _has_signs(data: str) -> bool:
    """Say whether what is cited has signs of markup: its place is looked for as it is written."""
    return "<" in data or ">" in data


def _citations(words: str) -> Cited | None:
    """The contacts and references of a record; `None` where one stands twice or has signs."""
    if words.startswith(_ONE_PERSON) and words.count("\n") == 1:
        data = words[len(_ONE_PERSON) : -4]
        return None if _has_signs(data) else ((Citation("person", data, None, SHARED),), ())
    every = _XREF.findall(words)
    if len(set(every)) < len(every) or any(_has_signs(data) for _, data in every):
        return None
    made = [Citation(kind, data, None, SHARED) for kind, data in every]
    people = tuple(citation for citation in made if citation.kind == "person")
    return people, tuple(citation for citation in made if citation.kind != "person")
