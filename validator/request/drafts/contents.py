"""What a section of a draft requests, updates and releases."""

from __future__ import annotations

from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.request.documents.parsed import ParsedRequest
    from validator.request.drafts.labels import LabeledValue
    from validator.request.drafts.prose_fields import ReferenceUpdate
    from validator.request.drafts.sentence_request import SentenceRequest
    from validator.request.drafts.unread import Mention


@dataclass(slots=True)
class SectionContents:
    """What a section requests, updates or releases: by templates and tables, and by sentences.

    `old` and `new` are the entries that it lists as they were and as they are to be.
    """

    requests: list[ParsedRequest] = field(default_factory=list)
    sentences: list[SentenceRequest] = field(default_factory=list)
    old: list[ParsedRequest] = field(default_factory=list)
    new: list[ParsedRequest] = field(default_factory=list)
    # What sentences say of a field of all requests: "The reference of both is this document."
    stated: list[LabeledValue] = field(default_factory=list)
    unread: list[Mention] = field(default_factory=list)
    # Whether a sentence says that the document asks IANA for nothing.
    asks_nothing: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.requests or self.sentences or self.old or self.new)

    @property
    def offsets(self) -> list[int]:
        """The bytes that something was read from."""
        requests = [*self.requests, *self.old, *self.new]
        requests += [each.template for each in self.sentences if each.template is not None]
        offsets = [offset for request in requests for offset in request.places.values()]
        for each in self.sentences:
            passages = (each.sentence, each.name, each.new_name)
            offsets += [passage.place(0) for passage in passages if passage is not None]
        return offsets

    def add_change(self, request: ParsedRequest) -> None:
        """Add a template without a name to the update that the sentence before it speaks of."""
        if self.sentences and self.sentences[-1].template is None:
            self.sentences[-1].template = request
        else:
            self.requests.append(request)

    def add_reference(self, reference: ReferenceUpdate | None) -> None:
        """Make what is requested an update of the reference, if there is one."""
        if reference is None:
            return
        for request in self.requests:
            request.kind = "update" if request.kind == "request" else request.kind
            reference.add_to(request)
        for sentence in self.sentences:
            sentence.kind = "update" if sentence.kind == "request" else sentence.kind
            sentence.reference = sentence.reference or reference
