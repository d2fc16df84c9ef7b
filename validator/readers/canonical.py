"""A trick for speed: records in the registry's own layout are read by regular expressions.

It reads the newest dump in 42 ms instead of 173.  Nine tenths of a dump are records of a few lines,
each laid out alike: one expression reads such a record in a fraction of the time that the events of
a parser take, another what has entities, letters beyond ASCII or white space of its own.  They are
cut out of the document before expat sees it; a processing instruction stands for each run of them,
so that the parser says, when it comes there, whether the run stands where records belong.  Whatever
the expressions do not match to the last byte stays in the document.

Everything read here is what `validator.readers.xml` would have read; tests compare the two.  The
patterns are those of `re`: for so plain a language it is three times as fast as `regex`.
"""

from __future__ import annotations

import re

from validator.limits import LIMITS
from validator.model.record import Citation, Contact, Markup, Record, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

    from validator.model.record import Part

    Run: TypeAlias = list[Record] | list[Contact]
    # The contacts and the references of a record.
    Pointers: TypeAlias = tuple[tuple[Citation, ...], tuple[Citation, ...]]
    # The groups of a record, and what `Record.mixed` has of it.
    Groups: TypeAlias = tuple[Sequence[str | None], dict[str, list[Part]] | None]


# Text is searched as Latin-1, in which a character is a byte and an offset stays an offset.  What
# is `plain` stands for itself: it is ASCII without entities, and has blanks and line ends as nearly
# all records have.
def _text(*, plain: bool) -> str:
    return r"[\t\n -%'-;=-\x7f]*+" if plain else r"[\t\n -;=-\xff]*+"


def _value(*, plain: bool) -> str:
    return r"[ !#-%'-;=?-\x7f]" if plain else r"[ !#-;=-\xff]"


def _record(*, plain: bool) -> str:
    """The pattern of a record; only one that is not plain has line breaks in its description."""
    text, value = _text(plain=plain), _value(plain=plain)

    def line(blanks: int) -> str:
        return r"\n" + " " * blanks if plain else r"[ \t\n]*+"

    def element(tag: str) -> str:
        return rf"(?:{line(4)}<{tag}>({text})</{tag}>)?+"

    citations = rf'((?:{line(4)}<xref type="[a-z]++" data="{value}++"/>)*+)'
    words = text if plain else rf"{text}(?:<br/>{text})*+"
    blanks = "" if plain else r"[ \t]*+"
    return (
        rf'  <record(?: date="({value}*+)")?+(?: updated="({value}*+)")?+>'
        + element("name")
        + element("protocol")
        + rf'(?:{line(4)}<assignee>{line(6)}<xref type="person" data="({value}*+)"/>'
        + rf"{line(4)}</assignee>)?+"
        + citations
        # A description may be an empty element; never both are taken for one.
        + rf"(?:{line(4)}<description>({words})</description>)?+({line(4)}<description/>)?+"
        + citations
        + element("number")
        + citations
        + element("note")
        + element("unauthorized")
        + citations
        + rf"{line(2)}</record>{blanks}\n"
    )


def _person(*, plain: bool) -> str:
    """The pattern of a person; a plain one has the two parts of a mail address as groups."""
    text = _text(plain=plain)
    domain = rf"(?:&amp;({text}))?+" if plain else ""
    return (
        rf'    <person id="({_value(plain=plain)}*+)">\n'
        rf"(?:      <name>({text})</name>\n)?+"
        rf"(?:      <org>({text})</org>\n)?+"
        rf"(?:      <uri>({text}){domain}</uri>\n)?+"
        rf"(?:      <updated>({text})</updated>\n)?+"
        r"    </person>\n"
    )


_PLAIN_RECORD = re.compile(_record(plain=True)).match
_RECORD = re.compile(_record(plain=False)).match
_PLAIN_PERSON = re.compile(_person(plain=True)).match
_PERSON = re.compile(_person(plain=False)).match
_XREF = re.compile(r'<xref type="([a-z]++)" data="([^"]*+)"/>')
_BREAK = Markup("br")
# The group of a record that is its description.
_DESCRIPTION = 6
_ONE_PERSON = '\n    <xref type="person" data="'
# The offset of a citation that records share: its place is worked out for each of them.
SHARED = -1
# Documents with these bytes are left alone.  With each, the index of a byte of it that is rare.
_FORBIDDEN = ((b"<!", 1), (b"]]>", 0), (b"\xef\xbf", 0))
_RARE = 5000
_BEGINS = re.compile(rb"\n  (?:<record|  <person )")
_RECORD_BEGINS = "\n  <record"
_PERSON_BEGINS = "\n    <person "
_PIECE = 1 << 16


class Remainder:
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


def cut(data: bytes, limit: int = LIMITS.records) -> Remainder | None:
    """Take the canonical records and persons out of `data`; `None` for a document to leave alone.

    That is one with anything that could give its lines another meaning than they show: comments,
    sections, late instructions, carriage returns, characters that XML forbids.  After `limit`
    records and persons the others stay in the document.
    """
    if b"\r" in data or any(_contains(data, *marks) for marks in _FORBIDDEN):
        return None
    begin = data.find(b"<registry")
    if _contains(data, b"<?", 1, begin):
        return None
    remainder = Remainder("ianalint-records")
    # After `begin` there are no instructions.
    while remainder.target.encode() in data[: max(begin, 0)]:
        remainder.target += "-"
        if len(remainder.target) > 30:
            return None
    pieces: list[bytes] = []
    last = missing = count = 0
    for start, stop, run in _Cutter().runs(data):
        instruction = f"<?{remainder.target} {len(remainder.runs)}?>".encode()
        pieces += (data[last:start], instruction)
        missing += stop - start - len(instruction)
        remainder.runs.append(run)
        remainder.shifts.append(missing)
        last = stop
        count += len(run)
        if count > limit:
            break
    pieces.append(data[last:])
    remainder.data = b"".join(pieces)
    return remainder


def _contains(data: bytes, marks: bytes, rare: int, at: int = -1) -> bool:
    """Say whether `marks` are in `data` after `at`: to look for a rare byte is far faster."""
    byte = marks[rare : rare + 1]
    for _ in range(_RARE):
        at = data.find(byte, at + 1)
        if at < 0:
            return False
        if data.startswith(marks, max(at - rare, 0)):
            return True
    return data.find(marks, at + 1) >= 0


class _Cutter:
    """Reads piece by piece: as one text a document would take its size in memory again."""

    def __init__(self) -> None:
        self.text = ""
        # Where it begins in the document.
        self.base = 0
        # What records cite, by the text of their elements: many records share it.
        self.pointers: dict[str, Pointers] = {"": ((), ())}
        self.assignees: dict[str | None, tuple[Citation, ...]] = {None: ()}

    def runs(self, data: bytes) -> Iterator[tuple[int, int, Run]]:
        """Yield each run of neighboring records or persons: start, end and content."""
        end = 0
        while end < len(data):
            self.base = end
            following = _BEGINS.search(data, end + _PIECE)
            end = len(data) if following is None else following.start()
            # With the line feed that ends its last line and begins the next piece.
            self.text = data[self.base : end + 1].decode("latin-1")
            yield from self.runs_of_piece()

    def runs_of_piece(self) -> Iterator[tuple[int, int, Run]]:
        find, base = self.text.find, self.base
        at = record = 0
        while True:
            if 0 <= record <= at:
                record = find(_RECORD_BEGINS, at)
            person = find(_PERSON_BEGINS, at, record if record >= 0 else len(self.text))
            begin = person if person >= 0 else record
            if begin < 0:
                return
            run, stop = (self.persons if begin == person else self.records)(begin + 1)
            if run:
                yield base + begin + 1, base + stop, run
            at = max(stop - 1, begin + 1)

    def records(self, at: int) -> tuple[list[Record], int]:
        """Read canonical records from `at` on; return them and where the last one ends."""
        records: list[Record] = []
        plain = _PLAIN_RECORD
        text = self.text
        base = self.base + 2
        pointers, assignees = self.pointers, self.assignees
        new = Record.__new__
        while True:
            row = plain(text, at)
            if row is not None:
                groups: Sequence[Any] = row.groups()
                mixed = None
            else:
                row = _RECORD(text, at)
                decoded = _decoded_record(row)
                if row is None or decoded is None:
                    break
                groups, mixed = decoded
            # The constructor would set most of this twice; a test compares the two.  The index
            # comes with the run's place.
            record = new(Record)
            (
                record.registration_date,
                record.modification_date,
                record.service_name,
                record.transport_protocol,
                assignee,
                xrefs,
                record.description,
                empty,
                xrefs_2,
                record.port_number,
                xrefs_3,
                record.assignment_notes,
                record.known_unauthorized_uses,
                xrefs_4,
            ) = groups
            if empty is not None:
                if record.description is not None:
                    break
                record.description = ""
            if xrefs_2 or xrefs_3 or xrefs_4:
                xrefs = f"{xrefs}{xrefs_2}{xrefs_3}{xrefs_4}"
            both = pointers.get(xrefs)
            if both is None:
                both = pointers[xrefs] = _citations(xrefs)
            record.contact, record.reference = both
            cited = assignees.get(assignee)
            if cited is None:
                cited = assignees[assignee] = (Citation("person", assignee, None, SHARED),)
            record.assignee = cited
            record.offset = base + at
            record.service_code = None
            record.inline = ()
            record.mixed = mixed
            record.places = None
            records.append(record)
            at = row.end()
        return records, at

    def persons(self, at: int) -> tuple[list[Contact], int]:
        """Read canonical persons from `at` on; return them and where the last one ends."""
        contacts: list[Contact] = []
        text = self.text
        base = self.base + 4
        new = Contact.__new__
        while True:
            row = _PLAIN_PERSON(text, at)
            if row is not None:
                identity, name, organization, uri, domain, updated = row.groups()
                if domain is not None:
                    uri = f"{uri}&{domain}"
            else:
                row = _PERSON(text, at)
                if row is None:
                    break
                groups = _decoded(row.groups())
                if groups is None:
                    break
                identity, name, organization, uri, updated = groups
            contact = new(Contact)
            contact.contact_id = identity
            contact.name = name
            contact.organization = organization
            contact.last_updated = updated
            contact.contact_uri = () if uri is None else (uri,)
            contact.offset = base + at
            contact.uri_offsets = ()
            contact.places = None
            contacts.append(contact)
            at = row.end()
        return contacts, at


def _decoded_record(row: re.Match[str] | None) -> Groups | None:
    """The groups of a record that is not plain, and what is mixed in it; `None` to leave it."""
    if row is None:
        return None
    if "<br/>" in row[0]:
        return _decoded_with_breaks(row.groups())
    groups = _decoded(row.groups())
    return None if groups is None else (groups, None)


def _decoded(groups: Sequence[str | None]) -> list[str | None] | None:
    """Turn Latin-1 into what the bytes are, and the entities; `None` for an unknown entity."""
    decoded = list(groups)
    for index, value in enumerate(decoded):
        if value is None:
            continue
        if not value.isascii():
            value = decoded[index] = value.encode("latin-1").decode("utf-8")
        if "&" in value:
            rest = value.replace("&lt;", "<").replace("&gt;", ">")
            if rest.replace("&amp;", "").count("&"):
                return None
            decoded[index] = rest.replace("&amp;", "&")
    return decoded


def _decoded_with_breaks(groups: Sequence[str | None]) -> Groups | None:
    """Decode groups whose description has line breaks; return its parts as well."""
    lines = _decoded((groups[_DESCRIPTION] or "").split("<br/>"))
    decoded = _decoded([*groups[:_DESCRIPTION], None, *groups[_DESCRIPTION + 1 :]])
    if lines is None or decoded is None:
        return None
    parts: list[Part] = []
    for number, line in enumerate(lines):
        if number:
            parts.append(_BREAK)
        if line:
            parts.append(line)
    decoded[_DESCRIPTION] = text_of(parts)
    return decoded, {"description": parts}


def _citations(xrefs: str) -> Pointers:
    """The contacts and references of a record."""
    if xrefs.startswith(_ONE_PERSON) and xrefs.count("<") == 1:
        return (Citation("person", xrefs[len(_ONE_PERSON) : -3], None, SHARED),), ()
    people: list[Citation] = []
    others: list[Citation] = []
    for kind, data in _XREF.findall(xrefs):
        (people if kind == "person" else others).append(Citation(kind, data, None, SHARED))
    return tuple(people), tuple(others)
