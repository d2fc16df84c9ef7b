"""`ianalint compare A B`: whether two dumps of the registry tell the same."""

from __future__ import annotations

from validator.api import read_registry, run_context
from validator.commands import options as shared
from validator.commands import reporting
from validator.commands.arguments import Arguments
from validator.commands.inputs import identity, only
from validator.commands.output import refuse_collisions
from validator.commands.terminal import Progress, say
from validator.diff.compare import compare
from validator.engine.selection import UnknownSelector
from validator.errors import CallError
from validator.readers.source import Unusable, display_path
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.registry import Registry

_EPILOG = """\
A and B are dumps in any form: XML, CSV, plain text, HTML (a page, or a folder of all
pages), JSON. What one of the two forms cannot say is no difference; `ianalint rules XF`
tells what is. Dumps of two dates are compared all the same, and XF003 says so.

Exit status: 0 they tell the same, 1 they do not, 2 one of them cannot be used.

Examples:
  ianalint compare service-names-port-numbers.xml service-names-port-numbers.csv
  ianalint compare registry.xml pages/ --format concise
  ianalint compare a.xml b.txt --report json=differences.json
"""


def arguments() -> Arguments:
    parser = Arguments(
        "compare", "Compare two dumps of the registry, in any forms.", _EPILOG, "A B [options]"
    )
    parser.add_argument("one", metavar="A", help="a dump, plain or packed; - for standard input")
    parser.add_argument("other", metavar="B", help="another one")
    shared.of_rules(parser)
    shared.fail_on(parser)
    limits = parser.add_argument_group("Limits")
    shared.limits(limits, "dump", "the others are counted")
    parser.set_defaults(fail_on="error")
    reporting.add_options(parser.add_argument_group("The report"))
    parser.add_argument("--quiet", action="store_true", help="differences alone: no summary")
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)

    found = [only(options.one), only(options.other)]
    if identity(found[0].path) == identity(found[1].path):
        raise CallError(f"{display_path(found[0].path)} is compared with itself")
    outputs = reporting.outputs(options)
    refuse_collisions(
        [path for _, path in outputs if path is not None],
        [path for file in found for path in file.files],
    )
    limits = shared.most(options)
    with Progress(quiet=options.quiet) as progress:
        registries: list[Registry] = []
        for file in found:
            progress.doing = f"reading {display_path(file.path)}"
            try:
                registries.append(read_registry(file.path, pages=file.pages, limits=limits))
            except Unusable as error:
                raise CallError(str(error)) from None
        progress.doing = "comparing"
        one, other = registries
        try:
            report = compare(
                one,
                other,
                run_context(limits=limits),
                select=_joined(options.select),
                ignore=_joined(options.ignore) or (),
                severity=dict(options.severity or ()),
            )
        except UnknownSelector as error:
            codes = ", ".join(catalogue.rules("pair"))
            raise CallError(str(error), f"compare has {codes}") from None
    for registry in registries:
        faults = len(registry.dump.defects)
        if faults and not options.quiet:
            many = "a fault" if faults == 1 else f"{faults:,} faults"
            path = display_path(registry.dump.path)
            say(f"{path} has {many} of reading; `ianalint check` shows where")
    written = reporting.write(report, outputs, options, legacy="show", fail_on=options.fail_on)
    return max(report.exit_status(options.fail_on), 0 if written else 2)


def _joined(lists: Sequence[Sequence[str]] | None) -> list[str] | None:
    return None if lists is None else [word for held in lists for word in held]
