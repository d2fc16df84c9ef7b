"""Hypothesis strategies for what a registry is made of (`pip install "ianalint[hypothesis]"`).

Service names, port numbers and dates are texts as the registry writes them.  What `registries`
makes is consistent: no rule finds anything in it.  What `broken_registries` makes has one fault,
which one rule finds, and says where it is.

`st.from_type` knows `Registry`, `Assignment` and `Contact`.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from validator.model.entries import Assignment
from validator.model.record import Contact
from validator.model.registry import Registry
from validator.rules import RULES
from validator.strategies.broken import BREAKING, Breaking, BrokenRegistry
from validator.strategies.contacts import ContactTable
from validator.strategies.draft import Draft, registry_of
from validator.strategies.requests import requests
from validator.strategies.values import (
    dates,
    invalid_service_names,
    port_numbers,
    service_names,
)

__all__ = [
    "BREAKING",
    "BrokenRegistry",
    "assignments",
    "broken_registries",
    "contacts",
    "dates",
    "invalid_service_names",
    "port_numbers",
    "registries",
    "requests",
    "service_names",
]

_MAX_SIZE = 5


def registries(
    *, size: int | tuple[int, int] = (1, _MAX_SIZE), whole: bool | None = False
) -> st.SearchStrategy[Registry]:
    """Registries in which no rule finds anything, at any severity.

    `size` is the number of services and statements, or its least and greatest value.  `whole` says
    whether a registry is whole (it says something about every System and User Port) or a part of
    one; `None` draws both.  Registries are read from XML in the published layout:
    `registry.dump.data` has its bytes.  Shrinks to one record.
    """
    least, most = (size, size) if isinstance(size, int) else size
    return _registries(least, most, whole)


@st.composite
def _registries(draw: Callable[..., bool], least: int, most: int, whole: bool | None) -> Registry:
    is_whole = draw(st.booleans()) if whole is None else whole
    draft = Draft(draw, is_whole, filled=draw(st.sampled_from((False, False, True))))
    draft.add_groups(least, most)
    return registry_of(draft)


def assignments() -> st.SearchStrategy[Assignment]:
    """Assignments of `registries`."""
    some = registries(size=(1, 2)).filter(lambda registry: registry.assignments)
    return some.flatmap(lambda registry: st.sampled_from(registry.assignments))


@st.composite
def contacts(draw: Callable[..., int]) -> Contact:
    """Contacts as the table of the registry has them."""
    return ContactTable(draw).person(draw(st.integers(0, 15)))


def broken_registries(code: str) -> st.SearchStrategy[BrokenRegistry]:
    """Registries with exactly one fault, which the rule `code` finds.

    `registry.dump.data` are bytes with this fault: reading them again finds it again.

    Every rule of `check` has one; `BREAKING[code].along` names the rules that cannot but find
    something as well.  A rule of your own (`validator.rules.own.load`) may also find something in
    the records around the fault.  Raises `ValueError` for another code.
    """
    if code not in RULES:
        raise ValueError(f"unknown rule {code!r}: expected the code of a rule of `ianalint check`")
    return Breaking(RULES[code]).registries()


def register() -> None:
    """Register the strategies with Hypothesis, for `st.from_type`."""
    st.register_type_strategy(Registry, registries())
    st.register_type_strategy(Assignment, assignments())
    st.register_type_strategy(Contact, contacts())


register()
