"""Generated registries, and writers for XML and CSV.

The rows are values and not records, so that what is read can be compared with them.
"""

from __future__ import annotations

import csv
import io
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from validator.model.vocabulary import COLUMN_HEADINGS

HEADINGS = [heading for heading in COLUMN_HEADINGS if not heading.startswith("Known")]
PERSONS = ("Ann_Example", "Ben_Example", "Example_Org", "IESG", "IETF_Chair", "Zoë_Beispiel")


class Row(NamedTuple):
    """One record as values; `reference` has pairs of kind and data."""

    service_name: str = ""
    port_number: str = ""
    transport_protocol: str = ""
    description: str = ""
    assignee: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    registration_date: str = ""
    modification_date: str = ""
    reference: tuple[tuple[str, str], ...] = ()
    service_code: str = ""
    known_unauthorized_uses: str = ""
    assignment_notes: str = ""


def text(max_size: int = 30) -> st.SearchStrategy[str]:
    """Text that a cell and an element can both hold: XML characters, no outer white space."""
    characters = st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"),
        exclude_characters="\ufffe\uffff[]",
    )
    words = st.text(characters | st.sampled_from(" ,\"'&<>\n;"), max_size=max_size)
    return words.map(lambda value: value.strip())


names = st.one_of(
    st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6})?", fullmatch=True),
    st.sampled_from(
        ["file-sync", "File-Sync", "edi_service", "msl_lmd", "msl-lmd", "a--b", "x" * 16]
    ),
    text(12),
)
numbers = st.one_of(
    st.integers(0, 70000).map(str),
    st.tuples(st.integers(0, 70000), st.integers(0, 40)).map(lambda n: f"{n[0]}-{n[0] + n[1]}"),
    st.sampled_from(["", "", "007", "5-4", "7-7", "0-65535", "1023", "1024", "49151", "x"]),
)
dates = st.sampled_from(
    [
        "",
        "",
        "2003-04",
        "2015-06-07",
        "2015-06-06",
        "2026-13",
        "2030-01-01",
        "1960-01",
        "x",
        "2021-02-30",
    ]
)
documents = st.sampled_from(
    [
        ("rfc", "rfc6335"),
        ("rfc", "rfc99999"),
        ("draft", "draft-ietf-example-03"),
        ("uri", "https://example.com/x"),
    ]
)
persons = st.lists(st.sampled_from(PERSONS), max_size=2, unique=True).map(tuple)

rows = st.builds(
    Row,
    service_name=st.just("") | names,
    port_number=numbers,
    transport_protocol=st.sampled_from(["tcp", "udp", "sctp", "dccp", "", "TCP", "quic"]),
    description=st.sampled_from(["Unassigned", "Reserved", "Reserved for later", ""]) | text(),
    assignee=persons,
    contact=persons,
    registration_date=dates,
    modification_date=dates,
    reference=st.lists(documents, max_size=3).map(tuple),
    service_code=st.sampled_from(
        ["", "", "0", "1145656131", "4294967295", "1056964608", "5", "-1"]
    ),
    known_unauthorized_uses=st.sampled_from(["", "", "Known Unauthorized Use on port 80"]) | text(),
    assignment_notes=st.sampled_from(
        [
            "",
            "",
            'This entry is an alias to "msl-lmd". This entry is now historic, not usable for use'
            " with many common service discovery mechanisms.",
            'This entry is an alias to "file-sync".',
            "De-assigned on 2020-03-04",
        ]
    )
    | text(),
)
registries = st.lists(rows, max_size=12)


def write_csv(entries: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in entries:
        cells = row._asdict()
        cells["assignee"] = "".join(f"[{person}]" for person in row.assignee or row.contact)
        cells["contact"] = "".join(f"[{person}]" for person in row.contact)
        displayed = [data.upper() if kind == "rfc" else data for kind, data in row.reference]
        cells["reference"] = "".join(f"[{data}]" for data in displayed)
        writer.writerow(cells.values())
    return out.getvalue()


def write_xml(entries: list[Row]) -> str:
    out = [
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">\n'
        "  <title>Service Name and Transport Protocol Port Number Registry</title>\n"
        "  <updated>2026-08-17</updated>\n"
    ]
    for row in entries:
        attributes = {"date": row.registration_date, "updated": row.modification_date}
        written = "".join(f" {k}={quoteattr(v)}" for k, v in attributes.items() if v)
        out.append(f"  <record{written}>\n")
        _element(out, "name", row.service_name)
        _element(out, "protocol", row.transport_protocol)
        if row.assignee:
            cited = "".join(f"      {_xref('person', person)}\n" for person in row.assignee)
            out.append(f"    <assignee>\n{cited}    </assignee>\n")
        out.extend(f"    {_xref('person', person)}\n" for person in row.contact)
        out.extend(f"    {_xref(kind, data)}\n" for kind, data in row.reference)
        _element(out, "description", row.description)
        _element(out, "number", row.port_number)
        _element(out, "sc", row.service_code)
        _element(out, "note", row.assignment_notes)
        _element(out, "unauthorized", row.known_unauthorized_uses)
        out.append("  </record>\n")
    out.append("  <people>\n")
    for person in PERSONS:
        address = f"mailto:{person.lower().encode('ascii', 'ignore').decode()}&amp;example.com"
        out.append(f'    <person id="{person}">\n      <name>{person.replace("_", " ")}</name>\n')
        out.append(
            f"      <uri>{address}</uri>\n      <updated>2020-01-02</updated>\n    </person>\n"
        )
    out.append("  </people>\n</registry>\n")
    return "".join(out)


def _element(out: list[str], tag: str, value: str) -> None:
    if value:
        out.append(f"    <{tag}>{escape(value)}</{tag}>\n")


def _xref(kind: str, data: str) -> str:
    return f"<xref type={quoteattr(kind)} data={quoteattr(data)}/>"
