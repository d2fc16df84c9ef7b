"""`ianalint lookup WORD...`: who has a port or service name, and what is around it."""

from __future__ import annotations

import json
import sys

from validator.budget import doing
from validator.commands.arguments import (
    Arguments,
    add,
    add_configuration,
    add_flag,
    add_limits,
    names_of,
    one_of,
    registry_help,
    settings_of,
)
from validator.commands.frame import CHECK_SHOWS, read_dump, read_with_errors, reading_faults
from validator.commands.inputs import only, search_of
from validator.commands.output import write_stdout
from validator.commands.terminal import Progress, columns
from validator.errors import CallError, Unusable, suggestion
from validator.lookup.answers import Lookup, LookupAnswer, LookupWord
from validator.lookup.text import render
from validator.rules.usable import reading_gaps, require_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from validator.model.registry import Registry

_EPILOG = """\
A word is a port (8080), a range of ports (6000-6063) or a service name (https), each
with a transport after a slash if you like (https/tcp, 53/udp). A name may have its port
(x11/6010/tcp).

Exit status: 0 every word is assigned, 1 one is not, 2 a word or the registry cannot be
used, or the registry was not read completely.

Examples:
  ianalint lookup 4650 --registry service-names-port-numbers.xml
  ianalint lookup https/tcp acme-sync --registry dump.xml
  ianalint lookup 6000-6063 --registry dump.xml --format json
"""
_FORMATS = ("text", "json")
# How the lines of text begin that say what is wrong in the registry.
_LABELS = {"error": "incomplete", "remark": "note"}


def arguments() -> Arguments:
    parser = Arguments(
        "lookup", "Show who has a port or service name.", _EPILOG, "WORD ... [--registry DUMP]"
    )
    parser.add_argument(
        "words", nargs="+", metavar="WORD", help="a port, a range of ports or a service name"
    )
    add(parser, "registry", help=registry_help("to look in"))
    add(parser, "exclude")
    add(parser, "input_format", help="format of DUMP (default: recognized by content)")
    parser.add_argument(
        *names_of("format"),
        type=one_of("format", _FORMATS),
        metavar="|".join(_FORMATS),
        help="format of the answers (default: text)",
    )
    add_limits(parser.add_argument_group("Limits"), "dump")
    add_flag(parser, "quiet", "print only answers and errors: no remarks")
    add_configuration(parser)
    parser.closing_options()
    return parser


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
        write_stdout([_as_json(registry, answers, remarks)])
    else:
        lines = [f"{_LABELS[key]}: {remark}" for key, remark in remarks.items()]
        write_stdout([render(answers, lines, columns(sys.stdout))])
    if not lookup.is_complete:
        return 2
    return 0 if all(answer.is_assigned for answer in answers) else 1


def _registry(options: Namespace) -> Registry:
    """The registry to look in.  Raises `CallError` where none can be used."""
    settings = settings_of(options)
    if settings.registry is None:
        from validator.commands.misplaced import content_of

        dumps = [f"--registry {word}" for word in options.words if content_of(word) == "dump"]
        raise CallError(
            "no registry was named: expected --registry DUMP, or `registry` in the configuration"
            f"{suggestion(dumps[0] if dumps else None)}"
        )
    with Progress(quiet=options.quiet) as progress:
        dump = only(settings.registry, search_of(options, settings))
        try:
            return require_usable(read_dump(dump, settings, progress, settings.input_format))
        except Unusable as error:
            from validator.commands.misplaced import misplaced

            sentence = misplaced(error, "--registry", dump.path, options.words, "WORD")
            raise CallError(sentence) from None


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


def _as_json(
    registry: Registry, answers: Sequence[LookupAnswer], remarks: Mapping[str, str]
) -> str:
    from validator import __version__

    dump: dict[str, str | bool | None] = {
        "path": registry.dump.path,
        "updated": registry.updated,
        "whole": registry.is_whole,
    }
    document = {
        "format_version": 1,
        "tool": {"name": "ianalint", "version": __version__},
        "registry": {**dump, **remarks},
        "answers": [answer.to_dict() for answer in answers],
    }
    return f"{json.dumps(document, indent=2)}\n"
