"""The code stays simple and its names stay plain: limits for names, functions, classes, modules."""

from __future__ import annotations

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.sources import PACKAGE, trees

# Participles and adverbs that say what happened to a thing, and not what it is.
VAGUE = set(
    "found held told said kept taken seen shown known asked given wanted meant named sought put"
    " gone done beside behind aside apart elsewhere there".split()
)
# The name of a field of the registry.
FIELDS = {"known_unauthorized_uses"}
# The spelling of RFC 6335 is American.  `catalogue` is both; the key `neighbours` stays.
BRITISH = (
    "recognis summaris organis normalis colour neighbour behaviour favour centre centring labell"
    " cancell modell judgement licence defence grey artefact misspelt spelt afterwards"
).split()
TEXTS = [
    *PACKAGE.parent.glob("*.*"),
    *(path for part in ("docs", "examples", "schemas", "benchmarks", "fuzz", "mutation")
      for path in (PACKAGE.parent / part).rglob("*.*")),
    *(path for part in ("validator", "tests") for path in (PACKAGE.parent / part).rglob("*.*")),
]  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (
    ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.With, ast.Assert,
    ast.comprehension, ast.match_case,
)  # fmt: skip


def bound_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names of variables, parameters, functions, classes and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, Function | ast.ClassDef):
            yield node.name


def complexity(function: ast.AST) -> int:
    """The number of branches and boolean operands, plus one; inner functions count on their own."""
    count = 1
    pending = list(ast.iter_child_nodes(function))
    while pending:
        node = pending.pop()
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            count += isinstance(node, BRANCHES)
            count += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
            pending.extend(ast.iter_child_nodes(node))
    return count


def code_lines(path: Path, tree: ast.Module) -> int:
    """The lines of a module that are not blank, comment or docstring."""
    lines: set[int] = set()
    with path.open("rb") as stream:
        for token in tokenize.tokenize(stream.readline):
            if token.type in (tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP):
                lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                lines.difference_update(range(node.lineno, (node.end_lineno or 0) + 1))
    return len(lines)


def test_names_say_what_a_thing_is() -> None:
    names = [name for tree in trees().values() for name in bound_names(tree)]
    vague = [n for n in names if VAGUE & set(n.lower().split("_")) and n not in FIELDS]
    assert len(vague) <= len(names) * 0.005, Counter(vague).most_common(20)


def test_no_two_classes_have_one_name() -> None:
    names = Counter(
        node.name
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_functions_are_simple() -> None:
    functions = {
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}": complexity(node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, Function)
    }
    assert {name: count for name, count in functions.items() if count > 20} == {}
    complex_ones = [name for name, count in functions.items() if count > 12]
    assert len(complex_ones) <= len(functions) * 0.01, complex_ones


def test_classes_are_narrow() -> None:
    wide = {}
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                names = {inner.name for inner in node.body if isinstance(inner, Function)}
                names |= {
                    inner.target.id
                    for inner in node.body
                    if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name)
                }
                names |= {
                    inner.attr
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Attribute)
                    and isinstance(inner.ctx, ast.Store)
                    and isinstance(inner.value, ast.Name)
                    and inner.value.id == "self"
                }
                public = [name for name in names if not name.startswith("_")]
                if len(public) > 30:
                    wide[f"{path.relative_to(PACKAGE)} {node.name}"] = len(public)
    assert wide == {}


def test_modules_are_few_and_short() -> None:
    assert len([path for path in trees() if path.parent == PACKAGE]) <= 12
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path, tree in trees().items()
        if (lines := code_lines(path, tree)) > 400
    }
    assert long == {}


def test_words_have_the_spelling_of_rfc6335() -> None:
    british = re.compile("|".join(BRITISH), re.IGNORECASE)
    suffixes = {".py", ".md", ".toml", ".yml", ".json", ".css", ".js", ".jinja"}
    texts = {path for path in TEXTS if path.suffix in suffixes and path != Path(__file__)}
    assert len(texts) > len(trees())
    wrong = {
        f"{path.relative_to(PACKAGE.parent)}:{number}": line
        for path in texts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if british.search(re.sub(r"aria-labelledby|labell\?ed|neighbours(?=[:\"`])", "", line))
    }
    assert wrong == {}
