"""What a pytest session checks by: its settings, and what its files share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from validator import api
from validator.engine.baseline import BaselineEntry, Run, Waiver
from validator.engine.finding import Finding
from validator.engine.report import Input, Report
from validator.engine.rule import Rule
from validator.engine.selection import RuleChoice, Selection, combined, matches, settle
from validator.errors import CallError, unknown
from validator.limits import LIMIT_TABLE
from validator.model.registry import Registry
from validator.rules import RULES, catalogue
from validator.rules.usable import require_usable
from validator.settings import Settings, load, path_of
from validator.settings.choices import (
    baseline_entries,
    choices_of,
    fill_options,
    require_rules_per_file,
    selection_of,
    waivers_of,
)
from validator.settings.table import SETTINGS, Kind, Number

_LISTED = 20


class Session:
    """The settings of a pytest session, its baseline, and the registries and files it has read.

    Raises `pytest.UsageError` for options, ini settings or files that cannot be used.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._registries: dict[str, Registry] = {}
        try:
            path = option_path(config, "config")
            self.settings = Settings() if path is None else load(str(path))
            fill_options(
                self.settings,
                _values(config),
                lambda: catalogue.rules("registry", "run", "request", "consumer"),
            )
            # An unknown rule is an error before anything is collected.
            selection_of(self.settings, RULES)
            require_rules_per_file(self.settings, RULES)
            self.run_selection = self._run_selection()
            self.waivers: Sequence[Waiver] = ()
            if self.settings.waive:
                rules = catalogue.rules("registry", "request", "consumer")
                self.waivers = waivers_of(self.settings, rules)
            self.registry_path = self.path("registry", self.settings.registry)
            self.baseline_path = self.path("baseline", self.settings.baseline)
            if self.baseline_path is not None:
                self.settings.baseline = str(self.baseline_path)
            self.entries: Sequence[BaselineEntry] = baseline_entries(self.settings)
        except CallError as error:
            refuse(in_own_words("\nianalint: ".join(error.args), config))
        self.context = self.settings.context()
        # How many findings a failing item lists.
        word = _words(config, "shown") or str(_LISTED)
        self.listed: int = _parsed("shown", Number(1, 999_999_999), word)

    def path(self, name: str, configured: str | None) -> Path | None:
        """Return the file of a setting; what the configuration names counts from where one is."""
        path = option_path(self.config, name)
        if path is None and configured is not None:
            path = self.config.invocation_params.dir / configured
        return path

    def paths(self, name: str) -> list[str]:
        """Return the files that a list of options names."""
        base = _base(self.config, name)
        return [str(base / word) for word in _words(self.config, name)]

    def words(self, name: str) -> list[str]:
        """Return the words of a list of options."""
        return list(_words(self.config, name))

    def _run_selection(self) -> Selection:
        """Which rules on waivers and baseline run: options that name none of them leave them on."""
        rules = catalogue.rules("run")
        choices = choices_of(self.settings)
        option = choices[-1]
        if not any(matches(rules, selector) for selector in option.select or ()):
            choices[-1] = RuleChoice(None, option.ignore, option.severity, option.scope)
        return settle(rules, choices)

    def display(self, path: Path) -> str:
        """Return a path as pytest shows those of tests, from where one is."""
        try:
            return path.relative_to(self.config.invocation_params.dir).as_posix()
        except ValueError:
            return str(path)

    def read(self, path: Path) -> Registry:
        """Read a registry, once in a session.

        Raises `Unusable`, also where it has no records, no columns of names or ports, or is another
        one.
        """
        key = str(path)
        if key not in self._registries:
            registry = api.read_registry(path, limits=self.settings.limits)
            registry.dump.path = self.display(path)
            self._registries[key] = require_usable(registry)
        return self._registries[key]

    def mark(
        self, entries: Sequence[Input], rules: Mapping[str, Rule] | None = None
    ) -> list[Finding]:
        """Mark the findings that waivers and baseline accept; return those about these two.

        They are known where `entries` are all files, and `rules` all that ran.
        """
        run = Run(
            Report(entries, rules),
            self.context.today,
            self.waivers,
            self.display(Path(path_of(self.settings) or "")),
            self.entries,
            self.display(self.baseline_path or Path()),
        )
        run.mark()
        return run.findings(self.run_selection)

    def check_options(self) -> dict[str, Any]:
        """Return the settings as `validator.check` takes them."""
        choice = combined(RULES, choices_of(self.settings))
        return {
            "select": choice.select,
            "ignore": choice.ignore,
            "severity": choice.severity,
            "today": self.context.today,
            "legacy_cutoff": self.context.legacy_cutoff,
            "limits": self.settings.limits,
        }


_SESSION = pytest.StashKey[Session]()


def session_of(config: pytest.Config) -> Session:
    """Return the session of `config`, the same at each call."""
    if _SESSION not in config.stash:
        config.stash[_SESSION] = Session(config)
    return config.stash[_SESSION]


def refuse(sentence: str) -> NoReturn:
    raise pytest.UsageError(f"ianalint: {sentence}")


def in_own_words(message: str, config: pytest.Config) -> str:
    """Return a message with the settings of pytest where it names options of the command."""

    def setting(match: re.Match[str]) -> str:
        option = match[1]
        if option is None:  # a value of the input
            return match[0]
        name = f"ianalint_{option.replace('-', '_')}"
        if hasattr(config.option, name):
            return name
        if option.startswith("max-"):
            return f"ianalint_limit: {option.removeprefix('max-')}"
        return "full in [[audit.file]]" if option == "full" else match[0]

    return re.sub(r'"[^"]*"|(?<![^\s(])--([a-z]+(?:-[a-z]+)*)', setting, message)


# -- options and ini settings -------------------------------------------------------------------


def _words(config: pytest.Config, name: str) -> Any:
    """What the command line says, else the ini file."""
    return config.getoption(f"--ianalint-{name.replace('_', '-')}") or config.getini(
        f"ianalint_{name}"
    )


def option_path(config: pytest.Config, name: str) -> Path | None:
    """The file of an option."""
    word = _words(config, name)
    return _base(config, name) / str(word) if word else None


def _base(config: pytest.Config, name: str) -> Path:
    """Where the paths of an option count from: on the command line from where one is."""
    on_line = config.getoption(f"--ianalint-{name}")
    return config.invocation_params.dir if on_line else config.rootpath


def _values(config: pytest.Config) -> dict[str, Any]:
    """The settings that options and ini file have, by name."""
    values: dict[str, Any] = {}
    for name in ("select", "ignore", "severity", "fail_on", "legacy", "today"):
        kind = SETTINGS[name].kind
        words = _words(config, name)
        if words and kind.is_list:
            parts = [part for word in words for part in word.split(",") if part]
            values[name] = kind.collect([_parsed(name, kind, part) for part in parts])
        elif words:
            values[name] = _parsed(name, kind, words)
    for word in _words(config, "limit"):
        limit, _, number = word.partition("=")
        setting = SETTINGS.get(f"max_{limit.replace('-', '_')}")
        if setting is None:
            names = ["time", *(each.name.replace("_", "-") for each in LIMIT_TABLE)]
            refuse(f"limit: {unknown('limit', limit, names)}, as NAME=NUMBER")
        values[setting.name] = _parsed(f"limit: {limit}", setting.kind, number)
    return values


def _parsed(name: str, kind: Kind, word: str) -> Any:
    try:
        return kind.parse(word)
    except ValueError as error:
        refuse(f"{name.replace('_', '-')}: {error}")
