"""Checks requests: verdict, procedure, findings and suggestions."""

from __future__ import annotations

from dataclasses import dataclass

from validator.budget import OutOfTime, doing, expired, start
from validator.engine.examine import judge
from validator.engine.finding import NotRun
from validator.engine.report import Input, Report
from validator.engine.rule import RunContext
from validator.engine.selection import Selection
from validator.engine.verdict import Review
from validator.errors import Unusable
from validator.limits import LIMITS
from validator.model.vocabulary import SERVICE_NAME_LENGTH
from validator.request.case import Case
from validator.request.changes import RequestBatch, field_changes
from validator.request.content import RequestDocument
from validator.request.documents import read_requests
from validator.request.parties import is_assignee
from validator.request.structure import known_values
from validator.request.suggest import suggested_names, suggested_ports
from validator.rules import catalogue
from validator.rules.usable import compared_input, reading_gaps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeVar

    from validator.engine.finding import Finding
    from validator.engine.verdict import Procedure, SuggestedPort
    from validator.limits import Limits
    from validator.model.registry import Registry
    from validator.readers.source import Source

    Item = TypeVar("Item")

# Findings of these rules are answered with other names, and with other numbers.
_RULES_ON_NAMES = frozenset(
    ("RQ010", "RQ011", "RQ013", "RQ014", "RQ015", "RQ016", "RQ044", "RQ079")
)
_RULES_ON_PORTS = frozenset(
    ("RQ021", "RQ022", "RQ023", "RQ024", "RQ025", "RQ029", "RQ030", "RQ031")
)
_RULE_ON_RANGES = "RQ026"
_DEFAULT_PORTS = 3
_MAX_CODES = 5
_PART_OF_REGISTRY = "only a part of the registry could be read"
_UNSELECTED = "not selected, but it would report an error"
_NO_REGISTRY = "no registry to compare with (--registry)"


@dataclass(slots=True)
class _Offer:
    """The names, in lower case, and ports that no further request of the run is offered.

    They are requested, or suggested for another request.
    """

    names: set[str]
    ports: set[int]


@dataclass(slots=True)
class ReviewedRequests:
    """What `review` returns: the report, and the requests, for rendering them."""

    report: Report
    cases: Sequence[Case]


def review(
    sources: Iterable[Source | Input],
    registry: Registry | None,
    selection: Selection,
    suggest_ports: int | None = None,
    limits: Limits = LIMITS,
    selection_at: Callable[[str], Selection] | None = None,
) -> ReviewedRequests:
    """Check the requests of `sources`; an `Input` among them is a file that is unusable.

    `selection_at` returns which rules run on the file at a path, by default those of `selection`.
    `suggest_ports` is how many free ports are suggested for each request with a port; `None`
    suggests a few if the requested one is not available.  Of `limits` those of findings and
    matches count here: the others are those of each source.
    """
    inputs: list[Input] = []
    batches: list[tuple[Input, RequestBatch, Selection]] = []
    for source in sources:
        if isinstance(source, Input):
            inputs.append(source)
            continue
        start(f"while reading {source.path}")
        entry = Input(source.path)
        inputs.append(entry)
        for batch in _timed(entry, lambda: _read(entry, source, registry)):  # noqa: B023
            own = selection if selection_at is None else selection_at(source.path)
            if batch.all:
                entry.not_run = [
                    NotRun(rule.code, _NO_REGISTRY)
                    for rule in own.running
                    if registry is None and rule.needs
                ]
                entry.require_run(own)
            batches.append((entry, batch, own))
    all_cases = [case for _, batch, _ in batches for case in batch]
    _find_rivals(all_cases)
    offer = _offer(all_cases)
    reviews: list[Review] = []
    context = RunContext("", "", limits)  # no RQ rule looks at dates
    for entry, batch, own in batches:
        start(f"while checking {entry.path}")
        reviews += _timed(
            entry,
            lambda: _reviews(entry, batch, own, context, suggest_ports, offer),  # noqa: B023
        )
    if registry is not None:
        inputs.append(compared_input(registry, limits))
    report = Report(inputs, {rule.code: rule for rule in selection.running})
    report.command = "request"
    report.requests = reviews
    return ReviewedRequests(report, all_cases)


def _timed(entry: Input, work: Callable[[], list[Item]]) -> list[Item]:
    """Return what `work` returns on a file; where its time or memory runs out, it has the error."""
    try:
        return work()
    except OutOfTime:
        entry.error = f"{entry.path}: {expired()}"
    except MemoryError:
        entry.error = f"{entry.path}: not enough memory"
    return []


def _reviews(
    entry: Input,
    batch: RequestBatch,
    selection: Selection,
    context: RunContext,
    suggest_ports: int | None,
    offer: _Offer,
) -> list[Review]:
    """Check the requests of a file; without all rules there is no verdict on any."""
    judge(entry, batch.document, batch, selection, context)
    if entry.error is not None:
        return []
    unselected = _unselected_errors(entry, batch, selection, context)
    doing("while looking for free names and ports")
    is_cut = any(cut.fails() for cut in entry.cut)
    by_case = zip(batch.all, _by_case(batch.all, entry.findings), unselected, strict=True)
    return [
        _review(entry.path, case, findings, _doubt(errors, is_cut=is_cut), suggest_ports, offer)
        for case, findings, errors in by_case
    ]


def _doubt(unselected: Sequence[Finding], *, is_cut: bool) -> str:
    """Why there is no verdict on a request: errors of rules that do not run, or are not listed."""
    if is_cut:
        return "more errors in this file than --max-findings lists"
    codes = sorted({finding.code for finding in unselected})
    return f"not selected, but would report an error: {', '.join(codes)}" if codes else ""


def _unselected_errors(
    entry: Input, batch: RequestBatch, selection: Selection, context: RunContext
) -> list[list[Finding]]:
    """The errors of each case that rules would report which do not run, because of the selection.

    The rules are in `not_run`.
    """
    running = {rule.code for rule in selection.running}
    skipped = {rule.code for rule in entry.not_run}
    others = [
        code
        for code, rule in catalogue.rules("request").items()
        if code not in running and rule.is_default and selection.severity[code] == "error"
    ]
    unselected = Input(entry.path)
    if others:
        rest = Selection(catalogue.rules("request"), select=others)
        if all(case.registry is None for case in batch.all):
            rest = rest.among({rule.code for rule in rest.running if not rule.needs})
        judge(unselected, batch.document, batch, rest.among(others), context)
    entry.faults += unselected.faults
    by_case = _by_case(batch.all, unselected.findings)
    entry.not_run += [
        NotRun(code, _UNSELECTED)
        for code in sorted({f.code for findings in by_case for f in findings} - skipped)
    ]
    return by_case


def _read(entry: Input, source: Source, registry: Registry | None) -> list[RequestBatch]:
    """Read a file; one that cannot be used has no batch, and its entry has the error."""
    try:
        file = read_requests(source)
    except Unusable as error:
        entry.error = str(error)
        return []
    entry.form = file.form
    entry.has_iana = file.has_iana
    entry.data = source.data
    document = RequestDocument(source.path, source.data, file.identity)
    cases = [Case(request, document, registry) for request in file.requests]
    batch = RequestBatch(document, cases, file.unread)
    entry.requests = len(batch)
    return [batch]


def _find_rivals(cases: Sequence[Case]) -> None:
    """Set the rivals of each case: those for its name, a part of its name, or its port."""
    by_key: dict[str, list[Case]] = {}
    by_port: dict[int, list[Case]] = {}
    for case in cases:
        if case.key:
            by_key.setdefault(case.key, []).append(case)
        if case.port is not None:
            by_port.setdefault(case.port, []).append(case)
    longer: dict[int, list[Case]] = {}
    by_case: list[list[Case]] = []
    for case in cases:
        rivals = list(by_key.get(case.key, ()))
        if case.port is not None:
            rivals += by_port[case.port]
        for part in _parts(case.key) if case.is_well_formed else ():
            shorter = by_key.get(part, ())
            rivals += shorter
            for rival in shorter:
                longer.setdefault(id(rival), []).append(case)
        by_case.append(rivals)
    for case, rivals in zip(cases, by_case, strict=True):
        distinct = {id(rival): rival for rival in [*rivals, *longer.get(id(case), ())]}
        distinct.pop(id(case), None)
        case.rivals = list(distinct.values())


def _offer(cases: Sequence[Case]) -> _Offer:
    """What is requested in a run, and so offered to none of its requests."""
    names = {case.key for case in cases if case.key}
    return _Offer(names, {case.port for case in cases if case.port is not None})


def _parts(key: str) -> list[str]:
    """The beginnings and ends of a name, without the hyphen where it is divided."""
    return [
        part
        for length in range(1, len(key))
        for part in (key[:length].rstrip("-"), key[length:].lstrip("-"))
    ]


def _by_case(cases: Sequence[Case], findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each case: those whose subject is the very object of the case.

    RQ082 is about the file, and has the subject of no case.
    """
    by_subject: dict[int, list[Finding]] = {id(case.subject): [] for case in cases}
    for finding in findings:
        by_subject.setdefault(id(finding.subject), []).append(finding)
    return [by_subject[id(case.subject)] for case in cases]


def _review(
    path: str,
    case: Case,
    findings: Sequence[Finding],
    doubt: str,
    suggest_ports: int | None,
    offer: _Offer,
) -> Review:
    result = Review(path, case.parsed.index, case.name or None, case.subject)
    result.findings = list(findings)
    result.doubt = doubt
    result.kind = case.parsed.kind
    result.request = known_values(case.parsed)
    if result.kind != "request":
        result.procedure = None
        result.changes = field_changes(case)
        return result
    result.procedure, result.why = _procedure(case)
    if case.registry is not None and reading_gaps(case.registry):
        # What looks free may be in the part that was not read.
        result.doubt = _PART_OF_REGISTRY
        return result
    codes = {finding.code for finding in findings}
    if codes & _RULES_ON_NAMES and case.name and not _is_own_name(case):
        result.service_names = suggested_names(
            case.name,
            case.registry,
            texts=_texts_for_names(case),
            discovery="RQ015" in codes,
            excluded=offer.names,
        )
        offer.names.update(result.service_names)
    result.port_numbers = _suggested_ports(case, codes, suggest_ports, offer.ports)
    offer.ports.update(suggestion.port for suggestion in result.port_numbers)
    return result


def _texts_for_names(case: Case) -> Sequence[str]:
    """The texts with words for another name than one that is taken or too long."""
    if case.name_status.kind == "new" and len(case.name) <= SERVICE_NAME_LENGTH:
        return ()
    description = case.text("description")
    is_person = case.assignee.name == case.contact.name
    return (description,) if is_person else (description, case.assignee.name)


def _is_own_name(case: Case) -> bool:
    """Whether the requester has the name already, and so needs no other."""
    status = case.name_status
    return status.kind == "taken" and any(is_assignee(case, e.record) for e in status.entries)


def _suggested_ports(
    case: Case, codes: set[str], count: int | None, excluded: set[int]
) -> Sequence[SuggestedPort]:
    has_port_finding = bool(codes & _RULES_ON_PORTS)
    if count is None:
        needs_ports = has_port_finding or case.any_port_of is not None
        count = _DEFAULT_PORTS if needs_ports else 0
    wants_port = case.port is not None or case.any_port_of is not None or _RULE_ON_RANGES in codes
    if not count or case.registry is None or not (wants_port or has_port_finding):
        return ()
    return suggested_ports(
        case.registry,
        count,
        near=case.port,
        name=case.name or None,
        range_name="System" if case.range_name == "System" and case.is_ietf else "User",
        excluded=excluded,
    )


def _procedure(case: Case) -> tuple[Procedure | None, str]:
    """The procedure that decides the request, and why (Sections 7.2, 8.1, 8.1.1, 8.1.2).

    None decides on a port that is never assigned, and on a request that has no values.
    """
    if not case.values:
        return None, ""
    if case.never_assigned:
        return None, case.never_assigned
    if not case.asks_for_port:
        if len(case.service_codes) > _MAX_CODES:
            return "Expert Review", "more than five DCCP service codes are requested (10.3.1)"
        return "First Come First Served", "a service name without a port is requested (8.1.1)"
    if case.name_status.kind == "addition" and case.range_name != "System":
        return "Expert Review", "a transport protocol is added to an assignment (8.1)"
    if case.port_status.is_reserved or case.port_status.kind == "elsewhere":
        return "Standards Action", (
            f"port {case.port} is Reserved, which needs Standards Action or IESG Approval (8.1)"
        )
    if case.range_name == "System":
        return "IETF Review or IESG Approval", "a System Port is requested (8.1.2)"
    if case.is_ietf:
        return "IETF Review or IESG Approval", (
            "an RFC of the IETF stream requests a User Port (8.1.2)"
        )
    kind = "a port" if case.range_name is None else "a User Port"
    return "Expert Review", f"{kind} is requested (8.1.1)"
