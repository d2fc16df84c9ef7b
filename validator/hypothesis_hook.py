"""The former place of the hook for Hypothesis: installations from before name it."""

from __future__ import annotations

from ianalint_hypothesis import register

__all__ = ["register"]
