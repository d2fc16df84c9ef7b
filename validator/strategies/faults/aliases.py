"""AL: aliases and historic names."""

from __future__ import annotations

from validator.model.record import Citation
from validator.model.vocabulary import LEGACY_NAMES
from validator.strategies.draft import ALIAS, REPLACEMENT, copied, say
from validator.strategies.faults.breaking import breaks
from validator.strategies.values import invalid_service_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Record
    from validator.strategies.draft import Draft, Group
    from validator.strategies.faults.breaking import Blame
    from validator.strategies.values import Clause

_NOTES = "assignment_notes"


def _pair(draft: Draft, legacy: bool | None = None) -> tuple[Group, Record, Record]:
    """A service on tcp and its old name: the records together, the new one and the old one."""
    group = draft.alias(legacy=legacy, transports=("tcp",))
    new, old = group.assigned
    return group, new, old


@breaks("AL001")
def alias_target_missing(draft: Draft) -> Blame:
    _, _, old = _pair(draft, legacy=False)
    old.assignment_notes = ALIAS.format(draft.name())
    return old, _NOTES


@breaks("AL002")
def alias_target_elsewhere(draft: Draft) -> Blame:
    group, _, old = _pair(draft)
    if draft.pick((True, False)):
        elsewhere = draft.reserved(room=1)
        group.records.remove(old)
        old.port_number = str(elsewhere.low)
        old.known_unauthorized_uses = None
        elsewhere.records = [old]
    else:
        old.transport_protocol = "sctp"
    return old, _NOTES


@breaks("AL003")
def alias_not_acknowledged(draft: Draft) -> Blame:
    _, new, old = _pair(draft)
    say(new, "description", old.description or "")
    return old, _NOTES


@breaks("AL004")
def replacement_without_alias(draft: Draft) -> Blame:
    group, new, old = _pair(draft)
    group.records.remove(old)
    return new, "description"


@breaks("AL005")
def alias_not_historic(draft: Draft) -> Blame:
    _, _, old = _pair(draft)
    old.assignment_notes = (old.assignment_notes or "").partition("\n")[0]
    return old, _NOTES


@breaks("AL006")
def alias_to_itself(draft: Draft) -> Blame:
    record = draft.single(notes=False)
    record.assignment_notes = ALIAS.format(record.service_name)
    return record, _NOTES


def _three(draft: Draft) -> tuple[Record, Record, Record]:
    """A service with an old name that is well-formed, and a third record that says the same."""
    group, new, old = _pair(draft, legacy=False)
    oldest = copied(old)
    oldest.service_name = draft.name()
    group.records.insert(group.records.index(old) + 1, oldest)
    return new, old, oldest


@breaks("AL007")
def alias_chain(draft: Draft) -> Blame:
    _, old, oldest = _three(draft)
    oldest.assignment_notes = ALIAS.format(old.service_name)
    words = f"{old.description}\n\n{REPLACEMENT.format(oldest.service_name)}"
    say(old, "description", words)
    return oldest, _NOTES


@breaks("AL008")
def alias_cycle(draft: Draft) -> Blame:
    _, new, old = _pair(draft, legacy=False)
    say(new, "description", old.description or "")
    new.assignment_notes = ALIAS.format(old.service_name)
    return min((new, old), key=lambda record: (record.service_name or "").lower()), _NOTES


@breaks("AL009")
def alias_target_malformed(draft: Draft) -> Blame:
    _, _, old = _pair(draft)
    clauses: list[Clause] = ["SN002", "SN003", "SN004", "SN005", "SN001"]
    clause = draft.pick(clauses)
    target = draft.draw(
        invalid_service_names(clause).filter(lambda name: " " not in name and '"' not in name)
    )
    old.assignment_notes = ALIAS.format(target)
    return old, _NOTES


@breaks("AL010")
def alias_disagrees(draft: Draft) -> Blame:
    _, new, old = _pair(draft)
    field = draft.pick(("description", "modification_date", "reference"))
    if field == "description":
        old.description = f"{old.description} of old"
    elif field == "reference":
        old.reference = (*new.reference, Citation("uri", "https://www.example.com/old", None, 0))
    elif old.modification_date:
        old.modification_date = None
    else:
        new.modification_date = draft.updated.isoformat()
    return old, field


@breaks("AL011")
def alias_sentence_near_miss(draft: Draft) -> Blame:
    kind = draft.pick(("alias", "replacement", "historic"))
    if kind == "historic":
        _, _, old = _pair(draft)
        old.assignment_notes = (old.assignment_notes or "").replace("usable", "useable")
        return old, _NOTES
    record = draft.single(notes=False)
    if kind == "alias":
        wrong = draft.pick(('This entry is an alais to "{}".', "This entry is an alias for '{}'."))
        record.assignment_notes = wrong.format(draft.name())
        return record, _NOTES
    sentence = REPLACEMENT.format(draft.name()).replace("well-formed ", "wellformed ")
    record.description = f"{record.description}\n\n{sentence}"
    return record, "description"


@breaks("AL012")
def alias_name_derivation(draft: Draft) -> Blame:
    _, new, old = _pair(draft, legacy=True)
    new.service_name = draft.name()
    old.assignment_notes = ALIAS.format(new.service_name)
    return old, _NOTES


@breaks(
    "AL013",
    along={"SN002": "a malformed name is accepted only where Section 10.1 lists it"},
)
def legacy_name_not_in_table(draft: Draft) -> Blame:
    _, new, old = _pair(draft, legacy=True)
    # As "a_b", of which no name in the table is made.
    name = draft.draw(
        invalid_service_names("SN002").filter(
            lambda name: name not in LEGACY_NAMES and '"' not in name and _derived(name)
        )
    )
    old.service_name = name
    new.service_name = _derived(name)
    old.assignment_notes = ALIAS.format(new.service_name)
    say(new, "description", f"{old.description}\n\n{REPLACEMENT.format(name)}")
    return old, "service_name"


def _derived(name: str) -> str:
    from validator.model.vocabulary import SERVICE_NAME, SERVICE_NAME_CHARACTERS

    new = "".join(c if c in SERVICE_NAME_CHARACTERS else "-" for c in name)
    return new if SERVICE_NAME.fullmatch(new) else ""


@breaks("AL014")
def alias_target_spelling(draft: Draft) -> Blame:
    _, new, old = _pair(draft)
    name = new.service_name or ""
    old.assignment_notes = ALIAS.format(name.swapcase())
    return old, _NOTES


@breaks("AL015")
def synonym_without_note(draft: Draft) -> Blame:
    name = draft.pick(("www", "www-http"))
    group = draft.system(port=80, name=name, transports=("tcp",))
    return group.record, _NOTES
