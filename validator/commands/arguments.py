"""The command line of one command: argparse, with errors that name the nearest word.

The options that set something are rows of `validator.settings.table`: `add` adds them to a parser
or a group of it, and `settings_of` returns what they and the configuration say.
"""

from __future__ import annotations

import argparse
import os

from validator import __version__
from validator.budget import limit_time, start
from validator.errors import CallError, did_you_mean, shortened, suggestion
from validator.limits import LIMIT_TABLE
from validator.settings import Settings, load
from validator.settings.choices import fill_options
from validator.settings.table import SETTINGS, Choice, Flag, Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn

    from _typeshed import SupportsWrite

    from validator.commands.inputs import InputFile
    from validator.limits import Scope
    from validator.rules.catalogue import LooksAt
    from validator.settings.table import Kind

_WIDEST = 100
# The options that have a short form, the same in every command.
_SHORT = {"output": "-o", "format": "-f", "quiet": "-q", "verbose": "-v"}
# What argparse says, in our words.
_SENTENCES = (
    ("the following arguments are required: (.*)", r"no \1 given"),
    ("(.*): expected one argument", r"\1: expected a value"),
    ("(.*): not allowed with argument (.*)", r"\1 and \2 cannot be combined"),
    ("(.*): ignored explicit argument '(.*)'", r'\1 takes no value, got "\2"'),
)
# Begins the words after `--`; no word of a command line can have it.
_MARK = "\0"


class _StoreOnce(argparse._StoreAction):
    """An option that takes one value: another one would hide the first.

    How a report looks can be said again, so that `args` of a hook override its entry.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.values: list[object] = []

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if option_string is not None and self.dest not in ("format", "color"):
            if values not in self.values:
                self.values.append(values)
            if len(self.values) > 1:
                both = " and ".join(shortened(str(value)) for value in self.values)
                parser.error(f"{option_string}: expected one value, got {both}")
        super().__call__(parser, namespace, values, option_string)


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
        self._positionals.title, self._optionals.title = "Arguments", "Options"
        self.register("action", None, _StoreOnce)
        self.register("action", "store", _StoreOnce)

    def closing_options(self, title: str = "Help") -> None:
        """Add the options that every command ends with."""
        group = self.add_argument_group(title)
        add_flag(group, "debug", "print a traceback for each internal error")
        group.add_argument("-h", "--help", action="help", help="show this help and exit")
        group.add_argument(
            "--version",
            action="version",
            version=f"ianalint {__version__}",
            help="show the version and exit",
        )

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Return what `words` say; after `--` there are no options."""
        options, rest = self.parse_known_intermixed_args(_marked(words))
        if rest:
            flags = [word for word in rest if word.startswith("-")]
            if flags:
                name = flags[0].partition("=")[0]
                hint = _configuration_hint(self.command, name.lstrip("-"))
                raise CallError(
                    f'unknown option "{shortened(name)}"{self._near(name)}{hint}', self.hint
                )
            raise CallError(self._unexpected(rest[0].lstrip(_MARK)), self.hint)
        return options

    def _near(self, name: str) -> str:
        """How the sentence about an unknown option ends."""
        from validator.other_linters import equivalent

        names = sorted(self._option_string_actions)
        # What is no option here: another command, or a part of the configuration.
        others = ("ianalint", "[[per-file]]", "`rules`") if self.command == "check" else ()
        near = equivalent("option", name, [*names, *others])
        return suggestion(near) or did_you_mean(name, names)

    def _unexpected(self, word: str) -> str:
        """Say that there is a word too many; a path to no file may be where to write."""
        is_output = "--output" in self._option_string_actions and "." in word
        near = f"--output {word}" if is_output and not os.path.exists(word) else None
        return f'unexpected argument "{word}"{suggestion(near)}'

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        """Every value comes through here, before its type looks at it."""
        return super()._get_value(action, arg_string.lstrip(_MARK))

    @property
    def hint(self) -> str:
        return f'Run "ianalint {self.command} --help" for usage.'

    def error(self, message: str) -> NoReturn:
        import re

        message = message.removeprefix("argument ")
        for pattern, sentence in _SENTENCES:
            message = re.sub(f"^{pattern}$", sentence, message, flags=re.DOTALL)
        raise CallError(message, self.hint)

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:  # noqa: ARG002
        from validator.commands.output import write_stdout

        write_stdout([message])


def _configuration_hint(command: str, key: str) -> str:
    """Say where the configuration has what is no option of a command; empty where it has not."""
    from validator.settings.files import table_of_key

    table = table_of_key(command, key)
    return f"; `{key}` is a key of {table} in the configuration" if table else ""


def _marked(words: Sequence[str]) -> list[str]:
    """The words of a call, in which those after `--` look like no option to argparse.

    argparse alone takes them for options again once it has filled the arguments before them.
    """
    if "--" not in words:
        return list(words)
    end = list(words).index("--")
    return [*words[:end], *(_MARK + word for word in words[end + 1 :])]


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal.  (`shutil` would be slow to import for that.)"""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=_columns())

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or "Usage: ")

    def _fill_text(self, text: str, width: int, indent: str) -> str:  # noqa: ARG002
        """Paragraphs as wide as the terminal; what has an indented line stays as it is."""
        from textwrap import fill

        blocks = text.split("\n\n")
        return "\n\n".join(
            block if "\n " in block else fill(block, width, break_on_hyphens=False)
            for block in blocks
        )

    def _format_action_invocation(self, action: argparse.Action) -> str:
        """`-o, --output FILE`; older versions of argparse repeat the metavar."""
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"


def _columns() -> int:
    try:
        wide = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(1).columns
    except (OSError, ValueError):
        wide = 80
    return min(wide or 80, _WIDEST) - 2


def argument_type(kind: Kind) -> Callable[[str], Any]:
    """Return the type of an argument whose values are of `kind`."""

    def parse(word: str) -> Any:
        try:
            return kind.parse(word)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parse


def one_of(noun: str, words: Sequence[str]) -> Callable[[str], str]:
    """Return the type of an argument that is one of `words`; `noun` is what they are called."""
    return argument_type(Choice(noun, words))


# -- options that several commands have -------------------------------------------------------


def names_of(name: str) -> list[str]:
    """Return how the option `name` can be written, such as `-o` and `--output`."""
    return [*([_SHORT[name]] if name in _SHORT else []), f"--{name.replace('_', '-')}"]


def add(group: argparse._ActionsContainer, *names: str, help: str = "") -> None:
    """Add the options of the settings `names`, with `help` where a command has its own."""
    for name in names:
        setting = SETTINGS[name]
        if isinstance(setting.kind, Flag):
            described = help or setting.option_help
            group.add_argument(
                *names_of(name), action="store_const", const=True, default=None, help=described
            )
            continue
        group.add_argument(
            *names_of(name),
            action="append" if setting.kind.is_list else "store",
            type=argument_type(setting.kind),
            metavar=setting.kind.metavar,
            help=help or setting.option_help,
        )


def add_limits(group: argparse._ActionsContainer, *scopes: Scope) -> None:
    """Add `--max-time` and the options of the limits of `scopes`, such as `--max-size`."""
    names = [f"max_{limit.name}" for limit in LIMIT_TABLE if limit.scope in scopes]
    add(group, *names, "max_time")


def add_form(group: argparse._ActionsContainer) -> None:
    """Add `--input-format`, `--whole` and `--partial`."""
    add(group, "input_format")
    size = group.add_mutually_exclusive_group()
    size.add_argument(
        "--whole",
        action="store_const",
        const=True,
        help="treat each input as a whole registry (default: detected)",
    )
    size.add_argument(
        "--partial",
        action="store_const",
        const=False,
        dest="whole",
        help="treat each input as a part of a registry, so that nothing is missing from it",
    )


def add_flag(group: argparse._ActionsContainer, name: str, help: str) -> None:
    """Add an option without a value, such as `--quiet`."""
    group.add_argument(*names_of(name), action="store_true", help=help)


def add_output(group: argparse._ActionsContainer, help: str) -> None:
    """Add `--output`."""
    group.add_argument(*names_of("output"), metavar="FILE", help=help)


def add_baseline(group: argparse._ActionsContainer) -> None:
    """Add `--baseline` and what goes with it, for a command that opens and judges with `Frame`."""
    add(group, "baseline")
    group.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="write a baseline of the present findings; reasons in an existing one are kept",
    )
    add_flag(group, "fail_on_stale", "fail if the baseline has entries that match no finding")


def add_manner(group: argparse._ActionsContainer, quiet: str) -> None:
    """Add `--quiet`, whose help is `quiet`, and `--verbose`."""
    manner = group.add_mutually_exclusive_group()
    add_flag(manner, "quiet", quiet)
    add_flag(
        manner,
        "verbose",
        "say on standard error which configuration is used, how each input was read and which"
        " rules could not run",
    )


def add_color(group: argparse._ActionsContainer) -> None:
    """Add `--color`."""
    group.add_argument(
        "--color",
        type=one_of("color mode", ("auto", "always", "never")),
        default="auto",
        metavar="auto|always|never",
        help="when to use colors (default: auto, on a terminal; NO_COLOR and FORCE_COLOR apply)",
    )


class _Jobs(Number):
    """A number of processes, or `auto`."""

    range = "a number of at least 1, or auto"

    def parse(self, word: str) -> int:
        if word == "auto":
            from validator.commands.processes import cores

            return cores()
        return super().parse(word)


def add_jobs(group: argparse._ActionsContainer) -> None:
    """Add `--jobs`, for a command that takes many inputs."""
    group.add_argument(
        "--jobs",
        type=argument_type(_Jobs(1, 999_999_999_999)),
        default=1,
        metavar="N|auto",
        help="number of inputs to check in parallel (auto: one per CPU; default: 1)",
    )


def add_configuration(parser: Arguments) -> None:
    """Add `--config`, `--isolated` and `--show-settings`."""
    group = parser.add_argument_group("Configuration")
    where = group.add_mutually_exclusive_group()
    where.add_argument(
        "--config",
        metavar="FILE",
        help="configuration to read (default: ianalint.toml, or [tool.ianalint] in pyproject.toml,"
        " in this folder or the nearest above)",
    )
    where.add_argument("--isolated", action="store_true", help="read no configuration")
    add_flag(
        group, "show_settings", "print the settings in force and where each comes from, and exit"
    )


def registry_help(purpose: str) -> str:
    """What `--registry` is for, in the words of a command."""
    return f"registry dump, in any format, {purpose} (default: `registry` in the configuration)"


def add_show_files(group: argparse._ActionsContainer) -> None:
    """Add `--show-files`, for a command that takes many inputs."""
    add_flag(group, "show_files", "print the files that would be checked, one a line, and exit")


def _report_format(options: argparse.Namespace) -> str | None:
    """The format of the report that `options` choose, perhaps by the suffix of `--output`."""
    form: str | None = getattr(options, "format", None)
    path = getattr(options, "output", None)
    is_report = not (getattr(options, "render", None) or getattr(options, "template", False))
    if path is None or not is_report or not hasattr(options, "report"):
        return form
    from validator.commands.suffixes import REPORT_SUFFIXES, format_of

    return format_of(path, form, REPORT_SUFFIXES, "--format")


def show_files(options: argparse.Namespace, files: Iterable[InputFile]) -> None:
    """With `--show-files`, print the paths of `files` and raise `SystemExit`."""
    if options.show_files:
        from validator.commands.overview import write_files

        raise SystemExit(write_files(files))


def settings_of(options: argparse.Namespace, *looks_at: LooksAt) -> Settings:
    """Return what the configuration and `options` say.

    A command without `--config` reads no configuration.  `looks_at` is what the rules of the
    command look at: its options may name those rules alone.  With `--show-settings` they are
    printed, and `SystemExit` is raised.
    """
    from validator.rules import catalogue

    reads_none = getattr(options, "isolated", True)
    start("while reading the configuration")
    settings = Settings() if reads_none else load(options.config)
    if settings.configuration is not None and settings.configuration.remark is not None:
        from validator.commands.terminal import say

        say(settings.configuration.remark)
    values = {}
    for name, setting in SETTINGS.items():
        value = getattr(options, name, None)
        if value is not None and (setting.option or name == "whole"):
            values[name] = setting.kind.collect(value) if setting.kind.is_list else value
    form = _report_format(options)
    if form is not None:
        values["format"] = form
    if "stdin_filename" in values and "-" not in options.files:
        raise CallError("--stdin-filename needs - (standard input) as FILE")
    fill_options(settings, values, (lambda: catalogue.rules(*looks_at)) if looks_at else None)
    limit_time(settings.max_time)
    if getattr(options, "show_settings", False):
        from validator.commands.overview import write_settings

        write_settings(options, settings, values)
        raise SystemExit(0)
    return settings
