"""AC: assignees and contacts (RFC 6335, Sections 8.1.1, 8.1.2 and 8.6)."""

from __future__ import annotations

from operator import attrgetter

from validator.engine.rule import (
    ERROR,
    NOTE,
    WARNING,
    RunContext,
    Violation,
    columns,
    related_to,
    rule,
)
from validator.model.addresses import MAIL_URI, address_fault
from validator.model.citations import cited_contact_ids, person_citations
from validator.model.parties import (
    LONGEST_COMPARED_ID,
    ContactGroups,
    SimilarIds,
    parties,
    party,
    shared_addresses,
)
from validator.model.pattern import pattern
from validator.model.port_usage import on_system_ports
from validator.model.record import PROSE_FIELDS, Contact, Record
from validator.model.registry import Registry
from validator.model.unusual_characters import garbled_run
from validator.model.vocabulary import IESG, IETF_CHAIR, SYSTEM_PORTS, listing, normal_space, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.model.record import Citation

_BAD_IN_ID = pattern(r"[\s\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Ps}\p{Pe}\p{Pi}\p{Pf}<>\"`]")
_BRACKETED = pattern(r"\[([^\[\]\s]++)\]")
# An id of letters, digits and these signs is well-formed; no pattern is needed to see this.
_ID_SIGNS = str.maketrans("", "", "_.&'/!?*+=,;:@#%$-")
# For how many missing ids a similar one is searched.
_MAX_HINTS = 24
_LONGEST_NAME = 1000

_IETF = "IETF"
_IETF_IDS = frozenset({_IETF, IESG, IETF_CHAIR})

# Words in the names of organizations.  The first identify one anywhere in a name.  The others might
# be somebody's title or initials, and count at the end of a name.
_FORMS = frozenset(
    """
    gmbh mbh inc ltd llc llp corp corporation incorporated limited pty plc foundation university
    universität université universidad institute laboratories consortium association alliance
    society council
    """.split()
)
_LAST_FORMS = frozenset(
    """
    AG KGaA AB AS A/S ApS Oy Oyj SARL S.A B.V N.V S.L S.p.A S.r.l s.r.o e.V K.K
    Technologies Technology Systems Networks Software Computers Labs Group Forum Committee
    """.split()
)
# Last words that need a closer look, without punctuation.
_FOLDED_LAST = frozenset(form.lower() for form in (*_LAST_FORMS, "Co"))
_PUNCTUATION = ".,;:()"
_FORM_WORDS = frozenset(
    prefix + form + suffix
    for form in _FORMS
    for prefix in ("", "(")
    for suffix in ("", ".", ",", ".,", ")", ".)")
)
_WORDS = pattern(r"[^\W_]{2,}+")
_LETTERS = pattern(r"[^\W\d_]++")
_index_of = attrgetter("index")


def _malformed(ids: Iterable[str | None]) -> set[str | None]:
    """Return those of `ids` that AC005 reports."""
    # An identifier of Python has letters, digits and low lines only.
    unusual = [contact_id for contact_id in ids if not contact_id or not contact_id.isidentifier()]
    return {
        contact_id
        for contact_id in unusual
        if not contact_id
        or (not contact_id.translate(_ID_SIGNS).isalnum() and _BAD_IN_ID.search(contact_id))
    }


def _not_garbled(ids: Iterable[str | None]) -> set[str | None]:
    """`ids` without those that TX004 reports."""
    return {one for one in ids if not one or garbled_run(one) is None}


def _without_bad_characters(malformed: Iterable[str | None]) -> set[str]:
    """What malformed ids were meant to be."""
    return {_BAD_IN_ID.sub("", contact_id) for contact_id in malformed if contact_id}


@rule("AC001", ERROR, "RFC 6335, Section 8.1.1", needs=("contacts", "end"))
def dangling_contact_reference(registry: Registry) -> Iterator[Violation]:
    """A citation names a contact that is not in the table of contacts.

    Section 8.1.1 requires the name and address of assignee and contact; the table has them. The
    rule checks every citation of a person, in any field, note or footnote. An assignee must be a
    person. (AC005 reports a malformed id.)

    Why it matters: nobody can be asked about the assignment.

    Flagged::

        <record><name>harbor</name><xref type="person" data="Anne_Example"/></record>

    Accepted::

        <record><name>harbor</name><xref type="person" data="Ann_Example"/></record>
    """
    yield from _assignees_that_are_no_persons(registry)
    by_id = registry.by_contact_id
    dangling = {cited for cited in cited_contact_ids(registry).difference(by_id) if cited}
    if not dangling:
        return
    dangling -= _malformed(dangling)
    dangling -= _without_bad_characters(_malformed(by_id))
    similar = SimilarIds(by_id)
    hints: dict[str, str] = {}
    for subject, field, citation in person_citations(registry):
        contact_id = citation.data
        if contact_id in dangling and citation.kind == "person":
            hint = hints.get(contact_id)
            if hint is None:
                near = similar.to(contact_id) if len(hints) < _MAX_HINTS else None
                hint = hints[contact_id] = f"; did you mean {quoted(near)}?" if near else ""
            message = f"contact {quoted(contact_id)} is not in the table of contacts{hint}"
            yield Violation(subject, field, message, item=citation)


def _assignees_that_are_no_persons(registry: Registry) -> Iterator[Violation]:
    if "kinds" not in registry.dump.carries:
        return
    assignees = registry.citations("assignee")
    others = {cited for cited in assignees.lists for one in cited if one.kind != "person"}
    for record in assignees.records_with(others):
        for citation in record.assignee:
            if citation.kind != "person":
                kind = quoted(citation.kind)
                message = f"expected a person as assignee, found a citation of type {kind}"
                yield Violation(record, "assignee", message, item=citation)


@rule(
    "AC002",
    WARNING,
    "Registry convention",
    needs=(
        "contacts",
        "end",
        *columns(
            "description", "assignee", "contact", "known_unauthorized_uses", "assignment_notes"
        ),
    ),
)
def unused_contact(registry: Registry) -> Iterator[Violation]:
    """A contact is in the table, but nothing refers to it.

    The table is for the contacts that records, notes and footnotes name. `[Ann_Example]` in a
    text is a reference, too.

    Why it matters: personal data without a purpose should not be published. Often it is left over
    from a record that was lost.

    Flagged::

        <note>Nobody is named here</note><record><name>harbor</name>
          <xref type="person" data="Ann_Example"/></record>
        <people><person id="Ann_Example"/><person id="Idle_Example"/></people>

    Accepted::

        <record><name>harbor</name><xref type="person" data="Ann_Example"/></record>
        <people><person id="Ann_Example"/></people>
    """
    by_id = registry.by_contact_id
    cited = cited_contact_ids(registry)
    unused = {one: contact for one, contact in by_id.items() if one not in cited}
    if not unused:
        return
    in_texts = _ids_in_texts(registry)
    malformed = _malformed(by_id)
    for contact_id, contact in unused.items():
        if contact_id in in_texts:
            continue
        if contact_id in malformed and _BAD_IN_ID.sub("", contact_id) in cited:
            continue  # AC005 says why it does not match
        message = f"unused contact {quoted(contact_id)}: no record or note refers to it"
        yield Violation(contact, "contact_id", message)


def _ids_in_texts(registry: Registry) -> set[str]:
    dump = registry.dump
    texts = [note.text for note in dump.notes] + [footnote.text for footnote in dump.footnotes]
    for field in PROSE_FIELDS:
        texts += registry.column(field).texts_with("[")
    return {name for text in texts if "[" in text for name in _BRACKETED.findall(text)}


@rule("AC003", ERROR, "Registry convention", needs=("contacts",))
def duplicate_contact_id(registry: Registry) -> Iterator[Violation]:
    """Two contacts have the same id.

    Records refer to a contact by its id.

    Why it matters: programs differ in which of the two they choose.

    Flagged::

        <person id="Ann_Example"/><person id="Ann_Example"/>

    Accepted::

        <person id="Ann_Example"/><person id="Ann_Example_2"/>
    """
    by_id = registry.by_contact_id
    for contact in registry.contacts:
        if contact.contact_id:
            first = by_id[contact.contact_id]
            if first is not contact:
                message = f"duplicate contact id {quoted(contact.contact_id)}"
                related = related_to("the first", [first], "contact_id")
                yield Violation(contact, "contact_id", message, related=related)


@rule("AC004", WARNING, "Registry convention", needs=("contacts",))
def contact_id_case(registry: Registry) -> Iterator[Violation]:
    """Two contact ids differ only in case.

    Ids are compared letter by letter; a second person of the same name gets a number
    (`Ann_Example_2`). All spellings of one id are one finding.

    Why it matters: people, file names and some programs ignore case.

    Flagged::

        <person id="Ann_Example"/><person id="ANN_Example"/>

    Accepted::

        <person id="Ann_Example"/><person id="Ann_Example_2"/>
    """
    first: dict[str, Contact] = {}
    groups: dict[str, list[Contact]] = {}
    for contact_id, contact in registry.by_contact_id.items():
        key = contact_id.lower()
        other = first.setdefault(key, contact)
        if other is not contact:
            groups.setdefault(key, [other]).append(contact)
    for *others, last in groups.values():
        message = f"{_name(last)} differs from {_listed(others)} only in case"
        related = related_to("the other spelling", others, "contact_id")
        yield Violation(last, "contact_id", message, related=related)


def _name(contact: Contact) -> str:
    return f"contact {quoted(contact.contact_id)}" if contact.contact_id else "contact without id"


def _listed(contacts: list[Contact]) -> str:
    return listing([quoted(contact.contact_id or "") for contact in contacts], 3)


@rule("AC005", ERROR, "Registry convention")
def malformed_contact_id(registry: Registry) -> Iterator[Violation]:
    """A contact id is empty or contains white space, brackets, quotes or control characters.

    An id is one word of letters of any script, digits and signs such as `_`, `.`, `-`, `&` and
    the apostrophe. An id that is cited in a record or note is checked, too, unless the table has
    the same id: then the finding is about the table, once.

    Why it matters: most formats of the registry show ids as `[Id]`, one after the other. Such an
    id cannot be recognized there. (TX004 reports an id that was decoded with the wrong encoding.)

    Flagged::

        <person id="Ann Example"/>

    Flagged (csv)::

        harbor,4621,tcp,Harbor log,[Ann Example],[Ann Example],2020-01-02,,,,,

    Accepted::

        <person id="Zo\u00eb_Example-2"/>
    """
    ids: set[str | None] = {contact.contact_id for contact in registry.contacts}
    malformed = _not_garbled(_malformed(ids))
    if malformed:
        for contact in registry.contacts:
            if contact.contact_id in malformed:
                message = _id_fault(contact.contact_id, "contact without id")
                yield Violation(contact, "contact_id", message)
    malformed = _not_garbled(_malformed(cited_contact_ids(registry) - ids))
    if not malformed:
        return
    for subject, field, citation in person_citations(registry):
        if citation.kind == "person" and citation.data in malformed:
            if field == "assignee" and isinstance(subject, Record):
                if _repeats_contact(registry, subject, citation):
                    continue
            message = _id_fault(citation.data, "citation of a person without id")
            yield Violation(subject, field, message, item=citation)


def _repeats_contact(registry: Registry, record: Record, assignee: Citation) -> bool:
    """Whether a form shows the contact as assignee, too, since the record has no other."""
    if "brackets" not in registry.dump.carries:
        return False
    return any(contact.data == assignee.data for contact in record.contact)


def _id_fault(contact_id: str | None, absent: str) -> str:
    if contact_id is None:
        return absent
    match = _BAD_IN_ID.search(contact_id)
    if match is None:
        return "empty contact id"
    bad = match[0]
    sign = quoted(bad) if bad.isprintable() and bad != '"' else f"U+{ord(bad):04X}"
    return f"contact id {quoted(contact_id)} contains {'a space' if bad == ' ' else sign}"


@rule("AC006", WARNING, "RFC 6335, Section 8.1.1", since_rfc6335=True, needs=("contacts",))
def contact_without_uri(registry: Registry) -> Iterator[Violation]:
    """A contact has no address.

    Section 8.1.1 requires an e-mail address of assignee and contact. (AC007 reports an empty
    address.)

    Why it matters: nobody can be asked about the assignment.

    Flagged::

        <person id="Ann_Example"><name>Ann Example</name></person>

    Accepted::

        <person id="Ann_Example"><name>Ann Example</name>
          <uri>mailto:ann&amp;example.com</uri></person>
    """
    for contact in registry.contacts:
        if not contact.contact_uri:
            yield Violation(contact, "contact_uri", f"{_name(contact)} has no address")


@rule("AC007", WARNING, "RFC 6335, Section 8.1.1", needs=("contacts",))
def malformed_contact_uri(registry: Registry) -> Iterator[Violation]:
    """The address of a contact is malformed.

    The registry writes `mailto:`, a mailbox, `&` for the at sign and a domain name. It also has
    `tel:`, `http:` and `https:`. Each element has one address. (TX002 reports white space around
    it.)

    Why it matters: mail to the address is returned or goes to somebody else.

    Flagged::

        <person id="Ann_Example"><uri>mailto:ann@example.com</uri></person>

    Accepted::

        <person id="Ann_Example"><uri>mailto:ann&amp;example.com</uri></person>
    """
    is_mail = MAIL_URI.fullmatch
    faults: dict[str, str | None] = {}
    for contact in registry.contacts:
        uris = contact.contact_uri
        if len(uris) == 1 and is_mail(uris[0]):
            continue  # what is usual
        for number, uri in enumerate(uris):
            if uri not in faults:
                faults[uri] = None if is_mail(uri) else address_fault(uri)
            message = faults[uri]
            if message is not None:
                yield Violation(contact, "contact_uri", message, item=number)


@rule("AC008", WARNING, "RFC 6335, Section 8.1.1", needs=("contacts",))
def anonymous_contact(registry: Registry) -> Iterator[Violation]:
    """A contact has neither a name nor an organization.

    Section 8.1.1 requires the name of assignee and contact.

    Why it matters: an address may pass to another person; only the name identifies the contact.

    Flagged::

        <person id="ann"><uri>mailto:ann&amp;example.com</uri></person>

    Accepted::

        <person id="ann"><org>Example Org</org><uri>mailto:ann&amp;example.com</uri></person>
    """
    for contact in registry.contacts:
        if not (contact.name or "").strip() and not (contact.organization or "").strip():
            message = f"{_name(contact)} has neither a name nor an organization"
            yield Violation(contact, "name", message)


@rule("AC009", WARNING, "Registry convention", needs=("contacts",))
def contact_duplicated(registry: Registry) -> Iterator[Violation]:
    """One party has several entries in the table of contacts.

    Two entries with the same address and the same name are one party. So are two entries without
    a name that have the same address and organization. An organization and its contact may share
    an address; they are two entries. All entries of one party are one finding.

    Why it matters: one entry is corrected and the other is not, and one party looks like two.

    Flagged::

        <person id="Ann_Example"><name>Ann Example</name>
          <uri>mailto:ann&amp;example.com</uri></person>
        <person id="Ann_Example_2"><name>Ann Example</name>
          <uri>mailto:ann&amp;example.com</uri></person>

    Accepted::

        <person id="Example_Org"><org>Example Org</org>
          <uri>mailto:info&amp;example.com</uri></person>
        <person id="Ben_Example"><name>Ben Example</name><org>Example Org</org>
          <uri>mailto:info&amp;example.com</uri></person>
    """
    for *others, last in _same_parties(registry):
        if len({(contact.contact_id or "").lower() for contact in (*others, last)}) == 1:
            continue  # one id in two spellings is reported by AC004
        message = f"{_name(last)} duplicates {_listed(others)}: same address, same name"
        related = related_to("the same party", others, "contact_id")
        yield Violation(last, "contact_id", message, related=related)


def _names(contact: Contact) -> tuple[str, str]:
    """What two entries of one party agree in: the name or else the organization."""
    name = normal_space(contact.name or "").casefold()
    return name, "" if name else normal_space(contact.organization or "").casefold()


def _same_parties(registry: Registry) -> list[list[Contact]]:
    """The contacts that share an address and a name, party by party, in the order of the file."""
    by_id = registry.by_contact_id
    first: dict[tuple[str, str, str], str] = {}
    groups = ContactGroups()
    for address, contacts in shared_addresses(registry).items():
        for contact in contacts:
            contact_id = contact.contact_id or ""
            names = _names(contact)
            # AC003 reports a second contact with the same id.
            if any(names) and by_id[contact_id] is contact:
                other = first.setdefault((address.strip(), *names), contact_id)
                if other != contact_id:
                    groups.join(other, contact_id)
    members: dict[str, list[Contact]] = {}
    representatives = groups.representatives()
    for contact in sorted([by_id[contact_id] for contact_id in representatives], key=_index_of):
        representative = representatives[contact.contact_id or ""]
        members.setdefault(representative, []).append(contact)
    return list(members.values())


@rule(
    "AC010",
    ERROR,
    "RFC 6335, Section 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "assignee", "contact"),
)
def missing_assignee(registry: Registry) -> Iterator[Violation]:
    """An assignment has neither an assignee nor a contact.

    Section 8.1.1 requires both. A contact alone counts as assignee, too.

    Why it matters: nobody is responsible for the assignment, and nobody may change it.

    Flagged::

        <record><name>harbor</name></record>

    Accepted::

        <record><name>harbor</name><xref type="person" data="Ann_Example"/></record>
    """
    for record in registry.records:
        if not record.contact and not record.assignee and record.service_name:
            message = f"{quoted(record.service_name)} has neither an assignee nor a contact"
            yield Violation(record, "assignee", message)


@rule(
    "AC011",
    ERROR,
    "RFC 6335, Section 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "assignee", "contact"),
)
def missing_contact(registry: Registry) -> Iterator[Violation]:
    """An assignment has an assignee, but no contact.

    Section 8.1.1 requires a contact who answers questions from the community.

    Why it matters: questions to an organization without a contact are seldom answered.

    Flagged::

        <record><name>harbor</name><assignee><xref type="person" data="Example_Org"/></assignee>
          </record>

    Accepted::

        <record><name>harbor</name><assignee><xref type="person" data="Example_Org"/></assignee>
          <xref type="person" data="Ann_Example"/></record>
    """
    for record in registry.citations("assignee").records:
        if not record.contact and record.service_name:
            assignee = quoted(record.assignee[0].display)
            message = f"{quoted(record.service_name)} has no contact, only the assignee {assignee}"
            yield Violation(record, "contact", message)


@rule(
    "AC012",
    WARNING,
    "RFC 6335, Section 8.1.1",
    needs=columns("service_name", "assignee", "contact"),
)
def ietf_assignment_parties(registry: Registry) -> Iterator[Violation]:
    """An assignment of the IETF lacks the IESG as assignee or the IETF Chair as contact.

    Section 8.1.1 requires both for assignments by RFCs of the IETF stream. (AC011 reports an
    assignment without contact.)

    Why it matters: requests to change the assignment go to the parties in the record.

    Flagged::

        <record><name>harbor</name><assignee><xref type="person" data="IESG"/></assignee>
          <xref type="person" data="Ann_Example"/></record>

    Accepted::

        <record><name>harbor</name><assignee><xref type="person" data="IESG"/></assignee>
          <xref type="person" data="IETF_Chair"/></record>
    """
    records: dict[int, Record] = {}
    for field in ("contact", "assignee"):
        column = registry.citations(field)
        of_ietf = {cited for cited in column.lists for one in cited if one.data in _IETF_IDS}
        records.update((record.index, record) for record in column.records_with(of_ietf))
    for record in records.values():
        if record.service_name and record.contact and not _has_ietf_parties(record):
            fault = _ietf_fault(record)
            if fault is not None:
                yield Violation(record, *fault)


def _has_ietf_parties(record: Record) -> bool:
    """Whether the first assignee and the first contact are right, which is usual."""
    if not record.assignee or record.assignee[0].data != IESG:
        return False
    return record.contact[0].data == IETF_CHAIR


def _ietf_fault(record: Record) -> tuple[str, str] | None:
    """Which field of a record that names the IETF is wrong, and how."""
    own = {citation.data for citation in record.assignee}
    contacts = {citation.data for citation in record.contact}
    has_iesg = IESG in (own or contacts)
    has_chair = IETF_CHAIR in contacts
    if has_iesg and has_chair:
        return None
    assignee = quoted((record.assignee or record.contact)[0].display)
    contact = quoted(record.contact[0].display)
    if IESG in contacts and own & {_IETF, IETF_CHAIR}:
        message = "expected the assignee IESG and the contact IETF_Chair"
        return "assignee", f"{message}, found the assignee {assignee} and the contact {contact}"
    if has_iesg:
        return "contact", f"expected the contact IETF_Chair for the assignee IESG, found {contact}"
    if has_chair:
        field = "assignee" if own else "contact"
        return field, f"expected the assignee IESG for the contact IETF_Chair, found {assignee}"
    return None


@rule("AC013", NOTE, "Registry convention", needs=("contacts",))
def organization_as_name(registry: Registry) -> Iterator[Violation]:
    """The name of a contact is an organization, but the organization is empty.

    The table has a column for each. An organization is recognized by its legal form (GmbH, Inc.,
    Ltd. and the like) or a word such as Foundation or University.

    Why it matters: the contact must be a person (Section 8.1.1), and no person is named.

    Flagged::

        <person id="Example_GmbH"><name>Example GmbH</name></person>

    Accepted::

        <person id="Example_GmbH"><name>Ann Example</name><org>Example GmbH</org></person>
    """
    for contact in registry.contacts:
        name = contact.name
        if name and not (contact.organization and contact.organization.strip()):
            form = _form_of_organization(name)
            if form is not None:
                message = f"name {quoted(name)} looks like an organization ({quoted(form)})"
                message += ", but the organization is empty"
                yield Violation(contact, "name", message)


def _form_of_organization(name: str) -> str | None:
    """The word of `name` that only an organization has; `None` where there is none."""
    folded = name.lower().split()
    is_form = not _FORM_WORDS.isdisjoint(folded)
    if not is_form and (not folded or folded[-1].strip(_PUNCTUATION) not in _FOLDED_LAST):
        return None  # what is usual
    words = name.split()
    if is_form:
        return next(word for word in words if word.lower() in _FORM_WORDS).strip(_PUNCTUATION)
    last = words[-1].strip(_PUNCTUATION)
    if len(words) > 1 and last in _LAST_FORMS:
        return last
    # "Co" is also a family name.
    if words[-1] in ("Co.", "Co.,") or (last == "Co" and words[-2:-1] in (["&"], ["and"])):
        return "Co."
    return None


@rule("AC014", NOTE, "Registry convention", needs=("contacts",), is_default=False)
def contact_id_mismatch(registry: Registry) -> Iterator[Violation]:
    """A contact id has nothing in common with the contact's name or organization.

    Ids are made from names: whole, shortened or as initials. An entry that has passed to another
    person may keep the old id.

    Why it matters: formats that show only the id name the wrong person.

    Flagged::

        <person id="Ann_Example"><name>Benjamin Muster</name></person>

    Accepted::

        <person id="Ann_Example"><name>Ann M. Example</name></person>
    """
    for contact in registry.contacts:
        contact_id = contact.contact_id
        names = f"{contact.name or ''} {contact.organization or ''}"
        if not contact_id or not names.strip() or contact_id.partition("_")[0] in names:
            continue
        if not _in_common(_plain(contact_id[:LONGEST_COMPARED_ID]), _plain(names[:_LONGEST_NAME])):
            name = normal_space(contact.name or "") or normal_space(contact.organization or "")
            message = f"contact id {quoted(contact_id)} does not match the name {quoted(name)}"
            yield Violation(contact, "contact_id", message)


def _plain(text: str) -> str:
    """`text` without accents, in one case."""
    if not text.isascii():
        import unicodedata

        letters = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return text.casefold()


def _in_common(contact_id: str, name: str) -> bool:
    words = _WORDS.findall(contact_id)
    name_words = _WORDS.findall(name)
    joined = "".join(name_words)
    if not words or any(word in joined for word in words):
        return True
    # A word may be cut short, or have a letter that other alphabets lack.
    if {word[:4] for word in words} & {word[:4] for word in name_words}:
        return True
    short = "".join(_LETTERS.findall(contact_id))
    parts = _LETTERS.findall(name)
    return short in "".join(part[0] for part in parts) or short in "".join(parts)


@rule(
    "AC015",
    NOTE,
    "RFC 6335, Section 8.1.2",
    needs=columns("service_name", "port_number", "assignee", "contact", "registration_date"),
)
def system_port_outside_ietf(registry: Registry, context: RunContext) -> Iterator[Violation]:
    """A System Port was registered after RFC 6335 for a party other than the IESG.

    By Section 8.1.2, System Ports need IETF Review or IESG Approval. The rule looks at the
    registration date, not at the modification date.

    Why it matters: there are only 1024 System Ports. The assignment may be right if the approval
    is recorded in another place; a reviewer will want to know where.

    Flagged::

        <record date="2019-05-04"><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>621</number></record>

    Accepted::

        <record date="2004-05-04"><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>621</number></record>
    """
    last = SYSTEM_PORTS[1]
    for assignment in on_system_ports(registry):
        ports = assignment.ports
        if ports is None or ports.high > last:
            continue
        record = assignment.record
        date = registry.date(record.registration_date)
        if date is None or date.impossible or date.text < context.legacy_cutoff:
            continue
        assignees = registry.assignees(record)
        holders = parties(registry, assignees)
        if holders and party(registry, IESG) not in holders:
            holder = quoted(assignees[0].display)
            port = f"System Port{'' if ports.is_single else 's'} {ports}"
            when = f"{port} registered on {date.text}"
            message = f"{when}: expected the assignee IESG, found {holder}"
            yield Violation(record, "port_number", message)
