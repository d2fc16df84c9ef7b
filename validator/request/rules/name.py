"""RQ010 to RQ017: the service name (RFC 6335, Sections 5, 5.1, 7.2 and 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from validator.engine.rule import ERROR, NOTE, WARNING, Related, Violation, rule
from validator.model.names import released_names
from validator.model.vocabulary import (
    SERVICE_NAME_CHARACTERS,
    SERVICE_NAME_LENGTH,
    fold,
    quoted,
)
from validator.request.case import Case
from validator.request.standing import existing, holder, related, second_name, secure_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.registry import Assignment

_REDUNDANT = frozenset(
    """
    port ports service services svc protocol protocols proto tcp udp sctp dccp iana registry
    """.split()
)
# These two are seen inside a word as well: hardly any other word of English has them.
_INSIDE = ("service", "protocol")
_APART = regex.compile(r"[^a-z0-9]++")
_VERSION = regex.compile(
    r"(?:\A|-|(?<=[a-z]))(v(?:er(?:sion)?)?-?[0-9]++(?:-[0-9]++)*+)\Z|(-[0-9]++(?:-[0-9]++)*+)\Z"
)
_TRAILING_DIGITS = regex.compile(r"(?<=[a-z])-?[0-9]++\Z")
_DISCOVERY = regex.compile(
    r"\bdiscover(?:y|s|ing|ed)?\b|\b(?:locat|find)(?:e|es|ing|s)?\b[^.]{0,40}\b(?:servers?|devices?|peers?|hosts?|endpoints?)\b",
    regex.ASCII | regex.IGNORECASE,
)
_TO_MANY = regex.compile(r"\b(?:multi|broad)cast", regex.ASCII | regex.IGNORECASE)
_NO = regex.compile(r"\s*+(?:no|none|not|n/a|does\s++not|neither|never)\b", regex.IGNORECASE)
_NOT = regex.compile(r"\b(?:no|none|not|nor|never|neither|without)\b", regex.IGNORECASE)
_DISC = ("-disc", "disc", "-discovery", "discovery")
_NEAR_SHOWN = 5
_SHORTEST_COMPARED = 4


@rule("RQ010", ERROR, "RFC 6335, Section 5.1")
def requested_name_malformed(cases: Iterable[Case]) -> Iterator[Violation]:
    """The service name is not what Section 5.1 calls one.

    It has 1 to 15 letters of US-ASCII, digits and hyphens, one letter at least, and hyphens
    neither at the edges nor side by side. All that is wrong is told at once.

    Why it matters: the name could not stand in an SRV record, and is refused.

    Flagged::

        service_name: tide_tables

    Accepted::

        service_name: tide-tables
    """
    for case in cases:
        value = case.raw.values.get("service_name")
        if not isinstance(value, str) or not value.strip() or case.is_well_formed:
            continue
        message = f"{quoted(value)} is no service name: {'; '.join(_reasons(value))}"
        yield Violation(case.at("service_name"), "service_name", message, value=value)


def _reasons(name: str) -> Iterator[str]:
    if len(name) > SERVICE_NAME_LENGTH:
        yield f"it has {len(name):,} characters, and {SERVICE_NAME_LENGTH} are allowed"
    wrong = dict.fromkeys(c for c in name if c not in SERVICE_NAME_CHARACTERS)
    if wrong:
        shown = ", ".join(_character(c) for c in list(wrong)[:5])
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        yield f"it has {shown}{more}, and letters, digits and hyphens are allowed"
    if not any(character.isascii() and character.isalpha() for character in name):
        yield "it has no letter"
    edges = [word for word, end in (("begins", name[0]), ("ends", name[-1])) if end == "-"]
    if edges:
        yield f"it {' and '.join(edges)} with a hyphen"
    if "--" in name:
        yield "it has hyphens side by side"


def _character(character: str) -> str:
    shown = f"U+{ord(character):04X}"
    if character == " ":
        return f"a blank ({shown})"
    return f'"{character}" ({shown})' if character.isprintable() else shown


@rule("RQ011", ERROR, "RFC 6335, Sections 5 and 8.1.1", needs=("registry",))
def name_taken(cases: Iterable[Case]) -> Iterator[Violation]:
    """The service name is assigned already.

    Names are compared without case. A name is taken as well where it is an alias or historic,
    where it has no port, and where its port was given back: the name stays (8.2).

    Why it matters: a service name is the one key of the registry, and two services cannot have it.

    Flagged::

        service_name: Harbor-Log

    Accepted::

        service_name: tide-log
    """
    for case in cases:
        held = existing(case)
        registry = case.registry
        if held.kind == "taken" and registry is not None:
            first = held.entries[0]
            said = _how_taken(case, first)
            alias = registry.alias_by_record.get(first.record.index)
            if alias is not None:
                said += f"; it is an old name of {quoted(alias.target)}"
            elif case.is_assignee(first.record):
                said += ", who asks here: there is nothing new to assign"
                if case.asks_for_port and first.ports is None:
                    said += "; IANA adds a port to an assignment by a change of it"
            yield Violation(
                case.at("service_name"),
                "service_name",
                said,
                value=case.name,
                related=held.related("assigned here"),
            )
        elif held.kind == "new" and registry is not None and case.key in released_names(registry):
            record = released_names(registry)[case.key]
            yield Violation(
                case.at("service_name"),
                "service_name",
                f"{quoted(case.name)} was the name of a service before, and is not given again",
                value=case.name,
                related=related(registry, "told of here", [record]),
            )


def _how_taken(case: Case, entry: Assignment) -> str:
    record = entry.record
    place = "/".join(part for part in (record.port_number, record.transport_protocol) if part)
    told = f"{entry.name} {place}".rstrip()
    without_case = "" if entry.name == case.name else "names are compared without case, and "
    by = holder(case.registry, record)
    return f"{quoted(case.name)} is taken: {without_case}{told} is assigned to {by}"


@rule("RQ012", NOTE, "RFC 6335, Section 5", needs=("registry",))
def name_near_existing(cases: Iterable[Case]) -> Iterator[Violation]:
    """The service name differs from one that exists in a letter or hyphen.

    Why it matters: people will take one for the other, and so will a reviewer; is it meant to be
    the existing service?

    Flagged::

        service_name: harbor-logs

    Accepted::

        service_name: tide-tables
    """
    for case in cases:
        if case.registry is None or existing(case).kind != "new" or not case.is_well_formed:
            continue
        if case.key in released_names(case.registry):
            continue
        names = _near(case.key, list(case.registry.by_name))
        # A version or a secure variant has a rule of its own that says it better.
        better = {_version(case)[1], *map(fold, secure_of(case))}
        names = [name for name in names if name not in better]
        if names and not second_name(case):
            records = [case.registry.by_name[name][0] for name in names]
            shown = ", ".join(record.name for record in records)
            yield Violation(
                case.at("service_name"),
                "service_name",
                f"{quoted(case.name)} is near to {shown}; is it another service?",
                value=case.name,
                related=related(
                    case.registry, "assigned here", [entry.record for entry in records]
                ),
            )


def _near(key: str, names: list[str]) -> list[str]:
    """The names that differ from `key` by a letter, in a long one by two, or in hyphens."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    if len(key) < _SHORTEST_COMPARED:
        return []
    most = 1 if len(key) < 12 else 2
    close = process.extract(
        key, names, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=_NEAR_SHOWN
    )
    found = [name for name, _, _ in close]
    bare = key.replace("-", "")
    found += [n for n in names if n.replace("-", "") == bare and n not in found]
    return found[:_NEAR_SHOWN]


@rule("RQ013", WARNING, "RFC 6335, Section 5")
def redundant_word(cases: Iterable[Case]) -> Iterator[Violation]:
    """The service name has a word that says nothing in this registry.

    Section 5 asks for brief names without words such as port, service and protocol: everything
    here is one.

    Why it matters: of 15 characters eight are gone.

    Flagged::

        service_name: tide-service

    Accepted::

        service_name: tide-tables
    """
    for case in cases:
        if existing(case).kind not in ("new", "taken"):
            continue
        # Between hyphens, or what stands for them in a name that is malformed as well.
        words = [word for word in _APART.split(case.key) if word in _REDUNDANT]
        words += [
            inside for inside in _INSIDE if inside in case.key and inside not in "".join(words)
        ]
        if words:
            shown = " and ".join(quoted(word) for word in dict.fromkeys(words))
            says = "says" if len(words) == 1 else "say"
            message = f"{shown} in {quoted(case.name)} {says} nothing in this registry"
            yield Violation(case.at("service_name"), "service_name", message, value=case.name)


@rule("RQ014", WARNING, "RFC 6335, Section 7.2")
def version_in_name(cases: Iterable[Case]) -> Iterator[Violation]:
    """The service name has a version in it.

    Section 7.2 gives one port to all versions of a service; they are told apart in-band, and the
    name is that of all.

    Why it matters: the next version would need another name, and is not given one.

    Flagged::

        service_name: tide-v2

    Accepted::

        service_name: tide-tables
    """
    for case in cases:
        said, base = _version(case)
        if said is not None:
            entries = [] if case.registry is None else case.registry.by_name.get(base, [])
            near = related(case.registry, "assigned here", [e.record for e in entries[:1]])
            of = f", and {base} exists" if near else ""
            message = (
                f"{quoted(said)} in {quoted(case.name)} looks like a version{of}; one name serves"
                " all versions, which are told apart in-band"
            )
            yield Violation(
                case.at("service_name"), "service_name", message, value=case.name, related=near
            )


def _version(case: Case) -> tuple[str | None, str]:
    """What looks like a version in a name, `None` where nothing does; and the name without it."""
    found = _VERSION.search(case.key)
    if found is not None:
        return (found[1] or found[2]).strip("-"), case.key[: found.start()].rstrip("-")
    base = _TRAILING_DIGITS.sub("", case.key)
    if case.registry is not None and base != case.key and base in case.registry.by_name:
        return case.key[len(base) :].strip("-"), base
    return None, case.key


@rule("RQ015", WARNING, "RFC 6335, Section 5")
def discovery_suffix(cases: Iterable[Case]) -> Iterator[Violation]:
    """A discovery service has a name that does not say so.

    Names of services that find others, by multicast or broadcast, should end in a suffix such as
    -disc.

    Why it matters: who looks for the service itself would find its discovery.

    Flagged::

        service_name: tide-tables
        discovery_only: true

    Accepted::

        service_name: tide-disc
        discovery_only: true
    """
    for case in cases:
        if not case.key or existing(case).kind not in ("new", "taken") or case.key.endswith(_DISC):
            continue
        why = _discovers(case)
        if why is not None:
            message = f"{why}, and {quoted(case.name)} does not end with -disc"
            yield Violation(case.at("service_name"), "service_name", message, value=case.name)


def _discovers(case: Case) -> str | None:
    """What tells that the service is there for discovery."""
    said = case.raw.values.get("discovery_only")
    told = case.text("discovery_only")
    if said is True or (told and not _NO.match(told)):
        return "discovery_only says that it is a discovery service"
    if said is False or told:
        return None
    statement = case.text("broadcast_multicast_anycast")
    sends_to_many = any(
        not _NOT.search(statement[max(0, found.start() - 40) : found.start()])
        for found in _TO_MANY.finditer(statement)
    )
    if sends_to_many and _DISCOVERY.search(case.text("description")):
        return "the description speaks of discovery, by multicast or broadcast"
    return None


@rule("RQ016", ERROR, "RFC 6335, Section 5", needs=("registry",))
def second_name_for_service(cases: Iterable[Case]) -> Iterator[Violation]:
    """The request is for another name of a service that has one.

    Section 5 rejects new names for existing services. It shows where the request calls itself an
    alias, or where the assignee has a service with the very same description.

    Why it matters: clients that look for one name do not find what is advertised under the other.

    Flagged::

        service_name: port-log
        assignment_notes: An alias for harbor-log.

    Accepted::

        service_name: tide-log
    """
    for case in cases:
        entries = second_name(case)
        if entries:
            first = entries[0]
            yield Violation(
                case.at("service_name"),
                "service_name",
                f"the service has a name already, {quoted(first.name)}; it is given no other",
                value=case.name,
                related=related(
                    case.registry, "assigned here", [entry.record for entry in entries]
                ),
            )


@rule("RQ017", WARNING, "RFC 6335, Section 8.1.1")
def name_wanted_twice(cases: Iterable[Case]) -> Iterator[Violation]:
    """Another request of the same call asks for the same service name.

    Two requests for one name are one service where the assignee and the port are the same and the
    transport protocols are different.

    Why it matters: only one of the two can be granted.

    Flagged::

        service_name: tide-log
        ---
        service_name: Tide-Log

    Accepted::

        service_name: tide-log
        ---
        service_name: tide-gates
    """
    for case in cases:
        others = [
            other
            for other in case.rivals
            if case.key and other.key == case.key and not _is_one_service(case, other)
        ]
        if others:
            yield Violation(
                case.at("service_name"),
                "service_name",
                f"{quoted(case.name)} is asked for by {_requests(len(others))} of this call",
                value=case.name,
                related=[
                    Related("asked for here", other.at("service_name"), None, dump=other.document)
                    for other in others[:20]
                ],
            )


def _is_one_service(case: Case, other: Case) -> bool:
    same_port = case.raw.values.get("port_number") == other.raw.values.get("port_number")
    same_party = fold(case.assignee.email) == fold(other.assignee.email)
    return same_port and same_party and not set(case.transports) & set(other.transports)


def _requests(number: int) -> str:
    return "another request" if number == 1 else f"{number} other requests"
