"""A request with its meaning, and the registry it is held against: what the rules of RQ look at."""

from __future__ import annotations

from functools import cached_property

import regex

from validator.model.parties import contacts_of
from validator.model.port_usage import spans_without_transport
from validator.model.record import Contact
from validator.model.values import PortRange
from validator.model.vocabulary import (
    DYNAMIC_PORTS,
    LAST_PORT,
    LAST_SERVICE_CODE,
    SERVICE_NAME,
    SYSTEM_PORTS,
    TRANSPORT_PROTOCOLS,
    fold,
    normal_space,
)
from validator.request.raw import RawRequest
from validator.request.structure import flaws

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from validator.model.record import Citation, Record
    from validator.model.registry import Assignment, Registry, Statement
    from validator.model.values import RangeName
    from validator.request.document import RequestDocument
    from validator.request.raw import Flaw, Way
    from validator.request.standing import Existing, Port

_LETTERS = regex.compile(r"[\p{L}\p{N}]+")
# The registry's ids for the IETF stream stand for these addresses (8.1.1).
IETF_PARTIES = {
    "assignee": ("IESG", "iesg@ietf.org"),
    "contact": ("IETF Chair", "chair@ietf.org"),
}


class Part:
    """A value of a request, or the request: what a finding is about, and the byte it stands at."""

    __slots__ = ("offset", "subject")

    def __init__(self, subject: dict[str, str | None], offset: int) -> None:
        self.subject = subject
        self.offset = offset


class Party:
    """The assignee or contact that a request names; `""` for what it does not say."""

    __slots__ = ("email", "name")

    def __init__(self, name: str, email: str) -> None:
        self.name = name
        self.email = email

    def __bool__(self) -> bool:
        return bool(self.name or self.email)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>".lstrip() if self.email else self.name


# What need not be said in the IANA Considerations of a document of the IETF stream, and its name.
LEFT_TO_REVIEW = {
    "assignee": "the assignee",
    "contact": "the contact",
    "reference": "the reference",
    "broadcast_multicast_anycast": "whether IP broadcast, multicast or anycast is used",
    "why_not_dynamic": "why a Dynamic Port is unsuitable",
    "why_not_user": "why a User Port is unsuitable",
    "stable_spec_reference": "the stable specification",
}


class Case:
    """One request.

    `name` is the service name as it is written, `key` the same for comparison; `""` where there is
    none.  `transports` are those of the four that are asked for, each once.  `port` is the number
    asked for, `None` where that is none from 0 to 65535; `wanted` is "user" or "system" where IANA
    is to choose.  `registry` is `None` where there is nothing to compare with.  `rivals` are the
    other requests of the call.  `name_standing` and `port_standing` are what `standing` says
    of the name and the port; it fills them in when it is first asked.
    """

    def __init__(
        self, raw: RawRequest, document: RequestDocument, registry: Registry | None
    ) -> None:
        self.raw = raw
        self.document = document
        self.registry = registry
        self.rivals: Sequence[Case] = ()
        self.name_standing: Existing | None = None
        self.port_standing: Port | None = None
        values = raw.values
        self.name = self.text("service_name")
        self.key = fold(self.name)
        listed = values.get("transport_protocols")
        self.listed: list[Any] = listed if isinstance(listed, list) else []
        folded = [fold(word) for word in self.listed if isinstance(word, str)]
        self.transports = [word for word in dict.fromkeys(folded) if word in TRANSPORT_PROTOCOLS]
        number = values.get("port_number")
        self.port: int | None = None
        self.wanted: str | None = None
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= LAST_PORT:
            self.port = number
        elif number in ("user", "system"):
            self.wanted = str(number)
        self.assignee = self.party("assignee")
        self.contact = self.party("contact")

    # -- what the request says ------------------------------------------------------------------

    def text(self, key: str) -> str:
        """The text of a key; `""` where there is none, or nothing in it."""
        value = self.raw.values.get(key)
        return value if isinstance(value, str) and value.strip() else ""

    def party(self, key: str) -> Party:
        value = self.raw.values.get(key)
        held = value if isinstance(value, dict) else {}
        name, email = (
            said.strip() if isinstance(said := held.get(part), str) else ""
            for part in ("name", "email")
        )
        return Party(name, email)

    @property
    def asks_for_port(self) -> bool:
        return self.raw.values.get("port_number") is not None

    @property
    def range_name(self) -> RangeName | None:
        """System, User or Dynamic, of the number or by the word; `None` without a port."""
        if self.port is not None:
            return PortRange(self.port, self.port).name
        if self.wanted is not None:
            return "System" if self.wanted == "system" else "User"
        return None

    @property
    def is_ietf(self) -> bool:
        return self.raw.values.get("ietf_stream") is True

    @property
    def is_proprietary(self) -> bool:
        return self.raw.values.get("proprietary") is True or bool(self.text("proprietary"))

    @property
    def service_codes(self) -> list[tuple[Way, Any]]:
        """What is given for service codes, each with its way."""
        value = self.raw.values.get("service_code")
        if value is None:
            return []
        if isinstance(value, list):
            return [(("service_code", index), code) for index, code in enumerate(value)]
        return [(("service_code",), value)]

    @cached_property
    def is_well_formed(self) -> bool:
        return SERVICE_NAME.fullmatch(self.name) is not None

    @cached_property
    def flaws(self) -> list[Flaw]:
        """What could not be read, or has not the structure of a request."""
        return [*self.raw.flaws, *flaws(self.raw)]

    def is_left_to_review(self, key: str) -> bool:
        """Whether a draft of the IETF stream does not state `key`, which IETF Review will ask for.

        RQ080 tells of it; published RFCs hardly ever state such things in their template.
        """
        return self.is_ietf and key in LEFT_TO_REVIEW and key in self.raw.unstated

    def unstated(self, key: str) -> str:
        """How a finding says that a key has no text: the draft, or the document, lacks it."""
        if key in self.raw.unstated:
            return f"the draft does not state {key}"
        return f"{key} {'is empty' if (key,) in self.raw.keys else 'is missing'}"

    def is_refused(self, *way: str | int) -> bool:
        """Whether a value, or what holds it, could not be read or is of the wrong type."""
        return any(
            flaw.way == way[: len(flaw.way)]
            for flaw in self.flaws
            if flaw.code in ("RQ002", "RQ007")
        )

    # -- findings -------------------------------------------------------------------------------

    @cached_property
    def subject(self) -> dict[str, str | None]:
        number = self.raw.values.get("port_number")
        return {
            "service_name": self.name[:100] or None,
            "port": None if number is None else str(number)[:20],
            "transport_protocol": ",".join(self.transports) or None,
        }

    def at(self, *way: str | int) -> Part:
        """What a finding on the value at `way` is about; where it is absent, the request."""
        place = self.raw.place(way)
        if way not in self.raw.places or self._value(way) in (None, ""):
            place = self.raw.keys.get(way, place)
        return Part(self.subject, place)

    def _value(self, way: Way) -> Any:
        held: Any = self.raw.values
        for step in way:
            if isinstance(held, dict):
                held = held.get(str(step))
            elif isinstance(held, list) and isinstance(step, int) and step < len(held):
                held = held[step]
            else:
                return None
        return held

    # -- the registry ---------------------------------------------------------------------------

    @cached_property
    def same_name(self) -> list[Assignment]:
        """The assignments of the service name, in any case."""
        if self.registry is None or not self.key:
            return []
        return self.registry.by_name.get(self.key, [])

    def on_port(self, transport: str) -> list[Assignment]:
        """The assignments of the port on a transport: a range around it, or one for all, too."""
        registry, port = self.registry, self.port
        if registry is None or port is None:
            return []
        at = PortRange(port, port)
        found: dict[int, Assignment] = {}
        for spans in (registry.assigned_spans[transport], spans_without_transport(registry)):
            for entry in spans.overlapping(at):
                found[entry.record.index] = entry  # type: ignore[assignment]
        return list(found.values())

    @cached_property
    def holders(self) -> dict[str, list[Assignment]]:
        """For each transport protocol, what the port is assigned to on it."""
        return {transport: self.on_port(transport) for transport in TRANSPORT_PROTOCOLS}

    def stated(self, transport: str) -> list[Statement]:
        """The statements about the port on a transport."""
        if self.registry is None or self.port is None:
            return []
        at = PortRange(self.port, self.port)
        return self.registry.stated_spans[transport].overlapping(at)  # type: ignore[return-value]

    def is_mine(self, record: Record) -> bool:
        """Whether the requester is assignee or contact of an assignment (8.1.1)."""
        cited = [*record.assignee, *record.contact]
        return any(self.is_party(party, cited) for party in (self.assignee, self.contact))

    def is_assignee(self, record: Record) -> bool:
        """Whether the assignee of the request is that of an assignment."""
        assert self.registry is not None
        return self.is_party(self.assignee, self.registry.assignees(record))

    def is_party(self, party: Party, cited: Iterable[Citation]) -> bool:
        """Whether `party` is one of those cited: its address, without one its name, agrees.

        Two parties of one name and different addresses are two (8.1.1 asks for both).
        """
        if not party:
            return False
        for citation in cited:
            contacts = list(self._contacts(citation))
            if not contacts:
                if party.name and _words(citation.data or citation.text) == _words(party.name):
                    return True
                continue
            addresses = {a for contact in contacts for a in _addresses(contact)}
            if addresses and party.email:
                if fold(party.email) in addresses:
                    return True
            elif party.name:
                names = {_words(contact.name) for contact in contacts}
                names |= {_words(contact.organization) for contact in contacts}
                if _words(party.name) in names:
                    return True
        return False

    def has_namesake(self, cited: Iterable[Citation]) -> bool:
        """Whether one of those cited has the name of the requester, but not its address."""
        cited = list(cited)
        names = {
            _words(party.name)
            for party in (self.assignee, self.contact)
            if party.name and not self.is_party(party, cited)
        }
        for citation in cited:
            for contact in self._contacts(citation):
                if names & {_words(contact.name), _words(contact.organization)} - {()}:
                    return True
        return False

    def _contacts(self, citation: Citation) -> Iterator[Contact]:
        """The entries of the table of contacts that are the party of a citation."""
        if self.registry is not None and citation.data:
            yield from contacts_of(self.registry, citation.data)


def _addresses(contact: Contact) -> Iterator[str]:
    for uri in contact.contact_uri:
        if uri.lower().startswith("mailto:"):
            yield fold(uri[len("mailto:") :].replace("&", "@").strip())


def _words(name: str | None) -> tuple[str, ...]:
    """What a name is compared by: its words, without case; an id has its number at the end."""
    words = _LETTERS.findall(normal_space(name or "").casefold())
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    return tuple(words)


def is_dynamic(port: int) -> bool:
    return DYNAMIC_PORTS[0] <= port <= DYNAMIC_PORTS[1]


def is_system(port: int) -> bool:
    return port <= SYSTEM_PORTS[1]


def is_code(value: object) -> bool:
    """Whether a value is an unsigned 32-bit number (RFC 5595)."""
    return (
        isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SERVICE_CODE
    )
