"""What a member of a mapping is that has no entry inside: one itself, a remark, or a setting.

In a list an object without a port and a name without a value are entries with a fault, and so is a
text that is nearly a port; other texts are remarks.  Of `services` and `ports` every member is
meant to be an entry.  Beside entries an object lacks its port if it has their keys.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from validator.consumers.entry import Word
from validator.consumers.list_columns import heading_words
from validator.consumers.node import Node
from validator.consumers.port_cells import UNLIKELY, is_port_cell
from validator.consumers.shapes import (
    has_ends,
    has_likely_ports,
    has_nearly_ports,
    has_ports,
    has_ranges,
    is_policy,
    is_quantity,
    is_remark_text,
    lacks_port,
    texts_of,
)

# What a member is, else the reason why it is not read.
ENTRY, REMARK = "entry", "remark"
OUTSIDE = "it is not in a list"
RANGES = "it has ranges of ports"
_MEASURES = "its numbers count or measure something"
# Keys of addresses, which have a port only where they state it.
_ADDRESS = re.compile(r"(?:.* )?(?:host|host ?name|addr|address|ip|bind|interface|domain|url)")
# Members that speak of the list itself.
TITLES = frozenset(
    ("version", "schema_version", "revision", "title", "description", "comment", "note", "notes")
) | {"date", "updated", "schema"}


class Context(NamedTuple):
    """What the members of a mapping are.

    `is_strict` where numbers and ranges have to look like ports, `is_list` where each is meant to
    be an entry, `texts_are_ports` where texts are meant to be ports, too; `is_map` where numbers
    are, `has_pairs` where some member is a name with its port.  `entry_keys` are the keys of
    objects among them that are entries, `port_headings` those that may be misspelled.
    """

    is_strict: bool
    is_list: bool
    texts_are_ports: bool
    is_map: bool
    has_pairs: bool
    entry_keys: Collection[str]
    port_headings: Sequence[str]


def judge(key: Word, value: Node, context: Context) -> str:
    """Return `ENTRY`, perhaps one with a fault, `REMARK`, or why the member is not read."""
    if is_blank(value):
        return ENTRY if context.has_pairs else REMARK
    if texts_of(value) is None:
        lacks = not value.is_repeated and lacks_port(
            value, context.entry_keys, context.port_headings
        )
        return ENTRY if context.is_list or lacks else setting_reason(key, value)
    if _is_title(key, value):
        return REMARK
    if not has_ports(value):
        is_address = _ADDRESS.fullmatch(heading_words(key.text)) and not has_nearly_ports(value)
        return REMARK if is_address else _judge_text(key, value, context)
    return _judge_ports(key, value, context)


def _judge_ports(key: Word, value: Node, context: Context) -> str:
    if context.is_strict and is_policy(key) and has_ranges(value):
        return RANGES
    if context.is_list:
        return ENTRY
    is_likely = has_likely_ports(value)
    if is_quantity(key):
        return _MEASURES if is_likely else REMARK
    if not (context.is_map or is_likely or has_ranges(value)):
        return UNLIKELY
    return ENTRY if context.has_pairs else OUTSIDE


def _judge_text(key: Word, value: Node, context: Context) -> str:
    if context.texts_are_ports or (context.has_pairs and is_port_cell(key.text)):
        return ENTRY
    if has_nearly_ports(value):
        return ENTRY if context.has_pairs else OUTSIDE
    return REMARK if value.word is not None else setting_reason(key, value)


def judge_beside_lists(key: Word, value: Node) -> str:
    """As `judge`, for a member beside `services` or `ports` without an entry inside."""
    if value.word is None:
        return setting_reason(key, value)
    is_remark = _is_title(key, value) or is_quantity(key) or is_remark_text(value)
    return REMARK if is_remark else OUTSIDE


def _is_title(key: Word, value: Node) -> bool:
    return key.text.lower() in TITLES and not has_likely_ports(value)


def is_blank(node: Node) -> bool:
    """Say whether a value has neither text nor members."""
    if node.word is not None:
        return not node.word.text
    items = node.items or ()
    return not node.members and not any(
        item.members or (item.word is not None and item.word.text) for item in items
    )


def setting_reason(key: Word, node: Node) -> str:
    """Why a mapping or list is not read."""
    if has_ports(node):
        return RANGES if has_ranges(node) else OUTSIDE
    members = node.members or [(Word("", item.offset), item) for item in node.items or ()]
    numbers = [(name, value) for name, value in members if has_ports(value)]
    if not numbers:
        return "it has no ports"
    is_policy = has_ends(node) or any(has_ranges(value) for _, value in numbers)
    return RANGES if is_policy else _number_reason(key, numbers)


def _number_reason(key: Word, numbers: Sequence[tuple[Word, Node]]) -> str:
    likely = [name for name, value in numbers if has_likely_ports(value)]
    if not likely:
        return UNLIKELY
    return _MEASURES if any(map(is_quantity, (key, *likely))) else "most of its values are no ports"
