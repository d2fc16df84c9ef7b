"""`ianalint schema NAME`: prints a JSON Schema; without NAME, the names of all."""

from __future__ import annotations

from collections.abc import Sequence

from validator import schema
from validator.commands.arguments import Argument, Arguments
from validator.commands.output import write_stdout


def arguments() -> Arguments:
    return Arguments("schema", ("", [Argument("name", "NAME", "?")]), configurable=False)


def run(words: Sequence[str]) -> int:
    name = arguments().parse(words).name
    if name is None:
        write_stdout(f"{name}\n" for name in schema.names())
    else:
        write_stdout([schema.text(name)])
    return 0
