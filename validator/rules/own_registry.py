"""What a rule of a user changes in the registry is changed back, and a fault of the rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from validator.model.entries import Assignment, Statement
from validator.model.record import Citation, Contact, Dump, Footnote, Note, Record
from validator.model.registry import Registry, cached_index

_ATTRIBUTES: dict[type, Sequence[str]] = {
    Registry: ("assignments", "dump", "entries", "statements"),
    **{
        kind: tuple(kind.__slots__)
        for kind in (Dump, Record, Contact, Footnote, Note, Citation, Assignment, Statement)
    },
}
_ABSENT = object()


class _Attributes:
    """The attributes that things of one class had."""

    def __init__(self, things: Sequence[object]) -> None:
        self.things = list(things)
        self.names = _ATTRIBUTES[type(things[0])]
        self._get: Callable[[Any], tuple[Any, ...]] = attrgetter(*self.names)
        self._values = list(map(self._get, things))

    def restore(self) -> tuple[object, str] | None:
        """Change them back; return the first thing that was changed, and its attribute."""
        if self._are_unchanged():
            return None
        first = None
        for thing, values in zip(self.things, self._values, strict=True):
            for name, value in zip(self.names, values, strict=True):
                if getattr(thing, name, _ABSENT) != value:
                    setattr(thing, name, value)
                    first = first or (thing, name)
        return first

    def _are_unchanged(self) -> bool:
        try:
            return list(map(self._get, self.things)) == self._values
        except AttributeError:
            return False


class RegistryState:
    """What a registry was before the first rule of a user.

    That is its lists, the attributes of what is in them, and the citations.
    """

    def __init__(self, registry: Registry) -> None:
        dump = registry.dump
        groups: list[Sequence[object]] = [
            [registry], [dump], dump.records, dump.contacts, dump.footnotes, dump.notes,
            registry.assignments, registry.statements, _citations(dump),
        ]  # fmt: skip
        self._attributes = [_Attributes(things) for things in groups if things]
        self._lists: list[tuple[object, str, list[Any]]] = [
            (owner, name, list(getattr(owner, name)))
            for owner in (registry, dump)
            for name in _ATTRIBUTES[type(owner)]
            if isinstance(getattr(owner, name), list)
        ]

    def restore(self) -> tuple[object, str] | None:
        """Change it back; return the first thing that was changed, and its attribute."""
        changes = [change for group in self._attributes if (change := group.restore())]
        for owner, name, things in self._lists:
            current = getattr(owner, name)
            if list(current) != things:
                current[:] = things
                changes.append((owner, name))
        return changes[0] if changes else None


def _citations(dump: Dump) -> Sequence[Citation]:
    """Return each citation of a dump once: of fields, inside texts, and of the registry itself."""
    parts: list[object] = [*dump.references]
    for record in dump.records:
        parts += (*record.assignee, *record.contact, *record.reference)
        parts += (citation for _, citation in record.inline)
        for mixed in (record.mixed or {}).values():
            parts += mixed
    parts += (part for note in dump.notes for part in note.mixed)
    parts += (part for footnote in dump.footnotes for part in footnote.mixed)
    return list({id(part): part for part in parts if isinstance(part, Citation)}.values())


registry_state = cached_index(RegistryState)
