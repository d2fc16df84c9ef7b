"""`ianalint request FILE...`: checks assignment requests before they are submitted."""

from __future__ import annotations

from validator.budget import start
from validator.commands import reporting
from validator.commands.arguments import (
    Arguments,
    add,
    add_configuration,
    add_limits,
    add_manner,
    add_show_files,
    argument_type,
    one_of,
    registry_help,
    show_files,
)
from validator.commands.frame import CHECK_SHOWS, Frame, UnusableInputs, reading_faults, usable
from validator.commands.inputs import expanded, is_request, only, search_of
from validator.commands.output import write_data
from validator.commands.terminal import say
from validator.errors import CallError
from validator.readers.source import read_source
from validator.reporters.wording import KIND_SENTENCES, no_request, request_name
from validator.request.review import review
from validator.rules.usable import reading_gaps
from validator.settings.table import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from validator.commands.inputs import InputFile
    from validator.engine.report import Input, Report
    from validator.readers.source import Source
    from validator.request.fields import Values
    from validator.request.review import ReviewedRequests

_EPILOG = """\
A request is a document in YAML, TOML or JSON, or an Internet-Draft or RFC (.txt, .md, .xml)
whose IANA Considerations request service names and ports. --template writes a document
to fill in; "ianalint schema request" prints its JSON Schema for editors.

Exit status: 0 no blocking problems, 1 blocking problems (see --fail-on), 2 it cannot be
read, or has no request to --render.

Examples:
  ianalint request --template > my-service.yaml
  ianalint request my-service.yaml --registry service-names-port-numbers.xml
  ianalint request my-service.yaml --registry dump.xml --suggest-ports 5
  ianalint request my-service.yaml --registry dump.xml --render form
  ianalint request draft-example-tides-00.txt --registry dump.xml
"""
_RENDERED = ("form", "rfc", "rfcxml")
_MOST_PORTS = 1000


def arguments() -> Arguments:
    parser = Arguments(
        "request",
        "Check requests for service names and ports against RFC 6335 and the registry, before\n"
        "they are submitted.",
        _EPILOG,
        "FILE ... [--registry DUMP] [options]",
    )
    what = parser.add_argument_group("Inputs")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="documents with requests, or drafts; - for standard input; folders and globs are"
        " searched",
    )
    add_show_files(what)
    add(what, "registry", help=registry_help("to compare requests with"))
    add(what, "exclude", "stdin_filename")
    what.add_argument(
        "--suggest-ports",
        type=argument_type(_PortCount(0, _MOST_PORTS)),
        metavar="N",
        help="suggest N free ports (default: a few, if the requested port is not available)",
    )
    rules = parser.add_argument_group("Rules")
    add(rules, "select", "ignore", "severity", "fail_on")
    add(rules, "today")
    limits = parser.add_argument_group("Limits")
    add_limits(limits, "dump", "rules", "request")
    output = parser.add_argument_group("Report")
    reporting.add_options(output)
    instead = output.add_mutually_exclusive_group()
    instead.add_argument(
        "--render",
        type=one_of("rendering", _RENDERED),
        metavar="|".join(_RENDERED),
        help="instead of the report, write the answers for IANA's form, or an IANA Considerations"
        " section in Markdown (rfc) or RFCXML; needs requests without errors, and no updates",
    )
    instead.add_argument(
        "--template", action="store_true", help="write a request to fill in, and exit"
    )
    output.add_argument(
        "--all-answers",
        action="store_true",
        help="with --render rfc or rfcxml: the answers that only reviewers need, too",
    )
    add_manner(output, "print only findings and errors: no verdict, no remarks")
    add_configuration(parser)
    parser.closing_options()
    return parser


class _PortCount(Number):
    """How many ports are suggested."""

    range = f"a number up to {_MOST_PORTS}"


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    if options.template:
        return _write_template(options)
    if options.all_answers and options.render not in ("rfc", "rfcxml"):
        raise CallError("--all-answers needs --render rfc or --render rfcxml")
    frame = Frame(options, "request")
    settings = frame.settings
    settings.legacy = "show"
    selection = frame.selection("request")
    if not options.files:
        raise CallError(
            "no FILE given", 'Run "ianalint request --template" for a request to fill in.'
        )
    search = search_of(options, settings)
    files = expanded(options.files, search_of(options, settings, is_request, "requests"))
    show_files(options, files)
    dump = None if settings.registry is None else only(settings.registry, search)
    frame.open(files if dump is None else [*files, dump])
    if options.render is not None:
        frame.outputs = frame.outputs[1:]  # nothing but a rendering is written there
    with frame.progress:
        sources = [_source(frame, file) for file in files]
        try:
            [registry] = [None] if dump is None else frame.read_compared(dump)
        except UnusableInputs as error:
            return frame.finish_unusable(error, dump, files)
        frame.progress.doing = "checking requests"
        start("while comparing the requests")
        reviewed = review(
            sources,
            registry,
            selection,
            options.suggest_ports,
            settings.limits,
            lambda path: frame.selection("request", path=path),
        )
    report = reviewed.report
    _hint_at_registry(report, files)
    if registry is not None:
        reported = reading_gaps(registry).reported
        frame.remarks += reading_faults(registry, CHECK_SHOWS, reported)
    status = frame.judge(report)
    if options.render is not None:
        start("while rendering the requests")
        status = max(status, _render(frame, reviewed, status))
    return frame.finish(report, status)


def _hint_at_registry(report: Report, files: Sequence[InputFile]) -> None:
    """Say so where a FILE that could not be read is a dump of the registry."""
    for entry, file in zip(report.inputs, files, strict=False):
        if entry.error is not None:
            from validator.commands.misplaced import misplaced

            entry.error = misplaced(entry.error, "FILE", file.path)


def _source(frame: Frame, file: InputFile) -> Source | Input:
    def read() -> Source:
        file.require_readable()
        return read_source(file.path, frame.settings.limits, file.display)

    return usable(file.display, read)


def _render(frame: Frame, reviewed: ReviewedRequests, status: int) -> int:
    """Write the requests instead of the first report, or say why not; return the exit status.

    The findings, which this report would have had, are printed on standard error.
    """
    obstacle, status = _obstacle(reviewed.report, status)
    if obstacle:
        say(f"nothing rendered: {obstacle}")
    for finding in reviewed.report.findings:
        if finding.status == "open" and (obstacle or finding.severity != "note"):
            say(f"{finding.location}: {finding.severity} {finding.code} {finding.message}")
    if not obstacle:
        _write(frame.options, _rendered([case.values for case in reviewed.cases], frame.options))
    return status


def _obstacle(report: Report, status: int) -> tuple[str, int]:
    """Why nothing can be rendered, empty if all can; and the exit status."""
    reviews = report.requests or ()
    if status > 1:
        return "an input could not be read or checked", status
    names = {id(entry): f"{request_name(entry)} ({entry.path})" for entry in reviews}
    for entry in reviews:
        if entry.verdict == "reject":
            return f"{names[id(entry)]} has errors", 1
    for entry in reviews:
        if entry.kind != "request":
            return f"{names[id(entry)]} {KIND_SENTENCES[entry.kind]} and requests none", 2
        if entry.doubt:
            return f"{names[id(entry)]} has no verdict: {entry.doubt}", 2
    return ("", status) if reviews else (no_request(report.inputs), 2)


def _rendered(requests: Sequence[Values], options: Namespace) -> str:
    from validator.request.render import as_form, as_rfc, as_rfcxml

    if options.render == "form":
        return "\n".join(map(as_form, requests))
    render = as_rfc if options.render == "rfc" else as_rfcxml
    return render(requests, all_answers=options.all_answers)


def _write_template(options: Namespace) -> int:
    if options.files:
        raise CallError("--template takes no FILE")
    from validator.request.render import blank_request

    _write(options, blank_request())
    return 0


def _write(options: Namespace, text: str) -> None:
    output = None if options.output == "-" else options.output
    write_data(output, text.encode("utf-8", "backslashreplace"))
