"""Options that several commands have, each said once."""

from __future__ import annotations

from validator.api import given
from validator.arguments import assigned, day, month, one_of, whole_number, words
from validator.readers import FORMS, LONGEST_VALUE
from validator.rule import MAX_FINDINGS, SEVERITIES
from validator.source import SIZE_LIMIT
from validator.vocabulary import LEGACY_CUTOFF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace, _ActionsContainer

    from validator.arguments import Arguments
    from validator.config import Settings
    from validator.rule import Given

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


def limits(group: _ActionsContainer, what: str, beyond: str) -> None:
    """Add `--max-size`, `--max-length` and `--max-findings`.

    `what` the inputs are called, `beyond` says what becomes of findings that are not listed.
    """
    group.add_argument(
        "--max-size",
        type=whole_number,
        metavar="MIB",
        help=f"refuse {what}s that are larger, unpacked (default: {SIZE_LIMIT >> 20})",
    )
    group.add_argument(
        "--max-length",
        type=whole_number,
        metavar="CHARACTERS",
        help=f"read no more of one value, and say so (default: {LONGEST_VALUE})",
    )
    group.add_argument(
        "--max-findings",
        type=whole_number,
        metavar="NUMBER",
        help=f"list no more findings of one rule in one {what}; {beyond} (default: {MAX_FINDINGS})",
    )


def outside(options: Namespace, settings: Settings) -> Given:
    """Return what rules are told of the outside, as options and configuration say."""
    return given(
        options.today,
        options.legacy_cutoff or settings.legacy_cutoff or LEGACY_CUTOFF,
        options.max_findings or settings.max_findings or MAX_FINDINGS,
    )


def most_read(options: Namespace, settings: Settings) -> tuple[int, int]:
    """Return how many bytes of an input, and characters of a value, are read at the most."""
    mib = options.max_size or settings.max_size
    size = mib << 20 if mib else SIZE_LIMIT
    return size, options.max_length or settings.max_length or LONGEST_VALUE


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
