"""Documents in YAML, JSON and TOML as a tree of nodes, each with its place."""

from __future__ import annotations

import json
from typing import Any

from validator.consumers.entry import Word
from validator.consumers.foreign import refuse_foreign
from validator.consumers.node import Node
from validator.readers.source import Offsets, Source, unusable_at


def document_tree(source: Source, form: str) -> Node:
    """Return what a document says; `form` is json, toml or yaml.

    Raises `Unusable`, with line and column where they are known, for what cannot be read.
    """
    return {"json": _json, "toml": _toml, "yaml": _yaml}[form](source)


_YAML_NULLS = ("~", "null", "Null", "NULL")
_MERGE_KEY = "<<"
# Values, keys and aliases of YAML: some ten thousand are read in a second.
_MOST_VALUES = 60_000
# What the merge keys of a document may repeat of other mappings.
_MOST_MERGED = 100_000


class _YamlTree:
    """Builds nodes from the events of a YAML stream of one document."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.byte = Offsets(text)
        self.root: Node | None = None
        self.anchors: dict[str, Node] = {}
        self.values = 0
        self.merged_members = 0
        # The open containers, each with the key whose value comes next.
        self.open: list[tuple[Node, Word | None]] = []

    def add(self, event: Any) -> None:
        kind = type(event).__name__
        at = self.byte(event.start_mark.index)
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.close(self.open.pop()[0], at)
        elif kind == "AliasEvent":
            # The node itself, not a copy: aliases of aliases take no memory.
            node = self.anchors.get(event.anchor)
            if node is None:
                raise unusable_at(self.source, at, f"*{event.anchor} has no anchor before it")
            node.is_repeated = True
            self.add_node(node, at)
        elif kind == "ScalarEvent":
            node = self.scalar(event, at)
            self.name(event, node)
            self.add_node(node, node.offset)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            node = Node(at)
            node.items = [] if kind[0] == "S" else None
            node.members = [] if kind[0] == "M" else None
            self.name(event, node)
            self.add_node(node, at)
            self.open.append((node, None))
            if len(self.open) > (limit := self.source.limits.depth):
                raise unusable_at(self.source, at, f"nested deeper than {limit} levels")

    def close(self, node: Node, at: int) -> None:
        """Complete a container; what is deep by its aliases is deep, too."""
        self.merge(node)
        values = [*(node.items or ()), *(value for _, value in node.members or ())]
        node.height = 1 + max([value.height for value in values], default=0)
        if node.height > (limit := self.source.limits.depth):
            raise unusable_at(self.source, at, f"nested deeper than {limit} levels")

    def merge(self, node: Node) -> None:
        """Put the members of the mappings that a mapping merges after its own; the first counts.

        What is merged is complete, with its own merge keys: its anchor comes before the alias.
        """
        bases = [value for key, value in node.members or () if _is_merge(key, value)]
        if not bases:
            return
        members = [member for member in node.members or () if not _is_merge(*member)]
        node.members = members
        for value in bases:
            for base in (value, *(value.items or ())):
                self.add_merged(members, base)

    def add_merged(self, members: list[tuple[Word, Node]], base: Node) -> None:
        keys = {key.text for key, _ in members} | {_MERGE_KEY}
        new = {key.text: (key, value) for key, value in base.members or ()}
        members += [member for text, member in new.items() if text not in keys]
        self.merged_members += len(keys) + len(new)
        if self.merged_members > _MOST_MERGED:
            message = f"merge keys repeat more than {_MOST_MERGED:,} members"
            raise unusable_at(self.source, base.offset, message)

    def scalar(self, event: Any, at: int) -> Node:
        text = str(event.value)
        is_plain = event.style is None
        node = Node(at if text or not is_plain else self.place_of_nothing(at))
        is_null = is_plain and text in _YAML_NULLS
        node.word = Word("" if is_null else text, node.offset + (event.style in ("'", '"')))
        return node

    def place_of_nothing(self, at: int) -> int:
        """The byte of the key without a value, or the end of the text before the next word."""
        key = self.open[-1][1] if self.open else None
        if key is not None:
            return key.offset
        while at > 0 and self.source.data[at - 1 : at].isspace():
            at -= 1
        return at

    def name(self, event: Any, node: Node) -> None:
        if event.anchor is not None:
            self.anchors[event.anchor] = node

    def add_node(self, node: Node, at: int) -> None:
        self.values += 1
        if self.values > _MOST_VALUES:
            message = f"more than {_MOST_VALUES:,} values: too large for a port list"
            raise unusable_at(self.source, at, message)
        if not self.open:
            if self.root is not None:
                # What is no list needs no other advice.
                refuse_foreign(self.source.path, self.root)
                raise unusable_at(self.source, at, "a second document in one file is not read")
            self.root = node
            return
        parent, key = self.open[-1]
        if parent.members is None or key is not None:
            parent.add(node, key)
            self.open[-1] = (parent, None)
        elif node.word is None:
            raise unusable_at(self.source, at, "expected a word as key")
        else:
            self.open[-1] = (parent, node.word)


def _is_merge(key: Word, value: Node) -> bool:
    return key.text == _MERGE_KEY and value.word is None


def _yaml(source: Source) -> Node:
    from validator.request.documents.yaml import yaml_events

    text = source.data.decode("utf-8")
    tree = _YamlTree(source, text)
    for event in yaml_events(source, text, tree.byte):
        tree.add(event)
    return tree.root or Node(0)


def _json(source: Source) -> Node:
    from validator.readers.json_text import only_value

    # Numbers stay as they are written: messages show them so.
    text, _, start = only_value(source, str, str, str)
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
