"""The command line of one command: argparse, with errors that name the nearest word.

A command has groups of options.  Those that set something are in `validator.settings.table`, those
that several commands have are in `OPTIONS`, and what `--help` says of them is in `help.toml`.
`settings_of` returns what options and configuration say.
"""

from __future__ import annotations

import argparse
import os

from validator import __version__
from validator.budget import limit_time, start
from validator.errors import CallError, did_you_mean, shortened, suggestion
from validator.limits import LIMIT_TABLE
from validator.model.vocabulary import LEGACY_MEANING
from validator.reporters import FORMATS
from validator.settings import Settings, load
from validator.settings.choices import fill_options
from validator.settings.table import SETTINGS, Choice, Flag, Kind, Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn, TypeAlias

    from _typeshed import SupportsWrite

    from validator.limits import Scope
    from validator.rules.catalogue import LooksAt

    # An option by its name, an option of one command, or some that exclude each other.
    Row: TypeAlias = "str | Option | tuple[str | Option, ...]"

_WIDEST = 100
# The options that have a short form, the same in every command.
_SHORT = {"output": "-o", "format": "-f", "quiet": "-q", "verbose": "-v", "help": "-h"}
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

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if option_string is not None and self.dest not in ("format", "color"):
            all_values: list[object] = vars(self).setdefault("values", [])
            if values not in all_values:
                all_values.append(values)
            if len(all_values) > 1:
                both = " and ".join(shortened(str(value)) for value in all_values)
                parser.error(f"{option_string}: expected one value, got {both}")
        super().__call__(parser, namespace, values, option_string)


class Option:
    """An option that is no setting, with values of a `kind`; `more` goes to argparse."""

    def __init__(self, name: str, kind: Kind | None = None, **more: Any) -> None:
        short = [_SHORT[name]] if name in _SHORT else []
        self.names = [*short, f"--{name.replace('_', '-')}"]
        self.more: dict[str, Any] = (
            {} if kind is None else {"type": _parser(kind), "metavar": kind.metavar}
        )
        self.more |= more


class Argument(Option):
    """An argument that is no option: `dest` is its name, and `nargs` says how many there are."""

    def __init__(
        self, dest: str, metavar: str, nargs: str | None = None, kind: Kind | None = None
    ) -> None:
        super().__init__(dest, kind, dest=dest, nargs=nargs)
        self.names = []
        self.more["metavar"] = metavar


class Arguments(argparse.ArgumentParser):
    """A parser of the options in `groups`, each with its title or, for the first ones, with none.

    It raises `CallError` instead of ending the process.
    """

    def __init__(
        self, command: str, *groups: tuple[str, Sequence[Row]], configurable: bool = True
    ) -> None:
        super().__init__(
            prog=f"ianalint {command}",
            usage="",  # argparse would make one for every call
            formatter_class=_Help,
            allow_abbrev=False,
            add_help=False,
        )
        self.command = command
        self._positionals.title, self._optionals.title = "Arguments", "Options"
        self.register("action", None, _StoreOnce)
        self.register("action", "store", _StoreOnce)
        configuration = [("Configuration", _CONFIGURATION)] if configurable else []
        for title, rows in (*groups, *configuration, ("Help", _HELP)):
            group = self.add_argument_group(title) if title else self
            for row in rows:
                _add(group, row)

    def format_help(self) -> str:
        self.describe()
        return super().format_help()

    def describe(self) -> None:
        """Take over the texts of the help, which a run does not need."""
        document = help_texts()
        texts = document[self.command]
        self.usage = f"ianalint {self.command} {texts['usage']}"
        self.description = texts["description"]
        self.epilog = texts.get("epilog", "").replace("{LEGACY_MEANING}", LEGACY_MEANING)
        helps = document["options"] | texts.get("options", {})
        for action in self._actions:
            name = action.option_strings[-1][2:] if action.option_strings else action.dest
            action.help = helps.get(name) or SETTINGS[name.replace("-", "_")].option_help

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


def help_texts() -> dict[str, Any]:
    """Return the texts of `--help`: those of each command, and of options that several have."""
    import tomllib

    with open(os.path.join(os.path.dirname(__file__), "help.toml"), "rb") as stream:
        return tomllib.load(stream)


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


def _parser(kind: Kind) -> Callable[[str], Any]:
    """Return the type of an argument whose values are of `kind`."""

    def parse(word: str) -> Any:
        try:
            return kind.parse(word)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parse


# -- options that several commands have -------------------------------------------------------


class _ReportTarget(Kind):
    """A format and a file, as `FORMAT=FILE`."""

    def parse(self, word: str) -> tuple[str, str]:
        form, _, path = word.partition("=")
        if not form or not path:
            raise ValueError(f'expected {self.metavar}, got "{word}"')
        return Choice("format", FORMATS).parse(form), path


class _Jobs(Number):
    """A number of processes, or `auto`."""

    def parse(self, word: str) -> int:
        if word == "auto":
            from validator.commands.processes import cores

            return cores()
        return super().parse(word)


def switch(on: str, off: str) -> tuple[Option, ...]:
    """Return two options that exclude each other and set the first one to true or false."""
    return (
        Option(on, action="store_const", const=True),
        Option(off, action="store_const", const=False, dest=on),
    )


# A name that is neither here nor in `SETTINGS` is an option without a value.
OPTIONS = {
    "files": Argument("files", "FILE", "*"),
    "git": Option("git", Kind("PATH")),
    "output": Option("output", Kind()),
    "report": Option("report", _ReportTarget("FORMAT=FILE"), action="append", default=[]),
    "color": Option("color", Choice("color mode", ("auto", "always", "never")), default="auto"),
    "write_baseline": Option("write_baseline", Kind()),
    "jobs": Option(
        "jobs", _Jobs(1, 999_999_999_999, "N|auto", "a number of at least 1, or auto"), default=1
    ),
    "config": Option("config", Kind()),
    "help": Option("help", action="help"),
    "version": Option("version", action="version", version=f"ianalint {__version__}"),
}
FORM: Sequence[Row] = ("input_format", switch("whole", "partial"))
# For a command that opens and judges with `Frame`.
BASELINE: Sequence[Row] = ("baseline", "write_baseline", "fail_on_stale")
REPORT: Sequence[Row] = (
    *("format", "output", "report", "min_severity", "summary", "group_by", "sort", "list_all"),
    "color",
)
MANNER = ("quiet", "verbose")
_CONFIGURATION: Sequence[Row] = (("config", "isolated"), "show_settings")
_HELP = ("debug", "help", "version")


def limits(*scopes: Scope) -> list[str]:
    """Return the names of the limits of `scopes`, such as `max_size`, and that of `max_time`."""
    return [*(f"max_{limit.name}" for limit in LIMIT_TABLE if limit.scope in scopes), "max_time"]


def _add(group: argparse._ActionsContainer, row: Row) -> None:
    """Add the options of a row to a parser, or to a group of it."""
    if isinstance(row, tuple):
        exclusive = group.add_mutually_exclusive_group()
        for each in row:
            _add(exclusive, each)
        return
    option = _option(row) if isinstance(row, str) else row
    group.add_argument(*option.names, **option.more)


def _option(name: str) -> Option:
    """The option of a setting, one that several commands have, or else one without a value."""
    setting = SETTINGS.get(name)
    if name in OPTIONS or setting is None:
        return OPTIONS.get(name) or Option(name, action="store_true")
    if isinstance(setting.kind, Flag):
        return Option(name, action="store_const", const=True)
    return Option(name, setting.kind, action="append" if setting.kind.is_list else "store")


def _report_format(options: argparse.Namespace) -> str | None:
    """The format of the report that `options` choose, perhaps by the suffix of `--output`."""
    form: str | None = getattr(options, "format", None)
    path = getattr(options, "output", None)
    is_report = hasattr(options, "report") and not getattr(options, "render", None)
    if path is None or not is_report:
        return form
    from validator.commands.suffixes import REPORT_SUFFIXES, format_of

    return format_of(path, form, REPORT_SUFFIXES, "--format")


def _values(options: argparse.Namespace) -> dict[str, Any]:
    """The values of the settings that `options` set, by name."""
    values = {}
    for name, setting in SETTINGS.items():
        value = getattr(options, name, None)
        if value is not None and (setting.option or name == "whole"):
            values[name] = setting.kind.collect(value) if setting.kind.is_list else value
    form = _report_format(options)
    return values if form is None else {**values, "format": form}


def settings_of(options: argparse.Namespace, *looks_at: LooksAt) -> Settings:
    """Return what the configuration and `options` say.

    A command without `--config` reads no configuration.  `looks_at` is what the rules of the
    command look at: its options may name those rules alone.  With `--show-settings` they are
    printed, and `SystemExit` is raised.
    """
    from validator.rules import catalogue

    start("while reading the configuration")
    settings = Settings() if getattr(options, "isolated", True) else load(options.config)
    if settings.configuration is not None and settings.configuration.remark is not None:
        from validator.commands.terminal import say

        say(settings.configuration.remark)
    values = _values(options)
    if "stdin_filename" in values and "-" not in options.files:
        raise CallError("--stdin-filename needs - (standard input) as FILE")
    fill_options(settings, values, (lambda: catalogue.rules(*looks_at)) if looks_at else None)
    limit_time(settings.max_time)
    if getattr(options, "show_settings", False):
        from validator.commands.overview import write_settings

        write_settings(options, settings, values)
        raise SystemExit(0)
    return settings
