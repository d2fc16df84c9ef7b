"""Compare `ianalint` with other tools: `python -m benchmarks.compare DUMP.xml`.

The commands of a pair run alternately, A B A B, after one run of each that is not counted.  Times
are CPU seconds of the whole process (user and system, with its child processes), memory is its
peak.  The ratio is computed for each pair, so that a slow phase of the machine affects both.
Printed are the median and, in brackets, the least and the greatest ratio.  Tools that are not
installed are listed, with the way to install them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.instructions import HOW_TO_GET_VALGRIND, environment, instructions, modules
from benchmarks.registries import ADVERSARIES, registry
from validator.model.vocabulary import COLUMN_HEADINGS

PAIRS = 11
RECORDS = 1500
# No other plugin and no cache, in the run with a dump and in the run without one.
PYTEST = [
    sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "validator.pytest_plugin",
]  # fmt: skip
IANALINT = [sys.executable, "-m", "validator"]
CHECK = [*IANALINT, "check", "--isolated", "--today", "2026-12-31"]
# What the rules check in each record alone, as constraints for the other tools.
_NAME = "^(?=.{1,15}$)(?=.*[A-Za-z])[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"
_DATE = "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
_PATTERNS = {
    "Service Name": _NAME, "Port Number": "^(0|[1-9][0-9]*)(-(0|[1-9][0-9]*))?$",
    "Transport Protocol": "^(tcp|udp|sctp|dccp)$", "Description": None, "Assignee": None,
    "Contact": "^(\\[[^\\[\\]]+\\])+$", "Registration Date": _DATE, "Modification Date": _DATE,
    "Reference": None, "Service Code": "^[0-9]+$", "Unauthorized Use Reported": None,
    "Assignment Notes": None,
}  # fmt: skip
# These rules; `check` has eight times as many, most of which no such schema can express.
EQUAL = ["--select", "FM,SN001,SN002,SN003,SN004,SN005,PN001,TP001,TP002,AC005,TX009,DT001,SC003"]
FIELDS = [
    {"name": name, "type": "string", **({"constraints": {"pattern": pattern}} if pattern else {})}
    for name, pattern in _PATTERNS.items()
]


class Cost:
    """CPU seconds, peak memory (KiB) and wall-clock seconds of one run."""

    def __init__(self, seconds: float, memory: int, wall: float) -> None:
        self.seconds = seconds
        self.memory = memory
        self.wall = wall

    def and_then(self, other: Cost) -> Cost:
        """The cost of both, one after the other."""
        return Cost(
            self.seconds + other.seconds, max(self.memory, other.memory), self.wall + other.wall
        )


def run(command: Sequence[str], **more: str) -> Cost:
    """Run `command`, discard its output, and return its cost."""
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment(), **more},
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    memory = usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Cost(usage.ru_utime + usage.ru_stime, memory, wall)


def spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 3),
        "least": round(min(values), 3),
        "most": round(max(values), 3),
    }


class Table:
    """Rows of results, printed as they are added."""

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs
        self.rows: list[dict[str, Any]] = []
        print(f"{'what : compared with':<50} {'ratio (least-most)':<22} {'at most':>8}")

    def add(self, what: str, values: Sequence[float], most: float | None, note: str = "") -> None:
        ratios = spread(values)
        text = f"{ratios['median']:.2f}"
        if len(values) > 1:
            text += f" ({ratios['least']:.2f}-{ratios['most']:.2f})"
        limit = "" if most is None else f"{most:.2f}"
        print(f"{what:<50} {text:<22} {limit:>8}  {note}", flush=True)
        self.rows.append({"what": what, **ratios, "at_most": most, "note": note})

    def compare(
        self,
        what: str,
        ours: Sequence[str],
        theirs: Sequence[str],
        most: float | None,
        *,
        then: Sequence[str] = (),
        memory: float | None = None,
        wall: bool = False,
        **more: str,
    ) -> None:
        """Add the ratio of two commands; with `memory`, also that of their peaks.

        `then` is a command that runs after `theirs`, so that `ours` is compared with both.
        """

        def others() -> Cost:
            return run(theirs).and_then(run(then, **more)) if then else run(theirs)

        run(ours, **more)
        others()
        pairs = [(run(ours, **more), others()) for _ in range(self.pairs)]
        if wall:
            ratios = [mine.wall / other.wall for mine, other in pairs]
            times = [(mine.wall, other.wall) for mine, other in pairs]
        else:
            ratios = [mine.seconds / other.seconds for mine, other in pairs]
            times = [(mine.seconds, other.seconds) for mine, other in pairs]
        mine, other = (statistics.median(side) * 1000 for side in zip(*times, strict=True))
        self.add(what, ratios, most, f"{mine:.0f} ms : {other:.0f} ms")
        if memory is not None:
            peaks = [(mine.memory, other.memory) for mine, other in pairs]
            peak = " : ".join(
                f"{statistics.median(p) / 1024:.0f} MiB" for p in zip(*peaks, strict=True)
            )
            self.add(f"peak memory, {what}", [a / b for a, b in peaks], memory, peak)


def imported(times: int) -> list[float]:
    """Milliseconds to import the plugin after pytest, as Python measures them."""
    command = [sys.executable, "-X", "importtime", "-c", "import pytest, validator.pytest_plugin"]
    totals = []
    for _ in range(times):
        log = subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment()
        ).stderr
        lines = [line.split("|") for line in log.splitlines() if "validator" in line]
        # Each module's own time: what it imports belongs to pytest, or is listed as well.
        totals.append(sum(int(line[0].rpartition(":")[2]) for line in lines) / 1000)
    return totals


def _tool(path: str | None, name: str, how: str) -> str | None:
    executable = shutil.which(path or name)
    if executable is None:
        print(f"{name} is not installed ({how}); comparison skipped")
    return executable


def _is_command(name: str) -> bool:
    process = subprocess.run([*IANALINT, name, "--help"], capture_output=True, env=environment())
    if process.returncode:
        print(f"this version has no command {name}; measurement skipped")
    return process.returncode == 0


def compare_with_others(table: Table, dump: str, folder: str, options: argparse.Namespace) -> None:
    xmllint = _tool(None, "xmllint", "Debian: libxml2-utils")
    if xmllint is not None:
        noout = [xmllint, "--noout", dump]
        table.compare("check : xmllint --noout", [*CHECK, dump], noout, 4.0, memory=1.0)
        table.compare("check --format json : xmllint --noout",
                      [*CHECK, "--format", "json", dump], noout, 4.5, memory=1.0)  # fmt: skip
    for form in ("csv", "json"):
        convert = [*IANALINT, "convert", dump, "--to", form, "--output", f"{folder}/dump.{form}"]
        subprocess.run(convert, env=environment(), capture_output=True, check=True)
    how = "pip install {0} in a separate environment, and pass --{0} PATH"
    frictionless = _tool(options.frictionless, "frictionless", how.format("frictionless"))
    if frictionless is not None:
        Path(folder, "schema.json").write_text(json.dumps({"fields": FIELDS}), "utf-8")
        theirs = [frictionless, "validate", "--trusted", "--schema", f"{folder}/schema.json",
                  f"{folder}/dump.csv"]  # fmt: skip
        ours = [*CHECK, f"{folder}/dump.csv"]
        table.compare("check of the CSV, every rule : frictionless", ours, theirs, 1 / 7)
        table.compare("its rules alone : frictionless", [*ours, *EQUAL], theirs, 1 / 7)
    checker = _tool(options.check_jsonschema, "check-jsonschema", how.format("check-jsonschema"))
    if checker is not None:
        schema = subprocess.run(
            [*IANALINT, "schema", "registry"], env=environment(), capture_output=True, check=True
        )
        with_patterns = json.loads(schema.stdout)
        fields = with_patterns["$defs"]["OneRecord"]["properties"]
        for heading, pattern in _PATTERNS.items():
            field = COLUMN_HEADINGS[heading]
            if pattern is not None and field != "contact":
                fields[field]["pattern"] = pattern
        Path(folder, "registry.schema.json").write_text(json.dumps(with_patterns), "utf-8")
        theirs = [checker, "--schemafile", f"{folder}/registry.schema.json", f"{folder}/dump.json"]
        table.compare("check, every rule : check-jsonschema on the JSON", [*CHECK, dump], theirs,
                      1 / 12)  # fmt: skip
        table.compare("its rules alone : check-jsonschema", [*CHECK, dump, *EQUAL], theirs, 1 / 12)
        table.compare("check of the JSON : check-jsonschema on it",
                      [*CHECK, f"{folder}/dump.json"], theirs, None)  # fmt: skip


def compare_with_itself(table: Table, dump: str, folder: str, options: argparse.Namespace) -> None:
    bare = [sys.executable, "-c", "pass"]
    script = shutil.which("ianalint", path=os.path.dirname(sys.executable))
    version = [script] if script is not None else IANALINT
    title = f"{'ianalint' if script else 'python -m validator'} --version : python -c pass"
    table.compare(title, [*version, "--version"], bare, 1.2)
    if options.request is not None and _is_command("request"):
        request = [*IANALINT, "request", options.request, "--registry", dump]
        table.compare("request : check", request, [*CHECK, dump], 1.2)
    if options.old is not None and _is_command("diff"):
        table.compare("diff : check", [*IANALINT, "diff", options.old, dump], [*CHECK, dump], 2.2)
    if _is_command("audit"):
        services = f"{folder}/services"
        words = ["convert", dump, "--to", "services", "--output", services]
        subprocess.run([*IANALINT, *words], env=environment(), capture_output=True, check=True)
        audit = [*IANALINT, "audit", "--isolated", services, "--registry", dump, "--full"]
        table.compare("audit of all services : check", audit, [*CHECK, dump], 1.5)
    dated = Path(folder, "dated")
    dated.mkdir()
    for number in range(4):
        shutil.copy(dump, dated / f"{number}.xml")
        shutil.copy(options.old or dump, dated / f"{number}-old.xml")
    every = [*CHECK, str(dated), "--format", "concise"]
    table.compare("--jobs 2 : --jobs 1, eight dumps, wall clock", [*every, "--jobs", "2"], every,
                  0.6, wall=True)  # fmt: skip
    test = Path(folder, "test_nothing.py")
    test.write_text("def test_nothing(): pass\n", "utf-8")
    pytest = [*PYTEST, "--rootdir", folder]
    plugin = [*pytest, "--ianalint-files", os.path.basename(dump), "--ianalint-today", "2026-12-31"]
    table.compare("pytest with a dump : check, then pytest without", [*plugin, dump],
                  [*CHECK, dump], 1.5, then=[*pytest, str(test)],
                  PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")  # fmt: skip
    table.add("ms to import the plugin when it is not used", imported(table.pairs), 5)
    small = f"{folder}/small.xml"
    Path(small).write_bytes(registry(400))
    loaded = modules(["check", "--isolated", small])
    table.add("modules loaded by a plain check", [loaded], 75)


def growth(table: Table, folder: str) -> None:
    """How the instructions grow when the registry doubles, without those of an empty registry."""
    if shutil.which("valgrind") is None:
        print(HOW_TO_GET_VALGRIND)
        return
    path = f"{folder}/grown.xml"

    def cost(data: bytes) -> int:
        Path(path).write_bytes(data)
        return instructions([*CHECK, "--format", "json", path])

    empty = cost(registry(0))
    for kind in ADVERSARIES:
        counts = [cost(registry(RECORDS * times, kind=kind)) - empty for times in (1, 2, 4, 8)]
        steps = [after / before for before, after in pairwise(counts)]
        note = " ".join(f"{count / 1e6:,.0f}" for count in counts)
        table.add(f"instructions per doubling, {kind}", steps, 2.05, f"{note} million")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dump", help="a whole registry in XML")
    parser.add_argument("--old", help="an older dump, for diff")
    parser.add_argument("--request", help="a request document, for request")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"default: {PAIRS}")
    parser.add_argument("--json", metavar="FILE", help="also write the table to this file")
    parser.add_argument("--frictionless", metavar="PATH", help="default: on PATH")
    parser.add_argument("--check-jsonschema", metavar="PATH", help="default: on PATH")
    parser.add_argument("--only", choices=("others", "itself", "growth"), help="run one part only")
    options = parser.parse_args()
    dump = os.path.abspath(options.dump)
    # An installed command has compiled modules.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "validator"], check=True)
    machine = (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    )
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {machine}")
    table = Table(options.pairs)
    with tempfile.TemporaryDirectory() as folder:
        if options.only in (None, "others"):
            compare_with_others(table, dump, folder, options)
        if options.only in (None, "itself"):
            compare_with_itself(table, dump, folder, options)
        if options.only in (None, "growth"):
            growth(table, folder)
    if options.json is not None:
        result = {"date": time.strftime("%Y-%m-%d", time.gmtime()), "machine": machine,
                "pairs": options.pairs, "rows": table.rows}  # fmt: skip
        Path(options.json).write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
