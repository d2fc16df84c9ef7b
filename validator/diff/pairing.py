"""What two dumps say of the same things, side by side: shared by comparing and by history.

A text is told with its white space folded, a citation as the registry shows it: what every form can
say.
"""

from __future__ import annotations

from validator.model.vocabulary import normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from validator.model.record import Citation, Contact, Dump, Footnote, Record
    from validator.model.registry import Registry

    Key: TypeAlias = tuple[str, ...]
    Told: TypeAlias = Sequence[str]

CITING = ("assignee", "contact", "reference")
OF_CONTACT = ("name", "organization", "contact_uri", "last_updated")
_SHOWN = 40


def columns_lacking(dump: Dump) -> set[str | None]:
    """The fields of records that a dump has no column for."""
    return {defect.field for defect in dump.defects if defect.code == "FM004" and defect.field}


def bracketed(citations: Iterable[Citation]) -> str:
    return "".join(f"[{normal_space(citation.display)}]" for citation in citations)


def told_of(record: Record, field: str) -> str:
    """What a record says in a field, as every form can say it."""
    if field == "assignee":
        return bracketed(record.assignee or record.contact)
    if field in CITING:
        return bracketed(getattr(record, field))
    return normal_space(getattr(record, field) or "")


def assignee_with_contacts(registry: Registry, record: Record) -> str | None:
    """What a dump with the old habit of pages and text lists in the place of an assignee.

    That is the assignee, and the contacts behind it.  `None` where the dump cannot have the habit.
    """
    if registry.dump.form not in ("txt", "html"):
        return None
    return bracketed([*record.assignee, *record.contact])


def is_same(one: Registry, other: Registry, record: Record, twin: Record, field: str) -> bool:
    """Say whether two records of the two registries say the same in a field, forms aside."""
    mine, theirs = told_of(record, field), told_of(twin, field)
    if mine == theirs:
        return True
    return field == "assignee" and (
        mine == assignee_with_contacts(one, twin) or theirs == assignee_with_contacts(other, record)
    )


def contact_key(contact: Contact) -> Key:
    return (normal_space(contact.contact_id or ""),)


def contact_told(contact: Contact) -> Told:
    values = (
        contact.name,
        contact.organization,
        " ".join(contact.contact_uri),
        contact.last_updated,
    )
    return [normal_space(value or "") for value in values]


def footnote_key(footnote: Footnote) -> Key:
    return (normal_space(footnote.anchor or ""),)


def footnote_told(footnote: Footnote) -> Told:
    return [normal_space(footnote.text)]


def apart(mine: str, theirs: str) -> tuple[str, str]:
    """Both texts in quotes, cut so that where they begin to differ is seen."""
    same = 0
    for same, (a, b) in enumerate(zip(mine, theirs, strict=False)):  # noqa: B007
        if a != b:
            break
    else:
        same = min(len(mine), len(theirs))
    start = max(0, same - _SHOWN // 2) if max(len(mine), len(theirs)) > _SHOWN else 0

    def piece(text: str) -> str:
        if not text:
            return "nothing"
        end = same + _SHOWN
        before = "…" if start else ""
        return f'"{before}{text[start:end]}{"…" if end < len(text) else ""}"'

    return piece(mine), piece(theirs)
