"""Which rules run and how severe they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.engine.rule import ERROR, NOTE, WARNING, Rule
from validator.engine.selection import (
    RuleChoice,
    Selection,
    UnknownSelector,
    codes,
    settle,
    severities,
)


def _rule(code: str, name: str, *, is_default: bool = True) -> Rule:
    return Rule(code, name, WARNING, "Nowhere", lambda *_: (), is_default=is_default)


RULES = {
    rule.code: rule
    for rule in (
        _rule("AA001", "first-of-all"),
        _rule("AA002", "second-of-all"),
        _rule("AA010", "tenth-of-all"),
        _rule("AA011", "hidden-of-all", is_default=False),
        _rule("BB001", "first-of-others"),
    )
}


def running(select: list[str] | None = None, ignore: list[str] | None = None) -> list[str]:
    return [rule.code for rule in Selection(RULES, select, ignore or ()).running]


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (None, [], ["AA001", "AA002", "AA010", "BB001"]),
        (["AA"], [], ["AA001", "AA002", "AA010"]),
        (["AA01"], [], ["AA010"]),
        (["AA011"], [], ["AA011"]),
        (["hidden-of-all"], [], ["AA011"]),
        (["ALL"], [], ["AA001", "AA002", "AA010", "AA011", "BB001"]),
        (["ALL"], ["AA"], ["BB001"]),
        (["AA001"], ["AA"], ["AA001"]),
        (["AA"], ["AA001"], ["AA002", "AA010"]),
        (["AA"], ["AA"], []),
        (["first-of-all"], ["AA"], ["AA001"]),
        (["AA"], ["first-of-all"], ["AA002", "AA010"]),
        (None, ["AA"], ["BB001"]),
        (None, ["ALL"], []),
        (["BB", "AA001"], [], ["AA001", "BB001"]),
    ],
)
def test_running(select: list[str] | None, ignore: list[str], expected: list[str]) -> None:
    assert running(select, ignore) == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("ALL", ["AC001", "AC002", "ACME001"]), ("AC", ["AC001", "AC002"]), ("ACME", ["ACME001"]),
        ("AC001", ["AC001"]), ("ACME0", ["ACME001"]), ("first-of-acme", ["ACME001"]),
        ("A", ["AC001", "AC002", "ACME001"]), ("ACM", []), ("", []),
    ],
)  # fmt: skip
def test_several_letters_are_a_whole_family(selector: str, expected: list[str]) -> None:
    names = {"AC001": "first-of-contacts", "AC002": "second", "ACME001": "first-of-acme"}
    rules = {code: _rule(code, name) for code, name in names.items()}
    assert sorted(codes(rules, selector)) == expected


def test_severity_goes_by_the_longest_selector() -> None:
    selection = Selection(RULES, severity={"AA": ERROR, "AA001": NOTE, "first-of-others": NOTE})
    assert selection.severity == {
        "AA001": "note",
        "AA002": "error",
        "AA010": "error",
        "AA011": "error",
        "BB001": "note",
    }


def test_levels_speak_of_what_they_name_alone() -> None:
    assert severities(RULES, {"BB": ERROR}) == {"BB001": "error"}
    assert severities(RULES, {}) == {}


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("AA003", "AA00"),
        ("aa001", "AA001"),
        ("first-of-al", "first-of-all"),
        ("", "ianalint rules"),
        ("zzzz", "ianalint rules"),
    ],
)
def test_unknown_selectors_name_the_nearest(word: str, near: str) -> None:
    for arguments in ([word], None, None), (None, [word], None), (None, None, {word: NOTE}):
        select, ignore, severity = arguments
        with pytest.raises(UnknownSelector, match=near):
            Selection(RULES, select, ignore or (), severity)


words = st.sampled_from([*RULES, "AA", "AA0", "AA01", "BB", "A", "B", "ALL", "first-of-all"])


@given(st.lists(words, max_size=4), st.lists(words, max_size=4), st.randoms())
def test_order_and_repetition_change_nothing(
    select: list[str], ignore: list[str], random: object
) -> None:
    first = running(select, ignore)
    again = [*select, *select]
    random.shuffle(again)  # type: ignore[attr-defined]
    assert running(again, ignore[::-1]) == first
    assert [code for code in RULES if code in first] == first


@given(st.lists(words, max_size=4), st.lists(words, max_size=4))
def test_ignoring_more_never_runs_more(select: list[str], ignore: list[str]) -> None:
    assert set(running(select, ignore)) <= set(running(select))
    assert set(running(None, ignore)) <= set(running())


def choice(source: str = "", scope: bool = False, **choices: Any) -> RuleChoice:
    everything = {**RULES, **OTHERS}
    place = (lambda path: f"{source}:{path}") if source else None
    return RuleChoice(**choices, place=place, scope=(lambda: everything) if scope else None)


OTHERS = {"CC001": _rule("CC001", "first-of-another-command")}
FILE = "ianalint.toml"


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        # A select replaces what was said before it, an ignore adds to it.
        ([{"select": ["AA"]}, {"select": ["BB"]}], ["BB001"]),
        ([{"ignore": ["AA001"]}, {"select": ["AA"]}], ["AA001", "AA002", "AA010"]),
        ([{"ignore": ["AA001"]}, {"ignore": ["AA002"]}], ["AA010", "BB001"]),
        ([{"select": ["AA"]}, {"ignore": ["AA0"]}], []),
        # A configuration is for all commands.
        ([{"select": ["CC"], "source": FILE, "scope": True}], ["AA001", "AA002", "AA010", "BB001"]),
        ([{"select": ["CC", "BB"], "source": FILE, "scope": True}], ["BB001"]),
        ([{"select": [], "source": FILE, "scope": True}], []),
        # Options that name other rules alone leave none of these.
        ([{"select": ["CC"], "scope": True}], []),
    ],
)
def test_choices_are_combined(choices: list[dict[str, Any]], expected: list[str]) -> None:
    selection = settle(RULES, [choice(**words) for words in choices])
    assert [rule.code for rule in selection.running] == expected


def test_severities_of_a_later_choice_win() -> None:
    first, last = {"AA001": ERROR, "BB": NOTE}, {"AA": NOTE}
    selection = settle(RULES, [choice(severity=first), choice(severity=last)])
    assert [selection.severity[code] for code in ("AA001", "AA002", "BB001")] == ["note"] * 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"ignore": ["CC001"]}, 'unknown rule "CC001"'),
        ({"severity": {"ZZ": NOTE}}, 'unknown rule "ZZ"'),
        (
            {"select": ["ZZ"], "source": FILE, "scope": True},
            r"^ianalint.toml:\('select', 0\): unknown rule",
        ),
        ({"ignore": ["CC002"], "scope": True}, "did you mean CC001?"),
    ],
)
def test_unknown_selectors_name_their_source(words: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownSelector, match=message):
        settle(RULES, [choice(**words)])
