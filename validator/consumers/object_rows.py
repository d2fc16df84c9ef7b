"""The rows of one object of a private list, or of a name with its ports."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from validator.consumers.case import PrivateRules
from validator.consumers.entry import JoinedWord, Word
from validator.consumers.list_columns import COLUMNS, by_word, columns_of, heading_words
from validator.consumers.members import TITLES
from validator.consumers.node import Node
from validator.consumers.port_cells import port_cell
from validator.consumers.shapes import OWN_NAMES, Cells, cells_of

Rows = Iterator[tuple[Cells, int]]


class ImpliedHeading(Word):
    """A heading that the file does not have, for a cell that is known by its place."""

    __slots__ = ()


class ObjectRows:
    """Makes rows: cells with their headings, and where each row begins.

    `note_inner` is called with each object that has a port and the key of that.
    """

    def __init__(self, rules: PrivateRules, note_inner: Callable[[Node, Word], None]) -> None:
        self.rules = rules
        self.note_inner = note_inner

    def label(self, role: str, node: Node) -> Word:
        """The heading of a role, perhaps a configured one, for a cell that has none."""
        return ImpliedHeading(self.rules.columns.get(role, COLUMNS[role])[0], node.offset)

    def in_group(self, rows: Rows, group: Cells) -> Rows:
        """Rows with their group, if they do not name one themselves."""
        for cells, offset in rows:
            has_own = "group" in columns_of([heading for heading, _ in cells], self.rules)
            yield (cells if has_own else group + cells), offset

    def entry(self, node: Node) -> Rows:
        """The rows of an item: an object, with one for each object among its ports."""
        if node.members is None:
            word = Word("a list", node.offset) if node.word is None else node.word
            yield [(self.label("port", node), word)], node.offset
            return
        cells = cells_of(node, self.rules)
        keys = [key for key, _ in cells]
        columns = columns_of(keys, self.rules)
        index = columns.get("port")
        if index is None:
            yield cells, node.offset
            return
        port, word = cells[index]
        self.note_inner(node, port)
        objects = _objects_under(node, port)
        if word.text or not objects:
            yield cells, node.offset
        shared = {*columns.values(), *by_word(keys)} - {index}
        for item in objects:
            yield cells_of(item, self.rules) + [cells[at] for at in sorted(shared)], item.offset

    def pair(self, key: Word, node: Node, own: str) -> Rows:
        """The rows of one member: its key is a name, or a port where `own` says so."""
        if node.members is not None:
            yield from self.member(node, key, own)
            return
        items = [node] if node.items is None else node.items
        words = [item.word for item in items if item.word is not None]
        if not items:
            words = [Word("", node.offset)]
        if own == "port" and words:
            names = JoinedWord(words, ", ")
            yield [(self.label("port", node), key), (self.label("name", node), names)], key.offset
            words = []
        for word in words:
            cells = [(self.label("name", node), key), (self.label("port", node), port_cell(word))]
            yield cells, word.offset
        for item in items:
            if item.word is None:
                yield from self.labeled(item, key, own)

    def member(self, node: Node, key: Word, own: str) -> Rows:
        """The rows of an object that is a member of a mapping: the first begins with its key."""
        for cells, offset in self.labeled(node, key, own):
            yield cells, key.offset if offset == node.offset else offset

    def item(self, node: Node, key: Word | None, own: str) -> Rows:
        """The rows of an item of a list that may be under a key."""
        return self.entry(node) if key is None else self.labeled(node, key, own, in_list=True)

    def labeled(self, node: Node, key: Word, own: str, *, in_list: bool = False) -> Rows:
        """The rows of an object with the key that it is under, which is its name or port (`own`).

        An object may have a name of its own.  In a list its name is under any heading of names,
        and the key is none if other cells say what the object is.
        """
        for cells, offset in self.entry(node):
            if own == "name":
                yield self._named(cells, (self.label(own, node), key), in_list=in_list), offset
                continue
            index = columns_of([heading for heading, _ in cells], self.rules).get("port")
            rest = [cell for at, cell in enumerate(cells) if at != index]
            if index is not None:
                yield cells, offset
            if index is None or not cells[index][1].text.startswith(key.text):
                # The key is a port as well.
                yield [(self.label(own, node), key), *rest], offset if index is None else key.offset

    def _named(self, cells: Cells, name: tuple[Word, Word], *, in_list: bool) -> Cells:
        """The cells of an object with the name that its key is, unless it needs none."""
        keys = [heading for heading, _ in cells]
        columns = columns_of(keys, self.rules)
        index = columns.get("name")
        if index is not None and cells[index][1].text:
            heading = heading_words(keys[index].text)
            is_named = in_list or "name" in self.rules.columns or heading in OWN_NAMES
            return cells if is_named else [name, *cells]
        if in_list and _has_more(cells, {*columns.values(), *by_word(keys)}):
            return cells
        return [name, *(cell for at, cell in enumerate(cells) if at != index)]


def _has_more(cells: Cells, known: Container[int]) -> bool:
    """Say whether an object has more to say than its known columns do."""
    return any(
        at not in known and word.text and key.text.lower() not in TITLES
        for at, (key, word) in enumerate(cells)
    )


def _objects_under(node: Node, port: Word) -> list[Node]:
    """The objects in the list under the key of an object's ports."""
    lists = [value.items or [] for key, value in node.members or () if key is port]
    return [item for items in lists[:1] for item in items if item.members is not None]
