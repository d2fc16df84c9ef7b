"""`ianalint convert FILE --to FORM`: the registry in another form."""

from __future__ import annotations

from validator.api import read_registry
from validator.commands import options as shared
from validator.commands.arguments import Arguments, one_of
from validator.commands.inputs import STANDARD_INPUT, only
from validator.commands.output import refuse_collisions, write_file, write_stdout
from validator.commands.terminal import Progress, say
from validator.errors import CallError
from validator.readers import FORMS
from validator.readers.source import Unusable
from validator.reporters.escape import visible
from validator.writers import TARGETS, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_EPILOG = """\
JSON is ianalint's own exchange form (`ianalint schema registry`): it holds everything
that XML does, and XML -> JSON -> XML loses nothing the registry means. CSV is the
published table, without contacts, footnotes, notes and the date.

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
        type=one_of("the form", TARGETS),
        metavar="|".join(TARGETS),
        help="the form to write",
    )
    parser.add_argument(
        "--for-spreadsheets",
        action="store_true",
        help="in CSV, put an apostrophe before cells that a spreadsheet would run as formulas",
    )
    parser.add_argument(
        "--input-format",
        type=one_of("the form", FORMS),
        metavar="|".join(FORMS),
        help="the form of FILE (default: recognised by content)",
    )
    shared.limits(parser, "dump", names=shared.OF_DUMPS)
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
    found = only(options.file)
    output = options.output if options.output != STANDARD_INPUT else None
    refuse_collisions([output] if output is not None else [], found.files)
    with Progress(quiet=options.quiet) as progress:
        progress.doing = f"reading {visible(options.file)}"
        try:
            registry = read_registry(
                found.path,
                form=options.input_format,
                pages=found.pages,
                limits=shared.most(options),
            )
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
    faults = len(registry.dump.defects)
    if faults:
        many = "a fault" if faults == 1 else f"{faults:,} faults"
        path = visible(registry.dump.path)
        say(f"{path} has {many} of reading; `ianalint check` with --select FM,MD shows where")
    return 1 if faults else 0
