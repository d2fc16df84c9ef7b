"""The mutants of a module: what the operators of mutmut make of it, without the pointless ones.

mutmut skips decorated functions, and every rule is one.  So its operators are used here, and its
runner is not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
from libcst import matchers as m
from libcst._nodes.internal import CodegenState
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators

# Text for people: tests assert a part of a message, and often only its values.
_PROSE = re.compile(r"[a-z,]+ +[a-z]+|[a-z]+ +$|^ +[a-z]+", re.IGNORECASE)
_SKIPPED_NAMES = ("TYPE_CHECKING", "__all__", "__slots__")
# The operators of mutmut skip the first two, too; a type variable is for the type checker.
_SKIPPED_CALLS = ("len", "isinstance", "cast", "TypeVar")
# A time limit changes no result, and `strict` only checks what is so: lists of equal length.
_SKIPPED_ARGUMENTS = ("limited", "strict")


class Mutant:
    """`text` in place of `source[start:end]` of the module at `path`."""

    __slots__ = ("after", "before", "end", "line", "name", "path", "start", "text")

    def __init__(self, path: Path, source: str, start: int, end: int, text: str) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.text = text
        self.line = source.count("\n", 0, start + _blanks(source[start:end])) + 1
        first = source.rfind("\n", 0, start + _blanks(source[start:end])) + 1
        last = source.find("\n", end)
        last = len(source) if last < 0 else last
        self.before = " ".join(source[first:last].split())
        self.after = " ".join((source[first:start] + text + source[end:last]).split())
        word = f"{path.name}\n{source[start:end]}\n{self.after}\n{self.line}"
        self.name = hashlib.sha256(word.encode()).hexdigest()[:10]

    def applied(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip())


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield the mutants of the module at `path`, in the order of the file, each once."""
    source = path.read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    visitor = _Visitor()
    wrapper.visit(visitor)
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    unique: set[tuple[int, int, str]] = set()
    for node, mutated, depth in visitor.mutations:
        span = wrapper.resolve(WhitespaceInclusivePositionProvider)[node]
        start = starts[span.start.line - 1] + span.start.column
        end = starts[span.end.line - 1] + span.end.column
        text = _code(mutated, depth)
        if _code(node, depth) != source[start:end]:
            raise ValueError(
                f"{path}:{span.start.line}: the position of a node does not match its text"
            )
        if text != source[start:end] and (start, end, text) not in unique:
            unique.add((start, end, text))
            yield Mutant(path, source, start, end, text)


def _code(node: cst.CSTNode, depth: int) -> str:
    """The text of `node`; lines after the first are indented as they are at `depth`."""
    state = CodegenState(default_indent=" " * 4, default_newline="\n")
    for _ in range(depth):
        state.increase_indent(" " * 4)
    node._codegen(state)
    return "".join(state.tokens)


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (WhitespaceInclusivePositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.mutations: list[tuple[cst.CSTNode, cst.CSTNode, int]] = []
        self.depth = 0
        self.patterns: list[bool] = []  # for each open call of `compile`: whether case matters
        self.decorators = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_skipped(node):
            return False
        if _is_compile(node):
            self.patterns.append(not _ignores_case(node))
        self.decorators += isinstance(node, cst.Decorator)
        self.depth += isinstance(node, cst.IndentedBlock)
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                for mutated in operator(node):
                    if self._is_useful(node, mutated):
                        self.mutations.append((node, mutated, self.depth))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if _is_compile(original_node):
            self.patterns.pop()
        self.decorators -= isinstance(original_node, cst.Decorator)
        self.depth -= isinstance(original_node, cst.IndentedBlock)

    def _is_useful(self, node: cst.CSTNode, mutated: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call) and isinstance(mutated, cst.Call):
            changed = [arg for arg in node.args if all(arg is not other for other in mutated.args)]
            if any(arg.keyword and arg.keyword.value in _SKIPPED_ARGUMENTS for arg in changed):
                return False
            # Code, severity and clause of a rule are its documentation.
            return not (self.decorators and any(arg.keyword is None for arg in changed))
        if isinstance(node, cst.SimpleString) and isinstance(mutated, cst.SimpleString):
            is_longer = mutated.raw_value == f"XX{node.raw_value}XX"
            if self.decorators:
                return False
            if self.patterns:
                return is_longer or self.patterns[-1]
            # The case of a word that is data tests no more than another word does.
            return is_longer and _PROSE.search(node.raw_value) is None
        return True


def _is_skipped(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom):
        return True
    if isinstance(node, cst.If):
        return m.matches(node.test, m.Name("TYPE_CHECKING"))
    if isinstance(node, cst.Assign | cst.AnnAssign):
        targets = (
            [t.target for t in node.targets] if isinstance(node, cst.Assign) else [node.target]
        )
        return any(isinstance(t, cst.Name) and t.value in _SKIPPED_NAMES for t in targets)
    if isinstance(node, cst.Arg):
        return node.keyword is not None and node.keyword.value in _SKIPPED_ARGUMENTS
    if isinstance(node, cst.Param):
        simple = cst.Name | cst.BaseNumber | cst.BaseString
        return node.default is not None and not isinstance(node.default, simple)
    return isinstance(node, cst.Call) and m.matches(
        node.func, m.OneOf(*(m.Name(name) for name in _SKIPPED_CALLS))
    )


def _is_compile(node: cst.CSTNode) -> bool:
    made = m.Attribute(attr=m.Name("compile")) | m.Name("pattern")
    return isinstance(node, cst.Call) and m.matches(node.func, made)


def _ignores_case(node: cst.CSTNode) -> bool:
    flags = m.Attribute(attr=m.Name("IGNORECASE")) | m.SimpleString(m.MatchRegex('"a?i"'))
    return bool(m.findall(node, flags))
