"""The flagged example in the documentation of a rule, as a part of a drawn registry.

An example shows as little as its rule needs.  What other rules would miss in it (a description, a
contact) is drawn, so that in the end its own rule alone finds anything.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Literal

from validator.api import parse_registry, run_context
from validator.engine.rule import Rule
from validator.model.record import Contact, Defect, Footnote, Ports, Record
from validator.model.registry import Registry
from validator.model.values import port_range
from validator.model.vocabulary import COLUMN_HEADINGS, NAMESPACE, REGISTRY_ID, SERVICE_NAME, fold
from validator.strategies.contacts import cite
from validator.strategies.draft import DOCUMENTS, HISTORIC, Draft, Group, well_formed

# What a finding is about, `None` for the registry as a whole, and its field.
Place = tuple[Record | Contact | Footnote | Ports | None, str | None]

_FLAGGED = re.compile(r"^Flagged(?: \((\w+)\))?::\n\n((?:(?: {4}.*)?\n)+)", re.MULTILINE)
_START = (
    f'<registry xmlns="{NAMESPACE}" id="{REGISTRY_ID}"><title>Example</title>'
    "<updated>2026-08-17</updated>"
)
_HEADINGS = ",".join(heading for heading in COLUMN_HEADINGS if not heading.startswith("Known"))
# Contacts that examples cite without listing them.
_CONTACTS = frozenset({"Ann_Example", "Ben_Example", "Example_Org", "IESG", "IETF_Chair"})


class Example:
    """The first flagged example of a rule; `subject` and `field` are what the rule finds in it."""

    def __init__(self, rule: Rule, draft: Draft) -> None:
        self.draft = draft
        match = _FLAGGED.search(f"{rule.documentation}\n")
        assert match is not None, f"{rule.code} has no flagged example"
        self.form: Literal["xml", "csv"] = "csv" if match[1] == "csv" else "xml"
        self.dump = parse_registry(self._completed(dedent(match[2])), form=self.form).dump
        self.people = list(self.dump.contacts)
        listed = {person.contact_id for person in self.people}
        cited = {c.data or "" for r in self.dump.records for c in (*r.assignee, *r.contact)}
        others = sorted((cited & _CONTACTS) - listed)
        self.dump.contacts += [draft.contacts.of_example(identity) for identity in others]
        (violation,) = rule.find(Registry(self.dump, draft.whole), run_context())
        about: object = violation.subject
        self.field = violation.field
        if isinstance(about, Defect):
            self.field = about.field
            about = about.about
        self.subject = about if isinstance(about, Record | Contact | Footnote | Ports) else None

    def _completed(self, text: str) -> str:
        if self.form == "csv":
            return f"{_HEADINGS}\n{text}"
        if text.startswith("<registry"):
            return text
        if text.startswith("<person"):
            text = f"<people>{text}</people>"
        return f"{_START}{text}</registry>"

    def lacks(self, about: Record | Contact, field: str) -> bool:
        """Whether a field is to be completed: it is absent, and that is not what the rule finds."""
        return not getattr(about, field) and (about, field) != (self.subject, self.field)

    def insert(self) -> Place:
        """Put the example and up to two other groups into the draft; return what its rule finds."""
        draft, records = self.draft, self.dump.records
        if self.field != "service_name":
            self._use_legacy_names()
        self._complete_records()
        for record in records:
            draft.names.add(fold(record.service_name or ""))
            ports = port_range(record.port_number or "")
            low, high = sorted((ports.low, ports.high)) if ports else (None, None)
            draft.add(Group(low, high, [record]))
        for person in self.people:
            self._complete_contact(person)
            if not records:
                citing = draft.single()
                citing.assignee, citing.contact = (), (cite(person),)
        draft.contacts.uncited += self.people
        draft.footnotes += self.dump.footnotes
        draft.form = self.form
        draft.add_groups(0, 2)
        if self.subject is None and self.field is not None:
            setattr(draft.arrange(), self.field, getattr(self.dump, self.field))
        return self.subject, self.field

    def _use_legacy_names(self) -> None:
        """Put names of Section 10.1 in the place of others that are malformed, in their order."""
        names = {record.service_name or "" for record in self.dump.records}
        malformed = sorted(name for name in names if name and not SERVICE_NAME.fullmatch(name))
        legacy = [self.draft.legacy_names() for _ in malformed]
        legacy.sort(key=lambda pair: fold(pair[0]))
        for name, (old, new) in zip(malformed, legacy, strict=True):
            for record in self.dump.records:
                for field in ("service_name", "description", "assignment_notes"):
                    if text := getattr(record, field):
                        text = text.replace(name, old).replace(well_formed(name), new)
                        setattr(record, field, text)

    def _complete_records(self) -> None:
        draft = self.draft
        description, contact = draft.text(), cite(draft.contacts.contact())
        document = draft.pick(DOCUMENTS)
        for record in self.dump.records:
            if not record.service_name:
                continue
            if self.lacks(record, "transport_protocol"):
                record.transport_protocol = "tcp"
            if self.lacks(record, "assignee") and self.lacks(record, "contact"):
                record.contact = (contact,)
            if record.description is None and self.lacks(record, "description"):
                record.description = description
            if self.lacks(record, "reference"):
                record.reference = document
            if "entry is an alias to" in (record.assignment_notes or ""):
                record.assignment_notes = f"{record.assignment_notes}{HISTORIC}"

    def _complete_contact(self, person: Contact) -> None:
        if self.lacks(person, "name") and not person.organization:
            person.name = (person.contact_id or "").replace("_", " ")
        if self.lacks(person, "contact_uri"):
            person.contact_uri = (f"mailto:example-{person.index}&example.com",)
