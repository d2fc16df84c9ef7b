"""What can be fixed in a dump: proposed by the fixers, verified by checking the result.

A fix is offered only where its finding is gone afterward and no finding of any rule has appeared.
To know that, the fixed dump is read and checked again; what fails is left out, and the rest is
checked once more.
"""

from __future__ import annotations

from collections import Counter

from validator.api import parse_registry, run_context
from validator.engine.selection import features
from validator.errors import CallError
from validator.fix.edits import Edit, apply, ascending, overlaps
from validator.fix.fixers import SAFE, UNSAFE
from validator.fix.order import SORTERS, moved, moves
from validator.fix.patch import patch_name, patch_place, unified_diff
from validator.model.pattern import allow
from validator.model.record import Citation, Contact, Defect, Record
from validator.model.registry import Registry
from validator.model.vocabulary import form_name
from validator.readers import read
from validator.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from validator.engine.rule import Rule, RunContext, Violation
    from validator.model.record import Form
    from validator.readers.source import Source

    # What a finding is about: code, subject, field, item.
    Key: TypeAlias = tuple[object, ...]
    Accepts: TypeAlias = Callable[[Rule, Violation], bool]

FORMS = ("xml", "csv")
# How often a dump is checked anew without the fixes that failed; after that all are left out.
_ROUNDS = 6
# The rules that have fixes.
FIXABLE = frozenset({*SAFE, *UNSAFE, *SORTERS})
# The rules from those whose fixes are the most likely to cause findings to the least.
_CAUTION = list(dict.fromkeys((*SAFE, *UNSAFE)))


class Fix:
    """The fix of the findings `key` of the rule `code`: `edits` that are made together or not.

    `owner` is the record or contact that the edits are in.
    """

    __slots__ = ("code", "edits", "key", "owner")

    def __init__(self, code: str, key: Key, owner: Key, edits: Sequence[Edit]) -> None:
        self.code = code
        self.key = key
        self.owner = owner
        self.edits = edits
        for edit in edits:
            edit.codes = (code,)


class Fixes:
    """What can be fixed in one file.

    `data` is the file and `edits`, which ascend, are all that changes in it.  `counts` says how
    many findings of each rule they fix, `unsafe` how many more could be fixed if unsafe fixes were
    allowed, and `left_out` how many fixes were left out because they cause findings; `causes` are
    the rules of those.  `registry` is what was read.
    """

    __slots__ = ("causes", "counts", "data", "edits", "left_out", "registry", "unsafe")

    def __init__(self, data: bytes, registry: Registry) -> None:
        self.data = data
        self.registry = registry
        self.edits: list[Edit] = []
        self.counts: Counter[str] = Counter()
        self.unsafe: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.causes: set[str] = set()

    @property
    def fixed(self) -> bytes:
        """The file with all fixes."""
        return apply(self.data, self.edits)

    def patch(self, path: str, *, packed: bool) -> tuple[bytes, list[str]]:
        """Return the patch of the file at `path`, and what to say of where it is applied."""
        name = patch_name(path, packed=packed)
        names = {code: rule.name for code, rule in RULES.items()}
        text = b"".join(unified_diff(self.data, self.edits, name, names))
        return text, patch_place(name, path, packed=packed) if self.edits else []

    def sentences(self, done: str) -> Iterator[str]:
        """Say how many fixes of which rules are `done`, how many are not, and why."""
        if self.counts:
            yield f"{_findings(self.counts)} {done}: {_by_rule(self.counts)}"
        else:
            yield "nothing to fix"
        if self.unsafe:
            more = " more" if self.counts else ""
            yield f"--unsafe can fix {_findings(self.unsafe, more)}: {_by_rule(self.unsafe)}"
        if self.left_out:
            causes = ", ".join(sorted(self.causes))
            because = f"would cause findings of {causes}" if causes else "would not be complete"
            yield f"left out {_by_rule(self.left_out)}: the fix {because}"


def _findings(counts: Counter[str], more: str = "") -> str:
    count = counts.total()
    return f"{count:,}{more} {'finding' if count == 1 else 'findings'}"


def _by_rule(counts: Counter[str]) -> str:
    return ", ".join(f"{code} {count:,}" for code, count in sorted(counts.items()))


def find_fixes(
    source: Source,
    rules: Iterable[Rule] | None = None,
    *,
    form: Form | None = None,
    whole: bool | None = None,
    unsafe: bool = False,
    context: RunContext | None = None,
    accepts: Accepts = lambda _rule, _violation: False,
) -> Fixes:
    """Return what can be fixed in `source`, of the findings of `rules` (default: of all rules).

    `form` and `whole` are as in `read_registry`; `unsafe` allows the fixes that somebody should
    look at.  A violation that `accepts` says is accepted is not fixed.  Raises `CallError` for a
    form other than XML and CSV and for bytes that are not UTF-8; `Unusable` as `read` does.
    """
    dump = read(source, form)
    mark = _length_of_mark(source, dump.form)
    registry = Registry(dump, whole)
    result = Fixes(source.raw, registry)
    verifier = _Verifier(source, registry, context or run_context())
    codes = {rule.code for rule in (RULES.values() if rules is None else rules)}
    violations = [
        (rule, violation)
        for rule, violation in verifier.violations
        if rule.code in codes and not accepts(rule, violation)
    ]
    fixes = verifier.verified(_proposed(registry, violations, result, unsafe=unsafe), result)
    findings = Counter(_keys(violations))
    for fix in fixes:
        result.counts[fix.code] += findings[fix.key]
    edits = ascending(edit for fix in fixes for edit in fix.edits)
    sortable = [code for code in SORTERS if any(rule.code == code for rule, _ in violations)]
    edits = verifier.with_moves(edits, sortable, result)
    for edit in edits:
        edit.start += mark
        edit.stop += mark
    result.edits = edits
    return result


def _length_of_mark(source: Source, form: Form) -> int:
    """The bytes of the byte order mark.  Raises `CallError` for what cannot be fixed."""
    if form not in FORMS:
        raise CallError(f"{source.path}: cannot fix {form_name(form)} (only XML and CSV)")
    if not source.raw.startswith(source.data, source.mark):
        raise CallError(f"{source.path}: cannot fix a file that is not valid UTF-8")
    return source.mark


def _proposed(
    registry: Registry,
    violations: Iterable[tuple[Rule, Violation]],
    result: Fixes,
    *,
    unsafe: bool,
) -> list[Fix]:
    """What the fixers propose for `violations`, without edits that overlap others."""
    fixes: list[Fix] = []
    keys: set[Key] = set()
    key_of = _Keys()
    for rule, violation in violations:
        code = rule.code
        if (code not in SAFE and code not in UNSAFE) or (key := key_of(rule, violation)) in keys:
            continue
        keys.add(key)
        edits = SAFE[code](registry, violation) if code in SAFE else None
        if not edits and code in UNSAFE:
            edits = UNSAFE[code](registry, violation)
            if edits and not unsafe:
                result.unsafe[code] += 1
                edits = None
        if edits:
            fixes.append(Fix(code, key, _owner(violation.subject), edits))
    return _without_overlaps(fixes)


def _without_overlaps(fixes: list[Fix]) -> list[Fix]:
    owners = {id(edit): fix for fix in fixes for edit in fix.edits}
    every = ascending(edit for fix in fixes for edit in fix.edits)
    overlapping = {id(owners[id(edit)]) for edit in overlaps(every)}
    return [fix for fix in fixes if id(fix) not in overlapping]


def _owner(subject: object) -> Key:
    """What a finding is about, in a form that the same dump after an edit has too."""
    if isinstance(subject, Record | Contact):
        return type(subject).__name__, subject.index
    if isinstance(subject, Defect):
        return ("Defect", *_owner(subject.about))
    identity = getattr(subject, "subject", {})
    return (type(subject).__name__, *identity.items())


class _Keys:
    """What tells the findings of one registry apart, in a form that edits in place do not change.

    A citation is a number among those of its record.
    """

    def __init__(self) -> None:
        self._numbers: dict[int, dict[int, int]] = {}

    def __call__(self, rule: Rule, violation: Violation) -> Key:
        item: object = violation.item
        if isinstance(item, Citation):
            item = self._numbers_of(violation.subject).get(id(item), -1)
        return (rule.code, *_owner(violation.subject), violation.field, item)

    def _numbers_of(self, subject: object) -> dict[int, int]:
        if id(subject) not in self._numbers:
            cited: list[object] = []
            if isinstance(subject, Record):
                cited = [*subject.assignee, *subject.contact, *subject.reference]
                cited += [citation for _, citation in subject.inline]
            self._numbers[id(subject)] = {id(item): number for number, item in enumerate(cited)}
        return self._numbers[id(subject)]


def _keys(pairs: Iterable[tuple[Rule, Violation]]) -> list[Key]:
    """What tells the findings of one registry apart."""
    key_of = _Keys()
    return [key_of(rule, violation) for rule, violation in pairs]


class _Verifier:
    """Checks what becomes of `registry`, read from `source`, with edits."""

    def __init__(self, source: Source, registry: Registry, context: RunContext) -> None:
        self.source = source
        self.registry = registry
        self.context = context
        self.violations = list(self._check(registry))

    def _check(self, registry: Registry) -> Iterator[tuple[Rule, Violation]]:
        """Every violation of every rule, also of those that are off."""
        has = features(registry)
        previous = allow(self.context.limits.match)
        try:
            for rule in RULES.values():
                if has.issuperset(rule.needs):
                    for violation in rule.find(registry, self.context):
                        yield rule, violation
        except TimeoutError:
            seconds = self.context.limits.match
            message = f"a pattern match took longer than {seconds:g} s (--max-match)"
            raise CallError(f"{self.source.path}: {message}") from None
        finally:
            allow(previous)

    def _edited(self, edits: Iterable[Edit]) -> Registry:
        source, dump = self.source, self.registry.dump
        mark = source.raw[: source.mark]
        return parse_registry(
            mark + apply(source.data, edits),
            path=source.path,
            form=dump.form,
            whole=self.registry.is_whole,
            limits=source.limits,
        )

    def verified(self, fixes: list[Fix], result: Fixes) -> list[Fix]:
        """Return those of `fixes` after which their finding is gone and no other has appeared."""
        before = Counter(_keys(self.violations))
        for number in range(_ROUNDS + 1):
            if not fixes:
                break
            edited = self._edited(ascending(edit for fix in fixes for edit in fix.edits))
            after = list(self._check(edited))
            keys = _keys(after)
            counts = Counter(keys)
            caused = [
                pair for key, pair in zip(keys, after, strict=True) if counts[key] > before[key]
            ]
            unresolved = {id(fix) for fix in fixes if counts[fix.key]}
            if not caused and not unresolved:
                break
            blamed = _blamed(fixes, caused, unresolved, _ROUNDS - number)
            result.left_out.update(fix.code for fix in fixes if id(fix) in blamed)
            result.causes.update(rule.code for rule, _ in caused)
            dropped = blamed | unresolved
            fixes = [fix for fix in fixes if id(fix) not in dropped]
        return fixes

    def with_moves(self, edits: list[Edit], codes: Sequence[str], result: Fixes) -> list[Edit]:
        """Return `edits` and those that sort the records as the rules `codes` ask for.

        They are `edits` alone where that would cause a finding, or leave one of `codes`.
        """
        dump = self.registry.dump
        if not codes or any(defect.code == "FM001" for defect in dump.defects):
            return edits
        edited = self._edited(edits)
        every = moves(dump, *_order(edited, codes), edits)
        if every is None or any(overlaps(every := ascending(every))):
            return edits
        old, new = self._texts(edited), self._texts(self._edited(every))
        caused = {str(key[0]) for key in new - old}
        if caused or any(key[0] in codes for key in new):
            result.left_out.update(dict.fromkeys(codes, 1))
            result.causes |= caused
            return edits
        result.counts.update(str(key[0]) for key in old.elements() if key[0] in codes)
        return every

    def _texts(self, registry: Registry) -> Counter[Key]:
        """What tells the findings apart wherever their records are."""
        return Counter(
            (rule.code, *violation.subject.subject.items(), violation.field)
            for rule, violation in self._check(registry)
        )


def _order(registry: Registry, codes: Sequence[str]) -> tuple[list[int], dict[int, str]]:
    """The records in the order of the rules `codes`, and the rule for which each one moves."""
    order = list(range(len(registry.records)))
    code_of: dict[int, str] = {}
    last = codes[0]
    for code in codes:
        before = order.copy()
        SORTERS[code](registry, order)
        if order != before:
            code_of |= dict.fromkeys(moved(order, before), code)
            last = code
    return order, code_of | dict.fromkeys(set(moved(order)) - code_of.keys(), last)


def _blamed(
    fixes: Sequence[Fix],
    caused: Iterable[tuple[Rule, Violation]],
    unresolved: set[int],
    rounds: int,
) -> set[int]:
    """The fixes to leave out because of the findings in `caused`, by their `id`.

    Those are the fixes of what these findings are about.  Of several fixes of one record it is the
    first, that of a name or number and not of a text, until one round is left; in the last round
    it is every fix.  Those in `unresolved` are left out anyway.
    """
    if not rounds:
        return {id(fix) for fix in fixes}
    owners: set[Key] = set()
    for _, violation in caused:
        owners.add(_owner(violation.subject))
        owners.update(_owner(related.subject) for related in violation.related)
    suspects = [fix for fix in fixes if fix.owner in owners]
    if rounds > 1:
        suspects = list({fix.owner: fix for fix in reversed(suspects)}.values())
    blamed = {id(fix) for fix in suspects} - unresolved
    if blamed or unresolved:
        return blamed
    # Nothing points to one of them: names and numbers go before texts.
    first = min(fixes, key=lambda fix: _CAUTION.index(fix.code)).code
    return {id(fix) for fix in fixes if fix.code == first}
