"""A whole registry says the same in each form, whatever two of them are compared."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from tests.conftest import Called
from tests.rendered import as_text
from tests.test_compare_values import FORMS, RICH
from validator import Registry, parse_registry
from validator.api import run_context
from validator.diff.compare import compare

Call = Callable[..., Called]

SMALL = (Path(__file__).parent.parent / "fixtures/registry/small.xml").read_text("utf-8")
LONG = "A description that fills three lines of its column, and no more"
RECORD = """<record date="2020-01-02"><name>%s</name><protocol>%s</protocol>
    <xref type="person" data="Ann_Example"/>%s
    <description>%s</description><number>%d</number><note>%s</note></record>
  """
XREFS = (
    '<xref type="draft" data="draft-example-snif-05" section="4.3">'
    "draft-example-snif-05, Section 4.3</xref>",
    '<xref type="draft" data="RFC-ietf-example-log-12"/><xref type="note" data="1"/>',
    '<xref type="text">Tide paper</xref><xref type="uri" data="https://example.com/tide"/>',
)
# Tall records beside each other, of which a text does not say where one ends.
TALL = "".join(
    RECORD % (name, transport, XREFS[port % 3], LONG[: 40 + 3 * port], 5000 + port, "x " * port)
    for port, name in enumerate(["Bell Tower (Harbour Lights)", *"cdefgh", "i j k l m n o p q"], 1)
    for transport in ("tcp", "udp")
)
# Between two of these, a line may belong to either.
TALL += "".join(
    RECORD % (name, "tcp", "", f"{name * 20} {name * 20}", 5100 + port, "")
    for port, name in enumerate("rstu")
)
DOCUMENTS = {
    "the sample": SMALL,
    "every kind of value": RICH,
    "tall records": RICH.replace("<footnote", TALL + "<footnote", 1),
}


def in_every_form(title: str) -> dict[str, Registry]:
    whole = parse_registry(DOCUMENTS[title], path="made.xml")
    registries = {
        form: parse_registry(write(whole), path=f"made.{form}") for form, write in FORMS.items()
    }
    registries["tall txt"] = parse_registry(as_text(whole.dump), path="made.txt")
    return registries


@pytest.mark.parametrize("title", DOCUMENTS)
def test_a_registry_says_the_same_in_all_forms(title: str) -> None:
    registries = in_every_form(title)
    context = run_context(today="2026-11-23")
    for one, other in permutations(registries, 2):
        report = compare(registries[one], registries[other], context)
        # A line in doubt is read as the other form has it; between texts there is no other form.
        assert [(one, other, f.code, f.message) for f in report] == []


def test_lines_in_doubt_are_counted_in_one_line(tmp_path: Path, call: Call) -> None:
    whole = parse_registry(DOCUMENTS["tall records"])
    text = as_text(whole.dump)
    (tmp_path / "a.xml").write_text(DOCUMENTS["tall records"], "utf-8")
    (tmp_path / "a.txt").write_text(text, "utf-8")
    doubts = len(parse_registry(text).dump.defects)
    assert doubts
    ended = call("compare", "a.xml", "a.txt")
    assert ended.status == 0
    lines = f"{doubts} lines that may" if doubts > 1 else "1 line that may"
    assert ended.err.decode().count("\n") == 1
    assert f'a.txt has {lines} belong to either of two records; run "ianalint check"' in (
        ended.err.decode()
    )
