"""Registries with one fault: the flagged example of a rule, or a fault that is made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from validator.engine.rule import Rule
from validator.model.record import Contact, Dump, Footnote, Ports, Record
from validator.model.registry import Registry
from validator.rules import RULES
from validator.strategies.draft import Draft, registry_of
from validator.strategies.examples import Example
from validator.strategies.faults import FAULTS


@dataclass(eq=False, repr=False, slots=True)
class BrokenRegistry:
    """A registry with one fault, which the rule `code` finds.

    `blamed` is what the finding is about (a record, a contact, a footnote or some ports; the dump
    for the registry as a whole) and `field` which of its fields is wrong.
    """

    code: str
    registry: Registry
    blamed: Record | Contact | Footnote | Ports | Dump
    field: str | None

    @property
    def subject(self) -> dict[str, str | None]:
        """What identifies `blamed`, as in `Finding.subject`."""
        return self.blamed.subject

    def __repr__(self) -> str:
        return f"<broken by {self.code}: {self.field} of {self.blamed!r}>"


class Breaking:
    """How registries are broken for a rule.

    `along` maps the rules that must find something as well to the reason; `whole` says whether
    they are whole registries.
    """

    __slots__ = ("along", "code", "rule", "whole")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.code = rule.code
        self.whole = "whole" in rule.needs
        fault = FAULTS.get(rule.code)
        self.along: Mapping[str, str] = fault.along if fault else {}

    def registries(self) -> st.SearchStrategy[BrokenRegistry]:
        return _broken(self)

    def draw(self, draw: Callable[..., int]) -> BrokenRegistry:
        draft = Draft(draw, self.whole)
        if fault := FAULTS.get(self.code):
            draft.add_groups(0, 2)
            blamed, field = fault.make(draft)
        else:
            blamed, field = Example(self.rule, draft).insert()
        registry = registry_of(draft)
        before, dump = draft.arrange(), registry.dump
        about: Record | Contact | Footnote | Ports | Dump
        if isinstance(blamed, Record):
            about = dump.records[_index(blamed, before.records)]
        elif isinstance(blamed, Contact):
            about = dump.contacts[_index(blamed, before.contacts)]
        elif isinstance(blamed, Footnote):
            about = dump.footnotes[_index(blamed, before.footnotes)]
        else:
            about = blamed or dump
        return BrokenRegistry(self.code, registry, about, field)


def _index(blamed: object, items: Sequence[object]) -> int:
    return next(index for index, item in enumerate(items) if item is blamed)


@st.composite
def _broken(draw: Callable[..., int], breaking: Breaking) -> BrokenRegistry:
    return breaking.draw(draw)


BREAKING = {code: Breaking(rule) for code, rule in RULES.items()}
