"""Runs rules over a registry and makes findings of their violations.

The engine adds what a rule does not know: severity, legacy, place and fingerprint.  A rule that
breaks becomes a fault; the others still report.
"""

from __future__ import annotations

from operator import itemgetter

from validator.engine.report import (
    Fault,
    Finding,
    Input,
    Location,
    NotRun,
    RelatedPlace,
    Truncation,
)
from validator.model.pattern import allow
from validator.model.record import Contact, Defect, Record
from validator.readers.source import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from validator.engine.rule import Document, Rule, RunContext, Severity, Violation
    from validator.engine.selection import Selection
    from validator.model.registry import Registry
    from validator.readers.source import Limits

_REASONS = {
    "contacts": "{form} has no table of contacts",
    "registry-date": "{form} has no date of the registry",
    "metadata": "{form} has no title and id of the registry",
    "footnotes": "{form} has no footnotes",
    "kinds": "{form} does not say of what kind a citation is",
    "elements": "{form} cannot tell an empty element from an absent one",
    "brackets": "{form} says of what kind each citation is",
    "whole": "this is not a whole registry",
    "end": "the document breaks off, and what is cited may stand behind that",
}
_LONGEST_PART = 80
# So much of a name, number or id tells which it is.
_LONGEST_TOLD = 1000


def examine(
    registry: Registry,
    selection: Selection,
    given: RunContext,
    progress: Callable[[str], None] | None = None,
    asked: object = None,
    beside: Registry | None = None,
) -> Input:
    """Run the rules of `selection` over `registry` and return its findings, in order.

    `progress` is told the code of each rule before it runs, and "" when all have.  `asked` is what
    rules are handed that look at more than the registry.  Rules that look at another registry,
    `beside` it, run only where both carry what they need.
    """
    dump = registry.dump
    entry = described(registry)
    entry.data = dump.data
    carried = dump.carries | {"whole"} if registry.is_whole else dump.carries
    if all(defect.code != "FM001" for defect in dump.defects):
        carried |= {"end"}
    running: list[Rule] = []
    for rule in selection.running:
        lacking = [need for need in rule.needs if need not in carried]
        form = dump.form
        if beside is not None and not lacking:
            lacking = [need for need in rule.needs if need not in beside.dump.carries]
            form = beside.dump.form
        if lacking:
            reason = _REASONS[lacking[0]].format(form=form.upper())
            entry.not_run.append(NotRun(rule.code, reason))
        else:
            running.append(rule)
    cutoff = given.legacy_cutoff

    def is_legacy(about: object) -> bool:
        return isinstance(about, (Record, Contact)) and registry.is_legacy(about, cutoff)

    judge(
        entry, dump, running, registry if asked is None else asked, given, selection.severity,
        is_legacy, progress,
    )  # fmt: skip
    if dump.defects.left_out:
        _count_left_out(entry, dump.defects.left_out)
    return entry


def described(registry: Registry) -> Input:
    """Return `registry` as an input in which nothing is found."""
    dump = registry.dump
    entry = Input(dump.path)
    entry.form = dump.form
    entry.updated = dump.updated
    entry.records = len(dump.records)
    entry.contacts = len(dump.contacts)
    entry.whole = registry.is_whole
    return entry


def _count_left_out(entry: Input, left_out: Mapping[str, int]) -> None:
    """Add to the counts of `entry` the defects that the reader has not kept."""
    cut = {held.code: held for held in entry.cut}
    for code, count in left_out.items():
        if code in cut:
            cut[code].found += count
        elif listed := sum(finding.code == code for finding in entry.findings):
            entry.cut.append(Truncation(code, listed, listed + count))


def judge(
    entry: Input,
    document: Document,
    running: Iterable[Rule],
    asked: object,
    given: RunContext,
    severity: Mapping[str, Severity],
    is_legacy: Callable[[object], bool],
    progress: Callable[[str], None] | None = None,
) -> None:
    """Ask each rule of `running` about `asked`; add what it finds in `document` to `entry`.

    A rule that breaks is a fault of `entry`.
    """
    before = allow(given.limits.match)
    try:
        found = _violations(entry, document, running, asked, given, progress)
    finally:
        allow(before)
    found.sort(key=itemgetter(0, 1))
    _findings(entry, document, severity, is_legacy, found)


def _violations(
    entry: Input,
    document: Document,
    running: Iterable[Rule],
    asked: object,
    given: RunContext,
    progress: Callable[[str], None] | None,
) -> list[tuple[int, str, Rule, Violation]]:
    """What the rules find, each with its place; what they say too much of is counted."""
    found: list[tuple[int, str, Rule, Violation]] = []
    for rule in running:
        if progress is not None:
            progress(rule.code)
        kept = count = len(found)
        most = count + given.limits.findings
        try:
            for violation in rule.find(asked, given):
                count += 1
                if count > most:
                    continue
                at = document.locate(violation.subject, violation.field, violation.item)
                found.append((at, rule.code, rule, violation))
        except Exception as error:
            entry.faults.append(_fault(rule, document, error, given.limits))
        if count > most:
            entry.cut.append(Truncation(rule.code, most - kept, count - kept))
    if progress is not None:
        progress("")
    return found


def _findings(
    entry: Input,
    document: Document,
    severity: Mapping[str, Severity],
    is_legacy: Callable[[object], bool],
    found: list[tuple[int, str, Rule, Violation]],
) -> None:
    related_at: dict[int, list[tuple[Document, int]]] = {}
    wanted: dict[int, tuple[Document, set[int]]] = {
        id(document): (document, {at for at, _, _, _ in found})
    }
    for index, (_, _, _, violation) in enumerate(found):
        for other in violation.related:
            held = other.dump or document
            at = held.locate(other.subject, other.field, other.item)
            related_at.setdefault(index, []).append((held, at))
            wanted.setdefault(id(held), (held, set()))[1].add(at)
    place_of = {key: locations(held, offsets) for key, (held, offsets) in wanted.items()}
    here = place_of[id(document)]
    add = entry.findings.append

    seen: dict[str, int] = {}
    for index, (at, code, rule, violation) in enumerate(found):
        about: object = violation.subject
        field = violation.field
        value = violation.value
        described = violation.subject.subject
        if isinstance(about, Defect):
            field = field or about.field
            value = value if value is not None else about.value
            about = about.about
        if value is None and field is not None:
            value = _value(about, field, violation.item)
        legacy = rule.since_rfc6335 and is_legacy(about)
        fingerprint = _usual_fingerprint(code, described, field, violation)
        if not fingerprint:
            fingerprint = _fingerprint(code, described, field, violation)
            if isinstance(about, Record | Contact):
                described = _told(described)
        count = seen[fingerprint] = seen.get(fingerprint, 0) + 1
        if count > 1:
            fingerprint += f"#{count}"
        related: Sequence[RelatedPlace] = ()
        if violation.related:
            related = [
                RelatedPlace(other.message, place_of[id(held)][there], _told(other.subject.subject))
                for other, (held, there) in zip(violation.related, related_at[index], strict=True)
            ]
        add(
            Finding(
                code,
                rule.name,
                severity[code],
                legacy,
                violation.message,
                rule.cites,
                field,
                value,
                described,
                here[at],
                related,
                fingerprint,
            )
        )


def locations(document: Document, offsets: set[int]) -> dict[int, Location]:
    """Return the place of each of `offsets`, in a document of several files in the one of them."""
    ordered = sorted(offsets.union(start for start, _ in document.parts))
    found: dict[int, Location] = {}
    path, before = document.path, 0
    starts = dict(document.parts)
    for at, (line, column) in zip(ordered, places(document.data, ordered), strict=True):
        if at in starts:
            path, before = starts[at], line - 1
        found[at] = Location(path, line - before, column, at)
    return found


def _value(subject: object, field: str, item: object) -> str | None:
    if item is not None and not isinstance(item, int):
        data = getattr(item, "data", None)
        return data if isinstance(data, str) else getattr(item, "text", None)
    value = getattr(subject, field, None)
    if value is None or isinstance(value, str):
        return value
    if isinstance(item, int):
        return str(value[item])
    shown = [f"[{part.display}]" if hasattr(part, "display") else str(part) for part in value]
    return "".join(shown) or None


def _told(subject: dict[str, str | None]) -> dict[str, str | None]:
    """The subject as a report has it: ten thousand findings may be about one name that is none."""
    return {
        key: text if text is None or len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}…"
        for key, text in subject.items()
    }


def _usual_fingerprint(
    code: str, subject: dict[str, str | None], field: str | None, violation: Violation
) -> str:
    """What `_fingerprint` returns for what nearly all findings are about; "" for others.

    Few have a sign in them that must be written otherwise, and most are about a record.
    """
    if violation.item is not None and not isinstance(violation.item, int):
        return ""
    if len(subject) == 3:
        name, port, transport = subject.values()
        word = f"{code}/{name or ''}/{port or ''}/{transport or ''}/{field or ''}"
    else:
        word = "/".join([code, *[part or "" for part in subject.values()], field or ""])
    plain = word.count("/") == len(subject) + 1 and "#" not in word and "%" not in word
    return word if plain and len(word) <= _LONGEST_PART else ""


def _fingerprint(
    code: str, subject: dict[str, str | None], field: str | None, violation: Violation
) -> str:
    """Rule, identity and field as one readable word, in which "/" and "#" stand for themselves."""
    item = violation.item
    parts = [code]
    for part in (*subject.values(), field):
        text = "" if part is None else part.replace("%", "%25").replace("/", "%2F")
        text = text.replace("#", "%23")
        if len(text) > _LONGEST_PART:
            from hashlib import sha256

            text = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        parts.append(text)
    if item is not None and not isinstance(item, int):
        cited = item.data if item.data is not None else item.text or ""
        parts[-1] += "=" + cited[:_LONGEST_PART].replace("/", "%2F")
    return "/".join(parts)


def _fault(rule: Rule, document: Document, error: Exception, limits: Limits) -> Fault:
    """Describe the failure of `rule`, with the record it was at, as its frames tell."""
    about: Record | Contact | None = None
    trace = error.__traceback__
    where = ""
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            held = getattr(value, "record", value)
            if isinstance(held, Record | Contact):
                about = held
        where = f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    message = f"{type(error).__name__}: {error} (in {where})"
    if isinstance(error, TimeoutError):
        message = f"a match of a pattern took longer than {limits.match:g} s (--max-match)"
    subject = {} if about is None else about.subject
    return Fault(rule.code, document.path, subject, message, error)
