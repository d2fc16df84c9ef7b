"""Mutation test of the tests: `python -m mutation MODULE... [options]`.

pytest collects once.  Each mutant then gets a forked process, which replaces one module and runs
the tests of that module until one fails.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mutation.mutants import Mutant, mutants
from validator.engine.rule import _DECLARED

ROOT = Path(__file__).parent.parent
RULE_TESTS = ("test_rule_cases.py", "test_rule_documentation.py", "test_strategies.py")
# The tests of each module of the readers; other modules have the tests of rules.
READER_TESTS = {
    "xml": ("readers/test_xml.py", "test_rule_cases.py", "test_canonical.py", "test_exchange.py"),
    "canonical": ("test_canonical.py", "readers/test_xml.py", "test_rule_cases.py"),
    "csv": ("readers/test_csv.py", "test_rule_cases.py", "test_exchange.py"),
    "text": ("readers/test_text.py", "test_exchange.py"),
    "html": (
        "readers/test_markup.py",
        "readers/test_html.py",
        "readers/test_pages.py",
        "test_exchange.py",
    ),
    "json": ("readers/test_json.py", "test_exchange.py", "test_rule_cases.py"),
    "json_plain": ("readers/test_json.py",),
    "json_text": (
        "readers/test_json.py",
        "test_exchange.py",
        "test_rule_cases.py",
        "test_request_cases.py",
    ),
    "__init__": ("readers/test_forms.py", "readers/test_pages.py", "test_api.py"),
}
EXAMPLES = 20  # at most, for each test by Hypothesis; the same each time
SECONDS = 20  # CPU time for all tests of a mutant, or that of the tests without one, doubled
SECONDS_WITHOUT = 300
MEMORY = 2 << 30
_Predicate = Callable[[pytest.Item], bool]
_RULE = re.compile(r'^@rule\(\s*"([A-Z]+[0-9]+)"', re.MULTILINE)


class Mutation:
    """The plugin that runs mutants in place of tests."""

    def __init__(
        self, path: Path, log: Path, only: Sequence[str], is_near: bool, one_in: int
    ) -> None:
        self.path = path
        self.log = log
        self.only = only
        self.is_near = is_near
        self.one_in = one_in
        self.count: Counter[str] = Counter()
        self.seconds = SECONDS_WITHOUT
        self.last_seconds = 0.0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise pytest.UsageError("the tests cannot be collected")
        source = self.path.read_text("utf-8")
        name = ".".join(self.path.relative_to(ROOT).with_suffix("").parts)
        module = import_module(name.removesuffix(".__init__"))
        is_far = _distance(module)
        session.items[:] = [
            item
            for item in session.items
            if _is_relevant(item, module) and not (self.is_near and is_far(item))
        ]
        for item in session.items:
            _limit_examples(_test(item))
        session.items.sort(key=lambda item: (hasattr(_test(item), "hypothesis"), is_far(item)))
        gc.collect()
        gc.freeze()
        outcome = self._outcome(session, module, source)
        if outcome != "survived":
            reason = "take too long" if outcome == "timeout" else "fail"
            raise pytest.UsageError(f"the tests {reason} without a mutant")
        self.seconds = max(SECONDS, round(self.last_seconds * 2))
        finished: set[str] = set()
        if self.log.exists():
            lines = self.log.read_text("utf-8").splitlines()
            finished = {json.loads(line)["name"] for line in lines}
        with self.log.open("a", encoding="utf-8") as log:
            for mutant in mutants(self.path):
                if mutant.name in finished or not self._is_selected(mutant):
                    continue
                if rules := _RULE.findall(source[: mutant.end]):
                    session.items.sort(key=_order(f"[{rules[-1]}", is_far))
                entry = self._try(mutant, session, module, source)
                log.write(json.dumps(entry, ensure_ascii=False) + "\n")
                log.flush()
        print(self.path.relative_to(ROOT), dict(self.count), flush=True)
        return True

    def _is_selected(self, mutant: Mutant) -> bool:
        if self.only and mutant.name not in self.only:
            return False
        return int(mutant.name, 16) % self.one_in == 0

    def _try(
        self, mutant: Mutant, session: pytest.Session, module: ModuleType, source: str
    ) -> dict[str, object]:
        """Run the tests against a mutant, and return its line in the log."""
        start = time.monotonic()
        outcome = self._outcome(session, module, mutant.applied(source))
        self.count[outcome] += 1
        return {
            "module": str(self.path.relative_to(ROOT)),
            "name": mutant.name,
            "outcome": outcome,
            "line": mutant.line,
            "before": mutant.before,
            "after": mutant.after,
            "seconds": round(time.monotonic() - start, 2),
        }

    def _outcome(self, session: pytest.Session, module: ModuleType, source: str) -> str:
        child = os.fork()
        if child == 0:
            os._exit(_run_tests(session, module, source, self.seconds))
        _, status, usage = os.wait4(child, 0)
        self.last_seconds = usage.ru_utime + usage.ru_stime
        if os.WIFSIGNALED(status):
            return (
                "timeout" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM) else "killed"
            )
        return ("survived", "killed")[bool(os.WEXITSTATUS(status))]


def _test(item: pytest.Item) -> Any:
    return getattr(item, "obj", None)


def _limit_examples(test: Any) -> None:
    """Let a test by Hypothesis try few examples, the same each time."""
    from hypothesis import settings

    if hasattr(test, "hypothesis"):
        current = test._hypothesis_internal_use_settings
        test._hypothesis_internal_use_settings = settings(
            current,
            max_examples=min(current.max_examples, EXAMPLES),
            database=None,
            derandomize=True,
            deadline=None,
        )


def _is_relevant(item: pytest.Item, module: ModuleType) -> bool:
    """Whether a test is about the module: cases of another form are not."""
    if not module.__name__.startswith("validator.readers."):
        return True
    forms = {"canonical": "xml", "text": "txt", "json_plain": "json", "json_text": "json"}
    form = forms.get(name := module.__name__.split(".")[2], name)
    call = getattr(item, "callspec", None)
    case = call.params.get("case") if call is not None else None
    request = call.params.get("path") if call is not None else None
    if form == "json" and isinstance(request, Path) and request.suffix != ".json":
        return False
    # Floods test the time, which is limited for a mutant anyway.
    return "flood" not in item.name and (case is None or case.get("form", "xml") == form)


def _order(near: str, is_far: _Predicate) -> Callable[[pytest.Item], tuple[bool, bool]]:
    """A sort key: tests of the mutant's own rule first, then those of its family."""
    return lambda item: (near not in item.nodeid, is_far(item))


def _run_tests(session: pytest.Session, module: ModuleType, source: str, seconds: int) -> int:
    """Replace `module` by `source` in this process; return 1 if a test fails, and 0 if not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Not the address space, of which the browsers that tests start reserve much more.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.alarm(seconds * 10)
    try:
        _replace(module, source)
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return 1
    except BaseException:
        # A mutant that breaks the import or the test run is detected as well.
        return 1
    return 0


def _replace(module: ModuleType, source: str) -> None:
    """Run `source` as `module`, and replace what other modules have imported from it."""
    namespace = vars(module)
    rules = {
        code: entry
        for code, entry in _DECLARED.items()
        if entry.find.__globals__ is namespace or _inner_globals(entry.find) is namespace
    }
    for code in rules:
        del _DECLARED[code]
    before = dict(namespace)
    exec(compile(source, str(module.__file__), "exec", dont_inherit=True), namespace)
    for code, entry in rules.items():
        # Others refer to the rule, so that it stays and gets the values of the new one.
        for slot in type(entry).__slots__:
            setattr(entry, slot, getattr(_DECLARED[code], slot))
        _DECLARED[code] = entry
    moved = {
        name: (value, namespace[name])
        for name, value in before.items()
        if not name.startswith("__") and namespace[name] is not value
    }
    for name, other in list(sys.modules.items()):
        if other is not module and name.startswith(("validator", "tests")):
            _update(other, moved)


def _update(module: ModuleType, moved: Mapping[str, tuple[object, object]]) -> None:
    """Replace values, of each of which `moved` has the old and the new one."""
    for name, value in list(vars(module).items()):
        if name in moved and moved[name][0] is value:
            setattr(module, name, moved[name][1])


def _inner_globals(find: object) -> object:
    """The globals of the function inside the one that drops the second argument."""
    for cell in getattr(find, "__closure__", None) or ():
        return getattr(cell.cell_contents, "__globals__", None)
    return None


def _distance(module: ModuleType) -> _Predicate:
    """Return a predicate: whether a test is not about the module's own rules or form."""
    from validator.rules.catalogue import FAMILIES

    name = module.__name__.removeprefix("validator.")
    own = [letters for letters, family in FAMILIES.items() if family.module == name]
    near = f"[{own[0]}" if own else f"test_{module.__name__.rpartition('.')[2]}.py"
    return lambda item: near not in item.nodeid


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("module", nargs="+", type=Path, help="a file of the package")
    parser.add_argument(
        "--tests", nargs="+", default=(), help="test files (default: those of rules or readers)"
    )
    parser.add_argument("--log", type=Path, default=Path("mutants.jsonl"), help="one line a mutant")
    parser.add_argument("--only", nargs="*", default=[], help="names of mutants, as in the log")
    parser.add_argument("--near", action="store_true", help="only tests of the family or form")
    parser.add_argument("--one-in", type=int, default=1, help="a share of the mutants")
    options = parser.parse_args()
    for path in options.module:
        readers = path.resolve().parent.name == "readers"
        tests = options.tests or (READER_TESTS[path.stem] if readers else RULE_TESTS)
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            continue
        words = ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler"]
        words += ["-p", "no:xdist", "-o", "tmp_path_retention_policy=none", "--assert=plain"]
        words += [
            "-p",
            "pytester",
            "-o",
            "addopts=",
            *(str(ROOT / "tests" / test) for test in tests),
        ]
        plugin = Mutation(path.resolve(), options.log, options.only, options.near, options.one_in)
        os._exit(int(pytest.main(words, plugins=[plugin])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
