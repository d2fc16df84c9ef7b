"""`ianalint diff OLD NEW`: what changed between dumps, and which changes break the procedures."""

from __future__ import annotations

import gc
import re
from argparse import Namespace

from validator import reporters
from validator.api import parse_registry, read_registry
from validator.commands import options as shared
from validator.commands import reporting
from validator.commands.arguments import Arguments
from validator.commands.inputs import STANDARD_INPUT, InputFile, expanded, head_of
from validator.commands.output import refuse_collisions
from validator.commands.terminal import Progress, say
from validator.diff.blame import RecordMatches, RecordQuery, blames_of, concerns
from validator.diff.steps import DumpHistory, Version, step_between
from validator.engine.examine import examine
from validator.engine.report import Input
from validator.errors import CallError
from validator.readers.source import Unusable, display_path
from validator.rules import catalogue
from validator.settings import Settings, chosen, load, set_aside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal

    from validator.diff.git import Revision
    from validator.diff.steps import Step
    from validator.engine.report import Report
    from validator.engine.rule import Rule, RunContext
    from validator.engine.selection import Selection
    from validator.model.registry import Registry
    from validator.readers.source import Limits
    from validator.reporters import Style
    from validator.settings import Overrides

_EPILOG = """\
OLD and NEW are dumps in any forms; what one of the two forms cannot say is no change.
More than two, or a folder, are a history: ordered by the date of the registry, where a
form has none by the date in the file's name, and told step by step.

It shows what changed, which changes break the procedures of RFC 6335 (`ianalint rules
HX`), and which findings of `ianalint check` are new in NEW or were repaired. All but
the repaired count for the exit status; with --only-new those alone that are new in NEW.
What a later dump of a history repairs does not count. --select HX leaves `check` out.

Exit status: 0 nothing at or above the failing level, 1 findings, 2 a dump cannot be used.

Examples:
  ianalint diff old.xml new.xml
  ianalint diff dumps/                            the whole history, step by step
  ianalint diff dumps/*.xml --record kpasswd/464/tcp
  ianalint diff old.csv new.csv --only-new --format github
  ianalint diff old.xml new.xml --format markdown --output CHANGES.md
  ianalint diff --git data/ports.csv v1.0..HEAD
"""
_DATE_OF_HEAD = (
    re.compile(rb"<updated>\s*([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)\s*</updated>"),
    re.compile(rb"Last Updated.{0,200}?([0-9]{4}-[0-9]{2}-[0-9]{2})", re.DOTALL),
    re.compile(rb'"updated"\s*:\s*"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"'),
)
_DATE_OF_NAME = re.compile(r"(?<![0-9])([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?![0-9])")


def arguments() -> Arguments:
    parser = Arguments(
        "diff",
        "Show what changed between dumps of the registry, and which changes break its rules.",
        _EPILOG,
        "OLD NEW [FILE ...] [options]\n       ianalint diff --git PATH [REV..REV] [options]",
    )
    what = parser.add_argument_group("What is compared")
    what.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="dumps, plain or packed; - for standard input; a folder or glob is searched",
    )
    what.add_argument(
        "--git",
        metavar="PATH",
        help="the versions that a git repository has of this dump; what follows are revisions,"
        " as A..B (default: all up to HEAD)",
    )
    what.add_argument(
        "--record",
        metavar="NAME/PORT/TRANSPORT",
        help="the history of this record alone, field by field; parts may be left out",
    )
    shared.of_form(what, "dump")
    shared.limits(what, "dump", "such a rule is not compared")

    rules = parser.add_argument_group("Which rules")
    shared.of_rules(rules)
    shared.of_dates(rules)

    counts = parser.add_argument_group("What counts")
    counts.add_argument(
        "--only-new",
        action="store_true",
        help="only findings of `check` that are new in NEW count for the exit status",
    )
    shared.fail_on(counts)
    shared.legacy(counts, "new findings")

    output = parser.add_argument_group("The report")
    reporting.add_options(output)
    output.add_argument("--full", action="store_true", help="in text, leave nothing out")
    shared.manner(output, "changes and findings alone: no summary, no remarks")

    shared.of_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    settings = Settings() if options.isolated else load(options.config)
    selections = _selections(options, settings)
    outputs = reporting.outputs(options, settings.format)
    dumps = _revisions(options) if options.git is not None else _files(options.files)
    read = [path for dump in dumps for path in dump.files]
    if settings.path is not None:
        read.append(settings.path)
    refuse_collisions([path for _, path in outputs if path is not None], read)
    sought = None if options.record is None else RecordQuery(options.record)

    with Progress(quiet=options.quiet) as progress:
        outside = shared.outside(options, settings)
        walk = _Walk(options, settings, selections, outside, progress, sought)
        keeps_data = any(form == "html" for form, _ in outputs)
        for dump in dumps:
            walk.take(dump, keeps_data=keeps_data)
    history = walk.history()
    usable = [entry for entry in history.inputs if entry.error is None]
    if sought is not None and usable and not history.blame:
        said = f'no dump has a record "{display_path(options.record)}"'
        raise CallError(said, "a record is named NAME/PORT/TRANSPORT, as kpasswd/464/tcp")
    rules = _both()
    report = history.report(rules)
    set_aside(report, settings, rules, walk.given.today)
    for entry in report.inputs:
        if entry.error is not None:
            say(entry.error)
        for fault in entry.faults:
            reporting.tell(fault, debug=options.debug)
    if not options.quiet:
        for remark in walk.remarks:
            say(remark)

    legacy = options.legacy or settings.legacy or "summary"
    fail_on = options.fail_on or settings.fail_on or "error"

    def render(form: str, told: Report, style: Style) -> Iterator[str]:
        if form == "text":
            from validator.diff import text

            return text.render(history, style, full=options.full)
        if form == "markdown":
            from validator.diff import markdown

            return markdown.render(history)
        if form == "json":
            from validator.reporters.json import document

            return document(history.to_dict())
        return reporters.render(form, told, style)

    written = reporting.write(
        report, outputs, options, legacy=legacy, fail_on=fail_on, renderer=render
    )
    status = report.exit_status(fail_on, legacy)
    if status == 1:
        counting = history.still_new()
        if not options.only_new:
            counting += [finding for step in history.steps for finding in step.findings]
        status = 1 if any(finding.fails(fail_on, legacy) for finding in counting) else 0
    if len(usable) < 2:
        status = max(status, 2)
    return max(status, 0 if written else 2)


# -- what is compared -------------------------------------------------------------------------


class _Dump:
    """One dump to be read: a file, or a version that git has."""

    def __init__(
        self, name: str, found: InputFile | None = None, revision: Revision | None = None
    ) -> None:
        self.name = name
        self.found = found
        self.revision = revision

    @property
    def files(self) -> list[str]:
        return [] if self.found is None or self.found.error is not None else self.found.files

    @property
    def path(self) -> str:
        """What settings for some files of the configuration go by."""
        if self.revision is not None:
            return self.revision.place
        return self.name if self.found is None else self.found.path

    def read(self, options: Namespace, settings: Settings, limits: Limits) -> Registry:
        form = options.input_format or settings.input_format
        whole = settings.whole_at(self.path) if options.whole is None else options.whole
        if self.revision is not None:
            data = self.revision.read(limits.size)
            if not data:
                raise Unusable(f"{self.name} is empty")
            return parse_registry(data, path=self.name, form=form, whole=whole, limits=limits)
        assert self.found is not None
        if self.found.error is not None:
            raise Unusable(self.found.error)
        return read_registry(
            self.found.path,
            form=form,
            whole=whole,
            pages=self.found.pages,
            limits=limits,
        )


def _files(paths: Sequence[str]) -> list[_Dump]:
    """The dumps that the call names, in the order in which they are compared."""
    if not paths:
        raise CallError("two dumps are wanted, OLD and NEW", "`ianalint diff --help` shows more")
    found = expanded(paths)
    if len(found) == 1 and found[0].error is not None:
        raise CallError(found[0].error)
    if len(found) == 1:
        if len(paths) > 1:
            raise CallError(f"{display_path(paths[0])} is compared with itself")
        raise CallError(f"{display_path(found[0].path)} is one dump; two are wanted, OLD and NEW")
    as_given = len(paths) == 2 and len(found) == 2
    ordered = found if as_given else _by_date(found)
    return [
        _Dump("<stdin>" if file.path == STANDARD_INPUT else display_path(file.path), file)
        for file in ordered
    ]


def _by_date(found: Sequence[InputFile]) -> list[InputFile]:
    """Sort by the date of the registry or of the name; one without stays behind the one before."""
    dated: list[tuple[str, int, InputFile]] = []
    last = ""
    for at, file in enumerate(found):
        last = _date(file) or last
        dated.append((last, at, file))
    return [file for _, _, file in sorted(dated, key=lambda item: item[:2])]


def _date(file: InputFile) -> str:
    if file.error is None and file.path != STANDARD_INPUT:
        head = head_of(file.files[0])
        for pattern in _DATE_OF_HEAD:
            said = pattern.search(head)
            if said is not None:
                return said[1].decode("ascii")
    import os

    named = _DATE_OF_NAME.findall(os.path.basename(file.path))
    return str(named[-1]) if named else ""


def _revisions(options: Namespace) -> list[_Dump]:
    from validator.diff.git import Repository

    if len(options.files) > 1:
        raise CallError(f'one range of revisions, A..B, is wanted, not "{options.files[1]}" too')
    repository = Repository(options.git)
    versions = repository.versions(options.files[0] if options.files else None)
    if len(versions) == 1:
        raise CallError(f"git has one version of {repository.display} there; two are wanted")
    return [_Dump(version.name, revision=version) for version in versions]


def _selections(options: Namespace, settings: Settings) -> tuple[Selection, Selection]:
    """The rules of `check` and those of family HX that are to run."""
    of_check = _chosen("registry", options, settings)
    of_history = _chosen("history", options, settings)
    if not of_check.running and not of_history.running:
        raise CallError("no rule is left to run")
    return of_check, of_history


def _chosen(
    looks_at: Literal["registry", "history"],
    options: Namespace,
    settings: Settings,
    overrides: Overrides | None = None,
) -> Selection:
    """Which rules of one kind run; the options may name rules of both."""
    return chosen(catalogue.rules(looks_at), options, settings, overrides, _both)


def _both() -> Mapping[str, Rule]:
    return catalogue.rules("registry", "history")


# -- the walk ---------------------------------------------------------------------------------


class _Walk:
    """One dump after the other: read, checked, and compared with the one before it."""

    def __init__(
        self,
        options: Namespace,
        settings: Settings,
        selections: tuple[Selection, Selection],
        given: RunContext,
        progress: Progress,
        sought: RecordQuery | None,
    ) -> None:
        self.options = options
        self.settings = settings
        self.checking, self.comparing = selections
        self.given = given
        self.progress = progress
        self.sought = sought
        self.inputs: list[Input] = []
        self.steps: list[Step] = []
        self.seen: list[RecordMatches] = []
        self.remarks: list[str] = []
        self.last: Version | None = None
        self.taken = 0

    def take(self, dump: _Dump, *, keeps_data: bool) -> None:
        self.taken += 1
        if self.taken > 2:
            # The command runs without a collector, and readers leave cycles behind.
            gc.collect()
        self.progress.doing = f"reading {dump.name}"
        try:
            registry = dump.read(self.options, self.settings, self.given.limits)
        except (Unusable, CallError) as error:
            self.inputs.append(Input.unusable(dump.name, str(error)))
            return
        except Exception as error:
            self.inputs.append(Input.broken(dump.name, error))
            return
        if registry.dump.defects:
            faults = len(registry.dump.defects)
            many = "a fault" if faults == 1 else f"{faults:,} faults"
            self.remarks.append(
                f"{dump.name} has {many} of reading: what is missing may only not have been read"
            )
        self.progress.doing = f"checking {dump.name}"
        # Of one record nobody asks what is found elsewhere.
        selection = self.selection(dump) if self.sought is None else self.checking.among({})
        entry = examine(registry, selection, self.given)
        self.inputs.append(entry)
        version = Version(registry, entry, [rule.code for rule in selection.running])
        if self.sought is not None:
            self.seen.append(RecordMatches(version, self.sought))
        if self.last is not None:
            self.progress.doing = f"comparing {dump.name} with {self.last.entry.path}"
            if self.last.entry.whole and not entry.whole and registry.dump.page is None:
                self.remarks.append(
                    f"{dump.name} is a part of a registry, and {self.last.entry.path} a whole one:"
                    " what is missing may only not be in this part"
                )
            whole = self.sought is not None
            step = step_between(self.last, version, self.comparing, self.given, whole=whole)
            self.steps.append(step)
            entry_before = self.last.entry
            entry_before.findings = []
            if not keeps_data:
                entry_before.data = b""
        self.last = version

    def selection(self, dump: _Dump) -> Selection:
        """The rules of `check` for a dump; a configuration may have settings for some of them."""
        chosen_for = self.checking
        for overrides in self.settings.matching(dump.path):
            chosen_for = _chosen("registry", self.options, self.settings, overrides)
        return chosen_for

    def history(self) -> DumpHistory:
        history = DumpHistory(self.inputs, self.steps)
        if self.sought is not None:
            history.blame = blames_of(self.seen, self.steps)
            for at, step in enumerate(self.steps):
                step.events = [e for e in step.events if concerns(e, history.blame, at)]
                sides = [side.subject for e in step.events for side in (*e.olds, *e.news)]
                step.entry.findings = [f for f in step.findings if f.subject in sides]
            history.steps = [step for step in self.steps if step.events]
        return history
