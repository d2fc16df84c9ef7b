"""What other linters call the commands, options, formats and keys of this one.

This is loaded only where a word is unknown.
"""

from __future__ import annotations

from collections.abc import Collection

# By what a word is: ours, and theirs that mean the same.
_EQUIVALENTS = {
    "command": {
        "check": ("lint", "validate", "verify", "scan"),
        "completion": ("completions", "generate-shell-completion"),
        "fetch": ("download", "update", "update-specs"),
        "fix": ("format",),
        "lookup": ("query", "search", "show", "whois"),
        "rules": ("explain", "linter", "list", "list-rules"),
    },
    "key": {
        "exclude": ("extend-exclude", "ignore-paths"),
        "fail-on": ("fail-level", "fail-severity"),
        "format": ("output-format",),
        "ignore": ("disable", "exclude-rules", "extend-ignore"),
        "per-file": ("per-file-ignores", "overrides"),
        "select": ("enable", "extend-select"),
        "waive": ("exceptions", "suppress", "suppressions", "waivers"),
    },
    "option": {
        "--color never": ("--no-color", "--nocolor"),
        "--config": ("--config-file", "--ruleset", "-c"),
        "--fail-on": ("--fail-level", "--fail-severity"),
        "--fail-on never": ("--exit-zero", "--no-exit-codes", "--nofail"),
        "--fail-on warning": ("--strict",),
        "--format": ("--output-format",),
        "--ignore": ("--disable", "--exclude-rules", "--extend-ignore", "--ignore-checks"),
        "--isolated": ("--no-config",),
        "--jobs auto": ("--parallel", "--processes", "-j"),
        "--max-findings": ("--limit-errors",),
        "--min-severity error": ("--display-only-failures", "--no-warnings"),
        "--output": ("--out-file", "--output-file"),
        "--quiet": ("--silent",),
        "--select": ("--enable", "--extend-select", "--include-checks", "--pick-errors", "--rules"),
        "--show-files": ("--list-files",),
        "--stdin-filename": ("--stdin-filepath",),
        "--write-baseline": ("--add-noqa", "--add-ignore"),
        "[[per-file]] in the configuration": ("--per-file-ignores",),
        "`rules` in the configuration": ("--append-rules", "--custom-rules"),
        "ianalint fix": ("--diff", "--fix", "--show-fixes"),
        "ianalint rules": ("--list-rules",),
    },
    "format": {
        "concise": ("grep", "line", "parsable", "parseable", "pylint", "short", "unix"),
        "github": ("github-actions", "github-annotations"),
        "gitlab": ("code-climate", "codeclimate", "code-quality", "gitlab-code-quality"),
        "jsonl": ("json-lines", "jsonlines", "ndjson"),
        "junit": ("junit-xml", "xml"),
        "markdown": ("md",),
        "text": ("full", "human", "plain", "pretty", "stylish"),
    },
}


def equivalent(noun: str, word: str, candidates: Collection[str]) -> str | None:
    """Return which of `candidates` other linters call `word`; `None` where that is none.

    It may have a value, as in `--fail-on never`.  `noun` is what the word is.
    """
    for ours, theirs in _EQUIVALENTS.get(noun, {}).items():
        if word in theirs and ours.split(" ")[0] in candidates:
            return ours
    return None
