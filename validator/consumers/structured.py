"""Private port lists in YAML, JSON and TOML.

A list of objects, at the top or under `services` or `ports`; or a mapping from names to a port, to
ports, or to an object; a mapping whose keys are all ports is read the other way round.
"""

from __future__ import annotations

from validator.consumers.documents import Node, document_tree
from validator.consumers.entry import ConsumerFile, LineFault, Word
from validator.consumers.private import COLUMNS, add_row, columns_of
from validator.consumers.tables import Row
from validator.readers.source import Source, Unusable, unusable_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.consumers.case import PrivateRules
    from validator.limits import Limits

# YAML is read at some hundred kilobytes a second, and a list of ports is a page of text.
_MOST_BYTES = 1 << 20
_LIST_KEYS = ("services", "ports")


def read_structured(path: str, data: bytes, rules: PrivateRules, limits: Limits) -> ConsumerFile:
    """Return what a private list in YAML, JSON or TOML says, by the suffix of its path.

    Raises `Unusable`, with line and column where they are known, for what cannot be read.
    """
    if len(data) > _MOST_BYTES:
        raise Unusable(f"{path} is larger than {_MOST_BYTES >> 20} MiB: too large for a port list")
    source = Source(path, data, limits)
    if source.damage:
        raise unusable_at(source, source.damage[0].offset, source.damage[0].message)
    root = document_tree(source)
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
        _add_missing_port(file, headings)
    return file


def _add_missing_port(file: ConsumerFile, headings: Iterable[str]) -> None:
    names = ", ".join(f'"{name}"' for name in list(headings)[:12]) or "none"
    message = f'no object with a port: expected a key such as "port", found {names}'
    file.faults.append(LineFault("CS404", message, 0))


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
