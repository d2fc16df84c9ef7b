"""Which records are historic aliases of another name, and which names these mean."""

from __future__ import annotations

from validator.model.entries import Assignment
from validator.model.registry import Registry, cached_index
from validator.model.values import PortRange
from validator.model.vocabulary import ALIAS_SENTENCE


def historic_records(registry: Registry) -> frozenset[int]:
    """The indexes of the records whose note is the alias sentence (RFC 6335, Section 10.1)."""
    notes = registry.column("assignment_notes").texts_with("alias")
    aliases = [note for note in notes if ALIAS_SENTENCE.search(note)]
    return frozenset(
        record.index for record, _ in registry.records_with("assignment_notes", aliases)
    )


class Namesakes:
    """The records of one name on one port and transport protocol.

    There may be thousands, and as many aliases to them: what is asked of all is kept.  `alias` is
    the first of them that is an alias, `spellings` are those of the name, and `replacing` are those
    that say that they replace a name, by the key of that.
    """

    __slots__ = ("alias", "entries", "replacing", "spellings")

    def __init__(self) -> None:
        self.entries: list[Assignment] = []
        self.alias: Assignment | None = None
        self.spellings: set[str] = set()
        self.replacing: dict[str, list[Assignment]] = {}


_NOBODY = Namesakes()


@cached_index
def _namesakes(
    registry: Registry,
) -> dict[tuple[str, PortRange | None, str | None], Namesakes]:
    """The records of the names that aliases and replacements name, by name and place."""
    keys = {alias.target_key for alias in registry.aliases}
    keys.update(replacement.old_key for replacement in registry.replacements)
    aliases = registry.alias_by_record
    old_keys: dict[int, dict[str, None]] = {}
    for replacement in registry.replacements:
        index = replacement.assignment.record.index
        old_keys.setdefault(index, {})[replacement.old_key] = None
    by_place: dict[tuple[str, PortRange | None, str | None], Namesakes] = {}
    for key in keys:
        for entry in registry.by_name.get(key, ()):
            namesakes = by_place.setdefault((key, entry.ports, entry.transport), Namesakes())
            namesakes.entries.append(entry)
            namesakes.spellings.add(entry.name)
            if namesakes.alias is None and entry.record.index in aliases:
                namesakes.alias = entry
            for old_key in old_keys.get(entry.record.index, ()):
                namesakes.replacing.setdefault(old_key, []).append(entry)
    return by_place


def namesakes_of(registry: Registry, key: str, assignment: Assignment) -> Namesakes:
    """The records of the name `key` on the port and transport protocol of `assignment`."""
    key_and_place = (key, assignment.ports, assignment.transport)
    return _namesakes(registry).get(key_and_place, _NOBODY)
