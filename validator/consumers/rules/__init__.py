"""The rules of family CS, one module for each of its groups."""

from __future__ import annotations

from validator.consumers.rules import earlier, entries, lines, private, records

__all__ = ["earlier", "entries", "lines", "private", "records"]
