"""Options that several commands have, each said once."""

from __future__ import annotations

from validator.api import run_context
from validator.commands.arguments import assigned, day, month, number, one_of, words
from validator.engine.rule import SEVERITIES
from validator.model.vocabulary import LEGACY_CUTOFF
from validator.readers import FORMS
from validator.readers.source import LIMITS, RANGES, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace, _ActionsContainer
    from collections.abc import Sequence

    from validator.commands.arguments import Arguments
    from validator.engine.rule import RunContext
    from validator.settings import Settings

_LEVELS = (*SEVERITIES, "never")
_MODES = ("summary", "show", "fail")


def of_form(group: _ActionsContainer, what: str) -> None:
    """Add `--input-format`, `--whole` and `--partial`; `what` the inputs are called."""
    group.add_argument(
        "--input-format",
        type=one_of("the form", FORMS),
        metavar="|".join(FORMS),
        help=f"the form of the {what}s (default: recognised by content)",
    )
    size = group.add_mutually_exclusive_group()
    size.add_argument(
        "--whole",
        action="store_const",
        const=True,
        help=f"take each {what} for a whole registry (default: found out)",
    )
    size.add_argument(
        "--partial",
        action="store_const",
        const=False,
        dest="whole",
        help="take each for a part, of which nothing is missing",
    )


def of_rules(group: _ActionsContainer) -> None:
    """Add `--select`, `--ignore` and `--severity`."""
    group.add_argument("--select", action="append", type=words, metavar="RULES", help="run these")
    group.add_argument("--ignore", action="append", type=words, metavar="RULES", help="not these")
    group.add_argument(
        "--severity",
        action="append",
        type=assigned("level", SEVERITIES, "CODE", "LEVEL"),
        metavar="CODE=LEVEL",
        help=f"report the rule as {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}",
    )


def of_dates(group: _ActionsContainer) -> None:
    """Add `--today` and `--legacy-cutoff`."""
    group.add_argument(
        "--today",
        type=day,
        metavar="YYYY-MM-DD",
        help="the day that dates are compared with (default: today, UTC)",
    )
    group.add_argument(
        "--legacy-cutoff",
        type=month,
        metavar="YYYY-MM",
        help=f"records from before are legacy (default: {LEGACY_CUTOFF}, RFC 6335)",
    )


def fail_on(group: _ActionsContainer) -> None:
    """Add `--fail-on`."""
    group.add_argument(
        "--fail-on",
        type=one_of("the level", _LEVELS),
        metavar="|".join(_LEVELS),
        help="the least severity that makes the exit status 1 (default: error)",
    )


def legacy(group: _ActionsContainer, what: str) -> None:
    """Add `--legacy`; `what` says which findings it is about."""
    group.add_argument(
        "--legacy",
        type=one_of("the mode", _MODES),
        metavar="|".join(_MODES),
        help=f"{what} of legacy records: counted by rule (default), shown, or shown and counting"
        " like the others",
    )


# The unit of each limit in help, and what it does.
_LIMITS = {
    "size": ("MIB", "refuse {what}s that are larger, unpacked"),
    "length": ("CHARACTERS", "read no more of one value, and say so"),
    "depth": ("LEVELS", "read nothing that is nested deeper, and say so"),
    "records": ("NUMBER", "read no more records and contacts of one {what}, and say so"),
    "findings": ("NUMBER", "list no more findings of one rule in one {what}; {beyond}"),
    "match": ("SECONDS", "give up a rule where a match with a long text takes longer"),
    "request_size": ("KIB", "refuse requests that are larger; a draft may be 64 times as large"),
    "requests": ("NUMBER", "refuse files of more requests"),
}
OF_DUMPS = ("size", "length", "depth", "records")
OF_CHECKS = (*OF_DUMPS, "findings", "match")
OF_REQUESTS = (*OF_CHECKS, "request_size", "requests")


def limits(
    group: _ActionsContainer, what: str, beyond: str = "", names: Sequence[str] = OF_CHECKS
) -> None:
    """Add the options of the limits `names`: `--max-size`, `--max-length` and so on.

    `what` the inputs are called, `beyond` says what becomes of findings that are not listed.
    """
    for name in names:
        unit, said = _LIMITS[name]
        least, most, size = RANGES[name]
        usual = getattr(LIMITS, name) // size
        group.add_argument(
            f"--max-{name.replace('_', '-')}",
            type=number(least, most),
            metavar=unit,
            help=f"{said.format(what=what, beyond=beyond)} (default: {usual:g})",
        )


def most(options: Namespace, settings: Settings | None = None) -> Limits:
    """Return the limits, as options and configuration say."""
    told = {} if settings is None else settings.limits()
    for name, (_, _, size) in RANGES.items():
        value = getattr(options, f"max_{name}", None)
        if value is not None:
            told[name] = value * size
    return Limits(**told)


def outside(options: Namespace, settings: Settings) -> RunContext:
    """Return what rules are told of the outside, as options and configuration say."""
    cutoff = options.legacy_cutoff or settings.legacy_cutoff or LEGACY_CUTOFF
    return run_context(options.today, cutoff, most(options, settings))


def manner(group: _ActionsContainer, quiet: str) -> None:
    """Add `--quiet`, which leaves what `quiet` says, and `--debug`."""
    group.add_argument("--quiet", action="store_true", help=quiet)
    group.add_argument(
        "--debug", action="store_true", help="a traceback with each fault of ianalint"
    )


def of_configuration(parser: Arguments) -> None:
    """Add `--config` and `--isolated`."""
    where = parser.add_argument_group("Configuration").add_mutually_exclusive_group()
    where.add_argument(
        "--config",
        metavar="FILE",
        help="read it from there (default: ianalint.toml, or [tool.ianalint] of pyproject.toml,"
        " here or in a folder above)",
    )
    where.add_argument("--isolated", action="store_true", help="read none")
