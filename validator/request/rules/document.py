"""RQ001 to RQ007: the document itself (RFC 6335, Section 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterable

from validator.engine.rule import ERROR, WARNING, Violation, rule
from validator.model.vocabulary import INVISIBLE
from validator.request.case import Case
from validator.request.structure import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.request.raw import Way

# A line end or tab is as it should be in what may be a paragraph.
_ONE_LINE = ("service_name", "assignee", "contact", "transport_protocols", "port_number")


def flawed(cases: Iterable[Case], code: str) -> Iterator[Violation]:
    """What the readers and the schema say that `code` is the rule of."""
    for case in cases:
        for flaw in case.flaws:
            if flaw.code == code:
                part = case.at()
                part.offset = flaw.offset
                yield Violation(part, named(flaw.way), flaw.message, value=flaw.value)


@rule("RQ001", ERROR, "RFC 6335, Section 8.1.1")
def required_field_missing(cases: Iterable[Case]) -> Iterator[Violation]:
    """A field that every request must have is absent or empty.

    Section 8.1.1 requires service name, transport protocols, assignee and contact, both with name
    and e-mail address, description and reference. Instead of a reference a statement will do that
    the protocol is proprietary and not publicly documented, except for a System Port.

    Why it matters: IANA sends an incomplete request back, and months pass with each round.

    Flagged::

        description: ""

    Accepted::

        reference: null
        proprietary: not publicly documented
    """
    for case in cases:
        for violation in flawed([case], "RQ001"):
            if not case.is_left_to_review(violation.field or ""):
                yield violation
        missing = case.raw.values.get("reference") is None or not case.text("reference")
        if case.is_left_to_review("reference"):
            continue
        if missing and not case.is_refused("reference"):
            if case.is_proprietary and case.range_name != "System":
                continue
            message = (
                f"{case.unstated('reference')}; every request needs one, or the statement that the"
                " protocol is proprietary"
            )
            yield Violation(case.at("reference"), "reference", message)


@rule("RQ002", ERROR, "RFC 6335, Section 8.1.1")
def wrong_type(cases: Iterable[Case]) -> Iterator[Violation]:
    """A value is not of the type that the request document asks for.

    `ianalint schema request` describes the document. Port numbers and service codes have rules of
    their own.

    Why it matters: what is of another type than expected is not what its author means.

    Flagged::

        contact: Ann Example <ann@example.com>

    Accepted::

        contact: {name: Ann Example, email: ann@example.com}
    """
    return flawed(cases, "RQ002")


@rule("RQ003", WARNING, "RFC 6335, Section 8.1.1")
def unknown_key(cases: Iterable[Case]) -> Iterator[Violation]:
    """The request has a key that is none of the document's.

    What it says is not looked at. `ianalint request --template` shows all keys.

    Why it matters: a key with a typing error is a statement that nobody reads.

    Flagged::

        why_not_dynamc: clients are configured with the number

    Accepted::

        why_not_dynamic: clients are configured with the number
    """
    return flawed(cases, "RQ003")


@rule("RQ004", ERROR, "RFC 6335, Section 8.1.1")
def text_too_large(cases: Iterable[Case]) -> Iterator[Violation]:
    """A text or list is larger than any request needs.

    A description is short (8.1.1): at most 2,000 characters. Names and addresses have at most 254,
    other texts 20,000, lists 100 entries.

    Why it matters: the registry shows the description in a cell of a table.

    Flagged::

        txt_keys: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,
          a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,
          a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]

    Accepted::

        txt_keys: [path, txtvers]
    """
    return flawed(cases, "RQ004")


@rule("RQ005", WARNING, "RFC 6335, Section 8.1.1")
def text_control_character(cases: Iterable[Case]) -> Iterator[Violation]:
    """A text has control characters, or others that cannot be seen.

    These are the controls C0 (but tab and line ends) and C1, those that turn the direction of
    text, and characters without width. A service name, name or address has no line ends either.

    Why it matters: the request is not what it looks like; in a terminal it may even act.

    Flagged::

        description: "Tide tables \\u202e for harbors"

    Accepted::

        description: Tide tables for harbors
    """
    for case in cases:
        for way, text in _texts(case.raw.values):
            # What is wrong with these is said by RQ010, RQ020 and RQ040.
            if way[0] in ("service_name", "port_number", "transport_protocols"):
                continue
            found = dict.fromkeys(INVISIBLE.findall(text))
            if way[0] in _ONE_LINE:
                found.update(dict.fromkeys(c for c in text.strip() if c in "\t\n\r"))
            if found:
                shown = ", ".join(f"U+{ord(c):04X}" for c in list(found)[:5])
                more = f" and {len(found) - 5} more" if len(found) > 5 else ""
                message = f"{named(way)} has characters that cannot be seen: {shown}{more}"
                yield Violation(case.at(*way), named(way), message, value=text)


def _texts(values: dict[str, Any]) -> Iterator[tuple[Way, str]]:
    """Yield the texts of a request in its order, each with the way to it."""
    waiting: list[tuple[Way, Any]] = [((), values)]
    while waiting:
        way, value = waiting.pop()
        if isinstance(value, str):
            yield way, value
            continue
        inner: list[tuple[Any, Any]] = []
        if isinstance(value, dict):
            inner = list(value.items())
        elif isinstance(value, list):
            inner = list(enumerate(value))
        waiting.extend(((*way, key), held) for key, held in reversed(inner))


@rule("RQ007", ERROR, "YAML 1.2.2, Section 3.2; RFC 8259, Section 4")
def refused_construct(cases: Iterable[Case]) -> Iterator[Violation]:
    """The document has a construct that a request does not need and that is not read.

    In YAML: tags, anchors and aliases, merge keys, keys that are no text. In TOML: dates. In any
    form: a key that stands twice; the first counts.

    Why it matters: readers differ in what they make of these, and a few lines of aliases can
    stand for gigabytes.

    Flagged::

        security: TLS
        security: none

    Accepted::

        security: TLS
    """
    return flawed(cases, "RQ007")
