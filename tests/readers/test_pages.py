"""A registry in several HTML pages: read as one, each finding on its page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import described
from tests.conftest import Called
from tests.rendered import as_html
from validator import Registry, check, parse_registry, read_registry
from validator.api import given
from validator.compare import compare
from validator.inputs import expanded
from validator.record import Dump

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
        assert list(compare(*pair, given("2026-11-24"))) == []


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
        ((4,), "before this page page 4 is missing", ("ports-5.xhtml", 1)),
        ((1, 2), "before this page pages 1 to 2 are missing", ("ports-3.xhtml", 1)),
        ((10, 11), "of 11 pages pages 10 to 11 are missing", ("ports-9.xhtml", None)),
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
        ("ports-3.xhtml", "page 3 is there twice"),
        ("ports-7.xhtml", "this page is of 2026-08-18, the first page of 2026-08-17"),
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
    assert "is read by this call" in refused.said


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
