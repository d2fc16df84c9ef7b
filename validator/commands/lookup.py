"""`ianalint lookup WORD...`: who has a port or service name, and what is around it."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence

from validator.budget import doing
from validator.commands.arguments import Argument, Arguments, Option, limits
from validator.commands.frame import Call
from validator.commands.output import write_stdout
from validator.commands.reading import CHECK_SHOWS, read_with_errors, reading_faults
from validator.commands.terminal import columns
from validator.errors import CallError, Unusable, suggestion
from validator.lookup.answers import Lookup, LookupWord, document
from validator.lookup.text import render
from validator.model.registry import Registry
from validator.rules.usable import reading_gaps
from validator.settings import origin_of
from validator.settings.table import Choice

_FORMATS = ("text", "json")
# How the lines of text begin that say what is wrong in the registry.
_LABELS = {"error": "incomplete", "remark": "note"}


def arguments() -> Arguments:
    return Arguments(
        "lookup",
        ("", [Argument("words", "WORD", "+"), "registry", "exclude"]),
        ("", ["input_format", Option("format", Choice("format", _FORMATS))]),
        ("Limits", limits("dump")),
        ("", ["quiet"]),
    )


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    try:
        lookup_words = [LookupWord(text) for text in options.words]
    except ValueError as error:
        raise CallError(str(error), 'Run "ianalint lookup --help" for usage.') from None
    registry = _registry(options)
    doing("while looking for the answers")
    remarks = _remarks(registry)
    lookup = Lookup(registry, is_complete="error" not in remarks)
    answers = [lookup.answer(word) for word in lookup_words]
    if options.format == "json":
        write_stdout([json.dumps(document(answers, registry, remarks), indent=2), "\n"])
    else:
        lines = [f"{_LABELS[key]}: {remark}" for key, remark in remarks.items()]
        write_stdout([render(answers, lines, columns(sys.stdout))])
    if not lookup.is_complete:
        return 2
    return 0 if all(answer.is_assigned for answer in answers) else 1


def _registry(options: Namespace) -> Registry:
    """The registry to look in.  Raises `CallError` where none can be used."""
    call = Call(options)
    if call.settings.registry is None:
        from validator.commands.misplaced import content_of

        dumps = [f"--registry {word}" for word in options.words if content_of(word) == "dump"]
        raise CallError(
            "no registry was named: expected --registry DUMP, or `registry` in the configuration"
            f"{suggestion(dumps[0] if dumps else None)}"
        )
    with call.progress:
        dump = call.only(call.settings.registry)
        try:
            return call.read_usable(dump)
        except Unusable as error:
            from validator.commands.misplaced import misplaced

            sentence = misplaced(error, "--registry", dump.path, options.words, "WORD")
            raise CallError(f"{origin_of(call.settings, dump.path)}{sentence}") from None


def _remarks(registry: Registry) -> dict[str, str]:
    """What was not read of the registry (`error`), and what else is wrong in it (`remark`)."""
    gaps = reading_gaps(registry)
    remarks: dict[str, str] = {}
    if gaps:
        advice = f": an answer may be incomplete{CHECK_SHOWS}"
        remarks["error"] = read_with_errors(registry, gaps.messages, advice)
    if others := reading_faults(registry, ": other fields may be incomplete", gaps.defects):
        remarks["remark"] = "; ".join(others)
    return remarks
