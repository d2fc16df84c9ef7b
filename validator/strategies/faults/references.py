"""RF: references."""

from __future__ import annotations

from hypothesis import strategies as st

from validator.model.record import Citation, Footnote
from validator.model.vocabulary import LAST_RFC
from validator.strategies.draft import say
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


def _citing(draft: Draft, kind: str, data: str | None, text: str | None = None) -> Blame:
    """A record that cites this, beside what it cites already."""
    record = draft.pick(draft.pick((draft.service, draft.bare))().assigned)
    record.reference = (*record.reference, Citation(kind, data, text, 0))
    return record, "reference"


@breaks("RF001")
def malformed_reference(draft: Draft) -> Blame:
    wrong = (
        ("rfc", "rfc0793", None), ("rfc", "RFC793", None), ("rfc", "793", None), ("rfc", "", None),
        ("draft", "example", None), ("uri", "www.example.com", None), ("uri", "", None),
        ("uri", "javascript:x", None), ("text", None, "RFC 793"), ("text", None, ""),
    )  # fmt: skip
    return _citing(draft, *draft.pick(wrong))


@breaks("RF002")
def unknown_reference_type(draft: Draft) -> Blame:
    return _citing(draft, draft.pick(("book", "RFC", "bcp", "unicode")), "example", "Example")


@breaks("RF003")
def unpublished_reference(draft: Draft) -> Blame:
    version = draft.draw(st.integers(0, 99))
    name = draft.pick(("draft-example-harbor", "RFC-ietf-example-harbor"))
    return _citing(draft, "draft", f"{name}-{version:02}")


@breaks("RF004")
def draft_without_version(draft: Draft) -> Blame:
    # In the notes: in the reference, RF003 would speak of the draft as well.
    record = draft.pick(draft.service(notes=False).assigned)
    name = draft.pick(("draft-example-harbor", "draft-ietf-example-2", "RFC-ietf-example"))
    say(record, "assignment_notes", "See ", Citation("draft", name, None, 0))
    return record, "assignment_notes"


@breaks("RF005")
def system_port_without_reference(draft: Draft) -> Blame:
    record = draft.pick(draft.system().assigned)
    record.reference = ()
    return record, "reference"


@breaks("RF006")
def dangling_footnote(draft: Draft) -> Blame:
    return _citing(draft, "note", draft.pick(("9", "a", "1")))


@breaks("RF007")
def unused_footnote(draft: Draft) -> Blame:
    draft.service()
    footnote = Footnote(draft.pick(("1", "7", "b")), draft.text(), 0)
    draft.footnotes.append(footnote)
    return footnote, "anchor"


@breaks("RF008")
def duplicate_reference(draft: Draft) -> Blame:
    record = draft.pick(draft.system().assigned)
    again = draft.pick(record.reference)
    record.reference = (*record.reference, again)
    return record, "reference"


@breaks("RF009")
def text_as_reference(draft: Draft) -> Blame:
    return _citing(draft, "text", None, draft.pick(("n/a", "none", "see the author's page", "-")))


@breaks("RF010")
def unknown_rfc(draft: Draft) -> Blame:
    return _citing(draft, "rfc", f"rfc{draft.draw(st.integers(LAST_RFC + 1, 10**9))}")


@breaks("RF011")
def insecure_reference(draft: Draft) -> Blame:
    return _citing(draft, "uri", draft.pick(("http://example.com/", "HTTP://example.org")))


@breaks("RF012")
def ietf_assignment_without_reference(draft: Draft) -> Blame:
    record = draft.pick(draft.standard().assigned)
    record.reference = ()
    return record, "reference"
