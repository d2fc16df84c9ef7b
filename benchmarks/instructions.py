"""Count what a check costs: instructions and modules, which do not depend on the machine's speed.

`python -m benchmarks.instructions --store` writes the limits for `tests/test_cost.py`, which checks
a small generated registry.  They are for one build of Python.  Store them again after a change that
makes a check slower on purpose, and say so in the commit.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.registries import registry

STORED = Path(__file__).parent / "cost.json"
ROOT = Path(__file__).parent.parent
RECORDS = 400
CHECK = ("-m", "validator", "check", "--isolated", "--today", "2026-12-31")
HOW_TO_GET_VALGRIND = (
    "valgrind is not installed (Debian: apt install valgrind); instructions are not counted"
)


def environment() -> dict[str, str]:
    """An environment for repeatable runs: a fixed hash seed, compiled modules."""
    excluded = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "IANALINT_CACHE_DIR", "FORCE_COLOR")
    others = {name: value for name, value in os.environ.items() if name not in excluded}
    return {**others, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}


def instructions(command: Sequence[str]) -> int:
    """Count the instructions of `command` with callgrind; runs differ by less than 0.1 %."""
    tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    process = subprocess.run(
        [*tool, *command], capture_output=True, text=True, env=environment(), check=False
    )
    for line in process.stderr.splitlines():
        if "Collected" in line and process.returncode in (0, 1):
            return int(line.split()[-1])
    raise SystemExit(f"callgrind did not count {' '.join(command)}: {process.stderr[-500:]}")


def modules(words: Sequence[str]) -> int:
    """Count the modules that a run of the command loads."""
    code = (
        "import sys; from validator.__main__ import main; main();"
        "print(len(sys.modules), file=sys.stderr)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True, text=True, env=environment(), check=True,
    )  # fmt: skip
    return int(process.stderr.split()[-1])


def version() -> str:
    """The version and build of this Python."""
    build = f"{sysconfig.get_platform()} {sysconfig.get_config_var('OPT') or ''}"
    return f"{sys.implementation.name} {sys.version.split()[0]} {' '.join(build.split())}"


def measured() -> dict[str, object]:
    """Count the instructions of a check of a small generated registry."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "small.xml")
        Path(path).write_bytes(registry(RECORDS))
        subprocess.run([sys.executable, *CHECK, path], env=environment(), capture_output=True)
        bare = instructions([sys.executable, "-c", "pass"])
        return {"python": version(), "instructions": instructions([sys.executable, *CHECK, path]),
                "bare": bare}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--store", action="store_true", help=f"write the figures to {STORED.name}")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        raise SystemExit(HOW_TO_GET_VALGRIND)
    figures = measured()
    print(json.dumps(figures, indent=1))
    if options.store:
        STORED.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
