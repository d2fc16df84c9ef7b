"""Private port lists in YAML, JSON and TOML.

A list of objects, at the top or under `services` or `ports`; or a mapping from names to a port, to
ports, or to an object; a mapping whose keys are all ports is read the other way round.  Beside
`services` and `ports` other keys are read where they have ports, else reported.
"""

from __future__ import annotations

import re

from validator.consumers.documents import Node, document_tree
from validator.consumers.entry import ConsumerFile, JoinedWord, LineFault, Word
from validator.consumers.list_columns import (
    COLUMNS,
    by_word,
    columns_of,
    layout_of,
    repeated_headings,
    require_columns,
    require_ports,
    unread_ports,
)
from validator.consumers.port_cells import MOST_ITEMS, is_port_cell
from validator.consumers.private import add_limit_fault, add_rows
from validator.consumers.tables import MOST_CELLS, Row
from validator.engine.rule import NOTE
from validator.errors import Unusable
from validator.model.values import is_date
from validator.model.vocabulary import quoted
from validator.readers.source import Source, unusable_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.consumers.case import PrivateRules
    from validator.limits import Limits

# YAML is read at some hundred kilobytes a second, and a list of ports is a page of text.
_MOST_BYTES = 1 << 20
_LIST_KEYS = ("services", "ports")
# What one mapping of YAML may merge of others.
_MOST_MERGES = 16
# Members of an object that are its name, whatever its key.
_OWN_NAMES = ("service", "service name", "service_name", "name")
# The members of a range of ports, which claims none of them.
_ENDS = frozenset(("start", "end", "from", "to", "min", "max", "low", "high", "first", "last"))
# Members that speak of the list itself.
_REMARKS = ("version", "schema_version", "revision")
_TITLES = frozenset(
    (*_REMARKS, "title", "description", "comment", "note", "notes", "date", "updated", "schema")
)
_MISTYPED_PORT = re.compile(
    r"(?<![\w.-])(?:[0-9]{2,5}(?![\w-]|\.[0-9])|[0-9]\w*+(?![.-])|(?:tcp|udp|sctp|dccp)\b|\w+://|localhost)",
    re.IGNORECASE,
)
# One of these is in each service of a Compose file.
_COMPOSE_KEYS = frozenset(("image", "build", "extends"))
# One of these is beside the services of a Compose file only.
_COMPOSE_TOP = frozenset(("networks", "volumes", "configs", "secrets"))


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
    if _is_compose(root):
        raise Unusable(
            f"{path}: expected a list of names and ports, found a Compose file: its ports are those"
            " of containers (a list has a name and a port for each service)"
        )
    file = ConsumerFile(path, "private", source.data)
    lists, unread = _lists(root, rules)
    file.faults += _nested_ports(lists, rules)
    for key in unread:
        message = f"{quoted(key.text)} is not read: it has no object with a port"
        file.faults.append(LineFault("CS404", message, key.offset, "line", key.text, severity=NOTE))
    headings = _add_rows(
        file, _rows(lists, rules, is_explicit=lists != [root]), rules, limits.records
    )
    if "port" not in file.columns:
        # That there is no port is one fault, and not one of each row.
        file.faults = [fault for fault in file.faults if fault.code != "CS402"]
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
        add_rows(file, by_role, pairs, Row([], lines.at(offset), offset), rules, keys)
    file.columns = columns
    file.faults += further.values()
    return list(headings.values())


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


# -- what the document says ---------------------------------------------------------------------

if TYPE_CHECKING:
    Cells = list[tuple[Word, Word]]


def _is_compose(root: Node) -> bool:
    """Say whether a document is a Compose file: its ports are mappings of a container's ports."""
    top = {key.text: node for key, node in root.members or ()}
    services = top.get("services")
    if services is None or not services.members:
        return False
    inner = [{key.text.lower(): value for key, value in _members(n)} for _, n in services.members]
    if not all(keys.keys() & _COMPOSE_KEYS and "port" not in keys for keys in inner):
        return False
    return bool(top.keys() & _COMPOSE_TOP) or not _have_numbers(inner)


def _have_numbers(services: list[dict[str, Node]]) -> bool:
    """Say whether services have plain ports: a list of one's own may name images, too."""
    ports = [item for keys in services if "ports" in keys for item in keys["ports"].items or ()]
    words = [item.word.text if item.word is not None else "" for item in ports]
    return bool(words) and all(is_port_cell(text) and ":" not in text for text in words)


def _lists(root: Node, rules: PrivateRules) -> tuple[list[Node], list[Word]]:
    """The lists and mappings of a document, and the keys beside them that are not read."""
    members = root.members or []
    if not any(key.text.lower() in _LIST_KEYS and node.word is None for key, node in members):
        return [root], []
    lists: list[Node] = []
    unread: list[Word] = []
    for key, node in members:
        if node.word is not None:
            is_list, is_remark = False, _is_remark(key, node.word)
        else:
            # What is merged elsewhere is read there; what is read twice has the same place.
            is_remark = node.is_repeated
            is_list = key.text.lower() in _LIST_KEYS or _has_ports(node, rules)
        if is_list:
            lists.append(node)
        elif not is_remark:
            unread.append(key)
    return lists, unread


def _nested_ports(lists: list[Node], rules: PrivateRules) -> Iterator[LineFault]:
    """Yield a note for each key with ports in an object that has one itself: they are not read."""
    for node in _below(lists, rules):
        if _has_port(node, rules):
            yield from _inner_ports(node, rules)


def _below(tops: list[Node], rules: PrivateRules) -> Iterator[Node]:
    """Yield the lists and mappings below `tops`, but what is in an object that has a port.

    What an alias repeats is looked at once: anchors that multiply stay small.
    """
    visited: set[int] = set()
    pending = list(tops)
    while pending:
        new = [value for value in _values(pending.pop()) if id(value) not in visited]
        visited.update(map(id, new))
        yield from new
        pending += [value for value in new if not _has_port(value, rules)]


def _inner_ports(node: Node, rules: PrivateRules) -> Iterator[LineFault]:
    members = _members(node)
    port = columns_of([key for key, _ in members], rules).get("port")
    for at, (key, value) in enumerate(members):
        if value.word is not None or at == port:
            continue
        if _has_port(value, rules) or _has_ports(value, rules):
            message = f"{quoted(key.text)} is not read: it is in an object that has a port"
            yield LineFault("CS404", message, key.offset, "line", key.text, severity=NOTE)


def _has_ports(node: Node, rules: PrivateRules) -> bool:
    """Say whether a list has objects with a port, or a mapping these or groups of such.

    Bare numbers are ports in a list of ports, and settings beside one.
    """
    return any(_has_port(value, rules) for value in _below([node], rules))


def _values(node: Node) -> list[Node]:
    """The lists and mappings in a list or mapping."""
    values = [*(node.items or ()), *(value for _, value in node.members or ())]
    return [value for value in values if value.word is None]


def _has_port(node: Node, rules: PrivateRules) -> bool:
    return "port" in columns_of([key for key, _ in _members(node)], rules)


def _rows(
    lists: list[Node], rules: PrivateRules, *, is_explicit: bool
) -> Iterator[tuple[Cells, int]]:
    """The rows of a document: cells with their headings, and where each row begins."""
    for top in lists:
        if top.items is None:
            members = _without_remarks(top.members or [], is_explicit)
            yield from _map_rows(members, rules, [], set())
        for node in top.items or ():
            yield from _item_rows(node, rules)


def _item_rows(node: Node, rules: PrivateRules) -> Iterator[tuple[Cells, int]]:
    """The rows of an item of a list: an object, with one for each object among its ports."""
    if node.members is None:
        text = node.word.text if node.word is not None else "a list"
        yield [(_heading("port", node), Word(text, node.offset))], node.offset
        return
    cells = _cells(node)
    key, objects = _port_objects(node, rules)
    if not objects or any(word.text for heading, word in cells if heading is key):
        yield cells, node.offset
    if objects:
        keys = [heading for heading, _ in cells]
        known = {*columns_of(keys, rules).values(), *by_word(keys)}
        rest = [cell for at, cell in enumerate(cells) if cell[0] is not key and at in known]
        for item in objects:
            yield _cells(item) + rest, item.offset


def _port_objects(node: Node, rules: PrivateRules) -> tuple[Word | None, list[Node]]:
    """The key of an object's ports, and the objects among them."""
    members = _members(node)
    index = columns_of([key for key, _ in members], rules).get("port")
    if index is None:
        return None, []
    key, value = members[index]
    return key, [item for item in value.items or () if item.members is not None]


def _map_rows(
    members: list[tuple[Word, Node]],
    rules: PrivateRules,
    group: Cells,
    visited: set[int],
) -> Iterator[tuple[Cells, int]]:
    """The rows of a mapping from names to ports, from ports to names, or from groups to such.

    `visited` are groups that an alias repeats: they are read once.
    """
    own = _own_role(members)
    # Beside an object with a port, numbers in one without are no ports.
    has_numbers = own == "name" and not any(_has_port(node, rules) for _, node in members)
    for key, node in members:
        if own == "name" and _is_group(node, rules, has_numbers):
            if node.is_repeated and id(node) in visited:
                continue
            visited.add(id(node))
            inner = _without_remarks(node.members or [], is_explicit=False)
            yield from _map_rows(inner, rules, _inner_group(group, key, node, rules), visited)
        else:
            for cells, offset in _member_rows(key, node, own, rules):
                has_own = any(heading.text.lower() == "group" for heading, _ in cells)
                yield (cells if has_own else group + cells), offset


def _inner_group(group: Cells, key: Word, node: Node, rules: PrivateRules) -> Cells:
    """The group of what is in a group: its key, or that of an outer one that has a range."""
    has_range = bool(group) and group[0][1].text in rules.ranges
    return group if has_range and key.text not in rules.ranges else [(_heading("group", node), key)]


def _own_role(members: list[tuple[Word, Node]]) -> str:
    """What the keys of a mapping are: `port` where each of them is one, else `name`."""
    return "port" if members and all(is_port_cell(key.text) for key, _ in members) else "name"


def _without_remarks(
    members: list[tuple[Word, Node]], is_explicit: bool
) -> list[tuple[Word, Node]]:
    """The members of a mapping without remarks; beside objects, without titles and versions.

    `is_explicit` is for a mapping under a key that says what it is: few of its members are remarks.
    """
    members = _merged(members)
    if _own_role(members) == "port":
        return members
    members = [
        (key, node)
        for key, node in members
        if node.word is None or key.text[:1] not in ("_", "$") or is_port_cell(node.word.text)
    ]
    if all(node.word is not None for _, node in members):
        return members
    return [
        (key, node)
        for key, node in members
        if not (key.text.lower() in _TITLES if is_explicit else _is_remark(key, node.word))
    ]


def _merged(members: list[tuple[Word, Node]]) -> list[tuple[Word, Node]]:
    """The members of a mapping with those that YAML's merge key (`<<`) brings."""
    bases = [node for key, node in members if key.text == "<<" and node.word is None]
    if not bases:
        return members
    own = [(key, node) for key, node in members if key.text != "<<"]
    names = {key.text for key, _ in own}
    for base in bases:
        for node in [base, *(base.items or ())][: _MOST_MERGES + 1]:
            own += [member for member in node.members or () if member[0].text not in names]
    return own


def _is_remark(key: Word, value: Word | None) -> bool:
    """Say whether a member beside objects is a title or a version, and no name with its port."""
    if value is None or is_port_cell(key.text):
        return False
    if key.text.lower() in _TITLES:
        return True
    return bool(value.text) and not _is_nearly_port(value.text)


def _is_nearly_port(text: str) -> bool:
    """Say whether a text is a port, or what is meant to be one."""
    is_mistyped = _MISTYPED_PORT.search(text) is not None and not is_date(text, has_day=True)
    return is_mistyped or is_port_cell(text)


def _is_group(node: Node, rules: PrivateRules, has_numbers: bool) -> bool:
    """Say whether a mapping without a port of its own has rows."""
    if not node.members or _has_port(node, rules):
        return False
    if not has_numbers or {key.text.lower() for key, _ in node.members} <= _ENDS:
        return _has_ports(node, rules)
    texts = [inner.word.text for _, inner in node.members if inner.word is not None]
    may_be_ports = all(not text or _is_nearly_port(text) for text in texts)
    return may_be_ports and (any(texts) or len(texts) < len(node.members))


def _member_rows(
    key: Word, node: Node, own: str, rules: PrivateRules
) -> Iterator[tuple[Cells, int]]:
    """The rows of one member: its key is a name, or a port where `own` says so."""
    label, other = _heading(own, node), _heading("name" if own == "port" else "port", node)
    if node.members is not None:
        for cells, offset in _labeled(node, (label, key), rules):
            yield cells, key.offset if offset == node.offset else offset
        return
    items = [node] if node.items is None else node.items
    words = _words(items) if items else [Word("", node.offset)]
    if own == "port" and words:
        yield [(label, key), (other, JoinedWord(words, ", "))], key.offset
    else:
        for word in words:
            yield [(label, key), (other, word)], word.offset
    for item in items:
        if item.word is None:
            yield from _labeled(item, (label, key), rules)


def _words(items: list[Node]) -> list[Word]:
    return [item.word for item in items if item.word is not None]


def _labeled(
    node: Node, label: tuple[Word, Word], rules: PrivateRules
) -> Iterator[tuple[Cells, int]]:
    """The rows of an object with the key that it is under, but where it has a name of its own."""
    role = "name" if label[0].text == COLUMNS["name"][0] else "port"
    for cells, offset in _item_rows(node, rules):
        keys = [heading for heading, _ in cells]
        index = columns_of(keys, rules).get(role)
        if index is None or (role == "name" and not _is_own_name(keys[index], rules)):
            yield [label, *cells], offset
            continue
        yield cells, offset
        if role == "port" and not cells[index][1].text.startswith(label[1].text):
            # The key is a port as well.
            yield [label, *(cell for at, cell in enumerate(cells) if at != index)], label[1].offset


def _is_own_name(heading: Word, rules: PrivateRules) -> bool:
    """Say whether a heading is that of a name: an application only says more of the key."""
    return "name" in rules.columns or heading.text.lower() in _OWN_NAMES


def _heading(role: str, node: Node) -> Word:
    return _Label(COLUMNS[role][0], node.offset)


def _members(node: Node) -> list[tuple[Word, Node]]:
    """The members of a mapping, those of YAML's merge keys (`<<`) after its own."""
    if node.expanded is not None:
        return node.expanded
    members: list[tuple[Word, Node]] = []
    merged = [node]
    own: set[str] = set()
    for inner in merged:
        for key, value in (inner.members or [])[:MOST_CELLS]:
            if key.text == "<<" and value.word is None:
                merged += [value] if value.items is None else value.items[:_MOST_MERGES]
                del merged[_MOST_MERGES:]
            elif len(members) < MOST_CELLS and (inner is node or key.text not in own):
                members.append((key, value))
        own.update(key.text for key, _ in members)
    node.expanded = members
    return members


def _cells(node: Node) -> Cells:
    """The members of a mapping as headings and cells; a list of scalars has commas between them."""
    cells = []
    for key, value in _members(node):
        if value.word is not None:
            cells.append((key, value.word))
        elif value.items is not None:
            words = [
                Word("a list", item.offset) if item.word is None else item.word
                for item in value.items[: MOST_ITEMS + 1]
                if item.members is None
            ]
            word = JoinedWord(words, ", ") if words else Word("", value.offset)
            cells.append((key, word))
    return cells
