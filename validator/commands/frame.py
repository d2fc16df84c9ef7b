"""The frame of a command: inputs, settings, report, outputs and exit status, stated once.

To add a command, list it in `validator.commands` and write a module with its name and two
functions: `arguments()` returns its parser, `run(words)` does its work:

    def run(words: Sequence[str]) -> int:
        options = arguments().parse(words)
        frame = Frame(options, "registry")          # what its rules look at
        dump = frame.only(options.file)
        frame.open([dump])                          # refuses to write over what is read
        with frame.progress:
            report = Report([examine(frame.read(dump), frame.running(), ...)])
        status = frame.judge(report)                # waivers, baseline; says errors and faults
        return frame.finish(report, status)         # writes the report, returns the exit status

What `--help` says of it is a table of `help.toml`.  The options that it shares with others are in
`validator.commands.arguments`; a command without `--format` writes no report and needs `Call`
alone.  A command that takes many inputs makes an `Input` of each with `Frame.each`, which brings
`--jobs`.  What must stop the call is a `CallError`; an input that cannot be used is `Unusable`, and
the others are still checked.
"""

from __future__ import annotations

import gc
import sys
import time

from validator.budget import Budget, OutOfTime, Untimed, expired, start
from validator.commands import reporting
from validator.commands.arguments import settings_of
from validator.commands.inputs import STANDARD_INPUT, InputFile, Search, expanded, only
from validator.commands.output import output_of, refuse_collisions
from validator.commands.reading import (
    CHECK_SHOWS,
    hint_at_place,
    read_dump,
    reading_faults,
    usable,
)
from validator.commands.terminal import Progress, is_same_terminal, say
from validator.engine.finding import Truncation
from validator.engine.report import Input, Report
from validator.engine.rule import ERROR
from validator.errors import CallError, WorkerLost
from validator.model.registry import Registry
from validator.readers.source import display_path
from validator.reporters import LEGACY_COUNTED, render
from validator.rules import RULES, catalogue
from validator.rules.usable import compared_input, reading_gaps, require_usable
from validator.settings import Settings, origin_of, path_of
from validator.settings.choices import (
    baseline_entries,
    no_rules,
    selection_of,
    unselected,
    waivers_of,
    whole_at,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, NoReturn, TypeAlias, TypeVar

    from validator.commands.baseline import BaselineUpdate
    from validator.commands.reporting import Renderer
    from validator.engine.baseline import BaselineEntry, Run
    from validator.engine.selection import Selection
    from validator.model.record import Form
    from validator.rules.catalogue import LooksAt

    Result = TypeVar("Result")
    # Makes an input of a file, as a process of `--jobs` does, too.
    Checker: TypeAlias = Callable[[InputFile], Input]

_WORKER_LOST = (
    "internal error: a process of --jobs was killed, perhaps because memory ran out;"
    " --jobs 1 needs the least memory"
)
# More findings than this are packed until they are written: 30 MiB.
_MOST_UNPACKED = 50_000
_MATCHING = "while matching findings with waivers and the baseline"
# Objects that need not be freed one by one before the process ends, which takes as long as several
# rules.
_unfreed: list[object] = []


class Call:
    """One call of a command: its options, its settings and the files that it names.

    `looks_at` is what the rules of the command look at.
    """

    def __init__(self, options: Namespace, *looks_at: LooksAt) -> None:
        self.options = options
        self.looks_at = looks_at
        self.settings: Settings = settings_of(options, *looks_at)
        self.progress = Progress(quiet=options.quiet)

    def files(self, paths: Iterable[str], *recognizes: Any) -> list[InputFile]:
        """Return the files that `paths` name.

        `recognizes` says what else than dumps a folder is searched for (see `Search`).
        """
        return expanded(paths, self._search(*recognizes))

    def only(self, path: str) -> InputFile:
        """Return the one dump that `path` names.  Raises `CallError`."""
        try:
            return only(path, self._search())
        except CallError as error:
            raise CallError(f"{origin_of(self.settings, path)}{error}") from None

    def _search(self, *recognizes: Any) -> Search:
        name = self.settings.stdin_filename
        quiet = self.options.quiet
        return Search(self.settings.exclude, *recognizes, stdin_filename=name, quiet=quiet)

    def output(self, files: Iterable[InputFile]) -> str | None:
        """Return what `--output` names, if not standard output.

        Raises `CallError` where that is one of `files`.
        """
        path = output_of(self.options)
        if path is not None:
            refuse_collisions([path], [path for file in files for path in file.files])
        return path

    def show_files(self, files: Iterable[InputFile]) -> None:
        """With `--show-files`, print the paths of `files` and raise `SystemExit`."""
        if self.options.show_files:
            from validator.commands.overview import write_files

            raise SystemExit(write_files(files))

    def read_usable(self, file: InputFile) -> Registry:
        """Return the registry in `file`, in the form of `--input-format`.  Raises `Unusable`."""
        form = self.settings.input_format
        return require_usable(read_dump(file, self.settings, self.progress, form))


class Frame(Call):
    """A call that writes a report: what it says and writes at the end.

    With "run" among what the rules look at, the report tells which waivers and entries of the
    baseline are outdated.
    """

    def __init__(self, options: Namespace, *looks_at: LooksAt) -> None:
        super().__init__(options, *looks_at)
        self.outputs = reporting.outputs(options, self.settings)
        self.formats = {form for form, _ in self.outputs}
        self.clock = Clock()
        self.entries: Sequence[BaselineEntry] = ()
        # The file that `--registry` names, and the registry that was read last.
        self.dump: InputFile | None = None
        self.registry: Registry | None = None
        self._selections: dict[object, Selection] = {}
        self.has_one_input = False
        # Of the inputs so far: how many findings are not packed, and the texts that they share.
        self._unpacked = 0
        self._texts: dict[object, object] = {}
        # What the options of `BASELINE` ask for.
        self.fails_on_stale = getattr(options, "fail_on_stale", False)
        self._update: BaselineUpdate | None = None
        self._run: Run | None = None
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

    def running(self, path: str | None = None) -> Selection:
        """Return which of the rules on what the command checks run on the input at `path`.

        Raises `CallError` where there are none.
        """
        of_inputs = catalogue.rules(self.looks_at[0])
        selection = self.selection(*self.looks_at, path=path).among(of_inputs)
        if not selection.chosen().running:
            raise no_rules(self.settings, path)
        return selection

    def open(
        self, files: Iterable[InputFile], *more_outputs: str, registry: str | None = None
    ) -> None:
        """Begin a run that reads `files`: read the baseline, and the one that is written anew.

        `registry` is the dump to compare them with, if any.  Raises `CallError` where that fails,
        or an output is a file that is read, or is another output.
        """
        settings = self.settings
        files = list(files)
        self.has_one_input = len(files) == 1
        if registry is not None:
            self.dump = self.only(registry)
            files = [*files, self.dump]
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
        """Whether a report, a waiver or a baseline looks at each finding of a legacy record."""
        settings = self.settings
        if settings.waive or settings.baseline is not None or self.options.write_baseline:
            return True
        return settings.legacy != "summary" or not self.formats <= LEGACY_COUNTED

    # -- inputs -------------------------------------------------------------------------------

    def read(
        self, file: InputFile, form: Form | None = None, *, is_input: bool = False
    ) -> Registry:
        """Return the registry in `file`, read as `form`.  Raises `Unusable`.

        The settings about the form and the size of inputs count where it `is_input`.
        """
        settings = self.settings
        form = settings.input_format if is_input else form
        whole = whole_at(settings, file.name) if is_input else None
        self.registry = read_dump(file, settings, self.progress, form, whole)
        return self.registry

    def forget(self) -> None:
        """Forget the registry that was read last, and free what its reader left in cycles.

        A command runs without a garbage collector.  What is there now is not looked at the next
        time.
        """
        is_first = self.registry is None
        self.registry = None
        if not gc.isenabled():
            if not is_first:
                gc.collect()
            gc.freeze()

    def read_compared(self, *dumps: InputFile, beside: Sequence[InputFile] = ()) -> list[Registry]:
        """Return the registries in `dumps`, that others are compared with.

        Nothing can be compared where one of them cannot be read, has no record, or is not this
        registry: the report says so, and ends the call with `SystemExit`.  `beside` are the files
        to compare with the dump that `--registry` names.
        """
        settings = self.settings
        registries: list[Registry] = []
        failed: list[Input] = []
        # What the configuration says of inputs is not meant for these.
        form = getattr(self.options, "input_format", None)
        for file in dumps:
            registry = usable(
                file.display,
                lambda file=file: require_usable(self.read(file, form)),  # type: ignore[misc]
            )
            if isinstance(registry, Input):
                registry.error = f"{origin_of(settings, file.path)}{registry.error}"
                failed.append(registry)
            else:
                registries.append(registry)
        if failed:
            others = [compared_input(registry) for registry in registries]
            for entry in others:
                # Nothing was checked in it, so it does not count as checked.
                entry.kind = "registry"
            self._end_unread(Report([*failed, *others]), beside)
        return registries

    def read_registry(self, beside: Sequence[InputFile]) -> Registry | None:
        """Return the registry that `--registry` names, if any, to compare the files `beside` with.

        Ends the call as `read_compared` does.
        """
        return None if self.dump is None else self.read_compared(self.dump, beside=beside)[0]

    def remark_gaps(self, registry: Registry | None, advice: str = CHECK_SHOWS) -> None:
        """Say what could not be read of a registry, but for what the report has."""
        if registry is not None:
            self.remarks += reading_faults(registry, advice, reading_gaps(registry).reported)

    def _end_unread(self, report: Report, beside: Sequence[InputFile]) -> NoReturn:
        """Write the report on dumps without which nothing can be compared, and end the call."""
        if self.dump is not None:
            paths = [file.path for file in beside]
            for entry in report.inputs:
                hint_at_place(entry, "--registry", self.dump.path, paths)
        self.progress.__exit__()
        raise SystemExit(self.finish(report, max(2, self.judge(report))))

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

    def add(self, report: Report, entry: Input) -> None:
        """Add an input that is complete to a report that may get many of them.

        Its findings are marked, and take little memory: what they have in common with those before
        is there once, or those that are more than the findings of a few dumps are packed.
        """
        report.inputs.append(entry)
        if self._accepts:
            start(_MATCHING)
            self._run_on(report).mark(entry)
        if not self.lists_legacy:
            if not self.has_one_input:
                entry.share(self._texts)
            return
        self._unpacked += len(entry.findings)
        if self._unpacked > _MOST_UNPACKED:
            entry.pack()

    def judge(self, report: Report) -> int:
        """Mark the findings that waivers and baseline accept, and return the exit status.

        What could not be checked, and the remarks, are said on standard error.  The baseline that
        is asked for is written.
        """
        start(_MATCHING)
        stale = self._mark(report) if self._accepts else []
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

    @property
    def _accepts(self) -> bool:
        """Whether there are waivers or a baseline."""
        return bool(self.settings.waive or self.entries)

    def _run_on(self, report: Report) -> Run:
        """The run that `report` is of, with its waivers and its baseline."""
        if self._run is None:
            from validator.engine.baseline import Run

            settings = self.settings
            self._run = Run(
                report,
                settings.today,
                # Every command reports what `check` finds of the reading of a registry.
                waivers_of(settings, catalogue.rules("registry", *self.looks_at)),
                display_path(path_of(settings) or ""),
                self.entries,
                display_path(settings.baseline or ""),
            )
        return self._run

    def _mark(self, report: Report) -> Sequence[BaselineEntry]:
        run = self._run_on(report)
        run.mark()
        if "run" in self.looks_at:
            run.add_findings(self.selection(*self.looks_at).among(catalogue.rules("run")))
        return run.stale_entries()

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

    for finding in report:
        if finding.code == STALE:
            finding.severity = ERROR
    verb = "entry matches" if count == 1 else "entries match"
    say(f"{count:,} {verb} no finding any more: the baseline is stale (--fail-on-stale)")


def _checked(checker: Checker, file: InputFile) -> Input:
    """Return what `checker` makes of a file: without findings where that takes too long."""
    try:
        return checker(file)
    except OutOfTime:
        return Input.unusable(file.display, f"{file.display}: {expired()}")
    except MemoryError:
        return Input.unusable(file.display, f"{file.display}: not enough memory to check it")


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
