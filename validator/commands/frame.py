"""The frame of a command: inputs, settings, report, outputs and exit status, stated once.

To add a command, list it in `validator.commands` and write a module with its name and two
functions: `arguments()` returns its parser, `run(words)` does its work:

    def run(words: Sequence[str]) -> int:
        options = arguments().parse(words)
        frame = Frame(options, "registry")          # what its rules look at
        dump = only(options.registry)
        frame.open([dump])                          # refuses to write over what is read
        with frame.progress:
            report = Report([examine(frame.read(dump), frame.selection("registry"), ...)])
        status = frame.judge(report)                # waivers, baseline; says errors and faults
        return frame.finish(report, status)         # writes the report, returns the exit status

The options that it shares with others come from `validator.commands.arguments`; a command without
`--format` writes no report and needs `settings_of` and `read_dump` alone.  A command that takes
many inputs makes an `Input` of each with `Frame.each`, which brings `--jobs`.  What must stop the
call is a `CallError`; an input that cannot be used is `Unusable`, and the others are still checked.
"""

from __future__ import annotations

import gc
import sys
import time

from validator.api import read_registry
from validator.budget import Budget, OutOfTime, Untimed, doing, expired, start
from validator.commands import reporting
from validator.commands.arguments import settings_of
from validator.commands.inputs import STANDARD_INPUT
from validator.commands.output import refuse_collisions
from validator.commands.terminal import Progress, is_same_terminal, say
from validator.engine.finding import Truncation
from validator.engine.report import Input, Report
from validator.engine.rule import ERROR
from validator.errors import CallError, Unusable, WorkerLost, is_shortage
from validator.model.registry import Registry
from validator.readers import read
from validator.readers.source import display_path, read_bytes, read_source
from validator.reporters import LEGACY_COUNTED, render
from validator.rules import RULES, catalogue
from validator.rules.usable import compared_input, require_usable
from validator.settings import path_of
from validator.settings.choices import (
    baseline_entries,
    selection_of,
    unselected,
    waivers_of,
    whole_at,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias, TypeVar

    from validator.commands.baseline import BaselineUpdate
    from validator.commands.inputs import InputFile
    from validator.commands.reporting import Renderer
    from validator.engine.baseline import BaselineEntry
    from validator.engine.selection import Selection
    from validator.model.record import Defect, Form
    from validator.rules.catalogue import LooksAt
    from validator.settings import Settings

    Result = TypeVar("Result")
    # Makes an input of a file, as a process of `--jobs` does, too.
    Checker: TypeAlias = Callable[[InputFile], Input]

_WORKER_LOST = (
    "internal error: a process of --jobs was killed, perhaps because memory ran out;"
    " --jobs 1 needs the least memory"
)
# Objects that need not be freed one by one before the process ends, which takes as long as several
# rules.
_unfreed: list[object] = []


class UnusableInputs(Exception):  # noqa: N818
    """Inputs without which a command can compare nothing; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("nothing could be compared")
        self.report = report


class Frame:
    """One call of a command: its options, its settings, and what it says and writes at the end.

    `looks_at` is what the rules of the command look at.  With "run" among them the report tells
    which waivers and entries of the baseline are outdated.
    """

    def __init__(self, options: Namespace, *looks_at: LooksAt) -> None:
        self.options = options
        self.looks_at = looks_at
        self.settings: Settings = settings_of(options, *looks_at)
        self.outputs = reporting.outputs(options, self.settings)
        self.formats = {form for form, _ in self.outputs}
        self.progress = Progress(quiet=options.quiet)
        self.clock = Clock()
        self.entries: Sequence[BaselineEntry] = ()
        # The registry that was read last.
        self.registry: Registry | None = None
        self._selections: dict[object, Selection] = {}
        # What `add_baseline` asks for.
        self.fails_on_stale = getattr(options, "fail_on_stale", False)
        self._update: BaselineUpdate | None = None
        # What else is to be said on standard error, but with --quiet.
        self.remarks: list[str] = []
        if self.settings.rules:
            sources = ", ".join(map(display_path, self.settings.rules))
            self.remarks.append(f"with the rules of {sources}")
        self.remarks += unselected(self.settings, catalogue.rules(*looks_at))

    def selection(self, *looks_at: LooksAt, path: str | None = None) -> Selection:
        """Return which rules run that look at one of `looks_at`, on the input at `path`."""
        key = looks_at, path if self.settings.per_file else None
        selection = self._selections.get(key)
        if selection is None:
            rules = catalogue.rules(*looks_at)
            selection = self._selections[key] = selection_of(self.settings, rules, path)
            of_command = catalogue.rules(*self.looks_at)
            remarks = unselected(self.settings, of_command, path) if key[1] else []
            self.remarks += [remark for remark in remarks if remark not in self.remarks]
        return selection

    def open(self, files: Iterable[InputFile], *more_outputs: str) -> None:
        """Begin a run that reads `files`: read the baseline, and the one that is written anew.

        Raises `CallError` where that fails, or an output is a file that is read, or is another
        output.
        """
        settings = self.settings
        if self.fails_on_stale and settings.baseline is None:
            raise CallError("--fail-on-stale needs a baseline", "Name one with --baseline FILE.")
        written = getattr(self.options, "write_baseline", None)
        if written is not None:
            from validator.commands.baseline import BaselineUpdate

            self._update = BaselineUpdate(written, settings)
            more_outputs = (written, *more_outputs)
        inputs = [path for file in files if file.error is None for path in file.files]
        inputs += [] if settings.configuration is None else [settings.configuration.path]
        reports = [path for _, path in self.outputs if path is not None]
        refuse_collisions(reports, [] if settings.baseline is None else [settings.baseline])
        refuse_collisions([*reports, *more_outputs], inputs)
        self.entries = baseline_entries(settings)
        if self._update is not None:
            self._update.open(self.entries)

    @property
    def lists_legacy(self) -> bool:
        """Whether a report or a baseline lists the findings of legacy records one by one."""
        if self.settings.baseline is not None or self.options.write_baseline is not None:
            return True
        return self.settings.legacy != "summary" or not self.formats <= LEGACY_COUNTED

    # -- inputs -------------------------------------------------------------------------------

    def read(self, file: InputFile, *, is_input: bool = False) -> Registry:
        """Return the registry in `file`.  Raises `Unusable`.

        The settings about the form and the size of inputs count where it `is_input`.
        """
        settings = self.settings
        form = settings.input_format if is_input else None
        whole = whole_at(settings, file.name) if is_input else None
        self.registry = read_dump(file, settings, self.progress, form, whole)
        return self.registry

    def forget(self, *, freeze: bool = True) -> None:
        """Forget the registry that was read last, and free what its reader left in cycles.

        A command runs without a garbage collector.  With `freeze`, what is there now is not looked
        at the next time.
        """
        is_first = self.registry is None
        self.registry = None
        if not gc.isenabled():
            if not is_first:
                gc.collect()
            if freeze:
                gc.freeze()

    def read_compared(self, *files: InputFile) -> list[Registry]:
        """Return the registries in `files`, that others are compared with.

        Raises `UnusableInputs` with the report where one of them cannot be read, has no record, or
        is not this registry: nothing can be compared then.
        """
        registries: list[Registry] = []
        failed: list[Input] = []
        for file in files:
            registry = usable(file.display, lambda file=file: require_usable(self.read(file)))  # type: ignore[misc]
            if isinstance(registry, Input):
                failed.append(registry)
            else:
                registries.append(registry)
        if failed:
            others = [compared_input(registry) for registry in registries]
            for entry in others:
                # Nothing was checked in it, so it does not count as checked.
                entry.kind = "registry"
            raise UnusableInputs(Report([*failed, *others]))
        return registries

    def each(
        self, files: Sequence[InputFile], make_checker: Callable[[Frame], Checker]
    ) -> Iterator[Input]:
        """Yield what a checker of this frame makes of each of `files`, in their order.

        With `--jobs` processes do it, with frames of their own; standard input is for this one.
        """
        checker = make_checker(self)
        remote = [file for file in files if file.path != STANDARD_INPUT]
        results: Iterator[tuple[Input, dict[str, float]]] = iter(())
        count = min(self.options.jobs, len(files))
        if count > 1:
            from validator.commands.processes import ordered

            for file in remote:
                self.selection(*self.looks_at, path=file.name)  # for its remarks
            start = make_checker, self.options, self.looks_at, self.settings.today
            results = ordered(count, _work, remote, _start_worker, start)
        for number, file in enumerate(files, 1):
            if count == 1 or file.path == STANDARD_INPUT:
                self.forget()
                yield _checked(checker, file)
                continue
            self.progress.doing = f"checking {number} of {len(files)} inputs"
            try:
                with Untimed():
                    entry, seconds = next(results)
            except WorkerLost:
                say(_WORKER_LOST)
                raise SystemExit(3) from None
            self.clock.add(seconds)
            yield entry

    # -- the report ---------------------------------------------------------------------------

    def judge(self, report: Report) -> int:
        """Mark the findings that waivers and baseline accept, and return the exit status.

        What could not be checked, and the remarks, are said on standard error.  The baseline that
        is asked for is written.
        """
        start("while matching findings with waivers and the baseline")
        stale = self._mark(report) if self.settings.waive or self.entries else []
        if self.fails_on_stale and stale:
            _fail_stale(report, len(stale))
        self._tell(report)
        if self._update is not None:
            start("while writing the baseline")
            self._update.write(report)
        status = report.exit_status(self.settings.fail_on, self.settings.legacy)
        return max(status, int(self.fails_on_stale and bool(stale)))

    def _tell(self, report: Report) -> None:
        is_listed = self._lists_errors
        for entry in report.inputs:
            if entry.error is not None and not is_listed:
                say(entry.error)
            for cut in entry.cut:
                if self._fails_alone(cut, entry):
                    say(f"{entry.path}: {cut}; the others fail the run (--max-findings)")
            for fault in entry.faults:
                reporting.tell(fault, debug=getattr(self.options, "debug", False))
        if not self.options.quiet:
            for remark in self.remarks:
                say(remark)
        if self.options.verbose:
            self._say_details(report)

    def _fails_alone(self, cut: Truncation, entry: Input) -> bool:
        """Whether findings that no report lists make the run fail, and none of their rule else."""
        how = self.settings.fail_on, self.settings.legacy
        listed = (finding for finding in entry.findings if finding.code == cut.code)
        return cut.fails(*how) and not any(finding.fails(*how) for finding in listed)

    @property
    def _lists_errors(self) -> bool:
        """Whether a report is on the terminal that messages go to, and says what was not read."""
        form, path = self.outputs[0] if self.outputs else ("", "")
        if path is not None or not is_same_terminal(sys.stdout, sys.stderr):
            return False
        return form != "text" or not self.options.quiet

    def _say_details(self, report: Report) -> None:
        """Say what `--verbose` adds; a text report on standard output has the inputs itself."""
        from validator.reporters import Style
        from validator.reporters.text import Page

        settings = self.settings
        say(f"configuration: {display_path(path_of(settings) or 'none')}")
        if settings.baseline is not None:
            say(f"baseline: {display_path(settings.baseline)}, {len(self.entries):,} entries")
        page = Page(Style())
        for entry in report.inputs if ("text", None) not in self.outputs else ():
            lines = [page.checked(entry, counted=False), *page.omissions(entry, report.rules)]
            for line in lines if entry.error is None else ():
                if line:
                    say(line.strip())

    def _mark(self, report: Report) -> Sequence[BaselineEntry]:
        from validator.engine.baseline import Run

        settings = self.settings
        run = Run(
            report,
            settings.today,
            # Every command reports what `check` finds of the reading of a registry.
            waivers_of(settings, catalogue.rules("registry", *self.looks_at)),
            display_path(path_of(settings) or ""),
            self.entries,
            display_path(settings.baseline or ""),
        )
        run.mark()
        if "run" in self.looks_at:
            run.add_findings(self.selection(*self.looks_at).among(catalogue.rules("run")))
        return run.stale_entries()

    def finish_unusable(
        self, error: UnusableInputs, dump: InputFile | None = None, files: Sequence[InputFile] = ()
    ) -> int:
        """Write the report about inputs without which nothing can be compared; return 2.

        `dump` is what `--registry` names, where it is that; `files` are those to compare with it.
        """
        for entry in error.report.inputs:
            if dump is not None and entry.error is not None:
                from validator.commands.misplaced import misplaced

                paths = [file.path for file in files]
                entry.error = misplaced(entry.error, "--registry", dump.path, paths)
        return self.finish(error.report, max(2, self.judge(error.report)))

    def finish(self, report: Report, status: int, renderer: Renderer = render) -> int:
        """Write the report and return `status`, or 2 where that fails."""
        if not reporting.write(report, self.outputs, self.options, self.settings, renderer, status):
            status = max(status, 2)
        if not gc.isenabled():
            _unfreed.append((self, report))
        return status


def _fail_stale(report: Report, count: int) -> None:
    """Make errors of the findings about stale entries, of which there are `count`, and say so."""
    from validator.engine.baseline import STALE

    for finding in report.findings:
        if finding.code == STALE:
            finding.severity = ERROR
    verb = "entry matches" if count == 1 else "entries match"
    say(f"{count:,} {verb} no finding any more: the baseline is stale (--fail-on-stale)")


def read_dump(
    file: InputFile,
    settings: Settings,
    progress: Progress,
    form: Form | None = None,
    whole: bool | None = None,
) -> Registry:
    """Return the registry in `file`.  Raises `Unusable`."""
    file.require_readable()
    progress.doing = f"reading {file.display}"
    doing(f"while {progress.doing}")
    if file.path == STANDARD_INPUT:
        source = read_source(file.path, settings.limits, file.display)
        return Registry(read(source, form), whole)
    try:
        return read_registry(
            file.path, form=form, whole=whole, pages=file.pages, limits=settings.limits
        )
    except Unusable as error:
        raise with_audit_hint(error, file, settings) from None


def with_audit_hint(error: Unusable, file: InputFile, settings: Settings) -> Unusable:
    """Return the error for a file that is no dump; it names the command that reads the file."""
    if file.pages or file.path == STANDARD_INPUT:
        return error
    from validator.consumers.recognize import audit_hint_of

    try:
        data = read_bytes(file.path, settings.limits)[0]
    except Unusable:
        return error
    hint = _draft_hint(file, data) or audit_hint_of(file.path, data)
    return Unusable(f"{error}. {hint}") if hint else error


def _draft_hint(file: InputFile, data: bytes) -> str:
    """A sentence about an Internet-Draft; empty for all else."""
    import shlex

    from validator.request.drafts import is_draft

    if not is_draft(data):
        return ""
    name = shlex.quote(file.display)
    return f'It looks like an Internet-Draft, whose requests "ianalint request {name}" checks'


def usable(name: str, read: Callable[[], Result]) -> Result | Input:
    """Return what `read` returns; an input called `name` with the reason where that fails."""
    start(f"while reading {name}")
    try:
        return read()
    except (Unusable, CallError) as error:
        return Input.unusable(name, str(error))
    except OutOfTime:
        return Input.unusable(name, f"{name}: {expired()}")
    except MemoryError:
        return Input.unusable(name, f"{name}: not enough memory to read it")
    except Exception as error:
        if is_shortage(error):
            return Input.unusable(name, f"{name} cannot be read: {error}")
        return Input.broken(name, error)


def _checked(checker: Checker, file: InputFile) -> Input:
    """Return what `checker` makes of a file: without findings where that takes too long."""
    try:
        return checker(file)
    except OutOfTime:
        return Input.unusable(file.display, f"{file.display}: {expired()}")
    except MemoryError:
        return Input.unusable(file.display, f"{file.display}: not enough memory to check it")


# How a sentence about faults of reading ends, where the report does not show them.
CHECK_SHOWS = '; run "ianalint check" to see where'


def reading_faults(registry: Registry, advice: str, reported: Iterable[Defect] = ()) -> list[str]:
    """Return sentences about what could not be read of a registry, if anything, with `advice`.

    Without the defects that are `reported` already.
    """
    from validator.reporters.wording import count_of

    path = display_path(registry.dump.path)
    known = {id(defect) for defect in reported}
    defects = [defect for defect in registry.dump.defects if id(defect) not in known]
    errors = [defect.message for defect in defects if not defect.is_doubt]
    doubts = len(defects) - len(errors)
    sentences = [read_with_errors(registry, errors, advice)] if errors else []
    if doubts:
        lines = count_of(doubts, "line")
        sentences.append(f"{path} has {lines} that may belong to either of two records{advice}")
    return sentences


def read_with_errors(registry: Registry, messages: Sequence[str], advice: str) -> str:
    """Return the sentence about errors of a registry: their number, or the only one's message."""
    from validator.reporters.wording import count_of

    path, count = display_path(registry.dump.path), len(messages)
    first = f" ({messages[0]})" if count == 1 else ""
    return f"{path} was read with {count_of(count, 'error')}{first}{advice}"


# -- the time of a run, and its processes -----------------------------------------------------


class Clock:
    """How long each part of a run took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._part = ""
        self._since = time.perf_counter()

    def start(self, part: str) -> None:
        """End the part that runs and start another."""
        now = time.perf_counter()
        if self._part:
            self.seconds[self._part] = self.seconds.get(self._part, 0.0) + now - self._since
        self._part = part
        self._since = now

    def add(self, seconds: dict[str, float]) -> None:
        """Count the time that another process took for its parts."""
        for part, more in seconds.items():
            self.seconds[part] = self.seconds.get(part, 0.0) + more

    def tell(self) -> None:
        self.start("")
        by_rule = {part: time for part, time in self.seconds.items() if part in RULES}
        parts = {part: time for part, time in self.seconds.items() if part not in RULES}
        parts["rules"] = sum(by_rule.values())
        say("time: " + ", ".join(f"{part} {time * 1000:.0f} ms" for part, time in parts.items()))
        slowest = sorted(by_rule, key=lambda code: -by_rule[code])[:5]
        if slowest:
            times = ", ".join(f"{code} {by_rule[code] * 1000:.1f} ms" for code in slowest)
            say(f"slowest rules: {times}")


_worker: tuple[Frame, Checker] | None = None


def _start_worker(
    make_checker: Callable[[Frame], Checker],
    options: Namespace,
    looks_at: tuple[LooksAt, ...],
    today: str,
) -> None:
    """Make a process of `--jobs` ready: it has the options of the first one."""
    global _worker
    gc.disable()
    options.quiet = True
    options.today = today
    # Until the process ends.
    Budget().__enter__()
    frame = Frame(options, *looks_at)
    _worker = frame, make_checker(frame)


def _work(file: InputFile) -> tuple[Input, dict[str, float]]:
    """Check one input in a process of `--jobs`; return it and the time that it took."""
    if _worker is None:
        raise RuntimeError("the process was not prepared")
    frame, checker = _worker
    frame.forget()
    entry = _checked(checker, file)
    for fault in entry.faults:
        if fault.error is not None:
            from traceback import format_exception

            # An exception and its frames cannot be sent to another process; its text can.
            fault.error = reporting.RemoteTraceback("".join(format_exception(fault.error)))
    frame.clock.start("")
    seconds, frame.clock.seconds = frame.clock.seconds, {}
    return entry, seconds
