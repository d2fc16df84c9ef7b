"""Runs rules over a registry and makes findings of their violations.

The engine adds what a rule does not know: severity, legacy, place and fingerprint.  A rule that
breaks becomes a fault; the others still report.
"""

from __future__ import annotations

from validator.record import Contact, Defect, Dump, Footnote, Ports, Record
from validator.report import Fault, Finding, Input, Location, NotRun, RelatedPlace
from validator.source import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.registry import Registry
    from validator.rule import Given, Rule, Violation
    from validator.selection import Selection

_REASONS = {
    "contacts": "{form} has no table of contacts",
    "registry-date": "{form} has no date of the registry",
    "metadata": "{form} has no title and id of the registry",
    "footnotes": "{form} has no footnotes",
    "kinds": "{form} does not say of what kind a citation is",
    "elements": "{form} cannot tell an empty element from an absent one",
    "brackets": "{form} says of what kind each citation is",
    "whole": "this is not a whole registry",
}
_LONGEST_PART = 80


def examine(
    registry: Registry,
    selection: Selection,
    given: Given,
    progress: Callable[[str], None] | None = None,
) -> Input:
    """Run the rules of `selection` over `registry` and return its findings, in order.

    `progress` is told the code of each rule before it runs, and "" when all have.
    """
    dump = registry.dump
    entry = Input(dump.path)
    entry.form = dump.form
    entry.updated = dump.updated
    entry.records = len(dump.records)
    entry.contacts = len(dump.contacts)
    entry.whole = registry.is_whole
    entry.data = dump.data
    carried = dump.carries | {"whole"} if registry.is_whole else dump.carries
    found: list[tuple[int, str, Rule, Violation]] = []
    for rule in selection.running:
        lacking = [need for need in rule.needs if need not in carried]
        if lacking:
            reason = _REASONS[lacking[0]].format(form=dump.form.upper())
            entry.not_run.append(NotRun(rule.code, reason))
            continue
        if progress is not None:
            progress(rule.code)
        try:
            for violation in rule.find(registry, given):
                at = dump.locate(violation.subject, violation.field, violation.item)
                found.append((at, rule.code, rule, violation))
        except Exception as error:
            entry.faults.append(_fault(rule, dump, error))
    if progress is not None:
        progress("")
    found.sort(key=lambda item: item[:2])
    _findings(entry, registry, selection, given, found)
    return entry


def _findings(
    entry: Input,
    registry: Registry,
    selection: Selection,
    given: Given,
    found: list[tuple[int, str, Rule, Violation]],
) -> None:
    dump = registry.dump
    related_at: dict[int, list[tuple[Dump, int]]] = {}
    wanted: dict[int, tuple[Dump, set[int]]] = {id(dump): (dump, {at for at, _, _, _ in found})}
    for index, (_, _, _, violation) in enumerate(found):
        for other in violation.related:
            held = other.dump or dump
            at = held.locate(other.subject, other.field, other.item)
            related_at.setdefault(index, []).append((held, at))
            wanted.setdefault(id(held), (held, set()))[1].add(at)
    place_of = {key: _locations(held, offsets) for key, (held, offsets) in wanted.items()}
    here = place_of[id(dump)]

    seen: dict[str, int] = {}
    cutoff = given.legacy_cutoff
    for index, (at, code, rule, violation) in enumerate(found):
        subject = violation.subject
        field = violation.field
        value = violation.value
        about: object = subject
        if isinstance(subject, Defect):
            about = subject.about
            field = field or subject.field
            value = value if value is not None else subject.value
        if value is None and field is not None:
            value = _value(about, field, violation.item)
        legacy = (
            rule.since_rfc6335
            and isinstance(about, Record | Contact)
            and registry.is_legacy(about, cutoff)
        )
        described = _subject(about)
        fingerprint = _fingerprint(code, described, field, violation)
        count = seen[fingerprint] = seen.get(fingerprint, 0) + 1
        if count > 1:
            fingerprint += f"#{count}"
        related = [
            RelatedPlace(other.message, place_of[id(held)][there], _subject(other.subject))
            for other, (held, there) in zip(
                violation.related, related_at.get(index, ()), strict=True
            )
        ]
        entry.findings.append(
            Finding(
                code,
                rule.name,
                selection.severity[code],
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


def _locations(dump: Dump, offsets: set[int]) -> dict[int, Location]:
    """The place of each of `offsets` of `dump`; in files of several, in the one it lies in."""
    ordered = sorted(offsets.union(start for start, _ in dump.parts))
    found: dict[int, Location] = {}
    path, before = dump.path, 0
    starts = dict(dump.parts)
    for at, (line, column) in zip(ordered, places(dump.data, ordered), strict=True):
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
    shown = [f"[{part.shown}]" if hasattr(part, "shown") else str(part) for part in value]
    return "".join(shown) or None


def _subject(about: object) -> dict[str, str | None]:
    if isinstance(about, Record):
        return {
            "service_name": about.service_name or None,
            "port": about.port_number or None,
            "transport_protocol": about.transport_protocol or None,
        }
    if isinstance(about, Contact):
        return {"contact": about.contact_id}
    if isinstance(about, Ports):
        return {"port": str(about)}
    if isinstance(about, Footnote):
        return {"footnote": about.anchor}
    if isinstance(about, Defect):
        return _subject(about.about)
    return {}


def _fingerprint(
    code: str, subject: dict[str, str | None], field: str | None, violation: Violation
) -> str:
    """Rule, identity and field as one readable word, in which "/" and "#" stand for themselves."""
    item = violation.item
    if item is None or isinstance(item, int):
        # Few have a sign in them that must be written otherwise.
        word = "/".join([code, *[part or "" for part in subject.values()], field or ""])
        plain = word.count("/") == len(subject) + 1 and "#" not in word and "%" not in word
        if plain and len(word) <= _LONGEST_PART:
            return word
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


def _fault(rule: Rule, dump: Dump, error: Exception) -> Fault:
    """Describe the failure of `rule`, with the record it was at, as its frames tell."""
    about: object = None
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
    return Fault(rule.code, dump.path, _subject(about), message, error)
