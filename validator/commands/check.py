"""`ianalint check FILE...`: reads registry dumps, runs the rules, writes the report."""

from __future__ import annotations

import gc
import os
import sys
import time

from validator import reporting
from validator.api import given, read_registry
from validator.arguments import Arguments, assigned, day, month, one_of, whole_number, words
from validator.aside import ASIDE_RULES, add, excuse, recognise, selected, written
from validator.call import CallError
from validator.config import Overrides, Settings, load, read_baseline
from validator.engine import examine
from validator.inputs import STANDARD_INPUT, Found, expanded, identity, sample
from validator.output import refuse_collisions, write_file
from validator.readers import FORMS, LONGEST_VALUE
from validator.report import Fault, Input, Report
from validator.reporters.escape import named
from validator.rule import MAX_FINDINGS, SEVERITIES
from validator.rules import RULES
from validator.selection import Selection, UnknownSelector, levels, require_known
from validator.source import SIZE_LIMIT, Unusable, shown_path
from validator.terminal import Progress, say
from validator.vocabulary import LEGACY_CUTOFF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from validator.aside import Known
    from validator.report import Finding, Legacy
    from validator.rule import Given, Severity

_EPILOG = """\
Selectors name rules: a code (SN005), the beginning of codes (SN, PN01), a name
(service-name-case) or ALL. Where several speak of a rule, the longest wins.
Options go before what the configuration says: --select replaces its `select` and
`ignore`, --ignore adds to its `ignore`.

Examples:
  ianalint check service-names-port-numbers.xml
  ianalint check old.csv new.xml.gz --legacy show --severity ST=note
  ianalint check dumps/ --format concise --report json=report.json
  curl -s https://example.org/registry.csv | ianalint check -
"""


CHECKED = {**RULES, **ASIDE_RULES}


def arguments() -> Arguments:
    parser = Arguments(
        "check",
        "Check registry dumps (XML, CSV, plain text, HTML, JSON) by the rules of RFC 6335.",
        _EPILOG,
        "[FILE ...] [options]",
    )
    what = parser.add_argument_group("What is checked")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a dump, plain or .gz or .xz; - for standard input; a folder or glob is searched,"
        " HTML pages side by side are one registry"
        " (default: the files of the configuration, else a small sample)",
    )
    what.add_argument(
        "--input-format",
        type=one_of("the form", FORMS),
        metavar="|".join(FORMS),
        help="the form of the input (default: recognised by content)",
    )
    size = what.add_mutually_exclusive_group()
    size.add_argument(
        "--whole",
        action="store_const",
        const=True,
        help="take each input for a whole registry (default: found out)",
    )
    size.add_argument(
        "--partial",
        action="store_const",
        const=False,
        dest="whole",
        help="take each for a part, of which nothing is missing",
    )

    rules = parser.add_argument_group("Which rules")
    rules.add_argument("--select", action="append", type=words, metavar="RULES", help="run these")
    rules.add_argument("--ignore", action="append", type=words, metavar="RULES", help="not these")
    rules.add_argument(
        "--severity",
        action="append",
        type=assigned("level", SEVERITIES, "CODE", "LEVEL"),
        metavar="CODE=LEVEL",
        help=f"report the rule as {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}",
    )
    rules.add_argument(
        "--today",
        type=day,
        metavar="YYYY-MM-DD",
        help="the day that dates are compared with (default: today, UTC)",
    )
    rules.add_argument(
        "--legacy-cutoff",
        type=month,
        metavar="YYYY-MM",
        help=f"records from before are legacy (default: {LEGACY_CUTOFF}, RFC 6335)",
    )

    counts = parser.add_argument_group("What counts")
    levels = (*SEVERITIES, "never")
    counts.add_argument(
        "--fail-on",
        type=one_of("the level", levels),
        metavar="|".join(levels),
        help="the least severity that makes the exit status 1 (default: error)",
    )
    modes = ("summary", "show", "fail")
    counts.add_argument(
        "--baseline",
        metavar="FILE",
        help="findings that it knows do not count",
    )
    counts.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="write one of what is found today; reasons in the one that is there are kept",
    )
    counts.add_argument(
        "--fail-on-stale",
        action="store_true",
        help="fail where the baseline knows what is found no more",
    )
    counts.add_argument(
        "--legacy",
        type=one_of("the mode", modes),
        metavar="|".join(modes),
        help="findings of legacy records: counted by rule (default), shown, or shown and counting"
        " like the others",
    )

    limits = parser.add_argument_group("Limits")
    limits.add_argument(
        "--max-size",
        type=whole_number,
        metavar="MIB",
        help=f"refuse inputs that are larger, unpacked (default: {SIZE_LIMIT >> 20})",
    )
    limits.add_argument(
        "--max-length",
        type=whole_number,
        metavar="CHARACTERS",
        help=f"read no more of one value, and say so (default: {LONGEST_VALUE})",
    )
    limits.add_argument(
        "--max-findings",
        type=whole_number,
        metavar="NUMBER",
        help="list no more findings of one rule in one input; the others are counted"
        f" (default: {MAX_FINDINGS})",
    )

    output = parser.add_argument_group("The report")
    reporting.add_options(output)
    output.add_argument(
        "--statistics",
        action="store_true",
        help="count by severity and field too, and tell the time taken",
    )
    output.add_argument(
        "--quiet", action="store_true", help="findings and errors alone: no summary, no remarks"
    )
    output.add_argument(
        "--debug", action="store_true", help="a traceback with each fault of ianalint"
    )

    where = parser.add_argument_group("Configuration").add_mutually_exclusive_group()
    where.add_argument(
        "--config",
        metavar="FILE",
        help="read it from there (default: ianalint.toml, or [tool.ianalint] of pyproject.toml,"
        " here or in a folder above)",
    )
    where.add_argument("--isolated", action="store_true", help="read none")
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    settings = Settings() if options.isolated else load(options.config)
    selection = _selection(options, settings)
    outputs = reporting.outputs(options, settings.format)
    files = _files(options, settings)
    read = [path for file in files if file.error is None for path in file.files]
    if settings.path is not None:
        read.append(settings.path)
    baseline = options.baseline or settings.baseline
    to_write = [path for _, path in outputs if path is not None]
    if baseline is not None:
        refuse_collisions(to_write, [baseline])
    if options.write_baseline is not None:
        to_write.append(options.write_baseline)
    refuse_collisions(to_write, read)
    if options.fail_on_stale and baseline is None:
        raise CallError("--fail-on-stale says something of a baseline, and there is none")
    if baseline is not None and options.write_baseline is not None:
        # The first one is written where the configuration says that it is going to be.
        is_first = identity(baseline) == identity(options.write_baseline)
        baseline = None if is_first and not os.path.exists(baseline) else baseline
    known = read_baseline(baseline) if baseline is not None else []
    replaced = _replaced(options.write_baseline)

    cutoff = options.legacy_cutoff or settings.legacy_cutoff or LEGACY_CUTOFF
    clock = _Clock()
    report = Report([])
    with Progress(quiet=options.quiet) as progress:
        told = given(
            options.today, cutoff, options.max_findings or settings.max_findings or MAX_FINDINGS
        )
        check = _Check(options, settings, selection, told, progress, clock)
        for file in files:
            if report.inputs:
                # The command runs without a collector, and readers leave cycles behind.
                gc.collect()
            entry = check.examined(file)
            if all(form not in ("text", "html") for form, _ in outputs):
                entry.data = b""
            report.inputs.append(entry)
    report.rules = {rule.code: rule for rule in selection.running if rule.code in RULES}
    for entry in report.inputs:
        if entry.error is not None:
            say(entry.error)
        for fault in entry.faults:
            _tell(fault, debug=options.debug)

    legacy = options.legacy or settings.legacy or "summary"
    fail_on = options.fail_on or settings.fail_on or "error"
    stale = _set_aside(report, settings, selection, known, baseline, told.today)
    if options.write_baseline is not None:
        _write_baseline(options.write_baseline, report, [*known, *replaced], legacy)
    status = report.exit_status(fail_on, legacy)
    if stale and options.fail_on_stale:
        status = max(status, 1)
    clock.start("report")
    if not reporting.write(
        report, outputs, options, legacy=legacy, fail_on=fail_on, statistics=options.statistics
    ):
        status = max(status, 2)
    if options.statistics and not options.quiet:
        clock.tell()
    return status


def _set_aside(
    report: Report,
    settings: Settings,
    selection: Selection,
    known: Sequence[Known],
    baseline: str | None,
    today: str,
) -> bool:
    """Mark what waivers excuse and the baseline knows; say whether the baseline has stale entries.

    Raises `CallError` for a waiver of a rule that is not known.
    """
    found: list[tuple[str, list[Finding]]] = []
    if settings.path is not None and settings.waive:
        for waiver in settings.waive:
            try:
                waiver.codes = frozenset(levels(CHECKED, {waiver.rule: "note"}))
            except UnknownSelector as error:
                raise CallError(f"{shown_path(settings.path)}: waive: {error}") from None
        path = shown_path(settings.path)
        found.append((path, excuse(report, settings.waive, today, path)))
    stale: list[Finding] = []
    if baseline is not None:
        path = shown_path(baseline)
        stale = recognise(report, known, path)
        found.append((path, stale))
    for path, told in found:
        add(report, selected(told, selection), path)
    return bool(stale)


def _replaced(path: str | None) -> list[Known]:
    """The entries of the baseline that is to be written anew; what is none is not written over."""
    if path is None or not os.path.isfile(path) or not os.path.getsize(path):
        return []
    return read_baseline(path)


def _write_baseline(path: str, report: Report, known: Sequence[Known], legacy: Legacy) -> None:
    """Write what counts today, and what was known and is still found, as a baseline."""
    chosen = [
        finding
        for finding in report.findings
        if finding.code not in ASIDE_RULES
        and (finding.status == "baselined" or finding.fails("note", legacy))
    ]
    write_file(path, [written(chosen, known)])
    for finding in chosen:
        finding.status = "baselined"
    many = "a finding" if len(chosen) == 1 else f"{len(chosen):,} findings"
    say(f"{shown_path(path)} is a baseline of {many} now")


class _Clock:
    """How long each part of a run took."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}
        self._part = ""
        self._since = time.perf_counter()

    def start(self, part: str) -> None:
        """End the part that runs and start another."""
        now = time.perf_counter()
        if self._part:
            self.taken[self._part] = self.taken.get(self._part, 0.0) + now - self._since
        self._part = part
        self._since = now

    def tell(self) -> None:
        self.start("")
        rules = {part: taken for part, taken in self.taken.items() if part in RULES}
        parts = {part: taken for part, taken in self.taken.items() if part not in RULES}
        parts["rules"] = sum(rules.values())
        say("time: " + ", ".join(f"{part} {taken * 1000:.0f} ms" for part, taken in parts.items()))
        slowest = sorted(rules, key=lambda code: -rules[code])[:5]
        if slowest:
            shown = ", ".join(f"{code} {rules[code] * 1000:.1f} ms" for code in slowest)
            say(f"slowest rules: {shown}")


class _Check:
    """One input after the other, read and examined."""

    def __init__(
        self,
        options: Namespace,
        settings: Settings,
        selection: Selection,
        given: Given,
        progress: Progress,
        clock: _Clock,
    ) -> None:
        self.options = options
        self.settings = settings
        self.form = options.input_format or settings.input_format
        mib = options.max_size or settings.max_size
        self.max_size = mib << 20 if mib else SIZE_LIMIT
        self.max_length = options.max_length or settings.max_length or LONGEST_VALUE
        self.with_map = "html" in {options.format or settings.format, *dict(options.report)}
        self.selection = selection
        self.given = given
        self.progress = progress
        self.clock = clock

    def examined(self, file: Found) -> Input:
        """Return what was found in `file`; one that cannot be used says so."""
        name = "<stdin>" if file.path == STANDARD_INPUT else shown_path(file.path)
        if file.error is not None:
            return Input.unusable(name, file.error)
        if file.path == STANDARD_INPUT and sys.stdin is None:
            return Input.unusable(name, f"{name} is closed")
        selection, whole = self.selection, self.settings.whole
        for overrides in self.settings.per_file:
            if overrides.matches(file.path, self.settings.path or ""):
                selection = _selection(self.options, self.settings, overrides)
                whole = whole if overrides.whole is None else overrides.whole
        whole = whole if self.options.whole is None else self.options.whole
        self.progress.doing = f"reading {name}"
        self.clock.start("reading")
        try:
            registry = read_registry(
                file.path,
                form=self.form,
                whole=whole,
                pages=file.pages,
                max_size=self.max_size,
                max_length=self.max_length,
            )
        except Unusable as error:
            return Input.unusable(name, str(error))
        except Exception as error:
            entry = Input.unusable(name, f"{name} could not be read")
            message = f"{type(error).__name__}: {error}"
            entry.faults.append(Fault("reader", name, {}, message, error))
            return entry

        def step(code: str) -> None:
            self.progress.doing = f"checking {name}: {RULES[code].name if code else 'findings'}"
            self.clock.start(code or "findings")

        entry = examine(registry, _of_registries(selection), self.given, step)
        if self.with_map:
            from validator.portmap import port_map

            entry.ports = port_map(registry)
        return entry


def _selection(
    options: Namespace, settings: Settings, overrides: Overrides | None = None
) -> Selection:
    """Join what options and configuration select: options go first.

    `overrides` are for one input: they go before the configuration, and behind the options.
    """
    own = Overrides("") if overrides is None else overrides
    select: Iterable[str] | None = settings.select if own.select is None else own.select
    ignore = list(settings.ignore or ()) if own.select is None else []
    ignore += own.ignore or ()
    severity: dict[str, Severity] = {}
    try:
        for words in (select, ignore):
            require_known(CHECKED, words or ())
        severity.update(levels(CHECKED, settings.severity or {}))
        severity.update(levels(CHECKED, own.severity or {}))
    except UnknownSelector as error:
        raise CallError(f"{shown_path(settings.path or '')}: {error}") from None
    if options.select:
        select = [word for words in options.select for word in words]
        ignore = []
    ignore += [word for words in options.ignore or () for word in words]
    try:
        severity.update(levels(CHECKED, dict(options.severity or ())))
        selection = Selection(CHECKED, select, ignore, severity)
    except UnknownSelector as error:
        raise CallError(str(error)) from None
    if not any(rule.code in RULES for rule in selection.running):
        raise CallError("no rule is left to run")
    return selection


def _of_registries(selection: Selection) -> Selection:
    """The rules of `selection` that look at a registry, and not at what is set aside."""
    chosen = Selection(RULES)
    chosen.running = [rule for rule in selection.running if rule.code in RULES]
    chosen.severity = selection.severity
    return chosen


def _files(options: Namespace, settings: Settings) -> list[Found]:
    if options.files:
        return expanded(options.files)
    if settings.files:
        return expanded(settings.files)
    path = sample()
    if not options.quiet:
        say(f"no FILE is named; this checks the sample registry that comes with it, {path}")
    return [Found(path)]


def _tell(fault: Fault, *, debug: bool) -> None:
    if debug and fault.error is not None:
        from traceback import format_exception

        from validator.terminal import say_as_is

        say_as_is("".join(format_exception(fault.error)))
    what = f"rule {fault.code} broke on" if fault.code in RULES else "the reader broke on"
    about = named(fault.subject)
    record = f", record {about}" if about else ""
    say(f"a fault of ianalint itself: {what} {fault.path}{record}: {fault.message}")
