"""The pytest plugin on files that were made from the registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.consumer_cases import FOLDER
from validator.rules import catalogue

PLUGIN = ("-p", "validator.pytest_plugin", "-p", "no:cacheprovider")
REGISTRY = f"ianalint_registry = {FOLDER / 'registry.xml'}"
# The previous version of one file is given for two.
SHARED = "previous: before is one file for 2 audited files"
SERVICES = "http 80/tcp www\ntide 8142/tcp\nour-board 8040/tcp\n"


@pytest.fixture(autouse=True)
def _no_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "220")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def run(pytester: pytest.Pytester, *words: str, **files: str) -> pytest.RunResult:
    for name, text in files.items():
        path = Path(name.replace("__", "/").replace("_", "."))
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return pytester.runpytest_inprocess(*PLUGIN, *words)


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """The outcome of each item that did not pass, by code."""
    lines = [line.split() for line in result.outlines if "::" in line.split(" ")[0]]
    return {
        line[0].partition("::")[2]: word
        for line in lines
        for word in ("FAILED", "SKIPPED", "XFAIL")
        if word in line
    }


def items(result: pytest.RunResult) -> int:
    """How many items ran or were skipped."""
    return sum(count for word, count in result.parseoutcomes().items() if word != "warnings")


def test_an_item_for_each_rule_of_the_form(pytester: pytest.Pytester) -> None:
    ini = (
        f"[pytest]\nianalint_audit = etc/services ports.csv\n{REGISTRY}\nianalint_fail_on = warning"
    )
    pytester.makeini(ini)
    result = run(
        pytester, "-v", etc__services=SERVICES, ports_csv="Service,Port\na,8500\nb,8500\nc,8040\n"
    )
    assert outcomes(result) == {
        "CS107": "FAILED", "CS111": "FAILED", "CS401": "FAILED",
        **dict.fromkeys(("CS201", "CS202", "CS203", "CS204", "CS205", "CS206"), "SKIPPED"),
    }  # fmt: skip
    lines = "\n".join(result.outlines)
    assert "etc/services:3:1: CS107 warning 8040/tcp is registered as" in lines
    assert "ports.csv:3:3: CS401 error 8500/tcp is already listed" in lines
    rules = catalogue.rules("consumer")
    needs = {code: set(rule.needs) for code, rule in rules.items()}
    both = sum("previous" not in n and c not in ("CS304", "CS411") for c, n in needs.items())
    # CS017 and CS020 are about both files, and each file has an item for reading it.
    assert items(result) == both + 2 + 2
    assert "ports.csv::CS001" not in lines
    assert "etc/services::CS401" not in lines


def test_history_previous_and_expected_words(pytester: pytest.Pytester) -> None:
    history = f"ianalint_history = {FOLDER / 'earlier.xml'}"
    pytester.makeini(
        f"[pytest]\nianalint_audit = etc/services\n{REGISTRY}\n{history}\n"
        "ianalint_previous = before\nianalint_expect = tide/tcp=8042 http/tcp\n"
        "ianalint_fail_on = warning"
    )
    files = {"etc__services": "http 80/tcp\nold-harbour 8043/tcp\n", "before__services": SERVICES}
    result = run(pytester, "-v", **files)
    failed = {code for code, word in outcomes(result).items() if word == "FAILED"}
    assert failed == {"CS106", "CS301", "CS304"}
    result.stdout.fnmatch_lines(["*CS106 warning*until 2014-11-30*", "*CS304 error*tide*"])


@pytest.mark.parametrize(
    ("audited", "failing", "sentence"),
    [
        ("services", ["CS301"], '*CS301 warning "tide"/tcp is not answered any more*'),
        ("services others", ["reading", "reading"], SHARED),
    ],
)
def test_the_previous_version_of_a_file(
    pytester: pytest.Pytester, audited: str, failing: list[str], sentence: str
) -> None:
    pytester.makeini(
        f"[pytest]\nianalint_audit = {audited}\n"
        "ianalint_previous = before\nianalint_fail_on = warning\nianalint_select = CS3"
    )
    text = "http 80/tcp\n"
    result = run(pytester, "-v", services=text, others=text, before=f"{text}tide 8042/tcp\n")
    lines = [line.split() for line in result.outlines if line.startswith("FAILED ")]
    assert [line[1].partition("::")[2] for line in lines] == failing
    result.stdout.fnmatch_lines([sentence])


def test_what_the_configuration_says_of_audits(pytester: pytest.Pytester) -> None:
    """What a table says is for the file that it names: the third words of these are aliases."""
    pytester.makefile(
        ".toml",
        ianalint=f'''
            fail-on = "warning"
            registry = "{(FOLDER / "registry.xml").as_posix()}"
            exclude = ["truncated.xml"]
            [audit]
            history = ["dumps"]
            max-age = 30
            [audit.private]
            names = "rfc6335"
            [[audit.file]]
            path = "gone"
            as = "wireshark"
            [[audit.file]]
            path = "services"
            as = "services"
            full = true
            previous = "services.orig"
            [[per-file]]
            files = "ports.csv"
            ignore = ["CS405"]
        ''',
    )
    pytester.makeini(
        "[pytest]\nianalint_audit = services ports.csv\nianalint_config = ianalint.toml\n"
    )
    Path("services").write_text("# ours\ntide 8042/tcp 0.1\nold-harbour 8043/tcp 0.2\n")
    Path("services.orig").write_text("http 80/tcp 0.9\ntide 8042/tcp 0.1\n")
    text = (FOLDER / "earlier.xml").read_text(encoding="utf-8")
    files = {"dumps__earlier_xml": text, "dumps__truncated_xml": text[:600]}
    result = run(pytester, "-v", **files, ports_csv="service,port\nmy_app,8500\n")
    places = [line.split()[:2] for line in result.outlines if re.match(r"\S+:\d+:\d+: ", line)]
    assert places == [
        ["ports.csv:2:1:", "CS411"], ["services:3:1:", "CS106"],
        *[["services:1:1:", "CS201"]] * 5, ["services:1:1:", "CS205"],
        *[["services:1:1:", "CS301"]] * 2,
    ]  # fmt: skip
    collected = "\n".join(result.outlines)
    assert "ports.csv::CS404 list-column-missing PASSED" in collected
    assert "ports.csv::CS405" not in collected


def test_waivers_a_baseline_and_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makefile(
        ".toml",
        ianalint=f'''
            fail-on = "warning"
            [audit]
            registry = "{(FOLDER / "registry.xml").as_posix()}"
            [[audit.file]]
            path = "services"
            full = true
            [[waive]]
            rule = "CS107"
            service = "our-board"
            reason = "ours, until 2027"
            [[waive]]
            rule = "CS111"
            service = "gone"
            reason = "matches nothing"
        ''',
    )
    pytester.makefile(".json", known="")
    ini = "[pytest]\nianalint_audit = services\nianalint_config = ianalint.toml\n"
    pytester.makeini(ini)
    result = run(pytester, "-v", services=SERVICES)
    assert outcomes(result) == {
        "CS107": "XFAIL", "CS111": "FAILED", "CS201": "FAILED", "WV002": "FAILED",
    }  # fmt: skip
    result.stdout.fnmatch_lines(["*1 waived: ours, until 2027*"])


def test_a_baseline_holds(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from validator.cli import run as ianalint

    Path("services").write_text(SERVICES, encoding="utf-8")
    registry = str(FOLDER / "registry.xml")
    words = ["audit", "services", "--registry", registry, "--isolated", "--write-baseline"]
    assert ianalint([*words, "known.json"]) == 0
    capsys.readouterr()
    pytester.makeini(
        f"[pytest]\nianalint_audit = services\n{REGISTRY}\nianalint_baseline = known.json\n"
        "ianalint_fail_on = warning"
    )
    found = outcomes(run(pytester, "-v"))
    assert {code for code, word in found.items() if word == "XFAIL"} == {
        "CS015", "CS107", "CS111",
    }  # fmt: skip
    assert "FAILED" not in found.values()
    # What is gone from the file is stale in the baseline.
    found = outcomes(run(pytester, "-v", services="http 80/tcp www\ntide 8142/tcp\n"))
    assert {code: word for code, word in found.items() if word != "SKIPPED"} == {
        "CS111": "XFAIL", "BL001": "FAILED",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ini", "sentence"),
    [
        ("ianalint_audit = no-such", "ERROR: ianalint: audit: no file matches no-such"),
        ("ianalint_audits = services", 'ERROR: ianalint: unknown key "ianalint_audits"; did you *'),
        ("ianalint_audit = services\nianalint_expect = x", "*ianalint: expect: expected NAME/*"),
        *(
            (f"ianalint_{name} = x", f"ERROR: ianalint: {name} is for audits, and no file is *")
            for name in ("history", "previous", "expect")
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(
    pytester: pytest.Pytester, ini: str, sentence: str
) -> None:
    pytester.makeini(f"[pytest]\n{ini}")
    result = run(pytester, services=SERVICES)
    assert result.ret != 0
    (result.stderr if sentence.startswith("ERROR") else result.stdout).fnmatch_lines([sentence])


@pytest.mark.parametrize(
    ("ini", "part"),
    [
        ("ianalint_registry = no.xml", "no.xml cannot be read"),
        ("ianalint_registry = bad.xml", "bad.xml"),
        (f"{REGISTRY}\nianalint_history = bad.xml", "bad.xml"),
        (f"{REGISTRY}\nianalint_previous = gone", "gone cannot be read"),
    ],
    ids=["missing registry", "truncated registry", "truncated history", "missing previous file"],
)
def test_what_cannot_be_read_is_no_pass(pytester: pytest.Pytester, ini: str, part: str) -> None:
    pytester.makeini(f"[pytest]\nianalint_audit = services\n{ini}")
    cut = (FOLDER / "registry.xml").read_text(encoding="utf-8")[:3000]
    result = run(pytester, services=SERVICES, bad_xml=cut)
    result.assert_outcomes(failed=1, skipped=items(result) - 1)
    assert part in "\n".join(result.outlines)


def test_a_file_that_is_no_text_is_no_pass(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nianalint_audit = services")
    Path("services").write_bytes(b"http 80/tcp\0\n")
    result = run(pytester)
    rules = catalogue.rules("consumer").values()
    result.assert_outcomes(failed=1, skipped=sum(rule.is_default for rule in rules))
