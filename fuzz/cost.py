"""`python -m fuzz.cost [SECONDS] [TARGET ...]`: searches for inputs that cost most for their size.

The reward is how many times the work an input takes that repeats a piece four times as often: what
grows faster than its input costs more, the longer it is.  The work is the number of lines of Python
that run and, for the code of C that they call, the processor time.  What is suspect is tried again
at a size where the time counts.  Needs no atheris.  The worst inputs are written to
`fuzz/found/cost-TARGET`.
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
from fuzz.targets import TARGETS_OF_FUZZING, TODAY, Wrong, registry_of
from validator.api import run_context
from validator.consumers.audit import audit
from validator.consumers.reading import parse_consumer
from validator.diff.events import events_of
from validator.diff.matching import changes_between
from validator.errors import CallError, Unusable
from validator.fix.plan import find_fixes
from validator.limits import LIMITS
from validator.lookup.answers import Lookup, LookupWord
from validator.lookup.text import render
from validator.model.registry import Registry
from validator.readers.source import Source

HERE = Path(__file__).parent
# How often the piece is repeated in the inputs whose lines are counted, and that are timed.
REPEATED = (30, 120, 480)
TIMED = (1000, 4000)
TRIED_AGAIN = (8000, 32_000)
LONGEST = 20_000
# How many times the work for four times the pieces is too much (quadratic: 16).
SUSPECT = 6.0
# What is made once must not count as growth, nor what a busy machine adds.
LEAST_LINES = 5000
LEAST_SECONDS = 0.05
LEAST_SECONDS_AGAIN = 1.0
_PIECES = (
    b'"', b",", b"\n", b"<", b">", b"&", b"[", b"]", b"<!--", b"-->", b"]]>", b'"\n', b'a,"',
    b"<a>", b"</a>", b"<record>", b"<name>a</name>", b"[RFC1]", b'""', b"{", b"}", b'"a":1,',
    b"#", b": ", b"- ", b"*a", b"&a ", b"/tcp", b" 1", b"\xff", b"\\u0041", b"   ", b"\t",
    b"--", b"(", b")",
)  # fmt: skip
_WORDS = ("443", "1-65535", "udp", "harbor-log", "a", "harbor-log/4650/tcp", "x" * 60)

Target = Callable[[bytes], None]


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
        audit(parse_consumer(data, path="services", limits=LIMITS), _small(), today=TODAY)


def _lookup(data: bytes) -> None:
    registry = registry_of(data)
    if registry is not None:
        lookup = Lookup(registry, is_complete=True)
        words = [*_WORDS, *(str(r.service_name or r.port_number or 1) for r in registry.records)]
        for text in dict.fromkeys(words[:40]):
            with suppress(ValueError):
                answer = lookup.answer(LookupWord(text))
                answer.to_dict()
                render([answer], [], 80)


def _fix(data: bytes) -> None:
    with suppress(Unusable, CallError):
        find_fixes(Source("fuzz", data), unsafe=True, context=run_context(TODAY))


TARGETS: Mapping[str, Target] = {
    **TARGETS_OF_FUZZING, "diff": _diff, "audit": _audit, "lookup": _lookup, "fix": _fix,
}  # fmt: skip


class Repeated:
    """An input that repeats a piece; `factor` is how many times the work it takes four times."""

    def __init__(self, head: bytes, piece: bytes, tail: bytes) -> None:
        self.head = head
        self.piece = piece
        self.tail = tail
        self.factor = 0.0

    def bytes(self, times: int) -> bytes:
        return self.head + self.piece * times + self.tail


def lines(target: Target, data: bytes) -> int:
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


def seconds(target: Target, data: bytes) -> float:
    """The processor time that `data` takes."""
    start = time.process_time()
    target(data)
    return time.process_time() - start


def growth(target: Target, data: Repeated) -> float:
    """How many times the work of some repetitions four times as many take."""
    target(data.bytes(REPEATED[0]))  # what is made once
    few, more, many = (lines(target, data.bytes(times)) for times in REPEATED)
    by_lines = (many - more) / max(more - few, LEAST_LINES)
    return max(by_lines, timed_growth(target, data, TIMED, LEAST_SECONDS))


def timed_growth(target: Target, data: Repeated, sizes: tuple[int, int], least: float) -> float:
    """The same by the processor time, where that is at least `least`."""
    more, many = (seconds(target, data.bytes(times)) for times in sizes)
    return many / max(more, least)


def search(name: str, duration: float, dice: random.Random) -> bool:
    """Search one target; write what is worst, and return whether nothing is suspect."""
    target = TARGETS[name]
    seeded = name if name in NAMES else "services" if name == "audit" else "xml"
    corpus = [data[:LONGEST] for data in seeds(seeded).values()]
    folder = HERE / "found" / f"cost-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    worst: list[Repeated] = []
    end = time.monotonic() + duration
    tried = 0
    while time.monotonic() < end or not worst:
        tried += 1
        data = _next_input(corpus, worst, dice)
        try:
            data.factor = growth(target, data)
        except Wrong as error:
            print(f"{name}: {error}: {data.piece!r}", flush=True)
            (folder / "wrong").write_bytes(data.bytes(REPEATED[-1]))
            return False
        worst = sorted([*worst, data], key=lambda item: -item.factor)[:20]
    suspects = [data for data in worst if data.factor >= SUSPECT and is_too_slow(target, data)]
    for number, data in enumerate(suspects or worst[:1]):
        (folder / f"worst-{number}").write_bytes(data.bytes(REPEATED[-1]))
        print(f"{name:<14} {tried:>6} inputs, four times as long: {data.factor:5.1f} times the work"
              f"{' (TOO MUCH)' if suspects else ''}, {data.piece!r}", flush=True)  # fmt: skip
    return not suspects


def _next_input(corpus: list[bytes], worst: list[Repeated], dice: random.Random) -> Repeated:
    """A piece of a first input, or one of the worst, with some changes."""
    if worst and dice.random() < 0.5:
        former = dice.choice(worst)
        head, piece, tail = former.head, former.piece, former.tail
    else:
        data = dice.choice(corpus)
        at = dice.randrange(len(data) + 1)
        length = min(dice.choice((1, 3, 10, 40, 200)), len(data) - at)
        head, piece, tail = data[:at], data[at : at + length], data[at + length :]
    for _ in range(dice.randrange(3)):
        at = dice.randrange(len(piece) + 1)
        piece = piece[:at] + dice.choice(_PIECES) + piece[at + dice.randrange(2) :]
    return Repeated(head, piece[:300] or dice.choice(_PIECES), tail)


def is_too_slow(target: Target, data: Repeated) -> bool:
    """Whether a suspect input grows so where the time counts."""
    return timed_growth(target, data, TRIED_AGAIN, LEAST_SECONDS_AGAIN) >= SUSPECT


def main() -> int:
    words = sys.argv[1:]
    duration = int(words.pop(0)) if words and words[0].isdigit() else 60
    unknown = set(words) - set(TARGETS)
    if unknown:
        print(f"unknown target: {', '.join(sorted(unknown))} (known: {', '.join(TARGETS)})")
        return 2
    dice = random.Random(6335)
    results = [search(name, duration, dice) for name in words or TARGETS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
