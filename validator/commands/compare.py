"""`ianalint compare A B`: whether two dumps of the registry say the same."""

from __future__ import annotations

from validator.budget import start
from validator.commands import reporting
from validator.commands.arguments import Arguments, add, add_configuration, add_limits, add_manner
from validator.commands.frame import CHECK_SHOWS, Frame, UnusableInputs, reading_faults
from validator.commands.inputs import identity, only, search_of
from validator.diff.compare import compare
from validator.errors import CallError
from validator.readers.source import display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_EPILOG = """\
A and B are dumps in any format: XML, CSV, plain text, HTML (a page, or a folder with
all pages) or JSON. What one of the formats cannot express is not a difference; see
"ianalint rules XF". Dumps of different dates are compared as well, and XF003 reports it.

Exit status: 0 no differences, 1 differences, or a dump was not read completely, 2 one of
the dumps cannot be used.

Examples:
  ianalint compare service-names-port-numbers.xml service-names-port-numbers.csv
  ianalint compare registry.xml pages/ --format concise
  ianalint compare a.xml b.txt --report json=differences.json
"""


def arguments() -> Arguments:
    parser = Arguments(
        "compare", "Compare two dumps of the registry, in any formats.", _EPILOG, "A B [options]"
    )
    parser.add_argument(
        "one", nargs="?", metavar="A", help="a dump, also .gz or .xz; - for standard input"
    )
    parser.add_argument("other", nargs="?", metavar="B", help="another dump")
    add(parser, "exclude", "select", "ignore", "severity", "fail_on")
    limits = parser.add_argument_group("Limits")
    add_limits(limits, "dump", "rules")
    reporting.add_options(parser.add_argument_group("Report"))
    add_manner(parser, "print only differences and errors: no summary")
    add_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "pair")
    frame.settings.legacy = "show"
    search = search_of(options, frame.settings)
    if options.other is None:
        found = "none" if options.one is None else f"only {display_path(options.one)}"
        raise CallError(
            f"expected two dumps, A and B, got {found}", 'Run "ianalint compare --help" for usage.'
        )
    files = [only(path, search) for path in (options.one, options.other)]
    if identity(files[0].path) == identity(files[1].path):
        raise CallError(f"A and B are the same file: {display_path(files[0].path)}")
    frame.open(files)
    with frame.progress:
        try:
            one, other = frame.read_compared(*files)
        except UnusableInputs as error:
            return frame.finish_unusable(error)
        frame.progress.doing = "comparing"
        start("while comparing")
        selections = [frame.selection("pair", path=file.name) for file in files]
        report = compare(one, other, frame.settings.context(), selections)
    for registry in (one, other):
        errors = [defect for defect in registry.dump.defects if not defect.is_doubt]
        frame.remarks += reading_faults(registry, CHECK_SHOWS, errors)
    return frame.finish(report, frame.judge(report))
