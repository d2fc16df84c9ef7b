"""Checks requests: verdict, procedure, findings and suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from validator.budget import OutOfTime, doing, expired, start
from validator.engine.examine import judge
from validator.engine.finding import Finding, NotRun
from validator.engine.report import Input, Report
from validator.engine.rule import RunContext
from validator.engine.selection import Selection
from validator.engine.verdict import Procedure, Review, SuggestedPort
from validator.errors import Unusable
from validator.limits import LIMITS, Limits
from validator.model.registry import Registry
from validator.model.vocabulary import SERVICE_NAME_LENGTH
from validator.readers.source import Source
from validator.request.case import Case
from validator.request.changes import RequestBatch, field_changes
from validator.request.content import RequestDocument
from validator.request.documents import read_requests
from validator.request.parties import is_assignee
from validator.request.rivals import Rivals
from validator.request.structure import known_values
from validator.request.suggest import suggested_names, suggested_ports
from validator.request.variants import insecure_services
from validator.rules import catalogue
from validator.rules.usable import compared_input, reading_gaps

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
        own = selection if selection_at is None else selection_at(source.path)
        with _reported(entry):
            batches.append((entry, _read(entry, source, registry, own), own))
    cases = [case for _, batch, _ in batches for case in batch]
    rivals = Rivals(cases, insecure_services)
    for case in cases:
        case.rivals = rivals
    reviewer = _Reviewer(cases, suggest_ports, limits)
    reviews: list[Review] = []
    for entry, batch, own in batches:
        start(f"while checking {entry.path}")
        with _reported(entry):
            reviews += reviewer.reviews(entry, batch, own)
    if registry is not None:
        inputs.append(compared_input(registry, limits))
    report = Report(inputs, {rule.code: rule for rule in selection.running})
    report.command = "request"
    report.requests = reviews
    return ReviewedRequests(report, cases)


@contextmanager
def _reported(entry: Input) -> Iterator[None]:
    """Set the error of a file that cannot be used, or whose time or memory runs out."""
    try:
        yield
    except Unusable as error:
        entry.error = str(error)
    except OutOfTime:
        entry.error = f"{entry.path}: {expired()}"
    except MemoryError:
        entry.error = f"{entry.path}: not enough memory"


def _read(
    entry: Input, source: Source, registry: Registry | None, selection: Selection
) -> RequestBatch:
    file = read_requests(source)
    entry.form = file.form
    entry.has_iana = file.has_iana
    entry.data = source.data
    document = RequestDocument(source.path, source.data, file.identity)
    cases = [Case(request, document, registry) for request in file.requests]
    batch = RequestBatch(document, cases, file.unread)
    entry.requests = len(batch)
    if batch.all:
        needing = [rule for rule in selection.running if registry is None and rule.needs]
        entry.not_run = [NotRun(rule.code, _NO_REGISTRY) for rule in needing]
        entry.require_run(selection)
    return batch


def _by_case(cases: Sequence[Case], findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each case: those whose subject is the very object of the case.

    RQ082 is about the file, and has the subject of no case.
    """
    by_subject: dict[int, list[Finding]] = {id(case.subject): [] for case in cases}
    for finding in findings:
        by_subject.setdefault(id(finding.subject), []).append(finding)
    return [by_subject[id(case.subject)] for case in cases]


def _result(
    entry: Input, case: Case, findings: Sequence[Finding], unselected: Sequence[Finding]
) -> Review:
    """The findings on a request.

    There is no verdict beside errors of rules that are `unselected`, or that are not listed.
    """
    result = Review(entry.path, case.parsed.index, case.name or None, case.subject)
    result.findings = list(findings)
    result.kind = case.parsed.kind
    result.request = known_values(case.parsed)
    codes = ", ".join(sorted({finding.code for finding in unselected}))
    result.doubt = f"not selected, but would report an error: {codes}" if codes else ""
    if any(cut.fails() for cut in entry.cut):
        result.doubt = "more errors in this file than --max-findings lists"
    return result


class _Reviewer:
    """Reviews requests; none is offered what another one of the run requests or is offered."""

    def __init__(self, cases: Sequence[Case], suggest_ports: int | None, limits: Limits) -> None:
        self.context = RunContext("", "", limits)  # no RQ rule looks at dates
        self.suggest_ports = suggest_ports
        # The names, in lower case, and ports that are no longer offered.
        self.names = {case.key for case in cases if case.key}
        self.ports = {case.port for case in cases if case.port is not None}

    def reviews(self, entry: Input, batch: RequestBatch, selection: Selection) -> list[Review]:
        """Check the requests of a file; without all rules there is no verdict on any."""
        judge(entry, batch.document, batch, selection, self.context)
        if entry.error is not None:
            return []
        unselected = self.unselected_errors(entry, batch, selection)
        doing("while looking for free names and ports")
        by_case = zip(batch.all, _by_case(batch.all, entry.findings), unselected, strict=True)
        return [
            self.review(_result(entry, case, findings, errors), case)
            for case, findings, errors in by_case
        ]

    def unselected_errors(
        self, entry: Input, batch: RequestBatch, selection: Selection
    ) -> list[list[Finding]]:
        """The errors of each case that rules would report which are not selected.

        The rules are in `not_run`.
        """
        skipped = {rule.code for rule in entry.not_run}
        others = _unselected_rules(selection)
        unselected = Input(entry.path)
        if others:
            rest = Selection(catalogue.rules("request"), select=others)
            if not any(case.is_compared for case in batch.all):
                rest = rest.among({rule.code for rule in rest.running if not rule.needs})
            judge(unselected, batch.document, batch, rest.among(others), self.context)
        entry.faults += unselected.faults
        by_case = _by_case(batch.all, unselected.findings)
        codes = {finding.code for findings in by_case for finding in findings} - skipped
        entry.not_run += [NotRun(code, _UNSELECTED) for code in sorted(codes)]
        return by_case

    def review(self, result: Review, case: Case) -> Review:
        """Add to the findings on a request its procedure, and what is free in its place."""
        if result.kind != "request":
            result.procedure = None
            result.changes = field_changes(case)
            return result
        result.procedure, result.why = _procedure(case)
        if case.is_compared and reading_gaps(case.registry):
            # What looks free may be in the part that was not read.
            result.doubt = _PART_OF_REGISTRY
            return result
        codes = {finding.code for finding in result.findings}
        if codes & _RULES_ON_NAMES and case.name and not _is_own_name(case):
            result.service_names = suggested_names(
                case.name,
                case.registry,
                texts=_texts_for_names(case),
                discovery="RQ015" in codes,
                excluded=self.names,
            )
            self.names.update(result.service_names)
        result.port_numbers = _suggested_ports(case, codes, self.suggest_ports, self.ports)
        self.ports.update(suggestion.port for suggestion in result.port_numbers)
        return result


def _unselected_rules(selection: Selection) -> list[str]:
    """The rules that report errors by default and do not run."""
    running = {rule.code for rule in selection.running}
    return [
        code
        for code, rule in catalogue.rules("request").items()
        if code not in running and rule.is_default and selection.severity[code] == "error"
    ]


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
    needs_port = bool(codes & _RULES_ON_PORTS) or case.any_port_of is not None
    if count is None:
        count = _DEFAULT_PORTS if needs_port else 0
    is_about_port = needs_port or case.port is not None or _RULE_ON_RANGES in codes
    if not (count and is_about_port and case.is_compared):
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
