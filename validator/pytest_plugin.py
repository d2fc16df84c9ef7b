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
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, NoReturn

    from validator import Registry, Report
    from validator.engine.baseline import BaselineEntry, Waiver
    from validator.engine.report import FailOn, Finding, Input, Legacy
    from validator.engine.rule import Rule, RunContext
    from validator.engine.selection import Selection
    from validator.readers.source import Limits
    from validator.settings import Overrides, Settings

_PATTERNS = [
    f"*service-names-port-numbers*.{ending}" for ending in ("xml", "csv", "txt", "xhtml", "json")
]
_SHOWN = 20
_READING = "reading"
_STALE = "BL001"
# Name, what it is for, and whether it is a list.
_OPTIONS = {
    "config": ("a configuration, as ianalint.toml, for what is not said here", False),
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
    _told(config)
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
    """What options, ini file and configuration say, checked; and what all files share."""

    def __init__(self, config: pytest.Config) -> None:
        from validator.errors import CallError
        from validator.rules import RULES, catalogue
        from validator.settings import Settings, chosen, load, read_baseline, waivers

        for name, choices in _CHOICES.items():
            said = _option(config, name)
            if said is not None and said not in choices:
                _refuse(f"{name}: {' or '.join(choices)} is wanted, not {said}")
        shown = _option(config, "shown") or str(_SHOWN)
        if not shown.isascii() or not shown.isdigit() or not 0 < len(shown) < 10:
            _refuse(f"shown: a number is wanted, not {shown}")
        self.shown = int(shown)
        self.words = _words(config)
        day = _day(config)
        try:
            named = _file(config, "config")
            self.settings = settings = Settings() if named is None else load(str(named))
            self._selections: dict[tuple[int, int], Selection] = {}
            # Whoever names an unknown rule is told before anything is collected.
            for own in (None, *settings.per_file):
                self._selection(RULES, own)
            of_run = catalogue.rules("run")
            self.aside: Selection = chosen(of_run, self._of(of_run), settings)
            rules = catalogue.rules("registry", "request", "run") if settings.waive else {}
            self.waivers: Sequence[Waiver] = waivers(settings, rules)
            self.baseline = _file(config, "baseline")
            if self.baseline is None and settings.baseline is not None:
                self.baseline = config.invocation_params.dir / settings.baseline
            self.known: list[BaselineEntry] = []
            if self.baseline is not None:
                self.known = read_baseline(str(self.baseline))
        except CallError as error:
            _refuse("; ".join(error.args))
        self.fail_on: FailOn = _option(config, "fail-on") or settings.fail_on or "error"
        self.legacy: Legacy = _option(config, "legacy") or settings.legacy or "summary"
        self.limits = _limits(config, settings)
        self.given = _given(day, settings, self.limits)
        self.registry = _file(config, "registry")
        if self.registry is None and settings.registry is not None:
            self.registry = config.invocation_params.dir / settings.registry
        self.files: list[CheckedFile] = []

    def selection(self, rules: Mapping[str, Rule], path: Path | None = None) -> Selection:
        """Those of `rules` that run, on the file at `path`."""
        matching = [] if path is None else self.settings.matching(str(path))
        return self._selection(rules, matching[-1] if matching else None)

    def _selection(self, rules: Mapping[str, Rule], own: Overrides | None) -> Selection:
        from validator.settings import chosen

        key = (id(rules), id(own))
        found = self._selections.get(key)
        if found is None:
            options = self._of(rules)
            found = self._selections[key] = chosen(rules, options, self.settings, own)
            if self.words.select is not None and not options.select:
                found.running = []
        return found

    def _of(self, rules: Mapping[str, Rule]) -> Namespace:
        """What options and ini file say of `rules`, as `chosen` takes it.

        They speak of registries and of requests: what they say of the other kind is left alone.
        """
        from argparse import Namespace

        from validator.engine.selection import matches

        said = self.words
        select = [word for word in said.select or () if matches(rules, word)]
        return Namespace(
            select=[select] if select else None,
            ignore=[[word for word in said.ignore if matches(rules, word)]],
            severity=[pair for pair in said.severity if matches(rules, pair[0])],
        )

    def of_check(self) -> dict[str, Any]:
        """What is said of a check, as `validator.check` takes it."""
        from validator.engine.selection import combined
        from validator.rules import RULES
        from validator.settings import choices

        choice = combined(RULES, choices(self._of(RULES), self.settings))
        return {
            "select": choice.select,
            "ignore": choice.ignore,
            "severity": choice.severity,
            "today": self.given.today,
            "legacy_cutoff": self.given.legacy_cutoff,
            "limits": self.limits,
        }


_TOLD = pytest.StashKey[_Told]()
_REGISTRIES = pytest.StashKey["dict[str, Registry]"]()


def _told(config: pytest.Config) -> _Told:
    """What is said for this session.  Raises `pytest.UsageError` for what cannot be followed."""
    if _TOLD not in config.stash:
        config.stash[_TOLD] = _Told(config)
    return config.stash[_TOLD]


def _refuse(sentence: str) -> NoReturn:
    raise pytest.UsageError(f"ianalint: {sentence}")


def _request_rules() -> Mapping[str, Rule]:
    """The rules on requests, loaded only where they are asked for."""
    from validator.rules import catalogue

    return catalogue.rules("request")


def _words(config: pytest.Config) -> Namespace:
    """The rules that options and ini file speak of: `select`, `ignore`, and pairs `severity`."""
    from argparse import Namespace

    from validator.engine.rule import SEVERITIES
    from validator.engine.selection import UnknownSelector, matches, require_rules
    from validator.rules import catalogue

    severity: list[tuple[str, str]] = []
    for word in _option(config, "severity") or ():
        code, _, level = word.partition("=")
        if level not in SEVERITIES or not code:
            _refuse(f"severity: CODE=LEVEL is wanted, not {word}")
        severity.append((code, level))
    select = _option(config, "select")
    ignore = _option(config, "ignore") or []
    said = [*(select or ()), *ignore, *(code for code, _ in severity)]
    known = catalogue.rules("registry", "run")
    if any(not matches(known, word) for word in said):
        known = catalogue.rules("registry", "run", "request")
    try:
        require_rules(known, said)
    except UnknownSelector as error:
        _refuse(str(error))
    return Namespace(select=select, ignore=ignore, severity=severity)


def _day(config: pytest.Config) -> str | None:
    said: str | None = _option(config, "today")
    if said is not None:
        from validator.model.registry import parse_date

        date = parse_date(said)
        if date is None or date.impossible or date.day is None:
            _refuse(f"today: a day, YYYY-MM-DD, is wanted, not {said}")
    return said


def _given(day: str | None, settings: Settings, limits: Limits) -> RunContext:
    from validator.api import run_context

    if settings.legacy_cutoff is None:
        return run_context(day, limits=limits)
    return run_context(day, settings.legacy_cutoff, limits)


def _limits(config: pytest.Config, settings: Settings) -> Limits:
    from validator.readers.source import RANGES, Limits

    told = settings.limits()
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
    return Limits(**told)


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

    told = _told(config)
    compared = "" if told.registry is None else f", registry {_shown_path(config, told.registry)}"
    if told.settings.path is not None:
        compared += f", configuration {_shown_path(config, Path(told.settings.path))}"
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
        return _told(self.config)

    @property
    def selection(self) -> Selection:
        """The rules that run on the file."""
        raise NotImplementedError

    def examine(self) -> Input:
        """Read the file and check it."""
        raise NotImplementedError

    def collect(self) -> Iterator[pytest.Item]:
        yield RuleItem.from_parent(self, name=_READING, code=None)
        for rule in self.selection.running:
            yield RuleItem.from_parent(self, name=f"{rule.code} {rule.name}", code=rule.code)
        told = self.told
        if self not in told.files:
            told.files.append(self)
        if told.files[0] is self:
            for rule in told.aside.running:
                if told.waivers if rule.code.startswith("WV") else told.baseline is not None:
                    name = f"{rule.code} {rule.name}"
                    yield AsideItem.from_parent(self, name=name, code=rule.code)

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
            self.set_aside([entry])
            self._by_code = {}
            for finding in entry.findings:
                self._by_code.setdefault(finding.code, []).append(finding)
            self._examined = entry
        return entry

    def set_aside(
        self, entries: Sequence[Input], rules: Mapping[str, Rule] | None = None
    ) -> list[Finding]:
        """Mark what waivers excuse and the baseline knows; return what is said of these two.

        They can be said to serve no more where `entries` is all files, and `rules` all that ran.
        """
        from validator.engine.baseline import Run
        from validator.engine.report import Report

        told = self.told
        run = Run(
            Report(entries, rules),
            told.given.today,
            told.waivers,
            _shown_path(self.config, Path(told.settings.path or "")),
            told.known,
            _shown_path(self.config, told.baseline or Path()),
        )
        run.mark()
        return run.findings(told.aside)

    def found(self, code: str) -> list[Finding]:
        self.examined()
        return self._by_code.get(code, [])


class RegistryFile(CheckedFile):
    """A dump of the registry."""

    @property
    def selection(self) -> Selection:
        from validator.rules import RULES

        return self.told.selection(RULES, self.path)

    def examine(self) -> Input:
        from validator.api import read_registry
        from validator.engine.examine import examine
        from validator.engine.report import Fault, Input
        from validator.readers.source import Unusable

        name = _shown_path(self.config, self.path)
        told = self.told
        whole = told.settings.whole_at(str(self.path))
        form = told.settings.input_format
        try:
            registry = read_registry(self.path, form=form, whole=whole, limits=told.limits)
        except Unusable as error:
            return Input.unusable(name, str(error).replace(str(self.path), name))
        except Exception as error:
            entry = Input(name)
            entry.faults.append(Fault("reader", name, {}, f"{type(error).__name__}: {error}"))
            return entry
        registry.dump.path = name
        return examine(registry, self.selection, told.given)


class RequestFile(CheckedFile):
    """Requests for assignments, compared with the registry that is named for all."""

    @property
    def selection(self) -> Selection:
        return self.told.selection(_request_rules())

    def examine(self) -> Input:
        from validator.engine.report import Input
        from validator.readers.source import Source, Unusable, read_source
        from validator.request.review import review

        name = _shown_path(self.config, self.path)
        told = self.told
        try:
            registry = None if told.registry is None else _read(self.config, told.registry)
            read = read_source(str(self.path), told.limits)
        except Unusable as error:
            return Input.unusable(name, str(error).replace(str(self.path), name))
        source = Source(name, read.data, told.limits)
        reviewed = review([source], registry, self.selection, limits=told.limits)
        return reviewed.report.inputs[0]


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
        known: list[str] = []
        for status, by in (("baselined", "known by the baseline"), ("suppressed", "waived")):
            aside = [finding for finding in found if finding.status == status]
            reasons = dict.fromkeys(finding.reason for finding in aside if finding.reason)
            said = f": {'; '.join(reasons)}" if reasons else ""
            known += [f"{len(aside)} {by}{said}"] if aside else []
        if known:
            pytest.xfail("; ".join(known))

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
        # BaselineEntry only now: whoever shows where a test is, shows the line of the file.
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


class AsideItem(RuleItem):
    """What of the baseline or the waivers serves no file of the session any more."""

    def runtest(self) -> None:
        told = self.file.told
        self.user_properties.append(("ianalint_rule", self.name))
        rules = {rule.code: rule for file in told.files for rule in file.selection.running}
        entries = [file.examined() for file in told.files]
        if any(entry.error is not None or entry.faults for entry in entries):
            pytest.skip("a file cannot be used")
        found = [f for f in self.file.set_aside(entries, rules) if f.code == self.code]
        if found and self.code == _STALE:
            # However severe that is: as `--fail-on-stale` has it.
            self.user_properties.append(("ianalint_findings", len(found)))
            self._fail(found)
        if found:
            self._judge(found)


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

        held[key] = read_registry(path, limits=_told(config).limits)
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
    path = _in_test(config).registry if marked is None else config.rootpath / marked
    if path is None:
        pytest.fail(
            "no registry is named: say --ianalint-registry FILE, ianalint_registry in the ini"
            ' file, or @pytest.mark.registry("FILE")',
            pytrace=False,
        )
    from validator.readers.source import Unusable

    try:
        return _read(config, path)
    except Unusable as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def sample_registry() -> Registry:
    """The small registry that comes with ianalint; no rule finds anything in it."""
    from validator.api import read_registry
    from validator.commands.inputs import sample

    return read_registry(sample())


def _in_test(config: pytest.Config) -> _Told:
    """What is said for this session; the test fails where it cannot be followed."""
    try:
        return _told(config)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def check_registry(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """A function that checks a registry, a path, or a dump as bytes, and returns the report.

    Options as in `validator.check`; what they leave out is as the plugin was told.
    """
    told = _in_test(request.config).of_check()

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

        named = _in_test(config).registry
        if registry is None and named is not None:
            registry = _read(config, named)
        return check_request(asked, registry, **options)

    return checked
