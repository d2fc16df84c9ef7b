"""Measure `ianalint` beside what people would run instead: `python -m benchmarks.compare DUMP.xml`.

Each pair of commands runs in turn, A B A B, after one run of each that is not counted.  Times are
CPU seconds of the whole process (user and system) as the operating system accounts for them,
memory its peak.  The ratio is taken pair by pair, so that a machine that slows down for a while
slows both; what is printed is the median and, in brackets, the least and the greatest.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

PAIRS = 11
# No other plugin, no cache of results; the same for the run that checks and the one that does not.
PYTEST = [
    sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "validator.pytest_plugin",
]  # fmt: skip
IANALINT = [sys.executable, "-m", "validator"]


class Cost:
    """CPU seconds and peak memory (KiB) of one run."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.seconds = seconds
        self.memory = memory


def run(command: Sequence[str]) -> Cost:
    """Run `command`, throw its output away, and return what it cost."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    memory = usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Cost(usage.ru_utime + usage.ru_stime, memory)


def spread(values: Sequence[float], form: str) -> str:
    least, middle, most = min(values), statistics.median(values), max(values)
    return f"{middle:{form}} ({least:{form}}-{most:{form}})"


def together(commands: Sequence[Sequence[str]]) -> Cost:
    """Run several commands and return what they cost as if they were one."""
    costs = [run(command) for command in commands]
    return Cost(sum(cost.seconds for cost in costs), max(cost.memory for cost in costs))


def compare(title: str, ours: Sequence[str], *theirs: Sequence[str], pairs: int) -> None:
    """Compare `ours` with `theirs`: a command, or several one after the other."""
    run(ours)
    together(theirs)
    measured = [(run(ours), together(theirs)) for _ in range(pairs)]
    ratios = [mine.seconds / other.seconds for mine, other in measured]
    memory = [mine.memory / other.memory for mine, other in measured]
    mine = statistics.median(cost.seconds for cost, _ in measured)
    other = statistics.median(cost.seconds for _, cost in measured)
    times = f"{mine * 1000:.0f} ms : {other * 1000:.0f} ms"
    print(f"{title:<44} {spread(ratios, '.2f'):<20} {spread(memory, '.2f'):<20} {times}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dump", type=Path, help="a whole registry in XML")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    dump = str(options.dump)
    check = [*IANALINT, "check", "--isolated", "--today", "2026-12-31"]
    print(f"{'command : compared with':<44} {'CPU time, ratio':<20} {'memory, ratio':<20} medians")
    if shutil.which("xmllint"):
        xmllint = ["xmllint", "--noout", dump]
        compare("check : xmllint --noout", [*check, dump], xmllint, pairs=options.pairs)
        json = [*check, "--format", "json", dump]
        compare("check --format json : xmllint --noout", json, xmllint, pairs=options.pairs)
    else:
        print("xmllint is not here (Debian: libxml2-utils); nothing to compare `check` with")
    nothing = [sys.executable, "-c", "pass"]
    compare("--version : python -c pass", [*IANALINT, "--version"], nothing, pairs=options.pairs)
    with TemporaryDirectory() as folder:
        test = Path(folder, "test_nothing.py")
        test.write_text("def test_nothing(): pass\n", "utf-8")
        pytest = [*PYTEST, "--rootdir", folder]
        plugin = [*pytest, "--ianalint-files", options.dump.name, "--ianalint-today", "2026-12-31"]
        compare(
            "pytest --ianalint : check + pytest of nothing",
            [*plugin, dump], [*check, dump], [*pytest, str(test)], pairs=options.pairs,
        )  # fmt: skip
    print(f"a plugin that is not used: {spread(imported(options.pairs), '.2f')} ms to import")


def imported(times: int) -> list[float]:
    """Milliseconds to import the plugin where pytest is loaded, by Python's own account."""
    command = [sys.executable, "-X", "importtime", "-c", "import pytest, validator.pytest_plugin"]
    found = []
    for _ in range(times):
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        lines = [line.split("|") for line in told.splitlines() if "validator" in line]
        # Each module's own time: what it imports beside is of pytest, or listed itself.
        found.append(sum(int(line[0].rpartition(":")[2]) for line in lines) / 1000)
    return found


if __name__ == "__main__":
    main()
