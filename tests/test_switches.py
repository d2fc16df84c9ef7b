"""What all commands share on the command line: short options, help, formats, what would be done."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CLEAN, FAULTY, Called, dump, ianalint, record
from validator.commands import COMMANDS
from validator.commands.arguments import help_texts
from validator.errors import nearest, unknown
from validator.reporters import FORMATS
from validator.rules import catalogue
from validator.settings.table import SETTINGS

Call = Callable[..., Called]
SN = ("check", "--isolated", "--select", "SN")
SHORT = {"-o": "--output", "-f": "--format", "-q": "--quiet", "-v": "--verbose"}


@pytest.mark.parametrize("command", COMMANDS)
def test_short_options_are_the_same_everywhere(command: str) -> None:
    __import__(f"validator.commands.{command}")
    parser = sys.modules[f"validator.commands.{command}"].arguments()
    options = parser._option_string_actions
    for short, long in SHORT.items():
        assert options.get(short) is options.get(long)
    assert {"-h", "--help", "--version", "--debug"} <= options.keys()


def test_every_text_of_the_help_is_that_of_an_option() -> None:
    texts = help_texts()
    everywhere: set[str] = set()
    for command in COMMANDS:
        __import__(f"validator.commands.{command}")
        actions = sys.modules[f"validator.commands.{command}"].arguments()._actions
        names = {(action.option_strings or [action.dest])[-1].lstrip("-") for action in actions}
        assert texts[command].get("options", {}).keys() <= names
        everywhere |= names
    assert texts["options"].keys() <= everywhere
    assert texts.keys() == {"help", "options", *COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_by_name(call: Call, command: str) -> None:
    assert call("help", command).text == call(command, "--help").text


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_of_help(call: Call, word: str) -> None:
    assert call("help", word).text == call("--help").text


def test_help_of_no_command(call: Call) -> None:
    ended = call("help", "chekc")
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said.splitlines()[0] == ('ianalint: unknown command "chekc"; did you mean check?')


# -- an option twice ----------------------------------------------------------------------------

TWICE = {
    "request r.yaml": ("--registry a", "--config a", "--fail-on error"),
    "lookup 80": ("--registry a",),
    "check a.xml": ("--baseline a", "--write-baseline a", "--output a.json", "--max-size 1",
                    "--today 2026-01-01", "--min-severity warning", "--input-format csv"),
    "audit services": ("--registry a", "--previous a", "--as services"),
    "compare a b": ("--output a.json", "--max-records 5"),
    "diff a b": ("--since 2026-01-01", "--record a", "--git a"),
    "convert a": ("--to csv", "--output a"),
    "fix a": ("--output a",),
    "fetch": ("--url https://example.org/a", "--output a"),
}  # fmt: skip
OTHER = {"1": "2", "warning": "note", "5": "6", "error": "never", "csv": "xml", "services": "nmap"}


@pytest.mark.parametrize(
    ("words", "option"), [(words, option) for words in TWICE for option in TWICE[words]]
)
def test_an_option_with_one_value_twice(call: Call, words: str, option: str) -> None:
    name, value = option.split()
    other = OTHER.get(value, f"{value[:-1]}2")
    ended = call(*words.split(), name, value, name, other)
    message = f"ianalint: {name}: expected one value, got {value} and {other}\n"
    assert (ended.status, ended.out, ended.said.startswith(message)) == (2, b"", True)


@pytest.mark.parametrize("words", ["--format json --format concise", "--color never --color auto"])
def test_the_look_of_a_report_twice(faulty: Path, call: Call, words: str) -> None:
    ended = call(
        *SN, "faulty.xml", "--today", "2026-11-01", "--today", "2026-11-01", *words.split()
    )
    assert (ended.status, ended.out[:1]) == (1, b"f")
    assert faulty.is_dir()


# -- the format of an output --------------------------------------------------------------------


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    (tmp_path / "faulty.xml").write_bytes(FAULTY)
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_that_contradicts_its_suffix(faulty: Path, call: Call, form: str) -> None:
    ended = call(*SN, "faulty.xml", "-f", "json", "--report", f"{form}=r.html")
    assert (ended.status, ended.out == b"") == ((1, False) if form == "html" else (2, True))
    message = f"ianalint: --report {form}=r.html: .html is for html"
    assert ended.said.partition("\n")[0] == ("" if form == "html" else message)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("r.json", "json"),
        ("R.JSON", "json"),
        ("r.sarif", "sarif"),
        ("r.sarif.json", "sarif"),
        ("r.html", "html"),
        ("r.md", "markdown"),
        ("r.xml", "junit"),
        ("r.jsonl", "jsonl"),
        ("r.txt", "text"),
        ("r.out", "concise"),
        ("json", "concise"),
    ],
)
def test_the_suffix_chooses_the_format(faulty: Path, call: Call, name: str, form: str) -> None:
    (faulty / "c.toml").write_text('format = "concise"')
    words = ("check", "faulty.xml", "--select", "SN", "--config", "c.toml")
    expected = call(*words, "-f", form, "-o", "report").status, (faulty / "report").read_bytes()
    assert (call(*words, "-o", name).status, (faulty / name).read_bytes()) == expected


SUFFIXES = {
    ".sarif.json": "sarif", ".sarif": "sarif", ".json": "json sarif gitlab", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown",
    ".xml": "junit", ".txt": "text concise github",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_format_that_contradicts_the_suffix(
    faulty: Path, call: Call, form: str, suffix: str
) -> None:
    ended = call(*SN, "faulty.xml", "--format", form, "--output", f"r{suffix}")
    assert ended.out == b""
    if form in SUFFIXES[suffix].split():
        assert (ended.status, ended.said) == (1, "")
        return
    assert ended.status == 2
    assert ended.said.startswith(f"ianalint: --format {form} contradicts --output r{suffix}: ")
    assert not (faulty / f"r{suffix}").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "x.json"), ""),
        (("-o", "x.csv"), ""),
        (("-o", "x.xml"), ""),
        (("-o", "services", "--to", "services"), ""),
        (("-o", "x.csv", "--to", "json"), "--to json contradicts --output x.csv: .csv is for csv"),
        (("-o", "x.dat"), "expected --to json, csv, xml or services"),
        ((), "expected --to json, csv, xml or services"),
    ],
)
def test_the_suffix_chooses_the_target(
    faulty: Path, call: Call, words: tuple[str, ...], said: str
) -> None:
    ended = call("convert", "faulty.xml", "-q", *words)
    assert ended.status == (2 if said else 0)
    assert said in ended.said
    if not said and words[-1] != "services":
        assert call("compare", "faulty.xml", words[-1], "-q").status == 0


# -- the nearest word ---------------------------------------------------------------------------

CODES = [*catalogue.rules(), *(rule.name for rule in catalogue.rules().values())]
OPTIONS = [f"--{setting.hyphenated}" for setting in SETTINGS.values() if setting.option]


@pytest.mark.parametrize(
    ("word", "words", "expected"),
    [
        ("chekc", COMMANDS, "check"),
        ("ckeck", COMMANDS, "check"),
        ("conver", COMMANDS, "convert"),
        ("requst", COMMANDS, "request"),
        ("comp", COMMANDS, "compare"),
        ("run", COMMANDS, None),
        ("validate", COMMANDS, None),
        ("verify", COMMANDS, None),
        ("lint", COMMANDS, None),
        ("list", COMMANDS, None),
        ("help", COMMANDS, None),
        ("xyzzy", COMMANDS, None),
        ("--selct", OPTIONS, "--select"),
        ("--max-szie", OPTIONS, "--max-size"),
        ("--maxsize", OPTIONS, "--max-size"),
        ("--failon", OPTIONS, "--fail-on"),
        ("--legacy-cut", OPTIONS, "--legacy-cutoff"),
        ("--strict", OPTIONS, None),
        ("--fix", OPTIONS, None),
        ("--all", OPTIONS, None),
        ("--exit-zero", OPTIONS, None),
        ("SN05", CODES, "SN005"),
        ("sn001", CODES, "SN001"),
        ("SN5", CODES, "SN005"),
        ("sn0005", CODES, "SN005"),
        ("sn10", CODES, "SN010"),
        ("sn005", CODES, "SN005"),
        ("sn", ["PN", "SN"], "SN"),
        ("SNO01", CODES, "SN001"),
        ("servce-name-case", CODES, "service-name-case"),
        # The beginning of one is nearer than another with wrong letters.
        (
            "service-name-adj",
            ["service-name-case", "service-name-adjacent"],
            "service-name-adjacent",
        ),
        ("E501", CODES, None),
        ("W", CODES, None),
        ("SN999", CODES, None),
        ("port-number", CODES, "port-number-out-of-range"),
        ("serivce", ["service", "port", "transport"], "service"),
        ("ports", ["service", "port", "transport"], "port"),
        ("name", ["service", "port", "transport"], None),
        ("owner", ["service", "port", "transport"], None),
        ("jsno", FORMATS, "json"),
        ("JSON", FORMATS, "json"),
        ("sariff", FORMATS, "sarif"),
        ("mark", FORMATS, "markdown"),
        ("pdf", FORMATS, None),
        ("yaml", FORMATS, None),
        ("csv", FORMATS, None),
        ("xml", FORMATS, None),
        ("", FORMATS, None),
        ("j", FORMATS, None),
        ("x" * 100_000, FORMATS, None),
    ],
)
def test_only_a_misspelling_is_corrected(word: str, words: list[str], expected: str | None) -> None:
    assert nearest(word, words) == expected


def test_a_long_word_is_shown_shortened() -> None:
    assert unknown("key", "x" * 1000, ["a", "b"]) == (
        f'unknown key "{"x" * 60}..."; expected a or b'
    )


def test_the_nearest_record_is_named(call: Call, faulty: Path) -> None:
    (faulty / "old.xml").write_bytes(CLEAN)
    ended = call("diff", "old.xml", "faulty.xml", "--record", "flie-sync/80/tcp")
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said.startswith(
        'ianalint: no record "flie-sync/80/tcp" in these dumps; did you mean file-sync/tcp?\n'
    )


@pytest.mark.parametrize(
    ("word", "hint"),
    [("tpc", "tcp"), ("UDP6", "udp"), ("sctpp", "sctp"), ("quick", ""), ("x" * 5000, "")],
)
def test_the_nearest_transport_is_named(call: Call, tmp_path: Path, word: str, hint: str) -> None:
    (tmp_path / "services").write_text(f"# services\nhttp 80/{word}\n")
    (tmp_path / "request.yaml").write_text(f"service_name: a\ntransport_protocols: [{word}]\n")
    for words in (("audit", "services", "--select", "CS004"), ("request", "request.yaml")):
        report = json.loads(call(*words, "--isolated", "-f", "json").out)
        [message] = [f["message"] for f in report["findings"] if f["code"] in ("CS004", "RQ040")]
        assert message.startswith("unknown transport")
        assert message.endswith(
            f"; did you mean {hint}?" if hint else "(expected tcp, udp, sctp or dccp)"
        )


USAGE = 'Run "ianalint --help" for usage.'
DOCUMENTED = 'Run "ianalint rules SN005" for what this rule requires.'
RULE_LIST = 'Run "ianalint rules" for the list of rules.'


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [
        ("explain SN005", 'unknown command "explain"; did you mean rules?', DOCUMENTED),
        ("explain sn005", 'unknown command "explain"; did you mean rules?', DOCUMENTED),
        ("SN005", 'unknown command "SN005"', DOCUMENTED),
        ("help SN005", 'unknown command "SN005"', DOCUMENTED),
        (
            "service-name-adjacent-hyphens",
            'unknown command "service-name-adjacent-hyphens"',
            DOCUMENTED,
        ),
        ("rule SN005", 'unknown command "rule"; did you mean rules?', DOCUMENTED),
        ("explain", 'unknown command "explain"; did you mean rules?', USAGE),
        ("explain hyphens", 'unknown command "explain"; did you mean rules?', USAGE),
        ("chekc a --select SN005", 'unknown command "chekc"; did you mean check?', USAGE),
        ("rules zzz", 'unknown rule "zzz"', RULE_LIST),
        ("rules ph", 'unknown rule "ph"', RULE_LIST),
        ("rules SN05", 'unknown rule "SN05"; did you mean SN005?', RULE_LIST),
        (
            "rules baselines",
            'unknown rule "baselines"',
            RULE_LIST,
        ),
        (
            "rules Hyphens",
            'unknown rule "Hyphens"',
            "Rules that mention it: SN005 service-name-adjacent-hyphens,"
            " AL012 alias-name-derivation, DT001 malformed-date, RQ010 requested-name-malformed,"
            " RQ079 internationalized-name, CS011 entry-name-syntax",
        ),
    ],
)
def test_a_call_about_a_rule_names_the_command_and_the_rules(
    call: Call, line: str, first: str, second: str
) -> None:
    ended = call(*line.split())
    assert (ended.status, ended.out) == (2, b"")
    assert ended.said == f"ianalint: {first}\nianalint: {second}\n"


def test_many_rules_that_mention_a_word_are_cut(call: Call) -> None:
    said = call("rules", "port").said.splitlines()[1]
    assert said.startswith("ianalint: Rules that mention it: SN009 service-name-several-ports, ")
    assert re.search(r"(, [A-Z]{2}\d{3} [a-z-]+){7}, and \d{3} more$", said)


WITH_A_FILE = [
    ("check", "{}"),
    ("check", "{}", "--show-files"),
    ("check", "one.xml", "--baseline", "{}"),
    ("check", "one.xml", "--config", "{}"),
    ("request", "{}"),
    ("request", "{}", "--show-files"),
    ("audit", "{}"),
    ("audit", "one.xml", "--registry", "{}"),
    ("diff", "one.xml", "{}"),
    ("diff", "one.xml", "{}", "--show-files"),
    ("compare", "one.xml", "{}"),
    ("convert", "{}", "--to", "json"),
    ("fix", "{}"),
    ("fix", "{}", "--show-files"),
    ("lookup", "80", "--registry", "{}"),
]


@pytest.mark.parametrize("words", WITH_A_FILE, ids=" ".join)
def test_the_nearest_file_is_named(folder: Path, call: Call, words: tuple[str, ...]) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "three.xml").write_bytes(CLEAN)
    for wrong, hint in [
        ("two.xm", "; did you mean two.xml?"),
        ("Two.xml", "; did you mean two.xml?"),
        (os.path.join("sub", "thre.xml"), f"; did you mean {os.path.join('sub', 'three.xml')}?"),
        ("nothing.csv", ""),
        (os.path.join("none", "two.xml"), ""),
        ("https://example.org/two.xml", None),
    ]:
        if os.path.exists(wrong):  # on a system where case does not count
            continue
        ended = call(*(word.format(wrong) for word in words))
        message = f"{wrong} cannot be read: No such file or directory{hint}"
        if hint is None:
            message = f'{wrong} is an address; "ianalint fetch --url" downloads a dump'
        assert ended.status == 2
        assert f"ianalint: {message}\n" in ended.said


# -- standard input with a name ------------------------------------------------------------------

LIST = "Name,Port\nbilling,8500\nreports,8500\n"
TABLE = (
    b"Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,"
    b"Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes\n"
    b"a,4621-4621,tcp,Invented,[A],[A],2020-01-02,,,,,\n"
)
NAMED = [
    (("check",), "data/dump.xml", FAULTY, b"data/dump.xml:5:"),
    (("check", "--select", "MD"), "data/dump.xml", FAULTY, b"part of a registry"),
    (("fix", "--select", "PN"), "data/dump.csv", TABLE, b"--- data/dump.csv"),
    (("request",), "data/mine.toml", b"service_name = 'tide'\n", b"data/mine.toml:1:"),
    (("request",), "data/mine.json", b'{"service_name": "tide"}', b"data/mine.json:1:"),
    (("request",), "data/mine.yaml", b"service_name: tide\n", b"data/mine.yaml:1:"),
    (("audit",), "data/list.csv", LIST.encode(), b"data/list.csv:3:"),
    (("audit",), "data/list.json", b'{"billing": 8500, "a": 8500}', b"data/list.json:1:"),
    (("audit",), "data/list.md", b"|Name|Port|\n|-|-|\n|a|99999|\n", b"data/list.md:3:"),
    (("audit",), "data/services", b"http 80/tcp\n", b"Wireshark's services"),
]


@pytest.mark.parametrize(("words", "name", "data", "part"), NAMED)
def test_standard_input_with_a_name_is_that_file(
    folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...], name: str, data: bytes, part: bytes,
) -> None:  # fmt: skip
    """Form, places and settings are the same; what is named is checked, whatever is excluded."""
    (folder / "ianalint.toml").write_text(
        'exclude = ["data/"]\n[[per-file]]\nfiles = "data/*"\nwhole = false\n'
        "severity = {SN006 = 'note'}\n"
        "[[audit.file]]\npath = 'data/services'\nas = 'wireshark'\n"
    )
    (folder / "data").mkdir()
    (folder / name).write_bytes(data)
    for more in ((), ("-f", "json"), ("--show-files",)):
        if words[0] == "fix" and more == ("-f", "json"):
            continue
        by_name = call(*words, name, *more)
        (folder / name).rename(folder / "away")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        piped = call(*words, "-", "--stdin-filename", name, *more)
        (folder / "away").rename(folder / name)
        assert (piped.status, piped.out, piped.said) == (by_name.status, by_name.out, by_name.said)
        assert more or part in piped.out


@pytest.mark.parametrize("command", ["check", "fix", "request", "audit"])
def test_a_name_needs_standard_input(call: Call, command: str) -> None:
    for files in (("a.xml",), () if command != "fix" else ("b",)):
        ended = call(command, *files, "--isolated", "--stdin-filename", "a.xml")
        assert (ended.status, ended.out) == (2, b"")
        assert ended.said == "ianalint: --stdin-filename needs - (standard input) as FILE\n"
    empty = call(command, "-", "--isolated", "--stdin-filename", "")
    assert empty.status == 2
    assert empty.said.startswith("ianalint: --stdin-filename: must not be empty\n")


# -- what would be done -------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.xml").write_bytes(CLEAN)
    (tmp_path / "two.xml").write_bytes(FAULTY)
    (tmp_path / "request.yaml").write_text("service_name: tide-sync\n")
    (tmp_path / "ianalint.toml").write_text(
        '# ours\nfiles = ["*.xml"]\nselect = [\n  "SN",\n]\nignore = ["SN009"]\n'
        "max-size = 3\n\n[severity]\nSN006 = 'error'\n\n"
        "[[waive]]\nrule = 'SN001'\nreason = 'old'\n"
    )
    return tmp_path


def settings_shown(text: str) -> dict[str, tuple[str, str]]:
    """The settings of `--show-settings`: their values as TOML, and the sources."""
    rows = [line.rpartition("  # ") for line in text.splitlines() if "  # " in line]
    pairs = [(row.rstrip().partition(" = "), source) for row, _, source in rows]
    return {name.removeprefix("# "): (value, source) for (name, _, value), source in pairs}


def test_settings_and_their_sources(folder: Path, call: Call) -> None:
    ended = call("check", "--show-settings", "--ignore", "SN008", "--today", "2026-10-01")
    assert (ended.status, ended.said) == (0, "")
    assert ended.text.startswith("# configuration: ianalint.toml\n")
    shown = settings_shown(ended.text)
    assert shown["files"] == ('["*.xml"]', "ianalint.toml:2")
    assert shown["select"] == ('["SN"]', "ianalint.toml:3")
    assert shown["ignore"] == ('["SN009", "SN008"]', "ianalint.toml:6, command line")
    assert shown["max-size"] == ("3", "ianalint.toml:7")
    assert shown["severity"] == ('{SN006 = "error"}', "ianalint.toml:9")
    assert shown["fail-on"] == ('"error"', "default")
    assert shown["today"] == ('"2026-10-01"', "command line")
    assert shown["[[waive]]"] == ("", "ianalint.toml:12")
    unset = ended.text.splitlines()[-1].removeprefix("# not set: ").split(", ")
    assert {"whole", "input-format", "baseline"} <= set(unset)
    assert not shown.keys() & set(unset)
    written = tomllib.loads(ended.text)
    (folder / "again.toml").write_text(ended.text)
    again = call("check", "--show-settings", "--config", "again.toml").text
    assert tomllib.loads(again) == written


TABLES = """\
[audit.private]
require = ["owner"]
columns = {name = "Service", port = "Port"}

[audit.private.ranges]
"front end" = '3000-3099'

[[waive]]
rule = "PN014"
port = 80
reason = 'the "old" one'
until = 2027-01-01

[[audit.file]]
path = "ports.md"
previous = "../ports.md"
as = "private"

[audit]
history = ["dumps"]
max-age = 3

[[waive]]
rule = "CS107"
reason = "b"

[[per-file]]
files = "x*"
whole = true
select = [
  "SN"]
[per-file.severity]
SN001 = "note"
"""
# Each row with the line that it comes from, and whether options of the call below replace it.
TABLE_ROWS = [
    ("[[per-file]]", 27, ""),
    ('files = "x*"', 28, ""),
    ("whole = true", 29, ""),
    ('select = ["SN"]', 30, "replaced"),
    ("[per-file.severity]", 32, ""),
    ('SN001 = "note"', 33, ""),
    ("[[waive]]", 8, ""),
    ('rule = "PN014"', 9, ""),
    ("port = 80", 10, ""),
    (r'reason = "the \"old\" one"', 11, ""),
    ("until = 2027-01-01", 12, ""),
    ("[[waive]]", 23, ""),
    ('rule = "CS107"', 24, ""),
    ('reason = "b"', 25, ""),
    ("[audit]", 19, ""),
    (f"history = [{json.dumps(os.path.join('..', 'dumps'))}]", 20, ""),
    ("max-age = 3", 21, "replaced"),
    ("[audit.private]", 1, ""),
    ('require = ["owner"]', 2, ""),
    ("[audit.private.columns]", 3, ""),
    ('name = "Service"', 3, ""),
    ('port = "Port"', 3, ""),
    ("[audit.private.ranges]", 5, ""),
    ('"front end" = "3000-3099"', 6, ""),
    ("[[audit.file]]", 14, ""),
    (f"path = {json.dumps(os.path.join('..', 'ports.md'))}", 15, ""),
    (f"previous = {json.dumps(os.path.join('..', '..', 'ports.md'))}", 16, ""),
    ('as = "private"', 17, "replaced"),
]


@pytest.mark.parametrize("is_shared", [False, True])
def test_tables_are_shown_with_the_line_of_each_key(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, is_shared: bool
) -> None:
    text, name, first = TABLES, "ianalint.toml", 0
    if is_shared:
        text = "[tool.ianalint]\n" + re.sub(r"(?m)^(\[+)(?=[a-z])", r"\1tool.ianalint.", TABLES)
        name, first = "pyproject.toml", 1
    (tmp_path / name).write_text(text)
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")

    def rows(*words: str) -> list[list[str]]:
        text = call("audit", "--show-settings", *words).text
        assert not is_shared or "[tool" not in text
        return [
            [part.strip() for part in line.split("  # ")]
            for line in text.splitlines()
            if f"{name}:" in line
        ]

    path = os.path.join(tmp_path, name)
    assert rows() == [[row, f"{path}:{first + line}"] for row, line, _ in TABLE_ROWS]
    replaced = ", replaced by the command line"
    assert rows("--select", "CS", "--max-age", "9", "--as", "nmap", "--full") == [
        [f"# {row}", f"{path}:{first + line}{replaced}"]
        if fate
        else [row, f"{path}:{first + line}"]
        for row, line, fate in TABLE_ROWS
    ]


def test_a_table_without_a_heading_begins_with_the_first_one_in_it(
    tmp_path: Path, call: Call
) -> None:
    (tmp_path / "ianalint.toml").write_text("\n\n[audit.private]\nrequire = ['x']\n")
    shown = settings_shown(call("audit", "--show-settings").text)
    assert shown["[audit]"] == ("", "ianalint.toml:3")
    assert shown["require"] == ('["x"]', "ianalint.toml:4")


RULE = """\
from validator.engine.rule import WARNING, rule

@rule("OURS001", WARNING, "Policy")
def ours(registry):
    \"\"\"A rule that finds nothing.\"\"\"
    return iter(())
"""


@pytest.mark.parametrize(
    "words", ["check", "request", "audit", "diff", "compare a b", "fix a", "lookup 80", "rules"]
)
def test_keys_without_an_option_are_shown(tmp_path: Path, words: str) -> None:
    """Rules of a user run, and a baseline counts, where no option of the command says so."""
    (tmp_path / "ours.py").write_text(RULE)
    (tmp_path / "ianalint.toml").write_text(
        'rules = ["ours.py"]\nwhole = true\nbaseline = "known.json"\n'
    )
    shown = settings_shown(ianalint(*words.split(), "--show-settings", cwd=tmp_path).text)
    assert shown["rules"] == ('["ours.py"]', "ianalint.toml:1")
    assert shown["whole"] == ("true", "ianalint.toml:2")
    assert shown["baseline"] == ('"known.json"', "ianalint.toml:3")


def test_a_table_of_settings_can_be_a_configuration(tmp_path: Path, call: Call) -> None:
    (tmp_path / "ianalint.toml").write_text(TABLES)
    shown = tomllib.loads(call("audit", "--show-settings").text)
    original = tomllib.loads(TABLES)
    original["audit"]["file"][0]["previous"] = os.path.join("..", "ports.md")
    assert {key: shown[key] for key in original} == original


def test_select_of_the_command_line_replaces_what_the_configuration_says(
    folder: Path, call: Call
) -> None:
    shown = settings_shown(call("check", "--show-settings", "--select", "PN").text)
    assert shown["select"] == ('["PN"]', "command line")
    assert "ignore" not in shown


@pytest.mark.parametrize(
    "command", ["check", "request", "audit", "diff", "fix", "lookup", "compare", "convert"]
)
def test_each_command_shows_the_settings_that_it_has(
    folder: Path, call: Call, command: str
) -> None:
    needed = {"lookup": ["80"], "fix": ["a"], "compare": ["a", "b"], "convert": ["a"]}
    words = [command, *needed.get(command, ()), "--show-settings"]
    ended = call(*words)
    assert (ended.status, ended.said) == (0, "")
    shown = settings_shown(ended.text)
    assert shown["max-size"] == ("3", "ianalint.toml:7")
    assert ("files" in shown) == (command == "check")
    assert call(*words, "--isolated").text.startswith("# configuration: none\n")


@pytest.mark.parametrize(
    ("words", "paths", "status"),
    [
        (("check",), ["one.xml", "two.xml"], 0),
        (("check", "two.xml", "."), ["two.xml", "./one.xml"], 0),
        (("check", "one.xml", "none*"), ["one.xml"], 2),
        (("diff", "one.xml", "two.xml"), ["one.xml", "two.xml"], 0),
        (("fix", "*.xml"), ["one.xml", "two.xml"], 0),
        (("check", "missing.csv", "one.xml"), ["one.xml"], 2),
        (("request", "."), ["./request.yaml"], 0),
        (("audit", "one.xml", "-"), ["one.xml", "-"], 0),
    ],
)
def test_the_files_that_would_be_checked(
    folder: Path, call: Call, words: tuple[str, ...], paths: list[str], status: int
) -> None:
    ended = call(*words, "--show-files")
    assert (ended.status, ended.text.splitlines()) == (status, paths)
    assert ("no file matches none*" in ended.said) == ("none*" in words)
    assert ("missing.csv cannot be read: No such" in ended.said) == ("missing.csv" in words)


def test_verbose_is_about_configuration_inputs_and_rules(folder: Path, call: Call) -> None:
    (folder / "ports.csv").write_bytes(b"Service Name,Port Number\r\na,1\r\n")
    ended = call("check", "one.xml", "ports.csv", "--select", "SN", "-v", "-f", "json")
    said = ended.said.splitlines()
    assert said[:2] == [
        "ianalint: configuration: ianalint.toml",
        "ianalint: checked one.xml: XML of 2026-08-17, 1 record, part of a registry",
    ]
    assert any(line.startswith("ianalint: skipped: SN008") for line in said)
    assert said[-2].startswith("ianalint: time: reading ")
    assert json.loads(ended.out)["inputs"]
    quiet = call("check", "one.xml", "-v", "-q")
    assert quiet.status == 2
    assert "-q/--quiet and -v/--verbose cannot be combined" in quiet.said


def test_debug_is_an_option_of_every_command(call: Call, tmp_path: Path) -> None:
    (tmp_path / "many.xml").write_bytes(dump(record("a"), record("b")))
    assert call("convert", "many.xml", "--to", "csv", "--debug", "-q").status == 0
