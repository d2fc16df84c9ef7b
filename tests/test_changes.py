"""What changed between two dumps: everything, once, in both directions, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.change_cases import compared, unexplained
from tests.conftest import record
from tests.generated import Row, registries, write_csv, write_xml
from validator import RULES, Registry, parse_registry, read_registry
from validator.api import run_context as outside
from validator.diff.changes import Changes, counts_by_kind
from validator.diff.contacts import match_contacts
from validator.diff.events import events_of
from validator.diff.matching import changes_between
from validator.diff.parties import Parties
from validator.diff.steps import Version, step_between
from validator.diff.word_diff import word_diff
from validator.engine.examine import examine
from validator.engine.selection import Selection
from validator.model.record import Footnote, Record
from validator.model.vocabulary import RECORD_FIELDS
from validator.rules import catalogue

FIXTURES = Path(__file__).parent.parent / "fixtures" / "registry"
FORMS = ("xml", "csv", "txt", "html", "json")
TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.diff.changes import Kind

# What a change is when the two dumps change places, where that is another one.
_PAIRS: tuple[tuple[Kind, Kind], ...] = (
    ("assigned", "released"),
    ("transport-added", "transport-removed"),
    ("statement-cut", "statement-merged"),
    ("statement-added", "statement-removed"),
    ("contact-added", "contact-removed"),
)
_MIRRORED = {**dict(_PAIRS), **{after: before for before, after in _PAIRS}}
MANY = " ".join("x" * 30)
Summary = tuple[object, ...]
quick = settings(max_examples=40, suppress_health_check=[HealthCheck.data_too_large])


def between(old: Registry, new: Registry) -> Changes:
    changes = changes_between(old, new)
    assert unexplained(changes) == []
    return changes


def index(entry: object) -> object:
    return entry.anchor if isinstance(entry, Footnote) else getattr(entry, "index", None)


def summary(changes: Changes, *, mirrored: bool = False) -> Counter[Summary]:
    """The changes as values that can be compared, seen from the other side if `mirrored`."""
    actual: Counter[Summary] = Counter()
    for change in changes.all:
        kind: Kind = "edited" if change.kind == "reference-published" else change.kind
        sides = (list(map(index, change.olds)), list(map(index, change.news)))
        fields = [(field.field, field.old, field.new) for field in change.fields]
        if mirrored:
            kind = _MIRRORED.get(kind, kind)
            sides = sides[::-1]
            fields = [(name, new, old) for name, old, new in fields]
        # What stands behind the record that it happened to stands before it on the other side.
        actual[kind, *(tuple(sorted(map(repr, side))) for side in sides), tuple(fields)] += 1
    return actual


@pytest.mark.parametrize("one", FORMS)
@pytest.mark.parametrize("other", FORMS)
@pytest.mark.parametrize("name", ["small", "extract"])
def test_one_registry_in_any_two_forms_has_not_changed(name: str, one: str, other: str) -> None:
    registries = [read_registry(FIXTURES / f"{name}.{form}") for form in (one, other)]
    changes = between(*registries)
    assert changes.all == []
    assert len(changes.unchanged) == len(registries[0].records)


@quick
@given(registries)
def test_a_generated_registry_has_not_changed(rows: list[Row]) -> None:
    xml, csv = parse_registry(write_xml(rows), form="xml"), parse_registry(write_csv(rows))
    again = parse_registry(write_xml(rows), form="xml")
    for pair in ((xml, again), (xml, csv), (csv, xml), (csv, parse_registry(write_csv(rows)))):
        changes = between(*pair)
        assert changes.all == []
        assert len(changes.unchanged) == len(rows)


@quick
@given(registries, registries, registries, st.randoms(use_true_random=False))
def test_both_directions_mirror_each_other(
    common: list[Row], olds: list[Row], news: list[Row], random: object
) -> None:
    shuffled = [*common, *news]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    old, new = (parse_registry(write_xml(rows), form="xml") for rows in (common + olds, shuffled))
    for first, second in ((old, new), (parse_registry(write_csv(common + olds)), new)):
        forth, back = between(first, second), between(second, first)
        assert summary(forth) == summary(back, mirrored=True)


# -- edits that are known ---------------------------------------------------------------------

_PLACES = st.lists(st.integers(1, 200), min_size=4, max_size=12, unique=True)
_EDITS = (
    "keep",
    "describe",
    "release",
    "drop",
    "rename",
    "move",
    "case",
    "space",
    "other",
    "transport",
)


def service(number: int) -> Row:
    """An assignment with name, port, description and holder of its own."""
    person = ("Ann_Example", "Ben_Example", "Example_Org")[number % 3]
    return Row(
        service_name=f"quay-{_word(number)}",
        port_number=str(20_000 + 10 * number),
        transport_protocol="tcp",
        description=f"Harbor log {_word(number)}",
        contact=(person,),
        registration_date="2015-06-07",
    )


def _word(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def edited(row: Row, edit: str) -> tuple[list[Row], list[Summary]]:
    """What becomes of an assignment, and how that is to be told: kind, old name, new names."""
    name, port = row.service_name, row.port_number
    reserved = Row(port_number=port, transport_protocol="tcp", description="Reserved")
    if edit == "describe":
        return [row._replace(description=row.description + "s")], [("edited", [name], [name])]
    if edit == "release":
        return [reserved], [("released", [name], [""])]
    if edit == "drop":
        return [], [("released", [name], [])]
    if edit == "rename":
        new = f"pier-{name[5:]}"
        return [row._replace(service_name=new)], [("renamed", [name], [new])]
    if edit == "move":
        return [row._replace(port_number=str(int(port) + 1))], [("moved", [name], [name])]
    if edit == "case":
        return [row._replace(service_name=name.upper())], [("edited", [name], [name.upper()])]
    if edit == "space":
        spaced = row._replace(service_name=name.upper(), port_number=f"{port} ")
        return [spaced], [("edited", [name], [name.upper()])]
    if edit == "other":
        new = f"tide-{name[5:]}"
        party = "IESG"
        other = Row(new, port, "tcp", "Ferry times", (), (party,), "2026-03-04")
        return [other], [("reassigned", [name], [new])]
    if edit == "transport":
        return [row, row._replace(transport_protocol="udp")], [("transport-added", [], [name])]
    return [row], []


@quick
@given(st.data(), _PLACES, st.integers(0, 3))
def test_edits_are_reported_exactly(data: st.DataObject, places: list[int], added: int) -> None:
    before = [service(number) for number in sorted(places)]
    after: list[Row] = []
    expected: list[Summary] = []
    for row in before:
        rows, happened = edited(row, data.draw(st.sampled_from(_EDITS)))
        after += rows
        expected += happened
    for number in range(added):
        row = service(300 + number)
        after.append(row)
        expected.append(("assigned", [], [row.service_name]))
    for write in (write_xml, write_csv):
        changes = between(parse_registry(write(before)), parse_registry(write(after)))
        actual = [
            (change.kind, *([_name(e) for e in side] for side in (change.olds, change.news)))
            for change in changes.all
        ]
        assert sorted(map(repr, actual)) == sorted(map(repr, expected))


def _name(entry: object) -> str:
    assert isinstance(entry, Record)
    return entry.service_name or ""


# -- statements, contacts, the registry itself ------------------------------------------------


def block(ports: str, description: str = "Unassigned", transport: str = "") -> Row:
    return Row(port_number=ports, transport_protocol=transport, description=description)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (["100-110"], ["100-104", "106-110"], ["statement-cut"]),
        (["100-110"], ["101-110"], ["statement-cut"]),
        (["100-104", "106-110"], ["100-110"], ["statement-merged"]),
        (["100-110"], ["100-111"], ["statement-merged"]),
        (["100-110"], ["105-115"], ["statement-redrawn"]),
        (["100-110", "120-130"], ["100-105", "107-125", "127-130"], ["statement-redrawn"]),
        (["100-110"], ["200-210"], ["statement-removed", "statement-added"]),
        (["100-110", "300-310"], ["300-302", "304-310"], ["statement-removed", "statement-cut"]),
        (["100-110"], ["100-110"], []),
        (["x"], ["y"], ["statement-removed", "statement-added"]),
    ],
)
def test_blocks(before: list[str], after: list[str], kinds: list[str]) -> None:
    changes = between(
        *(parse_registry(write_csv(list(map(block, ports)))) for ports in (before, after))
    )
    assert [change.kind for change in changes.all] == kinds


def test_a_block_is_cut_around_what_is_assigned() -> None:
    old = parse_registry(write_csv([block("100-110")]))
    new = parse_registry(
        write_csv(
            [
                block("100-104"),
                service(1)._replace(port_number="105"),
                block("105", "Reserved", "udp"),
                block("106-110"),
            ]
        )
    )
    changes = between(old, new)
    assert [change.kind for change in changes.all] == [
        "statement-cut",
        "statement-added",
        "assigned",
    ]


def test_the_statement_of_a_number_goes_with_it() -> None:
    stated = [block("105", "Reserved", "tcp"), Row("quay", description="Log")]
    assigned = [Row("quay", "105", "tcp", "Log")]
    old, new = (parse_registry(write_csv(rows)) for rows in (stated, assigned))
    [change] = between(old, new).all
    assert (change.kind, len(change.olds), len(change.news)) == ("assigned", 2, 1)
    [change] = between(new, old).all
    assert (change.kind, len(change.olds), len(change.news)) == ("released", 1, 2)


SMALL = (FIXTURES / "small.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after", "kind", "fields"),
    [
        ("<title>Service", "<title>The Service", "metadata", ["title"]),
        ("Ann Example and Ben", "Ben Example and Ann", "metadata", ["experts"]),
        ("some of the", "most of the", None, []),
        ("the people and most", "the people", None, []),
        ("A small registry", "A tiny registry", "metadata", ["notes"]),
        ('<footnote anchor="1">It', '<footnote anchor="1">But it', "metadata", ["text"]),
        ("Craig N. Example", "Craig M. Example", "contact-changed", ["name"]),
        ('id="Doug_Example"', 'id="doug_example"', "contact-renamed", ["contact_id"]),
    ],
)
def test_what_is_no_record(before: str, after: str, kind: str | None, fields: list[str]) -> None:
    old, new = parse_registry(SMALL), parse_registry(SMALL.replace(before, after, 1))
    actual = [c for c in between(old, new).all if c.kind not in ("edited",)]
    assert [change.kind for change in actual] == ([] if kind is None else [kind])
    assert [field.field for change in actual for field in change.fields] == fields


@pytest.mark.parametrize(
    ("element", "field", "value"),
    [
        ("  <expert>TCP/UDP: Ann Example and Ben Example</expert>", "experts",
         "TCP/UDP: Ann Example and Ben Example"),
        ('  <xref type="rfc" data="rfc6335"/>', "references", "[RFC6335]"),
    ],
)  # fmt: skip
def test_what_the_registry_did_not_say(element: str, field: str, value: str) -> None:
    without = SMALL.replace(f"{element}\n", "", 1)
    assert without != SMALL
    [change] = between(parse_registry(without), parse_registry(SMALL)).all
    assert [(f.field, f.old, f.new) for f in change.fields] == [(field, "", value)]


def people(*contacts: str) -> Registry:
    """A registry with contacts, each as `id|name|organization|addresses|date`."""
    entries = []
    for contact in contacts:
        key, name, organization, addresses, date = contact.split("|")
        uris = "".join(f"<uri>{uri}</uri>" for uri in addresses.split())
        entries.append(
            f'<person id="{key}"><name>{name}</name><org>{organization}</org>{uris}'
            f"<updated>{date}</updated></person>"
        )
    return parse_registry(
        '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
        f"{record('quay')}<people>{''.join(entries)}</people></registry>",
        path="people.xml",
    )


ANN = "Ann|Ann Example|Quay Inc|mailto:ann|2020-01-02"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([ANN], [ANN], []),
        ([], [ANN], [("contact-added", "", "Ann", [])]),
        ([ANN], [], [("contact-removed", "Ann", "", [])]),
        (
            [ANN],
            ["Ann|Ann Sample|Pier|mailto:a mailto:b|2021-01-02"],
            [
                ("contact-changed", "Ann", "Ann", [
                    ("name", "Ann Example", "Ann Sample"),
                    ("organization", "Quay Inc", "Pier"),
                    ("contact_uri", "mailto:ann", "mailto:a mailto:b"),
                    ("last_updated", "2020-01-02", "2021-01-02"),
                ]),
            ],
        ),
        # The id with other letters, before all that is looser.
        (
            ["Ann||||", "Ben|B||mailto:ben|"],
            ["ann|B||mailto:ben|", "Cay||||"],
            [
                ("contact-renamed", "Ann", "ann", [
                    ("contact_id", "Ann", "ann"),
                    ("name", "", "B"),
                    ("contact_uri", "", "mailto:ben"),
                ]),
                ("contact-removed", "Ben", "", []),
                ("contact-added", "", "Cay", []),
            ],
        ),
        # All but the id, also of several, in their order.
        (
            [ANN, ANN.replace("Ann|", "Ann_2|", 1)],
            [ANN.replace("Ann|", "A_E|", 1), ANN.replace("Ann|", "A_E_2|", 1)],
            [
                ("contact-renamed", "Ann", "A_E", [("contact_id", "Ann", "A_E")]),
                ("contact-renamed", "Ann_2", "A_E_2", [("contact_id", "Ann_2", "A_E_2")]),
            ],
        ),
        # An entry that says nothing but a date is nobody.
        (
            ["Ann||||2020-01-02"],
            ["Ben||||2020-01-02"],
            [("contact-removed", "Ann", "", []), ("contact-added", "", "Ben", [])],
        ),
        # Name and addresses, in any order and letters.
        (
            ["Ann|Ann  Example||mailto:a mailto:b|2020-01-02"],
            ["Cay|ANN Example||mailto:B mailto:a|2021-01-02"],
            [
                ("contact-renamed", "Ann", "Cay", [
                    ("contact_id", "Ann", "Cay"),
                    ("name", "Ann Example", "ANN Example"),
                    ("contact_uri", "mailto:a mailto:b", "mailto:B mailto:a"),
                    ("last_updated", "2020-01-02", "2021-01-02"),
                ]),
            ],
        ),
        # Several have them: in their order.
        (
            [ANN, ANN.replace("Ann|", "Ann_2|", 1)],
            ["A_E|Ann Example|Quay Inc|mailto:ann|", "A_E_2|Ann Example|Quay Inc|mailto:ann|"],
            [
                ("contact-renamed", "Ann", "A_E", [
                    ("contact_id", "Ann", "A_E"), ("last_updated", "2020-01-02", ""),
                ]),
                ("contact-renamed", "Ann_2", "A_E_2", [
                    ("contact_id", "Ann_2", "A_E_2"), ("last_updated", "2020-01-02", ""),
                ]),
            ],
        ),
        # The name alone, where one has it.
        (
            ["Ann|Ann Example|Quay|mailto:a|"],
            ["Cay|Ann Example|Quay|mailto:c|"],
            [
                ("contact-renamed", "Ann", "Cay", [
                    ("contact_id", "Ann", "Cay"), ("contact_uri", "mailto:a", "mailto:c"),
                ]),
            ],
        ),
        (
            ["Ann|Ann Example||mailto:a|", "Ann_2|Ann Example||mailto:b|"],
            ["Cay|Ann Example||mailto:c|"],
            [
                ("contact-removed", "Ann", "", []),
                ("contact-removed", "Ann_2", "", []),
                ("contact-added", "", "Cay", []),
            ],
        ),
        # Addresses without a name are not a name.
        (
            ["Ann|||mailto:a|2020-01-02"],
            ["Cay|||mailto:a|2021-01-02"],
            [("contact-removed", "Ann", "", []), ("contact-added", "", "Cay", [])],
        ),
        # The id, before the id with other letters; these in their order.
        (
            ["Ann|A|||", "ANN|B|||"],
            ["ANN|C|||", "Ann|D|||"],
            [
                ("contact-changed", "ANN", "ANN", [("name", "B", "C")]),
                ("contact-changed", "Ann", "Ann", [("name", "A", "D")]),
            ],
        ),
        (
            ["Ann|A|||", "ANN|B|||"],
            ["ann|C|||", "aNN|D|||"],
            [
                ("contact-renamed", "ANN", "aNN", [
                    ("contact_id", "ANN", "aNN"), ("name", "B", "D"),
                ]),
                ("contact-renamed", "Ann", "ann", [
                    ("contact_id", "Ann", "ann"), ("name", "A", "C"),
                ]),
            ],
        ),
        # Of several with the same name: all that they say, or the name and the addresses.
        (
            ["Ann|A|||2020-01-02", "Ann_2|A|||2020-01-02"],
            ["Ben|A|||2020-01-02", "Ben_2|A|||2020-01-02"],
            [
                ("contact-renamed", "Ann", "Ben", [("contact_id", "Ann", "Ben")]),
                ("contact-renamed", "Ann_2", "Ben_2", [("contact_id", "Ann_2", "Ben_2")]),
            ],
        ),
        (
            ["Ann|A||mailto:a|", "Ann_2|A||mailto:b|", "Ann_3|A||mailto:b|"],
            ["Ben|A||mailto:b|2020-01-02", "Cay|A||mailto:a|2020-01-02",
             "Ben_2|A||mailto:b|2020-01-02"],
            [
                ("contact-renamed", "Ann", "Cay", [
                    ("contact_id", "Ann", "Cay"), ("last_updated", "", "2020-01-02"),
                ]),
                ("contact-renamed", "Ann_2", "Ben", [
                    ("contact_id", "Ann_2", "Ben"), ("last_updated", "", "2020-01-02"),
                ]),
                ("contact-renamed", "Ann_3", "Ben_2", [
                    ("contact_id", "Ann_3", "Ben_2"), ("last_updated", "", "2020-01-02"),
                ]),
            ],
        ),
        # No id is not an id, nor an office.
        (
            ["|A|Quay|mailto:a|"],
            ["|B|Quay|mailto:b|"],
            [("contact-removed", "", "", []), ("contact-added", "", "", [])],
        ),
        # An office: the same organization, and ids that differ in numbers and signs.
        (
            ["IESG_Chair|Ann|The IESG|mailto:a|"],
            ["-iesg_chair.2|Ben|the iesg|mailto:b|"],
            [
                ("contact-renamed", "IESG_Chair", "-iesg_chair.2", [
                    ("contact_id", "IESG_Chair", "-iesg_chair.2"),
                    ("name", "Ann", "Ben"),
                    ("organization", "The IESG", "the iesg"),
                    ("contact_uri", "mailto:a", "mailto:b"),
                ]),
            ],
        ),
        (
            ["Chair|Ann|One|mailto:a|", "10|Ann|Two||"],
            ["Chair_2|Ben|Other|mailto:b|", "20|Ben|Two||"],
            [
                ("contact-removed", "10", "", []), ("contact-added", "", "20", []),
                ("contact-removed", "Chair", "", []), ("contact-added", "", "Chair_2", []),
            ],
        ),
        (
            ["Chair_1|Ann|Quay||", "Chair_2|Cay|Quay||"],
            ["Chair_3|Ben|Quay||"],
            [
                ("contact-removed", "Chair_1", "", []), ("contact-removed", "Chair_2", "", []),
                ("contact-added", "", "Chair_3", []),
            ],
        ),
        (
            ["Chair|Ann|||"],
            ["Chair_2|Ben|||"],
            [("contact-removed", "Chair", "", []), ("contact-added", "", "Chair_2", [])],
        ),
    ],
)  # fmt: skip
def test_contacts(
    old: list[str], new: list[str], expected: list[tuple[str, str, str, list[tuple[str, str, str]]]]
) -> None:
    changes = between(people(*old), people(*new))
    actual = [
        (
            change.kind,
            "".join(entry.subject["contact"] or "" for entry in change.olds),
            "".join(entry.subject["contact"] or "" for entry in change.news),
            [(field.field, field.old, field.new) for field in change.fields],
        )
        for change in changes.all
    ]
    assert sorted(actual) == sorted(expected)
    renamed = sum(kind in ("contact-changed", "contact-renamed") for kind, *_ in expected)
    removed = sum(kind == "contact-removed" for kind, *_ in expected)
    assert len(changes.unchanged_contacts) == len(old) - renamed - removed


def test_ids_of_a_renamed_contact_are_one_party() -> None:
    old, new = people("Ann|Ann||mailto:a|"), people("Cay|Cay||mailto:a|", "Ben|Ann||mailto:a|")
    parties = Parties(old, new)
    match_contacts(Changes(old, new, RECORD_FIELDS), parties)
    assert parties.marks_of_id("Ann") == parties.marks_of_id("Ben") == {
        ("id", "Ann"), ("id", "Ben"), ("uri", "mailto:a"), ("who", "ann", ""),
    }  # fmt: skip
    assert ("id", "Ann") not in parties.marks_of_id("Cay")


def test_contacts_that_a_form_does_not_list_are_not_compared() -> None:
    page = parse_registry((FIXTURES / "small.html").read_text("utf-8"))
    fewer = re.sub(r'<person id="Ann_Example">.*?</person>', "", SMALL, flags=re.DOTALL)
    changes = between(parse_registry(fewer), page)
    assert changes.all == []
    assert [len(entries) for entries in changes.not_comparable] == [0, 1]
    table = parse_registry((FIXTURES / "small.csv").read_text("utf-8"))
    changes = between(parse_registry(SMALL), table)
    assert [len(entries) for entries in changes.not_comparable] == [
        len(parse_registry(SMALL).contacts) + len(parse_registry(SMALL).footnotes), 0,
    ]  # fmt: skip


def test_footnotes() -> None:
    without = parse_registry(re.sub(r"<footnote.*?</footnote>", "", SMALL, flags=re.DOTALL))
    whole = parse_registry(SMALL)
    [removed] = [c for c in between(whole, without).all if c.olds or c.news]
    [added] = [c for c in between(without, whole).all if c.olds or c.news]
    [footnote] = whole.footnotes
    text = " ".join(footnote.text.split())
    for change, kind_of_side in ((removed, "olds"), (added, "news")):
        assert change.kind == "metadata"
        sides = {"olds": change.olds, "news": change.news}
        assert list(sides.pop(kind_of_side)) == [footnote]
        assert [list(side) for side in sides.values()] == [[]]
    assert [(f.field, f.old, f.new) for f in removed.fields] == [("text", text, "")]
    assert [(f.field, f.old, f.new) for f in added.fields] == [("text", "", text)]
    for page in (whole, without):
        page.dump.page = (1, 9)
        changes = between(whole, without)
        assert changes.all == []
        assert sum(footnote in entries for entries in changes.not_comparable) == 1
        page.dump.page = None


@pytest.mark.parametrize("whole", [True, False])
def test_events_have_the_texts_of_contacts_and_footnotes(whole: bool) -> None:
    old = people(ANN, "Cay|Cay|||")
    new = people(ANN.replace("2020", "2021"), "Ben|Ben||mailto:b|")
    column = new.dump.data.index(b'<person id="Ben"') + 1
    events = events_of(between(old, new), whole=whole)
    texts = {event.kind: [side.texts for side in (*event.olds, *event.news)] for event in events}
    ann = {
        "contact_id": "Ann", "name": "Ann Example", "organization": "Quay Inc",
        "contact_uri": "mailto:ann", "last_updated": "2020-01-02",
    }  # fmt: skip
    assert texts == {
        "contact-changed": [ann, {**ann, "last_updated": "2021-01-02"}] if whole else [{}, {}],
        "contact-removed": [{"contact_id": "Cay", "name": "Cay"}],
        "contact-added": [{"contact_id": "Ben", "name": "Ben", "contact_uri": "mailto:b"}],
    }
    assert [event.to_dict() for event in events if event.kind == "contact-added"] == [
        {
            "kind": "contact-added",
            "subject": {"contact": "Ben"},
            "old": [],
            "new": [
                {
                    "subject": {"contact": "Ben"},
                    "location": {"path": "people.xml", "line": 1, "column": column},
                }
            ],
            "fields": [],
        }
    ]


def test_another_address_with_the_same_words_is_a_change_in_xml_alone() -> None:
    template = '<record><name>quay</name><xref type="uri" data="{}">Tides</xref></record>'
    old, new = (
        parse_registry(
            '<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">'
            f"{template.format(address)}</registry>"
        )
        for address in ("https://example.com/a", "https://example.com/b")
    )
    [change] = between(old, new).all
    assert [(f.field, f.new) for f in change.fields] == [
        ("reference", "[uri https://example.com/b Tides]")
    ]
    as_csv = parse_registry("Service Name,Port Number,Reference\nquay,,[Tides]\n")
    assert between(old, as_csv).all == []


def test_one_column_is_enough_to_differ() -> None:
    old, new = (
        parse_registry(f"Service Name\n{name}\nquay\n", form="csv") for name in ("ferry", "tide")
    )
    changes = between(old, new)
    assert counts_by_kind(change.kind for change in changes.all) == {"assigned": 1, "released": 1}
    assert len(changes.unchanged) == 1


def test_a_page_is_compared_with_what_it_shows() -> None:
    page = (FIXTURES / "small.html").read_text("utf-8")
    old = parse_registry(page)
    old.dump.page = (1, 9)
    more = SMALL.replace("</record>", f"</record>{record('qu--ay')}", 1)
    new = parse_registry(more.replace("<name>discard", "<name>discord", 1))
    changes = between(old, new)
    assert [change.kind for change in changes.all] == ["renamed"]
    assert [len(entries) for entries in changes.not_comparable] == [0, 1]
    # Nor are findings new that lie in what the page does not show.
    day = outside("2026-11-24")
    checked = [Version(side, examine(side, Selection(RULES), day), RULES) for side in (old, new)]
    assert "SN005" in {finding.code for finding in checked[1].entry.findings}
    step = step_between(checked[0], checked[1], Selection(catalogue.rules("history")), day)
    assert "SN005" not in {finding.code for finding in step.gained}


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("a b c", "a x c", [("keep", "a"), ("remove", "b"), ("add", "x"), ("keep", "c")]),
        ("", "a b", [("add", "a b")]),
        ("a b", "", [("remove", "a b")]),
        ("a b c d", "a d", [("keep", "a"), ("remove", "b c"), ("keep", "d")]),
        ("a a", "a a a", [("keep", "a a"), ("add", "a")]),
        (
            "a b x c y z",
            "a e x f z",
            [
                ("keep", "a"),
                ("remove", "b"),
                ("add", "e"),
                ("keep", "x"),
                ("remove", "c y"),
                ("add", "f"),
                ("keep", "z"),
            ],
        ),
        (
            f"{MANY} z",
            f"{MANY.upper()} z",
            [("remove", MANY), ("add", MANY.upper()), ("keep", "z")],
        ),
    ],
)
def test_words(old: str, new: str, pieces: list[tuple[str, str]]) -> None:
    assert word_diff(old, new) == pieces


def test_thousands_of_records_on_one_port_take_no_longer() -> None:
    rows = [Row(f"a{n}", "80", "tcp", f"{n}", contact=("Ann_Example",)) for n in range(4000)]
    others = [row._replace(service_name=f"b{n}", description="") for n, row in enumerate(rows)]
    blocks = [block(f"{n}-{n + 20_000}") for n in range(2000)]
    moved = [block(f"{n}-{n + 20_001}") for n in range(2000)]
    changes = between(
        parse_registry(write_csv(rows + blocks)), parse_registry(write_csv(others + moved))
    )
    assert counts_by_kind(change.kind for change in changes.all) == {
        "renamed": 4000,
        "statement-redrawn": 1,
    }


@quick
@given(registries, registries, st.booleans())
def test_rules_point_into_both_files(olds: list[Row], news: list[Row], mixed: bool) -> None:
    """Whatever changed, no rule breaks, and each finding has a place in the new dump."""
    # Some of the old rows come back with another text, so that there is something to compare.
    news = [*news, *(row._replace(description="Harbor", modification_date="") for row in olds)]
    written = write_csv(news) if mixed else write_xml(news)
    old = parse_registry(write_xml(olds), path="old")
    new = parse_registry(written, path="new")
    _, entry = compared(old, new)
    lengths = {
        "old": [len(line) for line in write_xml(olds).split("\n")],
        "new": [len(line) for line in written.split("\n")],
    }
    for finding in entry.findings:
        assert finding.location.path == "new"
        for place in (finding.location, *(other.location for other in finding.related)):
            assert 1 <= place.column <= lengths[place.path][place.line - 1] + 1


def test_equal_texts_of_changes_are_one_object() -> None:
    headings = "Service Name,Port Number,Transport Protocol,Description,Contact\n"
    old, new = (
        parse_registry(
            headings + "".join(f"a{n},{n},tcp,{words} {n},[{who}]\n" for n in range(1, 4))
        )
        for words, who in (("Old", "Ann"), ("New", "Ben"))
    )
    descriptions = {id(r.description) for r in (*old.records, *new.records)}
    changes = [field for change in changes_between(old, new).all for field in change.fields]
    citing = [text for c in changes if c.field != "description" for text in (c.old, c.new)]
    plain = [text for c in changes if c.field == "description" for text in (c.old, c.new)]
    assert sorted(set(citing)) == ["[Ann]", "[Ben]"]
    assert len(set(map(id, citing))) == 2
    assert {id(text) for text in plain} == descriptions
