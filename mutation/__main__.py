"""Mutation test of the tests: `python -m mutation MODULE... [options]`.

pytest collects once, and each test runs once to see which functions it calls.  Each mutant then
gets a forked process, which replaces one module and runs the tests of the function of the mutant,
the quickest first, until one fails.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from mutation.mutants import Mutant, mutants
from validator.engine.rule import _DECLARED

ROOT = Path(__file__).parent.parent
EXAMPLES = 20  # at most, for each test by Hypothesis; the same each time
SECONDS_OF_A_TEST = 5  # CPU time; what takes longer is not run for mutants
# CPU time of the tests of a mutant, each run alone: together they take a part of it.
SECONDS = 60
MEMORY = 2 << 30


class CalledFunctions:
    """What one test called: the file and first line of each function; and its CPU time."""

    def __init__(self, item: pytest.Item, starts: frozenset[tuple[str, int]], cpu: float) -> None:
        self.item = item
        self.starts = starts
        self.cpu = cpu


class Mutation:
    """The plugin that runs mutants in place of tests."""

    def __init__(self, paths: Sequence[Path], log: Path, only: Sequence[str], one_in: int) -> None:
        self.paths = paths
        self.log = log
        self.only = only
        self.one_in = one_in
        self.tests: list[CalledFunctions] = []
        # Tests that fail with the module run anew, unchanged: any mutant would be killed by them.
        # They have a class of the module in their parameters, for example.
        self.unfit: set[str] = set()
        self.fit: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise pytest.UsageError("the tests cannot be collected")
        modules = [import_module(_module_name(path)) for path in self.paths]
        for item in session.items:
            _limit_examples(_test(item))
        gc.collect()
        gc.freeze()
        self.tests = sorted(_called(session), key=lambda test: test.cpu)
        finished: set[str] = set()
        if self.log.exists():
            lines = self.log.read_text("utf-8").splitlines()
            finished = {json.loads(line)["name"] for line in lines}
        with self.log.open("a", encoding="utf-8") as log:
            for path, module in zip(self.paths, modules, strict=True):
                count: Counter[str] = Counter()
                self.unfit.clear()
                self.fit.clear()
                for mutant in mutants(path):
                    if mutant.name not in finished and self._is_selected(mutant):
                        entry = self._try(mutant, session, module)
                        count[str(entry["outcome"])] += 1
                        log.write(json.dumps(entry, ensure_ascii=False) + "\n")
                        log.flush()
                print(path.relative_to(ROOT), dict(count), flush=True)
        return True

    def _is_selected(self, mutant: Mutant) -> bool:
        if self.only and mutant.name not in self.only:
            return False
        return int(mutant.name, 16) % self.one_in == 0

    def _tests_of(self, mutant: Mutant, source: str) -> list[pytest.Item]:
        """The tests that call the function of the mutant; of the module, where it is in none."""
        first, last = _function(source, mutant.line)
        tests: list[pytest.Item] = []
        cpu = 0.0
        for test in self.tests:
            if test.item.nodeid not in self.unfit and any(
                file == str(mutant.path) and first <= line <= last for file, line in test.starts
            ):
                cpu += test.cpu
                if cpu > SECONDS:
                    break
                tests.append(test.item)
        return tests

    def _try(
        self, mutant: Mutant, session: pytest.Session, module: ModuleType
    ) -> dict[str, object]:
        """Run the tests against a mutant, and return its line in the log."""
        start = time.monotonic()
        source = mutant.path.read_text("utf-8")
        outcome, killer = "", None
        while not outcome:
            items = self._tests_of(mutant, source)
            outcome, killer = _outcome(session, items, module, mutant.applied(source))
            if killer is not None and not self._is_fit(killer, session, module, source):
                outcome = ""  # again without this test
        return {
            "module": str(mutant.path.relative_to(ROOT)),
            "name": mutant.name,
            "outcome": outcome if items else "no test",
            "line": mutant.line,
            "before": mutant.before,
            "after": mutant.after,
            "tests": len(items),
            "seconds": round(time.monotonic() - start, 2),
        }

    def _is_fit(self, index: int, session: pytest.Session, module: ModuleType, source: str) -> bool:
        """Whether a test passes with the module run anew."""
        item = session.items[index]
        if item.nodeid not in self.fit:
            if _outcome(session, [item], module, source)[0] != "survived":
                self.unfit.add(item.nodeid)
                return False
            self.fit.add(item.nodeid)
        return True


def _outcome(
    session: pytest.Session, items: Sequence[pytest.Item], module: ModuleType, source: str
) -> tuple[str, int | None]:
    """Run tests with another source of a module, in a process of their own.

    Return what became of it, and the index of the test that failed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        failing = _run_mutant(session, items, module, source)
        if failing is not None and failing >= 0:
            os.write(writing, str(failing).encode())
        os._exit(failing is not None)
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM):
        return "timeout", None
    return ("killed" if status else "survived"), (int(text) if text else None)


def _module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


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


def _called(session: pytest.Session) -> list[CalledFunctions]:
    """Run each test in a process of its own, so that none uses what another one has cached."""
    called: list[CalledFunctions] = []
    for item in session.items:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            starts: set[tuple[str, int]] = set()
            status = _run_traced(session, item, starts)
            with os.fdopen(writing, "w", encoding="utf-8") as out:
                json.dump(sorted(starts), out)
            os._exit(status)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as answer:
            text = answer.read()
        _, status, usage = os.wait4(child, 0)
        if status == 0:
            lines = frozenset((file, line) for file, line in json.loads(text))
            called.append(CalledFunctions(item, lines, usage.ru_utime + usage.ru_stime))
        else:
            print(f"not run for mutants (fails or takes too long): {item.nodeid}", flush=True)
    return called


def _run_traced(session: pytest.Session, item: pytest.Item, starts: set[tuple[str, int]]) -> int:
    """Run one test, and add the functions of the package that it calls to `starts`."""
    package = str(ROOT / "validator") + os.sep

    def call(frame: FrameType, _: str, __: Any) -> None:
        code = frame.f_code
        if code.co_filename.startswith(package):
            starts.add((code.co_filename, code.co_firstlineno))

    sys.settrace(call)
    try:
        return int(_run_tests(session, [item], SECONDS_OF_A_TEST) is not None)
    finally:
        sys.settrace(None)


def _function(source: str, line: int) -> tuple[int, int]:
    """The first and last line of the innermost function around a line, or of the module."""
    span = 0, source.count("\n") + 1
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(entry.lineno for entry in node.decorator_list)])
            if first <= line <= (node.end_lineno or first) and first >= span[0]:
                span = first, node.end_lineno or first
    return span


def _run_mutant(
    session: pytest.Session, items: Sequence[pytest.Item], module: ModuleType, source: str
) -> int | None:
    """Replace `module` by `source` in this process, and run tests until one fails.

    Return its index among all, -1 where the module itself fails, and `None` where none does.
    """
    try:
        _replace(module, source)
    except BaseException:
        return -1
    return _run_tests(session, items, SECONDS)


def _run_tests(session: pytest.Session, items: Sequence[pytest.Item], seconds: int) -> int | None:
    """Run tests in this process until one fails, and return its index among all."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Not the address space, of which the browsers that tests start reserve much more.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.alarm(seconds * 10)
    for item, following in zip(items, [*items[1:], None], strict=False):
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if not session.testsfailed:
                continue
        except BaseException:
            pass  # A mutant that breaks the test run is detected as well.
        return session.items.index(item)
    return None


def _replace(module: ModuleType, source: str) -> None:
    """Run `source` as `module`, and replace what other modules have imported from it."""
    namespace = vars(module)
    rules = {
        code: entry
        for code, entry in _DECLARED.items()
        if unwrap(entry.find).__globals__ is namespace
    }
    for code in rules:
        del _DECLARED[code]
    before = dict(namespace)
    exec(compile(source, str(module.__file__), "exec", dont_inherit=True), namespace)
    if "_DECLARED" in before:  # the module that rules are declared in
        namespace["_DECLARED"] = before["_DECLARED"]
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
    for old, new in moved.values():
        if isinstance(old, type) and isinstance(new, type):
            for derived in old.__subclasses__():
                if derived.__module__ != module.__name__:
                    bases = [new if base is old else base for base in derived.__bases__]
                    derived.__bases__ = tuple(bases)


def _update(module: ModuleType, moved: Mapping[str, tuple[object, object]]) -> None:
    """Replace values, of each of which `moved` has the old and the new one."""
    for name, value in list(vars(module).items()):
        if name in moved and moved[name][0] is value:
            setattr(module, name, moved[name][1])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("module", nargs="+", type=Path, help="a file of the package")
    parser.add_argument("--tests", nargs="+", default=["."], help="files of tests (default: all)")
    parser.add_argument("--log", type=Path, default=Path("mutants.jsonl"), help="one line a mutant")
    parser.add_argument("--only", nargs="*", default=[], help="names of mutants, as in the log")
    parser.add_argument("--one-in", type=int, default=1, help="a share of the mutants")
    options = parser.parse_args()
    words = ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler"]
    words += ["-p", "no:xdist", "-p", "pytester", "-m", "not real", "--assert=plain"]
    words += ["-o", "tmp_path_retention_policy=none", "-o", "addopts="]
    words += [str(ROOT / "tests" / test) for test in options.tests]
    paths = [path.resolve() for path in options.module]
    return int(
        pytest.main(words, plugins=[Mutation(paths, options.log, options.only, options.one_in)])
    )


if __name__ == "__main__":
    sys.exit(main())
