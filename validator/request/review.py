"""Requests held against the rules and a registry: verdict, procedure, findings, suggestions."""

from __future__ import annotations

from validator.engine.examine import described, judge
from validator.engine.report import Input, NotRun, Report, Review
from validator.engine.rule import RunContext
from validator.limits import LIMITS
from validator.readers.source import Unusable
from validator.request.case import Case
from validator.request.document import RequestDocument
from validator.request.reading import read_requests
from validator.request.standing import existing, port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validator.engine.report import Finding, Procedure
    from validator.engine.selection import Selection
    from validator.limits import Limits
    from validator.model.registry import Registry
    from validator.readers.source import Source

# What of a request other numbers and names are suggested for.
_OF_NAME = frozenset(("RQ010", "RQ011", "RQ013", "RQ014", "RQ015", "RQ016", "RQ044", "RQ079"))
_OF_PORT = frozenset(("RQ021", "RQ022", "RQ023", "RQ024", "RQ025", "RQ029", "RQ030"))
_PORTS_UNASKED = 3
_MANY_CODES = 5
_NOTHING = "no registry was given to compare with"


class Reviewed:
    """What `review` returns: the report, and the values of each request, for those who show it."""

    __slots__ = ("cases", "report")

    def __init__(self, report: Report, cases: Sequence[Case]) -> None:
        self.report = report
        self.cases = cases


def review(
    sources: Iterable[Source | Input],
    registry: Registry | None,
    selection: Selection,
    suggest_ports: int | None = None,
    limits: Limits = LIMITS,
) -> Reviewed:
    """Review the requests of `sources`; an `Input` among them stands for one that is unusable.

    `suggest_ports` is how many free ports are suggested to each request with a port, `None` for
    a few where the one it asks for is not to be had.  Of `limits` those of findings and matches
    count here: the others are those of each source.
    """
    given = RunContext("", "", limits)  # no rule of the family asks for the day
    not_run = [
        NotRun(rule.code, _NOTHING) for rule in selection.running if registry is None and rule.needs
    ]
    inputs: list[Input] = []
    held: list[tuple[Input, RequestDocument, list[Case]]] = []
    for source in sources:
        if isinstance(source, Input):
            inputs.append(source)
            continue
        entry = Input(source.path)
        inputs.append(entry)
        try:
            form, raws = read_requests(source)
        except Unusable as error:
            entry.error = str(error)
            continue
        document = RequestDocument(source.path, source.data, form)
        entry.form = form
        entry.data = source.data
        entry.requests = len(raws)
        entry.not_run = not_run
        held.append((entry, document, [Case(raw, document, registry) for raw in raws]))
    cases = [case for _, _, group in held for case in group]
    _tell_of_rivals(cases)
    reviews: list[Review] = []
    for entry, document, group in held:
        judge(entry, document, group, selection, given)
        for case, findings in zip(group, _by_case(group, entry.findings), strict=True):
            reviews.append(_reviewed(entry.path, case, findings, suggest_ports))
    if registry is not None:
        inputs.append(described(registry))
    report = Report(inputs, {rule.code: rule for rule in selection.running})
    report.requests = reviews
    return Reviewed(report, cases)


def _tell_of_rivals(cases: Sequence[Case]) -> None:
    """Tell each case of the others that ask for its name or a part of it, or for its port."""
    by_key: dict[str, list[Case]] = {}
    by_port: dict[int, list[Case]] = {}
    for case in cases:
        if case.key:
            by_key.setdefault(case.key, []).append(case)
        if case.port is not None:
            by_port.setdefault(case.port, []).append(case)
    for case in cases:
        found = {id(other): other for other in by_key.get(case.key, ())}
        if case.port is not None:
            found.update((id(other), other) for other in by_port[case.port])
        for length in range(1, len(case.key) if case.is_well_formed else 0):
            for base in (case.key[:length].rstrip("-"), case.key[length:].lstrip("-")):
                found.update((id(other), other) for other in by_key.get(base, ()))
        found.pop(id(case), None)
        case.rivals = list(found.values())


def _by_case(cases: Sequence[Case], findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each case: those that are about its subject, the very one."""
    found: dict[int, list[Finding]] = {id(case.subject): [] for case in cases}
    for finding in findings:
        found[id(finding.subject)].append(finding)
    return list(found.values())


def _reviewed(
    path: str, case: Case, findings: Sequence[Finding], suggest_ports: int | None
) -> Review:
    procedure, why = _procedure(case)
    found = Review(path, case.raw.index, case.name or None, case.subject)
    found.findings = list(findings)
    found.procedure, found.why = procedure, why
    codes = {finding.code for finding in findings}
    held = existing(case)
    is_own = held.kind == "taken" and any(case.is_assignee(entry.record) for entry in held.entries)
    if codes & _OF_NAME and case.name and not is_own:
        from validator.request.suggestions import suggested_names

        found.service_names = suggested_names(case.name, case.registry)
    wants = case.port is not None or case.wanted is not None or bool(codes & {"RQ026"})
    count = suggest_ports
    if count is None:
        count = _PORTS_UNASKED if codes & _OF_PORT or case.wanted is not None else 0
    if count and case.registry is not None and (wants or codes & _OF_PORT):
        from validator.request.suggestions import suggested_ports

        found.port_numbers = suggested_ports(
            case.registry,
            count,
            near=case.port,
            name=case.name or None,
            range_name="System" if case.range_name == "System" and case.is_ietf else "User",
        )
    return found


def _procedure(case: Case) -> tuple[Procedure, str]:
    """By which procedure the request is decided, and why (Sections 7.2, 8.1, 8.1.1, 8.1.2)."""
    if not case.asks_for_port:
        if len(case.service_codes) > _MANY_CODES:
            return "Expert Review", "more than five DCCP service codes are asked for (10.3.1)"
        return "First Come First Served", "a service name without a port is asked for (8.1.1)"
    is_addition = existing(case).kind in ("addition", "addition by other")
    found = port(case)
    if is_addition and case.range_name != "System":
        return "Expert Review", "a transport protocol is added to an assignment (8.1)"
    if found.is_reserved:
        return "Standards Action", (
            f"port {case.port} is Reserved: Standards Action or IESG Approval (8.1)"
        )
    if case.range_name == "System":
        return "IETF Review or IESG Approval", "a System Port is asked for (8.1.2)"
    if case.is_ietf:
        return "IETF Review or IESG Approval", (
            "an RFC of the IETF stream asks for a User Port (8.1.2)"
        )
    return "Expert Review", "a User Port is asked for (8.1.1)"
