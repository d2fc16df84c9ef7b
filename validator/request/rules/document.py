"""RQ001 to RQ007 and RQ088: the document itself (RFC 6335, Section 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from validator.engine.rule import ERROR, WARNING, Violation, rule
from validator.model.vocabulary import INVISIBLE, listing, unknown_rfc_message
from validator.request.case import Case, case_rule
from validator.request.changes import RequestBatch
from validator.request.content import RequestPart
from validator.request.documents.parsed import texts
from validator.request.fields import labels_of
from validator.request.structure import dotted

# Other texts may be paragraphs, in which a line end or tab is normal.
_ONE_LINE = ("assignee", "contact")
# RQ010, RQ020 and RQ040 report the characters of these.
_CHECKED_BY_OTHER_RULES = ("service_name", "port_number", "transport_protocols")
_MAX_CHARACTERS = 5
# Not "Example Corp RFC 123456", a series of its own.
_RFC = regex.compile(r"(?ai)(?<!\b(?:Corp|GmbH|Inc|LLC|Ltd)\.?\s)\bRFC[-\s]?+([1-9][0-9]*+)\b")


def _problems(case: Case, code: str) -> Iterator[Violation]:
    """What the readers and the schema report for the rule `code`."""
    for problem in case.problems:
        if problem.code == code:
            part = RequestPart(case.subject, problem.offset)
            yield Violation(part, dotted(problem.path), problem.message, value=problem.value)


@case_rule("RQ001", ERROR, "RFC 6335, Section 8.1.1")
def required_field_missing(case: Case) -> Iterator[Violation]:
    """A required field is missing, empty or a placeholder.

    Section 8.1.1 requires the service name, the transport protocols, assignee and contact, both
    with name and e-mail address, the description and the reference. A statement that the protocol
    is proprietary and not publicly documented may replace the reference, except for a System Port.
    A text such as "n/a", "TBD" or "?" is no value.

    Why it matters: IANA sends an incomplete request back, and each round takes weeks.

    Flagged::

        description: ""

    Accepted::

        reference: null
        proprietary: not publicly documented
    """
    for violation in _problems(case, "RQ001"):
        if not case.is_left_to_review(violation.field or ""):
            yield violation
    if case.is_left_to_review("reference") or not case.lacks_text("reference"):
        return
    if case.is_proprietary and case.range_name != "System":
        return
    message = (
        f'required field "reference" {case.parsed.absence("reference")}; name a document, or'
        " set proprietary if the protocol is not publicly documented"
    )
    if case.is_proprietary:
        message = message.partition(", or")[0] + " (a System Port needs one)"
    if case.parsed.is_unstated("reference"):
        message = (
            f'required field "reference" is not stated in the draft ({labels_of("reference")})'
        )
    yield case.violation(message, "reference")


@case_rule("RQ002", ERROR, "RFC 6335, Section 8.1.1")
def wrong_type(case: Case) -> Iterator[Violation]:
    """A value does not have the type that the request document requires.

    Run `ianalint schema request` to print the schema of the document. Port numbers and service
    codes are checked by rules of their own.

    Why it matters: a value of another type than expected does not mean what its author intended.

    Flagged::

        contact: Ann Example <ann@example.com>

    Accepted::

        contact: {name: Ann Example, email: ann@example.com}
    """
    return _problems(case, "RQ002")


@rule("RQ003", WARNING, "RFC 6335, Section 8.1.1")
def unknown_key(batch: RequestBatch) -> Iterator[Violation]:
    """The request has an unknown key.

    The value of a misspelled key is read as that of the key that is meant, unless the request has
    that key as well; any other value is ignored. Run `ianalint request --template` to see all keys.
    In a draft, it is a misspelled label among those of a template, such as `Port Nubmer: 4646`.

    Why it matters: other programs ignore a statement under a misspelled key.

    Flagged::

        why_not_dynamc: clients are configured with the number

    Accepted::

        why_not_dynamic: clients are configured with the number
    """
    for case in batch.all:
        yield from _problems(case, "RQ003")


@case_rule("RQ004", ERROR, "RFC 6335, Section 8.1.1")
def text_too_large(case: Case) -> Iterator[Violation]:
    """A text or list exceeds the maximum size.

    A description is short (8.1.1): at most 2,000 characters. Names and addresses have at most 254,
    other texts 20,000, lists 100 entries.

    Why it matters: the registry shows the description in one cell of a table.

    Flagged::

        txt_keys: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,
          a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,
          a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]

    Accepted::

        txt_keys: [path, txtvers]
    """
    return _problems(case, "RQ004")


@case_rule("RQ005", WARNING, "RFC 6335, Section 8.1.1")
def text_control_character(case: Case) -> Iterator[Violation]:
    """A text has control characters or other invisible characters.

    These are the C0 controls, except tab and line ends, the C1 controls, characters that change the
    direction of text, and characters without width. A service name, a name and an address have no
    tabs or line ends either.

    Why it matters: the request is not what it looks like, and in a terminal it may even have
    effects.

    Flagged::

        description: "Tide tables \\u202e for harbors"

    Accepted::

        description: Tide tables for harbors
    """
    for path, text in texts(case.values):
        if path[0] in _CHECKED_BY_OTHER_RULES:
            continue
        characters = dict.fromkeys(INVISIBLE.findall(text))
        if path[0] in _ONE_LINE:
            characters.update(dict.fromkeys(c for c in text.strip() if c in "\t\n\r"))
        if characters:
            codes = listing([f"U+{ord(c):04X}" for c in characters], _MAX_CHARACTERS, ", ")
            message = f"{dotted(path)} has invisible characters: {codes}"
            yield Violation(case.at(*path), dotted(path), message, value=text)


@case_rule("RQ007", ERROR, "YAML 1.2.2, Section 3.2; RFC 8259, Section 4")
def refused_construct(case: Case) -> Iterator[Violation]:
    """The document has a construct that is not supported in requests.

    In YAML: tags, anchors, aliases, merge keys and keys that are not strings. In TOML: dates. In
    any format: duplicate keys, of which the first one is used.

    Why it matters: parsers differ in how they read these, and a few lines of aliases can expand to
    gigabytes.

    Flagged::

        security: TLS
        security: none

    Accepted::

        security: TLS
    """
    return _problems(case, "RQ007")


@rule("RQ088", WARNING, "RFC 6335, Section 8.1.1")
def requested_rfc_unknown(batch: RequestBatch) -> Iterator[Violation]:
    """The reference or the stable specification is an RFC number that is not in use.

    The highest number that counts as published is part of each version of ianalint. Words such as
    "RFC XXXX" or "this document" leave the number of a draft open.

    Why it matters: with one digit too many or too few, the reference is to another document, or to
    none.

    Flagged::

        reference: RFC 92500

    Accepted::

        reference: RFC 9250
    """
    for case in batch.all:
        for key in ("reference", "stable_spec_reference"):
            for number in dict.fromkeys(_RFC.findall(case.text(key))):
                if message := unknown_rfc_message(number):
                    yield case.violation(message, key)
