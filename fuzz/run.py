"""`python -m fuzz.run [SECONDS] [TARGET ...]`: runs targets one after the other, and tells figures.

Each target runs in a process of its own under atheris, with a corpus that grows in
`fuzz/corpus/TARGET` (not part of the project) from `fixtures/`.  An input that breaks a promise is
left in `fuzz/found/TARGET`; the exit status is 1 then.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"
NAMES = (
    "xml", "csv", "txt", "html", "json", "any", "reporters", "writers", "request",
    "configuration", "baseline", "structured",
)  # fmt: skip
_LONGEST = 65_536


def seeds(name: str) -> dict[str, bytes]:
    """The inputs that `name` begins with, by a name for their files."""
    from tests.cases import completed, rule_cases

    if name == "configuration":
        waiver = b'[[waive]]\nrule = "PN014"\nservice = "x11"\nreason = "r"\nuntil = 2027-01-01\n'
        most = b'files = ["a.csv"]\nignore = ["OR"]\nfail-on = "note"\nmax-size = 3\n'
        return {"waiver": waiver, "most": most + b'[severity]\nSN = "note"\n' + waiver}
    if name == "baseline":
        entry = b'{"fingerprint": "SN005/a", "code": "SN005", "message": "m", "reason": "r"}'
        return {"one": b'{"format_version": 1, "findings": [' + entry + b"]}"}
    if name == "request":
        files = [
            *(FIXTURES / "requests").glob("*.*"),
            *(FIXTURES / "requests" / "drafts").iterdir(),
        ]
        return {
            path.name: b"\0" + path.read_bytes()
            for path in sorted(files)
            if path.name not in ("expected.toml", "registry.xml") and len(path.suffixes) == 1
        }
    if name == "structured":
        return {"none": b"\0" * 4, "four": bytes(range(16))}
    first = b"\0" if name in ("reporters", "writers") else b""
    found = {
        path.name: first + path.read_bytes()
        for path in sorted((FIXTURES / "registry").iterdir())
        if name not in ("xml", "csv", "txt", "html", "json") or path.suffix == f".{name}"
    }
    for number, (code, case) in enumerate(rule_cases()):
        form = case.get("form", "xml")
        if form == name or not name.islower() or first or name == "any":
            text = completed(case["input"], form).encode(case.get("bytes", "utf-8"))
            found[f"{code}-{number}"] = first + text
    return found


def fuzz(name: str, seconds: int) -> bool:
    """Run one target; return whether it kept every promise."""
    corpus, crashes = HERE / "corpus" / name, HERE / "found" / name
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for file, data in seeds(name).items():
        (corpus / file).write_bytes(data)
    done = subprocess.run(
        [
            sys.executable, "-m", "fuzz.one", name, str(corpus), f"-max_total_time={seconds}",
            f"-max_len={_LONGEST}", "-timeout=20", "-rss_limit_mb=1024", "-print_final_stats=1",
            f"-artifact_prefix={crashes}/", "-dict=" + str(HERE / "words.dict"),
        ],
        cwd=HERE.parent, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    executed = re.findall(r"number_of_executed_units: (\d+)", done.stderr)
    covered = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", done.stderr)
    edges, features, held = covered[-1] if covered else ("?", "?", "?")
    print(
        f"{name:<14} {executed[-1] if executed else '?':>9} executions  {edges:>6} edges"
        f"  {features:>6} features  {held:>5} inputs  {'ok' if done.returncode == 0 else 'BROKEN'}",
        flush=True,
    )
    if done.returncode:
        trace = done.stderr.partition("=== Uncaught Python exception: ===")[2] or done.stderr
        print("\n".join(trace.splitlines()[:25] + done.stderr.splitlines()[-3:]), flush=True)
    return done.returncode == 0


def main() -> int:
    words = sys.argv[1:]
    seconds = int(words.pop(0)) if words and words[0].isdigit() else 60
    unknown = set(words) - set(NAMES)
    if unknown:
        print(f"there is no target {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    kept = [fuzz(name, seconds) for name in words or NAMES]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
