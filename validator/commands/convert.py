"""`ianalint convert FILE --to FORMAT`: the registry in another format."""

from __future__ import annotations

from validator.budget import doing
from validator.commands.arguments import Argument, Arguments, Option, limits
from validator.commands.frame import Call
from validator.commands.output import write_data
from validator.commands.reading import CHECK_SHOWS, read_with_errors, reading_faults
from validator.commands.suffixes import REGISTRY_SUFFIXES, format_of
from validator.commands.terminal import say
from validator.errors import CallError, Unusable, listed
from validator.rules.usable import reading_gaps
from validator.settings.table import Choice
from validator.writers import TARGETS, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from validator.model.registry import Registry
    from validator.writers import Target


def arguments() -> Arguments:
    return Arguments(
        "convert",
        (
            "",
            [Argument("file", "FILE"), Option("to", Choice("format", TARGETS)), "for_spreadsheets"],
        ),
        ("", ["exclude", "input_format", *limits("dump"), "output", "quiet"]),
    )


def run(words: Sequence[str]) -> int:
    parser = arguments()
    options = parser.parse(words)
    call = Call(options)
    file = call.only(options.file)
    output = call.output([file])
    target = _target(options, parser.hint)
    with call.progress as progress:
        try:
            registry = call.read_usable(file)
        except Unusable as error:
            raise CallError(str(error)) from None
        progress.doing = f"writing {target}"
        doing(f"while {progress.doing}")
        written = write(registry, target, for_spreadsheets=options.for_spreadsheets)
    write_data(output, written.text.encode("utf-8", "backslashreplace"))
    faults = _faults(registry, target)
    for sentence in [*([] if options.quiet else written.losses), *faults]:
        say(sentence)
    return 1 if faults else 0


def _faults(registry: Registry, target: Target) -> list[str]:
    """Sentences about what could not be read, and so is missing from the output."""
    if target != "services":
        # A port that means none is written as it is.
        return reading_faults(registry, '; run "ianalint check --select FM,MD" to see where')
    messages = reading_gaps(registry).value_messages
    unreadable = [read_with_errors(registry, messages, CHECK_SHOWS)] if messages else []
    return unreadable + reading_faults(registry, CHECK_SHOWS)


def _target(options: Namespace, hint: str) -> Target:
    """The format to write.  Raises `CallError`, with `hint` where none is named."""
    target = format_of(options.output, options.to, REGISTRY_SUFFIXES, "--to")
    if options.for_spreadsheets and target != "csv":
        raise CallError("--for-spreadsheets needs --to csv")
    for each in TARGETS:
        if each == target:
            return each
    raise CallError(f"expected --to {listed(TARGETS)}", hint)
