"""RQ006, RQ044, RQ060: assignee and contact (RFC 6335, Sections 8.1.1 and 8.5)."""

from __future__ import annotations

from collections.abc import Iterator

from validator.engine.rule import ERROR, WARNING, Violation
from validator.model.vocabulary import fold, quoted
from validator.request.case import Case, case_rule
from validator.request.parties import IETF_PARTIES, namesake_hint
from validator.request.phrase import exact_phrase

# RFC 5321, Section 4.1.2, without quoted strings and address literals, which no mailbox of a
# contact needs; with the letters of all scripts (RFC 6531).
_ATOMS = r"[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]++(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]++)*+"
_LABEL = r"[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?+"
_ADDRESS = exact_phrase(rf"({_ATOMS})@({_LABEL}(?:\.{_LABEL})++)")
_MAX_LOCAL_PART = 64
_MAX_ADDRESS = 254


@case_rule("RQ006", ERROR, "RFC 6335, Section 8.1.1; RFC 5321, Section 4.1.2")
def malformed_email(case: Case) -> Iterator[Violation]:
    """The e-mail address of the assignee or contact is malformed.

    Only the address itself is allowed, local@domain, without a name, brackets or `mailto:`.

    Why it matters: IANA sends its questions to this address and drops a request without answers.

    Flagged::

        contact: {name: Ann Example, email: ann at example.com}

    Accepted::

        contact: {name: Ann Example, email: ann@example.com}
    """
    for key in ("assignee", "contact"):
        email = case.parsed.value((key, "email"))
        if not isinstance(email, str) or not email.strip() or len(email) > _MAX_ADDRESS:
            continue
        reason = _fault(email)
        if reason is not None:
            message = f"{quoted(email)} is not an e-mail address: {reason}"
            yield Violation(case.at(key, "email"), f"{key}.email", message, value=email)


def _fault(email: str) -> str | None:
    """Why `email` is no address; `None` if it is one."""
    match = _ADDRESS.fullmatch(email)
    if match is None:
        return _syntax_fault(email)
    if len(match[1]) > _MAX_LOCAL_PART:
        return f'more than {_MAX_LOCAL_PART} characters before "@"'
    if match[2].rpartition(".")[2].isdigit():
        return "the domain ends with a number"
    return None


def _syntax_fault(email: str) -> str:
    local, _, domain = email.partition("@")
    faults = (
        (email.lower().startswith("mailto:"), 'remove "mailto:"'),
        ("@" not in email, 'it has no "@"'),
        (email.count("@") > 1, 'it has more than one "@"'),
        (not set("<>()").isdisjoint(email), "remove the brackets"),
        (any(map(str.isspace, email)), "it has white space"),
        (not local, 'nothing before "@"'),
        (not domain, 'nothing after "@"'),
        ("." not in domain, f"{quoted(domain)} is not an Internet domain"),
    )
    return next((reason for applies, reason in faults if applies), "expected local@domain")


@case_rule("RQ044", ERROR, "RFC 6335, Section 8.5", needs=("registry",))
def assignment_transfer(case: Case) -> Iterator[Violation]:
    """The request would transfer an existing assignment to another party.

    Section 8.5 does not allow transfers, even if both parties agree. Instead, the current assignee
    releases the assignment (8.2) and the other party requests a new one. Parties are compared by
    name and e-mail address.

    Why it matters: assignments that can be transferred can be sold.

    Flagged::

        service_name: harbor-log
        port_number: 4621

    Accepted::

        service_name: tide-log
        port_number: 4630
    """
    status = case.name_status
    if status.kind != "transfer":
        return
    names = ", ".join(dict.fromkeys(case.assignee_name(entry) for entry in status.entries))
    message = (
        f"{quoted(case.name)} is assigned to {names}, and assignments cannot be transferred;"
        f" {case.assignee or 'the new assignee'} can request it after it has been released"
    )
    message += namesake_hint(case, status.entries)
    value = str(case.assignee) or None
    yield case.violation(message, "assignee", value=value, entries=status.entries)


@case_rule("RQ060", WARNING, "RFC 6335, Section 8.1.1")
def ietf_stream_parties(case: Case) -> Iterator[Violation]:
    """Assignee and contact do not match the stream of the document.

    For assignments by RFCs of the IETF stream, the assignee is the IESG <iesg@ietf.org> and the
    contact the IETF Chair <chair@ietf.org>. No other request has them.

    Why it matters: authors change, but the assignment stays with the IETF.

    Flagged::

        ietf_stream: true

    Accepted::

        ietf_stream: true
        assignee: {name: IESG, email: iesg@ietf.org}
        contact: {name: IETF Chair, email: chair@ietf.org}
    """
    for key, (name, email) in IETF_PARTIES.items():
        party = case.assignee if key == "assignee" else case.contact
        if not party or case.is_refused(key):
            continue
        has_email = fold(party.email) == email
        if case.is_ietf and not (has_email and fold(party.name) == fold(name)):
            message = (
                f"expected the {key} {name} <{email}> for a document of the IETF stream,"
                f" found {party}"
            )
            yield case.violation(message, key, value=str(party))
        elif key == "assignee" and has_email and not case.is_ietf:
            message = (
                "the IESG is the assignee for documents of the IETF stream alone, but"
                " ietf_stream is not true"
            )
            yield case.violation(message, key, value=str(party))
