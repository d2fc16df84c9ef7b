"""The fields of a request (RFC 6335, Section 8.1.1): one table for all that is said of each.

What is required, how IANA's form asks for it, how an Internet-Draft labels it, and what IETF
Review asks for in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

from validator.model.vocabulary import SYSTEM_PORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    # The values of a request, with the keys of `schemas/request.schema.json`.
    Values: TypeAlias = Mapping[str, Any]


def _always(_values: Values) -> bool:
    return True


def _only_if_answered(_values: Values) -> bool:
    return False


@dataclass(slots=True)
class RequestField:
    """A field: `key` in a request document, `label` in an Internet-Draft ("" if in none).

    `is_in_template` tells the fields of the template in Section 8.1.1 from the statements that
    Sections 8.1.1 and 8.1.2 ask for as well.  `concerns` says of which requests IANA's form asks
    it, as `question` below `heading`; `is_required` that such a request must have it.
    `review_topic` is set for what a document of the IETF stream may leave to IETF Review.

    Drafts have other labels for a field, too: `distinctive_labels` mean it wherever they occur,
    `labels` only beside others, since every registry has a "Name".  `is_short` says that a value
    is a word or two and never continues on the next line.
    """

    key: str
    label: str
    question: str
    heading: str = ""
    concerns: Callable[[Values], bool] = _always
    is_in_template: bool = False
    is_required: bool = False
    is_short: bool = False
    review_topic: str = ""
    distinctive_labels: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def is_absent(value: object) -> bool:
    return value is None or value == "" or value == [] or value == {}


def transport_names(values: Values) -> list[str]:
    """The transport protocols of a request, as it writes them."""
    listed = values.get("transport_protocols")
    if isinstance(listed, list):
        return [str(name) for name in listed]
    return [listed] if isinstance(listed, str) else []


def _with_transport(transport: str) -> Callable[[Values], bool]:
    return lambda values: transport in [name.lower() for name in transport_names(values)]


def _with_several_transports(values: Values) -> bool:
    return len({name.upper() for name in transport_names(values)}) > 1


def _with_port(values: Values) -> bool:
    return values.get("port_number") is not None


def _with_system_port(values: Values) -> bool:
    port = values.get("port_number")
    return port == "system" or (isinstance(port, int) and port <= SYSTEM_PORTS[1])


FIELDS = (
    RequestField(
        "service_name", "Service Name", "Which service name is wanted?",
        heading="Service name", is_in_template=True, is_required=True, is_short=True,
        distinctive_labels=("service names",),
        labels=("name", "keyword", "short name", "service", "service name/keyword"),
    ),
    RequestField(
        "transport_protocols", "Transport Protocol(s)", "Which transport protocols does it use?",
        heading="Transport protocols", is_in_template=True, is_required=True, is_short=True,
        distinctive_labels=("transport protocol", "transport protocols"),
        labels=("protocol", "protocol(s)", "protocols", "transport", "transports"),
    ),
    RequestField(
        "assignee", "Assignee", "Who is the assignment for? Name and e-mail address.",
        is_in_template=True, is_required=True, review_topic="the assignee",
        labels=("assignees", "registrant", "assigned to"),
    ),
    RequestField(
        "contact", "Contact", "Who answers questions about it? Name and e-mail address.",
        is_in_template=True, is_required=True, review_topic="the contact",
        labels=("contacts", "contact person", "point of contact"),
    ),
    RequestField(
        "description", "Description", "What is the service, in a few words?",
        is_in_template=True, is_required=True,
        labels=("brief description", "service description", "long name", "title"),
    ),
    RequestField(
        "reference", "Reference", "Where is the protocol described, or how does it work?",
        is_in_template=True, is_required=True, review_topic="the reference",
        labels=("references", "defining reference", "specification", "defining document"),
    ),
    RequestField(
        "port_number", "Port Number", "Which port number, or one of which range?",
        heading="Port number", is_in_template=True, is_short=True,
        distinctive_labels=(
            *("port numbers", "port number(s)", "desired port", "desired port number"),
        ),
        labels=("port", "ports", "number", "decimal", "value"),
    ),
    RequestField(
        "service_code", "Service Code", "Which DCCP service code is wanted?",
        heading="Service code", is_in_template=True, is_required=True, is_short=True,
        concerns=_with_transport("dccp"),
        labels=("service codes", "dccp service code", "dccp service codes"),
    ),
    RequestField(
        "known_unauthorized_uses", "Known Unauthorized Uses",
        "Who else is known to use the name or number?",
        heading="Known unauthorized uses", is_in_template=True,
        labels=(
            *("known unauthorized use", "unauthorized use reported", "unauthorized uses"),
            "unauthorized use",
        ),
    ),
    RequestField(
        "assignment_notes", "Assignment Notes", "What else should the registry say of it?",
        heading="Assignment notes", is_in_template=True,
        labels=("assignment note", "notes", "note"),
    ),
    RequestField(
        "broadcast_multicast_anycast", "Broadcast, Multicast, or Anycast",
        "Does it use any of them at the IP layer, and for what?",
        heading="Broadcast, multicast, anycast", is_required=True,
        review_topic="whether IP broadcast, multicast or anycast is used",
        labels=(
            *("broadcast/multicast/anycast", "use of broadcast, multicast, or anycast"),
            "broadcast, multicast and anycast",
        ),
    ),
    RequestField(
        "why_not_dynamic", "Why Not a Dynamic Port",
        "Why can clients not find a port at run time?",
        heading="Why not a Dynamic Port", is_required=True, concerns=_with_port,
        review_topic="why a Dynamic Port is unsuitable",
    ),
    RequestField(
        "why_not_user", "Why Not a User Port", "Why must it be a System Port?",
        heading="Why not a User Port", is_required=True, concerns=_with_system_port,
        review_topic="why a User Port is unsuitable",
    ),
    RequestField(
        "stable_spec_reference", "Stable Specification", "Which stable document specifies it?",
        heading="Stable specification", is_required=True, concerns=_with_system_port,
        review_topic="the stable specification",
    ),
    RequestField(
        "reserved_justification", "Why a Reserved Number",
        "Why is a Reserved number or name appropriate?",
        heading="Why a Reserved number", concerns=_only_if_answered,
    ),
    RequestField(
        "txt_keys", "Defined TXT Keys",
        "Which keys has its TXT record, for DNS-based discovery?",
        heading="Defined TXT keys", labels=("txt keys", "txt record keys"),
    ),
    RequestField(
        "congestion_control", "Congestion Control",
        "How does it limit its traffic and react to congestion?",
        heading="Congestion control", concerns=_with_transport("udp"),
    ),
    RequestField(
        "transport_differences", "Differences Between Transport Protocols",
        "How does the protocol differ from one transport protocol to the other?",
        heading="Differences between transport protocols", concerns=_with_several_transports,
    ),
    RequestField(
        "discovery_only", "Discovery Only",
        "Is UDP used to discover hosts, and for nothing else?",
        heading="Discovery only", concerns=_with_transport("udp"),
    ),
    RequestField("security", "Security", "How is the service made secure on the same port?"),
    RequestField(
        "versioning", "Versioning", "How do old and new versions share the one assignment?"
    ),
    RequestField(
        "why_not_existing_port", "Why Not an Existing Port",
        "Why can it not run inside a service that has a port?",
        heading="Why not an existing port", concerns=_with_port,
    ),
    RequestField(
        "development_state", "State of Development", "How far is the protocol developed?",
        heading="State of development",
    ),
    RequestField(
        "proprietary", "Proprietary", "Is the protocol proprietary and not publicly documented?",
        concerns=_only_if_answered,
    ),
    RequestField(
        "ietf_stream", "", "Is it specified in a document of the IETF stream?",
        heading="IETF stream", concerns=_only_if_answered,
    ),
)  # fmt: skip
FIELD_BY_KEY = {field.key: field for field in FIELDS}
# The order in which IANA's form asks for them.
FORM_ORDER = (
    *("assignee", "contact", "transport_protocols", "service_code", "service_name", "port_number"),
    *("description", "reference", "stable_spec_reference", "proprietary", "ietf_stream"),
    *("txt_keys", "broadcast_multicast_anycast", "congestion_control", "discovery_only"),
    *("versioning", "transport_differences", "security", "why_not_dynamic"),
    *("why_not_existing_port", "why_not_user", "reserved_justification", "development_state"),
    *("known_unauthorized_uses", "assignment_notes"),
)
# What a document of the IETF stream need not state in its IANA Considerations.
LEFT_TO_REVIEW = {field.key: field.review_topic for field in FIELDS if field.review_topic}


def unstated_fields(values: Values) -> list[str]:
    """The required fields that a request does not state: keys, `contact.email` for a part."""
    unstated: list[str] = []
    for field in FIELDS:
        value = values.get(field.key)
        if not field.is_required or not field.concerns(values):
            continue
        if is_absent(value):
            unstated.append(field.key)
        elif isinstance(value, dict):
            unstated += [f"{field.key}.{part}" for part in ("name", "email") if part not in value]
    return unstated
