"""What the mappings and lists of a private list in YAML, JSON or TOML are.

An *entry* is a mapping with a port: one of its keys is a heading of ports.  A *map of ports* is a
mapping without one whose values are ports: at least two, or as many as it has other texts.  Its
keys are names; where all keys are ports, the values are names.  A key that several mappings have
for their only port, and that is no name elsewhere, is a heading: they are entries.  A *group* is a
mapping or list with any of these inside.  Everything else is a setting.

A number alone may count anything.  In a map of ports most numbers look like ports
(`has_likely_ports`), unless nothing in the list does.  A number whose key counts or measures
something is no port, nor are the ends of a range, and ranges without a port beside them are a
policy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Literal

from validator.consumers import list_columns, port_cells
from validator.consumers.case import PrivateRules
from validator.consumers.entry import JoinedWord, Word
from validator.consumers.node import Node
from validator.consumers.range_columns import RANGE_ENDS
from validator.consumers.tables import MOST_CELLS
from validator.errors import nearest
from validator.model.vocabulary import LAST_PORT, USER_PORTS

Kind = Literal["entry", "ports", "group", ""]
Members = list[tuple[Word, Node]]
Cells = list[tuple[Word, Word]]

_WITH_TRANSPORT = re.compile(r"[0-9]+\s*/[a-z/\s]+", re.IGNORECASE)
# Keys that are no names of services, with a number.
_PROPERTY = re.compile(
    r"(?:.* )?(?:size|slots?|id|uid|gid|version|width|height"
    r"|ports (?:allocated|reserved|used|free|open|available))"
    r"|workers|threads|weight|priority|cpu|memory|year|since|revision"
)
# Members of an object that are its name, whatever its key.
OWN_NAMES = ("service", "service name", "name")
_POLICY = re.compile(r"\branges?\b")
_ENDS = frozenset(chain.from_iterable(RANGE_ENDS))
# The two ports of a mapping: they name no services.
_SIDES = frozenset(("container", "external", "guest", "host", "internal", "published", "target"))
_LONGEST = 200
_DIGITS = len(str(LAST_PORT))
# Of how many keys a misspelled one is looked for.
_MOST_KEYS = 32


class Shapes:
    """The kind of each mapping and list of a document.

    Without `is_strict` every number of a map of ports may be a port.  `ports` are the texts of
    the ports that entries and names have.
    """

    def __init__(self, root: Node, rules: PrivateRules, *, is_strict: bool) -> None:
        self.rules = rules
        self.is_strict = is_strict
        self.port_headings = rules.ports or list_columns.PORT_HEADINGS
        self.ports: set[str] = set()
        self._kinds: dict[int, Kind] = {}
        # The keys of the only ports of mappings, and those that are names elsewhere.
        self._only_keys: dict[int, str] = {}
        self._names: set[str] = set()
        self._visit(root)
        times = Counter(key for key in self._only_keys.values() if key not in self._names)
        for identity, key in self._only_keys.items():
            if times[key] > 1 and self._kinds[identity]:
                self._kinds[identity] = "entry"

    def kind(self, node: Node, key: Word | None = None) -> Kind:
        """The kind of a node that is under `key`, which may say that it is none of these."""
        kind = self._kinds.get(id(node), "")
        if not kind or key is None or not self.is_strict:
            return kind
        is_setting = is_policy(key) or (kind == "ports" and list_columns.is_measure(key.text))
        return "" if is_setting else kind

    def has_rows(self, node: Node) -> bool:
        """Say whether a list, or a mapping that is one, has entries or maps of ports."""
        if node.members is None:
            return self.kind(node) != ""
        return self.is_map(node) or any(self.kind(value, key) for key, value in node.members)

    def _visit(self, node: Node) -> None:
        """Note the kinds of a node and of all below it, in the order of the document.

        An alias has its anchor before it: what it repeats has its kind already.  In a loop it is
        a setting.
        """
        self._kinds[id(node)] = ""
        for value in values_of(node):
            if value.word is None and id(value) not in self._kinds:
                self._visit(value)
        for key, value in node.members or ():
            if self.kind(value) == "entry":
                self._names.add(list_columns.heading_words(key.text))
        self._kinds[id(node)] = self._kind(node)

    def _kind(self, node: Node) -> Kind:
        if node.members is None:
            for item in node.items or ():
                self._settle_item(item)
            is_group = any(self.kind(item) for item in node.items or ())
        elif self._is_entry(node):
            return "entry"
        elif self.is_map(node):
            self._note_keys(node)
            return "ports"
        else:
            is_group = any(self.kind(value, key) for key, value in node.members)
        return "group" if is_group else ""

    def _settle_item(self, item: Node) -> None:
        """Set the kind of an item of a list, of which those of one member are names with a port."""
        if self._is_object(item):
            self._kinds[id(item)] = "entry"
        if len(item.members or ()) == 1:
            self._only_keys.pop(id(item), None)

    def _note_keys(self, node: Node) -> None:
        """Note the keys of a map of ports: the only one of an object, else names."""
        members = node.members or []
        keys = [key for key, value in members if has_ports(value) and not is_quantity(key)]
        words = [list_columns.heading_words(key.text) for key in keys]
        if len(words) == 1 and not any(self.kind(value, key) for key, value in members):
            self._only_keys[id(node)] = words[0]
        else:
            self._names.update(words)

    def _is_object(self, item: Node) -> bool:
        """Say whether an item of a list has a name, and its one port under an unusual heading."""
        if self.kind(item) != "ports":
            return False
        keys = {
            list_columns.heading_words(key.text)
            for key, value in item.members or ()
            if not has_ports(value)
        }
        return len(item.members or ()) - len(keys) == 1 and not keys.isdisjoint(OWN_NAMES)

    def _is_entry(self, node: Node) -> bool:
        if not 0 < len(node.members or ()) <= MOST_CELLS:
            return False
        cells = cells_of(node, self.rules)
        index = list_columns.columns_of([key for key, _ in cells], self.rules).get("port")
        if index is None:
            return self._lacks_configured_port(node.members or [])
        self.ports.add(cells[index][1].text)
        return True

    def is_map(self, node: Node) -> bool:
        """Say whether the keys of a mapping are names of ports, or ports of names."""
        members = without_remarks(node)
        if keys_are_ports(members):
            likely = sum(_are_likely_ports(key.text) for key, _ in members)
            return not self.is_strict or likely * 2 > len(members)
        if self._lacks_configured_port(members):
            return False
        return not has_ends(node) and self._have_ports(
            _values_of_names(members, self.port_headings)
        )

    def _lacks_configured_port(self, members: Members) -> bool:
        """Say whether an object has its port under another heading than the configured one.

        The other heading has the word port, or another key is configured.
        """
        if not self.rules.ports or not any(has_ports(value) for _, value in members):
            return False
        keys = [key for key, _ in members]
        others = self.rules.columns.keys() - {"port"}
        columns = list_columns.columns_of(keys, self.rules) if others else {}
        return bool(list_columns.by_word(keys)) or not others.isdisjoint(columns)

    def _have_ports(self, ports: list[Node]) -> bool:
        """Say whether some values look like ports, and note them."""
        if not ports or (self.is_strict and not _are_likely(ports)):
            return False
        self.ports.update(word.text for value in ports for word in texts_of(value) or ())
        return True


def _values_of_names(members: Members, port_headings: Sequence[str]) -> list[Node]:
    """The values that are ports, if they are at least two, or as many as the other texts."""
    named = {key.text.lower() for key, value in members if has_ports(value)}
    ports = [value for key, value in members if has_ports(value) and not is_quantity(key)]
    if len(named) > 1 and named <= _SIDES:
        return []
    if len(ports) == 1:
        texts = sum(is_remark_text(value) for _, value in members)
        return [] if texts > 1 or near_port(members, port_headings) is not None else ports
    return ports


def values_of(node: Node) -> list[Node]:
    return [*(node.items or ()), *(value for _, value in node.members or ())]


def is_quantity(key: Word, numbers: Iterable[str] = ()) -> bool:
    """Say whether a key counts or measures something; `numbers` are its values, where known."""
    words = list_columns.heading_words(key.text)
    return list_columns.is_measure(key.text, numbers) or _PROPERTY.fullmatch(words) is not None


def is_policy(key: Word) -> bool:
    """Say whether a key is one of ranges."""
    return _POLICY.search(list_columns.heading_words(key.text)) is not None


def _are_likely(values: list[Node]) -> bool:
    """Say whether of some ports, ranges aside, more look like ports than do not."""
    likely = sum(map(has_likely_ports, values))
    return likely > sum(not has_ranges(value) for value in values) - likely


def has_likely_ports(node: Node) -> bool:
    """Say whether a value has a User or Dynamic Port, a usual System Port, or several of these."""
    return any(_are_likely_ports(word.text) for word in texts_of(node) or ())


def has_port_inside(node: Node) -> bool:
    """Say whether a value looks like ports, or a member of it that counts nothing."""
    inner = [value for key, value in node.members or () if not is_quantity(key)]
    return any(has_ports(value) and has_likely_ports(value) for value in (node, *inner))


def _are_likely_ports(text: str) -> bool:
    return all(_is_likely_port(part.strip()) for part in text[:_LONGEST].split(","))


def _is_likely_port(text: str) -> bool:
    if _WITH_TRANSPORT.fullmatch(text) is not None or text in port_cells.USUAL_SYSTEM_PORTS:
        return True
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return is_number and USER_PORTS[0] <= int(text) <= LAST_PORT


def has_ranges(node: Node) -> bool:
    """Say whether a value that is a port, or ports, has no single one."""
    parts = [part for word in texts_of(node) or () for part in word.text.split(",")]
    return not any(part.partition("/")[0].strip().isdigit() for part in parts)


def texts_of(node: Node) -> list[Word] | None:
    """The text of a scalar, or those of a list of scalars; `None` for everything else."""
    if node.word is not None:
        return [node.word]
    if node.items is None or any(item.word is None for item in node.items):
        return None
    return [item.word for item in node.items if item.word is not None]


def texts_below(node: Node) -> Iterator[Word]:
    """Yield the texts of the ports below a node, but those that count or measure something."""
    nodes, visited = [node], set[int]()
    while nodes:
        node = nodes.pop()
        if id(node) in visited:
            continue
        visited.add(id(node))
        if has_ports(node):
            yield from texts_of(node) or ()
        nodes += [value for key, value in node.members or () if not is_quantity(key)]
        nodes += node.items or ()


def has_ports(node: Node) -> bool:
    """Say whether a value is a port, or a list of ports."""
    texts = [word.text for word in texts_of(node) or () if word.text]
    return bool(texts) and all(map(port_cells.is_port_cell, texts))


def has_nearly_ports(node: Node) -> bool:
    """Say whether a value is nearly a port, or a list of which most items are."""
    texts = [word.text for word in texts_of(node) or () if word.text]
    return sum(map(port_cells.is_nearly_port, texts)) * 2 > len(texts)


def is_remark_text(node: Node) -> bool:
    """Say whether a value has text that is not even nearly a port."""
    texts = texts_of(node)
    return texts is not None and any(word.text for word in texts) and not has_nearly_ports(node)


def has_ends(node: Node) -> bool:
    """Say whether the ports of a mapping are the ends of a range, which claims none of them."""
    keys = {key.text.lower() for key, value in node.members or () if has_ports(value)}
    return bool(keys) and keys <= _ENDS


def keys_are_ports(members: Members) -> bool:
    return bool(members) and all(port_cells.is_port_cell(key.text) for key, _ in members)


def without_remarks(node: Node) -> Members:
    """The members of a mapping without those whose keys say that they are remarks."""
    return [
        (key, value)
        for key, value in node.members or ()
        if key.text[:1] not in ("_", "$") or has_ports(value)
    ]


def near_port(members: Members, port_headings: Sequence[str]) -> Word | None:
    """The key of a port that is a misspelled heading of ports."""
    for key, value in members[:_MOST_KEYS]:
        if has_ports(value) and nearest(key.text, port_headings) is not None:
            return key
    return None


def lacks_port(node: Node, sibling_keys: Collection[str], port_headings: Sequence[str]) -> bool:
    """Say whether a setting beside entries is one without its port.

    The key of the port is misspelled, or at least half of its keys are those of entries.
    """
    members = node.members or []
    shared = sum(key.text in sibling_keys for key, _ in members)
    return near_port(members, port_headings) is not None or shared * 2 >= max(len(members), 1)


def cells_of(node: Node, rules: PrivateRules) -> Cells:
    """The members of a mapping as headings and cells; a list of scalars has commas between them.

    A key with the word port that is no usual heading counts only where its value is nearly a port.
    """
    members = [
        (key, value) for key, value in (node.members or ())[:MOST_CELLS] if value.members is None
    ]
    if not rules.ports:
        keys = [key for key, _ in members]
        no_ports = {
            index
            for index in list_columns.by_word(keys)
            if not any(list_columns.is_usual(role, keys[index].text) for role in ("port", "name"))
            and not _is_port_of(*members[index], node)
        }
        members = [member for index, member in enumerate(members) if index not in no_ports]
    return [(key, _cell(value)) for key, value in members]


def _is_port_of(key: Word, value: Node, node: Node) -> bool:
    """Say whether a member of a mapping without a usual heading of ports is one."""
    is_other = is_quantity(key) or is_remark_text(value)
    return not is_other and not is_weak_port(key, value, node)


def is_weak_port(key: Word, value: Node, node: Node) -> bool:
    """Say whether a member of a mapping has ranges or small numbers beside ports.

    They are those of sockets, or a policy.  Beside a usual heading all others are no ports.
    """
    texts = [word.text for word in texts_of(value) or ()]
    is_other = all(map(port_cells.has_small_numbers, texts)) or (
        is_policy(key) and has_ranges(value)
    )
    return has_ports(value) and is_other and _has_better_port(key, node)


def _has_better_port(key: Word, node: Node) -> bool:
    """Say whether a mapping has a likely port under another key, and none under a usual one."""
    others = [(k, v) for k, v in node.members or () if k is not key and not is_quantity(k)]
    ports = (v for _, other in others for v in (other, *values_of(other)))
    is_listed = any(list_columns.is_usual("port", k.text) for k, _ in others)
    return not is_listed and any(map(has_likely_ports, ports))


def _cell(value: Node) -> Word:
    if value.word is not None:
        return port_cells.port_cell(value.word)
    words = [
        Word("a list", item.offset) if item.word is None else item.word
        for item in (value.items or ())[: port_cells.MOST_ITEMS + 1]
        if item.members is None
    ]
    return JoinedWord(words, ", ") if words else Word("", value.offset)
