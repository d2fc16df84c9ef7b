"""RQ010 to RQ017: the service name (RFC 6335, Sections 5, 5.1, 7.2 and 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, rule
from validator.model.entries import Assignment
from validator.model.names import former_names, released_names
from validator.model.registry import Registry
from validator.model.vocabulary import (
    SERVICE_NAME_CHARACTERS,
    SERVICE_NAME_LENGTH,
    character_name,
    fold,
    listing,
    quoted,
)
from validator.request.case import Case, case_rule, related_rivals
from validator.request.changes import RequestBatch
from validator.request.parties import is_assignee
from validator.request.phrase import phrase
from validator.request.suggest import DNS_LABEL
from validator.request.variants import insecure_services, same_service

_REDUNDANT = frozenset(
    """
    port ports service services svc protocol protocols proto tcp udp sctp dccp iana registry
    """.split()
)
# Hardly any other English word contains these two, so they are looked for inside words as well.
_REDUNDANT_INSIDE = ("service", "protocol")
_SEPARATOR = regex.compile(r"[^a-z0-9]++")
_VERSION = regex.compile(
    r"(?:\A|-|(?<=[a-z]))(v(?:er(?:sion)?)?-?[0-9]++(?:-[0-9]++)*+)\Z|(-[0-9]++(?:-[0-9]++)*+)\Z"
)
_TRAILING_DIGITS = regex.compile(r"(?<=[a-z])-?[0-9]++\Z")
_DISCOVERY = phrase(
    r"\bdiscover(?:y|s|ing|ed)?\b|\b(?:locat|find)(?:e|es|ing|s)?\b[^.]{0,40}\b(?:servers?|devices?|peers?|hosts?|endpoints?)\b",
    regex.ASCII,
)
_TO_MANY = phrase(r"\b(?:multi|broad)cast", regex.ASCII)
_BEGINS_WITH_NO = phrase(r"\s*+(?:no|none|not|n/a|does not|neither|never)\b")
_NOT = phrase(r"\b(?:no|none|not|nor|never|neither|without)\b")
_DISC = ("-disc", "disc", "-discovery", "discovery")
_WITH_TRANSPORT = regex.compile(r"([a-z0-9-]*?[a-z0-9])[-+/.:_]++(tcp|udp|sctp|dccp)")
_MAX_SIMILAR = 5
_MIN_COMPARED = 4
_MAX_CHARACTERS = 5


@rule("RQ010", ERROR, "RFC 6335, Section 5.1")
def requested_name_malformed(batch: RequestBatch) -> Iterator[Violation]:
    """The service name is malformed.

    A service name has 1 to 15 ASCII letters, digits and hyphens. It has at least one letter, no
    hyphen at the beginning or end, and no adjacent hyphens. All faults are reported together.

    Why it matters: a malformed name cannot be used in an SRV record, and IANA rejects it.

    Flagged::

        service_name: tide_tables

    Accepted::

        service_name: tide-tables
    """
    for case in (*batch, *batch.new_names):
        value = case.values.get("service_name")
        if not isinstance(value, str) or not value.strip() or case.is_well_formed:
            continue
        message = f"{quoted(value)} is not a service name: {'; '.join(_faults(value))}"
        message += _hint(case)
        yield case.violation(message, "service_name")


def _hint(case: Case) -> str:
    """The end of a message on a name with more in it than a service name has, or ""."""
    return _label_hint(case.name) or _transport_hint(case)


def _label_hint(name: str) -> str:
    """The end of a message on a name with the underscores of DNS labels, or ""."""
    match = DNS_LABEL.match(name)
    if match is None:
        return ""
    return (
        "; the underscore belongs to the DNS label and not to the service name (Section 5.2 and RFC"
        f" 6763): write {quoted(match[1])}"
    )


def _transport_hint(case: Case) -> str:
    """The end of a message on a name with a transport protocol at its end, or ""."""
    match = _WITH_TRANSPORT.fullmatch(case.key)
    if match is None:
        return ""
    base, transport = match[1], match[2]
    entries = case.registry.by_name.get(base, [])
    if entries:
        name = entries[0].name
        return (
            f"; to add {transport} to {name}, request {name} with transport_protocols [{transport}]"
        )
    return f"; write {quoted(base)} with transport_protocols [{transport}]"


def _faults(name: str) -> Iterator[str]:
    if len(name) > SERVICE_NAME_LENGTH:
        yield f"{len(name):,} characters (maximum {SERVICE_NAME_LENGTH})"
    wrong = dict.fromkeys(c for c in name if c not in SERVICE_NAME_CHARACTERS)
    if wrong:
        listed = listing(list(map(character_name, wrong)), _MAX_CHARACTERS, ", ")
        yield f"expected letters, digits and hyphens, found {listed}"
    if not any(character.isascii() and character.isalpha() for character in name):
        yield "no letter"
    edges = [verb for verb, edge in (("begins", name[0]), ("ends", name[-1])) if edge == "-"]
    if edges:
        yield f"{' and '.join(edges)} with a hyphen"
    if "--" in name:
        yield "adjacent hyphens"


@rule("RQ011", ERROR, "RFC 6335, Sections 5 and 8.1.1", needs=("registry",))
def name_taken(batch: RequestBatch) -> Iterator[Violation]:
    """The service name is already assigned.

    Names are compared without case. The name of an alias, of a historic service, of a service
    without a port and of a service whose port was released (8.2) is not available either. A name
    that a remark alone mentions, such as "(was smoor)", is not assigned.

    Why it matters: the service name identifies the service, so two services cannot share it.

    Flagged::

        service_name: Harbor-Log

    Accepted::

        service_name: tide-log
    """
    for case in (*batch, *batch.new_names):
        status = case.name_status
        registry = case.registry
        if status.kind == "taken":
            message = _how_assigned(case, status.entries[0])
            yield case.violation(message, "service_name", entries=status.entries)
        elif status.kind == "new" and case.key in released_names(registry):
            records = [released_names(registry)[case.key]]
            name = quoted(case.name)
            message = f"{name} is the former name of a service and is not assigned again"
            related = case.related(records, "mentioned here")
            yield case.violation(message, "service_name", related=related)


def _how_assigned(case: Case, entry: Assignment) -> str:
    record = entry.record
    port = "/".join(part for part in (record.port_number, record.transport_protocol) if part)
    assignee = case.assignee_name(entry)
    message = (
        f"{quoted(case.name)} is already assigned: {f'{entry.name} {port}'.rstrip()} ({assignee})"
    )
    if entry.name != case.name:
        message += "; case is ignored"
    alias = case.registry.alias_by_record.get(record.index)
    if alias is not None:
        return f"{message}; it is an old name of {quoted(alias.target)}"
    if is_assignee(case, record):
        message += "; the requester has it already"
        if case.asks_for_port and entry.ports is None:
            message += " and can ask IANA to add a port to this assignment"
    return message


@case_rule("RQ012", NOTE, "RFC 6335, Section 5", needs=("registry",))
def name_near_existing(case: Case) -> Iterator[Violation]:
    """The service name is very similar to an existing one, or was in use before.

    The names differ in a letter or a hyphen, or a remark of the registry mentions the name as a
    former one.

    Why it matters: people and reviewers confuse the two. The existing service may be the one you
    mean.

    Flagged::

        service_name: harbor-logs

    Accepted::

        service_name: tide-tables
    """
    registry = case.registry
    if case.name_status.kind != "new" or not case.is_well_formed:
        return
    if case.key in former_names(registry):
        yield from _former_name(case, registry)
        return
    # RQ014 and RQ035 report these better.
    others = {_version(case)[1], *map(fold, insecure_services(case))}
    keys = [key for key in _similar(case.key, list(registry.by_name)) if key not in others]
    if keys and not same_service(case):
        entries = [registry.by_name[key][0] for key in keys]
        names = ", ".join(entry.name for entry in entries)
        message = f"{quoted(case.name)} is similar to {names}; is it another service?"
        yield case.violation(message, "service_name", entries=entries)


def _former_name(case: Case, registry: Registry) -> Iterator[Violation]:
    """A note on a name that a remark mentions; RQ011 reports those that are Reserved."""
    if case.key not in released_names(registry):
        record = former_names(registry)[case.key]
        message = f"the registry mentions {quoted(case.name)} as a former name; is it still in use?"
        related = case.related([record], "mentioned here")
        yield case.violation(message, "service_name", related=related)


def _similar(key: str, names: list[str]) -> list[str]:
    """The names that differ from `key` by a letter, in a long one by two, or in hyphens."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    if len(key) < _MIN_COMPARED:
        return []
    distance = 1 if len(key) < 12 else 2
    matches = process.extract(
        key, names, scorer=DamerauLevenshtein.distance, score_cutoff=distance, limit=_MAX_SIMILAR
    )
    similar = [name for name, _, _ in matches]
    without_hyphens = key.replace("-", "")
    similar += [n for n in names if n.replace("-", "") == without_hyphens and n not in similar]
    return similar[:_MAX_SIMILAR]


@rule("RQ013", WARNING, "RFC 6335, Section 5")
def redundant_word(batch: RequestBatch) -> Iterator[Violation]:
    """The service name has a redundant word.

    Section 5 asks for short names without words such as port, service and protocol, which apply to
    every entry of the registry.

    Why it matters: "-service" alone takes 8 of the 15 characters.

    Flagged::

        service_name: tide-service

    Accepted::

        service_name: tide-tables
    """
    for case in (*batch, *batch.new_names):
        is_explained = not case.is_well_formed and _hint(case)  # by RQ010
        if not case.name_status.needs_name or is_explained:
            continue
        # A malformed name may have other separators than hyphens.
        words = [word for word in _SEPARATOR.split(case.key) if word in _REDUNDANT]
        words += [w for w in _REDUNDANT_INSIDE if w in case.key and w not in "".join(words)]
        if words:
            listed = " and ".join(quoted(word) for word in dict.fromkeys(words))
            noun = "word" if len(words) == 1 else "words"
            message = f"redundant {noun} {listed} in the service name"
            message += _hint(case)
            yield case.violation(message, "service_name")


@rule("RQ014", WARNING, "RFC 6335, Section 7.2")
def version_in_name(batch: RequestBatch) -> Iterator[Violation]:
    """The service name has a version.

    According to Section 7.2, all versions of a service share one name and port. The protocol itself
    distinguishes them.

    Why it matters: the next version would need another name, and IANA does not assign one.

    Flagged::

        service_name: tide-v2

    Accepted::

        service_name: tide-tables
    """
    for case in (*batch, *batch.new_names):
        version, base = _version(case)
        if version is not None:
            entries = case.registry.by_name.get(base, [])
            existing = f" of {base}" if entries else ""
            message = (
                f"{quoted(version)} in {quoted(case.name)} looks like a version{existing}; RFC 6335"
                " expects one name for all versions"
            )
            yield case.violation(message, "service_name", entries=entries[:1])


def _version(case: Case) -> tuple[str | None, str]:
    """What looks like a version in a name, `None` if nothing does; and the name without it."""
    match = _VERSION.search(case.key)
    if match is not None:
        return (match[1] or match[2]).strip("-"), case.key[: match.start()].rstrip("-")
    base = _TRAILING_DIGITS.sub("", case.key)
    if base != case.key and base in case.registry.by_name:
        return case.key[len(base) :].strip("-"), base
    return None, case.key


@case_rule("RQ015", WARNING, "RFC 6335, Section 5")
def discovery_suffix(case: Case) -> Iterator[Violation]:
    """The name of a discovery service does not show its purpose.

    The name of a service that finds others, by multicast or broadcast, should have a suffix such as
    -disc.

    Why it matters: clients that look for the service itself would find its discovery service.

    Flagged::

        service_name: tide-tables
        discovery_only: true

    Accepted::

        service_name: tide-disc
        discovery_only: true
    """
    if not case.key or case.key.endswith(_DISC) or not case.name_status.needs_name:
        return
    reason = _why_discovery(case)
    if reason is not None:
        message = f'{quoted(case.name)} should end with "-disc": {reason}'
        yield case.violation(message, "service_name")


def _why_discovery(case: Case) -> str | None:
    """What says that the service is for discovery."""
    value = case.values.get("discovery_only")
    text = case.text("discovery_only")
    if value is True or (text and not _BEGINS_WITH_NO.match(text)):
        return "discovery_only says that it is a discovery service"
    if value is False or text:
        return None
    statement = case.text("broadcast_multicast_anycast")
    sends_to_many = any(
        not _NOT.search(statement[max(0, match.start() - 40) : match.start()])
        for match in _TO_MANY.finditer(statement)
    )
    if sends_to_many and _DISCOVERY.search(case.text("description")):
        return "the description mentions discovery by multicast or broadcast"
    return None


@case_rule("RQ016", ERROR, "RFC 6335, Section 5", needs=("registry",))
def second_name_for_service(case: Case) -> Iterator[Violation]:
    """The request is for another name of an existing service.

    Section 5 does not allow new names for existing services. The request calls itself an alias, or
    its assignee has a service with the same description or a very similar name on the same port.

    Why it matters: clients that look for one name do not find the service under the other.

    Flagged::

        service_name: port-log
        assignment_notes: An alias for harbor-log.

    Accepted::

        service_name: tide-log
    """
    entries = same_service(case)
    if entries:
        name = quoted(entries[0].name)
        message = f"the service already has the name {name}; a service has one name"
        yield case.violation(message, "service_name", entries=entries)


@case_rule("RQ017", WARNING, "RFC 6335, Section 8.1.1")
def name_wanted_twice(case: Case) -> Iterator[Violation]:
    """Another request in this run has the same service name.

    Two requests for one name count as one service if assignee and port are the same and the
    transport protocols are different. RQ084 reports two ports for one service.

    Why it matters: IANA can grant only one of them.

    Flagged::

        service_name: tide-log
        ---
        service_name: Tide-Log

    Accepted::

        service_name: tide-log
        ---
        service_name: tide-gates
    """
    count, rivals = case.rivals.same_name(case)
    if count:
        number = "another request" if count == 1 else f"{count} other requests"
        message = f"{quoted(case.name)} is also requested by {number} in this run"
        related = related_rivals(rivals, "service_name")
        yield case.violation(message, "service_name", related=related)
