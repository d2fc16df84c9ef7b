"""What a rule is, and how one is declared.

    @rule("SN004", ERROR, "RFC 6335, Section 5.1")
    def service_name_edge_hyphen(registry):
        \"\"\"...the documentation that `ianalint rules SN004` shows...\"\"\"
        yield Violation(assignment.record, "service_name", "...")

The name of the function, with hyphens, is the name of the rule.  A rule looks at the whole registry
in one pass.  It does not know the file, line numbers, severities that a user sets, or the form of
the report.  The rules of some families look at something else than a registry, such as a request:
see `validator.rules.catalogue`.
"""

from __future__ import annotations

from validator.limits import LIMITS, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Literal, Protocol

    Severity = Literal["error", "warning", "note"]

    class Subject(Protocol):
        """What a finding can be about, such as a record: it knows what identifies it."""

        @property
        def subject(self) -> dict[str, str | None]: ...

    class Item(Protocol):
        """One of several values of a field: a citation of a record, or a word of a line."""

        @property
        def data(self) -> str | None: ...
        @property
        def text(self) -> str | None: ...

    class Document(Protocol):
        """What findings are located in: a `Dump` of the registry, or any other text.

        `data` is the text in UTF-8 and `locate` returns the offset in it of a subject, or of its
        field and item.  `parts` are the offset and the path of each further file that `data` is
        made of.
        """

        path: str
        data: bytes
        parts: Sequence[tuple[int, str]]

        @property
        def locate(self) -> Callable[[object, str | None, object], int]: ...


ERROR: Severity = "error"
WARNING: Severity = "warning"
NOTE: Severity = "note"
SEVERITIES: tuple[Severity, ...] = (ERROR, WARNING, NOTE)
# What `--fail-on` and `--legacy` can be.
FAIL_LEVELS = (*SEVERITIES, "never")
LEGACY_MODES = ("summary", "show", "fail")

MAX_RELATED = 20


class RunContext:
    """What a rule may know of the run: `today` (YYYY-MM-DD) and `legacy_cutoff` (YYYY-MM).

    The rest is for the engine: `limits` bound how many findings of one rule an input has and how
    long a match may take; `progress` is called with the code of each rule before it runs, and with
    "" after the last one.  `lists_legacy` is false where nothing lists findings of legacy
    records, which get no place and no fingerprint then.
    """

    __slots__ = ("legacy_cutoff", "limits", "lists_legacy", "progress", "today")

    def __init__(
        self,
        today: str,
        legacy_cutoff: str,
        limits: Limits = LIMITS,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self.today = today
        self.legacy_cutoff = legacy_cutoff
        self.limits = limits
        self.progress = progress
        self.lists_legacy = True


class Related:
    """Another place that a violation mentions; `dump` is its document where that is another one."""

    __slots__ = ("dump", "field", "item", "message", "subject")

    def __init__(
        self,
        message: str,
        subject: Subject,
        field: str | None = None,
        item: Item | int | None = None,
        dump: Document | None = None,
    ) -> None:
        self.message = message
        self.subject = subject
        self.field = field
        self.item = item
        self.dump = dump


class Violation:
    """What a rule finds: `field` of `subject` breaks it, as `message` says.

    `value` is the offending text, by default the text of the field.  `item` narrows the place to
    one citation of the field, or to the index of one address of a contact; `start` is the
    character of the field at which `value` begins.  The subject is the `Dump` where the registry
    as a whole breaks the rule.  `cites` is the clause where it depends on the form.
    """

    __slots__ = (
        "cites", "field", "item", "message", "related", "severity", "start", "subject", "value",
    )  # fmt: skip

    def __init__(
        self,
        subject: Subject,
        field: str | None,
        message: str,
        *,
        value: str | None = None,
        item: Item | int | None = None,
        start: int | None = None,
        related: Sequence[Related] = (),
        severity: Severity | None = None,
        cites: str | None = None,
    ) -> None:
        self.cites = cites
        self.subject = subject
        self.field = field
        self.message = message
        self.severity = severity
        self.value = value
        self.item = item
        self.start = start
        self.related = related


class Rule:
    """A rule of the catalogue; `family` is the letters of its code.

    `needs` names what a dump must have for the rule to run (see `Dump.carries`), `whole` that it
    is a whole registry, `end` that it is not truncated, `column:FIELD` that its table has the
    column of a field (see `columns`).  `since_rfc6335` marks a requirement that
    RFC 6335 introduced: its findings on older records are legacy findings.
    """

    __slots__ = (
        "cites",
        "code",
        "family",
        "find",
        "is_about_reading",
        "is_default",
        "name",
        "needs",
        "severity",
        "since_rfc6335",
    )

    def __init__(
        self,
        code: str,
        name: str,
        severity: Severity,
        cites: str,
        find: Callable[[Any, RunContext], Iterable[Violation]],
        *,
        since_rfc6335: bool = False,
        needs: tuple[str, ...] = (),
        is_default: bool = True,
        is_about_reading: bool = False,
    ) -> None:
        self.code = code
        self.family = code[:-3]
        self.name = name
        self.severity = severity
        self.cites = cites
        self.find = find
        self.since_rfc6335 = since_rfc6335
        self.needs = needs
        self.is_default = is_default
        self.is_about_reading = is_about_reading

    @property
    def documentation(self) -> str:
        """The docstring of the rule, without indentation."""
        from inspect import cleandoc

        return cleandoc(self.find.__doc__ or "")

    def __repr__(self) -> str:
        return f"<rule {self.code} {self.name}>"


# What begins a need of a column.
COLUMN = "column:"

_DECLARED: dict[str, Rule] = {}
# What modules outside of this package declared, until `validator.rules.own` has judged it.
UNLOADED: list[Rule] = []
_PACKAGE = f"{__name__.partition('.')[0]}."


def rule(
    code: str,
    severity: Severity,
    cites: str,
    *,
    since_rfc6335: bool = False,
    needs: tuple[str, ...] = (),
    is_default: bool = True,
    is_about_reading: bool = False,
) -> Callable[[Callable[..., Iterable[Violation]]], Callable[..., Iterable[Violation]]]:
    """Declare the decorated function the rule `code`.

    The function takes what its family looks at, such as a registry, and optionally a `RunContext`;
    it yields violations.  `cites` is the clause that the rule is based on.  With `is_default` false
    it runs only when it is selected.  A rule that `is_about_reading` tells that a part of the input
    was not read or is something else: it runs whatever is selected, unless it is ignored.
    """

    def declare(find: Callable[..., Iterable[Violation]]) -> Callable[..., Iterable[Violation]]:
        name = find.__name__.replace("_", "-")
        with_context = find
        if find.__code__.co_argcount == 1:

            def with_context(subject: Any, _context: RunContext) -> Iterable[Violation]:
                return find(subject)

            with_context.__doc__ = find.__doc__
            with_context.__module__ = find.__module__
            with_context.__wrapped__ = find  # type: ignore[attr-defined]
        declaration = Rule(
            code, name, severity, cites, with_context,
            since_rfc6335=since_rfc6335, needs=needs, is_default=is_default,
            is_about_reading=is_about_reading,
        )  # fmt: skip
        if not find.__module__.startswith(_PACKAGE):
            UNLOADED.append(declaration)
            return find
        # A module that is imported anew declares the same rule again.
        if code in _DECLARED and _DECLARED[code].name != name:
            raise ValueError(f"{code} is declared twice")
        _DECLARED[code] = declaration
        return find

    return declare


def columns(*fields: str) -> tuple[str, ...]:
    """Return what a rule `needs` whose answer depends on `fields` of the records.

    The rule does not run on a table that lacks the column of one of them.
    """
    return tuple(f"{COLUMN}{field}" for field in fields)


def declared(letters: str) -> dict[str, Rule]:
    """Return the rules declared so far in the family `letters`, sorted by code."""
    members = [rule for rule in _DECLARED.values() if rule.family == letters]
    return {rule.code: rule for rule in sorted(members, key=lambda rule: rule.code)}


def take_over(rules: dict[str, Rule]) -> None:
    """Add rules of a user, by code, to the declared ones."""
    _DECLARED.update(rules)


def all_declared() -> dict[str, Rule]:
    """Return all rules declared so far, by code."""
    return dict(_DECLARED)


def related_to(
    message: str,
    subjects: Sequence[Subject],
    field: str | None = None,
    dump: Document | None = None,
    count: int = 0,
) -> tuple[Related, ...]:
    """Return up to `MAX_RELATED` related places; the last one says how many more there are.

    `count` is the number of all subjects where `subjects` has only the first of them.
    """
    places = [Related(message, subject, field, dump=dump) for subject in subjects[:MAX_RELATED]]
    more = max(len(subjects), count) - len(places)
    if more > 0:
        places[-1].message += f" (and {more:,} more)"
    return tuple(places)
