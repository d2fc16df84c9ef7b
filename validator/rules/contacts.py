"""AC: assignees and contacts (RFC 6335, Sections 8.1.1, 8.1.2 and 8.6)."""

from __future__ import annotations

import re

from validator.engine.rule import ERROR, NOTE, WARNING, RunContext, Violation, related_to, rule
from validator.model.pattern import pattern
from validator.model.record import Citation, Contact, Record
from validator.model.registry import Registry
from validator.model.vocabulary import IESG, IETF_CHAIR, SYSTEM_PORTS, normal_space, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.engine.rule import Subject

# Every id and address is held against one of two patterns of `re`, which is four times as fast as
# `regex` at them; what they do not match is looked at closely.
_BAD_IN_ID = pattern(r"[\s\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Ps}\p{Pe}\p{Pi}\p{Pf}<>\"`]")
_BRACKETED = pattern(r"\[([^\[\]\s]++)\]")
_USUAL_ID = re.compile(r"[A-Za-z0-9_.&'-]++").fullmatch
_WORDLY_ID = re.compile(r"[\w.&'/!?*+=,;:@#%$-]++").fullmatch
# How many ids that are missing get a hint, and how many ids are looked at for one.
_HINTED = 24
_COMPARED = 200
_LONGEST_COMPARED = 100
_LONGEST_NAME = 1000

_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*+):(.*+)", "as")
# The registry writes "&" where the address has "@".  Hosts of the old days have no name, or an
# address for one; mailboxes of theirs are paths with "!" in them.
_ATOMS = r"[A-Za-z0-9!#$%'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%'*+/=?^_`{|}~-]++)*+"
_LABEL = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})++|\[(?:IPv6:)?[0-9A-Fa-f.:]++\])"
_MAILBOX = pattern(_ATOMS, "a")
_DOMAIN = pattern(_HOST, "a")
_MAIL = re.compile(f"mailto:{_ATOMS}&{_HOST}")
STRAY = pattern(r"[\[\](){}<>\"]", "a")
_SEVERAL = pattern(r"[\s,;]|mailto:", "i")
_TELEPHONE = pattern(r"\+?[0-9(][0-9().-]*+(?:;[a-z]++=[^\s;]++)*+")
_WEB = pattern(r"//[^\s/?#<>\[\]\"]++(?:[/?#][^\s<>\"]*+)?+")
# What TX003 reports; white space is not among it.
_UNSEEN = pattern(r"(?![\t\n\r])[\p{Cc}\p{Cf}]")

_IETF = "IETF"
_IETF_IDS = frozenset({_IETF, IESG, IETF_CHAIR})

# Words of the names of organizations.  The first tell one wherever they stand.  The others might be
# a word of somebody's title, or initials, and count where a name ends with them.
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
# What the last word may be by which a name is told, without punctuation.
_FOLDED_LAST = frozenset(form.lower() for form in (*_LAST_FORMS, "Co"))
_PUNCTUATION = ".,;:()"
_FORM_WORDS = frozenset(
    before + form + behind
    for form in _FORMS
    for before in ("", "(")
    for behind in ("", ".", ",", ".,", ")", ".)")
)
_WORDS = pattern(r"[^\W_]{2,}+")
_LETTERS = pattern(r"[^\W\d_]++")


def _persons(registry: Registry) -> Iterator[tuple[Subject, str | None, Citation]]:
    """Yield every citation of a person: what cites it, in which field, and the citation.

    Whatever an assignee element holds is meant as a person.
    """
    for record in registry.records:
        for citation in record.assignee:
            yield record, "assignee", citation
        for citation in record.contact:
            yield record, "contact", citation
        for field, citation in record.inline:
            if citation.kind == "person":
                yield record, field, citation
    dump = registry.dump
    for citation in dump.references:
        if citation.kind == "person":
            yield dump, "reference", citation
    for note in dump.notes:
        for part in note.mixed:
            if isinstance(part, Citation) and part.kind == "person":
                yield dump, None, part
    for footnote in dump.footnotes:
        for part in footnote.mixed:
            if isinstance(part, Citation) and part.kind == "person":
                yield footnote, None, part


def _malformed(ids: Iterable[str | None]) -> set[str | None]:
    """Those of `ids` that AC005 reports."""
    # What Python takes for a name of its own is letters, digits and low lines.
    unusual = [identity for identity in ids if not identity or not identity.isidentifier()]
    unusual = [
        identity
        for identity in unusual
        if not identity or (_USUAL_ID(identity) is None and _WORDLY_ID(identity) is None)
    ]
    return {identity for identity in unusual if not identity or _BAD_IN_ID.search(identity)}


def _meant(malformed: Iterable[str | None]) -> set[str]:
    """What malformed ids are without the characters that make them so."""
    return {_BAD_IN_ID.sub("", identity) for identity in malformed if identity}


@rule("AC001", ERROR, "RFC 6335, Section 8.1.1", needs=("contacts", "end"))
def dangling_contact_reference(registry: Registry) -> Iterator[Violation]:
    """A contact is referred to that the table of contacts does not hold.

    Section 8.1.1 requires name and address of assignee and contact; the table is where they are.
    Every citation of a person counts, in whatever field, note or footnote it stands. What an
    assignee element cites is to be a person. (A malformed id is AC005.)

    Why it matters: nobody can be asked about the assignment.

    Flagged::

        <record><name>harbor</name><xref type="person" data="Anne_Example"/></record>

    Accepted::

        <record><name>harbor</name><xref type="person" data="Ann_Example"/></record>
    """
    if "kinds" in registry.dump.carries:
        others = {
            citations
            for citations in registry.citing("assignee")
            for citation in citations
            if citation.kind != "person"
        }
        for record in registry.citing_one("assignee", others):
            for citation in record.assignee:
                if citation.kind != "person":
                    message = f"the assignee is cited as {quoted(citation.kind)}, not as a person"
                    yield Violation(record, "assignee", message, item=citation)
    held = registry.by_contact_id
    dangling = {cited for cited in registry.cited_contacts.difference(held) if cited}
    if not dangling:
        return
    dangling -= _malformed(dangling)
    dangling -= _meant(_malformed(held))
    nearest = _Nearest(held)
    hints: dict[str, str] = {}
    for subject, field, citation in _persons(registry):
        identity = citation.data
        if identity in dangling and citation.kind == "person":
            hint = hints.get(identity)
            if hint is None:
                near = nearest.to(identity) if len(hints) < _HINTED else None
                hint = hints[identity] = "" if near is None else f"; {quoted(near)} may be meant"
            message = f"{quoted(identity)} is not in the table of contacts{hint}"
            yield Violation(subject, field, message, item=citation)


class _Nearest:
    """Finds the id most like another one, in any case.

    Ids are first held against each other by the letters they are made of, as bits of a number;
    only the best of these are compared in earnest.
    """

    __slots__ = ("_held", "_letters")

    def __init__(self, held: Iterable[str]) -> None:
        self._held = held
        self._letters: list[tuple[int, str, str]] | None = None

    def to(self, identity: str) -> str | None:
        """Return the id most like `identity`, `None` where none is like it."""
        from difflib import get_close_matches
        from heapq import nsmallest

        size = len(identity)
        if not 2 < size <= _LONGEST_COMPARED:
            return None
        if self._letters is None:
            short = [
                (other.lower(), other) for other in self._held if len(other) <= _LONGEST_COMPARED
            ]
            self._letters = [(_letters(lower), lower, other) for lower, other in short]
        lower = identity.lower()
        mine = _letters(lower)
        best = nsmallest(
            _COMPARED,
            self._letters,
            key=lambda entry: ((entry[0] ^ mine).bit_count(), abs(len(entry[1]) - size)),
        )
        spelt = {other_lower: other for _, other_lower, other in best}
        # One wrong letter may stand in the shortest id; of longer ones a seventh may differ.
        alike = get_close_matches(lower, spelt, n=1, cutoff=min(0.85, (size - 1) / size))
        return spelt[alike[0]] if alike else None


def _letters(identity: str) -> int:
    bits = 0
    for character in set(identity):
        bits |= 1 << (ord(character) & 63)
    return bits


@rule("AC002", WARNING, "Registry convention", needs=("contacts",))
def unused_contact(registry: Registry) -> Iterator[Violation]:
    """A contact is in the table and nobody refers to it.

    The table lists those whom records, notes and footnotes name. Words such as `[Ann_Example]`
    in a text name one too.

    Why it matters: personal data that serves nothing should not be published, and often it is the
    trace of a record that was lost.

    Flagged::

        <note>Nobody is named here</note><record><name>harbor</name>
          <xref type="person" data="Ann_Example"/></record>
        <people><person id="Ann_Example"/><person id="Idle_Example"/></people>

    Accepted::

        <record><name>harbor</name><xref type="person" data="Ann_Example"/></record>
        <people><person id="Ann_Example"/></people>
    """
    held = registry.by_contact_id
    cited = registry.cited_contacts
    unused = [contact for identity, contact in held.items() if identity not in cited]
    if not unused:
        return
    named = _named_in_texts(registry)
    malformed = _malformed(held)
    for contact in unused:
        identity = contact.contact_id or ""
        if identity in named:
            continue
        if identity in malformed and _BAD_IN_ID.sub("", identity) in cited:
            continue  # it is meant, and AC005 says why it is not found
        message = f"no record or note refers to {quoted(identity)}"
        yield Violation(contact, "contact_id", message)


def _named_in_texts(registry: Registry) -> set[str]:
    dump = registry.dump
    texts: list[str | None] = [note.text for note in dump.notes]
    texts += [footnote.text for footnote in dump.footnotes]
    for record in dump.records:
        texts += (record.description, record.assignment_notes, record.known_unauthorized_uses)
    return {name for text in texts if text and "[" in text for name in _BRACKETED.findall(text)}


@rule("AC003", ERROR, "Registry convention", needs=("contacts",))
def duplicate_contact_id(registry: Registry) -> Iterator[Violation]:
    """Two contacts have the same id.

    Records refer to a contact by its id.

    Why it matters: which of the two is meant depends on the reader.

    Flagged::

        <person id="Ann_Example"/><person id="Ann_Example"/>

    Accepted::

        <person id="Ann_Example"/><person id="Ann_Example_2"/>
    """
    held = registry.by_contact_id
    for contact in registry.contacts:
        if contact.contact_id:
            first = held[contact.contact_id]
            if first is not contact:
                message = f"{quoted(contact.contact_id)} stands in the table before"
                there = related_to("the first", [first], "contact_id")
                yield Violation(contact, "contact_id", message, related=there)


@rule("AC004", WARNING, "Registry convention", needs=("contacts",))
def contact_id_case(registry: Registry) -> Iterator[Violation]:
    """Two ids of contacts differ in case only.

    Ids are told apart letter by letter; namesakes have numbers (`Ann_Example_2`). It is one
    finding, however many spellings there are.

    Why it matters: HTML anchors, file names and people do not look at case.

    Flagged::

        <person id="Ann_Example"/><person id="ANN_Example"/>

    Accepted::

        <person id="Ann_Example"/><person id="Ann_Example_2"/>
    """
    first: dict[str, Contact] = {}
    groups: dict[str, list[Contact]] = {}
    for identity, contact in registry.by_contact_id.items():
        key = identity.lower()
        kept = first.setdefault(key, contact)
        if kept is not contact:
            groups.setdefault(key, [kept]).append(contact)
    for held in groups.values():
        *others, blamed = held
        message = f"{_shown(blamed)} differs from {_listed(others)} in case only"
        there = related_to("the other spelling", others, "contact_id")
        yield Violation(blamed, "contact_id", message, related=there)


def _listed(contacts: list[Contact]) -> str:
    """The ids of `contacts` for a message: three of them, and how many more there are."""
    more = [f"{len(contacts) - 3} more"] if len(contacts) > 3 else []
    words = [_shown(contact) for contact in contacts[:3]] + more
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


@rule("AC005", ERROR, "Registry convention")
def malformed_contact_id(registry: Registry) -> Iterator[Violation]:
    """The id of a contact is empty or has blanks, brackets, quotes or control characters.

    An id is one word; letters of any script, digits and signs such as `_`, `.`, `-`, `&` and the
    apostrophe are in use. In a record or note the id is looked at too, unless the table has the
    contact under it: then the table is to blame, once.

    Why it matters: most forms of the registry show ids as `[Id]`, one behind the other. What such
    an id refers to cannot be told.

    Flagged::

        <person id="Ann Example"/>

    Flagged (csv)::

        harbor,4621,tcp,Harbor log,[Ann Example],[Ann Example],2020-01-02,,,,,

    Accepted::

        <person id="Zo\u00eb_Example-2"/>
    """
    held: set[str | None] = {contact.contact_id for contact in registry.contacts}
    malformed = _malformed(held)
    if malformed:
        for contact in registry.contacts:
            if contact.contact_id in malformed:
                message = _id_fault(contact.contact_id, "the contact has no id")
                yield Violation(contact, "contact_id", message)
    malformed = _malformed(registry.cited_contacts - held)
    if not malformed:
        return
    repeated = "brackets" in registry.dump.carries
    for subject, field, citation in _persons(registry):
        if citation.kind == "person" and citation.data in malformed:
            # These forms show an assignee for each contact that has none beside it.
            if repeated and field == "assignee" and isinstance(subject, Record):
                if any(other.data == citation.data for other in subject.contact):
                    continue
            message = _id_fault(citation.data, "a person is cited without an id")
            yield Violation(subject, field, message, item=citation)


def _id_fault(identity: str | None, absent: str) -> str:
    if identity is None:
        return absent
    found = _BAD_IN_ID.search(identity)
    if found is None:
        return "the id is empty"
    bad = found[0]
    shown = quoted(bad) if bad.isprintable() and bad != '"' else f"U+{ord(bad):04X}"
    return f"the id {quoted(identity)} has {'a blank' if bad == ' ' else shown} in it"


@rule("AC006", WARNING, "RFC 6335, Section 8.1.1", since_rfc6335=True, needs=("contacts",))
def contact_without_uri(registry: Registry) -> Iterator[Violation]:
    """A contact has no address.

    Section 8.1.1 requires an e-mail address of assignee and contact. (An address that is there
    and empty is AC007.)

    Why it matters: nobody can be asked about the assignment.

    Flagged::

        <person id="Ann_Example"><name>Ann Example</name></person>

    Accepted::

        <person id="Ann_Example"><name>Ann Example</name>
          <uri>mailto:ann&amp;example.com</uri></person>
    """
    for contact in registry.contacts:
        if not contact.contact_uri:
            yield Violation(contact, "contact_uri", f"{_shown(contact)} has no address")


def _shown(contact: Contact) -> str:
    return quoted(contact.contact_id) if contact.contact_id else "the contact"


@rule("AC007", WARNING, "RFC 6335, Section 8.1.1", needs=("contacts",))
def malformed_contact_uri(registry: Registry) -> Iterator[Violation]:
    """The address of a contact cannot be used as it stands.

    The registry writes `mailto:`, a mailbox, `&` for the at sign and a domain name; `tel:`,
    `http:` and `https:` are in use too. An element holds one address. (Blanks around it are
    TX002.)

    Why it matters: mail to it comes back, or goes to somebody else.

    Flagged::

        <person id="Ann_Example"><uri>mailto:ann@example.com</uri></person>

    Accepted::

        <person id="Ann_Example"><uri>mailto:ann&amp;example.com</uri></person>
    """
    usual = _MAIL.fullmatch
    said: dict[str, str | None] = {}
    for contact in registry.contacts:
        uris = contact.contact_uri
        if len(uris) == 1 and usual(uris[0]):
            continue  # what nearly all have
        for number, uri in enumerate(uris):
            if usual(uri) is None:
                if uri not in said:
                    said[uri] = uri_fault(uri)
                message = said[uri]
                if message is not None:
                    yield Violation(contact, "contact_uri", message, item=number)


def uri_fault(uri: str) -> str | None:
    """What is wrong with an address; `None` also where another rule says it."""
    seen = uri.strip()
    if not seen.isprintable():
        seen = _UNSEEN.sub("", seen)
    if not seen:
        return "the address is empty"
    if "\ufffd" in seen:
        return None  # TX004
    found = _SCHEME.fullmatch(seen)
    if found is None:
        mail = "@" in seen or "&" in seen
        return f"{quoted(seen)} has no scheme{'; mailto: may be meant' if mail else ''}"
    scheme, rest = found[1].lower(), found[2]
    if scheme == "mailto":
        faults = _mail_faults(rest)
        return f"{quoted(seen)} has {' and '.join(faults)}" if faults else None
    if scheme == "tel":
        return None if _TELEPHONE.fullmatch(rest) else f"{quoted(seen)} is no telephone number"
    if scheme in ("http", "https"):
        return None if _WEB.fullmatch(rest) else f"{quoted(seen)} is no web address"
    return f"{quoted(seen)} has the scheme {quoted(found[1])}; mailto, tel, http, https are known"


def _mail_faults(rest: str) -> list[str]:
    """What a mail address has that it should not have; `rest` stands behind the scheme."""
    if _MAIL.fullmatch(f"mailto:{rest}"):
        return []
    if not rest.strip():
        return ["no address behind the scheme"]
    signs = rest.count("&") + rest.count("@")
    if signs > 1 and _SEVERAL.search(rest) is not None:
        return ["more than one address in it"]
    faults: list[str] = []
    if not signs:
        faults.append("no & for the at sign")
    elif signs > 1:
        faults.append(f"{signs} at signs")
    elif "@" in rest:
        faults.append("@ where the registry writes &")
    mailbox, _, domain = rest.replace("@", "&").partition("&")
    stray = None if _DOMAIN.fullmatch(domain) else STRAY.search(rest)
    if stray is not None:
        faults.append(f"a stray {stray[0]}")
    elif rest.split() != [rest]:
        faults.append("white space in it")
    elif signs == 1:
        if not _MAILBOX.fullmatch(mailbox):
            faults.append(f"{quoted(mailbox)} in place of a mailbox" if mailbox else "no mailbox")
        if not _DOMAIN.fullmatch(domain):
            faults.append(f"{quoted(domain)} in place of a full domain" if domain else "no domain")
    return faults


@rule("AC008", WARNING, "RFC 6335, Section 8.1.1", needs=("contacts",))
def anonymous_contact(registry: Registry) -> Iterator[Violation]:
    """A contact has neither a name nor an organization.

    Section 8.1.1 requires the name of assignee and contact.

    Why it matters: an address may pass to another person; the name tells who was meant.

    Flagged::

        <person id="ann"><uri>mailto:ann&amp;example.com</uri></person>

    Accepted::

        <person id="ann"><org>Example Org</org><uri>mailto:ann&amp;example.com</uri></person>
    """
    for contact in registry.contacts:
        if not (contact.name or "").strip() and not (contact.organization or "").strip():
            message = f"{_shown(contact)} has neither a name nor an organization"
            yield Violation(contact, "name", message)


@rule("AC009", WARNING, "Registry convention", needs=("contacts",))
def contact_duplicated(registry: Registry) -> Iterator[Violation]:
    """One party is in the table under several ids.

    Two entries with the same address and the same name are one party; so are two with the same
    address and organization that name no person. An organization and its contact may share an
    address: they are two entries by right. It is one finding, however many entries there are.

    Why it matters: a correction reaches one entry and not the other, and one holder looks like
    two.

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
    held_by = registry.by_contact_id
    first: dict[tuple[str, str, str], Contact] = {}
    # For each contact, another one of its group that stands before it; none before the first.
    before: dict[int, Contact] = {}

    def root(contact: Contact) -> Contact:
        while (above := before.get(contact.index)) is not None:
            further = before.get(above.index)
            if further is not None:
                before[contact.index] = further
            contact = above
        return contact

    alike: dict[int, Contact] = {}
    for address, sharing in registry.shared_addresses.items():
        for contact in sharing:
            if held_by[contact.contact_id or ""] is not contact:
                continue  # AC003
            name = normal_space(contact.name or "").casefold()
            organization = "" if name else normal_space(contact.organization or "").casefold()
            if name or organization:
                other = first.setdefault((address.strip(), name, organization), contact)
                if other is not contact:
                    one, two = sorted((root(other), root(contact)), key=lambda c: c.index)
                    if one is not two:
                        before[two.index] = one
                    alike[other.index] = other
                    alike[contact.index] = contact
    groups: dict[int, list[Contact]] = {}
    for _index, contact in sorted(alike.items()):
        groups.setdefault(root(contact).index, []).append(contact)
    for held in groups.values():
        *others, blamed = held
        if len({(contact.contact_id or "").lower() for contact in held}) == 1:
            continue  # one id in two spellings is AC004's
        message = f"{_shown(blamed)} is the same party as {_listed(others)}"
        there = related_to("the same party", others, "contact_id")
        yield Violation(blamed, "contact_id", message, related=there)


@rule("AC010", ERROR, "RFC 6335, Section 8.1.1", since_rfc6335=True)
def missing_assignee(registry: Registry) -> Iterator[Violation]:
    """An assignment has neither an assignee nor a contact.

    Section 8.1.1 requires both. A contact without an assignee beside it stands for both.

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


@rule("AC011", ERROR, "RFC 6335, Section 8.1.1", since_rfc6335=True)
def missing_contact(registry: Registry) -> Iterator[Violation]:
    """An assignment has an assignee, but no contact.

    Section 8.1.1 requires a contact, to whom the community can send questions.

    Why it matters: an organization without a person seldom answers.

    Flagged::

        <record><name>harbor</name><assignee><xref type="person" data="Example_Org"/></assignee>
          </record>

    Accepted::

        <record><name>harbor</name><assignee><xref type="person" data="Example_Org"/></assignee>
          <xref type="person" data="Ann_Example"/></record>
    """
    for record in registry.records_citing("assignee"):
        if not record.contact and record.service_name:
            holder = quoted(record.assignee[0].display)
            message = f"{quoted(record.service_name)} has the assignee {holder} and no contact"
            yield Violation(record, "contact", message)


@rule("AC012", WARNING, "RFC 6335, Section 8.1.1")
def ietf_assignment_parties(registry: Registry) -> Iterator[Violation]:
    """An assignment of the IETF has not the IESG as assignee and the IETF Chair as contact.

    Section 8.1.1 sets both for what RFCs of the IETF stream assign. (Where there is no contact at
    all, it is AC011.)

    Why it matters: requests to change the assignment go to whom the record names.

    Flagged::

        <record><name>harbor</name><assignee><xref type="person" data="IESG"/></assignee>
          <xref type="person" data="Ann_Example"/></record>

    Accepted::

        <record><name>harbor</name><assignee><xref type="person" data="IESG"/></assignee>
          <xref type="person" data="IETF_Chair"/></record>
    """
    named: dict[int, Record] = {}
    for field in ("contact", "assignee"):
        of_ietf = {
            citations
            for citations in registry.citing(field)
            for citation in citations
            if citation.data in _IETF_IDS
        }
        named.update((record.index, record) for record in registry.citing_one(field, of_ietf))
    for record in named.values():
        found = _ietf_fault(record) if record.service_name else None
        if found is not None:
            yield Violation(record, *found)


def _ietf_fault(record: Record) -> tuple[str, str] | None:
    """Which field of a record that names the IETF is wrong, and how."""
    if record.assignee and record.contact:
        if record.assignee[0].data == IESG and record.contact[0].data == IETF_CHAIR:
            return None  # what nearly all have
    own = {citation.data for citation in record.assignee}
    contacts = {citation.data for citation in record.contact}
    assignees = own or contacts
    if (IESG in assignees and IETF_CHAIR in contacts) or not contacts:
        return None
    assignee = quoted((record.assignee or record.contact)[0].display)
    contact = quoted(record.contact[0].display)
    if IESG in contacts and own & {_IETF, IETF_CHAIR}:
        message = f"{assignee} is the assignee and {contact} the contact"
        return "assignee", f"{message}; they are to be the IESG and the IETF Chair"
    if IESG in assignees:
        return "contact", f"the IESG is the assignee, but {contact} the contact, not the IETF Chair"
    if IETF_CHAIR in contacts:
        field = "assignee" if own else "contact"
        return field, f"the IETF Chair is the contact, but {assignee} the assignee, not the IESG"
    return None


@rule("AC013", NOTE, "Registry convention", needs=("contacts",))
def organization_as_name(registry: Registry) -> Iterator[Violation]:
    """The name of a contact is that of an organization, and the organization is empty.

    The table has a column for either. An organization is known by its legal form (GmbH, Inc.,
    Ltd. and the like) or a word such as Foundation or University.

    Why it matters: the contact is to be a person (Section 8.1.1), and here none is named.

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
                what = f"the name of an organization ({quoted(form)})"
                message = f"{quoted(name)} is {what}, and the organization is empty"
                yield Violation(contact, "name", message)


def _form_of_organization(name: str) -> str | None:
    """The word of `name` that only an organization has; `None` where there is none."""
    folded = name.lower().split()
    is_form = not _FORM_WORDS.isdisjoint(folded)
    if not is_form and (not folded or folded[-1].strip(_PUNCTUATION) not in _FOLDED_LAST):
        return None  # what nearly all are
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
    """The id of a contact has nothing in common with its name or organization.

    Ids are made of names, whole, cut short or by their initials. An entry that has passed to
    another person may keep the old id.

    Why it matters: forms that show the id alone name the wrong person.

    Flagged::

        <person id="Ann_Example"><name>Benjamin Muster</name></person>

    Accepted::

        <person id="Ann_Example"><name>Ann M. Example</name></person>
    """
    for contact in registry.contacts:
        identity = contact.contact_id
        named = f"{contact.name or ''} {contact.organization or ''}"
        if not identity or not named.strip() or identity.partition("_")[0] in named:
            continue
        if not _in_common(_plain(identity[:_LONGEST_COMPARED]), _plain(named[:_LONGEST_NAME])):
            named = normal_space(contact.name or "") or normal_space(contact.organization or "")
            message = f"the id {quoted(identity)} has nothing in common with {quoted(named)}"
            yield Violation(contact, "contact_id", message)


def _plain(text: str) -> str:
    """`text` without accents, in one case."""
    if not text.isascii():
        import unicodedata

        letters = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return text.casefold()


def _in_common(identity: str, named: str) -> bool:
    words = _WORDS.findall(identity)
    joined = "".join(_WORDS.findall(named))
    if not words or any(word in joined for word in words):
        return True
    # A word may be cut short, or have a letter that other alphabets lack.
    if {word[:4] for word in words} & {name[:4] for name in _WORDS.findall(named)}:
        return True
    short = "".join(_LETTERS.findall(identity))
    parts = _LETTERS.findall(named)
    return short in "".join(part[0] for part in parts) or short in "".join(parts)


@rule("AC015", NOTE, "RFC 6335, Section 8.1.2")
def system_port_outside_ietf(registry: Registry, given: RunContext) -> Iterator[Violation]:
    """A System Port was registered after RFC 6335 for another party than the IESG.

    Section 8.1.2 grants System Ports by IETF Review or IESG Approval only. The registration date
    counts, not that of a later change.

    Why it matters: there are 1024 of them. The assignment may be right, with the approval
    recorded elsewhere; a reviewer will want to know where.

    Flagged::

        <record date="2019-05-04"><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>621</number></record>

    Accepted::

        <record date="2004-05-04"><name>harbor</name><protocol>tcp</protocol>
          <xref type="person" data="Ann_Example"/><number>621</number></record>
    """
    last = SYSTEM_PORTS[1]
    for assignment in registry.on_system_ports:
        ports = assignment.ports
        if ports is None or ports.high > last:
            continue
        record = assignment.record
        date = registry.date(record.registration_date)
        if date is None or date.impossible or date.text < given.legacy_cutoff:
            continue
        holders = registry.parties(registry.assignees(record))
        if holders and registry.party(IESG) not in holders:
            holder = quoted(registry.assignees(record)[0].display)
            number = f"port {ports} was" if ports.is_single else f"ports {ports} were"
            message = f"{number} registered on {date.text} for {holder}, not for the IESG"
            yield Violation(record, "port_number", message)
