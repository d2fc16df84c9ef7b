"""Rules of a company or of another registry, written exactly like those of ianalint.

    load("rules/ours.py")

A file of rules declares functions with `validator.engine.rule.rule`.  Their codes have letters of
their own, three to eight, so that they are never those of a rule to come.  It is Python: it can do
whatever its author wants.  Nothing loads a file that no configuration and no call names.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

from validator.budget import OutOfTime
from validator.engine.rule import SEVERITIES, UNLOADED, Rule, take_over
from validator.engine.selection import NEEDS
from validator.errors import shortened, unknown
from validator.rules import catalogue
from validator.rules.own_process import confined
from validator.rules.own_violations import checked

ENTRY_POINTS = "ianalint.rules"
_CODE = re.compile(r"[A-Z]{3,8}[0-9]{3}")
_EXPECTED_CODE = (
    "expected a code of three to eight capital letters and three digits, such as ACME001"
)
# The rules that each file or entry point declared, so that none is loaded twice.
_LOADED: dict[str, dict[str, Rule]] = {}
# The file or entry point that declared each rule, by code.
_SOURCES: dict[str, str] = {}


class UnusableRules(Exception):  # noqa: N818
    """A file of rules that cannot be used.  The text is one sentence for a person."""


def load(source: str) -> dict[str, Rule]:
    """Run a file of rules, and add the rules that it declares to the catalogue, for this process.

    `source` is the path of a file, which ends with `.py`, or the name of an entry point of the
    group `ianalint.rules`.  Returns the rules by their codes.  Raises `UnusableRules`.
    """
    is_file = source.endswith(".py")
    key = os.path.abspath(source) if is_file else source
    if key not in _LOADED:
        added = _by_code(source, _run(source, key))
        _require_usable(source, added)
        for rule in added.values():
            rule.find = checked(rule.find)
        take_over(added)
        for letters in sorted({rule.family for rule in added.values()}):
            members = {code: rule for code, rule in added.items() if rule.family == letters}
            catalogue.add(letters, os.path.basename(source), members)
        _SOURCES.update(dict.fromkeys(added, source))
        _LOADED[key] = added
    return _LOADED[key]


def case_folder(rule: Rule, source: str) -> str:
    """Return where the cases of a rule are: beside its file, or the module of an entry point."""
    module = sys.modules.get(rule.find.__module__)
    path = source if source.endswith(".py") else getattr(module, "__file__", None)
    return os.path.dirname(path or "")


def _run(source: str, key: str) -> list[Rule]:
    """Run a file or entry point and return the rules that it declares."""
    before = len(UNLOADED)
    try:
        with confined():
            package = _run_file(key) if source.endswith(".py") else _load_entry_point(source)
    except (UnusableRules, KeyboardInterrupt, OutOfTime):
        raise
    except BaseException as error:
        reason = f"{type(error).__name__}: {error}"
        raise UnusableRules(f"{source}: cannot load the rules: {reason}") from error
    finally:
        declared = UNLOADED[before:]
        del UNLOADED[before:]
    # A module that was imported before declares nothing anew.
    earlier = [rule for rule in UNLOADED if f"{rule.find.__module__}.".startswith(f"{package}.")]
    for rule in earlier:
        UNLOADED.remove(rule)
    return earlier + declared


def _run_file(path: str) -> str:
    """Run a file as a module of its own, and return its name; modules beside it can be imported."""
    from importlib.util import module_from_spec, spec_from_file_location

    name = f"ianalint_rules_{len(_LOADED)}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not os.path.isfile(path):
        raise UnusableRules(f"{path}: no such file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    folder = os.path.dirname(path)
    sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(folder)
    return name


def _load_entry_point(name: str) -> str:
    """Load an entry point, call it if it is a function, and return the name of its module."""
    from importlib.metadata import entry_points

    points = entry_points(group=ENTRY_POINTS)
    if name not in points.names:
        names = ", ".join(sorted(points.names)) or "none"
        raise UnusableRules(
            f'"{name}" is neither a file (.py) nor an entry point of {ENTRY_POINTS}'
            f" (installed: {names})"
        )
    point = points[name]
    loaded: Callable[[], object] | object = point.load()
    if callable(loaded):
        loaded()
    return point.module


def _by_code(source: str, rules: list[Rule]) -> dict[str, Rule]:
    """The rules by code.  Raises `UnusableRules` where one has the code or name of another."""
    if not rules:
        raise UnusableRules(f"{source}: declares no rules")
    by_code: dict[str, Rule] = {}
    codes = {rule.name: code for code, rule in catalogue.rules("registry").items()}
    for rule in rules:
        code = rule.code
        if code in by_code:
            raise UnusableRules(f"{source}: {code} is declared twice")
        if code in _SOURCES:
            raise UnusableRules(f"{source}: {code} is already declared in {_SOURCES[code]}")
        if not _CODE.fullmatch(code):
            raise UnusableRules(f"{source}: {code}: {_origin(code)}{_EXPECTED_CODE}")
        if rule.name in codes:
            raise UnusableRules(f"{source}: {code}: {codes[rule.name]} has the name {rule.name}")
        by_code[code] = rule
        codes[rule.name] = code
    return by_code


def _origin(code: str) -> str:
    """Where ianalint itself declares `code`, as the beginning of a sentence, if it does."""
    rule = catalogue.rules().get(code)
    if rule is None:
        return ""
    return f"already declared in {rule.find.__module__.replace('.', '/')}.py; "


def _require_usable(source: str, added: dict[str, Rule]) -> None:
    for code, rule in added.items():
        if not isinstance(rule.cites, str) or not rule.cites.isprintable():
            raise UnusableRules(f"{source}: {code}: expected a clause in printable characters")
        if rule.severity not in SEVERITIES:
            raise UnusableRules(f"{source}: {code}: expected the severity error, warning or note")
        if not isinstance(rule.needs, tuple):
            raise UnusableRules(
                f'{source}: {code}: needs: expected a tuple, such as ("contacts",) or'
                f' columns("port_number"), found {shortened(repr(rule.needs))}'
            )
        for need in rule.needs:
            if need not in NEEDS:
                wrong = unknown("need", str(need), NEEDS)
                raise UnusableRules(f"{source}: {code}: {wrong}")
