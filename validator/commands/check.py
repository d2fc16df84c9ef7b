"""`ianalint check FILE...`: reads registry dumps, runs the rules, writes the report."""

from __future__ import annotations

import gc
import os
import stat
import sys
import time

from validator.api import read_registry, utc_day
from validator.commands import cache, processes, reporting
from validator.commands import options as shared
from validator.commands.arguments import Arguments, whole_number
from validator.commands.inputs import STANDARD_INPUT, InputFile, expanded, identity, sample
from validator.commands.output import refuse_collisions, write_file, write_stdout
from validator.commands.terminal import Progress, say
from validator.engine.baseline import Run, baseline_text
from validator.engine.examine import examine
from validator.engine.report import Input, Report
from validator.errors import CallError
from validator.readers.source import LIMITS, Unusable, display_path
from validator.rules import RULES, catalogue
from validator.settings import Overrides, Settings, chosen, from_here, load, read_baseline, waivers
from validator.settings import found as found_configuration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from validator.engine.baseline import BaselineEntry
    from validator.engine.report import Legacy
    from validator.engine.rule import RunContext
    from validator.engine.selection import Selection
    from validator.model.registry import Registry

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


_LOST = (
    "a fault of ianalint itself: a process that checked an input was ended from outside, for want"
    " of memory perhaps; --jobs 1 needs the least"
)

CHECKED = catalogue.rules("registry", "run")
# What a process that ends next is not to give back object by object, as it would otherwise do
# where the last name for it goes: that takes as long as several rules.
_unfreed: list[object] = []


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
    shared.of_form(what, "input")

    rules = parser.add_argument_group("Which rules")
    shared.of_rules(rules)
    shared.of_dates(rules)

    counts = parser.add_argument_group("What counts")
    shared.fail_on(counts)
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
    shared.legacy(counts, "findings")

    limits = parser.add_argument_group("Limits")
    shared.limits(limits, "input", "the others are counted")

    output = parser.add_argument_group("The report")
    reporting.add_options(output)
    output.add_argument(
        "--statistics",
        action="store_true",
        help="count by severity and field too, and tell the time taken",
    )
    shared.manner(output, "findings and errors alone: no summary, no remarks")

    speed = parser.add_argument_group("Speed")
    speed.add_argument(
        "--jobs",
        type=_jobs,
        default=1,
        metavar="N|auto",
        help="check so many inputs at a time (auto: as there are processors; default: 1)",
    )
    kept = speed.add_mutually_exclusive_group()
    kept.add_argument(
        "--cache",
        action="store_true",
        help="keep the report, and show it again while nothing that it depends on has changed"
        f" (in {cache.FOLDER_VARIABLE}, which asks for it too, else where the system keeps such)",
    )
    kept.add_argument("--no-cache", action="store_true", help="neither keep nor show again")

    shared.of_configuration(parser)
    parser.closing_options()
    return parser


def _jobs(word: str) -> int:
    return processes.cores() if word == "auto" else whole_number(word)


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    options.today = options.today or utc_day()
    key = _key(options, words)
    kept = None if key is None else cache.get(key)
    if kept is not None:
        write_stdout([kept.text])
        return kept.status
    written: list[str] = []
    status = _run(options, words, written if key is not None else None)
    # An input that changed meanwhile has another key.
    if key is not None and status in (0, 1) and key == _key(options, words):
        try:
            cache.put(key, cache.Kept(status, "".join(written)))
        except CallError as error:
            say(f"the report is not kept: {error}")
    return status


def _key(options: Namespace, words: Sequence[str]) -> str | None:
    """Name the run that `options` ask for by all that its report depends on.

    `None` where reports are not to be kept, and for a run that does more than report to standard
    output, or whose input cannot be known beforehand.
    """
    asked = options.cache or os.environ.get(cache.FOLDER_VARIABLE)
    elsewhere = options.report or options.output not in (None, "-") or options.write_baseline
    if not asked or options.no_cache or elsewhere or options.statistics or options.debug:
        return None
    held = None if options.isolated else found_configuration(options.config)
    path, content, table = held if held is not None else ("", b"", {})
    if (options.format or table.get("format")) == "github" and "GITHUB_STEP_SUMMARY" in os.environ:
        return None
    named = table.get("files")
    files = options.files
    if not files and isinstance(named, list) and all(isinstance(file, str) for file in named):
        files = [from_here(path, file) for file in named]
    if not files:
        return None
    parts: list[bytes | str] = [
        *words, "", options.today, os.getcwd(), path, content, *reporting.appearance(options)
    ]  # fmt: skip
    read: list[str] = []
    for file in expanded(files):
        if file.error is not None or file.path == STANDARD_INPUT:
            return None
        parts += (file.path, *file.pages, "")
        read += file.files
    baseline = options.baseline or table.get("baseline")
    if isinstance(baseline, str):
        read.append(baseline if options.baseline else from_here(path, baseline))
    for name in read:
        try:
            # What is larger is seldom read, and too much to keep in memory beside the input.
            if not os.path.isfile(name) or os.path.getsize(name) > LIMITS.size:
                return None
            with open(name, "rb") as stream:
                parts.append(stream.read())
        except (OSError, ValueError):
            return None  # the run says what is wrong
    return cache.key(parts)


def _run(options: Namespace, words: Sequence[str], keep: list[str] | None) -> int:
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

    clock = _Clock()
    report = Report([])
    told = shared.outside(options, settings)
    with_data = any(form in ("text", "html") for form, _ in outputs)
    count = min(options.jobs, len(files))
    elsewhere = [file for file in files if file.path != STANDARD_INPUT]
    done: Iterator[tuple[Input, dict[str, float]]] | None = None
    if count > 1:
        done = processes.ordered(
            count, _work, elsewhere, _prepare, (words, options.today, with_data)
        )
    with Progress(quiet=options.quiet) as progress:
        check = _Check(options, settings, selection, told, progress, clock)
        try:
            for file in files:
                if done is not None and file.path != STANDARD_INPUT:
                    progress.doing = f"checking {len(report.inputs) + 1} of {len(files)} inputs"
                    entry, taken = next(done)
                    clock.add(taken)
                else:
                    entry = check.examined(file, with_data=with_data)
                report.inputs.append(entry)
        except processes.ProcessLost:
            say(_LOST)
            return 3
    report.rules = {rule.code: rule for rule in selection.running if rule.code in RULES}
    for entry in report.inputs:
        if entry.error is not None:
            say(entry.error)
        for fault in entry.faults:
            reporting.tell(fault, debug=options.debug)

    legacy = options.legacy or settings.legacy or "summary"
    fail_on = options.fail_on or settings.fail_on or "error"
    stale = _set_aside(report, settings, selection, known, baseline, told.today)
    if options.write_baseline is not None and report.exit_status("never") > 1:
        # What was found in it last time, and why it is not mended, would be gone.
        path = display_path(options.write_baseline)
        say(f"{path} is not written: not everything could be checked")
    elif options.write_baseline is not None:
        _write_baseline(options.write_baseline, report, [*known, *replaced], legacy)
    status = report.exit_status(fail_on, legacy)
    if stale and options.fail_on_stale:
        status = max(status, 1)
    clock.start("report")
    if not reporting.write(
        report,
        outputs,
        options,
        legacy=legacy,
        fail_on=fail_on,
        statistics=options.statistics,
        keep=keep,
    ):
        status = max(status, 2)
    if options.statistics and not options.quiet:
        clock.tell()
    if not gc.isenabled():
        _unfreed.append((check, report))
    return status


_worker: tuple[_Check, bool] | None = None


def _prepare(words: Sequence[str], today: str, with_data: bool) -> None:
    """Make a process of `--jobs` ready: it follows the same words as the first one."""
    global _worker
    gc.disable()
    options = arguments().parse(words)
    options.today = today
    settings = Settings() if options.isolated else load(options.config)
    told = shared.outside(options, settings)
    selection = _selection(options, settings)
    check = _Check(options, settings, selection, told, Progress(quiet=True), _Clock())
    _worker = check, with_data


def _work(file: InputFile) -> tuple[Input, dict[str, float]]:
    """Check one input in a process of `--jobs`; return what was found and the time it took."""
    if _worker is None:
        raise RuntimeError("the process was not prepared")
    check, with_data = _worker
    entry = check.examined(file, with_data=with_data)
    for fault in entry.faults:
        if fault.error is not None:
            from traceback import format_exception

            # An exception and its frames do not travel; its words do.
            fault.error = reporting.Told("".join(format_exception(fault.error)))
    check.clock.start("")
    taken, check.clock.taken = check.clock.taken, {}
    return entry, taken


def _set_aside(
    report: Report,
    settings: Settings,
    selection: Selection,
    known: Sequence[BaselineEntry],
    baseline: str | None,
    today: str,
) -> bool:
    """Mark what waivers excuse and the baseline knows; say whether the baseline has stale entries.

    Raises `CallError` for a waiver of a rule that is not known.
    """
    run = Run(
        report,
        today,
        waivers(settings, CHECKED),
        display_path(settings.path or ""),
        known,
        display_path(baseline or ""),
    )
    run.mark()
    run.add_findings(selection.among(catalogue.rules("run")))
    return bool(run.stale_entries())


def _replaced(path: str | None) -> list[BaselineEntry]:
    """The entries of the baseline that is to be written anew; what is none is not written over."""
    if path is None:
        return []
    try:
        there = os.stat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return []  # whoever writes it says what is wrong with the name
    except OSError as error:
        raise CallError(f"{display_path(path)} cannot be read: {error.strerror or error}") from None
    if not stat.S_ISREG(there.st_mode) or not there.st_size:
        return []
    return read_baseline(path)


def _write_baseline(
    path: str, report: Report, known: Sequence[BaselineEntry], legacy: Legacy
) -> None:
    """Write what counts today, and what was known and is still found, as a baseline."""
    chosen = [
        finding
        for finding in report.findings
        if finding.code not in catalogue.rules("run")
        and (finding.status == "baselined" or finding.fails("note", legacy))
    ]
    write_file(path, [baseline_text(chosen, known)])
    for finding in chosen:
        finding.status = "baselined"
    many = "a finding" if len(chosen) == 1 else f"{len(chosen):,} findings"
    say(f"{display_path(path)} is a baseline of {many} now")


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

    def add(self, taken: dict[str, float]) -> None:
        """Count the time that another process took for its parts."""
        for part, time_taken in taken.items():
            self.taken[part] = self.taken.get(part, 0.0) + time_taken

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
        given: RunContext,
        progress: Progress,
        clock: _Clock,
    ) -> None:
        self.options = options
        self.settings = settings
        self.form = options.input_format or settings.input_format
        self.with_map = "html" in {options.format or settings.format, *dict(options.report)}
        self.selection = selection
        self.given = given
        self.progress = progress
        self.clock = clock
        # The registry examined last.
        self.held: Registry | None = None

    def examined(self, file: InputFile, *, with_data: bool) -> Input:
        """Return what was found in `file`; one that cannot be used says so.

        Its bytes stay in what is returned only `with_data`.
        """
        is_first = self.held is None
        self.held = None
        if not gc.isenabled():
            # The command runs without a collector, and readers leave cycles behind.  What was
            # there before, or is to be reported, is not looked through each time.
            if not is_first:
                gc.collect()
            gc.freeze()
        entry = self._examined(file)
        if not with_data:
            entry.data = b""
        return entry

    def _examined(self, file: InputFile) -> Input:
        name = "<stdin>" if file.path == STANDARD_INPUT else display_path(file.path)
        if file.error is not None:
            return Input.unusable(name, file.error)
        if file.path == STANDARD_INPUT and sys.stdin is None:
            return Input.unusable(name, f"{name} is closed")
        selection = self.selection
        for overrides in self.settings.matching(file.path):
            selection = _selection(self.options, self.settings, overrides)
        whole = self.options.whole
        if whole is None:
            whole = self.settings.whole_at(file.path)
        self.progress.doing = f"reading {name}"
        self.clock.start("reading")
        try:
            registry = read_registry(
                file.path,
                form=self.form,
                whole=whole,
                pages=file.pages,
                limits=self.given.limits,
            )
        except Unusable as error:
            return Input.unusable(name, str(error))
        except Exception as error:
            return Input.broken(name, error)
        self.held = registry

        def step(code: str) -> None:
            self.progress.doing = f"checking {name}: {RULES[code].name if code else 'findings'}"
            self.clock.start(code or "findings")

        self.given.progress = step
        entry = examine(registry, selection.among(RULES), self.given)
        if self.with_map:
            from validator.model.portmap import port_map

            entry.ports = port_map(registry)
        return entry


def _selection(
    options: Namespace, settings: Settings, overrides: Overrides | None = None
) -> Selection:
    """What is to run; the configuration may speak of the rules of other commands as well."""
    selection = chosen(CHECKED, options, settings, overrides)
    if not any(rule.code in RULES for rule in selection.running):
        raise CallError("no rule is left to run")
    return selection


def _files(options: Namespace, settings: Settings) -> list[InputFile]:
    if options.files:
        return expanded(options.files)
    if settings.files:
        return expanded(settings.files)
    path = sample()
    if not options.quiet:
        say(f"no FILE is named; this checks the sample registry that comes with it, {path}")
    return [InputFile(path)]
