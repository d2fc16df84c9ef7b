"""Patterns are matched by `re` or by `regex`, whichever is there sooner: both must say the same."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import validator.request
from tests.conftest import ROOT
from validator.model.pattern import _Pattern, pattern
from validator.model.vocabulary import INVISIBLE
from validator.request.phrase import _LazyPattern, exact_phrase, phrase

MODULES = (
    "validator.model.addresses", "validator.model.unusual_characters",
    "validator.model.vocabulary", "validator.readers.source", "validator.readers",
    "validator.readers.csv",
    "validator.readers.xml", "validator.rules.aliases", "validator.rules.contacts",
    "validator.rules.dates",
    "validator.rules.ports", "validator.rules.references", "validator.rules.states",
    "validator.rules.text",
)  # fmt: skip


def _declared() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in MODULES:
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, _Pattern):
                found.setdefault(f"{module.removeprefix('validator.')}.{name}", value)
    return found


DECLARED = _declared()
WORDS = (
    'This entry is an alias to "a-b".',
    "This entry is now historic, not usable for use with",
    "many common service discovery mechanisms.",
    "IANA assigned this well-formed service name as",
    'a replacement for "a_b".',
    "Reserved",
    "de-registered on 2001-01-02",
    "(removed",
    "removed on",
    "Unassigned [2002]",
    "draft-a-b-01",
    "RFC 1234",
    "rfc1234",
    "mailto:a.b&example.com",
    "tel:+1-2",
    "https://example.com/?q#f",
    "Defined TXT keys:",
    "\n txt key :",
    "[RFC1]",
    "80-81",
    "443",
    "0080",
    "2020-02-03",
    "2020-02",
    "dynamic and/or private ports",
    "alias",
    "allias",
    "alais",
    "TLS",
    "<a b='c' d=\"e\">",
    "<?xml version='1.0' encoding='utf-8'?>",
    "<!-- > -->",
    "a--b",
    "http",
    ".",
    " ",
    "\t",
    "\x1c",
    "\x85",
    "é",
    "K",
    "ſ",
    "\u200b",
    "１",
    '"',
    "'",
    "&",
    "@",
    "[",
    "]",
    "(",
    ")",
    ",",
    "\r\n",
    "\r",
    "\x00",
    "\udc80",
    "Service Name Port Number Transport Protocol ",
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=8).map("".join)


def _spans(engine: Any, text: Any) -> list[Any]:
    matched = [engine.match(text), engine.fullmatch(text), engine.search(text)]
    return [
        *[found and (found.span(), found.groups()) for found in matched],
        engine.findall(text),
        [found.span() for found in engine.finditer(text)],
        engine.sub(text[:0], text),
    ]


@settings(max_examples=60)
@example("".join(WORDS))
@given(TEXTS)
def test_both_engines_match_the_same(text: str) -> None:
    for name, one in DECLARED.items():
        given = text.encode("utf-8", "replace") if isinstance(one.source, bytes) else text
        if one.suits_re(given):
            assert _spans(one.by_re, given) == _spans(one.by_regex, given), name


def test_there_are_patterns_to_compare() -> None:
    assert len(DECLARED) > 40
    assert {name for name, one in DECLARED.items() if not one.suits_re(one.source[:0])} == {
        "rules.contacts._BAD_IN_ID",
        "model.addresses._INVISIBLE",
    }


@pytest.mark.parametrize(
    ("flags", "text", "limited", "suits"),
    [
        ("a", "x" * 10_001, False, True),
        ("a", "x" * 10_001, True, False),
        ("a", "x" * 10_000, True, True),
        ("a", "\xe9", False, True),
        ("", "\xe9", False, False),
        ("", "a\n", False, True),
        ("", "a\x1c", False, False),
    ],
)
def test_what_re_is_asked(flags: str, text: str, limited: bool, suits: bool) -> None:
    made: Any = pattern(r"\w", flags, limited=limited)
    assert made.suits_re(text) is suits
    assert [found.span() for found in made.finditer(text)] == [
        found.span() for found in made.by_regex.finditer(text)
    ]


def test_a_plain_check_does_not_load_regex() -> None:
    code = (
        "import sys; from validator.cli import run;"
        "status = run(['check', '--isolated', 'fixtures/registry/small.xml']);"
        "assert status in (0, 1), status; print('regex' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")


def test_what_cannot_be_seen_is_not_printable() -> None:
    """TX003 looks no closer at a text that Python would print as it is."""
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    assert [c for c in INVISIBLE.findall(every) if c.isprintable()] == []
    assert len(INVISIBLE.findall(every)) > 200


def _phrases(value: Any) -> Iterator[_LazyPattern]:
    if isinstance(value, _LazyPattern):
        yield value
    elif isinstance(value, tuple | list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _phrases(item)


def test_each_phrase_is_a_pattern() -> None:
    """A faulty one would be noticed only in the rare document that needs it."""
    modules = pkgutil.walk_packages(validator.request.__path__, "validator.request.")
    values = [vars(importlib.import_module(module.name)) for module in modules]
    phrases = list(_phrases(values))
    assert len(phrases) > 300
    assert [one.pattern for one in phrases if one.compiled.pattern != one.pattern] == []


@pytest.mark.parametrize(
    ("make", "words"), [(phrase, ["a  port", "A\nPort"]), (exact_phrase, ["a  port"])]
)
def test_a_phrase_is_compiled_when_it_is_first_used(make: Any, words: list[str]) -> None:
    made = make("a port")
    assert made.pattern == r"a\s++port"
    assert "compiled" not in vars(made)
    assert made.findall("a  port, A\nPort, aport") == words
    assert "compiled" in vars(made)
