"""Mutation test of the tests: `python -m mutation MODULE... [--near] [--log FILE]`.

pytest collects once; then each mutant lives in a process that was forked off, replaces one module
in it, and runs the tests that are meant for the module until one fails.
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
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mutation.mutants import mutants

ROOT = Path(__file__).parent.parent
RULE_TESTS = ("test_rule_cases.py", "test_rule_documentation.py", "test_strategies.py")
# The tests that are meant for a module of the readers; of others the tests of rules.
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
EXAMPLES = 20  # of each test by Hypothesis, at most, the same each time
SECONDS = 20  # of the processor, for all tests of a mutant
MEMORY = 2 << 30
_Says = Callable[[pytest.Item], bool]
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

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from hypothesis import settings

        if session.testsfailed:
            raise pytest.UsageError("the tests cannot be collected")
        source = self.path.read_text("utf-8")
        relative = self.path.relative_to(ROOT)
        name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        module = import_module(name)
        for item in session.items:
            test = _test(item)
            if hasattr(test, "hypothesis"):
                chosen = test._hypothesis_internal_use_settings
                test._hypothesis_internal_use_settings = settings(
                    chosen,
                    max_examples=min(chosen.max_examples, EXAMPLES),
                    database=None,
                    derandomize=True,
                    deadline=None,
                )
        is_far = _distance(module)
        if self.is_near:
            session.items[:] = [item for item in session.items if not is_far(item)]
        session.items[:] = [item for item in session.items if _suits(item, module)]
        session.items.sort(key=lambda item: (hasattr(_test(item), "hypothesis"), is_far(item)))
        gc.collect()
        gc.freeze()
        if self._outcome(session, module, source) != "survived":
            raise pytest.UsageError("the tests fail without a mutant")
        done: set[str] = set()
        if self.log.exists():
            done = {json.loads(line)["name"] for line in self.log.read_text("utf-8").splitlines()}
        with self.log.open("a", encoding="utf-8") as log:
            for mutant in mutants(self.path):
                if mutant.name in done or (self.only and mutant.name not in self.only):
                    continue
                if int(mutant.name, 16) % self.one_in:
                    continue
                begun = time.monotonic()
                rules = _RULE.findall(source[: mutant.end])
                if rules:
                    session.items.sort(key=_order(f"[{rules[-1]}", is_far))
                outcome = self._outcome(session, module, mutant.applied(source))
                self.count[outcome] += 1
                said = {
                    "module": str(relative),
                    "name": mutant.name,
                    "outcome": outcome,
                    "line": mutant.line,
                    "before": mutant.before,
                    "after": mutant.after,
                    "seconds": round(time.monotonic() - begun, 2),
                }
                log.write(json.dumps(said, ensure_ascii=False) + "\n")
                log.flush()
        print(relative, dict(self.count), flush=True)
        return True

    def _outcome(self, session: pytest.Session, module: ModuleType, source: str) -> str:
        child = os.fork()
        if child == 0:
            os._exit(_live(session, module, source))
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return (
                "timeout" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM) else "killed"
            )
        return ("survived", "killed")[bool(os.WEXITSTATUS(status))]


def _test(item: pytest.Item) -> Any:
    return getattr(item, "obj", None)


def _suits(item: pytest.Item, module: ModuleType) -> bool:
    """Whether a test says something of the module: cases of another form say nothing."""
    if not module.__name__.startswith("validator.readers."):
        return True
    forms = {"canonical": "xml", "text": "txt", "json_plain": "json", "json_text": "json"}
    form = forms.get(name := module.__name__.split(".")[2], name)
    call = getattr(item, "callspec", None)
    case = call.params.get("case") if call is not None else None
    request = call.params.get("path") if call is not None else None
    if form == "json" and isinstance(request, Path) and request.suffix != ".json":
        return False
    # Floods are a matter of time, of which a mutant has only so much anyway.
    return "flood" not in item.name and (case is None or case.get("form", "xml") == form)


def _order(near: str, is_far: _Says) -> Callable[[pytest.Item], tuple[bool, bool]]:
    """Tests of the mutant's own rule first, then those of its family."""
    return lambda item: (near not in item.nodeid, is_far(item))


def _live(session: pytest.Session, module: ModuleType, source: str) -> int:
    """In a process of its own: put `source` in place of `module`; say whether a test fails."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(SECONDS * 10)
    try:
        _replace(module, source)
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return 1
    except BaseException:
        # What breaks the import or the run of the tests would not go unnoticed.
        return 1
    return 0


def _replace(module: ModuleType, source: str) -> None:
    """Run `source` as `module`, and let all who hold something of the module hold the new one."""
    from validator.engine.rule import _DECLARED

    rules = {
        code: held
        for code, held in _DECLARED.items()
        if held.find.__globals__ is vars(module) or _asked(held.find) is vars(module)
    }
    for code in rules:
        del _DECLARED[code]
    before = dict(vars(module))
    exec(compile(source, str(module.__file__), "exec", dont_inherit=True), vars(module))
    for code, held in rules.items():
        declared = _DECLARED[code]
        for slot in type(held).__slots__:
            setattr(held, slot, getattr(declared, slot))
        _DECLARED[code] = held
    moved = {
        name: (value, vars(module)[name])
        for name, value in before.items()
        if not name.startswith("__") and vars(module)[name] is not value
    }
    for name, other in list(sys.modules.items()):
        if other is not module and name.startswith(("validator", "tests")):
            for held_as, value in list(vars(other).items()):
                if held_as in moved and moved[held_as][0] is value:
                    setattr(other, held_as, moved[held_as][1])


def _asked(find: object) -> object:
    """The globals of the function inside the one that drops the second argument."""
    for cell in getattr(find, "__closure__", None) or ():
        return getattr(cell.cell_contents, "__globals__", None)
    return None


def _distance(module: ModuleType) -> _Says:
    """Return what says of a test that it is not of the module's own rules or form."""
    from validator.rules import FAMILIES

    own = [letters for letters, (_, held) in FAMILIES.items() if held is module]
    near = f"[{own[0]}" if own else f"test_{module.__name__.rpartition('.')[2]}.py"
    return lambda item: near not in item.nodeid


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("module", nargs="+", type=Path, help="a file of rules or readers")
    parser.add_argument("--log", type=Path, default=Path("mutants.jsonl"), help="one line a mutant")
    parser.add_argument("--only", nargs="*", default=[], help="names of mutants, as in the log")
    parser.add_argument("--near", action="store_true", help="only tests of the family or form")
    parser.add_argument("--one-in", type=int, default=1, help="a share of the mutants")
    asked = parser.parse_args()
    for path in asked.module:
        readers = path.resolve().parent.name == "readers"
        tests = READER_TESTS[path.stem] if readers else RULE_TESTS
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
        plugin = Mutation(path.resolve(), asked.log, asked.only, asked.near, asked.one_in)
        os._exit(int(pytest.main(words, plugins=[plugin])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
