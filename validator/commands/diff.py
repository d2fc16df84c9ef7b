"""`ianalint diff OLD NEW`: what changed between dumps, and which changes break the procedures."""

from __future__ import annotations

from validator import reporters
from validator.commands import reporting
from validator.commands.arguments import (
    Arguments,
    add,
    add_configuration,
    add_form,
    add_limits,
    add_manner,
    add_show_files,
    argument_type,
    show_files,
)
from validator.commands.frame import Frame
from validator.commands.history import dumps_since, files_to_compare, revisions_to_compare, walk
from validator.commands.inputs import InputFile
from validator.diff.blame import RecordQuery
from validator.diff.nearest_record import nearest_record
from validator.errors import CallError, suggestion
from validator.lookup.intended import intended_word
from validator.readers.source import display_path
from validator.reporters.wording import is_reading_fault
from validator.rules import catalogue
from validator.settings.table import DateText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from validator.commands.history import ComparedFile
    from validator.commands.reporting import Renderer
    from validator.diff.history import DumpHistory
    from validator.engine.finding import Finding, Truncation
    from validator.engine.report import Report
    from validator.reporters import Style
    from validator.settings import Settings

_EPILOG = """\
OLD and NEW are dumps in any formats. What one of the formats cannot express is not a
change. More than two dumps, or a folder, are a history: they are ordered by the date of
the registry, or else by the date in the file name, and compared step by step.

The report shows what changed, which changes break the procedures of RFC 6335 (see
"ianalint rules HX"), and which findings of "ianalint check" are new or fixed in NEW. New
findings and broken procedures count for the exit status; with --only-new only new
findings do. Findings that a later dump of a history fixes do not count. A rule with more
findings than --max-findings is not compared. --select HX runs no rules of "check".
What could not be read of a dump is an error.

Exit status: 0 nothing at or above the failing level, 1 findings, 2 a dump cannot be used.

Examples:
  ianalint diff old.xml new.xml
  ianalint diff dumps/                      the whole history, step by step
  ianalint diff dumps/*.xml --record kpasswd/464/tcp
  ianalint diff old.csv new.csv --only-new --format github
  ianalint diff old.xml new.xml --format markdown --output CHANGES.md
  ianalint diff --git data/ports.csv v1.0..HEAD
  ianalint diff --git data/ports.csv main...HEAD --only-new --squash
  ianalint diff dumps/ --since 2026-10-01 --squash   what changed since October
"""


def arguments() -> Arguments:
    parser = Arguments(
        "diff",
        "Show what changed between dumps of the registry, and which changes break the rules.",
        _EPILOG,
        "OLD NEW [FILE ...] [options]\n       ianalint diff --git PATH [REV..REV] [options]",
    )
    what = parser.add_argument_group("Inputs")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="dumps, also .gz and .xz; - for standard input; folders and globs are searched",
    )
    what.add_argument(
        "--git",
        metavar="PATH",
        help="compare the versions of this dump in a git repository; the argument is then a range"
        " of revisions A..B or A...B (default: all up to HEAD)",
    )
    what.add_argument(
        "--since",
        type=argument_type(DateText("date", "YYYY-MM-DD")),
        metavar="YYYY-MM-DD",
        help="compare only the dumps from this day on, and the last one before it: the date of the"
        " registry, or of the commit with --git",
    )
    what.add_argument(
        "--squash",
        action="store_true",
        help="compare the oldest of the dumps with the newest, in one step",
    )
    what.add_argument(
        "--record",
        metavar="NAME/PORT/TRANSPORT",
        help="show only the history of this record, field by field; parts may be left out",
    )
    add_show_files(what)
    add(what, "exclude")
    add_form(what)
    add_limits(what, "dump", "rules")

    rules = parser.add_argument_group("Rules")
    add(rules, "select", "ignore", "severity", "today", "legacy_cutoff")

    counts = parser.add_argument_group("Exit status")
    counts.add_argument(
        "--only-new",
        action="store_true",
        help="only new findings of the rules of `check` count for the exit status",
    )
    add(counts, "fail_on")
    add(counts, "legacy")

    output = parser.add_argument_group("Report")
    reporting.add_options(output)
    output.add_argument(
        "--full", action="store_true", help="the same as --list-all; it lists all changes, too"
    )
    add_manner(output, "print only changes, findings and errors: no summary, no remarks")

    add_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "registry", "history")
    selections = [frame.selection("registry"), frame.selection("history")]
    if not any(selection.chosen().running for selection in selections):
        raise CallError("no rules selected")
    dumps = _dumps(options, frame.settings)
    frame.open(dump.file for dump in dumps if dump.file is not None)
    if len(dumps) == 1:
        frame.remarks.append(_same_at_both_ends(options))
    query = None if options.record is None else RecordQuery(options.record)
    history = walk(frame, dumps, query)
    usable = [entry for entry in history.inputs if entry.error is None]
    if query is not None and usable and not history.blame:
        near = nearest_record(intended_word(options.record) or options.record, history.keys)
        raise CallError(
            f'no record "{display_path(options.record)}" in these dumps{suggestion(near)}',
            "Name a record as NAME/PORT/TRANSPORT, for example kpasswd/464/tcp.",
        )
    report = history.report(catalogue.rules("registry", "history"))
    status = frame.judge(report)
    if status == 1:
        status = _status_of_findings(frame, history)
    if len(usable) < min(len(dumps), 2):
        status = max(status, 2)
    return frame.finish(report, status, _renderer(history, full=options.full))


def _same_at_both_ends(options: Namespace) -> str:
    effect = "" if options.since is None else "; --since has no effect"
    range_ = display_path(options.files[0])
    return f"{display_path(options.git)} is the same at both ends of {range_}{effect}"


def _dumps(options: Namespace, settings: Settings) -> Sequence[ComparedFile]:
    """The dumps to compare, the oldest first."""
    dumps: Sequence[ComparedFile]
    if options.git is None:
        dumps = files_to_compare(options, settings)
    else:
        dumps = revisions_to_compare(options)
    if options.since is not None and len(dumps) > 1:
        dumps = dumps_since(dumps, options.since)
    if options.squash and len(dumps) > 1:
        dumps = [dumps[0], dumps[-1]]
    show_files(options, (dump.file or InputFile(dump.name) for dump in dumps))
    return dumps


def _status_of_findings(frame: Frame, history: DumpHistory) -> int:
    """Whether findings that are still new, or of changes, make the run fail."""
    findings = history.still_new()
    if frame.options.only_new:
        # An unreadable value that both dumps have is not new.
        findings += [finding for finding in history.incomplete if is_reading_fault(finding)]
    else:
        findings += history.incomplete
        # What a later dump has again, the steps to this one and from it did not see.
        findings += [finding for finding in history.unread if is_reading_fault(finding)]
        findings += [finding for step in history.steps for finding in step.findings]
    # A rule with more findings than are listed was not compared.
    cuts = [cut for entry in history.inputs for cut in entry.cut]
    if not frame.options.only_new:
        cuts += [cut for step in history.steps for cut in step.entry.cut]
    settings = frame.settings
    counted: list[Finding | Truncation] = [*findings, *cuts]
    return int(any(each.fails(settings.fail_on, settings.legacy) for each in counted))


def _renderer(history: DumpHistory, *, full: bool) -> Renderer:
    """Some formats show the changes as well as the report."""

    def render(form: str, report: Report, style: Style) -> Iterator[str]:
        if form == "text":
            from validator.diff import text

            return text.render(history, style, full=full or style.list_all)
        if form == "markdown":
            from validator.diff import markdown

            return markdown.render(history, report, style)

        def lists(finding: Finding) -> bool:
            return finding.is_listed(style.min_severity, style.fail_on, style.legacy)

        if form == "json":
            from validator.reporters.json import document

            return document(history.parts(lists))
        if form == "jsonl":
            from validator.reporters.json import encoded

            return (encoded(line) + "\n" for line in history.to_lines(lists))
        return reporters.render(form, report, style)

    return render
