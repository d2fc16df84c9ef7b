"""The fewest records that would have to move, against all ways to choose them."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from validator.rules.order import _misplaced


def is_ordered(keys: list[int]) -> bool:
    return all(one <= other for one, other in pairwise(keys))


def without(keys: list[int], indexes: set[int]) -> list[int]:
    return [key for index, key in enumerate(keys) if index not in indexes]


@given(st.lists(st.integers(0, 6), max_size=8))
def test_the_fewest_and_each_on_the_wrong_side_of_its_neighbor(keys: list[int]) -> None:
    pairs = _misplaced(keys)
    indexes = {index for index, _ in pairs}
    assert len(indexes) == len(pairs)
    assert is_ordered(without(keys, indexes))
    assert not any(
        is_ordered(without(keys, set(some)))
        for count in range(len(pairs))
        for some in combinations(range(len(keys)), count)
    )
    for index, other in pairs:
        assert other not in indexes
        assert (keys[index] < keys[other]) == (other < index)
        assert keys[index] != keys[other]


def test_records_in_reverse_order_are_all_misplaced_but_one() -> None:
    assert len(_misplaced(list(range(2_000, 0, -1)))) == 1_999
