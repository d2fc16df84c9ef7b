"""Makes `st.from_type` of Hypothesis work for the types of a registry (entry point `hypothesis`).

Hypothesis calls `register` when it is imported.  Nothing of ianalint is loaded until one of these
types is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hypothesis.strategies import SearchStrategy

_TYPES = {
    "validator.model.record": ("Contact",),
    "validator.model.registry": ("Assignment", "Registry"),
}


def register() -> None:
    """Make Hypothesis call `resolve` for types it does not know.

    A Hypothesis without that hook gets the strategies at once, the documented way.
    """
    from hypothesis.strategies._internal import types

    resolvers = getattr(types, "_global_extra_lookup", None)
    if isinstance(resolvers, dict):
        resolvers[__package__] = resolve
    else:
        import validator.strategies  # noqa: F401


def resolve(thing: Any) -> SearchStrategy[Any] | None:
    """The strategy for `thing`, if it is one of our types."""
    if getattr(thing, "__name__", None) not in _TYPES.get(getattr(thing, "__module__", ""), ()):
        return None
    from hypothesis.strategies import from_type

    import validator.strategies  # noqa: F401

    return from_type(thing)
