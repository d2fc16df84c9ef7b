"""A history as a change log in Markdown, to be pasted into release notes.

Text of the dumps stands in code spans: there it can neither format, nor link, nor mention anybody,
and the log can be read as it is.
"""

from __future__ import annotations

import re

from validator.diff.lines import lines
from validator.reporters.escape import visible
from validator.reporters.wording import count_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.diff.lines import Line
    from validator.diff.steps import History, Step

_TICKS = re.compile("`+")
_HEADINGS = {
    "Assigned": ("assigned", "transport-added"),
    "Released": ("released", "transport-removed"),
    "Reassigned": ("reassigned",),
    "Renamed": ("renamed",),
    "Moved": ("moved",),
    "Edited": ("edited", "reference-published"),
}
_COUNTED = {
    "contact-added": "contact added",
    "contact-removed": "contact removed",
    "contact-changed": "contact changed",
    "contact-renamed": "contact id renamed",
    "statement-cut": "statement cut",
    "statement-merged": "statement merged",
    "statement-redrawn": "statement redrawn",
    "statement-added": "statement added",
    "statement-removed": "statement removed",
}


def render(history: History) -> Iterator[str]:
    """Yield the change log, the newest step first."""
    for entry in history.inputs:
        if entry.error is not None:
            yield f"- not read: {ticked(entry.error)}\n\n"
    for step in reversed(history.steps):
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    sides = (step.old_updated or step.old, step.new_updated or step.new)
    yield f"## Service names and port numbers: {' to '.join(map(ticked, sides))}\n\n"
    if not step.events:
        yield "Nothing changed.\n\n"
        return
    held: dict[str, list[Line]] = {}
    for line in lines(step.events):
        held.setdefault(line.kind, []).append(line)
    for heading, kinds in _HEADINGS.items():
        chosen = [line for kind in kinds for line in held.get(kind, [])]
        if chosen:
            yield f"### {heading}\n\n"
            for line in chosen:
                said = f": {ticked(line.said)}" if line.said else ""
                yield f"- {ticked(line.about)}{said}\n"
            yield "\n"
    if "metadata" in held:
        yield "### The registry itself\n\n"
        for line in held["metadata"]:
            yield f"- {ticked(str(line))}\n"
        yield "\n"
    counts = step.counts()
    told = [plural(counts[kind], thing) for kind, thing in _COUNTED.items() if counts.get(kind)]
    if told:
        yield f"Besides: {', '.join(told)}.\n\n"


def ticked(text: str) -> str:
    """Return text of an input as a code span, whatever back-ticks it has."""
    shown = visible(text)
    runs = [len(run) for run in _TICKS.findall(shown)]
    ticks = "`" * next(count for count in range(1, len(runs) + 2) if count not in runs)
    blank = " " if runs or shown != shown.strip() else ""
    return f"{ticks}{blank}{shown}{blank}{ticks}" if shown else "nothing"


def plural(number: int, thing: str) -> str:
    """Say how many: `2 contacts added`, of which the first word has the ending."""
    noun, _, rest = thing.partition(" ")
    counted = count_of(number, noun if noun != "contact" or rest != "id renamed" else "contact id")
    return f"{counted} {rest.removeprefix('id ')}"
