"""`ianalint check FILE...`: reads registry dumps, runs the rules, writes the report."""

from __future__ import annotations

from validator.commands.arguments import BASELINE, FORM, MANNER, REPORT, Arguments, limits
from validator.commands.frame import Frame
from validator.commands.inputs import STANDARD_INPUT, InputFile, sample
from validator.commands.reading import usable
from validator.engine.examine import examine
from validator.engine.report import Input, Report
from validator.errors import CallError
from validator.reporters.excerpt import keep_excerpt
from validator.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A table that lacks as many columns of the registry is rather a list that somebody keeps.
_MISSING_COLUMNS = 6


def arguments() -> Arguments:
    return Arguments(
        "check",
        ("Inputs", ["files", "sample", "exclude", "stdin_filename", *FORM, "show_files"]),
        ("Rules", ["select", "ignore", "severity", "today", "legacy_cutoff"]),
        ("Exit status", ["fail_on", *BASELINE, "legacy"]),
        ("Limits", limits("dump", "rules")),
        ("Report", [*REPORT, "statistics", MANNER]),
        ("Speed", ["jobs"]),
    )


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "registry", "run")
    running = frame.running().running
    files = _files(frame)
    frame.show_files(files)
    frame.open(files)
    report = Report([])
    with frame.progress:
        for entry in frame.each(files, _Checker):
            frame.add(report, entry)
    frame.remarks += _list_remarks(files, report.inputs)
    report.rules = {rule.code: rule for rule in running}
    status = frame.judge(report)
    frame.clock.start("report")
    status = frame.finish(report, status)
    if (options.statistics or options.verbose) and not options.quiet:
        frame.clock.tell()
    return status


def _list_remarks(files: Sequence[InputFile], entries: Sequence[Input]) -> Iterator[str]:
    """Say of tables that lack most columns of the registry that they look like a private list."""
    for file, entry in zip(files, entries, strict=False):
        missing = sum(finding.code == "FM004" for finding in entry.findings)
        if missing >= _MISSING_COLUMNS and not file.pages and file.path != STANDARD_INPUT:
            from validator.consumers.recognize import audit_hint

            hint = audit_hint(file.path)
            if hint:
                yield f"{file.display} lacks {missing} columns of the registry. {hint}"


class _Checker:
    """Reads one input after the other and runs the rules."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.context = frame.settings.context()
        self.context.lists_legacy = frame.lists_legacy

    def __call__(self, file: InputFile) -> Input:
        frame, name = self.frame, file.display
        selection = frame.running(file.name)
        frame.clock.start("reading")
        registry = usable(name, lambda: frame.read(file, is_input=True))
        if isinstance(registry, Input):
            return registry

        def step(code: str) -> None:
            frame.progress.doing = f"checking {name}: {RULES[code].name if code else 'findings'}"
            frame.clock.start(code or "findings")

        self.context.progress = step
        entry = examine(registry, selection, self.context)
        entry.require_run(selection)
        if "html" in frame.formats:
            from validator.model.portmap import port_map

            entry.ports = port_map(registry)
        if not frame.formats & {"text", "html"}:
            entry.data = b""
        elif not frame.has_one_input:
            _keep_excerpts(entry)
        return entry


def _keep_excerpts(entry: Input) -> None:
    """Keep the lines of an input that findings show, and not all of it: there may be many."""
    for finding in entry.findings:
        if finding.location.line:
            keep_excerpt(finding.location, entry.data)
    entry.data = b""


def _files(frame: Frame) -> list[InputFile]:
    """The files of the call, else those of the configuration.

    Raises `CallError` where there are none: a run that checks nothing must not pass.
    """
    options = frame.options
    if options.sample:
        if options.files:
            raise CallError("--sample takes no FILE")
        return [InputFile(sample())]
    files = frame.files(options.files or frame.settings.files)
    if not files:
        raise CallError(
            "no FILE given, and no `files` in a configuration",
            'Run "ianalint check --sample" to check a small sample registry.',
        )
    return files
