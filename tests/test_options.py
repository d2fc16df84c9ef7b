"""The options of each command as `--help` lists them, and the values at their bounds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import Called
from validator.commands import COMMANDS

Call = Callable[..., Called]

DUMPS = "--max-size MIB, --max-length CHARACTERS, --max-depth LEVELS, --max-records NUMBER"
RULES = "--max-findings NUMBER, --max-match SECONDS"
TIME = "--max-time SECONDS"
FORM = "--input-format xml|csv|txt|html|json"
SELECTION = "--select RULES, --ignore RULES, --severity CODE=LEVEL"
FAIL_ON = "--fail-on error|warning|note|never"
BASELINE = "--baseline FILE, --write-baseline FILE, --fail-on-stale"
REPORT = (
    "-f, --format text|concise|json|jsonl|sarif|junit|github|gitlab|markdown|html,"
    " -o, --output FILE, --report FORMAT=FILE, --min-severity error|warning|note, --summary,"
    " --group-by file|rule|severity|record, --sort place|severity|rule|record, --list-all,"
    " --color auto|always|never"
)
MANNER = "-q, --quiet, -v, --verbose"
CONFIGURATION = {"Configuration": "--config FILE, --isolated, --show-settings"}
HELP = {"Help": "--debug, -h, --help, --version"}

OPTIONS: dict[str, dict[str, str]] = {
    "check": {
        "Inputs": "FILE, --sample, --exclude GLOBS, --stdin-filename NAME,"
        f" {FORM}, --whole, --partial, --show-files",
        "Rules": f"{SELECTION}, --today YYYY-MM-DD, --legacy-cutoff YYYY-MM",
        "Exit status": f"{FAIL_ON}, {BASELINE}, --legacy summary|show|fail",
        "Limits": f"{DUMPS}, {RULES}, {TIME}",
        "Report": f"{REPORT}, --statistics, {MANNER}",
        "Speed": "--jobs N|auto",
        **CONFIGURATION,
    },
    "request": {
        "Inputs": "FILE, --show-files, --registry DUMP, --exclude GLOBS, --stdin-filename NAME,"
        " --suggest-ports N",
        "Rules": f"{SELECTION}, {FAIL_ON}, --today YYYY-MM-DD",
        "Limits": f"{DUMPS}, {RULES}, --max-request-size KIB, --max-requests NUMBER, {TIME}",
        "Report": f"{REPORT}, --render form|rfc|rfcxml, --template, --all-answers, {MANNER}",
        **CONFIGURATION,
    },
    "audit": {
        "Inputs": "FILE, --show-files, --registry DUMP, --exclude GLOBS, --stdin-filename NAME,"
        " --as services|nmap|wireshark|private, --full, --subset, --history PATH, --git PATH,"
        f" --previous FILE, {FORM}",
        "Rules": f"{SELECTION}, --today YYYY-MM-DD",
        "Exit status": f"{FAIL_ON}, {BASELINE}, --max-age DAYS",
        "Limits": f"{DUMPS}, {RULES}, {TIME}",
        "Report": f"{REPORT}, --fates FILE, --statistics, {MANNER}",
        **CONFIGURATION,
    },
    "lookup": {
        "Arguments": "WORD",
        "Options": f"--registry DUMP, --exclude GLOBS, {FORM}, -f, --format text|json, -q, --quiet",
        "Limits": f"{DUMPS}, {TIME}",
        **CONFIGURATION,
    },
    "compare": {
        "Arguments": "A, B",
        "Options": f"--exclude GLOBS, {SELECTION}, {FAIL_ON}, {MANNER}",
        "Limits": f"{DUMPS}, {RULES}, {TIME}",
        "Report": REPORT,
        **CONFIGURATION,
    },
    "diff": {
        "Inputs": "FILE, --git PATH, --since YYYY-MM-DD, --squash,"
        f" --record NAME/PORT/TRANSPORT, --show-files, --exclude GLOBS, {FORM}, --whole,"
        f" --partial, {DUMPS}, {RULES}, {TIME}",
        "Rules": f"{SELECTION}, --today YYYY-MM-DD, --legacy-cutoff YYYY-MM",
        "Exit status": f"--only-new, {FAIL_ON}, --legacy summary|show|fail",
        "Report": f"{REPORT}, --full, {MANNER}",
        **CONFIGURATION,
    },
    "fix": {
        "Arguments": "FILE",
        "Options": "--show-files, --diff, --write, --unsafe, --select RULES, --ignore RULES,"
        f" --today YYYY-MM-DD, --exclude GLOBS, --stdin-filename NAME, {FORM}, {DUMPS}, {TIME},"
        " -o, --output FILE, -q, --quiet",
        **CONFIGURATION,
    },
    "convert": {
        "Arguments": "FILE",
        "Options": "--to json|csv|xml|services, --for-spreadsheets, --exclude GLOBS,"
        f" {FORM}, {DUMPS}, {TIME}, -o, --output FILE, -q, --quiet",
        **CONFIGURATION,
    },
    "rules": {
        "Arguments": "RULE",
        "Options": "--test, -f, --format text|json, --color auto|always|never",
        **CONFIGURATION,
    },
    "schema": {"Arguments": "NAME"},
    "completion": {"Arguments": "SHELL"},
    "fetch": {
        "Source": "--form xml|csv|txt|html, --url URL, --force",
        "Limits": f"--timeout SECONDS, --max-size MIB, {TIME}, --insecure-http",
        "Output": "-o, --output FILE, -q, --quiet",
    },
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_of_a_command(
    call: Call, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    groups = {}
    for block in call(command, "--help").text.split("\n\n"):
        title, _, rows = block.partition(":\n")
        if title[0].isupper() and title != "Examples":
            groups[title] = ", ".join(re.findall(r"(?m)^  (\S.*?)(?=  |$)", rows))
    assert {title: text for title, text in groups.items() if text} == OPTIONS[command] | HELP


def test_the_texts_of_the_help_are_in_one_column(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = call("convert", "--help").text.splitlines()
    assert "  --to json|csv|xml|services  the format to write (default: by the suffix of" in lines
    assert "  --isolated                  read no configuration" in lines
