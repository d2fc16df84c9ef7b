"""`ianalint completion SHELL`: prints the script that completes commands and options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from validator.commands import COMMANDS
from validator.commands.arguments import Argument, Arguments
from validator.commands.output import write_stdout
from validator.settings.table import Choice

SHELLS = ("bash", "zsh", "fish", "tcsh")


def arguments() -> Arguments:
    return Arguments(
        "completion",
        ("", [Argument("shell", "SHELL", kind=Choice("shell", SHELLS))]),
        configurable=False,
    )


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
        parser.describe()
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
