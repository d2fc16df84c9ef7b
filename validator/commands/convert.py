"""`ianalint convert FILE --to FORMAT`: the registry in another format."""

from __future__ import annotations

from validator.budget import doing
from validator.commands.arguments import (
    Arguments,
    add,
    add_configuration,
    add_flag,
    add_limits,
    add_output,
    one_of,
    settings_of,
)
from validator.commands.frame import CHECK_SHOWS, read_dump, read_with_errors, reading_faults
from validator.commands.inputs import STANDARD_INPUT, only, search_of
from validator.commands.output import refuse_collisions, write_data
from validator.commands.suffixes import REGISTRY_SUFFIXES, format_of
from validator.commands.terminal import Progress, say
from validator.errors import CallError, Unusable, listed
from validator.rules.usable import reading_gaps, require_usable
from validator.writers import TARGETS, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from validator.model.registry import Registry
    from validator.writers import Target

_EPILOG = """\
JSON is ianalint's own exchange format (see "ianalint schema registry"). It contains
everything that XML does, and XML -> JSON -> XML loses nothing that the registry says.
CSV is the published table, without contacts, footnotes, notes and the date. services is a file
for /etc: historic names are aliases, a range has a line for each of its ports, an
assignment without a transport one for each of tcp, udp, sctp and dccp.

What could not be read from FILE is missing from the output. A message on standard error
says so, and the exit status is 1. "ianalint check FILE" shows where.

Examples:
  ianalint convert service-names-port-numbers.xml --output registry.json
  ianalint convert old.csv.gz --to xml | ianalint check -
  ianalint convert pages/ --to csv         the HTML pages of one registry
"""


def arguments() -> Arguments:
    parser = Arguments(
        "convert",
        "Convert the registry in FILE to another format.",
        _EPILOG,
        "FILE [--to FORMAT] [--output FILE] [options]",
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a dump, also .gz or .xz; - for standard input; a folder of HTML pages",
    )
    parser.add_argument(
        "--to",
        type=one_of("format", TARGETS),
        metavar="|".join(TARGETS),
        help="the format to write (default: by the suffix of --output: .json, .csv or .xml)",
    )
    parser.add_argument(
        "--for-spreadsheets",
        action="store_true",
        help="in CSV, put an apostrophe before cells that a spreadsheet would take for formulas",
    )
    add(parser, "exclude", "input_format")
    add_limits(parser, "dump")
    add_output(parser, "write to FILE (default: standard output)")
    add_flag(parser, "quiet", "print only errors, not what the format cannot express")
    add_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    parser = arguments()
    options = parser.parse(words)
    settings = settings_of(options)
    file = only(options.file, search_of(options, settings))
    output = options.output if options.output != STANDARD_INPUT else None
    refuse_collisions([output] if output is not None else [], file.files)
    target = _target(options, parser.hint)
    with Progress(quiet=options.quiet) as progress:
        try:
            registry = require_usable(read_dump(file, settings, progress, settings.input_format))
        except Unusable as error:
            raise CallError(str(error)) from None
        progress.doing = f"writing {target}"
        doing(f"while {progress.doing}")
        written = write(registry, target, for_spreadsheets=options.for_spreadsheets)
    write_data(output, written.text.encode("utf-8", "backslashreplace"))
    faults = _faults(registry, target)
    for sentence in [*([] if options.quiet else written.losses), *faults]:
        say(sentence)
    return 1 if faults else 0


def _faults(registry: Registry, target: Target) -> list[str]:
    """Sentences about what could not be read, and so is missing from the output."""
    if target != "services":
        # A port that means none is written as it is.
        return reading_faults(registry, '; run "ianalint check --select FM,MD" to see where')
    messages = reading_gaps(registry).value_messages
    unreadable = [read_with_errors(registry, messages, CHECK_SHOWS)] if messages else []
    return unreadable + reading_faults(registry, CHECK_SHOWS)


def _target(options: Namespace, hint: str) -> Target:
    """The format to write.  Raises `CallError`, with `hint` where none is named."""
    target = format_of(options.output, options.to, REGISTRY_SUFFIXES, "--to")
    if options.for_spreadsheets and target != "csv":
        raise CallError("--for-spreadsheets needs --to csv")
    for each in TARGETS:
        if each == target:
            return each
    raise CallError(f"expected --to {listed(TARGETS)}", hint)
