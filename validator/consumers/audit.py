"""Audits a file made from the registry: runs the rules of family CS and sums up the fates."""

from __future__ import annotations

import re

from validator.budget import within
from validator.consumers.case import AuditCase, PrivateRules
from validator.consumers.claims import Claims, Former
from validator.consumers.entry import ConsumerFile
from validator.consumers.port_cells import place_parts
from validator.engine.examine import judge
from validator.engine.finding import NotRun
from validator.engine.report import Input, Report
from validator.errors import Unusable, suggestion, wrong_type
from validator.model.registry import Registry
from validator.model.values import port_range
from validator.model.vocabulary import TRANSPORT_PROTOCOLS
from validator.rules.usable import compared_input, require_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from validator.consumers.entry import Kind
    from validator.engine.rule import RunContext, Severity
    from validator.engine.selection import Selection
    from validator.limits import Limits

# Why a rule does not run; a rule that has nothing to look at in this form is not mentioned.
_REASONS = {
    "registry": "no registry was named (--registry)",
    "full": "this file does not hold every record (--full)",
}


_LONGEST_EXPECTATION = 100
# How a summary speaks of entries of each fate.
_FATE_WORDS = {
    "foreign-transport": "with another system's transport",
    "range-grown": "beyond their range",
    "historic": "with a historic name",
    "historic-alone": "with a historic name alone",
    "respelled": "spelled otherwise",
    "truncated": "cut",
    "alias-only": "registered under an alias",
    "range-member": "in a registered range",
    "former": "with a former name",
    "other-name": "on another service's port",
    "other-transport": "on another transport",
    "released": "on a released port",
    "moved": "registered with another port",
    "without-port": "registered without a port",
    "dynamic": "on a Dynamic Port",
    "reserved": "on a Reserved port",
    "own": "on their own port",
    "assigned": "on a port that IANA assigned",
    "system": "on a free System Port",
    "assigned-elsewhere": "assigned on another transport",
    "free": "free",
}
# What a file is, by its form.
FORM_WORDS = {
    "services": "services(5)", "nmap": "nmap-services", "wireshark": "Wireshark's services",
    "private": "private list",
}  # fmt: skip


def form_phrase(kind: Kind) -> str:
    """Say in a sentence what a file of a form is."""
    return f"a {FORM_WORDS[kind]}" if kind == "private" else FORM_WORDS[kind]


class Audit:
    """The sum of an audit: how many entries and records had which fate.

    `record_fates` is None for a file that holds a choice of records, `coverage`, `record_fates` and
    `age` for a private list and where no registry was named.
    """

    __slots__ = ("case",)

    def __init__(self, case: AuditCase) -> None:
        self.case = case

    def to_dict(self) -> dict[str, Any]:
        case, comparison = self.case, self.case.comparison
        claims = case.claims
        dump = None if claims is None else claims.registry.dump
        is_full = comparison is not None and comparison.is_full
        return {
            "path": case.file.path,
            "kind": case.file.kind,
            "full": is_full,
            "coverage": None if comparison is None else round(comparison.coverage, 4),
            "entries": len(case.file.entries),
            "registry": None if dump is None else {"path": dump.path, "updated": dump.updated},
            "entry_fates": self.entry_fates(),
            "record_fates": _counts(comparison.record_fates) if comparison and is_full else None,
            "age": None if comparison is None else comparison.age._asdict(),
        }

    @property
    def form(self) -> str:
        """What the file is, in words."""
        return FORM_WORDS[self.case.file.kind]

    def sentence(self) -> str:
        """Return what the file is and what became of its entries, for people."""
        case, comparison = self.case, self.case.comparison
        count = len(case.file.entries)
        text = f"{self.form}, {count:,} {'entry' if count == 1 else 'entries'}"
        fates = self.fate_phrase()
        if fates:
            text += f": {fates}"
        if comparison is not None:
            size = "a full list" if comparison.is_full else "a subset"
            text += f"; {size} ({comparison.coverage:.0%} of the registry's ports)"
            if comparison.age.newest:
                text += f"; newest registration {comparison.age.newest}"
        return text

    def fate_phrase(self) -> str:
        """Return how many entries had each fate, in words; empty without a registry."""
        fates = self.entry_fates() or {}
        return ", ".join([f"{n:,} {_FATE_WORDS.get(fate, fate)}" for fate, n in fates.items()])

    def entry_fates(self) -> dict[str, int] | None:
        """How many entries had each fate, the most frequent first; None without a registry."""
        case = self.case
        if case.claims is None:
            return None
        return _counts(fate for _, fate in entry_fates(case))


def entry_fates(case: AuditCase) -> Iterator[tuple[Any, str]]:
    """Yield each entry and its fate."""
    if case.comparison is not None:
        yield from zip(case.file.entries, case.comparison.entry_fates, strict=True)
        return
    from validator.consumers.rules.private import private_fates

    yield from zip(case.file.entries, private_fates(case), strict=True)


def _counts(fates: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for fate in fates:
        counts[fate] = counts.get(fate, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def examine_case(case: AuditCase, selection: Selection, context: RunContext) -> Input:
    """Run the selected rules over a case and return what they find, as an input of a report."""
    file = case.file
    entry = Input(file.path)
    entry.form = file.kind
    entry.kind = file.kind
    entry.data = file.data
    entry.records = len(file.entries)
    entry.facts = Audit(case).sentence()
    carried = case.carries
    applicable = []
    for rule in selection.running:
        lacking = [need for need in rule.needs if need not in carried]
        # Rules for another form are not mentioned: that they do not run is no news.
        if lacking and not {"lines", "private"} & set(lacking) and lacking[0] in _REASONS:
            entry.not_run.append(NotRun(rule.code, _REASONS[lacking[0]]))
        if not lacking:
            applicable.append(rule.code)
    if case.expected and file.kind == "private":
        entry.not_run.append(NotRun("CS304", "a private list answers no names (expect)"))
    entry.applied = applicable
    judge(entry, file, case, selection.among(applicable), context)
    entry.require_run(selection, applicable)
    return entry


def require_earlier(previous: ConsumerFile, file: ConsumerFile) -> ConsumerFile:
    """Return the earlier version of a file.

    Raises `Unusable` where it has no entries or was not read to its end, and for a private list.
    """
    if file.kind == "private":
        raise Unusable(
            f"{previous.path}: {file.path} is a private list, which answers no names:"
            " --previous is for services(5) and its kin"
        )
    if not previous.is_whole:
        raise Unusable(
            f"{previous.path}: the earlier version of {file.path} is not read completely"
        )
    if not previous.entries:
        raise Unusable(f"{previous.path}: no entries in the earlier version of {file.path}")
    if previous.kind == "private":
        raise Unusable(
            f"{previous.path}: expected {form_phrase(file.kind)} as {file.path} is,"
            f" found {form_phrase(previous.kind)}"
        )
    return previous


def registry_input(registry: Registry) -> Input:
    """Return a dump that files were compared with as an input of the report."""
    entry = compared_input(registry)
    entry.kind = "registry"
    return entry


def _require_arguments(file: object, previous: object, dumps: Sequence[object]) -> None:
    """Raise `TypeError` or `Unusable` for what no file can be compared with."""
    for name, value in (("file", file), ("previous", previous)):
        if not isinstance(value, ConsumerFile) and (name == "file" or value is not None):
            raise wrong_type(name, "what read_consumer returns", value)
    for dump in dumps:
        if not isinstance(dump, Registry):
            raise wrong_type("registry", "a Registry, as read_registry returns it", dump)
        require_usable(dump)
    if isinstance(file, ConsumerFile) and isinstance(previous, ConsumerFile):
        require_earlier(previous, file)


def audit(
    file: ConsumerFile,
    registry: Registry | None = None,
    *,
    history: Iterable[Registry] = (),
    previous: ConsumerFile | None = None,
    full: bool | None = None,
    expect: Sequence[str] = (),
    max_age: int | None = None,
    private: PrivateRules | None = None,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity] | None = None,
    today: str | None = None,
    limits: Limits | None = None,
    max_time: float | None = None,
) -> Report:
    """Audit a file that was made from the registry, or is kept beside it.

    `history` are older registries, `previous` is the earlier version of the file.  `full` says
    whether the file means to hold every record (by default it is found out), `expect` has words
    that it must answer ("whois/tcp", "submission/tcp=587"), `max_age` days after which an old file
    is a warning.  `select`, `ignore`, `severity`, `today` and `max_time` are as in `check`.

    Returns a report with one input and, in `audits`, its sum; there is none where the time ended
    before the rules ran.  Raises `UnknownSelector` (a
    ValueError) for an unknown rule, ValueError for a malformed word of `expect`, and `Unusable` for
    a registry without records, without the columns of names or ports, or another one, and for an
    earlier version without entries or of another kind.
    """
    from validator.api import run_context
    from validator.engine.selection import Selection
    from validator.limits import LIMITS
    from validator.rules.catalogue import rules

    older = [*history]
    dumps = older if registry is None else [registry, *older]
    _require_arguments(file, previous, dumps)
    selection = Selection(rules("consumer"), select, ignore, severity)
    expected = [parse_expected(word) for word in expect]
    context = run_context(today, limits=limits or LIMITS)

    def work() -> tuple[Input, list[Audit]]:
        case = AuditCase(
            file,
            None if registry is None else Claims(registry),
            Former(older), previous=previous, is_full=full,
            expected=expected, max_age=max_age, private=private,
        )  # fmt: skip
        return examine_case(case, selection, context), [Audit(case)]

    try:
        entry, audits = within(max_time, f"while auditing {file.path}", work)
    except TimeoutError as error:
        entry, audits = Input.unusable(file.path, f"{file.path}: {error}"), []
    report = Report([entry])
    report.inputs += [registry_input(dump) for dump in dumps]
    report.rules = {rule.code: rule for rule in selection.running}
    report.command = "audit"
    report.audits = audits
    return report


def parse_expected(text: str) -> tuple[str, str, int | None]:
    """Return word, transport and port of `whois/tcp` or `submission/tcp=587`.

    Raises ValueError for another text.
    """
    place, equals, port = text.partition("=")
    word, _, transport = place.rpartition("/")
    is_port = not equals or (port_range(port) is not None and port.isdigit())
    if not word or transport not in TRANSPORT_PROTOCOLS or not is_port:
        hint = suggestion(_intended_expectation(text))
        raise ValueError(f'expected NAME/TRANSPORT or NAME/TRANSPORT=PORT, found "{text}"{hint}')
    return word, transport, int(port) if equals else None


def _intended_expectation(text: str) -> str | None:
    """Return what was meant by a name, a transport and perhaps a port in another form."""
    # Who writes 0587 means 587.
    parts = [part.lstrip("0") for part in re.split("[/=: ]", text[:_LONGEST_EXPECTATION])]
    names, ports, transports = place_parts(parts)
    if len(names) != 1 or len(transports) != 1 or len(ports) > 1:
        return None
    if not all(map(str.isdecimal, ports)) or names[0].isdecimal():
        return None
    return "=".join([f"{names[0]}/{transports[0]}", *ports])
