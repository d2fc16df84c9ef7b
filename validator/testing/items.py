"""Test files and items: a file that is checked, with an item for each rule."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from validator import api
from validator.budget import within
from validator.engine.baseline import STALE
from validator.engine.examine import examine
from validator.engine.finding import Finding, Truncation
from validator.engine.report import Input
from validator.engine.selection import Selection
from validator.errors import Unusable
from validator.readers.source import Source, read_source
from validator.reporters.escape import visible
from validator.rules import RULES, catalogue
from validator.rules.usable import gap_findings
from validator.settings.choices import selection_of, whole_at
from validator.testing.session import Session, in_own_words, session_of

_READING = "reading"
# A request that was compared with nothing has not passed.
_NOT_COMPARED = "RQ081"


class CheckedFile(pytest.File):
    """A file with an item for reading it, and one for each rule."""

    _result: Input | None = None
    _by_code: dict[str, list[Finding]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_marker("ianalint")

    @property
    def checks(self) -> Session:
        return session_of(self.config)

    @property
    def selection(self) -> Selection:
        """The rules that run on the file."""
        raise NotImplementedError

    def check(self, name: str) -> Input:
        """Read the file, which reports call `name`, and check it.  Raises `Unusable`."""
        raise NotImplementedError

    def collect(self) -> Iterator[pytest.Item]:
        yield RuleItem.from_parent(self, name=_READING, code=None)
        selection = self.selection
        for rule in selection.running:
            if rule.code in selection.unselected:
                continue  # the item for reading has it
            yield RuleItem.from_parent(self, name=f"{rule.code} {rule.name}", code=rule.code)
        checks, files = self.checks, checked_files(self.config)
        if self not in files:
            files.append(self)
        if files[0] is self:
            for rule in checks.run_selection.running:
                if checks.waivers if rule.code.startswith("WV") else checks.baseline_path:
                    name = f"{rule.code} {rule.name}"
                    yield RunRuleItem.from_parent(self, name=name, code=rule.code)

    def result(self) -> Input:
        """Return the file as an input with its findings; it is checked at the first call."""
        if self._result is None:
            # Many small objects that all stay: a collector would look at them again and again.
            collects = gc.isenabled()
            gc.disable()
            try:
                entry = self._checked()
            finally:
                if collects:
                    gc.enable()
            entry.data = b""
            self.checks.mark([entry])
            self._by_code = {}
            for finding in entry.findings:
                self._by_code.setdefault(finding.code, []).append(finding)
            self._result = entry
        return self._result

    def _checked(self) -> Input:
        name = self.checks.display(self.path)
        try:
            seconds = self.checks.settings.max_time
            return within(seconds, f"while reading {name}", lambda: self.check(name))
        except TimeoutError as error:
            return Input.unusable(name, f"{name}: {error}")
        except Unusable as error:
            return Input.unusable(name, str(error).replace(str(self.path), name))
        except Exception as error:
            entry = Input.broken(name, error)
            entry.error = None
            return entry

    def findings(self, code: str) -> list[Finding]:
        self.result()
        return self._by_code.get(code, [])


_FILES = pytest.StashKey[list[CheckedFile]]()


def checked_files(config: pytest.Config) -> list[CheckedFile]:
    """Return the files of a session that were collected so far."""
    return config.stash.setdefault(_FILES, [])


class RegistryFile(CheckedFile):
    """A dump of the registry."""

    @property
    def selection(self) -> Selection:
        return selection_of(self.checks.settings, RULES, str(self.path))

    def check(self, name: str) -> Input:
        settings = self.checks.settings
        registry = api.read_registry(
            self.path,
            form=settings.input_format,
            whole=whole_at(settings, str(self.path)),
            limits=settings.limits,
        )
        registry.dump.path = name
        entry = examine(registry, self.selection, self.checks.context)
        entry.require_run(self.selection)
        return entry


class RequestFile(CheckedFile):
    """Requests for assignments, compared with the registry of the session."""

    @property
    def selection(self) -> Selection:
        return selection_of(self.checks.settings, catalogue.rules("request"), str(self.path))

    def check(self, name: str) -> Input:
        from validator.request.review import review

        checks, limits = self.checks, self.checks.settings.limits
        path = checks.registry_path
        registry = None if path is None else checks.read(path)
        if registry is not None:
            for finding in gap_findings(registry):
                raise Unusable(f"the registry cannot be compared with: {finding}")
        source = Source(name, read_source(str(self.path), limits).data, limits)
        return review([source], registry, self.selection, limits=limits).report.inputs[0]


class _Failed(Exception):  # noqa: N818
    """Why an item fails: lines of text, and the place of the first."""

    def __init__(self, lines: list[str], path: str, line: int, message: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.path = path
        self.line = line
        self.message = message


class RuleItem(pytest.Item):
    """One rule on one file; `code` is `None` for reading it."""

    _line: int | None = None

    def __init__(self, *, code: str | None, **options: Any) -> None:
        super().__init__(**options)
        self.code = code

    @property
    def file(self) -> CheckedFile:
        assert isinstance(self.parent, CheckedFile)
        return self.parent

    def runtest(self) -> None:
        entry = self.file.result()
        if self.code is None:
            if entry.error is not None:
                self._fail_at(entry.error)
            self._require_no_fault(entry, "reader")
            codes = sorted(self.file.selection.unselected)
            self._judge([finding for code in codes for finding in self.file.findings(code)])
            return
        self.user_properties.append(("ianalint_rule", self.name))
        if entry.is_unread or any(fault.code == "reader" for fault in entry.faults):
            pytest.skip("the file cannot be used")
        self._require_no_fault(entry, self.code)
        for not_run in entry.not_run:
            if not_run.code == self.code:
                pytest.skip(in_own_words(not_run.reason, self.config))
        self._judge(self.file.findings(self.code), [c for c in entry.cut if c.code == self.code])

    def _require_no_fault(self, entry: Input, code: str) -> None:
        for fault in entry.faults:
            if fault.code == code:
                self._fail_at(f"{fault.title}: {fault.message}")

    def _judge(self, findings: list[Finding], cuts: Sequence[Truncation] = ()) -> None:
        """Fail with the findings that count; those that are accepted are an expected failure."""
        if not findings:
            return
        settings = self.file.checks.settings
        self.user_properties.append(("ianalint_findings", len(findings)))
        marks = ["legacy" if f.legacy and f.status == "open" else f.status for f in findings]
        self.user_properties += [
            (f"ianalint_{mark}", marks.count(mark)) for mark in MARKS if mark in marks
        ]
        failing = [f for f in findings if f.fails(settings.fail_on, settings.legacy)]
        if failing:
            self._fail(failing)
        for cut in cuts:
            if cut.fails(settings.fail_on, settings.legacy):
                self._fail_at(f"{cut} (--max-findings)")
        if self.code == _NOT_COMPARED and findings[0].status == "open":
            pytest.skip(self._text(findings[0].message))
        accepted = "; ".join(_accepted(findings))
        if accepted:
            pytest.xfail(accepted)

    def _fail(self, failing: list[Finding]) -> NoReturn:
        """Fail with a list of findings, each with its place."""
        listed = failing[: self.file.checks.listed]
        for finding in listed:
            record = "/".join(value for value in finding.subject.values() if value)
            self.user_properties += [
                ("ianalint_record", visible(record)),
                ("ianalint_line", finding.location.line),
            ]
        lines = [self._text(str(finding)) for finding in listed]
        more = len(failing) - len(listed)
        if more:
            lines.append(f"and {more:,} more")
        first = failing[0]
        others = f" (and {len(failing) - 1:,} more)" if len(failing) > 1 else ""
        message = f"{first.location.path}:{first.location.line}: {first.message}{others}"
        self._line = first.location.line - 1
        # Only now: pytest shows the line of the file for the place of the test.
        self.__dict__.pop("location", None)
        raise _Failed(lines, first.location.path, first.location.line, self._text(message))

    def _fail_at(self, sentence: str) -> NoReturn:
        text = self._text(sentence)
        raise _Failed([text], self.file.checks.display(self.path), 1, text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        failed = excinfo.value
        if not isinstance(failed, _Failed):
            return super().repr_failure(excinfo, style)
        # Only pytest's own classes keep the place on the way from a worker.
        from _pytest._code.code import (
            ReprEntryNative,
            ReprExceptionInfo,
            ReprFileLocation,
            ReprTraceback,
        )

        entries = [ReprEntryNative([f"{line}\n" for line in failed.lines])]
        return ReprExceptionInfo(
            reprtraceback=ReprTraceback(entries, extraline=None, style="native"),
            reprcrash=ReprFileLocation(failed.path, failed.line, failed.message),
        )

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self._line, self.name

    def _text(self, message: str) -> str:
        return in_own_words(visible(message), self.config)


# How findings are counted that do not fail.
MARKS = ("baselined", "suppressed", "legacy")


def _accepted(findings: list[Finding]) -> Iterator[str]:
    """Say how many of the findings are accepted, and why."""
    for status, why in (("baselined", "in the baseline"), ("suppressed", "waived")):
        marked = [finding for finding in findings if finding.status == status]
        reasons = "; ".join(dict.fromkeys(f.reason for f in marked if f.reason))
        if marked:
            yield f"{len(marked)} {why}{f': {reasons}' if reasons else ''}"


class RunRuleItem(RuleItem):
    """A rule on the waivers or the baseline: which of them match nothing in the session."""

    def runtest(self) -> None:
        checks = self.file.checks
        self.user_properties.append(("ianalint_rule", self.name))
        files = checked_files(self.config)
        rules = {rule.code: rule for file in files for rule in file.selection.running}
        entries = [file.result() for file in files]
        if any(entry.error is not None or entry.faults for entry in entries):
            pytest.skip("a file cannot be used")
        findings = [f for f in checks.mark(entries, rules) if f.code == self.code]
        if findings and self.code == STALE:
            # A stale entry fails at any severity, as with `--fail-on-stale`.
            self.user_properties.append(("ianalint_findings", len(findings)))
            self._fail(findings)
        self._judge(findings)
