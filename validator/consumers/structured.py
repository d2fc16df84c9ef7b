"""Private port lists in YAML, JSON and TOML.

A list of objects, at the top or under `services` or `ports`; or a mapping from names to a port, to
ports, or to an object; a mapping whose keys are all ports is read the other way round.
"""

from __future__ import annotations

import json

from validator.consumers.entry import ConsumerFile, LineFault, Word
from validator.consumers.private import COLUMNS, add_row, columns_of
from validator.consumers.tables import Row
from validator.readers.source import Offsets, Source, Unusable, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from validator.consumers.case import PrivateRules
    from validator.limits import Limits

# YAML is read at some hundred kilobytes a second, and a list of ports is a page of text.
_MOST_BYTES = 1 << 20
_LIST_KEYS = ("services", "ports")


class Node:
    """A value of a document with the byte where it begins.

    `word` is set for a scalar, `items` for a list, `members` (key and value) for a mapping.
    """

    __slots__ = ("items", "members", "offset", "word")

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.word: Word | None = None
        self.items: list[Node] | None = None
        self.members: list[tuple[Word, Node]] | None = None

    def add(self, node: Node, key: Word | None) -> None:
        if self.items is not None:
            self.items.append(node)
        elif self.members is not None and key is not None:
            self.members.append((key, node))


def read_structured(path: str, data: bytes, rules: PrivateRules, limits: Limits) -> ConsumerFile:
    """Return what a private list in YAML, JSON or TOML says, by the suffix of its path.

    Raises `Unusable`, with line and column where they are known, for what cannot be read.
    """
    if len(data) > _MOST_BYTES:
        raise Unusable(f"{path} is larger than {_MOST_BYTES >> 20} MiB: too large for a port list")
    source = Source(path, data, limits)
    if source.damage:
        raise _unusable(source, source.damage[0].offset, source.damage[0].message)
    suffix = path.lower().rpartition(".")[2]
    readers = {"json": _json, "toml": _toml}
    root = readers.get(suffix, _yaml)(source)
    file = ConsumerFile(path, "private", source.data)
    lines = _Lines(source.data)
    headings: dict[str, None] = {}
    for count, (cells, offset) in enumerate(_rows(root)):
        if count >= limits.records:
            message = f"more than {limits.records:,} rows: nothing is read from this one on"
            file.faults.append(LineFault("CS402", message, offset))
            break
        headings.update(dict.fromkeys(key.text for key, _ in cells))
        columns = columns_of([key for key, _ in cells], rules)
        by_role = {role: cells[index][1] for role, index in columns.items()}
        if "port" in by_role:
            add_row(file, by_role, Row([], lines.at(offset), offset), rules)
            file.columns = {role: cells[index][0].text for role, index in columns.items()}
    if not file.entries and not file.faults:
        names = ", ".join(f'"{name}"' for name in list(headings)[:12])
        message = 'no object with a port: expected a key such as "port"'
        file.faults.append(LineFault("CS404", f"{message}, found {names or 'none'}", 0))
    return file


def _unusable(source: Source, offset: int, message: str) -> Unusable:
    ((line, column),) = places(source.data, [offset])
    return Unusable(f"{source.path}:{line}:{column}: {message}")


class _Lines:
    """The line of ascending bytes, counted forward."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.offset = 0
        self.line = 1

    def at(self, offset: int) -> int:
        if offset < self.offset:
            self.offset, self.line = 0, 1
        self.line += self.data.count(b"\n", self.offset, offset)
        self.offset = offset
        return self.line


# -- what the document says ---------------------------------------------------------------------


def _rows(root: Node) -> Iterator[tuple[list[tuple[Word, Word]], int]]:
    """The rows of a document: cells with their headings, and where each row begins."""
    if root.items is not None:
        for node in root.items:
            if node.members is not None:
                yield _cells(node), node.offset
        return
    members = root.members or []
    for key, node in members:
        if key.text.lower() in _LIST_KEYS and (node.items is not None or node.members is not None):
            yield from _rows(node)
            return
    is_by_port = bool(members) and all(key.text.isdigit() for key, _ in members)
    for key, node in members:
        yield from _member_rows(key, node, is_by_port=is_by_port)


def _member_rows(
    key: Word, node: Node, *, is_by_port: bool
) -> Iterator[tuple[list[tuple[Word, Word]], int]]:
    """The rows of one member: its key is a name, or a port where all of them are."""
    own = "port" if is_by_port else "name"
    other = "name" if is_by_port else "port"
    label = Word(COLUMNS[own][0], key.offset)
    value_label = Word(COLUMNS[other][0], key.offset)
    if node.members is not None:
        cells = _cells(node)
        roles = {text for role in (own,) for text in COLUMNS[role]}
        if own == "port" or not any(heading.text.lower() in roles for heading, _ in cells):
            cells = [(label, key), *cells]
        yield cells, key.offset
        return
    for item in [node] if node.items is None else node.items:
        if item.word is not None:
            yield [(label, key), (value_label, item.word)], item.offset
        elif item.members is not None:
            yield [(label, key), *_cells(item)], item.offset


def _cells(node: Node) -> list[tuple[Word, Word]]:
    """The members of a mapping as headings and cells; a list of scalars has commas between them."""
    cells = []
    for key, value in node.members or []:
        if value.word is not None:
            cells.append((key, value.word))
        elif value.items is not None:
            words = [item.word for item in value.items if item.word is not None]
            offset = words[0].offset if words else value.offset
            cells.append((key, Word(", ".join(word.text for word in words), offset)))
    return cells


# -- YAML, JSON, TOML ---------------------------------------------------------------------------


def _yaml(source: Source) -> Node:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = source.data.decode("utf-8")
    byte = Offsets(text)
    root: Node | None = None
    stack: list[tuple[Node, Word | None]] = []
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            kind = type(event).__name__
            at = byte(event.start_mark.index)
            if kind.endswith("EndEvent") and stack:
                if kind.startswith(("Mapping", "Sequence")):
                    stack.pop()
                continue
            if kind == "AliasEvent":
                raise _unusable(source, at, "aliases of YAML are not read")
            node = _yaml_node(event, kind, at)
            if node is None:
                continue
            if len(stack) > source.limits.depth:
                raise _unusable(source, at, f"nested deeper than {source.limits.depth} levels")
            if stack:
                parent, key = stack[-1]
                if parent.members is not None and key is None:
                    if node.word is None:
                        raise _unusable(source, at, "expected a word as key")
                    stack[-1] = (parent, node.word)
                    continue
                parent.add(node, key)
                stack[-1] = (parent, None)
            elif root is None:
                root = node
            else:
                raise _unusable(source, at, "a second document in one file is not read")
            if node.word is None:
                stack.append((node, None))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = byte(mark.index) if mark is not None else len(source.data)
        raise _unusable(source, offset, f"not YAML: {error.problem or error.context}") from None
    except (YAMLError, ValueError, OverflowError) as error:
        raise Unusable(f"{source.path}: not YAML: {str(error).splitlines()[0]}") from None
    return root or Node(0)


def _yaml_node(event: Any, kind: str, at: int) -> Node | None:
    node = Node(at)
    if kind == "ScalarEvent":
        quote = 1 if event.style in ("'", '"') else 0
        node.word = Word(str(event.value), at + quote)
    elif kind == "SequenceStartEvent":
        node.items = []
    elif kind == "MappingStartEvent":
        node.members = []
    else:
        return None
    return node


def _json(source: Source) -> Node:
    from validator.readers.json_text import JsonText, TooDeep

    # Numbers stay as they are written, so that a port 010 is seen.
    text = JsonText(
        source.data.decode("utf-8"), source.limits.depth, parse_int=str, parse_constant=str
    )
    try:
        start = text.space(0)
        _, end = text.decoded(start)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise _unusable(source, text.byte(error.pos), message) from None
    except TooDeep as error:
        raise _unusable(source, text.byte(error.at), f"nested {error}") from None
    if (rest := text.space(end)) < len(text.text):
        raise _unusable(source, text.byte(rest), "not JSON: more after its end")
    return _json_node(text, start)[0]


def _json_node(text: Any, at: int) -> tuple[Node, int]:
    """The node of the value at a character, and the character after it."""
    node = Node(text.byte(at))
    mark = text.text[at]
    if mark == "{":
        node.members = []
        for key, key_start, value_start in text.members(at):
            value, text.end = _json_node(text, value_start)
            node.members.append((Word(key, text.byte(key_start) + 1), value))
        return node, text.end
    if mark == "[":
        node.items = []
        starts: list[int] = []
        end = text.elements(at, [], starts)
        node.items = [_json_node(text, start)[0] for start in starts]
        return node, end
    value, end = text.decoded(at)
    shown = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    node.word = Word(shown, text.byte(at) + (mark == '"'))
    return node, end


def _toml(source: Source) -> Node:
    from validator.request.documents.toml import read

    (document,) = read(source)
    # Dates have no place in a request, and every place in a list with an expiry.
    dates = {problem.path: problem.value for problem in document.problems}

    def node_of(value: Any, path: tuple[str | int, ...]) -> Node:
        node = Node(document.place(path))
        if isinstance(value, dict):
            node.members = [
                (Word(key, document.key_places.get((*path, key), node.offset)),
                 node_of(inner, (*path, key)))
                for key, inner in value.items()
            ]  # fmt: skip
        elif isinstance(value, list):
            node.items = [node_of(inner, (*path, at)) for at, inner in enumerate(value)]
        else:
            quote = source.data[node.offset : node.offset + 1] in (b'"', b"'")
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            node.word = Word(dates.get(path) or "" if value is None else text, node.offset + quote)
        return node

    return node_of(document.values, ())
