"""TX: the texts of records and contacts."""

from __future__ import annotations

from itertools import chain

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, columns, related_to, rule
from validator.model.names import repeated_names
from validator.model.pattern import pattern
from validator.model.record import (
    Citation,
    Contact,
    Footnote,
    Note,
    Record,
    prose_of,
)
from validator.model.registry import Registry, cached_index
from validator.model.unusual_characters import garbled_run, with_unusual_characters
from validator.model.vocabulary import (
    INVISIBLE,
    RECORD_FIELDS,
    REPLACEMENT_SENTENCE,
    RFC_AS_TEXT,
    TRANSPORT_PROTOCOLS,
    fold,
    listing,
    normal_space,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.entries import Assignment
    from validator.model.record import Dump

    TextOwner = Record | Contact | Footnote | Note | Dump

_CITED = ("assignee", "contact", "reference")
_RECORD_TEXTS = tuple(field for field in RECORD_FIELDS if field not in _CITED)
_CONTACT_TEXTS = ("contact_id", "name", "organization", "last_updated")
_REGISTRY_TEXTS = ("registry_id", "title", "category", "updated", "experts")
# Those in which white space at an end is no error of another rule.
_CONTACT_PARTS = {"name": "name", "organization": "organization", "contact_uri": "address"}
# How the XML of a record and of a contact names what may be empty.
_RECORD_TAGS = {
    "service_name": "<name> element",
    "port_number": "<number> element",
    "transport_protocol": "<protocol> element",
    "description": "<description> element",
    "assignee": "<assignee> element",
    "registration_date": "date attribute",
    "modification_date": "updated attribute",
    "service_code": "<sc> element",
    "known_unauthorized_uses": "<unauthorized> element",
    "assignment_notes": "<note> element",
}
_CONTACT_TAGS = {
    "name": "<name> element",
    "organization": "<org> element",
    "last_updated": "<updated> element",
}
_PROSE = ("description", "known_unauthorized_uses", "assignment_notes")
TXT_HEADING = "Defined TXT keys"
KEYS_HEADING = pattern(
    r"(?:^|\n)[ \t]*+((?:defined\s++)txt[ \t]*+keys?)[ \t]*+:", "ai", limited=True
)
_NUMBERS = pattern(r"(?<![\w.\[-])([0-9]{1,5})(?:-([0-9]{1,5}))?+(?![\w.-])", "a", limited=True)
_BRACKETED = pattern(r"\[[^\[\]]*+\]|RFC\s*+[0-9]++", "ai", limited=True)
_FOOTNOTE = pattern(r"[0-9]{1,3}", "a")
# What may differ between the descriptions of one service for several transport protocols.
_TRANSPORT_WORDS = pattern(r"\b(?:tcp|udp|sctp|dccp|d?tls|ssl|stream|datagram|quic)\b", "ai")
_NEAR = 3
_LONGEST_COMPARED = 400
# As much of a bracket as `quoted` shows of other values.
_LONGEST_BRACKET = 60


def _texts(subject: TextOwner) -> Iterator[tuple[str, str, Citation | int | None]]:
    """Yield every text of a record, contact, note, footnote or dump: field, text and item.

    A citation inside a text is a text of its own.
    """
    if isinstance(subject, Record):
        yield from _record_texts(subject)
    elif isinstance(subject, Footnote | Note):
        yield from _texts_of_words(subject)
    else:
        for field in _CONTACT_TEXTS if isinstance(subject, Contact) else _REGISTRY_TEXTS:
            text = getattr(subject, field)
            if text:
                yield field, text, None
        if isinstance(subject, Contact):
            for number, uri in enumerate(subject.contact_uri):
                yield "contact_uri", uri, number


def _record_texts(record: Record) -> Iterator[tuple[str, str, Citation | None]]:
    for field in _RECORD_TEXTS:
        text = getattr(record, field)
        if text:
            yield field, _words(record, field, text), None
    for field in _CITED:
        for citation in getattr(record, field):
            yield field, _of_citation(citation), citation
    for field, citation in record.inline:
        yield field, _of_citation(citation), citation


def _texts_of_words(subject: Footnote | Note) -> Iterator[tuple[str, str, Citation | None]]:
    if isinstance(subject, Note):
        yield "note_title", subject.title or "", None
    else:
        yield "anchor", subject.anchor or "", None
    yield subject.FIELD, prose_of(subject.text, subject.mixed), None
    for part in subject.mixed:
        if isinstance(part, Citation):
            yield subject.FIELD, _of_citation(part), part


def _span_of(
    subject: TextOwner, field: str, text: str, item: object, run: str
) -> tuple[str | None, int | None]:
    """The value of a violation in `text`, and where in the text it begins.

    Notes and footnotes are long: there it is the `run` of characters itself.
    """
    if item is not None or not isinstance(subject, Footnote | Note):
        return None, None
    return (run, text.index(run)) if field == subject.FIELD else (text, None)


def _words(record: Record, field: str, text: str) -> str:
    """`text` of `field` without the citations in it."""
    parts = record.mixed.get(field) if record.mixed is not None else None
    return text if parts is None else "\n".join(part for part in parts if isinstance(part, str))


def _of_citation(citation: Citation) -> str:
    return f"{citation.data or ''} {citation.text or ''} {citation.section or ''}".strip()


@rule(
    "TX001",
    ERROR,
    "RFC 6335, Section 8.1.1",
    since_rfc6335=True,
    needs=columns("service_name", "description"),
)
def missing_description(registry: Registry) -> Iterator[Violation]:
    """An assignment has no description.

    Section 8.1.1 requires a short description of the service.

    Why it matters: the name alone rarely explains what the service is.

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

    This rule checks descriptions, notes, unauthorized uses, and the names and addresses of
    contacts. White space in key fields such as the service name is an error of that field.

    Why it matters: texts that look the same are not equal.

    Flagged::

        <record><name>harbor</name><description> Harbor log</description></record>

    Accepted::

        <record><name>harbor</name><description>Harbor log</description></record>
    """
    for field in _PROSE:
        outer = [text for text in registry.column(field).texts if text and text.strip() != text]
        for record, text in registry.records_with(field, filter(_has_outer_white_space, outer)):
            yield Violation(
                record, field, f"{_which_end(text)} white space in the {field.replace('_', ' ')}"
            )
    for contact in _padded_contacts(registry):
        for part, text, item in _texts(contact):
            if part in _CONTACT_PARTS and _has_outer_white_space(text):
                message = f"{_which_end(text)} white space in the {_CONTACT_PARTS[part]}"
                yield Violation(contact, part, message, item=item)


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
    return text.strip() not in ("", text)


def _which_end(text: str) -> str:
    if text[0].isspace():
        return "leading and trailing" if text[-1].isspace() else "leading"
    return "trailing"


@rule("TX003", WARNING, "Registry convention")
def control_character(registry: Registry) -> Iterator[Violation]:
    """A text has control characters or other invisible characters.

    These are the control characters C0 (except tab and line ends) and C1, characters that change
    the direction of text, and characters without width.

    Why it matters: such text is not what it looks like, and in a terminal it may even execute
    commands.

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
            # All printable characters can be seen, and most texts have no others.
            unseen = [] if text.isprintable() else list(dict.fromkeys(INVISIBLE.findall(text)))
            if unseen:
                codes = listing([f"U+{ord(character):04X}" for character in unseen], 5, ", ")
                message = f"invisible characters in the text: {codes}"
                value, start = _span_of(subject, field, text, item, unseen[0])
                yield Violation(subject, field, message, item=item, value=value, start=start)


@rule("TX004", WARNING, "Registry convention")
def garbled_text(registry: Registry) -> Iterator[Violation]:
    """A text was decoded with the wrong encoding.

    UTF-8 that was read as Windows-1252, Latin-1 or Mac Roman has pairs of odd characters in place
    of one letter. U+FFFD replaces characters that could not be decoded.

    Why it matters: the names of people and companies are wrong.

    Flagged::

        <record><name>harbor</name><description>H\u00c3\u00b6rbar</description></record>

    Accepted::

        <record><name>harbor</name><description>H\u00f6rbar</description></record>
    """
    for subject in with_unusual_characters(registry):
        for field, text, item in _texts(subject):
            garbled = garbled_run(text)
            if garbled is not None:
                wrong, right = garbled
                hint = f"did you mean {quoted(right)}?" if right else "the characters are lost"
                message = f"{quoted(wrong)} was decoded with the wrong encoding; {hint}"
                value, start = _span_of(subject, field, text, item, wrong)
                yield Violation(subject, field, message, item=item, value=value, start=start)


@rule("TX005", NOTE, "Registry convention", needs=("elements",))
def empty_element(registry: Registry) -> Iterator[Violation]:
    """An element or attribute is empty.

    A value that does not exist should be left out. Empty descriptions are reported by TX001, empty
    addresses of contacts by AC007 and empty ids by AC005.

    Why it matters: some readers take an empty name for a name.

    Flagged::

        <record><name>harbor</name><description>Harbor log</description><note/></record>

    Accepted::

        <record><name>harbor</name><description>Harbor log</description></record>
    """
    for subject, field in chain(_empty_record_fields(registry), _empty_contact_fields(registry)):
        tags = _RECORD_TAGS if isinstance(subject, Record) else _CONTACT_TAGS
        what = tags[field] if registry.dump.form == "xml" else f'"{field}"'
        yield Violation(subject, field, f"empty {what}")


def _empty_record_fields(registry: Registry) -> Iterator[tuple[Record | Contact, str]]:
    for field in _RECORD_TEXTS:
        for record, _ in registry.records_with(field, _empty_texts(registry, field)):
            if field != "description" or not record.service_name:
                yield record, field
    for record in registry.records:
        if record.places is not None and "assignee" in record.places and not record.assignee:
            yield record, "assignee"


def _empty_contact_fields(registry: Registry) -> Iterator[tuple[Record | Contact, str]]:
    for contact in _padded_contacts(registry):
        for field in _CONTACT_TAGS:
            text = getattr(contact, field)
            if text is not None and not text.strip():
                yield contact, field


def _empty_texts(registry: Registry, field: str) -> set[str]:
    """The empty texts of a field; blanks in a key field are the error of another rule."""
    texts = registry.column(field).texts
    blank = filter(str.isspace, filter(None, texts)) if field in _PROSE else ()
    return {*blank, ""} if "" in texts else set(blank)


@rule("TX006", NOTE, "Registry convention", needs=columns("assignment_notes"))
def txt_keys_heading(registry: Registry) -> Iterator[Violation]:
    """The heading of the TXT keys is not spelled as in the rest of the registry.

    Notes on DNS-SD services list their keys after "Defined TXT keys:".

    Why it matters: tools find the keys by this heading.

    Flagged::

        <record><name>harbor</name><note>Defined TXT Keys: u, p</note></record>

    Accepted::

        <record><name>harbor</name><note>Defined TXT keys: u, p</note></record>
    """
    for record, notes in registry.records_with(
        "assignment_notes", registry.column("assignment_notes").texts_with("txt")
    ):
        if fold(notes).count("txt") == notes.count(TXT_HEADING + ":"):
            continue  # there is no other heading in them
        for heading in KEYS_HEADING.findall(notes):
            if normal_space(heading) != TXT_HEADING:
                message = f"expected the heading {quoted(TXT_HEADING)}, found {quoted(heading)}"
                yield Violation(record, "assignment_notes", message)


@rule(
    "TX007",
    WARNING,
    "RFC 6335, Section 8.1.1",
    needs=columns("port_number", "known_unauthorized_uses"),
)
def unauthorized_use_port(registry: Registry) -> Iterator[Violation]:
    """The known unauthorized use is for another port than the record.

    In this field, Section 8.1.1 lists other uses of the port of the record.

    Why it matters: the warning belongs to another record, which does not have it.

    Flagged::

        <record><name>harbor</name><number>4621</number>
          <unauthorized>Known Unauthorized Use on port 4622</unauthorized></record>

    Accepted::

        <record><name>harbor</name><number>4621</number>
          <unauthorized>Known Unauthorized Use on ports 4620-4622</unauthorized></record>
    """
    texts = filter(None, registry.column("known_unauthorized_uses").texts)
    for entry in registry.entries_with("known_unauthorized_uses", texts):
        ports, uses = entry.ports, entry.record.known_unauthorized_uses or ""
        if ports is None:
            continue
        ranges = _port_numbers(uses)
        if ranges and not any(
            int(low) <= ports.high and ports.low <= int(high or low) for low, high in ranges
        ):
            what = ", ".join(f"{low}-{high}" if high else low for low, high in ranges[:4])
            message = f"the unauthorized use is on port {what}, but the record is for port {ports}"
            yield Violation(entry.record, "known_unauthorized_uses", message)


def _port_numbers(uses: str) -> list[tuple[str, str]]:
    """The port numbers in a text about unauthorized use: the first and last of each range."""
    if "port" not in uses.lower() and "on" not in uses.lower():
        return []
    return _NUMBERS.findall(_BRACKETED.sub("", uses))


@rule(
    "TX008",
    WARNING,
    "Registry convention",
    needs=columns("service_name", "port_number", "transport_protocol", "description"),
)
def description_differs(registry: Registry) -> Iterator[Violation]:
    """The descriptions of one service differ by a few letters between transport protocols.

    The records of one name and port describe one service. Differences that name the transport
    protocol or the kind of security are accepted.

    Why it matters: a difference of one or two letters is a typo in one of the descriptions.

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
    for entries in repeated_names(registry):
        words = entries[0].record.description
        if entries[1].record.description == words:
            if len(entries) == 2 or all(entry.record.description == words for entry in entries):
                continue
        by_ports: dict[object, dict[str, list[Assignment]]] = {}
        for entry in entries:
            if entry.ports is not None and entry.record.description:
                by_words = by_ports.setdefault(entry.ports, {})
                by_words.setdefault(_comparable(entry.record.description), []).append(entry)
        for by_words in by_ports.values():
            yield from _typos(by_words)


def _typos(by_words: dict[str, list[Assignment]]) -> Iterator[Violation]:
    """Yield the descriptions that differ a little from the most frequent one."""
    if len(by_words) < 2:
        return
    # Of equally frequent ones that of tcp counts.
    ranked = sorted(
        by_words,
        key=lambda words: (-len(by_words[words]), min(map(_rank, by_words[words])), words),
    )
    usual = ranked[0]
    model = by_words[usual][0]
    transports = {entry.transport for entry in by_words[usual]}
    for words in ranked[1:20]:
        entry = min(
            (entry for entry in by_words[words] if entry.transport not in transports),
            key=lambda entry: entry.identity,
            default=None,
        )
        if entry is None or _TRANSPORT_WORDS.sub("", words) == _TRANSPORT_WORDS.sub("", usual):
            continue
        if _distance(words, usual) <= _NEAR:
            message = f"{quoted(words)} differs slightly from {quoted(usual)} on {model.transport}"
            related = related_to("the other description", [model.record], "description")
            yield Violation(entry.record, "description", message, related=related)


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
    start = _common(one, other)
    one, other = one[start:], other[start:]
    end = _common(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    row = list(range(len(other) + 1))
    for line, letter in enumerate(one, 1):
        corner, row[0] = row[0], line
        for at, against in enumerate(other, 1):
            cheapest = min(row[at] + 1, row[at - 1] + 1, corner + (letter != against))
            corner, row[at] = row[at], cheapest
        if min(row) > _NEAR:
            return far
    return min(row[-1], far)


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


@rule("TX009", NOTE, "Registry convention", needs=("brackets",))
def unresolved_bracket(registry: Registry) -> Iterator[Violation]:
    """A bracket in a cell of references or people has an unknown format.

    Formats without markup show a reference as `[RFC6335]` or `[RFC6335, Section 5.1]`, the name of
    a draft, a URI, the number of a footnote or the id of a person.

    Why it matters: only the XML shows what the bracket refers to.

    Flagged (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,[TR-352],,,

    Accepted (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,[RFC6335],,,
    """
    for field in _CITED:
        odd = {
            citations
            for citations in registry.citations(field).lists
            for citation in citations
            if citation.kind in ("bracket", "text")
        }
        for record in registry.citations(field).records_with(odd):
            for citation in getattr(record, field):
                message = _bracket_fault(field, citation)
                if message is not None:
                    yield Violation(record, field, message, item=citation)


def _bracket_fault(field: str, citation: Citation) -> str | None:
    text = citation.text or ""
    if field == "reference" and (not text.strip() or RFC_AS_TEXT.fullmatch(text.strip())):
        return None  # RF001 reports it
    if citation.kind == "bracket" and not _FOOTNOTE.fullmatch(text):
        cut = text if len(text) <= _LONGEST_BRACKET else f"{text[:_LONGEST_BRACKET]}…"
        return f"expected an RFC, draft, URI or footnote in brackets, found [{cut}]"
    if citation.kind == "text":
        return f"{quoted(text)} should be in brackets"
    return None
