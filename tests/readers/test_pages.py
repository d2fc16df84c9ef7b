"""A registry in several HTML pages: read as one, each finding on its page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import described
from tests.conftest import Called
from tests.rendered import as_html
from validator import Registry, check, parse_registry, read_registry
from validator.api import run_context
from validator.commands.inputs import expanded
from validator.diff.compare import compare
from validator.model.record import Citation, Contact, Dump, Footnote, Note, Record
from validator.readers import html, html_pages
from validator.readers.source import Source

SMALL = Path(__file__).parent.parent.parent / "fixtures" / "registry" / "small.xml"
Call = Callable[..., Called]


def page(of: Registry, number: int, count: int, updated: str | None = None) -> str:
    """One page of a registry as its site shows it: its records, the contacts they cite."""
    whole = of.dump
    part = Dump("page", "html", b"", whole.carries)
    for field in ("title", "experts", "notes", "references", "registry_id"):
        setattr(part, field, getattr(whole, field))
    part.updated = updated or whole.updated
    size = -(-len(whole.records) // count)
    part.records = whole.records[(number - 1) * size : number * size]
    cited = {
        person.data for record in part.records for person in (*record.assignee, *record.contact)
    }
    cited |= {person.data for record in part.records for _, person in record.inline}
    part.contacts = [entry for entry in whole.contacts if entry.contact_id in cited]
    if any(c.kind == "note" for record in part.records for c in record.reference):
        part.footnotes = whole.footnotes
    links = "".join(
        f"<span>{n}</span>" if n == number else f'<a href="?page={n}">{n}</a>'
        for n in range(1, count + 1)
    )
    text = as_html(part)
    return text.replace("    <table ", f'    <div class="pagination">{links}</div>\n    <table ', 1)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    registry = read_registry(SMALL)
    # The names sort otherwise than the numbers.
    for number in range(1, 12):
        (folder / f"ports-{number}.xhtml").write_text(page(registry, number, 11), "utf-8")
    return folder


def read(folder: Path) -> Registry:
    (found,) = expanded([str(folder)])
    assert found.error is None
    return read_registry(found.path, pages=found.pages)


def test_all_pages_are_one_registry(pages: Path) -> None:
    registry = read(pages)
    small = read_registry(SMALL)
    assert registry.dump.defects == []
    assert [described.record(r) for r in registry.records] == [
        described.record(r) for r in parse_registry(as_html(small.dump)).records
    ]
    assert [record.index for record in registry.records] == list(range(len(small.records)))
    assert len(registry.contacts) == len(small.contacts)
    assert registry.is_whole
    assert registry.dump.page is None
    assert registry.updated == small.updated
    for pair in ((registry, small), (small, registry)):
        assert list(compare(*pair, run_context("2026-11-24"))) == []


def test_findings_are_on_their_pages(pages: Path) -> None:
    changed = pages / "ports-10.xhtml"
    text = changed.read_text("utf-8")
    assert "argus" in text or "pier-node" in text or "lantern" in text
    name = next(word for word in ("argus", "lantern", "pier-node") if f"<td>{word}<" in text)
    changed.write_text(text.replace(f"<td>{name}<", "<td>har--bor<"), "utf-8")
    line = next(n for n, row in enumerate(text.split("\n"), 1) if f"<td>{name}<" in row)
    report = check(read(pages), select=["SN005"])
    assert [str(finding.location) for finding in report] == [f"{changed}:{line}:15"]


@pytest.mark.parametrize(
    ("gone", "said", "where"),
    [
        ((4,), "page 4 is missing before this page", ("ports-5.xhtml", 1)),
        ((1, 2), "pages 1 to 2 are missing before this page", ("ports-3.xhtml", 1)),
        (
            (10, 11),
            "pages 10 to 11 are missing; the registry has 11 pages",
            ("ports-9.xhtml", None),
        ),
    ],
)
def test_a_page_that_is_missing(
    pages: Path, gone: tuple[int, ...], said: str, where: tuple[str, int | None]
) -> None:
    for number in gone:
        (pages / f"ports-{number}.xhtml").unlink()
    (finding,) = check(read(pages), select=["FM"])
    assert (finding.code, finding.message) == ("FM001", said)
    assert Path(finding.location.path).name == where[0]
    last = len((pages / where[0]).read_text("utf-8").split("\n"))
    assert finding.location.line == (where[1] or last)


def test_a_page_twice_and_one_of_another_day(pages: Path) -> None:
    (pages / "copy.xhtml").write_bytes((pages / "ports-3.xhtml").read_bytes())
    later = page(read_registry(SMALL), 7, 11, updated="2026-08-18")
    (pages / "ports-7.xhtml").write_text(later, "utf-8")
    found = [(Path(f.location.path).name, f.message) for f in check(read(pages), select=["FM"])]
    assert found == [
        ("ports-3.xhtml", "duplicate page 3"),
        ("ports-7.xhtml", "page is dated 2026-08-18, but the first page is dated 2026-08-17"),
    ]


def test_the_commands(pages: Path, call: Call) -> None:
    ended = call("check", str(pages), "--isolated")
    assert ended.status == 0
    assert f"checked {pages}: HTML of 2026-08-17, 74 records, 10 contacts, a whole" in ended.text
    assert call("compare", str(pages), str(SMALL)).status == 0
    converted = call("convert", str(pages), "--to", "csv", "--quiet")
    assert converted.out == SMALL.with_suffix(".csv").read_bytes()
    refused = call("convert", str(pages), "--to", "csv", "--output", str(pages / "ports-2.xhtml"))
    assert refused.status == 2
    assert "refusing to overwrite" in refused.said


def test_one_page_among_other_dumps_stays_a_page(pages: Path, call: Call) -> None:
    for number in range(2, 12):
        (pages / f"ports-{number}.xhtml").unlink()
    (pages / "small.xml").write_bytes(SMALL.read_bytes())
    assert [len(found.files) for found in expanded([str(pages)])] == [1, 1]
    (only,) = (found for found in expanded([str(pages)]) if found.path.endswith(".xhtml"))
    assert read_registry(only.path).dump.page == (1, 11)


def test_pages_of_two_registries_in_one_folder_stay_apart(pages: Path) -> None:
    registry = read_registry(SMALL)
    for number in (1, 2):
        (pages / f"other-{number}.xhtml").write_text(page(registry, number, 2), "utf-8")
    assert [len(found.files) for found in expanded([str(pages)])] == [1] * 13


# A page with something of each kind on it: three lines above the table, and two of the heading.
RICH = """<html><body><h1>Ports</h1><div class="pagination">{bar}</div>
<dl><dt>Last Updated<dd>2026-08-17<dt>Expert<dd>Ann{number}<dt>Reference<dd>[RFC 6335][TR-{number}]
<dt>Note<dd>[<a href="#Ann">Ann</a>] asks for {more}<dt>Harbors<dd>Quiet</dl>
<table id="table-{identity}"><tr><th>Service Name<th>Port Number<th>Description<th>Contact
<th>Reference<th>Registration Date<th>Color
<tr><td>h\u00e4rbor<td>4621<td>See [<a href="#Ann">Ann</a>]<br>or [<a href="#Ben">B</a>]
<td>[Ann][<a href="#Ben">B</a>]<td>[RFC 793][1][3]<td>{number}<td>red</table>
<table><tr><th>ID<th>Name<th>Contact URI<th>Last Updated
<tr><td>[Ann]<td>Ann \u00c4xample<td>mailto:ann&amp;example.com<br>tel:+1<td>2020-01-02
<tr><td>[Ben]<td>Ben<td>mailto:ben{number}&amp;example.com<td></table>
{footnotes}</body></html>"""
FEET = '<table><tr><td>[1]<td>As [<a href="#Ann">Ann</a>]<tr><td>[2]<td>For {}</table>'


def rich(number: int, more: str, count: int = 3, feet: bool = True) -> str:
    return RICH.format(
        number=number,
        more=more,
        identity=f"ports-{number}",
        bar=" ".join(str(n) if n == number else f"<a>{n}</a>" for n in range(1, count + 1)),
        footnotes=FEET.format(more) if feet else "",
    )


def offsets(entry: Record | Contact | Note | Footnote | Citation) -> list[int]:
    """Every offset in an entry, in an order that is always the same."""
    found = [entry.offset]
    if isinstance(entry, Record):
        mixed = [part for parts in (entry.mixed or {}).values() for part in parts]
        cited = [
            *entry.assignee,
            *entry.contact,
            *entry.reference,
            *(part for _, part in entry.inline),
        ]
        found += [part.offset for part in (*cited, *mixed) if isinstance(part, Citation)]
    if isinstance(entry, Record | Contact):
        found += [at for _, at in sorted((entry.places or {}).items())]
    if isinstance(entry, Contact):
        found += entry.uri_offsets
    if isinstance(entry, Note | Footnote):
        found += [part.offset for part in entry.mixed if isinstance(part, Citation)]
    return found


def test_everything_has_its_place_on_its_page() -> None:
    texts = [rich(1, "more"), rich(2, "more") + "\n", rich(3, "less") + "\n\n"]
    sources = [Source(f"{n}.html", text.encode()) for n, text in enumerate(texts, 1)]
    pages = [html.read(source) for source in sources]
    whole = html_pages.read_pages("all", sources[::-1])
    assert (whole.path, whole.form) == ("all", "html")
    assert whole.data == f"{texts[0]}\n{texts[1]}{texts[2]}".encode()
    starts = [0, len(texts[0].encode()) + 1, len(f"{texts[0]}\n{texts[1]}".encode())]
    assert whole.parts == [(start, f"{n}.html") for n, start in enumerate(starts, 1)]

    def expected(kind: str, kept: list[tuple[int, int]]) -> list[list[int]]:
        return [
            [at + starts[page] for at in offsets(getattr(pages[page], kind)[number])]
            for page, number in kept
        ]

    # What a page says again word for word counts once, where it stands first.
    for kind, kept in (
        ("records", [(0, 0), (1, 0), (2, 0)]),
        ("contacts", [(0, 0), (0, 1), (1, 1), (2, 1)]),
        ("notes", [(0, 0), (0, 1), (2, 0)]),
        ("footnotes", [(0, 0), (0, 1), (2, 1)]),
        ("references", [(0, 0), (0, 1)]),
    ):
        assert [offsets(entry) for entry in getattr(whole, kind)] == expected(kind, kept), kind
    assert [len(offsets(entry)) for entry in (whole.records[0], whole.contacts[0])] == [16, 7]
    assert [record.index for record in whole.records] == [0, 1, 2]
    assert [contact.index for contact in whole.contacts] == [0, 1, 2, 3]
    assert [defect.offset for defect in whole.defects] == [
        defect.offset + start
        for page, start in zip(pages, starts, strict=True)
        for defect in page.defects
    ]
    places = {f: whole.locate(whole, f, None) for f in ("title", "updated", "experts")}
    assert places == {f: pages[0].locate(pages[0], f, None) for f in places}
    assert (whole.registry_id, whole.title, whole.experts) == ("ports-1", "Ports", "Ann1")
    assert whole.updated == "2026-08-17"
    assert [cited.display for cited in whole.references] == ["RFC6335", "TR-1"]


def test_a_footnote_of_a_later_page_answers_an_earlier_one() -> None:
    sources = [
        Source(f"{number}.html", rich(number, "more", 2, feet=number == 2).encode())
        for number in (1, 2)
    ]
    assert [c.kind for c in html.read(sources[0]).records[0].reference][1:] == ["bracket"] * 2
    whole = html_pages.read_pages("all", sources)
    assert [[(c.kind, c.data, c.text) for c in record.reference] for record in whole.records] == [
        [("rfc", "rfc793", None), ("note", "1", None), ("bracket", None, "3")]
    ] * 2
    assert whole.carries == {"registry-date", "brackets", "contacts", "footnotes"}
    last = Source("3.html", rich(3, "more").partition("<table><tr><th>ID")[0].encode() + b"</html>")
    assert html_pages.read_pages("all", [*sources, last]).carries == whole.carries
    assert html_pages.read_pages("all", [last]).carries == {"registry-date", "brackets"}
    bare = html_pages.read_pages("all", sources[:1])
    assert bare.carries == {"registry-date", "brackets", "contacts"}


def test_pages_that_do_not_say_which_they_are() -> None:
    """They are put behind the others, of which what is said stays true."""
    texts = [rich(2, "more", 4), rich(3, "more", 3), "<html></html>"]
    whole = html_pages.read_pages("all", [Source(f"{n}", t.encode()) for n, t in enumerate(texts)])
    assert [path for _, path in whole.parts] == ["0", "1", "2"]
    assert [(d.offset, d.message) for d in whole.defects if d.code == "FM001"] == [
        (0, "page 1 is missing before this page"),
        (whole.parts[2][0], "page does not show its page number"),
        (len(whole.data), "page 4 is missing; the registry has 4 pages"),
    ]
    alone = html_pages.read_pages("all", [Source("x", b"<html></html>")])
    assert [(d.code, d.message) for d in alone.defects] == [
        ("FM001", "page does not show its page number"),
        ("FM004", 'no table of records found: expected the headings "Service Name", "Port Number"'),
    ]
