"""`python -m fuzz.cost [SECONDS] [TARGET ...]`: searches for inputs that cost most for their size.

The reward is the number of lines of Python that run, divided by the bytes of the input, of an input
that repeats what was found: what grows faster than its input costs more, the longer it is.  Needs
no atheris.  The worst inputs are written to `fuzz/found/cost-TARGET`.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from fuzz.run import NAMES, seeds
from fuzz.targets import TARGETS_OF_FUZZING, Wrong, registry_of
from validator.consumers.audit import audit
from validator.consumers.reading import parse_consumer
from validator.diff.events import events_of
from validator.diff.matching import changes_between
from validator.errors import Unusable
from validator.limits import LIMITS
from validator.model.registry import Registry

HERE = Path(__file__).parent
# How often the piece is repeated in the three inputs that are compared.
REPEATED = (10, 40, 160)
LONGEST = 20_000
# How many times the work for four times the pieces is reported as too much (quadratic: 16).
SUSPECT = 8.0
_PIECES = (
    b'"', b",", b"\n", b"<", b">", b"&", b"[", b"]", b"<!--", b"-->", b"]]>", b'"\n', b'a,"',
    b"<a>", b"</a>", b"<record>", b"<name>a</name>", b"[RFC1]", b'""', b"{", b"}", b'"a":1,',
    b"#", b": ", b"- ", b"*a", b"&a ", b"/tcp", b" 1", b"\xff", b"\\u0041", b"   ", b"\t",
    b"--", b"(", b")",
)  # fmt: skip


@cache
def _small() -> Registry:
    registry = registry_of(seeds("xml")["small.xml"])
    assert registry is not None
    return registry


def _diff(data: bytes) -> None:
    registry = registry_of(data)
    if registry is not None:
        events_of(changes_between(_small(), registry), whole=False)
        events_of(changes_between(registry, _small()), whole=False)


def _audit(data: bytes) -> None:
    with suppress(Unusable):
        audit(parse_consumer(data, path="services", limits=LIMITS), _small(), today="2026-11-24")


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    **TARGETS_OF_FUZZING, "diff": _diff, "audit": _audit,
}  # fmt: skip


def cost(target: Callable[[bytes], None], data: bytes) -> int:
    """The lines of Python that run for `data`."""
    count = 0

    def line(_: FrameType, event: str, __: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    sys.settrace(line)
    try:
        target(data)
    finally:
        sys.settrace(None)
    return count


def growth(target: Callable[[bytes], None], head: bytes, piece: bytes, tail: bytes) -> float:
    """How many times the work of some repetitions four times as many take."""
    cost(target, head + tail)  # what is made once
    few, more, many = (cost(target, head + piece * times + tail) for times in REPEATED)
    return (many - more) / max(more - few, 2000)


def search(name: str, seconds: float, dice: random.Random) -> bool:
    """Search one target; write what is worst, and return whether nothing is suspect."""
    target = TARGETS[name]
    known = name if name in NAMES else "xml"
    corpus = [data[:LONGEST] for data in seeds(known).values()]
    folder = HERE / "found" / f"cost-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    worst: list[tuple[float, bytes, bytes, bytes]] = []
    end = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < end:
        tried += 1
        if worst and dice.random() < 0.5:
            _, head, piece, tail = dice.choice(worst)
        else:
            data = dice.choice(corpus)
            at = dice.randrange(len(data) + 1)
            length = min(dice.choice((1, 3, 10, 40, 200)), len(data) - at)
            head, piece, tail = data[:at], data[at : at + length], data[at + length :]
        for _ in range(dice.randrange(3)):
            at = dice.randrange(len(piece) + 1)
            piece = piece[:at] + dice.choice(_PIECES) + piece[at + dice.randrange(2) :]
        piece = piece[:300] or dice.choice(_PIECES)
        try:
            factor = growth(target, head, piece, tail)
        except Wrong as error:
            print(f"{name}: {error}: {piece!r}", flush=True)
            (folder / "wrong").write_bytes(head + piece * REPEATED[-1] + tail)
            return False
        worst = sorted([*worst, (factor, head, piece, tail)], key=lambda item: -item[0])[:20]
    factor, head, piece, tail = worst[0]
    (folder / "worst").write_bytes(head + piece * REPEATED[-1] + tail)
    print(f"{name:<14} {tried:>6} inputs, four times as long: {factor:5.1f} times the work,"
          f" {piece[:60]!r}", flush=True)  # fmt: skip
    return factor < SUSPECT


def main() -> int:
    words = sys.argv[1:]
    seconds = int(words.pop(0)) if words and words[0].isdigit() else 60
    unknown = set(words) - set(TARGETS)
    if unknown:
        print(f"unknown target: {', '.join(sorted(unknown))} (known: {', '.join(TARGETS)})")
        return 2
    dice = random.Random(6335)
    results = [search(name, seconds, dice) for name in words or TARGETS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
