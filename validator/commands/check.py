"""`ianalint check FILE...`: reads registry dumps, runs the rules, writes the report."""

from __future__ import annotations

from validator.commands import reporting
from validator.commands.arguments import (
    Arguments,
    add,
    add_baseline,
    add_configuration,
    add_form,
    add_jobs,
    add_limits,
    add_manner,
    add_show_files,
    show_files,
)
from validator.commands.frame import Frame, usable
from validator.commands.inputs import STANDARD_INPUT, InputFile, expanded, sample, search_of
from validator.engine.examine import examine
from validator.engine.report import Input, Report
from validator.errors import CallError
from validator.model.vocabulary import LEGACY_MEANING
from validator.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.engine.selection import Selection

# A table that lacks as many columns of the registry is rather a list that somebody keeps.
_MISSING_COLUMNS = 6

_EPILOG = f"""\
{LEGACY_MEANING}

RULES are codes (SN005), beginnings of codes (SN, PN01), names (service-name-case) or
ALL. Where several match a rule, the longest wins. Options take precedence over the
configuration: --select replaces its `select` and `ignore`, --ignore adds to its
`ignore`.
What could not be read of an input is reported whatever is selected; where its rule is
ignored, as suppressed.

Examples:
  ianalint check service-names-port-numbers.xml
  ianalint check old.csv new.xml.gz --legacy show --severity ST=note
  ianalint check dumps/ --format concise --report json=report.json
  curl -s https://example.org/registry.csv | ianalint check -
"""


def arguments() -> Arguments:
    parser = Arguments(
        "check",
        "Check registry dumps (XML, CSV, plain text, HTML, JSON) against the rules of RFC 6335.",
        _EPILOG,
        "[FILE ...] [options]",
    )
    what = parser.add_argument_group("Inputs")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="registry dumps, also .gz and .xz; - for standard input; folders and globs are"
        " searched, and the HTML pages in one folder are one registry"
        " (default: `files` in the configuration)",
    )
    what.add_argument(
        "--sample", action="store_true", help="check the sample registry inside the package"
    )
    add(what, "exclude", "stdin_filename")
    add_form(what)
    add_show_files(what)

    rules = parser.add_argument_group("Rules")
    add(rules, "select", "ignore", "severity", "today", "legacy_cutoff")

    counts = parser.add_argument_group("Exit status")
    add(counts, "fail_on")
    add_baseline(counts)
    add(counts, "legacy")

    limits = parser.add_argument_group("Limits")
    add_limits(limits, "dump", "rules")

    output = parser.add_argument_group("Report")
    reporting.add_options(output)
    output.add_argument(
        "--statistics",
        action="store_true",
        help="count findings by severity and field too, and print times to standard error",
    )
    add_manner(output, "print only findings and errors: no summary, no remarks")

    add_jobs(parser.add_argument_group("Speed"))
    add_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "registry", "run")
    _selection(frame)
    files = _files(frame)
    show_files(options, files)
    frame.open(files)
    report = Report([])
    with frame.progress:
        report.inputs.extend(frame.each(files, _Checker))
    frame.remarks += _list_remarks(files, report.inputs)
    report.rules = {rule.code: rule for rule in _selection(frame).running}
    status = frame.judge(report)
    frame.clock.start("report")
    status = frame.finish(report, status)
    if (options.statistics or options.verbose) and not options.quiet:
        frame.clock.tell()
    return status


def _selection(frame: Frame, path: str | None = None) -> Selection:
    """The rules on registries that run on the input at `path`."""
    selection = frame.selection("registry", "run", path=path).among(RULES)
    if not selection.chosen().running:
        raise CallError("no rules selected")
    return selection


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
        selection = _selection(frame, file.name)
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
        return entry


def _files(frame: Frame) -> list[InputFile]:
    """The files of the call, else those of the configuration.

    Raises `CallError` where there are none: a run that checks nothing must not pass.
    """
    options, settings = frame.options, frame.settings
    if options.sample:
        if options.files:
            raise CallError("--sample takes no FILE")
        return [InputFile(sample())]
    files = expanded(options.files or settings.files, search_of(options, settings))
    if not files:
        raise CallError(
            "no FILE given, and no `files` in a configuration",
            'Run "ianalint check --sample" to check a small sample registry.',
        )
    return files
