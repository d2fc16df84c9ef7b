"""Compare `ianalint request` with `check`: `python -m benchmarks.request DUMP.xml`.

First whole processes, as in `benchmarks.compare`, then one request with a registry that is already
read, in CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from benchmarks.compare import CHECK, IANALINT, PAIRS, Table
from validator import check_request, read_registry

REQUESTS = Path(__file__).parent.parent / "fixtures" / "requests"
ROUNDS = 50


def one_request(title: str, name: str, registry_path: str) -> None:
    registry = read_registry(registry_path)
    path = REQUESTS / name
    check_request(path, registry)
    times: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        check_request(path, registry)
        times.append(time.process_time() - start)
    print(
        f"{title:<44} {statistics.median(times) * 1000:.1f} ms"
        f" ({min(times) * 1000:.1f}-{max(times) * 1000:.1f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dump", type=Path, help="a whole registry in XML")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    options = parser.parse_args()
    dump = str(options.dump)
    table = Table(options.pairs)
    for name in ("good.yaml", "port-times.yaml", "rfc/rfc9132.yaml"):
        request = [*IANALINT, "request", "--isolated", str(REQUESTS / name), "--registry", dump]
        table.compare(f"request {name} : check", request, [*CHECK, dump], 1.2, memory=1.2)
    print()
    for name in ("good.yaml", "good.json", "port-times.yaml", "rfc/rfc9132.yaml"):
        one_request(f"check_request {name}", name, dump)


if __name__ == "__main__":
    main()
