"""One fault in a clean, whole registry is found by exactly the rules that should find it.

`FAULTS` has for each code an edit of the small registry and everything that is found after it.
Where a fault cannot come alone (a port without its record is a hole, say), its companions stand
beside it and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from validator import RULES, check, parse_registry

SMALL = (Path(__file__).parent.parent / "fixtures/registry/small.xml").read_text("utf-8")
SMALL_CSV = (Path(__file__).parent.parent / "fixtures/registry/small.csv").read_bytes().decode()
SMALL_JSON = (Path(__file__).parent.parent / "fixtures/registry/small.json").read_text("utf-8")
TODAY = "2026-11-23"

Edit = Callable[[str], str]


def swap(*pairs: str, everywhere: bool = False) -> Edit:
    """Replace the first (or every) `old` with `new`, for each old and new in turn."""

    def edit(text: str) -> str:
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text, old
            text = text.replace(old, new, -1 if everywhere else 1)
        return text

    return edit


def _around(text: str, marker: str, nth: int) -> tuple[int, int]:
    at = -1
    for _ in range(nth):
        at = text.index(marker, at + 1)
    return text.rindex("  <record", 0, at), text.index("</record>\n", at) + len("</record>\n")


def drop(marker: str, nth: int = 1) -> Edit:
    """Take out the record around the nth `marker`."""

    def edit(text: str) -> str:
        start, stop = _around(text, marker, nth)
        return text[:start] + text[stop:]

    return edit


def change(marker: str, old: str, new: str, nth: int = 1) -> Edit:
    """Replace `old` with `new` in the record around the nth `marker`."""

    def edit(text: str) -> str:
        start, stop = _around(text, marker, nth)
        assert old in text[start:stop], text[start:stop]
        return text[:start] + text[start:stop].replace(old, new) + text[stop:]

    return edit


def put(marker: str, record: str, nth: int = 1, *, behind: bool = False) -> Edit:
    """Put `record` before (or behind) the record around the nth `marker`."""

    def edit(text: str) -> str:
        start, stop = _around(text, marker, nth)
        at = stop if behind else start
        return text[:at] + record + text[at:]

    return edit


def record(
    name: str = "",
    transport: str = "tcp",
    port: str = "",
    description: str = "Put in for this case",
    person: str = "Ann_Example",
    attributes: str = ' date="2020-01-02"',
    more: str = "",
) -> str:
    lines = [f"  <record{attributes}>"]
    if name:
        lines.append(f"    <name>{name}</name>")
    if transport:
        lines.append(f"    <protocol>{transport}</protocol>")
    if person:
        lines.append(f'    <xref type="person" data="{person}"/>')
    lines.append(f"    <description>{description}</description>")
    if port:
        lines.append(f"    <number>{port}</number>")
    if more:
        lines.append(more)
    return "\n".join([*lines, "  </record>\n"])


def statement(port: str, transport: str = "", description: str = "Unassigned") -> str:
    return record("", transport, port, description, "", "")


def both(*edits: Edit) -> Edit:
    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit


HARBOR = "<name>harbor-log</name>"
FERRY = "<name>ferry-link</name>"
LANTERN = "<name>lantern</name>"
TIDE = "<name>tide-table</name>"
DISCARD_SCTP = "rfc9260"
DISCARD_DCCP = "<sc>1145656131</sc>"

MSL_OLD = "<name>msl_lmd</name>"
MSL_NEW = "<name>msl-lmd</name>"
FERRY_MSL = "<name>msl-lmf</name>"
REPLACES = '<br/><br/>\nIANA assigned this well-formed service name as a replacement for "msl_lmd".'
HISTORIC = (
    "\nThis entry is now historic, not usable for use with many\n"
    "common service discovery mechanisms."
)
ALIAS_NOTE = f'    <note>This entry is an alias to "msl-lmd".{HISTORIC}</note>\n'
ALIAS_OF = f'  <note>This entry is an alias to "{{}}".{HISTORIC}</note>\n  '

NOTE_OF = f'    <note>This entry is an alias to "{{}}".{HISTORIC}</note>'
REPLACED = (
    'Put in for this case IANA assigned this well-formed service name as a replacement for "{}".'
)
RFC = '    <xref type="rfc" data="rfc9110"/>'
DE_ASSIGNED = (
    "    <note>De-assigned on 2024-02-13, previously barn-ctl by"
    ' <xref type="person" data="Ben_Example"/></note>\n'
)


def person(identity: str, name: str = "Some Example", address: str = "some&amp;example.com") -> str:
    return (
        f'  <people>\n    <person id="{identity}">\n      <name>{name}</name>\n'
        f"      <uri>mailto:{address}</uri>\n      <updated>2020-01-02</updated>\n    </person>\n"
    )


def named(name: str) -> Edit:
    return swap(HARBOR, f"<name>{name}</name>")


FAULTS: dict[str, tuple[Edit, list[str]]] = {
    "SN001": (named("harbor-log-collector"), ["SN001"]),
    "SN002": (named("harbor_log"), ["SN002"]),
    "SN003": (named("4621"), ["SN003"]),
    "SN004": (named("harbor-"), ["SN004"]),
    "SN005": (named("harbor--log"), ["SN005"]),
    "SN006": (change("<name>kpasswd</name>", "<name>k", "<name>K", 2), ["SN006"]),
    "SN007": (put(FERRY, record("ferry-link", "sctp", "4658"), behind=True), ["SN007"]),
    "SN008": (named("lantern"), ["SN008"]),
    "SN009": (swap("<name>pier-node</name>", FERRY), ["SN009"]),
    # lantern stands before lantern-disc, and so in alphabetical order
    "SN010": (put("<name>lantern-disc</name>", record("lantern", person="Ben_Example")), ["SN010"]),
    "PN001": (change(DISCARD_SCTP, ">9<", ">09<"), ["PN001"]),
    "PN002": (change(DISCARD_SCTP, ">9<", ">70009<"), ["PN002"]),
    "PN003": (change(DISCARD_SCTP, ">9<", ">9-8<"), ["PN003"]),
    "PN004": (change(DISCARD_SCTP, ">9<", ">9-9<"), ["PN004"]),
    "PN005": (
        both(swap(">24466-49150<", ">24466-49152<"), drop(">49151<"), drop(">49151<")),
        ["PN005", "PN016"],
    ),
    "PN006": (put("<name>argus</name>", record("argus-live", "sctp", "50000")), ["PN006"]),
    "PN007": (
        change(
            ">1023<",
            '<protocol>tcp</protocol>\n    <xref type="rfc"',
            "<name>edge</name>\n    <protocol>tcp</protocol>\n"
            '    <xref type="person" data="Ann_Example"/>\n    <xref type="rfc"',
        ),
        ["PN007", "ST003"],
    ),
    # a port of an Unassigned block is assigned, with its twin
    "PN008": (
        both(
            put(">4659-5463<", record("late-one", "tcp", "4659")),
            put(">4659-5463<", statement("4659", "udp", "Reserved")),
        ),
        ["PN008", "PN009"],
    ),
    "PN009": (put(">4659-5463<", statement("4700"), behind=True), ["PN009"]),
    "PN010": (drop(">4659-5463<"), ["PN010"]),
    "PN011": (drop(">4621<", 2), ["PN011"]),
    "PN012": (change(">4621<", "Reserved", "Unassigned", 2), ["PN012"]),
    "PN013": (put(FERRY, record("ferry-chat", "sctp", "4658")), ["PN013"]),
    "PN014": (
        both(swap(">4658<", ">4658-4659<", everywhere=True), swap(">4659-5463<", ">4660-5463<")),
        ["PN014"],
    ),
    "PN015": (
        swap(
            ">4659-5463<",
            ">4659-5000<",
            "  <record>\n    <description>Unassigned</description>\n    <number>5465-",
            statement("5001-5463")
            + "  <record>\n    <description>Unassigned</description>\n    <number>5465-",
        ),
        ["OR001", "PN015"],
    ),
    "PN016": (
        both(
            change(">1024<", "Reserved", "Unassigned"),
            change(">1024<", "Reserved", "Unassigned", 2),
        ),
        ["PN016"],
    ),
    "PN017": (drop("<name>exp2</name>", 4), ["PN017"]),
    "TP001": (change(DISCARD_SCTP, "sctp", "quic"), ["TP001"]),
    "TP002": (change(DISCARD_SCTP, "sctp", "SCTP"), ["TP002"]),
    "TP003": (change(DISCARD_SCTP, "    <protocol>sctp</protocol>\n", ""), ["TP003"]),
    "TP004": (change(TIDE, "    <protocol>tcp</protocol>\n", ""), ["TP004"]),
    "ST001": (change(">4659-5463<", "Unassigned", "Not in use"), ["ST001"]),
    "ST002": (change(">4659-5463<", "Unassigned", "unassigned"), ["ST002"]),
    "ST003": (change(TIDE, "Tide table exchange", "De-registered"), ["ST003"]),
    "ST004": (change(">4659-5463<", "<record>", '<record date="2020-01-02">'), ["ST004"]),
    "ST005": (change(">24386<", DE_ASSIGNED, "", 2), ["ST005"]),
    "ST006": (change(">24386<", ' updated="2024-02-13"', ""), ["ST006"]),
    "ST007": (put(TIDE, statement("", "tcp", "Reserved")), ["ST007"]),
    # -- AL
    "AL001": (
        change(MSL_OLD, 'alias to "msl-lmd"', 'alias to "msl-lmx"'),
        ["AL001", "AL012"],
    ),
    # the target is there, on another port
    "AL002": (
        both(
            change(MSL_OLD, 'alias to "msl-lmd"', 'alias to "tide-table"'),
            change(MSL_NEW, REPLACES, ""),
        ),
        ["AL002", "AL012"],
    ),
    "AL003": (change(MSL_NEW, REPLACES, ""), ["AL003"]),
    # without the note the old name is malformed, and shares the port without a word
    "AL004": (change(MSL_OLD, ALIAS_NOTE, ""), ["AL004", "PN013", "SN002"]),
    "AL005": (change(MSL_OLD, HISTORIC, ""), ["AL005"]),
    "AL006": (change(TIDE, "</record>", ALIAS_OF.format("tide-table") + "</record>"), ["AL006"]),
    # an alias to the alias of tcp 1464
    "AL007": (
        put(MSL_OLD, record("msl-lm", "tcp", "1464", more=NOTE_OF.format("msl_lmd"))),
        ["AL007"],
    ),
    "AL008": (
        both(
            put(TIDE, record("tidal-a", more=NOTE_OF.format("tidal-b"))),
            put(TIDE, record("tidal-b", more=NOTE_OF.format("tidal-a"))),
        ),
        ["AL008"],
    ),
    # a malformed target exists here as a malformed name
    "AL009": (
        both(
            put(TIDE, record("tidal-a", more=NOTE_OF.format("tidal_b"))),
            put(
                TIDE,
                record("tidal_b", description=REPLACED.format("tidal-a")),
            ),
        ),
        ["AL009", "SN002"],
    ),
    # descriptions that differ by letters are a likely typo, too
    "AL010": (change(MSL_OLD, ">MSL License Manager<", ">License server of MSL<"), ["AL010"]),
    # as long as it is misspelt, the sentence declares nothing
    "AL011": (
        change(MSL_OLD, "This entry is an alias to", "This entry is a alias to"),
        ["AL004", "AL011", "SN002"],
    ),
    "AL012": (
        both(swap("msl-lmd", "mls-lmd", everywhere=True)),
        ["AL012", "AL012"],
    ),
    # and, being none of the kept names, it is malformed
    "AL013": (
        swap("msl_lmd", "msl_lmx", "msl-lmd", "msl-lmx", everywhere=True),
        ["AL013", "AL013", "SN002", "SN002"],
    ),
    "AL014": (swap('alias to "msl-lmd"', 'alias to "MSL-lmd"'), ["AL014"]),
    "AL015": (
        both(
            put(">10-463<", record("www", "tcp", "80", more=RFC), behind=True),
            put("<name>www</name>", record("", "udp", "80", "Reserved", "", ""), behind=True),
            swap(">10-463<", ">10-79<"),
            put("<name>kpasswd</name>", statement("81-463")),
            change("<name>www</name>", ' date="2020-01-02"', ' updated="2020-01-02"'),
        ),
        ["AL015"],
    ),
    # -- AC
    "AC001": (change(TIDE, "Ben_Example", "Ben_Exampel"), ["AC001"]),
    "AC002": (swap("  <people>\n", person("Idle_Example")), ["AC002"]),
    "AC003": (swap("  <people>\n", person("Ann_Example")), ["AC003"]),
    "AC004": (
        both(
            swap("  <people>\n", person("ann_example")), change(TIDE, "Ben_Example", "ann_example")
        ),
        ["AC004"],
    ),
    "AC005": (swap("Doug_Example", "Doug Example", everywhere=True), ["AC005"]),
    "AC006": (swap("      <uri>mailto:doug&amp;example.net</uri>\n", ""), ["AC006"]),
    "AC007": (swap("doug&amp;example.net", "doug@example.net"), ["AC007"]),
    "AC008": (swap("      <name>Doug Example</name>\n", ""), ["AC008"]),
    "AC009": (
        both(
            swap("  <people>\n", person("Doug_Example_2", "Doug Example", "doug&amp;example.net")),
            change(TIDE, "Ben_Example", "Doug_Example_2"),
        ),
        ["AC009"],
    ),
    "AC010": (change(TIDE, '    <xref type="person" data="Ben_Example"/>\n', ""), ["AC010"]),
    "AC011": (
        change(
            FERRY,
            '    <xref type="person" data="Ann_Example"/>\n',
            '    <assignee>\n      <xref type="person" data="Ann_Example"/>\n    </assignee>\n',
        ),
        ["AC011"],
    ),
    "AC012": (
        change(
            "rfc4642",
            '    <xref type="person" data="IETF_Chair"/>\n',
            '    <xref type="person" data="Ann_Example"/>\n',
        ),
        ["AC012"],
    ),
    "AC013": (swap("<name>Doug Example</name>", "<name>Example GmbH</name>"), ["AC013"]),
    "AC015": (change("rfc3244", ' updated="2023-11-17"', ' date="2023-11-17"'), ["AC015"]),
    # -- DT
    "DT001": (change(TIDE, "2022-08-30", "30.08.2022"), ["DT001"]),
    "DT002": (change(TIDE, "2022-08-30", "2022-08-32"), ["DT002"]),
    "DT003": (change(TIDE, "2022-08-30", "2026-09-01"), ["DT003"]),
    "DT004": (
        both(
            swap("<updated>2026-08-17<", "<updated>2027-08-17<"),
            change(TIDE, "2022-08-30", "2027-01-01"),
        ),
        ["DT004", "DT004"],
    ),
    "DT005": (change(LANTERN, "2018-01-09", "2016-11-07"), ["DT005"]),
    "DT006": (change(TIDE, "2022-08-30", "1968-08-30"), ["DT006"]),
    "DT007": (change(TIDE, "2022-08-30", "2022-08"), ["DT007"]),
    # -- RF
    "RF001": (change(DISCARD_SCTP, "rfc9260", "rfc09260"), ["RF001"]),
    "RF002": (change(DISCARD_SCTP, 'type="rfc"', 'type="std"'), ["RF002"]),
    "RF003": (
        change(
            TIDE,
            'type="uri" data="https://www.example.com/tides"',
            'type="draft" data="draft-example-tides-03"',
        ),
        ["RF003"],
    ),
    "RF004": (
        change(
            TIDE,
            'type="uri" data="https://www.example.com/tides"',
            'type="draft" data="draft-example-tides"',
        ),
        ["RF003", "RF004"],
    ),
    "RF005": (change("rfc3244", '    <xref type="rfc" data="rfc3244"/>\n', ""), ["RF005"]),
    "RF006": (
        swap('anchor="1"', 'anchor="2"', 'type="note" data="1"', 'type="note" data="2"'),
        ["RF006"] * 7,
    ),
    "RF007": (swap("  <people>", '  <footnote anchor="2">Spare</footnote>\n  <people>'), ["RF007"]),
    "RF008": (
        change(
            DISCARD_SCTP,
            '    <xref type="rfc" data="rfc9260"/>\n',
            '    <xref type="rfc" data="rfc9260"/>\n' * 2,
        ),
        ["RF008"],
    ),
    "RF009": (
        change(
            TIDE,
            '<xref type="uri" data="https://www.example.com/tides"/>',
            '<xref type="text">n/a</xref>',
        ),
        ["RF009"],
    ),
    "RF010": (change(DISCARD_SCTP, "rfc9260", "rfc92600"), ["RF010"]),
    "RF012": (
        change(
            "rfc8973",
            '    <xref type="rfc" data="rfc8973"/>\n    <xref type="rfc" data="rfc9132"/>\n',
            "",
        ),
        ["RF012"],
    ),
    # -- SC
    "SC001": (change(DISCARD_DCCP, "    <sc>1145656131</sc>\n", ""), ["SC001"]),
    "SC002": (
        change(DISCARD_SCTP, "<number>9</number>", "<number>9</number>\n    <sc>77</sc>"),
        ["SC002"],
    ),
    "SC003": (swap("1145656131", "0x44495343"), ["SC003"]),
    "SC004": (swap("1145656131", "4294967295"), ["SC004"]),
    "SC005": (swap("1145656131", "1056964608"), ["SC005"]),
    "SC006": (
        put(
            FERRY, record("ferry-dccp", "dccp", "4658", more="    <sc>1145656131</sc>"), behind=True
        ),
        ["SC006"],
    ),
    # -- TX
    "TX001": (change(TIDE, "Tide table exchange", ""), ["TX001"]),
    "TX002": (change(TIDE, "Tide table exchange", " Tide table exchange"), ["TX002"]),
    "TX003": (change(TIDE, "Tide table", "Tide\u200btable"), ["TX003"]),
    "TX004": (change(TIDE, "Tide table", "Tide tâ\u20ac\u2122able"), ["TX004"]),
    "TX005": (change(TIDE, "  </record>", "    <note/>\n  </record>"), ["TX005"]),
    "TX006": (swap("Defined TXT keys: model", "Defined TXT Keys: model"), ["TX006"]),
    "TX007": (swap("Use on port 18463", "Use on port 18464"), ["TX007"]),
    "TX008": (change(DISCARD_SCTP, ">Discard<", ">Discart<"), ["TX008"]),
    # -- OR
    "OR001": (
        both(
            drop(">4621<", 2), put(">4622-4645<", statement("4621", "udp", "Reserved"), behind=True)
        ),
        ["OR001"],
    ),
    "OR002": (
        both(
            drop(DISCARD_SCTP),
            put(
                "rfc863",
                record(
                    "discard",
                    "sctp",
                    "9",
                    "Discard",
                    "Ben_Example",
                    ' updated="2022-02-07"',
                    '    <xref type="rfc" data="rfc9260"/>',
                ),
                2,
            ),
        ),
        ["OR002"],
    ),
    "OR003": (swap(TIDE, "<name>harbor-one</name>"), ["OR003"]),
    # -- MD
    "MD001": (swap('id="service-names-port-numbers"', 'id="port-numbers"'), ["MD001"]),
    "MD002": (
        swap("  <title>Service Name and Transport Protocol Port Number Registry</title>\n", ""),
        ["MD002"],
    ),
    "MD003": (swap("  <updated>2026-08-17</updated>\n", ""), ["MD003"]),
    # nobody is cited any more, and the footnote by none
    "MD004": (
        swap(SMALL[SMALL.index("  <record") : SMALL.index("  <footnote")], ""),
        ["AC002"] * 10 + ["MD004", "RF007"],
    ),
    "MD005": (swap("http://www.iana.org/assignments", "urn:example"), ["MD005"]),
    # -- FM
    "FM001": (swap("</registry>", ""), ["FM001"]),
    "FM005": (swap("encoding='UTF-8'", "encoding='UTF-16'"), ["FM005"]),
    "FM006": (change(TIDE, "  </record>", "    <colour>red</colour>\n  </record>"), ["FM006"]),
    "FM007": (change(TIDE, "<record ", '<record colour="red" '), ["FM007"]),
    "FM008": (change(TIDE, "  </record>", "    <name>tide</name>\n  </record>"), ["FM008"]),
    "FM009": (change(TIDE, "  </record>", "    stray\n  </record>"), ["FM009"]),
    "FM010": (swap("<registry ", '<!DOCTYPE registry [<!ENTITY a "b">]>\n<registry '), ["FM010"]),
}


def found(text: str) -> list[str]:
    report = check(parse_registry(text), today=TODAY)
    assert not report.faults, [fault.to_dict() for fault in report.faults]
    return sorted(finding.code for finding in report.findings)


def test_the_small_registry_is_clean_and_whole() -> None:
    for text in (SMALL, SMALL_CSV):
        registry = parse_registry(text)
        assert registry.is_whole
        report = check(registry, today=TODAY)
        assert [(finding.code, str(finding.location)) for finding in report.findings] == []


# Faults of CSV, and of rules that run only when they are selected.
CSV_FAULTS: dict[str, tuple[Edit, list[str]]] = {
    "FM002": (lambda text: text.rstrip() + ",surplus\r\n", ["FM002"]),
    "FM003": (swap("Assignment Notes", "Assignment Notes,Colour"), ["FM002"] * 74 + ["FM003"]),
    "FM004": (swap("Service Code", "Service Cod"), ["FM003", "FM004", "SC001"]),
    "TX009": (swap("[https://www.example.com/tides]", "[tides]"), ["TX009"]),
}
JSON_FAULTS: dict[str, tuple[Edit, list[str]]] = {
    "FM011": (swap('"port_number": "4621"', '"port_number": 4621'), ["FM011"]),
}
SELECTED_FAULTS: dict[str, Edit] = {
    "AC014": swap("<name>Doug Example</name>", "<name>Walter Muster</name>"),
    "RF011": change(TIDE, "https://", "http://"),
}


@pytest.mark.parametrize("code", FAULTS)
def test_fault(code: str) -> None:
    edit, expected = FAULTS[code]
    assert found(edit(SMALL)) == expected


@pytest.mark.parametrize("code", CSV_FAULTS)
def test_fault_in_csv(code: str) -> None:
    edit, expected = CSV_FAULTS[code]
    assert found(edit(SMALL_CSV)) == expected


@pytest.mark.parametrize("code", JSON_FAULTS)
def test_fault_in_json(code: str) -> None:
    edit, expected = JSON_FAULTS[code]
    assert set(expected) <= set(found(edit(SMALL_JSON)))


@pytest.mark.parametrize("code", SELECTED_FAULTS)
def test_fault_of_a_rule_that_is_off_by_default(code: str) -> None:
    text = SELECTED_FAULTS[code](SMALL)
    assert found(text) == []
    report = check(parse_registry(text), today=TODAY, select=["ALL"])
    assert [finding.code for finding in report.findings] == [code]


def test_each_rule_has_a_fault() -> None:
    assert {*FAULTS, *CSV_FAULTS, *JSON_FAULTS, *SELECTED_FAULTS} == set(RULES)
