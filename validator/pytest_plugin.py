"""The pytest plugin: registry and request files as test files, with an item for each rule.

Merely installed it collects nothing and loads nothing of ianalint but this module.  It is asked
for with `--ianalint` or with the ini option `ianalint_files`.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, NoReturn

    from validator import Registry, Report
    from validator.aside import Known
    from validator.report import FailOn, Finding, Input, Legacy
    from validator.rule import Given, Rule, Severity
    from validator.selection import Selection
    from validator.source import Limits

_PATTERNS = [
    f"*service-names-port-numbers*.{ending}" for ending in ("xml", "csv", "txt", "xhtml", "json")
]
_SHOWN = 20
_READING = "reading"
_STALE = "BL001"
# Name, what it is for, and whether it is a list.
_OPTIONS = {
    "select": ("rules to run: codes, beginnings of codes, names", True),
    "ignore": ("rules not to run", True),
    "severity": ("CODE=LEVEL: report the rule as error, warning or note", True),
    "fail-on": ("the least severity that fails: error, warning, note or never", False),
    "legacy": ("findings of legacy records: summary, show or fail", False),
    "limit": ("NAME=NUMBER: a limit, as --max-NAME of `ianalint request` has it", True),
    "baseline": ("a baseline of findings that are known", False),
    "today": ("the day that dates are compared with, YYYY-MM-DD", False),
    "registry": ("the file of the fixture `registry`, which requests are compared with", False),
    "shown": ("how many findings a failing item lists (20)", False),
}
_CHOICES = {
    "fail-on": ("error", "warning", "note", "never"),
    "legacy": ("summary", "show", "fail"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ianalint", "ianalint: registry and request files as tests")
    group.addoption("--ianalint", action="store_true", help="check registry files")
    group.addoption(
        "--ianalint-files",
        action="append",
        metavar="GLOB",
        help="the files, by path from the root folder or by name (says --ianalint, too)",
    )
    parser.addini(
        "ianalint_files", "registry and request files to check: globs", type="args", default=[]
    )
    for name, (said, many) in _OPTIONS.items():
        group.addoption(f"--ianalint-{name}", action="append" if many else "store", help=said)
        ini = f"ianalint_{name.replace('-', '_')}"
        if many:
            parser.addini(ini, said, type="args", default=[])
        else:
            parser.addini(ini, said, default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ianalint: a rule on a registry or request file")
    config.addinivalue_line("markers", "registry(path): the file that the fixture `registry` reads")
    patterns = _patterns(config)
    if not patterns:
        return
    config.stash[_TOLD] = _Told(config)
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


def _file(config: pytest.Config, name: str) -> Path | None:
    """The file an option names: from where one is on the command line, else from the root."""
    said = _option(config, name)
    if said is None:
        return None
    on_line = config.getoption(f"--ianalint-{name}")
    base: Path = config.invocation_params.dir if on_line else config.rootpath
    path: Path = base / said
    return path


def _shown_path(config: pytest.Config, path: Path) -> str:
    """A path as pytest shows those of tests, from where one is."""
    try:
        return path.relative_to(config.invocation_params.dir).as_posix()
    except ValueError:
        return str(path)


class _Told:
    """What options and ini file say, checked; and what is shared by all files of a session."""

    def __init__(self, config: pytest.Config) -> None:
        from validator.api import given

        self.config = config
        for name, known in _CHOICES.items():
            said = _option(config, name)
            if said is not None and said not in known:
                _refuse(f"{name}: {' or '.join(known)} is wanted, not {said}")
        self.fail_on: FailOn = _option(config, "fail-on") or "error"
        self.legacy: Legacy = _option(config, "legacy") or "summary"
        shown = _option(config, "shown") or str(_SHOWN)
        if not shown.isascii() or not shown.isdigit() or not 0 < len(shown) < 10:
            _refuse(f"shown: a number is wanted, not {shown}")
        self.shown = int(shown)
        self.limits = _limits(config)
        self.given: Given = given(_day(config), limits=self.limits)
        self.registries = _Selected(config, of_requests=False)
        self.files: list[CheckedFile] = []
        self.baseline = _file(config, "baseline")
        self.known: list[Known] = []
        if self.baseline is not None:
            from validator.call import CallError
            from validator.config import read_baseline

            try:
                self.known = read_baseline(str(self.baseline))
            except CallError as error:
                _refuse(error.args[0])
        self._requests: _Selected | None = None

    @property
    def requests(self) -> _Selected:
        if self._requests is None:
            self._requests = _Selected(self.config, of_requests=True)
        return self._requests


_TOLD = pytest.StashKey[_Told]()
_REGISTRIES = pytest.StashKey["dict[str, Registry]"]()


def _refuse(sentence: str) -> NoReturn:
    raise pytest.UsageError(f"ianalint: {sentence}")


def _day(config: pytest.Config) -> str | None:
    said: str | None = _option(config, "today")
    if said is not None:
        from validator.registry import parse_date

        date = parse_date(said)
        if date is None or date.impossible or date.day is None:
            _refuse(f"today: a day, YYYY-MM-DD, is wanted, not {said}")
    return said


def _limits(config: pytest.Config) -> Limits:
    from validator.source import LIMITS, RANGES, Limits

    told: dict[str, int] = {}
    for word in _option(config, "limit") or ():
        name, _, said = word.partition("=")
        key = name.replace("-", "_")
        if key not in RANGES:
            known = ", ".join(RANGES).replace("_", "-")
            _refuse(f"limit: NAME=NUMBER is wanted with one of {known}, not {word}")
        least, most, size = RANGES[key]
        digits = said.isascii() and said.isdigit() and len(said) <= 12
        if not digits or not least <= int(said) <= most:
            _refuse(f"limit: for {name} a number from {least} to {most} is wanted, not {said}")
        told[key] = int(said) * size
    return Limits(**told) if told else LIMITS


class _Selected:
    """The rules that run on registries or on requests.

    Options speak of both: what they say of the other kind is left alone.
    """

    def __init__(self, config: pytest.Config, *, of_requests: bool) -> None:
        from validator.rule import SEVERITIES
        from validator.rules import RULES
        from validator.selection import Selection, UnknownSelector, require_known, speaks_of

        severity: dict[str, Severity] = {}
        for word in _option(config, "severity") or ():
            code, _, level = word.partition("=")
            if level not in SEVERITIES or not code:
                _refuse(f"severity: CODE=LEVEL is wanted, not {word}")
            severity[code] = level
        select = _option(config, "select")
        ignore = _option(config, "ignore") or []
        rules: Mapping[str, Rule] = RULES
        every = rules
        told = [*(select or ()), *ignore, *severity]
        if of_requests or any(not speaks_of(RULES, word) for word in told):
            # Loaded only where it is asked for.
            from validator.request.rules import REQUEST_RULES

            every = {**RULES, **REQUEST_RULES}
            rules = REQUEST_RULES if of_requests else RULES
        try:
            require_known(every, told)
            mine = [word for word in ignore if speaks_of(rules, word)]
            levels = {word: level for word, level in severity.items() if speaks_of(rules, word)}
            if select is not None:
                select = [word for word in select if speaks_of(rules, word)]
            self.selection: Selection = Selection(rules, select, mine, levels)
        except UnknownSelector as error:
            _refuse(str(error))
        self.running: list[Rule] = list(self.selection.running) if select != [] else []


# -- collection ---------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CheckedFile | None:
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
            kind = RequestFile if _is_request(file_path) else RegistryFile
            collected: CheckedFile = kind.from_parent(parent, path=file_path)
            return collected
    return None


def _is_request(path: Path) -> bool:
    """Whether a file holds requests: by its name, JSON by what stands in it."""
    ending = path.suffix.lower()
    if ending != ".json":
        is_draft = path.name.startswith(("draft-", "rfc")) and ending in (".txt", ".xml")
        return is_draft or ending in (".yaml", ".yml", ".toml", ".md")
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 16)
    except OSError:
        return False
    return b'"transport_protocols"' in head and b'"records"' not in head


def pytest_report_header(config: pytest.Config) -> str | None:
    patterns = _patterns(config)
    if not patterns:
        return None
    from validator import __version__

    registry = _option(config, "registry")
    compared = f", registry {registry}" if registry else ""
    return f"ianalint: {__version__}, files {', '.join(patterns)}{compared}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the findings by rule, of all workers."""
    counts: dict[str, int] = {}
    for outcome, reports in terminalreporter.stats.items():
        for report in reports:
            told = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", "") == "call" and "ianalint_findings" in told:
                rule = f"{told['ianalint_rule']} ({outcome})"
                counts[rule] = counts.get(rule, 0) + int(told["ianalint_findings"])
    if counts:
        terminalreporter.section("ianalint: findings by rule", sep="-")
        for rule, count in sorted(counts.items()):
            terminalreporter.line(f"{count:>6,}  {rule}")


class CheckedFile(pytest.File):
    """A file with an item for reading it, and one for each rule."""

    _examined: Input | None = None
    _by_code: dict[str, list[Finding]]

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.add_marker("ianalint")

    @property
    def told(self) -> _Told:
        return self.config.stash[_TOLD]

    @property
    def selected(self) -> _Selected:
        raise NotImplementedError

    def examine(self) -> Input:
        """Read the file and check it."""
        raise NotImplementedError

    def collect(self) -> Iterator[pytest.Item]:
        yield RuleItem.from_parent(self, name=_READING, code=None)
        for rule in self.selected.running:
            yield RuleItem.from_parent(self, name=f"{rule.code} {rule.name}", code=rule.code)
        told = self.told
        if self not in told.files:
            told.files.append(self)
        if told.baseline is not None and told.files[0] is self:
            from validator.aside import ASIDE_RULES

            rule = ASIDE_RULES[_STALE]
            yield StaleItem.from_parent(self, name=f"{rule.code} {rule.name}", code=rule.code)

    def examined(self) -> Input:
        """What was found in the file: it is read and checked when the first item asks."""
        entry = self._examined
        if entry is None:
            import gc

            # Many small objects that all stay: a collector would look at them again and again.
            collects = gc.isenabled()
            gc.disable()
            try:
                entry = self.examine()
            finally:
                if collects:
                    gc.enable()
            entry.data = b""
            told = self.told
            if told.baseline is not None:
                from validator.aside import recognise
                from validator.report import Report

                recognise(Report([entry]), told.known, str(told.baseline))
            self._by_code = {}
            for finding in entry.findings:
                self._by_code.setdefault(finding.code, []).append(finding)
            self._examined = entry
        return entry

    def found(self, code: str) -> list[Finding]:
        self.examined()
        return self._by_code.get(code, [])


class RegistryFile(CheckedFile):
    """A dump of the registry."""

    @property
    def selected(self) -> _Selected:
        return self.told.registries

    def examine(self) -> Input:
        from validator.api import read_registry
        from validator.engine import examine
        from validator.report import Fault, Input
        from validator.source import Unusable

        name = _shown_path(self.config, self.path)
        told = self.told
        try:
            registry = read_registry(self.path, limits=told.limits)
        except Unusable as error:
            return Input.unusable(name, str(error).replace(str(self.path), name))
        except Exception as error:
            entry = Input(name)
            entry.faults.append(Fault("reader", name, {}, f"{type(error).__name__}: {error}"))
            return entry
        registry.dump.path = name
        return examine(registry, told.registries.selection, told.given)


class RequestFile(CheckedFile):
    """Requests for assignments, compared with the registry that options or ini file name."""

    @property
    def selected(self) -> _Selected:
        return self.told.requests

    def examine(self) -> Input:
        from validator.report import Input
        from validator.request.review import review
        from validator.source import Source, Unusable, read_source

        name = _shown_path(self.config, self.path)
        told = self.told
        named = _file(self.config, "registry")
        try:
            registry = None if named is None else _read(self.config, named)
            read = read_source(str(self.path), told.limits)
        except Unusable as error:
            return Input.unusable(name, str(error).replace(str(self.path), name))
        source = Source(name, read.data, told.limits)
        selection = told.requests.selection
        return review([source], registry, selection, limits=told.limits).report.inputs[0]


# -- items --------------------------------------------------------------------------------------


class _Failed(Exception):  # noqa: N818
    """What an item found: lines of text, and the place of the first."""

    def __init__(self, lines: list[str], path: str, line: int, message: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.path = path
        self.line = line
        self.message = message


class RuleItem(pytest.Item):
    """One rule on one file; `code` is `None` for reading it."""

    _line: int | None = None

    def __init__(self, *, code: str | None, **how: Any) -> None:
        super().__init__(**how)
        self.code = code

    @property
    def file(self) -> CheckedFile:
        assert isinstance(self.parent, CheckedFile)
        return self.parent

    def runtest(self) -> None:
        entry = self.file.examined()
        if self.code is None:
            if entry.error is not None:
                self._fail_at(entry.error)
            for fault in entry.faults:
                if fault.code == "reader":
                    self._fail_at(f"a fault of ianalint itself: {fault.message}")
            return
        self.user_properties.append(("ianalint_rule", self.name))
        if entry.error is not None:
            pytest.skip("the file cannot be used")
        for fault in entry.faults:
            if fault.code == self.code:
                self._fail_at(f"a fault of ianalint itself: {fault.message}")
            if fault.code == "reader":
                pytest.skip("the file cannot be used")
        for skipped in entry.not_run:
            if skipped.code == self.code:
                pytest.skip(skipped.reason)
        found = self.file.found(self.code)
        if found:
            self._judge(found)

    def _judge(self, found: list[Finding]) -> None:
        told = self.file.told
        self.user_properties.append(("ianalint_findings", len(found)))
        failing = [f for f in found if f.fails(told.fail_on, told.legacy)]
        if failing:
            self._fail(failing)
        known = [finding for finding in found if finding.status == "baselined"]
        if known:
            reasons = dict.fromkeys(finding.reason for finding in known if finding.reason)
            said = f": {'; '.join(reasons)}" if reasons else ""
            pytest.xfail(f"{len(known)} known by the baseline{said}")

    def _fail(self, failing: list[Finding]) -> NoReturn:
        """Fail with a list of findings, each with its place."""
        from validator.reporters.escape import visible

        shown = failing[: self.file.told.shown]
        for finding in shown:
            record = "/".join(value for value in finding.subject.values() if value)
            self.user_properties += [
                ("ianalint_record", visible(record)),
                ("ianalint_line", finding.location.line),
            ]
        lines = [visible(str(finding)) for finding in shown]
        more = len(failing) - len(shown)
        if more:
            lines.append(f"and {more:,} more")
        first = failing[0]
        others = f" (and {len(failing) - 1:,} more)" if len(failing) > 1 else ""
        message = f"{first.location.path}:{first.location.line}: {first.message}{others}"
        self._line = first.location.line - 1
        # Known only now: whoever shows where a test is, shows the line of the file.
        self.__dict__.pop("location", None)
        raise _Failed(lines, first.location.path, first.location.line, visible(message))

    def _fail_at(self, sentence: str) -> NoReturn:
        from validator.reporters.escape import visible

        said = visible(sentence)
        raise _Failed([said], _shown_path(self.config, self.path), 1, said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        failed = excinfo.value
        if not isinstance(failed, _Failed):
            return super().repr_failure(excinfo, style)
        # Of pytest's own classes, which alone keep the place on the way from a worker.
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


class StaleItem(RuleItem):
    """What the baseline knows and no file of the session has any more."""

    def runtest(self) -> None:
        from validator.aside import recognise
        from validator.report import Report

        told = self.file.told
        self.user_properties.append(("ianalint_rule", self.name))
        rules = {rule.code: rule for file in told.files for rule in file.selected.running}
        report = Report([file.examined() for file in told.files], rules)
        if any(entry.error is not None or entry.faults for entry in report.inputs):
            pytest.skip("a file cannot be used")
        assert told.baseline is not None
        stale = recognise(report, told.known, _shown_path(self.config, told.baseline))
        if stale:
            self.user_properties.append(("ianalint_findings", len(stale)))
            self._fail(stale)


# -- fixtures -----------------------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the fixture `registry` the path of the marker, so that it stays one of the session."""
    if "registry" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("registry")
    if marker is None:
        return
    if len(marker.args) != 1 or marker.kwargs:
        _refuse('@pytest.mark.registry("FILE") is to name one file')
    # Newer pytest can leave it out of the name of the test.
    name = getattr(pytest, "HIDDEN_PARAM", str(marker.args[0]))
    metafunc.parametrize("registry", [marker.args[0]], indirect=True, scope="session", ids=[name])


def _read(config: pytest.Config, path: Path) -> Registry:
    """Read a registry, once in a session.  Raises `Unusable`."""
    held = config.stash.setdefault(_REGISTRIES, {})
    key = str(path)
    if key not in held:
        from validator.api import read_registry

        held[key] = read_registry(path, limits=_limits(config))
        held[key].dump.path = _shown_path(config, path)
    return held[key]


@pytest.fixture(scope="session")
def registry(request: pytest.FixtureRequest) -> Registry:
    """The registry of `@pytest.mark.registry("path")`, `--ianalint-registry` or the ini option.

    A relative path counts from the root folder, on the command line from where one is.  Each file
    is read once in a session.
    """
    config = request.config
    marked = getattr(request, "param", None)
    path = _file(config, "registry") if marked is None else config.rootpath / marked
    if path is None:
        pytest.fail(
            "no registry is named: say --ianalint-registry FILE, ianalint_registry in the ini"
            ' file, or @pytest.mark.registry("FILE")',
            pytrace=False,
        )
    from validator.source import Unusable

    try:
        return _read(config, path)
    except Unusable as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def sample_registry() -> Registry:
    """The small registry that comes with ianalint; no rule finds anything in it."""
    from validator.api import read_registry
    from validator.inputs import sample

    return read_registry(sample())


def _as_told(config: pytest.Config, *names: str) -> dict[str, Any]:
    """What options and ini file say of a check, for those who do not say it themselves."""
    told = {name: _option(config, name) for name in names}
    found = {name: value for name, value in told.items() if value is not None}
    if "severity" in found:
        found["severity"] = dict(word.split("=", 1) for word in found["severity"] if "=" in word)
    return found


@pytest.fixture(scope="session")
def check_registry(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """A function that checks a registry, a path, or a dump as bytes, and returns the report.

    Options as in `validator.check`; what they leave out is as the plugin was told.
    """
    told = _as_told(request.config, "select", "ignore", "severity", "today")

    def checked(subject: Any, **options: Any) -> Report:
        from validator.assertions import report_on

        return report_on(subject, **{**told, **options})

    return checked


@pytest.fixture(scope="session")
def check_request(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """A function that checks a request (a mapping, a path, or YAML) and returns the report.

    It is compared with `registry`, left out with the file that options or the ini file name, if
    they do.  Other options as in `validator.check_request`.
    """
    config = request.config

    def checked(asked: Any, registry: Registry | None = None, **options: Any) -> Report:
        from validator.request.api import check_request

        named = _file(config, "registry")
        if registry is None and named is not None:
            registry = _read(config, named)
        return check_request(asked, registry, **options)

    return checked
