"""Runs rules over a registry and makes findings of their violations.

The engine adds what a rule does not know: severity, legacy, place and fingerprint.  A rule that
raises an exception becomes a fault; the others still report.
"""

from __future__ import annotations

from validator.budget import OutOfTime, doing
from validator.engine.finding import (
    Finding,
    Fingerprints,
    Location,
    NotRun,
    RelatedPlace,
    Truncation,
)
from validator.engine.report import Input
from validator.engine.selection import Selection, skipped_rules
from validator.model.pattern import allow
from validator.model.record import (
    Citation,
    Contact,
    Defect,
    Ports,
    Position,
    Record,
    breaks_off,
)
from validator.readers.source import DAMAGE_LIMIT, end_place, first_line_end, places, value_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol, TypeAlias

    from validator.engine.rule import Document, Related, Rule, RunContext, Severity, Violation
    from validator.model.registry import Registry

    # The offset of a violation, its rule, the violation, and the legacy record that it is about.
    Located: TypeAlias = tuple[int, Rule, Violation, Record | Contact | None]
    # The offset of a violation, the violation, and the finding that is made of it.
    Listed: TypeAlias = tuple[int, Violation, Finding]

    class Comparison(Protocol):
        """What rules look at that compare registries."""

        @property
        def registries(self) -> Sequence[Registry]:
            """The registries that must all carry what a rule needs."""


# Why a finding about reading is suppressed whose rule does not count.
_IGNORED = "the rule is ignored"
_REPLACEMENT = "\ufffd".encode()
# The fields that identify a record or contact, the first that has a value.
_IDENTIFYING = ("service_name", "port_number", "contact_id")
# Enough of a name, number or id to recognize it in a report.
_LONGEST_IDENTITY = 1000


def examine(
    registry: Registry,
    selection: Selection,
    context: RunContext,
    comparison: Comparison | None = None,
) -> Input:
    """Run the rules of `selection` over `registry` and return its findings, in order.

    Rules that compare registries look at the `comparison` instead, and find in `registry`.
    """
    entry = described(registry)
    entry.data = registry.dump.data
    compared = [registry] if comparison is None else comparison.registries
    entry.not_run = list(skipped_rules(selection, compared))
    subject = registry if comparison is None else comparison
    judge(entry, registry.dump, subject, selection, context, registry)
    if registry.dump.defects.left_out:
        _count_left_out(entry, registry.dump.defects.left_out)
    return entry


def described(registry: Registry) -> Input:
    """Return `registry` as an input without findings."""
    dump = registry.dump
    entry = Input(dump.path)
    entry.form = dump.form
    entry.updated = dump.updated
    entry.records = len(dump.records)
    entry.contacts = len(dump.contacts)
    entry.whole = registry.is_whole
    entry.breaks_off = breaks_off(dump)
    return entry


def _count_left_out(entry: Input, left_out: Mapping[str, int]) -> None:
    """Add to the counts of `entry` the defects that the reader did not list."""
    cuts = {cut.code: cut for cut in entry.cut}
    for code, count in left_out.items():
        if code in cuts:
            cuts[code].found += count
        elif findings := [finding for finding in entry.findings if finding.code == code]:
            unlisted = {(f.severity, f.legacy) for f in findings if f.status == "open"}
            entry.cut.append(Truncation(code, len(findings), len(findings) + count, unlisted))


def judge(
    entry: Input,
    document: Document,
    subject: object,
    selection: Selection,
    context: RunContext,
    registry: Registry | None = None,
) -> None:
    """Run the rules of `selection` on `subject` and add what they find in `document` to `entry`.

    The rules in `entry.not_run` do not run.  A rule that raises an exception is a fault of `entry`.
    This is the way for every document with places.  Where it is that of a `registry`, its old
    records have legacy findings.
    """
    former = doing("")
    previous = allow(context.limits.match)
    judgment = _Judgment(entry, document, selection, context, registry)
    try:
        located = judgment.violations(subject)
    finally:
        allow(previous)
    doing("while listing findings")
    for cut in entry.cut:
        if cut.code in selection.ignored:
            cut.unlisted.clear()
    located.sort(key=_rank)
    judgment.add_findings(located)
    doing(former)


def _rank(located: Located) -> tuple[bool, int, str]:
    """What could not be read comes first; then the order is that of the document."""
    offset, rule, _, _ = located
    return rule.family != "FM", offset, rule.code


class _Judgment:
    """A run of rules over one document."""

    def __init__(
        self,
        entry: Input,
        document: Document,
        selection: Selection,
        context: RunContext,
        registry: Registry | None,
    ) -> None:
        self.entry = entry
        self.document = document
        self.selection = selection
        self.context = context
        self.registry = registry
        self.skipped = {rule.code for rule in entry.not_run}
        self.bad_bytes = _bad_bytes(document)
        self.fingerprints = Fingerprints(document)
        # How many findings have a fingerprint so far.
        self.counts: dict[str, int] = {}
        # The findings that stand for all that are alike: in rule, severity, age and field.
        self.alike: dict[tuple[str, Severity, bool, str | None], Finding] = {}
        self.nowhere = Location(document.path, 0, 0, 0)

    def violations(self, subject: object) -> list[Located]:
        """The violations of all rules with their offsets: 0 for those that nothing lists."""
        progress = self.context.progress or _no_progress
        unmet = len(self.entry.not_run)
        located: list[Located] = []
        for rule in self.selection.running:
            if rule.code not in self.skipped:
                progress(rule.code)
                doing(f"in rule {rule.code}")
                self.run(rule, subject, located)
        _report_stopped(self.entry, self.entry.not_run[unmet:])
        progress("")
        return located

    def run(self, rule: Rule, subject: object, located: list[Located]) -> None:
        """Add the violations of one rule; those above the limit are only counted."""
        start = len(located)
        most = self.context.limits.findings
        locate, lists_legacy = self.document.locate, self.context.lists_legacy
        registry = self.registry if rule.since_rfc6335 else None
        more = 0
        counted: list[Finding] = []
        unlisted: set[tuple[Severity, bool]] = set()
        try:
            for number, violation in enumerate(self.violations_of(rule, subject)):
                legacy = None if registry is None else self.legacy_entry(registry, violation)
                if number >= most:
                    more += 1
                    unlisted.add((self.severity(rule, violation), legacy is not None))
                elif legacy is None or lists_legacy:
                    at = violation.start
                    item = violation.item if at is None else Position(at)
                    offset = locate(violation.subject, violation.field, item)
                    located.append((offset, rule, violation, legacy))
                else:
                    counted.append(self.counted(rule, violation, legacy))
        except (OutOfTime, MemoryError) as error:
            from validator.engine.faults import unfinished

            self.entry.not_run.append(unfinished(rule, error))
            more = 0
            del located[start:]
            counted.clear()
        except Exception as error:
            from validator.engine.faults import fault_of

            self.entry.faults.append(fault_of(rule, self.document, error, self.context.limits))
        self.entry.findings += counted
        if more:
            self.entry.cut.append(Truncation(rule.code, most, most + more, unlisted))

    def violations_of(self, rule: Rule, subject: object) -> Iterable[Violation]:
        """What a rule finds, as far as it is reported."""
        violations = rule.find(subject, self.context)
        if rule.code in self.selection.unselected:
            # Loaded here: most runs select no rules.
            from validator.engine.unselected import faults_of_reading

            violations = faults_of_reading(rule, violations, self.selection, self.skipped)
        if self.bad_bytes:
            violations = _readable(self.document, violations, self.bad_bytes)
        return violations

    def severity(self, rule: Rule, violation: Violation) -> Severity:
        """A violation's own severity, unless the run chose another for its rule."""
        chosen = self.selection.severity[rule.code]
        return violation.severity if violation.severity and chosen == rule.severity else chosen

    def legacy_entry(self, registry: Registry, violation: Violation) -> Record | Contact | None:
        """The legacy record or contact that a violation is about, if it is about one."""
        subject: object = violation.subject
        if isinstance(subject, Defect):
            subject = subject.about
        if isinstance(subject, (Record, Contact)):
            return subject if registry.is_legacy(subject, self.context.legacy_cutoff) else None
        return None

    def counted(self, rule: Rule, violation: Violation, legacy: Record | Contact) -> Finding:
        """Return the finding for a violation that is only counted: all alike have the same one.

        A registry has thousands of them, of which nobody sees more than how many there are.
        """
        severity, modified = self.severity(rule, violation), self.is_modified(legacy)
        field = violation.field or getattr(violation.subject, "field", None)
        key = rule.code, severity, modified, field
        finding = self.alike.get(key)
        if finding is None:
            finding = self.alike[key] = self.finding(rule, violation, legacy, {}, field, None, "")
        return finding

    def is_modified(self, legacy: Record | Contact | None) -> bool:
        """Whether a legacy record was modified since the cut-off."""
        if legacy is None or self.registry is None:
            return False
        return self.registry.is_modified_since(legacy, self.context.legacy_cutoff)

    def add_findings(self, located: list[Located]) -> None:
        """Make a finding of each violation.  There may be thousands: this is a hot loop."""
        listed: list[Listed] = []
        for offset, rule, violation, legacy in located:
            identity = violation.subject.subject
            subject, field, value = _content(violation)
            fingerprint = self.fingerprint(rule, identity, field, value, violation)
            if isinstance(subject, (Record, Contact)):
                identity = _shortened(identity)
            finding = self.finding(rule, violation, legacy, identity, field, value, fingerprint)
            listed.append((offset, violation, finding))
            self.entry.findings.append(finding)
        _add_places(self.document, listed)

    def finding(
        self,
        rule: Rule,
        violation: Violation,
        legacy: Record | Contact | None,
        identity: dict[str, str | None],
        field: str | None,
        value: str | None,
        fingerprint: str,
    ) -> Finding:
        """The finding that a violation is, still without its place."""
        finding = Finding(
            rule.code,
            rule.name,
            self.severity(rule, violation),
            legacy is not None,
            violation.message,
            violation.cites or rule.cites,
            field,
            value,
            identity,
            self.nowhere,
            (),
            fingerprint,
        )
        finding.modified = self.is_modified(legacy)
        if rule.is_about_reading:  # of a doubt, a line of either of two records, all was read
            finding.is_unread = not getattr(violation.subject, "is_doubt", False)
        if rule.code in self.selection.ignored:
            finding.status, finding.reason = "suppressed", _IGNORED
        return finding

    def fingerprint(
        self,
        rule: Rule,
        identity: dict[str, str | None],
        field: str | None,
        value: str | None,
        violation: Violation,
    ) -> str:
        """The fingerprint of a finding, with a number where others are the same."""
        word = self.fingerprints.of(rule, identity, field, value, violation)
        count = self.counts[word] = self.counts.get(word, 0) + 1
        return word if count == 1 else f"{word}#{count}"


def _no_progress(_code: str) -> None:
    pass


def _report_stopped(entry: Input, stopped: Sequence[NotRun]) -> None:
    """Make it the error of an input that rules ran out of time or memory."""
    if stopped:
        more = f" (and {len(stopped) - 1} more)" if len(stopped) > 1 else ""
        entry.error = f"{entry.path}: {stopped[0].reason}{more}"


def _bad_bytes(document: Document) -> frozenset[int]:
    """Where the reader put U+FFFD for bytes that are not of the document's encoding."""
    defects: Iterable[Defect] = getattr(document, "defects", ())
    offsets = (defect.offset for defect in defects if defect.code == "FM005")
    # The bytes themselves are there in a registry that was made with this fault.
    return frozenset(at for at in offsets if document.data[at : at + 1] >= b"\x80")


def _readable(
    document: Document, violations: Iterable[Violation], bad_bytes: frozenset[int]
) -> Iterator[Violation]:
    """Yield the violations whose values have no bad byte."""
    for violation in violations:
        if not _is_unreadable(document, violation, bad_bytes):
            yield violation


def _is_unreadable(document: Document, violation: Violation, bad_bytes: frozenset[int]) -> bool:
    """Whether the value of a violation has a bad byte, which FM005 reports.

    Of very many bad bytes, FM005 does not list those at the end.
    """
    subject: object = violation.subject
    if isinstance(subject, Defect):
        is_text = subject.code == "FM009" and not (subject.value or "").strip("\ufffd \t\r\n")
        return is_text and subject.offset in bad_bytes
    if "\ufffd" not in _words(violation):
        return False
    offset = document.locate(violation.subject, violation.field, violation.item)
    at = document.data.find(_REPLACEMENT, offset)
    if at < 0:
        at = min((bad for bad in bad_bytes if bad >= offset), default=at)
    return at in bad_bytes or (len(bad_bytes) >= DAMAGE_LIMIT and at > max(bad_bytes))


def _words(violation: Violation) -> str:
    """The value of a violation; of a citation all that it says."""
    item = violation.item
    if isinstance(item, Citation) and violation.value is None and violation.field is not None:
        return f"{item.data} {item.text}"
    return _content(violation)[2] or ""


def _content(violation: Violation) -> tuple[object, str | None, str | None]:
    """What a violation is about: a record or the like, the field, and the text of that."""
    subject: object = violation.subject
    field, value = violation.field, violation.value
    if isinstance(subject, Defect):
        field = field or subject.field
        value = value if value is not None else subject.value
        subject = subject.about
    if value is None and field is not None:
        value = _value(subject, field, violation.item)
    return subject, field, value


def _add_places(document: Document, listed: list[Listed]) -> None:
    """Give findings their place, with its end, and their related places."""
    location_of, related_of = _locations(document, listed)
    values: dict[int, str | None] = {}
    others: dict[tuple[int, str | None], Location] = {}
    for offset, violation, finding in listed:
        place, value = location_of[offset], finding.value
        if offset not in values:
            values[offset] = value
            _set_end(place, document, violation.subject, value, violation.item)
        elif values[offset] != value:
            # Another value that begins here, with an end of its own.
            if (offset, value) not in others:
                other = Location(place.path, place.line, place.column, offset)
                _set_end(other, document, violation.subject, value, violation.item)
                others[offset, value] = other
            place = others[offset, value]
        finding.location = place
        finding.related = related_of.get(id(violation), ())


def _set_end(
    place: Location, document: Document, subject: object, value: str | None, item: object
) -> None:
    """Set the end of `value` in a place, or else where the record there is identified.

    What is about ports that no record mentions is at the record that follows, whose tag or first
    line is marked.
    """
    offset = place.offset
    if isinstance(item, Citation) and value == item.data and value is not None:
        value = _as_written(item, document.data, offset)
    if isinstance(subject, Ports):
        place.end, value = first_line_end(document.data, offset), ""
    else:
        place.end = value_end(document.data, offset, value) if value else None
    if value is None or place.end is None:
        place.identity = _identity(document, subject, offset)
    elif place.end - offset == len(value) and "\n" not in value and "\r" not in value:
        place.end_line, place.end_column = place.line, place.column + len(value)
    else:
        place.end_line, place.end_column = end_place(
            document.data, offset, place.end, place.line, place.column
        )


def _as_written(citation: Citation, data: bytes, offset: int) -> str:
    """The data of a citation, or the words for it that the document has at `offset`."""
    texts = (citation.data or "", citation.display, citation.display.replace("RFC", "RFC ", 1))
    return next(
        (text for text in texts if data.startswith(text.encode("utf-8", "surrogatepass"), offset)),
        texts[0],
    )


def _identity(document: Document, subject: object, offset: int) -> int | None:
    """Where the record or contact at `offset` is identified, if that is on a later line."""
    if isinstance(subject, Defect):
        subject = subject.about
    if not isinstance(subject, (Record, Contact)) or subject.offset != offset:
        return None
    for field in _IDENTIFYING:
        if getattr(subject, field, None):
            at = document.locate(subject, field, None)
            data = document.data
            is_later = data.find(b"\n", offset, at) >= 0 or data.find(b"\r", offset, at) >= 0
            return at if is_later else None
    return None


def _locations(
    document: Document, listed: list[Listed]
) -> tuple[dict[int, Location], dict[int, list[RelatedPlace]]]:
    """The place of each offset, and the related places of the violations that have such, by id.

    Each document is searched for line ends once.
    """
    offsets = {id(document): (document, {offset for offset, _, _ in listed})}
    related: list[tuple[int, Related, Document, int]] = []
    for _, violation, _ in listed:
        for other in violation.related:
            owner = other.dump or document
            offset = owner.locate(other.subject, other.field, other.item)
            offsets.setdefault(id(owner), (owner, set()))[1].add(offset)
            related.append((id(violation), other, owner, offset))
    by_document = {key: locations(owner, group) for key, (owner, group) in offsets.items()}
    by_violation: dict[int, list[RelatedPlace]] = {}
    for violation_id, other, owner, offset in related:
        location = by_document[id(owner)][offset]
        subject = other.subject
        if other.field is not None and isinstance(subject, (Record, Contact)):
            place = Location(location.path, location.line, location.column, offset)
            value = _value(subject, other.field, other.item)
            _set_end(place, owner, subject, value, other.item)
            location = place
        related_place = RelatedPlace(other.message, location, _shortened(subject.subject))
        by_violation.setdefault(violation_id, []).append(related_place)
    return by_document[id(document)], by_violation


def locations(document: Document, offsets: set[int]) -> dict[int, Location]:
    """Return the place of each of `offsets`, in the file that has it where there are several."""
    ordered = sorted(offsets.union(start for start, _ in document.parts))
    by_offset: dict[int, Location] = {}
    path, lines_before = document.path, 0
    starts = dict(document.parts)
    for offset, (line, column) in zip(ordered, places(document.data, ordered), strict=True):
        if offset in starts:
            path, lines_before = starts[offset], line - 1
        by_offset[offset] = Location(path, line - lines_before, column, offset)
    return by_offset


def _value(subject: object, field: str, item: object) -> str | None:
    """The text of a field, or of one item of it."""
    if item is not None and not isinstance(item, int):
        data = getattr(item, "data", None)
        return data if isinstance(data, str) else getattr(item, "text", None)
    value = getattr(subject, field, None)
    if value is None or isinstance(value, str):
        return value
    if isinstance(item, int):
        return str(value[item])
    parts = [f"[{part.display}]" if hasattr(part, "display") else str(part) for part in value]
    return "".join(parts) or None


def _shortened(identity: dict[str, str | None]) -> dict[str, str | None]:
    """The subject of a report: thousands of findings may be about one very long name."""
    return {
        key: text
        if text is None or len(text) <= _LONGEST_IDENTITY
        else f"{text[:_LONGEST_IDENTITY]}…"
        for key, text in identity.items()
    }
