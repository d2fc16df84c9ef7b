"""The history of one record: each value comes from the dump that brought it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Called, dump
from tests.dumps import published
from tests.rendered import as_html, as_text
from validator import Registry, parse_registry, read_registry
from validator.api import run_context
from validator.diff.blame import Blame, RecordMatches, RecordQuery, blames_of
from validator.diff.fields import field_text
from validator.diff.history import DumpHistory
from validator.diff.steps import Step, Version, step_between
from validator.diff.text import render
from validator.engine.examine import examine
from validator.engine.selection import Selection
from validator.model.record import Record
from validator.model.vocabulary import RECORD_FIELDS
from validator.reporters import Style
from validator.rules import catalogue
from validator.writers import write

Call = Callable[..., Called]
CONTEXT = run_context("2026-11-24")


class _AllRecords(RecordQuery):
    __slots__ = ()

    def matches(self, record: Record) -> bool:
        return True


def blames(registries: Sequence[Registry], query: str | None) -> list[Blame]:
    nothing = Selection(catalogue.rules("registry"), ["MD004"])
    compared = Selection(catalogue.rules("history"), ["HX008"])
    versions = [Version(r, examine(r, nothing, CONTEXT), ()) for r in registries]
    asked = _AllRecords("") if query is None else RecordQuery(query)
    matches = [RecordMatches(version, asked) for version in versions]
    steps: list[Step] = []
    for old, new in pairwise(versions):
        steps.append(step_between(old, new, compared, CONTEXT, whole=True))
    return blames_of(matches, steps)


def day(number: int, *records: str) -> Registry:
    """The registry of that day of January."""
    text = dump(*records).replace(b"2026-08-17", b"2026-01-%02d" % number)
    return parse_registry(text, path=f"{number}.xml")


def row(name: str = "", port: str = "", **values: str) -> str:
    content = "".join(
        f"<{tag}>{value}</{tag}>"
        for tag, value in (("name", name), ("protocol", values.pop("protocol", "tcp")))
        if value
    )
    for person in filter(None, (values.pop("contact", ""),)):
        content += f'<xref type="person" data="{person}"/>'
    content += "".join(f"<{tag}>{value}</{tag}>" for tag, value in values.items())
    return f"<record>{content}{f'<number>{port}</number>' if port else ''}</record>"


def described(blame: Blame) -> list[str]:
    """The history in lines: which dumps have it, what happened, and since when each value is."""
    lines = [f"{blame.first + 1}-{blame.last + 1} ({blame.count})"]
    lines += [f"{dated.old + 1}-{dated.new + 1} {dated.event.kind}" for dated in blame.events]
    lines += [
        f"{field} {value} since {'the first' if index is None else index + 1}"
        for field, value, index in blame.fields
        if field not in ("service_name", "port_number", "transport_protocol")
    ]
    return lines


QUAY = row("quay", "4621", description="Quay")
PORTLESS = row("quay", description="Quay")
RESERVED = row(port="4621", description="Reserved")
OTHER = row("other", "99", description="Other")

HISTORIES = {
    "lost its port": (
        [[QUAY], [RESERVED, PORTLESS]],
        "quay",
        [
            ["2-2 (1)", "1-2 released", "description Quay since 2"],
            ["1-1 (1)", "1-2 released", "description Quay since the first"],
        ],
    ),
    "won its port": (
        [[RESERVED, PORTLESS], [QUAY]],
        "quay",
        [
            ["2-2 (1)", "1-2 assigned", "description Quay since 2"],
            ["1-1 (1)", "1-2 assigned", "description Quay since the first"],
        ],
    ),
    "lost its port later, and changed after that": (
        [[QUAY], [QUAY], [PORTLESS], [row("quay", description="Pier")]],
        "quay",
        [
            ["3-4 (2)", "2-3 released", "3-4 edited", "description Pier since 4"],
            ["1-2 (2)", "2-3 released", "description Quay since the first"],
        ],
    ),
    "a statement that took the place of an assignment": (
        [[QUAY], [RESERVED]],
        "4621",
        [
            ["2-2 (1)", "1-2 released", "description Reserved since 2"],
            ["1-1 (1)", "1-2 released", "description Quay since the first"],
        ],
    ),
    "a block that an assignment was cut out of": (
        [[row(port="4620-4622", description="Unassigned")], [row(port="4620", description="Unassigned"), QUAY, row(port="4622", description="Unassigned")]],  # noqa: E501
        "4622",
        [
            ["2-2 (1)", "1-2 statement-cut", "description Unassigned since 2"],
            ["1-1 (1)", "1-2 statement-cut", "description Unassigned since the first"],
        ],
    ),
    "never changed": (
        [[QUAY], [QUAY, OTHER], [QUAY]],
        "quay/4621/tcp",
        [["1-3 (3)", "description Quay since the first"]],
    ),
    "a contact that stands for the assignee": (
        [[row("quay", "4621", contact=who, description="Quay")] for who in ("Ann", "Ben", "Ben")],
        "quay",
        [
            [
                "1-3 (3)",
                "1-2 edited",
                "description Quay since the first",
                "assignee [Ben] since 2",
                "contact [Ben] since 2",
            ]
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_the_history_of_a_record(name: str) -> None:
    dumps, query, expected = HISTORIES[name]
    registries = [day(number, OTHER, *rows) for number, rows in enumerate(dumps, 1)]
    assert [described(blame) for blame in blames(registries, query)] == expected


PAGES = {
    "changed": (["Quay", None, "Pier"], ["1-3 (2)", "1-3 edited", "description Pier since 3"]),
    "did not change": (["Quay", None, "Quay"], ["1-3 (2)", "description Quay since the first"]),
    "two pages": (["Quay", None, None, "Pier"], ["1-4 (2)", "1-4 edited", "description Pier since 4"]),  # noqa: E501
    "a page at the end": (["Quay", "Pier", None], ["1-2 (2)", "1-2 edited", "description Pier since 2"]),  # noqa: E501
    "a page at the beginning": ([None, "Quay", "Pier"], ["2-3 (2)", "2-3 edited", "description Pier since 3"]),  # noqa: E501
    "vanished": (["Quay", None, ""], ["1-1 (1)", "description Quay since the first"]),
    "came": (["", None, "Quay"], ["3-3 (1)", "description Quay since the first"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_does_not_cover_the_record(name: str) -> None:
    """`None` is such a page, "" a dump without the record."""
    descriptions, expected = PAGES[name]
    registries: list[Registry] = []
    for number, text in enumerate(descriptions, 1):
        rows = [OTHER, row("quay", "4621", description=text)] if text else [OTHER]
        registry = day(number, *rows)
        if text is None:
            links = (
                '<div class="pagination"> 1 <a href="?page=2">2</a></div>\n    <table id="table-s'
            )
            page = as_html(registry.dump).replace('<table id="table-s', links, 1)
            registry = parse_registry(page, path=f"{number}.html")
            assert registry.dump.page == (1, 2)
        registries.append(registry)
    [blame] = blames(registries, "quay")
    assert described(blame) == expected


def test_what_the_command_prints(call: Call) -> None:
    dumps = {"1.xml": [QUAY], "2.xml": [QUAY], "3.xml": [RESERVED, PORTLESS]}
    for number, (path, rows) in enumerate(dumps.items(), 1):
        Path(path).write_bytes(day(number, *rows).dump.data)
    words = ("diff", "--isolated", "--today", "2026-11-24", "--select", "HX008")
    assert call(*words, "1.xml", "2.xml", "--record", "quay").text == (
        "quay 4621/tcp\n"
        "  2026-01-01: already in the first dump\n"
        "  unchanged in 2 dumps\n"
        "\n"
        "  service name        quay  (since the first dump)\n"
        "  port number         4621  (since the first dump)\n"
        "  transport protocol  tcp  (since the first dump)\n"
        "  description         Quay  (since the first dump)\n"
        "\n"
        "0 changes, no problems\n"
    )
    lost = call(*words, *dumps, "--record", "quay").text
    released = "released quay 4621/tcp: now Reserved; the name remains without a port number\n"
    assert lost.startswith(
        f"quay tcp\n  2026-01-03: {released}\n  service name        quay  (since 2026-01-03)\n"
    )
    first = "quay 4621/tcp: released\n  2026-01-01: already in the first dump\n"
    assert f"{first}  2026-01-03: {released}" in lost
    won = call(*words, "3.xml", "1.xml", "--record", "quay").text
    assert (
        '  2026-01-01: assigned quay 4621/tcp: "Quay"; the name had no port number before\n' in won
    )


def test_no_line_is_wider_than_the_terminal() -> None:
    rows = [[row("quay", "4621", description="Quay and " * 9)], [RESERVED, PORTLESS]]
    history = DumpHistory([], [], [])
    history.blame = blames([day(at, *records) for at, records in enumerate(rows, 1)], "quay")
    text = "".join(render(history, Style(width=60), full=False))
    assert max(map(len, text.splitlines())) <= 60
    assert (
        "  2026-01-02: released quay 4621/tcp: now Reserved; the\n"
        "    name remains without a port number\n"
    ) in text
    assert (
        "  description         Quay and Quay and Quay and Quay and\n"
        "                      Quay and Quay and Quay a... (since the\n"
        "                      first dump)\n"
    ) in text


QUERIES = [
    ("x11/6000-6063/tcp", "x11/6010/tcp", True),
    ("x11/6000-6063/tcp", "X11/6010", True),
    ("x11/6000-6063/tcp", "6063/tcp", True),
    ("x11/6000-6063/tcp", "6000", True),
    ("x11/6000-6063/tcp", "x11/6010-6020/tcp", True),
    ("x11/6000-6063/tcp", "6064", False),
    ("x11/6000-6063/tcp", "x11/5999/tcp", False),
    ("x11/6000-6063/tcp", "6010/udp", False),
    ("x11/6000-6063/tcp", "6000-6064", False),
    ("x11/6000-6063/tcp", "x11/6010/", False),
    ("x11/6000-6063/tcp", "x11/+6010/tcp", False),
    ("/1-8/", "5", True),
    ("/1-8/", "/5", True),
    ("/1-8/tcp", "5/tcp", True),
    ("/1-8/tcp", "//tcp", False),
    ("914c/g/211/tcp", "914c/g/211/tcp", True),
    ("914c/g/211/tcp", "914c/g", True),
    ("914c/g/211/tcp", "914c", False),
    ("quay//tcp", "quay//tcp", True),
    ("quay//tcp", "quay/tcp", True),
    ("quay//tcp", "/", False),
    ("quay/80/tcp", "8", False),
    ("80/81/tcp", "80", True),
]  # fmt: skip


@pytest.mark.parametrize(("identity", "text", "expected"), QUERIES)
def test_how_a_record_is_named(identity: str, text: str, expected: bool) -> None:
    record = Record(0, 0)
    name, port, transport = identity.rsplit("/", 2)
    record.service_name, record.port_number = name or None, port or None
    record.transport_protocol = transport or None
    assert RecordQuery(text).matches(record) is expected


def truth(registries: Sequence[Registry], blame: Blame) -> dict[str, int | None]:
    """Since which dump each field has its last value, by reading this record in every dump."""
    key = tuple(blame.subject.values())
    texts: list[tuple[int, dict[str, str]]] = []
    for index, registry in enumerate(registries):
        for record in registry.records:
            if tuple(record.subject.values()) == key and blame.first <= index <= blame.last:
                texts.append((index, {f: field_text(record, f) for f in RECORD_FIELDS}))
                break
    since: dict[str, int | None] = {}
    for field in (field for field, _, _ in blame.fields):
        at = len(texts) - 1
        while at and texts[at - 1][1][field] == texts[-1][1][field]:
            at -= 1
        since[field] = texts[at][0] if at or blame.begins else None
    return since


def test_each_value_is_as_old_as_the_dumps_say() -> None:
    """Thirty histories of nine dumps in all forms, in which names come, go and change."""
    for seed in range(30):
        choose = random.Random(seed)
        rows: dict[int, dict[str, str]] = {}
        registries: list[Registry] = []
        for number in range(1, 10):
            for port in range(1, 7):
                action = choose.random()
                if port not in rows and action < 0.7:
                    rows[port] = {"description": "A", "contact": "Ann"}
                elif action < 0.1:
                    rows.pop(port, None)
                elif action < 0.4:
                    rows[port]["description"] = choose.choice("ABC")
                elif action < 0.6:
                    rows[port]["contact"] = choose.choice(("Ann", "Ben", "Cai"))
            records = [row(f"name{port}", str(port), **rows[port]) for port in sorted(rows)]
            registry = day(number, *records, OTHER)
            form = choose.choice(("xml", "csv", "json", "html", "txt"))
            name = f"{number}.{form}"
            if form == "txt":
                registry = parse_registry(as_text(registry.dump, wraps=False), path=name)
            elif form == "html":
                registry = parse_registry(as_html(registry.dump), path=name)
            elif form == "csv":
                registry = parse_registry(write(registry, "csv").text, path=name)
            elif form == "json":
                registry = parse_registry(write(registry, "json").text, path=name)
            registries.append(registry)
        histories = blames(registries, None)
        assert len(histories) >= 7
        for blame in histories:
            actual = {field: index for field, _, index in blame.fields}
            assert actual == truth(registries, blame), (seed, blame.subject)


@pytest.mark.real
def test_each_value_of_the_published_dumps_is_as_old_as_they_say() -> None:
    names = (
        "2013-02-18.xml", "2013-06-26.txt", "2014-07.csv", "2015-03-16-page-1.xhtml",
        "2025-04.csv", "2025-08-26.xml", "2026-08-17.xml",
    )  # fmt: skip
    registries = [read_registry(published(name)) for name in names]
    by_identity = [
        {tuple(record.subject.values()): record for record in registry.records}
        for registry in registries
    ]
    histories = blames(registries, None)
    values = 0
    for blame in histories[::4]:
        key = tuple(blame.subject.values())
        lasting = [index for index, records in enumerate(by_identity) if key in records]
        # Its identity was never another, and it was in all dumps since it came.
        if blame.last != 6 or lasting[0] != blame.first or {4, 5, 6} - set(lasting):
            continue
        for field, _, index in blame.fields:
            texts = [(at, field_text(by_identity[at][key], field)) for at in lasting]
            begin = len(texts) - 1
            while begin and texts[begin - 1][1] == texts[-1][1]:
                begin -= 1
            expected = texts[begin][0] if begin or blame.begins else None
            assert index == expected, (blame.subject, field, texts)
            values += 1
    assert values > 18_000
