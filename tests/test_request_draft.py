"""Requests found in drafts: exactly which, with which values, and where each value stands.

Every draft in `fixtures/requests/drafts` has a file of its name and `.toml` beside it:

    unusable = "..."                 the sentence with which it is refused; or else
    [[request]]                      each request (`request = []` for none), in order, with
    at = "12:3"                      the line and column where it begins
    unstated = ["contact"]           what it does not state, of what RFC 6335, 8.1.1 demands
    none = ["port_number"]           keys that it says have no value
    kind = "update"                  for an update or release of an assignment
    values, places                   all values, and the line and column of each
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from validator.errors import Unusable
from validator.limits import Limits
from validator.model.vocabulary import normal_space
from validator.readers.source import Source, places
from validator.reporters.escape import visible
from validator.request.api import check_request
from validator.request.documents.parsed import ParsedRequest
from validator.request.drafts import is_draft
from validator.request.drafts.document import read_draft
from validator.request.fields import FIELDS
from validator.request.placeholders import is_placeholder
from validator.request.render import as_rfc, as_rfcxml

DRAFTS = Path(__file__).parent.parent / "fixtures/requests/drafts"
FILES = sorted(path for path in DRAFTS.iterdir() if path.suffix != ".toml")


def read(data: bytes | str, name: str = "draft") -> list[ParsedRequest]:
    return read_draft(Source(name, data.encode() if isinstance(data, str) else data)).requests


def told(data: bytes, request: ParsedRequest) -> dict[str, Any]:
    """A request as its file of expectations has it."""
    offsets = sorted({request.offset, *request.places.values()})
    found = {
        offset: f"{line}:{column}"
        for offset, (line, column) in zip(offsets, places(data, offsets), strict=True)
    }
    values = request.values
    shown: dict[str, Any] = {
        "at": found[request.offset],
        "unstated": list(request.unstated),
        "values": {key: value for key, value in values.items() if value is not None},
        "places": {
            ".".join(map(str, way)): found[offset] for way, offset in request.places.items()
        },
    }
    none = [key for key, value in values.items() if value is None]
    if request.kind != "request":
        shown["kind"] = request.kind
    return {**shown, "none": none} if none else shown


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_drafts(path: Path) -> None:
    expected = tomllib.loads(path.with_name(f"{path.name}.toml").read_text("utf-8"))
    source = Source(path.name, path.read_bytes())
    assert is_draft(source.data)
    if "unusable" in expected:
        with pytest.raises(Unusable) as refused:
            read_draft(source)
        assert str(refused.value) == expected["unusable"]
        return
    found = read_draft(source).requests
    assert [told(source.data, request) for request in found] == expected["request"]
    assert [request.index for request in found] == list(range(len(found)))
    assert not any(request.problems for request in found)


def test_line_ends_change_nothing() -> None:
    for path in FILES:
        data = path.read_bytes()
        if path.suffix == ".xml":
            continue
        for changed in (data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r")):
            expected, found = read(data), read(changed)
            assert [r.values for r in found] == [r.values for r in expected]
            before, after = Source("a", data).data, Source("b", changed).data
            assert [told(after, r) for r in found] == [told(before, r) for r in expected]


def one(text: str) -> dict[str, Any]:
    """The values of the only request that a section with this text makes."""
    (request,) = read(f"# IANA Considerations\n\n{text}")
    return {key: value for key, value in request.values.items() if key != "ietf_stream"}


PORTS = [
    ("4646", 4646),
    ("4646/tcp", 4646),
    ("`4646`", 4646),
    ("4646 (suggested)", 4646),
    ("TBD (suggested 4646)", 4646),
    ("TBD (4646 is used in tests of 2026)", "user"),
    ("TBD", "user"),
    ("[[TBD1]]", "user"),
    ("\\<TBA-2\\>", "user"),
    ("To be assigned by IANA", "user"),
    ("PORT-X", "user"),
    ("TBD, a System Port", "system"),
    ("System Port", "system"),
    ("user", "user"),
    ("???", "user"),
    ("N/A", None),
    ("none", None),
    ("--", None),
    ("none requested. TIDES does not define a port; a harbor has its own.", None),
    ("No port number is requested", None),
    ("Not required", None),
    ("None (to be assigned by IANA)", "user"),
    ("No preference", "No preference"),
    ("4646-4650", "4646-4650"),
    ("4646, 4647", "4646, 4647"),
    ("4646 and 4647 (tcp)", "4646 and 4647"),
    ("4646 through 4650", "4646 through 4650"),
    ("4646/tcp, 4647/udp", "4646/tcp, 4647/udp"),
    ("04646", "04646"),
    ("４６４６", "４６４６"),
    ("4646.5", "4646.5"),
    ("-1", "-1"),
    ("99999", 99999),
    ("9" * 40, "9" * 40),
]


@pytest.mark.parametrize(("text", "port"), PORTS, ids=[text for text, _ in PORTS])
def test_port_numbers(text: str, port: int | str | None) -> None:
    found = one(f"    Service Name: quay\n    Transport Protocol: tcp\n    Port Number: {text}\n")
    if "`" in text or "\\" in text:  # an indented block is literal
        found = one(f"- Service Name: quay\n- Transport Protocol: tcp\n- Port Number: {text}\n")
    assert found["port_number"] == port


TRANSPORTS = [
    ("tcp", ["tcp"]),
    ("TCP, UDP and SCTP", ["tcp", "udp", "sctp"]),
    ("TCP/UDP", ["tcp", "udp"]),
    ("both tcp & udp", ["tcp", "udp"]),
    ("TCP, TCP", ["tcp", "tcp"]),
    ("UDP (QUIC)", ["udp"]),
    ("quic", ["quic"]),
    ("UDP-Lite", ["udp-lite"]),
    ("It runs over TCP alone, as Section 3 says, since all of its messages need an order", ["tcp"]),
]


@pytest.mark.parametrize(("text", "expected"), TRANSPORTS, ids=[text for text, _ in TRANSPORTS])
def test_transport_protocols(text: str, expected: list[str]) -> None:
    found = one(f"Service Name: quay\nTransport Protocol(s): {text}\n")
    assert found["transport_protocols"] == expected


PARTIES = [
    ("Ann Example <ann@example.com>", {"name": "Ann Example", "email": "ann@example.com"}),
    ("Ann Example (ann@example.com)", {"name": "Ann Example", "email": "ann@example.com"}),
    ("Ann Example, ann@example.com", {"name": "Ann Example", "email": "ann@example.com"}),
    ("ann@example.com (Ann Example)", {"name": "Ann Example", "email": "ann@example.com"}),
    ("<mailto:ann@example.com>", {"email": "ann@example.com"}),
    ("Ann Example", {"name": "Ann Example"}),
    ("IESG", {"name": "IESG", "email": "iesg@ietf.org"}),
    ("The IETF Chair", {"name": "The IETF Chair", "email": "chair@ietf.org"}),
    ("IESG <other@example.com>", {"name": "IESG", "email": "other@example.com"}),
]


@pytest.mark.parametrize(("text", "party"), PARTIES, ids=[text for text, _ in PARTIES])
def test_parties(text: str, party: dict[str, str]) -> None:
    assert one(f"    Service Name: quay\n    Assignee: {text}\n")["assignee"] == party


def test_parties_as_the_form_asks_for_them() -> None:
    found = one(
        "Service Name: quay\nAssignee Name: Example Org\nAssignee E-mail: ports@example.org\n"
        "Contact Person Name: Ann Example\nContact Email: ann@example.com\n"
    )
    assert found["assignee"] == {"name": "Example Org", "email": "ports@example.org"}
    assert found["contact"] == {"name": "Ann Example", "email": "ann@example.com"}


NOT_REQUESTS = [
    "The service name is a name.\n",
    "Service Name: quay\n",
    "Note: IANA is requested to assign nothing.\n",
    "Port Number: N/A\nDescription: nothing\n",
    "Name: quay\nDescription: an option\nReference: this document\n",
    "Service Name: The unique name of the service that is asked for, as in RFC 6335\n"
    "Transport Protocol: One or more of them\n",
    "| Value | Name | Reference |\n|--|--|--|\n| 1 | quay | this |\n",
    "IANA is requested to assign the value 5 in the registry of port types.\n",
    "IANA is requested to assign a new option number.\n",
    "IANA is requested to register a new port type.\n",
    "IANA is requested to assign the value 5 for the new port type.\n",
    "This document registers service names under the rules of RFC 6335.\n",
    "IANA is not requested to assign port 4646/TCP.\n",
    "Port 4646/TCP was already assigned by IANA.\n",
]


@pytest.mark.parametrize("text", NOT_REQUESTS)
def test_what_asks_for_nothing(text: str) -> None:
    assert read(f"# IANA Considerations\n\n{text}\n# Security\n\nService Name: x\n") == []


def test_a_label_that_begins_a_sentence() -> None:
    note = "Note: IANA is requested to assign port\n4646/TCP to the service name quay.\n"
    assert one(note) == {
        "service_name": "quay",
        "port_number": 4646,
        "transport_protocols": ["tcp"],
    }


def test_where_a_value_ends() -> None:
    # At a field of another template, at a sentence, behind a blank line; not at what looks like
    # a label inside a text.
    text = (
        "    Service Name: quay\n    Review: none\n    Port Number: 4646\n\n"
        "        It was free.\n\n"
        "    Service Name: pier\n    Transport Protocol: TCP,\n       UDP\n"
        "    Description: Pier exchange\n        Note: for piers\n    Status: new\n"
        "IANA is asked to be quick.\n"
    )
    first, second = read(f"# IANA Considerations\n\n{text}")
    assert first.values == {"service_name": "quay", "port_number": 4646}
    assert second.values == {
        "service_name": "pier",
        "transport_protocols": ["tcp", "udp"],
        "description": "Pier exchange Note: for piers",
    }


def test_a_sentence_beside_a_template() -> None:
    template = "Service Name: quay\nPort Number: 4646\nTransport Protocol: TCP\n"
    same = [
        "IANA is requested to assign a TCP port.",
        "IANA is requested to assign TCP port 4646.",
        "IANA is requested to assign the service name QUAY and a port.",
    ]
    for sentence in same:
        assert len(read(f"# IANA Considerations\n\n{sentence}\n\n{template}")) == 1
    other = "IANA is requested to assign UDP port 4646 to the service name pier."
    found = read(f"# IANA Considerations\n\n{other}\n\n{template}")
    assert [request.values["service_name"] for request in found] == ["pier", "quay"]
    two = "IANA is requested to assign a {} port.\n\n"
    found = read("# IANA Considerations\n\n" + two.format("TCP") + two.format("UDP"))
    assert [request.values["transport_protocols"] for request in found] == [["tcp"], ["udp"]]


def test_headings_of_a_table_in_two_lines() -> None:
    found = one(
        "    +---------+--------+-----------+\n"
        "    | Service | Port   | Transport |\n"
        "    | Name    | Number | Protocol  |\n"
        "    +---------+--------+-----------+\n"
        "    | quay    | 4646   | TCP       |\n"
        "    +---------+--------+-----------+\n"
    )
    assert found == {
        "service_name": "quay",
        "port_number": 4646,
        "transport_protocols": ["tcp"],
    }


def test_templates_that_differ_in_more_than_transport_stay_apart() -> None:
    template = "Service Name: quay\nPort Number: 4646\nTransport Protocol: {}\nDescription: {}\n\n"
    head = "# IANA Considerations\n\n"
    same = read(head + template.format("tcp", "Quay") + template.format("udp", "Quay"))
    other = read(head + template.format("tcp", "Quay") + template.format("udp", "Pier"))
    twice = read(head + template.format("tcp", "Quay") * 2)
    assert [r.values["transport_protocols"] for r in same] == [["tcp", "udp"]]
    assert [r.values["transport_protocols"] for r in other] == [["tcp"], ["udp"]]
    assert [r.values["transport_protocols"] for r in twice] == [["tcp"], ["tcp"]]


STREAMS = [
    ("---\ndocname: draft-ietf-harbor-quay-00\n---\n", True),
    ("---\ndocname: draft-example-quay-00\ncategory: std\n---\n", True),
    ("---\ndocname: draft-example-quay-00\ncategory: info\n---\n", False),
    ("---\nsubmissiontype: IETF\n---\n", True),
]


@pytest.mark.parametrize(("head", "expected"), STREAMS)
def test_documents_of_the_ietf_stream(head: str, expected: bool) -> None:
    (request,) = read(f"{head}# IANA Considerations\n\nService Name: quay\nTransport: tcp\n")
    assert request.values.get("ietf_stream", False) is expected


TEMPLATE = "Service Name: quay\n   Transport Protocol: tcp\n   Port Number: 4640\n"
HEADINGS = [
    '7.1.  "quay" Service Name',
    "7.1.  _quay Service Name",
    "7.1.  4640/tcp",
    "7.1.  [quay] and its port",
    "7.1  Service Name quay",
]
TITLE = "Network Working Group          A. Example\nCategory: Standards Track\n\n"
HEADS = [
    TITLE,
    "[Docs] [txt|pdf|xml|html] [Tracker]\n\n" + TITLE,
    "    Network Working Group      A. Example\n    Category: Standards Track\n\n",
]
TEXT = "   Of harbors.\n   More of them.\n\n"


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("heading", HEADINGS)
def test_subsections_with_titles_of_any_kind(heading: str, head: str) -> None:
    text = f"{head}{TEXT}7.  IANA Considerations\n\n{heading}\n\n   {TEMPLATE}\n8.  Security\n"
    assert is_draft(text.encode())
    (request,) = read(text)
    assert request.values == {
        "service_name": "quay",
        "transport_protocols": ["tcp"],
        "port_number": 4640,
        "ietf_stream": True,
    }


def test_pages_that_a_copy_in_markdown_rules_off() -> None:
    page = f"\n{'-' * 72}\n\n``` newpage\nRFC 9999          Harbors          June 2014\n\n\n"
    text = (
        f"{TITLE}{TEXT}7.  IANA Considerations\n\n   Service Name: quay\n```\n{page}"
        "   Transport Protocol: tcp\n   Port Number: 4640\n\n8.  Security\n"
    )
    (request,) = read(text)
    assert request.values["service_name"] == "quay"
    assert request.values["port_number"] == 4640


def test_headings_that_converters_link() -> None:
    text = (
        "  RFC 9999   Harbors\n\n## [7.](#section-7){.section-number} [IANA Considerations](#iana)"
        "{.section-name} {#iana}\n\n::: {#section-7.1 .section}\nService Name:\n\n"
        ":   quay[¶](#section-7-1){.pilcrow}\n\n:   \n\nTransport Protocol:\n\n"
        ":   tcp[¶](#section-7-2){.pilcrow}\n:::\n\n## [8.](#section-8) [Security](#security)\n"
    )
    assert is_draft(text.encode())
    (request,) = read(text)
    assert request.values == {"service_name": "quay", "transport_protocols": ["tcp"]}


@pytest.mark.parametrize(
    "key", ["docName: draft-example-tides-00", "docname: x", "ipr: trust200902"]
)
def test_markdown_without_iana_considerations(key: str) -> None:
    assert is_draft(f"---\ntitle: Harbors\n{key}\n---\n\n# Introduction\n".encode())


EMPHASIZED = [
    "IANA is asked for TCP port **4640** with the service name `tides`.",
    "IANA is asked for TCP port *4640* with the service name *tides*.",
    "IANA is asked for TCP port\n_4640_ with the service name\n**tides**.",
    "IANA is asked for port __4640/tcp__ with the service name _tides_.",
    "IANA is asked for the service name **`tides`** and TCP port **`4640`**.",
    "- Service Name: **tides**\n- Transport Protocol: *TCP*\n- Port Number: _4640_",
    "**Service Name:** *tides*\n\n**Transport Protocol:** **tcp**\n\n**Port Number:** ***4640***",
    "| Service Name | Port | Transport Protocol |\n|---|---|---|\n| *tides* | **4640** | _tcp_ |",
]


@pytest.mark.parametrize("body", EMPHASIZED)
def test_emphasis_in_markdown(body: str) -> None:
    request = one(f"{body}\n")
    names = ("service_name", "port_number", "transport_protocols")
    assert [request.get(name) for name in names] == ["tides", 4640, ["tcp"]]


def test_an_item_of_a_list_goes_on_without_indentation() -> None:
    body = "* Service Name: tides\n* Transport Protocol: tcp\n* Assignment Notes: Defined\n"
    request = one(f"{body}TXT keys: path=<path>\n* Reference: [RFC9999]\n")
    assert request["assignment_notes"] == "Defined TXT keys: path=<path>"
    assert request["reference"] == "[RFC9999]"
    request = one("Service Name: tides\nAssignment Notes: Defined\nTXT keys: path=<path>\n")
    assert (request["assignment_notes"], request["txt_keys"]) == ("Defined", "path=<path>")


def test_underscores_of_names_are_no_emphasis() -> None:
    body = "IANA is asked to register _tides._tcp and _pier._tcp as service names.\n"
    names = [request.values["service_name"] for request in read(f"# IANA Considerations\n\n{body}")]
    assert names == ["tides", "pier"]


ENTIRE = """Internet-Draft                    Harbors

1.  Ports

   IANA has assigned UDP port 4640 to the service name "tides".

2.  {title}

   {text}
"""


def test_a_document_that_is_about_iana_considerations() -> None:
    text = "This entire document is about IANA considerations."
    (request,) = read(ENTIRE.format(title="IANA Considerations", text=text))
    assert (request.values["service_name"], request.values["port_number"]) == ("tides", 4640)
    assert read(ENTIRE.format(title="IANA Considerations", text="None.")) == []
    assert read(ENTIRE.format(title="Scope", text=text)) == []


SECTION = "# Ports {#ports}\n\n    " + TEMPLATE.replace("   ", "    ")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{SECTION}\n# IANA Considerations\n\nThe service name is in {{{{ports}}}}.\n", 1),
        (f"{SECTION}\n# IANA Considerations\n\nThis document has no IANA actions.\n", 0),
        (
            f"Internet-Draft\n\n{TEXT}3.  Ports\n\n   {TEMPLATE}\n7.  IANA Considerations\n\n"
            "   IANA is asked to register the service name and the port of Section 3.\n",
            1,
        ),
        (
            f"Internet-Draft\n\n{TEXT}3.  Ports\n\n   {TEMPLATE}\n7.  IANA Considerations\n\n"
            "   The rules are those of Section 3 of [RFC6335].\n",
            0,
        ),
        (
            "<rfc><section anchor='ports' title='Ports'><artwork>Service Name: quay\n"
            "Transport Protocol: tcp</artwork></section><section title='IANA Considerations'>"
            "<t>The service name is that of <xref target='ports'/>.</t></section></rfc>",
            1,
        ),
    ],
)
def test_templates_in_a_section_that_is_referred_to(text: str, count: int) -> None:
    found = read(text)
    assert [r.values["service_name"] for r in found] == ["quay"] * count


IS_NOT = [
    b"",
    b"service_name: quay\ndescription: see the IANA Considerations\n",
    b"# IANA Considerations\nservice_name: quay\n",
    b"---\n# IANA Considerations\n- service_name: quay\n",
    b'service_name = "quay"\n# IANA Considerations\n',
    b'{"service_name": "quay", "description": "\nIANA Considerations"}',
    b"<registry/>",
    b"<?xml version='1.0'?><registry><title>IANA Considerations</title></registry>",
    b"\x00\x01\x02",
]


@pytest.mark.parametrize("data", IS_NOT)
def test_request_documents_are_no_drafts(data: bytes) -> None:
    assert not is_draft(data)


FILLER = "Tides rise and fall with the moon. "
ASIDE = "as was said before, "
ASKS = "IANA is requested to assign the TCP port 4646 with the service name tides."
LONG_TEXTS = {
    "a request after many sentences": (FILLER * 700 + ASKS, [4646], []),
    "two requests with many sentences between": (
        f"{ASKS} {FILLER * 700}IANA is requested to assign UDP port 4747 to the service name quay.",
        [4646, 4747],
        [],
    ),
    "a sentence that is too long": (
        ASKS.replace("to", ASIDE * 120 + "to", 1),
        [],
        ["TCP port 4646"],
    ),
    "a port at the limit of a sentence": (
        ("a" * 1992 + ASKS[ASKS.index(" TCP") :]),
        [],
        ["TCP port 4646"],
    ),
    "a request before a sentence that is too long": (
        f"{ASKS}\n\n{ASIDE * 120}IANA is asked for port 4747/udp.",
        [4646],
        ["port 4747"],
    ),
    "a sentence that is too long and mentions nothing": (ASIDE * 120 + "nothing is asked.", [], []),
}


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_nothing_of_a_long_text_is_lost(name: str) -> None:
    text, numbers, unread = LONG_TEXTS[name]
    data = f"# IANA Considerations\n\n{text}\n".encode()
    contents = read_draft(Source("draft", data))
    assert [request.values["port_number"] for request in contents.requests] == numbers
    assert [mention.text for mention in contents.unread] == unread
    assert all(data[m.offset :].startswith(m.text.encode()) for m in contents.unread)


LAYOUTS = {
    "fragment": "{}\n\n   {}\n",
    "text directly below": "Internet-Draft\n\n{}\n{}\n",
    "at the margin": "Abstract\n\nOn beams.\n\n{}\n\n{}\n\nAcknowledgements\n\nNone.\n",
    "indented": "Internet-Draft\n\n   Abstract\n\n      On beams.\n\n{}\n\n      {}\n",
    "others numbered": "Internet-Draft\n\n1. Scope\n\n   Beams.\n\n{}\n\n   {}\n\n4. Use\n",
}
TEXT_HEADINGS = (
    *("IANA Considerations", "IANA CONSIDERATIONS:", "iana actions.", "   IANA Considerations"),
    *("             IANA CONSIDERATIONS", "   3.  IANA Considerations.", "3) IANA Considerations"),
    *("IANA Considerations\n===================", "IANA Considerations\n~~~~~~~~~~~~~~~~~~~"),
    *("Section 3 - IANA Considerations", "[3] IANA Considerations", "III. IANA Considerations"),
    *("Security and IANA Considerations", "IANA and Security Considerations"),
    *("**IANA Considerations**", "== IANA Considerations ==", "IANA Considerations for Beams"),
    "IANA Considerations (to be removed)",
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("heading", TEXT_HEADINGS)
def test_headings_in_text(heading: str, layout: str) -> None:
    request = 'IANA is requested to assign TCP port 7704 to "beam".'
    data = LAYOUTS[layout].format(heading, request).encode()
    assert is_draft(data)
    contents = read_draft(Source("draft.txt", data))
    assert contents.has_iana
    assert [request.values["port_number"] for request in contents.requests] == [7704]
    assert contents.unread == []


@pytest.mark.parametrize(
    ("heading", "following"),
    [
        ("IANA Considerations", "Security Considerations"),
        ("IANA CONSIDERATIONS", "ACKNOWLEDGEMENTS"),
        ("  IANA Considerations:", "Normative references:"),
        ("3) IANA Considerations", "4) Use"),
        ("IANA Considerations", "4. Use"),
    ],
)
def test_where_a_section_of_text_ends(heading: str, following: str) -> None:
    request = 'IANA is requested to assign TCP port 7704 to "beam".'
    indent = heading[: -len(heading.lstrip())]
    data = f"{heading}\n\n{request}\n\n{indent}{following}\n\nBeams use UDP port 7705.\n"
    contents = read_draft(Source("draft.txt", data.encode()))
    assert [request.values["port_number"] for request in contents.requests] == [7704]
    assert contents.unread == []


@pytest.mark.parametrize("heading", ["IANA Considerations:", "   IANA Considerations."])
def test_a_heading_in_the_line_of_its_text_is_not_passed_over(heading: str) -> None:
    data = f'{heading} IANA is requested to assign TCP port 7704 to "beam".\n'
    contents = read_draft(Source("draft.txt", data.encode()))
    assert [mention.text for mention in contents.unread] == ["TCP port 7704"]


@pytest.mark.parametrize("title", ["PORTS", "Service Name Registration", "Registry Entries"])
@pytest.mark.parametrize(
    "layout",
    [
        "IANA Considerations\n\n{}\n\n{}\n\nSecurity Considerations\n\n{}\n",
        "   IANA Considerations\n\n      Two.\n\n   {}\n\n      {}\n\n   Use\n\n      {}\n",
        "Beams\n\n  On.\n\nIANA Considerations\n\n{}\n\n  {}\n\nUse\n\n  {}\n\n  Both.\n  X.\n",
    ],
)
def test_subsections_without_numbers(layout: str, title: str) -> None:
    request = 'IANA is requested to assign TCP port 7704 to "beam".'
    data = layout.format(title, request, "Beams use UDP port 7705.").encode()
    contents = read_draft(Source("draft.txt", data))
    assert [request.values["port_number"] for request in contents.requests] == [7704]
    assert contents.unread == []


@pytest.mark.parametrize(
    "text",
    [
        "Contents\n\n1. Scope\n\n   IANA Considerations . . . . 5\n\n   TCP port 7704.\n",
        "1. Scope\n\n   Read the section\n   IANA Considerations\n   on TCP port 7704.\n",
        "1. Scope\n\n   See the IANA considerations.\n\n   Beams use TCP port 7704.\n",
    ],
)
def test_no_headings_in_text(text: str) -> None:
    contents = read_draft(Source("draft.txt", f"Internet-Draft\n\n{text}".encode()))
    assert (contents.has_iana, contents.requests) == (False, [])


HEAD = b"# IANA Considerations\n\n"
OPEN, CLOSE = b"<rfc><section title='IANA Considerations'>", b"</section></rfc>"
LARGE = {
    "one line": (HEAD + b"IANA is requested to assign port 5. " * 1_000, 1),
    "one line of denials": (HEAD + b"IANA is requested to " + b"TCP not " * 5_000, 0),
    "one line of bars": (HEAD + b"|a" * 15_000, 0),
    "one value": (HEAD + b"Service Name: quay\nDescription: " + b"ab-\xc3\xa9 `*[](" * 5_000, 1),
    "deep sections": (OPEN + b"<section>" * 5_000 + b"</section>" * 5_000 + CLOSE, 0),
    "deep paragraphs": (OPEN + b"<t>a" * 5_000 + b"</t>" * 5_000 + CLOSE, 0),
    "deep, never closed": (OPEN + b"<t>" * 30_000, None),
    "many references": (OPEN + b"<t>" + b"&amp;" * 100_001 + b"</t>" + CLOSE, None),
    "many entities": (
        b"<!DOCTYPE rfc [" + b"<!ENTITY a 'b'>" * 50_000 + b"]>" + OPEN + CLOSE,
        0,
    ),
    "too large": (HEAD + b"\n" * 9_000_000, None),
    "form feeds": (b"Internet-Draft\n\n1. IANA Considerations\n" + b"\f\n" * 300_000, 0),
    "page ends": (b"Internet-Draft\n\n1. IANA Considerations\n" + b"A [Page 1]\n" * 50_000, 0),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_input_is_read_or_refused_in_one_sentence(name: str) -> None:
    data, expected = LARGE[name]
    if expected is None:
        with pytest.raises(Unusable, match=r"\Adraft:.{10,120}\Z"):
            read(data)
    else:
        assert len(read(data)) == expected


ASKS = 'IANA is requested to assign TCP port 4646 to "quay".'
SHIPS = " ".join(["Ships sail."] * 200)
SECTION_HEADS = {
    "md": ("# 7. IANA Considerations\n", "# {0}. Ships\n"),
    "txt": ("Internet-Draft\n\n7. IANA Considerations\n", "{0}. Ships\n"),
    "xml": ('<rfc><section title="IANA Considerations">', '</section><section anchor="s{0}">'),
}


def sections(form: str, *paragraphs: Sequence[str]) -> bytes:
    """IANA Considerations, and the sections 8, 9 and so on."""
    first, following = SECTION_HEADS[form]
    heads = [first, *(following.format(number) for number in range(8, 7 + len(paragraphs)))]
    paragraph, end = ("<t>{}</t>", "</section></rfc>") if form == "xml" else ("\n{}\n", "")
    texts = ["".join(map(paragraph.format, section)) for section in paragraphs]
    parts = [f"{head}{text}" for head, text in zip(heads, texts, strict=True)]
    return ("\n".join(parts) + end).encode()


@pytest.mark.parametrize("form", SECTION_HEADS)
def test_larger_iana_considerations_are_refused(form: str) -> None:
    data = sections(form, (ASKS, SHIPS), (SHIPS,))
    size = len(ASKS + SHIPS)
    [request] = read_draft(Source("a", data, Limits(request_size=size))).requests
    assert request.values["port_number"] == 4646
    with pytest.raises(Unusable) as raised:
        read_draft(Source("a", data, Limits(request_size=size - 1)))
    message = "a: the IANA Considerations are larger than 2 KiB (--max-request-size)"
    assert str(raised.value) == message


@pytest.mark.parametrize("form", SECTION_HEADS)
def test_a_section_of_too_many_lines_is_refused(form: str) -> None:
    data = sections(form, (ASKS,), ["Ships."] * 50_001)
    with pytest.raises(Unusable) as raised:
        read_draft(Source("a", data))
    assert str(raised.value) == "a: the draft has more than 100,000 lines in one section"


@pytest.mark.parametrize("form", SECTION_HEADS)
def test_cited_sections_beyond_the_limit_are_reported(form: str) -> None:
    cites = '<xref target="s{}"/>' if form == "xml" else "Section {}"
    fields = "Service Name: dock, Transport Protocol: udp, Description: Docks"
    iana = (ASKS, *map(cites.format, (8, 9, 10)))
    data = sections(form, iana, (fields, SHIPS), ("The quay.", SHIPS), (SHIPS,))
    size = len(fields + SHIPS)
    for limit, unread in ((size, "The quay."), (size + len("The quay." + SHIPS), SHIPS)):
        contents = read_draft(Source("a", data, Limits(request_size=limit)))
        assert [request.values["service_name"] for request in contents.requests] == ["quay", "dock"]
        [mention] = contents.unread
        assert (mention.text, mention.offset) == (unread, data.rindex(unread.encode()))
    limits = Limits(request_size=size + len("The quay." + SHIPS + SHIPS))
    assert read_draft(Source("a", data, limits)).unread == []


def test_a_cited_section_beyond_the_limit_is_a_warning() -> None:
    data = sections("md", (ASKS, "Section 8"), ("The quay.", SHIPS)).decode()
    limits = Limits(request_size=1024)
    report = check_request(data, select=["RQ082"], ignore=["RQ081"], limits=limits)
    [finding] = report
    assert (finding.location.line, finding.location.column) == (9, 1)
    assert finding.message == (
        'not read from "The quay." on: the IANA Considerations refer to too much text'
        " (--max-request-size)"
    )


PIECES = st.sampled_from(
    [
        *("Service Name:", "Port Number", "Transport Protocol(s):", "Assignee", "TBD1", "4646/tcp"),
        *("IANA is requested to assign port", "the service name", '"quay"', "and UDP", " 4646. "),
        *(
            "\n",
            "\n\n",
            "   ",
            "| ",
            "|--|--|\n",
            "+---+---+\n",
            ": ",
            "* ",
            "~~~\n",
            "<!--",
            "-->",
        ),
        *("# IANA Considerations\n", "1. IANA Considerations\n", "\f", "[Page 3]\n", "===\n", "\t"),
        *("<t>", "</t>", "<dt>", "</dt><dd>", "<table><tr><td>", "</td></tr></table>", "&nbsp;"),
        *("<c>", "</c>", "<ttcol>", "</ttcol>", "<br/>", "<artwork>", "</artwork>", "é", "\\", "`"),
    ]
)
GENERATED = st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | GENERATED.map(str.encode), st.sampled_from(["md", "txt", "xml"]))
@example(b"<t", "xml")
def test_no_bytes_break_the_reader(data: bytes, form: str) -> None:
    if form == "xml":
        data = OPEN + data + CLOSE
    elif form == "txt":
        data = b"Internet-Draft\n\n1. IANA Considerations\n\n" + data
    else:
        data = HEAD + data
    is_draft(data)
    source = Source("draft", data)
    try:
        found = read_draft(source).requests
    except Unusable as refused:
        assert form == "xml"
        assert ": cannot parse XML: " in str(refused)  # noqa: PT017
        return
    for request in found:
        assert request.values
        assert all(0 <= offset < len(source.data) for offset in request.places.values())
        told(source.data, request)


STATEMENTS = [field.key for field in FIELDS if field.is_in_drafts and not field.is_in_template]
WORDS = st.text(
    st.sampled_from("abc xyz0189-_.,:;*`[]<>(){}#|$~^&!?'\"\\/=+%@é\x07\u202e"),
    min_size=1,
    max_size=150,
).map(normal_space)
# No field has a placeholder of the strictest one as its value.
TEXTS = WORDS.filter(lambda text: text and not is_placeholder(("reference",), text))


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "service_name": st.sampled_from(["quay", "edi_service", "a-b"]),
            "transport_protocols": st.sampled_from([["tcp"], ["udp", "sctp"]]),
            "assignee": st.just({"name": "Example Org", "email": "ports@example.org"}),
            "contact": st.just({"name": "Ann Example", "email": "ann_e@example.com"}),
            "description": TEXTS,
            "reference": TEXTS,
            "port_number": st.sampled_from([4646, "user", "system", None]),
        },
        optional={
            "assignment_notes": TEXTS,
            "known_unauthorized_uses": TEXTS,
            **{
                field.key: TEXTS
                for field in FIELDS
                if field.is_in_drafts and not field.is_in_template
            },
            "proprietary": st.just(True),
        },
    )
)
def test_what_is_printed_for_a_draft_is_read_again(values: dict[str, Any]) -> None:
    (request,) = read(as_rfc([values], all_answers=True))
    (in_xml,) = read_draft(Source("draft", as_rfcxml([values], all_answers=True).encode())).requests
    expected = {
        key: visible(value) if isinstance(value, str) else value for key, value in values.items()
    }
    assert request.values == in_xml.values == expected


IANA = "# IANA Considerations\n\n"
QUAYS = {
    "headings that lines underline": (
        "Beams\n=====\n\nIANA Considerations\n===================\n\nPorts\n-----\n\n"
        "    Service Name: quay\n    Port Number: 4646\n",
        {},
    ),
    "after a comment": (f"{IANA}<!-- x -->Service Name: quay\nPort Number: 4646\n", {}),
    "fields in brackets": (
        f"{IANA}* Service name: quay (port: 4646, description: Quays (and piers))\n",
        {"description": "Quays (and piers)"},
    ),
}


@pytest.mark.parametrize("name", QUAYS)
def test_ways_to_write_a_request_in_markdown(name: str) -> None:
    text, more = QUAYS[name]
    (request,) = read(text)
    assert request.values == {"service_name": "quay", "port_number": 4646, **more}


@pytest.mark.parametrize("margin", ["", "   "])
def test_a_template_at_the_margin_of_an_indented_text(margin: str) -> None:
    template = (
        "Service Name: tides\nTransport Protocol: tcp\nAssignee: Iris Quill <iris@example.com>\n"
    )
    text = (
        "Internet-Draft                    Harbors\n\n1.  Introduction\n\n   Of harbors.\n\n"
        "2.  IANA Considerations\n\n   IANA is requested to register this service name:\n\n"
        f"{''.join(margin + line for line in template.splitlines(True))}\n"
        "   The name was free.\n\nAuthors' Addresses\n\n   Contact: Iris Quill\n"
    )
    assert one(text) == {
        "service_name": "tides",
        "transport_protocols": ["tcp"],
        "assignee": {"name": "Iris Quill", "email": "iris@example.com"},
    }


@pytest.mark.parametrize(
    ("sentence", "unread"),
    [
        ("IANA has reserved TCP port number 80 for use by HTTP.", []),
        ("IANA has reserved TCP port number 4640 for the use of harbors.", []),
        ("The draft has a proposed approach for an IANA registration policy of service names.", []),
        ('The service name is "tides", registered with the IANA as a GSSAPI service name.', []),
        (
            "IANA has reserved TCP port number 4640 for use by this protocol.",
            ["TCP port number 4640"],
        ),
        ("New UDP ports have been allocated by IANA for use by the protocol.", ["New UDP ports"]),
        ("IANA has reserved TCP port number 4640.", ["TCP port number 4640"]),
    ],
)
def test_words_outside_of_the_iana_considerations(sentence: str, unread: list[str]) -> None:
    head = "Internet-Draft     Tides\n\n1.  Introduction\n\n"
    text = f"{head}   {sentence}\n\n2.  Security\n\n   None.\n"
    contents = read_draft(Source("draft", text.encode()))
    assert contents.requests == []
    assert [mention.text for mention in contents.unread] == unread


@pytest.mark.parametrize(
    "text",
    [
        "IANA is requested to assign TCP port 4646 to <tt>tides</tt>.",
        "IANA is requested to assign TCP port <tt>4646</tt> to <strong>tides</strong>.",
        "IANA <em>is requested</em> to assign TCP port 4646 to the service <em>tides</em>.",
        "IANA is requested to assign TCP port 4646 to <spanx style='verb'>tides</spanx>.",
    ],
)
def test_names_in_elements_of_rfcxml(text: str) -> None:
    section = f"<section title='IANA Considerations'><t>{text}</t></section>"
    document = f"<rfc><middle>{section}</middle></rfc>"
    [request] = read(document)
    assert request.values == {
        "service_name": "tides",
        "port_number": 4646,
        "transport_protocols": ["tcp"],
    }
    assert document[request.place(("service_name",)) :].startswith("tides<")


@pytest.mark.parametrize("form", ["md", "xml"])
def test_a_section_about_experiments_beside_a_request(form: str) -> None:
    request = 'IANA is requested to assign port 4646/tcp to "tides".'
    uses = "Early experiments MAY use port 784. It is marked in the IANA registry as unassigned."
    if form == "md":
        text = (
            f"# IANA Considerations\n\n{request}\n\n## Port number 784 for experiments\n\n{uses}\n"
        )
    else:
        inner = f"<section title='Port number 784'><t>{uses}</t></section>"
        section = f"<section title='IANA Considerations'><t>{request}</t>{inner}</section>"
        text = f"<rfc><middle>{section}</middle></rfc>"
    contents = read_draft(Source(f"draft.{form}", text.encode()))
    assert [request.values["port_number"] for request in contents.requests] == [4646]
    assert contents.unread == []
    # Alone, it is all that the document says of a port.
    alone = read_draft(Source(f"draft.{form}", text.replace(request, "").encode()))
    assert [mention.text for mention in alone.unread] == ["port 784"]


@pytest.mark.parametrize("style", ["symbols", "numbers", "empty"])
def test_lists_of_actions_in_rfcxml_version_2(style: str) -> None:
    items = "<t>Reserve a TCP port number for Tide Gauges.</t><t>Create a registry of flags.</t>"
    words = f"<t>IANA is kindly requested to: <list style='{style}'>{items}</list></t>"
    section = f"<section title='IANA Considerations'>{words}</section>"
    [request] = read(f"<rfc><middle>{section}</middle></rfc>")
    assert request.values == {"port_number": "user", "transport_protocols": ["tcp"]}


WORDINGS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "a sentence that gives the port of a template in the words of its description": (
        "IANA is requested to assign TCP port 4646 for tide tables.\n\n"
        "    Service Name: tides\n    Transport Protocol: TCP\n"
        "    Description: Tide tables\n",
        [
            {
                "service_name": "tides",
                "transport_protocols": ["tcp"],
                "description": "Tide tables",
                "port_number": 4646,
            }
        ],
    ),
    "a label without a letter": (
        "Sevice Name: quay\nPort Number: 4646\nTransport Protocol: tcp\n",
        [{"service_name": "quay", "port_number": 4646, "transport_protocols": ["tcp"]}],
    ),
    "numbers after the first port": (
        "IANA is requested to assign TCP 4646, 4647 and 4648.\n",
        [
            {"port_number": 4646, "transport_protocols": ["tcp"]},
            {"port_number": 4647, "transport_protocols": ["tcp"]},
            {"port_number": 4648, "transport_protocols": ["tcp"]},
        ],
    ),
    "a service code in a sentence": (
        'IANA is requested to assign DCCP port 4646 to "tides" with the service code TIDE.\n',
        [
            {
                "service_name": "tides",
                "port_number": 4646,
                "transport_protocols": ["dccp"],
                "service_code": "TIDE",
            }
        ],
    ),
    "the name in the sentence after the request": (
        'IANA is requested to assign TCP port 4646. Its service name is "tides".\n',
        [{"service_name": "tides", "port_number": 4646, "transport_protocols": ["tcp"]}],
    ),
    "numbers in the sentence after the request": (
        "IANA is requested to assign two TCP ports. The port numbers are 4646 and 4647.\n",
        [
            {"port_number": 4646, "transport_protocols": ["tcp"]},
            {"port_number": 4647, "transport_protocols": ["tcp"]},
        ],
    ),
    "a sentence that does not speak of the port before it": (
        'The harbor uses TCP port 4646. IANA is requested to assign the value to "tides".\n',
        [],
    ),
    "an assignment of a document that asks for nothing": (
        'This document has no IANA actions. TCP port 4646 is assigned to "tides".\n',
        [],
    ),
    "a port that is not in the range that the next sentence has": (
        'IANA is requested to assign TCP port 4646 to "tides". The port number is from the '
        "System Ports range.\n",
        [{"service_name": "tides", "port_number": 4646, "transport_protocols": ["tcp"]}],
    ),
    "a range after a port to be chosen": (
        'IANA is requested to assign a TCP port to "tides". From the System Ports range, '
        "since it is needed.\n",
        [{"service_name": "tides", "port_number": "system", "transport_protocols": ["tcp"]}],
    ),
    "a transport protocol in the service name": (
        "Service Name: _tides._tcp\nPort Number: 4646\nDescription: _pier._udp runs, too\n",
        [
            {
                "service_name": "tides",
                "port_number": 4646,
                "description": "_pier._udp runs, too",
                "transport_protocols": ["tcp"],
            }
        ],
    ),
    "a transport protocol in a description": (
        "Port Number: 4646\nDescription: _pier._udp runs, too\n",
        [{"port_number": 4646, "description": "_pier._udp runs, too"}],
    ),
    "a citation at the end of a line of the registry": (
        "tides  4646/tcp  Tide tables [RFC9999]\n",
        [
            {
                "service_name": "tides",
                "port_number": 4646,
                "transport_protocols": ["tcp"],
                "reference": "[RFC9999]",
                "description": "Tide tables",
            }
        ],
    ),
    "words after a quoted name": (
        'Service Name: "quay" of harbors\nPort Number: 4646\nTransport Protocol: tcp\n',
        [{"service_name": "quay", "port_number": 4646, "transport_protocols": ["tcp"]}],
    ),
    '"only" before a transport protocol': (
        "Service Name: quay\nTransport Protocol: only TCP\nPort Number: 4646\n",
        [{"service_name": "quay", "transport_protocols": ["tcp"], "port_number": 4646}],
    ),
    "words after a port with a transport protocol": (
        "Service Name: quay\nPort Number: 4646/tcp, udp later\n",
        [{"service_name": "quay", "port_number": 4646, "transport_protocols": ["tcp", "udp"]}],
    ),
    "two preferred ports": (
        "Service Name: quay\nPort Number: TBD (4646 or 4647 preferred)\nTransport Protocol: tcp\n",
        [{"service_name": "quay", "port_number": "user", "transport_protocols": ["tcp"]}],
    ),
    "a paragraph after a page that ends with a sentence": (
        "Internet-Draft                    Harbors\n\n7.  IANA Considerations\n\n"
        "   Service Name: quay\n   Description: Tide tables.\n\n"
        "Example     Expires 2026     [Page 1]\n\x0c\n"
        "Internet-Draft    Harbors    June 2026\n\n"
        '   IANA is asked for UDP port 4647 for\n   "pier".\n\n8.  Security\n',
        [
            {"service_name": "quay", "description": "Tide tables."},
            {"service_name": "pier", "port_number": 4647, "transport_protocols": ["udp"]},
        ],
    ),
    "a sentence across two pages": (
        "Internet-Draft                    Harbors\n\n7.  IANA Considerations\n\n"
        "   IANA is requested to assign TCP port\n\n"
        "Example     Expires 2026     [Page 1]\n\x0c\n"
        'Internet-Draft    Harbors    June 2026\n\n   4646 to "tides".\n\n8.  Security\n',
        [{"service_name": "tides", "port_number": 4646, "transport_protocols": ["tcp"]}],
    ),
}


@pytest.mark.parametrize("name", WORDINGS)
def test_exactly_what_a_wording_requests(name: str) -> None:
    text, expected = WORDINGS[name]
    head = "" if text.startswith("Internet-Draft") else IANA
    assert [request.values for request in read(head + text)] == expected


def test_only_an_action_of_an_update_renames() -> None:
    found = read(
        IANA + "IANA is requested to make these changes:\n\n"
        "| Action | Service Name | Port | Transport |\n|--|--|--|--|\n"
        "| Rename tides to pier | tides | 4646 | tcp |\n"
        "| Add, rename a to b | quay | 4647 | tcp |\n"
    )
    assert [(request.kind, request.new_name) for request in found] == [
        ("update", "pier"),
        ("request", ""),
    ]


def test_items_of_a_list_of_actions_are_requests() -> None:
    found = read(
        IANA + "IANA is requested to take the following actions:\n\n"
        '* TCP port 4646 for "tides"\n* pier 4647/udp\n'
    )
    assert [request.values for request in found] == [
        {"service_name": "tides", "port_number": 4646, "transport_protocols": ["tcp"]},
        {"service_name": "pier", "port_number": 4647, "transport_protocols": ["udp"]},
    ]
