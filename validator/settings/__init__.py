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
from validator.engine.selection import RuleChoice, UnknownSelector, codes, require_rules, settle
from validator.errors import CallError
from validator.limits import LIMIT_TABLE, Limits
from validator.model.vocabulary import LEGACY_CUTOFF
from validator.readers.source import display_path
from validator.rules import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from validator.engine.baseline import BaselineEntry, Waiver
    from validator.engine.report import FailOn, Legacy
    from validator.engine.rule import Rule, Severity
    from validator.engine.selection import Selection
    from validator.model.record import Form
    from validator.reporters import Grouping, Order
    from validator.settings.reading import Configuration
    from validator.toml_places import KeyPath

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

    `path` is the file of the `configuration`, `None` without one; `select`, `ignore` and `severity`
    are what it says of rules, `option_choice` is what options say.  The other names are those of
    `validator.settings.table`.
    """

    path: str | None = None
    # What a user should hear about the configuration.
    remark: str | None = None
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

    def load_rules(self) -> None:
        """Run the files of rules that the configuration names.

        Raises `CallError` for one that cannot be used.
        """
        if not self.rules:
            return
        from validator.rules.own import UnusableRules, load

        folder = os.path.dirname(self.path or "")
        self.rules = [
            os.path.join(folder, name) if name.endswith(".py") else name for name in self.rules
        ]
        try:
            for source in self.rules:
                load(source)
        except UnusableRules as error:
            raise CallError(f"{display_path(self.path or '')}: rules: {error}") from None

    def fill_options(
        self, values: Mapping[str, Any], nameable: Callable[[], Mapping[str, Rule]] | None = None
    ) -> None:
        """Take over `values`, by name, from options, which take precedence over every file.

        `nameable` returns the rules that they may name.
        """
        others = dict(values)
        self.option_choice = RuleChoice(
            others.pop("select", None),
            others.pop("ignore", ()),
            others.pop("severity", {}),
            nameable,
        )
        if "whole" in others:
            for own in self.per_file:
                own.whole = None
        self.fill(others)

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

    def whole_at(self, path: str) -> bool | None:
        """Say whether the input at `path` is a whole registry; `None` where nothing says so."""
        matching = [own.whole for own in self._matching(path) if own.whole is not None]
        return matching[-1] if matching else self.whole

    def _matching(self, path: str | None) -> list[FileSettings]:
        if path is None:
            return []
        return [own for own in self.per_file if own.matches(path, self.path or "")]

    def choices(self, per_file: Sequence[FileSettings] = ()) -> list[RuleChoice]:
        """Return what the configuration, settings `per_file` and options say of rules.

        A later one takes precedence.
        """
        sources: list[tuple[Settings | FileSettings, KeyPath]] = [(self, ())]
        sources += [(own, ("per-file", own.index)) for own in per_file]
        choices = [
            RuleChoice(
                own.select, own.ignore, own.severity, catalogue.rules, self._place_below(path)
            )
            for own, path in sources
        ]
        return [*choices, self.option_choice]

    def _place_below(self, path: KeyPath) -> Callable[[KeyPath], str] | None:
        """What returns file and line of a value below `path` of the configuration."""
        configuration = self.configuration
        if configuration is None:
            return None
        return lambda below: configuration.place((*path, *below))

    def selection(self, rules: Mapping[str, Rule], path: str | None = None) -> Selection:
        """Return which of `rules` run on the input at `path`.

        Raises `CallError` for a selector that matches no rule.
        """
        return self._settled(rules, self._matching(path)[-1:])

    def require_rules_per_file(self, rules: Mapping[str, Rule]) -> None:
        """Raise `CallError` where a setting for some of the files has an unknown rule."""
        for own in self.per_file:
            self._settled(rules, [own])

    def _settled(self, rules: Mapping[str, Rule], per_file: Sequence[FileSettings]) -> Selection:
        try:
            return settle(rules, self.choices(per_file))
        except UnknownSelector as error:
            command = catalogue.command_of(error.selector)
            if command is None:
                raise CallError(str(error)) from None
            raise CallError(
                f"{error.selector} is not a rule of this command, but of `ianalint {command}`"
            ) from None

    def waivers(self, rules: Mapping[str, Rule]) -> Sequence[Waiver]:
        """Return the waivers, with the codes of those of `rules` that each names.

        Raises `CallError` for one that names no rule of any command.
        """
        by_selector: dict[str, frozenset[str]] = {}
        for waiver in self.waive:
            matching = by_selector.get(waiver.rule)
            if matching is None:
                matching = by_selector[waiver.rule] = frozenset(codes(rules, waiver.rule))
                try:
                    if not matching:
                        require_rules(catalogue.rules(), [waiver.rule])
                except UnknownSelector as error:
                    place = f"{display_path(self.path or '')}:{waiver.line}"
                    raise CallError(f"{place}: waive: {error}") from None
            waiver.codes = matching
        return self.waive

    def baseline_entries(self) -> list[BaselineEntry]:
        """Return the entries of the baseline.  Raises `CallError` for a file that is not one."""
        if self.baseline is None:
            return []
        from validator.settings.reading import read_baseline

        return read_baseline(self.baseline)


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
            settings.path = candidate
            settings.configuration = configuration
            settings.fill(configuration.values)
            if path is None:
                settings.remark = _remark(candidate)
            if settings.rules and settings.remark:
                raise CallError(
                    f"{display_path(candidate)} belongs to another user and names rules, which are"
                    " programs",
                    f"Run with --config {display_path(candidate)} if you trust it.",
                )
            settings.load_rules()
            break
    return settings


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
            if os.path.isfile(path):
                paths.append(path if folder != start else name)
        above = os.path.dirname(folder)
        if above == folder:
            return paths
        folder = above
