"""Hostile inputs of twice the size take about twice the work, in each reader, rule and command.

Counted are lines of Python that run, which no other load of the machine changes.  Of three sizes,
each twice the one before, the differences grow by 2 for linear work and by 4 for quadratic work.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.conftest import OPENING
from validator import Unusable, parse_registry
from validator.api import run_context
from validator.consumers.audit import audit
from validator.consumers.reading import parse_consumer
from validator.diff.events import events_of
from validator.diff.matching import changes_between
from validator.engine.examine import examine
from validator.engine.report import Report
from validator.engine.selection import Selection
from validator.limits import LIMITS
from validator.reporters import Style, render
from validator.request.api import check_request
from validator.rules import RULES
from validator.rules.order import _misplaced

GROWTH = 2.5
# Parts that do less than this have constant costs, and are not looked at.
LEAST = 500
SIZE = 20
HEADINGS = "Service Name,Port Number,Transport Protocol,Description,Reference,Assignment Notes\n"


def table(row: Callable[[int], str], n: int) -> str:
    return HEADINGS + "".join(row(number) for number in range(n))


def spelling(number: int) -> str:
    return "".join(c.upper() if number >> k & 1 else c for k, c in enumerate("harborquayled"))


def alias(number: int, old: str, new: str) -> str:
    return f'{old},1,tcp,,,"This entry is an alias to ""{new}""."\n'


def replacement(old: str, new: str) -> str:
    sentence = "IANA assigned this well-formed service name as a replacement for"
    return f'{new},1,tcp,"{sentence} ""{old}"".",,\n'


def xml(*parts: str) -> str:
    return f"{OPENING}{''.join(parts)}</registry>\n"


def record(inner: str) -> str:
    return f"<record><name>harbor</name><protocol>tcp</protocol>{inner}<number>1</number></record>"


def text_table(lines: str) -> str:
    columns = (
        *(("Service Name", 14), ("Port Number", 13), ("Transport Protocol", 20)),
        *(("Description", 14), ("Assignee", 12), ("Contact", 12), ("Registration Date", 19)),
        *(("Modification Date", 19), ("Reference", 14), ("Service Code", 14)),
        *(("Known Unauthorized Uses", 26), ("Assignment Notes", 18)),
    )
    heading = " ".join(name.center(size) for name, size in columns)
    title = "Service Name and Transport Protocol Port Number Registry"
    return f"          {title}\n\n   Last Updated\n          2013-06-26\n\n{heading}\n{lines}"


PAGE = (
    '<!DOCTYPE html><html><table id="table-service-names-port-numbers"><tr><th>Service Name'
    "<th>Port Number<th>Description<th>Reference</tr>"
)

DUMPS: dict[str, Callable[[int], str]] = {
    "quotes that swallow rows": lambda n: HEADINGS.split(",Tr")[0] + "\n" + 'a,x","\n' * n + '"\n',
    "strict quotes that swallow rows": lambda n: (
        HEADINGS.split(",Tr")[0] + "\n" + '"\na,b",' * n + "\n"
    ),
    "one name in many spellings": lambda n: table(lambda k: f"{spelling(k)},1,tcp,,,\n", n),
    "malformed spellings": lambda n: table(lambda k: f"{spelling(k)}_,1,tcp,,,\n", n),
    "aliases to a crowd": lambda n: table(lambda k: alias(k, f"a{k}", "x"), n) + "x,1,tcp,,,\n" * n,
    "aliases to a crowd elsewhere": lambda n: (
        table(lambda k: alias(k, f"a{k}", "x"), n) + "x,2,tcp,,,\n" * n
    ),
    "aliases to themselves": lambda n: table(lambda k: alias(k, "x", "x"), n),
    "aliases to each other": lambda n: table(lambda k: alias(k, f"a{k}", f"a{(k + 1) % n}"), n),
    "crowds that replace each other": lambda n: (
        table(lambda k: alias(k, "x_y", "x-y"), n) + replacement("x_y", "x-y") * n
    ),
    "one record again and again": lambda n: table(lambda k: "harbor,1,tcp,Harbor,,\n", n),
    "one name on many ports": lambda n: table(lambda k: f"harbor,{k + 1},tcp,Harbor,,\n", n),
    "many names with notes on one port": lambda n: table(lambda k: f"n{k:x},1,tcp,Harbor,,z\n", n),
    "near descriptions on one port": lambda n: table(lambda k: f"n{k},1,tcp,Harbor {k:x},,\n", n),
    "near notes": lambda n: table(
        lambda k: f'n{k},1,tcp,,,"This entri is an alias to ""n{k + 1}"" {k}."\n', n
    ),
    "overlapping statements": lambda n: table(lambda k: f",{k + 1}-9000,,Unassigned,,\n", n),
    "statements in a statement": lambda n: (
        table(lambda k: f",{k + 1},tcp,Reserved,,\n", n) + ",1-49151,,Unassigned,,\n" * n
    ),
    "holes between ports": lambda n: (
        table(lambda k: f",{2 * k + 2},tcp,Unassigned,,\n", n)
        + ",0,,Reserved,,\n,20000-49151,,Reserved,,\n"
    ),
    "nested assigned ranges": lambda n: table(lambda k: f"n{k},{k + 1}-9000,tcp,,,\n", n),
    "ports in reverse order": lambda n: table(lambda k: f"n{k},{9000 - k},tcp,,,\n", n),
    "citations in one record": lambda n: (
        HEADINGS + "harbor,1,tcp,," + "[RFC1234]" * n + "[RFC012]" * n + ",\n"
    ),
    "brackets in one note": lambda n: HEADINGS + "harbor,1,tcp,,," + "[a] [" * n + "\n",
    "white space in one value": lambda n: HEADINGS + "harbor,1,tcp,," + ",a" + " \t" * n + "b\n",
    "odd characters": lambda n: table(lambda k: f"n{k},1,tcp,\x01Ã©{k},,\ufffd\n", n),
    "mixed content": lambda n: xml(record(f"<description>b<br/>{'a<x/>' * n}</description>")),
    "repeated elements": lambda n: xml(record("<description>a</description>" * n)),
    "citations in XML": lambda n: xml(
        record('<xref type="rfc" data="rfc012"/>' * n + '<xref type="person" data="Ann"/>' * n)
    ),
    "contacts of one address": lambda n: xml(
        "<people>",
        *(
            f'<person id="P{k}"><name>Ann</name><uri>mailto:ann&amp;example.com</uri></person>'
            for k in range(n)
        ),
        "</people>",
    ),
    "contacts by case": lambda n: xml(
        "<people>",
        *(f'<person id="{spelling(k)}"><name>Ann {k}</name></person>' for k in range(n)),
        "</people>",
    ),
    "comments in a document type": lambda n: (
        "<!DOCTYPE registry [" + "<!-- a -->'b'" * n + "]>" + xml(record(""))
    ),
    "open comments in a document type": lambda n: "<!DOCTYPE registry [" + "<!--" * n + xml(""),
    "footnote of many lines": lambda n: text_table(
        "a             1\n\n        Footnotes\n\n   [1] x\n" + "   aaaa\n" * n
    ),
    "tall rows of text": lambda n: text_table("a             1\n" + " " * 49 + "tall\n" * n),
    "rows of text": lambda n: text_table("".join(f"{f'a{k}':<15}{k + 1}\n" for k in range(n))),
    "ampersands": lambda n: PAGE + "<tr><td>" + "&" * n + " &amp;" * n,
    "attributes": lambda n: PAGE + "<tr><td " + "a=b " * n + ">x",
    "open comments in HTML": lambda n: PAGE + "<tr><td>a<td>1<td>" + "<!-- " * n,
    "open cells": lambda n: PAGE + "<tr>" + "<td>" * n,
    "nested tables": lambda n: PAGE + "<tr><td>" + "<table><tr><td>" * n,
    "repeated keys": lambda n: (
        '{"$schema":"urn:ianalint:schema:registry:1","records":[],' + '"a":1,' * n + '"b":1}'
    ),
    "bad records in JSON": lambda n: (
        '{"$schema":"urn:ianalint:schema:registry:1","records":[' + '{"port":1},' * n + "{}]}"
    ),
}


def lines_of(work: Callable[[Callable[[str], None]], Any]) -> Counter[str]:
    """How many lines run in each part of `work`, which is given what begins another part."""
    counts: Counter[str] = Counter()
    part = "reading"
    count = 0

    def line(_: FrameType, event: str, __: Any) -> Any:
        nonlocal count
        if event == "line":
            count += 1
        return line

    def begin(name: str) -> None:
        nonlocal part, count
        counts[part] += count
        part, count = name or "findings", 0

    former = sys.gettrace()
    sys.settrace(line)
    try:
        work(begin)
    finally:
        sys.settrace(former)
    begin("")
    return counts


def require_growth(measure: Callable[[int], Counter[str]]) -> None:
    measure(SIZE * 4)  # what is made once, such as patterns
    small, middle, large = (measure(SIZE * factor) for factor in (1, 2, 4))
    grown = {
        part: (count - middle[part]) / max(middle[part] - small[part], LEAST / 2)
        for part, count in large.items()
        if count > LEAST
    }
    assert {part: round(factor, 2) for part, factor in grown.items() if factor > GROWTH} == {}


def require_linear(work: Callable[[int], None]) -> None:
    """Require of `work`, which gets a size, that it grows as `require_growth` says."""
    require_growth(lambda n: lines_of(lambda _: work(n)))


@pytest.mark.parametrize("name", DUMPS)
def test_reading_and_rules_and_reports(name: str) -> None:
    def measure(n: int) -> Counter[str]:
        data = DUMPS[name](n)

        def work(begin: Callable[[str], None]) -> None:
            registry = parse_registry(data)
            context = run_context("2026-12-31")
            context.progress = begin
            report = Report([examine(registry, Selection(RULES), context)])
            for form in ("text", "json"):
                begin(form)
                "".join(render(form, report, Style(legacy="show")))

        return lines_of(work)

    require_growth(measure)


PAIRS: dict[str, Callable[[int], tuple[str, str]]] = {
    "renamed": lambda n: (
        table(lambda k: f"old{k},{k + 1},tcp,Harbor,,\n", n),
        table(lambda k: f"new{k},{k + 1},tcp,Harbor,,\n", n),
    ),
    "one name, other ports": lambda n: (
        table(lambda k: f"a,{k + 1},tcp,Harbor,,\n", n),
        table(lambda k: f"a,{k + 9001},tcp,Harbor,,\n", n),
    ),
    "one port, other names": lambda n: (
        table(lambda k: f"a{k},1,tcp,Harbor,,\n", n),
        table(lambda k: f"b{k},1,tcp,Harbor,,\n", n),
    ),
    "texts that mention names": lambda n: (
        table(lambda k: f"a{k},1,tcp,x,,\n", n),
        table(lambda k: f"b{k},1,tcp,{'a1 ' * 20},,\n", n),
    ),
    "merged statements": lambda n: (
        table(lambda k: f",{k * 2 + 1},,Unassigned,,\n", n),
        HEADINGS + f",1-{2 * n},,Unassigned,,\n",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_changes(name: str) -> None:
    def measure(n: int) -> Counter[str]:
        old, new = map(parse_registry, PAIRS[name](n))

        def work(begin: Callable[[str], None]) -> None:
            begin("matching")
            changes = changes_between(old, new)
            begin("events")
            list(events_of(changes, whole=False))

        return lines_of(work)

    require_growth(measure)


def test_records_in_reverse_order() -> None:
    def measure(n: int) -> Counter[str]:
        def work(begin: Callable[[str], None]) -> None:
            begin("order")
            assert len(_misplaced(list(range(n, 0, -1)))) == n - 1

        return lines_of(work)

    require_growth(measure)


LISTS: dict[str, Callable[[int], str]] = {
    "one port": lambda n: "".join(f"a{k} 1/tcp\n" for k in range(n)),
    "one name": lambda n: "".join(f"a {k + 1}/tcp\n" for k in range(n)),
    "aliases": lambda n: "a 1/tcp " + " ".join(f"b{k}" for k in range(n)) + "\n",
    "no entries": lambda n: "x y z\n" * n,
    "ranges": lambda n: "".join(f"a{k} {k + 1}-9000/tcp\n" for k in range(n)),
}
REGISTRY = parse_registry(table(lambda k: f"r{k},{k + 1},tcp,Harbor,,\n", 50))


@pytest.mark.parametrize("name", LISTS)
def test_audits(name: str) -> None:
    def measure(n: int) -> Counter[str]:
        data = LISTS[name](n).encode()

        def work(begin: Callable[[str], None]) -> None:
            file = parse_consumer(data, path="services", limits=LIMITS)
            begin("audit")
            audit(file, REGISTRY, today="2026-12-31")

        return lines_of(work)

    require_growth(measure)


def rivals(n: int, wanted: Callable[[int], tuple[str, str, int]]) -> str:
    return "".join(
        f"---\nservice_name: {name}\nport_number: {port}\ntransport_protocols: [tcp]\n"
        f"assignee: {{name: Ann, email: {email}@example.com}}\n"
        for name, email, port in map(wanted, range(n // 2))
    )


REQUESTS: dict[str, Callable[[int], str]] = {
    "one name": lambda n: (
        "requests:\n" + "- {service_name: acme, transport_protocols: [tcp], description: Acme,"
        " assignee: {name: A, email: a@example.com}, contact: {name: A, email: a@example.com}}\n"
        * (n // 8)
    ),
    "long description": lambda n: (
        "service_name: acme\ntransport_protocols: [tcp]\ndescription: " + "acme tcp 80 " * n + "\n"
    ),
    # Nested lists in YAML are not here: its parser looks at each level for each bracket, which
    # the limit of the levels bounds.
    "braces": lambda n: "{" * n,
    "questions": lambda n: "? " * n,
    "dashes": lambda n: "- " * n,
    "aliases with several uses": lambda n: (
        "a: &a [x]\n" + "".join(f"b{k}: [*a, *a]\n" for k in range(n // 4))
    ),
    "documents": lambda n: "---\na: 1\n" * n,
    "quotes": lambda n: "a: '" + "''" * n,
    "one line": lambda n: "a: " + "x " * n,
    "comments": lambda n: "# \n" * n,
    "aliases of YAML": lambda n: "a: &a 1\nb: [" + "*a, " * n + "1]\n",
    "one name, several assignees": lambda n: rivals(n, lambda k: ("harbor", f"a{k}", 4630)),
    "one name, several ports": lambda n: rivals(n, lambda k: ("harbor", "a", 4630 + k)),
    "one port, several names": lambda n: rivals(n, lambda k: (f"n{k}", "a", 4630)),
    "a name and one that goes on": lambda n: rivals(
        n, lambda k: (f"tide{'-log' * (k % 2)}", "a", 4630)
    ),
    "names that go on": lambda n: rivals(n, lambda k: (f"t{f'-a{k}' * (k % 2)}", "a", 4630 + k)),
    "keys in JSON": lambda n: "{" + "".join(f'"k{k}":1,' for k in range(n)) + '"a":1}',
    "one key in JSON": lambda n: "{" + '"a":1,' * n + '"a":1}',
    "requests in JSON": lambda n: "[" + '{"service_name":"acme","description":[]},' * n + "{}]",
    "values in JSON": lambda n: '{"transport_protocols":[' + '"tcp",' * n + "7]}",
    "nested values in JSON": lambda n: '{"contact":[' + '{"a":[{}]},' * n + "{}]}",
    "brackets in JSON": lambda n: "[" * n,
    "blanks in JSON": lambda n: '{"a":' + " \n" * n + "}",
    "open text in JSON": lambda n: '{"a":"' + r"\"" * n,
    "keys in TOML": lambda n: "".join(f"k{k} = 1\n" for k in range(n)),
    "one key in TOML": lambda n: "a = 1\n" * n,
    "tables in TOML": lambda n: "".join(f"[t{k}]\na = 1\n" for k in range(n)),
    "arrays of tables in TOML": lambda n: "[[contact]]\nname = 1\n" * n,
    "values in TOML": lambda n: "transport_protocols = [" + "'tcp', # a\n" * n + "]\n",
    "nested values in TOML": lambda n: "a = [" + "{a = [{}]}, " * n + "]\n",
    "dates in TOML": lambda n: "".join(f"k{k} = 2026-12-31\n" for k in range(n)),
    "texts in TOML": lambda n: 'description = """' + 'a""\\\n  ' * n + '"""\n',
    "dotted keys in TOML": lambda n: "".join(f"a.b{k}.c = 1\n" for k in range(n)),
    "comments in TOML": lambda n: "# a = '''\n" * n + "a = 1\n",
    "brackets in TOML": lambda n: "a = " + "[" * n,
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests(tmp_path: Path, name: str) -> None:
    # The suffix decides how a request is read.
    form = name[-4:].lower()
    path = tmp_path / (f"request.{form}" if form in ("json", "toml") else "request")

    def measure(n: int) -> Counter[str]:
        path.write_text(REQUESTS[name](n), "utf-8")

        def work(begin: Callable[[str], None]) -> None:
            begin("request")
            with suppress(Unusable):
                check_request(path, REGISTRY)

        return lines_of(work)

    require_growth(measure)
