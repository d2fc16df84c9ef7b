"""Tests of our request, in addition to the rules of `ianalint request`."""

from __future__ import annotations

from collections.abc import Callable

from validator import Report

REQUEST = "requests/tide-gauge.yaml"


def test_it_needs_expert_review(check_request: Callable[..., Report]) -> None:
    (review,) = check_request(REQUEST).requests or ()
    assert (review.verdict, review.procedure) == ("accept", "Expert Review")
