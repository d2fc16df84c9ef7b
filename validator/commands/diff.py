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
)
from validator.commands.frame import Frame
from validator.commands.history import files_to_compare, revisions_to_compare, walk
from validator.diff.blame import RecordQuery
from validator.errors import CallError
from validator.readers.source import display_path
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.commands.reporting import Renderer
    from validator.diff.steps import DumpHistory
    from validator.engine.report import Report
    from validator.reporters import Style

_EPILOG = """\
OLD and NEW are dumps in any forms; what one of the two forms cannot say is no change.
More than two, or a folder, are a history: ordered by the date of the registry, where a
form has none by the date in the file's name, and told step by step.

It shows what changed, which changes break the procedures of RFC 6335 (`ianalint rules
HX`), and which findings of `ianalint check` are new in NEW or were repaired. All but
the repaired count for the exit status; with --only-new those alone that are new in NEW.
What a later dump of a history repairs does not count. --select HX leaves `check` out.

Exit status: 0 nothing at or above the failing level, 1 findings, 2 a dump cannot be used.

Examples:
  ianalint diff old.xml new.xml
  ianalint diff dumps/                            the whole history, step by step
  ianalint diff dumps/*.xml --record kpasswd/464/tcp
  ianalint diff old.csv new.csv --only-new --format github
  ianalint diff old.xml new.xml --format markdown --output CHANGES.md
  ianalint diff --git data/ports.csv v1.0..HEAD
"""


def arguments() -> Arguments:
    parser = Arguments(
        "diff",
        "Show what changed between dumps of the registry, and which changes break its rules.",
        _EPILOG,
        "OLD NEW [FILE ...] [options]\n       ianalint diff --git PATH [REV..REV] [options]",
    )
    what = parser.add_argument_group("What is compared")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="dumps, plain or packed; - for standard input; a folder or glob is searched",
    )
    what.add_argument(
        "--git",
        metavar="PATH",
        help="the versions that a git repository has of this dump; what follows are revisions,"
        " as A..B (default: all up to HEAD)",
    )
    what.add_argument(
        "--record",
        metavar="NAME/PORT/TRANSPORT",
        help="the history of this record alone, field by field; parts may be left out",
    )
    add_form(what, "dump")
    add_limits(what, "dump", "rules", what="dump", beyond="such a rule is not compared")

    rules = parser.add_argument_group("Which rules")
    add(rules, "select", "ignore", "severity", "today", "legacy_cutoff")

    counts = parser.add_argument_group("What counts")
    counts.add_argument(
        "--only-new",
        action="store_true",
        help="only findings of `check` that are new in NEW count for the exit status",
    )
    add(counts, "fail_on")
    add(counts, "legacy", findings="new findings")

    output = parser.add_argument_group("The report")
    reporting.add_options(output)
    output.add_argument("--full", action="store_true", help="in text, leave nothing out")
    add_manner(output, "changes and findings alone: no summary, no remarks")

    add_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "registry", "history")
    selections = [frame.selection("registry"), frame.selection("history")]
    if not any(selection.running for selection in selections):
        raise CallError("no rule is left to run")
    to_compare = files_to_compare if options.git is None else revisions_to_compare
    dumps = to_compare(options)
    frame.open(dump.file for dump in dumps if dump.file is not None)
    query = None if options.record is None else RecordQuery(options.record)
    history = walk(frame, dumps, query)
    usable = [entry for entry in history.inputs if entry.error is None]
    if query is not None and usable and not history.blame:
        sentence = f'no dump has a record "{display_path(options.record)}"'
        raise CallError(sentence, "a record is named NAME/PORT/TRANSPORT, as kpasswd/464/tcp")
    report = history.report(catalogue.rules("registry", "history"))
    frame.mark(report)

    status = frame.exit_status(report)
    if status == 1:
        status = _status_of_findings(frame, history)
    if len(usable) < 2:
        status = max(status, 2)
    return frame.finish(report, status, _renderer(history, full=options.full))


def _status_of_findings(frame: Frame, history: DumpHistory) -> int:
    """Whether findings that are still new, or of changes, make the run fail."""
    findings = history.still_new()
    if not frame.options.only_new:
        findings += [finding for step in history.steps for finding in step.findings]
    settings = frame.settings
    return int(any(finding.fails(settings.fail_on, settings.legacy) for finding in findings))


def _renderer(history: DumpHistory, *, full: bool) -> Renderer:
    """Some formats show the changes as well as the report."""

    def render(form: str, report: Report, style: Style) -> Iterator[str]:
        if form == "text":
            from validator.diff import text

            return text.render(history, style, full=full)
        if form == "markdown":
            from validator.diff import markdown

            return markdown.render(history)
        if form == "json":
            from validator.reporters.json import document

            return document(history.to_dict())
        return reporters.render(form, report, style)

    return render
