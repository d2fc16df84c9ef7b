"""A request as IANA's form and as a section of an Internet-Draft: exactly what is printed.

What is printed for a draft is read again with the same values, and without new findings.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.requests import registry, reviewed
from validator import check_request
from validator.engine.report import Report
from validator.errors import Unusable
from validator.readers.source import Source
from validator.request.documents import read_requests
from validator.request.fields import FIELD_BY_KEY, FIELDS
from validator.request.render import as_form, as_rfc, as_rfcxml
from validator.strategies import requests

QUAY: dict[str, Any] = {
    "service_name": "quay",
    "transport_protocols": ["tcp", "udp"],
    "assignee": {"name": "Example Org", "email": "ports@example.org"},
    "contact": {"name": "Ann Example", "email": "ann@example.com"},
    "description": "Quay exchange, which tells ships where to berth and harbors who comes next",
    "reference": "https://example.com/quay_spec",
    "port_number": 4646,
    "service_code": None,
    "known_unauthorized_uses": None,
    "assignment_notes": "",
    "broadcast_multicast_anycast": "It uses none of them.",
    "why_not_dynamic": "Pilots dial in\nfrom ships.\n\nThey know no directory.",
    "why_not_user": None,
    "stable_spec_reference": None,
    "proprietary": False,
    "ietf_stream": None,
    "txt_keys": None,
    "security": "TLS on the same port",
    "versioning": None,
    "transport_differences": "None but the framing",
    "congestion_control": "One datagram a minute",
    "discovery_only": "no",
    "why_not_existing_port": None,
    "development_state": None,
    "reserved_justification": None,
}

FORM = """\
1. Assignee: Who is the assignee? Name and e-mail address.
   Example Org <ports@example.org>

2. Contact: Who answers questions about it? Name and e-mail address.
   Ann Example <ann@example.com>

3. Resources: Which resources are requested?
   a service name and a port number

4. Transport Protocol(s): Which transport protocols does it use?
   TCP, UDP

5. Service Name: Which service name is requested?
   quay

6. Port Number: Which port number is desired?
   4646

7. Description: What is the service, in one sentence?
   Quay exchange, which tells ships where to berth and harbors who comes
   next

8. Reference: Which document describes the protocol?
   https://example.com/quay_spec

9. Proprietary: Is the protocol proprietary, without public documentation?
   no

10. Defined TXT Keys: Which keys do its DNS-SD TXT records have?
   (not answered)

11. Broadcast, Multicast, or Anycast: Does it use IP broadcast, multicast or anycast, and for what?
   It uses none of them.

12. Congestion Control: How is the traffic limited, and does the protocol react to congestion?
   One datagram a minute

13. Discovery Only: Is UDP solely for the discovery of hosts that support the protocol?
   no

14. Versioning: How are versions distinguished on one port?
   (not answered)

15. Differences Between Transport Protocols: What is each of the transport protocols used for?
   None but the framing

16. Security: How is the service secured on the same port?
   TLS on the same port

17. Why Not a Dynamic Port: Why can clients not find a Dynamic Port at run time?
   Pilots dial in
   from ships.

   They know no directory.

18. Why Not an Existing Port: Why can it not use the port of an existing service?
   (not answered)

19. State of Development: What is the state of development?
   (not answered)

20. Known Unauthorized Uses: Who is known to use the name or number without being the assignee?
   (not answered)

21. Assignment Notes: What else should the registry note?
   (not answered)

22. Difference From Existing Services: How does it differ from services that are assigned already?
   (not answered)

23. Other Information: What else should reviewers know?
   (not answered)
"""

SECTION = """\
# IANA Considerations

IANA is requested to add the following entry to the "Service Name and
Transport Protocol Port Number Registry" (RFC 6335):

- Service Name: quay
- Transport Protocol(s): TCP, UDP
- Assignee: Example Org \\<ports@example.org\\>
- Contact: Ann Example \\<ann@example.com\\>
- Description: Quay exchange, which tells ships where to berth and
  harbors who comes next
- Reference: https://example.com/quay\\_spec
- Port Number: 4646

As RFC 6335, Section 8.1 requires, the request states:

- Broadcast, Multicast, or Anycast: It uses none of them.
- Why Not a Dynamic Port: Pilots dial in from ships. They know no
  directory.
- Differences Between Transport Protocols: None but the framing
- Congestion Control: One datagram a minute
"""
FOR_REVIEW = """
For the review of the request:

- Security: TLS on the same port
- Discovery Only: no
"""
IN_XML = """\
<section anchor="iana-considerations">
  <name>IANA Considerations</name>
  <t>IANA is requested to add the following entry to the "Service Name and Transport Protocol Port Number Registry" (RFC 6335):</t>
  <dl>
    <dt>Service Name:</dt>
    <dd>tides</dd>
    <dt>Description:</dt>
    <dd>Tides &lt;high&gt; &amp; low &amp;amp; *all* `of` them</dd>
    <dt>Port Number:</dt>
    <dd>N/A</dd>
  </dl>
  <t>As RFC 6335, Section 8.1 requires, the request states:</t>
  <dl>
    <dt>Broadcast, Multicast, or Anycast:</dt>
    <dd>None.</dd>
  </dl>
</section>
"""  # noqa: E501


def test_the_form() -> None:
    assert as_form(QUAY) == FORM


def test_the_section() -> None:
    assert as_rfc([QUAY]) == SECTION
    assert as_rfc([QUAY], all_answers=True) == SECTION + FOR_REVIEW


def test_several_requests_have_one_heading() -> None:
    template = SECTION.partition("\n\n")[2]
    assert as_rfc([QUAY, QUAY]) == f"{SECTION}\n{template}"
    in_xml = as_rfcxml([QUAY, QUAY])
    assert in_xml.count("<section") == in_xml.count("<name>") == 1
    assert in_xml.count("<dt>Service Name:</dt>") == 2


def test_the_section_in_rfcxml() -> None:
    tides = {
        "service_name": "tides",
        "description": "Tides <high> & low &amp; *all* `of`\nthem",
        "broadcast_multicast_anycast": "None.",
        "development_state": "Designed",
    }
    assert as_rfcxml([tides]) == IN_XML
    in_full = as_rfcxml([tides], all_answers=True)
    assert "<dt>State of Development:</dt>\n    <dd>Designed</dd>" in in_full


def questions(**values: Any) -> list[str]:
    form = as_form(values).splitlines()
    return [line.split(". ")[1].split(":")[0] for line in form if line[0:1].isdigit()]


def test_questions_for_the_requests_they_concern() -> None:
    name_alone = questions(transport_protocols=["tcp"])
    assert name_alone == [
        *("Assignee", "Contact", "Resources", "Transport Protocol(s)", "Service Name"),
        *(
            "Port Number",
            "Description",
            "Reference",
            "Defined TXT Keys",
            "Broadcast, Multicast, or Anycast",
        ),
        *("Versioning", "Security", "State of Development", "Known Unauthorized Uses"),
        *("Assignment Notes", "Difference From Existing Services", "Other Information"),
    ]

    def added(**values: Any) -> set[str]:
        return set(questions(**{"transport_protocols": ["tcp"], **values})) - set(name_alone)

    assert added(transport_protocols=["dccp"]) == {"Service Code"}
    assert added(transport_protocols=["udp"]) == {"Congestion Control", "Discovery Only"}
    several = {"Differences Between Transport Protocols"}
    assert added(transport_protocols=["tcp", "dccp"]) == several | {"Service Code"}
    assert added(transport_protocols=["tcp", "sctp"]) == several | {"Why SCTP"}
    user = {"Why Not a Dynamic Port", "Why Not an Existing Port"}
    assert added(port_number=4646) == added(port_number="user") == user
    system = user | {"Why Not a User Port", "Stable Specification"}
    assert added(port_number=46) == added(port_number="system") == system
    assert added(reserved_justification="because") == {"Why a Reserved Number"}
    assert added(ietf_stream=True, proprietary="yes") == {"IETF Stream", "Proprietary"}


@pytest.mark.parametrize(
    ("values", "resources"),
    [
        ({}, "a service name"),
        ({"port_number": 4646}, "a service name and a port number"),
        ({"port_number": "user"}, "a service name and a port number"),
        ({"service_code": [7]}, "a service name and a DCCP service code"),
        (
            {"port_number": 4646, "service_code": [7, 8]},
            "a service name, a port number and DCCP service codes",
        ),
    ],
)
def test_the_resources(values: dict[str, Any], resources: str) -> None:
    assert f"\n3. Resources: Which resources are requested?\n   {resources}\n" in as_form(values)


@pytest.mark.parametrize("port", [None, ""])
def test_a_port_that_is_not_wanted(port: str | None) -> None:
    form = as_form({**QUAY, "port_number": port})
    assert "Port Number: Which port number is desired?\n   none requested\n" in form


def template(**values: Any) -> list[str]:
    """The lines of the template of a request, without what stands before and behind it."""
    return as_rfc([values]).split("\n\n")[2].splitlines()


def test_a_port_of_a_range_and_none() -> None:
    assert template(port_number="user") == [
        "- Port Number: TBD, to be chosen by IANA from the User Ports"
    ]
    assert template(port_number="system") == [
        "- Port Number: TBD, to be chosen by IANA from the System Ports"
    ]
    assert template(service_name="quay") == ["- Service Name: quay", "- Port Number: N/A"]


def test_proprietary_protocols_say_so() -> None:
    assert "- Proprietary: yes\n" in as_rfc([{"proprietary": True}])
    assert "- Proprietary: Not published\n" in as_rfc([{"proprietary": "Not published"}])
    assert "roprietary" not in as_rfc([{"proprietary": False}])


def test_marks_of_markdown_are_escaped() -> None:
    described = "a*b_c `d` [e](f) <g> #h {i} |j| $k ~~l~~ m^2 &amp; &#8203; n\\o AT&T"
    assert template(description=described)[:2] == [
        "- Description: a\\*b\\_c \\`d\\` \\[e\\](f) \\<g\\> \\#h \\{i\\} \\|j\\| \\$k",
        "  &#126;&#126;l&#126;&#126; m&#94;2 &amp;amp; &amp;\\#8203; n\\\\o AT&amp;T",
    ]


def test_no_line_begins_with_a_mark() -> None:
    filler = "x" * 70
    for begins, escaped in (
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        (": item", "\\: item"),
        ("12. item", "12\\. item"),
        ("3) item", "3\\) item"),
        ("===", "&#61;=="),
        ("---", "\\---"),
        ("-x", "-x"),
        ("1.5 items", "1.5 items"),
    ):
        if begins in ("===", "---"):
            begins += f" {filler}"
            escaped += f"\n  {filler}"
        lines = template(description=f"{filler} {begins}")
        assert "\n".join(lines[2:-1]) == f"  {escaped}"


def test_nothing_can_move_a_cursor() -> None:
    hostile = {**QUAY, "description": "red \x1b[31m and \u202e back\x07", "security": "a\x1bb"}
    assert "red \\x1b[31m and \\u202e back\\x07\n" in as_form(hostile)
    assert "<dd>red \\x1b[31m and \\u202e back\\x07</dd>" in as_rfcxml([hostile])
    assert "red \\\\x1b\\[31m and \\\\u202e back\\\\x07\n" in as_rfc([hostile])


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
values = st.dictionaries(
    st.sampled_from([field.key for field in FIELDS]),
    plain
    | st.lists(st.sampled_from(["tcp", "udp", "x"]), max_size=3)
    | st.fixed_dictionaries({"name": plain, "email": plain}),
)


@settings(max_examples=150, deadline=None)
@given(values)
def test_any_values_are_printed(request: dict[str, Any]) -> None:
    in_xml = as_rfcxml([request], all_answers=True)
    fromstring(in_xml)
    for text in (as_form(request), as_rfc([request], all_answers=True), in_xml):
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert all(line.isprintable() for line in text.split("\n"))


def codes(report: Report) -> Counter[str]:
    return Counter(finding.code for finding in report.findings)


@settings(max_examples=40, deadline=None)
@given(st.lists(requests(registry()), min_size=1, max_size=2), st.booleans(), st.booleans())
def test_what_is_printed_is_accepted_again(
    wanted: list[dict[str, Any]], in_xml: bool, all_answers: bool
) -> None:
    # Two requests for one name or port are rivals, as RQ017 and RQ037 say.
    for key in ("service_name", "port_number"):
        rivals = [r[key] for r in wanted if key in r and r[key] not in ("user", "system")]
        assume(len(set(rivals)) == len(rivals))
    reports = [check_request(request, registry()) for request in wanted]
    text = (as_rfcxml if in_xml else as_rfc)(wanted, all_answers=all_answers)
    again = reviewed(text, "draft")
    assert again.requests is not None
    of_rivals = {"RQ017", "RQ084"}  # of two requests in one document
    findings = sum(map(codes, reports), Counter[str]())
    assert not [code for code in codes(again) - findings if code not in of_rivals]
    for report, review in zip(reports, again.requests, strict=True):
        [original] = report.requests or ()
        expected = {
            key: value
            for key, value in original.request.items()
            if all_answers or not FIELD_BY_KEY[key].is_for_review
        }
        if isinstance(keys := expected.get("txt_keys"), list):
            expected["txt_keys"] = ", ".join(keys)
        assert review.request == expected
        assert review.verdict == "accept"


@pytest.mark.parametrize("name", ["form", "form.txt", "form.md", "form.yaml"])
def test_a_rendered_form_is_no_request(name: str) -> None:
    for values in (QUAY, {**QUAY, "assignee": None, "reference": "draft-example-quay"}):
        data = as_form(values).replace("\n", "\r\n").encode()
        with pytest.raises(Unusable) as refused:
            read_requests(Source(name, data))
        message = "this is a rendered form; check the request it was made from"
        assert str(refused.value) == f"{name}: {message}"
