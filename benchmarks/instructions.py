"""What a run costs by count and not by clock: instructions, modules, peak memory.

`python -m benchmarks.instructions --store` writes the figures that `tests/test_cost.py` holds a
check of a small generated registry to.  They are of one version of Python; a change that makes a
check dearer on purpose stores them anew and says so.
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
HOW_TO_GET_VALGRIND = "valgrind is not here (Debian: valgrind); no instructions are counted"


def environment() -> dict[str, str]:
    """The environment of a run that can be repeated: one order of hashes, compiled modules."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "IANALINT_CACHE_DIR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}


def instructions(command: Sequence[str]) -> int:
    """Count the instructions of `command` with callgrind; they repeat to some hundredths of 1 %."""
    tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    done = subprocess.run(
        [*tool, *command], capture_output=True, text=True, env=environment(), check=False
    )
    for line in done.stderr.splitlines():
        if "Collected" in line and done.returncode in (0, 1):
            return int(line.split()[-1])
    raise SystemExit(f"callgrind did not count {' '.join(command)}: {done.stderr[-500:]}")


def modules(words: Sequence[str]) -> int:
    """Count the modules that a run of the command has loaded in the end."""
    code = (
        "import sys; from validator.__main__ import main; main();"
        "print(len(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True, text=True, env=environment(), check=True,
    )  # fmt: skip
    return int(done.stderr.split()[-1])


def version() -> str:
    """The Python that figures are of: its version, and how it was built."""
    built = f"{sysconfig.get_platform()} {sysconfig.get_config_var('OPT') or ''}"
    return f"{sys.implementation.name} {sys.version.split()[0]} {' '.join(built.split())}"


def measured() -> dict[str, object]:
    """Measure a check of a small generated registry."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "small.xml")
        Path(path).write_bytes(registry(RECORDS))
        subprocess.run([sys.executable, *CHECK, path], env=environment(), capture_output=True)
        bare = instructions([sys.executable, "-c", "pass"])
        return {"python": version(), "instructions": instructions([sys.executable, *CHECK, path]),
                "bare": bare}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--store", action="store_true", help=f"write {STORED.name}")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        raise SystemExit(HOW_TO_GET_VALGRIND)
    figures = measured()
    print(json.dumps(figures, indent=1))
    if options.store:
        STORED.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
