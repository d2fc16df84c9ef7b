"""The limits of what ianalint reads and reports: each is one row of `LIMIT_TABLE`.

The option `--max-NAME`, the configuration key, the setting of the pytest plugin, the JSON Schema
and the check of the range follow from the row, and a test compares the table in docs/limits.md.
To add a limit, add its row and its line in `Limits`, read it where it applies, and add it to that
table.  `python -m schemas.models` writes the schema anew.
"""

from __future__ import annotations

from validator.model.pattern import MATCH_SECONDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # What a limit is about: every dump that is read, the rules that run, or files of requests.
    Scope = Literal["dump", "rules", "request"]


class Limit:
    """A limit: `default`, `least` and `most` count units, of which each is `scale` in `Limits`."""

    __slots__ = ("default", "help", "least", "most", "name", "scale", "scope", "unit")

    def __init__(
        self,
        name: str,
        unit: str,
        default: float,
        least: int,
        most: int,
        scale: int,
        scope: Scope,
        help: str,
    ) -> None:
        self.name = name
        self.unit = unit
        self.default = default
        self.least = least
        self.most = most
        self.scale = scale
        self.scope: Scope = scope
        self.help = help

    def require(self, value: float) -> None:
        """Raise `ValueError` for a value of `Limits` out of range, `TypeError` for no number."""
        if not isinstance(value, int | float):
            raise TypeError(f"{self.name}: expected a number, got {value!r:.60}")
        least, most = self.least * self.scale, self.most * self.scale
        if self.least > 1 and not least <= value <= most:
            raise ValueError(f"{self.name}: expected a number from {least} to {most}, got {value}")
        if not 0 < value <= most:
            raise ValueError(
                f"{self.name}: expected a number above 0 and up to {most}, got {value}"
            )


LIMIT_TABLE = (
    # The newest registry has 3.9 MB.
    Limit(
        "size", "MIB", 64, 1, 1_000_000, 1 << 20, "dump",
        "maximum size of an input in MiB, compressed and uncompressed; larger inputs are refused",
    ),
    # The longest value of the newest registry has 1,532 characters.
    Limit(
        "length", "CHARACTERS", 100_000, 1, 1_000_000_000, 1, "dump",
        "maximum length of a value; the rest is ignored and reported",
    ),
    # The registry has six levels.  More than two hundred could exhaust the stack of the readers of
    # TOML and JSON.
    Limit(
        "depth", "LEVELS", 20, 10, 200, 1, "dump",
        "maximum depth of nested elements, lists and objects; deeper ones are ignored and reported",
    ),
    # The newest registry has 14,533.  A record of two bytes takes some hundreds in memory.
    Limit(
        "records", "NUMBER", 250_000, 1, 1_000_000_000, 1, "dump",
        "maximum number of records and of contacts of an input; the rest is ignored and reported",
    ),
    # A finding takes 2 KB in memory, and a record may break ten rules.
    Limit(
        "findings", "NUMBER", 10_000, 1, 100_000, 1, "rules",
        "maximum number of findings of one rule in one input; further ones are only counted",
    ),
    # Of one match of a pattern with a long text (see `validator.model.pattern`).
    Limit(
        "match", "SECONDS", MATCH_SECONDS, 1, 3600, 1, "rules",
        "maximum time of one pattern match in a long text; a rule that takes longer is stopped",
    ),
    # A request is a page of text, and a file may hold some hundreds.
    Limit(
        "request_size", "KIB", 256, 1, 1_000_000, 1 << 10, "request",
        "maximum size of a request file in KiB (64 times as much for a draft)",
    ),
    Limit(
        "requests", "NUMBER", 1000, 1, 1_000_000, 1, "request",
        "maximum number of requests in one file; files with more are refused",
    ),
)  # fmt: skip


class Limits:
    """How much of an input is read, and how much of it is reported.

    `size` and `request_size` are in bytes, `match` in seconds.  A limit that is not given has its
    default.  Raises `ValueError` for a value that is out of range, `TypeError` for one of another
    type or a limit that there is not.
    """

    __slots__ = tuple(limit.name for limit in LIMIT_TABLE)

    size: int
    length: int
    depth: int
    records: int
    findings: int
    match: float
    request_size: int
    requests: int

    def __init__(self, **values: float) -> None:
        for limit in LIMIT_TABLE:
            value = values.pop(limit.name, limit.default * limit.scale)
            limit.require(value)
            setattr(self, limit.name, value)
        for name in values:
            raise TypeError(f"Limits() got an unexpected keyword argument {name!r}")


LIMITS = Limits()
# The files of settings cannot set their own limits.  The baseline of all findings of the newest
# registry has 1.5 MB.
CONFIGURATION_SIZE = 1 << 20
BASELINE_SIZE = 16 << 20


def in_mib(size: int) -> str:
    """Return `size`, in bytes, as it is shown to users: `64 MiB`."""
    return f"{size / 2**20:,.6g} MiB"
