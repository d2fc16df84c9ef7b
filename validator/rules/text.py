"""TX: the texts of records and contacts."""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, related_to, rule
from validator.model.names import repeated_names
from validator.model.pattern import pattern
from validator.model.record import (
    CITING_FIELDS,
    CONTACT_TEXT_FIELDS,
    PROSE_FIELDS,
    TEXT_FIELDS,
    Citation,
    Contact,
    Footnote,
    Note,
    Record,
)
from validator.model.registry import Registry, cached_index
from validator.model.unusual_characters import with_unusual_characters
from validator.model.vocabulary import (
    INVISIBLE,
    REPLACEMENT_SENTENCE,
    RFC_AS_TEXT,
    TRANSPORT_PROTOCOLS,
    fold,
    normal_space,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.record import Dump
    from validator.model.registry import Assignment

    Held = Record | Contact | Footnote | Note | Dump

_RUN = pattern(r"[^\x00-\x7f]{2,}", "a")
_READ_WRONGLY = ("cp1252", "latin-1", "mac_roman")
_HEADING = "Defined TXT keys"
_KEYS_HEADING = pattern(
    r"(?:^|\n)[ \t]*+((?:defined\s++)txt[ \t]*+keys?)[ \t]*+:", "ai", limited=True
)
_NUMBERS = pattern(r"(?<![\w.\[-])([0-9]{1,5})(?:-([0-9]{1,5}))?+(?![\w.-])", "a", limited=True)
_BRACKETED = pattern(r"\[[^\[\]]*+\]|RFC\s*+[0-9]++", "ai", limited=True)
_FOOTNOTE = pattern(r"[0-9]{1,3}", "a")
# What descriptions of one service may differ in between transport protocols.
_MEANT = pattern(r"\b(?:tcp|udp|sctp|dccp|d?tls|ssl|stream|datagram|quic)\b", "ai")
_NEAR = 3
_LONGEST_COMPARED = 400
# As much of a bracket as `quoted` shows of other values.
_SHOWN = 60


def _texts(subject: Held) -> Iterator[tuple[str | None, str, Citation | int | None]]:
    """Yield every text of a record, contact, note, footnote or dump: field, text and item.

    A citation inside a text of a record is a text of its own.
    """
    if isinstance(subject, Record):
        for field in TEXT_FIELDS:
            text = getattr(subject, field)
            if text:
                yield field, _words(subject, field, text), None
        for field in CITING_FIELDS:
            for citation in getattr(subject, field):
                yield field, _of_citation(citation), citation
        for field, citation in subject.inline:
            yield field, _of_citation(citation), citation
    elif isinstance(subject, Contact):
        for field in CONTACT_TEXT_FIELDS:
            text = getattr(subject, field)
            if text:
                yield field, text, None
        for number, uri in enumerate(subject.contact_uri):
            yield "contact_uri", uri, number
    elif isinstance(subject, Footnote):
        yield None, f"{subject.anchor or ''} {subject.text}", None
    elif isinstance(subject, Note):
        yield None, f"{subject.title or ''} {subject.text}", None
    else:
        for field in ("registry_id", "title", "category", "updated", "experts"):
            text = getattr(subject, field)
            if text:
                yield field, text, None


def _words(record: Record, field: str, text: str) -> str:
    """`text` of `field` without the citations in it."""
    parts = record.mixed.get(field) if record.mixed is not None else None
    return text if parts is None else "\n".join(part for part in parts if isinstance(part, str))


def _of_citation(citation: Citation) -> str:
    return f"{citation.data or ''} {citation.text or ''} {citation.section or ''}".strip()


def _blamed(registry: Registry, subject: Held) -> Record | Contact | Footnote | Dump:
    """What a finding about `subject` is about: a note is part of the registry as a whole."""
    return registry.dump if isinstance(subject, Note) else subject


@rule("TX001", ERROR, "RFC 6335, Section 8.1.1", since_rfc6335=True)
def missing_description(registry: Registry) -> Iterator[Violation]:
    """An assignment has no description.

    Section 8.1.1 requires a short description of the service.

    Why it matters: the name alone seldom tells what the service is.

    Flagged::

        <record><name>harbor</name><description></description></record>

    Accepted::

        <record><name>harbor</name><description>Harbor log</description></record>
    """
    blank = {text for text in registry.column("description").texts if not text or text.isspace()}
    for entry in registry.entries_with("description", blank):
        record = entry.record
        if record.service_name:
            message = f"{quoted(record.service_name)} has no description"
            yield Violation(record, "description", message)


@rule("TX002", NOTE, "Registry convention")
def outer_white_space(registry: Registry) -> Iterator[Violation]:
    """A text begins or ends with white space.

    What counts are descriptions, notes, unauthorized uses, and the names and addresses of
    contacts. In key fields such as the service name a blank is an error of that field.

    Why it matters: texts that look alike compare as different.

    Flagged::

        <record><name>harbor</name><description> Harbor log</description></record>

    Accepted::

        <record><name>harbor</name><description>Harbor log</description></record>
    """
    for field in PROSE_FIELDS:
        outer = [text for text in registry.column(field).texts if text and text.strip() != text]
        for record, text in registry.records_with(field, filter(_has_outer_white_space, outer)):
            yield Violation(record, field, f"white space {_at_which_end(text)} the text")
    for contact in _padded_contacts(registry):
        name, organization = contact.name, contact.organization
        if name and _has_outer_white_space(name):
            yield Violation(contact, "name", f"white space {_at_which_end(name)} the name")
        if organization and _has_outer_white_space(organization):
            message = f"white space {_at_which_end(organization)} the organization"
            yield Violation(contact, "organization", message)
        for number, uri in enumerate(contact.contact_uri):
            if uri and _has_outer_white_space(uri):
                message = f"white space {_at_which_end(uri)} the address"
                yield Violation(contact, "contact_uri", message, item=number)


@cached_index
def _padded_contacts(registry: Registry) -> list[Contact]:
    """The contacts with a text that is empty, or has white space before or after it."""
    padded: list[Contact] = []
    for contact in registry.contacts:
        name, organization, updated = contact.name, contact.organization, contact.last_updated
        is_padded = (
            (name and name.strip() != name)
            or (organization and organization.strip() != organization)
            or (updated and updated.strip() != updated)
            or name == ""
            or organization == ""
            or updated == ""
        )
        for uri in contact.contact_uri:
            is_padded = is_padded or uri.strip() != uri
        if is_padded:
            padded.append(contact)
    return padded


def _has_outer_white_space(text: str) -> bool:
    return (text[0].isspace() or text[-1].isspace()) and not text.isspace()


def _at_which_end(text: str) -> str:
    if text[0].isspace():
        return "before and behind" if text[-1].isspace() else "before"
    return "behind"


@rule("TX003", WARNING, "Registry convention")
def control_character(registry: Registry) -> Iterator[Violation]:
    """A text has control characters, or others that cannot be seen.

    These are the controls C0 (but tab and line ends) and C1, those that turn the direction of
    text, and characters without width.

    Why it matters: such text is not what it looks like; in a terminal it may even act.

    Flagged::

        <record><name>harbor</name><description>Harbor&#x202e; log</description></record>

    Accepted::

        <record><name>harbor</name><description>Harbor log</description></record>
    """
    for subject in with_unusual_characters(registry):
        for field, text, item in _texts(subject):
            # In a service name or contact id it is SN002's or AC005's.
            if field in ("service_name", "port_number", "transport_protocol", "contact_id"):
                continue
            if isinstance(item, Citation) and item.kind == "person":
                text = item.text or ""  # its id, too, is AC005's
            # What Python would print as it is can be seen.
            found = {} if text.isprintable() else dict.fromkeys(INVISIBLE.findall(text))
            if found:
                shown = ", ".join(f"U+{ord(c):04X}" for c in list(found)[:5])
                more = f" and {len(found) - 5} more" if len(found) > 5 else ""
                message = f"the text has characters that cannot be seen: {shown}{more}"
                yield Violation(_blamed(registry, subject), field, message, item=item)


@rule("TX004", WARNING, "Registry convention")
def garbled_text(registry: Registry) -> Iterator[Violation]:
    """A text was read in the wrong encoding and written again.

    UTF-8 that was taken for Windows-1252, Latin-1 or Mac Roman leaves pairs of odd characters
    where one letter was. U+FFFD stands where nothing could be read.

    Why it matters: the names of people and companies are wrong.

    Flagged::

        <record><name>harbor</name><description>H\u00c3\u00b6rbar</description></record>

    Accepted::

        <record><name>harbor</name><description>H\u00f6rbar</description></record>
    """
    for subject in with_unusual_characters(registry):
        for field, text, item in _texts(subject):
            garbled = _garbled(text)
            if garbled is not None:
                wrong, meant = garbled
                hint = f"; {quoted(meant)} may be meant" if meant else ""
                message = f"{quoted(wrong)} is garbled{hint}"
                yield Violation(_blamed(registry, subject), field, message, item=item)


def _garbled(text: str) -> tuple[str, str] | None:
    """The first garbled run of characters in `text`, and what it was; `""` where that is lost."""
    if text.isascii():
        return None
    for run in _RUN.findall(text):
        for codec in _READ_WRONGLY:
            try:
                meant = run.encode(codec).decode("utf-8")
            except UnicodeError:
                continue
            if len(meant) < len(run) and meant.isprintable():
                return run, meant
    return ("\ufffd", "") if "\ufffd" in text else None


@rule("TX005", NOTE, "Registry convention", needs=("elements",))
def empty_element(registry: Registry) -> Iterator[Violation]:
    """An element or attribute is there and holds nothing.

    What has no value is left out. (An empty description of an assignment is TX001, an empty
    address AC007, an empty id AC005.)

    Why it matters: some readers take an empty name for a name.

    Flagged::

        <record><name>harbor</name><description>Harbor log</description><note/></record>

    Accepted::

        <record><name>harbor</name><description>Harbor log</description></record>
    """
    for field in TEXT_FIELDS:
        empty = {""} if "" in registry.column(field).texts else set()
        if field in PROSE_FIELDS:  # blanks in a key field are that field's error
            empty.update(filter(str.isspace, filter(None, registry.column(field).texts)))
        if empty:
            for record, _blank in registry.records_with(field, empty):
                if field != "description" or not record.service_name:
                    yield Violation(record, field, f"{field.replace('_', ' ')}: there, but empty")
    for record in registry.records:
        if record.places is not None and "assignee" in record.places and not record.assignee:
            yield Violation(record, "assignee", "assignee: there, but empty")
    for contact in _padded_contacts(registry):
        for field in ("name", "organization", "last_updated"):
            text = getattr(contact, field)
            if text is not None and not text.strip():
                yield Violation(contact, field, f"{field.replace('_', ' ')}: there, but empty")


@rule("TX006", NOTE, "Registry convention")
def txt_keys_heading(registry: Registry) -> Iterator[Violation]:
    """The heading of the TXT keys is spelt in another way than the registry's.

    Notes on services of DNS-SD list their keys behind "Defined TXT keys:".

    Why it matters: tools find the keys by these words.

    Flagged::

        <record><name>harbor</name><note>Defined TXT Keys: u, p</note></record>

    Accepted::

        <record><name>harbor</name><note>Defined TXT keys: u, p</note></record>
    """
    for record, notes in registry.records_with(
        "assignment_notes", registry.column("assignment_notes").texts_with("txt")
    ):
        if fold(notes).count("txt") == notes.count(_HEADING + ":"):
            continue  # there is no other heading in them
        for heading in _KEYS_HEADING.findall(notes):
            if normal_space(heading) != _HEADING:
                message = f"{quoted(heading)} is spelt {quoted(_HEADING)} elsewhere"
                yield Violation(record, "assignment_notes", message)


@rule("TX007", WARNING, "RFC 6335, Section 8.1.1")
def unauthorized_use_port(registry: Registry) -> Iterator[Violation]:
    """The known unauthorized use is of another port than the record's.

    Section 8.1.1 lists here who else uses this port.

    Why it matters: the warning was meant for another record, which now goes without it.

    Flagged::

        <record><name>harbor</name><number>4621</number>
          <unauthorized>Known Unauthorized Use on port 4622</unauthorized></record>

    Accepted::

        <record><name>harbor</name><number>4621</number>
          <unauthorized>Known Unauthorized Use on ports 4620-4622</unauthorized></record>
    """
    column = registry.column("known_unauthorized_uses").values
    for entry, uses in zip(registry.entries, column, strict=True):
        ports = entry.ports
        if not uses or ports is None:
            continue
        said = uses.lower()
        if "port" not in said and "on" not in said:
            continue
        named = _NUMBERS.findall(_BRACKETED.sub("", uses))
        if named and not any(
            int(low) <= ports.high and ports.low <= int(high or low) for low, high in named
        ):
            what = ", ".join(f"{low}-{high}" if high else low for low, high in named[:4])
            message = f"the use is said to be on port {what}; this is port {ports}"
            yield Violation(entry.record, "known_unauthorized_uses", message)


@rule("TX008", WARNING, "Registry convention")
def description_differs(registry: Registry) -> Iterator[Violation]:
    """One service is described in words that differ by a few letters between transport protocols.

    The records of one name and port describe one service. Differences that say which transport
    protocol or which kind of security is meant are left alone.

    Why it matters: a difference of a letter or two is a typo in one of them.

    Flagged::

        <record><name>harbor</name><protocol>tcp</protocol>
          <description>Harbor log</description><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol>
          <description>Habor log</description><number>4621</number></record>

    Accepted::

        <record><name>harbor</name><protocol>tcp</protocol>
          <description>Harbor log over TCP</description><number>4621</number></record>
        <record><name>harbor</name><protocol>udp</protocol>
          <description>Harbor log over UDP</description><number>4621</number></record>
    """
    for held in repeated_names(registry):
        words = held[0].record.description
        if held[1].record.description == words:
            if len(held) == 2 or all(entry.record.description == words for entry in held):
                continue
        by_ports: dict[object, dict[str, list[Assignment]]] = {}
        for entry in held:
            if entry.ports is not None and entry.record.description:
                said = _comparable(entry.record.description)
                by_ports.setdefault(entry.ports, {}).setdefault(said, []).append(entry)
        for said_by in by_ports.values():
            yield from _typos(said_by)


def _typos(said_by: dict[str, list[Assignment]]) -> Iterator[Violation]:
    if len(said_by) < 2:
        return
    # The words that most records use are taken for the right ones; of equals those of tcp.
    ranked = sorted(
        said_by,
        key=lambda words: (-len(said_by[words]), min(_rank(e) for e in said_by[words]), words),
    )
    kept = ranked[0]
    for words in ranked[1:20]:
        entries = said_by[words]
        transports = {entry.transport for entry in said_by[kept]}
        entry = min(
            (e for e in entries if e.transport not in transports),
            key=lambda e: e.identity,
            default=None,
        )
        if entry is None or _MEANT.sub("", words) == _MEANT.sub("", kept):
            continue
        if _distance(words, kept) <= _NEAR:
            other = said_by[kept][0]
            message = f"{quoted(words)} differs a little from {quoted(kept)} on {other.transport}"
            there = related_to("the other description", [other.record], "description")
            yield Violation(entry.record, "description", message, related=there)


def _rank(assignment: Assignment) -> int:
    transport = assignment.transport
    return len(TRANSPORT_PROTOCOLS) if transport is None else TRANSPORT_PROTOCOLS.index(transport)


def _comparable(description: str) -> str:
    if "replacement" in description:
        description = REPLACEMENT_SENTENCE.sub("", description)
    return normal_space(description)


def _distance(one: str, other: str) -> int:
    """The edit distance of two texts, `_NEAR` + 1 for every larger one."""
    if one == other:
        return 0
    far = _NEAR + 1
    if abs(len(one) - len(other)) > _NEAR or max(len(one), len(other)) > _LONGEST_COMPARED:
        return far
    # Equal beginnings and ends cost nothing.
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    row = list(range(len(other) + 1))
    for place, mine in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, theirs in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (mine != theirs))
        if min(row) > _NEAR:
            return far
    return min(row[-1], far)


@rule("TX009", NOTE, "Registry convention", needs=("brackets",))
def unresolved_bracket(registry: Registry) -> Iterator[Violation]:
    """A bracket in a cell of references or people is of no known form.

    Forms without markup show a reference as `[RFC6335]`, a draft by its name, a URI, a footnote
    by its number, a person by the id.

    Why it matters: what it refers to can be found in the XML alone.

    Flagged (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,[TR-352],,,

    Accepted (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,[RFC6335],,,
    """
    for field in CITING_FIELDS:
        told = {
            cited
            for cited in registry.citations(field).lists
            if any(citation.kind in ("bracket", "text") for citation in cited)
        }
        for record in registry.citations(field).records_with(told):
            for citation in getattr(record, field):
                text = (citation.text or "").strip()
                if field == "reference" and (not text or RFC_AS_TEXT.fullmatch(text)):
                    continue  # RF001 speaks of it
                if citation.kind == "bracket":
                    text = citation.text or ""
                    if not _FOOTNOTE.fullmatch(text):
                        cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
                        message = f"[{cut}] is no RFC, draft, URI or footnote"
                        yield Violation(record, field, message, item=citation)
                elif citation.kind == "text":
                    message = f"{quoted(citation.text or '')} stands outside brackets"
                    yield Violation(record, field, message, item=citation)
