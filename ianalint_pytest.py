"""The pytest plugin: files that ianalint checks as test files, with an item for each rule.

The option `--ianalint` and the ini options `ianalint_files` and `ianalint_audit` turn it on.
Without them it collects nothing and loads nothing of ianalint but this module, which stands outside
of the package: a project may have a package or module `validator` of its own, which its tests mean.
"""

from __future__ import annotations

import warnings
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

import ianalint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from validator import Registry, Report
    from validator.testing.items import CheckedFile
    from validator.testing.session import Session

_PATTERNS = [
    f"*service-names-port-numbers*.{ending}" for ending in ("xml", "csv", "txt", "xhtml", "json")
]
# The settings that options and the ini file have (see `validator.settings.table`, which is not
# loaded for this), with those of the plugin alone: a text for the help, and whether it is a list.
OPTIONS = {
    "config": ("configuration, such as ianalint.toml, for what is not set here", False),
    "select": ("rules to run: codes, beginnings of codes, names or ALL", True),
    "ignore": ("rules not to run", True),
    "severity": ("CODE=LEVEL: report a rule as error, warning or note", True),
    "fail_on": ("lowest severity that fails: error, warning, note or never", False),
    "legacy": ("findings of legacy records: summary, show or fail", False),
    "limit": ("NAME=NUMBER: a limit, as the option --max-NAME of `ianalint request`", True),
    "baseline": ("baseline of accepted findings", False),
    "today": ("date to check dates and waivers against, YYYY-MM-DD", False),
    "registry": ("registry of the fixture `registry`, to compare requests and audits with", False),
    "history": ("older dumps, or folders of them, for audits", True),
    "previous": ("earlier version of the audited file, or a folder of such", False),
    "expect": ("NAME/TRANSPORT or NAME/TRANSPORT=PORT that audited files must answer", True),
    "shown": ("number of findings that a failing item lists (default: 20)", False),
}
_OF_AUDITS = ("history", "previous", "expect")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ianalint", "ianalint: registry and request files as tests")
    group.addoption("--ianalint", action="store_true", help="check registry files")
    group.addoption(
        "--ianalint-files",
        action="append",
        metavar="GLOB",
        help="files to check, by path from the root folder or by name (implies --ianalint)",
    )
    parser.addini(
        "ianalint_files",
        "globs of the registry and request files to check",
        type="args",
        default=[],
    )
    group.addoption(
        "--ianalint-audit",
        action="append",
        metavar="GLOB",
        help="files made from the registry, such as etc/services or ports.csv, to audit",
    )
    parser.addini(
        "ianalint_audit", "globs of files made from the registry", type="args", default=[]
    )
    for name, (text, is_list) in OPTIONS.items():
        option = f"--ianalint-{name.replace('_', '-')}"
        group.addoption(option, action="append" if is_list else "store", help=text)
        if is_list:
            parser.addini(f"ianalint_{name}", text, type="args", default=[])
        else:
            parser.addini(f"ianalint_{name}", text, default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ianalint: a rule on a registry or request file")
    config.addinivalue_line("markers", "registry(path): the file that the fixture `registry` reads")
    _require_ini_keys(config)
    patterns, audited = _patterns(config), _audit_patterns(config)
    _require_audited(config, audited)
    if not patterns and not audited:
        return
    _session(config)
    if not hasattr(config, "workerinput"):  # xdist: its controller has looked already
        from validator.testing.patterns import require_matches

        # Of the usual names of a registry, one is enough.
        groups = [patterns] if patterns is _PATTERNS else [[p] for p in patterns]
        require_matches(config, groups, "files")
        require_matches(config, [[p] for p in audited], "audit")
    # Files outside of `testpaths` would never be met; with arguments, those alone count.
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        root = config.rootpath
        for pattern in [*patterns, *audited]:
            if not Path(pattern).is_absolute():
                config.args.extend(str(path) for path in sorted(root.glob(pattern)))


def _require_ini_keys(config: pytest.Config) -> None:
    """Refuse a mistyped key of the ini file or of `-o`: what it should have set would be silent."""
    changes: list[str] = config.getoption("override_ini") or []
    # The public attribute is deprecated since pytest 9, and nothing takes its place.
    values: Mapping[str, object] = config._inicfg if hasattr(config, "_inicfg") else config.inicfg
    keys = [*values, *(change.partition("=")[0] for change in changes)]
    names = [f"ianalint_{name}" for name in ("files", "audit", *OPTIONS)]
    for key in keys:
        if key.lower().startswith("ianalint") and key not in names:
            _require_package()
            from validator.errors import unknown

            raise pytest.UsageError(f"ianalint: {unknown('key', key, names)}")


def _require_audited(config: pytest.Config, audited: Sequence[str]) -> None:
    """Refuse a setting of audits where nothing is audited: nobody would look at it."""
    for name in _OF_AUDITS:
        if not audited and (
            config.getoption(f"ianalint_{name}") or config.getini(f"ianalint_{name}")
        ):
            raise pytest.UsageError(
                f"ianalint: {name} is for audits, and no file is audited (ianalint_audit)"
            )


def _patterns(config: pytest.Config) -> list[str]:
    """The globs of files to check; none where nobody asked."""
    patterns: list[str] = config.getoption("--ianalint-files") or config.getini("ianalint_files")
    if not patterns and config.getoption("--ianalint"):
        return _PATTERNS
    return patterns


def _audit_patterns(config: pytest.Config) -> list[str]:
    """The globs of files to audit."""
    patterns: list[str] = config.getoption("--ianalint-audit") or config.getini("ianalint_audit")
    return patterns


def _session(config: pytest.Config) -> Session:
    _require_package()
    from validator.testing.session import session_of

    return session_of(config)


def _require_package() -> None:
    """Raise `pytest.UsageError` where `validator` is the package of another project."""
    try:
        spec = find_spec("validator")
        origin = "nothing" if spec is None else spec.origin
    except ValueError:
        origin = "a module without a file"
    if not ianalint.is_own(origin):
        raise pytest.UsageError(f"ianalint: {ianalint.another_package(origin)}")


# -- collection ---------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CheckedFile | None:
    config = parent.config
    patterns, audited = _patterns(config), _audit_patterns(config)
    if not patterns and not audited:
        return None
    from validator.testing.patterns import matches

    root = config.rootpath
    collected: CheckedFile
    if any(matches(file_path, root, pattern) for pattern in audited):
        from validator.testing.audits import ConsumerTestFile

        collected = ConsumerTestFile.from_parent(parent, path=file_path)
        return collected
    if not any(matches(file_path, root, pattern) for pattern in patterns):
        return None
    from validator.testing.items import RegistryFile, RequestFile

    kind = RequestFile if _is_request(file_path) else RegistryFile
    collected = kind.from_parent(parent, path=file_path)
    return collected


def _is_request(path: Path) -> bool:
    """Whether a file has requests: by its name, and JSON by its keys."""
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
    patterns = [*_patterns(config), *_audit_patterns(config)]
    if not patterns:
        return None
    from validator import __version__

    session = _session(config)
    header = f"ianalint: {__version__}, files {', '.join(patterns)}"
    if session.registry_path is not None:
        header += f", registry {session.display(session.registry_path)}"
    configuration = session.settings.configuration
    if configuration is not None:
        header += f", configuration {session.display(Path(configuration.path))}"
    return header


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the findings by rule, of all workers."""
    counts: dict[str, Counter[str]] = {}
    for outcome, reports in terminalreporter.stats.items():
        for report in reports:
            properties = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", "") == "call" and "ianalint_findings" in properties:
                from validator.testing.items import MARKS

                # What was found while reading has no rule of its own.
                rule = f"{properties.get('ianalint_rule', 'reading')} ({outcome})"
                of_rule = counts.setdefault(rule, Counter())
                for word in ("findings", *MARKS):
                    of_rule[word] += int(properties.get(f"ianalint_{word}", 0))
    if counts:
        terminalreporter.section("ianalint: findings by rule", sep="-")
        for rule, of_rule in sorted(counts.items()):
            count = of_rule.pop("findings")
            marks = ", ".join(f"{of_rule[mark]:,} {mark}" for mark in of_rule if of_rule[mark])
            line = f"{count:>6,}  {rule}{': ' * bool(marks)}{marks}"
            terminalreporter.line(line)


# -- fixtures -----------------------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the fixture `registry` the path of the marker, so that it stays one of the session."""
    if "registry" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("registry")
    if marker is None:
        return
    if len(marker.args) != 1 or marker.kwargs:
        raise pytest.UsageError('ianalint: expected one file, as in @pytest.mark.registry("FILE")')
    # Newer pytest can leave it out of the name of the test.
    name = getattr(pytest, "HIDDEN_PARAM", str(marker.args[0]))
    metafunc.parametrize("registry", [marker.args[0]], indirect=True, scope="session", ids=[name])


def _session_of_test(config: pytest.Config) -> Session:
    """The session; the test fails where options or files cannot be used."""
    try:
        return _session(config)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def registry(request: pytest.FixtureRequest) -> Registry:
    """The registry of `@pytest.mark.registry("path")`, `--ianalint-registry` or the ini option.

    A relative path counts from the root folder, on the command line from where one is.  Each file
    is read once in a session.
    """
    session = _session_of_test(request.config)
    marked = getattr(request, "param", None)
    path = session.registry_path if marked is None else request.config.rootpath / marked
    if path is None:
        pytest.fail(
            "no registry given; use --ianalint-registry FILE, ianalint_registry in the ini file,"
            ' or @pytest.mark.registry("FILE")',
            pytrace=False,
        )
    from validator.errors import Unusable
    from validator.rules.usable import compared_input
    from validator.testing.session import in_own_words

    try:
        dump = session.read(path)
    except Unusable as error:
        pytest.fail(in_own_words(str(error), request.config), pytrace=False)

    for finding in compared_input(dump).findings:
        # No failure: the tests may be about just this dump.
        warnings.warn(pytest.PytestWarning(f"ianalint: {finding}"), stacklevel=1)
    return dump


@pytest.fixture(scope="session")
def sample_registry() -> Registry:
    """The small registry that comes with ianalint; no rule finds anything in it."""
    _require_package()
    from validator.api import read_registry
    from validator.commands.inputs import sample

    return read_registry(sample())


@pytest.fixture(scope="session")
def check_registry(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """A function that checks a registry, a path, or a dump as bytes, and returns the report.

    Options as in `validator.check`; their defaults are the settings of the session.
    """
    defaults = _session_of_test(request.config).check_options()

    def checked(subject: Any, **options: Any) -> Report:
        from validator.assertions import report_on

        return report_on(subject, **{**defaults, **options})

    return checked


@pytest.fixture(scope="session")
def check_request(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """A function that checks a request (a mapping, a path, or YAML) and returns the report.

    It is compared with `registry`, by default with that of options or the ini file, if any.  Other
    options as in `validator.check_request`.
    """
    session = _session_of_test(request.config)

    def checked(subject: Any, registry: Registry | None = None, **options: Any) -> Report:
        from validator.request.api import check_request

        if registry is None and session.registry_path is not None:
            registry = session.read(session.registry_path)
        return check_request(subject, registry, **options)

    return checked
