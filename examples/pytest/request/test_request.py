"""What is to hold of our request beside what `ianalint request` says of it."""

from __future__ import annotations

from collections.abc import Callable

from validator import Report

REQUEST = "requests/tide-gauge.yaml"


def test_it_is_decided_by_experts(check_request: Callable[..., Report]) -> None:
    (review,) = check_request(REQUEST).requests or ()
    assert (review.verdict, review.procedure) == ("accept", "Expert Review")
