"""The XML form in the layout of the published registry."""

from __future__ import annotations

import regex

from validator.model.record import Citation
from validator.model.vocabulary import NAMESPACE, REGISTRY_ID
from validator.writers import Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Contact, Dump, Part, Record
    from validator.model.registry import Registry

# What XML 1.0 (Section 2.2) has no way to write, not even as a reference.
_FORBIDDEN = regex.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_IN_ATTRIBUTE = {**_IN_TEXT, ord('"'): "&quot;", ord("\t"): "&#9;", ord("\n"): "&#10;"}


def write(registry: Registry) -> Written:
    """Write the registry as XML; `losses` counts the characters that XML cannot hold."""
    writer = _XmlWriter(registry.dump)
    text = writer.document()
    losses = []
    if writer.lost:
        characters = "1 character is" if writer.lost == 1 else f"{writer.lost:,} characters are"
        losses = [f"{characters} not allowed in XML; U+FFFD is written instead"]
    return Written(text, losses)


class _XmlWriter:
    def __init__(self, dump: Dump) -> None:
        self.dump = dump
        self.out: list[str] = []
        self.lost = 0
        # Forms with citations in brackets repeat the contacts where there is no assignee.
        self.repeats_contacts = "brackets" in dump.carries

    def document(self) -> str:
        dump, out = self.dump, self.out
        identity = dump.registry_id if dump.registry_id is not None else REGISTRY_ID
        out.append("<?xml version='1.0' encoding='UTF-8'?>\n")
        out.append(f'<registry xmlns="{NAMESPACE}" id={self.quoted(identity)}>\n')
        self.element(2, "title", dump.title)
        self.element(2, "category", dump.category)
        self.element(2, "updated", dump.updated)
        self.citations(2, dump.references)
        self.element(2, "expert", dump.experts)
        for note in dump.notes:
            self.element(2, "note", note.text, note.mixed, title=note.title)
        for record in dump.records:
            self.record(record)
        for footnote in dump.footnotes:
            self.element(2, "footnote", footnote.text, footnote.mixed, anchor=footnote.anchor)
        if dump.contacts:
            out.append("  <people>\n")
            for contact in dump.contacts:
                self.contact(contact)
            out.append("  </people>\n")
        out.append("</registry>\n")
        return "".join(out)

    def record(self, record: Record) -> None:
        out = self.out
        mixed = record.mixed or {}
        dates = self.attributes(date=record.registration_date, updated=record.modification_date)
        out.append(f"  <record{dates}>\n")
        self.element(4, "name", record.service_name, mixed.get("service_name", ()))
        self.element(4, "protocol", record.transport_protocol, mixed.get("transport_protocol", ()))
        assignee = record.assignee
        if self.repeats_contacts and _labels(assignee) == _labels(record.contact):
            assignee = ()
        if assignee:
            out.append("    <assignee>\n")
            self.citations(6, assignee)
            out.append("    </assignee>\n")
        self.citations(4, record.contact)
        self.citations(4, record.reference)
        self.element(4, "description", record.description, mixed.get("description", ()))
        self.element(4, "number", record.port_number, mixed.get("port_number", ()))
        self.element(4, "sc", record.service_code, mixed.get("service_code", ()))
        self.element(4, "note", record.assignment_notes, mixed.get("assignment_notes", ()))
        uses = "known_unauthorized_uses"
        self.element(4, "unauthorized", record.known_unauthorized_uses, mixed.get(uses, ()))
        out.append("  </record>\n")

    def contact(self, contact: Contact) -> None:
        self.out.append(f"    <person{self.attributes(id=contact.contact_id)}>\n")
        self.element(6, "name", contact.name)
        self.element(6, "org", contact.organization)
        for uri in contact.contact_uri:
            self.element(6, "uri", uri)
        self.element(6, "updated", contact.last_updated)
        self.out.append("    </person>\n")

    def element(
        self,
        indent: int,
        tag: str,
        text: str | None,
        parts: Sequence[Part] = (),
        **attributes: str | None,
    ) -> None:
        if text is None:
            return
        content = self.mixed(parts) if parts else self.text(text)
        self.out.append(f"{'':{indent}}<{tag}{self.attributes(**attributes)}>{content}</{tag}>\n")

    def mixed(self, parts: Sequence[Part]) -> str:
        words: list[str] = []
        paragraph = False
        for part in parts:
            if isinstance(part, str):
                words.append(self.text(part))
            elif isinstance(part, Citation):
                words.append(self.xref(part))
            elif part.tag == "br":
                words.append("<br/>")
            else:
                # In the registry a paragraph holds no other.
                if paragraph:
                    words.append("</paragraph>")
                paragraph = part.tag == "paragraph"
                if paragraph:
                    words.append("<paragraph>")
        if paragraph:
            words.append("</paragraph>")
        return "".join(words)

    def citations(self, indent: int, citations: Sequence[Citation]) -> None:
        self.out.extend(f"{'':{indent}}{self.xref(citation)}\n" for citation in citations)

    def xref(self, citation: Citation) -> str:
        kind = "text" if citation.kind == "bracket" else citation.kind
        attributes = self.attributes(type=kind, data=citation.data, section=citation.section)
        if citation.text is None:
            return f"<xref{attributes}/>"
        return f"<xref{attributes}>{self.text(citation.text)}</xref>"

    def attributes(self, **values: str | None) -> str:
        return "".join(
            f" {name}={self.quoted(value)}" for name, value in values.items() if value is not None
        )

    def quoted(self, value: str) -> str:
        return f'"{self.possible(value).translate(_IN_ATTRIBUTE)}"'

    def text(self, value: str) -> str:
        return self.possible(value).translate(_IN_TEXT)

    def possible(self, value: str) -> str:
        text, count = _FORBIDDEN.subn("\ufffd", value)
        self.lost += count
        return text


def _labels(citations: Sequence[Citation]) -> list[str]:
    return [citation.display for citation in citations]
