"""Whether a dump that others are compared with can be relied on.

What holds for `check` holds for every dump that a command reads: one that says nothing is not used,
and what could not be read of one is in the report.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from validator.engine.examine import described, examine
from validator.engine.finding import Truncation
from validator.engine.report import Input
from validator.engine.rule import RunContext
from validator.engine.selection import Selection, is_other_registry, skipped_rules
from validator.errors import Unusable, nearest
from validator.limits import LIMITS
from validator.model.record import KEY_FIELDS, LONE_PAGE
from validator.model.registry import cached_index
from validator.model.vocabulary import (
    COLUMN_HEADINGS,
    REGISTRY_ID,
    TRANSPORT_PROTOCOLS,
    fold,
    fold_heading,
    quoted,
)
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from validator.engine.finding import Finding
    from validator.limits import Limits
    from validator.model.record import Defect
    from validator.model.registry import Registry

# Without these columns nothing can be compared with a table.
_NEEDED = ("service_name", "port_number")
# What is not of the registry: a document type, the root of another document.
_FOREIGN = ("FM010", "MD005")
_LONGEST_WORD = 80
_REGISTRY_HEADINGS = frozenset(map(fold_heading, COLUMN_HEADINGS))
# An unknown attribute hides no name, port or transport.
_HARMLESS = ("FM007",)
# The rules on ports and transports that cannot be read.
_VALUE_RULES = ("PN001", "PN002", "PN003", "TP001", "TP002")


def require_usable(registry: Registry) -> Registry:
    """Return `registry`.

    Raises `Unusable` where it is another registry, has no record, or lacks the column of names or
    that of ports.
    """
    dump = registry.dump
    if is_other_registry(registry):
        raise Unusable(
            f"{dump.path}: expected the registry {quoted(REGISTRY_ID)}, found"
            f" {quoted(dump.registry_id or '')}"
        )
    missing = {defect.field for defect in dump.defects if defect.code == "FM004"}
    headings = {field: heading for heading, field in reversed(COLUMN_HEADINGS.items())}
    for field in _NEEDED:
        if field in missing:
            raise Unusable(f"{dump.path}: no column {quoted(headings[field])}{dump.doubt}")
    if not dump.records:
        raise Unusable(f"{dump.path}: the dump has no records{dump.doubt}")
    return registry


def require_run(selection: Selection, registry: Registry) -> None:
    """Raise `Unusable` where none of the rules of `selection` could run on a dump."""
    entry = Input(registry.dump.path)
    entry.not_run = list(skipped_rules(selection, [registry]))
    entry.require_run(selection)
    if entry.error is not None:
        raise Unusable(entry.error)


class ReadingGaps:
    """What of the records of a dump was not read: a record, or its name, port or transport.

    Whatever looks free in such a dump may be assigned.  `defects` are those of the file, and
    `values` the texts of ports and transports that mean none, by field.
    """

    def __init__(self, registry: Registry) -> None:
        self.values: dict[str, list[str]] = {
            "port_number": [n for n, ports in registry.port_ranges.items() if n and ports is None],
            "transport_protocol": [
                word
                for word in registry.column("transport_protocol").texts
                if word and fold(word.strip()) not in TRANSPORT_PROTOCOLS
            ],
        }
        self._damaged = _damaged_places(registry)
        self._data = registry.dump.data
        self._all = registry.dump.defects
        # Of each code with defects that are only counted, the last one that is listed.
        self._unlisted = {d.code: d for d in self._all if d.code in self._all.left_out}
        hiding = [d for code, d in self._unlisted.items() if code not in _HARMLESS]
        self.defects = [d for d in self._all if self._is_gap(d) or d in hiding]
        self._places = _places(self.defects)
        # Lines that may belong to either of two records: they have no name, port or transport.
        self.doubts = [defect for defect in self._all if defect.is_doubt]

    def __bool__(self) -> bool:
        return bool(self.defects or any(self.values.values()))

    def _is_gap(self, defect: Defect) -> bool:
        """Whether a record, a name, a port or a transport may be missing because of a defect."""
        at = defect.offset
        if defect.code == "FM005":
            return at >= len(self._data) or at in self._damaged
        return defect.hides_key

    @cached_property
    def unread(self) -> list[Defect]:
        """The defects that hide anything of the registry: descriptions and contacts, too."""
        gaps = set(map(id, self.defects))
        return [
            defect
            for defect in self._all
            if id(defect) in gaps
            or defect is self._unlisted.get(defect.code)
            or not (defect.is_doubt or self._is_foreign(defect))
        ]

    def _is_foreign(self, defect: Defect) -> bool:
        """Whether a defect is about a column, element or declaration that no registry has.

        What is only misspelled is of the registry.
        """
        if defect.code in ("FM006", "FM007"):
            from validator.readers.xml_content import registry_words

            word = defect.value if defect.code == "FM006" else self._attribute(defect.offset)
            return nearest(word or "", registry_words()) is None
        if defect.code == "FM003":
            return fold_heading(defect.value or "") not in _REGISTRY_HEADINGS
        return defect.code in _FOREIGN

    def _attribute(self, offset: int) -> str:
        """The name of the attribute whose value is at `offset`."""
        name = self._data[max(offset - _LONGEST_WORD, 0) : offset].rpartition(b"=")[0].split()[-1:]
        return b"".join(name).decode("utf-8", "replace")

    @property
    def reported(self) -> list[Defect]:
        """What the report on a registry that is compared with says of it."""
        return [*self.defects, *self.doubts]

    @property
    def messages(self) -> list[str]:
        """A sentence about each."""
        return [*map(self._message, self.defects), *self.value_messages]

    def _message(self, defect: Defect) -> str:
        if defect is not self._unlisted.get(defect.code):
            return defect.message
        return f"{defect.message} (and {self._all.left_out[defect.code]:,} more)"

    @property
    def value_messages(self) -> list[str]:
        """A sentence about each port and transport that means none."""
        headings = {field: heading for heading, field in reversed(COLUMN_HEADINGS.items())}
        is_damaged = any(defect.code == "FM005" for defect in self.defects)
        return [
            f"{headings[field].lower()} {quoted(text)} cannot be read"
            for field, texts in self.values.items()
            for text in texts
            if not (is_damaged and "\ufffd" in text)
        ]

    def includes(self, finding: Finding) -> bool:
        """Whether a finding is about something that was not read."""
        if finding.code == "TP002":  # a transport in capitals can be read
            return not (finding.value or "").strip()
        is_of_value = finding.code in _VALUE_RULES
        return is_of_value or (finding.code, finding.location.offset) in self._places


def _damaged_places(registry: Registry) -> set[int]:
    """The places of bad bytes in names, ports and transports."""
    data = registry.dump.data
    damaged = "\ufffd".encode()
    places: set[int] = set()
    for field in KEY_FIELDS:
        texts = [text for text in registry.column(field).texts if text and "\ufffd" in text]
        for record, text in registry.records_with(field, texts):
            at = registry.dump.locate(record, field, None)
            for _ in range(text.count("\ufffd")):
                at = data.find(damaged, at)
                if at < 0:  # written as a reference
                    break
                places.add(at)
                at += len(damaged)
    return places


@cached_index
def reading_gaps(registry: Registry) -> ReadingGaps:
    return ReadingGaps(registry)


def compared_input(registry: Registry, limits: Limits = LIMITS) -> Input:
    """Return a dump that is only compared with as an input of a report.

    Its findings are those of `check` about what was not read of it, and they are errors in any
    case: what was not there could not be compared.  Of the lines that may belong to either of two
    records, the first is a warning.
    """
    gaps = reading_gaps(registry)
    doubts = len(gaps.doubts)
    codes = {defect.code for defect in gaps.defects}
    codes.update(_VALUE_RULES if any(gaps.values.values()) else ())
    codes.update(["FM002"] if doubts else ())

    def is_doubtful(finding: Finding) -> bool:
        return finding.code == "FM002" and finding.severity == "warning"

    entry = _examined(registry, codes, lambda f: gaps.includes(f) or is_doubtful(f), limits)
    entry.applied = ()
    doubtful = [finding for finding in entry.findings if is_doubtful(finding)][:1]
    entry.findings = [finding for finding in entry.findings if gaps.includes(finding)]
    for finding in entry.findings:
        _make_gap(finding)
    for finding in doubtful:
        finding.message += f" (and {doubts - 1:,} more)" if doubts > 1 else ""
    entry.findings += doubtful
    return entry


def _examined(
    registry: Registry, codes: Iterable[str], includes: Callable[[Finding], bool], limits: Limits
) -> Input:
    """Return a dump as an input with what the rules `codes` find and `includes` accepts.

    Only that counts for the limit of findings: others must not displace an error.
    """
    if not codes:
        return described(registry)
    selection = Selection(catalogue.rules("registry"), select=sorted(codes))
    entry = examine(registry, selection, RunContext("", "", LIMITS))
    entry.not_run = []
    counts = Counter[str]()
    findings: list[Finding] = []
    for finding in filter(includes, entry.findings):
        counts[finding.code] += 1
        if counts[finding.code] <= limits.findings:
            findings.append(finding)
    entry.findings = findings
    more = {cut.code: cut.found - cut.listed for cut in entry.cut}
    entry.cut = [
        Truncation(code, min(count, limits.findings), count + more.get(code, 0))
        for code, count in counts.items()
        if count > limits.findings or code in more
    ]
    return entry


def gap_findings(registry: Registry) -> list[Finding]:
    """Return the findings about what was not read of the records of a dump."""
    return [finding for finding in compared_input(registry).findings if finding.severity == "error"]


def reading_faults_of(registry: Registry, limits: Limits = LIMITS) -> Input:
    """Return a dump, every value of which is compared, as an input with the faults of its reading.

    What was not read of the registry is an error in any case; what is not of the registry has the
    severity of its rule.  A port or transport that means none is compared like others.
    """
    errors = [defect for defect in registry.dump.defects if not defect.is_doubt]
    places = _places(errors)
    entry = _examined(registry, {code for code, _ in places}, _is_at(places), limits)
    unread = _places(reading_gaps(registry).unread) if errors else set()
    for finding in entry.findings:
        if (finding.code, finding.location.offset) in unread:
            _make_gap(finding)
    return entry


def unread_findings(registry: Registry, limits: Limits = LIMITS) -> list[Finding]:
    """Return the findings about what was not read of the registry, any value of it, as errors.

    A port or transport that means none is one: no rule knows what became of it.
    """
    gaps = reading_gaps(registry)
    places = _places(gaps.unread)
    codes = {code for code, _ in places}
    codes.update(_VALUE_RULES if any(gaps.values.values()) else ())
    is_unread = _is_at(places)
    findings = _examined(
        registry, codes, lambda f: is_unread(f) or gaps.includes(f), limits
    ).findings
    for finding in findings:
        finding.severity = "error"
        finding.is_gap = is_unread(finding)
    return findings


def let_accept_parts(findings: Iterable[Finding], lacking: Container[str]) -> None:
    """Let waivers and baselines accept what no comparison of two dumps misses.

    That is a column that none of the dumps has, with its field in `lacking`, and the other pages of
    a registry, which a page is not compared with.
    """
    for finding in findings:
        if finding.field == LONE_PAGE or (finding.code == "FM004" and finding.field in lacking):
            finding.is_gap = False


def _make_gap(finding: Finding) -> None:
    """Make a finding an error that nobody can accept: it hides what is compared."""
    finding.severity = "error"
    finding.is_gap = True


def _places(defects: Iterable[Defect]) -> set[tuple[str, int]]:
    return {(defect.code, defect.offset) for defect in defects}


def _is_at(places: Container[tuple[str, int]]) -> Callable[[Finding], bool]:
    return lambda finding: (finding.code, finding.location.offset) in places
