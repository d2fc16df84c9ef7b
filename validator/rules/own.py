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

from validator.budget import OutOfTime
from validator.engine.rule import SEVERITIES, all_declared
from validator.rules import catalogue
from validator.rules.own_violations import checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.engine.rule import Rule

ENTRY_POINTS = "ianalint.rules"
_CODE = re.compile(r"[A-Z]{3,8}[0-9]{3}")
# The rules that each file or entry point declared, so that none is loaded twice.
_LOADED: dict[str, dict[str, Rule]] = {}


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
        before = set(all_declared())
        try:
            _run_file(key) if is_file else _load_entry_point(source)
        except (UnusableRules, KeyboardInterrupt, OutOfTime):
            raise
        except BaseException as error:
            reason = f"{type(error).__name__}: {error}"
            raise UnusableRules(f"{source}: cannot load the rules: {reason}") from error
        added = {
            code: rule
            for code, rule in all_declared().items()
            if code not in before and not rule.find.__module__.startswith("validator.")
        }
        _require_usable(source, added)
        for rule in added.values():
            rule.find = checked(rule.find)
        for letters in sorted({rule.family for rule in added.values()}):
            members = {code: rule for code, rule in added.items() if rule.family == letters}
            catalogue.add(letters, f"rules of {os.path.basename(source)}", members)
        _LOADED[key] = added
    return _LOADED[key]


def _run_file(path: str) -> None:
    """Run a file as a module of its own; modules beside it can be imported."""
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


def _load_entry_point(name: str) -> None:
    from importlib.metadata import entry_points

    points = entry_points(group=ENTRY_POINTS)
    if name not in points.names:
        names = ", ".join(sorted(points.names)) or "none"
        raise UnusableRules(
            f'"{name}" is neither a file (.py) nor an entry point of {ENTRY_POINTS}'
            f" (installed: {names})"
        )
    loaded: Callable[[], object] | object = points[name].load()
    if callable(loaded):
        loaded()


def _require_usable(source: str, added: dict[str, Rule]) -> None:
    if not added:
        raise UnusableRules(f"{source}: declares no rules")
    names = {rule.name: code for code, rule in catalogue.rules("registry").items()}
    for code, rule in added.items():
        if not isinstance(rule.cites, str) or not rule.cites.isprintable():
            raise UnusableRules(f"{source}: {code}: expected a clause in printable characters")
        if rule.severity not in SEVERITIES:
            raise UnusableRules(f"{source}: {code}: expected the severity error, warning or note")
        if not _CODE.fullmatch(code):
            raise UnusableRules(
                f"{source}: {code}: expected a code of three to eight capital letters and three"
                " digits, such as ACME001"
            )
        if names.get(rule.name, code) != code:
            raise UnusableRules(f"{source}: {code}: {names[rule.name]} has the name {rule.name}")
