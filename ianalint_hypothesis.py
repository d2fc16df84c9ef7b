"""Makes `st.from_type` of Hypothesis work for the types of a registry (entry point `hypothesis`).

Hypothesis calls `register` when it is imported, in every project of the environment.  Nothing of
ianalint is loaded until one of these types is used, so a project may have a package `validator` of
its own.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hypothesis.strategies import SearchStrategy

_PACKAGE = "validator"
_TYPES = {
    "validator.model.record": ("Contact",),
    "validator.model.registry": ("Assignment", "Registry"),
}


def register() -> None:
    """Make Hypothesis call `resolve` for types that it does not know, once `validator` is loaded.

    With a Hypothesis that cannot be told so, `import validator.strategies` registers the types.
    """
    from hypothesis.strategies._internal import types

    resolvers = getattr(types, "_global_extra_lookup", None)
    if isinstance(resolvers, dict):
        resolvers.setdefault(_PACKAGE, resolve)


def resolve(thing: Any) -> SearchStrategy[Any] | None:
    """The strategy for `thing`, if it is one of our types."""
    if getattr(thing, "__name__", None) not in _TYPES.get(getattr(thing, "__module__", ""), ()):
        return None
    package = os.path.dirname(getattr(sys.modules.get(_PACKAGE), "__file__", None) or "")
    if package != os.path.join(os.path.dirname(os.path.abspath(__file__)), _PACKAGE):
        return None
    from hypothesis.strategies import from_type

    import validator.strategies  # noqa: F401

    return from_type(thing)
