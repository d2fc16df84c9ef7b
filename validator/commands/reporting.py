"""Where reports go, and the writing itself."""

from __future__ import annotations

import os
import sys

from validator.budget import OutOfTime, expired, start
from validator.commands.output import output_of, write_file, write_stdout
from validator.commands.terminal import columns, say, say_as_is, wants_color, wants_links
from validator.errors import CallError
from validator.readers.source import display_path
from validator.reporters import Style, render
from validator.reporters.escape import subject_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from validator.engine.finding import Fault
    from validator.engine.report import Report
    from validator.settings import Settings

    Renderer: TypeAlias = Callable[[str, Report, Style], Iterator[str]]
    # A format and a file; no file is standard output.
    Output: TypeAlias = tuple[str, str | None]


def outputs(options: Namespace, settings: Settings) -> list[Output]:
    """Return the reports to be written: what standard output or `--output` gets comes first."""
    targets: list[Output] = [(settings.format, output_of(options))]
    for form, file in options.report:
        if file == "-":
            raise CallError(
                "only one report can go to standard output", f"Use --format {form} for it."
            )
        from validator.commands.suffixes import require_format

        require_format(file, form)
        targets.append((form, file))
    return targets


def write(
    report: Report,
    targets: Sequence[Output],
    options: Namespace,
    settings: Settings,
    renderer: Renderer = render,
    status: int | None = None,
) -> bool:
    """Write `report` to `targets`; say what could not be written, and return whether all was.

    `renderer` is for a command that shows more than the report in some of the formats; `status` is
    the exit status of the run.
    """
    written = True
    for form, path in targets:
        color = options.color == "always"
        if path is None:
            color = wants_color(options.color, sys.stdout)
        style = Style(
            legacy=settings.legacy,
            statistics=getattr(options, "statistics", False),
            quiet=options.quiet,
            color=color,
            width=columns(sys.stdout) if path is None else None,
            fail_on=settings.fail_on,
            min_severity=settings.min_severity,
            summary=settings.summary,
            group_by=settings.group_by,
            sort=settings.sort,
            list_all=settings.list_all,
            links=path is None and wants_links(options.color, sys.stdout),
            status=status,
            today=settings.today,
            folder="" if path is None else os.path.dirname(path),
        )
        try:
            start(f"while writing the report as {form}")
            if path is None:
                write_stdout(renderer(form, report, style))
            else:
                write_file(path, renderer(form, report, style))
            if form == "github":
                _summarize(renderer("markdown", report, style))
        except CallError as error:
            say(str(error))
            written = False
        except OutOfTime:
            say(expired())
            written = False
    return written


def _summarize(pieces: Iterable[str]) -> None:
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
    """Say on standard error which rule failed, and on what; with `debug` as a traceback too."""
    if debug and fault.error is not None:
        from traceback import format_exception

        is_remote = isinstance(fault.error, RemoteTraceback)
        say_as_is(str(fault.error) if is_remote else "".join(format_exception(fault.error)))
    name = subject_name(fault.subject)
    say(fault.on(f"{fault.path}, record {name}" if name else fault.path))
