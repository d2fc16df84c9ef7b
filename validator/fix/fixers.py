"""Which rules can be fixed, and how: one small function for each.

A fixer takes a registry and a violation of its rule and returns the edits that fix it, or `None`
where that is not mechanical.  It need not be careful about other rules: `validator.fix.plan`
offers a fix only where the finding is gone afterward and no other appears.

To make a rule fixable, write its function and list it in `SAFE`; in `UNSAFE` if somebody must look
at each result, because words are changed that may be meant.
"""

from __future__ import annotations

from validator.engine.rule import Violation
from validator.fix.edits import Edit
from validator.fix.field_text import WrittenField, field_texts
from validator.fix.markup import attribute_around, empty_element_around, whole_lines
from validator.model.addresses import STRAY, address_fault
from validator.model.citations import person_citations
from validator.model.entries import Statement
from validator.model.record import Contact, Record
from validator.model.registry import Registry, cached_index
from validator.model.unusual_characters import GARBLED_RUN, original_of
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold, normal_space
from validator.rules.text import KEYS_HEADING, TXT_HEADING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from validator.model.citations import Citing

    Fixer: TypeAlias = Callable[[Registry, Violation], list[Edit] | None]

_RECORD_TAGS = {
    "service_name": b"name",
    "port_number": b"number",
    "transport_protocol": b"protocol",
    "description": b"description",
    "assignee": b"assignee",
    "service_code": b"sc",
    "known_unauthorized_uses": b"unauthorized",
    "assignment_notes": b"note",
}
_CONTACT_TAGS = {"name": b"name", "organization": b"org", "last_updated": b"updated"}
_IN_TAG = ("registration_date", "modification_date")
_MAILTO = "mailto:"
# What may come between a state and the words after it.
_PUNCTUATION = " \t\n.,;:\u2013\u2014-"


def _text(registry: Registry, violation: Violation) -> WrittenField | None:
    """The text of the field of a violation."""
    texts = field_texts(registry.dump, violation.subject, violation.field, violation.item)
    return texts[0] if texts else None


def outer_white_space(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Cut the white space around a value; a value of nothing else is left out."""
    field = _text(registry, violation)
    if field is None or field.text.strip() == field.text:
        return None
    text = field.text
    if not text.strip() and registry.dump.form == "xml":
        return empty_element(registry, violation)
    start = len(text) - len(text.lstrip())
    return field.replace((0, start, ""), (max(len(text.rstrip()), start), len(text), ""))


@cached_index
def _padded_ids(registry: Registry) -> dict[str, list[Citing]]:
    """The citations of persons by ids with white space around them."""
    citations: dict[str, list[Citing]] = {}
    for citing in person_citations(registry):
        identity = citing[2].data
        if identity is not None and identity.strip() != identity:
            citations.setdefault(identity, []).append(citing)
    return citations


@cached_index
def _first_of_padded_id(registry: Registry) -> dict[str, Contact]:
    """The first contact of each id with white space around it."""
    first: dict[str, Contact] = {}
    for contact in registry.contacts:
        identity = contact.contact_id
        if identity is not None and identity.strip() != identity:
            first.setdefault(identity, contact)
    return first


def contact_id(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Cut the white space around the id of a contact, and wherever this id is cited."""
    edits = outer_white_space(registry, violation)
    contact = violation.subject
    if edits is None or not isinstance(contact, Contact):
        return edits
    if _first_of_padded_id(registry).get(contact.contact_id or "") is not contact:
        return edits
    for subject, field, citation in _padded_ids(registry).get(contact.contact_id or "", ()):
        cited = outer_white_space(registry, Violation(subject, field, "", item=citation))
        if cited is None:
            return None
        edits += cited
    return edits


def transport_protocol_case(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Write one of the four transport protocols in lower case and without white space."""
    field = _text(registry, violation)
    if field is None:
        return None
    word = fold(field.text.strip())
    if word not in TRANSPORT_PROTOCOLS:
        return outer_white_space(registry, violation)
    start = field.text.index(field.text.strip())
    stop = start + len(word)
    middle = () if field.text[start:stop] == word else ((start, stop, word),)
    return field.replace((0, start, ""), *middle, (stop, len(field.text), ""))


def degenerate_port_range(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Write a range of one port as that port."""
    field = _text(registry, violation)
    if field is None:
        return None
    first, hyphen, last = field.text.partition("-")
    if not hyphen or first != last:
        return None
    return field.replace((len(first), len(field.text), ""))


def _state(registry: Registry, record: object) -> str | None:
    entry = registry.entries[record.index] if isinstance(record, Record) else None
    return entry.state if isinstance(entry, Statement) else None


def _state_parts(
    registry: Registry, violation: Violation
) -> tuple[WrittenField, str, int, str] | None:
    """The field that a state begins, the state, where it begins there, and what follows it.

    `None` where the text does not begin with the state, as "IANA Reserved".
    """
    field, state = _text(registry, violation), _state(registry, violation.subject)
    if field is None or state is None:
        return None
    text = field.text.rstrip()
    start = len(text) - len(text.lstrip())
    if not text[start:].lower().startswith(state.lower()):
        return None
    return field, state, start, text[start + len(state) :]


def state_spelling(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Write the word Unassigned or Reserved as the registry does, without punctuation after it."""
    parts = _state_parts(registry, violation)
    if parts is None:
        return None
    field, state, start, rest = parts
    stop = start + len(state)
    if not rest.strip(_PUNCTUATION):
        return field.replace((start, stop + len(rest), state))
    if rest.lstrip()[0] not in "[(":
        return None
    return field.replace((start, stop, state))


def state_with_words(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Write a state as the registry does, and the words after it in parentheses."""
    parts = _state_parts(registry, violation)
    if parts is None:
        return None
    field, state, start, rest = parts
    words = rest.strip(_PUNCTUATION)
    if not words:
        return None
    stop = start + len(state)
    at = stop + rest.rindex(words)
    return field.replace((start, at, f"{state} ("), (at + len(words), stop + len(rest), ")"))


def txt_keys_heading(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Spell the headings of the TXT keys in a note as the registry does."""
    field = _text(registry, violation)
    if field is None:
        return None
    return field.replace(
        *(
            (*heading.span(1), TXT_HEADING)
            for heading in KEYS_HEADING.finditer(field.text)
            if normal_space(heading[1]) != TXT_HEADING
        )
    )


def at_sign(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Write the at sign of an address as "&", as the registry does."""
    field = _text(registry, violation)
    if field is None or field.text.count("@") != 1:
        return None
    if address_fault(field.text.replace("@", "&")) is not None:
        return None
    at = field.text.index("@")
    return field.replace((at, at + 1, "&"))


def address(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Write an address as the registry does: with "mailto:" and "&", without brackets around it."""
    field = _text(registry, violation)
    if field is None:
        return None
    text = field.text
    core = text.strip()
    has_scheme = core.lower().startswith(_MAILTO)
    start = text.index(core) + len(_MAILTO) * has_scheme
    stop = text.index(core) + len(core)
    outer_start, outer_stop = start, stop
    while start < stop and STRAY.fullmatch(text[start]):
        start += 1
    while start < stop and (STRAY.fullmatch(text[stop - 1]) or text[stop - 1] == "."):
        stop -= 1
    written = text[start:stop]
    if address_fault(_MAILTO + written.replace("@", "&")) is not None:
        return None
    at = written.find("@")
    sign = () if at < 0 else ((start + at, start + at + 1, "&"),)
    scheme = "" if has_scheme else _MAILTO
    return field.replace((outer_start, start, scheme), *sign, (stop, outer_stop, ""))


def garbled_text(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Decode the runs of characters again that were decoded with the wrong encoding."""
    edits: list[Edit] = []
    for field in field_texts(registry.dump, violation.subject, violation.field, violation.item):
        for run in GARBLED_RUN.finditer(field.text):
            original = original_of(run[0])
            if original is not None:
                # A citation in the text has a finding of its own.
                edits += field.replace((*run.span(), original)) or ()
    return edits


def empty_element(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Leave out an element or attribute that is empty, with the lines that have nothing else.

    An empty description stays: every record of the published registry has one.
    """
    if violation.field == "description":
        return None
    return empty_element_of_any_name(registry, violation)


def empty_element_of_any_name(registry: Registry, violation: Violation) -> list[Edit] | None:
    """Leave out an element or attribute that is empty, a description too."""
    dump, subject, field = registry.dump, violation.subject, violation.field
    if dump.form != "xml":
        return None
    at = dump.locate(subject, field, violation.item)
    if isinstance(subject, Record) and field in _IN_TAG:
        bounds = attribute_around(dump.data, at)
        return None if bounds is None else [Edit(*bounds)]
    tags: Mapping[str, bytes] = _CONTACT_TAGS if isinstance(subject, Contact) else _RECORD_TAGS
    bounds = empty_element_around(dump.data, at, tags.get(field or "", b""))
    return None if bounds is None else [Edit(*whole_lines(dump.data, *bounds))]


SAFE: Mapping[str, Fixer] = {
    "SN002": outer_white_space,
    "PN001": outer_white_space,
    "PN004": degenerate_port_range,
    "TP001": outer_white_space,
    "TP002": transport_protocol_case,
    "ST002": state_spelling,
    "AC005": contact_id,
    "AC007": at_sign,
    "DT001": outer_white_space,
    "SC003": outer_white_space,
    "TX002": outer_white_space,
    "TX005": empty_element,
    "TX006": txt_keys_heading,
    "MD001": outer_white_space,
    "MD003": outer_white_space,
}
UNSAFE: Mapping[str, Fixer] = {
    "ST002": state_with_words,
    "AC007": address,
    "TX004": garbled_text,
    "TX005": empty_element_of_any_name,
}
