"""Private port lists in YAML, JSON and TOML.

The lists of a document are those under `services` and `ports`, or the document itself.  Entries,
maps of ports and groups (`shapes`) are read wherever they are, but not inside an entry; `members`
says what else is in a list.  Each setting, and all that looks like ports, is noted where it is not
read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, islice

from validator.consumers import list_columns, shapes
from validator.consumers.case import PrivateRules
from validator.consumers.documents import document_tree
from validator.consumers.entry import ConsumerFile, LineFault, Word
from validator.consumers.foreign import refuse_foreign
from validator.consumers.members import (
    ENTRY,
    OUTSIDE,
    RANGES,
    REMARK,
    Context,
    judge,
    judge_beside_lists,
)
from validator.consumers.node import Node
from validator.consumers.object_rows import ImpliedHeading, ObjectRows, Rows
from validator.consumers.port_cells import UNLIKELY, is_port_cell, single_ports
from validator.consumers.private import add_limit_fault, add_rows, join_faults
from validator.consumers.range_columns import range_pairs, with_other_ends
from validator.consumers.tables import Row
from validator.consumers.unlisted import ListedPorts
from validator.engine.rule import NOTE, WARNING
from validator.errors import Unusable
from validator.limits import Limits
from validator.model.vocabulary import quoted
from validator.readers.source import Source, unusable_at

# A list of ports is a page of text.
_MOST_BYTES = 1 << 20
_ROLES = ("group", "name", "port")
_LIST_KEYS = ("services", "ports")
_INNER = "it is in an object that has a port"
# A number in an object that has a port; four digits may be a year.
_PORT_BESIDE = re.compile(r"(?!(?:19|20)[0-9]{2}\Z)[1-9][0-9]{3,4}(?:/[a-z]+)?")


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
    headings, likely = _add_rows(file, _Document(file, root, rules).rows(), rules, limits.records)
    join_faults(file)
    list_columns.require_ports(file, headings, rules)
    file.headings = list_columns.all_words(headings)
    hint = list_columns.usual_hint(file, headings, rules, () if "port" in file.columns else likely)
    list_columns.require_columns(file, file.columns, rules, 0, headings, hint)
    ListedPorts(file).warn_of_others()
    return file


def _add_rows(
    file: ConsumerFile, rows: Iterator[tuple[shapes.Cells, int]], rules: PrivateRules, most: int
) -> tuple[list[Word], list[str]]:
    """Add the entries of rows, no more than `most`.

    Return all headings of the document, and those of ports in rows without a column of ports.
    """
    lines = _Lines(file.data)
    headings: dict[str, Word] = {}
    columns: dict[str, str] = {}
    unread, repeated = _UnreadPorts(rules), _RepeatedNames(rules)
    for cells, offset in rows:
        if add_limit_fault(file, offset, most):
            break
        keys = [key for key, _ in cells]
        headings.update({key.text: key for key in keys if not isinstance(key, ImpliedHeading)})
        layout = list_columns.layout_of(keys, rules)
        indexes = layout.columns
        file.faults += list_columns.repeated_headings(keys, rules)
        by_role = {role: cells[index][1] for role, index in indexes.items()}
        columns.update({role: cells[index][0].text for role, index in indexes.items()})
        unread.add(layout, cells)
        repeated.add(layout, cells)
        pairs = [(cells[index][0].text, cells[index][1]) for index in layout.ports]
        # Only above a port can the misspelled heading of ports be.
        likely = [] if pairs else [key for key, word in cells if is_port_cell(word.text)]
        add_rows(file, by_role, pairs, Row([], lines.at(offset), offset), rules, likely)
        if not pairs:
            unread.add_without_port(layout, cells, file.faults[-1])
    file.columns = columns
    file.faults += [*unread.faults(), *repeated.faults()]
    return list(headings.values()), list(unread.likely)


def _unread_ports(layout: list_columns.Layout, cells: shapes.Cells) -> list[str]:
    """The headings of cells that are ports, unless they are of others or count something."""
    words = tuple(layout.words)
    ends = {*chain(*range_pairs(words))}
    ports = [
        index
        for index, (key, word) in enumerate(cells)
        if is_port_cell(word.text)
        and not list_columns.is_another_port(key.text)
        and (index in ends or not shapes.is_quantity(key))
    ]
    return [cells[index][0].text for index in with_other_ends(ports, words)]


class _UnreadPorts:
    """Further keys of ports in objects that have one, each told once.

    `likely` are those of ports in objects that have none under a heading of ports.
    """

    def __init__(self, rules: PrivateRules) -> None:
        self.rules = rules
        self.likely: dict[str, None] = {}
        self._without_port: LineFault | None = None
        self._read: dict[str, None] = {}
        self._unread: dict[str, tuple[LineFault, list[int]]] = {}
        self._numbers: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, layout: list_columns.Layout, cells: shapes.Cells) -> None:
        keys = [key for key, _ in cells]
        for key in map(keys.__getitem__, layout.ports):
            if not isinstance(key, ImpliedHeading):
                self._read[key.text] = None

        def looks_like_port(index: int) -> bool:
            key, word = cells[index]
            if _PORT_BESIDE.fullmatch(word.text) is None:
                return False
            numbers = self._numbers[key.text]
            if len(numbers) < 2:  # two different ones are enough to say what the key is
                numbers.add(word.text)
            return not shapes.is_quantity(key, numbers)

        known, reason = {*layout.columns.values(), *layout.ports}, "looks like a port"
        for index, fault in list_columns.unread_ports(
            keys, self.rules, known, looks_like_port, reason
        ):
            _, ports = self._unread.setdefault(keys[index].text, (fault, []))
            ports += single_ports(cells[index][1].text)

    def add_without_port(
        self, layout: list_columns.Layout, cells: shapes.Cells, fault: LineFault
    ) -> None:
        """Note the keys of ports in an object without one, and the `fault` that reports it."""
        ports = _unread_ports(layout, cells)
        self.likely.update(dict.fromkeys(ports))
        if ports and self._without_port is None and fault.message.endswith(" has no port"):
            self._without_port = fault

    def faults(self) -> Iterator[LineFault]:
        """Yield the faults of further keys; the first object without a port gets its advice."""
        if self._without_port is not None:
            advice = list_columns.further_ports_hint(self._read, self.likely, self.rules)
            self._without_port.message += advice
        hint = list_columns.further_ports_hint(self._read, self._unread, self.rules)
        for text, (fault, ports) in self._unread.items():
            if not list_columns.is_another_port(text):
                fault.message += hint
                fault.unread_ports = ports
            yield fault


class _RepeatedNames:
    """Keys that are read as names and have the same port in several groups.

    They may be headings of ports, and the groups services.
    """

    def __init__(self, rules: PrivateRules) -> None:
        self.rules = rules
        self._first: dict[tuple[str, str], tuple[str, Word]] = {}
        self._repeated: dict[str, LineFault] = {}

    def add(self, layout: list_columns.Layout, cells: shapes.Cells) -> None:
        of_roles = {role: cells[index] for role, index in layout.columns.items() if role in _ROLES}
        if not all(isinstance(heading, ImpliedHeading) for heading, _ in of_roles.values()):
            return
        if not {"name", "port"} <= of_roles.keys():
            return
        name, port = of_roles["name"][1], of_roles["port"][1]
        group = of_roles["group"][1].text if "group" in of_roles else ""
        if group in self.rules.ranges:
            return
        first, same = self._first.setdefault((name.text, port.text), (group, port))
        # What a merge key repeats is the same by intent.
        if first != group and same.offset != port.offset and name.text not in self._repeated:
            groups = " and ".join(quoted(text) if text else "no group" for text in (first, group))
            message = (
                f"{quoted(name.text)} is on port {port.text} in {groups}: it is read as one service"
            )
            self._repeated[name.text] = LineFault(
                "CS404", message, name.offset, "line", name.text, severity=WARNING
            )

    def faults(self) -> Iterator[LineFault]:
        columns = {"port": [*self._repeated]}
        what = "the groups as services"
        hint = list_columns.configuration_hint(columns, self.rules, what, is_needed=True)
        for fault in islice(self._repeated.values(), 1):
            fault.message += hint
            yield fault


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
        self.strict = shapes.Shapes(root, rules, is_strict=True)
        self.shapes = self.strict
        self.objects = ObjectRows(rules, self.note_inner)
        self.visited: set[int] = set()
        self.noted: set[int] = set()

    def rows(self) -> Rows:
        members = self.root.members or []
        if not any(_is_list(key, node) for key, node in members):
            yield from self.whole()
            return
        for key, node in members:
            if _is_list(key, node):
                yield from self.list_under_key(node)
            else:
                self.shapes = self.strict
                yield from self.beside_lists(key, node)

    def beside_lists(self, key: Word, node: Node) -> Rows:
        """The rows of a member beside `services` and `ports`."""
        kind = self.strict.kind(node, key)
        # An entry that is repeated is one where it is merged.
        if kind and not (kind == "entry" and node.is_repeated):
            yield from self.inner(key, node, kind, "name", [])
        elif not kind:
            self.note(key, judge_beside_lists(key, node), node)

    def whole(self) -> Rows:
        """The rows of a document that is a list itself."""
        root = self.root
        if _is_named_entry(root, self.rules):
            yield from self.objects.entry(root)
        elif self.strict.has_rows(root) and root.members is not None:
            yield from self.map(root, [], is_list=False)
        else:
            yield from self.list_under_key(root)

    def list_under_key(self, node: Node) -> Rows:
        """The rows of what is meant to be a list."""
        self.shapes = self.strict
        if not self.strict.has_rows(node):
            self.shapes = shapes.Shapes(node, self.rules, is_strict=False)
        if node.members is None:
            yield from self.items(node, None, [], is_list=True)
        else:
            yield from self.map(node, [], is_list=True)

    def map(self, node: Node, group: shapes.Cells, *, is_list: bool) -> Rows:
        """The rows of a mapping from names to ports, from ports to names, or from groups to such.

        `is_list` where each member is meant to be an entry.
        """
        members = [
            (key, value, self.shapes.kind(value, key))
            for key, value in shapes.without_remarks(node)
        ]
        entries = [value for _, value, kind in members if kind == "entry"]
        context = self.context(node, entries, is_list=is_list)
        own = "port" if shapes.keys_are_ports(shapes.without_remarks(node)) else "name"
        for key, value, kind in members:
            if kind:
                yield from self.inner(key, value, kind, own, group)
            elif own == "port" or (reason := judge(key, value, context)) == ENTRY:
                yield from self.objects.in_group(self.objects.pair(key, value, own), group)
            else:
                self.note(key, reason, value)

    def context(self, node: Node, entries: list[Node], *, is_list: bool) -> Context:
        """What the members of a mapping are, of which some are `entries`."""
        is_map = self.shapes.is_map(node)
        return Context(
            is_strict=self.shapes.is_strict,
            is_list=is_list,
            texts_are_ports=_is_flat(node) if node is self.root else is_list,
            is_map=is_map,
            has_pairs=is_list or is_map or bool(entries),
            entry_keys={key.text for entry in entries for key, _ in entry.members or ()},
            port_headings=self.shapes.port_headings,
        )

    def inner(
        self, key: Word, node: Node, kind: shapes.Kind, own: str, group: shapes.Cells
    ) -> Rows:
        """The rows of a member that is an entry, a map of ports or a group."""
        if group and list_columns.is_usual("port", key.text):
            # The ports of what the mapping around it is.
            key, group = group[0][1], []
        if kind == "entry":
            yield from self.objects.in_group(self.objects.member(node, key, own), group)
        elif id(node) in self.visited:
            return
        elif node.members is None:
            self.visited.add(id(node))
            yield from self.items(node, key, group, own=own)
        elif self.is_index(node):
            self.note(key, "its ports are listed by name", node)
        else:
            self.visited.add(id(node))
            yield from self.map(node, self.inner_group(group, key, node), is_list=False)

    def is_index(self, node: Node) -> bool:
        """Say whether a mapping from ports to names repeats ports that names have."""
        members = node.members or []
        listed = sum(key.text in self.shapes.ports for key, _ in members)
        return shapes.keys_are_ports(members) and listed * 2 > len(members)

    def inner_group(self, group: shapes.Cells, key: Word, node: Node) -> shapes.Cells:
        """The group of what is in a group: its key, or that of an outer one that has a range."""
        has_range = bool(group) and group[0][1].text in self.rules.ranges
        if has_range and key.text not in self.rules.ranges:
            return group
        return [(self.objects.label("group", node), key)]

    def named_group(self, group: shapes.Cells, node: Node) -> shapes.Cells:
        """The group of what is in an item of a list: its name, if it has one."""
        cells = shapes.cells_of(node, self.rules)
        index = list_columns.columns_of([key for key, _ in cells], self.rules).get("name")
        return group if index is None else self.inner_group(group, cells[index][1], node)

    def items(
        self,
        node: Node,
        key: Word | None,
        group: shapes.Cells,
        *,
        own: str = "name",
        is_list: bool = False,
    ) -> Rows:
        """The rows of a list, under a key that is not always the name of its entries."""
        items = node.items or []
        is_list = is_list or any(self.shapes.kind(item) == "entry" for item in items)
        for item in items:
            kind = self.shapes.kind(item)
            if kind in ("ports", "group"):
                yield from self.inner_item(item, key, group, own)
            elif kind or is_list or shapes.has_port_inside(item):
                yield from self.objects.in_group(self.objects.item(item, key, own), group)

    def inner_item(self, node: Node, key: Word | None, group: shapes.Cells, own: str) -> Rows:
        """The rows of an item that is a map of ports or a group."""
        if id(node) in self.visited:
            return
        self.visited.add(id(node))
        if node.members is None:
            yield from self.items(node, key, group, own=own)
        else:
            yield from self.map(node, self.named_group(group, node), is_list=False)

    def note(self, key: Word, reason: str, node: Node) -> None:
        """Note a key that is not read, unless it is a remark or an alias repeats what it has."""
        if reason == REMARK or key.offset in self.noted or node.is_repeated:
            return
        self.noted.add(key.offset)
        message = f"{quoted(key.text)} is not read: {reason}"
        words = shapes.texts_below(node) if reason == _INNER else shapes.texts_of(node) or ()
        ports = [port for word in words for port in single_ports(word.text)]
        self.file.faults.append(
            LineFault(
                "CS404", message, key.offset, "line", key.text, severity=NOTE,
                unread_ports=ports if reason in (OUTSIDE, _INNER) else (),
            )
        )  # fmt: skip

    def note_inner(self, node: Node, port: Word) -> None:
        """Note what looks like ports in an object that has one."""
        for key, value in node.members or ():
            if key is not port and self.shapes.kind(value, key):
                self.note(key, _INNER, value)
            elif list_columns.by_word([key]) and shapes.is_weak_port(key, value, node):
                self.note(key, RANGES if shapes.has_ranges(value) else UNLIKELY, value)


def _is_list(key: Word, node: Node) -> bool:
    return node.word is None and key.text.lower() in _LIST_KEYS


def _is_flat(node: Node) -> bool:
    return all(value.word is not None for value in shapes.values_of(node))


def _is_named_entry(node: Node, rules: PrivateRules) -> bool:
    """Say whether a document is one entry: it has a name beside its port."""
    cells = shapes.cells_of(node, rules)
    columns = list_columns.columns_of([key for key, _ in cells], rules)
    name, port = columns.get("name"), columns.get("port")
    if name is None or port is None:
        return False
    return bool(cells[name][1].text) and is_port_cell(cells[port][1].text)
