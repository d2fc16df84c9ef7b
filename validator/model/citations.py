"""Every citation of a dump: in the fields of records, inside texts, and above and below the table.

A citation comes as (subject, field, citation): what cites, in which field, and the citation.
"""

from __future__ import annotations

from validator.model.record import Citation, Dump, Footnote, Note, Record
from validator.model.registry import Registry, cached_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Citing: TypeAlias = "tuple[Record | Note | Footnote | Dump, str, Citation]"


def _outside_records(dump: Dump) -> Iterator[Citing]:
    """Yield the citations of the registry itself, its notes and its footnotes."""
    for citation in dump.references:
        yield dump, "reference", citation
    for note in dump.notes:
        for part in note.mixed:
            if isinstance(part, Citation):
                yield note, note.FIELD, part
    for footnote in dump.footnotes:
        for part in footnote.mixed:
            if isinstance(part, Citation):
                yield footnote, footnote.FIELD, part


def person_citations(registry: Registry) -> Iterator[Citing]:
    """Yield every citation of a person, and whatever an assignee or contact field cites."""
    for record in registry.records:
        for citation in record.assignee:
            yield record, "assignee", citation
        for citation in record.contact:
            yield record, "contact", citation
        for field, citation in record.inline:
            if citation.kind == "person":
                yield record, field, citation
    for citing in _outside_records(registry.dump):
        if citing[2].kind == "person":
            yield citing


@cached_index
def document_citations(registry: Registry) -> list[Citing]:
    """Every citation of something other than a person, and whatever a reference field cites."""
    citations: list[Citing] = []
    for record in registry.records:
        if record.reference or record.inline:
            citations += [(record, "reference", citation) for citation in record.reference]
            citations += [
                (record, field, citation)
                for field, citation in record.inline
                if citation.kind != "person"
            ]
    outside = _outside_records(registry.dump)
    citations += [citing for citing in outside if citing[2].kind != "person"]
    return citations


@cached_index
def cited_contact_ids(registry: Registry) -> frozenset[str | None]:
    """The ids that citations of persons give, anywhere in the dump."""
    ids: set[str | None] = set()
    for field in ("contact", "assignee"):
        ids.update([one.data for cited in registry.citations(field).lists for one in cited])
    inline = [cited for record in registry.records if record.inline for _, cited in record.inline]
    inline += [citation for _, _, citation in _outside_records(registry.dump)]
    ids.update(citation.data for citation in inline if citation.kind == "person")
    return frozenset(ids)
