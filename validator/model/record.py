"""The content of a dump, record by record: texts and their places, without interpretation.

A reader fills these classes; `validator.model.registry` gives them meaning.  Text is as the
file has it: `None` where an element or cell is absent, `""` where it is present and empty.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Literal, TypeAlias

    Part: TypeAlias = "str | Citation | Markup"
    Form: TypeAlias = Literal["xml", "csv", "txt", "html", "json"]


# The fields of a record and of a contact, by what they hold.
KEY_FIELDS = ("service_name", "port_number", "transport_protocol")
DATE_FIELDS = ("registration_date", "modification_date")
CITING_FIELDS = ("assignee", "contact", "reference")
PROSE_FIELDS = ("description", "known_unauthorized_uses", "assignment_notes")
TEXT_FIELDS = frozenset((*KEY_FIELDS, *DATE_FIELDS, *PROSE_FIELDS, "service_code"))


class Citation:
    """One pointer of a record to a person, a document or a footnote.

    `kind` is the type in the file (`person`, `rfc`, `draft`, `uri`, `text`, `note`, or any other
    word); it is `"bracket"` if a form has `[X]` and the type of X is unknown.  `data` is the
    identifier as the XML writes it (`rfc793`, `Jon_Postel`), `text` the text in the document.
    `offset` is for the reader's `locate`; its unit is the reader's own.
    """

    __slots__ = ("data", "kind", "offset", "section", "text")

    def __init__(
        self,
        kind: str,
        data: str | None,
        text: str | None,
        offset: int,
        section: str | None = None,
    ) -> None:
        self.kind = kind
        self.data = data
        self.text = text
        self.offset = offset
        self.section = section

    @property
    def display(self) -> str:
        """The text between brackets by which the registry shows this citation."""
        if self.text and self.kind not in ("person", "note"):
            return self.text
        if self.data is None:
            return self.text or ""
        return self.data.upper() if self.kind == "rfc" else self.data

    def __repr__(self) -> str:
        return f"Citation({self.kind!r}, {self.data!r}, {self.text!r})"


class Position:
    """A character of the text of a field, counted from 0: what `locate` may be asked for."""

    __slots__ = ("character",)

    def __init__(self, character: int) -> None:
        self.character = character


class Markup:
    """Markup in mixed content: `br`, or `paragraph` and its end `/paragraph`."""

    __slots__ = ("tag",)

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def __repr__(self) -> str:
        return f"Markup({self.tag!r})"


def text_of(parts: Sequence[Part]) -> str:
    """Mixed content as text: a `br` becomes a line feed, a citation `[text]`."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
        elif isinstance(part, Citation):
            words.append(f"[{part.display}]")
        elif part.tag != "/paragraph":
            words.append("\n")
    return "".join(words)


def prose_of(text: str, mixed: Sequence[Part] | None) -> str:
    """Return a text with blanks, as many, in place of the citations and markup in it."""
    if not mixed:
        return text
    pieces: list[str] = []
    for part in mixed:
        if isinstance(part, str):
            pieces.append(part)
        elif isinstance(part, Citation):
            pieces.append(" " * (len(part.display) + 2))
        elif part.tag != "/paragraph":
            pieces.append(" ")
    return "".join(pieces)


class Record:
    """One row of the registry.

    `assignee`, `contact` and `reference` are the citations of these fields in document order;
    `assignee` is empty where the XML has no assignee of its own (see `Registry.assignees`).
    `inline` are the citations inside texts, as pairs (field, citation).  `mixed` has, for the
    fields whose content is not plain text, its parts.  `places` maps fields to what the reader's
    `locate` wants; `offset` is the byte where the record begins.
    """

    __slots__ = (
        "assignee",
        "assignment_notes",
        "contact",
        "description",
        "index",
        "inline",
        "known_unauthorized_uses",
        "mixed",
        "modification_date",
        "offset",
        "places",
        "port_number",
        "reference",
        "registration_date",
        "service_code",
        "service_name",
        "transport_protocol",
    )

    def __init__(self, index: int, offset: int) -> None:
        self.index = index
        self.offset = offset
        self.service_name: str | None = None
        self.port_number: str | None = None
        self.transport_protocol: str | None = None
        self.description: str | None = None
        self.registration_date: str | None = None
        self.modification_date: str | None = None
        self.service_code: str | None = None
        self.known_unauthorized_uses: str | None = None
        self.assignment_notes: str | None = None
        self.assignee: tuple[Citation, ...] = ()
        self.contact: tuple[Citation, ...] = ()
        self.reference: tuple[Citation, ...] = ()
        self.inline: Sequence[tuple[str, Citation]] = ()
        self.mixed: Mapping[str, Sequence[Part]] | None = None
        self.places: Mapping[str, int] | None = None

    @property
    def subject(self) -> dict[str, str | None]:
        """What identifies it in a report; of every class here that a finding can be about."""
        return {
            "service_name": self.service_name or None,
            "port": self.port_number or None,
            "transport_protocol": self.transport_protocol or None,
        }

    def __repr__(self) -> str:
        return f"Record({self.service_name!r}, {self.port_number!r}, {self.transport_protocol!r})"


class Contact:
    """One entry of the table of contacts.  `contact_uri` has each address the entry gives.

    `places` maps a field to its offset; of several addresses each has its own, in `uri_offsets`.
    """

    __slots__ = (
        "contact_id",
        "contact_uri",
        "index",
        "last_updated",
        "name",
        "offset",
        "organization",
        "places",
        "uri_offsets",
    )

    def __init__(self, index: int, offset: int) -> None:
        self.index = index
        self.offset = offset
        self.contact_id: str | None = None
        self.name: str | None = None
        self.organization: str | None = None
        self.contact_uri: Sequence[str] = ()
        self.uri_offsets: Sequence[int] = ()
        self.last_updated: str | None = None
        self.places: Mapping[str, int] | None = None

    @property
    def subject(self) -> dict[str, str | None]:
        return {"contact": self.contact_id}

    def __repr__(self) -> str:
        return f"Contact({self.contact_id!r})"


class Footnote:
    """A footnote of the registry and the anchor that notes cite it by.

    Its fields in findings are `anchor` and `text`.  `text_offset` is where its text begins, in the
    forms that show the anchor as a word before it.
    """

    __slots__ = ("anchor", "mixed", "offset", "text", "text_offset")
    FIELD = "text"

    def __init__(
        self,
        anchor: str | None,
        text: str,
        offset: int,
        mixed: Sequence[Part] = (),
        text_offset: int | None = None,
    ) -> None:
        self.anchor = anchor
        self.text = text
        self.offset = offset
        self.mixed = mixed
        self.text_offset = offset if text_offset is None else text_offset

    @property
    def subject(self) -> dict[str, str | None]:
        return {"footnote": self.anchor}


class Note:
    """A note of the registry as a whole, with its title where it has one.

    Its fields in findings are `notes` and `note_title`.
    """

    __slots__ = ("mixed", "offset", "text", "title")
    FIELD = "notes"

    def __init__(
        self, title: str | None, text: str, offset: int, mixed: Sequence[Part] = ()
    ) -> None:
        self.title = title
        self.text = text
        self.offset = offset
        self.mixed = mixed

    @property
    def subject(self) -> dict[str, str | None]:
        """Nothing: a note is a part of the registry itself."""
        return {}


class Ports:
    """The subject of a finding about port numbers that is not about one record.

    `offset` is the byte where the file should have mentioned them.
    """

    __slots__ = ("high", "low", "offset")

    def __init__(self, low: int, high: int, offset: int = 0) -> None:
        self.low = low
        self.high = high
        self.offset = offset

    @property
    def subject(self) -> dict[str, str | None]:
        return {"port": str(self)}

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


# The field of the defect (FM001) of a page of several that is read alone.
LONE_PAGE = "page"


class Defect:
    """A part of the file that could not be read as a registry.

    `code` is the rule of family FM or MD that documents it; `about` is the record or contact that
    contains it, if there is one; `field` and `value` say what it concerns.  `severity` is set
    where it is not that of the rule.  A reader says that a defect `hides` what may be a record, or
    the name, port or transport of one, where its other attributes do not tell.  `mark` tells it
    from others of its code, where that is no value in the file.
    """

    __slots__ = (
        "about", "code", "field", "hides", "mark", "message", "offset", "severity", "value",
    )  # fmt: skip

    def __init__(
        self,
        code: str,
        message: str,
        offset: int,
        about: Record | Contact | None = None,
        field: str | None = None,
        value: str | None = None,
        severity: Literal["warning"] | None = None,
        *,
        hides: bool = False,
        mark: str = "",
    ) -> None:
        self.hides = hides
        self.mark = mark
        self.code = code
        self.message = message
        self.offset = offset
        self.about = about
        self.field = field
        self.value = value
        self.severity = severity

    @property
    def is_doubt(self) -> bool:
        """Whether it is only that a line, which was read, may belong to either of two records."""
        return self.severity is not None

    @property
    def hides_key(self) -> bool:
        """Whether a record, or the name, port or transport of one, may be missing because of it.

        Of bytes that are not of the encoding (FM005) it does not tell.
        """
        code, about = self.code, self.about
        if code in ("FM001", "FM004") or self.hides:
            return True
        if code == "FM002":  # a cell too few may be any of the row
            return not self.is_doubt and not isinstance(about, Contact)
        if not isinstance(about, Record):
            return False
        if code == "FM008":
            return self.field in KEY_FIELDS
        if code in ("FM006", "FM009") and self.value not in ("record", "person"):
            # A misspelled element, if the record lacks one that it might be.
            return not all(getattr(about, field) for field in KEY_FIELDS)
        return False

    @property
    def subject(self) -> dict[str, str | None]:
        return {} if self.about is None else self.about.subject

    def __repr__(self) -> str:
        return f"Defect({self.code!r}, {self.message!r}, {self.offset!r})"


# More defects of one kind in a file say nothing new.
MAX_DEFECTS = 10_000


class Defects(list[Defect]):
    """Defects, of each code the first `MAX_DEFECTS`; `left_out` counts the others."""

    __slots__ = ("_counts", "left_out")

    def __init__(self) -> None:
        super().__init__()
        self.left_out: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def append(self, defect: Defect) -> None:
        if self.has_room_for(defect.code):
            self._counts[defect.code] = self._counts.get(defect.code, 0) + 1
            super().append(defect)

    def has_room_for(self, code: str) -> bool:
        """Whether a defect of `code` would be kept; if not, it counts as left out already."""
        if self._counts.get(code, 0) < MAX_DEFECTS:
            return True
        self.left_out[code] = self.left_out.get(code, 0) + 1
        return False

    def extend(self, defects: Iterable[Defect]) -> None:
        for defect in defects:
            self.append(defect)
        if isinstance(defects, Defects):
            for code, count in defects.left_out.items():
                self.left_out[code] = self.left_out.get(code, 0) + count


class Dump:
    """The content of one published file.

    `carries` names what this form can express; rules that need more do not run on it:

    - `contacts`: the table of contacts; `registry-date`: the date of the last update;
    - `metadata`: id, title and namespace; `footnotes`; `kinds`: of what kind a citation is;
    - `elements`: empty elements can be told from absent ones; `brackets`: citations are `[X]`.

    `missing_columns` has the fields of records that the table of this dump has no column for.

    `parts` has, for a dump in several files, where in `data` each begins, and its path;
    `page` is (n, of) for one page of several.

    `locate(subject, field, item)` gives the byte offset, in `data`, of the value of a field, or of
    its `item` if the field has several citations or addresses.
    """

    __slots__ = (
        "carries",
        "category",
        "contacts",
        "data",
        "defects",
        "doubt",
        "experts",
        "footnotes",
        "form",
        "locate",
        "metadata_places",
        "missing_columns",
        "notes",
        "page",
        "parts",
        "path",
        "records",
        "references",
        "registry_id",
        "title",
        "updated",
    )

    def __init__(self, path: str, form: Form, data: bytes, carries: frozenset[str]) -> None:
        self.path = path
        self.form = form
        self.data = data
        self.carries = carries
        self.missing_columns: frozenset[str] = frozenset()
        self.records: list[Record] = []
        self.contacts: list[Contact] = []
        self.footnotes: list[Footnote] = []
        self.notes: list[Note] = []
        self.references: list[Citation] = []
        self.defects = Defects()
        # What the content looks like, as the end of a sentence, where it may not be of this form.
        self.doubt = ""
        self.registry_id: str | None = None
        self.title: str | None = None
        self.category: str | None = None
        self.updated: str | None = None
        self.experts: str | None = None
        self.metadata_places: dict[str, int] = {}
        self.parts: Sequence[tuple[int, str]] = ()
        self.page: tuple[int, int] | None = None
        self.locate: Callable[[object, str | None, object], int] = _nowhere

    def number_entries(self) -> None:
        """Give each record and each contact its index."""
        lists: tuple[Sequence[Record | Contact], ...] = (self.records, self.contacts)
        for entries in lists:
            for index, entry in enumerate(entries):
                entry.index = index

    @property
    def subject(self) -> dict[str, str | None]:
        return {}


def breaks_off(dump: Dump) -> bool:
    """Say whether a dump was not read to its end.

    One page of several is whole in itself: it has the contacts that its records cite.
    """
    return any(d.code == "FM001" and d.field != LONE_PAGE for d in dump.defects)


def _nowhere(subject: object, _field: str | None, _item: object) -> int:
    return int(getattr(subject, "offset", 0))
