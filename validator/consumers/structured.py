"""Private port lists in YAML, JSON and TOML.

The lists of a document are those under `services` and `ports`, or the document itself.  Entries,
maps of ports and groups (`shapes`) are read wherever they are, but not inside an entry.  In a list
an object without a port and a name without a value are faults, and so is a text that is nearly a
port; other texts are remarks.  Of `services` and `ports` every member is meant to be an entry.
Beside entries an object lacks its port if it has their keys.  All that looks like ports, and each
setting, is noted where it is not read.
"""

from __future__ import annotations

from typing import NamedTuple

from validator.consumers.documents import Node, document_tree
from validator.consumers.entry import ConsumerFile, JoinedWord, LineFault, Word
from validator.consumers.foreign import refuse_foreign
from validator.consumers.list_columns import (
    COLUMNS,
    by_word,
    columns_of,
    folded_heading,
    layout_of,
    repeated_headings,
    require_columns,
    require_ports,
    unread_ports,
)
from validator.consumers.port_cells import is_port_cell, port_cell
from validator.consumers.private import add_limit_fault, add_rows
from validator.consumers.shapes import (
    Shapes,
    cells_of,
    has_ends,
    has_likely_ports,
    has_nearly_ports,
    has_ports,
    has_ranges,
    is_nearly_port,
    is_quantity,
    is_remark_text,
    keys_are_ports,
    lacks_port,
    texts_of,
    values_of,
    without_remarks,
)
from validator.consumers.tables import Row
from validator.engine.rule import NOTE
from validator.errors import Unusable
from validator.model.vocabulary import quoted
from validator.readers.source import Source, unusable_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from validator.consumers.case import PrivateRules
    from validator.consumers.shapes import Cells, Kind
    from validator.limits import Limits

    Rows = Iterator[tuple[Cells, int]]

# A list of ports is a page of text.
_MOST_BYTES = 1 << 20
# What a member of a mapping is, else the reason why it is not read.
_ENTRY, _REMARK = "entry", "remark"
_OUTSIDE = "it is not in a list"
_RANGES = "it has ranges of ports"
_UNLIKELY = "its numbers do not look like ports"
_MEASURES = "its numbers count or measure something"
# With more texts that are no ports, and no port, the key of the ports is that of something else.
_MOST_TEXTS = 10
LIST_KEYS = ("services", "ports")
# Members of an object that are its name, whatever its key.
_OWN_NAMES = ("service", "service name", "service_name", "name")
# Members that speak of the list itself.
_TITLES = frozenset(
    ("version", "schema_version", "revision", "title", "description", "comment", "note", "notes")
) | {"date", "updated", "schema"}


def read_structured(
    path: str, data: bytes, form: str, rules: PrivateRules, limits: Limits
) -> ConsumerFile:
    """Return what a private list in YAML, JSON or TOML (`form`) says.

    Raises `Unusable`, with line and column where they are known, for what cannot be read.
    """
    if len(data) > _MOST_BYTES:
        raise Unusable(f"{path} is larger than {_MOST_BYTES >> 20} MiB: too large for a port list")
    source = Source(path, data, limits)
    if source.damage:
        raise unusable_at(source, source.damage[0].offset, source.damage[0].message)
    root = document_tree(source, form)
    refuse_foreign(path, root)
    file = ConsumerFile(path, "private", source.data)
    headings = _add_rows(file, _Document(file, root, rules).rows(), rules, limits.records)
    _join_faults(file)
    require_ports(file, headings, rules)
    require_columns(file, file.columns, rules, 0, headings)
    return file


def _add_rows(
    file: ConsumerFile, rows: Iterator[tuple[Cells, int]], rules: PrivateRules, most: int
) -> list[Word]:
    """Add the entries of rows, no more than `most`; return all headings of the document."""
    lines = _Lines(file.data)
    headings: dict[str, Word] = {}
    columns: dict[str, str] = {}
    further: dict[str | None, LineFault] = {}
    for cells, offset in rows:
        if add_limit_fault(file, offset, most):
            break
        keys = [key for key, _ in cells]
        headings.update({key.text: key for key in keys if not isinstance(key, _Label)})
        layout = layout_of(keys, rules)
        indexes = layout.columns
        file.faults += repeated_headings(keys, rules)
        by_role = {role: cells[index][1] for role, index in indexes.items()}
        columns.update({role: cells[index][0].text for role, index in indexes.items()})
        for fault in unread_ports(keys, rules):
            further.setdefault(fault.value, fault)
        pairs = [(cells[index][0].text, cells[index][1]) for index in layout.ports]
        # Only above a port can the misspelled heading of ports be.
        likely = [] if pairs else [key for key, word in cells if is_port_cell(word.text)]
        add_rows(file, by_role, pairs, Row([], lines.at(offset), offset), rules, likely)
    file.columns = columns
    file.faults += further.values()
    return list(headings.values())


def _join_faults(file: ConsumerFile) -> None:
    """Report once, and not for each row, that there is no port, or nothing like a port."""
    faults = [fault for fault in file.faults if fault.code == "CS402"]
    others = [fault for fault in file.faults if fault.code != "CS402"]
    if "port" not in file.columns:
        file.faults = others
    elif len(faults) > _MOST_TEXTS and not file.entries:
        if not any(is_nearly_port(fault.value or "0") for fault in faults):
            faults[0].message += f"; neither is any of {len(faults) - 1} other values"
            file.faults = [faults[0], *others]


class _Label(Word):
    """A heading that the file does not have, for a cell that is known by its place."""

    __slots__ = ()


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


class _Document:
    """The rows of a document: cells with their headings, and where each row begins.

    What is not read becomes a fault of `file`.  What an alias repeats is read once.
    """

    def __init__(self, file: ConsumerFile, root: Node, rules: PrivateRules) -> None:
        self.file = file
        self.root = root
        self.rules = rules
        self.strict = Shapes(root, rules, is_strict=True)
        self.shapes = self.strict
        self.visited: set[int] = set()
        self.noted: set[int] = set()

    def rows(self) -> Rows:
        members = self.root.members or []
        lists = [node for key, node in members if _is_list_key(key) and node.word is None]
        if not lists:
            yield from self.whole()
        for key, node in members if lists else ():
            kind = self.strict.kind(node, key)
            if node in lists:
                yield from self.list_under_key(node)
            elif node.word is not None:
                if not (_is_title(key, node) or is_quantity(key) or is_remark_text(node)):
                    self.note(key, _OUTSIDE, node)
            elif kind == "entry" and node.is_repeated:
                continue  # an entry where it is merged
            elif kind:
                self.shapes = self.strict
                yield from self.inner(key, node, kind, "name", [])
            else:
                self.note(key, _setting_reason(key, node), node)

    def whole(self) -> Rows:
        """The rows of a document that is a list itself."""
        root = self.root
        if _is_named_entry(root, self.rules):
            yield from self.entry(root)
        elif self.strict.has_rows(root) and root.members is not None:
            yield from self.map(root, [], is_list=False)
        else:
            yield from self.list_under_key(root)

    def list_under_key(self, node: Node) -> Rows:
        """The rows of what is meant to be a list."""
        self.shapes = self.strict
        if not self.strict.has_rows(node):
            self.shapes = Shapes(node, self.rules, is_strict=False)
        if node.members is None:
            yield from self.items(node, None, [], is_list=True)
        else:
            yield from self.map(node, [], is_list=True)

    def map(self, node: Node, group: Cells, *, is_list: bool) -> Rows:
        """The rows of a mapping from names to ports, from ports to names, or from groups to such.

        `is_list` where each member is meant to be an entry.
        """
        members = without_remarks(node)
        kinds = [self.shapes.kind(value, key) for key, value in members]
        entries = [node for (_, node), kind in zip(members, kinds, strict=True) if kind == "entry"]
        context = _Context(
            is_list=is_list,
            texts_are_ports=_is_flat(node) if node is self.root else is_list,
            is_map=self.shapes.is_map(node),
            has_pairs=is_list or bool(entries) or self.shapes.is_map(node),
            entry_keys={key.text for entry in entries for key, _ in entry.members or ()},
        )
        own = "port" if keys_are_ports(members) else "name"
        for (key, value), kind in zip(members, kinds, strict=True):
            if kind:
                yield from self.inner(key, value, kind, own, group)
                continue
            sort = _ENTRY if own == "port" else self.judge(key, value, context)
            if sort == _ENTRY:
                yield from _grouped(self.pair(key, value, own), group)
            elif sort != _REMARK:
                self.note(key, sort, value)

    def inner(self, key: Word, node: Node, kind: Kind, own: str, group: Cells) -> Rows:
        """The rows of a member that is an entry, a map of ports or a group."""
        if group and folded_heading(key.text) in COLUMNS["port"]:
            # The ports of what the mapping around it is.
            key, group = group[0][1], []
        if kind == "entry":
            yield from _grouped(self.member(node, key, own), group)
        elif id(node) in self.visited:
            return
        elif node.members is None:
            self.visited.add(id(node))
            yield from self.items(node, key, group, own=own)
        elif self.is_index(node):
            self.note(key, "its ports are listed by name")
        else:
            self.visited.add(id(node))
            yield from self.map(node, self.inner_group(group, key, node), is_list=False)

    def is_index(self, node: Node) -> bool:
        """Say whether a mapping from ports to names repeats ports that names have."""
        members = node.members or []
        listed = sum(key.text in self.shapes.ports for key, _ in members)
        return keys_are_ports(members) and listed * 2 > len(members)

    def inner_group(self, group: Cells, key: Word, node: Node) -> Cells:
        """The group of what is in a group: its key, or that of an outer one that has a range."""
        has_range = bool(group) and group[0][1].text in self.rules.ranges
        if has_range and key.text not in self.rules.ranges:
            return group
        return [(_label("group", node), key)]

    def named_group(self, group: Cells, node: Node) -> Cells:
        """The group of what is in an item of a list: its name, if it has one."""
        cells = cells_of(node, self.rules)
        index = columns_of([key for key, _ in cells], self.rules).get("name")
        return group if index is None else self.inner_group(group, cells[index][1], node)

    def items(
        self,
        node: Node,
        key: Word | None,
        group: Cells,
        *,
        own: str = "name",
        is_list: bool = False,
    ) -> Rows:
        """The rows of a list, under a key that is not always the name of its entries."""
        items = node.items or []
        kinds = [self.shapes.kind(item) for item in items]
        is_list = is_list or "entry" in kinds
        for item, kind in zip(items, kinds, strict=True):
            if kind in ("ports", "group"):
                if id(item) not in self.visited:
                    self.visited.add(id(item))
                    yield from (
                        self.items(item, key, group, own=own)
                        if item.members is None
                        else self.map(item, self.named_group(group, item), is_list=False)
                    )
            elif kind or is_list:
                rows = (
                    self.entry(item) if key is None else self.labeled(item, key, own, in_list=True)
                )
                yield from _grouped(rows, group)

    def judge(self, key: Word, value: Node, context: _Context) -> str:
        """Say whether a member without an entry inside is one itself, perhaps with a fault.

        It is `_ENTRY`, or a remark (`_REMARK`), or the reason why it is not read.
        """
        if _is_blank(value):
            return _ENTRY if context.has_pairs else _REMARK
        if texts_of(value) is None:
            lacks = not value.is_repeated and lacks_port(value, context.entry_keys)
            return _ENTRY if context.is_list or lacks else _setting_reason(key, value)
        if _is_title(key, value):
            return _REMARK
        if has_ports(value):
            return _ENTRY if context.is_list else self.judge_ports(key, value, context)
        if context.texts_are_ports or (context.has_pairs and is_port_cell(key.text)):
            return _ENTRY
        if has_nearly_ports(value):
            return _ENTRY if context.has_pairs else _OUTSIDE
        return _REMARK if value.word is not None else _setting_reason(key, value)

    def judge_ports(self, key: Word, value: Node, context: _Context) -> str:
        """Say whether ports under a key are those of a name: as `judge`."""
        is_likely = has_likely_ports(value)
        if is_quantity(key):
            return _MEASURES if is_likely else _REMARK
        if not (context.is_map or is_likely or has_ranges(value)):
            return _UNLIKELY
        return _ENTRY if context.has_pairs else _OUTSIDE

    def note(self, key: Word, reason: str, node: Node | None = None) -> None:
        """Note a key that is not read; what an alias repeats is read where that is."""
        if key.offset in self.noted or (node is not None and node.is_repeated):
            return
        self.noted.add(key.offset)
        message = f"{quoted(key.text)} is not read: {reason}"
        self.file.faults.append(
            LineFault("CS404", message, key.offset, "line", key.text, severity=NOTE)
        )

    # -- entries --------------------------------------------------------------------------------

    def entry(self, node: Node) -> Rows:
        """The rows of an item: an object, with one for each object among its ports."""
        if node.members is None:
            word = Word("a list", node.offset) if node.word is None else node.word
            yield [(_label("port", node), word)], node.offset
            return
        cells = cells_of(node, self.rules)
        keys = [key for key, _ in cells]
        index = columns_of(keys, self.rules).get("port")
        port = keys[index] if index is not None else None
        values = dict.fromkeys([value for key, value in node.members if key is port])
        objects = [
            item for value in values for item in value.items or () if item.members is not None
        ]
        self.note_inner(node, port)
        if not objects or any(word.text for heading, word in cells if heading is port):
            yield cells, node.offset
        if objects:
            read = {*columns_of(keys, self.rules).values(), *by_word(keys)}
            rest = [cell for at, cell in enumerate(cells) if cell[0] is not port and at in read]
            for item in objects:
                yield cells_of(item, self.rules) + rest, item.offset

    def note_inner(self, node: Node, port: Word | None) -> None:
        for key, value in node.members or ():
            if key is not port and port is not None and self.shapes.kind(value, key):
                self.note(key, "it is in an object that has a port")

    def pair(self, key: Word, node: Node, own: str) -> Rows:
        """The rows of one member: its key is a name, or a port where `own` says so."""
        if node.members is not None:
            yield from self.member(node, key, own)
            return
        label, other = _label(own, node), _label("name" if own == "port" else "port", node)
        items = [node] if node.items is None else node.items
        words = [item.word for item in items if item.word is not None]
        if not items:
            words = [Word("", node.offset)]
        if own == "port" and words:
            yield [(label, key), (other, JoinedWord(words, ", "))], key.offset
        else:
            for word in words:
                yield [(label, key), (other, port_cell(word))], word.offset
        for item in items:
            if item.word is None:
                yield from self.labeled(item, key, own)

    def member(self, node: Node, key: Word, own: str) -> Rows:
        """The rows of an object that is a member of a mapping: the first begins with its key."""
        for cells, offset in self.labeled(node, key, own):
            yield cells, key.offset if offset == node.offset else offset

    def labeled(self, node: Node, key: Word, own: str, *, in_list: bool = False) -> Rows:
        """The rows of an object with the key that it is under, but where it has a name of its own.

        In a list its name is under any heading of names, and the key is none if other cells say
        what the object is.
        """
        label = _label(own, node)
        for cells, offset in self.entry(node):
            index = columns_of([heading for heading, _ in cells], self.rules).get(own)
            if own == "name":
                if index is not None and not cells[index][1].text:
                    cells, index = [cell for at, cell in enumerate(cells) if at != index], None
                if not self.has_name(cells, index, in_list=in_list):
                    cells = [(label, key), *cells]
                yield cells, offset
            elif index is None:
                yield [(label, key), *cells], offset
            else:
                yield cells, offset
                if not cells[index][1].text.startswith(key.text):
                    # The key is a port as well.
                    rest = [cell for at, cell in enumerate(cells) if at != index]
                    yield [(label, key), *rest], key.offset

    def has_name(self, cells: Cells, index: int | None, *, in_list: bool) -> bool:
        """Say whether an object needs no name from its key; `index` is that of its name."""
        keys = [heading for heading, _ in cells]
        if index is not None:
            heading = keys[index].text.lower()
            return in_list or "name" in self.rules.columns or heading in _OWN_NAMES
        read = {*columns_of(keys, self.rules).values(), *by_word(keys)}
        return in_list and any(
            word.text and heading.text.lower() not in _TITLES
            for at, (heading, word) in enumerate(cells)
            if at not in read
        )


class _Context(NamedTuple):
    """What the members of a mapping are.

    `is_list` where each is meant to be an entry, `texts_are_ports` where texts are meant to be
    ports, too; `is_map` where numbers are, `has_pairs` where some member is a name with its port.
    `entry_keys` are the keys of objects among them that are entries.
    """

    is_list: bool
    texts_are_ports: bool
    is_map: bool
    has_pairs: bool
    entry_keys: Collection[str]


def _is_list_key(key: Word) -> bool:
    return key.text.lower() in LIST_KEYS


def _is_title(key: Word, value: Node) -> bool:
    """Say whether a member speaks of the list itself."""
    return key.text.lower() in _TITLES and not has_likely_ports(value)


def _is_flat(node: Node) -> bool:
    return all(value.word is not None for value in values_of(node))


def _is_blank(node: Node) -> bool:
    """Say whether a value has neither text nor members."""
    if node.word is not None:
        return not node.word.text
    items = node.items or ()
    return not node.members and not any(
        item.members or (item.word is not None and item.word.text) for item in items
    )


def _is_named_entry(node: Node, rules: PrivateRules) -> bool:
    """Say whether a document is one entry: it has a name beside its port."""
    cells = cells_of(node, rules)
    columns = columns_of([key for key, _ in cells], rules)
    name, port = columns.get("name"), columns.get("port")
    if name is None or port is None:
        return False
    return bool(cells[name][1].text) and is_port_cell(cells[port][1].text)


def _setting_reason(key: Word, node: Node) -> str:
    """Why a mapping or list is not read."""
    if has_ports(node):
        return _RANGES if has_ranges(node) else _OUTSIDE
    members = node.members or [(Word("", item.offset), item) for item in node.items or ()]
    numbers = [(name, value) for name, value in members if has_ports(value)]
    likely = [name for name, value in numbers if has_likely_ports(value)]
    if not numbers:
        return "it has no ports"
    if has_ends(node) or any(has_ranges(value) for _, value in numbers):
        return _RANGES
    if not likely:
        return _UNLIKELY
    return _MEASURES if any(map(is_quantity, (key, *likely))) else "most of its values are no ports"


def _label(role: str, node: Node) -> Word:
    return _Label(COLUMNS[role][0], node.offset)


def _grouped(rows: Rows, group: Cells) -> Rows:
    """Rows with their group, if they do not name one themselves."""
    for cells, offset in rows:
        has_own = any(heading.text.lower() == "group" for heading, _ in cells)
        yield (cells if has_own else group + cells), offset
