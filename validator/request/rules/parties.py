"""RQ006, RQ044, RQ060: assignee and contact (RFC 6335, Sections 8.1.1 and 8.5)."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from validator.engine.rule import ERROR, WARNING, Violation, rule
from validator.model.vocabulary import fold, quoted
from validator.request.case import IETF_PARTIES, Case
from validator.request.parties import has_namesake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# RFC 5321, Section 4.1.2, without quoted strings and address literals, which no mailbox of a
# contact needs; with the letters of all scripts (RFC 6531).
_ATOMS = r"[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]++(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]++)*+"
_LABEL = r"[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?+"
_ADDRESS = regex.compile(rf"({_ATOMS})@({_LABEL}(?:\.{_LABEL})++)")
_MAX_LOCAL_PART = 64
_MAX_ADDRESS = 254


@rule("RQ006", ERROR, "RFC 6335, Section 8.1.1; RFC 5321, Section 4.1.2")
def malformed_email(cases: Iterable[Case]) -> Iterator[Violation]:
    """The e-mail address of the assignee or contact is none.

    An address is local@domain, and nothing more: no name, no brackets, no `mailto:`.

    Why it matters: IANA's questions go there, and a request that cannot be asked about ends.

    Flagged::

        contact: {name: Ann Example, email: ann at example.com}

    Accepted::

        contact: {name: Ann Example, email: ann@example.com}
    """
    for case in cases:
        for key in ("assignee", "contact"):
            email = case.parsed.value((key, "email"))
            if not isinstance(email, str) or not email.strip() or len(email) > _MAX_ADDRESS:
                continue
            reason = _fault(email)
            if reason is not None:
                message = f"{quoted(email)} is no e-mail address: {reason}"
                yield Violation(case.at(key, "email"), f"{key}.email", message, value=email)


def _fault(email: str) -> str | None:
    """Why `email` is no address; `None` if it is one."""
    match = _ADDRESS.fullmatch(email)
    if match is None:
        return _syntax_fault(email)
    if len(match[1]) > _MAX_LOCAL_PART:
        return f"more than {_MAX_LOCAL_PART} characters stand before the @"
    if match[2].rpartition(".")[2].isdigit():
        return "its domain ends with a number"
    return None


def _syntax_fault(email: str) -> str:
    local, _, domain = email.partition("@")
    faults = (
        (email.lower().startswith("mailto:"), "it is written without mailto:"),
        ("@" not in email, "it has no @"),
        (email.count("@") > 1, "it has more than one @"),
        (not set("<>()").isdisjoint(email), "it is written without brackets"),
        (any(map(str.isspace, email)), "it has blanks"),
        (not local, "nothing stands before the @"),
        (not domain, "nothing stands behind the @"),
        ("." not in domain, f"{quoted(domain)} is no domain of the Internet"),
    )
    return next((reason for applies, reason in faults if applies), "it is not local@domain")


@rule("RQ044", ERROR, "RFC 6335, Section 8.5", needs=("registry",))
def assignment_transfer(cases: Iterable[Case]) -> Iterator[Violation]:
    """The request asks for an assignment that exists to be given to another party.

    Section 8.5 permits no transfers, not even where both parties agree. The way is that the
    present assignee gives the assignment back (8.2), and the other party asks for a new one.
    Parties are told apart by name and address.

    Why it matters: assignments that can be handed on can be sold.

    Flagged::

        service_name: harbor-log
        port_number: 4621

    Accepted::

        service_name: tide-log
        port_number: 4630
    """
    for case in cases:
        status = case.name_status
        if status.kind != "transfer":
            continue
        names = ", ".join(dict.fromkeys(status.assignee_name(entry) for entry in status.entries))
        message = (
            f"{quoted(case.name)} is assigned to {names}; assignments are not transferred,"
            f" and {case.assignee or 'the assignee'} can only ask for it once it is given back"
        )
        if any(has_namesake(case, entry.record.contact) for entry in status.entries):
            message += "; a party of that name is known by another address: see Section 8.6"
        value = str(case.assignee) or None
        yield case.violation(message, "assignee", value=value, related=status.related())


@rule("RQ060", WARNING, "RFC 6335, Section 8.1.1")
def ietf_stream_parties(cases: Iterable[Case]) -> Iterator[Violation]:
    """A request of the IETF stream names other parties than the IESG and the IETF Chair.

    For assignments by RFCs of the IETF stream the assignee is the IESG <iesg@ietf.org> and the
    contact the IETF Chair <chair@ietf.org>; and only for those.

    Why it matters: authors come and go, and the assignment is the IETF's.

    Flagged::

        ietf_stream: true

    Accepted::

        ietf_stream: true
        assignee: {name: IESG, email: iesg@ietf.org}
        contact: {name: IETF Chair, email: chair@ietf.org}
    """
    for case in cases:
        for key, (name, email) in IETF_PARTIES.items():
            party = case.assignee if key == "assignee" else case.contact
            if not party or case.is_refused(key):
                continue
            has_email = fold(party.email) == email
            if case.is_ietf and not (has_email and fold(party.name) == fold(name)):
                message = (
                    f"the {key} of an assignment of the IETF stream is {name} <{email}>,"
                    f" not {party}"
                )
                yield case.violation(message, key, value=str(party))
            elif key == "assignee" and has_email and not case.is_ietf:
                message = (
                    "the IESG is the assignee of the IETF stream, and ietf_stream does not say that"
                    " this is of it"
                )
                yield case.violation(message, key, value=str(party))
