"""RF: references (RFC 6335, Section 8.1.1)."""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, columns, rule
from validator.model.citations import document_citations
from validator.model.pattern import pattern
from validator.model.port_usage import on_system_ports
from validator.model.record import Citation
from validator.model.registry import Registry
from validator.model.vocabulary import (
    IESG,
    RFC_AS_TEXT,
    SYSTEM_PORTS,
    quoted,
    unknown_rfc_message,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.record import Record

_KINDS = frozenset({"person", "rfc", "draft", "uri", "text", "note", "bracket"})
_RFC = pattern(r"rfc([1-9][0-9]*+)", "a")
_DRAFT = pattern(r"(?:draft|RFC)-[a-z0-9]++(?:-[a-z0-9.]++)++", "a")
_VERSION = pattern(r".*-[0-9]{2}", "a")
_URI = pattern(r"([A-Za-z][A-Za-z0-9+.-]*+):[^\s<>\"\[\]]++", "a")
_SCHEMES = ("http", "https", "ftp", "mailto", "urn", "doi")
_ANY_SCHEME = "http, https, ftp, mailto, urn or doi"
_MAILBOX = pattern(r"[^\s<>@&]++[@&][a-z0-9-]++(?:\.[a-z0-9-]++)++", "ai")
_LONGEST_NAME = 80


@rule("RF001", ERROR, "RFC 6335, Section 8.1.1")
def malformed_reference(registry: Registry) -> Iterator[Violation]:
    """A reference is not written as its type requires.

    An RFC is `rfc` and its number without leading zeros. A draft is given by its name. A URI must
    have the scheme http, https, ftp, mailto, urn or doi. The number of an RFC as plain text is not
    a reference to it.

    Why it matters: readers make links from references, and these links do not work.

    Flagged::

        <record><name>harbor</name><xref type="rfc" data="rfc0793"/></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/></record>
    """
    faults: dict[tuple[str, str | None, str | None], str | None] = {}
    for subject, field, citation in document_citations(registry):
        key = (citation.kind, citation.data, citation.text)
        if key not in faults:
            faults[key] = _fault(citation)
        message = faults[key]
        if message is not None:
            yield Violation(subject, field, message, item=citation)


def _fault(citation: Citation) -> str | None:
    """What is wrong with the text or the data of a citation."""
    kind, data, text = citation.kind, citation.data, citation.text
    if kind in ("text", "bracket"):
        if text and RFC_AS_TEXT.fullmatch(text.strip()):
            return f"{quoted(text)} is plain text; expected a reference to the RFC"
        return "empty reference" if not (text or "").strip() else None
    if kind not in _FAULTS:
        return None
    return _FAULTS[kind](data) if data else f"reference of type {kind} without data"


def _rfc_fault(data: str) -> str | None:
    if _RFC.fullmatch(data):
        return None
    digits = data.lower().removeprefix("rfc").strip(" -")
    number = digits.lstrip("0") if digits.isascii() and digits.isdigit() else ""
    hint = f"; did you mean rfc{number}?" if number else ""
    return f"expected the number of an RFC (as in rfc6335), found {quoted(data)}{hint}"


def _draft_fault(data: str) -> str | None:
    if _DRAFT.fullmatch(data):
        return None
    return f"expected the name of an Internet-Draft, found {quoted(data)}"


def _uri_fault(data: str) -> str | None:
    uri = _URI.fullmatch(data)
    if uri is None:
        return f"expected a URI, found {quoted(data)}"
    if uri[1].lower() not in _SCHEMES:
        return f"expected a URI with the scheme {_ANY_SCHEME}, found {quoted(data)}"
    return None


_FAULTS = {"rfc": _rfc_fault, "draft": _draft_fault, "uri": _uri_fault}


@rule("RF002", ERROR, "Registry convention", needs=("kinds",))
def unknown_reference_type(registry: Registry) -> Iterator[Violation]:
    """A reference has a type that the registry does not use.

    The types are person, rfc, draft, uri, text and note.

    Why it matters: readers that make links by type ignore the reference.

    Flagged::

        <record><name>harbor</name><xref type="std" data="std7"/></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/></record>
    """
    for subject, field, citation in document_citations(registry):
        if citation.kind not in _KINDS:
            kind = citation.kind
            what = f"unknown reference type {quoted(kind)}" if kind else "reference without a type"
            message = f"{what} (expected person, rfc, draft, uri, text or note)"
            yield Violation(subject, field, message, item=citation)


@rule("RF003", NOTE, "RFC 6335, Section 8.1.1", needs=columns("reference"))
def unpublished_reference(registry: Registry) -> Iterator[Violation]:
    """A reference is to a document that is not published yet.

    Section 8.1.1 allows an early assignment for an Internet-Draft that is stable enough. The
    reference should be updated when the document is published, or when the draft is abandoned.

    Why it matters: drafts expire after six months, and then no document describes the service.

    Flagged::

        <record date="2015-03-05"><name>harbor</name>
          <xref type="draft" data="draft-example-harbor-02"/></record>

    Accepted::

        <record date="2015-03-05"><name>harbor</name><xref type="rfc" data="rfc793"/></record>
    """
    for record in registry.citations("reference").records:
        for citation in record.reference:
            if citation.kind == "draft" and citation.data and _DRAFT.fullmatch(citation.data):
                queued = citation.data.startswith("RFC-")
                what = (
                    "still in the RFC Editor queue" if queued else "an unpublished Internet-Draft"
                )
                date = record.modification_date or record.registration_date
                age = f"record from {date}" if date else "record without a date"
                message = f"{quoted(citation.data)} is {what} ({age})"
                yield Violation(record, "reference", message, item=citation)


@rule("RF004", WARNING, "Registry convention", needs=columns("reference"))
def draft_without_version(registry: Registry) -> Iterator[Violation]:
    """A reference to an Internet-Draft has no version.

    The registry cites drafts with their two-digit version.

    Why it matters: drafts change with every version, and the assignment was made for one of them.

    Flagged::

        <record><name>harbor</name>
          <note>See <xref type="draft" data="draft-example-harbor"/></note></record>

    Accepted::

        <record><name>harbor</name><xref type="draft" data="draft-example-harbor-02"/></record>
    """
    for subject, field, citation in document_citations(registry):
        data = citation.data
        if citation.kind == "draft" and data and _DRAFT.fullmatch(data):
            if not _VERSION.fullmatch(data):
                message = f"Internet-Draft {quoted(data)} is cited without its version"
                yield Violation(subject, field, message, item=citation)


def _documents(record: Record) -> list[Citation]:
    """The references that are documents: all but persons and footnotes."""
    return [cited for cited in record.reference if cited.kind not in ("note", "person")]


@rule(
    "RF005",
    ERROR,
    "RFC 6335, Sections 8.1.1 and 8.1.2",
    since_rfc6335=True,
    needs=columns("service_name", "port_number", "reference"),
)
def system_port_without_reference(registry: Registry) -> Iterator[Violation]:
    """A System Port is assigned without a reference to a document.

    Section 8.1.1 requires a stable specification for a System Port. A footnote is not enough.

    Why it matters: System Ports are assigned for standards, and nobody can tell which one this is.

    Flagged::

        <record><name>harbor</name><number>621</number></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/><number>621</number></record>
    """
    last = SYSTEM_PORTS[1]
    for assignment in on_system_ports(registry):
        ports = assignment.ports
        if ports is not None and ports.high <= last and not _documents(assignment.record):
            message = f"{quoted(assignment.name)} has System Port {ports} but cites no document"
            yield Violation(assignment.record, "reference", message)


@rule("RF006", ERROR, "Registry convention", needs=("footnotes", "end"))
def dangling_footnote(registry: Registry) -> Iterator[Violation]:
    """A record refers to a footnote that does not exist.

    Footnotes are at the end of the document. Each has an anchor that references use.

    Why it matters: the footnote is a condition of the assignment, and it is lost.

    Flagged::

        <record><name>harbor</name><xref type="note" data="7"/></record>

    Accepted::

        <record><name>harbor</name><xref type="note" data="7"/></record>
        <footnote anchor="7">For experiments</footnote>
    """
    anchors = {footnote.anchor for footnote in registry.footnotes}
    for subject, field, citation in document_citations(registry):
        if citation.kind == "note" and citation.data not in anchors:
            message = f"footnote {quoted(citation.data or '')} does not exist"
            yield Violation(subject, field, message, item=citation)


@rule(
    "RF007",
    WARNING,
    "Registry convention",
    needs=("footnotes", *columns("description", "reference", "assignment_notes")),
)
def unused_footnote(registry: Registry) -> Iterator[Violation]:
    """No record refers to a footnote.

    Footnotes belong to the records that refer to them.

    Why it matters: the record with the reference was removed, or has lost it.

    Flagged::

        <record><name>harbor</name></record><footnote anchor="7">For experiments</footnote>

    Accepted::

        <record><name>harbor</name><xref type="note" data="7"/></record>
        <footnote anchor="7">For experiments</footnote>
    """
    used = {c.data for _, _, c in document_citations(registry) if c.kind == "note"}
    for footnote in registry.footnotes:
        if footnote.anchor not in used:
            message = f"no record refers to footnote {quoted(footnote.anchor or '')}"
            yield Violation(footnote, "anchor", message)


@rule("RF008", WARNING, "Registry convention", needs=columns("reference"))
def duplicate_reference(registry: Registry) -> Iterator[Violation]:
    """A record cites the same document twice.

    One citation is enough. Citations of different sections are different citations.

    Why it matters: often one of them should have been another document.

    Flagged::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/>
          <xref type="rfc" data="rfc793"/></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/>
          <xref type="rfc" data="rfc9293"/></record>
    """
    for record in registry.citations("reference").records:
        if len(record.reference) < 2:
            continue
        earlier: set[tuple[str | None, ...]] = set()
        for citation in record.reference:
            key = (citation.kind, citation.data, citation.text, citation.section)
            if key in earlier:
                message = f"duplicate reference {quoted(citation.display)}"
                yield Violation(record, "reference", message, item=citation)
            earlier.add(key)


@rule("RF009", NOTE, "RFC 6335, Section 8.1.1", needs=("kinds", *columns("reference")))
def text_as_reference(registry: Registry) -> Iterator[Violation]:
    """A reference is plain text that does not name a document.

    Section 8.1.1 requires a description of the protocol, or a reference to one. This field is for
    the reference. A description belongs in the description or the notes.

    Why it matters: "n/a", a person or a paragraph cannot be looked up.

    Flagged::

        <record><name>harbor</name><xref type="text">n/a</xref></record>

    Accepted::

        <record><name>harbor</name><xref type="text">ISO/IEC 13818-6</xref></record>
    """
    for record in registry.citations("reference").records:
        for citation in record.reference:
            text = (citation.text or "").strip()
            if citation.kind == "text" and text and not RFC_AS_TEXT.fullmatch(text):
                if not _names_a_document(text):
                    message = f"{quoted(text)} does not name a document"
                    yield Violation(record, "reference", message, item=citation)


def _names_a_document(text: str) -> bool:
    """Titles and numbers of documents are short, and have capitals or digits but no mailbox."""
    if len(text) > _LONGEST_NAME or _MAILBOX.search(text):
        return False
    return any(c.isupper() for c in text) or any(c.isdigit() for c in text)


@rule("RF010", WARNING, "RFC 6335, Section 8.1.1")
def unknown_rfc(registry: Registry) -> Iterator[Violation]:
    """A reference is to an RFC number that is not in use.

    The highest number that counts as published is part of each version of ianalint.

    Why it matters: with one digit too many or too few, the reference is to another document, or to
    none.

    Flagged::

        <record><name>harbor</name><xref type="rfc" data="rfc63350"/></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc6335"/></record>
    """
    for subject, field, citation in document_citations(registry):
        if citation.kind == "rfc" and citation.data:
            rfc = _RFC.fullmatch(citation.data)
            message = "" if rfc is None else unknown_rfc_message(rfc[1])
            if message:
                yield Violation(subject, field, message, item=citation)


@rule("RF011", NOTE, "Registry convention", is_default=False)
def insecure_reference(registry: Registry) -> Iterator[Violation]:
    """A reference is a web page with http instead of https.

    Nearly all web sites now support https.

    Why it matters: the page may be changed on its way to the reader.

    Flagged::

        <record><name>harbor</name><xref type="uri" data="http://www.example.com/"/></record>

    Accepted::

        <record><name>harbor</name><xref type="uri" data="https://www.example.com/"/></record>
    """
    for subject, field, citation in document_citations(registry):
        if citation.kind == "uri" and (citation.data or "").lower().startswith("http:"):
            message = f"expected https, found {quoted(citation.data or '')}"
            yield Violation(subject, field, message, item=citation)


@rule(
    "RF012",
    WARNING,
    "RFC 6335, Section 8.1.1",
    needs=columns("service_name", "assignee", "reference"),
)
def ietf_assignment_without_reference(registry: Registry) -> Iterator[Violation]:
    """The assignee is the IESG, and no document is cited.

    The IESG is the assignee of everything that RFCs of the IETF stream assign (Section 8.1.1), so
    there is an RFC to cite. System Ports are reported by RF005.

    Why it matters: the RFC that made the assignment describes the service.

    Flagged::

        <record><name>harbor</name><assignee><xref type="person" data="IESG"/></assignee>
          <xref type="person" data="IETF_Chair"/></record>

    Accepted::

        <record><name>harbor</name><assignee><xref type="person" data="IESG"/></assignee>
          <xref type="person" data="IETF_Chair"/><xref type="rfc" data="rfc793"/></record>
    """
    of_iesg = {
        people
        for people in registry.citations("assignee").lists
        if any(person.data == IESG for person in people)
    }
    for record in registry.citations("assignee").records_with(of_iesg):
        ports = registry.entries[record.index].ports
        if not record.service_name or _documents(record):
            continue
        if ports is None or ports.name != "System":
            message = f"{quoted(record.service_name)} is assigned to the IESG but cites no document"
            yield Violation(record, "reference", message)
