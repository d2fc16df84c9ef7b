"""The dumps that `ianalint diff` compares: which they are, their order, and the walk through."""

from __future__ import annotations

import gc
import os
import re

from validator.api import parse_registry
from validator.budget import OutOfTime, doing, expired
from validator.commands.inputs import STANDARD_INPUT, InputFile, head_of
from validator.commands.memory import give_back
from validator.commands.reading import CHECK_SHOWS, reading_faults, usable
from validator.diff.blame import RecordMatches, RecordQuery, blames_of, event_ids, record_key
from validator.diff.changes import is_part
from validator.diff.history import DumpHistory
from validator.diff.steps import Step, Version, step_between
from validator.engine.examine import examine
from validator.engine.report import Input
from validator.errors import CallError, Unusable
from validator.model.registry import Registry, drop_indexes
from validator.model.vocabulary import RECORD_FIELDS
from validator.readers.source import display_path
from validator.reporters.wording import is_reading_fault
from validator.rules.usable import let_accept_parts, reading_gaps, require_usable, unread_findings
from validator.settings.choices import whole_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from validator.commands.frame import Frame
    from validator.diff.git import Revision
    from validator.engine.finding import Finding
    from validator.engine.selection import Selection

_DATES_IN_HEAD = (
    re.compile(rb"<updated>\s*([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)\s*</updated>"),
    re.compile(rb"Last Updated.{0,200}?([0-9]{4}-[0-9]{2}-[0-9]{2})", re.DOTALL),
    re.compile(rb'"updated"\s*:\s*"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"'),
)
# More findings than this of a dump are packed until they are compared: 10 MiB.
_MOST_UNPACKED = 10_000
# After a dump with more records than this, a few times those of the registry, memory is scarce.
_MOST_RECORDS = 50_000
_DATE_IN_NAME = re.compile(r"(?<![0-9])([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?![0-9])")


class ComparedFile:
    """One dump of a history: a file, or a version of a file in git.

    `date` is YYYY-MM-DD or YYYY-MM: of the registry in the file, or of the commit, or empty.
    """

    def __init__(
        self,
        name: str,
        date: str,
        file: InputFile | None = None,
        revision: Revision | None = None,
    ) -> None:
        self.name = name
        self.file = file
        self.revision = revision
        self.date = date

    @property
    def path(self) -> str:
        """The path that settings per file are for."""
        if self.revision is not None:
            return self.revision.place
        assert self.file is not None
        return self.file.path

    def read(self, frame: Frame) -> Registry:
        if self.revision is None:
            assert self.file is not None
            return frame.read(self.file, is_input=True)
        frame.progress.doing = f"reading {self.name}"
        settings = frame.settings
        data = self.revision.read(settings.limits.size)
        if not data:
            raise Unusable(f"{self.name} is empty")
        return parse_registry(
            data,
            path=self.name,
            form=settings.input_format,
            whole=whole_at(settings, self.path),
            limits=settings.limits,
        )


def dumps_to_compare(frame: Frame) -> Sequence[ComparedFile]:
    """Return the dumps that a call names, the oldest first.

    Raises `CallError` where there are none, or only one.
    """
    options = frame.options
    dumps: Sequence[ComparedFile]
    dumps = files_to_compare(frame) if options.git is None else revisions_to_compare(options)
    if options.since is not None and len(dumps) > 1:
        dumps = dumps_since(dumps, options.since)
    if options.squash and len(dumps) > 1:
        dumps = [dumps[0], dumps[-1]]
    return dumps


def files_to_compare(frame: Frame) -> list[ComparedFile]:
    """Return the dumps that a call names, in the order in which they are compared."""
    paths: list[str] = frame.options.files
    if not paths:
        raise CallError("expected two dumps, OLD and NEW", 'Run "ianalint diff --help" for usage.')
    files = frame.files(paths)
    if len(files) == 1 and files[0].error is not None:
        raise CallError(files[0].error)
    if len(files) == 1:
        if len(paths) > 1:
            raise CallError(f"OLD and NEW are the same file: {display_path(paths[0])}")
        raise CallError(f"expected two dumps, OLD and NEW, got only {display_path(files[0].path)}")
    dumps = _dated(files)
    if len(paths) != 2 or len(files) != 2:
        dumps.sort(key=lambda dump: dump.date)
    return dumps


def _dated(files: Sequence[InputFile]) -> list[ComparedFile]:
    """The dumps with their dates; one without a date follows the one before it."""
    dumps: list[ComparedFile] = []
    date = ""
    for file in files:
        date = _date(file) or date
        dumps.append(ComparedFile(file.display, date, file))
    return dumps


def dumps_since(dumps: Sequence[ComparedFile], since: str) -> Sequence[ComparedFile]:
    """Return the dumps from the day `since` (YYYY-MM-DD) on, after the one before them.

    Raises `CallError` where there are none.
    """
    dates = [dump.date for dump in dumps if dump.date]
    if not dates:
        raise CallError(f"--since {since}: no dump has a date, neither inside nor in its name")
    for index, dump in enumerate(dumps):
        if dump.date and dump.date >= since[: len(dump.date)]:
            return dumps[max(index - 1, 0) :]
    raise CallError(f"--since {since}: no dump is that new, the newest is of {max(dates)}")


def _date(file: InputFile) -> str:
    """The date of the registry in `file`, else that in its name, else nothing."""
    if file.error is None and file.path != STANDARD_INPUT:
        head = head_of(file.files[0])
        for pattern in _DATES_IN_HEAD:
            match = pattern.search(head)
            if match is not None:
                return match[1].decode("ascii")
    dates = _DATE_IN_NAME.findall(os.path.basename(file.path))
    return str(dates[-1]) if dates else ""


def revisions_to_compare(options: Namespace) -> list[ComparedFile]:
    """Return the versions of the file `--git`, the oldest first.

    It is one where the file is the same at both ends of the range.
    """
    from validator.diff.git import Repository

    if len(options.files) > 1:
        raise CallError(f'expected one range of revisions A..B, got also "{options.files[1]}"')
    repository = Repository(options.git)
    versions = repository.compared(options.files[0] if options.files else None)
    dumps = [ComparedFile(each.name, each.date, revision=each) for each in versions]
    if repository.is_checked_out(versions[-1]):
        dumps[-1].name = repository.display  # CI attaches findings to a file that is there
    return dumps


def walk(frame: Frame, dumps: Sequence[ComparedFile], query: RecordQuery | None) -> DumpHistory:
    """Return the history of `dumps`, of the records that `query` asks for or of all."""
    steps = HistoryWalk(frame, query)
    with frame.progress:
        for dump in dumps:
            steps.take(dump)
    return steps.history()


class HistoryWalk:
    """One dump after the other: read, checked, and compared with the one before it."""

    def __init__(self, frame: Frame, query: RecordQuery | None) -> None:
        self.frame = frame
        self.query = query
        self.context = frame.settings.context()
        self.inputs: list[Input] = []
        self.unread: list[Finding] = []
        # The fields of the columns that none of the dumps has.
        self.lacking = frozenset(RECORD_FIELDS)
        self.steps: list[Step] = []
        self.appearances: list[RecordMatches] = []
        self.last: Version | None = None

    def take(self, dump: ComparedFile) -> None:
        """Read the next dump, check it and compare it with the one before."""
        count = len(self.inputs)
        try:
            self._take(dump)
        except (OutOfTime, MemoryError) as error:
            reason = expired() if isinstance(error, OutOfTime) else "not enough memory"
            if len(self.inputs) == count:
                self.inputs.append(Input(dump.name))
            self.inputs[-1].error = f"{dump.name}: {reason}"

    def _take(self, dump: ComparedFile) -> None:
        frame = self.frame
        registry = usable(dump.name, lambda: require_usable(dump.read(frame)))
        frame.registry = None
        gc.collect(0)  # the cycles of its reader, without a look at what the steps have
        if isinstance(registry, Input):
            self.inputs.append(registry)
            return
        unread = reading_gaps(registry).unread
        frame.remarks += reading_faults(registry, CHECK_SHOWS, unread)
        frame.progress.doing = f"checking {dump.name}"
        # What was not read of a dump, the report says by itself.
        selection = frame.selection("registry", path=dump.path).chosen()
        if self.query is not None:
            selection = selection.among({})  # for one record, other findings are of no interest
        entry = examine(registry, selection, self.context)
        self.inputs.append(entry)
        # Of ports that mean none, only those of the last dump: what became of others is listed.
        self.unread = [finding for finding in self.unread if is_reading_fault(finding)]
        self.unread += unread_findings(registry, self.context.limits)
        self.lacking &= registry.dump.missing_columns
        drop_indexes(registry)  # those of rules: two large registries with them are too much
        if len(entry.findings) > _MOST_UNPACKED:
            entry.pack()
        if entry.records > _MOST_RECORDS:
            give_back()
        version = Version(registry, entry, [rule.code for rule in selection.running])
        if self.query is not None:
            self.appearances.append(RecordMatches(version, self.query))
        last, self.last = self.last, version
        if last is not None:
            self._compare(last, version, frame.selection("history", path=dump.path))

    def _compare(self, old: Version, new: Version, selection: Selection) -> None:
        frame = self.frame
        frame.progress.doing = f"comparing {new.entry.path} with {old.entry.path}"
        doing(f"while {frame.progress.doing}")
        if old.entry.whole and not (new.entry.whole or is_part(new.registry)):
            frame.remarks.append(
                f"{new.entry.path} is a part of a registry, {old.entry.path} is a whole one:"
                " a record that is missing may be in another part"
            )
        whole = self.query is not None
        step = step_between(old, new, selection, self.context, whole=whole)
        self.steps.append(step)
        if self.query is None and not step.compares_findings:
            compared = Input(new.entry.path)
            compared.not_run = [*step.entry.not_run, *step.not_compared]
            compared.require_run(frame.selection("history", "registry"))
            step.entry.error = step.entry.error or compared.error
        if step.entry.error is not None:
            new.entry.error = step.entry.error
        old.entry.findings = []
        old.entry.data = b""

    def history(self) -> DumpHistory:
        let_accept_parts(self.unread, self.lacking)
        history = DumpHistory(self.inputs, self.steps, self.unread)
        if self.query is not None:
            history.blame = blames_of(self.appearances, self.steps)
            of_record = event_ids(history.blame)
            for step in self.steps:
                step.events = [event for event in step.events if id(event) in of_record]
                sides = [side.subject for e in step.events for side in (*e.olds, *e.news)]
                step.entry.findings = [f for f in step.findings if f.subject in sides]
            history.steps = [step for step in self.steps if step.events]
            if self.last is not None and not history.blame:
                history.keys = [record_key(r.subject) for r in self.last.registry.records]
        return history
