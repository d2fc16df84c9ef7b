"""A value of a document in YAML, JSON or TOML."""

from __future__ import annotations

from validator.consumers.entry import Word


class Node:
    """A value of a document with the byte where it begins.

    `word` is set for a scalar, `items` for a list, `members` (key and value) for a mapping: its
    own, and after them those of YAML's merge keys (`<<`).  `is_repeated` where an alias of YAML has
    it in another place, too; `height` is the number of levels that it has with what aliases repeat.
    """

    __slots__ = ("height", "is_repeated", "items", "members", "offset", "word")

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.height = 0
        self.is_repeated = False
        self.word: Word | None = None
        self.items: list[Node] | None = None
        self.members: list[tuple[Word, Node]] | None = None

    def add(self, node: Node, key: Word | None) -> None:
        if self.items is not None:
            self.items.append(node)
        elif self.members is not None and key is not None:
            self.members.append((key, node))
