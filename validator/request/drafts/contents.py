"""What a sentence and what a whole section of a draft requests, updates and releases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from validator.request.documents.parsed import Mention, ParsedRequest, RequestKind
from validator.request.drafts.kinds import WHERE_EMPTY
from validator.request.drafts.labels import LabeledValue
from validator.request.drafts.mentions import PortMention
from validator.request.drafts.prose_fields import ReferenceUpdate
from validator.request.drafts.sections import Passage
from validator.request.drafts.values import add_transport, set_field, settle_names
from validator.request.fields import CHOSEN


@dataclass(slots=True)
class SentenceRequest:
    """What a sentence requests, updates or releases."""

    sentence: Passage
    kind: RequestKind
    name: Passage | None = None
    port: PortMention | None = None
    transports: list[Passage] = field(default_factory=list)
    fields: Sequence[LabeledValue] = ()
    reference: ReferenceUpdate | None = None
    # A template without a service name after the sentence: what becomes of the entry.
    template: ParsedRequest | None = None
    new_name: Passage | None = None

    @property
    def key(self) -> str:
        """The service name in lower case, `""` without one."""
        return "" if self.name is None else self.name.text.lower()

    @property
    def port_value(self) -> int | str | None:
        return None if self.port is None else self.port.value

    @property
    def has_number(self) -> bool:
        return isinstance(self.port_value, int)

    @property
    def is_introduction(self) -> bool:
        """Whether this only says that there is a port."""
        return self.name is None and not (self.has_number or self.transports or self.template)

    @property
    def is_announcement(self) -> bool:
        """Whether this only says that there is a port, and of which transport protocol."""
        return self.name is None and not self.has_number and not self.template

    def completes(self, other: SentenceRequest, *, is_near: bool) -> bool:
        """Whether this only adds to what `other` requests; `is_near` in the same paragraph."""
        if self.kind != other.kind:
            return False
        if self.name is None and other.name is None:
            return self._completes_unnamed(other, is_near=is_near)
        if self.has_number and self.differs_in_transport(other):
            return False
        if self.name is None:
            return is_near and self._may_be_port_of(other)
        return self._completes_same_name(other, is_near=is_near)

    def _completes_same_name(self, other: SentenceRequest, *, is_near: bool) -> bool:
        mine, others = self.port_value, other.port_value
        if other.name is None:
            return mine is None or (mine == others and is_near)
        return self.key == other.key and (mine is None or others in (None, mine))

    def _may_be_port_of(self, other: SentenceRequest) -> bool:
        """Whether the port is that of `other`, or a number for one that is to be chosen."""
        others = other.port_value
        return others in (None, self.port_value) or (self.has_number and others in CHOSEN)

    def _completes_unnamed(self, other: SentenceRequest, *, is_near: bool) -> bool:
        if self.has_number:
            return other.port_value in (self.port_value, *CHOSEN)
        # Two ports to be chosen are one, unless they are for different transport protocols.
        return is_near and not self.differs_in_transport(other)

    def differs_in_transport(self, other: SentenceRequest) -> bool:
        mine, others = ({word.text.lower() for word in r.transports} for r in (self, other))
        return bool(mine and others) and mine != others

    def add(self, other: SentenceRequest) -> None:
        """Add what `other` says beyond this."""
        self.name = self.name or other.name
        is_same_port = self.has_number and other.has_number
        if self.port is None or (not self.has_number and other.port is not None):
            self.port = other.port
        if is_same_port or not self.transports:
            self.transports = self.transports + other.transports
        self.fields = self.fields or other.fields
        self.reference = self.reference or other.reference
        self.new_name = self.new_name or other.new_name

    def parsed(self) -> ParsedRequest:
        request = ParsedRequest(0, self.sentence.place(0), kind=self.kind)
        if self.name is not None:
            request.set("service_name", self.name.text, self.name.place(0))
        if self.new_name is not None:
            request.rename(self.new_name.text, self.new_name.place(0))
        if self.port is not None:
            request.set("port_number", self.port.value, self.port.passage.place(0))
        listed: set[str] = set()
        for word in self.transports:
            if word.text.lower() not in listed:
                add_transport(request, word.text.lower(), word.place(0))
                listed.add(word.text.lower())
        for labeled in self.fields:
            set_field(request, labeled.label.path, labeled.value, True)
        if self.template is not None:
            for path, offset in self.template.places.items():
                request.places.setdefault(path, offset)
            request.values = {**self.template.values, **request.values}
            request.problems += self.template.problems
            if self.template.new_name:
                request.rename(self.template.new_name, self.template.place(("new_name",)))
        if self.reference is not None:
            self.reference.add_to(request)
        request.fills_empty_fields = WHERE_EMPTY.search(self.sentence.text) is not None
        settle_names(request)
        return request


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
    # Descriptions that may be of something else than what is requested.
    descriptions: list[Mention] = field(default_factory=list)
    # Whether a sentence says that the document asks IANA for nothing.
    asks_nothing: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.requests or self.sentences or self.old or self.new)

    @property
    def mentions(self) -> list[Mention]:
        """The words that are reported, unless they are of what another section requests."""
        return self.unread if self.is_empty else [*self.unread, *self.descriptions]

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
