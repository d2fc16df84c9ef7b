"""From a registry to the text of one of its forms; each writer is `write(registry) -> Written`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from validator.model.registry import Registry

    # The forms that are read as a registry again.
    RegistryForm = Literal["json", "csv", "xml"]
    Target = Literal["json", "csv", "xml", "services"]

TARGETS: tuple[Target, ...] = ("json", "csv", "xml", "services")


class Written:
    """The text of a form, and sentences on what of the registry the form cannot hold."""

    __slots__ = ("losses", "text")

    def __init__(self, text: str, losses: Sequence[str] = ()) -> None:
        self.text = text
        self.losses = losses


def write(registry: Registry, target: Target, *, for_spreadsheets: bool = False) -> Written:
    """Write `registry` in the form `target`; `for_spreadsheets` is an option of CSV."""
    if target == "json":
        from validator.writers import json

        return json.write(registry)
    if target == "csv":
        from validator.writers import csv

        return csv.write(registry, for_spreadsheets=for_spreadsheets)
    if target == "services":
        from validator.writers import services

        return services.write(registry)
    from validator.writers import xml

    return xml.write(registry)
