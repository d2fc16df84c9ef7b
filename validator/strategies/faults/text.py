"""TX: the texts of records and contacts."""

from __future__ import annotations

from hypothesis import strategies as st

from validator.model.record import Citation
from validator.strategies.draft import cite
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


def _worded(draft: Draft, change: Callable[[str], str]) -> Blame:
    """Change a text of a record or contact."""
    field = draft.pick(("description", "assignment_notes", "name", "organization"))
    if field in ("name", "organization"):
        contact = draft.newcomer()
        contact.name, contact.organization = contact.name or "", "Example Org"
        draft.single().contact = (cite(contact),)
        setattr(contact, field, change(getattr(contact, field)))
        return contact, field
    record = draft.single(notes=False)
    record.assignment_notes = "Used in harbors alone"
    setattr(record, field, change(getattr(record, field)))
    return record, field


@breaks("TX001")
def missing_description(draft: Draft) -> Blame:
    record = draft.pick(draft.pick((draft.service, draft.bare))().assigned)
    record.description = draft.pick((None, "", "  "))
    return record, "description"


@breaks("TX002")
def outer_white_space(draft: Draft) -> Blame:
    shape = draft.pick((" {}", "{} ", "\n{}", "\t{}\n"))
    return _worded(draft, shape.format)


@breaks("TX003")
def control_character(draft: Draft) -> Blame:
    unseen = draft.pick("\u200b\u00ad\u202e\ufeff\u0085\u2028\u2066\x7f")
    return _worded(draft, lambda text: f"{text[:2]}{unseen}{text[2:]}")


@breaks("TX004")
def garbled_text(draft: Draft) -> Blame:
    wrong = draft.pick(("MÃ¼ller", "\ufffd", "cafÃ©", "â\u20ac\u2122s"))
    return _worded(draft, lambda text: f"{text} {wrong}")


@breaks("TX005")
def empty_element(draft: Draft) -> Blame:
    if draft.pick((False, True)):
        contact = draft.newcomer()
        draft.single().contact = (cite(contact),)
        field = draft.pick(("organization", "last_updated"))
        setattr(contact, field, "")
        return contact, field
    record = draft.single(notes=False)
    field = draft.pick(
        ("assignment_notes", "registration_date", "modification_date", "service_code",
         "known_unauthorized_uses")
    )  # fmt: skip
    setattr(record, field, "")
    return record, field


@breaks("TX006")
def txt_keys_heading(draft: Draft) -> Blame:
    record = draft.bare(transports=("tcp",)).record
    heading = draft.pick(
        ("Defined TXT Keys", "defined TXT keys", "Defined txt keys", "DEFINED TXT KEY")
    )
    record.mixed, record.inline = None, ()
    record.assignment_notes = f"{heading}: path"
    return record, "assignment_notes"


@breaks("TX007")
def unauthorized_use_port(draft: Draft) -> Blame:
    record = draft.pick(draft.service(notes=False).assigned)
    other = draft.draw(st.integers(1, 65535).filter(lambda port: str(port) != record.port_number))
    record.known_unauthorized_uses = f"Known Unauthorized Use on port {other}"
    return record, "known_unauthorized_uses"


@breaks("TX008")
def description_differs(draft: Draft) -> Blame:
    tcp, udp = draft.service(transports=("tcp", "udp")).assigned
    words = tcp.description or ""
    at = draft.draw(st.integers(0, len(words)))
    typo = draft.draw(st.text("qxz", min_size=1, max_size=3))
    draft.pick((tcp, udp)).description = words[:at] + typo + words[at:]
    return udp, "description"


@breaks("TX009")
def unresolved_bracket(draft: Draft) -> Blame:
    record = draft.pick(draft.service().assigned)
    text = draft.pick(("Harbor manual", "RFC793bis", "n/a", "x:"))
    record.reference = (*record.reference, Citation("text", None, text, 0))
    draft.form = "csv"
    return record, "reference"
