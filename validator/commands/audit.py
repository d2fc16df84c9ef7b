"""`ianalint audit FILE...`: checks files that were made or are kept from the registry."""

from __future__ import annotations

from validator.budget import start
from validator.commands import reporting
from validator.commands.arguments import (
    Arguments,
    add,
    add_baseline,
    add_configuration,
    add_limits,
    add_manner,
    add_show_files,
    argument_type,
    one_of,
    registry_help,
    show_files,
)
from validator.commands.audit_inputs import (
    AuditedFile,
    expected_words,
    files_to_audit,
    former_names,
)
from validator.commands.frame import Frame, UnusableInputs, reading_faults, usable
from validator.commands.inputs import only, search_of
from validator.commands.output import write_file
from validator.consumers.audit import Audit, examine_case, registry_input
from validator.consumers.case import AuditCase, PrivateRules
from validator.consumers.claims import Claims
from validator.consumers.entry import KINDS
from validator.engine.report import Input, Report
from validator.errors import CallError
from validator.rules import catalogue
from validator.rules.usable import reading_gaps
from validator.settings.table import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from validator.commands.inputs import InputFile
    from validator.engine.selection import Selection
    from validator.settings import Settings

_EPILOG = """\
A file is services(5), nmap-services, Wireshark's services, or a private list of ports
(CSV, Markdown, YAML, JSON, TOML). With --registry each entry is compared with the
registry: kept, renamed, moved, released, on another service's port. In a file that should
have every record (--full), missing ones are reported.

Exit status: 0 nothing at or above the failing level, 1 findings, 2 a file or the registry
cannot be used.

Examples:
  ianalint audit /etc/services
  ianalint audit /etc/services --registry service-names-port-numbers.xml
  ianalint audit dist/services --registry dump.xml --full --fail-on warning
  ianalint audit services --previous services.orig
  ianalint audit services --registry dump.xml --history dumps/ --fates out.csv
  ianalint audit docs/ports.md --as private --registry dump.xml
"""

# Options that mean nothing without a registry.
_COMPARING = ("fates", "full", "history", "git", "max_age", "input_format")


def arguments() -> Arguments:
    parser = Arguments(
        "audit", "Check files made or kept from the registry.", _EPILOG, "[FILE ...] [options]"
    )
    what = parser.add_argument_group("Inputs")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a file made from the registry, plain or .gz or .xz; - for standard input"
        " (default: [[audit.file]] of the configuration)",
    )
    add_show_files(what)
    add(what, "registry", help=registry_help("to compare each entry of FILE with"))
    add(what, "exclude", "stdin_filename")
    what.add_argument(
        "--as",
        dest="kind",
        type=one_of("form", KINDS),
        metavar="|".join(KINDS),
        help="form of the files (default: recognized by content)",
    )
    size = what.add_mutually_exclusive_group()
    size.add_argument(
        "--full",
        action="store_const",
        const=True,
        help="treat each file as a list of every record (default: detected)",
    )
    size.add_argument(
        "--subset",
        action="store_const",
        const=False,
        dest="full",
        help="treat each file as a list of some records",
    )
    what.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="PATH",
        help="older dumps, or a folder of them, which show the names that a port had before",
    )
    what.add_argument(
        "--git",
        metavar="PATH",
        help="the same from git: the versions of the dump at PATH; an argument A..B is then a range"
        " of revisions (default: all up to HEAD)",
    )
    what.add_argument(
        "--previous",
        metavar="FILE",
        help="earlier version of the file, to report what its users lose",
    )
    add(what, "input_format", help="format of DUMP (default: recognized by content)")
    rules = parser.add_argument_group("Rules")
    add(rules, "select", "ignore", "severity", "today")
    counts = parser.add_argument_group("Exit status")
    add(counts, "fail_on")
    add_baseline(counts)
    counts.add_argument(
        "--max-age",
        type=argument_type(Number(0, 100_000, "DAYS")),
        metavar="DAYS",
        help="report CS205 as a warning if the newest registration in a list of every record is"
        " older than the registry by more than this",
    )
    add_limits(parser.add_argument_group("Limits"), "dump", "rules")
    output = parser.add_argument_group("Report")
    reporting.add_options(output)
    output.add_argument(
        "--fates",
        metavar="FILE",
        help="write a row for every entry, and for every record with --full (.csv or .jsonl)",
    )
    output.add_argument(
        "--statistics", action="store_true", help="count findings by severity and field too"
    )
    add_manner(output, "print only findings and errors: no summary, no remarks")
    add_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "consumer", "run")
    files = files_to_audit(options, frame.settings)
    show_files(options, files)
    named = options.registry or frame.settings.audit.get("registry") or frame.settings.registry
    _require_meaning(options, named)
    dump = None if named is None else only(named, search_of(options, frame.settings))
    inputs = [read for file in files for read in file.inputs] + ([] if dump is None else [dump])
    outputs = [] if options.fates is None else [options.fates]
    frame.open(inputs, *outputs)
    with frame.progress:
        try:
            report, cases = _audited(frame, files, dump)
        except UnusableInputs as error:
            return frame.finish_unusable(error, dump, files)
    if dump is None:
        frame.remarks.append(_alone(frame.settings))
    status = frame.judge(report)
    if options.fates is not None:
        start("while writing the fates")
        _write_fates(options.fates, cases)
    return frame.finish(report, status)


def _alone(settings: Settings) -> str:
    """The remark on files that are compared with nothing."""
    unused = ", without audit.history" if settings.audit.get("history") else ""
    return f"no registry was named (--registry): the files are checked alone{unused}"


def _require_meaning(options: Namespace, registry: str | None) -> None:
    """Raise `CallError` for options that mean nothing here."""
    for option in _COMPARING if registry is None else ():
        value = getattr(options, option)
        # --subset is right without one, too.
        if value not in (None, []) and value is not False:
            name = option.replace("_", "-")
            raise CallError(f"--{name} needs a registry (--registry DUMP)")
    if options.fates is not None and not options.fates.lower().endswith((".csv", ".jsonl")):
        raise CallError(f'--fates: expected a .csv or .jsonl file, found "{options.fates}"')


def _audited(
    frame: Frame, files: Sequence[AuditedFile], dump: InputFile | None
) -> tuple[Report, list[AuditCase]]:
    """Read the registry and the files and run the rules."""
    settings, max_age = frame.settings, frame.options.max_age
    running = _selection(frame).running
    claims = None
    if dump is not None:
        [registry] = frame.read_compared(dump)
        reported = reading_gaps(registry).reported
        frame.remarks += reading_faults(registry, "; `ianalint check` shows where", reported)
        claims = Claims(registry)
    former, dumps = former_names(frame) if claims is not None else (None, [])
    expected = expected_words(settings)
    private = PrivateRules.of_table(settings.audit.get("private", {}))
    if max_age is None:
        max_age = settings.audit.get("max_age")
    report = Report([], {rule.code: rule for rule in running})
    cases: list[AuditCase] = []
    for file in files:
        frame.progress.doing = f"checking {file.display}"

        def examined(file: AuditedFile = file) -> Input:
            audited = file.read(settings.limits, private)
            case = AuditCase(
                audited, claims, former, is_full=file.full,
                previous=file.read_previous(audited, settings.limits, private),
                expected=expected, max_age=max_age, private=private,
            )  # fmt: skip
            cases.append(case)
            return examine_case(case, _selection(frame, file.name), settings.context())

        report.inputs.append(usable(file.display, examined))
    report.inputs += [] if claims is None else [registry_input(claims.registry)]
    report.inputs += _compared(frame, cases, dumps)
    report.command = "audit"
    report.audits = [Audit(case) for case in cases]
    return report, cases


def _compared(frame: Frame, cases: Sequence[AuditCase], dumps: list[Input]) -> list[Input]:
    """Return the older dumps that were compared or cannot be used; say what no file used."""
    is_full = any("full" in case.carries for case in cases)
    if frame.options.max_age is not None and not is_full:
        frame.remarks.append("--max-age is for files that hold every record (--full): none does")
    if not dumps or not cases or any(case.comparison is not None for case in cases):
        return dumps
    frame.remarks.append("older dumps are not for private lists: they were not compared")
    return [entry for entry in dumps if entry.error is not None]


def _selection(frame: Frame, path: str | None = None) -> Selection:
    """The rules on consumer files that run on the file at `path`."""
    selection = frame.selection("consumer", "run", path=path).among(catalogue.rules("consumer"))
    if not selection.chosen().running:
        raise CallError("no rules selected")
    return selection


def _write_fates(path: str, cases: Sequence[AuditCase]) -> None:
    from validator.consumers.fate_rows import as_csv, as_jsonl, fate_rows

    rows = fate_rows(cases)
    write_file(path, [as_csv(rows) if path.lower().endswith(".csv") else as_jsonl(rows)])
