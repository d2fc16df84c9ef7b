"""Fixes: cases in `fixtures/fixes`, and what holds for every dump.

A file has tables `[[case]]`:

    title        = "on a line of its own"   what the case shows
    form         = "xml"                    or "csv"; default: xml
    unsafe       = false                    whether unsafe fixes are allowed
    input        = '''...'''                the dump; a piece is completed as in `tests/cases.py`
    fixed        = '''...'''                what becomes of it; without it, nothing changes
    fixes        = ["TX005 1"]              how many findings of each rule are fixed
    unsafe_fixes = ["ST002 1"]              optional: how many more unsafe fixes would fix
    left_out     = ["SN002 1"]              optional: fixes that would cause findings
    causes       = ["SN007"]                optional: of these rules
"""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import HEADER, completed, rule_cases
from tests.conftest import SMALL, Called, forked, ianalint
from tests.dumps import published
from tests.fixes import patched, verified_fixes
from tests.generated import Row, registries, write_csv, write_xml
from validator.errors import CallError, Unusable
from validator.fix.fixers import UNSAFE

FIX_CASES = Path(__file__).parent.parent / "fixtures" / "fixes"


def fix_cases() -> Iterator[Any]:
    for path in sorted(FIX_CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            yield pytest.param(case, id=f"{path.stem}: {case['title']}")


def counts(words: list[str]) -> dict[str, int]:
    return {code: int(count) for code, count in map(str.split, words)}


def sorted_counts(counter: Mapping[str, int]) -> dict[str, int]:
    return {code: count for code, count in sorted(counter.items()) if count}


@pytest.mark.parametrize("case", list(fix_cases()))
def test_case(case: dict[str, Any]) -> None:
    form = case.get("form", "xml")
    data = completed(case["input"], form).encode()
    fixes = verified_fixes(data, form, unsafe=case.get("unsafe", False))
    assert fixes.fixed == completed(case.get("fixed", case["input"]), form).encode()
    assert sorted_counts(fixes.counts) == counts(case["fixes"])
    assert sorted_counts(fixes.unsafe) == counts(case.get("unsafe_fixes", []))
    assert sorted_counts(fixes.left_out) == counts(case.get("left_out", []))
    assert sorted(fixes.causes) == case.get("causes", [])


@pytest.mark.parametrize("unsafe", [False, True])
def test_what_holds_for_every_rule_case(*, unsafe: bool) -> None:
    fixed: set[str] = set()
    for code, case in rule_cases():
        form = case.get("form", "xml")
        if form not in ("xml", "csv") or "input" not in case or (unsafe and code not in UNSAFE):
            continue
        data = completed(case["input"], form).encode(case.get("bytes", "utf-8"))
        try:
            fixed |= set(verified_fixes(data, form, unsafe=unsafe).counts)
        except CallError as error:
            assert "not valid UTF-8" in str(error)  # noqa: PT017
    expected = UNSAFE if unsafe else {"OR001", "OR003", "PN004", "SN002", "TX002", "TX005"}
    assert fixed.issuperset(expected)
    assert ("TX004" in fixed) == unsafe


def padded(text: str) -> str:
    return f"\n {text}\u00a0"


# What makes a value one that can be fixed.
CHANGES: tuple[tuple[str, Callable[[str], str]], ...] = (
    *((field, padded) for field in ("service_name", "port_number", "description")),
    *((field, padded) for field in ("transport_protocol", "registration_date", "service_code")),
    *((field, padded) for field in ("known_unauthorized_uses", "assignment_notes")),
    ("transport_protocol", str.upper),
    ("port_number", lambda text: f"{text}-{text}"),
    ("description", lambda _: "unassigned"),
    ("description", lambda _: "RESERVED - H\u00c3\u00b6rbar"),
    ("assignment_notes", lambda text: f"Defined TXT Keys: {text}"),
)


@settings(max_examples=30)
@given(
    registries,
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(CHANGES)), max_size=12),
    st.booleans(),
    st.booleans(),
)
def test_what_holds_for_generated_registries(
    rows: list[Row],
    changes: list[tuple[int, tuple[str, Callable[[str], str]]]],
    as_csv: bool,
    unsafe: bool,
) -> None:
    for number, (field, change) in changes:
        if rows:
            at = number % len(rows)
            values: dict[str, Any] = {field: change(getattr(rows[at], field))}
            rows[at] = rows[at]._replace(**values)
    data = write_csv(rows) if as_csv else write_xml(rows)
    verified_fixes(data.encode(), "csv" if as_csv else "xml", unsafe=unsafe)


MARKS = (
    *(b"<", b">", b"&amp;", b'"', b"'", b",", b"\n", b"\r", b" ", b"@", b"-", b"\0", b"\xc3"),
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<name/>", b"<record>", b"</record>", b"<br/>"),
    *(b"<note>", b"</note>", b"<?x ?>", b"&#32;", b"\xc2\xa0", b'""', b"TCP"),
)


def test_what_holds_for_damaged_dumps() -> None:
    random = Random(6335)
    cases = [case.values[0] for case in fix_cases()]
    outcomes: Counter[str] = Counter()
    for _ in range(400):
        case = random.choice(cases)
        form = case.get("form", "xml")
        data = bytearray(completed(case["input"], form).encode())
        for _ in range(random.randint(1, 4)):
            at = random.randrange(len(data))
            removed = random.choice((0, 0, random.randint(1, 6)))
            data[at : at + removed] = random.choice((b"", *MARKS))
        try:
            fixes = verified_fixes(bytes(data), form, unsafe=random.random() < 0.4)
            outcomes["fixed" if fixes.counts else "not fixed"] += 1
        except (CallError, Unusable):
            outcomes["refused"] += 1
    assert min(outcomes["fixed"], outcomes["not fixed"]) > 50


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "unsafe", "expected"),
    [
        ("2014-07.csv", False, {"OR001": 3, "OR002": 4, "OR003": 35, "PN004": 6, "ST002": 4}),
        ("2026-08-17.xml", True, {"AC007": 14, "OR002": 4, "OR003": 41, "PN004": 6, "ST002": 4,
                                  "TX002": 19, "TX004": 7, "TX005": 17, "TX006": 8}),
    ],
)  # fmt: skip
def test_published_dumps(name: str, expected: dict[str, int], *, unsafe: bool) -> None:
    fixes = verified_fixes(published(name).read_bytes(), unsafe=unsafe)
    assert sorted_counts(fixes.counts) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_last_row_gets_the_line_end_of_the_others(end: str) -> None:
    rows = [f"quay,{port},tcp,Quay log,[Ann],[Ann],2020-01-02,,,,," for port in (4622, 4621)]
    fixes = verified_fixes(end.join([HEADER, *rows]).encode(), "csv")
    assert fixes.fixed.decode() == "".join(line + end for line in (HEADER, *rows[::-1]))


# -- the command --------------------------------------------------------------------------------

ROW = "harbor,4621-4621,tcp,Harbor log,[Ann],[Ann],2020-01-02,,,,,"
FAULTY = f"{HEADER}\n{ROW}\n,4622,, Unassigned,,,,,,,,\n,4623,,unassigned - yet,,,,,,,,\n"
FIXED = FAULTY.replace("4621-4621", "4621").replace(" Unassigned", "Unassigned")
COUNTS = "2 findings can be fixed: PN004 1, TX002 1"
MORE = "--unsafe can fix 1 more finding: ST002 1"
PATCH = f"""\
--- dump.csv
+++ dump.csv
@@ -1,4 +1,4 @@ PN004 degenerate-port-range, TX002 outer-white-space
 {HEADER}
-{ROW}
-,4622,, Unassigned,,,,,,,,
+{ROW.replace("4621-4621", "4621")}
+,4622,,Unassigned,,,,,,,,
 ,4623,,unassigned - yet,,,,,,,,
"""


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.csv"
    path.write_bytes(FAULTY.encode())
    return path


Call = Callable[..., Called]


@pytest.mark.parametrize("options", [(), ("--diff",)])
def test_diff(call: Call, dump: Path, options: tuple[str, ...]) -> None:
    ended = call("fix", "dump.csv", "--isolated", *options)
    assert ended.status == 1
    assert ended.text == PATCH
    assert ended.said == f"ianalint: dump.csv: {COUNTS}\nianalint: dump.csv: {MORE}\n"
    assert dump.read_text("utf-8") == FAULTY


def test_output(call: Call, dump: Path, tmp_path: Path) -> None:
    ended = call("fix", "dump.csv", "--isolated", "--quiet", "--output", "fixes.patch")
    assert (ended.status, ended.text, ended.said) == (1, "", "")
    assert (tmp_path / "fixes.patch").read_bytes().decode() == PATCH


def test_no_output_without_an_input(call: Call, tmp_path: Path) -> None:
    (tmp_path / "fixes.patch").write_text("earlier")
    ended = call("fix", "missing.csv", "--isolated", "--output", "fixes.patch")
    assert ended.status == 2
    assert (tmp_path / "fixes.patch").read_text() == "earlier"


def test_write(call: Call, dump: Path) -> None:
    mode = dump.stat().st_mode
    ended = call("fix", "dump.csv", "--isolated", "--write", "--quiet")
    assert (ended.status, ended.text, ended.said) == (0, "", "")
    assert dump.read_bytes().decode() == FIXED
    assert dump.stat().st_mode == mode
    again = call("fix", "dump.csv", "--isolated")
    assert (again.status, again.text) == (0, "")
    assert again.said.startswith("ianalint: dump.csv: nothing to fix\n")


def test_unsafe(call: Call, dump: Path) -> None:
    ended = call("fix", "dump.csv", "--isolated", "--write", "--unsafe")
    assert dump.read_bytes().decode() == FIXED.replace("unassigned - yet", "Unassigned (yet)")
    assert ended.said == ("ianalint: dump.csv: 3 findings fixed: PN004 1, ST002 1, TX002 1\n")


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        (("--select", "PN004"), "PN004 1"),
        (("--select", "degenerate-port-range,TX"), "PN004 1, TX002 1"),
        (("--ignore", "TX"), "PN004 1"),
    ],
)
def test_selection(call: Call, dump: Path, words: tuple[str, ...], counts: str) -> None:
    ended = call("fix", "dump.csv", "--isolated", *words)
    assert ended.status == 1
    assert f"can be fixed: {counts}\n" in ended.said


def test_waivers_of_the_configuration(call: Call, dump: Path, tmp_path: Path) -> None:
    waiver = '[[waive]]\nrule = "PN004"\nservice = "harbor"\nreason = "as agreed"\n'
    (tmp_path / "ianalint.toml").write_text(waiver)
    assert "1 finding can be fixed: TX002 1\n" in call("fix", "dump.csv").said
    (tmp_path / "ianalint.toml").write_text(waiver + "until = 2020-01-01\n")
    assert f"{COUNTS}\n" in call("fix", "dump.csv").said


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_packed(call: Call, tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    name = "dump.csv.gz" if pack is gzip.compress else "dump.csv.xz"
    data = pack(FAULTY.encode())
    (tmp_path / name).write_bytes(data)
    ended = call("fix", name, "--isolated")
    assert (ended.status, ended.text) == (1, PATCH)
    assert ended.said.startswith(f"ianalint: {name}: the patch is for the unpacked file\n")
    ended = call("fix", name, "--isolated", "--write")
    assert (ended.status, ended.text) == (2, "")
    assert ended.said == (
        f"ianalint: {name}: --write cannot change a packed file. Unpack it first.\n"
    )
    assert (tmp_path / name).read_bytes() == data


def test_standard_input() -> None:
    data = FAULTY.encode()
    ended = ianalint("fix", "-", "--isolated", data=data)
    assert (ended.status, ended.text) == (1, PATCH.replace("dump.csv", "stdin"))
    ended = ianalint("fix", "-", "--isolated", "--write", data=data)
    assert (ended.status, ended.text) == (0, FIXED)
    nothing = FIXED.encode()
    ended = ianalint("fix", "-", "--isolated", "--write", data=nothing)
    assert (ended.status, ended.out) == (0, nothing)
    ended = ianalint("fix", "-", "--isolated", "--stdin-filename", "dump.csv", data=data)
    assert (ended.status, ended.text) == (1, PATCH)
    assert "apply the patch" not in ended.said
    name = os.path.join(os.pardir, "dump.csv")
    ended = ianalint("fix", "-", "--isolated", "--stdin-filename", name, data=data)
    assert (ended.status, ended.text) == (1, PATCH)
    assert ended.said.startswith(f"ianalint: {name}: apply the patch in {os.pardir}\n")


def test_several_files(call: Call, dump: Path, tmp_path: Path) -> None:
    shutil.copy(SMALL, tmp_path / "small.xml")
    (tmp_path / "other.txt").write_text("no dump\n")
    ended = call("fix", "small.xml", "missing.csv", "other.txt", "dump.csv", "--isolated")
    assert ended.status == 2
    assert ended.text == PATCH
    assert "small.xml: nothing to fix\n" in ended.said
    assert "missing.csv" in ended.said
    assert "other.txt" in ended.said


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xml", b"\xff\xfe" + "<registry/>".encode("utf-16-le"), "not valid UTF-8"),
        ("a.csv", FAULTY.replace("log", "l\u00f6g").encode("latin-1"), "not valid UTF-8"),
        ("a.html", SMALL.with_suffix(".html").read_bytes(), "cannot fix HTML (only XML and CSV)"),
        ("a.json", SMALL.with_suffix(".json").read_bytes(), "cannot fix JSON (only XML and CSV)"),
        (
            "a.txt",
            SMALL.with_suffix(".txt").read_bytes(),
            "cannot fix plain text (only XML and CSV)",
        ),
        ("a.csv", b"", "a.csv is empty"),
    ],
)
def test_what_cannot_be_fixed(
    call: Call, tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    for words in (("--diff",), ("--write",)):
        ended = call("fix", name, "--isolated", *words)
        assert (ended.status, ended.text) == (2, "")
        assert message in ended.said
        assert (tmp_path / name).read_bytes() == data


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("dump.csv", "--write", "--diff"), "--diff"),
        (("dump.csv", "--write", "--output", "x"), "--output is for the patch"),
        (("dump.csv", "--output", "dump.csv"), "dump.csv"),
        (("dump.csv", "--select", "DT005"), "no selected rule can be fixed"),
        (("dump.csv", "--select", "PN04"), "PN04"),
        ((), "FILE"),
    ],
)
def test_calls_that_are_refused(
    call: Call, dump: Path, words: tuple[str, ...], message: str
) -> None:
    ended = call("fix", *words, "--isolated")
    assert ended.status == 2
    assert message in ended.said
    assert dump.read_bytes().decode() == FAULTY


def test_a_file_that_breaks_off_is_fixed_as_far_as_it_was_read(call: Call, tmp_path: Path) -> None:
    record = "<record><description>unassigned</description></record>"
    data = completed(f"{record}<record><description>unassigned</description>\n", "xml").encode()
    data = data[: data.index(b"<people>")]
    (tmp_path / "a.xml").write_bytes(data)
    ended = call("fix", "a.xml", "--isolated", "--write")
    assert ended.status == 1
    assert "a.xml was read with 1 error" in ended.said
    assert (tmp_path / "a.xml").read_bytes() == data.replace(b"unassigned", b"Unassigned", 1)


def test_a_byte_order_mark_stays(call: Call, tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + FAULTY.encode()
    (tmp_path / "a.csv").write_bytes(data)
    patch = call("fix", "a.csv", "--isolated").out
    assert patched(data, patch) == b"\xef\xbb\xbf" + FIXED.encode()
    call("fix", "a.csv", "--isolated", "--write")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + FIXED.encode()


def test_a_terminal_gets_no_control_characters(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes(FAULTY.replace("log", "\x1b[31mlog").encode())
    assert b"\x1b[31m" in call("fix", "a.csv", "--isolated").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = call("fix", "a.csv", "--isolated").out
    assert b"\x1b" not in shown
    assert b"Harbor \\x1b[31mlog" in shown


def test_the_encoding_of_standard_output_does_not_matter(dump: Path, tmp_path: Path) -> None:
    data = FAULTY.replace("log", "l\u00f6g\u3042").encode()
    dump.write_bytes(data)
    ended = ianalint(
        "fix", "dump.csv", "--isolated", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"}
    )
    assert patched(data, ended.out) == FIXED.replace("log", "l\u00f6g\u3042").encode()


APPLIERS = {
    "git": ("git", "apply", "-"),
    "git -p0": ("git", "apply", "-p0", "-"),
    "patch": ("patch", "-p0"),
}
NAMES = ("dump.csv", "two words.csv", 'quote"d.csv', "tab\tbed.csv", "z\u00f6e.csv", "back\\.csv")


def applied(tool: str, patch: bytes, folder: Path) -> None:
    words = APPLIERS[tool]
    if shutil.which(words[0]) is None:
        pytest.skip(f"there is no {words[0]} here")
    done = subprocess.run(words, cwd=folder, input=patch, capture_output=True, check=False)
    assert done.returncode == 0, done


@pytest.mark.skipif(os.name == "nt", reason="names that this system does not have")
@pytest.mark.parametrize("tool", APPLIERS)
@pytest.mark.parametrize("name", NAMES)
def test_names_in_patches(tool: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FAULTY.encode())
    ended = forked("fix", f"./{name}", "--isolated", cwd=tmp_path)
    applied(tool, ended.out, tmp_path)
    assert (tmp_path / name).read_bytes().decode() == FIXED


@pytest.mark.parametrize("tool", ["git -p0", "patch"])
def test_a_file_in_a_folder_below(tool: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    path = tmp_path / "dumps" / "dump.csv"
    path.write_bytes(FAULTY.encode())
    ended = call("fix", path, "--isolated")
    assert ended.text == PATCH.replace("dump.csv", "dumps/dump.csv")
    applied(tool, ended.out, tmp_path)
    assert path.read_bytes().decode() == FIXED


def test_a_file_elsewhere_has_its_name_alone(
    call: Call, dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    ended = call("fix", "../dump.csv", "--isolated")
    assert ended.text == PATCH
    assert ended.said.startswith("ianalint: ../dump.csv: apply the patch in ..\n")


@pytest.mark.parametrize("tool", APPLIERS)
@pytest.mark.parametrize("form", ["crlf", "no line end", "inserted at the end", "one line", "xml"])
def test_the_tools_make_what_write_makes(tool: str, form: str, call: Call, tmp_path: Path) -> None:
    lines = FAULTY.rstrip("\n").split("\n")
    data = {
        "crlf": FAULTY.replace("\n", "\r\n"),
        "no line end": FAULTY.rstrip("\n") + "x,, a",
        "inserted at the end": "\n".join([lines[0], lines[3], *lines[1:3]]),
        "one line": completed("<record><description> Unassigned</description></record>", "xml"),
        "xml": completed("<record>\n<name/>\n<note/></record>\n", "xml"),
    }[form].encode()
    path = tmp_path / "dump"
    path.write_bytes(data)
    patch = call("fix", "dump", "--isolated").out
    assert patch
    # The last cell of one row is one too many: it is not read.
    has_gap = form == "no line end"
    assert call("fix", "dump", "--isolated", "--write").status == has_gap
    written = path.read_bytes()
    assert written != data
    path.write_bytes(data)
    applied(tool, patch, tmp_path)
    assert path.read_bytes() == written
