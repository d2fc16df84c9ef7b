"""`python -m fuzz.run [SECONDS] [TARGET ...]`: runs targets and prints figures.

Each target runs in a process of its own under atheris, with a corpus that grows in
`fuzz/corpus/TARGET` (not part of the project) from `fixtures/`.  An input that breaks a promise is
written to `fuzz/found/TARGET`; the exit status is 1 then.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"
NAMES = (
    "xml", "csv", "txt", "html", "json", "any", "reporters", "writers", "request",
    "services", "nmap", "wireshark", "private", "configuration", "baseline", "structured",
)  # fmt: skip
FORMS = NAMES[:5]
_MAX_LENGTH = 65_536
_WAIVER = b'[[waive]]\nrule = "PN014"\nservice = "x11"\nreason = "r"\nuntil = 2027-01-01\n'
_SEEDS = {
    "configuration": {
        "waiver": _WAIVER,
        "most": b'files = ["a.csv"]\nignore = ["OR"]\nfail-on = "note"\nmax-size = 3\n'
        b'[severity]\nSN = "note"\n' + _WAIVER,
    },
    "baseline": {
        "one": b'{"format_version": 1, "findings": [{"fingerprint": "SN005/a", "code": "SN005",'
        b' "message": "m", "reason": "r"}]}',
    },
    "structured": {"none": b"\0" * 4, "four": bytes(range(16))},
}


def seeds(name: str) -> dict[str, bytes]:
    """The first inputs of a target, by file name."""
    if name in _SEEDS:
        return _SEEDS[name]
    if name in ("services", "nmap", "wireshark", "private"):
        return _consumer_files(name)
    if name == "request":
        paths = [*(FIXTURES / "requests").glob("*.*"), *(FIXTURES / "requests/drafts").iterdir()]
        return {
            path.name: b"\0" + path.read_bytes()
            for path in sorted(paths)
            if path.name not in ("expected.toml", "registry.xml") and len(path.suffixes) == 1
        }
    return _dumps(name)


def _consumer_files(kind: str) -> dict[str, bytes]:
    """The files of the cases that have the form; the first byte chooses what is written."""
    from fuzz.targets import LIST_SUFFIXES
    from validator.reporters import FORMATS

    inputs = {}
    for path in sorted((FIXTURES / "rules" / "CS").glob("*.toml")):
        cases = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        for number, case in enumerate(cases):
            head, _, text = case["file"].partition("\n")
            name = head.removeprefix("# ").partition(",")[0]
            suffix = name.rpartition(".")[2]
            if name == kind or (kind == "private" and suffix in LIST_SUFFIXES):
                at = LIST_SUFFIXES.index(suffix) if kind == "private" else 0
                choice = (at * len(FORMATS) + number % len(FORMATS)) % 256
                inputs[f"{path.stem}-{number}"] = bytes([choice]) + text.encode()
    return inputs


def _dumps(name: str) -> dict[str, bytes]:
    """The dumps of the fixtures and of the cases of rules, in the form of a reader or in all."""
    from tests.cases import completed, rule_cases

    one_form = name in FORMS
    # The first byte chooses the format or form that is written.
    prefix = b"\0" if name in ("reporters", "writers") else b""
    inputs = {
        path.name: prefix + path.read_bytes()
        for path in sorted((FIXTURES / "registry").iterdir())
        if not one_form or path.suffix == f".{name}"
    }
    for number, (code, case) in enumerate(rule_cases()):
        form = case.get("form", "xml")
        if "input" in case and (not one_form or form == name):
            text = completed(case["input"], form).encode(case.get("bytes", "utf-8"))
            inputs[f"{code}-{number}"] = prefix + text
    return inputs


def fuzz(name: str, seconds: int) -> bool:
    """Run one target; return whether no promise was broken."""
    corpus, crashes = HERE / "corpus" / name, HERE / "found" / name
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for file, data in seeds(name).items():
        (corpus / file).write_bytes(data)
    process = subprocess.run(
        [
            sys.executable, "-m", "fuzz.one", name, str(corpus), f"-max_total_time={seconds}",
            f"-max_len={_MAX_LENGTH}", "-timeout=20", "-rss_limit_mb=1024", "-print_final_stats=1",
            f"-artifact_prefix={crashes}/", "-dict=" + str(HERE / "words.dict"),
        ],
        cwd=HERE.parent, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    executed = re.findall(r"number_of_executed_units: (\d+)", process.stderr)
    covered = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", process.stderr)
    outcome = "ok" if process.returncode == 0 else "BROKEN"
    edges, features, size = covered[-1] if covered else ("?", "?", "?")
    print(
        f"{name:<14} {executed[-1] if executed else '?':>9} executions  {edges:>6} edges"
        f"  {features:>6} features  {size:>5} inputs  {outcome}",
        flush=True,
    )
    if process.returncode:
        trace = process.stderr.partition("=== Uncaught Python exception: ===")[2] or process.stderr
        print("\n".join(trace.splitlines()[:25] + process.stderr.splitlines()[-3:]), flush=True)
    return process.returncode == 0


def main() -> int:
    words = sys.argv[1:]
    seconds = int(words.pop(0)) if words and words[0].isdigit() else 60
    unknown = set(words) - set(NAMES)
    if unknown:
        print(f"unknown target: {', '.join(sorted(unknown))} (known: {', '.join(NAMES)})")
        return 2
    results = [fuzz(name, seconds) for name in words or NAMES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
