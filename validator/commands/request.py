"""`ianalint request FILE...`: checks assignment requests before they are submitted."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from functools import partial

from validator.budget import start
from validator.commands.arguments import MANNER, REPORT, Arguments, Option, limits
from validator.commands.frame import Frame
from validator.commands.inputs import is_request
from validator.commands.output import output_of, write_data
from validator.commands.reading import hint_at_place, usable
from validator.commands.terminal import say
from validator.errors import CallError
from validator.request.review import ReviewedRequests, review
from validator.settings.table import Choice, Number

_RENDERED = ("form", "rfc", "rfcxml")
_MOST_PORTS = 1000


def arguments() -> Arguments:
    ports = Option("suggest_ports", Number(0, _MOST_PORTS))
    render = Option("render", Choice("rendering", _RENDERED))
    return Arguments(
        "request",
        ("Inputs", ["files", "show_files", "registry", "exclude", "stdin_filename", ports]),
        ("Rules", ["select", "ignore", "severity", "fail_on", "today"]),
        ("Limits", limits("dump", "rules", "request")),
        ("Report", [*REPORT, (render, "template"), "all_answers", MANNER]),
    )


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    if options.template:
        if options.files:
            raise CallError("--template takes no FILE")
        from validator.request.render import blank_request

        return _write(options, blank_request())
    if options.all_answers and options.render not in ("rfc", "rfcxml"):
        raise CallError("--all-answers needs --render rfc or --render rfcxml")
    frame = Frame(options, "request")
    frame.settings.legacy = "show"
    selection = frame.selection("request")
    if not options.files:
        raise CallError(
            "no FILE given", 'Run "ianalint request --template" for a request to fill in.'
        )
    files = frame.files(options.files, is_request, "requests")
    frame.show_files(files)
    frame.open(files, registry=frame.settings.registry)
    if options.render is not None:
        frame.outputs = frame.outputs[1:]  # nothing but a rendering is written there
    with frame.progress:
        limit = frame.settings.limits
        sources = [usable(file.display, partial(file.source, limit)) for file in files]
        registry = frame.read_registry(files)
        frame.progress.doing = "checking requests"
        start("while comparing the requests")
        reviewed = review(
            sources,
            registry,
            selection,
            options.suggest_ports,
            limit,
            lambda path: frame.selection("request", path=path),
        )
    for entry, file in zip(reviewed.report.inputs, files, strict=False):
        hint_at_place(entry, "FILE", file.path)
    frame.remark_gaps(registry)
    status = frame.judge(reviewed.report)
    if options.render is not None:
        start("while rendering the requests")
        status = max(status, _render(options, reviewed, status))
    return frame.finish(reviewed.report, status)


def _render(options: Namespace, reviewed: ReviewedRequests, status: int) -> int:
    """Write the requests instead of the first report, or say why not; return the exit status.

    The findings, which this report would have had, are printed on standard error.
    """
    from validator.request.render import obstacle, rendered

    reason, status = obstacle(reviewed.report, status)
    if reason:
        say(f"nothing rendered: {reason}")
    for finding in reviewed.report.findings:
        if finding.status == "open" and (reason or finding.severity != "note"):
            say(f"{finding.location}: {finding.severity} {finding.code} {finding.message}")
    if not reason:
        values = [case.values for case in reviewed.cases]
        _write(options, rendered(values, options.render, all_answers=options.all_answers))
    return status


def _write(options: Namespace, text: str) -> int:
    write_data(output_of(options), text.encode("utf-8", "backslashreplace"))
    return 0
