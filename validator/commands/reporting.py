"""The options for reports that several commands have, and the writing of reports."""

from __future__ import annotations

import os
import sys

from validator.commands.arguments import assigned, one_of
from validator.commands.output import write_file, write_stdout
from validator.commands.terminal import columns, say, say_as_is, wants_colour
from validator.errors import CallError
from validator.readers.source import display_path
from validator.reporters import FORMATS, Style, render
from validator.reporters.escape import subject_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace, _ArgumentGroup
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from validator.engine.report import FailOn, Fault, Legacy, Report

    Renderer: TypeAlias = Callable[[str, Report, Style], Iterator[str]]
    # A format and a file; no file is standard output.
    Output: TypeAlias = tuple[str, str | None]


def add_options(group: _ArgumentGroup) -> None:
    """Add `--format`, `--output`, `--report` and `--color` to a group of options."""
    group.add_argument(
        "--format",
        type=one_of("the format", FORMATS),
        metavar="|".join(FORMATS),
        help="its format (default: text)",
    )
    group.add_argument("--output", metavar="FILE", help="write it there (default: to stdout)")
    group.add_argument(
        "--report",
        action="append",
        default=[],
        type=assigned("format", FORMATS, "FORMAT", "FILE"),
        metavar="FORMAT=FILE",
        help="write another one as well; can be given several times",
    )
    group.add_argument(
        "--color",
        type=one_of("the choice", ("auto", "always", "never")),
        default="auto",
        metavar="auto|always|never",
        help="colours in text (default: on a terminal; NO_COLOR and FORCE_COLOR are heeded)",
    )


def outputs(options: Namespace, configured: str | None = None) -> list[Output]:
    """Return the reports that `options` ask for; `configured` is the format without `--format`."""
    path = options.output if options.output != "-" else None
    reports: list[Output] = [(options.format or configured or "text", path)]
    for form, file in options.report:
        if file == "-":
            raise CallError(f"standard output takes one report: say --format {form}")
        reports.append((form, file))
    return reports


def appearance(options: Namespace) -> tuple[str, str]:
    """Colours and width, on which a report on standard output depends."""
    colour = wants_colour(options.color, sys.stdout)
    return str(colour), str(columns(sys.stdout))


def write(
    report: Report,
    targets: Sequence[Output],
    options: Namespace,
    *,
    legacy: Legacy,
    fail_on: FailOn,
    statistics: bool = False,
    renderer: Renderer = render,
    keep: list[str] | None = None,
) -> bool:
    """Write `report` to `targets`; print what could not be written, and return whether all was.

    `renderer` is for a command that shows more than the report in some of the formats.  What goes
    to standard output is added to `keep` too.
    """
    written = True
    for form, path in targets:
        colour = options.color == "always"
        if path is None:
            colour = wants_colour(options.color, sys.stdout)
        style = Style(
            legacy=legacy,
            statistics=statistics,
            quiet=options.quiet,
            colour=colour,
            width=columns(sys.stdout) if path is None else None,
            fail_on=fail_on,
        )
        try:
            if path is None and keep is not None:
                keep.append("".join(renderer(form, report, style)))
                write_stdout(keep)
            elif path is None:
                write_stdout(renderer(form, report, style))
            else:
                write_file(path, renderer(form, report, style))
            if form == "github":
                _summarise(renderer("markdown", report, style))
        except CallError as error:
            say(str(error))
            written = False
    return written


def _summarise(pieces: Iterable[str]) -> None:
    """Add a report in Markdown to the summary of a job of GitHub Actions, if this is one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with open(path, "a", encoding="utf-8", newline="\n") as stream:
                stream.write("".join(pieces))
        except OSError as error:
            raise CallError(
                f"{display_path(path)} cannot be written: {error.strerror or error}"
            ) from None


class RemoteTraceback(Exception):  # noqa: N818
    """The traceback of an exception in another process, as text."""


def tell(fault: Fault, *, debug: bool) -> None:
    """Say on standard error which rule broke, and on what; with `debug` as a traceback too."""
    if debug and fault.error is not None:
        from traceback import format_exception

        is_remote = isinstance(fault.error, RemoteTraceback)
        say_as_is(str(fault.error) if is_remote else "".join(format_exception(fault.error)))
    what = "the reader broke on" if fault.code == "reader" else f"rule {fault.code} broke on"
    about = subject_name(fault.subject)
    record = f", record {about}" if about else ""
    say(f"a fault of ianalint itself: {what} {fault.path}{record}: {fault.message}")
