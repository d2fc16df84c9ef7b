"""Which records are historic aliases of another name."""

from __future__ import annotations

from validator.model.vocabulary import ALIAS_SENTENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.registry import Registry


def historic_records(registry: Registry) -> frozenset[int]:
    """The indexes of the records whose note is the alias sentence (RFC 6335, Section 10.1)."""
    notes = registry.column("assignment_notes").texts_with("alias")
    aliases = [note for note in notes if ALIAS_SENTENCE.search(note)]
    return frozenset(
        record.index for record, _ in registry.records_with("assignment_notes", aliases)
    )
