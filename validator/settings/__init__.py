"""What a user can set: the configuration, then the options of a command or of pytest, fill it.

The configuration is `ianalint.toml`, or the table `[tool.ianalint]` of `pyproject.toml`, in the
working directory or in the nearest folder above that has one.  What reads and checks such a file
(`validator.settings.reading`) is loaded only where there is one.
"""

from __future__ import annotations

import os
import time

from validator.budget import DEFAULT_SECONDS
from validator.engine.rule import RunContext
from validator.engine.selection import RuleChoice
from validator.errors import CallError
from validator.limits import LIMIT_TABLE, Limits
from validator.model.vocabulary import LEGACY_CUTOFF
from validator.readers.source import display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence
    from typing import Any

    from validator.engine.baseline import Waiver
    from validator.engine.finding import FailOn, Legacy
    from validator.engine.rule import Severity
    from validator.model.record import Form
    from validator.reporters import Grouping, Order
    from validator.settings.reading import Configuration

_OWN_FILE = "ianalint.toml"
SHARED_FILE = "pyproject.toml"


class FileSettings:
    """The settings of the configuration for inputs whose path or name matches `files`.

    `index` is the number of its table, from 0.
    """

    def __init__(self, files: str, index: int = 0) -> None:
        self.files = files
        self.index = index
        self._pattern: re.Pattern[str] | None = None
        self.select: Sequence[str] | None = None
        self.ignore: Sequence[str] = ()
        self.severity: Mapping[str, Severity] = {}
        self.whole: bool | None = None

    def matches(self, path: str, configuration: str) -> bool:
        """Say whether they apply to the input at `path`; the pattern counts from its file."""
        normcase = os.path.normcase
        if self._pattern is None:
            import re
            from fnmatch import translate

            self._pattern = re.compile(translate(normcase(self.files)))
        try:
            relative = os.path.relpath(path, os.path.dirname(configuration) or ".")
        except ValueError:  # on another drive
            relative = path
        names = (relative.replace(os.sep, "/"), os.path.basename(path))
        return any(self._pattern.match(normcase(name)) for name in names)


class Settings:
    """The settings of a run, each with its default until something sets it.

    `configuration` is the file that was read, `None` without one; `select`, `ignore` and `severity`
    are what it says of rules, `option_choice` is what options say.  The other names are those of
    `validator.settings.table`.
    """

    configuration: Configuration | None = None
    files: Sequence[str] = ()
    rules: Sequence[str] = ()
    exclude: Sequence[str] = ()
    select: Sequence[str] | None = None
    ignore: Sequence[str] = ()
    severity: Mapping[str, Severity] = {}
    fail_on: FailOn = "error"
    legacy: Legacy = "summary"
    legacy_cutoff: str = LEGACY_CUTOFF
    format: str = "text"
    min_severity: Severity = "note"
    summary: bool = False
    group_by: Grouping | None = None
    sort: Order | None = None
    list_all: bool = False
    input_format: Form | None = None
    whole: bool | None = None
    registry: str | None = None
    baseline: str | None = None
    max_time: float = DEFAULT_SECONDS
    today: str
    stdin_filename: str | None = None
    waive: Sequence[Waiver] = ()
    # The table [audit] of the configuration, its files as they are opened from here.
    audit: Mapping[str, Any] = {}
    per_file: Sequence[FileSettings] = ()

    def __init__(self) -> None:
        self.today = time.strftime("%Y-%m-%d", time.gmtime())
        self.option_choice = RuleChoice()
        self._limits: dict[str, int] = {}

    def fill(self, values: Mapping[str, Any]) -> None:
        """Take over `values`, by name, from the configuration; they replace what was set before."""
        for name, value in values.items():
            if name.startswith("max_") and name != "max_time":
                self._limits[name] = value
            else:
                setattr(self, name, value)

    @property
    def limits(self) -> Limits:
        return Limits(
            **{
                limit.name: self._limits[f"max_{limit.name}"] * limit.scale
                for limit in LIMIT_TABLE
                if f"max_{limit.name}" in self._limits
            }
        )

    def context(self) -> RunContext:
        """Return what the rules may know of the run."""
        return RunContext(self.today, self.legacy_cutoff, self.limits)


def path_of(settings: Settings) -> str | None:
    """Return the path of the configuration that was read, `None` without one."""
    return None if settings.configuration is None else settings.configuration.path


def origin_of(settings: Settings, path: str) -> str:
    """Return how a message about the file at `path` begins if the configuration names it."""
    return "" if settings.configuration is None else settings.configuration.origin(path)


def load(path: str | None = None) -> Settings:
    """Return the settings of the configuration at `path`, or of the one for this folder.

    Raises `CallError` where it cannot be read, is not TOML, or has keys or values that cannot be
    used.
    """
    settings = Settings()
    candidates = [path] if path is not None else _candidates()
    for candidate in candidates:
        from validator.settings.reading import read_configuration

        configuration = read_configuration(candidate, required=path is not None)
        if configuration is not None:
            settings.configuration = configuration
            settings.fill(configuration.values)
            if path is None:
                configuration.remark = _remark(candidate)
            if settings.rules and configuration.remark:
                raise CallError(
                    f"{display_path(candidate)} belongs to another user and names rules, which are"
                    " programs",
                    f"Run with --config {display_path(candidate)} if you trust it.",
                )
            _load_rules(settings, candidate)
            break
    return settings


def _load_rules(settings: Settings, configuration: str) -> None:
    """Run the files of rules that the configuration names.

    Raises `CallError` for one that cannot be used.
    """
    if not settings.rules:
        return
    from validator.rules.own import UnusableRules, load

    folder = os.path.dirname(configuration)
    settings.rules = [
        os.path.join(folder, name) if name.endswith(".py") else name for name in settings.rules
    ]
    try:
        for source in settings.rules:
            load(source)
    except UnusableRules as error:
        raise CallError(f"{display_path(configuration)}: rules: {error}") from None


def _remark(path: str) -> str | None:
    """What to say of a configuration that was found in a folder above, by somebody else."""
    if not os.path.isabs(path) or not hasattr(os, "geteuid"):
        return None
    owner = os.stat(path).st_uid
    if owner == os.geteuid():
        return None
    return (
        f"using {display_path(path)}, which belongs to another user (uid {owner});"
        " --config FILE names a configuration, --isolated uses none"
    )


def _candidates() -> Sequence[str]:
    """The files from here upward that may be a configuration, the nearest first."""
    try:
        start = folder = os.getcwd()
    except OSError:  # the working directory is gone
        return []
    paths: list[str] = []
    while True:
        for name in (_OWN_FILE, SHARED_FILE):
            path = os.path.join(folder, name)
            # What is there and no file is refused: somebody means it to be the configuration.
            if os.path.lexists(path):
                paths.append(path if folder != start else name)
        above = os.path.dirname(folder)
        if above == folder:
            return paths
        folder = above
