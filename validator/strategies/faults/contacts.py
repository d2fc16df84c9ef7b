"""AC: assignees and contacts."""

from __future__ import annotations

from validator.model.record import Citation, Contact
from validator.model.vocabulary import IESG, IETF_CHAIR
from validator.strategies.draft import cite
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


def _cited(draft: Draft) -> Contact:
    """A contact that one record cites."""
    contact = draft.newcomer()
    record = draft.single()
    record.assignee, record.contact = (), (cite(contact),)
    return contact


def _second(contact: Contact, identity: str) -> Contact:
    """Another contact of the same words."""
    other = Contact(0, 0)
    for name in Contact.__slots__:
        setattr(other, name, getattr(contact, name))
    other.contact_id = identity
    return other


def _later(*contacts: Contact) -> Contact:
    """The one that stands last in the table."""
    return max(contacts, key=lambda contact: contact.contact_id or "")


@breaks("AC001")
def dangling_contact_reference(draft: Draft) -> Blame:
    record = draft.pick(draft.service().assigned)
    unknown = Citation("person", draft.pick(("Nobody", "Ann_Exampel", "Zz_9")), None, 0)
    field = draft.pick(("contact", "assignee"))
    setattr(record, field, (unknown,))
    return record, field


@breaks("AC002")
def unused_contact(draft: Draft) -> Blame:
    draft.service()
    contact = draft.newcomer()
    draft.strangers.append(contact)
    return contact, "contact_id"


@breaks("AC003")
def duplicate_contact_id(draft: Draft) -> Blame:
    contact = _cited(draft)
    again = _second(contact, contact.contact_id or "")
    draft.strangers.append(again)
    return again, "contact_id"


@breaks("AC004")
def contact_id_case(draft: Draft) -> Blame:
    contact = _cited(draft)
    identity = contact.contact_id or ""
    other = _second(contact, draft.pick((identity.upper(), identity.lower())))
    other.contact_uri = ("mailto:another&example.com",)
    draft.single().contact = (cite(other),)
    draft.strangers.append(other)
    return _later(contact, other), "contact_id"


@breaks("AC005")
def malformed_contact_id(draft: Draft) -> Blame:
    contact = draft.newcomer()
    given, _, family = (contact.contact_id or "").partition("_")
    shapes = ("{} {}", "[{}_{}]", '{}"{}', "{}_{} ", "{}\u200b{}", "{}<{}>")
    contact.contact_id = draft.pick(shapes).format(given, family)
    record = draft.single()
    record.assignee, record.contact = (), (cite(contact),)
    return contact, "contact_id"


@breaks("AC006")
def contact_without_uri(draft: Draft) -> Blame:
    contact = _cited(draft)
    contact.contact_uri = ()
    return contact, "contact_uri"


@breaks("AC007")
def malformed_contact_uri(draft: Draft) -> Blame:
    contact = _cited(draft)
    wrong = (
        "mailto:ann@example.com", "ann&example.com", "mailto:ann", "mailto:&example.com", "",
        "gopher://example.com", "mailto:ann&example", "mailto:ann&example.com,ben&example.com",
        "tel:none", "http:/example.com", "mailto:<ann&example.com>", "mailto:a&b&example.com",
        "mailto:ann &example.com", "www.example.com",
    )  # fmt: skip
    contact.contact_uri = (draft.pick(wrong),)
    return contact, "contact_uri"


@breaks("AC008")
def anonymous_contact(draft: Draft) -> Blame:
    contact = _cited(draft)
    contact.name = contact.organization = None
    return contact, "name"


@breaks("AC009")
def contact_duplicated(draft: Draft) -> Blame:
    contact = _cited(draft)
    other = _second(contact, f"{contact.contact_id}_2")
    draft.single().contact = (cite(other),)
    draft.strangers.append(other)
    return _later(contact, other), "contact_id"


@breaks("AC010")
def missing_assignee(draft: Draft) -> Blame:
    record = draft.pick(draft.pick((draft.service, draft.bare))().assigned)
    record.assignee = record.contact = ()
    return record, "assignee"


@breaks("AC011")
def missing_contact(draft: Draft) -> Blame:
    record = draft.pick(draft.pick((draft.service, draft.bare))().assigned)
    record.assignee, record.contact = (cite(draft.contact()),), ()
    return record, "contact"


@breaks("AC012")
def ietf_assignment_parties(draft: Draft) -> Blame:
    record = draft.standard(transports=("tcp",)).record
    iesg, chair = draft.office(IESG), draft.office(IETF_CHAIR)
    kind = draft.pick(("contact", "assignee", "swapped"))
    if kind == "contact":
        record.contact = (cite(draft.contact()),)
        return record, "contact"
    record.assignee = (cite(draft.contact()),)
    if kind == "swapped":
        record.assignee, record.contact = (cite(chair),), (cite(iesg),)
    return record, "assignee"


@breaks("AC013")
def organization_as_name(draft: Draft) -> Blame:
    contact = _cited(draft)
    form = draft.pick(("GmbH", "Inc.", "Ltd", "University", "Technologies"))
    contact.name, contact.organization = f"{contact.name} {form}", None
    return contact, "name"


@breaks("AC014")
def contact_id_mismatch(draft: Draft) -> Blame:
    contact = draft.newcomer()
    contact.contact_id = draft.pick(("Qwxz_Vbn", "J_Xq_7", "Würz"))
    record = draft.single()
    record.assignee, record.contact = (), (cite(contact),)
    return contact, "contact_id"


@breaks("AC015")
def system_port_outside_ietf(draft: Draft) -> Blame:
    record = draft.system(transports=("tcp",)).record
    record.assignee, record.contact = (), (cite(draft.contact()),)
    record.registration_date, record.modification_date = draft.day(), None
    return record, "port_number"
