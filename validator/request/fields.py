"""The fields of a request (RFC 6335, Section 8.1.1): one table for all that is said of each.

What is required, how IANA's form asks for it, how an Internet-Draft labels it, and what IETF
Review asks for in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from validator.model.vocabulary import SYSTEM_PORTS, quoted
from validator.request.documents.parsed import ParsedRequest

# The values of a request, with the keys of `schemas/request.schema.json`.
Values = Mapping[str, Any]


# The values of a port number that IANA is to choose.
CHOSEN = ("user", "system")


def _always(_values: Values) -> bool:
    return True


def _only_if_answered(_values: Values) -> bool:
    return False


@dataclass(slots=True)
class RequestField:
    """A field: `key` in a request document, `label` in an Internet-Draft.

    `question` is how IANA's form and the template to fill in ask for it, and `hint` what the
    template adds.  `concerns` says which requests are asked, and `is_required` that these must
    have it.  `is_in_template` tells the fields of the template in Section 8.1.1 from the statements
    that Sections 8.1.1 and 8.1.2 require as well; `is_for_review` marks answers that only reviewers
    need.  `review_topic` is set if a document of the IETF
    stream may leave the field to IETF Review.

    Drafts have other labels for a field, too: `distinctive_labels` mean it wherever they occur,
    `labels` only together with others, since every registry has a "Name".  `is_short` says that a
    value is a word or two and never continues on the next line.  `blank` is an empty value.
    """

    key: str
    label: str
    question: str
    hint: str = ""
    concerns: Callable[[Values], bool] = _always
    is_in_template: bool = False
    is_in_drafts: bool = True
    is_for_review: bool = False
    is_required: bool = False
    is_short: bool = False
    review_topic: str = ""
    distinctive_labels: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    blank: str = ""


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
        "service_name", "Service Name", "Which service name is requested?",
        '1 to 15 letters, digits and hyphens, without words like "port" or "service" and without'
        " a version.",
        is_in_template=True, is_required=True, is_short=True,
        distinctive_labels=("service names",),
        labels=(
            *("name", "keyword", "short name", "service", "service name/keyword"),
            *("port name", "service type"),
        ),
    ),
    RequestField(
        "transport_protocols", "Transport Protocol(s)", "Which transport protocols does it use?",
        "Those of tcp, udp, sctp and dccp that it uses today.",
        is_in_template=True, is_required=True, is_short=True, blank=" []",
        distinctive_labels=("transport protocol", "transport protocols"),
        labels=(
            *("protocol", "protocols", "transport", "transports", "protocol number"),
            "transport layer protocol", "proto",
        ),
    ),
    RequestField(
        "assignee", "Assignee", "Who is the assignee? Name and e-mail address.",
        "A person or an organization. For a document of the IETF stream: IESG <iesg@ietf.org>.",
        is_in_template=True, is_required=True, review_topic="the assignee",
        labels=("assignees", "registrant", "assigned to", "owner", "registry owner"),
        blank="\n  name:\n  email:",
    ),
    RequestField(
        "contact", "Contact", "Who answers questions about it? Name and e-mail address.",
        "For a document of the IETF stream: IETF Chair <chair@ietf.org>.",
        is_in_template=True, is_required=True, review_topic="the contact",
        labels=(
            *("contacts", "contact person", "point of contact", "technical contact"),
            *("contact information", "registrant contact"),
        ),
        blank="\n  name:\n  email:",
    ),
    RequestField(
        "description", "Description", "What is the service, in one sentence?",
        "Avoid acronyms that few people know.",
        is_in_template=True, is_required=True,
        labels=(
            *("brief description", "service description", "short description", "long name"),
            *("title", "proposed name", "desc", "descr"),
        ),
    ),
    RequestField(
        "reference", "Reference", "Which document describes the protocol?",
        "Leave it empty for a protocol without public documentation, and set proprietary.",
        is_in_template=True, is_required=True, review_topic="the reference",
        labels=(
            *("references", "defining reference", "specification", "defining document"),
            *("reference document", "defining rfc", "ref"),
        ),
    ),
    RequestField(
        "broadcast_multicast_anycast", "Broadcast, Multicast, or Anycast",
        "Does it use IP broadcast, multicast or anycast, and for what?",
        is_required=True,
        review_topic="whether IP broadcast, multicast or anycast is used",
        labels=(
            *("broadcast/multicast/anycast", "use of broadcast, multicast, or anycast"),
            "broadcast, multicast and anycast",
        ),
    ),
    RequestField(
        "port_number", "Port Number", "Which port number is desired?",
        "A number; user or system if IANA is to choose from that range; empty for a service name"
        " alone.",
        is_in_template=True, is_short=True,
        distinctive_labels=(
            *("port numbers", "port number(s)", "desired port", "desired port number"),
            *("port number/transport protocol", "port/transport protocol", "port number/protocol"),
            *("port number and transport protocol", "port/protocol", "port/transport"),
            *("port and protocol", "port number/transport"),
        ),
        labels=("port", "ports", "number", "decimal", "value", "portnumber"),
    ),
    RequestField(
        "why_not_dynamic", "Why Not a Dynamic Port",
        "Why can clients not find a Dynamic Port at run time?",
        "Required with any port. For example, why is DNS SRV not enough?",
        is_required=True, concerns=_with_port, review_topic="why a Dynamic Port is unsuitable",
    ),
    RequestField(
        "why_not_user", "Why Not a User Port", "Why is a User Port unsuitable?",
        "Required with a System Port (0-1023).",
        is_required=True, concerns=_with_system_port, review_topic="why a User Port is unsuitable",
    ),
    RequestField(
        "stable_spec_reference", "Stable Specification",
        "Which stable document specifies the protocol?",
        "Required with a System Port.",
        is_required=True, concerns=_with_system_port, review_topic="the stable specification",
    ),
    RequestField(
        "reserved_justification", "Why a Reserved Number",
        "Why is a Reserved number or name appropriate?",
        "Required with a Reserved number.",
        concerns=_only_if_answered,
    ),
    RequestField(
        "service_code", "Service Code", "Which DCCP service code is requested?",
        "Required with dccp. A number, or a list of numbers.",
        is_in_template=True, is_required=True, is_short=True, concerns=_with_transport("dccp"),
        labels=("service codes", "dccp service code", "dccp service codes"),
    ),
    RequestField(
        "proprietary", "Proprietary", "Is the protocol proprietary, without public documentation?",
        "Either true, or a statement.",
        concerns=_only_if_answered,
    ),
    RequestField(
        "ietf_stream", "IETF Stream", "Does an RFC of the IETF stream request it?",
        concerns=_only_if_answered, is_in_drafts=False, blank=" true",
    ),
    RequestField(
        "known_unauthorized_uses", "Known Unauthorized Uses",
        "Who is known to use the name or number without being the assignee?",
        is_in_template=True,
        labels=(
            *("known unauthorized use", "unauthorized use reported", "unauthorized uses"),
            "unauthorized use",
        ),
    ),
    RequestField(
        "assignment_notes", "Assignment Notes", "What else should the registry note?",
        "If the service extends another one on the same port, name that one.",
        is_in_template=True, labels=("assignment note", "notes", "note"),
    ),
    RequestField(
        "security", "Security", "How is the service secured on the same port?",
        is_for_review=True,
    ),
    RequestField(
        "versioning", "Versioning", "How are versions distinguished on one port?",
        is_for_review=True,
    ),
    RequestField(
        "transport_differences", "Differences Between Transport Protocols",
        "What is each of the transport protocols used for?",
        concerns=_with_several_transports,
    ),
    RequestField(
        "congestion_control", "Congestion Control",
        "How is the traffic limited, and does the protocol react to congestion?",
        "With udp; see RFC 8085.",
        concerns=_with_transport("udp"),
    ),
    RequestField(
        "discovery_only", "Discovery Only",
        "Is UDP solely for the discovery of hosts that support the protocol?",
        concerns=_with_transport("udp"), is_for_review=True, blank=" false",
    ),
    RequestField(
        "txt_keys", "Defined TXT Keys", "Which keys do its DNS-SD TXT records have?",
        "See RFC 6763.",
        is_for_review=True, labels=("txt keys", "txt record keys"), blank=" []",
    ),
    RequestField(
        "why_not_existing_port", "Why Not an Existing Port",
        "Why can it not use the port of an existing service?",
        concerns=_with_port, is_for_review=True,
    ),
    RequestField(
        "development_state", "State of Development", "What is the state of development?",
        "Designed, implemented or deployed, and where.",
        is_for_review=True,
    ),
    RequestField(
        "why_sctp", "Why SCTP",
        "Which capability of SCTP does it need, and has the service a port for TCP or UDP?",
        "With sctp.",
        concerns=_with_transport("sctp"), is_for_review=True,
    ),
    RequestField(
        "difference_from_existing", "Difference From Existing Services",
        "How does it differ from services that are assigned already?",
        is_for_review=True,
    ),
    RequestField(
        "other_information", "Other Information", "What else should reviewers know?",
        is_for_review=True,
    ),
)  # fmt: skip
# The template to fill in begins a group with each of these.
GROUPS = {
    "service_name": "Required in every request",
    "port_number": "For a port number",
    "service_code": "If they apply",
    "security": "What reviewers ask",
}
FIELD_BY_KEY = {field.key: field for field in FIELDS}
# The order in which IANA's form asks for them.
FORM_ORDER = (
    *("assignee", "contact", "transport_protocols", "service_code", "service_name", "port_number"),
    *("description", "reference", "stable_spec_reference", "proprietary", "ietf_stream"),
    *("txt_keys", "broadcast_multicast_anycast", "congestion_control", "discovery_only"),
    *("versioning", "transport_differences", "security", "why_not_dynamic"),
    *("why_not_existing_port", "why_not_user", "reserved_justification", "development_state"),
    *("why_sctp", "known_unauthorized_uses", "assignment_notes", "difference_from_existing"),
    "other_information",
)
# What a document of the IETF stream need not state in its IANA Considerations.
LEFT_TO_REVIEW = {field.key: field.review_topic for field in FIELDS if field.review_topic}


def labels_of(*keys: str) -> str:
    """How a message names the labels of a draft: `label "Contact"`, `labels "Contact" and ...`."""
    labels = [quoted(FIELD_BY_KEY[key].label) for key in keys]
    *others, last = labels
    return f"labels {', '.join(others)} and {last}" if others else f"label {last}"


def field_name(key: str, request: ParsedRequest) -> str:
    """The name of a field for a message about a request: its key, or its label in a draft."""
    return quoted(FIELD_BY_KEY[key].label) if request.is_from_draft else key


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
