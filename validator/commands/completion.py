"""`ianalint completion SHELL`: prints the script that completes commands and options."""

from __future__ import annotations

import argparse
import sys

from validator.commands import COMMANDS
from validator.commands.arguments import Arguments, one_of
from validator.commands.output import write_stdout
from validator.errors import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SHELLS = ("bash", "zsh", "fish", "tcsh")

_EPILOG = """\
Examples:
  ianalint completion bash > ~/.local/share/bash-completion/completions/ianalint
  ianalint completion zsh > ~/.zfunc/_ianalint      a folder of your $fpath
"""


def arguments() -> Arguments:
    parser = Arguments(
        "completion",
        "Print a script for your shell that completes commands and options.",
        _EPILOG,
        "SHELL",
    )
    parser.add_argument(
        "shell",
        type=one_of("shell", SHELLS),
        metavar="SHELL",
        help=f"the shell to write the script for: {listed(SHELLS)}",
    )
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    import shtab

    from validator import schema
    from validator.rules import catalogue

    shell = arguments().parse(words).shell
    whole = argparse.ArgumentParser(prog="ianalint", add_help=False)
    commands = whole.add_subparsers()
    for name, summary in COMMANDS.items():
        module = f"validator.commands.{name}"
        __import__(module)
        parser = sys.modules[module].arguments()
        for action in parser._actions:
            metavar = action.metavar if isinstance(action.metavar, str) else ""
            if "|" in metavar:
                # The argument checks its words by a type; its metavar lists them.
                action.choices = metavar.split("|")
            elif metavar in ("RULE", "RULES"):
                action.choices = list(catalogue.rules())
            elif metavar == "SHELL":
                action.choices = SHELLS
            elif (name, metavar) == ("schema", "NAME"):
                action.choices = schema.names()
            elif metavar in ("FILE", "A", "B", "DUMP", "NAME"):
                action.complete = shtab.FILE
        commands.add_parser(name, help=summary, parents=[parser], add_help=False)
    write_stdout([shtab.complete(whole, shell), "\n"])
    return 0
