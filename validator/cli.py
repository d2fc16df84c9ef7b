"""The command line: which command is called, and how errors end it.

Exit statuses: 0 nothing at or above the failing level, 1 findings, 2 the command line, the
configuration, an input or an output cannot be used, 3 an internal error.  (`__main__` adds 130.)
"""

from __future__ import annotations

import os
import sys

from validator import __version__
from validator.budget import Budget, OutOfTime
from validator.commands import COMMANDS
from validator.commands.terminal import say
from validator.errors import CallError, is_shortage, nearest, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_OPTIONS = ("--help", "--version")


def run(words: Sequence[str]) -> int:
    """Run the command line `words`, without the program's name; return the exit status.

    Errors are printed on standard error, as a sentence; with `--debug` as a traceback too.
    """
    budget = Budget()
    try:
        with budget:
            return _dispatch(list(words))
    except CallError as error:
        for sentence in error.args:
            say(sentence)
    except SystemExit as ending:  # after --help, --show-files and what leaves nothing to compare
        return ending.code if isinstance(ending.code, int) else 0
    except OutOfTime:
        say(budget.expired())
    except MemoryError:
        say("not enough memory for this input")
    except Exception as error:
        return _failed(error, words)
    return 2


def _failed(error: Exception, words: Sequence[str]) -> int:
    """Say what ended a call, and return the exit status."""
    if is_shortage(error):
        say(f"the system has not enough resources: {error}")
        return 2
    options = words[: words.index("--")] if "--" in words else words
    hint = " (run again with --debug for a traceback)"
    if "--debug" in options:
        from traceback import print_exception

        print_exception(error)
        hint = ""
    say(f"internal error: {type(error).__name__}: {error}{hint}")
    return 3


def _dispatch(words: list[str]) -> int:
    if not words:
        from validator.commands.terminal import say_as_is

        say_as_is(help_text())
        return 2
    first = words[0]
    if first == "help" and words[1:2] not in ([], ["help"], ["-h"], ["--help"]):
        _require_command(words[1:])
        return _dispatch([words[1], "--help"])
    if first in ("-h", "--help", "help"):
        _print(help_text())
        return 0
    if first in ("-V", "--version", "version"):
        _print(f"ianalint {__version__}\n")
        return 0
    if first not in COMMANDS and _belongs_to_command(first):
        raise CallError(f'expected a command before "{first}", as in "ianalint check {first}"')
    _require_command(words)
    name = f"validator.commands.{first}"
    __import__(name)  # importlib would load three modules of its own
    status: int = sys.modules[name].run(words[1:])
    return status


def _belongs_to_command(word: str) -> bool:
    """Whether `word` is a file, or an option that only commands have."""
    if word.startswith("-"):
        return nearest(word, _OPTIONS) is None
    # No command has a point in its name.
    return "." in word or os.path.lexists(word)


def _require_command(words: Sequence[str]) -> None:
    """Raise `CallError` where a call does not begin with a command; a rule in it gets a hint."""
    word = words[0]
    if word not in COMMANDS:
        from validator.commands.rules import rule_hint

        noun, names = ("option", _OPTIONS) if word.startswith("-") else ("command", COMMANDS)
        hint = rule_hint(words[:2]) or 'Run "ianalint --help" for usage.'
        raise CallError(unknown(noun, word, [*names, "help"]), hint)


def _print(text: str) -> None:
    from validator.commands.output import write_stdout

    write_stdout([text])


def help_text() -> str:
    from validator.commands.arguments import help_texts

    commands = "\n".join(f"  {name:<12}{summary}" for name, summary in COMMANDS.items())
    text: str = help_texts()["help"]
    return text.replace("{COMMANDS}", commands)
