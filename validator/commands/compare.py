"""`ianalint compare A B`: whether two dumps of the registry say the same."""

from __future__ import annotations

from collections.abc import Sequence

from validator.budget import start
from validator.commands.arguments import MANNER, REPORT, Argument, Arguments, limits
from validator.commands.frame import Frame
from validator.commands.inputs import identity
from validator.commands.reading import CHECK_SHOWS, reading_faults
from validator.diff.compare import compare
from validator.errors import CallError
from validator.readers.source import display_path


def arguments() -> Arguments:
    return Arguments(
        "compare",
        ("", [Argument("one", "A", "?"), Argument("other", "B", "?")]),
        ("", ["exclude", "select", "ignore", "severity", "fail_on"]),
        ("Limits", limits("dump", "rules")),
        ("Report", REPORT),
        ("", [MANNER]),
    )


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "pair")
    frame.settings.legacy = "show"
    if options.other is None:
        found = "none" if options.one is None else f"only {display_path(options.one)}"
        raise CallError(
            f"expected two dumps, A and B, got {found}", 'Run "ianalint compare --help" for usage.'
        )
    files = [frame.only(path) for path in (options.one, options.other)]
    if identity(files[0].path) == identity(files[1].path):
        raise CallError(f"A and B are the same file: {display_path(files[0].path)}")
    frame.open(files)
    with frame.progress:
        one, other = frame.read_compared(*files)
        frame.progress.doing = "comparing"
        start("while comparing")
        selections = [frame.selection("pair", path=file.name) for file in files]
        report = compare(one, other, frame.settings.context(), selections)
    for registry in (one, other):
        errors = [defect for defect in registry.dump.defects if not defect.is_doubt]
        frame.remarks += reading_faults(registry, CHECK_SHOWS, errors)
    return frame.finish(report, frame.judge(report))
