"""RF: references (RFC 6335, Section 8.1.1)."""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, rule
from validator.model.citations import document_citations
from validator.model.pattern import pattern
from validator.model.port_usage import on_system_ports
from validator.model.record import Citation
from validator.model.registry import Registry
from validator.model.vocabulary import IESG, LAST_RFC, RFC_AS_TEXT, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.record import Record

_KNOWN_KINDS = frozenset({"person", "rfc", "draft", "uri", "text", "note", "bracket"})
_RFC = pattern(r"rfc([1-9][0-9]*+)", "a")
_DRAFT = pattern(r"(?:draft|RFC)-[a-z0-9]++(?:-[a-z0-9.]++)++", "a")
_VERSION = pattern(r".*-[0-9]{2}", "a")
_URI = pattern(r"([A-Za-z][A-Za-z0-9+.-]*+):[^\s<>\"\[\]]++", "a")
_PLACES_TO_READ = ("http", "https", "ftp", "mailto", "urn", "doi")
_MAILBOX = pattern(r"[^\s<>@&]++[@&][a-z0-9-]++(?:\.[a-z0-9-]++)++", "ai")
_LONGEST_NAME = 80


@rule("RF001", ERROR, "RFC 6335, Section 8.1.1")
def malformed_reference(registry: Registry) -> Iterator[Violation]:
    """A reference has not the shape of what it is said to be.

    An RFC is written `rfc` and its number without zeros in front, a draft by its name, a URI with
    a scheme of places one can read (http, https, ftp, mailto, urn, doi). An RFC that is given as
    free text is no reference to it.

    Why it matters: readers make links of references; these lead nowhere.

    Flagged::

        <record><name>harbor</name><xref type="rfc" data="rfc0793"/></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/></record>
    """
    said: dict[tuple[str, str | None, str | None], str | None] = {}
    for subject, field, citation in document_citations(registry):
        key = (citation.kind, citation.data, citation.text)
        if key not in said:
            said[key] = _fault(citation)
        message = said[key]
        if message is not None:
            yield Violation(subject, field, message, item=citation)


def _fault(citation: Citation) -> str | None:
    kind, data, text = citation.kind, citation.data, citation.text
    if kind in ("text", "bracket"):
        if text and RFC_AS_TEXT.fullmatch(text.strip()):
            return f"{quoted(text)} is free text; it should refer to the RFC"
        return "the reference is empty" if not (text or "").strip() else None
    if kind not in ("rfc", "draft", "uri"):
        return None
    if not data:
        return f"a reference of type {kind} without data"
    if kind == "rfc" and not _RFC.fullmatch(data):
        digits = data.lower().removeprefix("rfc").strip(" -")
        meant = digits.lstrip("0") if digits.isascii() and digits.isdigit() else ""
        hint = f"; rfc{meant} may be meant" if meant else ""
        return f"{quoted(data)} is no RFC (rfc and a number){hint}"
    if kind == "draft" and not _DRAFT.fullmatch(data):
        return f"{quoted(data)} is no name of a draft"
    if kind == "uri":
        shape = _URI.fullmatch(data)
        if shape is None:
            return f"{quoted(data)} is no URI"
        if shape[1].lower() not in _PLACES_TO_READ:
            return f"{quoted(data)} has the scheme {quoted(shape[1])}, which is no place to read"
    return None


@rule("RF002", ERROR, "Registry convention", needs=("kinds",))
def unknown_reference_type(registry: Registry) -> Iterator[Violation]:
    """A reference is of a type that the registry does not use.

    The types are person, rfc, draft, uri, text and note.

    Why it matters: readers that make links by the type leave this one out.

    Flagged::

        <record><name>harbor</name><xref type="std" data="std7"/></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/></record>
    """
    for subject, field, citation in document_citations(registry):
        if citation.kind not in _KNOWN_KINDS:
            what = f"the type {quoted(citation.kind)}" if citation.kind else "no type"
            yield Violation(subject, field, f"the reference has {what}", item=citation)


@rule("RF003", NOTE, "RFC 6335, Section 8.1.1")
def unpublished_reference(registry: Registry) -> Iterator[Violation]:
    """A reference is to a document that is not published yet.

    Section 8.1.1 lets an assignment be made early for an Internet-Draft that is stable enough.
    The reference is to be brought up to date when the document is published, or given up.

    Why it matters: drafts expire after six months, and then nothing describes the service.

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
                what = "in the queue of the RFC Editor" if queued else "an Internet-Draft"
                since = record.modification_date or record.registration_date
                age = f"; the record is of {since}" if since else "; the record has no date"
                message = f"{quoted(citation.data)} is {what}{age}"
                yield Violation(record, "reference", message, item=citation)


@rule("RF004", WARNING, "Registry convention")
def draft_without_version(registry: Registry) -> Iterator[Violation]:
    """A reference to a draft does not say which version.

    The registry cites drafts with their two-digit version.

    Why it matters: drafts change with every version; the assignment was made for one of them.

    Flagged::

        <record><name>harbor</name><xref type="draft" data="draft-example-harbor"/></record>

    Accepted::

        <record><name>harbor</name><xref type="draft" data="draft-example-harbor-02"/></record>
    """
    for subject, field, citation in document_citations(registry):
        data = citation.data
        if citation.kind == "draft" and data and _DRAFT.fullmatch(data):
            if not _VERSION.fullmatch(data):
                message = f"{quoted(data)} does not say which version of the draft"
                yield Violation(subject, field, message, item=citation)


def _documents(record: Record) -> list[Citation]:
    """The citations of documents: all references but persons and footnotes."""
    return [cited for cited in record.reference if cited.kind not in ("note", "person")]


@rule("RF005", ERROR, "RFC 6335, Sections 8.1.1 and 8.1.2", since_rfc6335=True)
def system_port_without_reference(registry: Registry) -> Iterator[Violation]:
    """A System Port is assigned and no document is cited.

    Section 8.1.1 requires a stable specification for a System Port. A footnote is none.

    Why it matters: System Ports are granted for standards, and nobody can tell which one this is.

    Flagged::

        <record><name>harbor</name><number>621</number></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc793"/><number>621</number></record>
    """
    for assignment in on_system_ports(registry):
        ports = assignment.ports
        if ports is not None and ports.name == "System" and not _documents(assignment.record):
            message = f"{quoted(assignment.name)} has System Port {ports} and cites no document"
            yield Violation(assignment.record, "reference", message)


@rule("RF006", ERROR, "Registry convention", needs=("footnotes", "end"))
def dangling_footnote(registry: Registry) -> Iterator[Violation]:
    """A record refers to a footnote that does not exist.

    Footnotes stand behind the records, each with an anchor that references name.

    Why it matters: what it would say is a condition of the assignment, and is lost.

    Flagged::

        <record><name>harbor</name><xref type="note" data="7"/></record>

    Accepted::

        <record><name>harbor</name><xref type="note" data="7"/></record>
        <footnote anchor="7">For experiments</footnote>
    """
    anchors = {footnote.anchor for footnote in registry.footnotes}
    for subject, field, citation in document_citations(registry):
        if citation.kind == "note" and citation.data not in anchors:
            message = f"there is no footnote {quoted(citation.data or '')}"
            yield Violation(subject, field, message, item=citation)


@rule("RF007", WARNING, "Registry convention", needs=("footnotes",))
def unused_footnote(registry: Registry) -> Iterator[Violation]:
    """A footnote is never referred to.

    Footnotes are for the records that name them.

    Why it matters: the record it was meant for has lost it, or is gone.

    Flagged::

        <record><name>harbor</name></record><footnote anchor="7">For experiments</footnote>

    Accepted::

        <record><name>harbor</name><xref type="note" data="7"/></record>
        <footnote anchor="7">For experiments</footnote>
    """
    used = {c.data for _, _, c in document_citations(registry) if c.kind == "note"}
    for footnote in registry.footnotes:
        if footnote.anchor not in used:
            message = f"nothing refers to footnote {quoted(footnote.anchor or '')}"
            yield Violation(footnote, "anchor", message)


@rule("RF008", WARNING, "Registry convention")
def duplicate_reference(registry: Registry) -> Iterator[Violation]:
    """A record cites the same document twice.

    One citation is enough; two of different sections are two.

    Why it matters: one of them was often meant to be another document.

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
        seen: set[tuple[str | None, ...]] = set()
        for citation in record.reference:
            key = (citation.kind, citation.data, citation.text, citation.section)
            if key in seen:
                message = f"{quoted(citation.display)} is cited a second time"
                yield Violation(record, "reference", message, item=citation)
            seen.add(key)


@rule("RF009", NOTE, "RFC 6335, Section 8.1.1", needs=("kinds",))
def text_as_reference(registry: Registry) -> Iterator[Violation]:
    """A reference is a text that names no document.

    Section 8.1.1 asks for a description of the protocol, or a reference to one. The field holds
    the reference; a description belongs into the description or the notes.

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
                    message = f"{quoted(text)} names no document"
                    yield Violation(record, "reference", message, item=citation)


def _names_a_document(text: str) -> bool:
    """Titles and numbers of documents are short, and have capitals or digits but no mailbox."""
    if len(text) > _LONGEST_NAME or _MAILBOX.search(text):
        return False
    return any(c.isupper() for c in text) or any(c.isdigit() for c in text)


@rule("RF010", WARNING, "RFC 6335, Section 8.1.1")
def unknown_rfc(registry: Registry) -> Iterator[Violation]:
    """A reference is to an RFC whose number is not in use yet.

    The highest number that counts as published is kept in this version of ianalint.

    Why it matters: a digit too many or too few refers to another document, or to none.

    Flagged::

        <record><name>harbor</name><xref type="rfc" data="rfc63350"/></record>

    Accepted::

        <record><name>harbor</name><xref type="rfc" data="rfc6335"/></record>
    """
    for subject, field, citation in document_citations(registry):
        if citation.kind == "rfc" and citation.data:
            found = _RFC.fullmatch(citation.data)
            if found is not None and (len(found[1]) > 6 or int(found[1]) > LAST_RFC):
                message = f"RFC {found[1][:20]} is not published; the numbers end near {LAST_RFC}"
                yield Violation(subject, field, message, item=citation)


@rule("RF011", NOTE, "Registry convention", is_default=False)
def insecure_reference(registry: Registry) -> Iterator[Violation]:
    """A reference is a web page fetched without protection.

    `https` has taken the place of `http` nearly everywhere.

    Why it matters: what is read there may have been changed on the way.

    Flagged::

        <record><name>harbor</name><xref type="uri" data="http://www.example.com/"/></record>

    Accepted::

        <record><name>harbor</name><xref type="uri" data="https://www.example.com/"/></record>
    """
    for subject, field, citation in document_citations(registry):
        if citation.kind == "uri" and (citation.data or "").lower().startswith("http:"):
            message = f"{quoted(citation.data or '')} is fetched without protection"
            yield Violation(subject, field, message, item=citation)


@rule("RF012", WARNING, "RFC 6335, Section 8.1.1")
def ietf_assignment_without_reference(registry: Registry) -> Iterator[Violation]:
    """The assignee is the IESG, and no document is cited.

    The IESG is the assignee of what RFCs of the IETF stream assign (Section 8.1.1), so there is
    an RFC to cite. (For System Ports see RF005.)

    Why it matters: the document that made the assignment is what describes the service.

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
            message = f"{quoted(record.service_name)} is the IESG's and cites no document"
            yield Violation(record, "reference", message)
