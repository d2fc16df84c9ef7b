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
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from pkgutil import walk_packages
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from mutation.calls import CalledFunctions, add_lines, called, run_commands_as_forks, run_tests
from mutation.mutants import Mutant, mutants
from validator.engine.rule import _DECLARED

ROOT = Path(__file__).parent.parent
EXAMPLES = 20  # at most, for each test by Hypothesis; the same each time


class Mutation:
    """The plugin that runs mutants in place of tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.paths: list[Path] = [path.resolve() for path in options.module]
        self.log: Path = options.log
        self.calls: Path = options.calls
        self.lines: Path | None = options.lines
        self.jobs: int = options.jobs
        self.only: list[str] = options.only
        self.one_in: int = options.one_in
        self.seconds: int = options.seconds
        self.tests: list[CalledFunctions] = []
        # Tests that fail with the module run anew, unchanged: any mutant would be killed by them.
        # They have a class of the module in their parameters, for example.
        self.unfit: set[str] = set()
        self.fit: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise pytest.UsageError("the tests cannot be collected")
        session.config.option.tbstyle = "native"  # nobody reads what a mutant raises
        for module in walk_packages(import_module("validator").__path__, "validator."):
            # Once, and not in each fork; nor are patterns compiled there.
            for value in vars(import_module(module.name)).values():
                getattr(value, "compiled", None)
        modules = [import_module(_module_name(path)) for path in self.paths]
        for item in session.items:
            _limit_examples(_test(item))
        gc.collect()
        gc.freeze()
        tests = called(session, self.calls, self.jobs)
        self.tests = sorted(tests, key=lambda test: test.cpu)
        if not self.paths:
            return True
        if self.lines is not None:
            files = frozenset(_short(path) for path in self.paths)
            add_lines(session, self.tests, files, self.lines, self.jobs)
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

    def _tests_of(self, mutant: Mutant, source: str, path: Sequence[str]) -> list[pytest.Item]:
        """The tests that call the function of the mutant; of the module, where it is in none."""
        name = _function(source, mutant.line)
        unfit: set[str] = set() if path else self.unfit
        file = _short(mutant.path)
        lines = {(file, line) for line in _lines_of(source, mutant.line)}
        calling = [
            test
            for test in self.tests
            if ((file, name) in test.functions if name else file in test.files)
            and (test.lines is None or not lines or not lines.isdisjoint(test.lines))
            and test.item.nodeid not in unfit
        ]
        # The quickest case of each test, then the next one of each: others test something else.
        count: Counter[str] = Counter()
        ranked: list[tuple[int, CalledFunctions]] = []
        for test in calling:
            test_name = test.item.nodeid.partition("[")[0]
            count[test_name] += 1
            ranked.append((count[test_name], test))
        tests: list[pytest.Item] = []
        cpu = 0.0
        for _, test in sorted(ranked, key=lambda entry: entry[0]):
            cpu += test.cpu
            if cpu > self.seconds:
                break
            tests.append(test.item)
        return tests

    def _try(
        self, mutant: Mutant, session: pytest.Session, module: ModuleType
    ) -> dict[str, object]:
        """Run the tests against a mutant, and return its line in the log."""
        start = time.monotonic()
        source = mutant.path.read_text("utf-8")
        path = _path_to_function(source, mutant.line)
        if not _replace_function(module, source, path):
            path = []
        items = rest = self._tests_of(mutant, source, path)
        mutated = mutant.applied(source)
        outcome, killer = "survived", None
        while rest:
            outcome, killer = _outcome(session, rest, module, mutated, path, self.seconds)
            if killer is None or self._is_killer(killer, session, module, source, mutated, path):
                break
            rest = rest[rest.index(session.items[killer]) + 1 :]
            outcome, killer = "survived", None
        return {
            "module": str(mutant.path.relative_to(ROOT)),
            "name": mutant.name,
            "outcome": outcome if items else "no test",
            "line": mutant.line,
            "before": mutant.before,
            "after": mutant.after,
            "tests": len(items),
            "killer": None if killer is None else session.items[killer].nodeid,
            "seconds": round(time.monotonic() - start, 2),
        }

    def _is_killer(
        self,
        index: int,
        session: pytest.Session,
        module: ModuleType,
        source: str,
        mutated: str,
        path: Sequence[str],
    ) -> bool:
        """Whether a test fails with the mutant alone, and not with the module run anew."""
        item = session.items[index]
        if _outcome(session, [item], module, mutated, path, self.seconds)[0] == "survived":
            return False  # it fails after other tests in one process
        return bool(path) or self._is_fit(index, session, module, source)

    def _is_fit(self, index: int, session: pytest.Session, module: ModuleType, source: str) -> bool:
        """Whether a test passes with the module run anew."""
        item = session.items[index]
        if item.nodeid not in self.fit:
            if _outcome(session, [item], module, source, [], self.seconds)[0] != "survived":
                self.unfit.add(item.nodeid)
                return False
            self.fit.add(item.nodeid)
        return True


def _outcome(
    session: pytest.Session,
    items: Sequence[pytest.Item],
    module: ModuleType,
    source: str,
    path: Sequence[str],
    seconds: int,
) -> tuple[str, int | None]:
    """Run tests with another source of a module, in a process of their own.

    Return what became of it, and the index of the test that failed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        failing = _run_mutant(session, items, module, source, path, seconds)
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


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT / "validator"))


def _lines_of(source: str, line: int) -> set[int]:
    """The lines of functions that run what a line has; none where that cannot be told.

    They are those of its statement; of a constant of the module, those that use it.
    """
    tree = ast.parse(source)
    if _path_to_function(source, line):
        statements = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
        ]
        inner = max(statements, key=lambda node: (node.lineno, -(node.end_lineno or 0)))
        stop = inner.body[0].lineno if isinstance(getattr(inner, "body", None), list) else None
        return set(range(inner.lineno, stop or (inner.end_lineno or line) + 1))
    users = {
        node.lineno
        for name in _names_of_constants(tree, line)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    }
    return {user for user in users if _path_to_function(source, user)}


def _names_of_constants(tree: ast.Module, line: int) -> set[str]:
    """The names of the module that are made from what a line has."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= line:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            own = {target.id for target in targets if isinstance(target, ast.Name)}
            if line <= (node.end_lineno or 0):
                names |= own
    # Others are made from these, in the order of the file.
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
            if used & names:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


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


def _function(source: str, line: int) -> str:
    """The full name of the innermost function around a line; "" where there is none."""
    name, span = "", 0

    def visit(node: ast.AST, outer: str) -> None:
        nonlocal name, span
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                visit(child, outer)
                continue
            is_class = isinstance(child, ast.ClassDef)
            first = min([child.lineno, *(entry.lineno for entry in child.decorator_list)])
            if not is_class and first <= line <= (child.end_lineno or first) and first >= span:
                name, span = outer + child.name, first
            visit(child, f"{outer}{child.name}." + ("" if is_class else "<locals>."))

    visit(ast.parse(source), "")
    return name


def _run_mutant(
    session: pytest.Session,
    items: Sequence[pytest.Item],
    module: ModuleType,
    source: str,
    path: Sequence[str],
    seconds: int,
) -> int | None:
    """Replace `module` by `source` in this process, and run tests until one fails.

    Return its index among all, -1 where the module itself fails, and `None` where none does.
    """
    try:
        if not _replace_function(module, source, path):
            _replace(module, source)
    except BaseException:
        return -1
    run_commands_as_forks()
    return run_tests(session, items, seconds)


def _path_to_function(source: str, line: int) -> list[str]:
    """The names that lead to the outermost function with a line in its body, if there is one."""
    names: list[str] = []
    nodes: list[ast.stmt] = ast.parse(source).body
    while node := next((n for n in nodes if _span(n)[0] <= line <= _span(n)[1]), None):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef):
            break
        names.append(node.name)
        nodes = node.body
        if isinstance(node, ast.FunctionDef):
            # The default of a parameter is no part of the code.
            return names if line >= node.body[0].lineno else []
    return []


def _replace_function(module: ModuleType, source: str, path: Sequence[str]) -> bool:
    """Give a function the code that it has in `source`; say whether that was possible.

    So whoever holds the function, or a class of the module, need not be told.
    """
    owner: Any = module
    for name in path[:-1]:
        owner = vars(owner)[name]
    function = _function_in(vars(owner).get(path[-1])) if path else None
    if function is None:
        return False
    code = compile(source, str(module.__file__), "exec", dont_inherit=True)
    for name in path:
        inner = (entry for entry in code.co_consts if isinstance(entry, CodeType))
        code = [entry for entry in inner if entry.co_name == name][-1]
    if function.__code__.co_freevars != code.co_freevars:
        return False
    function.__code__ = code
    return True


def _span(node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(entry.lineno for entry in decorators)]), node.end_lineno or 0


def _function_in(value: Any) -> FunctionType | None:
    """The function of a property or a method, and that which a decorator was given."""
    for name in ("fget", "func", "__func__", "__wrapped__"):
        value = getattr(value, name, value)
    value = unwrap(value) if callable(value) else value
    return value if isinstance(value, FunctionType) else None


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
    parser.add_argument("module", nargs="*", type=Path, help="a file of the package")
    parser.add_argument("--tests", nargs="+", default=["."], help="files of tests (default: all)")
    parser.add_argument("--log", type=Path, default=Path("mutants.jsonl"), help="one line a mutant")
    parser.add_argument(
        "--calls", type=Path, default=Path("calls.jsonl"), help="what each test calls, kept"
    )
    parser.add_argument(
        "--lines", type=Path, help="which lines each test runs, for the present source"
    )
    parser.add_argument("--jobs", type=int, default=1, help="how many tests are watched at a time")
    parser.add_argument(
        "--seconds", type=int, default=60, help="CPU time of the tests of a mutant, each run alone"
    )
    parser.add_argument("--only", nargs="*", default=[], help="names of mutants, as in the log")
    parser.add_argument("--one-in", type=int, default=1, help="a share of the mutants")
    options = parser.parse_args()
    words = ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler"]
    words += ["-p", "no:xdist", "-p", "pytester", "-m", "not real", "--assert=plain"]
    words += ["-o", "tmp_path_retention_policy=none", "-o", "addopts="]
    words += [str(ROOT / "tests" / test) for test in options.tests]
    return int(pytest.main(words, plugins=[Mutation(options)]))


if __name__ == "__main__":
    sys.exit(main())
