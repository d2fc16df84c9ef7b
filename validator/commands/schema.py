"""`ianalint schema NAME`: prints a JSON Schema; without NAME, the names of all."""

from __future__ import annotations

from validator import schema
from validator.commands.arguments import Arguments
from validator.commands.output import write_stdout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def arguments() -> Arguments:
    parser = Arguments(
        "schema",
        "Print the JSON Schema (draft 2020-12) of a document that ianalint reads or writes.\n"
        "Without NAME, list the names of all schemas.",
        usage="[NAME]",
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="report, changes, lookup, registry, request, baseline or config",
    )
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    name = arguments().parse(words).name
    if name is None:
        write_stdout(f"{name}\n" for name in schema.names())
    else:
        write_stdout([schema.text(name)])
    return 0
