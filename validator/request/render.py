"""A request as somebody sends it: the answers of IANA's form, or a section for an Internet-Draft.

Both take the values of a request as its document has them (the keys of
`schemas/request.schema.json`) and return text that ends in a line feed.  What is absent is left
out or said to be so; nothing in a value can format the text around it or move a cursor.
"""

from __future__ import annotations

import textwrap

import regex

from validator.model.vocabulary import normal_space
from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeAlias

    Values: TypeAlias = Mapping[str, Any]

WIDTH = 72

# The template of RFC 6335, Section 8.1.1, in its order, and what Sections 8.1.1 and 8.1.2 ask for
# beside it.
TEMPLATE = (
    ("service_name", "Service Name"),
    ("transport_protocols", "Transport Protocol(s)"),
    ("assignee", "Assignee"),
    ("contact", "Contact"),
    ("description", "Description"),
    ("reference", "Reference"),
    ("port_number", "Port Number"),
    ("service_code", "Service Code"),
    ("known_unauthorized_uses", "Known Unauthorized Uses"),
    ("assignment_notes", "Assignment Notes"),
)
STATEMENTS = (
    ("broadcast_multicast_anycast", "Broadcast, Multicast, or Anycast"),
    ("why_not_dynamic", "Why Not a Dynamic Port"),
    ("why_not_user", "Why Not a User Port"),
    ("stable_spec_reference", "Stable Specification"),
    ("reserved_justification", "Why a Reserved Number"),
    ("txt_keys", "Defined TXT Keys"),
    ("congestion_control", "Congestion Control"),
    ("transport_differences", "Differences Between Transport Protocols"),
    ("discovery_only", "Discovery Only"),
    ("security", "Security"),
    ("versioning", "Versioning"),
    ("why_not_existing_port", "Why Not an Existing Port"),
    ("development_state", "State of Development"),
)

# The questions of IANA's form, in its order; a function says to which requests one is put.
_QUESTIONS = (
    ("assignee", "Assignee", "Who is the assignment for? Name and e-mail address."),
    ("contact", "Contact", "Who answers questions about it? Name and e-mail address."),
    ("transport_protocols", "Transport protocols", "Which transport protocols does it use?"),
    ("service_code", "Service code", "Which DCCP service code is wanted?"),
    ("service_name", "Service name", "Which service name is wanted?"),
    ("port_number", "Port number", "Which port number, or one of which range?"),
    ("description", "Description", "What is the service, in a few words?"),
    ("reference", "Reference", "Where is the protocol described, or how does it work?"),
    ("stable_spec_reference", "Stable specification", "Which stable document specifies it?"),
    ("proprietary", "Proprietary", "Is the protocol proprietary and not publicly documented?"),
    ("ietf_stream", "IETF stream", "Is it specified in a document of the IETF stream?"),
    ("txt_keys", "Defined TXT keys", "Which keys has its TXT record, for DNS-based discovery?"),
    (
        *("broadcast_multicast_anycast", "Broadcast, multicast, anycast"),
        "Does it use any of them at the IP layer, and for what?",
    ),
    (
        *("congestion_control", "Congestion control"),
        "How does it limit its traffic and react to congestion?",
    ),
    ("discovery_only", "Discovery only", "Is UDP used to discover hosts, and for nothing else?"),
    ("versioning", "Versioning", "How do old and new versions share the one assignment?"),
    (
        *("transport_differences", "Differences between transport protocols"),
        "How does the protocol differ from one transport protocol to the other?",
    ),
    ("security", "Security", "How is the service made secure on the same port?"),
    ("why_not_dynamic", "Why not a Dynamic Port", "Why can clients not find a port at run time?"),
    (
        *("why_not_existing_port", "Why not an existing port"),
        "Why can it not run inside a service that has a port?",
    ),
    ("why_not_user", "Why not a User Port", "Why must it be a System Port?"),
    (
        *("reserved_justification", "Why a Reserved number"),
        "Why is a Reserved number or name appropriate?",
    ),
    ("development_state", "State of development", "How far is the protocol developed?"),
    (
        *("known_unauthorized_uses", "Known unauthorized uses"),
        "Who else is known to use the name or number?",
    ),
    ("assignment_notes", "Assignment notes", "What else should the registry say of it?"),
)
_NOT_ANSWERED = "(not answered)"


def as_form(values: Values) -> str:
    """Return the answers in the order of IANA's application form, each below its question.

    Questions that do not concern this request are left out unless it answers them.
    """
    told: list[str] = []
    for number, (key, heading, question) in enumerate(_concerning(values), 1):
        told.append(f"{number}. {heading}: {question}")
        told += [f"   {line}" if line else "" for line in _lines(key, values.get(key))]
        told.append("")
    return "\n".join(told[:-1]) + "\n"


def _concerning(values: Values) -> Iterator[tuple[str, str, str]]:
    transports = {name.upper() for name in _names(values.get("transport_protocols"))}
    port = values.get("port_number")
    is_system = port == "system" or (isinstance(port, int) and port < 1024)
    put = {
        "service_code": "DCCP" in transports,
        "congestion_control": "UDP" in transports,
        "discovery_only": "UDP" in transports,
        "transport_differences": len(transports) > 1,
        "why_not_dynamic": port is not None,
        "why_not_existing_port": port is not None,
        "why_not_user": port is not None and is_system,
        "stable_spec_reference": port is not None and is_system,
        "reserved_justification": False,
        "ietf_stream": False,
        "proprietary": False,
    }
    for key, heading, question in _QUESTIONS:
        if put.get(key, True) or not _is_absent(values.get(key)):
            yield key, heading, question


def _lines(key: str, value: object) -> list[str]:
    """An answer in lines; those of a text are as it has them, long ones folded."""
    told = _told(key, value)
    if not told:
        return [_NOT_ANSWERED]
    lines: list[str] = []
    for line in told.splitlines():
        shown = visible(" ".join(line.split()))
        lines += _folded(shown, WIDTH - 3) or ([""] if lines else [])
    return lines


def as_rfc(values: Values, *, heading: bool = True) -> str:
    """Return an IANA Considerations section in Markdown, with the template of RFC 6335, 8.1.1.

    kramdown-rfc, mmark and plain Markdown all take it.  Of further requests in the same section
    the `heading` may be left out.
    """
    pieces = ["# IANA Considerations\n\n"] if heading else []
    pieces += [
        'IANA is requested to add the following entry to the "Service Name and\n',
        'Transport Protocol Port Number Registry" (RFC 6335):\n\n',
    ]
    pieces += _items(values, TEMPLATE)
    statements = list(_items(values, STATEMENTS))
    if values.get("proprietary") not in (None, False, ""):
        said = "yes" if values["proprietary"] is True else str(values["proprietary"])
        statements += _item("Proprietary", said)
    if statements:
        pieces.append("\nThe request states, as Section 8.1 of RFC 6335 asks:\n\n")
        pieces += statements
    return "".join(pieces)


def _items(values: Values, fields: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for key, label in fields:
        told = _told(key, values.get(key))
        if key == "port_number":
            told = _PLACEHOLDERS.get(told.lower(), told) or "N/A"
        if told.strip():
            yield from _item(label, told)


_PLACEHOLDERS = {
    "user": "TBD, to be chosen by IANA from the User Ports",
    "system": "TBD, to be chosen by IANA from the System Ports",
}


def _item(label: str, value: str) -> Iterator[str]:
    # The label never begins a line with a mark, so only the value needs escapes.
    lines = _folded(f"{label}: {_escaped(visible(normal_space(value)))}", WIDTH - 2)
    yield f"- {lines[0]}\n"
    for line in lines[1:]:
        yield f"  {_continuing(line)}\n"


# Marks inside a line.  A backslash before them is understood by CommonMark and kramdown; the
# others have character references, which both know.
_INLINE_MARKS = {ord(mark): f"\\{mark}" for mark in "\\`*_{}[]<>#|$"}
_INLINE_MARKS |= {ord(mark): f"&#{ord(mark)};" for mark in "~^"}
_REFERENCE = regex.compile(r"&(?=[A-Za-z#])")
# What makes a list, an underlined heading or a definition of a line that begins so.
_BEGINNING = regex.compile(r"(?:([-+:])|([0-9]{1,9})([.)]))(?=\s|\Z)|(=)(?==*+\Z)|(-)(?=-++\Z)")


def _escaped(text: str) -> str:
    return _REFERENCE.sub("&amp;", text).translate(_INLINE_MARKS)


def _continuing(line: str) -> str:
    """A line of text that goes on from the one above, whatever it begins with."""
    found = _BEGINNING.match(line)
    if found is None:
        return line
    if found[2]:
        return f"{found[2]}\\{line[len(found[2]) :]}"
    return f"&#61;{line[1:]}" if found[4] else f"\\{line}"


def _folded(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


# -- values -------------------------------------------------------------------------------------


def _is_absent(value: object) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _told(key: str, value: object) -> str:
    """A value in words; empty where there is none."""
    if _is_absent(value):
        return ""
    if key in ("assignee", "contact") and isinstance(value, dict):
        name = str(value.get("name") or "")
        email = value.get("email")
        return f"{name} <{email}>".strip() if email else name
    if key == "transport_protocols":
        return ", ".join(name.upper() for name in _names(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def _names(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [value] if isinstance(value, str) else []
