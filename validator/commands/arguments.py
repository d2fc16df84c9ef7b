"""The command line of one command: argparse, with errors that name the nearest known word."""

from __future__ import annotations

import argparse
import os

from validator import __version__
from validator.errors import CallError, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from _typeshed import SupportsWrite

_WIDEST = 100
# What argparse says is English as all else here.  To look for words of another language, which
# Python does not bring, loads two modules and takes as long as the slowest rule.
vars(argparse).update(_=str, ngettext=lambda one, many, count: one if count == 1 else many)


class Arguments(argparse.ArgumentParser):
    """A parser that raises `CallError` instead of ending the process."""

    def __init__(self, command: str, description: str, epilog: str = "", usage: str = "") -> None:
        super().__init__(
            prog=f"ianalint {command}",
            usage=f"ianalint {command} {usage}",
            description=description,
            epilog=epilog,
            formatter_class=_Help,
            allow_abbrev=False,
            add_help=False,
        )
        self.command = command

    def closing_options(self, title: str = "Help") -> None:
        """Add the options that every command ends with."""
        group = self.add_argument_group(title)
        group.add_argument("-h", "--help", action="help", help="show this and end")
        group.add_argument(
            "--version",
            action="version",
            version=f"ianalint {__version__}",
            help="show the version and end",
        )

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Return what `words` say."""
        options, rest = self.parse_known_intermixed_args(words)
        if rest:
            flags = [word for word in rest if word.startswith("-")]
            if flags:
                name = flags[0].partition("=")[0]
                known = sorted(self._option_string_actions)
                raise CallError(unknown("the option", name, known), self.hint)
            raise CallError(f'one argument too many: "{rest[0]}"', self.hint)
        return options

    @property
    def hint(self) -> str:
        return f"`ianalint {self.command} --help` shows what can be said"

    def error(self, message: str) -> NoReturn:
        raise CallError(message.removeprefix("argument "), self.hint)

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:  # noqa: ARG002
        from validator.commands.output import write_stdout

        write_stdout([message])


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal.  (Asking shutil for that costs more than all else here.)"""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=_columns())


def _columns() -> int:
    try:
        wide = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(1).columns
    except (OSError, ValueError):
        wide = 80
    return min(wide or 80, _WIDEST) - 2


def one_of(what: str, known: Sequence[str]) -> Callable[[str], str]:
    """Return a type for an argument that is one of `known`."""

    def parse(word: str) -> str:
        if word not in known:
            raise argparse.ArgumentTypeError(unknown(what, word, known))
        return word

    return parse


def words(text: str) -> list[str]:
    """Split `a,b,c`."""
    found = [word.strip() for word in text.split(",") if word.strip()]
    if not found:
        raise argparse.ArgumentTypeError("a list of codes or names is wanted")
    return found


def assigned(
    what: str, known: Sequence[str], left: str, right: str
) -> Callable[[str], tuple[str, str]]:
    """Return a type for `left=right`; the one of the two that is called `what` is of `known`."""

    def parse(text: str) -> tuple[str, str]:
        first, equals, second = text.partition("=")
        if not equals or not first or not second:
            raise argparse.ArgumentTypeError(f'{left}={right} is wanted, not "{text}"')
        word = first if what == left.lower() else second
        if word not in known:
            raise argparse.ArgumentTypeError(unknown(f"the {what}", word, known))
        return first, second

    return parse


def whole_number(text: str) -> int:
    """Check that `text` is a number from 1 on, of no absurd length."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text)):
        raise argparse.ArgumentTypeError(f'a number from 1 on is wanted, not "{text}"')
    return int(text)


def number(least: int, most: int) -> Callable[[str], int]:
    """Return a type for a number from `least` to `most`."""

    def parse(text: str) -> int:
        digits = text.isascii() and text.isdigit() and len(text) <= 12
        if not digits or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(
                f'a number from {least} to {most} is wanted, not "{text}"'
            )
        return int(text)

    return parse


def day(text: str) -> str:
    """Check that `text` is a day, YYYY-MM-DD."""
    return _date(text, "a day, YYYY-MM-DD", with_day=True)


def month(text: str) -> str:
    """Check that `text` is a month, YYYY-MM."""
    return _date(text, "a month, YYYY-MM", with_day=False)


def _date(text: str, wanted: str, *, with_day: bool) -> str:
    from validator.model.values import parse_date

    date = parse_date(text)
    if date is None or date.impossible or (date.day is not None) != with_day:
        raise argparse.ArgumentTypeError(f'{wanted}, is wanted, not "{text}"')
    return text
