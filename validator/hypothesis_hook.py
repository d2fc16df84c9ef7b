"""What Hypothesis calls when it is imported (entry point `hypothesis`): `st.from_type` then knows
the types of a registry.

Nothing of ianalint is loaded for it until somebody asks for one of these types.
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
    """Have Hypothesis ask `resolve` about types it does not know.

    A Hypothesis that cannot be told so is given the strategies at once, as it documents it.
    """
    from hypothesis.strategies._internal import types

    resolvers = getattr(types, "_global_extra_lookup", None)
    if isinstance(resolvers, dict):
        resolvers[__package__] = resolve
    else:
        import validator.strategies  # noqa: F401


def resolve(thing: Any) -> SearchStrategy[Any] | None:
    """The strategy for `thing`, where it is one of our types."""
    if getattr(thing, "__name__", None) not in _TYPES.get(getattr(thing, "__module__", ""), ()):
        return None
    from hypothesis.strategies import from_type

    import validator.strategies  # noqa: F401

    return from_type(thing)
