"""A history as a change log in Markdown, to be pasted into release notes.

Text of the dumps can neither format, nor link, nor mention anybody: see
`validator.reporters.markdown`.
"""

from __future__ import annotations

from validator.history.lines import lines
from validator.reporters.markdown import code_span
from validator.reporters.text import count_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.history.lines import Line
    from validator.history.steps import History, Step

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
            yield f"- not read: {code_span(entry.error)}\n\n"
    for step in reversed(history.steps):
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    sides = (step.old_updated or step.old, step.new_updated or step.new)
    yield f"## Service names and port numbers: {' to '.join(map(code_span, sides))}\n\n"
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
                said = f": {code_span(line.said)}" if line.said else ""
                yield f"- **{code_span(line.about)}**{said}\n"
            yield "\n"
    if "metadata" in held:
        yield "### The registry itself\n\n"
        for line in held["metadata"]:
            yield f"- {code_span(str(line))}\n"
        yield "\n"
    counts = step.counts()
    told = [plural(counts[kind], thing) for kind, thing in _COUNTED.items() if counts.get(kind)]
    if told:
        yield f"Besides: {', '.join(told)}.\n\n"


def plural(number: int, thing: str) -> str:
    """Say how many: `2 contacts added`, of which the first word has the ending."""
    noun, _, rest = thing.partition(" ")
    counted = count_of(number, noun if noun != "contact" or rest != "id renamed" else "contact id")
    return f"{counted} {rest.removeprefix('id ')}"
