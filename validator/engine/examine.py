"""Runs rules over a registry and makes findings of their violations.

The engine adds what a rule does not know: severity, legacy, place and fingerprint.  A rule that
raises an exception becomes a fault; the others still report.
"""

from __future__ import annotations

from operator import itemgetter

from validator.budget import OutOfTime, doing
from validator.engine.finding import Finding, Location, NotRun, RelatedPlace, Truncation
from validator.engine.report import Input
from validator.engine.selection import skipped_rules
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
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from typing import Protocol, TypeAlias

    from validator.engine.fingerprints import Fingerprints
    from validator.engine.rule import Document, Related, Rule, RunContext, Severity, Violation
    from validator.engine.selection import Selection
    from validator.model.registry import Registry

    # The offset of a violation, the code of its rule, the rule, the violation.
    Located: TypeAlias = tuple[int, str, Rule, Violation]

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
_LONGEST_PART = 80
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
    before = len(entry.findings)
    former = doing("")
    previous = allow(context.limits.match)
    try:
        located = _violations(entry, document, subject, selection, context, registry)
    finally:
        allow(previous)
    doing("while listing findings")
    for cut in entry.cut:
        if cut.code in selection.ignored:
            cut.unlisted.clear()
    located.sort(key=itemgetter(0, 1))
    # What could not be read comes first.
    located.sort(key=_is_about_content)
    _add_findings(entry, document, selection, located, registry, context.legacy_cutoff)
    _add_ends(document, located, entry.findings[before:], lists_legacy=context.lists_legacy)
    doing(former)


def _is_about_content(located: Located) -> bool:
    """Whether a violation is about what the document says, and not about reading it."""
    return not located[1].startswith("FM")


def _violations(
    entry: Input,
    document: Document,
    subject: object,
    selection: Selection,
    context: RunContext,
    registry: Registry | None,
) -> list[Located]:
    """The violations of all rules with their offsets; those above the limit are only counted."""
    skipped = {rule.code for rule in entry.not_run}
    unmet = len(entry.not_run)
    bad_bytes = _bad_bytes(document)
    located: list[Located] = []
    for rule in selection.running:
        if rule.code in skipped:
            continue
        if context.progress is not None:
            context.progress(rule.code)
        doing(f"in rule {rule.code}")
        start = count = len(located)
        most = start + context.limits.findings
        unlisted: set[tuple[Severity, bool]] = set()
        try:
            violations = rule.find(subject, context)
            if rule.code in selection.unselected:
                violations = _unselected(rule, violations, selection, skipped)
            if bad_bytes:
                violations = _readable(document, violations, bad_bytes)
            for violation in violations:
                count += 1
                if count > most:
                    level = _severity(rule, violation, selection.severity[rule.code])
                    cutoff, about = context.legacy_cutoff, violation.subject
                    legacy = _legacy_entry(rule, about, registry, cutoff)
                    unlisted.add((level, legacy is not None))
                    continue
                at = violation.start
                item = violation.item if at is None else Position(at)
                offset = document.locate(violation.subject, violation.field, item)
                located.append((offset, rule.code, rule, violation))
        except (OutOfTime, MemoryError) as error:
            from validator.engine.faults import unfinished

            entry.not_run.append(unfinished(rule, error))
            count = start
            del located[start:]
        except Exception as error:
            from validator.engine.faults import fault_of

            entry.faults.append(fault_of(rule, document, error, context.limits))
        if count > most:
            entry.cut.append(Truncation(rule.code, most - start, count - start, unlisted))
    _report_stopped(entry, entry.not_run[unmet:])
    if context.progress is not None:
        context.progress("")
    return located


def _report_stopped(entry: Input, stopped: Sequence[NotRun]) -> None:
    """Make it the error of an input that rules ran out of time or memory."""
    if stopped:
        more = f" (and {len(stopped) - 1} more)" if len(stopped) > 1 else ""
        entry.error = f"{entry.path}: {stopped[0].reason}{more}"


def _unselected(
    rule: Rule, violations: Iterable[Violation], selection: Selection, skipped: Container[str]
) -> Iterable[Violation]:
    # Loaded here: most runs select no rules.
    from validator.engine.unselected import faults_of_reading

    return faults_of_reading(rule, violations, selection, skipped)


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
    if violation.value is not None or violation.field is None:
        return violation.value or ""
    if isinstance(item, Citation):
        return f"{item.data} {item.text}"
    return _value(violation.subject, violation.field, item) or ""


def _add_findings(
    entry: Input,
    document: Document,
    selection: Selection,
    located: list[Located],
    registry: Registry | None,
    cutoff: str,
) -> None:
    """Make a finding of each violation.  There may be thousands: this is a hot loop."""
    location_of, related_of = _locations(document, located)
    severity = selection.severity
    add = entry.findings.append
    counts: dict[str, int] = {}
    fingerprints: Fingerprints | None = None
    for index, (offset, code, rule, violation) in enumerate(located):
        subject: object = violation.subject
        identity = violation.subject.subject
        field = violation.field
        value = violation.value
        if isinstance(subject, Defect):
            field = field or subject.field
            value = value if value is not None else subject.value
            subject = subject.about
        if value is None and field is not None:
            value = _value(subject, field, violation.item)
        fingerprint = _usual_fingerprint(rule, identity, field, violation)
        if not fingerprint:
            fingerprints = fingerprints or _fingerprints(document)
            fingerprint = fingerprints.of(rule, identity, field, value, violation)
            if isinstance(subject, Record | Contact):
                identity = _shortened(identity)
        count = counts[fingerprint] = counts.get(fingerprint, 0) + 1
        if count > 1:
            fingerprint += f"#{count}"
        legacy = _legacy_entry(rule, subject, registry, cutoff)
        finding = Finding(
            code,
            rule.name,
            severity[code]
            if violation.severity is None
            else _severity(rule, violation, severity[code]),
            legacy is not None,
            violation.message,
            violation.cites or rule.cites,
            field,
            value,
            identity,
            location_of[offset],
            related_of.get(index, ()),
            fingerprint,
        )
        finding.is_unread = _is_unread(rule, violation)
        if legacy is not None and registry is not None:
            finding.modified = registry.is_modified_since(legacy, cutoff)
        if code in selection.ignored:
            finding.status, finding.reason = "suppressed", _IGNORED
        add(finding)


def _is_unread(rule: Rule, violation: Violation) -> bool:
    """Whether a violation is that something was not read; a line of either of two records was."""
    subject: object = violation.subject
    return rule.is_about_reading and not (isinstance(subject, Defect) and subject.is_doubt)


def _add_ends(
    document: Document,
    located: Sequence[Located],
    findings: Sequence[Finding],
    *,
    lists_legacy: bool,
) -> None:
    """Give the findings, one for each of `located`, places that have an end."""
    values: dict[int, str | None] = {}
    others: dict[tuple[int, str | None], Location] = {}
    for (offset, _, _, violation), finding in zip(located, findings, strict=True):
        if finding.legacy and not lists_legacy:
            continue
        place, value = finding.location, finding.value
        if offset not in values:
            values[offset] = value
            _set_end(place, document, violation.subject, value, violation.item)
        elif values[offset] != value:
            # Another value that begins here, with an end of its own.
            if (offset, value) not in others:
                other = Location(place.path, place.line, place.column, offset)
                _set_end(other, document, violation.subject, value, violation.item)
                others[offset, value] = other
            finding.location = others[offset, value]


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


def _legacy_entry(
    rule: Rule, subject: object, registry: Registry | None, cutoff: str
) -> Record | Contact | None:
    """The legacy record or contact that a violation of a rule is about, if it is about one."""
    if registry is None or not rule.since_rfc6335:
        return None
    if isinstance(subject, Defect):
        subject = subject.about
    if isinstance(subject, (Record, Contact)) and registry.is_legacy(subject, cutoff):
        return subject
    return None


def _severity(rule: Rule, violation: Violation, chosen: Severity) -> Severity:
    """The severity of a finding: a violation's own, unless the run chose another for its rule."""
    return violation.severity if violation.severity and chosen == rule.severity else chosen


def _locations(
    document: Document, located: list[Located]
) -> tuple[dict[int, Location], dict[int, list[RelatedPlace]]]:
    """The place of each offset, and the related places of the violations that have such, by index.

    Each document is searched for line ends once.
    """
    offsets = {id(document): (document, {offset for offset, _, _, _ in located})}
    related: list[tuple[int, Related, Document, int]] = []
    for index, (_, _, _, violation) in enumerate(located):
        for other in violation.related:
            owner = other.dump or document
            offset = owner.locate(other.subject, other.field, other.item)
            offsets.setdefault(id(owner), (owner, set()))[1].add(offset)
            related.append((index, other, owner, offset))
    by_document = {key: locations(owner, group) for key, (owner, group) in offsets.items()}
    by_index: dict[int, list[RelatedPlace]] = {}
    for index, other, owner, offset in related:
        location = by_document[id(owner)][offset]
        subject = other.subject
        if other.field is not None and isinstance(subject, (Record, Contact)):
            place = Location(location.path, location.line, location.column, offset)
            value = _value(subject, other.field, other.item)
            _set_end(place, owner, subject, value, other.item)
            location = place
        related_place = RelatedPlace(other.message, location, _shortened(subject.subject))
        by_index.setdefault(index, []).append(related_place)
    return by_document[id(document)], by_index


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


def _is_bare(violation: Violation) -> bool:
    """Whether a violation is a fault of reading that is about no record."""
    subject: object = violation.subject
    return isinstance(subject, Defect) and subject.about is None


def _fingerprints(document: Document) -> Fingerprints:
    # Loaded here: most documents have no such finding.
    from validator.engine.fingerprints import Fingerprints

    return Fingerprints(document)


def _usual_fingerprint(
    rule: Rule, identity: dict[str, str | None], field: str | None, violation: Violation
) -> str:
    """The fingerprint of nearly all findings; "" where `Fingerprints` has to make it.

    That is where a part of it is long, has a character that must be escaped, or is a citation, and
    where a fault of reading is about no record.
    """
    if violation.item is not None and not isinstance(violation.item, int):
        return ""
    if rule.is_about_reading or _is_bare(violation):
        return ""
    word = "/".join([rule.code, *[part or "" for part in identity.values()], field or ""])
    if len(word) > _LONGEST_PART or word.count("/") != len(identity) + 1:
        return ""
    return "" if "#" in word or "%" in word else word
