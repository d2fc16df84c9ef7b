"""`ianalint diff OLD NEW`: what changed between dumps, and which changes break the procedures."""

from __future__ import annotations

from collections.abc import Sequence

from validator.commands.arguments import FORM, MANNER, REPORT, Arguments, Option, limits
from validator.commands.frame import Frame
from validator.commands.history import dumps_to_compare, walk
from validator.commands.inputs import InputFile
from validator.diff.blame import RecordQuery
from validator.diff.formats import renderer
from validator.diff.history import DumpHistory
from validator.diff.nearest_record import nearest_record
from validator.errors import CallError, suggestion
from validator.lookup.intended import intended_word
from validator.readers.source import display_path
from validator.rules import catalogue
from validator.settings.choices import no_rules
from validator.settings.table import DateText, Kind


def arguments() -> Arguments:
    return Arguments(
        "diff",
        (
            "Inputs",
            [
                *("files", "git", Option("since", DateText("date", "YYYY-MM-DD")), "squash"),
                Option("record", Kind("NAME/PORT/TRANSPORT")),
                *("show_files", "exclude", *FORM),
                *limits("dump", "rules"),
            ],
        ),
        ("Rules", ["select", "ignore", "severity", "today", "legacy_cutoff"]),
        ("Exit status", ["only_new", "fail_on", "legacy"]),
        ("Report", [*REPORT, "full", MANNER]),
    )


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "registry", "history")
    selections = [frame.selection("registry"), frame.selection("history")]
    if not any(selection.chosen().running for selection in selections):
        raise no_rules(frame.settings)
    dumps = dumps_to_compare(frame)
    frame.show_files(dump.file or InputFile(dump.name) for dump in dumps)
    frame.open(dump.file for dump in dumps if dump.file is not None)
    if len(dumps) == 1:
        effect = "" if options.since is None else "; --since has no effect"
        range_ = display_path(options.files[0])
        frame.remarks.append(
            f"{display_path(options.git)} is the same at both ends of {range_}{effect}"
        )
    query = None if options.record is None else RecordQuery(options.record)
    history = walk(frame, dumps, query)
    if query is not None and any(entry.error is None for entry in history.inputs):
        _require_record(history, options.record)
    report = history.report(catalogue.rules("registry", "history"))
    status = frame.judge(report)
    if status == 1:
        how = frame.settings.fail_on, frame.settings.legacy
        status = int(history.fails(*how, only_new=options.only_new))
    return frame.finish(report, status, renderer(history, full=options.full))


def _require_record(history: DumpHistory, words: str) -> None:
    """Raise `CallError` where no dump has the record that `--record` names."""
    if not history.blame:
        near = nearest_record(intended_word(words) or words, history.keys)
        raise CallError(
            f'no record "{display_path(words)}" in these dumps{suggestion(near)}',
            "Name a record as NAME/PORT/TRANSPORT, for example kpasswd/464/tcp.",
        )
