"""The pytest plugin: registry files as test files, with an item for each rule.

Merely installed it collects nothing and loads nothing of ianalint but this module.  It is asked
for with `--ianalint` or with the ini option `ianalint_files`.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from validator import Registry, Report
    from validator.report import FailOn, Finding, Input, Legacy

_PATTERNS = [
    f"*service-names-port-numbers*.{ending}" for ending in ("xml", "csv", "txt", "xhtml", "json")
]
_SHOWN = 20
_READING = "reading"
# Name, what it is for, and whether it is a list.
_OPTIONS = {
    "select": ("rules to run: codes, beginnings of codes, names", True),
    "ignore": ("rules not to run", True),
    "severity": ("CODE=LEVEL: report the rule as error, warning or note", True),
    "fail-on": ("the least severity that fails: error, warning, note or never", False),
    "legacy": ("findings of legacy records: summary or fail", False),
    "baseline": ("a baseline of findings that are known", False),
    "today": ("the day that dates are compared with, YYYY-MM-DD", False),
    "registry": ("the file that the fixture `registry` reads", False),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ianalint", "ianalint: registry files as tests")
    group.addoption("--ianalint", action="store_true", help="check registry files")
    group.addoption(
        "--ianalint-files",
        action="append",
        metavar="GLOB",
        help="the files, by path from the root folder or by name (says --ianalint, too)",
    )
    parser.addini("ianalint_files", "registry files to check: globs", type="args", default=[])
    for name, (said, many) in _OPTIONS.items():
        group.addoption(f"--ianalint-{name}", action="append" if many else "store", help=said)
        ini = f"ianalint_{name.replace('-', '_')}"
        if many:
            parser.addini(ini, said, type="args", default=[])
        else:
            parser.addini(ini, said, default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ianalint: a rule on a registry file")
    config.addinivalue_line("markers", "registry(path): the file that the fixture `registry` reads")
    patterns = _patterns(config)
    if not patterns:
        return
    # Files outside of `testpaths` would never be met; with arguments, those alone count.
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        root = config.rootpath
        for pattern in patterns:
            if not Path(pattern).is_absolute():
                config.args.extend(str(path) for path in sorted(root.glob(pattern)))


def _patterns(config: pytest.Config) -> list[str]:
    """The globs of files to check; none where nobody asked."""
    patterns: list[str] = config.getoption("--ianalint-files") or config.getini("ianalint_files")
    if not patterns and config.getoption("--ianalint"):
        return _PATTERNS
    return patterns


def _option(config: pytest.Config, name: str) -> Any:
    """What the command line says, else the ini file; `None` for nothing."""
    said = config.getoption(f"--ianalint-{name}")
    if not said:
        said = config.getini(f"ianalint_{name.replace('-', '_')}")
    if isinstance(said, list):
        said = [word for words in said for word in words.split(",") if word]
    return said or None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RegistryFile | None:
    config = parent.config
    patterns = _patterns(config)
    if not patterns:
        return None
    try:
        relative = file_path.relative_to(config.rootpath).as_posix()
    except ValueError:
        relative = file_path.as_posix()
    for pattern in patterns:
        whole = relative if "/" in pattern else file_path.name
        if fnmatch(whole, pattern) or fnmatch(file_path.as_posix(), pattern):
            collected: RegistryFile = RegistryFile.from_parent(parent, path=file_path)
            return collected
    return None


def pytest_report_header(config: pytest.Config) -> str | None:
    patterns = _patterns(config)
    if not patterns:
        return None
    from validator import __version__

    return f"ianalint: {__version__}, files {', '.join(patterns)}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the findings by rule, of all workers."""
    counts: dict[str, int] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            told = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", "") == "call" and "ianalint_findings" in told:
                rule = f"{told['ianalint_rule']} ({report.outcome})"
                counts[rule] = counts.get(rule, 0) + int(told["ianalint_findings"])
    if counts:
        terminalreporter.section("ianalint", sep="-")
        for rule, count in sorted(counts.items()):
            terminalreporter.line(f"{count:>6,}  {rule}")


class RegistryFile(pytest.File):
    """A registry file: an item for reading it, and one for each rule."""

    _examined: Input | None = None

    def collect(self) -> Iterator[pytest.Item]:
        selection = self.selection()
        yield RuleItem.from_parent(self, name=_READING, code=None)
        for rule in selection.running:
            yield RuleItem.from_parent(self, name=f"{rule.code} {rule.name}", code=rule.code)
        if _option(self.config, "baseline"):
            from validator.aside import ASIDE_RULES

            rule = ASIDE_RULES["BL001"]
            yield RuleItem.from_parent(self, name=f"{rule.code} {rule.name}", code=rule.code)

    def selection(self) -> Any:
        from validator.rules import RULES
        from validator.selection import Selection, UnknownSelector

        severity: dict[str, Any] = {}
        for word in _option(self.config, "severity") or ():
            code, _, level = word.partition("=")
            if level not in ("error", "warning", "note"):
                raise pytest.UsageError(f"ianalint-severity: CODE=LEVEL is wanted, not {word}")
            severity[code] = level
        try:
            return Selection(
                RULES,
                _option(self.config, "select"),
                _option(self.config, "ignore") or (),
                severity,
            )
        except UnknownSelector as error:
            raise pytest.UsageError(f"ianalint: {error}") from None

    def examined(self) -> Input:
        """What was found in the file: it is read and checked when the first item asks."""
        if self._examined is None:
            self._examined = self._examine()
        return self._examined

    def _examine(self) -> Input:
        from validator.api import given, read_registry
        from validator.call import CallError
        from validator.engine import examine
        from validator.report import Input, Report
        from validator.source import Unusable

        path = str(self.path)
        selection = self.selection()
        try:
            registry = read_registry(path)
        except Unusable as error:
            return Input.unusable(path, str(error))
        entry = examine(registry, selection, given(_option(self.config, "today")))
        baseline = _option(self.config, "baseline")
        if baseline:
            from validator.aside import recognise
            from validator.config import read_baseline

            report = Report([entry], {rule.code: rule for rule in selection.running})
            try:
                known = read_baseline(str(self.config.rootpath / baseline))
            except CallError as error:
                return Input.unusable(path, error.args[0])
            entry.findings += recognise(report, known, baseline)
        return entry


class _Failed(Exception):  # noqa: N818
    """What an item found, as text."""


class RuleItem(pytest.Item):
    """One rule on one file; `code` is `None` for reading it."""

    def __init__(self, *, code: str | None, **how: Any) -> None:
        super().__init__(**how)
        self.code = code
        self.add_marker("ianalint")

    def runtest(self) -> None:
        parent = self.parent
        assert isinstance(parent, RegistryFile)
        entry = parent.examined()
        if entry.error is not None:
            if self.code is None:
                raise _Failed(entry.error)
            pytest.skip("the file cannot be used")
        if self.code is None:
            return
        for fault in entry.faults:
            if fault.code == self.code:
                raise _Failed(f"a fault of ianalint itself: {fault.message}")
        for skipped in entry.not_run:
            if skipped.code == self.code:
                pytest.skip(skipped.reason)
        found = [finding for finding in entry.findings if finding.code == self.code]
        self._judge(found)

    def _judge(self, found: list[Finding]) -> None:
        if not found:
            return
        legacy: Legacy = _option(self.config, "legacy") or "summary"
        fail_on: FailOn = _option(self.config, "fail-on") or "error"
        failing = [finding for finding in found if finding.fails(fail_on, legacy)]
        if self.code == "BL001":
            failing = found
        self.user_properties += [
            ("ianalint_rule", self.name),
            ("ianalint_findings", len(found)),
        ]
        if failing:
            first = failing[0]
            record = "/".join(value for value in first.subject.values() if value)
            self.user_properties += [
                ("ianalint_record", record),
                ("ianalint_line", first.location.line),
            ]
            raise _Failed(_listed(failing))
        known = [finding for finding in found if finding.status == "baselined"]
        if known:
            reasons = dict.fromkeys(finding.reason for finding in known if finding.reason)
            said = f": {'; '.join(reasons)}" if reasons else ""
            pytest.xfail(f"{len(known)} known by the baseline{said}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name


def _listed(findings: list[Finding]) -> str:
    from validator.reporters.escape import visible

    lines = [visible(str(finding)) for finding in findings[:_SHOWN]]
    if len(findings) > _SHOWN:
        lines.append(f"and {len(findings) - _SHOWN:,} more")
    return "\n".join(lines)


# -- fixtures -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _ianalint_registries() -> dict[str, Registry]:
    """The registries that were read, by path: each is read once."""
    return {}


@pytest.fixture
def registry(request: pytest.FixtureRequest, _ianalint_registries: dict[str, Registry]) -> Registry:
    """The registry of `@pytest.mark.registry("path")`, `--ianalint-registry` or the ini option.

    A relative path counts from the root folder, on the command line from where one is.  Each file
    is read once in a session.
    """
    marker = request.node.get_closest_marker("registry")
    config = request.config
    base = config.rootpath
    if marker is not None:
        named = marker.args[0]
    else:
        named = _option(config, "registry")
        if config.getoption("--ianalint-registry"):
            base = config.invocation_params.dir
    if named is None:
        pytest.fail(
            "no registry is named: say --ianalint-registry FILE, ianalint_registry in the ini"
            ' file, or @pytest.mark.registry("FILE")',
            pytrace=False,
        )
    path = str(base / named)
    if path not in _ianalint_registries:
        from validator import Unusable, read_registry

        try:
            _ianalint_registries[path] = read_registry(path)
        except Unusable as error:
            pytest.fail(str(error), pytrace=False)
    return _ianalint_registries[path]


@pytest.fixture(scope="session")
def sample_registry() -> Registry:
    """The small registry that comes with ianalint; no rule finds anything in it."""
    from validator import read_registry
    from validator.inputs import sample

    return read_registry(sample())


@pytest.fixture
def check_registry(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """A function that checks a registry, a path, or a dump as bytes, and returns the report.

    Options as in `validator.check`; what they leave out is as the plugin was told.
    """
    from validator.assertions import report_on

    told = {name: _option(request.config, name) for name in ("select", "ignore", "today")}

    def check(subject: Any, **options: Any) -> Report:
        kept = {name: value for name, value in told.items() if value is not None}
        return report_on(subject, **{**kept, **options})

    return check
