"""`ianalint convert FILE --to FORM`: the registry in another form."""

from __future__ import annotations

from validator.commands.arguments import Arguments, add, add_limits, one_of, settings_of
from validator.commands.frame import read_dump, reading_faults
from validator.commands.inputs import STANDARD_INPUT, only
from validator.commands.output import refuse_collisions, write_file, write_stdout
from validator.commands.terminal import Progress, say
from validator.errors import CallError
from validator.readers.source import Unusable
from validator.writers import TARGETS, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_EPILOG = """\
JSON is ianalint's own exchange form (`ianalint schema registry`): it holds everything
that XML does, and XML -> JSON -> XML loses nothing the registry means. CSV is the
published table, without contacts, footnotes, notes and the date. services is a file
for /etc: historic names are aliases, a range has a line for each of its ports, an
assignment without a transport one for tcp and one for udp.

What could not be read of FILE is not carried over: that is said on standard error,
and the exit status is 1. `ianalint check FILE` shows it with its places.

Examples:
  ianalint convert service-names-port-numbers.xml --to json --output registry.json
  ianalint convert old.csv.gz --to xml | ianalint check -
  ianalint convert pages/ --to csv         the HTML pages of one registry
"""


def arguments() -> Arguments:
    parser = Arguments(
        "convert",
        "Write the registry of FILE in another form.",
        _EPILOG,
        "FILE --to FORM [options]",
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a dump, plain or packed; - for standard input; a folder of HTML pages",
    )
    parser.add_argument(
        "--to",
        required=True,
        type=one_of("form", TARGETS),
        metavar="|".join(TARGETS),
        help="the form to write",
    )
    parser.add_argument(
        "--for-spreadsheets",
        action="store_true",
        help="in CSV, put an apostrophe before cells that a spreadsheet would run as formulas",
    )
    add(parser, "input_format", help="the form of FILE (default: recognised by content)")
    add_limits(parser, "dump", what="dump")
    parser.add_argument("--output", metavar="FILE", help="write it there (default: to stdout)")
    parser.add_argument(
        "--quiet",
        action="store_true",
        help="say nothing but errors: not what the form has no room for",
    )
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)

    if options.for_spreadsheets and options.to != "csv":
        raise CallError("--for-spreadsheets is for --to csv")
    settings = settings_of(options)
    file = only(options.file)
    output = options.output if options.output != STANDARD_INPUT else None
    refuse_collisions([output] if output is not None else [], file.files)
    with Progress(quiet=options.quiet) as progress:
        try:
            registry = read_dump(file, settings, progress, settings.input_format)
        except Unusable as error:
            raise CallError(str(error)) from None
        progress.doing = f"writing {options.to}"
        written = write(registry, options.to, for_spreadsheets=options.for_spreadsheets)
    if output is None:
        write_stdout([written.text])
    else:
        write_file(output, [written.text])
    if not options.quiet:
        for loss in written.losses:
            say(loss)
    faults = reading_faults(registry, "; `ianalint check` with --select FM,MD shows where")
    for fault in faults:
        say(fault)
    return 1 if faults else 0
