"""`ianalint request FILE...`: checks assignment requests before they are submitted."""

from __future__ import annotations

import os
import sys

from validator.api import read_registry, utc_day
from validator.commands import options as shared
from validator.commands import reporting
from validator.commands.arguments import Arguments, day, one_of
from validator.commands.inputs import STANDARD_INPUT, expanded, only
from validator.commands.output import refuse_collisions, write_file, write_stdout
from validator.commands.terminal import Progress, say
from validator.engine.report import Input
from validator.errors import CallError
from validator.readers.source import Source, Unusable, display_path, read_source
from validator.request.review import review
from validator.rules import catalogue
from validator.settings import Settings, chosen, load, set_aside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from validator.commands.inputs import InputFile
    from validator.engine.report import Review
    from validator.model.registry import Registry
    from validator.readers.source import Limits
    from validator.request.case import Case

_EPILOG = """\
A request is a document in YAML, TOML or JSON, or an Internet-Draft or RFC (.txt, .md, .xml)
whose IANA Considerations ask for service names and ports. `--template` writes a document
to fill in; `ianalint schema request` describes it for editors.

Exit status: 0 it would be granted as it is, 1 something stands against it (--fail-on),
2 it cannot be read.

Examples:
  ianalint request --template > my-service.yaml
  ianalint request my-service.yaml --registry service-names-port-numbers.xml
  ianalint request my-service.yaml --registry dump.xml --suggest-ports 5
  ianalint request my-service.yaml --registry dump.xml --render form
  ianalint request draft-example-tides-00.txt --registry dump.xml
"""
_RENDERED = ("form", "rfc")
_MOST_PORTS = 1000
_ENDINGS = (".yaml", ".yml", ".toml", ".json", ".txt", ".md", ".xml")
_HEAD = 65536


def arguments() -> Arguments:
    parser = Arguments(
        "request",
        "Check requests for service names and ports by RFC 6335, and against the registry,\n"
        "before they are submitted.",
        _EPILOG,
        "FILE ... [--registry DUMP] [options]",
    )
    what = parser.add_argument_group("What is checked")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a document with requests, or a draft; - for standard input; a folder or glob is"
        " searched",
    )
    what.add_argument(
        "--registry",
        metavar="DUMP",
        help="compare with this dump, in any form (default: `registry` of the configuration,"
        " else with none)",
    )
    what.add_argument(
        "--suggest-ports",
        type=_count,
        metavar="N",
        help="suggest N free ports (default: a few, where the wanted one is not to be had)",
    )
    rules = parser.add_argument_group("Which rules")
    shared.of_rules(rules)
    shared.fail_on(rules)
    rules.add_argument(
        "--today", type=day, metavar="YYYY-MM-DD", help="waivers end by it (default: today, in UTC)"
    )
    limits = parser.add_argument_group("Limits")
    shared.limits(limits, "input", "the others are counted", shared.OF_REQUESTS)
    output = parser.add_argument_group("The report")
    reporting.add_options(output)
    instead = output.add_mutually_exclusive_group()
    instead.add_argument(
        "--render",
        type=one_of("the rendering", _RENDERED),
        metavar="|".join(_RENDERED),
        help="instead of the report, where there is no error: the answers of IANA's form, or an"
        " IANA Considerations section",
    )
    instead.add_argument(
        "--template", action="store_true", help="write a request to fill in, and end"
    )
    shared.manner(output, "findings and errors alone: no verdict, no remarks")
    shared.of_configuration(parser)
    parser.closing_options()
    return parser


def _count(word: str) -> int:
    if not word.isascii() or not word.isdigit() or len(word) > 4 or int(word) > _MOST_PORTS:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f'a number up to {_MOST_PORTS} is wanted, not "{word}"')
    return int(word)


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    if options.template:
        return _template(options)
    settings = Settings() if options.isolated else load(options.config)
    selection = chosen(catalogue.rules("request"), options, settings)
    outputs = reporting.outputs(options, settings.format)
    if not options.files:
        raise CallError(
            "a FILE with a request is wanted; `ianalint request --template` writes one to fill in"
        )
    files = expanded(options.files, _is_request, "requests")
    named = options.registry or settings.registry
    dump = None if named is None else only(named)
    read = [path for file in files if file.error is None for path in file.files]
    read += [] if dump is None else dump.files
    read += [] if settings.path is None else [settings.path]
    refuse_collisions([path for _, path in outputs if path is not None], read)

    with Progress(quiet=options.quiet) as progress:
        limits = shared.most(options, settings)
        sources = [_source(file, limits) for file in files]
        registry = None if dump is None else _registry(dump, limits, progress)
        progress.doing = "checking requests"
        reviewed = review(sources, registry, selection, options.suggest_ports, limits)
    report = reviewed.report
    set_aside(report, settings, catalogue.rules("request"), options.today or utc_day())
    for entry in report.inputs:
        if entry.error is not None:
            say(entry.error)
        for fault in entry.faults:
            reporting.tell(fault, debug=options.debug)
    if registry is not None and registry.dump.defects and not options.quiet:
        faults = len(registry.dump.defects)
        many = "a fault" if faults == 1 else f"{faults:,} faults"
        path = display_path(registry.dump.path)
        say(f"{path} has {many} of reading; `ianalint check` shows where")
    fail_on = options.fail_on or settings.fail_on or "error"
    status = report.exit_status(fail_on)
    written = True
    if options.render is not None and _is_fit(report.requests or (), status):
        _write_rendered(options, reviewed.cases)
        outputs = outputs[1:]
    elif options.render is not None:
        say("nothing is rendered: that is for requests without an error")
    if not reporting.write(report, outputs, options, legacy="show", fail_on=fail_on):
        written = False
    return max(status, 0 if written else 2)


def _is_fit(reviews: Sequence[Review], status: int) -> bool:
    """Whether there is something to render, and no error stands against it."""
    return bool(reviews) and status < 2 and all(entry.verdict == "accept" for entry in reviews)


def _write_rendered(options: Namespace, cases: Sequence[Case]) -> None:
    from validator.request.render import as_form, as_rfc

    rendered = as_form if options.render == "form" else as_rfc
    _write(options, "\n".join(rendered(case.raw.values) for case in cases))


def _template(options: Namespace) -> int:
    if options.files:
        raise CallError("--template writes a request and reads none")
    from validator.request.skeleton import TEMPLATE

    _write(options, TEMPLATE)
    return 0


def _write(options: Namespace, text: str) -> None:
    if options.output is None or options.output == "-":
        write_stdout([text])
    else:
        write_file(options.output, [text])


def _source(file: InputFile, limits: Limits) -> Source | Input:
    name = "<stdin>" if file.path == STANDARD_INPUT else display_path(file.path)
    if file.error is not None:
        return Input.unusable(name, file.error)
    if file.path == STANDARD_INPUT and sys.stdin is None:
        return Input.unusable(name, f"{name} is closed")
    try:
        return read_source(file.path, limits)
    except Unusable as error:
        return Input.unusable(name, str(error))


def _registry(dump: InputFile, limits: Limits, progress: Progress) -> Registry:
    progress.doing = f"reading {display_path(dump.path)}"
    try:
        return read_registry(dump.path, pages=dump.pages, limits=limits)
    except Unusable as error:
        raise CallError(str(error)) from None


def _is_request(path: str) -> bool:
    """Say whether a file found by searching holds requests, as far as its name and head show.

    One that cannot be opened counts as one: whoever reads it says what is wrong.
    """
    if not path.lower().endswith(_ENDINGS):
        return False
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return True
    if path.lower().endswith((".txt", ".md", ".xml")):
        from validator.request.draft import is_draft

        return is_draft(head)
    return b"service_name" in head or b"transport_protocols" in head
